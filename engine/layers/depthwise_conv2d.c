/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every channel is convolved with kernels of its own (nw-depthwise.h). */
#include "nw-depthwise.h"
#include "nw-conv-layer.h"

static gboolean
infer(NwInfer *infer, GError **error)
{
  return nw_depthwise_infer(infer, 2, error);
}

static char *
describe(const NwParams *params)
{
  return nw_conv_layer_describe(params, NULL);
}

static const NwParamSpec params[] = {
    NW_PARAM_KERNEL_SIZE(NW_PARAM_INTS, 1 << 12),
    {"depth_multiplier", N_("Depth multiplier"), N_("How many channels it makes of each"),
     NW_PARAM_INT, "1", 1, 1 << 12},
    NW_PARAM_ACTIVATION,
    NW_PARAM_STRIDES(NW_PARAM_INTS, 1 << 12),
    NW_PARAM_PADDING(nw_stencil_paddings),
    NW_PARAM_DILATION(NW_PARAM_INTS, 1 << 12),
    NW_PARAM_USE_BIAS,
    NW_PARAM_INITIALIZER("depthwise", N_("Kernel")),
    NW_PARAM_BIAS_INITIALIZER,
    NW_PARAMS_WEIGHT_PENALTY("depthwise", "Kernel"),
    NW_PARAMS_WEIGHT_PENALTY("bias", "Bias"),
    NW_PARAMS_ACTIVITY_PENALTY,
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_depthwise_conv2d = {
    .id = "depthwise_conv2d",
    .title = N_("DepthwiseConv2D"),
    .summary = N_("Looks for patterns in each channel apart, cheaply"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"kernel_size=2 depth_multiplier=2", "3,4,2"},
            {"kernel_size=3 padding=same activation=relu", "4,3,3"},
            {"kernel_size=2,3 strides=2,1 use_bias=false", "4,5,2"},
            {"kernel_size=2 dilation_rate=2,1 padding=same depthwise_l2=0.1", "4,3,2"},
            {NULL}},
    .infer = infer,
    .forward = nw_depthwise_layer_forward,
    .backward = nw_depthwise_layer_backward,
    .describe = describe,
};
