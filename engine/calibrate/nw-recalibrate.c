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

  if (self->kind->fit(&view.data, fitted, &error))
    self->maps[i].fitted = g_steal_pointer(&fitted);
  else if (self->n_maps > 1 || forecast->cols == 1)
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

/* What parameter @parameter of one map is: a number, or a list where there is one for each class,
 * or all points of a curve. */
static JsonNode *
parameter_to_json(const NwRecalibration *self, const Map *map, gsize parameter, gsize n_parameters)
{
  const double *numbers;
  gsize n;

  if (map->fitted == NULL)
    return json_node_new(JSON_NODE_NULL);
  n = map->fitted->len / n_parameters;
  numbers = (const double *)map->fitted->data + parameter * n;
  if (self->kind->parameters != NULL && n == 1)
    return json_node_init_double(json_node_alloc(), numbers[0]);
  return numbers_to_json(numbers, n);
}

JsonNode *
nw_recalibration_to_json(const NwRecalibration *self)
{
  static const char *const points[] = {"points", NULL};
  const char *const *names = self->kind->parameters != NULL ? self->kind->parameters : points;
  gsize n_names = g_strv_length((char **)names);
  JsonObject *object = json_object_new();
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);

  for (gsize j = 0; j < n_names; j++) {
    JsonArray *array = json_array_new();
    for (gsize i = 0; i < self->n_maps; i++)
      json_array_add_element(array, parameter_to_json(self, &self->maps[i], j, n_names));
    if (self->n_maps == 1)
      json_object_set_member(object, names[j], json_array_dup_element(array, 0));
    else
      json_object_set_array_member(object, names[j], json_array_ref(array));
    json_array_unref(array);
  }
  json_node_take_object(node, object);
  return node;
}
