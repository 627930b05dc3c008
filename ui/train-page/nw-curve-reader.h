/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Reads one curve of a run as it grows, and puts it over steps, epochs or time.
 *
 * Of steps nothing is copied: the curve is a pyramid over the run's history, wherever that is, in
 * memory or in the store of an earlier session. Ten million steps are there at once, because the
 * history knows the extremes of each NW_HISTORY_RANGE. What is a function of all steps before (the
 * smoothed line, the sum of the ledger, the speed) has to pass all of them: it does so in turns, and
 * the line grows meanwhile. */
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
NwCurveReader *nw_curve_reader_new(NwRun *run, const NwCurveSource *source, NwCurveAxis axis,
                                   double smoothing, const NwCurveReader *below);
void nw_curve_reader_free(NwCurveReader *reader);
/* Reads what is new, until @until (µs, monotonic) and at least a little; 0: all. Returns whether anything
 * was. */
gboolean nw_curve_reader_catch_up(NwCurveReader *reader, gint64 until);
/* There is more than that. */
gboolean nw_curve_reader_is_behind(const NwCurveReader *reader);
/* Fills all but what the person switched off; borrows from the reader until it reads more. */
void nw_curve_reader_fill(const NwCurveReader *reader, NwPlotCurve *curve);

/* Where the end of epoch @epoch (1 …) is. */
double nw_curve_axis_place_epoch(NwCurveAxis axis, const NwHistory *history, int epoch);
