/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How the layers of a network are while it trains: what one step saw of each of them, and what that
 * means in a sentence. Values and pure functions; nw-watch.h measures. */
#pragma once

#include <glib.h>
#include <stdatomic.h>

/* One node of the network at one step. What does not apply is NaN. */
typedef struct {
  guint node;       /* uid; of a node in a block, one that no canvas shows */
  const char *name; /* of the layer; interned */
  /* Of the layer's trained weights together: norms of the gradient (before clipping), of the weights,
   * and of what the step added to them. */
  double gradient, weight, update;
  double usual_gradient; /* geometric mean of the norms seen before, the newer the weightier */
  /* Of the node's result (after its activation) on the batch at hand. */
  double mean, deviation;
  double dead; /* share of units that were 0 for all of the last samples looked at: of the last axis */
  guint units;
  gboolean is_finite; /* the result has no NaN and no infinity */
} NwLayerHealth;

/* Immutable, reference-counted. */
typedef struct {
  guint64 step; /* batches done when it was seen, 1 … */
  double epochs; /* the same in epochs: 0.5 in the middle of the first */
  guint n_layers; /* the same ones, in the same order, for a whole run */
  NwLayerHealth *layers;
  atomic_int refs;
} NwHealth;

NwHealth *nw_health_new(guint64 step, double epochs, const NwLayerHealth *layers, guint n_layers);
NwHealth *nw_health_ref(NwHealth *health);
void nw_health_unref(NwHealth *health);

/* From 1 (well) to 0, −1 where nothing is known. Of the result: the share of units that live; 0 when all
 * say the same. Of the learning: 1 while a step changes the weights by 1e-5 to 1e-2 of their norm, less
 * by decades outside; 0 when the gradient explodes. */
double nw_layer_health_get_activation(const NwLayerHealth *layer);
double nw_layer_health_get_learning(const NwLayerHealth *layer);

/* The worst that is wrong, with what to do, as a sentence: “81 % of the units of “hidden” are always 0:
 * …”. (transfer full) (nullable): nothing is. */
char *nw_layer_health_dup_complaint(const NwLayerHealth *layer);
/* The numbers, for people: “gradient 0.031, weights 4.2, a step changes them by 0.1 % · …”. (transfer
 * full) */
char *nw_layer_health_dup_facts(const NwLayerHealth *layer);

/* What can be drawn over time. */
typedef struct {
  const char *id, *title, *summary;          /* marked with N_() */
  double (*get)(const NwLayerHealth *layer); /* ≥ 0; NaN: not finite */
  gboolean of_weights; /* only layers with trained weights have it */
  gboolean is_share;   /* from 0 to 1 */
} NwHealthMeasure;

extern const NwHealthMeasure nw_health_measures[];
extern const gsize nw_n_health_measures;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwHealth, nw_health_unref)
