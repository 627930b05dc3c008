/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-document.h"

#include <glib/gi18n.h>

#include "nw-edit.h"

#define AUTOSAVE_SECONDS 3 /* an edit is at most this old before a copy of it exists */

struct _NwDocument {
  GObject parent;

  NwUndo *undo;
  NwInference *inference;
  char *path;
  char *origin; /* the file that was opened or saved, also when it is an example: gives the name */
  char *base_dir;
  NwRecovery *recovery;
  guint autosave; /* source, while an edit waits to be copied */
  gboolean dirty; /* as last notified */
};

G_DEFINE_FINAL_TYPE(NwDocument, nw_document, G_TYPE_OBJECT)

enum { PROP_0, PROP_CAN_UNDO, PROP_CAN_REDO, PROP_DIRTY, PROP_TITLE, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { SIGNAL_CHANGED, SIGNAL_PROBLEM, N_SIGNALS };
static guint signals[N_SIGNALS];

NwProject *
nw_document_get_project(NwDocument *self)
{
  return nw_undo_get_project(self->undo);
}

NwInference *
nw_document_get_inference(NwDocument *self)
{
  NwGraph *graph = nw_project_get_graph(nw_document_get_project(self));

  if (!self->inference || nw_inference_get_graph(self->inference) != graph) {
    g_clear_pointer(&self->inference, nw_inference_unref);
    self->inference = nw_inference_new(graph);
  }
  return self->inference;
}

const char *
nw_document_get_path(NwDocument *self)
{
  return self->path;
}

const char *
nw_document_get_base_dir(NwDocument *self)
{
  return self->base_dir;
}

char *
nw_document_dup_title(NwDocument *self)
{
  g_autofree char *name = self->origin ? g_path_get_basename(self->origin) : NULL;

  if (!name)
    return g_strdup(_("Untitled"));
  if (g_str_has_suffix(name, ".netwright"))
    name[strlen(name) - strlen(".netwright")] = '\0';
  return g_steal_pointer(&name);
}

gboolean
nw_document_is_dirty(NwDocument *self)
{
  return nw_undo_is_dirty(self->undo);
}

gboolean
nw_document_is_pristine(NwDocument *self)
{
  return !self->path && !nw_document_is_dirty(self);
}

/* ── the copy for recovery ───────────────────────────────────────────────────────────────────── */

static gboolean
autosave_cb(gpointer data)
{
  NwDocument *self = data;
  g_autoptr(GError) error = NULL;

  self->autosave = 0;
  if (!nw_document_is_dirty(self)) {
    if (self->recovery)
      nw_recovery_clear(self->recovery);
    return G_SOURCE_REMOVE;
  }
  if (!self->recovery)
    self->recovery = nw_recovery_new(&error);
  if (self->recovery)
    nw_recovery_write(self->recovery, nw_document_get_project(self), self->path, self->base_dir,
                      &error);
  if (error)
    g_signal_emit(self, signals[SIGNAL_PROBLEM], 0, error->message);
  return G_SOURCE_REMOVE;
}

static void
changed(NwDocument *self)
{
  gboolean dirty = nw_document_is_dirty(self);

  if (!self->autosave)
    self->autosave = g_timeout_add_seconds(AUTOSAVE_SECONDS, autosave_cb, self);
  if (dirty != self->dirty) {
    self->dirty = dirty;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_DIRTY]);
  }
  g_object_notify_by_pspec(G_OBJECT(self), props[PROP_CAN_UNDO]);
  g_object_notify_by_pspec(G_OBJECT(self), props[PROP_CAN_REDO]);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

/* ── edits ───────────────────────────────────────────────────────────────────────────────────── */

void
nw_document_edit(NwDocument *self, NwProject *project, const char *label, const char *merge)
{
  g_return_if_fail(NW_IS_DOCUMENT(self));

  if (nw_undo_push(self->undo, project, label, merge))
    changed(self);
}

void
nw_document_undo(NwDocument *self)
{
  if (nw_undo_undo(self->undo))
    changed(self);
}

void
nw_document_redo(NwDocument *self)
{
  if (nw_undo_redo(self->undo))
    changed(self);
}

const char *
nw_document_get_undo_label(NwDocument *self)
{
  return nw_undo_get_undo_label(self->undo);
}

const char *
nw_document_get_redo_label(NwDocument *self)
{
  return nw_undo_get_redo_label(self->undo);
}

/* ── files ───────────────────────────────────────────────────────────────────────────────────── */

/* @text may be what the field holds already: callers pass on what they got from getters. */
static void
set_text(char **field, const char *text)
{
  char *copy;

  if (g_strcmp0(*field, text) == 0)
    return;
  copy = g_strdup(text);
  g_free(*field);
  *field = copy;
}

/* @origin: (nullable): @path, or the example that this is a copy of */
static void
set_path(NwDocument *self, const char *path, const char *origin, const char *base_dir)
{
  set_text(&self->path, path);
  set_text(&self->origin, origin);
  set_text(&self->base_dir, base_dir);
  g_object_notify_by_pspec(G_OBJECT(self), props[PROP_TITLE]);
}

/* Everything anew; @project is what the file holds. */
static void
replace(NwDocument *self, NwProject *project, const char *path, const char *origin,
        const char *base_dir)
{
  NwUndo *undo = nw_undo_new(project);

  nw_undo_free(self->undo);
  self->undo = undo;
  set_path(self, path, origin, base_dir);
}

void
nw_document_reset(NwDocument *self)
{
  g_autoptr(NwProject) project = nw_project_new();

  replace(self, project, NULL, NULL, NULL);
  changed(self);
}

gboolean
nw_document_open(NwDocument *self, const char *path, gboolean as_copy, GError **error)
{
  g_autoptr(NwProject) project = nw_project_load(path, error);
  g_autofree char *base_dir = NULL;

  if (!project)
    return FALSE;
  base_dir = g_path_get_dirname(path);
  replace(self, project, as_copy ? NULL : path, path, base_dir);
  changed(self);
  return TRUE;
}

gboolean
nw_document_recover(NwDocument *self, const NwRecovered *recovered, GError **error)
{
  g_autoptr(NwProject) project = nw_project_load(recovered->file, error);
  g_autoptr(NwProject) saved = NULL;

  if (!project)
    return FALSE;
  if (recovered->path)
    saved = nw_project_load(recovered->path, NULL);
  if (!saved)
    saved = nw_project_new();
  replace(self, saved, recovered->path, recovered->path, recovered->base_dir);
  nw_undo_push(self->undo, project, _("Recover unsaved work"), NULL);
  changed(self);
  /* The old copy goes only when there is a new one. */
  g_clear_handle_id(&self->autosave, g_source_remove);
  autosave_cb(self);
  if (self->recovery)
    nw_recovery_discard(recovered);
  return TRUE;
}

/* The project as it reads from another folder: relative paths of sources stay relative where the
 * file lies below the new folder, and become absolute otherwise. */
static NwProject *
rebase_sources(NwProject *project, const char *from, const char *to)
{
  g_autoptr(NwDataSettings) data = nw_data_settings_ref(nw_project_get_data(project));
  gsize n = nw_data_settings_get_n_sources(data);

  if (g_strcmp0(from, to) == 0)
    return nw_project_ref(project);
  for (gsize i = 0; i < n; i++) {
    NwDataSource source = *nw_data_settings_get_source(data, i);
    g_autofree char *path = nw_data_source_dup_path(&source, from);
    g_autoptr(GFile) folder = g_file_new_for_path(to);
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autofree char *relative = g_file_get_relative_path(folder, file);
    g_autoptr(NwDataSettings) next = NULL;

    source.path = relative ? relative : path;
    next = nw_data_settings_with_source(data, &source);
    nw_data_settings_unref(data);
    data = g_steal_pointer(&next);
  }
  return nw_project_with_data(project, data);
}

gboolean
nw_document_save(NwDocument *self, const char *path, GError **error)
{
  g_autofree char *base_dir = g_path_get_dirname(path);
  g_autoptr(NwProject) project =
      rebase_sources(nw_document_get_project(self), self->base_dir, base_dir);

  if (!nw_project_save(project, path, error))
    return FALSE;
  nw_undo_push(self->undo, project, _("Save in another folder"), NULL);
  nw_undo_mark_saved(self->undo);
  set_path(self, path, path, base_dir);
  if (self->recovery)
    nw_recovery_clear(self->recovery);
  changed(self);
  return TRUE;
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_document_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  NwDocument *self = NW_DOCUMENT(object);

  switch (id) {
  case PROP_CAN_UNDO:
    g_value_set_boolean(value, nw_undo_get_undo_label(self->undo) != NULL);
    break;
  case PROP_CAN_REDO:
    g_value_set_boolean(value, nw_undo_get_redo_label(self->undo) != NULL);
    break;
  case PROP_DIRTY:
    g_value_set_boolean(value, nw_document_is_dirty(self));
    break;
  case PROP_TITLE:
    g_value_take_string(value, nw_document_dup_title(self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void
nw_document_dispose(GObject *object)
{
  NwDocument *self = NW_DOCUMENT(object);

  g_clear_handle_id(&self->autosave, g_source_remove);
  if (self->recovery)
    nw_recovery_free(g_steal_pointer(&self->recovery), FALSE);
  G_OBJECT_CLASS(nw_document_parent_class)->dispose(object);
}

static void
nw_document_finalize(GObject *object)
{
  NwDocument *self = NW_DOCUMENT(object);

  g_clear_pointer(&self->inference, nw_inference_unref);
  g_clear_pointer(&self->undo, nw_undo_free);
  g_free(self->path);
  g_free(self->origin);
  g_free(self->base_dir);
  G_OBJECT_CLASS(nw_document_parent_class)->finalize(object);
}

static void
nw_document_class_init(NwDocumentClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS(class);

  object_class->get_property = nw_document_get_property;
  object_class->dispose = nw_document_dispose;
  object_class->finalize = nw_document_finalize;

  props[PROP_CAN_UNDO] =
      g_param_spec_boolean("can-undo", NULL, NULL, FALSE,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_CAN_REDO] =
      g_param_spec_boolean("can-redo", NULL, NULL, FALSE,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_DIRTY] =
      g_param_spec_boolean("dirty", NULL, NULL, FALSE,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_TITLE] =
      g_param_spec_string("title", NULL, NULL, NULL,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties(object_class, N_PROPS, props);

  signals[SIGNAL_CHANGED] = g_signal_new("changed", NW_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PROBLEM] = g_signal_new("problem", NW_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
nw_document_init(NwDocument *self)
{
  g_autoptr(NwProject) project = nw_project_new();

  self->undo = nw_undo_new(project);
}

NwDocument *
nw_document_new(void)
{
  return g_object_new(NW_TYPE_DOCUMENT, NULL);
}
