/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A convolution backwards: what it makes small, this makes large (nw-transpose.c). */
#include "nw-transpose.h"
#include "nw-conv-layer.h"

static const NwParamSpec params[] = {NW_PARAMS_TRANSPOSE(NW_PARAM_INTS, 1 << 12), {NULL}};

const NwLayerKind nw_layer_conv2d_transpose = {
    .id = "conv2d_transpose",
    .title = N_("Conv2DTranspose"),
    .summary = N_("Draws a learned pattern for every number it sees, and so enlarges"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"filters=4 kernel_size=2", "2,3,2"},
            {"filters=3 kernel_size=3,4 strides=2 padding=same activation=relu", "2,3,2"},
            {"filters=2 kernel_size=2 strides=3,1 use_bias=false", "2,3,2"},
            {"filters=2 kernel_size=3 strides=2 kernel_l2=0.1", "2,2,1"},
            {"filters=2 kernel_size=3,2 dilation_rate=2,3 padding=same", "3,4,2"},
            {"filters=2 kernel_size=3,4 strides=3 output_padding=0,2 padding=same", "2,3,2"},
            {NULL}},
    .family = &nw_stencil_plane,
    .infer = nw_transpose_infer,
    .forward = nw_transpose_forward,
    .backward = nw_transpose_backward,
    .describe = nw_conv_layer_describe,
};
