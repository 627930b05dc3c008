/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-trust-measure.h"

#include <math.h>
#include <string.h>

/* ── one label ───────────────────────────────────────────────────────────────────────────────── */

static void
fill_answers(double *numbers, const NwRank *rank, double threshold, NwTrustOrder f1,
             NwTrustOrder precision, NwTrustOrder recall)
{
  NwConfusion at = nw_rank_confusion_at(rank, threshold);

  numbers[f1] = nw_confusion_f1(&at);
  numbers[precision] = nw_confusion_precision(&at);
  numbers[recall] = nw_confusion_recall(&at);
}

void
nw_trust_measure_entry(const NwTrustEntry *entry, const NwThresholdKind *kind, double value,
                       double *numbers)
{
  NwReport *choice = entry->validation ? entry->validation : entry->report;
  g_autoptr(NwRank) rank = NULL, test = NULL;
  double threshold;

  for (guint i = NW_TRUST_FIRST_MEASURED; i < NW_TRUST_N_ORDERS; i++)
    numbers[i] = NAN;
  if (entry->label < 0)
    return;
  numbers[NW_TRUST_BY_AUC] = nw_report_get_auc(entry->report, (guint)entry->label);
  numbers[NW_TRUST_BY_AP] = nw_report_get_average_precision(entry->report, (guint)entry->label);
  rank = nw_report_dup_rank(choice, (guint)entry->label);
  if (!rank || rank->positives == 0 || rank->negatives == 0)
    return;
  threshold = kind->choose(rank, value);
  numbers[NW_TRUST_BY_THRESHOLD] = threshold;
  if (!isfinite(threshold))
    return;
  fill_answers(numbers, rank, threshold, NW_TRUST_BY_F1, NW_TRUST_BY_PRECISION, NW_TRUST_BY_RECALL);
  test = entry->test ? nw_report_dup_rank(entry->test, (guint)entry->label) : NULL;
  if (test)
    fill_answers(numbers, test, threshold, NW_TRUST_BY_TEST_F1, NW_TRUST_BY_TEST_PRECISION,
                 NW_TRUST_BY_TEST_RECALL);
}

/* ── all of them ─────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  const NwThresholdKind *kind;
  double value;
  guint n;
  NwTrustEntry *entries; /* [n] copies, with references to their reports; names are not set */
} Job;

static void
job_free(Job *job)
{
  for (guint i = 0; i < job->n; i++) {
    nw_report_unref(job->entries[i].report);
    nw_report_unref(job->entries[i].validation);
    nw_report_unref(job->entries[i].test);
  }
  g_free(job->entries);
  g_free(job);
}

static void
measure_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;

  for (guint i = 0; i < job->n && !g_cancellable_is_cancelled(cancellable); i++)
    nw_trust_measure_entry(&job->entries[i], job->kind, job->value, job->entries[i].numbers);
  g_task_return_boolean(task, TRUE);
}

void
nw_trust_measure_async(NwTrustList *list, const NwThresholdKind *kind, double value,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);
  Job *job = g_new0(Job, 1);

  job->kind = kind;
  job->value = value;
  job->n = list->entries->len;
  job->entries = g_new0(NwTrustEntry, job->n + 1);
  for (guint i = 0; i < job->n; i++) {
    const NwTrustEntry *entry = g_ptr_array_index(list->entries, i);

    job->entries[i].label = entry->label;
    job->entries[i].report = nw_report_ref(entry->report);
    if (entry->validation)
      job->entries[i].validation = nw_report_ref(entry->validation);
    if (entry->test)
      job->entries[i].test = nw_report_ref(entry->test);
  }
  g_task_set_task_data(task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread(task, measure_thread);
}

gboolean
nw_trust_measure_finish(GAsyncResult *result, NwTrustList *list)
{
  const Job *job = g_task_get_task_data(G_TASK(result));

  if (!g_task_propagate_boolean(G_TASK(result), NULL))
    return FALSE;
  g_return_val_if_fail(job->n == list->entries->len, FALSE);
  for (guint i = 0; i < job->n; i++) {
    NwTrustEntry *entry = g_ptr_array_index(list->entries, i);
    memcpy(entry->numbers + NW_TRUST_FIRST_MEASURED,
           job->entries[i].numbers + NW_TRUST_FIRST_MEASURED,
           (NW_TRUST_N_ORDERS - NW_TRUST_FIRST_MEASURED) * sizeof(double));
  }
  return TRUE;
}
