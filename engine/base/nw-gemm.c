/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-gemm.h"

#include <string.h>

#include "nw-gemm-kernels.h"
#include "nw-vec.h"

extern const NwGemmKernels nw_gemm_kernels_baseline[], nw_gemm_kernels_avx2[],
    nw_gemm_kernels_avx512[];

static const NwGemmKernels *const tables[NW_N_CPUS] = NW_CPU_TABLE(nw_gemm_kernels);

const NwGemmKernels *
nw_gemm_kernels(void)
{
  return tables[nw_cpu_get()];
}

/* Terms of a sum at a time, so that what they touch stays in the cache. */
#define STEPS 512

/* Columns of a tile, and rows, at most, in any variant. */
#define MOST_COLUMNS 32
#define MOST_TILE    8

/* With so few terms, panels of b need not be copied together: they lie in the second cache anyway.
 * Otherwise there is room for so many numbers of them. */
#define FEW_STEPS 64
#define FEW_TILES 4 /* that share a copy */
#define KEPT      65536

/* Of a task: columns of c in A·B and Aᵀ·B, which are columns of A in A·Bᵀ; and its multiplications,
 * at least, so that a thread is worth waking. There are about so many tasks. */
#define TASK_COLUMNS NW_GEMM_BLOCK
#define TASK_OUT     512
#define TASK_ROWS    128
#define TASK_WORK    (1 << 18)
#define TASKS        32

/* How c is cut: the borders depend on the sizes alone. */
typedef struct {
  const NwGemm *gemm;
  const NwGemmKernels *kernels;
  gsize task_rows, task_columns, tasks_across;
} Job;

/* Of a task. */
typedef struct {
  gsize row, row_end, column, column_end;
} Part;

static gsize
round_up(gsize n, gsize unit)
{
  return (n + unit - 1) / unit * unit;
}

static Part
part_of(const Job *job, gsize task)
{
  gsize row = task / job->tasks_across * job->task_rows;
  gsize column = task % job->tasks_across * job->task_columns;
  return (Part){row, MIN(row + job->task_rows, job->gemm->m), column,
                MIN(column + job->task_columns, job->gemm->n)};
}

/* Rows of a tile, so that all tiles are about as high. */
static gsize
tile_height(const Job *job, gsize rows)
{
  gsize tiles = (rows + job->kernels->rows - 1) / job->kernels->rows;
  return (rows + tiles - 1) / tiles;
}

/* b[steps, columns] with zeros behind its @n columns. */
static void
copy_panel(NwReal *to, gsize columns, const NwReal *b, gsize b_step, gsize steps, gsize n)
{
  for (gsize k = 0; k < steps; k++) {
    memcpy(to + k * columns, b + k * b_step, n * sizeof *to);
    memset(to + k * columns + n, 0, (columns - n) * sizeof *to);
  }
}

/* A tile of which only the first @n columns are in c. */
static void
narrow_tile(const Job *job, NwGemmTile tile, gsize n)
{
  NwReal sums[MOST_TILE * MOST_COLUMNS], bias[MOST_COLUMNS], *c = tile.c;
  gsize columns = job->kernels->columns, c_row = tile.c_row;

  tile.c = sums;
  tile.c_row = columns;
  tile.half = 2 * n <= columns;
  if (tile.add)
    copy_panel(sums, columns, c, c_row, tile.rows, n);
  if (tile.bias != NULL) {
    copy_panel(bias, columns, tile.bias, n, 1, n);
    tile.bias = bias;
  }
  job->kernels->tile(&tile);
  for (gsize i = 0; i < tile.rows; i++)
    memcpy(c + i * c_row, sums + i * columns, n * sizeof *c);
}

static void
finish(const NwGemm *g, gsize row, gsize rows, gsize column, gsize columns, NwReal *c, gsize stride)
{
  NwGemmBlock block = {row, rows, column, columns, stride, c};

  if (g->epilogue.func != NULL)
    g->epilogue.func(g->epilogue.data, &block);
}

/* ── c = a · b ───────────────────────────────────────────────────────────────────────────────────
 * Panels of b one after the other, each against all rows of the task. The first of these read it
 * where it lies, fetch the next and copy it together for the others: its rows are far apart. */

static void
forward_panel(const Job *job, const Part *part, gsize k, gsize j, NwReal *kept)
{
  const NwGemm *g = job->gemm;
  gsize columns = job->kernels->columns, height = tile_height(job, part->row_end - part->row);
  const NwReal *b = g->b + k * g->ldb + j;
  gsize n = MIN(columns, part->column_end - j);
  gboolean more = j + 2 * columns <= part->column_end;
  NwGemmTile tile = {.steps = MIN(STEPS, g->k - k),
                     .a_row = g->lda,
                     .a_step = 1,
                     .b = kept,
                     .b_step = columns,
                     .c_row = g->ldc,
                     .add = g->add || k > 0,
                     .bias = k == 0 && g->epilogue.bias != NULL ? g->epilogue.bias + j : NULL};

  if (n < columns) {
    copy_panel(kept, columns, b, g->ldb, tile.steps, n);
  } else {
    tile.b = b;
    tile.b_step = g->ldb;
    tile.ahead = more ? b + columns : b;
    tile.keep = part->row_end - part->row > height ? kept : NULL;
  }
  for (gsize i = part->row; i < part->row_end; i += height) {
    tile.rows = MIN(height, part->row_end - i);
    tile.a = g->a + i * g->lda + k;
    tile.c = g->c + i * g->ldc + j;
    if (n < columns)
      narrow_tile(job, tile, n);
    else
      job->kernels->tile(&tile);
    tile.b = kept;
    tile.b_step = columns;
    tile.ahead = NULL;
    tile.keep = NULL;
  }
}

/* c has one row, and a tile of it would be mostly empty. */
static void
forward_row(const NwGemm *g, const Job *job, gsize column, gsize n)
{
  const NwReal *bias = g->epilogue.bias == NULL ? NULL : g->epilogue.bias + column;
  NwReal *c = g->c + column;

  if (g->add && bias != NULL)
    nw_vec()->add(bias, c, n);
  else if (!g->add && bias != NULL)
    memcpy(c, bias, n * sizeof *c);
  else if (!g->add)
    memset(c, 0, n * sizeof *c);
  job->kernels->row(n, g->k, g->a, g->b + column, g->ldb, c);
}

static void
forward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwGemm *g = job->gemm;
  Part part = part_of(job, task);
  NwReal kept[STEPS * MOST_COLUMNS];

  if (g->m == 1)
    forward_row(g, job, part.column, part.column_end - part.column);
  else
    for (gsize k = 0; k < g->k; k += STEPS)
      for (gsize j = part.column; j < part.column_end; j += job->kernels->columns)
        forward_panel(job, &part, k, j, kept);
  finish(g, part.row, part.row_end - part.row, part.column, part.column_end - part.column,
         g->c + part.row * g->ldc + part.column, g->ldc);
}

/* ── c = aᵀ · b ──────────────────────────────────────────────────────────────────────────────────
 * Rows of c one after the other, since they are many and are written, or used up, once. The first
 * of them copy the panels of b together for the others. */

/* Rows that are used up at once are better whole: what uses them reads and writes much memory. */
static gboolean
keeps_panels(const NwGemm *g)
{
  return g->k > FEW_STEPS && g->c != NULL;
}

/* Rows row … row + rows − 1, of which @c is the first. */
static void
gradient_rows(const Job *job, const Part *part, gsize k, gsize row, gsize rows, NwReal *kept,
              NwReal *c, gsize c_row)
{
  const NwGemm *g = job->gemm;
  gsize columns = job->kernels->columns, steps = MIN(STEPS, g->k - k);
  gboolean first = row == part->row, keeps = keeps_panels(g);

  for (gsize j = part->column; j < part->column_end; j += columns) {
    const NwReal *b = g->b + k * g->ldb + j;
    NwReal *panel = keeps ? kept + (j - part->column) * steps : kept;
    gsize n = MIN(columns, part->column_end - j);
    gboolean copied = n < columns || (keeps && !first);
    NwGemmTile tile = {.rows = rows,
                       .steps = steps,
                       .a = g->a + k * g->lda + row,
                       .a_row = 1,
                       .a_step = g->lda,
                       .b = copied ? panel : b,
                       .b_step = copied ? columns : g->ldb,
                       .c = c + (j - part->column),
                       .c_row = c_row,
                       .add = g->add || k > 0};
    if (n < columns) {
      if (first)
        copy_panel(panel, columns, b, g->ldb, steps, n);
      narrow_tile(job, tile, n);
      continue;
    }
    if (!copied)
      tile.ahead = j + 2 * columns <= part->column_end ? b + columns : b;
    if (keeps && first)
      tile.keep = panel;
    job->kernels->tile(&tile);
  }
}

static void
gradient_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwGemm *g = job->gemm;
  Part part = part_of(job, task);
  gsize height = tile_height(job, part.row_end - part.row), n = part.column_end - part.column;
  NwReal kept[KEPT], block[MOST_TILE * TASK_COLUMNS];

  for (gsize k = 0; k < g->k; k += STEPS) {
    for (gsize i = part.row; i < part.row_end; i += height) {
      gsize rows = MIN(height, part.row_end - i);
      if (g->c != NULL) {
        gradient_rows(job, &part, k, i, rows, kept, g->c + i * g->ldc + part.column, g->ldc);
        continue;
      }
      gradient_rows(job, &part, k, i, rows, kept, block, n);
      finish(g, i, rows, part.column, n, block, n);
    }
  }
}

/* ── c = a · bᵀ ──────────────────────────────────────────────────────────────────────────────────
 * cᵀ = b · aᵀ: rows of b as they lie against a few rows of a, turned. Every task turns them anew,
 * so there are fewer of them. */

static void
backward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwGemm *g = job->gemm;
  Part part = part_of(job, task);
  gsize columns = job->kernels->columns, out = part.column_end - part.column;
  gsize height = tile_height(job, out);
  NwReal turned[STEPS * MOST_COLUMNS], sums[TASK_OUT * MOST_COLUMNS];

  for (gsize i = part.row; i < part.row_end; i += columns) {
    gsize rows = MIN(columns, part.row_end - i);
    NwReal *c = g->c + i * g->ldc + part.column;
    if (rows < columns)
      memset(turned, 0, sizeof turned);
    for (gsize k = 0; k < g->k; k += STEPS) {
      gsize steps = MIN(STEPS, g->k - k);
      job->kernels->turn(rows, steps, g->a + i * g->lda + k, g->lda, turned, columns, FALSE);
      for (gsize j = 0; j < out; j += height) {
        NwGemmTile tile = {.rows = MIN(height, out - j),
                           .steps = steps,
                           .a = g->b + (part.column + j) * g->ldb + k,
                           .a_row = g->ldb,
                           .a_step = 1,
                           .b = turned,
                           .b_step = columns,
                           .c = sums + j * columns,
                           .c_row = columns,
                           .add = k > 0};
        job->kernels->tile(&tile);
      }
    }
    job->kernels->turn(out, rows, sums, columns, c, g->ldc, g->add);
    finish(g, i, rows, part.column, out, c, g->ldc);
  }
}

/* ── all of them ─────────────────────────────────────────────────────────────────────────────── */

static gsize
divide_up(gsize a, gsize b)
{
  return (a + b - 1) / b;
}

/* Cuts one axis of @n into about @shares tasks of at most @most, a multiple of @unit, that are not
 * so small as to cost more than they share out. @work: multiplications for each step of the axis.
 */
static gsize
cut(gsize n, gsize shares, gsize unit, gsize most, gsize work)
{
  gsize least = TASK_WORK / MAX(work, 1) + 1;
  return MIN(round_up(MAX(least, divide_up(n, MAX(shares, 1))), unit), most);
}

static NwPoolFunc
cut_forward(Job *job)
{
  const NwGemm *g = job->gemm;
  gsize shares = g->m == 1 ? 4 : MIN(TASKS / divide_up(g->m, TASK_ROWS), TASKS / 2);

  job->task_rows = TASK_ROWS;
  job->task_columns =
      cut(g->n, shares, job->kernels->columns, TASK_COLUMNS, g->k * MIN(g->m, job->task_rows));
  return forward_cb;
}

/* A small c of long sums: at least two tasks across, and so many rows in each that copying the
 * panels pays. */
static NwPoolFunc
cut_gradient(Job *job)
{
  const NwGemm *g = job->gemm;
  gsize height = job->kernels->rows, rows = TASKS;

  job->task_columns = TASK_COLUMNS;
  if (keeps_panels(g)) {
    gsize half = round_up(divide_up(g->n, 2), job->kernels->columns);
    job->task_columns = MIN(KEPT / MIN(g->k, STEPS) / MOST_COLUMNS * MOST_COLUMNS, half);
    rows = MAX(g->m / (FEW_TILES * height), 2);
  }
  job->task_rows = cut(g->m, MIN(TASKS / divide_up(g->n, job->task_columns), rows), height,
                       G_MAXSIZE, g->k * MIN(g->n, job->task_columns));
  return gradient_cb;
}

static NwPoolFunc
cut_backward(Job *job)
{
  const NwGemm *g = job->gemm;
  gsize shares = MIN(TASKS / divide_up(g->m, TASK_ROWS), TASKS / 4);

  job->task_rows = TASK_ROWS;
  job->task_columns =
      cut(g->n, shares, job->kernels->rows, TASK_OUT, g->k * MIN(g->m, job->task_rows));
  return backward_cb;
}

void
nw_gemm_run(const NwGemm *gemm, NwPool *pool)
{
  Job job = {.gemm = gemm, .kernels = nw_gemm_kernels()};
  NwPoolFunc func = gemm->trans_a == NW_TRANS   ? cut_gradient(&job)
                    : gemm->trans_b == NW_TRANS ? cut_backward(&job)
                                                : cut_forward(&job);

  job.tasks_across = divide_up(gemm->n, job.task_columns);
  nw_pool_run(pool, divide_up(gemm->m, job.task_rows) * job.tasks_across, func, &job);
}
