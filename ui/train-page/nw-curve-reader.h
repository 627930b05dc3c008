/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Reads one curve of a run as it grows, and puts it over steps, epochs or time. */
#pragma once

#include "nw-curves-choice.h"
#include "nw-run.h"

/* What x counts. */
typedef enum {
  NW_CURVE_BY_EPOCH, /* the first of 10 steps ends at 0.1, the first epoch at 1 */
  NW_CURVE_BY_STEP,  /* the first step is 1 */
  NW_CURVE_BY_TIME,  /* s since the start of training */
} NwCurveAxis;

typedef struct _NwCurveReader NwCurveReader;

/* @smoothing: weight of the past, 0: none; epochs are never smoothed. @below: (nullable): the curve on
 * which this one is stacked; must outlive it and be read first. */
NwCurveReader *nw_curve_reader_new(NwRun *run, const NwCurveSource *source, double smoothing,
                                   const NwCurveReader *below);
void nw_curve_reader_free(NwCurveReader *reader);
/* Reads what is new. Returns whether anything was. */
gboolean nw_curve_reader_catch_up(NwCurveReader *reader);
/* Fills all but what the person switched off; borrows from the reader until it reads more. */
void nw_curve_reader_fill(const NwCurveReader *reader, NwCurveAxis axis, NwPlotCurve *curve);

/* Where the end of epoch @epoch (1 …) is. */
double nw_curve_axis_place_epoch(NwCurveAxis axis, const NwHistory *history, int epoch);
