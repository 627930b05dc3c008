/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A sweep as the window sees it: what it is, its trials, how far it is. Filled by the session.
 *
 * Signals: “changed” when there are new numbers; “state” when another sweep is shown, or it begins,
 * stops or ends. */
#pragma once

#include <gio/gio.h>

#include "nw-sweep-drawing.h"
#include "nw.h"

/* How a sweep stands at a moment: copies, so that any thread may make one and another show it. */
typedef struct {
  GPtrArray *trials; /* NwSweepTrial */
  NwSweepDrawing *drawing;
  guint at;     /* index of the trial at hand */
  double share; /* of the whole, 0 … 1 */
  int best;     /* −1: none */
  gboolean higher_is_better;
} NwSweepStand;

/* In the thread of @run. (transfer full) */
NwSweepStand *nw_sweep_stand_new(const NwSweepRun *run, guint at, double share);
void nw_sweep_stand_free(NwSweepStand *stand);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwSweepStand, nw_sweep_stand_free)

typedef enum {
  NW_SWEEP_MODEL_NONE, /* there is no sweep */
  NW_SWEEP_MODEL_RUNNING,
  NW_SWEEP_MODEL_STOPPING, /* after the running batch */
  NW_SWEEP_MODEL_ENDED,    /* done, stopped, failed, or of an earlier session */
} NwSweepModelState;

#define NW_TYPE_SWEEP_MODEL (nw_sweep_model_get_type())
G_DECLARE_FINAL_TYPE(NwSweepModel, nw_sweep_model, NW, SWEEP_MODEL, GObject)

NwSweepModel *nw_sweep_model_new(void);

/* Another sweep: copies @sweep, takes @stand. @running: it goes on now. */
void nw_sweep_model_set(NwSweepModel *model, const NwSweep *sweep, guint epochs,
                        NwSweepStand *stand, gboolean running);
/* New numbers; takes @stand. */
void nw_sweep_model_update(NwSweepModel *model, NwSweepStand *stand);
void nw_sweep_model_stop(NwSweepModel *model);
/* @message: one sentence; @failed: it says what was wrong */
void nw_sweep_model_end(NwSweepModel *model, const char *message, gboolean failed);
void nw_sweep_model_clear(NwSweepModel *model);

NwSweepModelState nw_sweep_model_get_state(NwSweepModel *model);
gboolean nw_sweep_model_is_active(NwSweepModel *model);       /* running or stopping */
const NwSweep *nw_sweep_model_get_sweep(NwSweepModel *model); /* (nullable) */
guint nw_sweep_model_get_epochs(NwSweepModel *model);
/* NwSweepItem, by number. (transfer none) */
GListModel *nw_sweep_model_get_trials(NwSweepModel *model);
const NwSweepStand *nw_sweep_model_get_stand(NwSweepModel *model); /* (nullable) */
/* Seconds until the end, NaN while nobody can tell. */
double nw_sweep_model_get_left(NwSweepModel *model);
/* How it ended, or what was wrong. (nullable) */
const char *nw_sweep_model_get_message(NwSweepModel *model, gboolean *failed);
/* “Trial 3 of 20 · about 1:10 left”, or how it ended. (transfer full) */
char *nw_sweep_model_dup_where(NwSweepModel *model);
