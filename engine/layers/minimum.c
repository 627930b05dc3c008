/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = the smallest of x₁, x₂ …; an input that its mask leaves out does not take part there. */
#include "nw-merge.h"

#include <glib/gi18n-lib.h>

static char *
describe(const NwParams *params)
{
  return g_strdup(_("smallest"));
}

const NwLayerKind nw_layer_minimum = {
    .id = "minimum",
    .title = N_("Minimum"),
    .summary = N_("The smallest of its inputs, number by number; masked steps of one leave the "
                  "choice to the others"),
    .category = NW_CATEGORY_MERGE,
    .inputs = NW_MERGE_INPUTS,
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = (const NwParamSpec[]){{NULL}},
    .examples = nw_merge_examples,
    .family = &nw_merge_smallest,
    .infer = nw_merge_extreme_infer,
    .forward = nw_merge_extreme_forward,
    .backward = nw_merge_extreme_backward,
    .make_mask = nw_merge_make_mask,
    .describe = describe,
};
