/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-trial-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "nw-error.h"
#include "nw-text.h"

/* Smaller arrays are tables, not pictures. */
#define MIN_SIDE 3
/* Larger pictures are covered in squares, not point by point. */
#define MAX_POINTS 4096

/* ── pictures ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_picture_shape(const NwShape *shape, NwTrialPicture *picture)
{
  if (shape->rank < 2 || shape->rank > 3 || shape->dim[0] < MIN_SIDE || shape->dim[1] < MIN_SIDE ||
      (shape->rank == 3 && shape->dim[2] != 1 && shape->dim[2] != 3))
    return FALSE;
  *picture = (NwTrialPicture){.height = (guint)shape->dim[0],
                              .width = (guint)shape->dim[1],
                              .depth = shape->rank == 3 ? (guint)shape->dim[2] : 1};
  return TRUE;
}

/* The whole number behind the last “_” of @name, whose length becomes what is before. −1: none. */
static gint64
take_number(const char *name, gsize *length)
{
  gsize end = *length;
  gint64 number = 0, place = 1;

  while (end > 0 && g_ascii_isdigit(name[end - 1]) && place < 1000000000) {
    number += (name[--end] - '0') * place;
    place *= 10;
  }
  if (end == *length || end == 0 || name[end - 1] != '_')
    return -1;
  *length = end - 1;
  return number;
}

/* pixel_0_0, pixel_0_1, … pixel_7_7 in this order, counted from 0 or from 1 */
static gboolean
are_named_as_grid(const NwTrial *self, const NwTrialInput *input, NwTrialPicture *picture)
{
  gint64 start_row = 0, start_column = 0, height = 0, width = 0;

  for (guint pass = 0; pass < 2; pass++)
    for (guint e = 0; e < input->n_entries; e++) {
      const NwTrialEntry *entry = nw_trial_entry(self, input->first_entry + e);
      const char *name = entry->preparation != NULL ? entry->preparation->column : "";
      gsize length = strlen(name);
      gint64 column = take_number(name, &length), row = take_number(name, &length);
      if (column < 0 || row < 0)
        return FALSE;
      if (e == 0) {
        start_row = row;
        start_column = column;
      }
      if (pass == 1 && (row - start_row) * width + column - start_column != e)
        return FALSE;
      height = MAX(height, row - start_row + 1);
      width = MAX(width, column - start_column + 1);
    }
  if (height < MIN_SIDE || width < MIN_SIDE || height * width != input->n_entries)
    return FALSE;
  *picture = (NwTrialPicture){(guint)height, (guint)width, 1};
  return TRUE;
}

/* pixel0, pixel1, … as many as a square has */
static gboolean
are_named_as_square(const NwTrial *self, const NwTrialInput *input, NwTrialPicture *picture)
{
  guint side = (guint)lround(sqrt(input->n_entries));

  if (side < MIN_SIDE || side * side != input->n_entries)
    return FALSE;
  for (guint e = 0; e < input->n_entries; e++) {
    const NwTrialEntry *entry = nw_trial_entry(self, input->first_entry + e);
    if (entry->preparation == NULL || entry->preparation->shape.rank > 0 ||
        g_ascii_strncasecmp(entry->preparation->column, "pixel", 5) != 0)
      return FALSE;
  }
  *picture = (NwTrialPicture){side, side, 1};
  return TRUE;
}

static void
find_stride(NwTrialIn *input)
{
  guint height = input->picture.height, width = input->picture.width;

  input->stride = 1;
  while ((height / input->stride) * (width / input->stride) > MAX_POINTS)
    input->stride++;
}

static void
find_picture(NwTrial *self, NwTrialIn *input)
{
  const NwTrialInput *public = &input->public;
  const NwTrialEntry *first = nw_trial_entry(self, public->first_entry);
  gboolean is_array = first->preparation != NULL && first->number == 0 &&
                      nw_shape_elements(&first->preparation->shape) == public->n_entries;

  for (guint e = 0; e < public->n_entries; e++)
    if (nw_trial_entry(self, public->first_entry + e)->ask != NW_ASK_NUMBER)
      return;
  if (is_picture_shape(&public->type.shape, &input->picture) ||
      (is_array && is_picture_shape(&first->preparation->shape, &input->picture)))
    return;
  if (!are_named_as_grid(self, public, &input->picture))
    are_named_as_square(self, public, &input->picture);
}

gboolean
nw_trial_get_picture(const NwTrial *self, guint input, NwTrialPicture *picture)
{
  *picture = self->inputs[input].picture;
  return picture->width > 0;
}

void
nw_trial_set_radius(NwTrial *self, guint input, guint radius)
{
  self->inputs[input].radius = radius;
}

/* ── building ────────────────────────────────────────────────────────────────────────────────── */

static const NwFieldRequest *
find_request(const NwFieldRequest *requests, gsize n, const char *name)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal(requests[i].name, name))
      return &requests[i];
  return NULL;
}

static gboolean
fail_field(const char *name, GError **error)
{
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("“%s” has no data of the network's shape; train again with the data as they are "
                "now."),
              name);
  return FALSE;
}

static gboolean
add_input(NwTrial *self, const NwFieldRequest *request, GError **error)
{
  NwTrialIn *input = &self->inputs[self->n_inputs];
  const NwField *field = nw_dataset_get_field(self->dataset, request->name);

  if (field == NULL || field->type.dtype != request->type.dtype ||
      !nw_shape_equal(&field->type.shape, &request->type.shape))
    return fail_field(request->name, error);
  *input = (NwTrialIn){
      .public = {.name = field->name, .type = field->type, .first_entry = self->entries->len},
      .first = self->n_numbers,
      .n = (gsize)nw_shape_elements(&field->type.shape),
      .field = field,
  };
  nw_trial_append_entries(self, request, field, self->n_inputs, self->entries);
  input->public.n_entries = self->entries->len - input->public.first_entry;
  self->n_numbers += input->n;
  self->n_inputs++;
  find_picture(self, input);
  find_stride(input);
  return TRUE;
}

static gboolean
add_inputs(NwTrial *self, const NwFieldRequest *requests, gsize n_requests, GError **error)
{
  guint n = nw_plan_get_n_inputs(self->plan);

  self->inputs = g_new0(NwTrialIn, n + 1);
  for (guint i = 0; i < n; i++) {
    const NwPlanInput *input = nw_plan_get_input(self->plan, i);
    if (!input->is_target &&
        !add_input(self, find_request(requests, n_requests, input->name), error))
      return FALSE;
  }
  self->numbers = g_new0(NwTrialNumber, self->n_numbers + 1);
  self->absent = g_new0(NwTrialNumber, self->n_numbers + 1);
  for (guint i = 0; i < self->n_inputs; i++) {
    if (self->inputs[i].public.type.dtype == NW_INT32)
      nw_trial_limit_ids(self, i);
    nw_trial_survey(self, i);
  }
  return TRUE;
}

static void
add_output(NwTrial *self, guint index, const NwFieldRequest *request)
{
  const NwPlanOutput *plan = nw_plan_get_output(self->plan, index);
  NwTrialOut *output = &self->outputs[index];
  const char *const *labels = nw_dataset_get_labels(self->dataset, plan->name);
  gsize n_labels = labels != NULL ? g_strv_length((char **)labels) : 0;

  output->first_answer = self->answers->len;
  output->target = plan->has_target ? nw_dataset_get_field(self->dataset, plan->name) : NULL;
  if (plan->head == NW_HEAD_VALUES && output->target != NULL && request != NULL) {
    output->entries = g_array_new(FALSE, FALSE, sizeof(NwTrialEntry));
    nw_trial_append_entries(self, request, output->target, 0, output->entries);
  }
  for (gsize i = 0; i < plan->rows_per_sample * plan->cols; i++) {
    gsize column = i % plan->cols;
    NwTrialAnswer answer = {.output = index,
                            .name = plan->name,
                            .head = plan->head,
                            .step = i / plan->cols,
                            .n_steps = plan->rows_per_sample,
                            .column = column,
                            .n_columns = plan->cols,
                            .label = n_labels == plan->cols ? labels[column] : NULL};
    g_array_append_val(self->answers, answer);
  }
}

/* Scales and vocabularies, and with them the entries. */
static gboolean
add_fields(NwTrial *self, GError **error)
{
  const char *preparation = nw_dataset_get_preparation(self->dataset);
  gsize n;
  g_autofree NwFieldRequest *requests = nw_plan_dup_requests(self->plan, &n);

  self->preparations =
      preparation != NULL ? nw_preparations_from_text(preparation, error) : g_ptr_array_new();
  self->entries = g_array_new(FALSE, TRUE, sizeof(NwTrialEntry));
  self->answers = g_array_new(FALSE, TRUE, sizeof(NwTrialAnswer));
  if (self->preparations == NULL || !add_inputs(self, requests, n, error))
    return FALSE;
  self->outputs = g_new0(NwTrialOut, nw_plan_get_n_outputs(self->plan) + 1);
  for (guint i = 0; i < nw_plan_get_n_outputs(self->plan); i++)
    add_output(self, i, find_request(requests, n, nw_plan_get_output(self->plan, i)->name));
  return TRUE;
}

NwTrial *
nw_trial_new(NwProject *project, NwWeights *weights, NwDataset *dataset, GError **error)
{
  g_autoptr(NwTrial) self = g_new0(NwTrial, 1);
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));

  self->project = nw_project_ref(project);
  self->dataset = nw_dataset_ref(dataset);
  if (nw_dataset_get_n_rows(dataset) == 0) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, _("The data have no rows to try."));
    return NULL;
  }
  if (!nw_inference_check(inference, error) ||
      !nw_trial_build_runner(self, inference, weights, error) || !add_fields(self, error))
    return NULL;
  nw_trial_set_row(self, 0);
  return g_steal_pointer(&self);
}

void
nw_trial_free(NwTrial *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; self->outputs != NULL && i < nw_plan_get_n_outputs(self->plan); i++)
    g_clear_pointer(&self->outputs[i].entries, g_array_unref);
  g_free(self->outputs);
  g_free(self->inputs);
  g_free(self->numbers);
  g_free(self->absent);
  g_clear_pointer(&self->entries, g_array_unref);
  g_clear_pointer(&self->answers, g_array_unref);
  g_clear_pointer(&self->preparations, g_ptr_array_unref);
  g_clear_pointer(&self->exec, nw_exec_free);
  g_clear_pointer(&self->asking, nw_exec_free);
  g_clear_pointer(&self->plan, nw_plan_unref);
  g_clear_pointer(&self->weights, nw_weights_unref);
  g_clear_pointer(&self->inference, nw_inference_unref);
  g_clear_pointer(&self->pool, nw_pool_free);
  nw_dataset_unref(self->dataset);
  nw_project_unref(self->project);
  g_free(self);
}

/* ── the row ─────────────────────────────────────────────────────────────────────────────────── */

guint
nw_trial_get_n_inputs(const NwTrial *self)
{
  return self->n_inputs;
}

const NwTrialInput *
nw_trial_get_input(const NwTrial *self, guint i)
{
  return &self->inputs[i].public;
}

guint
nw_trial_get_n_entries(const NwTrial *self)
{
  return self->entries->len;
}

const NwTrialEntry *
nw_trial_get_entry(const NwTrial *self, guint i)
{
  return nw_trial_entry(self, i);
}

void
nw_trial_set_row(NwTrial *self, guint32 row)
{
  g_return_if_fail(row < nw_dataset_get_n_rows(self->dataset));

  self->row = row;
  for (guint i = 0; i < self->n_inputs; i++) {
    const NwTrialIn *input = &self->inputs[i];
    memcpy(self->numbers + input->first, input->field->real + row * input->n,
           input->n * sizeof *self->numbers);
  }
}

gpointer
nw_trial_dup_numbers(const NwTrial *self)
{
  return g_memdup2(self->numbers, MAX(self->n_numbers, 1) * sizeof *self->numbers);
}

static gsize
place_of(const NwTrial *self, const NwTrialEntry *entry)
{
  return self->inputs[entry->input].first + entry->first;
}

/* In the person's units. */
static double
read_entry(const NwTrial *self, const NwTrialEntry *entry, const NwTrialNumber *numbers)
{
  gsize largest = 0;

  if (self->inputs[entry->input].public.type.dtype == NW_INT32)
    return numbers[0].int32;
  if (entry->n == 1)
    return nw_trial_entry_unscale(entry, (double)numbers[0].real);
  for (gsize k = 1; k < entry->n; k++)
    if (numbers[k].real > numbers[largest].real)
      largest = k;
  return (double)largest;
}

double
nw_trial_get(const NwTrial *self, guint i)
{
  const NwTrialEntry *entry = nw_trial_entry(self, i);

  return read_entry(self, entry, self->numbers + place_of(self, entry));
}

double
nw_trial_read_entry(const NwTrial *self, guint i, guint32 row)
{
  const NwTrialEntry *entry = nw_trial_entry(self, i);
  const NwTrialIn *input = &self->inputs[entry->input];
  const NwTrialNumber *numbers = (gconstpointer)(input->field->real + row * input->n);

  return read_entry(self, entry, numbers + entry->first);
}

double
nw_trial_get_absent(const NwTrial *self, guint i)
{
  const NwTrialEntry *entry = nw_trial_entry(self, i);

  return read_entry(self, entry, self->absent + place_of(self, entry));
}

static gboolean
fail(const NwTrial *self, guint entry, GError **error, const char *what)
{
  g_autofree char *name = nw_trial_dup_entry_name(self, entry);

  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, "%s: %s", name, what);
  return FALSE;
}

static gboolean
check(const NwTrial *self, guint i, double value, GError **error)
{
  const NwTrialEntry *entry = nw_trial_entry(self, i);
  g_autofree char *ids = NULL;

  if (!isfinite((float)value))
    return fail(self, i, error, _("the number is infinite or too large"));
  if (entry->ask == NW_ASK_NUMBER)
    return value >= 0 || entry->preparation == NULL ||
           !nw_scaling_takes_logarithm(entry->preparation->scaling) ||
           fail(self, i, error, _("its logarithm is taken: give a number from 0"));
  if (value == floor(value) &&
      (entry->ask == NW_ASK_CHOICE || (value >= entry->least && value <= entry->most)))
    return TRUE;
  if (entry->most == G_MAXINT32)
    return fail(self, i, error, _("give a whole number"));
  ids = g_strdup_printf(_("give a whole number from %d to %d"), entry->least, entry->most);
  return fail(self, i, error, ids);
}

gboolean
nw_trial_set(NwTrial *self, guint i, double value, GError **error)
{
  const NwTrialEntry *entry = nw_trial_entry(self, i);
  NwTrialNumber *numbers = self->numbers + place_of(self, entry);

  if (entry->ask == NW_ASK_CHOICE)
    g_return_val_if_fail(
        value >= 0 && value < g_strv_length((char **)nw_trial_get_choices(self, i)), FALSE);
  if (!check(self, i, value, error))
    return FALSE;
  if (self->inputs[entry->input].public.type.dtype == NW_INT32)
    numbers[0].int32 = (gint32)value;
  else if (entry->n == 1)
    numbers[0].real = (float)nw_trial_entry_scale(entry, value);
  else
    for (gsize k = 0; k < entry->n; k++)
      numbers[k].real = k == (gsize)value;
  return TRUE;
}

char *
nw_trial_dup_text(const NwTrial *self, guint i)
{
  const char *const *choices = nw_trial_get_choices(self, i);
  double value = nw_trial_get(self, i);
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (choices != NULL) {
    gsize n = g_strv_length((char **)choices);
    return g_strdup(value >= 0 && value < (double)n ? choices[(gsize)value] : "");
  }
  if (nw_trial_entry(self, i)->ask == NW_ASK_WHOLE)
    return g_strdup_printf("%d", (gint32)value);
  if (!nw_trial_entry_is_scaled(nw_trial_entry(self, i)))
    return nw_single_to_text((float)value);
  /* A float that went through its scale and back is good for six digits. */
  return g_strdup(g_ascii_formatd(text, sizeof text, "%.6g", value));
}

gboolean
nw_trial_set_text(NwTrial *self, guint i, const char *text, GError **error)
{
  const char *const *choices = nw_trial_get_choices(self, i);
  g_autofree char *shown = nw_text_for_message(text), *what = NULL;
  double value;

  for (gsize k = 0; choices != NULL && choices[k] != NULL; k++)
    if (g_str_equal(choices[k], text))
      return nw_trial_set(self, i, (double)k, error);
  if (choices != NULL)
    what = g_strdup_printf(_("“%s” is not among the data trained with"), shown);
  else if (nw_number_from_text(text, &value))
    return nw_trial_set(self, i, value, error);
  else
    what = g_strdup_printf(_("“%s” is not a number"), shown);
  return fail(self, i, error, what);
}

/* ── answers ─────────────────────────────────────────────────────────────────────────────────── */

guint
nw_trial_get_n_answers(const NwTrial *self)
{
  return self->answers->len;
}

const NwTrialAnswer *
nw_trial_get_answer(const NwTrial *self, guint i)
{
  return &g_array_index(self->answers, NwTrialAnswer, i);
}

double
nw_trial_get_truth(const NwTrial *self, guint i)
{
  return nw_trial_read_truth(self, i, self->row);
}

double
nw_trial_read_truth(const NwTrial *self, guint i, guint32 row)
{
  const NwTrialAnswer *answer = nw_trial_get_answer(self, i);
  const NwTrialOut *output = &self->outputs[answer->output];
  const NwField *target = output->target;
  gsize rows = answer->n_steps, at = i - output->first_answer, each;

  if (target == NULL)
    return NAN;
  each = (gsize)nw_shape_elements(&target->type.shape);
  if (target->type.dtype == NW_INT32)
    return each == rows && answer->head == NW_HEAD_SOFTMAX
               ? target->int32[row * rows + answer->step] == (gint32)answer->column
               : NAN;
  if (each != rows * answer->n_columns)
    return NAN;
  return nw_trial_unscale_answer(self, i, (double)target->real[row * each + at]);
}
