/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-checkup.h"

struct _NwCheckup {
  GObject parent;

  NwDocument *document;
  NwTables *tables;
  NwFindings *findings;
  NwSurvey *survey;
  GCancellable *counting; /* while a thread counts */
  NwProject *counted;     /* the project that it counts for */
};

G_DEFINE_FINAL_TYPE(NwCheckup, nw_checkup, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── counting ────────────────────────────────────────────────────────────────────────────────── */

/* What the thread needs. */
typedef struct {
  NwProject *project;
  char *base_dir;
  GHashTable *tables; /* source → NwTable */
} Job;

static void
job_free(Job *job)
{
  nw_project_unref(job->project);
  g_free(job->base_dir);
  g_hash_table_unref(job->tables);
  g_free(job);
}

static void
count_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;

  g_task_return_pointer(task, nw_survey_new(job->project, job->base_dir, NULL, job->tables),
                        (GDestroyNotify)nw_survey_unref);
}

static void
stop_counting(NwCheckup *self)
{
  if (self->counting)
    g_cancellable_cancel(self->counting);
  g_clear_object(&self->counting);
  g_clear_pointer(&self->counted, nw_project_unref);
}

static void examine(NwCheckup *self);

static void
counted_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  NwCheckup *self = NW_CHECKUP(object);
  gboolean wanted = self->counting == g_task_get_cancellable(G_TASK(result));
  NwSurvey *survey = g_task_propagate_pointer(G_TASK(result), NULL);

  if (!wanted || !survey) {
    g_clear_pointer(&survey, nw_survey_unref);
    return;
  }
  stop_counting(self);
  g_clear_pointer(&self->survey, nw_survey_unref);
  self->survey = survey;
  examine(self);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

/* The files of all sources; NULL while one is still being read. */
static GHashTable *
collect_tables(NwCheckup *self, NwDataSettings *data)
{
  g_autoptr(GHashTable) tables =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)nw_table_unref);

  for (gsize i = 0; i < nw_data_settings_get_n_sources(data); i++) {
    const char *name = nw_data_settings_get_source(data, i)->name;
    const GError *error = NULL;
    NwTable *table = nw_tables_get(self->tables, name, &error);

    if (!table && !error)
      return NULL;
    if (table)
      g_hash_table_insert(tables, g_strdup(name), nw_table_ref(table));
  }
  return g_steal_pointer(&tables);
}

static void
begin_counting(NwCheckup *self, NwProject *project)
{
  NwDataSettings *data = nw_project_get_data(project);
  GHashTable *tables = collect_tables(self, data);
  g_autoptr(GTask) task = NULL;
  Job *job;

  if (!tables)
    return; /* “loaded” will come */
  job = g_new0(Job, 1);
  job->project = nw_project_ref(project);
  job->base_dir = g_strdup(nw_document_get_base_dir(self->document));
  job->tables = tables;
  self->counting = g_cancellable_new();
  self->counted = nw_project_ref(project);
  task = g_task_new(self, self->counting, counted_cb, NULL);
  g_task_set_task_data(task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread(task, count_thread);
}

/* Counts what is not counted yet, and not being counted either. */
static void
count_if_needed(NwCheckup *self, NwProject *project)
{
  if (nw_data_settings_get_n_bindings(nw_project_get_data(project)) == 0 ||
      (self->survey && nw_survey_fits(self->survey, project)))
    return;
  if (self->counted && nw_project_get_data(self->counted) == nw_project_get_data(project) &&
      nw_project_get_graph(self->counted) == nw_project_get_graph(project))
    return;
  stop_counting(self);
  begin_counting(self, project);
}

/* ── examining ───────────────────────────────────────────────────────────────────────────────── */

static void
examine(NwCheckup *self)
{
  NwProject *project = nw_document_get_project(self->document);
  gboolean fits = self->survey && nw_survey_fits(self->survey, project);
  NwFindings *findings = nw_doctor_examine(project, nw_document_get_inference(self->document),
                                           fits ? self->survey : NULL);

  g_clear_pointer(&self->findings, nw_findings_unref);
  self->findings = findings;
}

NwFindings *
nw_checkup_get_findings(NwCheckup *self)
{
  NwProject *project = nw_document_get_project(self->document);

  g_return_val_if_fail(NW_IS_CHECKUP(self), NULL);
  if (!self->findings || nw_findings_get_project(self->findings) != project) {
    count_if_needed(self, project);
    examine(self);
  }
  return self->findings;
}

/* A file has been read, perhaps again: what was counted in it holds no longer. */
static void
loaded_cb(NwCheckup *self)
{
  NwProject *project = nw_document_get_project(self->document);

  stop_counting(self);
  g_clear_pointer(&self->survey, nw_survey_unref);
  count_if_needed(self, project);
}

static void
nw_checkup_dispose(GObject *object)
{
  NwCheckup *self = NW_CHECKUP(object);

  stop_counting(self);
  g_clear_pointer(&self->findings, nw_findings_unref);
  g_clear_pointer(&self->survey, nw_survey_unref);
  g_clear_object(&self->tables);
  g_clear_object(&self->document);
  G_OBJECT_CLASS(nw_checkup_parent_class)->dispose(object);
}

static void
nw_checkup_class_init(NwCheckupClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_checkup_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new("changed", NW_TYPE_CHECKUP, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
}

static void
nw_checkup_init(NwCheckup *self)
{
}

NwCheckup *
nw_checkup_new(NwDocument *document, NwTables *tables)
{
  NwCheckup *self = g_object_new(NW_TYPE_CHECKUP, NULL);

  self->document = g_object_ref(document);
  self->tables = g_object_ref(tables);
  g_signal_connect_object(tables, "loaded", G_CALLBACK(loaded_cb), self, G_CONNECT_SWAPPED);
  return self;
}
