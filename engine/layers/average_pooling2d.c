/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The mean number of each window, channel by channel. (Padding is no number.) */
#include "nw-pooling.h"

static const NwParamSpec params[] = {
    NW_PARAMS_POOLING(NW_PARAM_INTS),
    {NULL},
};

const NwLayerKind nw_layer_average_pooling2d = {
    .id = "average_pooling2d",
    .title = N_("AveragePooling2D"),
    .summary = N_("Averages neighbouring pixels"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"pool_size=2", "4,5,2"},
                                         {"pool_size=3,2 strides=2,1 padding=same", "5,4,2"},
                                         {"pool_size=2 strides=1", "3,3,3"},
                                         {"pool_size=1,2 strides=2 padding=same", "mask:3,5,1"},
                                         {NULL}},
    .family = &nw_stencil_plane,
    .infer = nw_pooling_infer,
    .forward = nw_pooling_average_forward,
    .backward = nw_pooling_average_backward,
    .describe = nw_pooling_describe,
};
