/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-vec.h"

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
