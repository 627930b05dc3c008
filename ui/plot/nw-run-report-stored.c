/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The report of a run that ended earlier, perhaps in another program. */
#include "nw-blas.h"
#include "nw-build.h"
#include "nw-cpu.h"
#include "nw-error.h"
#include "nw-run-report.h"
#include "nw-stored-files.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

void
nw_run_report_take_origin(NwRunReport *report)
{
  report->build = nw_build_describe();
  report->kernels = nw_cpu_name(nw_cpu_get());
  report->blas = nw_blas_describe();
  report->data_hash = report->dataset != NULL ? nw_dataset_get_hash(report->dataset) : NULL;
}

NwEvaluation *
nw_run_report_evaluate(NwRunReport *report, NwWeights *weights, int threads, GError **error)
{
  static const NwSplit best_first[] = {NW_SPLIT_TEST, NW_SPLIT_VALIDATION, NW_SPLIT_TRAIN};
  guint i = 0;
  gsize n = 0;

  while (nw_dataset_get_split(report->dataset, best_first[i], &n),
         n == 0 && i + 1 < G_N_ELEMENTS(best_first))
    i++;
  report->split = best_first[i];
  return nw_evaluate(report->project, weights, report->dataset, report->split, threads, error);
}

/* ── as it was judged ────────────────────────────────────────────────────────────────────────── */

/* The epoch whose reports tell most: the best, else the newest; 0: there are none. */
static guint
choose_epoch(NwStore *store, const NwStoredRun *run)
{
  g_autoptr(GArray) epochs = nw_store_list_report_epochs(store, run->id, NULL);

  if (epochs == NULL || epochs->len == 0)
    return 0;
  for (guint i = 0; i < epochs->len; i++)
    if ((int)g_array_index(epochs, guint, i) == run->best_epoch + 1)
      return g_array_index(epochs, guint, i);
  return g_array_index(epochs, guint, epochs->len - 1);
}

/* An evaluation of what the store has of an epoch; borrows from @reports. */
static void
take_reports(NwEvaluation *evaluation, GPtrArray *reports, NwHistory *history, guint epoch,
             gboolean has_validation)
{
  guint n = reports->len;

  *evaluation = (NwEvaluation){
      .loss = NAN,
      .n_outputs = n,
      .outputs = g_new0(char *, n + 1),
      .losses = g_new0(double, n + 1),
      .reports = (NwReport **)reports->pdata,
  };
  for (guint i = 0; i < n; i++) {
    const char *output = nw_report_get_output(evaluation->reports[i]);
    g_autofree char *series = g_strdup_printf(has_validation ? "val_%s_loss" : "%s_loss", output);
    int index = nw_history_find_epoch_series(history, series);

    evaluation->outputs[i] = (char *)output;
    evaluation->losses[i] = NAN;
    if (index >= 0)
      nw_history_read_epochs(history, (guint)index, epoch - 1, 1, &evaluation->losses[i]);
  }
}

static gboolean
write_as_measured(NwStore *store, const NwStoredRun *run, NwRunReport *report, const char *path,
                  GError **error)
{
  gboolean has_validation = nw_history_find_epoch_series(report->history, "val_loss") >= 0;
  guint epoch = choose_epoch(store, run);
  g_autoptr(GPtrArray) reports = NULL;
  g_autofree char *note = NULL;
  NwEvaluation evaluation;
  gboolean ok;

  if (epoch == 0)
    return nw_run_report_write(report, path, error);
  reports = nw_store_load_reports(store, run->id, epoch, error);
  if (reports == NULL)
    return FALSE;
  take_reports(&evaluation, reports, report->history, epoch, has_validation);
  note =
      g_strdup_printf(_("The numbers of the outputs are those that were measured at epoch %u: the "
                        "weights or the data of this run are no longer what they were."),
                      epoch);
  report->note = note;
  report->evaluation = &evaluation;
  report->split = has_validation ? NW_SPLIT_VALIDATION : NW_SPLIT_TRAIN;
  ok = nw_run_report_write(report, path, error);
  g_free(evaluation.outputs);
  g_free(evaluation.losses);
  return ok;
}

/* ── both ────────────────────────────────────────────────────────────────────────────────────── */

/* "digits · run 3", from “…/digits.runs/history.db”. (transfer full) */
static char *
dup_title(NwStore *store, const NwStoredRun *run)
{
  g_autofree char *folder = g_path_get_dirname(nw_store_get_path(store));
  g_autofree char *base = g_filename_display_basename(folder);
  g_autofree char *number = g_strdup_printf(_("run %u"), (guint)run->id);
  const char *name = *run->name != '\0' ? run->name : number;

  if (!g_str_has_suffix(base, ".runs"))
    return g_strdup(name);
  base[strlen(base) - strlen(".runs")] = '\0';
  return g_strdup_printf("%s · %s", base, name);
}

static char *
dup_when(const NwStoredRun *run)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(run->started / G_USEC_PER_SEC);
  g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_local(utc) : NULL;

  return local != NULL ? g_date_time_format(local, "%e %B %Y, %H:%M") : NULL;
}

gboolean
nw_run_report_write_stored(NwStore *store, gint64 id, const char *title, const char *path,
                           int threads, GError **error)
{
  g_autoptr(NwStoredRun) run = nw_store_find_run(store, id, error);
  g_autoptr(NwProject) project = run != NULL ? nw_store_load_project(store, id, error) : NULL;
  g_autoptr(NwHistory) history = project != NULL ? nw_store_load_history(store, id, error) : NULL;
  g_autoptr(NwWeights) weights = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwEvaluation) evaluation = NULL;
  g_autofree char *own_title = NULL, *when = NULL;
  NwRunReport report;

  if (history == NULL)
    return FALSE;
  own_title = dup_title(store, run);
  when = dup_when(run);
  weights = nw_stored_run_load_weights(run, project, NULL);
  dataset = nw_stored_run_load_dataset(run, project, NULL);
  report = (NwRunReport){
      .title = title != NULL ? title : own_title,
      .when = when,
      .ended = run->message,
      .project = project,
      .history = history,
      .dataset = dataset,
      .data_hash = run->data_hash,
      .build = run->build,
      .kernels = run->kernels,
      .blas = run->blas,
  };
  if (weights == NULL || dataset == NULL)
    return write_as_measured(store, run, &report, path, error);
  evaluation = nw_run_report_evaluate(&report, weights, threads, error);
  report.evaluation = evaluation;
  return evaluation != NULL && nw_run_report_write(&report, path, error);
}
