/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What Conv1D and Conv2D share, and rows of tables that all kinds of convolution have. */
#pragma once

#include <glib/gi18n-lib.h>

#include "nw-conv.h"

/* Of a kind of the family of its axes (nw-stencil.h). */
gboolean nw_conv_layer_infer(NwInfer *infer, GError **error);
void nw_conv_layer_forward(const NwCall *call);
void nw_conv_layer_backward(const NwCall *call);

/* “32 · 3 × 3 · relu”: filters where the table has them, kernel_size, and activation. (transfer
 * full) */
char *nw_conv_layer_describe(const NwParams *params);

/* Rows of a table: sizes, for one axis (NW_PARAM_INT, 1 << 16) and for two (NW_PARAM_INTS, 1 <<
 * 12); what Dense has, too. */
#define NW_PARAM_FILTERS                                                                           \
  {                                                                                                \
    "filters", N_("Filters"), N_("How many channels it makes"), NW_PARAM_INT, "32", 1, 1 << 20     \
  }
#define NW_PARAM_KERNEL_SIZE(type, most)                                                           \
  {                                                                                                \
    "kernel_size", N_("Kernel size"), N_("Over how many neighbours a filter reaches"), type, "3",  \
        1, most                                                                                    \
  }
#define NW_PARAM_STRIDES(type, most)                                                               \
  {                                                                                                \
    "strides", N_("Strides"), N_("How far the window moves from one result to the next"), type,    \
        "1", 1, most                                                                               \
  }
#define NW_PARAM_PADDING(which)                                                                    \
  {                                                                                                \
    "padding", N_("Padding"), N_("What happens at the borders"), NW_PARAM_CHOICE, "valid",         \
        .choices = which                                                                           \
  }
#define NW_PARAM_DILATION(type, most)                                                              \
  {                                                                                                \
    "dilation_rate", N_("Dilation"), N_("Distance between the neighbours that a filter reads"),    \
        type, "1", 1, most                                                                         \
  }
#define NW_PARAM_OUTPUT_PADDING                                                                    \
  {                                                                                                \
    "output_padding", N_("Output padding"),                                                        \
        N_("How many positions more the output has at its end; empty: as many as the strides "     \
           "ask for"),                                                                             \
        NW_PARAM_INTS, "", 0, 1 << 12                                                              \
  }
#define NW_PARAM_USE_BIAS                                                                          \
  {                                                                                                \
    "use_bias", N_("Bias"), N_("Adds a number of its own to each channel"), NW_PARAM_BOOL, "true"  \
  }
#define NW_PARAM_INITIALIZER(weight, title)                                                        \
  {                                                                                                \
    weight "_initializer", title, N_("How fresh weights are drawn, such as he_uniform"),           \
        NW_PARAM_TEXT, "glorot_uniform", .group = N_("Initialisation")                             \
  }
#define NW_PARAM_BIAS_INITIALIZER                                                                  \
  {                                                                                                \
    "bias_initializer", N_("Bias"), N_("What a fresh bias holds, such as zeros or constant(0.1)"), \
        NW_PARAM_TEXT, "zeros", .when = "use_bias=true", .group = N_("Initialisation")             \
  }

/* Whole tables but for their end, for one axis and for two. */
/* clang-format off */
#define NW_PARAMS_END                                                                              \
  NW_PARAMS_WEIGHT_PENALTY("bias", "Bias"),                                                        \
  NW_PARAMS_ACTIVITY_PENALTY,                                                                      \
  NW_PARAM_TRAINABLE
#define NW_PARAMS_KERNEL_AND_BIAS                                                                  \
  NW_PARAM_USE_BIAS,                                                                               \
  NW_PARAM_INITIALIZER("kernel", N_("Kernel")),                                                    \
  NW_PARAM_BIAS_INITIALIZER,                                                                       \
  NW_PARAMS_WEIGHT_PENALTY("kernel", "Kernel"),                                                    \
  NW_PARAMS_END
#define NW_PARAMS_CONV(type, most, paddings)                                                       \
  NW_PARAM_FILTERS,                                                                                \
  NW_PARAM_KERNEL_SIZE(type, most),                                                                \
  NW_PARAM_ACTIVATION,                                                                             \
  NW_PARAM_STRIDES(type, most),                                                                    \
  NW_PARAM_PADDING(paddings),                                                                      \
  NW_PARAM_DILATION(type, most),                                                                   \
  {"groups", N_("Groups"), N_("Channels and filters are cut into so many parts that do not mix"),  \
  NW_PARAM_INT, "1", 1, 1 << 20},                                                                  \
  NW_PARAMS_KERNEL_AND_BIAS
#define NW_PARAMS_DEPTH(type, most)                                                                \
  NW_PARAM_KERNEL_SIZE(type, most),                                                                \
  {"depth_multiplier", N_("Depth multiplier"), N_("How many channels it makes of each"),           \
  NW_PARAM_INT, "1", 1, 1 << 12},                                                                  \
  NW_PARAM_ACTIVATION,                                                                             \
  NW_PARAM_STRIDES(type, most),                                                                    \
  NW_PARAM_PADDING(nw_stencil_paddings),                                                           \
  NW_PARAM_DILATION(type, most),                                                                   \
  NW_PARAM_USE_BIAS
#define NW_PARAMS_SEPARABLE(type, most)                                                            \
  NW_PARAM_FILTERS,                                                                                \
  NW_PARAMS_DEPTH(type, most),                                                                     \
  NW_PARAM_INITIALIZER("depthwise", N_("Depthwise kernel")),                                       \
  NW_PARAM_INITIALIZER("pointwise", N_("Pointwise kernel")),                                       \
  NW_PARAM_BIAS_INITIALIZER,                                                                       \
  NW_PARAMS_WEIGHT_PENALTY("depthwise", "Depthwise kernel"),                                       \
  NW_PARAMS_WEIGHT_PENALTY("pointwise", "Pointwise kernel"),                                       \
  NW_PARAMS_END
#define NW_PARAMS_DEPTHWISE(type, most)                                                            \
  NW_PARAMS_DEPTH(type, most),                                                                     \
  NW_PARAM_INITIALIZER("depthwise", N_("Kernel")),                                                 \
  NW_PARAM_BIAS_INITIALIZER,                                                                       \
  NW_PARAMS_WEIGHT_PENALTY("depthwise", "Kernel"),                                                 \
  NW_PARAMS_END
#define NW_PARAMS_TRANSPOSE(type, most)                                                            \
  NW_PARAM_FILTERS,                                                                                \
  NW_PARAM_KERNEL_SIZE(type, most),                                                                \
  NW_PARAM_ACTIVATION,                                                                             \
  NW_PARAM_STRIDES(type, most),                                                                    \
  NW_PARAM_PADDING(nw_stencil_paddings),                                                           \
  NW_PARAM_OUTPUT_PADDING,                                                                         \
  NW_PARAM_DILATION(type, most),                                                                   \
  NW_PARAMS_KERNEL_AND_BIAS
/* clang-format on */
