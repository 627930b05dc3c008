/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* An optimiser kind: one constant struct in a file of its own, one line in optimizers/meson.build
 * (facts C.1, C.2: Keras' update rules and defaults). */
#pragma once

#include "nw-param.h"
#include "nw-real.h"

#define NW_MAX_SLOTS 4

/* Scalars of one step, computed once by `prepare`, the same for all weights. */
typedef struct {
  NwReal learning_rate;
  NwReal c[8]; /* the kind's own constants for this step (bias corrections, …) */
} NwOptimizerStep;

typedef struct {
  const char *id, *title, *summary, *formula;
  const NwParamSpec *params;               /* learning_rate first */
  const char *slots[NW_MAX_SLOTS + 1];     /* Keras' names: "momentum", "velocity"; NULL-ended */
  /* Fills step->c from the parameters; @t counts steps from 1. step->learning_rate is already set
   * (schedule applied). */
  void (*prepare)(const NwParams *params, guint64 t, NwOptimizerStep *step);
  /* What a fresh slot holds (Adagrad: 0.1); NULL: zeros. */
  double (*slot_initial)(const NwParams *params, gsize slot);
  /* w[n] and slots[s][n] are updated with gradient g[n]. Elementwise: any split gives the same bits. */
  void (*update)(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots,
                 gsize n);
  /* slots in use for these parameters (SGD without momentum: 0); NULL: all */
  gsize (*n_slots)(const NwParams *params);
} NwOptimizerKind;

extern const NwOptimizerKind *const nw_optimizer_kinds[];
const NwOptimizerKind *nw_optimizer_kind_find(const char *id);
const NwChoice *nw_optimizer_choices(void);
