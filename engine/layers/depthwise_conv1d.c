/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every channel is convolved with kernels of its own (nw-depthwise.h). */
#include "nw-depthwise.h"
#include "nw-conv-layer.h"

static const NwParamSpec params[] = {NW_PARAMS_DEPTHWISE(NW_PARAM_INT, 1 << 16), {NULL}};

const NwLayerKind nw_layer_depthwise_conv1d = {
    .id = "depthwise_conv1d",
    .title = N_("DepthwiseConv1D"),
    .summary = N_("Looks for patterns in each channel apart, cheaply; a mask ends here"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"kernel_size=2 depth_multiplier=2", "4,2"},
            {"kernel_size=3 padding=same activation=relu", "mask:5,3"},
            {"kernel_size=2 strides=2 use_bias=false", "5,2"},
            {"kernel_size=2 dilation_rate=3 padding=same depthwise_l2=0.1", "5,2"},
            {NULL}},
    .family = &nw_stencil_line,
    .infer = nw_depthwise_infer,
    .forward = nw_depthwise_layer_forward,
    .backward = nw_depthwise_layer_backward,
    .describe = nw_conv_layer_describe,
};
