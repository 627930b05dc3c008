/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every channel is convolved with kernels of its own (nw-depthwise.h). */
#include "nw-depthwise.h"
#include "nw-conv-layer.h"

static const NwParamSpec params[] = {NW_PARAMS_DEPTHWISE(NW_PARAM_INTS, 1 << 12), {NULL}};

const NwLayerKind nw_layer_depthwise_conv2d = {
    .id = "depthwise_conv2d",
    .title = N_("DepthwiseConv2D"),
    .summary = N_("Looks for patterns in each channel apart, cheaply"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"kernel_size=2 depth_multiplier=2", "3,4,2"},
            {"kernel_size=3 padding=same activation=relu", "4,3,3"},
            {"kernel_size=2,3 strides=2,1 use_bias=false", "4,5,2"},
            {"kernel_size=2 dilation_rate=2,1 padding=same depthwise_l2=0.1", "4,3,2"},
            {NULL}},
    .family = &nw_stencil_plane,
    .infer = nw_depthwise_infer,
    .forward = nw_depthwise_layer_forward,
    .backward = nw_depthwise_layer_backward,
    .describe = nw_conv_layer_describe,
};
