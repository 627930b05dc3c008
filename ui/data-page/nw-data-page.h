/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The Data page: which files, what each column is, what feeds which Input and Output, and which
 * rows train, validate and test.
 *
 * “edited” (NwProject *project, const char *label, const char *merge) */
#pragma once

#include <gtk/gtk.h>

#include "nw-tables.h"
#include "nw.h"

#define NW_TYPE_DATA_PAGE (nw_data_page_get_type())
G_DECLARE_FINAL_TYPE(NwDataPage, nw_data_page, NW, DATA_PAGE, GtkWidget)

/* @base_dir: (nullable): relative paths of sources start here */
void nw_data_page_set_project(NwDataPage *page, NwProject *project, NwInference *inference,
                              const char *base_dir);
/* What is wrong with the present project; fields show how they can be made to fit their columns. */
void nw_data_page_set_findings(NwDataPage *page, NwFindings *findings);
/* The files of the sources. (transfer none) */
NwTables *nw_data_page_get_tables(NwDataPage *page);
/* Adds the file as a source; once it is read, what it can feed is bound in the same undo step. */
void nw_data_page_add_file(NwDataPage *page, const char *path);
