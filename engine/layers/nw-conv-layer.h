/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What Conv1D and Conv2D share, and rows of tables that all kinds of convolution have. */
#pragma once

#include <glib/gi18n-lib.h>

#include "nw-conv.h"

/* Of a kind with one window over @axes axes. */
gboolean nw_conv_layer_infer(NwInfer *infer, int axes, GError **error);
void nw_conv_layer_forward(const NwCall *call);
void nw_conv_layer_backward(const NwCall *call);

/* “32 · 3 × 3 · relu”: the parameter @count (nullable), kernel_size, and activation. (transfer
 * full) */
char *nw_conv_layer_describe(const NwParams *params, const char *count);

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
