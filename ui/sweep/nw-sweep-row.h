/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A setting that a sweep varies: its name, the values it takes, and what is wrong with them.
 *
 * “changed”: other values; “remove” */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_SWEEP_ROW (nw_sweep_row_get_type())
G_DECLARE_FINAL_TYPE(NwSweepRow, nw_sweep_row, NW, SWEEP_ROW, GtkListBoxRow)

/* @title, @help: for people; @values: as nw_sweep_add() takes them */
GtkWidget *
nw_sweep_row_new(const char *key, const char *title, const char *help, const char *values);
const char *nw_sweep_row_get_key(NwSweepRow *row);
/* As nw_sweep_add() takes them. (transfer full) */
char *nw_sweep_row_dup_values(NwSweepRow *row);
/* @sentence: (nullable): nothing is wrong */
void nw_sweep_row_show_error(NwSweepRow *row, const char *sentence);
