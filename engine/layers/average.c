/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = (x₁ + x₂ + …)/n, where axes of length 1 are repeated. */
#include "nw-merge.h"

#include <glib/gi18n-lib.h>

static void
forward(const NwCall *call)
{
  NwReal part = 1 / (NwReal)call->n_inputs;
  nw_merge_sum_forward(call, part, part);
}

static void
backward(const NwCall *call)
{
  NwReal part = 1 / (NwReal)call->n_inputs;
  nw_merge_sum_backward(call, part, part);
}

static char *
describe(const NwParams *params)
{
  return g_strdup(_("mean"));
}

const NwLayerKind nw_layer_average = {
    .id = "average",
    .title = N_("Average"),
    .summary = N_("The mean of its inputs, number by number; axes of length 1 are repeated"),
    .category = NW_CATEGORY_MERGE,
    .inputs = NW_MERGE_INPUTS,
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = (const NwParamSpec[]){{NULL}},
    .examples = nw_merge_examples,
    .infer = nw_merge_infer,
    .forward = forward,
    .backward = backward,
    .make_mask = nw_merge_make_mask,
    .describe = describe,
};
