/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y[i, j, f] = b[f] + Σ_{p,q,c} x[i·s + p·d − before, j·s + q·d − before, c] · W[p, q, c, f]
 *
 * (The kernel is not flipped.) */
#include "nw-conv-layer.h"

static const NwParamSpec params[] = {NW_PARAMS_CONV(NW_PARAM_INTS, 1 << 12, nw_stencil_paddings),
                                     {NULL}};

const NwLayerKind nw_layer_conv2d = {
    .id = "conv2d",
    .title = N_("Conv2D"),
    .summary = N_("Looks for the same small patterns everywhere in a picture"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .presets = (const NwLayerPreset[]){{N_("TimeDistributed Conv2D"),
                                        N_("The same for each picture of a film; other layers have "
                                           "Per step, too"),
                                        "per_step=true"},
                                       {NULL}},
    .examples =
        (const NwLayerExample[]){
            {"filters=2 kernel_size=2", "3,4,2"},
            {"filters=3 kernel_size=3,2 padding=same activation=relu kernel_l2=0.01", "4,3,1"},
            {"filters=2 kernel_size=3 strides=2 padding=same", "5,4,2"},
            {"filters=2 kernel_size=2,3 strides=3,2", "6,7,1"},
            {"filters=2 kernel_size=1,2 strides=2", "4,5,1"},
            {"filters=2 kernel_size=2 dilation_rate=2,1 padding=same", "4,3,2"},
            {"filters=4 kernel_size=2 groups=2 use_bias=false", "3,3,4"},
            {"filters=3 kernel_size=3 groups=3 padding=same activity_l2=0.1", "3,3,3"},
            {"filters=2 kernel_size=1", "mask:3,2,3"},
            {NULL}},
    .family = &nw_stencil_plane,
    .infer = nw_conv_layer_infer,
    .forward = nw_conv_layer_forward,
    .backward = nw_conv_layer_backward,
    .describe = nw_conv_layer_describe,
};
