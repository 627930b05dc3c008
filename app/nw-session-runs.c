/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-session-private.h"

char *
nw_session_dup_runs_folder(NwSession *self)
{
  g_autofree char *title = nw_document_dup_title(self->document);

  return nw_place_dup_runs(nw_document_get_path(self->document), title);
}

guint
nw_session_get_newest_number(NwSession *self)
{
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->runs)), newest = 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr(NwRun) run = g_list_model_get_item(G_LIST_MODEL(self->runs), i);

    newest = MAX(newest, nw_run_get_number(run));
  }
  return newest;
}

/* ── written down ────────────────────────────────────────────────────────────────────────────── */

void
nw_session_finish_recording(NwSession *self)
{
  NwEvent *event;

  g_clear_handle_id(&self->last_look, g_source_remove);
  if (self->trainer) {
    nw_trainer_stop(self->trainer);
    nw_trainer_join(self->trainer);
  }
  while (self->trainer && self->recorder && (event = nw_trainer_pop_event(self->trainer))) {
    nw_recorder_take(self->recorder, self->trainer, event);
    nw_event_unref(event);
  }
  g_clear_pointer(&self->recorder, nw_recorder_free);
}

void
nw_session_record_again(NwSession *self, NwTrainer *trainer)
{
  const NwRunPreparation *prepared = self->prepared;
  NwRecorderAbout about = {
      .base_dir = prepared->base_dir, .folder = prepared->folder, .threads = prepared->threads};
  g_autofree char *path = NULL;
  gint64 id;

  nw_session_finish_recording(self);
  path = g_strdup(nw_run_get_store(self->run, &id));
  if (!path) /* it could not be written until now */
    path = nw_place_dup_history(prepared->runs);
  self->recorder = nw_recorder_new_again(path, id);
  nw_recorder_begin(self->recorder, trainer, &about);
}

/* ── moved, deleted, read ────────────────────────────────────────────────────────────────────── */

static void
gather_run(NwSession *self, NwStore *store, NwRun *run)
{
  const char *path = nw_store_get_path(store);
  gint64 id, moved;
  const char *from = nw_run_get_store(run, &id);

  /* Saved elsewhere, a project's runs stay with the file that they were made from. */
  if (nw_run_is_stored(run) || nw_run_is_active(run) || !from || g_str_equal(from, path) ||
      !g_str_has_prefix(from, g_get_user_state_dir()))
    return;
  if (run == self->run)
    nw_session_finish_recording(self);
  moved = nw_store_move_run(store, from, id, NULL);
  if (moved == 0)
    return;
  nw_run_set_store(run, path, moved);
  nw_run_set_number(run, (guint)moved);
}

void
nw_session_gather_runs(NwSession *self)
{
  g_autofree char *folder = nw_session_dup_runs_folder(self);
  g_autofree char *path = nw_place_dup_history(folder);
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->runs));
  g_autoptr(NwStore) store = NULL;

  if (!nw_document_get_path(self->document) || n == 0 || g_mkdir_with_parents(folder, 0755) != 0)
    return;
  store = nw_store_open(path, NW_STORE_WRITE, NULL);
  for (guint i = 0; store && i < n; i++) {
    g_autoptr(NwRun) run = g_list_model_get_item(G_LIST_MODEL(self->runs), i);

    gather_run(self, store, run);
  }
}

gboolean
nw_session_delete_run(NwSession *self, NwRun *run, GError **error)
{
  gint64 id;
  const char *path;
  g_autoptr(NwStore) store = NULL;
  guint position;

  g_return_val_if_fail(!nw_run_is_active(run), FALSE);
  if (run == self->run)
    nw_session_finish_recording(self);
  path = nw_run_get_store(run, &id);
  store = path ? nw_store_open(path, NW_STORE_WRITE, error) : NULL;
  if (path && (!store || !nw_store_delete_run(store, id, error)))
    return FALSE;
  if (g_list_store_find(self->runs, run, &position))
    g_list_store_remove(self->runs, position);
  if (run == self->run) {
    g_clear_pointer(&self->ended, nw_trainer_free);
    g_clear_object(&self->run);
  }
  nw_session_tell_changed(self);
  return TRUE;
}

/* Of a project that was never saved, earlier runs may be those of any other. */
static gboolean
has_own_history(NwSession *self)
{
  const char *base_dir = nw_document_get_base_dir(self->document);

  return nw_document_get_path(self->document) || (base_dir && nw_place_is_examples(base_dir));
}

void
nw_session_list_earlier(NwSession *self)
{
  g_autofree char *folder = nw_session_dup_runs_folder(self);
  g_autofree char *path = nw_place_dup_history(folder);
  g_autoptr(GError) error = NULL;
  g_autoptr(NwStore) store = NULL;
  g_autoptr(GPtrArray) stored = NULL;

  if (!has_own_history(self) || !g_file_test(path, G_FILE_TEST_EXISTS))
    return;
  store = nw_store_open(path, NW_STORE_READ, &error);
  stored = store ? nw_store_list_runs(store, &error) : NULL;
  for (guint i = 0; stored && i < stored->len; i++) {
    g_autoptr(NwRun) run = nw_run_new_stored(path, g_ptr_array_index(stored, i));

    g_list_store_append(self->runs, run);
  }
  if (error)
    nw_session_tell_notice(self, error->message);
}
