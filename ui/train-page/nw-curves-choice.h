/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the curves of a run can be about: the losses of all outputs, one output's loss, a metric,
 * the ledger, scores of probabilities, the learning rate, the speed, the memory. A metric that is
 * told of every label, or of every output, gives hundreds of them: they are in groups. */
#pragma once

#include "nw-history.h"
#include "nw-plot-curves.h"

/* What becomes of the numbers of a series. */
typedef enum {
  NW_CURVE_VALUE, /* nothing */
  NW_CURVE_SHARE, /* times its weight, upon the curve before: what the total is made of */
  NW_CURVE_SPEED, /* time becomes samples per second */
  NW_CURVE_MEMORY, /* bytes become MiB */
} NwCurveMeaning;

/* One curve: a series of steps or of epochs. */
typedef struct {
  char *name; /* in the legend */
  gboolean is_epoch;
  guint index; /* of the series in the history; or an NwEpochScore */
  NwPlotCurveStyle style;
  guint color;
  NwCurveMeaning meaning;
  const char *score_of; /* (nullable) the output whose score it is; borrowed from the history */
} NwCurveSource;

typedef struct {
  const char *group; /* its heading: “Loss”, or a metric's name; interned */
  char *title; /* “all outputs” */
  char *y_title;
  char *output;   /* (nullable) the output it is about */
  gboolean stacked;
  GArray *curves; /* NwCurveSource */
} NwCurvesChoice;

void nw_curves_choice_free(NwCurvesChoice *choice);
/* (transfer full): an array of NwCurvesChoice, group by group; the first is where to begin. @with_scores: of the
 * probabilities after each epoch, which runs of this session have. */
GPtrArray *nw_curves_choices_list(const NwHistory *history, gboolean with_scores);
