/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The mean number of a whole sample, channel by channel. */
#include "nw-pooling.h"

static const NwParamSpec params[] = {
    NW_PARAM_KEEPDIMS,
    {NULL},
};

const NwLayerKind nw_layer_global_average_pooling2d = {
    .id = "global_average_pooling2d",
    .title = N_("GlobalAveragePooling2D"),
    .summary = N_("Averages all pixels"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"", "3,2,3"}, {"keepdims=true", "2,4,2"}, {NULL}},
    .family = &nw_stencil_plane,
    .infer = nw_pooling_infer,
    .forward = nw_pooling_average_forward,
    .backward = nw_pooling_average_backward,
    .describe = nw_pooling_describe,
};
