/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The trials of a sweep as lines over their settings and results, and as dots. Dragging along an
 * axis of the lines brushes a range: lines beyond it turn grey.
 *
 * “chosen” (guint trial): index of the trial that was clicked; “brushed”: other ranges */
#pragma once

#include <gtk/gtk.h>

#include "nw-sweep-model.h"

#define NW_TYPE_SWEEP_PLOTS (nw_sweep_plots_get_type())
G_DECLARE_FINAL_TYPE(NwSweepPlots, nw_sweep_plots, NW, SWEEP_PLOTS, GtkWidget)

/* @stand: (nullable); borrowed until the next call. Ranges stay where the axes do. */
void nw_sweep_plots_set_stand(NwSweepPlots *plots, const NwSweepStand *stand);
/* @trial: index; −1: none */
void nw_sweep_plots_set_chosen(NwSweepPlots *plots, int trial);
gboolean nw_sweep_plots_is_brushed(NwSweepPlots *plots);
/* Is the trial within all ranges? Those that were not judged are in none. */
gboolean nw_sweep_plots_is_in(NwSweepPlots *plots, guint trial);
void nw_sweep_plots_clear_brushes(NwSweepPlots *plots);
