/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* loss += weight · mean x, or weight · Σ x of a sample, averaged over the batch. The plan adds it;
 * this kind only says so. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>

static const NwChoice reductions[] = {
    {"mean", N_("mean of all numbers")},
    {"sum", N_("sum of each sample's numbers")},
    {NULL},
};

static const NwChoice *
reduction_choices(void)
{
  return reductions;
}

static gboolean
is_sum(const NwParams *params)
{
  return g_str_equal(nw_params_get_choice(params, "reduction"), "sum");
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  infer->loss_term = is_sum(infer->params) ? NW_LOSS_TERM_SUM : NW_LOSS_TERM_MEAN;
  infer->loss_weight = nw_params_get_real(infer->params, "weight");
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  const char *what = is_sum(params) ? _("sum") : _("mean");
  double weight = nw_params_get_real(params, "weight");
  return weight == 1 ? g_strdup(what) : g_strdup_printf(_("%s · weight %.4g"), what, weight);
}

static const NwParamSpec params[] = {
    {"weight", N_("Weight"), N_("How much this term counts in the total"), NW_PARAM_REAL, "1", 0,
     1e9},
    {"reduction", N_("Takes the"),
     N_("What becomes of several numbers; the batch is always averaged, and steps that a mask "
        "leaves "
        "out do not count"),
     NW_PARAM_CHOICE, "mean", .choices = reduction_choices},
    {NULL},
};

const NwLayerKind nw_layer_loss_term = {
    .id = "loss_term",
    .title = N_("Loss term"),
    .summary = N_("Adds its input to what training makes small; give it anything drawn or written"),
    .category = NW_CATEGORY_OUTPUTS,
    .inputs = (const NwPort[]){{"in", N_("Term")}, {NULL}},
    .outputs = (const NwPort[]){{NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){{"", "-"}, {"reduction=sum weight=0.1", "mask:4,5"}, {NULL}},
    .infer = infer,
    .describe = describe,
};
