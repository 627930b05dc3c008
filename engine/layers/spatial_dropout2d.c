/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Dropout of whole channels of height × width × channels (nw-spatial-dropout.h). */
#include "nw-spatial-dropout.h"

#include <glib/gi18n-lib.h>

const NwLayerKind nw_layer_spatial_dropout2d = {
    .id = "spatial_dropout2d",
    .title = N_("SpatialDropout2D"),
    .summary = N_("While training, sets whole channels to 0 at random (height × width × channels)"),
    .category = NW_CATEGORY_REGULARISE,
    .drops = (const char *const[]){"rate", NULL},
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = nw_spatial_dropout_params,
    .examples = (const NwLayerExample[]){{"rate=0.5", "2,3,4"},
                                         {"rate=0.25", "mask:2,3,4"},
                                         {"rate=0", "2,3,4"},
                                         {"rate=1", "2,3,4"},
                                         {NULL}},
    .family = &nw_stencil_plane,
    .infer = nw_spatial_dropout_infer,
    .forward = nw_spatial_dropout_forward,
    .backward = nw_spatial_dropout_backward,
    .describe = nw_spatial_dropout_describe,
};
