/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A convolution backwards: what it makes small, this makes large (nw-transpose.c). */
#include "nw-transpose.h"
#include "nw-conv-layer.h"

static const NwParamSpec params[] = {NW_PARAMS_TRANSPOSE(NW_PARAM_INT, 1 << 16), {NULL}};

const NwLayerKind nw_layer_conv1d_transpose = {
    .id = "conv1d_transpose",
    .title = N_("Conv1DTranspose"),
    .summary =
        N_("Draws a learned pattern for every number it sees, and so enlarges; a mask ends here"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"filters=2 kernel_size=2", "4,2"},
            {"filters=3 kernel_size=3 strides=2 padding=same activation=relu", "mask:4,2"},
            {"filters=2 kernel_size=2 strides=3 use_bias=false", "3,2"},
            {"filters=2 kernel_size=3 dilation_rate=3", "4,2"},
            {"filters=2 kernel_size=3 strides=3 output_padding=2", "3,2"},
            {NULL}},
    .family = &nw_stencil_line,
    .infer = nw_transpose_infer,
    .forward = nw_transpose_forward,
    .backward = nw_transpose_backward,
    .describe = nw_conv_layer_describe,
};
