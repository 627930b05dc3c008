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
    NW_PARAMS_POOLING(NW_PARAM_INT),
    {NULL},
};

const NwLayerKind nw_layer_max_pooling1d = {
    .id = "max_pooling1d",
    .title = N_("MaxPooling1D"),
    .summary = N_("Keeps the largest number of neighbouring steps; a mask ends here"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"pool_size=2", "5,3"},
                                         {"pool_size=3 strides=1 padding=same", "mask:4,2"},
                                         {"pool_size=2 strides=3", "7,2"},
                                         {"pool_size=3 strides=2 padding=same", "6,1"},
                                         {NULL}},
    .family = &nw_stencil_line,
    .infer = infer,
    .forward = nw_pooling_max_forward,
    .backward = nw_pooling_max_backward,
    .describe = nw_pooling_describe,
};
