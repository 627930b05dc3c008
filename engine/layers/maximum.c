/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = the largest of x₁, x₂ …; an input that its mask leaves out does not take part there. */
#include "nw-merge.h"

#include <glib/gi18n-lib.h>

static void
forward(const NwCall *call)
{
  nw_merge_extreme_forward(call, 1);
}

static void
backward(const NwCall *call)
{
  nw_merge_extreme_backward(call);
}

static char *
describe(const NwParams *params)
{
  return g_strdup(_("largest"));
}

const NwLayerKind nw_layer_maximum = {
    .id = "maximum",
    .title = N_("Maximum"),
    .summary = N_("The largest of its inputs, number by number; masked steps of one leave the "
                  "choice to the others"),
    .category = NW_CATEGORY_MERGE,
    .inputs = NW_MERGE_INPUTS,
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = (const NwParamSpec[]){{NULL}},
    .examples = (const NwLayerExample[]){{"", "5; 5"},
                                         {"", "mask:4,5; mask:4,5; mask:4,5"},
                                         {"", "mask:4,5; 4,5"},
                                         {"", "mask:4,5; mask:4,1"},
                                         {"", "mask:4,5; mask:1,5"},
                                         {"", "2,3,4; 3,1; 2,1,4"},
                                         {"", "4,1; 1,5; 4,5"},
                                         {"", "1,3; 2,1"},
                                         {"", "5; -"},
                                         {"", "-; -"},
                                         {"", "6"},
                                         {"", "mask:4; 4; mask:4"},
                                         {NULL}},
    .infer = nw_merge_extreme_infer,
    .forward = forward,
    .backward = backward,
    .make_mask = nw_merge_make_mask,
    .describe = describe,
};
