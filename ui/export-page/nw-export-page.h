/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The Export page: weights, predictions and plots, one row each; after every export the file is
 * read back and its largest difference from the engine is said. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

#define NW_TYPE_EXPORT_PAGE (nw_export_page_get_type())
G_DECLARE_FINAL_TYPE(NwExportPage, nw_export_page, NW, EXPORT_PAGE, GtkWidget)

/* @run: (nullable): the newest */
void nw_export_page_set_run(NwExportPage *page, NwRun *run);
/* The project's name, for the report and for file names. */
void nw_export_page_set_title(NwExportPage *page, const char *title);
