/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-recalibrate.h"

#include "nw-error.h"
#include "nw-scores.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

struct _NwRecalibration {
  NwMaps maps;
  GArray *starts, *numbers; /* gsize, double: what the maps point to */
  char **problems;          /* [n_maps] (nullable): why there is none */
};

const NwRecalibratorKind *
nw_recalibrator_kind_find(const char *id)
{
  for (gsize i = 0; nw_recalibrator_kinds[i] != NULL; i++)
    if (strcmp(nw_recalibrator_kinds[i]->id, id) == 0)
      return nw_recalibrator_kinds[i];
  return NULL;
}

const NwChoice *
nw_recalibrator_choices(void)
{
  static NwChoice *choices = NULL; /* kept until the program ends, as constant tables are */

  if (g_once_init_enter(&choices)) {
    gsize n = 0;
    while (nw_recalibrator_kinds[n] != NULL)
      n++;
    NwChoice *table = g_new0(NwChoice, n + 1);
    for (gsize i = 0; i < n; i++)
      table[i] = (NwChoice){nw_recalibrator_kinds[i]->id, nw_recalibrator_kinds[i]->title};
    g_once_init_leave(&choices, table);
  }
  return choices;
}

static double
log_odds(double p)
{
  return log(MAX(p, NW_LOG_CLIP)) - log(MAX(1 - p, NW_LOG_CLIP));
}

/* ── maps ────────────────────────────────────────────────────────────────────────────────────── */

gsize
nw_maps_count(const NwRecalibratorKind *kind, NwTask task, gsize cols, gboolean per_output)
{
  return (task == NW_TASK_MULTICLASS ? !kind->joint : per_output) ? cols : 1;
}

/* How many classes one map sees at once; 1: it sees a question. */
static gsize
get_k(const NwMaps *maps)
{
  return maps->task == NW_TASK_MULTICLASS && maps->kind->joint ? maps->cols : 1;
}

/* How many numbers of a map with @n_fitted ones belong to a parameter. */
static gsize
count_numbers(const NwRecalibratorNumbers *parameter, gsize k, gsize n_fitted)
{
  gsize n = 1;

  for (int axis = 0; axis < (int)parameter->per; axis++)
    n *= k;
  return parameter->each > 0 ? n_fitted : n;
}

gsize
nw_maps_count_numbers(const NwMaps *maps)
{
  return maps->starts[maps->n_maps];
}

gboolean
nw_maps_are_whole(const NwMaps *maps)
{
  for (gsize i = 0; i < maps->n_maps; i++) {
    gsize n = maps->starts[i + 1] - maps->starts[i], wanted = 0;

    for (const NwRecalibratorNumbers *p = maps->kind->parameters; p->name != NULL; p++) {
      if (p->each > 0 && n % p->each != 0)
        return FALSE;
      wanted += count_numbers(p, get_k(maps), n);
    }
    if (n != 0 && n != wanted)
      return FALSE;
  }
  return TRUE;
}

/* Column @col of a row through map @i. */
static double
apply_to_question(const NwMaps *maps, gsize i, double z, double p)
{
  NwRecalibratorData data = {1, 1, &z, &p, NULL};
  gsize from = maps->starts[i], n = maps->starts[i + 1] - from;
  double q = p;

  if (n > 0)
    maps->kind->apply(maps->numbers + from, n, &data, &q);
  return q;
}

void
nw_maps_apply(const NwMaps *maps, const double *z, const double *p, double *q)
{
  gboolean classes = maps->task == NW_TASK_MULTICLASS;
  gsize cols = maps->cols;
  double sum = 0;

  if (classes && maps->kind->joint) {
    NwRecalibratorData data = {1, cols, z, p, NULL};
    memcpy(q, p, cols * sizeof *q);
    if (maps->starts[1] > 0)
      maps->kind->apply(maps->numbers, maps->starts[1], &data, q);
    return;
  }
  for (gsize col = 0; col < cols; col++)
    sum += q[col] = apply_to_question(maps, maps->n_maps > 1 ? col : 0,
                                      classes ? log_odds(p[col]) : z[col], p[col]);
  /* Classes that were mapped one by one add up to 1 again; where all came out 0 the row stays. */
  for (gsize col = 0; classes && col < cols; col++)
    q[col] = sum > 0 ? q[col] / sum : p[col];
}

/* ── fitting ─────────────────────────────────────────────────────────────────────────────────── */

/* What map @i of @n_maps sees: the whole when there is one, else column @i as a question of its
 * own, whose copies are z, p, y [rows]. */
static NwRecalibratorData
view(const NwForecast *forecast, gsize i, gsize n_maps, double *z, double *p, double *y)
{
  gsize rows = forecast->rows, cols = forecast->cols;

  if (n_maps == 1)
    return forecast->task == NW_TASK_MULTICLASS
               ? (NwRecalibratorData){rows, cols, forecast->logits, forecast->p, forecast->y}
               : (NwRecalibratorData){rows * cols, 1, forecast->logits, forecast->p, forecast->y};
  for (gsize row = 0; row < rows; row++) {
    gsize at = row * cols + i;
    p[row] = forecast->p[at];
    y[row] = forecast->y[at];
    z[row] = forecast->task == NW_TASK_MULTICLASS ? log_odds(p[row]) : forecast->logits[at];
  }
  return (NwRecalibratorData){rows, 1, z, p, y};
}

/* The numbers of one map, or its problem. */
static GArray *
fit_map(const NwRecalibratorKind *kind, const NwRecalibratorData *data, GError **error)
{
  g_autoptr(GArray) fitted = g_array_new(FALSE, FALSE, sizeof(double));

  if (data->k == 1 && kind->only_classes != NULL) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, _(kind->only_classes));
    return NULL;
  }
  return kind->fit(data, fitted, error) ? g_steal_pointer(&fitted) : NULL;
}

NwRecalibration *
nw_recalibration_fit(const NwRecalibratorKind *kind, const NwForecast *forecast,
                     gboolean per_output, GError **error)
{
  gsize rows = forecast->rows,
        n_maps = nw_maps_count(kind, forecast->task, forecast->cols, per_output);
  g_autoptr(NwRecalibration) self = g_new0(NwRecalibration, 1);
  g_autofree double *work = g_new(double, 3 * MAX(rows, 1));

  self->starts = g_array_new(FALSE, TRUE, sizeof(gsize));
  self->numbers = g_array_new(FALSE, FALSE, sizeof(double));
  self->problems = g_new0(char *, n_maps);
  self->maps = (NwMaps){kind, forecast->task, forecast->cols, n_maps, NULL, NULL};
  g_array_set_size(self->starts, 1);
  for (gsize i = 0; i < n_maps; i++) {
    NwRecalibratorData data = view(forecast, i, n_maps, work, work + rows, work + 2 * rows);
    g_autoptr(GError) problem = NULL;
    g_autoptr(GArray) fitted = fit_map(kind, &data, &problem);
    gsize end;

    if (fitted != NULL)
      g_array_append_vals(self->numbers, fitted->data, fitted->len);
    else if (n_maps > 1 || (forecast->cols == 1 && kind->only_classes == NULL))
      self->problems[i] = g_strdup_printf("“%s”: %s", forecast->names[i], problem->message);
    else
      self->problems[i] = g_strdup(problem->message);
    end = self->numbers->len;
    g_array_append_val(self->starts, end);
  }
  self->maps.starts = (const gsize *)self->starts->data;
  self->maps.numbers = (const double *)self->numbers->data;
  if (self->numbers->len > 0)
    return g_steal_pointer(&self);
  g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, self->problems[0]);
  return NULL;
}

void
nw_recalibration_free(NwRecalibration *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < self->maps.n_maps; i++)
    g_free(self->problems[i]);
  g_free(self->problems);
  g_array_unref(self->starts);
  g_array_unref(self->numbers);
  g_free(self);
}

gsize
nw_recalibration_get_n_maps(const NwRecalibration *self)
{
  return self->maps.n_maps;
}

const NwMaps *
nw_recalibration_get_maps(const NwRecalibration *self)
{
  return &self->maps;
}

const char *
nw_recalibration_get_problem(const NwRecalibration *self, gsize i)
{
  g_return_val_if_fail(i < self->maps.n_maps, NULL);
  return self->problems[i];
}

NwForecast *
nw_recalibration_apply(const NwRecalibration *self, const NwForecast *forecast, GError **error)
{
  const NwMaps *maps = &self->maps;
  gsize cols = forecast->cols;
  NwForecast *after;

  if (forecast->task != maps->task || cols != maps->cols) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("the map was fitted for “%s” (columns: %zu), but these predictions are “%s” "
                  "(columns: %zu)"),
                nw_task_choices[maps->task].id, maps->cols, nw_task_choices[forecast->task].id,
                cols);
    return NULL;
  }
  after = nw_forecast_copy(forecast);
  after->edges = NW_EDGES_DOUBLE;
  for (gsize row = 0; row < forecast->rows; row++)
    nw_maps_apply(maps, forecast->logits + row * cols, forecast->p + row * cols,
                  after->p + row * cols);
  for (gsize i = 0; i < forecast->rows * cols; i++)
    after->logits[i] = maps->task == NW_TASK_MULTICLASS ? log(MAX(after->p[i], NW_LOG_CLIP))
                                                        : log_odds(after->p[i]);
  return after;
}

/* ── JSON ────────────────────────────────────────────────────────────────────────────────────── */

static JsonNode *
numbers_to_json(const double *numbers, gsize n)
{
  JsonArray *array = json_array_sized_new((guint)n);
  JsonNode *node = json_node_new(JSON_NODE_ARRAY);

  for (gsize i = 0; i < n; i++)
    json_array_add_double_element(array, numbers[i]);
  json_node_take_array(node, array);
  return node;
}

/* What a parameter of one map is: a number, a list, or a list of rows. */
static JsonNode *
parameter_to_json(const NwRecalibratorNumbers *parameter, gsize k, const double *numbers, gsize n)
{
  JsonArray *rows;
  JsonNode *node;

  if (n == 1)
    return json_node_init_double(json_node_alloc(), numbers[0]);
  if (parameter->per != NW_PER_PAIR)
    return numbers_to_json(numbers, n);
  rows = json_array_new();
  for (gsize i = 0; i < k; i++)
    json_array_add_element(rows, numbers_to_json(numbers + i * k, k));
  node = json_node_new(JSON_NODE_ARRAY);
  json_node_take_array(node, rows);
  return node;
}

/* @parameter's numbers of map @i, which begin at @from. */
static JsonNode *
map_to_json(const NwRecalibration *self, gsize i, const NwRecalibratorNumbers *parameter,
            gsize from)
{
  const NwMaps *maps = &self->maps;
  gsize k = get_k(maps), n = maps->starts[i + 1] - maps->starts[i];

  if (n == 0)
    return json_node_new(JSON_NODE_NULL);
  return parameter_to_json(parameter, k, maps->numbers + maps->starts[i] + from,
                           count_numbers(parameter, k, n));
}

JsonNode *
nw_recalibration_to_json(const NwRecalibration *self)
{
  JsonObject *object = json_object_new();
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  gsize from = 0;

  for (const NwRecalibratorNumbers *p = self->maps.kind->parameters; p->name != NULL; p++) {
    JsonArray *array = json_array_new();
    for (gsize i = 0; i < self->maps.n_maps; i++)
      json_array_add_element(array, map_to_json(self, i, p, from));
    if (self->maps.n_maps == 1)
      json_object_set_member(object, p->name, json_array_dup_element(array, 0));
    else
      json_object_set_array_member(object, p->name, json_array_ref(array));
    json_array_unref(array);
    from += count_numbers(p, get_k(&self->maps), 0);
  }
  json_node_take_object(node, object);
  return node;
}
