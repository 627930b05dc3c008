/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-activation.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* y = x;  dx = dy */
static void
linear_forward(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  if (y != x)
    memcpy(y, x, rows * cols * sizeof *y);
}

static void
linear_backward(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows,
                gsize cols, gboolean accumulate)
{
  for (gsize i = 0; i < rows * cols; i++)
    dx[i] = accumulate ? dx[i] + dy[i] : dy[i];
}

/* y = max(x, 0);  dx = dy where y > 0 */
static void
relu_forward(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  for (gsize i = 0; i < rows * cols; i++)
    y[i] = x[i] < 0 ? 0 : x[i];
}

static void
relu_backward(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows,
              gsize cols, gboolean accumulate)
{
  for (gsize i = 0; i < rows * cols; i++)
    dx[i] = (accumulate ? dx[i] : 0) + (y[i] > 0 ? dy[i] : 0);
}

/* y = 1/(1 + e^−x);  dx = y(1 − y)·dy */
static void
sigmoid_forward(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  for (gsize i = 0; i < rows * cols; i++) {
    NwReal e = NW_R(exp)(-NW_R(fabs)(x[i]));
    y[i] = (x[i] < 0 ? e : 1) / (1 + e);
  }
}

static void
sigmoid_backward(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows,
                 gsize cols, gboolean accumulate)
{
  for (gsize i = 0; i < rows * cols; i++)
    dx[i] = (accumulate ? dx[i] : 0) + dy[i] * y[i] * (1 - y[i]);
}

/* y = tanh x;  dx = (1 − y²)·dy */
static void
tanh_forward(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  for (gsize i = 0; i < rows * cols; i++)
    y[i] = NW_R(tanh)(x[i]);
}

static void
tanh_backward(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows,
              gsize cols, gboolean accumulate)
{
  for (gsize i = 0; i < rows * cols; i++)
    dx[i] = (accumulate ? dx[i] : 0) + dy[i] * (1 - y[i] * y[i]);
}

/* y = e^(x − max x)/Σ;  dx = y·(dy − Σ y·dy) */
static void
softmax_forward(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  for (gsize row = 0; row < rows; row++, x += cols, y += cols) {
    NwReal max = x[0], sum = 0;
    for (gsize i = 1; i < cols; i++)
      max = MAX(max, x[i]);
    for (gsize i = 0; i < cols; i++)
      sum += y[i] = NW_R(exp)(x[i] - max);
    for (gsize i = 0; i < cols; i++)
      y[i] /= sum;
  }
}

static void
softmax_backward(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows,
                 gsize cols, gboolean accumulate)
{
  for (gsize row = 0; row < rows; row++, y += cols, dy += cols, dx += cols) {
    NwReal dot = 0;
    for (gsize i = 0; i < cols; i++)
      dot += y[i] * dy[i];
    for (gsize i = 0; i < cols; i++)
      dx[i] = (accumulate ? dx[i] : 0) + y[i] * (dy[i] - dot);
  }
}

static const NwActivation table[] = {
    {"linear", N_("linear"), "x", .forward = linear_forward, .backward = linear_backward},
    {"relu", "relu", "max(x, 0)", .needs_y = TRUE, .forward = relu_forward,
     .backward = relu_backward},
    {"sigmoid", "sigmoid", "1/(1 + e^−x)", .needs_y = TRUE, .forward = sigmoid_forward,
     .backward = sigmoid_backward},
    {"tanh", "tanh", "tanh x", .needs_y = TRUE, .forward = tanh_forward, .backward = tanh_backward},
    {"softmax", "softmax", "e^x / Σ e^x", .needs_y = TRUE, .row_wise = TRUE,
     .forward = softmax_forward, .backward = softmax_backward},
    {NULL},
};

const NwActivation *
nw_activations(void)
{
  return table;
}

const NwActivation *
nw_activation_find(const char *id)
{
  for (const NwActivation *activation = nw_activations(); activation->id != NULL; activation++)
    if (g_str_equal(activation->id, id))
      return activation;
  return NULL;
}

const NwChoice *
nw_activation_choices(void)
{
  static NwChoice *choices = NULL; /* kept until the program ends, as constant tables are */
  if (g_once_init_enter(&choices)) {
    GArray *array = g_array_new(TRUE, TRUE, sizeof(NwChoice));
    for (const NwActivation *activation = nw_activations(); activation->id != NULL; activation++)
      g_array_append_vals(array, &(NwChoice){activation->id, activation->title}, 1);
    g_once_init_leave(&choices, (NwChoice *)g_array_free(array, FALSE));
  }
  return choices;
}

/* ── split over the pool ─────────────────────────────────────────────────────────────────────── */

/* Numbers per task: enough to be worth a thread, the same at any number of threads. */
#define TASK_NUMBERS 16384

typedef struct {
  const NwActivation *activation;
  const NwReal *x, *y, *dy;
  NwReal *out;
  gsize rows, cols, rows_per_task;
  gboolean accumulate;
} Job;

static Job
make_job(const NwActivation *activation, gsize rows, gsize cols)
{
  Job job = {.activation = activation, .rows = rows, .cols = cols};
  if (!activation->row_wise) {
    job.rows = rows * cols;
    job.cols = 1;
  }
  job.rows_per_task = MAX(TASK_NUMBERS / job.cols, 1);
  return job;
}

static void
forward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  gsize first = task * job->rows_per_task, rows = MIN(job->rows_per_task, job->rows - first);
  gsize out_cols = job->activation->halves ? job->cols / 2 : job->cols;
  job->activation->forward(job->x + first * job->cols, job->out + first * out_cols, rows,
                           job->cols);
}

static void
backward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  gsize first = task * job->rows_per_task, rows = MIN(job->rows_per_task, job->rows - first);
  gsize out_cols = job->activation->halves ? job->cols / 2 : job->cols;
  job->activation->backward(job->x == NULL ? NULL : job->x + first * job->cols,
                            job->y == NULL ? NULL : job->y + first * out_cols,
                            job->dy + first * out_cols, job->out + first * job->cols, rows,
                            job->cols, job->accumulate);
}

void
nw_activation_forward(const NwActivation *activation, NwPool *pool, const NwReal *x, NwReal *y,
                      gsize rows, gsize cols)
{
  Job job = make_job(activation, rows, cols);
  job.x = x;
  job.out = y;
  nw_pool_run(pool, (job.rows + job.rows_per_task - 1) / job.rows_per_task, forward_cb, &job);
}

void
nw_activation_backward(const NwActivation *activation, NwPool *pool, const NwReal *x,
                       const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows, gsize cols,
                       gboolean accumulate)
{
  Job job = make_job(activation, rows, cols);
  job.x = x;
  job.y = y;
  job.dy = dy;
  job.out = dx;
  job.accumulate = accumulate;
  nw_pool_run(pool, (job.rows + job.rows_per_task - 1) / job.rows_per_task, backward_cb, &job);
}
