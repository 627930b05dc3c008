/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the curves of a run can be about: the losses of all outputs, one output's loss, a metric,
 * the ledger of penalties, the learning rate. */
#pragma once

#include "nw-history.h"
#include "nw-plot-curves.h"

/* One curve: a series of steps or of epochs. */
typedef struct {
  char *name; /* in the legend */
  gboolean is_epoch;
  guint index; /* of the series in the history */
  NwPlotCurveStyle style;
  guint color;
} NwCurveSource;

typedef struct {
  char *title; /* “all outputs” */
  char *y_title;
  char *output;   /* (nullable) the output it is about */
  GArray *curves; /* NwCurveSource */
} NwCurvesChoice;

void nw_curves_choice_free(NwCurvesChoice *choice);
/* (transfer full): an array of NwCurvesChoice; the first is where to begin */
GPtrArray *nw_curves_choices_list(const NwHistory *history);
