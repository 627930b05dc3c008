/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A convolution of each channel apart, then one that mixes channels (nw-separable.c). */
#include "nw-separable.h"
#include "nw-conv-layer.h"

static const NwParamSpec params[] = {NW_PARAMS_SEPARABLE(NW_PARAM_INTS, 1 << 12), {NULL}};

const NwLayerKind nw_layer_separable_conv2d = {
    .id = "separable_conv2d",
    .title = N_("SeparableConv2D"),
    .summary =
        N_("Looks for patterns in each channel apart and then mixes channels: far fewer weights"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"filters=2 kernel_size=2 depth_multiplier=2", "3,4,2"},
            {"filters=3 kernel_size=3 padding=same activation=tanh", "4,3,2"},
            {"filters=2 kernel_size=2 strides=2 use_bias=false pointwise_l2=0.1", "4,5,2"},
            {NULL}},
    .family = &nw_stencil_plane,
    .infer = nw_separable_infer,
    .forward = nw_separable_forward,
    .backward = nw_separable_backward,
    .describe = nw_conv_layer_describe,
};
