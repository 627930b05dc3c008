/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The rows that say what each run is. */
#include "nw-store-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "nw-error.h"
#include "nw-project-json.h"
#include "nw-report-snapshot.h"

/* ── who writes ──────────────────────────────────────────────────────────────────────────────── */

/* When the process began, by the kernel's clock; "" where it does not say. (transfer full) */
static char *
dup_birth(const char *process)
{
  g_autofree char *path = g_strdup_printf("/proc/%s/stat", process);
  g_autofree char *text = NULL;
  g_auto(GStrv) fields = NULL;
  const char *after;

  if (!g_file_get_contents(path, &text, NULL, NULL) || (after = strrchr(text, ')')) == NULL)
    return g_strdup("");
  fields = g_strsplit(after, " ", -1); /* field 22, and 2 ends with the parenthesis */
  return g_strdup(g_strv_length(fields) > 20 ? fields[20] : "");
}

/* "HOST PID BIRTH" (transfer full) */
static char *
dup_process(void)
{
  g_autofree char *id = g_strdup_printf("%d", (int)getpid());
  g_autofree char *birth = dup_birth(id);

  return g_strdup_printf("%s %s %s", g_get_host_name(), id, birth);
}

/* Of another computer nothing can be said, so that is believed. */
static gboolean
is_alive(const char *process)
{
  g_auto(GStrv) parts = g_strsplit(process, " ", 3);
  g_autofree char *birth = NULL;
  gint64 id;

  if (g_strv_length(parts) != 3)
    return FALSE;
  if (!g_str_equal(parts[0], g_get_host_name()))
    return TRUE;
  id = g_ascii_strtoll(parts[1], NULL, 10);
  if (id <= 0 || id > G_MAXINT || (kill((pid_t)id, 0) != 0 && errno == ESRCH))
    return FALSE;
  birth = dup_birth(parts[1]);
  return *birth == '\0' || g_str_equal(birth, parts[2]);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────────── */

static const char *const end_ids[] = {
    [NW_END_EPOCHS] = "epochs",         [NW_END_EARLY] = "early",   [NW_END_STOPPED] = "stopped",
    [NW_END_NOT_FINITE] = "not-finite", [NW_END_FAILED] = "failed",
};

/* The columns of a stored run: where each goes. */
typedef struct {
  const char *name;
  gsize offset;
  enum { TEXT, INTEGER, LONG, REAL } type;
} Column;

#define COLUMN(name, type)                                                                         \
  {                                                                                                \
#name, G_STRUCT_OFFSET(NwStoredRun, name), type                                                \
  }

static const Column columns[] = {
    COLUMN(id, LONG),
    COLUMN(name, TEXT),
    COLUMN(tags, TEXT),
    COLUMN(note, TEXT),
    COLUMN(started, LONG),
    COLUMN(ended, LONG),
    COLUMN(message, TEXT),
    COLUMN(seconds, REAL),
    COLUMN(base_dir, TEXT),
    COLUMN(folder, TEXT),
    COLUMN(data_hash, TEXT),
    COLUMN(seed, LONG),
    COLUMN(threads, INTEGER),
    COLUMN(build, TEXT),
    COLUMN(kernels, TEXT),
    COLUMN(blas, TEXT),
    COLUMN(start_hash, TEXT),
    COLUMN(best_hash, TEXT),
    COLUMN(last_hash, TEXT),
    COLUMN(n_steps, LONG),
    COLUMN(n_epochs, LONG),
    COLUMN(steps_per_epoch, INTEGER),
    COLUMN(best_epoch, INTEGER),
    COLUMN(best_loss, REAL),
    COLUMN(mean_ece, REAL),
};

void
nw_stored_run_free(NwStoredRun *run)
{
  for (gsize i = 0; run != NULL && i < G_N_ELEMENTS(columns); i++)
    if (columns[i].type == TEXT)
      g_free(*(char **)((char *)run + columns[i].offset));
  g_free(run);
}

static void
read_column(NwStoredRun *run, const Column *column, sqlite3_stmt *statement, int i)
{
  char *at = (char *)run + column->offset;

  switch (column->type) {
  case TEXT:
    *(char **)at = nw_store_dup_column(statement, i);
    break;
  case INTEGER:
    *(int *)at = sqlite3_column_int(statement, i);
    break;
  case LONG:
    *(gint64 *)at = sqlite3_column_int64(statement, i);
    break;
  case REAL:
    *(double *)at = nw_store_get_number(statement, i);
    break;
  }
}

static NwStoredRun *
read_run(sqlite3_stmt *statement)
{
  NwStoredRun *run = g_new0(NwStoredRun, 1);
  const int n = G_N_ELEMENTS(columns);
  const char *how = (const char *)sqlite3_column_text(statement, n);
  const char *process = (const char *)sqlite3_column_text(statement, n + 1);

  for (int i = 0; i < n; i++)
    read_column(run, &columns[i], statement, i);
  if (how == NULL) {
    run->state = process != NULL && is_alive(process) ? NW_STORED_RUNNING : NW_STORED_INTERRUPTED;
    run->end = NW_END_STOPPED;
    return run;
  }
  run->state = NW_STORED_ENDED;
  run->end = NW_END_FAILED;
  for (guint i = 0; i < G_N_ELEMENTS(end_ids); i++)
    if (g_str_equal(how, end_ids[i]))
      run->end = (NwEnd)i;
  return run;
}

/* @condition: begins with AND */
static char *
dup_select(const char *condition)
{
  GString *sql = g_string_new("SELECT ");

  for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
    g_string_append_printf(sql, "%s, ", columns[i].name);
  g_string_append_printf(sql, "how, process FROM run WHERE project IS NOT NULL %s ORDER BY id",
                         condition);
  return g_string_free(sql, FALSE);
}

GPtrArray *
nw_store_list_runs(NwStore *self, GError **error)
{
  g_autofree char *sql = dup_select("");
  g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify)nw_stored_run_free);
  g_autoptr(sqlite3_stmt) statement = nw_store_query(self, error, sql, "");
  int answer = -1;

  while (statement != NULL && (answer = nw_store_step(self, statement, error)) > 0)
    g_ptr_array_add(runs, read_run(statement));
  return answer == 0 ? g_steal_pointer(&runs) : NULL;
}

static gboolean
fail_to_find(NwStore *self, gint64 id, GError **error)
{
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("There is no run %u in %s."), (guint)id,
              self->path);
  return FALSE;
}

NwStoredRun *
nw_store_find_run(NwStore *self, gint64 id, GError **error)
{
  g_autofree char *sql = dup_select("AND id = ?");
  g_autoptr(sqlite3_stmt) statement = nw_store_query(self, error, sql, "i", id);
  int answer = statement != NULL ? nw_store_step(self, statement, error) : -1;

  if (answer > 0)
    return read_run(statement);
  if (answer == 0)
    fail_to_find(self, id, error);
  return NULL;
}

gint64
nw_store_find_folder(NwStore *self, const char *folder)
{
  g_autofree char *full = g_canonicalize_filename(folder, NULL);
  g_autoptr(sqlite3_stmt) statement = nw_store_query(
      self, NULL, "SELECT max(id) FROM run WHERE folder = ? AND project IS NOT NULL", "t", full);

  return statement != NULL && nw_store_step(self, statement, NULL) > 0
             ? sqlite3_column_int64(statement, 0)
             : 0;
}

NwProject *
nw_store_load_project(NwStore *self, gint64 id, GError **error)
{
  g_autoptr(sqlite3_stmt) statement = nw_store_query(
      self, error, "SELECT project FROM run WHERE id = ? AND project IS NOT NULL", "i", id);
  int answer = statement != NULL ? nw_store_step(self, statement, error) : -1;
  g_autofree char *name = g_strdup_printf(_("run %u"), (guint)id);

  if (answer > 0)
    return nw_project_from_json((const char *)sqlite3_column_text(statement, 0),
                                sqlite3_column_bytes(statement, 0), name, error);
  if (answer == 0)
    fail_to_find(self, id, error);
  return NULL;
}

char *
nw_store_dup_series(NwStore *self, gint64 run)
{
  g_autoptr(sqlite3_stmt) statement =
      nw_store_query(self, NULL, "SELECT series FROM run WHERE id = ?", "i", run);

  return statement != NULL && nw_store_step(self, statement, NULL) > 0
             ? nw_store_dup_column(statement, 0)
             : NULL;
}

/* ── diagrams ────────────────────────────────────────────────────────────────────────────────── */

gboolean
nw_store_add_reports(NwStore *self, gint64 run, guint epoch, NwReport *const *reports, guint n,
                     GError **error)
{
  gsize length;
  g_autofree char *data = nw_report_snapshot_write(reports, n, &length);

  return data == NULL ||
         nw_store_do(self, error,
                     "INSERT OR REPLACE INTO snapshot (run, epoch, data) VALUES (?, ?, ?)", "iib",
                     run, (gint64)epoch, data, length);
}

gboolean
nw_store_thin_reports(NwStore *self, gint64 run, guint stride, guint best, guint newest,
                      GError **error)
{
  return nw_store_do(self, error,
                     "DELETE FROM snapshot WHERE run = ? AND (epoch - 1) % ? != 0"
                     " AND epoch NOT IN (?, ?)",
                     "iiii", run, (gint64)stride, (gint64)best, (gint64)newest);
}

GPtrArray *
nw_store_load_reports(NwStore *self, gint64 id, guint epoch, GError **error)
{
  g_autoptr(sqlite3_stmt) statement =
      nw_store_query(self, error, "SELECT data FROM snapshot WHERE run = ? AND epoch = ?", "ii", id,
                     (gint64)epoch);
  int answer = statement != NULL ? nw_store_step(self, statement, error) : -1;
  GPtrArray *reports;

  if (answer < 0)
    return NULL;
  if (answer == 0)
    return g_ptr_array_new_with_free_func((GDestroyNotify)nw_report_unref);
  reports = nw_report_snapshot_read(sqlite3_column_blob(statement, 0),
                                    (gsize)sqlite3_column_bytes(statement, 0));
  if (reports == NULL)
    g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("The history %s is damaged."), self->path);
  return reports;
}

GArray *
nw_store_list_report_epochs(NwStore *self, gint64 id, GError **error)
{
  g_autoptr(GArray) epochs = g_array_new(FALSE, FALSE, sizeof(guint));
  g_autoptr(sqlite3_stmt) statement = nw_store_query(
      self, error, "SELECT epoch FROM snapshot WHERE run = ? ORDER BY epoch", "i", id);
  int answer = -1;

  while (statement != NULL && (answer = nw_store_step(self, statement, error)) > 0) {
    guint epoch = (guint)sqlite3_column_int64(statement, 0);
    g_array_append_val(epochs, epoch);
  }
  return answer == 0 ? g_steal_pointer(&epochs) : NULL;
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────────── */

gint64
nw_store_reserve_run(NwStore *self, GError **error)
{
  g_autofree char *process = dup_process();

  return nw_store_do(self, error, "INSERT INTO run (process, started) VALUES (?, ?)", "ti", process,
                     g_get_real_time())
             ? sqlite3_last_insert_rowid(self->db)
             : 0;
}

gboolean
nw_store_begin_run(NwStore *self, gint64 run, const NwRunFacts *facts, GError **error)
{
  g_autofree char *folder =
      facts->folder != NULL ? g_canonicalize_filename(facts->folder, NULL) : NULL;

  return nw_store_do(self, error,
                     "UPDATE run SET project = ?, base_dir = ?, folder = ?, data_hash = ?,"
                     " start_hash = ?, seed = ?, threads = ?, build = ?, kernels = ?, blas = ?,"
                     " series = ?, steps_per_epoch = ? WHERE id = ?",
                     "tttttiitttt"
                     "ii",
                     facts->project, facts->base_dir, folder, facts->data_hash, facts->start_hash,
                     facts->seed, (gint64)facts->threads, facts->build, facts->kernels, facts->blas,
                     facts->series, (gint64)facts->steps_per_epoch, run);
}

gboolean
nw_store_continue_run(NwStore *self, gint64 run, const NwRunFacts *facts, GError **error)
{
  g_autofree char *process = dup_process();

  return nw_store_begin_run(self, run, facts, error) &&
         nw_store_do(self, error,
                     "UPDATE run SET process = ?, ended = NULL, how = NULL, message = NULL,"
                     " best_hash = NULL, last_hash = NULL WHERE id = ?",
                     "ti", process, run) &&
         nw_store_do(self, error, "DELETE FROM change WHERE run = ?", "i", run);
}

gboolean
nw_store_update_run(NwStore *self, gint64 run, const NwRunStand *stand, GError **error)
{
  return nw_store_do(self, error,
                     "UPDATE run SET n_steps = ?, n_epochs = ?, seconds = ?, best_epoch = ?,"
                     " best_loss = ?, mean_ece = ? WHERE id = ?",
                     "iididdi", (gint64)stand->n_steps, (gint64)stand->n_epochs, stand->seconds,
                     (gint64)stand->best_epoch, stand->best_loss, stand->mean_ece, run);
}

gboolean
nw_store_end_run(NwStore *self, gint64 run, NwEnd end, const char *message, const char *best_hash,
                 const char *last_hash, GError **error)
{
  return nw_store_do(self, error,
                     "UPDATE run SET ended = ?, how = ?, message = ?, best_hash = ?, last_hash = ?"
                     " WHERE id = ?",
                     "ittt"
                     "ti",
                     g_get_real_time(), end_ids[end], message, best_hash, last_hash, run);
}

gboolean
nw_store_add_change(NwStore *self, gint64 run, const NwChange *change, GError **error)
{
  return nw_store_do(self, error,
                     "INSERT INTO change (run, step, output, value) VALUES (?, ?, ?, ?)", "iiid",
                     run, (gint64)change->step, (gint64)change->output, change->value);
}

void
nw_store_drop_run(NwStore *self, gint64 run)
{
  nw_store_do(self, NULL, "DELETE FROM run WHERE id = ? AND n_steps = 0", "i", run);
}

/* ── what people do with runs ────────────────────────────────────────────────────────────────── */

/* “ a,, b ” → “a, b” (transfer full) */
static char *
tidy_tags(const char *text)
{
  g_auto(GStrv) parts = g_strsplit(text, ",", -1);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  g_auto(GStrv) tags = NULL;

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip(parts[i]) != '\0')
      g_strv_builder_add(builder, parts[i]);
  tags = g_strv_builder_end(builder);
  return g_strjoinv(", ", tags);
}

gboolean
nw_store_set_text(NwStore *self, gint64 id, NwRunText which, const char *text, GError **error)
{
  static const char *const statements[NW_N_RUN_TEXTS] = {
      [NW_RUN_NAME] = "UPDATE run SET name = ? WHERE id = ?",
      [NW_RUN_TAGS] = "UPDATE run SET tags = ? WHERE id = ?",
      [NW_RUN_NOTE] = "UPDATE run SET note = ? WHERE id = ?",
  };
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  g_autofree char *tidy = which == NW_RUN_TAGS ? tidy_tags(valid) : g_strdup(g_strstrip(valid));

  if (!nw_store_do(self, error, statements[which], "ti", tidy, id))
    return FALSE;
  return sqlite3_changes(self->db) > 0 || fail_to_find(self, id, error);
}

/* @folder with what runs write into it, and nothing else. */
static void
remove_files(const char *folder)
{
  static const char *const names[] = {"best.safetensors", "last.safetensors", "history.csv",
                                      "report.pdf", "project.netwright"};
  g_autofree char *kept = g_build_filename(folder, "checkpoints", NULL);
  g_autoptr(GDir) dir = g_dir_open(kept, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(kept, name, NULL);
    if (g_str_has_suffix(name, ".safetensors"))
      g_unlink(path);
  }
  g_rmdir(kept);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL);
    g_unlink(path);
  }
  g_rmdir(folder);
}

gboolean
nw_store_delete_run(NwStore *self, gint64 id, GError **error)
{
  g_autoptr(NwStoredRun) run = nw_store_find_run(self, id, error);
  g_autofree char *own = g_path_get_dirname(self->path);

  if (run == NULL)
    return FALSE;
  if (run->state == NW_STORED_RUNNING) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("Run %u is still training; stop it first."),
                (guint)id);
    return FALSE;
  }
  if (!nw_store_do(self, error, "DELETE FROM run WHERE id = ?", "i", id))
    return FALSE;
  if (run->folder != NULL) {
    g_autofree char *parent = g_path_get_dirname(run->folder);
    if (g_str_equal(parent, own))
      remove_files(run->folder);
  }
  nw_store_do(self, NULL, "PRAGMA incremental_vacuum", "");
  return TRUE;
}
