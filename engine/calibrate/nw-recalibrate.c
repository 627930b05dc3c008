/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-recalibrate.h"

#include "nw-error.h"
#include "nw-scores.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* One map, or why there is none. */
typedef struct {
  GArray *fitted; /* (nullable) double */
  char *problem;  /* (nullable) */
} Map;

struct _NwRecalibration {
  const NwRecalibratorKind *kind;
  NwTask task;
  gsize cols;
  gsize n_maps; /* 1, or one for each column */
  Map *maps;
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

/* What one map sees of a forecast, and where its answers go. */
typedef struct {
  NwRecalibratorData data;
  double *z, *p, *y, *q; /* [n] of one column, where it had to be copied */
} View;

static double
log_odds(double p)
{
  return log(MAX(p, NW_LOG_CLIP)) - log(MAX(1 - p, NW_LOG_CLIP));
}

/* Map @i of @n_maps: the whole when there is one, else column @i as a question of its own. */
static View
view_new(const NwForecast *forecast, gsize i, gsize n_maps)
{
  gsize rows = forecast->rows, cols = forecast->cols;
  View view = {{rows, cols, forecast->logits, forecast->p, forecast->y}};

  if (n_maps == 1 && forecast->task != NW_TASK_MULTICLASS) {
    view.data.n = rows * cols;
    view.data.k = 1;
  }
  if (n_maps == 1)
    return view;
  view.z = g_new(double, rows);
  view.p = g_new(double, rows);
  view.y = g_new(double, rows);
  view.q = g_new(double, rows);
  for (gsize row = 0; row < rows; row++) {
    gsize at = row * cols + i;
    view.p[row] = forecast->p[at];
    view.y[row] = forecast->y[at];
    view.z[row] =
        forecast->task == NW_TASK_MULTICLASS ? log_odds(forecast->p[at]) : forecast->logits[at];
  }
  view.data = (NwRecalibratorData){rows, 1, view.z, view.p, view.y};
  return view;
}

static void
view_clear(View *view)
{
  g_free(view->z);
  g_free(view->p);
  g_free(view->y);
  g_free(view->q);
}

static gboolean
fit_map(NwRecalibration *self, const NwForecast *forecast, gsize i)
{
  View view = view_new(forecast, i, self->n_maps);
  g_autoptr(GArray) fitted = g_array_new(FALSE, FALSE, sizeof(double));
  g_autoptr(GError) error = NULL;

  if (view.data.k == 1 && self->kind->only_classes != NULL)
    g_set_error_literal(&error, NW_ERROR, NW_ERROR_INPUT, _(self->kind->only_classes));
  else
    self->kind->fit(&view.data, fitted, &error);
  if (error == NULL)
    self->maps[i].fitted = g_steal_pointer(&fitted);
  else if (self->n_maps > 1 || (forecast->cols == 1 && self->kind->only_classes == NULL))
    self->maps[i].problem = g_strdup_printf("“%s”: %s", forecast->names[i], error->message);
  else
    self->maps[i].problem = g_strdup(error->message);
  view_clear(&view);
  return self->maps[i].fitted != NULL;
}

NwRecalibration *
nw_recalibration_fit(const NwRecalibratorKind *kind, const NwForecast *forecast,
                     gboolean per_output, GError **error)
{
  NwRecalibration *self = g_new0(NwRecalibration, 1);
  gsize n_fitted = 0;

  self->kind = kind;
  self->task = forecast->task;
  self->cols = forecast->cols;
  self->n_maps = forecast->task == NW_TASK_MULTICLASS ? (kind->joint ? 1 : forecast->cols)
                 : per_output                         ? forecast->cols
                                                      : 1;
  self->maps = g_new0(Map, self->n_maps);
  for (gsize i = 0; i < self->n_maps; i++)
    n_fitted += fit_map(self, forecast, i);
  if (n_fitted > 0)
    return self;
  g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, self->maps[0].problem);
  nw_recalibration_free(self);
  return NULL;
}

void
nw_recalibration_free(NwRecalibration *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < self->n_maps; i++) {
    g_clear_pointer(&self->maps[i].fitted, g_array_unref);
    g_free(self->maps[i].problem);
  }
  g_free(self->maps);
  g_free(self);
}

gsize
nw_recalibration_get_n_maps(const NwRecalibration *self)
{
  return self->n_maps;
}

const char *
nw_recalibration_get_problem(const NwRecalibration *self, gsize i)
{
  g_return_val_if_fail(i < self->n_maps, NULL);
  return self->maps[i].problem;
}

static void
apply_map(const NwRecalibration *self, const NwForecast *forecast, gsize i, double *p)
{
  const GArray *fitted = self->maps[i].fitted;
  View view;

  if (fitted == NULL)
    return;
  view = view_new(forecast, i, self->n_maps);
  self->kind->apply((const double *)fitted->data, fitted->len, &view.data,
                    view.q != NULL ? view.q : p);
  for (gsize row = 0; row < forecast->rows && view.q != NULL; row++)
    p[row * forecast->cols + i] = view.q[row];
  view_clear(&view);
}

/* Classes that were mapped one by one add up to 1 again; where all came out 0 the row stays. */
static void
normalise(const NwForecast *before, NwForecast *after)
{
  for (gsize row = 0; row < after->rows; row++) {
    const double *old = before->p + row * after->cols;
    double *p = after->p + row * after->cols, sum = 0;

    for (gsize col = 0; col < after->cols; col++)
      sum += p[col];
    for (gsize col = 0; col < after->cols; col++)
      p[col] = sum > 0 ? p[col] / sum : old[col];
  }
}

NwForecast *
nw_recalibration_apply(const NwRecalibration *self, const NwForecast *forecast, GError **error)
{
  gsize cells = forecast->rows * forecast->cols;
  NwForecast *after;

  if (forecast->task != self->task || forecast->cols != self->cols) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("the map was fitted for “%s” (columns: %zu), but these predictions are “%s” "
                  "(columns: %zu)"),
                nw_task_choices[self->task].id, self->cols, nw_task_choices[forecast->task].id,
                forecast->cols);
    return NULL;
  }
  after = nw_forecast_copy(forecast);
  after->edges = NW_EDGES_DOUBLE;
  for (gsize i = 0; i < self->n_maps; i++)
    apply_map(self, forecast, i, after->p);
  if (self->task == NW_TASK_MULTICLASS && !self->kind->joint)
    normalise(forecast, after);
  for (gsize i = 0; i < cells; i++)
    after->logits[i] = self->task == NW_TASK_MULTICLASS ? log(MAX(after->p[i], NW_LOG_CLIP))
                                                        : log_odds(after->p[i]);
  return after;
}

/* What one map sees at once: all classes, or one question. */
static gsize
get_k(const NwRecalibration *self)
{
  return self->task == NW_TASK_MULTICLASS && self->kind->joint ? self->cols : 1;
}

/* JSON */

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

/* How many numbers of a map with @n_fitted ones belong to a parameter. */
static gsize
count_numbers(const NwRecalibratorNumbers *parameter, gsize k, gsize n_fitted)
{
  gsize n = 1;

  for (int axis = 0; axis < (int)parameter->per; axis++)
    n *= k;
  return parameter->each > 0 ? n_fitted : n;
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
map_to_json(const NwRecalibration *self, gsize i, const NwRecalibratorNumbers *parameter, gsize from)
{
  const GArray *fitted = self->maps[i].fitted;
  gsize k = get_k(self);

  if (fitted == NULL)
    return json_node_new(JSON_NODE_NULL);
  return parameter_to_json(parameter, k, (const double *)fitted->data + from,
                           count_numbers(parameter, k, fitted->len));
}

JsonNode *
nw_recalibration_to_json(const NwRecalibration *self)
{
  JsonObject *object = json_object_new();
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  gsize from = 0;

  for (const NwRecalibratorNumbers *p = self->kind->parameters; p->name != NULL; p++) {
    JsonArray *array = json_array_new();
    for (gsize i = 0; i < self->n_maps; i++)
      json_array_add_element(array, map_to_json(self, i, p, from));
    if (self->n_maps == 1)
      json_object_set_member(object, p->name, json_array_dup_element(array, 0));
    else
      json_object_set_array_member(object, p->name, json_array_ref(array));
    json_array_unref(array);
    from += count_numbers(p, get_k(self), 0);
  }
  json_node_take_object(node, object);
  return node;
}
