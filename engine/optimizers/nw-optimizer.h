/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* An optimiser kind: one constant struct in a file of its own, one line in optimizers/meson.build
 * (facts C.1, C.2: Keras' update rules and defaults). */
#pragma once

#include "nw-param.h"
#include "nw-real.h"

#define NW_MAX_SLOTS 4

/* Scalars of one step. */
typedef struct {
  NwReal learning_rate; /* of the weight at hand: schedule and the layer's factor applied */
  NwReal c[8];          /* the kind's own constants (bias corrections, …), the same for all weights */
} NwOptimizerStep;

typedef void NwOptimizerFunc(const NwOptimizerStep *step, NwReal *w, const NwReal *g,
                             NwReal *const *slots, gsize n);

typedef struct {
  const char *id, *title, *summary, *formula;
  const NwParamSpec *params;           /* learning_rate first, NW_OPTIMIZER_PARAMS_COMMON last */
  const char *slots[NW_MAX_SLOTS + 1]; /* Keras' names: "momentum", "velocity"; NULL-ended */
  /* Fills step->c from the parameters, once for all weights, so that nothing in it depends on the
   * learning rate; @t counts steps from 1. */
  void (*prepare)(const NwParams *params, guint64 t, NwOptimizerStep *step);
  /* What a fresh slot holds (Adagrad: 0.1); NULL: zeros. */
  double (*slot_initial)(const NwParams *params, gsize slot);
  /* w[n] and slots[s][n] are updated with gradient g[n]. Elementwise: any split gives the same bits.
   * Clipping, weight decay and averages are done around it for all kinds (train/nw-optimize.h). */
  NwOptimizerFunc *update;
  /* Is slot @slot in use for these parameters (SGD without momentum: no)? NULL: all are. */
  gboolean (*has_slot)(const NwParams *params, gsize slot);
} NwOptimizerKind;

/* How gradients are kept small before a step. */
typedef enum {
  NW_CLIP_NONE,
  NW_CLIP_VALUE,       /* every number to ±limit */
  NW_CLIP_NORM,        /* every weight's gradient to the norm limit */
  NW_CLIP_GLOBAL_NORM, /* all gradients together to the norm limit */
} NwClip;

/* What all kinds have in common, read once from NW_OPTIMIZER_PARAMS_COMMON (facts C.1). */
typedef struct {
  NwClip clip;
  double clip_limit, weight_decay;
  gboolean measures, use_ema, judge_average;
  double ema_momentum;
  guint64 ema_overwrite, accumulate; /* batches; overwrite 0: never */
} NwOptimizerCommon;

NwOptimizerCommon nw_optimizer_common(const NwParams *params);
/* Does the weight @name of @layer decay? Not when exclude_from_weight_decay has a word that occurs in
 * @name, as Keras compares (“bias”), or that is the layer's name. */
gboolean nw_optimizer_decays(const NwParams *params, const char *layer, const char *name);
gboolean nw_optimizer_has_slot(const NwOptimizerKind *kind, const NwParams *params, gsize slot);

/* All kinds, as the table for the baseline has them; and a kind's update for this processor. */
#define nw_optimizer_kinds nw_optimizer_kinds_baseline
extern const NwOptimizerKind *const nw_optimizer_kinds[];
NwOptimizerFunc *nw_optimizer_get_update(const NwOptimizerKind *kind);
const NwOptimizerKind *nw_optimizer_kind_find(const char *id);
const NwChoice *nw_optimizer_choices(void);
