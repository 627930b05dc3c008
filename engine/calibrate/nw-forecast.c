/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-forecast.h"

#include "nw-error.h"
#include "nw-logistic.h"
#include "nw-scores.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Float32 arithmetic leaves probabilities this far outside of 0 … 1, and sums this far from 1. */
#define SLACK     1e-6
#define SUM_SLACK 0.01

const NwChoice nw_task_choices[NW_N_TASKS + 1] = {
    [NW_TASK_AUTO] = {"auto", N_("Find out")},
    [NW_TASK_BINARY] = {"binary", N_("One yes/no question")},
    [NW_TASK_MULTICLASS] = {"multiclass", N_("One of several classes")},
    [NW_TASK_MULTILABEL] = {"multilabel", N_("Several yes/no questions")},
};

/* The input as rows and columns, before anything is copied. */
typedef struct {
  const NwForecastInput *input;
  gsize rows, cols;        /* given */
  gboolean label_per_cell; /* else one per row */
  NwTask task;
} Layout;

static double
prediction_at(const Layout *layout, gsize row, gsize col)
{
  return layout->input->predictions.values[row * layout->cols + col];
}

static double
label_at(const Layout *layout, gsize row, gsize col)
{
  const double *values = layout->input->labels.values;
  return layout->label_per_cell ? values[row * layout->cols + col] : values[row];
}

static gboolean
row_counts(const Layout *layout, gsize row)
{
  const double *mask = layout->input->mask.values;
  return mask == NULL || mask[row] != 0;
}

/* “PLACE: WHAT” */
static gboolean
fail_at(const Layout *layout, const NwForecastArray *array, gsize row, gssize column, double value,
        const char *what, GError **error)
{
  g_autofree char *number = nw_number_to_text(value), *place = NULL;

  if (layout->input->place != NULL)
    place = layout->input->place(layout->input->place_data, array, row, column);
  else if (column < 0)
    place = g_strdup_printf(_("%s, row %zu (counted from 0)"), array->name, row);
  else
    place =
        g_strdup_printf(_("%s, row %zu, column %zd (counted from 0)"), array->name, row, column);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, "%s: %s %s", place, number, what);
  return FALSE;
}

/* Shapes */

/* Are @shape's axes the first @rank of @of, perhaps with an axis of 1 behind? */
static gboolean
leads(const NwShape *shape, const NwShape *of, int rank)
{
  if (shape->rank != rank && !(shape->rank == rank + 1 && shape->dim[rank] == 1))
    return FALSE;
  for (int i = 0; i < rank; i++)
    if (shape->dim[i] != of->dim[i])
      return FALSE;
  return TRUE;
}

static gboolean
fail_shapes(const NwForecastArray *array, const NwForecastArray *predictions, GError **error)
{
  g_autofree char *mine = nw_shape_to_text(&array->shape);
  g_autofree char *theirs = nw_shape_to_text(&predictions->shape);

  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("“%s” has the shape %s, which does not fit “%s” with %s: it needs one number for "
                "each row of it"),
              array->name, mine, predictions->name, theirs);
  return FALSE;
}

/* The axes before the classes. Two axes are rows and classes, unless each number is a step of a
 * sequence with one yes/no question: asked for as binary, or masked one by one. */
static int
row_axes(const NwForecastInput *input)
{
  const NwShape *shape = &input->predictions.shape;
  gboolean alike = nw_shape_equal(&input->labels.shape, shape) && shape->rank == 2;

  if (shape->rank == 1)
    return 1;
  if (alike && shape->dim[1] > 1 &&
      ((input->task == NW_TASK_BINARY && shape->dim[1] > 2) ||
       (input->mask.values != NULL && nw_shape_equal(&input->mask.shape, shape))))
    return 2;
  return shape->rank - 1;
}

static gboolean
read_shapes(Layout *layout, GError **error)
{
  const NwForecastInput *input = layout->input;
  const NwShape *shape = &input->predictions.shape;
  gint64 rows = 1;
  int axes;

  if (shape->rank < 1 || shape->rank > 3 || (shape->rank > 1 && shape->dim[shape->rank - 1] == 0)) {
    g_autofree char *text = nw_shape_to_text(shape);
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("“%s” has the shape %s; it must be (rows), (rows, classes) or (rows, steps, "
                  "classes)"),
                input->predictions.name, text);
    return FALSE;
  }
  axes = row_axes(input);
  for (int i = 0; i < axes; i++)
    rows *= shape->dim[i];
  layout->rows = (gsize)rows;
  layout->cols = axes < shape->rank ? (gsize)shape->dim[axes] : 1;
  layout->label_per_cell = nw_shape_equal(&input->labels.shape, shape) || layout->cols == 1;
  if (!nw_shape_equal(&input->labels.shape, shape) && !leads(&input->labels.shape, shape, axes))
    return fail_shapes(&input->labels, &input->predictions, error);
  if (input->mask.values != NULL && !leads(&input->mask.shape, shape, axes))
    return fail_shapes(&input->mask, &input->predictions, error);
  return TRUE;
}

/* Task */

/* In every row that counts one label is 1, the others 0, and probabilities add up to 1. */
static gboolean
excludes(const Layout *layout)
{
  for (gsize row = 0; row < layout->rows; row++) {
    gsize ones = 0;
    double sum = 0;

    for (gsize col = 0; col < layout->cols && row_counts(layout, row); col++) {
      double y = label_at(layout, row, col);
      if (y != 0 && y != 1)
        return FALSE;
      ones += y == 1;
      sum += prediction_at(layout, row, col);
    }
    if (!row_counts(layout, row))
      continue;
    if (ones != 1 || (!layout->input->are_logits && !(fabs(sum - 1) <= SUM_SLACK)))
      return FALSE;
  }
  return TRUE;
}

static NwTask
guess_task(const Layout *layout)
{
  if (layout->cols == 1)
    return NW_TASK_BINARY;
  if (layout->label_per_cell && !excludes(layout))
    return NW_TASK_MULTILABEL;
  return layout->cols == 2 ? NW_TASK_BINARY : NW_TASK_MULTICLASS;
}

static gboolean
choose_task(Layout *layout, GError **error)
{
  const char *problem = NULL;

  layout->task = layout->input->task;
  if (layout->task == NW_TASK_AUTO)
    layout->task = guess_task(layout);
  if (layout->task == NW_TASK_BINARY && layout->cols > 2)
    problem = _("one yes/no question needs one column, or two that exclude each other");
  if (layout->task == NW_TASK_MULTICLASS && layout->cols == 1)
    problem = _("several classes need a column for each");
  if (layout->task == NW_TASK_MULTILABEL && layout->cols > 1 && !layout->label_per_cell)
    problem = _("several yes/no questions need a 0 or 1 for each, not one class per row");
  if (problem == NULL)
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” has %zu columns: %s"),
              layout->input->predictions.name, layout->cols, problem);
  return FALSE;
}

/* Values */

static gboolean
check_predictions(const Layout *layout, gsize row, GError **error)
{
  const NwForecastArray *array = &layout->input->predictions;
  double sum = 0;

  for (gsize col = 0; col < layout->cols; col++) {
    double value = prediction_at(layout, row, col);
    if (!isfinite(value))
      return fail_at(layout, array, row, (gssize)col, value, _("is no finite number"), error);
    if (!layout->input->are_logits && (value < -SLACK || value > 1 + SLACK))
      return fail_at(layout, array, row, (gssize)col, value,
                     _("is no probability; it must lie between 0 and 1"), error);
    sum += value;
  }
  if (layout->input->are_logits || layout->task == NW_TASK_MULTILABEL || layout->cols == 1 ||
      fabs(sum - 1) <= SUM_SLACK)
    return TRUE;
  return fail_at(layout, array, row, -1, sum,
                 _("is what the probabilities of the classes add up to, instead of 1"), error);
}

static gboolean
check_labels(const Layout *layout, gsize row, GError **error)
{
  const NwForecastArray *array = &layout->input->labels;
  double sum = 0;

  if (!layout->label_per_cell) {
    double label = label_at(layout, row, 0);
    if (label >= 0 && label < layout->cols && label == floor(label))
      return TRUE;
    return fail_at(layout, array, row, -1, label,
                   _("is no class; classes are whole numbers from 0, one per column"), error);
  }
  for (gsize col = 0; col < layout->cols; col++) {
    double label = label_at(layout, row, col);
    if (!(label >= 0 && label <= 1))
      return fail_at(layout, array, row, layout->cols > 1 ? (gssize)col : -1, label,
                     _("is no label; it must be 0, 1 or between"), error);
    sum += label;
  }
  if (layout->task == NW_TASK_MULTILABEL || layout->cols == 1 || fabs(sum - 1) <= SUM_SLACK)
    return TRUE;
  return fail_at(layout, array, row, -1, sum,
                 _("is what the labels of the classes add up to, instead of 1"), error);
}

static gboolean
check_values(const Layout *layout, gsize *n_rows, GError **error)
{
  *n_rows = 0;
  for (gsize row = 0; row < layout->rows; row++) {
    const double *mask = layout->input->mask.values;
    if (mask != NULL && !isfinite(mask[row]))
      return fail_at(layout, &layout->input->mask, row, -1, mask[row], _("is no finite number"),
                     error);
    if (!row_counts(layout, row))
      continue;
    if (!check_predictions(layout, row, error) || !check_labels(layout, row, error))
      return FALSE;
    ++*n_rows;
  }
  if (*n_rows > 0)
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” has no row to score"),
              layout->input->predictions.name);
  return FALSE;
}

/* Copies */

static double
clipped_log(double p)
{
  return log(MAX(p, NW_LOG_CLIP));
}

/* One row of a forecast whose labels are questions of their own. */
static void
copy_questions(NwForecast *self, const Layout *layout, gsize from, gsize to)
{
  for (gsize col = 0; col < self->cols; col++) {
    gsize given = layout->cols - self->cols + col, at = to * self->cols + col;
    double value = prediction_at(layout, from, given), other = 1 - value;

    if (self->cols < layout->cols) /* two columns, one question */
      other = prediction_at(layout, from, 0);
    if (layout->input->are_logits) {
      self->logits[at] = self->cols < layout->cols ? value - other : value;
      self->p[at] = nw_sigmoid(self->logits[at]);
    } else {
      self->logits[at] = clipped_log(value) - clipped_log(other);
      self->p[at] = CLAMP(value, 0, 1);
    }
    self->y[at] = label_at(layout, from, given);
  }
}

static void
copy_classes(NwForecast *self, const Layout *layout, gsize from, gsize to)
{
  double *z = self->logits + to * self->cols, *p = self->p + to * self->cols;

  for (gsize col = 0; col < self->cols; col++) {
    double value = prediction_at(layout, from, col), label = label_at(layout, from, col);
    z[col] = layout->input->are_logits ? value : clipped_log(value);
    p[col] = CLAMP(value, 0, 1);
    self->y[to * self->cols + col] = layout->label_per_cell ? label : label == col;
  }
  if (layout->input->are_logits)
    nw_softmax(z, self->cols, p);
}

/* Were the probabilities float32 before somebody wrote them down? */
static NwEdges
find_edges(const NwForecast *self, const Layout *layout)
{
  if (layout->input->are_logits)
    return NW_EDGES_DOUBLE;
  for (gsize i = 0; i < self->rows * self->cols; i++)
    if (self->p[i] != (float)self->p[i])
      return NW_EDGES_DOUBLE;
  return NW_EDGES_SINGLE;
}

static char **
copy_names(const Layout *layout, gsize cols)
{
  char **names = g_new0(char *, cols + 1);

  for (gsize col = 0; col < cols; col++) {
    gsize given = layout->cols - cols + col;
    names[col] = layout->input->names != NULL ? g_strdup(layout->input->names[given])
                                              : g_strdup_printf("%zu", given);
  }
  return names;
}

NwForecast *
nw_forecast_new(const NwForecastInput *input, GError **error)
{
  Layout layout = {input};
  NwForecast *self;
  gsize rows, cells, kept = 0;

  if (!read_shapes(&layout, error) || !choose_task(&layout, error) ||
      !check_values(&layout, &rows, error))
    return NULL;
  self = g_new0(NwForecast, 1);
  self->task = layout.task;
  self->rows = rows;
  self->masked = layout.rows - rows;
  self->cols = layout.task == NW_TASK_BINARY ? 1 : layout.cols;
  self->names = copy_names(&layout, self->cols);
  self->from = g_new(gsize, rows);
  cells = rows * self->cols;
  self->logits = g_new(double, cells);
  self->p = g_new(double, cells);
  self->y = g_new(double, cells);
  for (gsize row = 0; row < layout.rows; row++) {
    if (!row_counts(&layout, row))
      continue;
    self->from[kept] = row;
    if (self->task == NW_TASK_MULTICLASS)
      copy_classes(self, &layout, row, kept++);
    else
      copy_questions(self, &layout, row, kept++);
  }
  for (gsize i = 0; i < cells && !self->soft; i++)
    self->soft = self->y[i] != 0 && self->y[i] != 1;
  self->edges = find_edges(self, &layout);
  return self;
}

NwForecast *
nw_forecast_copy(const NwForecast *self)
{
  NwForecast *copy = g_memdup2(self, sizeof *self);
  gsize size = self->rows * self->cols * sizeof(double);

  copy->from = g_memdup2(self->from, self->rows * sizeof *self->from);
  copy->names = g_strdupv(self->names);
  copy->logits = g_memdup2(self->logits, size);
  copy->p = g_memdup2(self->p, size);
  copy->y = g_memdup2(self->y, size);
  return copy;
}

NwForecast *
nw_forecast_select(const NwForecast *self, const gsize *rows, gsize n)
{
  NwForecast *part = g_memdup2(self, sizeof *self);
  gsize cols = self->cols, size = cols * sizeof(double);

  part->rows = n;
  part->masked = self->rows + self->masked - n;
  part->from = g_new(gsize, n);
  part->names = g_strdupv(self->names);
  part->logits = g_new(double, n * cols);
  part->p = g_new(double, n * cols);
  part->y = g_new(double, n * cols);
  for (gsize i = 0; i < n; i++) {
    part->from[i] = self->from[rows[i]];
    memcpy(part->logits + i * cols, self->logits + rows[i] * cols, size);
    memcpy(part->p + i * cols, self->p + rows[i] * cols, size);
    memcpy(part->y + i * cols, self->y + rows[i] * cols, size);
  }
  return part;
}

void
nw_forecast_free(NwForecast *self)
{
  if (self == NULL)
    return;
  g_strfreev(self->names);
  g_free(self->from);
  g_free(self->logits);
  g_free(self->p);
  g_free(self->y);
  g_free(self);
}
