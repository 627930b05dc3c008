/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What building and running (nw-exec.c), layers (nw-exec-ops.c) and losses (nw-exec-loss.c) share.
 */
#pragma once

#include "nw-plan-private.h"
#include "nw-program.h"

/* The running form of a node: every pointer that its layer will ask for. */
typedef struct {
  NwExec *exec;
  NwCall call;
  NwTensor *inputs;               /* [n_inputs] */
  NwTensor outputs[NW_MAX_PORTS]; /* before the activation */
  NwReal *weights[NW_MAX_WEIGHTS], *gradients[NW_MAX_WEIGHTS];
  NwReal *saved[NW_MAX_BUFFERS], *scratch[2][NW_MAX_BUFFERS];
  gpointer prepared;  /* by the layer's kind, once */
  NwType *step_types; /* [n_inputs + n_outputs] per step: what the layer sees; or NULL */
  NwReal *carried[NW_MAX_WEIGHTS]; /* evaluation: states of its own that restart; or NULL */
  gboolean *fresh[NW_MAX_WEIGHTS]; /* of the weight: nothing was added to its gradient yet */
  NwWeightProduct *deferred[NW_MAX_WEIGHTS]; /* where a product may be left; NULL: it is made */
} NwExecNode;

/* Labels in their order: a batch is shared out into so many tasks at most, each with scratch of its
 * own. */
#define NW_LABEL_TASKS 16

typedef struct {
  gpointer target;       /* [capacity, shape…] NwReal or gint32, NULL without */
  NwReal *probability;   /* [capacity · rows, cols] when the wire carries logits */
  NwReal *counts;        /* [capacity · rows] 1 for rows that count, else 0; NULL: all do */
  NwReal *sample_weight; /* [capacity, shape…] as it was fed, NULL without */
  NwReal *weights;       /* [capacity · rows] counts · sample weight, NULL without */
  NwReal *known;         /* [capacity · rows, cols] targets, 0 where not known; NULL: all are */
  gsize cols;            /* of the loss: 1 where a row may be known in part */
  NwReal *importance;    /* [capacity · rows of the loss] count · class weight · sample weight */
  NwReal *scale;         /* [the same] importance · output weight ÷ rows that count */
  NwReal *losses;        /* [the same] */
  double *scratch;       /* of the loss, of each task; NULL: it needs none */
  double rows;           /* that counted in the last run */
  double unknown;        /* that would have, were they known */
  const double *class_weights; /* [n_class_weights] asked for once: asking needs memory */
  gsize n_class_weights;
  double weight;   /* in the total; the plan's until somebody changes it */
  gboolean frozen; /* its loss has no gradient */
} NwExecOutput;

/* A penalty on a weight. */
typedef struct {
  const NwWeightSpec *spec;
  NwWeight *weight;
  double *parts;      /* of the sum */
  NwProgram *formula; /* (nullable), with what it keeps and what it needs backward */
  NwReal *kept, *scratch;
  NwReal *vectors; /* nw_exec_orthogonal_size() numbers, NULL without such a penalty */
} NwExecWeightTerm;

struct _NwExec {
  NwPlan *plan;
  NwWeights *weights;
  NwPool *pool; /* (nullable) not owned */
  guint64 seed;
  guint8 *arena;
  NwExecNode *nodes; /* [n_nodes] */
  NwExecOutput *outputs;
  gboolean *fresh; /* one per weight */
  double *terms;
  NwExecWeightTerm *weight_terms;
  gboolean without_targets, defers;
  NwExecProbe *probe; /* (nullable) */
  gpointer probe_data;

  gsize asked_row, asked_col; /* which number of each sample's answer slopes are of */

  gsize n; /* samples of the run at hand */
  guint epoch, batch;
};

static inline gpointer
nw_exec_at(const NwExec *exec, int buffer)
{
  return buffer == NW_NONE ? NULL : exec->arena + nw_plan_buffer(exec->plan, buffer)->offset;
}

static inline NwReal *
nw_exec_value_at(const NwExec *exec, int value)
{
  return nw_exec_at(exec,
                    nw_plan_group(exec->plan, nw_plan_value(exec->plan, value)->group)->buffer);
}

static inline NwReal *
nw_exec_gradient_at(const NwExec *exec, int value)
{
  return nw_exec_at(exec,
                    nw_plan_group(exec->plan, nw_plan_value(exec->plan, value)->group)->gradient);
}

static inline gboolean
nw_exec_reads_target(const NwExec *exec, guint node)
{
  return nw_inference_get_node(exec->plan->inference, exec->plan->nodes[node].node->uid)
      ->reads_target;
}

void nw_exec_build_weight_terms(NwExec *exec);
void nw_exec_free_weight_terms(NwExec *exec);
/* Every penalty on a weight; with @backward its gradient too. */
void nw_exec_weight_penalties(NwExec *exec, gboolean backward);

/* rate · Σ_{i<j} |cos(v_i, v_j)| / pairs over the rows, or columns, of a matrix; adds its gradient
 * with
 * @backward. Numbers of term->vectors that it takes: */
gsize nw_exec_orthogonal_size(const NwWeightSpec *spec);
double nw_exec_orthogonal(const NwExecWeightTerm *term, NwPool *pool, gboolean backward);
