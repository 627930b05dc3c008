/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the compiler (nw-plan*.c) and the runner (nw-exec.c) share. */
#pragma once

#include "nw-exec.h"
#include "nw-plan.h"

#define NW_NONE (-1)

/* Memory of the arena; lives from its first to its last operation. */
typedef struct {
  gsize per_sample, fixed; /* bytes */
  int first, last;         /* operations; first > last: never used */
  gsize offset;            /* in the arena */
} NwPlanBuffer;

/* A tensor. Values that are the same numbers (an alias and its input) form a group: one buffer, one
 * gradient. */
typedef struct {
  NwType type;
  int group;
  int mask; /* buffer, or NW_NONE */
} NwPlanValue;

typedef struct {
  int buffer;
  int readers;          /* operations that read the values, now or later */
  gboolean needs;       /* something before it can be trained */
  int gradient;         /* buffer, or NW_NONE while nothing has contributed */
  int contributions;    /* to the gradient */
  int from, from_input; /* node whose backward made the last one, as of which input; or NW_NONE */
} NwPlanGroup;

/* One call of a layer. */
typedef struct {
  const NwNode *node;
  const NwInfer *infer;
  gboolean live;       /* contributes to a loss */
  gboolean first_call; /* of its layer, among the live nodes in order */
  gboolean backward;   /* has something to train, or something before it has; asking: an input before */
  gboolean reads_ids;  /* asking: makes numbers of ids that come in (an Embedding) */
  gsize n_inputs;
  int *inputs;         /* [n_inputs] values, or NW_NONE */
  gboolean *accumulate; /* [n_inputs] its gradient is not the first contribution */
  gboolean *wanted;    /* [n_inputs] somebody needs the gradient */
  const NwActivation **slopes; /* [n_inputs] as in NwTensor */
  int raw[NW_MAX_PORTS];     /* values before the activation */
  int outputs[NW_MAX_PORTS]; /* values after it */
  int saved[NW_MAX_BUFFERS];
  int scratch[2][NW_MAX_BUFFERS]; /* of forward, of backward */
  gboolean may_defer;  /* what its products are made of lasts until the end of the run */
  gboolean has_activation;
  gboolean activates;  /* forward applies it itself */
  gboolean activation_accumulate;
  int term;            /* of its activity penalty or Loss term, or NW_NONE */
  int target_of;       /* a Target: index of the output whose target it copies, or NW_NONE */
  gboolean penalty_accumulate, penalty_backward;
} NwPlanNode;

/* A weight with a penalty. */
typedef struct {
  guint node;
  guint weight; /* of the node's layer */
} NwPlanWeightTerm;

typedef struct _NwPlanOp NwPlanOp;
struct _NwPlanOp {
  void (*run)(NwExec *exec, const NwPlanOp *op);
  guint index; /* of a node, or of an output */
};

/* What an output needs beside its public part. */
typedef struct {
  int prediction;  /* value after the activation; NW_NONE when the wire itself carries logits */
  int loss_input;  /* value the loss reads: the prediction, or the logits */
  gboolean accumulate, backward;
  int logits;      /* value that the prediction's probabilities are made of, or NW_NONE */
  int fused_node;  /* plan node whose activation is skipped by the loss, or NW_NONE */
  int asked;       /* asking: value whose numbers the answers are asked by; it has the gradient */
  int asked_node;  /* plan node whose activation that skips, or NW_NONE */
  NwLogits made;   /* what becomes of the logits */
} NwPlanLoss;

struct _NwPlan {
  int refs; /* atomic */
  NwInference *inference;
  gsize capacity;
  gboolean training;
  gboolean asking; /* not training, but backward to what comes in, */
  guint asked;     /* from this output */

  guint n_nodes;
  NwPlanNode *nodes; /* [n_nodes] as in the graph */
  guint *order;      /* [n_nodes] */
  GArray *buffers;   /* NwPlanBuffer */
  GArray *values;    /* NwPlanValue */
  GArray *groups;    /* NwPlanGroup */
  GArray *ops;       /* NwPlanOp */
  guint n_forward;   /* operations of the forward pass */

  GArray *inputs;    /* NwPlanInput */
  GArray *outputs;   /* NwPlanOutput */
  GArray *losses;    /* NwPlanLoss, one per output */
  GArray *terms;     /* NwPlanTerm */
  GArray *weight_terms; /* NwPlanWeightTerm; their terms are the last, from first_weight_term on */
  guint first_weight_term;
  gsize arena_bytes, unshared_bytes, live_bytes;
};

static inline NwPlanBuffer *
nw_plan_buffer(const NwPlan *plan, int i)
{
  return &g_array_index(plan->buffers, NwPlanBuffer, i);
}

static inline NwPlanValue *
nw_plan_value(const NwPlan *plan, int i)
{
  return &g_array_index(plan->values, NwPlanValue, i);
}

static inline NwPlanGroup *
nw_plan_group(const NwPlan *plan, int i)
{
  return &g_array_index(plan->groups, NwPlanGroup, i);
}

static inline NwPlanGroup *
nw_plan_group_of(const NwPlan *plan, int value)
{
  return nw_plan_group(plan, nw_plan_value(plan, value)->group);
}

static inline gboolean
nw_plan_node_has_penalty(const NwPlanNode *node)
{
  return node->infer->activity_l1 > 0 || node->infer->activity_l2 > 0 ||
         node->infer->loss_term != NW_LOSS_TERM_NONE;
}

/* The value that a penalty or a Loss term is made of. */
static inline int
nw_plan_node_penalised(const NwPlanNode *node)
{
  return node->infer->loss_term != NW_LOSS_TERM_NONE ? node->inputs[0] : node->outputs[0];
}

static inline gboolean
nw_plan_node_is_output(const NwPlanNode *node)
{
  return node->node->layer->kind->role == NW_ROLE_OUTPUT;
}

/* Do data come in here? */
static inline gboolean
nw_plan_node_is_fed(const NwPlanNode *node)
{
  NwRole role = node->node->layer->kind->role;
  return role == NW_ROLE_INPUT || (role == NW_ROLE_TARGET && node->target_of == NW_NONE);
}

/* Bytes; the buffer lives from its first use on. */
int nw_plan_add_buffer(NwPlan *plan, gsize per_sample, gsize fixed);

/* Of an Output layer; n = 0 when it has none or its loss knows no classes. */
const double *nw_plan_class_weights(const NwParams *output, gsize *n);

/* The operations of all live nodes, in nw-plan-emit.c. */
void nw_plan_emit(NwPlan *plan);

/* Gives every buffer its place, so that two share space only when they never live at once. */
gboolean nw_plan_place_buffers(NwPlan *plan, GError **error);

/* The operations, in nw-exec.c. */
void nw_exec_op_forward(NwExec *exec, const NwPlanOp *op);
void nw_exec_op_activate(NwExec *exec, const NwPlanOp *op);
void nw_exec_op_penalty(NwExec *exec, const NwPlanOp *op);
void nw_exec_op_loss_term(NwExec *exec, const NwPlanOp *op);
void nw_exec_op_target(NwExec *exec, const NwPlanOp *op);
void nw_exec_op_loss(NwExec *exec, const NwPlanOp *op);
void nw_exec_op_ask(NwExec *exec, const NwPlanOp *op);
void nw_exec_op_activate_backward(NwExec *exec, const NwPlanOp *op);
void nw_exec_op_backward(NwExec *exec, const NwPlanOp *op);
