/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* SeparableConv1D and 2D: a depthwise convolution, then one of 1 × 1. */
#pragma once

#include "nw-stencil.h"

gboolean nw_separable_infer(NwInfer *infer, GError **error);
void nw_separable_forward(const NwCall *call);
void nw_separable_backward(const NwCall *call);
