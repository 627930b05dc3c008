/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The pictures of a run, as files. */
#pragma once

#include "nw-run.h"

/* @needs_reports: needs at least one judged output */
typedef struct {
  const char *id, *title, *shows;
  gboolean needs_reports;
  double width, height; /* points, or pixels */
  gboolean (*write)(NwRun *run, const char *path, double width, double height, GError **error);
} NwRunPlot;

/* Ended by a NULL id. The path's ending says the format: .svg, .pdf, .png or .csv. */
extern const NwRunPlot nw_run_plots[];
