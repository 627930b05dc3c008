/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-store-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "nw-error.h"

#define APPLICATION_ID 0x4e775275 /* “NwRu”, in the file's header */
#define BUSY_MS        2000       /* how long to wait for another writer */
#define PAGE_BYTES     "8192"

/* Script i brings version i of the file to version i + 1. Scripts that were released never change.
 */
static const char *const migrations[] = {
    "CREATE TABLE run ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  name TEXT NOT NULL DEFAULT '',"
    "  tags TEXT NOT NULL DEFAULT '',"
    "  note TEXT NOT NULL DEFAULT '',"
    "  process TEXT NOT NULL,"    /* who writes it: host, process, since when */
    "  started INTEGER NOT NULL," /* µs since 1970 */
    "  ended INTEGER,"
    "  how TEXT,"
    "  message TEXT,"
    "  seconds REAL,"
    "  project TEXT," /* NULL: reserved, has not begun */
    "  base_dir TEXT,"
    "  folder TEXT,"
    "  data_hash TEXT,"
    "  seed INTEGER,"
    "  threads INTEGER,"
    "  build TEXT, kernels TEXT, blas TEXT,"
    "  start_hash TEXT, best_hash TEXT, last_hash TEXT,"
    "  series TEXT,"
    "  steps_per_epoch INTEGER,"
    "  n_steps INTEGER NOT NULL DEFAULT 0,"
    "  n_epochs INTEGER NOT NULL DEFAULT 0,"
    "  best_epoch INTEGER NOT NULL DEFAULT -1,"
    "  best_loss REAL,"
    "  mean_ece REAL);"
    /* Rows that do not fill a chunk yet: doubles [n, series], little-endian. */
    "CREATE TABLE tail ("
    "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
    "  axis INTEGER NOT NULL," /* 0 steps, 1 epochs */
    "  first INTEGER NOT NULL,"
    "  n INTEGER NOT NULL,"
    "  data BLOB NOT NULL,"
    "  UNIQUE (run, axis, first));"
    /* Full chunks, by series: doubles [4096]. */
    "CREATE TABLE chunk ("
    "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
    "  axis INTEGER NOT NULL,"
    "  series INTEGER NOT NULL,"
    "  chunk INTEGER NOT NULL,"
    "  data BLOB NOT NULL,"
    "  UNIQUE (run, axis, series, chunk));"
    /* The pyramid over them: smallest and largest of each 256 values, doubles [16, 2]. */
    "CREATE TABLE ranges ("
    "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
    "  axis INTEGER NOT NULL,"
    "  series INTEGER NOT NULL,"
    "  chunk INTEGER NOT NULL,"
    "  data BLOB NOT NULL,"
    "  PRIMARY KEY (run, axis, series, chunk)) WITHOUT ROWID;"
    /* What the person changed while it ran. */
    "CREATE TABLE change ("
    "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
    "  step INTEGER NOT NULL,"
    "  output INTEGER NOT NULL," /* below 0: as nw-history.h says */
    "  value REAL NOT NULL);"
    "CREATE INDEX change_of_run ON change (run);"
    /* All reports of an evaluation, without rows, compressed. */
    "CREATE TABLE snapshot ("
    "  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
    "  epoch INTEGER NOT NULL," /* 1 … */
    "  data BLOB NOT NULL,"
    "  UNIQUE (run, epoch));",
};

#define VERSION ((int)G_N_ELEMENTS(migrations))

/* ── sentences ───────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  int code;
  NwError error;
  const char *format; /* of the file's path */
} Fault;

static const Fault faults[] = {
    {SQLITE_CORRUPT, NW_ERROR_FORMAT, N_("The history %s is damaged.")},
    {SQLITE_NOTADB, NW_ERROR_FORMAT, N_("%s is no history of runs.")},
    {SQLITE_FULL, NW_ERROR_LIMIT,
     N_("The disk is full, so the history %s cannot grow; free some space.")},
    {SQLITE_BUSY, NW_ERROR_INPUT,
     N_("Another program keeps the history %s locked; close it there.")},
    {SQLITE_LOCKED, NW_ERROR_INPUT,
     N_("Another program keeps the history %s locked; close it there.")},
    {SQLITE_READONLY, NW_ERROR_INPUT,
     N_("The history %s cannot be written: the file or its folder is read-only.")},
    {SQLITE_CANTOPEN, NW_ERROR_INPUT,
     N_("The history %s cannot be opened: look whether the file is there and may be read.")},
    {SQLITE_PERM, NW_ERROR_INPUT,
     N_("The history %s cannot be opened: look whether the file is there and may be read.")},
};

gboolean
nw_store_fail(NwStore *self, GError **error)
{
  int code = sqlite3_errcode(self->db) & 0xff;
  g_autofree char *name = g_filename_display_name(self->path);

  for (gsize i = 0; i < G_N_ELEMENTS(faults); i++)
    if (faults[i].code == code) {
      g_autofree char *message = NULL;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      message = g_strdup_printf(_(faults[i].format), name);
#pragma GCC diagnostic pop
      g_set_error_literal(error, NW_ERROR, (gint)faults[i].error, message);
      return FALSE;
    }
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("The history %s cannot be used: %s."), name,
              sqlite3_errmsg(self->db));
  return FALSE;
}

/* ── statements ──────────────────────────────────────────────────────────────────────────────── */

static int
bind_one(sqlite3_stmt *statement, int i, char type, va_list *values)
{
  switch (type) {
  case 'i':
    return sqlite3_bind_int64(statement, i, va_arg(*values, gint64));
  case 'd':
    return sqlite3_bind_double(statement, i, va_arg(*values, double));
  case 't':
    return sqlite3_bind_text(statement, i, va_arg(*values, const char *), -1, SQLITE_TRANSIENT);
  case 'b': {
    const void *data = va_arg(*values, const void *);
    gsize length = va_arg(*values, gsize);
    return sqlite3_bind_blob64(statement, i, data, length, SQLITE_STATIC);
  }
  default:
    g_assert_not_reached();
  }
}

static sqlite3_stmt *
prepare(NwStore *self, const char *sql, const char *types, va_list *values, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL);

  for (int i = 0; code == SQLITE_OK && types[i] != '\0'; i++)
    code = bind_one(statement, i + 1, types[i], values);
  if (code == SQLITE_OK)
    return statement;
  nw_store_fail(self, error);
  sqlite3_finalize(statement);
  return NULL;
}

sqlite3_stmt *
nw_store_query(NwStore *self, GError **error, const char *sql, const char *types, ...)
{
  va_list values;
  sqlite3_stmt *statement;

  va_start(values, types);
  statement = prepare(self, sql, types, &values, error);
  va_end(values);
  return statement;
}

int
nw_store_step(NwStore *self, sqlite3_stmt *statement, GError **error)
{
  switch (sqlite3_step(statement)) {
  case SQLITE_ROW:
    return 1;
  case SQLITE_DONE:
    return 0;
  default:
    nw_store_fail(self, error);
    return -1;
  }
}

gboolean
nw_store_do(NwStore *self, GError **error, const char *sql, const char *types, ...)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  va_list values;
  int answer;

  va_start(values, types);
  statement = prepare(self, sql, types, &values, error);
  va_end(values);
  if (statement == NULL)
    return FALSE;
  while ((answer = nw_store_step(self, statement, error)) > 0)
    ;
  return answer == 0;
}

char *
nw_store_dup_column(sqlite3_stmt *statement, int column)
{
  return g_strdup((const char *)sqlite3_column_text(statement, column));
}

double
nw_store_get_number(sqlite3_stmt *statement, int column)
{
  return sqlite3_column_type(statement, column) == SQLITE_NULL
             ? NAN
             : sqlite3_column_double(statement, column);
}

gboolean
nw_store_begin(NwStore *self, gboolean to_write, GError **error)
{
  return nw_store_do(self, error, to_write ? "BEGIN IMMEDIATE" : "BEGIN", "");
}

gboolean
nw_store_commit(NwStore *self, GError **error)
{
  if (nw_store_do(self, error, "COMMIT", ""))
    return TRUE;
  nw_store_rollback(self);
  return FALSE;
}

void
nw_store_rollback(NwStore *self)
{
  if (!sqlite3_get_autocommit(self->db))
    nw_store_do(self, NULL, "ROLLBACK", "");
}

/* ── opening ─────────────────────────────────────────────────────────────────────────────────── */

/* What the header says. An empty file is one of version 0. */
static gboolean
read_version(NwStore *self, int *version, GError **error)
{
  g_autoptr(sqlite3_stmt) statement =
      nw_store_query(self, error,
                     "SELECT (SELECT application_id FROM pragma_application_id),"
                     " (SELECT user_version FROM pragma_user_version),"
                     " (SELECT count(*) FROM sqlite_master)",
                     "");
  g_autofree char *name = g_filename_display_name(self->path);

  if (statement == NULL || nw_store_step(self, statement, error) < 0)
    return FALSE;
  *version = sqlite3_column_int(statement, 1);
  if (sqlite3_column_int(statement, 0) == APPLICATION_ID && *version > 0) {
    if (*version <= VERSION)
      return TRUE;
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("The history %s was written by a newer Netwright; use that one."), name);
    return FALSE;
  }
  if (sqlite3_column_int(statement, 0) == 0 && *version == 0 &&
      sqlite3_column_int(statement, 2) == 0)
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("%s is no history of runs."), name);
  return FALSE;
}

static gboolean
run_script(NwStore *self, const char *script, GError **error)
{
  return sqlite3_exec(self->db, script, NULL, NULL, NULL) == SQLITE_OK ||
         nw_store_fail(self, error);
}

/* Two programs may do this at once: the second finds the work done. */
static gboolean
migrate(NwStore *self, GError **error)
{
  g_autofree char *header = g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d",
                                            APPLICATION_ID, VERSION);
  int version;
  gboolean done;

  if (!nw_store_begin(self, TRUE, error))
    return FALSE;
  done = read_version(self, &version, error);
  for (int i = version; done && i < VERSION; i++)
    done = run_script(self, migrations[i], error);
  if (done && run_script(self, header, error))
    return nw_store_commit(self, error);
  nw_store_rollback(self);
  return FALSE;
}

/* SQLite's own parts of a file from outside are not to be trusted either. */
static gboolean
prepare_connection(NwStore *self, GError **error)
{
  sqlite3_busy_timeout(self->db, BUSY_MS);
  sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  return run_script(self,
                    "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;"
                    "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 4194304",
                    error);
}

/* The page size holds from the first table on; WAL lets others read while one writes, and what was
 * committed survives the end of the process without waiting for the disk. */
static gboolean
prepare_file(NwStore *self, GError **error)
{
  int version;

  if (!read_version(self, &version, error))
    return FALSE;
  if (version == 0 && !run_script(self,
                                  "PRAGMA page_size = " PAGE_BYTES ";"
                                  "PRAGMA auto_vacuum = INCREMENTAL",
                                  error))
    return FALSE;
  /* A file system without shared memory keeps the rollback journal, which is as safe. */
  sqlite3_exec(self->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
  return version == VERSION || migrate(self, error);
}

static gboolean
open_with(NwStore *self, const char *name, int flags, GError **error)
{
  sqlite3_close_v2(self->db);
  self->db = NULL;
  if (sqlite3_open_v2(name, &self->db, flags | SQLITE_OPEN_FULLMUTEX, NULL) == SQLITE_OK)
    return prepare_connection(self, error);
  return nw_store_fail(self, error);
}

/* Readable at all? The first read says. */
static gboolean
open_to_read(NwStore *self, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string(self->path, "/", FALSE);
  g_autofree char *immutable = g_strdup_printf("file:%s?immutable=1", escaped);
  int version;

  if (!g_file_test(self->path, G_FILE_TEST_EXISTS)) {
    g_autofree char *name = g_filename_display_name(self->path);
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("There is no history of runs yet: %s does not exist."), name);
    return FALSE;
  }
  if (open_with(self, self->path, SQLITE_OPEN_READWRITE, NULL) &&
      read_version(self, &version, error))
    return TRUE;
  if (error != NULL && *error != NULL && (*error)->code == NW_ERROR_FORMAT)
    return FALSE;
  g_clear_error(error);
  /* In a folder that may not be written nobody writes. */
  return open_with(self, immutable, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error) &&
         read_version(self, &version, error);
}

/* An older version is read as the newest one is, once somebody who may has migrated it. */
static gboolean
is_newest(NwStore *self, GError **error)
{
  int version;

  if (!read_version(self, &version, error))
    return FALSE;
  if (version == VERSION || prepare_file(self, error))
    return TRUE;
  return FALSE;
}

NwStore *
nw_store_open(const char *path, NwStoreMode mode, GError **error)
{
  g_autoptr(NwStore) self = g_new0(NwStore, 1);
  g_autoptr(GError) fault = NULL;
  gboolean opened;

  self->path = g_canonicalize_filename(path, NULL);
  self->may_write = mode == NW_STORE_WRITE;
  if (mode == NW_STORE_READ)
    opened = open_to_read(self, &fault) && is_newest(self, &fault);
  else
    opened = open_with(self, self->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &fault) &&
             prepare_file(self, &fault);
  if (opened)
    return g_steal_pointer(&self);
  g_propagate_error(error, g_steal_pointer(&fault));
  return NULL;
}

void
nw_store_free(NwStore *self)
{
  if (self == NULL)
    return;
  sqlite3_finalize(self->chunks);
  sqlite3_close_v2(self->db);
  g_free(self->path);
  g_free(self);
}

const char *
nw_store_get_path(const NwStore *self)
{
  return self->path;
}

/* ── broken files are kept aside ─────────────────────────────────────────────────────────────── */

/* With its journal: a tool may still get something out of them. */
static gboolean
move_aside(const char *path, char **aside)
{
  static const char *const parts[] = {"-wal", "-shm"};
  g_autoptr(GDateTime) now = g_date_time_new_now_utc();
  g_autofree char *date = g_date_time_format(now, "%Y%m%d-%H%M%S");
  g_autofree char *stem =
      g_str_has_suffix(path, ".db") ? g_strndup(path, strlen(path) - 3) : g_strdup(path);

  *aside = g_strdup_printf("%s-broken-%s.db", stem, date);
  for (guint i = 2; g_file_test(*aside, G_FILE_TEST_EXISTS); i++) {
    g_free(*aside);
    *aside = g_strdup_printf("%s-broken-%s-%u.db", stem, date, i);
  }
  if (g_rename(path, *aside) != 0)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *from = g_strconcat(path, parts[i], NULL);
    g_autofree char *to = g_strconcat(*aside, parts[i], NULL);
    g_rename(from, to);
  }
  return TRUE;
}

char *
nw_store_put_aside(const char *path, const GError *fault)
{
  g_autofree char *aside = NULL;

  return move_aside(path, &aside)
             ? g_strdup_printf(_("%s It is kept as %s, and a new history was begun."),
                               fault->message, aside)
             : NULL;
}
