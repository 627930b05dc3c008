/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const NwChoice *
aggregation_choices(void)
{
  static const NwChoice choices[] = {{"uniform_average", N_("Mean over columns")},
                                     {"variance_weighted_average", N_("Weighted by variance")},
                                     {NULL}};
  return choices;
}

static const NwParamSpec params[] = {
    {"class_aggregation", N_("R² of columns"), N_("How the R² of several columns become one"),
     NW_PARAM_CHOICE, "uniform_average", .choices = aggregation_choices},
    NW_METRIC_PARAM_PER_LABEL,
    {NULL},
};

/* Of a column, where it is known: Σ w, ȳ so far, Σ w·(y − ȳ)², Σ w·(y − p)². */
typedef struct {
  double weight, mean, total, rest;
} Column;

static gsize
n_state(const NwMetricUse *use)
{
  return use->cols * sizeof(Column) / sizeof(double);
}

/* ȳ' = ȳ + (w/W)·(y − ȳ), total' = total + w·(y − ȳ)·(y − ȳ'). (Welford 1962, West 1979) */
static void
update(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch, double *state)
{
  Column *columns = (Column *)state;

  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    for (gsize col = 0; col < batch->cols && weight != 0; col++) {
      Column *column = &columns[col];
      double y = nw_metric_target(batch, row, col);
      double error = y - nw_metric_prediction(batch, row, col), before = y - column->mean;
      if (isnan(y))
        continue;
      column->weight += weight;
      column->mean += weight / column->weight * before;
      column->total += weight * before * (y - column->mean);
      column->rest += weight * error * error;
    }
  }
}

/* 1 − rest/total. Targets that never change leave nothing to explain: 1 if all are met, else 0, as
 * in scikit-learn. */
static double
score(double rest, double total)
{
  if (total > 0)
    return 1 - rest / total;
  return rest > 0 ? 0 : 1;
}

/* NaN of nothing */
static void
result(const NwMetricKind *kind, const NwMetricUse *use, const double *state, double *values)
{
  const char *how = nw_params_get_choice(use->params, "class_aggregation");
  gsize n_shown = nw_metric_n_shown(use, 0);
  const Column *columns = (const Column *)state;
  double sum = 0, known = 0, rest = 0, total = 0;

  for (gsize col = 0; col < use->cols; col++) {
    gboolean is_known = columns[col].weight > 0;
    double one = is_known ? score(columns[col].rest, columns[col].total) : NAN;
    sum += is_known ? one : 0;
    known += is_known;
    rest += columns[col].rest;
    total += columns[col].total;
    if (col < n_shown)
      values[1 + col] = one;
  }
  /* Σ total·(1 − rest/total) / Σ total */
  if (known == 0)
    values[0] = NAN;
  else
    values[0] = strcmp(how, "variance_weighted_average") == 0 ? score(rest, total) : sum / known;
}

static char *
resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  return g_strdup("R²");
}

static const NwMetricFold fold = {n_state, update};

const NwMetricKind nw_metric_r2_score = {
    .id = "r2_score",
    .title = N_("R²"),
    .group = NW_METRIC_OF_DISTANCE,
    .summary = N_("How much of the target's variance is explained: 1 all, 0 as much as its mean"),
    .higher_is_better = TRUE,
    .params = params,
    .resolve = resolve,
    .fold = &fold,
    .list = nw_metric_columns_list,
    .result = result,
};
