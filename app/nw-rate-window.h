/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The learning-rate range test, watched: the loss over the rate as it is measured, and a button that takes
 * the rate that is suggested. */
#pragma once

#include <adwaita.h>

#include "nw-document.h"

#define NW_TYPE_RATE_WINDOW (nw_rate_window_get_type())
G_DECLARE_FINAL_TYPE(NwRateWindow, nw_rate_window, NW, RATE_WINDOW, AdwWindow)

/* Begins at once, on a copy of the document's network. */
NwRateWindow *nw_rate_window_new(GtkWindow *parent, NwDocument *document);
