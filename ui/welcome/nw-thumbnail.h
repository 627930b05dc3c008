/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A network so small that only its form and the colours of its layers are seen. */
#pragma once

#include <gtk/gtk.h>

#include "nw-model-drawing.h"

#define NW_TYPE_THUMBNAIL (nw_thumbnail_get_type())
G_DECLARE_FINAL_TYPE(NwThumbnail, nw_thumbnail, NW, THUMBNAIL, GtkWidget)

/* Takes the drawing. */
GtkWidget *nw_thumbnail_new(NwModelDrawing *drawing);
