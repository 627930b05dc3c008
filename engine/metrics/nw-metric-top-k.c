/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-top-k.h"

#include <glib/gi18n-lib.h>

const NwParamSpec nw_metric_top_k_params[] = {
    {"k", N_("Top k"), N_("Among how many of the most probable classes the true one must be"),
     NW_PARAM_INT, "5", 1, 1000000},
    {NULL},
};

char *
nw_metric_top_k_resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  int k = (int)nw_params_get_int(use->params, "k");

  if (use->cols <= (gsize)k) {
    *reason = _("needs more classes than k, else every answer is right");
    return NULL;
  }
  return g_strdup_printf(
      ngettext("true class is the most probable", "true class among the %d most probable", k), k);
}

/* Fewer than k classes are more probable than the true one; ties count as in. */
static void
update(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch, double *state)
{
  gint64 k = nw_params_get_int(use->params, "k");

  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    if (weight == 0 || !nw_metric_row_is_known(batch, row))
      continue;
    double p = nw_metric_prediction(batch, row, nw_metric_class(batch, row));
    gint64 above = 0;
    for (gsize col = 0; col < batch->cols; col++)
      above += nw_metric_prediction(batch, row, col) > p;
    state[0] += weight * (above < k);
    state[1] += weight;
  }
}

const NwMetricFold nw_metric_top_k_fold = {nw_metric_mean_n_state, update};
