/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = f(x). The plan applies it; this kind only says which. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>

static gboolean
infer(NwInfer *infer, GError **error)
{
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  nw_infer_alias(infer, infer->inputs[0].shape);
  infer->mask_from[0] = 0;
  nw_infer_activity_penalty(infer);
  return nw_infer_activation(infer, nw_params_get_choice(infer->params, "activation"), error);
}

static char *
describe(const NwParams *params)
{
  return g_strdup(nw_params_get_choice(params, "activation"));
}

static const NwParamSpec params[] = {
    {"activation", N_("Function"), N_("What is applied to every number, or to every last axis"),
     NW_PARAM_CHOICE, "relu", .choices = nw_activation_choices},
    NW_PARAMS_ACTIVITY_PENALTY,
    {NULL},
};

const NwLayerKind nw_layer_activation = {
    .id = "activation",
    .title = N_("Activation"),
    .summary = N_("Applies a function such as ReLU or softmax"),
    .category = NW_CATEGORY_CORE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"activation=relu", "mask:4,6"},
                                         {"activation=sigmoid", "-"},
                                         {"activation=tanh activity_l1=0.1", "2,3,4"},
                                         {"activation=softmax", "7"},
                                         {"activation=glu", "mask:3,2"},
                                         {NULL}},
    .infer = infer,
    .describe = describe,
};
