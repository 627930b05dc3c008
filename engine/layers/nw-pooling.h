/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the eight kinds of pooling share. Tables without a pool_size pool the whole sample. */
#pragma once

#include <glib/gi18n-lib.h>

#include "nw-stencil.h"

gboolean nw_pooling_infer(NwInfer *infer, GError **error);
void nw_pooling_max_forward(const NwCall *call);
void nw_pooling_max_backward(const NwCall *call);
void nw_pooling_average_forward(const NwCall *call);
void nw_pooling_average_backward(const NwCall *call);
char *nw_pooling_describe(const NwParams *params); /* "2 × 2" (transfer full) */

/* Rows of a table; the type is NW_PARAM_INT for one axis, NW_PARAM_INTS for two. */
#define NW_PARAMS_POOLING(type)                                                                    \
  {"pool_size", N_("Pool size"), N_("How many neighbours become one number"), type, "2",           \
   1,           1 << 16},                                                                          \
      {"strides",                                                                                  \
       N_("Strides"),                                                                              \
       N_("How far the window moves from one result to the next; empty: the pool size"),           \
       NW_PARAM_INTS,                                                                              \
       "",                                                                                         \
       1,                                                                                          \
       1 << 16},                                                                                   \
  {                                                                                                \
    "padding", N_("Padding"), N_("What happens at the borders"), NW_PARAM_CHOICE, "valid",         \
        .choices = nw_stencil_paddings                                                             \
  }
#define NW_PARAM_KEEPDIMS                                                                          \
  {                                                                                                \
    "keepdims", N_("Keep axes"), N_("On: the axes that were pooled stay, with length 1"),          \
        NW_PARAM_BOOL, "false"                                                                     \
  }
