/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every channel is convolved with kernels of its own (nw-depthwise.h). */
#include "nw-depthwise.h"
#include "nw-conv-layer.h"

static gboolean
infer(NwInfer *infer, GError **error)
{
  return nw_depthwise_infer(infer, 1, error);
}

static char *
describe(const NwParams *params)
{
  return nw_conv_layer_describe(params, NULL);
}

static const NwParamSpec params[] = {
    NW_PARAM_KERNEL_SIZE(NW_PARAM_INT, 1 << 16),
    {"depth_multiplier", N_("Depth multiplier"), N_("How many channels it makes of each"),
     NW_PARAM_INT, "1", 1, 1 << 12},
    NW_PARAM_ACTIVATION,
    NW_PARAM_STRIDES(NW_PARAM_INT, 1 << 16),
    NW_PARAM_PADDING(nw_stencil_paddings),
    NW_PARAM_DILATION(NW_PARAM_INT, 1 << 16),
    NW_PARAM_USE_BIAS,
    NW_PARAM_INITIALIZER("depthwise", N_("Kernel")),
    NW_PARAM_BIAS_INITIALIZER,
    NW_PARAMS_WEIGHT_PENALTY("depthwise", "Kernel"),
    NW_PARAMS_WEIGHT_PENALTY("bias", "Bias"),
    NW_PARAMS_ACTIVITY_PENALTY,
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_depthwise_conv1d = {
    .id = "depthwise_conv1d",
    .title = N_("DepthwiseConv1D"),
    .summary = N_("Looks for patterns in each channel apart, cheaply; a mask ends here"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"kernel_size=2 depth_multiplier=2", "4,2"},
            {"kernel_size=3 padding=same activation=relu", "mask:5,3"},
            {"kernel_size=2 strides=2 use_bias=false", "5,2"},
            {"kernel_size=2 dilation_rate=3 padding=same depthwise_l2=0.1", "5,2"},
            {NULL}},
    .infer = infer,
    .forward = nw_depthwise_layer_forward,
    .backward = nw_depthwise_layer_backward,
    .describe = describe,
};
