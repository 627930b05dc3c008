/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = x, and the loss grows by l1·Σ|x| + l2·Σx², averaged over the batch: Keras' name for what
 * Penalty does, so that its models keep their layers. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>

static gboolean
infer(NwInfer *infer, GError **error)
{
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  nw_infer_alias(infer, infer->inputs[0].shape);
  infer->mask_from[0] = 0;
  infer->activity_l1 = nw_params_get_real(infer->params, "l1");
  infer->activity_l2 = nw_params_get_real(infer->params, "l2");
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  return g_strdup_printf("L1 %.4g · L2 %.4g", nw_params_get_real(params, "l1"),
                         nw_params_get_real(params, "l2"));
}

static const NwParamSpec params[] = {
    {"l1", N_("L1"), N_("Adds this rate times the sum of |x| to the loss"), NW_PARAM_REAL, "0", 0,
     1e6},
    {"l2", N_("L2"), N_("Adds this rate times the sum of x² to the loss"), NW_PARAM_REAL, "0", 0,
     1e6},
    {NULL},
};

const NwLayerKind nw_layer_activity_regularization = {
    .id = "activity_regularization",
    .title = N_("ActivityRegularization"),
    .summary =
        N_("Passes numbers through and adds their size to the loss, averaged over the batch"),
    .category = NW_CATEGORY_REGULARISE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"l1=0.1", "5"},
                                         {"l2=0.01", "mask:4,5"},
                                         {"l1=0.1 l2=0.2", "2,3,4"},
                                         {"", "-"},
                                         {NULL}},
    .infer = infer,
    .describe = describe,
};
