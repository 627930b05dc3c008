/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The mean number of a whole sample, channel by channel. Masked steps do not count; the mean of
 * none is 0 (Keras divides 0 by 0). */
#include "nw-pooling.h"

static const NwParamSpec params[] = {
    NW_PARAM_KEEPDIMS,
    {NULL},
};

const NwLayerKind nw_layer_global_average_pooling1d = {
    .id = "global_average_pooling1d",
    .title = N_("GlobalAveragePooling1D"),
    .summary = N_("Averages all steps that the mask lets count"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){{"", "mask:4,3"}, {"keepdims=true", "5,2"}, {"", "1,2"}, {NULL}},
    .family = &nw_stencil_line,
    .infer = nw_pooling_infer,
    .forward = nw_pooling_average_forward,
    .backward = nw_pooling_average_backward,
    .describe = nw_pooling_describe,
};
