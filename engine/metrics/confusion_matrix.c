/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

#define MAX_CLASSES 32 /* there is a number for each pair */

static char *
resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  if (use->head == NW_HEAD_SIGMOID && use->cols > 1)
    *reason = _("is about classes that exclude each other; labels have true and false positives");
  else if (use->cols > MAX_CLASSES)
    *reason = _("has a number for each pair of classes, and these are more than 32");
  else
    return g_strdup(_("confusion"));
  return NULL;
}

static gsize
n_classes(const NwMetricUse *use)
{
  return MAX(use->cols, 2);
}

/* state: [true class][predicted class] */
static gsize
n_state(const NwMetricUse *use)
{
  return n_classes(use) * n_classes(use);
}

static void
update(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch, double *state)
{
  gboolean one = batch->cols == 1;

  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    if (weight == 0)
      continue;
    gsize is = one ? nw_metric_target(batch, row, 0) > 0.5 : nw_metric_class(batch, row);
    gsize said = one ? nw_metric_prediction(batch, row, 0) > 0.5 : nw_metric_top(batch, row);
    state[is * n_classes(use) + said] += weight;
  }
}

static void
list(const NwMetricKind *kind, const NwMetricUse *use, const char *title, char **labels,
     GArray *values)
{
  gsize n = n_classes(use);

  for (gsize i = 0; i < n * n; i++) {
    g_autofree char *is = g_strdup_printf("%" G_GSIZE_FORMAT, i / n);
    g_autofree char *said = g_strdup_printf("%" G_GSIZE_FORMAT, i % n);
    const char *names[] = {is, said};

    if (labels != NULL && use->cols == n) {
      names[0] = labels[i / n];
      names[1] = labels[i % n];
    }
    /* Translators: the class that is true, the class that is predicted */
    nw_metric_list_value(values, g_strdup_printf("[%s→%s]", names[0], names[1]),
                         g_strdup_printf(_("“%s” taken for “%s”"), names[0], names[1]));
  }
}

static void
result(const NwMetricKind *kind, const NwMetricUse *use, const double *state, double *values)
{
  for (gsize i = 0; i < n_state(use); i++)
    values[i] = state[i];
}

static const NwMetricFold fold = {n_state, update};

const NwMetricKind nw_metric_confusion_matrix = {
    .id = "confusion_matrix",
    .title = N_("Confusion matrix"),
    .group = NW_METRIC_OF_ANSWERS,
    .summary = N_("How often each class is taken for each"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .resolve = resolve,
    .fold = &fold,
    .list = list,
    .result = result,
};
