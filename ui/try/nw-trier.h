/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A run's network, a row to try it on, and what it answers: asked in a thread, newest question
 * first.
 *
 * Signals:
 *   “ready”: there is a trial
 *   “failed” (const char *sentence): there will be none
 *   “answered”: new answers
 *   “weighed”: new effects on the chosen answer */
#pragma once

#include "nw-run.h"

#define NW_TYPE_TRIER (nw_trier_get_type())
G_DECLARE_FINAL_TYPE(NwTrier, nw_trier, NW, TRIER, GObject)

/* @run: with weights. Begins to look at its data. */
NwTrier *nw_trier_new(NwRun *run);
/* What is under way is given up; no signal comes any more. */
void nw_trier_stop(NwTrier *trier);

NwRun *nw_trier_get_run(NwTrier *trier);
NwTrial *nw_trier_get_trial(NwTrier *trier); /* (nullable) until ready */
/* The row has changed: asks again. */
void nw_trier_ask(NwTrier *trier);
/* [n_answers] (nullable) as the run's outputs are recalibrated */
const double *nw_trier_get_answers(NwTrier *trier);
/* [n_answers] as the network was trained; NULL where nothing is recalibrated. */
const double *nw_trier_get_raw_answers(NwTrier *trier);

/* The answer that effects are of; as long as nobody chose one, what the first output says. */
void nw_trier_choose(NwTrier *trier, guint answer);
guint nw_trier_get_chosen(NwTrier *trier);
/* [n_entries] of the chosen answer, (nullable) while they are not known */
const double *nw_trier_get_effects(NwTrier *trier);
/* Whether the answer is what its output says: the likeliest class, or yes. */
gboolean nw_trier_is_said(NwTrier *trier, guint answer);
/* What the set says, which holds the truth as often as was chosen on the Trust page (NwRun's
 * coverage): of classes whether this one is in it, of yes and no which of them are, of a value from
 * where to where. NULL: there is none. (transfer full) */
char *nw_trier_dup_set(NwTrier *trier, guint answer);
