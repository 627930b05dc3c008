/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Copies (nw-frame.c). */
#include "nw-frame.h"

static const NwParamSpec params[] = {
    {"padding", N_("Padding"),
     N_("How many zeros: one for all sides; height and width; or top, bottom, left, right"),
     NW_PARAM_INTS, "1", 0, 1 << 16},
    {NULL},
};

const NwLayerKind nw_layer_zero_padding2d = {
    .id = "zero_padding2d",
    .title = N_("ZeroPadding2D"),
    .summary = N_("Puts zeros around"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"", "3,4,2"}, {"padding=2,1", "5,3,1"}, {"padding=1,0,0,2", "3,4,2"}, {NULL}},
    .family = &nw_stencil_plane,
    .infer = nw_frame_infer_padding,
    .forward = nw_frame_pad_forward,
    .backward = nw_frame_pad_backward,
    .describe = nw_frame_describe_padding,
};
