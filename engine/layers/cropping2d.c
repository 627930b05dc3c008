/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Copies (nw-frame.c). */
#include "nw-frame.h"

static const NwParamSpec params[] = {
    {"cropping", N_("Cropping"),
     N_("How many entries: one for all sides; height and width; or top, bottom, left, right"),
     NW_PARAM_INTS, "1", 0, 1 << 16},
    {NULL},
};

const NwLayerKind nw_layer_cropping2d = {
    .id = "cropping2d",
    .title = N_("Cropping2D"),
    .summary = N_("Takes away what lies at the borders"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"", "3,4,2"}, {"cropping=2,1", "5,3,1"}, {"cropping=1,0,0,2", "3,4,2"}, {NULL}},
    .family = &nw_stencil_plane,
    .infer = nw_frame_infer_cropping,
    .forward = nw_frame_crop_forward,
    .backward = nw_frame_crop_backward,
    .describe = nw_frame_describe_cropping,
};
