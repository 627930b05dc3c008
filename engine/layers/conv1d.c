/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y[i, f] = b[f] + Σ_{p,c} x[i·s + p·d − before, c] · W[p, c, f]
 *
 * (The kernel is not flipped.) */
#include "nw-conv-layer.h"

static gboolean
infer(NwInfer *infer, GError **error)
{
  return nw_conv_layer_infer(infer, 1, error);
}

static char *
describe(const NwParams *params)
{
  return nw_conv_layer_describe(params, "filters");
}

static const NwParamSpec params[] = {
    NW_PARAM_FILTERS,
    NW_PARAM_KERNEL_SIZE(NW_PARAM_INT, 1 << 16),
    NW_PARAM_ACTIVATION,
    NW_PARAM_STRIDES(NW_PARAM_INT, 1 << 16),
    NW_PARAM_PADDING(nw_stencil_causal_paddings),
    NW_PARAM_DILATION(NW_PARAM_INT, 1 << 16),
    {"groups", N_("Groups"), N_("Channels and filters are cut into so many parts that do not mix"),
     NW_PARAM_INT, "1", 1, 1 << 20},
    NW_PARAM_USE_BIAS,
    NW_PARAM_INITIALIZER("kernel", N_("Kernel")),
    NW_PARAM_BIAS_INITIALIZER,
    NW_PARAMS_WEIGHT_PENALTY("kernel", "Kernel"),
    NW_PARAMS_WEIGHT_PENALTY("bias", "Bias"),
    NW_PARAMS_ACTIVITY_PENALTY,
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_conv1d = {
    .id = "conv1d",
    .title = N_("Conv1D"),
    .summary =
        N_("Looks for the same small patterns everywhere along a sequence; a mask ends here"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"filters=2 kernel_size=2", "4,2"},
            {"filters=3 kernel_size=3 padding=same activation=relu", "mask:5,2"},
            {"filters=2 kernel_size=3 padding=causal dilation_rate=2", "6,2"},
            {"filters=2 kernel_size=4 padding=causal strides=3", "7,1"},
            {"filters=4 kernel_size=3 strides=2 groups=2", "8,4"},
            {"filters=2 kernel_size=2 strides=3 padding=same use_bias=false", "7,3"},
            {NULL}},
    .infer = infer,
    .forward = nw_conv_layer_forward,
    .backward = nw_conv_layer_backward,
    .describe = describe,
};
