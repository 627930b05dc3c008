/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Dropout of whole channels, the entries of the last axis: SpatialDropout1D and 2D. While training,
 * y[…, c] = x[…, c]/(1 − rate) with probability 1 − rate for all places of a sample, else 0.
 * (Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015.) */
#pragma once

#include "nw-stencil.h"

/* Of a kind of the family of its axes (nw-stencil.h). */
gboolean nw_spatial_dropout_infer(NwInfer *infer, GError **error);
void nw_spatial_dropout_forward(const NwCall *call);
void nw_spatial_dropout_backward(const NwCall *call);
char *nw_spatial_dropout_describe(const NwParams *params);

extern const NwParamSpec nw_spatial_dropout_params[];
