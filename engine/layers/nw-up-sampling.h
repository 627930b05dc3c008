/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* UpSampling1D and 2D. */
#pragma once

#include <glib/gi18n-lib.h>

#include "nw-stencil.h"

gboolean nw_up_sampling_infer(NwInfer *infer, GError **error);
void nw_up_sampling_forward(const NwCall *call);
void nw_up_sampling_backward(const NwCall *call);
char *nw_up_sampling_describe(const NwParams *params); /* "2 × 2" (transfer full) */
