/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Conv1DTranspose and Conv2DTranspose. */
#pragma once

#include "nw-stencil.h"

gboolean nw_transpose_infer(NwInfer *infer, GError **error);
void nw_transpose_forward(const NwCall *call);
void nw_transpose_backward(const NwCall *call);
