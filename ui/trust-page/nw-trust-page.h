/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The Trust page: which of the probabilities deserve belief? All outputs at a glance, the worst
 * side by side, one large, thresholds, recalibration, and the most confident mistakes.
 *
 * “recalibrate” (output, const NwMaps *: NULL for as it is, title): the person wants it in the
 * network. “problem” (sentence): a file could not be read. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

#define NW_TYPE_TRUST_PAGE (nw_trust_page_get_type())
G_DECLARE_FINAL_TYPE(NwTrustPage, nw_trust_page, NW, TRUST_PAGE, GtkWidget)

/* @run: (nullable) */
void nw_trust_page_set_run(NwTrustPage *page, NwRun *run);
/* The rows that it judges by. */
NwSplit nw_trust_page_get_split(NwTrustPage *page);
/* Shows predictions of another program, NPZ or CSV as `netwright score` reads them, read in a thread;
 * the page has a button that goes back. */
void nw_trust_page_open(NwTrustPage *page, const char *path);
/* Sorts by calibration error, clears the filter and opens the first. */
void nw_trust_page_show_worst(NwTrustPage *page);
