/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-doctor.h"

#include "nw-requests.h"
#include "nw-rule.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-error.h"
#include "nw-text.h"

struct _NwFindings {
  NwRefs refs;
  NwProject *project;
  NwInference *inference; /* findings of a project may be kept longer than it */
  GPtrArray *all;         /* NwFinding, worst first */
};

static void
finding_free(gpointer data)
{
  NwFinding *finding = data;

  for (gsize i = 0; i < finding->n_remedies; i++) {
    g_free(finding->remedies[i].title);
    nw_project_unref(finding->remedies[i].project);
  }
  g_free(finding->remedies);
  g_free(finding->message);
  g_free(finding);
}

/* ── heads ───────────────────────────────────────────────────────────────────────────────────── */

/* Layers without units of their own, which hand on the numbers that arrive. */
static gboolean
hands_on(const NwNode *node)
{
  static const char *const kinds[] = {
      "activation", "activity_regularization", "dropout",           "expand_dims",
      "flatten",    "gaussian_noise",          "masking",           "penalty",
      "permute",    "repeat_vector",           "reshape",           "slice",
      "squeeze",    "spatial_dropout1d",       "spatial_dropout2d", NULL};

  return g_strv_contains(kinds, node->layer->kind->id);
}

static void
find_maker(const NwExam *exam, NwHeadInfo *head)
{
  const NwNode *node = nw_exam_source(exam, head->node, 0);

  head->activation = "linear";
  while (node != NULL) {
    const char *activation = nw_node_choice(node, "activation");
    if (head->squash == NULL && activation != NULL && !g_str_equal(activation, "linear")) {
      head->activation = activation;
      head->squash = node;
    }
    if (!hands_on(node))
      break;
    head->sliced |= nw_node_is(node, "slice");
    node = nw_exam_source(exam, node, 0);
  }
  head->maker = node;
}

static void
add_heads(NwExam *exam)
{
  for (guint i = 0; i < nw_graph_get_n_nodes(exam->graph); i++) {
    const NwNode *node = nw_graph_get_node(exam->graph, i);
    const NwNode *before = nw_exam_source(exam, node, 0);
    NwHeadInfo head = {.node = node, .params = node->layer->params};

    if (!nw_node_is(node, "output") || before == NULL)
      continue;
    head.type = nw_inference_get_type(exam->inference, before->uid, node->inputs[0].port);
    head.loss = nw_loss_kind_find(nw_node_choice(node, "loss"));
    if (head.type == NULL || head.loss == NULL)
      continue;
    head.from_logits = nw_params_applies(head.params, "from_logits") &&
                       nw_params_get_bool(head.params, "from_logits");
    head.weight = nw_params_get_real(head.params, "weight");
    if (nw_output_request_target(node->layer, head.type, &head.request)) {
      head.binding = nw_data_settings_find_binding(exam->data, node->layer->name);
      if (head.loss->target != NW_TARGET_LABELS) /* they are no answers; targets.c has their rule */
        head.field = nw_exam_field(exam, node->layer->name);
    }
    find_maker(exam, &head);
    g_array_append_val(exam->heads, head);
  }
}

/* ── the examination ─────────────────────────────────────────────────────────────────────────── */

static void
add_readers(NwExam *exam)
{
  for (guint i = 0; i < nw_graph_get_n_nodes(exam->graph); i++) {
    const NwNode *node = nw_graph_get_node(exam->graph, i);
    for (guint k = 0; k < node->n_inputs; k++) {
      gpointer uid = GUINT_TO_POINTER(node->inputs[k].node);
      GPtrArray *readers = g_hash_table_lookup(exam->readers, uid);
      if (uid == NULL)
        continue;
      if (readers == NULL) {
        readers = g_ptr_array_new();
        g_hash_table_insert(exam->readers, uid, readers);
      }
      if (readers->len == 0 || g_ptr_array_index(readers, readers->len - 1) != node)
        g_ptr_array_add(readers, (gpointer)node);
    }
  }
}

static void
apply_rule(NwExam *exam, const NwRule *rule)
{
  exam->rule = rule;
  if (rule->project != NULL)
    rule->project(exam);
  for (guint i = 0; rule->output != NULL && i < exam->heads->len; i++)
    rule->output(exam, nw_exam_head(exam, i));
  for (guint i = 0; rule->node != NULL && i < nw_graph_get_n_nodes(exam->graph); i++) {
    const NwNode *node = nw_graph_get_node(exam->graph, i);
    const NwNodeInfo *info = nw_inference_get_node(exam->inference, node->uid);
    /* What a kind refuses still has inputs, about which a rule may know more. */
    if (info->infer.params != NULL)
      rule->node(exam, node, &info->infer);
  }
}

/* What inference says and no rule told. */
static void
add_problems(NwExam *exam)
{
  static const NwRule graph = {"graph"}, data = {"data"};

  exam->rule = &graph;
  for (guint i = 0; i < nw_inference_get_n_problems(exam->inference); i++) {
    const NwProblem *problem = nw_inference_get_problem(exam->inference, i);
    if (problem->node == 0 || !g_hash_table_contains(exam->told, GUINT_TO_POINTER(problem->node)))
      nw_exam_report(exam, problem->node, "%s", problem->message)->severity = problem->severity;
  }
  exam->rule = &data;
  if (exam->survey != NULL && nw_survey_get_fault(exam->survey) != NULL)
    nw_exam_report(exam, 0, "%s", nw_survey_get_fault(exam->survey))->severity = NW_SEVERITY_ERROR;
}

static int
compare_findings(gconstpointer a, gconstpointer b)
{
  const NwFinding *x = *(NwFinding *const *)a, *y = *(NwFinding *const *)b;

  return (int)y->severity - (int)x->severity;
}

NwFindings *
nw_doctor_examine(NwProject *project, NwInference *inference, NwSurvey *survey)
{
  NwFindings *self = g_new0(NwFindings, 1);
  NwExam exam = {.project = project,
                 .graph = nw_project_get_graph(project),
                 .data = nw_project_get_data(project),
                 .inference = inference,
                 .survey = survey};

  exam.heads = g_array_new(FALSE, FALSE, sizeof(NwHeadInfo));
  exam.readers = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  exam.told = g_hash_table_new(NULL, NULL);
  exam.findings = g_ptr_array_new_with_free_func(finding_free);
  add_readers(&exam);
  add_heads(&exam);
  for (const NwRule *const *family = nw_rule_families; *family != NULL; family++)
    for (const NwRule *rule = *family; rule->id != NULL; rule++)
      apply_rule(&exam, rule);
  add_problems(&exam);
  g_ptr_array_sort(exam.findings, compare_findings);

  nw_refs_init(&self->refs);
  self->project = nw_project_ref(project);
  self->inference = nw_inference_ref(inference);
  self->all = exam.findings;
  g_array_unref(exam.heads);
  g_hash_table_unref(exam.readers);
  g_hash_table_unref(exam.told);
  return self;
}

/* ── findings ────────────────────────────────────────────────────────────────────────────────── */

NwFindings *
nw_findings_ref(NwFindings *self)
{
  nw_refs_inc(&self->refs);
  return self;
}

void
nw_findings_unref(NwFindings *self)
{
  if (self == NULL || !nw_refs_dec(&self->refs))
    return;
  g_ptr_array_unref(self->all);
  nw_inference_unref(self->inference);
  nw_project_unref(self->project);
  g_free(self);
}

NwProject *
nw_findings_get_project(const NwFindings *self)
{
  return self->project;
}

guint
nw_findings_get_n_all(const NwFindings *self)
{
  return self->all->len;
}

guint
nw_findings_get_n(const NwFindings *self)
{
  guint n = self->all->len;

  while (n > 0 && nw_findings_get(self, n - 1)->severity == NW_SEVERITY_ADVICE)
    n--;
  return n;
}

const NwFinding *
nw_findings_get(const NwFindings *self, guint i)
{
  g_return_val_if_fail(i < self->all->len, NULL);
  return g_ptr_array_index(self->all, i);
}

const NwFinding *
nw_findings_find(const NwFindings *self, const char *rule, guint node)
{
  for (guint i = 0; i < self->all->len; i++) {
    const NwFinding *finding = nw_findings_get(self, i);
    if (finding->node == node && g_str_equal(finding->rule, rule))
      return finding;
  }
  return NULL;
}

const NwFinding *
nw_findings_get_error(const NwFindings *self)
{
  const NwFinding *worst = self->all->len == 0 ? NULL : nw_findings_get(self, 0);

  return worst != NULL && worst->severity == NW_SEVERITY_ERROR ? worst : NULL;
}

gboolean
nw_doctor_check_rule(const char *id, GError **error)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new();
  const char *near;

  for (const NwRule *const *family = nw_rule_families; *family != NULL; family++)
    for (const NwRule *rule = *family; rule->id != NULL; rule++) {
      gboolean is_it = g_str_equal(rule->id, id);
      if (is_it && rule->severity != NW_SEVERITY_ADVICE)
        return TRUE;
      if (is_it) {
        g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                    _("“%s” is advice, which is said where nothing is wrong, too, and is not "
                      "applied; the inspector of the window offers it."),
                    id);
        return FALSE;
      }
      g_ptr_array_add(ids, (gpointer)rule->id);
    }
  g_ptr_array_add(ids, NULL);
  near = nw_nearest_word(id, (const char *const *)ids->pdata);
  g_autofree char *shown = nw_text_for_message(id);
  if (near != NULL)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("No rule is called “%s”; did you mean “%s”?"),
                shown, near);
  else
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("No rule is called “%s”; “check” says the rule of a finding in brackets."),
                shown);
  return FALSE;
}

const char *
nw_severity_get_id(NwSeverity severity)
{
  static const char *const ids[] = {
      [NW_SEVERITY_ADVICE] = "advice",
      [NW_SEVERITY_HINT] = "hint",
      [NW_SEVERITY_WARNING] = "warning",
      [NW_SEVERITY_ERROR] = "error",
  };

  return ids[severity];
}
