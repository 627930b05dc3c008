/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Settings of the training, and parts of the drawing that it would not reach. */
#include "nw-remedy.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* ── the optimiser ───────────────────────────────────────────────────────────────────────────── */

/* The optimiser's own default, as a text. */
static const char *
get_initial_rate(const NwExam *exam)
{
  return nw_params_find_spec(nw_project_get_optimizer_params(exam->project), "learning_rate")
      ->initial;
}

/* Steps larger than this leave every valley. What scales its steps by the gradient's own size takes
 * smaller ones than plain descent. */
static double
get_largest_rate(const NwOptimizerKind *kind)
{
  static const struct {
    const char *id;
    double rate;
  } rates[] = {{"sgd", 2}, {"adadelta", 20}, {"adagrad", 2}, {"ftrl", 2}, {"lion", 0.01}};

  for (gsize i = 0; i < G_N_ELEMENTS(rates); i++)
    if (strcmp(rates[i].id, kind->id) == 0)
      return rates[i].rate;
  return 0.2;
}

static void
learning_rate(NwExam *exam)
{
  const NwOptimizerKind *kind = nw_project_get_optimizer(exam->project);
  NwParams *params = nw_project_get_optimizer_params(exam->project);
  double rate = nw_params_get_real(params, "learning_rate");
  const char *initial = get_initial_rate(exam);
  NwFinding *finding;

  if (rate > 0 && rate <= get_largest_rate(kind))
    return;
  if (rate > 0)
    finding = nw_exam_report(exam, 0,
                             _("A learning rate of %g is very large for %s, and training will "
                               "hardly settle; it usually begins with %s."),
                             rate, _(kind->title), initial);
  else if (rate == 0)
    finding =
        nw_exam_report(exam, 0,
                       _("With a learning rate of 0 nothing is learnt; %s usually begins with "
                         "%s."),
                       _(kind->title), initial);
  else
    finding = nw_exam_report(exam, 0,
                             _("A learning rate of %g makes the loss larger at every step; %s "
                               "usually begins with %s."),
                             rate, _(kind->title), initial);
  if (!(rate > 0))
    finding->severity = NW_SEVERITY_ERROR;
  nw_finding_offer(exam, finding,
                   nw_remedy_optimizer(nw_remedy_begin(exam), "learning_rate", initial),
                   _("Take %s"), initial);
}

/* ── batches ─────────────────────────────────────────────────────────────────────────────────── */

static gint64
get_batch(const NwExam *exam)
{
  return nw_params_get_int(nw_project_get_training(exam->project), "batch_size");
}

static void
batch_too_large(NwExam *exam)
{
  gsize rows = exam->survey ? nw_survey_get_rows(exam->survey, NW_SPLIT_TRAIN) : 0;
  g_autofree char *fewer = NULL;
  NwFinding *finding;

  if (rows == 0 || get_batch(exam) <= (gint64)rows)
    return;
  fewer = g_strdup_printf("%d", (int)MIN(32, MAX(1, rows / 4)));
  finding = nw_exam_report(exam, 0,
                           _("A batch of %d rows is more than the %d training rows: the weights "
                             "change once per epoch; take smaller batches."),
                           (int)get_batch(exam), (int)rows);
  nw_finding_offer(exam, finding, nw_remedy_training(nw_remedy_begin(exam), "batch_size", fewer),
                   _("Batches of %s"), fewer);
}

static void
batch_of_one(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  NwFinding *finding;

  if (!nw_node_is(node, "batch_normalization") || get_batch(exam) != 1)
    return;
  finding = nw_exam_report(exam, node->uid,
                           _("“%s” compares the rows of a batch, but a batch is one row: it gives "
                             "the same whatever arrives; take larger batches."),
                           node->layer->name);
  nw_finding_offer(exam, finding, nw_remedy_training(nw_remedy_begin(exam), "batch_size", "32"),
                   _("Batches of 32"));
  nw_finding_offer(exam, finding, nw_remedy_remove(nw_remedy_begin(exam), node), _("Remove “%s”"),
                   node->layer->name);
}

/* ── weights of losses ───────────────────────────────────────────────────────────────────────── */

static void
loss_weights(NwExam *exam, const NwHeadInfo *head)
{
  double largest = 0, own = head->weight;
  NwFinding *finding;

  for (guint i = 0; nw_exam_head(exam, i) != NULL; i++)
    if (nw_exam_head(exam, i)->loss->target != NW_TARGET_NONE)
      largest = MAX(largest, nw_exam_head(exam, i)->weight);
  if (head->loss->target == NW_TARGET_NONE || own * 1000 >= largest || largest == 0)
    return;
  finding =
      nw_exam_report(exam, head->node->uid,
                     own == 0 ? _("The loss of “%s” has the weight 0: training does not see it; "
                                  "give it a weight.")
                              : _("The loss of “%s” weighs %g beside one of %g: training hardly "
                                  "sees it; give it more."),
                     head->node->layer->name, own, largest);
  g_autofree char *text = g_strdup_printf("%.3g", largest / 5);
  nw_finding_offer(exam, finding,
                   nw_remedy_param(nw_remedy_begin(exam), head->node, "weight", text),
                   _("Give it the weight %s"), text);
}

static void
no_weight_at_all(NwExam *exam)
{
  NwProject *project;
  NwFinding *finding;

  if (exam->heads->len == 0)
    return;
  for (guint i = 0; nw_exam_head(exam, i) != NULL; i++)
    if (nw_exam_head(exam, i)->weight != 0)
      return;
  finding =
      nw_exam_report(exam, 0, _("Every loss has the weight 0, so there is nothing to learn."));
  project = nw_remedy_begin(exam);
  for (guint i = 0; nw_exam_head(exam, i) != NULL; i++)
    project = nw_remedy_param(project, nw_exam_head(exam, i)->node, "weight", "1");
  nw_finding_offer(exam, finding, project, _("Give each the weight 1"));
}

/* ── what leads nowhere ──────────────────────────────────────────────────────────────────────── */

static gboolean
is_end(const NwNode *node)
{
  return node->layer->kind->role != NW_ROLE_INPUT &&
         nw_layer_kind_n_outputs(node->layer->kind) == 0;
}

/* The nodes that an end of the drawing reads, directly or not: a set. (transfer full) */
static GHashTable *
find_read(const NwExam *exam)
{
  GHashTable *read = g_hash_table_new(NULL, NULL);
  g_autofree guint *order = nw_graph_dup_order(exam->graph);

  for (guint k = nw_graph_get_n_nodes(exam->graph); k-- > 0;) {
    const NwNode *node = nw_graph_get_node(exam->graph, order[k]);
    const GPtrArray *readers = nw_exam_readers(exam, node);
    gboolean is_read = is_end(node);
    for (guint i = 0; !is_read && readers != NULL && i < readers->len; i++)
      is_read = g_hash_table_contains(read, g_ptr_array_index(readers, i));
    if (is_read)
      g_hash_table_add(read, (gpointer)node);
  }
  return read;
}

static void
dead_branch(NwExam *exam)
{
  g_autoptr(GHashTable) read = find_read(exam);
  guint n = nw_graph_get_n_nodes(exam->graph);

  for (guint i = 0; exam->heads->len > 0 && i < n; i++) {
    const NwNode *node = nw_graph_get_node(exam->graph, i);
    g_autoptr(NwGraph) without = NULL;
    g_autoptr(GArray) dead = g_array_new(FALSE, FALSE, sizeof(guint));
    NwFinding *finding;
    if (g_hash_table_contains(read, node) || nw_exam_readers(exam, node) != NULL)
      continue;
    finding = nw_exam_report(exam, node->uid,
                             _("“%s” leads to no output, so it learns nothing and changes nothing; "
                               "connect it, or remove it."),
                             node->layer->name);
    /* With what only it reads. */
    while (node != NULL && !g_hash_table_contains(read, node)) {
      const GPtrArray *readers = nw_exam_readers(exam, node);
      if (readers != NULL && readers->len > 1)
        break;
      g_array_append_val(dead, node->uid);
      node = nw_exam_source(exam, node, 0);
    }
    without = nw_graph_remove(exam->graph, (const guint *)dead->data, dead->len);
    nw_finding_offer(exam, finding, nw_project_with_graph(exam->project, without),
                     dead->len > 1 ? _("Remove the branch") : _("Remove it"));
  }
}

const NwRule nw_rules_training[] = {
    {"learning-rate", NW_SEVERITY_WARNING, .project = learning_rate},
    {"no-weight-at-all", NW_SEVERITY_ERROR, .project = no_weight_at_all},
    {"loss-weights", NW_SEVERITY_HINT, .output = loss_weights},
    {"batch-too-large", NW_SEVERITY_WARNING, .project = batch_too_large},
    {"batch-of-one", NW_SEVERITY_WARNING, .node = batch_of_one},
    {"dead-branch", NW_SEVERITY_HINT, .project = dead_branch},
    {NULL},
};
