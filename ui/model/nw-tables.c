/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-tables.h"

/* One source's file. */
typedef struct {
  char *name, *path;
  NwReadOptions options;
  NwTable *table;
  GError *error;
  GCancellable *reading; /* while a thread reads */
  gboolean wanted;       /* still among the sources */
} Entry;

struct _NwTables {
  GObject parent;

  GPtrArray *entries;
};

G_DEFINE_FINAL_TYPE(NwTables, nw_tables, G_TYPE_OBJECT)

enum { SIGNAL_LOADED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
entry_free(Entry *entry)
{
  if (entry->reading)
    g_cancellable_cancel(entry->reading);
  g_clear_object(&entry->reading);
  g_clear_pointer(&entry->table, nw_table_unref);
  g_clear_error(&entry->error);
  g_free(entry->name);
  g_free(entry->path);
  g_free(entry);
}

static Entry *
find(NwTables *self, const char *name)
{
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index(self->entries, i);

    if (g_strcmp0(entry->name, name) == 0)
      return entry;
  }
  return NULL;
}

/* What the thread needs. */
typedef struct {
  char *name, *path;
  NwReadOptions options;
} Job;

static void
job_free(Job *job)
{
  g_free(job->name);
  g_free(job->path);
  g_free(job);
}

static void
read_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;
  NwTable *table = nw_table_read(job->path, &job->options, &error);

  if (table)
    g_task_return_pointer(task, table, (GDestroyNotify)nw_table_unref);
  else
    g_task_return_error(task, error);
}

static void
read_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  NwTables *self = NW_TABLES(object);
  const Job *job = g_task_get_task_data(G_TASK(result));
  Entry *entry = find(self, job->name);
  g_autoptr(GError) error = NULL;
  NwTable *table = g_task_propagate_pointer(G_TASK(result), &error);

  if (!entry || entry->reading != g_task_get_cancellable(G_TASK(result))) {
    g_clear_pointer(&table, nw_table_unref);
    return;
  }
  g_clear_object(&entry->reading);
  entry->table = table;
  entry->error = g_steal_pointer(&error);
  g_signal_emit(self, signals[SIGNAL_LOADED], 0, entry->name);
}

static void
begin_reading(NwTables *self, Entry *entry)
{
  g_autoptr(GTask) task = NULL;
  Job *job = g_new0(Job, 1);

  if (entry->reading)
    g_cancellable_cancel(entry->reading);
  g_clear_object(&entry->reading);
  g_clear_pointer(&entry->table, nw_table_unref);
  g_clear_error(&entry->error);

  job->name = g_strdup(entry->name);
  job->path = g_strdup(entry->path);
  job->options = entry->options;
  entry->reading = g_cancellable_new();
  task = g_task_new(self, entry->reading, read_cb, NULL);
  g_task_set_task_data(task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread(task, read_thread);
}

static gboolean
same_options(const NwReadOptions *a, const NwReadOptions *b)
{
  return a->reader == b->reader && a->delimiter == b->delimiter && a->header == b->header;
}

static void
want(NwTables *self, const NwDataSource *source, const char *base_dir)
{
  g_autofree char *path = nw_data_source_dup_path(source, base_dir);
  Entry *entry = find(self, source->name);

  if (!entry) {
    entry = g_new0(Entry, 1);
    entry->name = g_strdup(source->name);
    g_ptr_array_add(self->entries, entry);
  }
  entry->wanted = TRUE;
  if (g_strcmp0(entry->path, path) == 0 && same_options(&entry->options, &source->options))
    return;
  g_free(entry->path);
  entry->path = g_steal_pointer(&path);
  entry->options = source->options;
  begin_reading(self, entry);
}

void
nw_tables_set_sources(NwTables *self, NwDataSettings *settings, const char *base_dir)
{
  gsize n = nw_data_settings_get_n_sources(settings);

  g_return_if_fail(NW_IS_TABLES(self));

  for (guint i = 0; i < self->entries->len; i++)
    ((Entry *)g_ptr_array_index(self->entries, i))->wanted = FALSE;
  for (gsize i = 0; i < n; i++)
    want(self, nw_data_settings_get_source(settings, i), base_dir);
  for (guint i = self->entries->len; i-- > 0;)
    if (!((Entry *)g_ptr_array_index(self->entries, i))->wanted)
      g_ptr_array_remove_index(self->entries, i);
}

NwTable *
nw_tables_get(NwTables *self, const char *source, const GError **error)
{
  Entry *entry = find(self, source);

  if (error)
    *error = entry ? entry->error : NULL;
  return entry ? entry->table : NULL;
}

void
nw_tables_reload(NwTables *self, const char *source)
{
  Entry *entry = find(self, source);

  if (entry)
    begin_reading(self, entry);
}

static void
nw_tables_finalize(GObject *object)
{
  g_ptr_array_unref(NW_TABLES(object)->entries);
  G_OBJECT_CLASS(nw_tables_parent_class)->finalize(object);
}

static void
nw_tables_class_init(NwTablesClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_tables_finalize;
  signals[SIGNAL_LOADED] = g_signal_new("loaded", NW_TYPE_TABLES, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
nw_tables_init(NwTables *self)
{
  self->entries = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
}

NwTables *
nw_tables_new(void)
{
  return g_object_new(NW_TYPE_TABLES, NULL);
}
