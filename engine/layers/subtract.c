/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = x₁ − x₂, where axes of length 1 are repeated. */
#include "nw-merge.h"

#include <glib/gi18n-lib.h>

static void
forward(const NwCall *call)
{
  nw_merge_sum_forward(call, 1, -1);
}

static void
backward(const NwCall *call)
{
  nw_merge_sum_backward(call, 1, -1);
}

static char *
describe(const NwParams *params)
{
  return g_strdup(_("first − second"));
}

const NwLayerKind nw_layer_subtract = {
    .id = "subtract",
    .title = N_("Subtract"),
    .summary = N_("Takes its second input from its first; axes of length 1 are repeated"),
    .category = NW_CATEGORY_MERGE,
    .inputs = (const NwPort[]){{"first", N_("First")}, {"second", N_("Second")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = (const NwParamSpec[]){{NULL}},
    .examples = (const NwLayerExample[]){{"", "5; 5"},
                                         {"", "mask:4,5; mask:4,5"},
                                         {"", "mask:4,5; 4,5"},
                                         {"", "2,3,4; 3,1"},
                                         {"", "4,1; 1,5"},
                                         {"", "1,3; mask:2,1"},
                                         {"", "-; 5"},
                                         {NULL}},
    .infer = nw_merge_infer,
    .forward = forward,
    .backward = backward,
    .make_mask = nw_merge_make_mask,
    .describe = describe,
};
