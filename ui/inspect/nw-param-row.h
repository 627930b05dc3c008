/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One row of a parameter table: title, the editor for its type, and the sentence when what was
 * typed is not a value.
 *
 *   "commit" (const char *text)   a person chose or typed this; whoever listens answers with
 *                                 nw_param_row_show() or nw_param_row_show_error() */
#pragma once

#include <gtk/gtk.h>

#include "nw-param.h"

#define NW_TYPE_PARAM_ROW (nw_param_row_get_type())
G_DECLARE_FINAL_TYPE(NwParamRow, nw_param_row, NW, PARAM_ROW, GtkListBoxRow)

GtkWidget *nw_param_row_new(const NwParamSpec *spec);
const NwParamSpec *nw_param_row_get_spec(NwParamRow *row);
/* @text: (nullable): NULL shows that several values are meant. @initial: it is the default. */
void nw_param_row_show(NwParamRow *row, const char *text, gboolean initial);
void nw_param_row_show_error(NwParamRow *row, const char *sentence);
/* Whether what is shown is the default, and what is shown; “several” values are not the default. */
gboolean nw_param_row_is_initial(NwParamRow *row);
const char *nw_param_row_get_text(NwParamRow *row); /* (nullable) */
