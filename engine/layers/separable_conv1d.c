/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A convolution of each channel apart, then one that mixes channels (nw-separable.c). */
#include "nw-separable.h"
#include "nw-conv-layer.h"

static const NwParamSpec params[] = {NW_PARAMS_SEPARABLE(NW_PARAM_INT, 1 << 16), {NULL}};

const NwLayerKind nw_layer_separable_conv1d = {
    .id = "separable_conv1d",
    .title = N_("SeparableConv1D"),
    .summary = N_("Looks for patterns in each channel apart and then mixes channels: far fewer "
                  "weights; a mask ends here"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"filters=2 kernel_size=2 depth_multiplier=2", "4,2"},
            {"filters=3 kernel_size=3 padding=same activation=tanh", "mask:5,2"},
            {"filters=2 kernel_size=2 strides=2 use_bias=false", "5,2"},
            {NULL}},
    .family = &nw_stencil_line,
    .infer = nw_separable_infer,
    .forward = nw_separable_forward,
    .backward = nw_separable_backward,
    .describe = nw_conv_layer_describe,
};
