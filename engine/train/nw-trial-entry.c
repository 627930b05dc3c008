/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a person can say about a row: the way back from a field's elements to the columns that they
 * were made of. */
#include "nw-trial-private.h"

#include <math.h>
#include <string.h>

static const char *const zero_and_one[] = {"0", "1", NULL};

static const NwPreparation *
find_preparation(const NwTrial *self, const char *source, const char *column)
{
  for (guint i = 0; i < self->preparations->len; i++) {
    const NwPreparation *preparation = self->preparations->pdata[i];
    if (g_str_equal(preparation->column, column) && g_str_equal(preparation->source, source))
      return preparation;
  }
  return NULL;
}

static NwAsk
find_ask(const NwPreparation *preparation, NwDtype dtype)
{
  if (preparation != NULL && preparation->kind != NW_COLUMN_NUMBER)
    return NW_ASK_CHOICE;
  return dtype == NW_INT32 ? NW_ASK_WHOLE : NW_ASK_NUMBER;
}

/* Those of one column, whose @width elements begin at @first. */
static void
append_column(GArray *entries, const NwTrialEntry *first, gsize n_entries)
{
  for (gsize i = 0; i < n_entries; i++) {
    NwTrialEntry entry = *first;
    entry.first += i * first->n;
    entry.number += i;
    g_array_append_val(entries, entry);
  }
}

/* FALSE: the columns are unknown, or give something else than the field has. */
static gboolean
append_columns(const NwTrial *self, const NwBinding *binding, const NwFieldRequest *request,
               guint input, GArray *entries)
{
  gsize n = g_strv_length(binding->columns), at = 0;

  for (gsize i = 0; i < n; i++) {
    const NwPreparation *column = find_preparation(self, binding->source, binding->columns[i]);
    NwEncodeAs as;
    gsize steps, each, width;
    if (column == NULL)
      return FALSE;
    as = nw_choose_encoding(request, column->kind, column->n_values, &column->shape, n == 1);
    steps = binding->last_step && column->shape.rank > 0 ? (gsize)column->shape.dim[0] : 1;
    each = (gsize)nw_shape_elements(&column->shape) / steps;
    width = nw_preparation_get_width(column, as) / steps;
    append_column(entries,
                  &(NwTrialEntry){.ask = find_ask(column, request->type.dtype),
                                  .input = input,
                                  .first = at,
                                  .n = width / each,
                                  .preparation = column,
                                  .number = each * (steps - 1)},
                  each);
    at += width;
  }
  return (gint64)at == nw_shape_elements(&request->type.shape);
}

void
nw_trial_append_entries(const NwTrial *self, const NwFieldRequest *request, const NwField *field,
                        guint input, GArray *entries)
{
  const NwBinding *binding =
      nw_data_settings_find_binding(nw_project_get_data(self->project), request->name);
  guint before = entries->len;

  if (binding != NULL && append_columns(self, binding, request, input, entries))
    return;
  g_array_set_size(entries, before);
  append_column(entries,
                &(NwTrialEntry){.ask = find_ask(NULL, field->type.dtype), .input = input, .n = 1},
                (gsize)nw_shape_elements(&field->type.shape));
}

gboolean
nw_trial_entry_is_scaled(const NwTrialEntry *entry)
{
  return entry->preparation != NULL && entry->preparation->scaling != NW_SCALING_NONE;
}

double
nw_trial_entry_unscale(const NwTrialEntry *entry, double element)
{
  return entry->ask == NW_ASK_NUMBER && entry->preparation != NULL
             ? nw_preparation_unscale(entry->preparation, entry->number, element)
             : element;
}

double
nw_trial_entry_scale(const NwTrialEntry *entry, double value)
{
  return entry->ask == NW_ASK_NUMBER && entry->preparation != NULL
             ? nw_preparation_scale(entry->preparation, entry->number, value)
             : value;
}

const char *const *
nw_trial_get_choices(const NwTrial *self, guint i)
{
  const NwTrialEntry *entry = nw_trial_entry(self, i);

  if (entry->ask != NW_ASK_CHOICE)
    return NULL;
  return entry->preparation->texts != NULL ? (const char *const *)entry->preparation->texts
                                           : zero_and_one;
}

/* “[3, 4]” of the number @index of an array. */
static void
append_place(GString *name, const NwShape *shape, gsize index)
{
  gsize each = (gsize)nw_shape_elements(shape);

  for (int axis = 0; axis < shape->rank; axis++) {
    each /= (gsize)shape->dim[axis];
    g_string_append_printf(name, "%s%zu", axis == 0 ? "[" : ", ", index / each);
    index %= each;
  }
  g_string_append(name, shape->rank > 0 ? "]" : "");
}

char *
nw_trial_dup_entry_name(const NwTrial *self, guint i)
{
  const NwTrialEntry *entry = nw_trial_entry(self, i);
  const NwTrialIn *input = &self->inputs[entry->input];
  char **labels = input->field->labels;
  g_autoptr(GString) name = g_string_new(NULL);

  if (entry->preparation != NULL) {
    g_string_append(name, entry->preparation->column);
    append_place(name, &entry->preparation->shape, entry->number);
  } else if (labels != NULL && g_strv_length(labels) == input->n) {
    g_string_append(name, labels[entry->first]);
  } else {
    g_string_append(name, input->public.name);
    append_place(name, &input->public.type.shape, entry->first);
  }
  return g_string_free(g_steal_pointer(&name), FALSE);
}

/* ── training rows ───────────────────────────────────────────────────────────────────────────── */

void
nw_trial_survey(NwTrial *self, guint index)
{
  NwTrialIn *input = &self->inputs[index];
  gboolean whole = input->public.type.dtype == NW_INT32;
  gsize n_rows, n = input->n;
  const guint32 *rows = nw_dataset_get_split(self->dataset, NW_SPLIT_TRAIN, &n_rows);
  g_autofree double *sum = g_new0(double, n), *low = g_new(double, n), *high = g_new(double, n);

  for (gsize k = 0; k < n; k++) {
    low[k] = INFINITY;
    high[k] = -INFINITY;
  }
  for (gsize r = 0; r < n_rows; r++)
    for (gsize k = 0; k < n; k++) {
      double x = whole ? input->field->int32[rows[r] * n + k]
                       : (double)input->field->real[rows[r] * n + k];
      sum[k] += x;
      low[k] = MIN(low[k], x);
      high[k] = MAX(high[k], x);
    }
  for (gsize k = 0; !whole && k < n; k++)
    self->absent[input->first + k].real = (float)(n_rows > 0 ? sum[k] / (double)n_rows : 0);
  for (guint e = 0; e < input->public.n_entries; e++) {
    NwTrialEntry *entry =
        &g_array_index(self->entries, NwTrialEntry, input->public.first_entry + e);
    entry->low = n_rows > 0 ? nw_trial_entry_unscale(entry, low[entry->first]) : 0;
    entry->high = n_rows > 0 ? nw_trial_entry_unscale(entry, high[entry->first]) : 0;
  }
}

/* ── ids ─────────────────────────────────────────────────────────────────────────────────────── */

/* What an Embedding that reads the input allows. */
static void
limit_by(NwTrial *self, const NwTrialIn *input, const NwParams *embedding)
{
  gint64 n_ids = nw_params_get_int(embedding, "input_dim");

  for (guint e = 0; e < input->public.n_entries; e++) {
    NwTrialEntry *entry =
        &g_array_index(self->entries, NwTrialEntry, input->public.first_entry + e);
    entry->least = 0;
    entry->most = (gint32)MIN(entry->most, n_ids - 1);
  }
  for (gsize k = 0; nw_params_get_bool(embedding, "mask_zero") && k < input->n; k++)
    self->absent[input->first + k].int32 = (gint32)nw_params_get_int(embedding, "mask_id");
}

void
nw_trial_limit_ids(NwTrial *self, guint index)
{
  const NwTrialIn *input = &self->inputs[index];
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(self->project));
  NwGraph *graph = nw_inference_get_flat_graph(inference);

  for (guint e = 0; e < input->public.n_entries; e++) {
    NwTrialEntry *entry =
        &g_array_index(self->entries, NwTrialEntry, input->public.first_entry + e);
    entry->least = G_MININT32;
    entry->most = G_MAXINT32;
  }
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    const NwNode *from =
        node->n_inputs > 0 ? nw_graph_find_node(graph, node->inputs[0].node) : NULL;
    if (from != NULL && g_str_equal(node->layer->kind->id, "embedding") &&
        from->layer->kind->role == NW_ROLE_INPUT &&
        g_str_equal(from->layer->name, input->public.name))
      limit_by(self, input, node->layer->params);
  }
}
