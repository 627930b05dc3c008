/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = x₁ + x₂ + …, where axes of length 1 are repeated (facts A.9). */
#include "nw-merge.h"

#include <glib/gi18n-lib.h>

static void
forward(const NwCall *call)
{
  nw_merge_sum_forward(call, 1, 1);
}

static void
backward(const NwCall *call)
{
  nw_merge_sum_backward(call, 1, 1);
}

static char *
describe(const NwParams *params)
{
  return g_strdup(_("sum"));
}

const NwLayerKind nw_layer_add = {
    .id = "add",
    .title = N_("Add"),
    .summary =
        N_("Adds its inputs; axes of length 1 are repeated. Its mask needs one on every input"),
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
