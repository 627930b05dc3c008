/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What is added to the loss so that numbers stay small.
 *
 * Two things are easily taken for each other: a weight penalty (kernel L2, weight decay) keeps the
 * *weights* small, whatever the data; an activity penalty (activity L2, Penalty) keeps the *numbers
 * that a layer gives* small, whatever the weights. */
#include "nw-remedy.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A penalty that begins larger than this many times the loss is what training works on. */
#define DOMINATES 10.0

static const char *
name_of(const NwNode *node)
{
  return node->layer->name;
}

/* ── after softmax ───────────────────────────────────────────────────────────────────────────── */

/* Layers that do nothing but penalise. */
static gboolean
only_penalises(const NwNode *node)
{
  return nw_node_is(node, "penalty") || nw_node_is(node, "activity_regularization");
}

/* The last activation before the node, or of itself. */
static const char *
activation_of(const NwExam *exam, const NwNode *node)
{
  const char *activation = nw_node_choice(node, "activation");

  if (activation == NULL && only_penalises(node))
    activation = nw_node_choice(nw_exam_source(exam, node, 0), "activation");
  return activation;
}

static NwProject *
without_activity(const NwExam *exam, const NwNode *node)
{
  return only_penalises(node)
             ? nw_remedy_remove(nw_remedy_begin(exam), node)
             : nw_remedy_param(nw_remedy_param(nw_remedy_begin(exam), node, "activity_l1", "0"),
                               node, "activity_l2", "0");
}

static void
penalty_after_softmax(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  NwFinding *finding;

  if (infer->activity_l1 + infer->activity_l2 <= 0 ||
      g_strcmp0(activation_of(exam, node), "softmax") != 0)
    return;
  finding = nw_exam_report(
      exam, node->uid,
      infer->activity_l2 > 0
          ? _("“%s” penalises the probabilities of a softmax: they add up to 1, so nothing gets "
              "smaller, every answer only comes nearer to “all alike”. Penalise what goes into the "
              "softmax, or leave the penalty out.")
          : _("“%s” penalises the probabilities of a softmax: their sum is always 1, so the "
              "penalty "
              "changes nothing. Penalise what goes into the softmax, or leave the penalty out."),
      name_of(node));
  nw_finding_offer(exam, finding, without_activity(exam, node), _("Leave the penalty out"));
}

/* ── one or the other ────────────────────────────────────────────────────────────────────────── */

static gboolean
get_weight_penalty(const NwInfer *infer)
{
  for (gsize w = 0; w < infer->n_weights; w++)
    if (infer->weights[w].l1 + infer->weights[w].l2 > 0)
      return TRUE;
  return FALSE;
}

/* Sets every weight penalty of the node to 0. */
static NwProject *
without_weight_penalty(const NwExam *exam, const NwNode *node)
{
  NwProject *project = nw_remedy_begin(exam);

  for (const NwParamSpec *spec = nw_params_get_specs(node->layer->params); spec->key != NULL;
       spec++)
    if ((g_str_has_suffix(spec->key, "_l1") || g_str_has_suffix(spec->key, "_l2")) &&
        !g_str_has_prefix(spec->key, "activity"))
      project = nw_remedy_param(project, node, spec->key, "0");
  return project;
}

static void
both_penalties(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  NwFinding *finding;

  if (infer->activity_l1 + infer->activity_l2 <= 0 || !get_weight_penalty(infer))
    return;
  finding = nw_exam_report(exam, node->uid,
                           _("“%s” has two penalties: that of its weights keeps the weights small, "
                             "whatever the data; that of its activity keeps the numbers small that "
                             "it gives, whatever the weights. One of them is usually meant."),
                           name_of(node));
  nw_finding_offer(exam, finding, without_weight_penalty(exam, node),
                   _("Keep the activity penalty"));
  nw_finding_offer(exam, finding, without_activity(exam, node), _("Keep the weight penalty"));
}

/* Weight decay of the optimiser, and a penalty of the same weights. */
static void
decay_and_penalty(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  NwParams *optimizer = nw_project_get_optimizer_params(exam->project);
  NwFinding *finding;

  if (nw_params_find_spec(optimizer, "weight_decay") == NULL ||
      nw_params_get_real(optimizer, "weight_decay") <= 0 || !get_weight_penalty(infer))
    return;
  finding = nw_exam_report(exam, node->uid,
                           _("The weights of “%s” are kept small twice: by its own penalty, which "
                             "is part of the loss, and by the optimiser's weight decay, which is "
                             "not; leave one of them out."),
                           name_of(node));
  nw_finding_offer(exam, finding, without_weight_penalty(exam, node), _("Keep the weight decay"));
  nw_finding_offer(exam, finding, nw_remedy_optimizer(nw_remedy_begin(exam), "weight_decay", "0"),
                   _("Keep the penalty"));
}

/* ── too much ────────────────────────────────────────────────────────────────────────────────── */

/* What the losses add up to before anything is learnt: about ln k for k classes, ln 2 for a label,
 * and 1 for a number of the usual size. */
static double
estimate_loss(const NwExam *exam)
{
  double sum = 0;

  for (guint i = 0; nw_exam_head(exam, i) != NULL; i++) {
    const NwHeadInfo *head = nw_exam_head(exam, i);
    double loss = head->loss->logits == NW_LOGITS_SOFTMAX
                      ? log((double)MAX(2, nw_shape_last(&head->type->shape)))
                  : head->loss->logits == NW_LOGITS_SIGMOID ? M_LN2
                                                            : 1;
    if (head->loss->target != NW_TARGET_NONE)
      sum += loss * head->weight;
  }
  return sum;
}

/* The mean size of a fresh output, squared or not: half of a normal number's for relu, and below 1
 * for what is squashed. */
static double
estimate_activity(const char *activation, gboolean squared)
{
  if (activation == NULL || g_str_equal(activation, "linear"))
    return squared ? 1 : 0.8;
  if (g_str_equal(activation, "sigmoid"))
    return squared ? 0.3 : 0.5;
  if (g_str_equal(activation, "tanh"))
    return squared ? 0.4 : 0.55;
  return squared ? 0.5 : 0.4;
}

/* Σ|w| or Σw² of a fresh matrix as Glorot draws it: its variance is 2 / (rows + cols). */
static double
estimate_weights(const NwWeightSpec *weight, gboolean squared)
{
  double cols = (double)nw_shape_last(&weight->shape);
  double n = (double)nw_shape_elements(&weight->shape), rows = n / cols;
  double variance =
      weight->shape.rank < 2 || g_str_equal(weight->initializer, "zeros") ? 0 : 2 / (rows + cols);

  return n * (squared ? variance : 0.87 * sqrt(variance));
}

static double
estimate_penalty(const NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const char *activation = activation_of(exam, node);
  double n = (double)nw_shape_elements(&infer->outputs[0].shape), sum;

  sum = infer->activity_l1 * n * estimate_activity(activation, FALSE) +
        infer->activity_l2 * n * estimate_activity(activation, TRUE);
  if (infer->per_batch)
    sum *= (double)nw_params_get_int(nw_project_get_training(exam->project), "batch_size");
  for (gsize w = 0; w < infer->n_weights; w++)
    sum += infer->weights[w].l1 * estimate_weights(&infer->weights[w], FALSE) +
           infer->weights[w].l2 * estimate_weights(&infer->weights[w], TRUE);
  return sum;
}

/* Every rate of the node, divided. */
static NwProject *
with_rates_divided(const NwExam *exam, const NwNode *node, double by)
{
  NwProject *project = nw_remedy_begin(exam);

  for (const NwParamSpec *spec = nw_params_get_specs(node->layer->params); spec->key != NULL;
       spec++) {
    gboolean is_rate = g_str_has_suffix(spec->key, "_l1") || g_str_has_suffix(spec->key, "_l2") ||
                       g_str_equal(spec->key, "l1") || g_str_equal(spec->key, "l2") ||
                       (g_str_equal(spec->key, "rate") && only_penalises(node));
    double rate = is_rate && spec->type == NW_PARAM_REAL ? nw_node_number(node, spec->key) : 0;
    g_autofree char *text = g_strdup_printf("%.1g", rate / by);
    if (rate > 0)
      project = nw_remedy_param(project, node, spec->key, text);
  }
  return project;
}

static void
penalty_dominates(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  double penalty = infer->n_outputs == 0 ? 0 : estimate_penalty(exam, node, infer), loss, times;
  NwFinding *finding;

  if (penalty <= 0)
    return;
  loss = estimate_loss(exam);
  times = penalty / loss;
  if (loss <= 0 || times <= DOMINATES)
    return;
  finding =
      nw_exam_report(exam, node->uid,
                     _("The penalty of “%s” will begin near %.3g, the losses near %.2g: training "
                       "will shrink numbers rather than learn the target; take a smaller "
                       "rate."),
                     name_of(node), penalty, loss);
  nw_finding_offer(exam, finding, with_rates_divided(exam, node, pow(10, ceil(log10(times) + 0.5))),
                   _("Take a smaller rate"));
}

const NwRule nw_rules_penalties[] = {
    {"penalty-after-softmax", NW_SEVERITY_WARNING, .node = penalty_after_softmax},
    {"penalty-dominates", NW_SEVERITY_WARNING, .node = penalty_dominates},
    {"both-penalties", NW_SEVERITY_HINT, .node = both_penalties},
    {"decay-and-penalty", NW_SEVERITY_HINT, .node = decay_and_penalty},
    {NULL},
};
