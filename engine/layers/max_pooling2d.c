/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The largest number of each window, channel by channel. (Padding is no number.) */
#include "nw-pooling.h"

static gboolean
infer(NwInfer *infer, GError **error)
{
  infer->keeps_inputs = infer->keeps_outputs = infer->takes_slopes = TRUE;
  return nw_pooling_infer(infer, error);
}

static const NwParamSpec params[] = {
    NW_PARAMS_POOLING(NW_PARAM_INTS),
    {NULL},
};

const NwLayerKind nw_layer_max_pooling2d = {
    .id = "max_pooling2d",
    .title = N_("MaxPooling2D"),
    .summary = N_("Keeps the largest number of neighbouring pixels"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"pool_size=2", "4,5,2"},
                                         {"pool_size=3,2 strides=2,1 padding=same", "5,4,2"},
                                         {"pool_size=2 strides=1", "3,3,3"},
                                         {"pool_size=1,2 strides=2 padding=same", "mask:3,5,1"},
                                         {NULL}},
    .family = &nw_stencil_plane,
    .infer = infer,
    .forward = nw_pooling_max_forward,
    .backward = nw_pooling_max_backward,
    .describe = nw_pooling_describe,
};
