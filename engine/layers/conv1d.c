/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y[i, f] = b[f] + Σ_{p,c} x[i·s + p·d − before, c] · W[p, c, f]
 *
 * (The kernel is not flipped.) */
#include "nw-conv-layer.h"

static const NwParamSpec params[] = {
    NW_PARAMS_CONV(NW_PARAM_INT, 1 << 16, nw_stencil_causal_paddings), {NULL}};

const NwLayerKind nw_layer_conv1d = {
    .id = "conv1d",
    .title = N_("Conv1D"),
    .summary =
        N_("Looks for the same small patterns everywhere along a sequence; a mask ends here"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"filters=2 kernel_size=2", "4,2"},
            {"filters=3 kernel_size=3 padding=same activation=relu", "mask:5,2"},
            {"filters=2 kernel_size=3 padding=causal dilation_rate=2", "6,2"},
            {"filters=2 kernel_size=4 padding=causal strides=3", "7,1"},
            {"filters=4 kernel_size=3 strides=2 groups=2", "8,4"},
            {"filters=2 kernel_size=2 strides=3 padding=same use_bias=false", "7,3"},
            {NULL}},
    .family = &nw_stencil_line,
    .infer = nw_conv_layer_infer,
    .forward = nw_conv_layer_forward,
    .backward = nw_conv_layer_backward,
    .describe = nw_conv_layer_describe,
};
