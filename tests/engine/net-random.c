/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "net-random.h"

#include <string.h>

#include "nw-graph-text.h"
#include "nw-infer.h"
#include "nw-loss.h"
#include "nw-rng.h"

#define MAX_NODES  24
#define MAX_VALUES 96
#define MAX_SIZE   40 /* numbers of a sample on any wire */

/* What a wire may carry: an output port of a node. */
typedef struct {
  guint node, port;
  NwShape shape;
  gboolean ids;
  gboolean probabilities; /* between 0 and 1, so that it may meet a cross-entropy */
} Value;

typedef struct {
  NwRng rng;
  guint64 k;
  GString *text;
  guint n, n_inputs, outputs; /* nodes; those that are Inputs; Outputs */
  Value values[MAX_VALUES];
  guint n_values;
  gboolean gone[MAX_NODES + 8]; /* nodes that are inside a block */
  gboolean plain;
} Maker;

static guint
below(Maker *self, guint n)
{
  return (guint)nw_rng_below(&self->rng, self->k++, n);
}

static const char *
pick(Maker *self, const char *const *words)
{
  return words[below(self, g_strv_length((char **)words))];
}

/* A wire from above; late ones more often, so that the network is deep as well as wide. */
static const Value *
pick_value(Maker *self)
{
  guint a = below(self, self->n_values), b = below(self, self->n_values);
  return &self->values[below(self, 3) == 0 ? a : MAX(a, b)];
}

/* "n3", "n3:1" */
static void
append_source(GString *line, const Value *value)
{
  g_string_append_printf(line, " n%u", value->node);
  if (value->port > 0)
    g_string_append_printf(line, ":%u", value->port);
}

/* The text with @line behind it, when that has a meaning; NULL otherwise. */
static NwInference *
infer_with(Maker *self, const char *line, const char *name, char **text, guint *uid)
{
  *text = g_strdup_printf("%s%s %s\n", self->text->str, name, line);
  g_autoptr(NwGraph) graph = nw_graph_from_text(*text, NULL);
  if (graph == NULL)
    return NULL;
  NwInference *inference = nw_inference_new(graph);
  *uid = nw_graph_get_node(graph, nw_graph_get_n_nodes(graph) - 1)->uid;
  return inference;
}

/* The wires of the next node. */
static void
add_values(Maker *self, const NwNodeInfo *info, gboolean probabilities)
{
  for (guint port = 0; port < info->infer.n_outputs && self->n_values < MAX_VALUES; port++)
    self->values[self->n_values++] =
        (Value){self->n, port, info->infer.outputs[port].shape,
                info->infer.outputs[port].dtype == NW_INT32, port == 0 && probabilities};
  self->n++;
}

/* Keeps the line of the next node when it has a meaning behind what is there. */
static gboolean
try_line(Maker *self, const char *line, gboolean probabilities)
{
  g_autofree char *name = g_strdup_printf("n%u", self->n), *text = NULL;
  guint uid;
  g_autoptr(NwInference) inference = infer_with(self, line, name, &text, &uid);
  const NwNodeInfo *info = inference == NULL ? NULL : nw_inference_get_node(inference, uid);

  if (info == NULL || !info->known)
    return FALSE;
  for (gsize port = 0; port < info->infer.n_outputs; port++)
    if (nw_shape_elements(&info->infer.outputs[port].shape) > MAX_SIZE)
      return FALSE;
  g_string_assign(self->text, text);
  add_values(self, info, probabilities);
  return TRUE;
}

/* Does training add chance, or statistics of the batch, that evaluation does not have? */
static gboolean
is_plain(const NwLayerKind *kind)
{
  static const char *const keys[] = {"dropout", "recurrent_dropout", "stddev", "momentum", NULL};
  for (const NwParamSpec *spec = nw_layer_kind_get_params(kind); spec->key != NULL; spec++)
    if (g_strv_contains(keys, spec->key) ||
        (g_str_equal(spec->key, "rate") && !g_str_equal(kind->id, "penalty")))
      return FALSE;
  return TRUE;
}

/* A node of @kind with wires that may or may not suit it. */
static gboolean
try_wires(Maker *self, const NwLayerKind *kind, const char *params)
{
  g_autoptr(GString) line = g_string_new(NULL);
  g_string_append_printf(line, "%s %s <-", kind->id, params);
  for (const NwPort *port = kind->inputs; port->name != NULL; port++) {
    guint wires = port->variadic       ? 1 + below(self, 3)
                  : port->when != NULL ? 0 /* states: too few would fit */
                                       : !port->optional || below(self, 2);
    if (wires == 0)
      g_string_append(line, " -");
    while (wires-- > 0)
      append_source(line, pick_value(self));
  }
  return try_line(self, line->str, FALSE);
}

/* A node of any kind, as one of its examples sets it. Kinds that are hard to suit get more chances.
 */
static gboolean
add_any(Maker *self)
{
  guint n_kinds = 0, n_examples = 0;
  while (nw_layer_kinds[n_kinds] != NULL)
    n_kinds++;
  const NwLayerKind *kind = nw_layer_kinds[below(self, n_kinds)];
  while (kind->examples[n_examples].params != NULL)
    n_examples++;
  const NwLayerExample *example = &kind->examples[below(self, n_examples)];
  /* A layer that remembers the last batch gives other numbers each time. */
  if (kind->role != NW_ROLE_LAYER || strstr(example->params, "stateful=true") != NULL)
    return FALSE;
  for (int tries = 0; tries < 6; tries++)
    if (try_wires(self, kind, example->params)) {
      self->plain &= is_plain(kind);
      return TRUE;
    }
  return FALSE;
}

/* What examples do not have in many forms. */
static void
add_dense(Maker *self)
{
  static const char *const extras[] = {"",
                                       "",
                                       "",
                                       "activity_l2=0.03",
                                       "activity_l1=0.02 kernel_l2=0.02",
                                       "bias_l1=0.02",
                                       "trainable=false",
                                       "use_bias=false",
                                       NULL};
  const NwChoice *choices = nw_activation_choices();
  const Value *x = pick_value(self);
  guint n_choices = 0;
  g_autoptr(GString) line = g_string_new(NULL);

  while (choices[n_choices].id != NULL)
    n_choices++;
  const char *act = below(self, 4) == 0 ? "softmax" : choices[below(self, n_choices)].id;
  gboolean sure = strcmp(act, "softmax") == 0 || strcmp(act, "sigmoid") == 0;
  if (below(self, 2))
    g_string_append_printf(line, "dense units=%u activation=%s %s <-", 1 + below(self, 5), act,
                           pick(self, extras));
  else
    g_string_append_printf(line, "activation activation=%s %s <-", act,
                           below(self, 4) == 0 ? "activity_l2=0.02" : "");
  append_source(line, x);
  try_line(self, line->str, sure);
}

/* One more call of a layer. */
static void
add_call(Maker *self)
{
  guint node = below(self, self->n);
  g_autoptr(GString) line = g_string_new(NULL);
  if (node < self->n_inputs || self->gone[node])
    return;
  g_string_append_printf(line, "again n%u <-", node);
  for (guint wires = 1 + below(self, 2); wires > 0; wires--)
    append_source(line, pick_value(self));
  if (try_line(self, line->str, FALSE))
    self->plain = FALSE; /* it may call one that is not */
}

/* Some neighbours become a block, which may be called again. */
static void
add_block(Maker *self)
{
  guint first = self->n_inputs + below(self, self->n - self->n_inputs + 1);
  guint last = MIN(first + below(self, 4), self->n - 1), n = 0, uid;
  g_autoptr(GString) line = g_string_new("collapse");
  g_autofree char *name = g_strdup_printf("n%u", self->n), *text = NULL;

  for (guint i = first; i <= last && i < self->n; i++)
    if (!self->gone[i])
      g_string_append_printf(line, " n%u", i);
  g_autoptr(NwInference) inference = infer_with(self, line->str, name, &text, &uid);
  if (inference == NULL) /* nothing selected, too many ports, a wire that comes back */
    return;
  g_string_assign(self->text, text);
  for (guint i = 0; i < self->n_values; i++)
    if (self->values[i].node < first || self->values[i].node > last)
      self->values[n++] = self->values[i];
  self->n_values = n;
  for (guint i = first; i <= last; i++)
    self->gone[i] = TRUE;
  const NwGraph *graph = nw_inference_get_graph(inference);
  const NwNode *node = nw_graph_find_node_by_name(graph, name);
  add_values(self, nw_inference_get_node(inference, node->uid), FALSE);
}

static void
add_node(Maker *self)
{
  guint choice = below(self, 10);
  if (choice == 8 && self->n > self->n_inputs)
    add_block(self);
  else if (choice < 2)
    add_dense(self);
  else if (choice == 2)
    add_call(self);
  else
    for (guint tries = 0; tries < 8 && !add_any(self); tries++)
      ;
}

static void
add_output(Maker *self)
{
  const Value *x = pick_value(self);
  guint n_losses = 0, uid;
  g_autoptr(GString) line = g_string_new(NULL);
  g_autofree char *name = g_strdup_printf("o%u", self->outputs), *text = NULL;

  if (x->ids)
    return;
  while (nw_loss_kinds[n_losses] != NULL)
    n_losses++;
  const NwLossKind *loss = nw_loss_kinds[below(self, n_losses)];
  if ((loss->logits == NW_LOGITS_NONE &&
       (loss->target_min < loss->target_max || loss->target_whole)) ||
      (loss->target == NW_TARGET_INDEX && x->shape.rank == 0) || loss->target == NW_TARGET_LABELS)
    return; /* needs predictions of a certain kind, as Poisson those above 0 */
  g_string_append_printf(line, "output loss=%s%s weight=%s <-", loss->id,
                         loss->logits != NW_LOGITS_NONE && !x->probabilities ? " from_logits=true"
                                                                             : "",
                         below(self, 2) ? "1" : "0.7");
  append_source(line, x);
  g_autoptr(NwInference) inference = infer_with(self, line->str, name, &text, &uid);
  if (inference == NULL || !nw_inference_is_ok(inference))
    return;
  g_string_assign(self->text, text);
  self->outputs++;
}

char *
net_random(guint seed, gboolean *plain)
{
  static const char *const inputs[] = {"input shape=3,2",
                                       "input shape=5,2",
                                       "input shape=4",
                                       "input shape=3 dtype=int32",
                                       "input shape=4 dtype=int32",
                                       "input shape=1",
                                       "input shape=2,2,2",
                                       "input shape=4,3,1",
                                       "input shape=4,5,2",
                                       NULL};
  static const char *const masked[] = {"masking", "embedding input_dim=4 output_dim=2 "
                                                  "mask_zero=true"};
  Maker self = {.rng = nw_rng(seed, NW_RNG_TEST, 1, 0, 0), .text = g_string_new(""), .plain = TRUE};
  guint n_inputs = 1 + below(&self, 3), n_nodes = n_inputs + 2 + below(&self, 12);
  guint n_outputs = 1 + below(&self, 3);

  while (self.n < n_inputs)
    try_line(&self, pick(&self, inputs), FALSE);
  self.n_inputs = n_inputs;
  for (guint i = 0; i < n_inputs; i++) { /* a mask on most of what can have one */
    const Value *x = &self.values[i];
    if (x->shape.rank == (x->ids ? 1 : 2) && below(&self, 3) > 0) {
      g_autofree char *line = g_strdup_printf("%s <- n%u", masked[x->ids], i);
      try_line(&self, line, FALSE);
    }
  }
  for (guint tries = 0; self.n < MIN(n_nodes, MAX_NODES) && tries < 100; tries++)
    add_node(&self);
  for (guint tries = 0; self.outputs < n_outputs && tries < 200; tries++)
    add_output(&self);
  if (self.outputs == 0) /* all wires carry ids */
    g_string_append(self.text, "last embedding input_dim=4 output_dim=2 <- n0\n"
                               "o output <- last\n");
  *plain = self.plain;
  return g_string_free(self.text, FALSE);
}
