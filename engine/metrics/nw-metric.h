/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A metric kind: one constant struct in a file of its own, one line in metrics/meson.build (facts B.5).
 *
 * A metric is a fold over batches: `n_state` doubles, zero at first, `update` per batch, `result` at
 * the end. Always in double; the same code serves training epochs, validation and `evaluate`. */
#pragma once

#include "nw-loss.h"
#include "nw-param.h"
#include "nw-real.h"

/* What an output's numbers are. */
typedef enum {
  NW_HEAD_VALUES,  /* any numbers (regression) */
  NW_HEAD_SIGMOID, /* independent probabilities, one per column */
  NW_HEAD_SOFTMAX, /* one distribution over the columns */
} NwHead;

/* One output's predictions (after the activation) and targets; masked rows have weight 0. */
typedef struct {
  NwHead head;
  gsize rows, cols;
  const NwReal *p;      /* [rows, cols] */
  const NwReal *y;      /* [rows, cols], or NULL with @index */
  const gint32 *index;  /* [rows] */
  const NwReal *weight; /* (nullable) [rows] */
} NwMetricBatch;

typedef struct {
  const char *id, *title, *summary;
  gboolean higher_is_better;
  /* Does it fit this output? Sets @title_out to what it resolves to (“binary accuracy, per label”), or
   * returns FALSE and sets it to the reason. @soft: targets are percentages rather than 0/1. */
  gboolean (*resolve)(NwHead head, NwTargetKind target, gsize cols, gboolean soft,
                      const char **title_out);
  gsize (*n_state)(gsize cols);
  void (*update)(double *state, const NwMetricBatch *batch);
  double (*result)(const double *state, gsize cols);
} NwMetricKind;

extern const NwMetricKind *const nw_metric_kinds[];
const NwMetricKind *nw_metric_kind_find(const char *id); /* (nullable) */
const NwChoice *nw_metric_choices(void);
