/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A frame around a picture or a sequence: ZeroPadding puts it on, Cropping takes it away, and each
 * is the gradient of the other. */
#pragma once

#include <glib/gi18n-lib.h>

#include "nw-stencil.h"

/* @key: the list of widths: one for all sides; height and width; top, bottom, left, right. On one
 * axis: one, or before and behind. */
gboolean nw_frame_infer_padding(NwInfer *infer, GError **error);
gboolean nw_frame_infer_cropping(NwInfer *infer, GError **error);
void nw_frame_pad_forward(const NwCall *call);
void nw_frame_pad_backward(const NwCall *call);
void nw_frame_crop_forward(const NwCall *call);
void nw_frame_crop_backward(const NwCall *call);
char *nw_frame_describe_padding(const NwParams *params);  /* (transfer full) */
char *nw_frame_describe_cropping(const NwParams *params); /* (transfer full) */
