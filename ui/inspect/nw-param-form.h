/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A form made from a parameter table, and from nothing else. Rows whose `when` does not hold are
 * hidden; titled groups fold. With several values at once, rows common to all are shown and set
 * all.
 *
 *   form = nw_param_form_new();
 *   g_signal_connect(form, "changed", …);   (NwParamForm *, const char *key, const char *text)
 *   nw_param_form_set_values(form, &params, 1);   again whenever the values changed
 *
 * "changed" comes only with a text that is valid for every value; otherwise the row says the
 * sentence and nothing happens. */
#pragma once

#include <gtk/gtk.h>

#include "nw-param.h"

#define NW_TYPE_PARAM_FORM (nw_param_form_get_type())
G_DECLARE_FINAL_TYPE(NwParamForm, nw_param_form, NW, PARAM_FORM, GtkWidget)

GtkWidget *nw_param_form_new(void);
/* Of the table only the rows @keys, or with @shown FALSE all but these, so that two forms can share a
 * table. @keys: constant, NULL-ended. Before the first values. */
void nw_param_form_choose(NwParamForm *form, const char *const *keys, gboolean shown);
/* Rows, and the focus in them, stay while the table stays the same. */
void nw_param_form_set_values(NwParamForm *form, NwParams *const *values, guint n);
/* The editor of a row, for tests and for putting the focus there; @key NULL: the first shown. */
GtkWidget *nw_param_form_find_row(NwParamForm *form, const char *key); /* (nullable) */
