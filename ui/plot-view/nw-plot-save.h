/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Asks where to save a plot or its numbers, and saves them. */
#pragma once

#include <gtk/gtk.h>

#include "nw-plot-kind.h"

/* Writes the file at @path when the person has chosen it. */
typedef gboolean (*NwPlotSaveFunc)(GtkWidget *widget, const char *path, GError **error);
typedef void (*NwPlotFailFunc)(GtkWidget *widget, const char *sentence);

/* @title: of the dialog; @ending: “svg”; added when the person leaves it out. @widget is kept alive until the end. */
void nw_plot_save_ask(GtkWidget *widget, const char *title, const char *name, const char *ending,
                      NwPlotSaveFunc save, NwPlotFailFunc fail);
