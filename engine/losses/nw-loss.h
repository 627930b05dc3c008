/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A loss kind: one constant struct in a file of its own, one line in losses/meson.build (facts B.1). */
#pragma once

#include "nw-param.h"
#include "nw-real.h"
#include "nw-shape.h"

/* How the target of an output must look. */
typedef enum {
  NW_TARGET_VALUES,  /* same shape as the prediction */
  NW_TARGET_ONE_HOT, /* same shape; rows are distributions over the last axis */
  NW_TARGET_INDEX,   /* int32; the prediction's shape without its last axis (or with a 1 there) */
  NW_TARGET_LABELS,  /* int32, one axis: labels in their order, 0 behind the last; the prediction is
                      * steps  by classes, and class 0 is no label */
  NW_TARGET_NONE,    /* the loss is a function of the prediction alone */
} NwTargetKind;

/* Which activation right before the output lets the loss be computed from logits. */
typedef enum { NW_LOGITS_NONE, NW_LOGITS_SIGMOID, NW_LOGITS_SOFTMAX } NwLogits;

/**
 * NwLossCall:
 * One output's prediction and target for a batch; the last axis has @cols numbers, the axes before it
 * (batch and steps) make @rows, each of which stands for itself: a call may have some of them.
 *
 * @p: [rows, cols] predictions: probabilities, or logits when @from_logits
 * @y: [rows, cols] target values, NULL for NW_TARGET_INDEX
 * @index: [rows] classes for NW_TARGET_INDEX
 * @scale: [rows] weight of each row's loss in the total, already divided by the number of rows that
 *   count (sample weight × class weight × mask × output weight ÷ rows); never NULL
 * @losses: [rows] (out) the loss of each row, *unscaled*
 * @dp: (nullable): [rows, cols] (out) scale[r] · ∂loss[r]/∂p[r, :], or added when @accumulate
 *
 * For NW_TARGET_LABELS a row is a sample: @p and @dp are [rows, steps, cols], @index [rows,
 * labels].
 * @mask: (nullable): [rows, steps] those that count
 * @scratch: what the kind's n_scratch asks for
 */
typedef struct {
  const NwParams *params;
  gsize rows, cols;
  const NwReal *p, *y;
  const gint32 *index;
  const NwReal *scale;
  NwReal *losses, *dp;
  gboolean from_logits, accumulate;
  gsize steps, labels;
  const guint8 *mask;
  double *scratch;
} NwLossCall;

/* A loss's own parameters (label_smoothing, delta, …) become part of the Output layer's table, each
 * with `when = "loss=ID"`; call->params is the Output layer's values. Two losses that share a key
 * share the row. */
typedef struct {
  const char *id, *title, *summary, *formula;
  NwTargetKind target;
  gboolean by_number; /* the loss of a row is the mean of those that its numbers would have alone */
  /* What a target must be: from @target_min to @target_max (both 0: any number), and @target_whole
   * without a fraction. */
  double target_min, target_max;
  gboolean target_whole;
  NwLogits logits;
  const NwParamSpec *params; /* (nullable) */
  /* (nullable): doubles that compute() needs, of NW_TARGET_LABELS */
  gsize (*n_scratch)(gsize cols, gsize steps, gsize labels);
  void (*compute)(const NwLossCall *call);
} NwLossKind;

extern const NwLossKind *const nw_loss_kinds[];
const NwLossKind *nw_loss_kind_find(const char *id);
const NwChoice *nw_loss_choices(void);
