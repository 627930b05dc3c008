/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How a graph runs: an order of operations over one arena in which buffers share space.
 *
 * A plan is immutable and knows no numbers: it is compiled from an inference for batches of up to
 * `capacity` samples, for training (losses, gradients) or for evaluation (losses only). An NwExec
 * runs it. */
#pragma once

#include "nw-dataset.h"
#include "nw-infer.h"
#include "nw-loss.h"
#include "nw-metric.h"
#include "nw-requests.h"

typedef struct _NwPlan NwPlan;

/* A network input: what a batch must bring. */
typedef struct {
  guint node;
  const char *name; /* of the layer, or of the Output whose target it is */
  NwType type;
  gboolean is_target; /* a Target whose data no Output asks for: only losses read it */
} NwPlanInput;

/* An output: how its prediction becomes a loss. */
typedef struct {
  guint node;
  const char *name;
  const NwParams *params;    /* of the Output layer */
  const NwLossKind *loss;
  double weight;             /* in the total */
  NwHead head;
  gboolean from_logits;      /* the loss is computed from what stands before the activation */
  NwType type;               /* of the prediction */
  gboolean has_mask;
  gboolean has_target;
  NwType target;             /* of the target, when it has one */
  gboolean may_be_unknown;   /* targets that are NaN, or NW_UNKNOWN_CLASS, do not count */
  const char *weight_field;  /* of its sample weights; NULL: it has none */
  NwType sample_weight;      /* of them: one per sample, or one per row */
  gsize rows_per_sample, cols;
} NwPlanOutput;

/* One term of the loss ledger: total = Σ weight · value, in this order. Outputs come first, then drawn
 * Loss terms. */
typedef struct {
  char *name;   /* “digit”, “dense/kernel” */
  char *title;  /* “digit”, “dense · kernel penalty” */
  int output;   /* index of the output, or −1 */
  gboolean drawn; /* a Loss term: like outputs, it is also measured on validation data */
  double weight;
} NwPlanTerm;

/**
 * nw_plan_new:
 * @inference: without errors
 * @capacity: largest batch, ≥ 1
 *
 * Returns: (transfer full), or NULL with NW_ERROR_GRAPH or NW_ERROR_LIMIT.
 */
NwPlan *nw_plan_new(NwInference *inference, gsize capacity, gboolean training, GError **error);
/* For evaluation, and then backward: from one number that output @output answers (nw_exec_ask()) to
 * what comes in. Nothing is trained; weights have no gradients. Else as nw_plan_new(). */
NwPlan *
nw_plan_new_asking(NwInference *inference, guint output, gsize capacity, GError **error);
/* What slopes of answers of output @i are of. TRUE: of the log-odds ln p/(1 − p), where a sigmoid or
 * softmax makes the probability p: the slope of p itself vanishes as soon as the network is sure, and
 * a softmax's logits mean nothing one by one. FALSE: of the answer. */
gboolean nw_plan_asks_odds(const NwPlan *plan, guint i);
NwPlan *nw_plan_ref(NwPlan *plan);
void nw_plan_unref(NwPlan *plan);

gsize nw_plan_get_capacity(const NwPlan *plan);
gsize nw_plan_get_arena_bytes(const NwPlan *plan);
/* What the buffers would take without sharing space; what lives at once at the fullest moment, below
 * which no arena can be. */
gsize nw_plan_get_unshared_bytes(const NwPlan *plan);
gsize nw_plan_get_live_bytes(const NwPlan *plan);
guint nw_plan_get_n_operations(const NwPlan *plan);

guint nw_plan_get_n_inputs(const NwPlan *plan);
const NwPlanInput *nw_plan_get_input(const NwPlan *plan, guint i);
guint nw_plan_get_n_outputs(const NwPlan *plan);
const NwPlanOutput *nw_plan_get_output(const NwPlan *plan, guint i);
guint nw_plan_get_n_terms(const NwPlan *plan);
const NwPlanTerm *nw_plan_get_term(const NwPlan *plan, guint i);

/* What the network wants of the data: its inputs, then of each output its target and its sample
 * weights. Names point into the plan. (transfer full): g_free */
NwFieldRequest *nw_plan_dup_requests(const NwPlan *plan, gsize *n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwPlan, nw_plan_unref)
