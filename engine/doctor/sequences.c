/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Recurrent layers: what their ports want, and what they do with long sequences. */
#include "nw-remedy.h"

#include <glib/gi18n-lib.h>

/* As many steps as this multiply relu's growth into what no number holds. */
#define MANY_STEPS 10

/* Ports of every recurrent layer, by number; 1 is Δt in an LSTM. */
#define PORT_SEQUENCE 0
#define PORT_DELTA_T  1

static const char *
name_of(const NwNode *node)
{
  return node->layer->name;
}

static gboolean
is_recurrent(const NwNode *node)
{
  return node->layer->kind->category == NW_CATEGORY_RECURRENT &&
         nw_node_has(node, "return_sequences");
}

static gboolean
is_sequence(const NwInfer *infer, guint input)
{
  return input < infer->n_inputs && infer->inputs[input].shape.rank == 2;
}

/* ── two sequences for one layer ─────────────────────────────────────────────────────────────── */

/* The layer reads both sequences as one: features side by side. @leave: the input that lets go. */
static NwProject *
read_both(const NwExam *exam, const NwNode *node, guint from, guint leave)
{
  guint uid = 0;
  NwProject *project =
      nw_remedy_insert(nw_remedy_begin(exam), node, PORT_SEQUENCE, "concatenate", &uid);
  const NwNode *join =
      project == NULL ? NULL : nw_graph_find_node(nw_project_get_graph(project), uid);

  if (join != NULL)
    project = nw_remedy_connect(project, from, join, 1);
  return leave == PORT_SEQUENCE ? project : nw_remedy_disconnect(project, node, leave);
}

static NwProject *
read_as_time(const NwExam *exam, const NwNode *node, guint from, guint leave)
{
  NwProject *project = nw_remedy_connect(nw_remedy_begin(exam), from, node, PORT_DELTA_T);

  if (leave != PORT_SEQUENCE)
    project = nw_remedy_disconnect(project, node, leave);
  if (g_strcmp0(nw_node_choice(node, "decay"), "none") == 0)
    project = nw_remedy_param(project, node, "decay", "inverse");
  return project;
}

static void
offer_ways(NwExam *exam, NwFinding *finding, const NwNode *node, const NwNode *from,
           const NwShape *shape, guint leave)
{
  if (nw_node_is(node, "lstm") && leave != PORT_DELTA_T && nw_shape_last(shape) == 1)
    nw_finding_offer(exam, finding, read_as_time(exam, node, from->uid, leave),
                     _("Wire “%s” to Δt of “%s”"), name_of(from), name_of(node));
  nw_finding_offer(exam, finding, read_both(exam, node, from->uid, leave),
                   _("Concatenate “%s” to what “%s” reads"), name_of(from), name_of(node));
}

/* A sequence at a port for a state, or one of several features at Δt: inference refuses it. */
static void
second_sequence(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  if (!is_recurrent(node) || infer->n_outputs > 0 || !is_sequence(infer, PORT_SEQUENCE))
    return;
  for (guint i = 1; i < node->n_inputs; i++) {
    const NwNode *from = nw_exam_source(exam, node, i);
    NwFinding *finding;
    if (from == NULL || !is_sequence(infer, i) ||
        infer->inputs[i].shape.dim[0] != infer->inputs[PORT_SEQUENCE].shape.dim[0])
      continue;
    finding = nw_exam_take_problem(exam, node);
    if (finding != NULL)
      offer_ways(exam, finding, node, from, &infer->inputs[i].shape,
                 i == PORT_DELTA_T && nw_node_is(node, "lstm") ? PORT_DELTA_T : i);
    return;
  }
}

/* The layer that reads as many steps as @type has. (nullable) */
static const NwNode *
find_reader_of_steps(const NwExam *exam, const NwType *type)
{
  for (guint i = 0; i < nw_graph_get_n_nodes(exam->graph); i++) {
    const NwNode *node = nw_graph_get_node(exam->graph, i);
    const NwInfer *infer = &nw_inference_get_node(exam->inference, node->uid)->infer;
    if (is_recurrent(node) && infer->n_outputs > 0 && is_sequence(infer, PORT_SEQUENCE) &&
        infer->inputs[PORT_SEQUENCE].shape.dim[0] == type->shape.dim[0])
      return node;
  }
  return NULL;
}

/* A port takes one wire: the second sequence took the first one's place, which now leads nowhere.
 */
static void
sequence_left_out(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwNode *reader;
  NwFinding *finding;

  if (node->layer->kind->role == NW_ROLE_OUTPUT || infer->n_outputs == 0 ||
      infer->outputs[0].dtype != NW_REAL || infer->outputs[0].shape.rank != 2 ||
      nw_exam_readers(exam, node) != NULL || is_recurrent(node))
    return;
  reader = find_reader_of_steps(exam, &infer->outputs[0]);
  if (reader == NULL)
    return;
  finding = nw_exam_report(exam, node->uid,
                           _("“%s” leads nowhere, while “%s” reads another sequence of as many "
                             "steps; a layer reads one: put them side by side with Concatenate."),
                           name_of(node), name_of(reader));
  offer_ways(exam, finding, reader, node, &infer->outputs[0].shape, PORT_SEQUENCE);
}

/* ── Δt ──────────────────────────────────────────────────────────────────────────────────────── */

/* Nearly all rows are times, counting down or up, where the time since the step before is wanted.
 */
static void
times_as_gaps(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwNode *input = nw_exam_source(exam, node, PORT_DELTA_T);
  const NwFieldSurvey *field;
  NwFinding *finding;

  if (!nw_node_is(node, "lstm") || g_strcmp0(nw_node_choice(node, "decay"), "none") == 0)
    return;
  while (input != NULL && (nw_node_is(input, "masking") || nw_node_is(input, "reshape")))
    input = nw_exam_source(exam, input, 0);
  field = input == NULL ? NULL : nw_exam_field(exam, name_of(input));
  if (field == NULL || field->n_columns != 1 || field->n_long == 0 ||
      field->n_times * 10 < field->n_long * 9 ||
      nw_scaling_makes_gaps(nw_exam_scaling(exam, field, 0)))
    return;
  finding = nw_exam_report(
      exam, node->uid,
      field->n_falling * 2 > field->n_times
          ? _("“%s” counts down from step to step, but Δt of “%s” is the time since the step "
              "before; turn it into gaps.")
          : _("“%s” counts up from step to step, but Δt of “%s” is the time since the step before; "
              "turn it into gaps."),
      field->names[0], name_of(node));
  nw_finding_offer(exam, finding, nw_remedy_scaling(nw_remedy_begin(exam), field, NW_SCALING_GAPS),
                   _("Turn it into gaps between steps"));
}

/* ── what recurrent layers do ────────────────────────────────────────────────────────────────── */

/* Keras 3 asks for one mask per tensor as soon as there are states, and finds none. */
static void
states_drop_mask(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  gboolean states = FALSE;

  if (!is_recurrent(node) || infer->n_outputs == 0 || infer->n_inputs == 0 || !infer->masks[0])
    return;
  for (guint i = nw_node_is(node, "lstm") ? 2 : 1; i < infer->n_inputs; i++)
    states |= infer->inputs[i].shape.rank >= 0;
  if (states)
    nw_exam_report(exam, node->uid,
                   _("“%s” has initial states and a masked sequence: in Keras, states given from "
                     "outside switch the automatic mask off, so padding counts there."),
                   name_of(node));
}

static void
relu_recurrent(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  NwParams *optimizer = nw_project_get_optimizer_params(exam->project);
  NwFinding *finding;

  if (!is_recurrent(node) || infer->n_outputs == 0 || !is_sequence(infer, PORT_SEQUENCE) ||
      infer->inputs[PORT_SEQUENCE].shape.dim[0] < MANY_STEPS ||
      g_strcmp0(nw_node_choice(node, "activation"), "relu") != 0 ||
      (nw_params_find_spec(optimizer, "clipping") != NULL &&
       !g_str_equal(nw_params_get_choice(optimizer, "clipping"), "none")))
    return;
  finding = nw_exam_report(exam, node->uid,
                           _("“%s” has relu, which nothing bounds: over %d steps its numbers and "
                             "gradients may explode; use tanh, or clip the gradients."),
                           name_of(node), (int)infer->inputs[PORT_SEQUENCE].shape.dim[0]);
  nw_finding_offer(exam, finding,
                   nw_remedy_param(nw_remedy_begin(exam), node, "activation", "tanh"),
                   _("Use tanh"));
  nw_finding_offer(exam, finding,
                   nw_remedy_optimizer(nw_remedy_begin(exam), "clipping", "global_clipnorm"),
                   _("Clip the gradients"));
}

/* Dense acts on the last axis of what it gets, so it is per step by itself. */
static void
dense_per_step(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  NwFinding *finding;

  if (!nw_node_is(node, "dense") || nw_node_number(node, "per_step") == 0 || infer->n_outputs == 0)
    return;
  finding = nw_exam_report(exam, node->uid,
                           _("“%s” runs per step (TimeDistributed), which a Dense layer does by "
                             "itself on a sequence: allowed, and redundant."),
                           name_of(node));
  nw_finding_offer(exam, finding, nw_remedy_param(nw_remedy_begin(exam), node, "per_step", "false"),
                   _("Turn off Per step"));
}

const NwRule nw_rules_sequences[] = {
    {"second-sequence", NW_SEVERITY_ERROR, .node = second_sequence},
    {"sequence-left-out", NW_SEVERITY_WARNING, .node = sequence_left_out},
    {"times-as-gaps", NW_SEVERITY_WARNING, .node = times_as_gaps},
    {"states-drop-mask", NW_SEVERITY_HINT, .node = states_drop_mask},
    {"relu-recurrent", NW_SEVERITY_HINT, .node = relu_recurrent},
    {"dense-per-step", NW_SEVERITY_HINT, .node = dense_per_step},
    {NULL},
};
