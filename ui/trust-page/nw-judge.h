/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Finds the reports of a run on one split: those of the newest validation while it runs, and of its
 * best weights, evaluated in a thread, after it ended; then on validation and test rows, too, where
 * thresholds are chosen and tried.
 *
 * “changed” () when reports, a sentence or the busy state are new. */
#pragma once

#include <glib-object.h>

#include "nw-run.h"

#define NW_TYPE_JUDGE (nw_judge_get_type())
G_DECLARE_FINAL_TYPE(NwJudge, nw_judge, NW, JUDGE, GObject)

NwJudge *nw_judge_new(void);
/* @run: (nullable) */
void nw_judge_set(NwJudge *judge, NwRun *run, NwSplit split);
/* Judges predictions that any program made, of a file called @name, until the next nw_judge_set().
 */
void nw_judge_set_forecast(NwJudge *judge, const NwForecast *forecast, const char *name);

/* NwReport, none NULL; empty while there is nothing. (transfer none) */
GPtrArray *nw_judge_get_reports(NwJudge *judge);
/* The same of another split: empty while nobody has asked for it or the run goes on. */
GPtrArray *nw_judge_get_split_reports(NwJudge *judge, NwSplit split);
gboolean nw_judge_is_busy(NwJudge *judge);
/* Why there are no reports, or what they are of: “validation, epoch 6”. (transfer none) */
const char *nw_judge_get_sentence(NwJudge *judge);
/* The split's rows in the data: what a report's rows are indices into. (nullable) */
const guint32 *nw_judge_get_rows(NwJudge *judge, gsize *n);
NwSplit nw_judge_get_split(NwJudge *judge);
