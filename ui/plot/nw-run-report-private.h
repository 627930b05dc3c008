/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The parts of a run's report that are plots. Only for nw-run-report*.c. */
#pragma once

#include "nw-history.h"
#include "nw-plot-flow.h"
#include "nw-report.h"
#include "nw-run-report.h"

/* Total loss of every step and epoch; losses by output; metrics by epoch. */
void nw_run_report_add_curves(NwPlotFlow *flow, NwHistory *history);
/* Reliability and probabilities of one output, and of its labels. */
void nw_run_report_add_output(NwPlotFlow *flow, NwReport *report);
/* Data, settings, and what made the bits. */
void nw_run_report_add_settings(NwPlotFlow *flow, const NwRunReport *run);

/* “training”, “validation”, “test”: to be translated. */
extern const char *const nw_run_report_splits[NW_N_SPLITS];
