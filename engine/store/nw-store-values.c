/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Numbers over steps and epochs. They come in rows, a few at a time, and are wanted by series, many
 * at once: rows are appended as they come, and each NW_CHUNK of them becomes one chunk per series.
 */
#include "nw-store-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "nw-error.h"

#define RANGES_PER_CHUNK (NW_CHUNK / NW_RANGE)

/* The file is little-endian everywhere. */
static void
copy_numbers(double *out, const void *from, gsize n)
{
  memcpy(out, from, n * sizeof *out);
#if G_BYTE_ORDER == G_BIG_ENDIAN
  guint64 *words = (guint64 *)out;
  for (gsize i = 0; i < n; i++)
    words[i] = GUINT64_FROM_LE(words[i]);
#endif
}

/* A blob of exactly @n doubles; NULL with an error otherwise. */
static const char *
get_numbers(NwStore *self, sqlite3_stmt *statement, int column, gsize n, GError **error)
{
  const char *data = sqlite3_column_blob(statement, column);

  if (data != NULL && (gsize)sqlite3_column_bytes(statement, column) == n * sizeof(double))
    return data;
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("The history %s is damaged."), self->path);
  return NULL;
}

/* ── chunks ──────────────────────────────────────────────────────────────────────────────────── */

static void
find_range(const double *values, gsize n, double *low, double *high)
{
  *low = *high = NAN;
  for (gsize i = 0; i < n; i++) {
    if (isnan(values[i]))
      continue;
    if (!(values[i] >= *low))
      *low = values[i];
    if (!(values[i] <= *high))
      *high = values[i];
  }
}

static gboolean
write_chunk(NwStore *self, gint64 run, NwAxis axis, guint series, guint64 chunk,
            const double *values, GError **error)
{
  double pairs[RANGES_PER_CHUNK * 2], data[NW_CHUNK];

  for (guint i = 0; i < RANGES_PER_CHUNK; i++)
    find_range(values + i * NW_RANGE, NW_RANGE, &pairs[2 * i], &pairs[2 * i + 1]);
  copy_numbers(data, values, NW_CHUNK);
  copy_numbers(pairs, pairs, RANGES_PER_CHUNK * 2);
  return nw_store_do(self, error,
                     "INSERT OR REPLACE INTO chunk (run, axis, series, chunk, data)"
                     " VALUES (?, ?, ?, ?, ?)",
                     "iiiib", run, (gint64)axis, (gint64)series, (gint64)chunk, data,
                     sizeof data) &&
         nw_store_do(self, error,
                     "INSERT OR REPLACE INTO ranges (run, axis, series, chunk, data)"
                     " VALUES (?, ?, ?, ?, ?)",
                     "iiiib", run, (gint64)axis, (gint64)series, (gint64)chunk, pairs,
                     sizeof pairs);
}

/* All rows of a chunk, as they came: [NW_CHUNK, n_series]. */
static gboolean
read_rows(NwStore *self, gint64 run, NwAxis axis, guint n_series, guint64 chunk, double *rows,
          GError **error)
{
  g_autoptr(sqlite3_stmt) statement = nw_store_query(
      self, error,
      "SELECT first, n, data FROM tail WHERE run = ? AND axis = ? AND first >= ?"
      " AND first < ? ORDER BY first",
      "iiii", run, (gint64)axis, (gint64)(chunk * NW_CHUNK), (gint64)((chunk + 1) * NW_CHUNK));
  int answer = -1;

  if (statement == NULL)
    return FALSE;
  while ((answer = nw_store_step(self, statement, error)) > 0) {
    gint64 at = sqlite3_column_int64(statement, 0) - (gint64)(chunk * NW_CHUNK);
    gint64 n = sqlite3_column_int64(statement, 1);
    const char *data;

    if (n < 0 || n > NW_CHUNK - at)
      n = 0; /* get_numbers says that it is damaged */
    data = get_numbers(self, statement, 2, (gsize)n * n_series, error);
    if (data == NULL)
      return FALSE;
    copy_numbers(rows + (gsize)at * n_series, data, (gsize)n * n_series);
  }
  return answer == 0;
}

/* The rows of a full chunk, turned: kept by series from now on. */
static gboolean
close_chunk(NwStore *self, gint64 run, NwAxis axis, guint n_series, guint64 chunk, GError **error)
{
  g_autofree double *rows = g_new(double, (gsize)NW_CHUNK *n_series);
  double values[NW_CHUNK];

  for (gsize i = 0; i < (gsize)NW_CHUNK * n_series; i++)
    rows[i] = NAN;
  if (!read_rows(self, run, axis, n_series, chunk, rows, error))
    return FALSE;
  for (guint s = 0; s < n_series; s++) {
    for (gsize i = 0; i < NW_CHUNK; i++)
      values[i] = rows[i * n_series + s];
    if (!write_chunk(self, run, axis, s, chunk, values, error))
      return FALSE;
  }
  return nw_store_do(
      self, error, "DELETE FROM tail WHERE run = ? AND axis = ? AND first >= ? AND first < ?",
      "iiii", run, (gint64)axis, (gint64)(chunk * NW_CHUNK), (gint64)((chunk + 1) * NW_CHUNK));
}

gboolean
nw_store_append_values(NwStore *self, gint64 run, NwAxis axis, guint n_series, guint64 first,
                       gsize n, const double *rows, GError **error)
{
  while (n > 0) {
    gsize part = MIN(n, NW_CHUNK - first % NW_CHUNK); /* no tail reaches into two chunks */
    gsize numbers = part * n_series;
    g_autofree double *data = g_new(double, numbers + 1);

    copy_numbers(data, rows, numbers);
    if (!nw_store_do(self, error,
                     "INSERT OR REPLACE INTO tail (run, axis, first, n, data)"
                     " VALUES (?, ?, ?, ?, ?)",
                     "iiiib", run, (gint64)axis, (gint64)first, (gint64)part, data,
                     numbers * sizeof *data))
      return FALSE;
    first += part;
    n -= part;
    rows += numbers;
    if (first % NW_CHUNK == 0 &&
        !close_chunk(self, run, axis, n_series, first / NW_CHUNK - 1, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
nw_store_cut_values(NwStore *self, gint64 run, NwAxis axis, guint n_series, guint64 first,
                    GError **error)
{
  guint64 chunk = first / NW_CHUNK, start = chunk * NW_CHUNK;
  gsize keep = (gsize)(first - start), n = 0;
  g_autofree double *rows = g_new(double, keep *n_series + 1);
  g_autofree double *values = g_new(double, keep + 1);

  for (guint s = 0; s < n_series; s++) {
    if (!nw_store_read_values(self, run, axis, s, start, keep, values, &n, error))
      return FALSE;
    for (gsize i = 0; i < n; i++)
      rows[i * n_series + s] = values[i];
  }
  return nw_store_do(self, error, "DELETE FROM tail WHERE run = ? AND axis = ? AND first >= ?",
                     "iii", run, (gint64)axis, (gint64)start) &&
         nw_store_do(self, error, "DELETE FROM chunk WHERE run = ? AND axis = ? AND chunk >= ?",
                     "iii", run, (gint64)axis, (gint64)chunk) &&
         nw_store_do(self, error, "DELETE FROM ranges WHERE run = ? AND axis = ? AND chunk >= ?",
                     "iii", run, (gint64)axis, (gint64)chunk) &&
         nw_store_append_values(self, run, axis, n_series, start, n, rows, error);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────────── */

/* Asks for the chunks [@from, @to] of a series. (transfer none): to be reset when done */
static sqlite3_stmt *
ask_for_chunks(NwStore *self, gint64 run, NwAxis axis, guint series, guint64 from, guint64 to,
               GError **error)
{
  const gint64 values[] = {run, (gint64)axis, (gint64)series, (gint64)from, (gint64)to};

  if (self->chunks == NULL &&
      sqlite3_prepare_v3(self->db,
                         "SELECT chunk, data FROM chunk WHERE run = ? AND axis = ? AND series = ?"
                         " AND chunk BETWEEN ? AND ? ORDER BY chunk",
                         -1, SQLITE_PREPARE_PERSISTENT, &self->chunks, NULL) != SQLITE_OK) {
    nw_store_fail(self, error);
    return NULL;
  }
  for (int i = 0; i < (int)G_N_ELEMENTS(values); i++)
    sqlite3_bind_int64(self->chunks, i + 1, values[i]);
  return self->chunks;
}

/* Of the chunks that are full. */
static gboolean
read_chunks(NwStore *self, gint64 run, NwAxis axis, guint series, guint64 from, gsize n,
            double *out, gsize *got, GError **error)
{
  sqlite3_stmt *statement =
      ask_for_chunks(self, run, axis, series, from / NW_CHUNK, (from + n - 1) / NW_CHUNK, error);
  gboolean is_whole = TRUE;
  int answer = -1;

  if (statement == NULL)
    return FALSE;
  while (is_whole && (answer = nw_store_step(self, statement, error)) > 0) {
    guint64 at = from + *got, start = (guint64)sqlite3_column_int64(statement, 0) * NW_CHUNK;
    const char *data = get_numbers(self, statement, 1, NW_CHUNK, error);
    gsize part;

    is_whole = data != NULL;
    if (!is_whole || at < start || at - start >= NW_CHUNK)
      break;
    part = MIN(n - *got, NW_CHUNK - (gsize)(at - start));
    copy_numbers(out + *got, data + (at - start) * sizeof(double), part);
    *got += part;
  }
  sqlite3_reset(statement); /* or the file stays as it is for this reader */
  return is_whole && answer >= 0;
}

/* Of the rows that have not filled a chunk. */
static gboolean
read_tails(NwStore *self, gint64 run, NwAxis axis, guint series, guint64 from, gsize n, double *out,
           gsize *got, GError **error)
{
  g_autoptr(sqlite3_stmt) statement = nw_store_query(
      self, error,
      "SELECT first, n, data FROM tail WHERE run = ? AND axis = ? AND first + n > ? AND first < ?"
      " ORDER BY first",
      "iiii", run, (gint64)axis, (gint64)(from + *got), (gint64)(from + n));
  int answer = -1;

  if (statement == NULL)
    return FALSE;
  while (*got < n && (answer = nw_store_step(self, statement, error)) > 0) {
    guint64 first = (guint64)sqlite3_column_int64(statement, 0);
    gint64 rows = sqlite3_column_int64(statement, 1);
    gsize bytes = (gsize)sqlite3_column_bytes(statement, 2), width;
    const char *data = sqlite3_column_blob(statement, 2);

    width = rows > 0 ? bytes / (gsize)rows : 0; /* of a row */
    if (data == NULL || width == 0 || width * (gsize)rows != bytes ||
        width < (series + 1) * sizeof(double)) {
      g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("The history %s is damaged."), self->path);
      return FALSE;
    }
    if (first > from + *got)
      break;
    for (guint64 i = from + *got - first; *got < n && i < (guint64)rows; i++)
      copy_numbers(out + (*got)++, data + i * width + series * sizeof(double), 1);
  }
  return answer >= 0 || *got == n;
}

gboolean
nw_store_read_values(NwStore *self, gint64 run, NwAxis axis, guint series, guint64 from, gsize n,
                     double *out, gsize *got, GError **error)
{
  *got = 0;
  if (n == 0)
    return TRUE;
  return read_chunks(self, run, axis, series, from, n, out, got, error) &&
         (*got == n || read_tails(self, run, axis, series, from, n, out, got, error));
}

/* The last, unfinished chunk's ranges come from its values. */
static gboolean
read_last_ranges(NwStore *self, gint64 run, NwAxis axis, guint series, guint64 from, gsize n,
                 double *low, double *high, gsize *got, GError **error)
{
  double values[NW_RANGE];
  gsize there = NW_RANGE;

  while (*got < n && there == NW_RANGE) {
    if (!nw_store_read_values(self, run, axis, series, (from + *got) * NW_RANGE, NW_RANGE, values,
                              &there, error))
      return FALSE;
    if (there > 0) {
      find_range(values, there, &low[*got], &high[*got]);
      (*got)++;
    }
  }
  return TRUE;
}

gboolean
nw_store_read_ranges(NwStore *self, gint64 run, NwAxis axis, guint series, guint64 from, gsize n,
                     double *low, double *high, gsize *got, GError **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  int answer = -1;

  *got = 0;
  if (n == 0)
    return TRUE;
  statement =
      nw_store_query(self, error,
                     "SELECT chunk, data FROM ranges WHERE run = ? AND axis = ? AND"
                     " series = ? AND chunk BETWEEN ? AND ? ORDER BY chunk",
                     "iiiii", run, (gint64)axis, (gint64)series, (gint64)(from / RANGES_PER_CHUNK),
                     (gint64)((from + n - 1) / RANGES_PER_CHUNK));
  if (statement == NULL)
    return FALSE;
  while ((answer = nw_store_step(self, statement, error)) > 0) {
    guint64 start = (guint64)sqlite3_column_int64(statement, 0) * RANGES_PER_CHUNK;
    const char *data = get_numbers(self, statement, 1, RANGES_PER_CHUNK * 2, error);
    double pairs[RANGES_PER_CHUNK * 2];

    if (data == NULL)
      return FALSE;
    if (from + *got < start || from + *got - start >= RANGES_PER_CHUNK)
      break;
    copy_numbers(pairs, data, G_N_ELEMENTS(pairs));
    for (guint64 i = from + *got - start; *got < n && i < RANGES_PER_CHUNK; i++, (*got)++) {
      low[*got] = pairs[2 * i];
      high[*got] = pairs[2 * i + 1];
    }
  }
  return answer >= 0 &&
         (*got == n || read_last_ranges(self, run, axis, series, from, n, low, high, got, error));
}
