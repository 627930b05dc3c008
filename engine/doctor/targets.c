/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Between an Output and the columns of its target. */
#include "nw-answer.h"
#include "nw-remedy.h"
#include "nw-requests.h"

#include <glib/gi18n-lib.h>

static const char *
name_of(const NwHeadInfo *head)
{
  return head->node->layer->name;
}

static gboolean
is_between_0_and_1_loss(const NwHeadInfo *head)
{
  return head->loss->logits != NW_LOGITS_NONE && head->loss->target != NW_TARGET_INDEX;
}

/* All columns are plain numbers or 0/1: what stands in the file is what the loss compares with. */
static gboolean
is_plain(const NwExam *exam, const NwFieldSurvey *field)
{
  for (gsize c = 0; c < field->n_columns; c++)
    if (nw_exam_kind(exam, field, c) == NW_COLUMN_CATEGORY ||
        nw_exam_scaling(exam, field, c) != NW_SCALING_NONE)
      return FALSE;
  return !field->is_text;
}

/* ── as many columns as units ────────────────────────────────────────────────────────────────── */

/* Steps that a target has and its head has not; 0: they agree. */
static gint64
missing_steps(const NwHeadInfo *head)
{
  const NwFieldSurvey *field = head->field;
  int rank = head->loss->target == NW_TARGET_INDEX ? 1 : 2;

  return field != NULL && !head->binding->last_step && field->n_columns == 1 &&
                 field->shape.rank == rank && head->type->shape.rank == 1
             ? field->shape.dim[0]
             : 0;
}

static gboolean
gives_last_step(const NwNode *node)
{
  return nw_node_has(node, "return_sequences") && nw_node_number(node, "return_sequences") == 0;
}

/* The layer on the way to the head that keeps only the last step. */
static const NwNode *
find_last_step(const NwExam *exam, const NwNode *node)
{
  while (node != NULL && !gives_last_step(node))
    node = nw_exam_source(exam, node, 0);
  return node;
}

/* Does the way to the node begin with ids, as words do? */
static gboolean
reads_words(const NwExam *exam, const NwNode *node)
{
  while (nw_exam_source(exam, node, 0) != NULL)
    node = nw_exam_source(exam, node, 0);
  return g_strcmp0(nw_node_choice(node, "dtype"), "int32") == 0;
}

static void
return_sequences(NwExam *exam, const NwHeadInfo *head)
{
  const NwNode *layer = find_last_step(exam, head->maker);
  g_autofree char *given = NULL, *wanted = NULL;
  NwFinding *finding;

  if (missing_steps(head) == 0 || layer == NULL)
    return;
  given = nw_shape_to_text(&head->type->shape);
  wanted = nw_shape_to_text(&head->field->shape);
  finding = nw_exam_report(
      exam, head->node->uid,
      reads_words(exam, layer)
          ? _("“%s” gives one answer per sentence (%s) but its target has one per word (%s). Turn "
              "on Return sequences in “%s”, or use only the last step of the target.")
          : _("“%s” gives one answer per row (%s) but its target has one per step (%s). Turn on "
              "Return sequences in “%s”, or use only the last step of the target."),
      name_of(head), given, wanted, layer->layer->name);
  nw_finding_offer(exam, finding,
                   nw_remedy_param(nw_remedy_begin(exam), layer, "return_sequences", "true"),
                   _("Turn on Return sequences in “%s”"), layer->layer->name);
  nw_finding_offer(exam, finding, nw_remedy_last_step(nw_remedy_begin(exam), head->field->field),
                   _("Use only the last step of the target"));
}

/* A number column that names classes. */
static gboolean
could_be_classes(const NwExam *exam, const NwFieldSurvey *field)
{
  const NwTableColumn *info = field->columns[0].info;

  return field->n_columns == 1 && field->shape.rank == 0 && field->whole && !info->many_values &&
         nw_exam_kind(exam, field, 0) != NW_COLUMN_CATEGORY;
}

/* The layer on the way to the head that answers at every step. */
static const NwNode *
find_all_steps(const NwExam *exam, const NwNode *node)
{
  while (node != NULL && nw_node_number(node, "return_sequences") == 0)
    node = nw_exam_source(exam, node, 0);
  return node;
}

static void
target_width(NwExam *exam, const NwHeadInfo *head)
{
  const NwFieldSurvey *field = head->field;
  gint64 wanted = nw_shape_elements(&head->request.type.shape), given;
  gint64 last = nw_shape_last(&head->type->shape), rows = nw_shape_rows(&head->type->shape);
  NwFinding *finding;

  if (field == NULL || (missing_steps(head) > 0 && find_last_step(exam, head->maker) != NULL))
    return;
  given = nw_exam_width(exam, field, &head->request);
  if (given < 0 || given == wanted)
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           given < wanted ? _("“%s” gives %d per row but its target has only %d; "
                                              "change the units, or choose other columns.")
                                          : _("“%s” gives %d per row but its target has %d; change "
                                              "the units, or choose other columns."),
                           name_of(head), (int)wanted, (int)given);
  if (head->type->shape.rank == 2 && given * rows == wanted && find_all_steps(exam, head->maker))
    nw_finding_offer(exam, finding,
                     nw_remedy_param(nw_remedy_begin(exam), find_all_steps(exam, head->maker),
                                     "return_sequences", "false"),
                     _("Turn off Return sequences in “%s”"),
                     find_all_steps(exam, head->maker)->layer->name);
  nw_finding_offer_length(exam, finding, field, &head->request.type.shape);
  if (could_be_classes(exam, field) && last > 1)
    nw_finding_offer(
        exam, finding,
        nw_remedy_kind(nw_remedy_begin(exam), field->source, field->names[0], NW_COLUMN_CATEGORY),
        _("“%s” names classes"), field->names[0]);
  if (head->loss->target != NW_TARGET_INDEX && given % rows == 0)
    nw_finding_offer_width(exam, finding, head, given / rows);
}

/* ── classes ─────────────────────────────────────────────────────────────────────────────────── */

static void
class_numbers(NwExam *exam, const NwHeadInfo *head)
{
  const NwFieldSurvey *field = head->field;
  gint64 units = nw_shape_last(&head->type->shape);
  g_autofree char *place = NULL;
  NwFinding *finding;

  if (field == NULL || field->is_text || field->n_columns != 1 ||
      head->loss->target != NW_TARGET_INDEX || nw_exam_kind(exam, field, 0) == NW_COLUMN_CATEGORY ||
      field->n_numbers == 0 || (field->whole && field->min >= 0 && field->max < (double)units))
    return;
  if (!field->whole) {
    finding = nw_exam_report(exam, head->node->uid,
                             _("“%s” is compared with class numbers, but “%s” holds fractions; "
                               "choose another loss."),
                             name_of(head), field->names[0]);
    nw_finding_offer_fit(exam, finding, head);
    return;
  }
  place = nw_place_describe(field->min < 0 ? &field->at_min : &field->at_max);
  finding = nw_exam_report(exam, head->node->uid,
                           _("“%s” has classes 0 to %d, but %s has class %g; change the units, or "
                             "make the column a category."),
                           name_of(head), (int)units - 1, place,
                           field->min < 0 ? field->min : field->max);
  if (could_be_classes(exam, field)) {
    gsize n = field->columns[0].info->n_values;
    NwProject *project =
        nw_remedy_kind(nw_remedy_begin(exam), field->source, field->names[0], NW_COLUMN_CATEGORY);
    if ((gint64)n != units && !head->sliced)
      project = nw_remedy_width(project, exam, head, (gint64)n);
    nw_finding_offer(exam, finding, project, _("Make “%s” a category"), field->names[0]);
  }
  if (field->min >= 0 && field->max < 1e6)
    nw_finding_offer_width(exam, finding, head, (gint64)field->max + 1);
}

static void
class_count(NwExam *exam, const NwHeadInfo *head)
{
  const NwFieldSurvey *field = head->field;
  gint64 units = nw_shape_last(&head->type->shape), n;
  NwFinding *finding;

  if (field == NULL || field->n_columns != 1 || head->loss->target != NW_TARGET_INDEX ||
      nw_exam_kind(exam, field, 0) != NW_COLUMN_CATEGORY || field->columns[0].info->many_values)
    return;
  n = (gint64)nw_column_count_classes(&field->columns[0]);
  if (n == units || n == 0)
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           _("“%s” has %d units, but its target “%s” has %d classes; change the "
                             "units."),
                           name_of(head), (int)units, field->names[0], (int)n);
  if (n < units)
    finding->severity = NW_SEVERITY_WARNING;
  nw_finding_offer_width(exam, finding, head, n);
}

/* A value that only rows have which do not train. */
static gssize
find_unseen(const NwColumnSurvey *column, NwSplit *part)
{
  for (gsize v = 0; column->classes[NW_SPLIT_TRAIN] != NULL && v < column->info->n_values; v++)
    for (int p = NW_SPLIT_VALIDATION; p < NW_N_SPLITS; p++)
      if (column->classes[NW_SPLIT_TRAIN][v] == 0 && column->classes[p][v] > 0) {
        *part = (NwSplit)p;
        return (gssize)v;
      }
  return -1;
}

/* Labels in their order are numbers as they are. */
static gboolean
is_labels(const NwNode *node)
{
  const NwLossKind *loss =
      nw_node_is(node, "output") ? nw_loss_kind_find(nw_node_choice(node, "loss")) : NULL;

  return loss != NULL && loss->target == NW_TARGET_LABELS;
}

static void
class_unseen(NwExam *exam)
{
  for (gsize i = 0; i < nw_data_settings_get_n_bindings(exam->data); i++) {
    const char *name = nw_data_settings_get_binding(exam->data, i)->field;
    const NwFieldSurvey *field = nw_exam_field(exam, name);
    const NwNode *node = nw_graph_find_node_by_name(exam->graph, name);
    if (node == NULL || is_labels(node))
      continue;
    for (gsize c = 0; field != NULL && c < field->n_columns; c++) {
      const NwColumnSurvey *column = &field->columns[c];
      NwSplit part = NW_SPLIT_VALIDATION;
      gssize value =
          nw_exam_kind(exam, field, c) == NW_COLUMN_CATEGORY ? find_unseen(column, &part) : -1;
      NwFinding *finding;
      if (value < 0)
        continue;
      finding = nw_exam_report(exam, node->uid,
                               part == NW_SPLIT_TEST
                                   ? _("A test row has “%s” in “%s”, which no training row has; "
                                       "deal the rows out evenly by this column.")
                                   : _("A validation row has “%s” in “%s”, which no training row "
                                       "has; deal the rows out evenly by this column."),
                               column->info->values[value].text, field->names[c]);
      nw_finding_offer(exam, finding, nw_remedy_stratify(nw_remedy_begin(exam), field->names[c]),
                       _("Split evenly by “%s”"), field->names[c]);
    }
  }
}

/* ── numbers that the loss expects ───────────────────────────────────────────────────────────── */

static void
rows_not_distributions(NwExam *exam, const NwHeadInfo *head)
{
  const NwFieldSurvey *field = head->field;
  g_autofree char *place = NULL;
  NwFinding *finding;

  if (field == NULL || head->loss->logits != NW_LOGITS_SOFTMAX ||
      head->loss->target == NW_TARGET_INDEX || !is_plain(exam, field) || field->wrong_sums == 0 ||
      field->width < 2)
    return;
  place = nw_place_describe(&field->first_wrong_sum);
  finding =
      nw_exam_report(exam, head->node->uid,
                     _("The targets of “%s” do not add up to 1 (%s: %g), so its labels do not "
                       "exclude each other; softmax would let only one be true. Use sigmoid "
                       "and binary cross-entropy."),
                     name_of(head), place, field->wrong_sum);
  nw_finding_offer(exam, finding,
                   nw_remedy_head(nw_remedy_begin(exam), head, "sigmoid", "binary_crossentropy"),
                   _("Use sigmoid and binary cross-entropy"));
}

/* The extreme number of the first column that leaves 0 … 1, as it stands in the file. */
static gboolean
leaves_0_to_1(const NwExam *exam, const NwFieldSurvey *field, gsize *column, double *value)
{
  for (*column = 0; *column < field->n_columns; (*column)++) {
    const NwTableColumn *info = field->columns[*column].info;
    if (nw_exam_kind(exam, field, *column) != NW_COLUMN_NUMBER ||
        nw_exam_scaling(exam, field, *column) == NW_SCALING_MINMAX)
      continue;
    double min = field->unknown.n > 0 ? field->min : info->min;
    double max = field->unknown.n > 0 ? field->max : info->max;
    *value = min < 0 ? min : max;
    if (min < 0 || max > 1 || nw_exam_scaling(exam, field, *column) == NW_SCALING_STANDARDIZE)
      return TRUE;
  }
  return FALSE;
}

static void
target_range(NwExam *exam, const NwHeadInfo *head)
{
  const NwFieldSurvey *field = head->field;
  gsize column;
  double value;
  NwFinding *finding;

  if (field == NULL || field->is_text || !is_between_0_and_1_loss(head) ||
      !leaves_0_to_1(exam, field, &column, &value))
    return;
  if (nw_exam_scaling(exam, field, column) == NW_SCALING_STANDARDIZE) {
    finding = nw_exam_report(exam, head->node->uid,
                             _("The loss of “%s” wants targets from 0 to 1, but “%s” is "
                               "standardised; leave it as it is, or scale it to 0 … 1."),
                             name_of(head), field->names[column]);
    if (field->min >= 0 && field->max <= 1)
      nw_finding_offer(exam, finding,
                       nw_remedy_scaling(nw_remedy_begin(exam), field, NW_SCALING_NONE),
                       _("Leave “%s” as it is"), field->names[column]);
  } else {
    const NwPlace *where = field->min < 0 ? &field->at_min : &field->at_max;
    g_autofree char *place = nw_place_describe(where);
    finding = nw_exam_report(exam, head->node->uid,
                             _("The loss of “%s” wants targets from 0 to 1, but %s is %g; scale "
                               "them, or choose a loss for numbers."),
                             name_of(head), place, field->min < 0 ? field->min : field->max);
  }
  nw_finding_offer_fit(exam, finding, head);
  nw_finding_offer(exam, finding,
                   nw_remedy_scaling(nw_remedy_begin(exam), field, NW_SCALING_MINMAX),
                   _("Scale the target to 0 … 1"));
}

/* ── what is not known ───────────────────────────────────────────────────────────────────────── */

static void
target_empty(NwExam *exam, const NwHeadInfo *head)
{
  const NwFieldSurvey *field = head->field;
  g_autofree char *place = NULL;
  NwFinding *finding;

  if (field == NULL || field->n_empty == 0 || head->request.unknown.empty)
    return;
  place = nw_place_describe(&field->first_empty);
  finding = nw_exam_report(exam, head->node->uid,
                           ngettext("The target of “%s” has %zu empty cell (%s); fill it in, or "
                                    "let it not count.",
                                    "The target of “%s” has %zu empty cells (the first: %s); fill "
                                    "them in, or let them not count.",
                                    field->n_empty),
                           name_of(head), field->n_empty, place);
  nw_finding_offer(exam, finding,
                   nw_remedy_param(nw_remedy_begin(exam), head->node, "ignore_empty", "true"),
                   _("Ignore empty cells"));
}

/* ── labels that teach nothing ───────────────────────────────────────────────────────────────── */

/* “a”, “b”, “c” and 4 more (transfer full) */
static char *
name_labels(const NwFieldSurvey *field, const gboolean *which, gsize n, gsize *count)
{
  GString *text = g_string_new(NULL);

  *count = 0;
  for (gsize i = 0; i < n; i++) {
    if (!which[i] || (*count)++ >= 3)
      continue;
    g_string_append(text, text->len > 0 ? ", " : "");
    if (field->n_columns == 1)
      g_string_append_printf(text, n == 1 ? "“%s”" : "“%s” %" G_GSIZE_FORMAT, field->names[0], i);
    else
      g_string_append_printf(text, "“%s”", field->names[i]);
  }
  if (*count > 3)
    g_string_append_printf(text, _(" and %d more"), (int)*count - 3);
  return g_string_free(text, FALSE);
}

/* Columns can be left out, entries of an array cannot. */
static NwProject *
leave_labels_out(const NwExam *exam, const NwHeadInfo *head, const gboolean *which, gsize left)
{
  return head->field->n_columns == 1
             ? NULL
             : nw_remedy_leave_out(nw_remedy_width(nw_remedy_begin(exam), exam, head, (gint64)left),
                                   head->field, which);
}

static void
report_constant(NwExam *exam, const NwHeadInfo *head, gboolean always)
{
  const NwFieldSurvey *field = head->field;
  gsize n = field->n_columns > 1 ? field->width : (gsize)nw_shape_last(&field->shape), count;
  const gsize *ones = field->ones[NW_SPLIT_TRAIN], *known = field->known[NW_SPLIT_TRAIN];
  gsize elsewhere = 0, first = n;
  g_autofree gboolean *which = g_new0(gboolean, n + 1);
  g_autofree char *names = NULL;
  NwFinding *finding;

  for (gsize i = n; i-- > 0;) {
    which[i] = always ? known[i] > 0 && ones[i] == known[i] : ones[i] == 0;
    if (which[i])
      first = i;
  }
  names = name_labels(field, which, n, &count);
  if (count == 0)
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           always ? _("%s: always 1 in the training rows, so there is nothing to "
                                      "tell apart; split the rows in another way, or leave it out.")
                                  : _("%s: never 1 in the training rows, so nothing can be learnt "
                                      "about it; split the rows in another way, or leave it out."),
                           names);
  for (int part = NW_SPLIT_VALIDATION; part < NW_N_SPLITS; part++)
    elsewhere +=
        always ? field->known[part][first] - field->ones[part][first] : field->ones[part][first];
  if (elsewhere > 0 && count == 1 && field->columns[field->n_columns > 1 ? first : 0].classes[0])
    nw_finding_offer(
        exam, finding,
        nw_remedy_stratify(nw_remedy_begin(exam), field->names[field->n_columns > 1 ? first : 0]),
        _("Split evenly by “%s”"), field->names[field->n_columns > 1 ? first : 0]);
  if (count < n)
    nw_finding_offer(exam, finding, leave_labels_out(exam, head, which, n - count),
                     count == 1 ? _("Leave it out") : _("Leave them out"));
}

static void
label_constant(NwExam *exam, const NwHeadInfo *head)
{
  const NwFieldSurvey *field = head->field;

  if (field == NULL || field->is_text || head->loss->logits != NW_LOGITS_SIGMOID ||
      !is_plain(exam, field) || field->n_numbers == 0 || field->min < 0 || field->max > 1 ||
      nw_survey_get_rows(exam->survey, NW_SPLIT_TRAIN) == 0 || !field->zero_one)
    return;
  report_constant(exam, head, FALSE);
  report_constant(exam, head, TRUE);
}

/* ── labels in their order ───────────────────────────────────────────────────────────────────── */

/* As many numbers as the longest label has; and scores, which nothing has squashed. */
static void
label_length(NwExam *exam, const NwHeadInfo *head)
{
  const NwFieldSurvey *field = nw_exam_field(exam, name_of(head));
  gint64 wanted = nw_shape_elements(&head->request.type.shape);
  g_autofree char *given = NULL;
  NwFinding *finding;

  if (!is_labels(head->node) || field == NULL || field->is_text || (gint64)field->width == wanted)
    return;
  given = g_strdup_printf("%zu", field->width);
  finding =
      nw_exam_report(exam, head->node->uid,
                     _("The longest label of “%s” has %d numbers, but its columns give %s; set "
                       "Longest label to that, or choose other columns."),
                     name_of(head), (int)wanted, given);
  nw_finding_offer(exam, finding,
                   nw_remedy_param(nw_remedy_begin(exam), head->node, "label_length", given),
                   _("Set Longest label to %s"), given);
}

static void
labels_from_probabilities(NwExam *exam, const NwHeadInfo *head)
{
  NwFinding *finding;

  if (!is_labels(head->node) || head->squash == NULL ||
      !(g_str_equal(head->activation, "softmax") || g_str_equal(head->activation, "sigmoid")))
    return;
  finding =
      nw_exam_report(exam, head->node->uid,
                     _("The loss of “%s” takes the softmax of raw scores itself, but “%s” has "
                       "made probabilities of them; leave its activation out."),
                     name_of(head), head->squash->layer->name);
  nw_finding_offer(exam, finding,
                   nw_remedy_param(nw_remedy_begin(exam), head->squash, "activation", "linear"),
                   _("Leave the activation of “%s” out"), head->squash->layer->name);
}

/* ── sample weights ──────────────────────────────────────────────────────────────────────────── */

/* What is wrong with the columns of weights; NULL: nothing, or nobody knows. (transfer full) */
static char *
judge_weights(const NwExam *exam, const NwHeadInfo *head, const NwFieldRequest *request)
{
  const NwFieldSurvey *field = nw_exam_field(exam, request->name);
  gint64 wanted = nw_shape_elements(&request->type.shape);

  if (field == NULL)
    return head->binding != NULL && nw_data_settings_find_binding(exam->data, request->name) == NULL
               ? g_strdup_printf(_("“%s” has sample weights, but no column says them; choose what "
                                   "feeds “%s” on the Data page, or set Sample weights to None."),
                                 name_of(head), request->name)
               : NULL;
  if (field->is_text)
    return NULL;
  if ((gint64)field->width != wanted)
    return g_strdup_printf(
        _("“%s” takes %d per row, but its columns give %d; choose other columns, "
          "or change Sample weights."),
        request->name, (int)wanted, (int)field->width);
  if (field->n_numbers > 0 && field->min < 0) {
    g_autofree char *place = nw_place_describe(&field->at_min);
    return g_strdup_printf(_("%s: %g weighs a sample of “%s”; weights are numbers from 0. Correct "
                             "the data, or set Sample weights to None."),
                           place, field->min, name_of(head));
  }
  return NULL;
}

static void
sample_weights(NwExam *exam, const NwHeadInfo *head)
{
  NwFieldRequest request;
  g_autofree char *wrong = NULL;

  if (!nw_output_request_weight(head->node->layer, head->type, &request))
    return;
  wrong = judge_weights(exam, head, &request);
  if (wrong != NULL)
    nw_finding_offer(exam, nw_exam_report(exam, head->node->uid, "%s", wrong),
                     nw_remedy_param(nw_remedy_begin(exam), head->node, "sample_weight", "none"),
                     _("Count all samples alike"));
}

const NwRule nw_rules_targets[] = {
    {"return-sequences", NW_SEVERITY_ERROR, .output = return_sequences},
    {"target-width", NW_SEVERITY_ERROR, .output = target_width},
    {"class-numbers", NW_SEVERITY_ERROR, .output = class_numbers},
    {"class-count", NW_SEVERITY_ERROR, .output = class_count},
    {"class-unseen", NW_SEVERITY_ERROR, .project = class_unseen},
    {"target-range", NW_SEVERITY_ERROR, .output = target_range},
    {"label-length", NW_SEVERITY_ERROR, .output = label_length},
    {"labels-from-probabilities", NW_SEVERITY_WARNING, .output = labels_from_probabilities},
    {"sample-weights", NW_SEVERITY_ERROR, .output = sample_weights},
    {"target-empty", NW_SEVERITY_ERROR, .output = target_empty},
    {"rows-not-distributions", NW_SEVERITY_WARNING, .output = rows_not_distributions},
    {"label-constant", NW_SEVERITY_WARNING, .output = label_constant},
    {NULL},
};
