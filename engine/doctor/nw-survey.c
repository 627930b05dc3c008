/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-survey.h"

#include "nw-bound-rows.h"
#include "nw-prepare.h"
#include "nw-requests.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Rows are looked at in pieces of about this many numbers. */
#define PIECE 16384

/* How far a row of probabilities may be from adding up to 1. */
#define SUM_TOLERANCE 1e-3

struct _NwSurvey {
  NwRefs refs;
  GPtrArray *fields; /* NwFieldSurvey */
  gsize rows[NW_N_SPLITS];
  char *fault; /* (nullable) */
  char *key;   /* what it was made of */
  GPtrArray *tables;
};

char *
nw_place_describe(const NwPlace *place)
{
  return nw_table_describe_place(place->table, place->row, place->column);
}

/* ── what is asked ───────────────────────────────────────────────────────────────────────────── */

/* The number that a node takes for “no step here”, if it reads the data itself. */
static gboolean
get_masked(const NwGraph *graph, const NwNode *node, const NwNode **input, double *value)
{
  const char *kind = node->layer->kind->id;

  if (node->n_inputs == 0 || node->inputs[0].node == 0)
    return FALSE;
  *input = nw_graph_find_node(graph, node->inputs[0].node);
  if (*input == NULL || (*input)->layer->kind->role != NW_ROLE_INPUT)
    return FALSE;
  if (g_str_equal(kind, "masking")) {
    *value = nw_params_get_real(node->layer->params, "mask_value");
    return TRUE;
  }
  if (!g_str_equal(kind, "embedding") || !nw_params_get_bool(node->layer->params, "mask_zero"))
    return FALSE;
  *value = (double)nw_params_get_int(node->layer->params, "mask_id");
  return TRUE;
}

static void
append_paddings(const NwGraph *graph, const char *field, GArray *paddings)
{
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *input;
    NwPadding padding = {0};
    gboolean known = FALSE;

    if (!get_masked(graph, nw_graph_get_node(graph, i), &input, &padding.value) ||
        !g_str_equal(input->layer->name, field))
      continue;
    for (guint k = 0; k < paddings->len; k++)
      known |= g_array_index(paddings, NwPadding, k).value == padding.value;
    if (!known)
      g_array_append_val(paddings, padding);
  }
}

/* Numbers that mean “not known” in the target of an Output. */
static NwUnknown
get_unknown(NwGraph *graph, const char *field)
{
  const NwNode *node = nw_graph_find_node_by_name(graph, field);
  NwUnknown unknown = {0};

  if (node != NULL && node->layer->kind->role == NW_ROLE_OUTPUT)
    unknown = nw_output_get_unknown(node->layer->params);
  unknown.empty = FALSE; /* what is empty is not counted, whatever it means */
  return unknown;
}

/* Everything that a survey depends on, as a text. (transfer full) */
static char *
make_key(NwProject *project)
{
  const NwDataSettings *data = nw_project_get_data(project);
  NwGraph *graph = nw_project_get_graph(project);
  const NwSplitSettings *split = nw_data_settings_get_split(data);
  GString *key = g_string_new(NULL);

  g_string_append_printf(key, "%g %g %" G_GUINT64_FORMAT " %d %s\n", split->validation, split->test,
                         split->seed, split->shuffle, split->stratify ? split->stratify : "");
  for (gsize i = 0; i < nw_data_settings_get_n_sources(data); i++) {
    const NwDataSource *source = nw_data_settings_get_source(data, i);
    g_string_append_printf(key, "%s\t%s\t%p\t%d\t%d\t%d\t%s\n", source->name, source->path,
                           (const void *)source->options.reader, source->options.delimiter,
                           source->options.header, source->use, source->of ? source->of : "");
  }
  for (gsize i = 0; i < nw_data_settings_get_n_bindings(data); i++) {
    const NwBinding *binding = nw_data_settings_get_binding(data, i);
    g_autofree char *columns = g_strjoinv("\t", binding->columns);
    g_autoptr(GArray) paddings = g_array_new(FALSE, FALSE, sizeof(NwPadding));
    NwUnknown unknown = get_unknown(graph, binding->field);

    append_paddings(graph, binding->field, paddings);
    g_string_append_printf(key, "%s\t%s\t%s", binding->field, binding->source, columns);
    for (guint k = 0; k < paddings->len; k++)
      g_string_append_printf(key, "\t%.17g", g_array_index(paddings, NwPadding, k).value);
    for (gsize k = 0; k < unknown.n; k++)
      g_string_append_printf(key, "\tnot %.17g", unknown.numbers[k]);
    g_string_append_c(key, '\n');
  }
  return g_string_free(key, FALSE);
}

/* ── counting ────────────────────────────────────────────────────────────────────────────────── */

/* One walk over the rows of a field. */
typedef struct {
  NwFieldSurvey *field;
  gsize last;      /* numbers of the last axis */
  gsize steps;     /* of the first axis; 0: a row has none */
  double *squares; /* [entries of all columns], around the first number met */
  double *origin;
  gsize front, back, candidates; /* rows that begin or end with the candidate */
  double front_value, back_value;
} Walk;

static gboolean
is_padding_step(const double *step, gsize each, double value)
{
  for (gsize i = 0; i < each; i++)
    if (step[i] != value)
      return FALSE;
  return TRUE;
}

/* Notes which steps of the row are @padding. They stand at one end when the row changes once. */
static void
look_for_padding(NwPadding *padding, const double *row, gsize steps, gsize each,
                 const NwPlace *place, guint8 *masked)
{
  gsize n = 0, changes = 0;
  gboolean before = FALSE;

  for (gsize t = 0; t < steps; t++) {
    gboolean is = is_padding_step(row + t * each, each, padding->value);
    masked[t] |= is;
    n += is;
    changes += t > 0 && is != before;
    before = is;
  }
  padding->steps += n;
  if (n == steps && padding->empty_rows++ == 0)
    padding->first_empty = *place;
  if (n > 0 && changes > 1 && padding->odd_rows++ == 0)
    padding->first_odd = *place;
}

/* Notes whether the row is one of times: of single numbers that go one way. */
static void
look_for_times(Walk *walk, const double *row, const guint8 *masked)
{
  gsize n = 0, falls = 0, rises = 0;
  double before = NAN;

  for (gsize t = 0; t < walk->steps; t++) {
    if (masked[t])
      continue;
    n++;
    falls += row[t] < before;
    rises += row[t] > before;
    before = row[t];
  }
  if (n < 4)
    return;
  walk->field->n_long++;
  walk->field->n_times += (falls > 0) != (rises > 0);
  walk->field->n_falling += falls > 0 && rises == 0;
}

static void
look_at_ends(Walk *walk, const double *row)
{
  gsize each = walk->field->width / walk->steps;
  const double *last = row + (walk->steps - 1) * each;

  if (row[0] == row[each]) {
    if (walk->front == 0)
      walk->front_value = row[0];
    walk->front += row[0] == walk->front_value;
  }
  if (last[0] == last[-(gssize)each]) {
    if (walk->back == 0)
      walk->back_value = last[0];
    walk->back += last[0] == walk->back_value;
  }
  walk->candidates++;
}

static void
add_number(Walk *walk, double x, const NwPlace *place)
{
  NwFieldSurvey *field = walk->field;

  if (!isfinite(x))
    return;
  if (field->n_numbers == 0 || x < field->min) {
    field->min = x;
    field->at_min = *place;
  }
  if (field->n_numbers == 0 || x > field->max) {
    field->max = x;
    field->at_max = *place;
  }
  field->n_numbers++;
  field->whole &= x == floor(x);
  field->zero_one &= x == 0 || x == 1;
}

static void
add_to_entry(Walk *walk, NwEntry *entry, gsize index, double x)
{
  if (!isfinite(x))
    return;
  if (entry->n == 0)
    walk->origin[index] = entry->min = entry->max = x;
  entry->n++;
  entry->min = MIN(entry->min, x);
  entry->max = MAX(entry->max, x);
  entry->mean += x - walk->origin[index];
  walk->squares[index] += (x - walk->origin[index]) * (x - walk->origin[index]);
}

/* Padding says nothing about the numbers beside it. */
static void
add_to_entries(Walk *walk, const double *row, const guint8 *masked)
{
  gsize offset = 0, first = 0;

  for (gsize c = 0; c < walk->field->n_columns; c++) {
    NwColumnSurvey *column = &walk->field->columns[c];
    gsize each = (gsize)nw_shape_elements(&column->info->shape);
    for (gsize i = 0; i < each; i++) {
      gsize step = walk->steps > 0 ? (offset + i) * walk->steps / walk->field->width : 0;
      if (!masked[step])
        add_to_entry(walk, &column->entries[i % column->n_entries], first + i % column->n_entries,
                     row[offset + i]);
    }
    offset += each;
    first += column->n_entries;
  }
}

static void
add_row(Walk *walk, const double *row, const NwPlace *places, NwSplit part, guint8 *masked)
{
  NwFieldSurvey *field = walk->field;
  gsize n = field->width, offset = 0;

  for (gsize c = 0; c < field->n_columns; c++) {
    gsize each = (gsize)nw_shape_elements(&field->columns[c].info->shape);
    for (gsize i = 0; i < each; i++)
      add_number(walk, row[offset + i], &places[c]);
    offset += each;
  }
  for (gsize first = 0; first < n; first += walk->last) {
    double sum = 0, size = 0;
    for (gsize i = 0; i < walk->last; i++) {
      sum += row[first + i];
      size += fabs(row[first + i]);
      field->ones[part][i] += row[first + i] > 0.5;
      field->known[part][i] += !isnan(row[first + i]);
    }
    if (isnan(sum)) /* not known, as a whole or in part */
      continue;
    if (size == 0 && field->shape.rank > 1) /* nothing was asked at this step */
      continue;
    field->sums++;
    if (!(fabs(sum - 1) <= SUM_TOLERANCE) && field->wrong_sums++ == 0) {
      field->first_wrong_sum = places[0];
      field->wrong_sum = sum;
    }
  }
  memset(masked, 0, MAX(walk->steps, 1));
  for (gsize k = 0; walk->steps > 0 && k < field->n_paddings; k++)
    look_for_padding(&field->paddings[k], row, walk->steps, n / walk->steps, &places[0], masked);
  if (walk->steps >= 4)
    look_at_ends(walk, row);
  if (walk->steps == field->width)
    look_for_times(walk, row, masked);
  if (part == NW_SPLIT_TRAIN)
    add_to_entries(walk, row, masked);
}

/* The rows of one block, in pieces. */
static void
add_block(Walk *walk, const NwBound *bound, NwSourceUse use, const guint8 *part)
{
  NwFieldSurvey *field = walk->field;
  const NwTable *table = bound->parts[use];
  gsize step = MAX(1, PIECE / MAX(field->width, 1)), rows;
  g_autofree double *piece = g_new(double, step * field->width);
  g_autofree double *numbers = g_new(double, step * field->width);
  g_autofree NwPlace *places = g_new0(NwPlace, field->n_columns);
  g_autofree guint8 *masked = g_new0(guint8, MAX(walk->steps, 1));

  for (gsize c = 0; c < field->n_columns; c++) {
    gssize column = nw_bound_find_column(bound, use, field->names[c]);
    const NwTableColumn *info = nw_table_get_column(table, (gsize)column);
    places[c] = (NwPlace){table, 0, (gsize)column};
    if (info->is_text || !nw_shape_equal(&info->shape, &field->columns[c].info->shape))
      return;
  }
  rows = nw_table_get_column(table, places[0].column)->rows;
  for (gsize first = 0; first < rows; first += step) {
    gsize n = MIN(step, rows - first), offset = 0;
    for (gsize c = 0; c < field->n_columns; c++) {
      gsize each = (gsize)nw_shape_elements(&field->columns[c].info->shape);
      nw_table_get_numbers(table, places[c].column, first, n, numbers);
      for (gsize r = 0; r < n; r++)
        memcpy(piece + r * field->width + offset, numbers + r * each, each * sizeof *piece);
      offset += each;
    }
    for (gsize i = 0; field->unknown.n > 0 && i < n * field->width; i++)
      if (nw_unknown_has(&field->unknown, piece[i]))
        piece[i] = NAN;
    for (gsize r = 0; r < n; r++) {
      for (gsize c = 0; c < field->n_columns; c++)
        places[c].row = first + r;
      add_row(walk, piece + r * field->width, places, (NwSplit)part[first + r], masked);
    }
  }
}

static void
finish_entries(Walk *walk)
{
  gsize index = 0;

  for (gsize c = 0; c < walk->field->n_columns; c++)
    for (gsize i = 0; i < walk->field->columns[c].n_entries; i++, index++) {
      NwEntry *entry = &walk->field->columns[c].entries[i];
      double n = (double)MAX(entry->n, 1), shift = entry->mean / n;
      entry->mean = walk->origin[index] + shift;
      entry->sd = sqrt(MAX(0, walk->squares[index] / n - shift * shift));
    }
}

static void
count_numbers(NwFieldSurvey *field, const NwBound *bound, const NwBoundRows *rows)
{
  gboolean one = field->n_columns == 1 && field->shape.rank > 0;
  Walk walk = {.field = field, .last = one ? (gsize)nw_shape_last(&field->shape) : field->width};
  gsize first = 0, entries = 0;

  walk.steps = one ? (gsize)field->shape.dim[0] : 0;
  for (gsize c = 0; c < field->n_columns; c++) {
    NwColumnSurvey *column = &field->columns[c];
    column->n_entries = (gsize)nw_shape_last(&column->info->shape);
    column->entries = g_new0(NwEntry, column->n_entries);
    entries += column->n_entries;
  }
  for (int part = 0; part < NW_N_SPLITS; part++) {
    field->ones[part] = g_new0(gsize, walk.last);
    field->known[part] = g_new0(gsize, walk.last);
  }
  g_autofree double *squares = g_new0(double, entries), *origin = g_new0(double, entries);
  walk.squares = squares;
  walk.origin = origin;
  for (int use = 0; use < NW_N_SOURCE_USES; first += rows->n[use++])
    if (bound->parts[use] != NULL)
      add_block(&walk, bound, (NwSourceUse)use, rows->part + first);
  finish_entries(&walk);
  field->has_padding = field->whole && MAX(walk.front, walk.back) * 2 > walk.candidates;
  field->ends_with = walk.back >= walk.front ? walk.back_value : walk.front_value;
}

/* ── classes ─────────────────────────────────────────────────────────────────────────────────── */

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

/* @numbers: [rows] becomes the index of each among the values, which ascend; −1: none of them. */
static void
find_numbers(const NwTableColumn *info, double *numbers, gsize rows)
{
  g_autofree double *values = g_new(double, info->n_values + 1);

  for (gsize v = 0; v < info->n_values; v++)
    values[v] = g_ascii_strtod(info->values[v].text, NULL);
  for (gsize row = 0; row < rows; row++) {
    const double *found =
        bsearch(&numbers[row], values, info->n_values, sizeof *values, compare_numbers);
    numbers[row] = found == NULL || *found != numbers[row] ? -1 : (double)(found - values);
  }
}

static void
find_texts(const NwTableColumn *info, const NwTable *table, gsize column, double *out, gsize rows)
{
  g_autoptr(GHashTable) index = g_hash_table_new(g_str_hash, g_str_equal);

  for (gsize v = 0; v < info->n_values; v++)
    g_hash_table_insert(index, info->values[v].text, GSIZE_TO_POINTER(v + 1));
  for (gsize row = 0; row < rows; row++) {
    const char *text = nw_table_get_text(table, row, column);
    gpointer found = text == NULL ? NULL : g_hash_table_lookup(index, text);
    out[row] = found == NULL ? -1 : (double)(GPOINTER_TO_SIZE(found) - 1);
  }
}

/* How many rows of each part hold each value of the training file's column. */
static void
count_classes(NwColumnSurvey *column, const NwBound *bound, const char *name,
              const NwBoundRows *rows)
{
  const NwTableColumn *info = column->info;
  gsize first = 0;

  if (info->many_values || nw_shape_elements(&info->shape) != 1)
    return;
  for (int part = 0; part < NW_N_SPLITS; part++)
    column->classes[part] = g_new0(gsize, info->n_values + 1);
  for (int use = 0; use < NW_N_SOURCE_USES; first += rows->n[use++]) {
    const NwTable *table = bound->parts[use];
    gssize at = table == NULL ? -1 : nw_bound_find_column(bound, (NwSourceUse)use, name);
    g_autofree double *values = g_new(double, rows->n[use] + 1);

    if (at < 0 || nw_table_get_column(table, (gsize)at)->is_text != info->is_text ||
        nw_shape_elements(&nw_table_get_column(table, (gsize)at)->shape) != 1)
      continue;
    if (info->is_text) {
      find_texts(info, table, (gsize)at, values, rows->n[use]);
    } else {
      nw_table_get_numbers(table, (gsize)at, 0, rows->n[use], values);
      find_numbers(info, values, rows->n[use]);
    }
    for (gsize row = 0; row < rows->n[use]; row++)
      if (values[row] >= 0)
        column->classes[rows->part[first + row]][(gsize)values[row]]++;
  }
}

static void
forget_unknown(const NwFieldSurvey *field, NwColumnSurvey *column)
{
  for (gsize v = 0; column->classes[0] != NULL && v < column->info->n_values; v++)
    if (nw_unknown_has_text(&field->unknown, column->info->values[v].text))
      for (int part = 0; part < NW_N_SPLITS; part++)
        column->classes[part][v] = 0;
}

/* ── empty cells ─────────────────────────────────────────────────────────────────────────────── */

/* The first row, before @limit, whose cell is empty; @limit: there is none. */
static gsize
find_empty(const NwTable *table, gsize column, gsize limit)
{
  const NwTableColumn *info = nw_table_get_column(table, column);
  gsize each = (gsize)nw_shape_elements(&info->shape);
  g_autofree double *numbers = g_new(double, each + 1);

  for (gsize row = 0; row < limit; row++) {
    if (info->is_text && nw_table_get_text(table, row, column) == NULL)
      return row;
    if (!info->is_text)
      nw_table_get_numbers(table, column, row, 1, numbers);
    for (gsize i = 0; !info->is_text && i < each; i++)
      if (isnan(numbers[i]))
        return row;
  }
  return limit;
}

/* The tables know how many there are; where the first one is has to be looked up. */
static void
count_empty(NwFieldSurvey *field, const NwBound *bound)
{
  for (int use = 0; use < NW_N_SOURCE_USES; use++) {
    const NwTable *table = bound->parts[use];
    gboolean known = field->n_empty > 0;
    gsize limit = 0;

    for (gsize c = 0; table != NULL && c < field->n_columns; c++) {
      gsize column = (gsize)nw_bound_find_column(bound, (NwSourceUse)use, field->names[c]);
      const NwTableColumn *info = nw_table_get_column(table, column);
      gsize before = limit == 0 ? info->rows : limit, row;

      field->n_empty += info->missing;
      row = known || info->missing == 0 ? before : find_empty(table, column, before);
      if (row == before)
        continue;
      limit = row;
      field->first_empty = (NwPlace){table, row, column};
      known |= row == 0;
    }
  }
}

/* ── all of it ───────────────────────────────────────────────────────────────────────────────── */

static void
field_free(gpointer data)
{
  NwFieldSurvey *field = data;

  for (gsize c = 0; c < field->n_columns; c++) {
    g_free(field->columns[c].entries);
    for (int part = 0; part < NW_N_SPLITS; part++)
      g_free(field->columns[c].classes[part]);
  }
  for (int part = 0; part < NW_N_SPLITS; part++) {
    g_free(field->ones[part]);
    g_free(field->known[part]);
  }
  g_free(field->columns);
  g_free(field->paddings);
  g_free(field->field);
  g_free(field->source);
  nw_unknown_clear(&field->unknown);
  g_strfreev(field->names);
  g_free(field);
}

static NwFieldSurvey *
survey_field(NwProject *project, const NwBound *bound, const NwBinding *binding,
             const NwBoundRows *rows)
{
  NwFieldSurvey *field = g_new0(NwFieldSurvey, 1);
  g_autoptr(GArray) paddings = g_array_new(FALSE, TRUE, sizeof(NwPadding));
  const NwTable *table = bound->parts[NW_SOURCE_ROWS];
  NwUnknown unknown = get_unknown(nw_project_get_graph(project), binding->field);

  field->field = g_strdup(binding->field);
  field->source = g_strdup(binding->source);
  field->names = g_strdupv(binding->columns);
  field->unknown = nw_unknown_copy(&unknown);
  field->n_columns = g_strv_length(binding->columns);
  field->columns = g_new0(NwColumnSurvey, field->n_columns);
  field->whole = field->zero_one = TRUE;
  for (gsize c = 0; c < field->n_columns; c++) {
    NwColumnSurvey *column = &field->columns[c];
    column->table = table;
    column->info = nw_table_get_column(table, (gsize)nw_table_find(table, field->names[c]));
    field->is_text |= column->info->is_text;
    field->width += (gsize)nw_shape_elements(&column->info->shape);
    count_classes(column, bound, field->names[c], rows);
    forget_unknown(field, column);
  }
  field->shape =
      field->n_columns == 1 ? field->columns[0].info->shape : NW_SHAPE((gint64)field->width);
  append_paddings(nw_project_get_graph(project), binding->field, paddings);
  field->n_paddings = paddings->len;
  field->paddings = (NwPadding *)g_array_steal(paddings, NULL);
  if (!field->is_text)
    count_numbers(field, bound, rows);
  count_empty(field, bound);
  return field;
}

/* The first fault is told; the rest often follows from it. */
static void
take_fault(NwSurvey *self, GError *error)
{
  if (self->fault == NULL)
    self->fault = g_strdup(error->message);
  g_error_free(error);
}

static gboolean
belongs_to_graph(NwProject *project, const NwBinding *binding)
{
  /* “digit/weight” belongs to “digit” */
  g_autofree char *name = g_strndup(binding->field, strcspn(binding->field, "/"));
  const NwNode *node = nw_graph_find_node_by_name(nw_project_get_graph(project), name);

  return node != NULL && node->layer->kind->role != NW_ROLE_LAYER;
}

static void
survey_bindings(NwSurvey *self, NwProject *project, NwBoundSources *sources)
{
  NwDataSettings *data = nw_project_get_data(project);
  gsize n = nw_data_settings_get_n_bindings(data);
  g_autofree const NwBound **bound = g_new0(const NwBound *, n + 1);
  g_auto(NwBoundRows) rows = {0};
  GError *error = NULL;

  for (gsize i = 0; i < n; i++) {
    const NwBinding *binding = nw_data_settings_get_binding(data, i);
    const NwBound *read;
    if (!belongs_to_graph(project, binding))
      continue;
    read = nw_bound_sources_read(sources, binding, &error);
    if (read != NULL && nw_bound_rows_add(&rows, read, binding, &error))
      bound[i] = read;
    else
      take_fault(self, g_steal_pointer(&error));
  }
  if (nw_bound_sources_get_n(sources) == 0)
    return;
  if (!nw_bound_rows_deal(&rows, sources, nw_data_settings_get_split(data), &error)) {
    take_fault(self, error);
    return;
  }
  for (gsize i = 0; i < rows.total; i++)
    self->rows[rows.part[i]]++;
  for (gsize i = 0; i < n; i++)
    if (bound[i] != NULL)
      g_ptr_array_add(self->fields, survey_field(project, bound[i],
                                                 nw_data_settings_get_binding(data, i), &rows));
  for (gsize i = 0; i < nw_bound_sources_get_n(sources); i++)
    for (int use = 0; use < NW_N_SOURCE_USES; use++) {
      NwTable *table = nw_bound_sources_get(sources, i)->parts[use];
      if (table != NULL)
        g_ptr_array_add(self->tables, nw_table_ref(table));
    }
}

NwSurvey *
nw_survey_new(NwProject *project, const char *base_dir, const char *const *overrides,
              GHashTable *tables)
{
  NwSurvey *self = g_new0(NwSurvey, 1);
  GError *error = NULL;
  g_autoptr(NwBoundSources) sources =
      nw_bound_sources_new(nw_project_get_data(project), base_dir, overrides, FALSE, &error);

  nw_refs_init(&self->refs);
  self->fields = g_ptr_array_new_with_free_func(field_free);
  self->tables = g_ptr_array_new_with_free_func((GDestroyNotify)nw_table_unref);
  self->key = make_key(project);
  if (sources == NULL) {
    take_fault(self, error);
    return self;
  }
  if (tables != NULL) {
    GHashTableIter iter;
    gpointer name, table;
    g_hash_table_iter_init(&iter, tables);
    while (g_hash_table_iter_next(&iter, &name, &table))
      nw_bound_sources_offer(sources, name, table);
  }
  survey_bindings(self, project, sources);
  return self;
}

NwSurvey *
nw_survey_ref(NwSurvey *self)
{
  nw_refs_inc(&self->refs);
  return self;
}

void
nw_survey_unref(NwSurvey *self)
{
  if (self == NULL || !nw_refs_dec(&self->refs))
    return;
  g_ptr_array_unref(self->fields);
  g_ptr_array_unref(self->tables);
  g_free(self->fault);
  g_free(self->key);
  g_free(self);
}

gboolean
nw_survey_fits(const NwSurvey *self, NwProject *project)
{
  g_autofree char *key = make_key(project);

  return g_str_equal(key, self->key);
}

gsize
nw_survey_get_rows(const NwSurvey *self, NwSplit split)
{
  return self->rows[split];
}

const NwFieldSurvey *
nw_survey_find(const NwSurvey *self, NwProject *project, const char *field)
{
  const NwBinding *binding = nw_data_settings_find_binding(nw_project_get_data(project), field);

  for (guint i = 0; binding != NULL && i < self->fields->len; i++) {
    const NwFieldSurvey *known = g_ptr_array_index(self->fields, i);
    if (g_str_equal(known->field, field))
      return g_str_equal(known->source, binding->source) &&
                     g_strv_equal((const char *const *)known->names,
                                  (const char *const *)binding->columns)
                 ? known
                 : NULL;
  }
  return NULL;
}

const char *
nw_survey_get_fault(const NwSurvey *self)
{
  return self->fault;
}
