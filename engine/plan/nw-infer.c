/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-infer.h"

#include <glib/gi18n-lib.h>
#include <stdatomic.h>

#include "nw-block.h"
#include "nw-error.h"
#include "nw-loss.h"
#include "nw-requests.h"

struct _NwInference {
  atomic_int refs;
  NwGraph *drawn, *graph; /* as it was given; with blocks opened */
  NwFlat *flat;
  NwNodeInfo *nodes;      /* [n_nodes], as in the graph */
  NwType **input_types;   /* [n_nodes] what infer.inputs points to */
  gboolean **input_masks; /* [n_nodes] */
  GHashTable *index;      /* node uid → index + 1 */
  GHashTable *blocks;     /* uid of a drawn call of a block → Block */
  GArray *problems;       /* NwProblem, worst first */
  gint64 n_parameters, n_trainable, flops, max_samples;
};

static void
problem_clear_cb(gpointer data)
{
  NwProblem *problem = data;
  g_free(problem->message);
}

G_GNUC_PRINTF(4, 5)
static void
add_problem(NwInference *self, NwSeverity severity, guint node, const char *format, ...)
{
  NwProblem problem = {severity, nw_flat_get_owner(self->flat, node), NULL};
  va_list args;

  va_start(args, format);
  problem.message = g_strdup_vprintf(format, args);
  va_end(args);
  g_array_append_val(self->problems, problem);
}

static guint
index_of(const NwInference *self, guint uid)
{
  return GPOINTER_TO_UINT(g_hash_table_lookup(self->index, GUINT_TO_POINTER(uid)));
}

/* A wire from a port that the layer's parameters have turned off. */
static void
add_closed_port(NwInference *self, const NwNode *node, const NwNode *from, guint port)
{
  add_problem(self, NW_SEVERITY_ERROR, node->uid,
              _("%s “%s”: its input comes from “%s” of %s “%s”, which is turned off there; turn it "
                "on, or remove the wire."),
              _(node->layer->kind->title), node->layer->name,
              _(from->layer->kind->outputs[port].title), _(from->layer->kind->title),
              from->layer->name);
}

/* Collects the types that arrive. FALSE when something before the node is not known, whose problem
 * is told there; an unconnected port has rank −1, which the kind tells. */
static gboolean
collect_inputs(NwInference *self, guint i, const NwNode *node)
{
  guint n = MAX(node->n_inputs, (guint)nw_layer_kind_n_inputs(node->layer->kind));

  self->input_types[i] = g_new0(NwType, n + 1);
  self->input_masks[i] = g_new0(gboolean, n + 1);
  self->nodes[i].infer.n_inputs = n;
  for (guint k = 0; k < n; k++) {
    NwSource source = k < node->n_inputs ? node->inputs[k] : (NwSource){0, 0};
    guint from = source.node == 0 ? 0 : index_of(self, source.node);
    const NwNodeInfo *info = from == 0 ? NULL : &self->nodes[from - 1];

    self->input_types[i][k].shape.rank = -1;
    if (info == NULL && source.node != 0) /* an open port of a block, which is told there */
      return FALSE;
    if (info == NULL)
      continue;
    if (!info->known)
      return FALSE;
    if (source.port >= info->infer.n_outputs) {
      add_closed_port(self, node, nw_graph_find_node(self->graph, source.node), source.port);
      return FALSE;
    }
    self->input_types[i][k] = info->infer.outputs[source.port];
    self->input_masks[i][k] = info->has_mask[source.port];
  }
  return TRUE;
}

const NwNode *
nw_inference_find_fed(const NwInference *self, const NwNode *target)
{
  const char *name = nw_params_get_text(target->layer->params, "output");
  const NwNode *found = NULL;
  guint n_outputs = 0;

  if (!g_str_equal(nw_params_get_choice(target->layer->params, "source"), "output"))
    return target;
  for (guint i = 0; i < nw_graph_get_n_nodes(self->graph); i++) {
    const NwNode *node = nw_graph_get_node(self->graph, i);
    if (node->layer->kind->role != NW_ROLE_OUTPUT ||
        (*name != '\0' && !g_str_equal(node->layer->name, name)))
      continue;
    n_outputs++;
    found = node;
  }
  return n_outputs == 1 ? found : NULL;
}

static void
tell_no_output(NwInference *self, const NwNode *target)
{
  const char *title = _(target->layer->kind->title), *own = target->layer->name;
  const char *name = nw_params_get_text(target->layer->params, "output");

  if (*name != '\0')
    add_problem(self, NW_SEVERITY_ERROR, target->uid,
                _("%s “%s”: there is no Output called “%s”; correct the name."), title, own, name);
  else
    add_problem(self, NW_SEVERITY_ERROR, target->uid,
                _("%s “%s”: name the Output whose target it gives; there is not just one."), title,
                own);
}

/* Why a tensor cannot hold the target of the Output; NULL: it can. (transfer full) */
static char *
explain_no_tensor(const NwNode *output)
{
  const NwParams *params = output->layer->params;
  NwUnknown unknown = nw_output_get_unknown(params);

  if (nw_loss_kind_find(nw_params_get_choice(params, "loss"))->target == NW_TARGET_LABELS)
    return g_strdup_printf(
        _("the target of “%s” is labels in their order, which have no place among "
          "its steps"),
        output->layer->name);
  if (nw_unknown_is_possible(&unknown))
    return g_strdup_printf(unknown.n > 0
                               ? _("the target of “%s” has Ignored labels, and a formula has no "
                                   "number for what is not known")
                               : _("the target of “%s” may have empty cells, and a formula has no "
                                   "number for what is not known"),
                           output->layer->name);
  return NULL;
}

/* What a Target needs to know of its Output. FALSE: not known, which was told. */
static gboolean
find_prediction(NwInference *self, const NwNode *target, NwType *prediction)
{
  const NwNode *output;
  const NwType *type;
  g_autofree char *why = NULL;

  prediction->shape.rank = -1;
  if (target->layer->kind->role != NW_ROLE_TARGET)
    return TRUE;
  output = nw_inference_find_fed(self, target);
  if (output == NULL)
    tell_no_output(self, target);
  if (output == NULL || output == target)
    return output != NULL;
  why = explain_no_tensor(output);
  if (why != NULL) {
    add_problem(self, NW_SEVERITY_ERROR, target->uid, _("%s “%s”: %s; take data of its own."),
                _(target->layer->kind->title), target->layer->name, why);
    return FALSE;
  }
  type = nw_inference_get_type(self, output->inputs[0].node, output->inputs[0].port);
  if (type != NULL)
    *prediction = *type;
  return type != NULL;
}

/* A second call of a layer must want the same weights as the first. */
static gboolean
check_shared(NwInference *self, const NwNode *node, const NwNode *first)
{
  const NwNodeInfo *a = &self->nodes[index_of(self, first->uid) - 1];
  const NwNodeInfo *b = &self->nodes[index_of(self, node->uid) - 1];

  for (gsize w = 0; w < b->infer.n_weights; w++) {
    const NwWeightSpec *one = &a->infer.weights[w], *two = &b->infer.weights[w];
    if (w < a->infer.n_weights && nw_shape_equal(&one->shape, &two->shape))
      continue;
    g_autofree char *shape_one = nw_shape_to_text(&one->shape);
    g_autofree char *shape_two = nw_shape_to_text(&two->shape);
    add_problem(self, NW_SEVERITY_ERROR, node->uid,
                _("%s “%s” is shared, but its calls need different weights (%s of %s and of %s); "
                  "give both calls inputs of the same size."),
                _(node->layer->kind->title), node->layer->name, two->name, shape_one, shape_two);
    return FALSE;
  }
  return TRUE;
}

static void
infer_node(NwInference *self, guint i, GHashTable *first_calls)
{
  const NwNode *node = nw_graph_get_node(self->graph, i);
  const NwLayer *layer = node->layer;
  NwNodeInfo *info = &self->nodes[i];
  NwInfer *infer = &info->infer;
  g_autoptr(GError) error = NULL;

  if (!collect_inputs(self, i, node) || !find_prediction(self, node, &infer->prediction))
    return;
  infer->params = layer->params;
  infer->name = layer->name;
  infer->inputs = self->input_types[i];
  infer->masks = self->input_masks[i];
  if (!nw_layer_kind_infer(layer->kind, infer, &error)) {
    add_problem(self, NW_SEVERITY_ERROR, node->uid, "%s", error->message);
    return;
  }
  for (gsize k = 0; k < infer->n_outputs; k++) {
    int from = infer->mask_from[k];
    info->has_mask[k] = from == NW_MASK_MADE || (from >= 0 && infer->masks[from]);
  }

  const NwNode *first = g_hash_table_lookup(first_calls, GUINT_TO_POINTER(layer->uid));
  gboolean trainable = nw_params_find_spec(layer->params, "trainable") == NULL ||
                       nw_params_get_bool(layer->params, "trainable");
  for (gsize w = 0; w < infer->n_weights; w++) {
    gint64 n = nw_shape_elements(&infer->weights[w].shape);
    info->n_parameters += n;
    if (first == NULL) {
      self->n_parameters += n;
      if (trainable && !infer->weights[w].state)
        self->n_trainable += n;
    }
  }
  self->flops += infer->flops;
  if (infer->max_samples > 0 && (self->max_samples == 0 || infer->max_samples < self->max_samples))
    self->max_samples = infer->max_samples;
  info->known = TRUE;
  if (first == NULL)
    g_hash_table_insert(first_calls, GUINT_TO_POINTER(layer->uid), (gpointer)node);
  else if (!check_shared(self, node, first))
    info->known = FALSE;
}

/* Marks Targets and what comes behind them. An Output is not to be there: its prediction would be
 * made of the answer. */
static void
mark_targets(NwInference *self, const guint *order)
{
  for (guint k = 0; k < nw_graph_get_n_nodes(self->graph); k++) {
    const NwNode *node = nw_graph_get_node(self->graph, order[k]);
    NwNodeInfo *info = &self->nodes[order[k]];

    info->reads_target = node->layer->kind->role == NW_ROLE_TARGET;
    for (guint i = 0; i < node->n_inputs; i++) {
      guint from = node->inputs[i].node == 0 ? 0 : index_of(self, node->inputs[i].node);
      info->reads_target |= from > 0 && self->nodes[from - 1].reads_target;
    }
    if (info->reads_target && node->layer->kind->role == NW_ROLE_OUTPUT)
      add_problem(self, NW_SEVERITY_ERROR, node->uid,
                  _("%s “%s” is made from a Target, which nobody knows when the network predicts; "
                    "wire what comes from a Target into a Loss term."),
                  _(node->layer->kind->title), node->layer->name);
  }
}

/* ── blocks ──────────────────────────────────────────────────────────────────────────────────── */

/* A drawn call of a block: what its wires carry, as the nodes inside say. */
typedef struct {
  NwNodeInfo info;
  NwType inputs[NW_MAX_PORTS];
  gboolean masks[NW_MAX_PORTS];
} Block;

/* FALSE while what stands there is not known. */
static gboolean
find_type(const NwInference *self, NwSource drawn, NwType *type, gboolean *mask)
{
  NwSource source = nw_flat_find(self->flat, drawn);
  guint from = source.node == 0 ? 0 : index_of(self, source.node);
  const NwNodeInfo *info = from == 0 ? NULL : &self->nodes[from - 1];

  type->shape.rank = -1;
  if (info == NULL || !info->known || source.port >= info->infer.n_outputs)
    return FALSE;
  *type = info->infer.outputs[source.port];
  *mask = info->has_mask[source.port];
  return TRUE;
}

/* Weights and operations of all that the call @uid opens into. */
static void
count_inside(const NwInference *self, guint uid, NwNodeInfo *info)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < nw_graph_get_n_nodes(self->graph); i++) {
    const NwNode *node = nw_graph_get_node(self->graph, i);
    if (nw_flat_get_owner(self->flat, node->uid) != uid)
      continue;
    info->known &= self->nodes[i].known;
    info->reads_target |= self->nodes[i].reads_target;
    info->infer.flops += self->nodes[i].infer.flops;
    if (g_hash_table_add(seen, GUINT_TO_POINTER(node->layer->uid)))
      info->n_parameters += self->nodes[i].n_parameters;
  }
}

static void
describe_block(NwInference *self, const NwNode *node)
{
  const NwBlock *body = node->layer->block;
  Block *block = g_new0(Block, 1);
  NwInfer *infer = &block->info.infer;

  *infer = (NwInfer){.kind = node->layer->kind,
                     .params = node->layer->params,
                     .name = node->layer->name,
                     .n_inputs = body->n_inputs,
                     .inputs = block->inputs,
                     .masks = block->masks,
                     .n_outputs = body->n_outputs};
  block->info.known = TRUE;
  for (guint i = 0; i < body->n_inputs; i++)
    block->info.known &= find_type(self, node->inputs[i], &block->inputs[i], &block->masks[i]);
  for (guint i = 0; i < body->n_outputs; i++) {
    infer->mask_from[i] = NW_MASK_NONE;
    block->info.known &=
        find_type(self, (NwSource){node->uid, i}, &infer->outputs[i], &block->info.has_mask[i]);
  }
  count_inside(self, node->uid, &block->info);
  g_hash_table_insert(self->blocks, GUINT_TO_POINTER(node->uid), block);
}

static void
describe_blocks(NwInference *self)
{
  const char *message;
  guint node;

  for (guint i = 0; nw_flat_get_problem(self->flat, i, &node, &message); i++)
    add_problem(self, NW_SEVERITY_ERROR, node, "%s", message);
  for (guint i = 0; i < nw_graph_get_n_nodes(self->drawn); i++)
    if (nw_graph_get_node(self->drawn, i)->layer->block != NULL)
      describe_block(self, nw_graph_get_node(self->drawn, i));
}

static void
check_whole(NwInference *self)
{
  guint n = nw_graph_get_n_nodes(self->drawn), inputs = 0, outputs = 0;

  for (guint i = 0; i < n; i++) {
    NwRole role = nw_graph_get_node(self->drawn, i)->layer->kind->role;
    inputs += role == NW_ROLE_INPUT;
    outputs += role == NW_ROLE_OUTPUT;
  }
  if (n > 0 && inputs == 0)
    add_problem(self, NW_SEVERITY_ERROR, 0,
                _("The network has no input: add an Input and connect it to the first layer."));
  if (n > 0 && outputs == 0)
    add_problem(self, NW_SEVERITY_ERROR, 0,
                _("The network has no output: add an Output and connect the last layer to it."));
}

static int
compare_problems_cb(gconstpointer a, gconstpointer b)
{
  return (int)((const NwProblem *)b)->severity - (int)((const NwProblem *)a)->severity;
}

NwInference *
nw_inference_new(NwGraph *drawn)
{
  NwFlat *flat = nw_flat_new(drawn);
  NwGraph *graph = nw_flat_get_graph(flat);
  guint n = nw_graph_get_n_nodes(graph);
  g_autofree guint *order = nw_graph_dup_order(graph);
  g_autoptr(GHashTable) first_calls = g_hash_table_new(NULL, NULL);
  NwInference *self = g_new0(NwInference, 1);

  atomic_init(&self->refs, 1);
  self->drawn = nw_graph_ref(drawn);
  self->graph = nw_graph_ref(graph);
  self->flat = flat;
  self->blocks = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  self->nodes = g_new0(NwNodeInfo, n + 1);
  self->input_types = g_new0(NwType *, n + 1);
  self->input_masks = g_new0(gboolean *, n + 1);
  self->index = g_hash_table_new(NULL, NULL);
  self->problems = g_array_new(FALSE, FALSE, sizeof(NwProblem));
  g_array_set_clear_func(self->problems, problem_clear_cb);
  for (guint i = 0; i < n; i++)
    g_hash_table_insert(self->index, GUINT_TO_POINTER(nw_graph_get_node(graph, i)->uid),
                        GUINT_TO_POINTER(i + 1));
  mark_targets(self, order);
  for (guint k = 0; k < n; k++)
    if (!self->nodes[order[k]].reads_target)
      infer_node(self, order[k], first_calls);
  for (guint k = 0; k < n; k++) /* a Target looks like the prediction of its Output */
    if (self->nodes[order[k]].reads_target)
      infer_node(self, order[k], first_calls);
  describe_blocks(self);
  check_whole(self);
  g_array_sort(self->problems, compare_problems_cb);
  return self;
}

NwInference *
nw_inference_ref(NwInference *self)
{
  atomic_fetch_add(&self->refs, 1);
  return self;
}

void
nw_inference_unref(NwInference *self)
{
  if (self == NULL || atomic_fetch_sub(&self->refs, 1) != 1)
    return;
  for (guint i = 0; i < nw_graph_get_n_nodes(self->graph); i++) {
    g_free(self->input_types[i]);
    g_free(self->input_masks[i]);
  }
  g_free(self->input_types);
  g_free(self->input_masks);
  g_free(self->nodes);
  g_hash_table_unref(self->index);
  g_array_unref(self->problems);
  g_hash_table_unref(self->blocks);
  nw_flat_free(self->flat);
  nw_graph_unref(self->graph);
  nw_graph_unref(self->drawn);
  g_free(self);
}

NwGraph *
nw_inference_get_graph(const NwInference *self)
{
  return self->drawn;
}

NwGraph *
nw_inference_get_flat_graph(const NwInference *self)
{
  return self->graph;
}

const NwNodeInfo *
nw_inference_get_node(const NwInference *self, guint node_uid)
{
  guint index = index_of(self, node_uid);
  const Block *block = g_hash_table_lookup(self->blocks, GUINT_TO_POINTER(node_uid));
  return index > 0 ? &self->nodes[index - 1] : block != NULL ? &block->info : NULL;
}

guint
nw_inference_get_n_problems(const NwInference *self)
{
  return self->problems->len;
}

const NwProblem *
nw_inference_get_problem(const NwInference *self, guint i)
{
  g_return_val_if_fail(i < self->problems->len, NULL);
  return &g_array_index(self->problems, NwProblem, i);
}

gboolean
nw_inference_is_ok(const NwInference *self)
{
  return self->problems->len == 0 ||
         nw_inference_get_problem(self, 0)->severity != NW_SEVERITY_ERROR;
}

gboolean
nw_inference_check(const NwInference *self, GError **error)
{
  if (nw_graph_get_n_nodes(self->drawn) == 0) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_GRAPH,
                        _("The network is empty: add an Input, some layers and an Output."));
    return FALSE;
  }
  if (nw_inference_is_ok(self))
    return TRUE;
  g_set_error_literal(error, NW_ERROR, NW_ERROR_GRAPH, nw_inference_get_problem(self, 0)->message);
  return FALSE;
}

gint64
nw_inference_get_max_samples(const NwInference *self)
{
  return self->max_samples;
}

gint64
nw_inference_get_n_parameters(const NwInference *self)
{
  return self->n_parameters;
}

gint64
nw_inference_get_n_trainable(const NwInference *self)
{
  return self->n_trainable;
}

gint64
nw_inference_get_flops(const NwInference *self)
{
  return self->flops;
}

const NwType *
nw_inference_get_type(const NwInference *self, guint node_uid, guint port)
{
  const NwNodeInfo *info = nw_inference_get_node(self, node_uid);
  return info == NULL || !info->known || port >= info->infer.n_outputs ? NULL
                                                                       : &info->infer.outputs[port];
}
