/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The editors of a row, one per type of parameter. */
#pragma once

#include "nw-param-row.h"

/**
 * NwParamEditor:
 * @make: the widget; it calls param_row_commit() when a person changed something
 * @show: shows @text, or that several values are meant (NULL)
 */
typedef struct {
  GtkWidget *(*make)(NwParamRow *row, const NwParamSpec *spec);
  void (*show)(GtkWidget *editor, const NwParamSpec *spec, const char *text);
} NwParamEditor;

extern const NwParamEditor nw_param_editors[]; /* by NwParamType */

/* Does nothing while the row itself is showing a value, or when @text is shown already. */
void param_row_commit(NwParamRow *row, const char *text);
