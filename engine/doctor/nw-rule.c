/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-rule.h"

#include "nw-prepare.h"

/* ── looking ─────────────────────────────────────────────────────────────────────────────────── */

gboolean
nw_node_is(const NwNode *node, const char *kind)
{
  return node != NULL && g_str_equal(node->layer->kind->id, kind);
}

gboolean
nw_node_has(const NwNode *node, const char *key)
{
  return node != NULL && nw_params_find_spec(node->layer->params, key) != NULL;
}

const char *
nw_node_choice(const NwNode *node, const char *key)
{
  const NwParamSpec *spec = node == NULL ? NULL : nw_params_find_spec(node->layer->params, key);

  return spec == NULL || spec->type != NW_PARAM_CHOICE
             ? NULL
             : nw_params_get_choice(node->layer->params, key);
}

double
nw_node_number(const NwNode *node, const char *key)
{
  const NwParamSpec *spec = node == NULL ? NULL : nw_params_find_spec(node->layer->params, key);

  if (spec == NULL || !nw_params_applies(node->layer->params, key))
    return 0;
  switch ((int)spec->type) {
  case NW_PARAM_INT:
    return (double)nw_params_get_int(node->layer->params, key);
  case NW_PARAM_REAL:
    return nw_params_get_real(node->layer->params, key);
  case NW_PARAM_BOOL:
    return nw_params_get_bool(node->layer->params, key);
  default:
    return 0;
  }
}

const NwNode *
nw_exam_source(const NwExam *exam, const NwNode *node, guint input)
{
  return input >= node->n_inputs || node->inputs[input].node == 0
             ? NULL
             : nw_graph_find_node(exam->graph, node->inputs[input].node);
}

const GPtrArray *
nw_exam_readers(const NwExam *exam, const NwNode *node)
{
  return g_hash_table_lookup(exam->readers, GUINT_TO_POINTER(node->uid));
}

const NwHeadInfo *
nw_exam_head(const NwExam *exam, guint i)
{
  return i < exam->heads->len ? &g_array_index(exam->heads, NwHeadInfo, i) : NULL;
}

const NwFieldSurvey *
nw_exam_field(const NwExam *exam, const char *name)
{
  return exam->survey == NULL ? NULL : nw_survey_find(exam->survey, exam->project, name);
}

static const NwColumnSetting *
get_setting(const NwExam *exam, const NwFieldSurvey *field, gsize column)
{
  return nw_data_settings_find_column(exam->data, field->source, field->names[column]);
}

NwColumnKind
nw_exam_kind(const NwExam *exam, const NwFieldSurvey *field, gsize column)
{
  const NwColumnSetting *setting = get_setting(exam, field, column);
  const NwTableColumn *info = field->columns[column].info;
  NwColumnKind kind = setting != NULL && setting->has_kind ? setting->kind : info->guess;

  if ((setting == NULL || !setting->has_kind) && nw_unknown_leaves_binary(&field->unknown, info))
    return NW_COLUMN_BINARY;
  if (kind != NW_COLUMN_IGNORE)
    return kind;
  return info->is_text ? NW_COLUMN_CATEGORY : NW_COLUMN_NUMBER;
}

NwScaling
nw_exam_scaling(const NwExam *exam, const NwFieldSurvey *field, gsize column)
{
  const NwColumnSetting *setting = get_setting(exam, field, column);

  return setting == NULL || nw_exam_kind(exam, field, column) != NW_COLUMN_NUMBER
             ? NW_SCALING_NONE
             : setting->scaling;
}

gsize
nw_column_count_classes(const NwColumnSurvey *column)
{
  gsize n = 0;

  if (column->classes[NW_SPLIT_TRAIN] == NULL)
    return column->info->n_values;
  for (gsize v = 0; v < column->info->n_values; v++)
    n += column->classes[NW_SPLIT_TRAIN][v] > 0;
  return n;
}

gint64
nw_exam_width(const NwExam *exam, const NwFieldSurvey *field, const NwFieldRequest *request)
{
  const NwBinding *binding = nw_data_settings_find_binding(exam->data, field->field);
  const NwShape *wanted = &request->type.shape;
  gint64 width = 0;

  for (gsize c = 0; c < field->n_columns; c++) {
    const NwTableColumn *info = field->columns[c].info;
    NwColumnKind kind = nw_exam_kind(exam, field, c);
    gsize n = nw_column_count_classes(&field->columns[c]);
    NwEncodeAs as = nw_choose_encoding(request, kind, n, &info->shape, field->n_columns == 1);
    if (as == NW_ENCODE_ONE_HOT && kind == NW_COLUMN_CATEGORY && info->many_values)
      return -1;
    gint64 each = nw_shape_elements(&info->shape);
    if (binding != NULL && info->shape.rank > 0 && info->shape.dim[0] > 0) {
      if (binding->last_step)
        each /= info->shape.dim[0];
      else if (binding->fit != NW_FIT_NONE && wanted->rank > 0)
        each = each / info->shape.dim[0] * wanted->dim[0];
    }
    width += as != NW_ENCODE_ONE_HOT ? each : each * (kind == NW_COLUMN_BINARY ? 2 : (gint64)n);
  }
  return width;
}

/* ── telling ─────────────────────────────────────────────────────────────────────────────────── */

NwFinding *
nw_exam_report(NwExam *exam, guint node, const char *format, ...)
{
  NwFinding *finding = g_new0(NwFinding, 1);
  va_list arguments;

  finding->rule = exam->rule->id;
  finding->severity = exam->rule->severity;
  finding->node = node;
  va_start(arguments, format);
  finding->message = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_ptr_array_add(exam->findings, finding);
  return finding;
}

void
nw_finding_offer(NwExam *exam, NwFinding *finding, NwProject *project, const char *format, ...)
{
  NwRemedy remedy = {.project = project};
  va_list arguments;

  if (project == NULL || nw_project_equal(project, exam->project)) {
    g_clear_pointer(&project, nw_project_unref);
    return;
  }
  va_start(arguments, format);
  remedy.title = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  finding->remedies = g_renew(NwRemedy, finding->remedies, finding->n_remedies + 1);
  finding->remedies[finding->n_remedies++] = remedy;
}

NwFinding *
nw_exam_take_problem(NwExam *exam, const NwNode *node)
{
  for (guint i = 0; i < nw_inference_get_n_problems(exam->inference); i++) {
    const NwProblem *problem = nw_inference_get_problem(exam->inference, i);
    NwFinding *finding;
    if (problem->node != node->uid)
      continue;
    if (!g_hash_table_add(exam->told, GUINT_TO_POINTER(node->uid)))
      return NULL;
    finding = nw_exam_report(exam, node->uid, "%s", problem->message);
    finding->severity = problem->severity;
    return finding;
  }
  return NULL;
}
