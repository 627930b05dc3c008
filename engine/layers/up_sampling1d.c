/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every entry several times (nw-up-sampling.c). */
#include "nw-up-sampling.h"

static const NwParamSpec params[] = {
    {"size", N_("Size"), N_("How often each entry is repeated"), NW_PARAM_INT, "2", 1, 1 << 12},
    {NULL},
};

const NwLayerKind nw_layer_up_sampling1d = {
    .id = "up_sampling1d",
    .title = N_("UpSampling1D"),
    .summary = N_("Repeats every step; a mask ends here"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"size=3", "mask:4,2"}, {"size=1", "2,1"}, {NULL}},
    .family = &nw_stencil_line,
    .infer = nw_up_sampling_infer,
    .forward = nw_up_sampling_forward,
    .backward = nw_up_sampling_backward,
    .describe = nw_up_sampling_describe,
};
