/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Which rows judge, and columns that no layer can make much of. */
#include "nw-remedy.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Fewer rows than this say next to nothing: a share of ½ is then known to ± 22 %. */
#define FEW_ROWS 20

/* Numbers larger than this, on average, drown the others and saturate what they meet. */
#define LARGE 50.0

/* Ranges that differ more than this are not seen side by side. */
#define RATIO 1000.0

static const NwSplitSettings *
get_split(const NwExam *exam)
{
  return nw_data_settings_get_split(exam->data);
}

static gboolean
has_file(const NwExam *exam, NwSourceUse use)
{
  for (gsize i = 0; i < nw_data_settings_get_n_sources(exam->data); i++)
    if (nw_data_settings_get_source(exam->data, i)->use == use)
      return TRUE;
  return FALSE;
}

/* ── who judges ──────────────────────────────────────────────────────────────────────────────── */

static void
no_validation(NwExam *exam)
{
  const NwSplitSettings *split = get_split(exam);
  NwFinding *finding;

  if (nw_data_settings_get_n_bindings(exam->data) == 0 || split->validation > 0 ||
      has_file(exam, NW_SOURCE_VALIDATION))
    return;
  finding =
      nw_exam_report(exam, 0,
                     _("No rows are set aside for validation, so the network is judged on the "
                       "rows that it learnt by heart; set some aside."));
  nw_finding_offer(exam, finding,
                   nw_remedy_split(nw_remedy_begin(exam), 0.15, MIN(split->test, 0.5)),
                   _("Set %d %% aside"), 15);
}

static void
few_validation_rows(NwExam *exam)
{
  const NwSplitSettings *split = get_split(exam);
  gsize n = exam->survey ? nw_survey_get_rows(exam->survey, NW_SPLIT_VALIDATION) : 0, all = 0;
  double enough;
  NwFinding *finding;

  if (n == 0 || n >= FEW_ROWS)
    return;
  for (int part = 0; part < NW_N_SPLITS; part++)
    all += nw_survey_get_rows(exam->survey, (NwSplit)part);
  finding = nw_exam_report(exam, 0,
                           _("%d validation rows judge by chance: a share that looks like 50 %% is "
                             "somewhere between %.0f %% and %.0f %%; set more aside."),
                           (int)n, 100 * MAX(0, 0.5 - 0.98 / sqrt((double)n)),
                           100 * MIN(1, 0.5 + 0.98 / sqrt((double)n)));
  enough = ceil(100.0 * FEW_ROWS / (double)all + 1) / 100;
  if (!has_file(exam, NW_SOURCE_VALIDATION) && enough + split->test <= 0.7)
    nw_finding_offer(exam, finding, nw_remedy_split(nw_remedy_begin(exam), enough, split->test),
                     _("Set %.0f %% aside"), 100 * enough);
}

static void
few_training_rows(NwExam *exam)
{
  const NwSplitSettings *split = get_split(exam);
  gsize n = exam->survey ? nw_survey_get_rows(exam->survey, NW_SPLIT_TRAIN) : 0, all = 0;
  NwFinding *finding;

  for (int part = 0; exam->survey != NULL && part < NW_N_SPLITS; part++)
    all += nw_survey_get_rows(exam->survey, (NwSplit)part);
  if (all == 0 || n > all / 10 || n >= 1000)
    return;
  finding = nw_exam_report(exam, 0, _("%d of %d rows are left for training; set fewer aside."),
                           (int)n, (int)all);
  if (split->validation + split->test > 0.3)
    nw_finding_offer(exam, finding, nw_remedy_split(nw_remedy_begin(exam), 0.15, 0.15),
                     _("Set %d %% and %d %% aside"), 15, 15);
}

/* The same file in two roles. */
static void
same_rows_twice(NwExam *exam)
{
  gsize n = nw_data_settings_get_n_sources(exam->data);

  for (gsize i = 0; i < n; i++)
    for (gsize k = 0; k < n; k++) {
      const NwDataSource *a = nw_data_settings_get_source(exam->data, i);
      const NwDataSource *b = nw_data_settings_get_source(exam->data, k);
      g_autoptr(NwDataSettings) without = NULL;
      NwProject *project = NULL;
      NwFinding *finding;
      if (b->use == NW_SOURCE_ROWS || a->use >= b->use || !g_str_equal(a->path, b->path))
        continue;
      finding = nw_exam_report(
          exam, 0,
          b->use == NW_SOURCE_VALIDATION
              ? _("“%s” validates with the rows that train: the network is judged on what it "
                  "learnt "
                  "by heart. Leave it out, so that some rows are set aside.")
          : a->use == NW_SOURCE_VALIDATION
              ? _("“%s” tests with the rows that validate: they were looked at while choosing, so "
                  "they flatter. Leave it out, so that other rows are set aside.")
              : _("“%s” tests with the rows that train: the network is judged on what it learnt by "
                  "heart. Leave it out, so that some rows are set aside."),
          b->name);
      without = nw_data_settings_without_source(exam->data, b->name);
      project = nw_project_with_data(exam->project, without);
      nw_finding_offer(exam, finding, project, _("Leave “%s” out"), b->name);
    }
}

/* ── columns of Inputs ───────────────────────────────────────────────────────────────────────── */

/* The input of @to that reads @from. */
static guint
find_wire(const NwNode *to, const NwNode *from)
{
  guint input = 0;

  while (input + 1 < to->n_inputs && to->inputs[input].node != from->uid)
    input++;
  return input;
}

/* Scales its numbers itself; an LSTM's Δt is elapsed time, which its decay brings into bounds. */
static gboolean
is_scaled_by_network(const NwExam *exam, const NwNode *input)
{
  static const char *const kinds[] = {
      "batch_normalization", "layer_normalization", "normalization", "rescaling",
      "unit_normalization",  "expression",          "embedding",     NULL};
  const GPtrArray *readers = nw_exam_readers(exam, input);

  for (guint i = 0; readers != NULL && i < readers->len; i++) {
    const NwNode *reader = g_ptr_array_index(readers, i);
    if (g_strv_contains(kinds, reader->layer->kind->id))
      return TRUE;
    if (nw_node_is(reader, "lstm") && find_wire(reader, input) == 1)
      return TRUE;
    if ((nw_node_is(reader, "masking") || nw_node_is(reader, "reshape")) &&
        is_scaled_by_network(exam, reader))
      return TRUE;
  }
  return FALSE;
}

/* How large the numbers of an entry are, and how far apart. */
static double
size_of(const NwEntry *entry)
{
  return sqrt(entry->mean * entry->mean + entry->sd * entry->sd);
}

/* What is masked must arrive as it is, so the network scales behind the mask. */
static void
offer_normalization(NwExam *exam, NwFinding *finding, const NwNode *input)
{
  const GPtrArray *masks = nw_exam_readers(exam, input);

  for (guint i = 0; masks != NULL && i < masks->len; i++) {
    const GPtrArray *readers = nw_exam_readers(exam, g_ptr_array_index(masks, i));
    NwProject *project = nw_remedy_begin(exam);
    guint uid = 0;
    if (!nw_node_is(g_ptr_array_index(masks, i), "masking") || readers == NULL) {
      nw_project_unref(project);
      continue;
    }
    project =
        nw_remedy_insert(project, g_ptr_array_index(readers, 0),
                         find_wire(g_ptr_array_index(readers, 0), g_ptr_array_index(masks, i)),
                         "batch_normalization", &uid);
    for (guint k = 1; k < readers->len; k++)
      project =
          nw_remedy_connect(project, uid, g_ptr_array_index(readers, k),
                            find_wire(g_ptr_array_index(readers, k), g_ptr_array_index(masks, i)));
    nw_finding_offer(exam, finding, project, _("Normalise them behind the mask"));
  }
}

static void
offer_scales(NwExam *exam, NwFinding *finding, const NwFieldSurvey *field)
{
  nw_finding_offer(exam, finding,
                   nw_remedy_scaling(nw_remedy_begin(exam), field, NW_SCALING_STANDARDIZE),
                   _("Standardise them"));
  if (field->min >= 0)
    nw_finding_offer(exam, finding,
                     nw_remedy_scaling(nw_remedy_begin(exam), field, NW_SCALING_LOG1P),
                     _("Take their logarithm, ln(1 + x)"));
  nw_finding_offer(exam, finding,
                   nw_remedy_scaling(nw_remedy_begin(exam), field, NW_SCALING_MINMAX),
                   _("Scale them to 0 … 1"));
}

/* What the network reads unscaled: the largest and the smallest size, and whose they are. */
static void
unscaled_input(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwFieldSurvey *field;
  double largest = 0, smallest = INFINITY;
  const char *large = NULL, *small = NULL;
  NwFinding *finding = NULL;

  if (node->layer->kind->role != NW_ROLE_INPUT || infer->n_outputs == 0 ||
      infer->outputs[0].dtype != NW_REAL || is_scaled_by_network(exam, node))
    return;
  field = nw_exam_field(exam, node->layer->name);
  for (gsize c = 0; field != NULL && c < field->n_columns; c++) {
    const NwColumnSurvey *column = &field->columns[c];
    if (nw_exam_kind(exam, field, c) != NW_COLUMN_NUMBER ||
        nw_exam_scaling(exam, field, c) != NW_SCALING_NONE)
      continue;
    for (gsize i = 0; i < column->n_entries; i++) {
      double size = size_of(&column->entries[i]);
      if (size > largest) {
        largest = size;
        large = field->names[c];
      }
      if (column->entries[i].sd > 0 && size < smallest) {
        smallest = size;
        small = field->names[c];
      }
    }
  }
  if (largest > LARGE)
    finding = nw_exam_report(exam, node->uid,
                             _("“%s” brings numbers of about %.3g into “%s” unscaled; layers learn "
                               "slowly, or not at all, from numbers that large. Standardise them."),
                             large, largest, node->layer->name);
  else if (largest > RATIO * smallest)
    finding = nw_exam_report(exam, node->uid,
                             _("“%s” brings numbers of about %.3g, “%s” of about %.2g: beside each "
                               "other, the small ones are not seen. Standardise them."),
                             large, largest, small, smallest);
  if (finding != NULL && field->n_paddings > 0)
    offer_normalization(exam, finding, node);
  else if (finding != NULL)
    offer_scales(exam, finding, field);
}

/* "pixel_0_3" is one of many that are parts of one thing: some of them may well be constant. */
static gboolean
is_part_of_many(const NwFieldSurvey *field, gsize column)
{
  const char *name = field->names[column];
  gsize length = strlen(name), alike = 0;

  while (length > 0 && strchr("0123456789_-. ", name[length - 1]) != NULL)
    length--;
  for (gsize c = 0; c < field->n_columns && length < strlen(name); c++)
    alike += strncmp(field->names[c], name, length) == 0 &&
             strspn(field->names[c] + length, "0123456789_-. ") == strlen(field->names[c] + length);
  return alike >= 8;
}

static void
constant_column(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwFieldSurvey *field =
      node->layer->kind->role == NW_ROLE_INPUT ? nw_exam_field(exam, node->layer->name) : NULL;
  g_autofree gboolean *leave = NULL;
  const char *first = NULL;
  gsize n = 0;
  NwFinding *finding;

  if (field == NULL || field->n_columns < 2 || infer->n_outputs == 0)
    return;
  leave = g_new0(gboolean, field->n_columns);
  for (gsize c = field->n_columns; c-- > 0;) {
    const NwColumnSurvey *column = &field->columns[c];
    leave[c] = column->classes[NW_SPLIT_TRAIN] != NULL && nw_column_count_classes(column) == 1 &&
               !is_part_of_many(field, c);
    if (leave[c])
      first = field->names[c];
    n += leave[c];
  }
  if (n == 0 || n == field->n_columns)
    return;
  finding = nw_exam_report(
      exam, node->uid,
      n == 1 ? _("“%s” is the same in all %d training rows, so it tells “%s” "
                 "nothing; leave it out.")
             : _("“%s” and other columns are the same in all %d training rows, "
                 "so they tell “%s” nothing; leave them out."),
      first, (int)nw_survey_get_rows(exam->survey, NW_SPLIT_TRAIN), node->layer->name);
  if (infer->outputs[0].shape.rank == 1) {
    NwFieldRequest request = {node->layer->name, FALSE, infer->outputs[0], NW_CATEGORY_AS_ONE_HOT,
                              FALSE};
    gint64 width = nw_exam_width(exam, field, &request);
    g_autofree char *left = g_strdup_printf("%" G_GINT64_FORMAT, width - (gint64)n);
    if (width > (gint64)n)
      nw_finding_offer(
          exam, finding,
          nw_remedy_leave_out(nw_remedy_param(nw_remedy_begin(exam), node, "shape", left), field,
                              leave),
          n == 1 ? _("Leave “%s” out") : _("Leave them out"), first);
  }
}

/* As many numbers as the columns give. */
static void
input_width(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwFieldSurvey *field =
      node->layer->kind->role == NW_ROLE_INPUT ? nw_exam_field(exam, node->layer->name) : NULL;
  NwFieldRequest request = {.name = node->layer->name};
  gint64 given, wanted;
  NwShape shape;
  g_autofree char *text = NULL;
  NwFinding *finding;

  if (field == NULL || infer->n_outputs == 0)
    return;
  request.type = infer->outputs[0];
  given = nw_exam_width(exam, field, &request);
  wanted = nw_shape_elements(&request.type.shape);
  if (given < 0 || given == wanted)
    return;
  finding = nw_exam_report(exam, node->uid,
                           _("“%s” takes %d per row but its columns give %d; choose other columns, "
                             "or change its shape."),
                           node->layer->name, (int)wanted, (int)given);
  shape = field->n_columns == 1 && given == nw_shape_elements(&field->shape) ? field->shape
                                                                             : NW_SHAPE(given);
  g_autoptr(GString) dims = g_string_new(NULL);
  for (int axis = 0; axis < shape.rank; axis++)
    g_string_append_printf(dims, axis > 0 ? ", %" G_GINT64_FORMAT : "%" G_GINT64_FORMAT,
                           shape.dim[axis]);
  text = nw_shape_to_text(&shape);
  nw_finding_offer(exam, finding, nw_remedy_param(nw_remedy_begin(exam), node, "shape", dims->str),
                   _("Make it %s"), text);
  nw_finding_offer_length(exam, finding, field, &request.type.shape);
}

const NwRule nw_rules_splits[] = {
    {"input-width", NW_SEVERITY_ERROR, .node = input_width},
    {"few-training-rows", NW_SEVERITY_ERROR, .project = few_training_rows},
    {"no-validation", NW_SEVERITY_WARNING, .project = no_validation},
    {"few-validation-rows", NW_SEVERITY_WARNING, .project = few_validation_rows},
    {"same-rows-twice", NW_SEVERITY_WARNING, .project = same_rows_twice},
    {"unscaled-input", NW_SEVERITY_WARNING, .node = unscaled_input},
    {"constant-column", NW_SEVERITY_HINT, .node = constant_column},
    {NULL},
};
