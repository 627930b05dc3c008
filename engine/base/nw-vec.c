/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-vec.h"

#include <string.h>

extern const NwVec nw_vec_baseline[], nw_vec_avx2[], nw_vec_avx512[];

static const NwVec *const tables[NW_N_CPUS] = NW_CPU_TABLE(nw_vec);

const NwVec *
nw_vec(void)
{
  return tables[nw_cpu_get()];
}

const NwVec *
nw_vec_of(NwCpu cpu)
{
  return nw_cpu_is_supported(cpu) ? tables[cpu] : NULL;
}

/* ── split over the pool ─────────────────────────────────────────────────────────────────────── */

/* Numbers per task, at most; the order of a sum does not depend on the borders. */
#define TASK_NUMBERS 262144
#define TASK_COLUMNS 512 /* at least: a few cache lines of every row */

typedef struct {
  const NwReal *x;
  NwReal *y;
  gsize rows, cols, task_cols;
} AddRows;

static void
add_rows_cb(gpointer data, gsize task)
{
  const AddRows *job = data;
  gsize first = task * job->task_cols, cols = MIN(job->task_cols, job->cols - first);
  nw_vec()->add_rows(job->x + first, job->rows, cols, job->cols, job->y + first);
}

void
nw_vec_add_rows(NwPool *pool, const NwReal *x, gsize rows, gsize cols, NwReal *y)
{
  AddRows job = {x, y, rows, cols, MAX(TASK_NUMBERS / MAX(rows, 1), TASK_COLUMNS)};
  nw_pool_run(pool, (cols + job.task_cols - 1) / job.task_cols, add_rows_cb, &job);
}

/* ── dropout ─────────────────────────────────────────────────────────────────────────────────── */

#define DROPOUT_NUMBERS 32768 /* per task: a multiple of 64; about 30 µs of work */

typedef struct {
  const NwRng *rng;
  const NwReal *x;
  NwReal *y;
  gsize n;
  gboolean accumulate;
  double rate; /* 0: nothing is dropped */
} Dropout;

static void
dropout_cb(gpointer data, gsize task)
{
  const Dropout *job = data;
  gsize first = task * DROPOUT_NUMBERS, n = MIN(DROPOUT_NUMBERS, job->n - first);
  const NwReal *x = job->x + first;
  NwReal *y = job->y + first;

  if (job->rate > 0 && job->rate < 1)
    nw_vec()->dropout(job->rng, (guint32)(job->rate * 0x1p32), (NwReal)(1 / (1 - job->rate)),
                      job->x, job->y, first, n, job->accumulate);
  else if (job->rate > 0 && !job->accumulate)
    nw_vec()->fill(0, y, n);
  else if (job->rate == 0 && job->accumulate)
    nw_vec()->add(x, y, n);
  else if (job->rate == 0 && y != x)
    memcpy(y, x, n * sizeof *y);
}

void
nw_vec_dropout(NwPool *pool, const NwRng *rng, double rate, const NwReal *x, NwReal *y, gsize n,
               gboolean accumulate)
{
  Dropout job = {rng, x, y, n, accumulate, rate};
  nw_pool_run(pool, (n + DROPOUT_NUMBERS - 1) / DROPOUT_NUMBERS, dropout_cb, &job);
}
