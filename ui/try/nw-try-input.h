/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One input of the row that is tried: a picture to draw on, a line of words or numbers, or a form.
 *
 * Signals:
 *   “changed”: the person changed the row
 *   “problem” (const char *sentence): what was typed cannot be; NULL: all is well again */
#pragma once

#include <gtk/gtk.h>

#include "nw.h"

#define NW_TYPE_TRY_INPUT (nw_try_input_get_type())
G_DECLARE_FINAL_TYPE(NwTryInput, nw_try_input, NW, TRY_INPUT, GtkWidget)

/* @trial must outlive what is done with the widget. */
GtkWidget *nw_try_input_new(NwTrial *trial, guint input);
/* Another row was set. */
void nw_try_input_refresh(NwTryInput *self);

/* Levels 0 … 1 of a picture's points between the smallest and the largest of the training rows.
 * (transfer full): [height · width · depth] */
float *nw_try_input_dup_levels(NwTrial *trial, guint input);
