/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = x, and the loss grows by l1·Σ|x| + l2·Σx². The plan adds it; this kind only says how much. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const NwChoice kinds[] = {
    {"l1", N_("L1: sum of |x|")},
    {"l2", N_("L2: sum of x²")},
    {"l1_l2", N_("L1 and L2")},
    {NULL},
};

static const NwChoice *
kind_choices(void)
{
  return kinds;
}

static void
get_rates(const NwParams *params, double *l1, double *l2)
{
  const char *kind = nw_params_get_choice(params, "kind");
  double rate = nw_params_get_real(params, "rate");
  *l1 = g_str_equal(kind, "l2") ? 0 : rate;
  *l2 = g_str_equal(kind, "l1") ? 0 : rate;
  if (g_str_equal(kind, "l1_l2"))
    *l2 = nw_params_get_real(params, "rate_l2");
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  nw_infer_alias(infer, infer->inputs[0].shape);
  infer->mask_from[0] = 0;
  get_rates(infer->params, &infer->activity_l1, &infer->activity_l2);
  infer->per_batch = nw_params_get_bool(infer->params, "per_batch");
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  double l1, l2;
  get_rates(params, &l1, &l2);
  const char *kind = nw_params_get_choice(params, "kind");
  if (g_str_equal(kind, "l1_l2"))
    return g_strdup_printf("L1 %.4g · L2 %.4g", l1, l2);
  return g_strdup_printf("%s %.4g", g_str_equal(kind, "l1") ? "L1" : "L2", l1 + l2);
}

static const NwParamSpec params[] = {
    {"kind", N_("Penalty"), N_("What of the numbers that pass through is added to the loss"),
     NW_PARAM_CHOICE, "l2", .choices = kind_choices},
    {"rate", N_("Rate"), N_("The sum is multiplied by this; with L1 and L2, the rate of L1"),
     NW_PARAM_REAL, "0.01", 0, 1e6},
    {"rate_l2", N_("Rate of L2"), N_("The sum of squares is multiplied by this"), NW_PARAM_REAL,
     "0.01", 0, 1e6, .when = "kind=l1_l2"},
    {"per_batch", N_("Sum over the batch"),
     N_("On: the sum over all samples of a batch, so larger batches are penalised more; off: their "
        "mean"),
     NW_PARAM_BOOL, "false"},
    {NULL},
};

const NwLayerKind nw_layer_penalty = {
    .id = "penalty",
    .title = N_("Penalty"),
    .summary = N_("Passes numbers through and adds their size to the loss, so training keeps them "
                  "small (weights are not touched)"),
    .category = NW_CATEGORY_REGULARISE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"kind=l1 rate=0.1", "5"},
                                         {"kind=l2", "mask:4,5"},
                                         {"kind=l1_l2 rate=0.1 rate_l2=0.2", "2,3,4"},
                                         {"kind=l2 per_batch=true", "-"},
                                         {NULL}},
    .infer = infer,
    .describe = describe,
};
