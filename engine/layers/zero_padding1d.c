/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Copies (nw-frame.c). */
#include "nw-frame.h"

static const NwParamSpec params[] = {
    {"padding", N_("Padding"), N_("How many zeros: one for both ends; before and behind"),
     NW_PARAM_INTS, "1", 0, 1 << 16},
    {NULL},
};

const NwLayerKind nw_layer_zero_padding1d = {
    .id = "zero_padding1d",
    .title = N_("ZeroPadding1D"),
    .summary = N_("Puts zeros around; a mask ends here"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"", "mask:4,2"}, {"padding=2,1", "5,1"}, {"padding=0,2", "3,2"}, {NULL}},
    .family = &nw_stencil_line,
    .infer = nw_frame_infer_padding,
    .forward = nw_frame_pad_forward,
    .backward = nw_frame_pad_backward,
    .describe = nw_frame_describe_padding,
};
