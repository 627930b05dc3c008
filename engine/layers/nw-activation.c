/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-activation.h"

extern const NwActivation nw_activations_baseline[], nw_activations_avx2[], nw_activations_avx512[];

static const NwActivation *const tables[NW_N_CPUS] = NW_CPU_TABLE(nw_activations);

const NwActivation *
nw_activations(void)
{
  return tables[nw_cpu_get()];
}

const NwActivation *
nw_activations_of(NwCpu cpu)
{
  return nw_cpu_is_supported(cpu) ? tables[cpu] : NULL;
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

/* Numbers per task, the same at any number of threads: about 20 µs of work, because waking a thread
 * costs that much. */
#define TASK_NUMBERS 65536

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

/* ── in place ────────────────────────────────────────────────────────────────────────────────── */

void
nw_activation_forward_block(const NwActivation *activation, NwReal *c, gsize stride, gsize rows,
                            gsize cols)
{
  if (stride == cols) {
    activation->forward(c, c, rows, cols);
    return;
  }
  for (gsize r = 0; r < rows; r++)
    activation->forward(c + r * stride, c + r * stride, 1, cols);
}

void
nw_activation_backward_block(const NwActivation *activation, const NwReal *y, NwReal *c,
                             gsize stride, gsize rows, gsize cols)
{
  if (stride == cols) {
    activation->backward(NULL, y, c, c, rows, cols, FALSE);
    return;
  }
  for (gsize r = 0; r < rows; r++)
    activation->backward(NULL, y + r * stride, c + r * stride, c + r * stride, 1, cols, FALSE);
}
