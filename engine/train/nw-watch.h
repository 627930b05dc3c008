/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Looks at the layers while they train, in some of the steps: the first, those at the end of an epoch,
 * and in between as often as its share of the time allows. What it looks at changes no bit of the
 * weights. Belongs to the trainer's worker. */
#pragma once

#include "nw-exec.h"
#include "nw-health.h"

typedef enum {
  NW_WATCH_NOTHING,
  NW_WATCH_SOME,  /* steps: up to ten a second, at most 1 % of the time */
  NW_WATCH_EVERY, /* step: for tests, and for people who step by hand */
} NwWatching;

typedef struct _NwWatch NwWatch;

/* @exec runs a training plan of @inference over @weights; all must outlive the watch. */
NwWatch *nw_watch_new(const NwInference *inference, NwExec *exec, NwWeights *weights,
                      NwWatching watching);
void nw_watch_free(NwWatch *watch);

/* Before each batch. @step: the optimiser's, from 1; batches that only add to a sum are not looked at.
 * @last: an evaluation follows; @alone: the person asked for this one batch. */
void nw_watch_begin_step(NwWatch *watch, guint64 step, gboolean last, gboolean alone);
/**
 * nw_watch_end_step:
 * @epochs: as in NwHealth
 * @moved: the optimiser has changed the weights
 *
 * Returns: (transfer full) (nullable): what was seen, when it was a batch to look at
 */
NwHealth *nw_watch_end_step(NwWatch *watch, double epochs, gboolean moved);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwWatch, nw_watch_free)
