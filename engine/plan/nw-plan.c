/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The compiler: what is in a graph, and who needs what of whom.
 *
 *   1. values   every wire becomes a value; values that are the same numbers form a group
 *   2. live     what contributes to a loss; what needs a gradient; how often each group is read
 *   3. emit     the operations, forward and backward (nw-plan-emit.c)
 *   4. place    every buffer gets its place in the arena (nw-plan-memory.c) */
#include "nw-plan-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-error.h"

int
nw_plan_add_buffer(NwPlan *plan, gsize per_sample, gsize fixed)
{
  NwPlanBuffer buffer = {per_sample, fixed, G_MAXINT, -1, 0};
  g_array_append_val(plan->buffers, buffer);
  return (int)plan->buffers->len - 1;
}

static int
add_value(NwPlan *plan, NwType type, int group, int mask)
{
  NwPlanValue value = {type, group, mask};
  g_array_append_val(plan->values, value);
  return (int)plan->values->len - 1;
}

static int
add_group(NwPlan *plan)
{
  NwPlanGroup group = {NW_NONE, 0, FALSE, NW_NONE, 0, NW_NONE, NW_NONE};
  g_array_append_val(plan->groups, group);
  return (int)plan->groups->len - 1;
}

/* ── 1. values ───────────────────────────────────────────────────────────────────────────────── */

static int
mask_of_output(NwPlan *plan, const NwPlanNode *node, gsize port)
{
  const NwInfer *infer = node->infer;
  int from = infer->mask_from[port];

  if (from == NW_MASK_MADE)
    return nw_plan_add_buffer(plan, (gsize)infer->outputs[port].shape.dim[0], 0);
  if (from >= 0 && node->inputs[from] != NW_NONE)
    return nw_plan_value(plan, node->inputs[from])->mask;
  return NW_NONE;
}

/* The shape before an activation that halves the last axis. */
static NwType
raw_type(const NwInfer *infer, gsize port)
{
  NwType type = infer->outputs[port];
  if (port == 0 && infer->activation != NULL && infer->activation->halves)
    type.shape.dim[type.shape.rank - 1] *= 2;
  return type;
}

static void
make_values(NwPlan *plan, guint index, GHashTable *node_index)
{
  NwPlanNode *node = &plan->nodes[index];
  const NwInfer *infer = node->infer;

  node->n_inputs = infer->n_inputs;
  node->inputs = g_new(int, node->n_inputs + 1);
  node->accumulate = g_new0(gboolean, node->n_inputs + 1);
  node->wanted = g_new0(gboolean, node->n_inputs + 1);
  node->slopes = g_new0(const NwActivation *, node->n_inputs + 1);
  for (gsize k = 0; k < node->n_inputs; k++) {
    NwSource source = k < node->node->n_inputs ? node->node->inputs[k] : (NwSource){0, 0};
    guint from = GPOINTER_TO_UINT(g_hash_table_lookup(node_index, GUINT_TO_POINTER(source.node)));
    node->inputs[k] = source.node == 0 ? NW_NONE : plan->nodes[from - 1].outputs[source.port];
  }

  node->has_activation = infer->activation != NULL && infer->activation != nw_activations();
  for (gsize port = 0; port < infer->n_outputs; port++) {
    gboolean alias = port == 0 && infer->alias;
    gboolean activated = port == 0 && node->has_activation;
    int mask = mask_of_output(plan, node, port);
    int group = alias ? nw_plan_value(plan, node->inputs[0])->group : add_group(plan);
    node->raw[port] = add_value(plan, raw_type(infer, port), group, mask);
    node->outputs[port] =
        !activated ? node->raw[port] : add_value(plan, infer->outputs[port], add_group(plan), mask);
  }
}

/* ── outputs ─────────────────────────────────────────────────────────────────────────────────── */

/* The node whose activation made the numbers at @input, seen through nodes that only pass them on.
 */
static int
activation_before(const NwPlan *plan, GHashTable *node_index, const NwNode *output)
{
  NwSource source = output->inputs[0];

  for (;;) {
    guint from = GPOINTER_TO_UINT(g_hash_table_lookup(node_index, GUINT_TO_POINTER(source.node)));
    const NwPlanNode *node = &plan->nodes[from - 1];
    if (source.port != 0)
      return NW_NONE;
    if (node->has_activation)
      return (int)from - 1;
    if (!node->infer->alias ||
        !nw_shape_equal(&node->infer->inputs[0].shape, &node->infer->outputs[0].shape))
      return NW_NONE;
    source = node->node->inputs[0];
  }
}

static NwLogits
logits_of(const NwPlanNode *node)
{
  const char *id = node->infer->activation->id;
  return strcmp(id, "sigmoid") == 0   ? NW_LOGITS_SIGMOID
         : strcmp(id, "softmax") == 0 ? NW_LOGITS_SOFTMAX
                                      : NW_LOGITS_NONE;
}

const double *
nw_plan_class_weights(const NwParams *output, gsize *n)
{
  *n = 0;
  return nw_params_applies(output, "class_weights")
             ? nw_params_get_reals(output, "class_weights", n)
             : NULL;
}

static gboolean
make_output(NwPlan *plan, guint index, GHashTable *node_index, GError **error)
{
  NwPlanNode *node = &plan->nodes[index];
  const NwLayer *layer = node->node->layer;
  const NwPlanValue *value = nw_plan_value(plan, node->inputs[0]);
  NwPlanOutput output = {.node = node->node->uid, .name = layer->name, .params = layer->params};
  NwPlanLoss loss = {.prediction = node->inputs[0],
                     .loss_input = node->inputs[0],
                     .logits = NW_NONE,
                     .fused_node = NW_NONE,
                     .asked = node->inputs[0],
                     .asked_node = NW_NONE};
  int before = activation_before(plan, node_index, node->node);
  NwLogits made = before == NW_NONE ? NW_LOGITS_NONE : logits_of(&plan->nodes[before]);
  NwFieldRequest request;
  gsize n_weights;

  output.loss = nw_loss_kind_find(nw_params_get_choice(layer->params, "loss"));
  output.weight = nw_params_get_real(layer->params, "weight");
  output.type = value->type;
  output.has_mask = value->mask != NW_NONE;
  output.rows_per_sample = (gsize)nw_shape_rows(&value->type.shape);
  output.cols = (gsize)nw_shape_last(&value->type.shape);

  if (nw_params_applies(layer->params, "from_logits") &&
      nw_params_get_bool(layer->params, "from_logits")) {
    output.from_logits = TRUE;
    output.head = nw_head_of(output.loss, NULL, TRUE);
    loss.prediction = NW_NONE;
    loss.logits = loss.loss_input;
    loss.made = output.loss->logits;
  } else {
    /* As TensorFlow does: sigmoid or softmax right before its own cross-entropy is taken together
     * with it, which is exact where the probability would round to 0 or 1. */
    output.from_logits = made != NW_LOGITS_NONE && made == output.loss->logits;
    output.head = nw_head_of(
        output.loss, before == NW_NONE ? NULL : plan->nodes[before].infer->activation->id, FALSE);
    if (made != NW_LOGITS_NONE)
      loss.logits = plan->nodes[before].raw[0];
    loss.made = made;
    if (made != NW_LOGITS_NONE && output.head != NW_HEAD_VALUES) {
      loss.asked = loss.logits;
      loss.asked_node = before;
    }
    if (output.from_logits) {
      loss.fused_node = before;
      loss.loss_input = plan->nodes[before].raw[0];
    }
  }

  output.has_target = nw_output_request_target(layer, &value->type, &request);
  output.target = output.has_target ? request.type : value->type;
  output.may_be_unknown = output.has_target && nw_unknown_is_possible(&request.unknown);
  if (nw_output_request_weight(layer, &value->type, &request)) {
    output.weight_field = request.name;
    output.sample_weight = request.type;
  }
  nw_plan_class_weights(layer->params, &n_weights);
  gsize n_classes = output.head == NW_HEAD_SIGMOID && output.cols == 1 ? 2 : output.cols;
  if (n_weights > 0 && (n_weights != n_classes || output.head == NW_HEAD_VALUES ||
                        (output.head == NW_HEAD_SIGMOID && output.cols > 1))) {
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH,
                _("Output “%s”: class weights need one number for each of its exclusive classes "
                  "(%zu), not %zu; correct or empty them."),
                layer->name, n_classes, n_weights);
    return FALSE;
  }
  g_array_append_val(plan->outputs, output);
  g_array_append_val(plan->losses, loss);

  NwPlanTerm term = {g_strdup(layer->name), g_strdup(layer->name), (int)plan->outputs->len - 1,
                     FALSE, output.weight};
  g_array_append_val(plan->terms, term);
  return TRUE;
}

/* ── 2. live, needs, readers ─────────────────────────────────────────────────────────────────── */

static void
mark_live(NwPlan *plan, GHashTable *node_index)
{
  for (guint k = plan->n_nodes; k > 0; k--) {
    NwPlanNode *node = &plan->nodes[plan->order[k - 1]];
    if (nw_plan_node_is_output(node) || nw_plan_node_has_penalty(node))
      node->live = TRUE;
    if (!node->live)
      continue;
    for (guint i = 0; i < node->node->n_inputs; i++) {
      guint from = GPOINTER_TO_UINT(
          g_hash_table_lookup(node_index, GUINT_TO_POINTER(node->node->inputs[i].node)));
      if (from > 0)
        plan->nodes[from - 1].live = TRUE;
    }
  }
}

static gboolean
can_train(const NwPlanNode *node)
{
  const NwParams *params = node->node->layer->params;
  if (nw_params_find_spec(params, "trainable") != NULL && !nw_params_get_bool(params, "trainable"))
    return FALSE;
  for (gsize w = 0; w < node->infer->n_weights; w++)
    if (!node->infer->weights[w].state)
      return TRUE;
  return FALSE;
}

/* Asking: numbers that come in, and those that ids become, which have no slope of their own. */
static gboolean
is_asked(NwPlan *plan, NwPlanNode *node)
{
  if (node->infer->n_outputs == 0 || nw_plan_value(plan, node->outputs[0])->type.dtype != NW_REAL)
    return FALSE;
  node->reads_ids = node->n_inputs > 0 && node->inputs[0] != NW_NONE &&
                    nw_plan_value(plan, node->inputs[0])->type.dtype == NW_INT32;
  return node->reads_ids || node->node->layer->kind->role == NW_ROLE_INPUT;
}

/* Which nodes run backward, and how often each group is read. A group that its reader alone reads
 * may be overwritten by it. */
static void
count_readers(NwPlan *plan)
{
  for (guint k = 0; k < plan->n_nodes; k++) {
    NwPlanNode *node = &plan->nodes[plan->order[k]];
    const NwInfer *infer = node->infer;
    gboolean asked = plan->asking && is_asked(plan, node);
    gboolean needs = plan->asking ? asked : can_train(node);

    if (!node->live)
      continue;
    for (gsize i = 0; i < node->n_inputs; i++)
      if (node->inputs[i] != NW_NONE)
        needs |= nw_plan_group_of(plan, node->inputs[i])->needs;
    node->backward = (plan->training || plan->asking) && needs && !asked; /* there the way ends */
    if (node->reads_ids) /* what they became is read after the run */
      nw_plan_group_of(plan, node->outputs[0])->readers++;
    for (gsize port = 0; port < infer->n_outputs; port++) {
      nw_plan_group_of(plan, node->raw[port])->needs |= needs;
      nw_plan_group_of(plan, node->outputs[port])->needs |= needs;
      if (node->backward && infer->keeps_outputs)
        nw_plan_group_of(plan, node->raw[port])->readers++;
    }
    if (nw_plan_node_is_fed(node))
      nw_plan_group_of(plan, node->raw[0])
          ->readers++; /* its memory belongs to whoever fills the batch */
    if (!infer->alias && infer->n_outputs > 0 && !nw_plan_node_is_output(node))
      for (gsize i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NW_NONE)
          nw_plan_group_of(plan, node->inputs[i])->readers +=
              1 + (node->backward && infer->keeps_inputs);
    if (node->has_activation) {
      nw_plan_group_of(plan, node->raw[0])->readers +=
          1 + (node->backward && infer->activation->needs_x);
      nw_plan_group_of(plan, node->outputs[0])->readers +=
          node->backward && infer->activation->needs_y;
    }
    if (nw_plan_node_has_penalty(node))
      nw_plan_group_of(plan, nw_plan_node_penalised(node))->readers++;
  }
  for (guint i = 0; i < plan->losses->len; i++) {
    const NwPlanLoss *loss = &g_array_index(plan->losses, NwPlanLoss, i);
    nw_plan_group_of(plan, loss->loss_input)->readers++;
    if (loss->prediction != NW_NONE)
      nw_plan_group_of(plan, loss->prediction)->readers++;
    if (loss->logits != NW_NONE && !plan->training)
      nw_plan_group_of(plan, loss->logits)->readers++;
  }
}

/* ── terms and the whole ─────────────────────────────────────────────────────────────────────── */

/* Loss terms, after the outputs. */
static void
add_drawn_terms(NwPlan *plan)
{
  for (guint i = 0; i < plan->n_nodes; i++) {
    NwPlanNode *node = &plan->nodes[i];
    NwPlanTerm term = {.output = -1, .drawn = TRUE, .weight = node->infer->loss_weight};
    node->term = NW_NONE;
    if (node->infer->loss_term == NW_LOSS_TERM_NONE)
      continue;
    term.title = nw_graph_dup_node_title(nw_inference_get_flat_graph(plan->inference), node->node);
    term.name = g_strdup(term.title);
    node->term = (int)plan->terms->len;
    g_array_append_val(plan->terms, term);
  }
}

static void
add_penalty_terms(NwPlan *plan)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

  for (guint k = 0; k < plan->n_nodes; k++) {
    NwPlanNode *node = &plan->nodes[plan->order[k]];
    g_autofree char *title = NULL;
    if (!node->live || !nw_plan_node_has_penalty(node) || node->term != NW_NONE)
      continue;
    title = nw_graph_dup_node_title(nw_inference_get_flat_graph(plan->inference), node->node);
    NwPlanTerm term = {g_strdup_printf("%s/activity", title),
                       g_strdup_printf(_("%s · activity penalty"), title), -1, FALSE, 1};
    node->term = (int)plan->terms->len;
    g_array_append_val(plan->terms, term);
  }
  plan->first_weight_term = plan->terms->len;
  for (guint k = 0; k < plan->n_nodes; k++) {
    NwPlanNode *node = &plan->nodes[plan->order[k]];
    const NwLayer *layer = node->node->layer;
    node->first_call = node->live && g_hash_table_add(seen, GUINT_TO_POINTER(layer->uid));
    if (!node->first_call || !can_train(node))
      continue;
    for (guint w = 0; w < node->infer->n_weights; w++) {
      const NwWeightSpec *spec = &node->infer->weights[w];
      NwPlanWeightTerm weight_term = {plan->order[k], w};
      if (spec->state || !nw_weight_spec_is_penalised(spec))
        continue;
      g_array_append_val(plan->weight_terms, weight_term);
      NwPlanTerm term = {g_strdup_printf("%s/%s", layer->name, spec->name),
                         g_strdup_printf(_("%s · %s penalty"), layer->name, spec->name), -1, FALSE,
                         1};
      g_array_append_val(plan->terms, term);
    }
  }
}

/* A Target copies what its Output compares with; where the Output has no target, and for data of
 * its own, it is fed like an input. */
static void
make_target(NwPlan *plan, guint index)
{
  NwPlanNode *node = &plan->nodes[index];
  const NwNode *from = nw_inference_find_fed(plan->inference, node->node);
  NwPlanInput input = {node->node->uid, from->layer->name, node->infer->outputs[0], TRUE};

  node->target_of = NW_NONE;
  for (guint i = 0; i < plan->outputs->len; i++)
    if (nw_plan_get_output(plan, i)->node == from->uid && nw_plan_get_output(plan, i)->has_target)
      node->target_of = (int)i;
  if (node->target_of == NW_NONE)
    g_array_append_val(plan->inputs, input);
}

/* What is kept of each sample of a batch has room for so many. */
static gboolean
check_samples(const NwPlan *plan, GError **error)
{
  for (guint i = 0; i < plan->n_nodes; i++) {
    const NwInfer *infer = plan->nodes[i].infer;
    if (infer->max_samples == 0 || plan->capacity <= (gsize)infer->max_samples)
      continue;
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH,
                _("%s “%s”: it keeps the state of %d samples from batch to batch, but a batch has "
                  "%zu; set its Samples to that."),
                _(infer->kind->title), infer->name, (int)infer->max_samples, plan->capacity);
    return FALSE;
  }
  return TRUE;
}

static gboolean
compile(NwPlan *plan, GError **error)
{
  NwGraph *graph = nw_inference_get_flat_graph(plan->inference);
  g_autoptr(GHashTable) node_index = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < plan->n_nodes; i++) {
    NwPlanNode *node = &plan->nodes[i];
    node->node = nw_graph_get_node(graph, i);
    node->infer = &nw_inference_get_node(plan->inference, node->node->uid)->infer;
    g_hash_table_insert(node_index, GUINT_TO_POINTER(node->node->uid), GUINT_TO_POINTER(i + 1));
  }
  if (!check_samples(plan, error))
    return FALSE;
  for (guint k = 0; k < plan->n_nodes; k++)
    make_values(plan, plan->order[k], node_index);
  for (guint i = 0; i < plan->n_nodes; i++) {
    const NwPlanNode *node = &plan->nodes[i];
    NwPlanInput input = {node->node->uid, node->node->layer->name, node->infer->outputs[0]};
    if (node->node->layer->kind->role == NW_ROLE_INPUT)
      g_array_append_val(plan->inputs, input);
    if (nw_plan_node_is_output(node) && !make_output(plan, i, node_index, error))
      return FALSE;
  }
  for (guint i = 0; i < plan->n_nodes; i++)
    if (plan->nodes[i].node->layer->kind->role == NW_ROLE_TARGET)
      make_target(plan, i);
  mark_live(plan, node_index);
  for (guint i = 0; i < plan->n_nodes; i++) /* an input that nothing reads is fed all the same */
    if (nw_plan_node_is_fed(&plan->nodes[i]))
      plan->nodes[i].live = TRUE;
  add_drawn_terms(plan);
  add_penalty_terms(plan);
  count_readers(plan);

  nw_plan_emit(plan);
  return nw_plan_place_buffers(plan, error);
}

static void
term_clear_cb(gpointer data)
{
  NwPlanTerm *term = data;
  g_free(term->name);
  g_free(term->title);
}

/* @asked: output, or NW_NONE */
static NwPlan *
plan_new(NwInference *inference, gsize capacity, gboolean training, int asked, GError **error)
{
  g_autoptr(NwPlan) plan = NULL;
  NwGraph *graph = nw_inference_get_flat_graph(inference);

  g_return_val_if_fail(capacity > 0, NULL);
  if (!nw_inference_check(inference, error))
    return NULL;
  plan = g_new0(NwPlan, 1);
  g_atomic_int_set(&plan->refs, 1);
  plan->inference = nw_inference_ref(inference);
  plan->capacity = capacity;
  plan->training = training;
  plan->asking = asked >= 0;
  plan->asked = (guint)MAX(asked, 0);
  plan->n_nodes = nw_graph_get_n_nodes(graph);
  plan->nodes = g_new0(NwPlanNode, plan->n_nodes);
  plan->order = nw_graph_dup_order(graph);
  plan->buffers = g_array_new(FALSE, FALSE, sizeof(NwPlanBuffer));
  plan->values = g_array_new(FALSE, FALSE, sizeof(NwPlanValue));
  plan->groups = g_array_new(FALSE, FALSE, sizeof(NwPlanGroup));
  plan->ops = g_array_new(FALSE, FALSE, sizeof(NwPlanOp));
  plan->inputs = g_array_new(FALSE, FALSE, sizeof(NwPlanInput));
  plan->outputs = g_array_new(FALSE, FALSE, sizeof(NwPlanOutput));
  plan->losses = g_array_new(FALSE, FALSE, sizeof(NwPlanLoss));
  plan->terms = g_array_new(FALSE, FALSE, sizeof(NwPlanTerm));
  plan->weight_terms = g_array_new(FALSE, FALSE, sizeof(NwPlanWeightTerm));
  g_array_set_clear_func(plan->terms, term_clear_cb);
  if (!compile(plan, error))
    return NULL;
  return g_steal_pointer(&plan);
}

NwPlan *
nw_plan_new(NwInference *inference, gsize capacity, gboolean training, GError **error)
{
  return plan_new(inference, capacity, training, NW_NONE, error);
}

NwPlan *
nw_plan_new_asking(NwInference *inference, guint output, gsize capacity, GError **error)
{
  return plan_new(inference, capacity, FALSE, (int)output, error);
}

gboolean
nw_plan_asks_odds(const NwPlan *plan, guint i)
{
  const NwPlanLoss *loss = &g_array_index(plan->losses, NwPlanLoss, i);

  return loss->logits != NW_NONE && loss->asked == loss->logits && loss->made != NW_LOGITS_NONE;
}

NwPlan *
nw_plan_ref(NwPlan *plan)
{
  __atomic_add_fetch(&plan->refs, 1, __ATOMIC_RELAXED);
  return plan;
}

void
nw_plan_unref(NwPlan *plan)
{
  if (plan == NULL || __atomic_sub_fetch(&plan->refs, 1, __ATOMIC_ACQ_REL) != 0)
    return;
  for (guint i = 0; i < plan->n_nodes; i++) {
    g_free(plan->nodes[i].inputs);
    g_free(plan->nodes[i].accumulate);
    g_free(plan->nodes[i].wanted);
    g_free(plan->nodes[i].slopes);
  }
  g_free(plan->nodes);
  g_free(plan->order);
  g_array_unref(plan->buffers);
  g_array_unref(plan->values);
  g_array_unref(plan->groups);
  g_array_unref(plan->ops);
  g_array_unref(plan->inputs);
  g_array_unref(plan->outputs);
  g_array_unref(plan->losses);
  g_array_unref(plan->terms);
  g_array_unref(plan->weight_terms);
  nw_inference_unref(plan->inference);
  g_free(plan);
}

gsize
nw_plan_get_capacity(const NwPlan *plan)
{
  return plan->capacity;
}

gsize
nw_plan_get_arena_bytes(const NwPlan *plan)
{
  return plan->arena_bytes;
}

gsize
nw_plan_get_unshared_bytes(const NwPlan *plan)
{
  return plan->unshared_bytes;
}

gsize
nw_plan_get_live_bytes(const NwPlan *plan)
{
  return plan->live_bytes;
}

guint
nw_plan_get_n_operations(const NwPlan *plan)
{
  return plan->ops->len;
}

guint
nw_plan_get_n_inputs(const NwPlan *plan)
{
  return plan->inputs->len;
}

const NwPlanInput *
nw_plan_get_input(const NwPlan *plan, guint i)
{
  return &g_array_index(plan->inputs, NwPlanInput, i);
}

guint
nw_plan_get_n_outputs(const NwPlan *plan)
{
  return plan->outputs->len;
}

const NwPlanOutput *
nw_plan_get_output(const NwPlan *plan, guint i)
{
  return &g_array_index(plan->outputs, NwPlanOutput, i);
}

guint
nw_plan_get_n_terms(const NwPlan *plan)
{
  return plan->terms->len;
}

const NwPlanTerm *
nw_plan_get_term(const NwPlan *plan, guint i)
{
  return &g_array_index(plan->terms, NwPlanTerm, i);
}
