/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The largest number of a whole sample, channel by channel. Masks are not looked at, as in Keras.
 */
#include "nw-pooling.h"

static gboolean
infer(NwInfer *infer, GError **error)
{
  infer->keeps_inputs = infer->keeps_outputs = infer->takes_slopes = TRUE;
  return nw_pooling_infer(infer, error);
}

static const NwParamSpec params[] = {
    NW_PARAM_KEEPDIMS,
    {NULL},
};

const NwLayerKind nw_layer_global_max_pooling1d = {
    .id = "global_max_pooling1d",
    .title = N_("GlobalMaxPooling1D"),
    .summary = N_("Keeps the largest number of all steps; a mask ends here, unused"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){{"", "mask:4,3"}, {"keepdims=true", "5,2"}, {"", "1,2"}, {NULL}},
    .family = &nw_stencil_line,
    .infer = infer,
    .forward = nw_pooling_max_forward,
    .backward = nw_pooling_max_backward,
    .describe = nw_pooling_describe,
};
