/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* From one history to another: a project has been saved for the first time. */
#include "nw-store-private.h"

#include "nw-error.h"

/* All of a run but its number, which the other history gives. */
#define RUN                                                                                        \
  "name, tags, note, process, started, ended, how, message, seconds, project, base_dir, folder,"   \
  " data_hash, seed, threads, build, kernels, blas, start_hash, best_hash, last_hash, series,"     \
  " steps_per_epoch, n_steps, n_epochs, best_epoch, best_loss, mean_ece"

static const struct {
  const char *name, *columns;
} parts[] = {
    {"tail", "axis, first, n, data"},
    {"chunk", "axis, series, chunk, data"},
    {"ranges", "axis, series, chunk, data"},
    {"change", "step, output, value"},
    {"snapshot", "epoch, data"},
};

static gint64
copy_run(NwStore *self, gint64 id, GError **error)
{
  gint64 copy;

  if (!nw_store_do(self, error,
                   "INSERT INTO main.run (" RUN ") SELECT " RUN " FROM other.run WHERE id = ?", "i",
                   id))
    return 0;
  copy = sqlite3_last_insert_rowid(self->db);
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *sql =
        g_strdup_printf("INSERT INTO main.%s (run, %s) SELECT ?, %s FROM other.%s WHERE run = ?",
                        parts[i].name, parts[i].columns, parts[i].columns, parts[i].name);

    if (!nw_store_do(self, error, sql, "ii", copy, id))
      return 0;
  }
  return copy;
}

static gint64
move_attached(NwStore *self, gint64 id, GError **error)
{
  gint64 copy;

  if (!nw_store_begin(self, TRUE, error))
    return 0;
  copy = copy_run(self, id, error);
  if (copy != 0 && nw_store_do(self, error, "DELETE FROM other.run WHERE id = ?", "i", id) &&
      nw_store_commit(self, error))
    return copy;
  nw_store_rollback(self);
  return 0;
}

gint64
nw_store_move_run(NwStore *self, const char *from, gint64 id, GError **error)
{
  g_autoptr(NwStore) other = nw_store_open(from, NW_STORE_WRITE, error); /* newest version, whole */
  g_autoptr(NwStoredRun) run = other != NULL ? nw_store_find_run(other, id, error) : NULL;
  gint64 moved = 0;

  if (run == NULL ||
      !nw_store_do(self, error, "ATTACH DATABASE ? AS other", "t", nw_store_get_path(other)))
    return 0;
  moved = move_attached(self, id, error);
  nw_store_do(self, NULL, "DETACH DATABASE other", "");
  return moved;
}
