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
/* @others: (nullable): networks that take and answer the same, copied. Then answers are the mean of
 * all, as they were trained, effects too, and spreads say how far they are apart; no sets, nothing
 * recalibrated. */
NwTrier *nw_trier_new_together(NwRun *run, const NwMembers *others);
guint nw_trier_get_n_networks(NwTrier *trier); /* ≥ 1 */
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

#define NW_TRIER_PASSES 50
/* Answers come with NW_TRIER_PASSES more, with dropout. FALSE: the network has none. Of a network
 * alone. */
gboolean nw_trier_set_dropping(NwTrier *trier, gboolean drops);
/* [n_answers] of the passes, or of the networks together. NULL: there is one answer, or they are
 * not there yet. */
const NwTrialSpread *nw_trier_get_spreads(NwTrier *trier);

/* The answer that effects are of; as long as nobody chose one, what the first output says. */
void nw_trier_choose(NwTrier *trier, guint answer);
guint nw_trier_get_chosen(NwTrier *trier);
/* [n_entries] of the chosen answer, (nullable) while they are not known */
const double *nw_trier_get_effects(NwTrier *trier);
/* How effects are found: by covering entries at first. */
typedef enum { NW_WEIGHING_OCCLUSION, NW_WEIGHING_SLOPES } NwWeighing;
void nw_trier_set_weighing(NwTrier *trier, NwWeighing weighing);
NwWeighing nw_trier_get_weighing(NwTrier *trier);
/* Whether the answer is what its output says: the likeliest class, or yes. */
gboolean nw_trier_is_said(NwTrier *trier, guint answer);
/* What the set says, which holds the truth as often as was chosen on the Trust page (NwRun's
 * coverage): of classes whether this one is in it, of yes and no which of them are, of a value from
 * where to where. NULL: there is none. (transfer full) */
char *nw_trier_dup_set(NwTrier *trier, guint answer);
