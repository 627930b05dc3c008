/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-gemm.h"

#include <string.h>

#include "nw-gemm-kernels.h"

extern const NwGemmKernels nw_gemm_kernels_baseline[], nw_gemm_kernels_avx2[],
    nw_gemm_kernels_avx512[];

static const NwGemmKernels *const tables[NW_N_CPUS] = NW_CPU_TABLE(nw_gemm_kernels);

const NwGemmKernels *
nw_gemm_kernels(void)
{
  return tables[nw_cpu_get()];
}

/* With more rows than this, rearranging the matrices pays. */
#define MOST_ROWS 512

/* Terms of a sum at a time, so that what they touch stays in the cache. */
#define STEPS 512

/* Columns of a tile, and rows, at most, in any variant. */
#define MOST_COLUMNS 32
#define MOST_TILE    8

/* Of a task: columns of c in A·B and Aᵀ·B, which are columns of A in A·Bᵀ; and its multiplications,
 * at least, so that a thread is worth waking. */
#define TASK_COLUMNS NW_PIECE
#define TASK_OUT     512
#define TASK_ROWS    64
#define TASK_WORK    (1 << 17)

/* How c is cut: the borders depend on the sizes alone. */
typedef struct {
  const NwGemm *gemm;
  const NwGemmKernels *kernels;
  gsize task_rows, task_columns, tasks_across;
  NwPieceFunc func;
  gpointer data;
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
  NwReal sums[MOST_TILE * MOST_COLUMNS], *c = tile.c;
  gsize columns = job->kernels->columns, c_row = tile.c_row;

  tile.c = sums;
  tile.c_row = columns;
  if (tile.add)
    copy_panel(sums, columns, c, c_row, tile.rows, n);
  job->kernels->tile(&tile);
  for (gsize i = 0; i < tile.rows; i++)
    memcpy(c + i * c_row, sums + i * columns, n * sizeof *c);
}

/* ── c = a · b ───────────────────────────────────────────────────────────────────────────────────
 * Panels of b one after the other, each against all rows of the task; while one is at work, the
 * next is fetched: its rows lie too far apart for the processor to guess them. */

static void
forward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwGemm *g = job->gemm;
  Part part = part_of(job, task);
  gsize columns = job->kernels->columns, height = tile_height(job, part.row_end - part.row);
  NwReal tail[STEPS * MOST_COLUMNS];

  for (gsize k = 0; k < g->k; k += STEPS) {
    gsize steps = MIN(STEPS, g->k - k);
    for (gsize j = part.column; j < part.column_end; j += columns) {
      const NwReal *b = g->b + k * g->ldb + j;
      gsize n = MIN(columns, part.column_end - j);
      gboolean whole = n == columns, more = j + 2 * columns <= part.column_end;
      NwGemmTile tile = {.steps = steps,
                         .a_row = g->lda,
                         .a_step = 1,
                         .b = whole ? b : tail,
                         .b_step = whole ? g->ldb : columns,
                         .c_row = g->ldc,
                         .add = g->add || k > 0,
                         .ahead = whole && more ? b + columns : NULL};
      if (!whole)
        copy_panel(tail, columns, b, g->ldb, steps, n);
      for (gsize i = part.row; i < part.row_end; i += height) {
        tile.rows = MIN(height, part.row_end - i);
        tile.a = g->a + i * g->lda + k;
        tile.c = g->c + i * g->ldc + j;
        if (whole)
          job->kernels->tile(&tile);
        else
          narrow_tile(job, tile, n);
        tile.ahead = NULL;
      }
    }
  }
}

/* ── c = aᵀ · b ──────────────────────────────────────────────────────────────────────────────────
 * Rows of c one after the other, since they are many and are written, or used up, once. */

static void
gradient_rows(const Job *job, const Part *part, gsize row, gsize rows, const NwReal *tail,
              NwReal *c, gsize c_row)
{
  const NwGemm *g = job->gemm;
  gsize columns = job->kernels->columns;

  for (gsize k = 0; k < g->k; k += STEPS) {
    for (gsize j = part->column; j < part->column_end; j += columns) {
      gsize n = MIN(columns, part->column_end - j);
      gboolean whole = n == columns;
      NwGemmTile tile = {.rows = rows,
                         .steps = MIN(STEPS, g->k - k),
                         .a = g->a + k * g->lda + row,
                         .a_row = 1,
                         .a_step = g->lda,
                         .b = whole ? g->b + k * g->ldb + j : tail + k * columns,
                         .b_step = whole ? g->ldb : columns,
                         .c = c + (j - part->column),
                         .c_row = c_row,
                         .add = g->add || k > 0};
      if (whole)
        job->kernels->tile(&tile);
      else
        narrow_tile(job, tile, n);
    }
  }
}

static void
gradient_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwGemm *g = job->gemm;
  Part part = part_of(job, task);
  gsize columns = job->kernels->columns, height = tile_height(job, part.row_end - part.row);
  gsize n = part.column_end - part.column, narrow = n % columns;
  NwReal tail[MOST_ROWS * MOST_COLUMNS], piece[MOST_TILE * TASK_COLUMNS];

  if (narrow > 0)
    copy_panel(tail, columns, g->b + part.column_end - narrow, g->ldb, g->k, narrow);
  for (gsize i = part.row; i < part.row_end; i += height) {
    gsize rows = MIN(height, part.row_end - i);
    if (job->func == NULL) {
      gradient_rows(job, &part, i, rows, tail, g->c + i * g->ldc + part.column, g->ldc);
      continue;
    }
    gradient_rows(job, &part, i, rows, tail, piece, n);
    for (gsize r = 0; r < rows; r++)
      job->func(job->data, i + r, part.column, piece + r * n, n);
  }
}

/* ── c = a · bᵀ ──────────────────────────────────────────────────────────────────────────────────
 * cᵀ = b · aᵀ: rows of b as they lie against a few rows of a, turned. Every task turns them anew,
 * so there are fewer of them. */

/* turned[steps, columns] from a[rows, steps], with zeros behind. */
static void
turn(NwReal *restrict turned, gsize columns, const NwReal *a, gsize lda, gsize rows, gsize steps)
{
  if (rows < columns)
    memset(turned, 0, steps * columns * sizeof *turned);
  for (gsize k = 0; k < steps; k += 16) {
    gsize end = MIN(k + 16, steps);
    for (gsize i = 0; i < rows; i++)
      for (gsize s = k; s < end; s++)
        turned[s * columns + i] = a[i * lda + s];
  }
}

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
    for (gsize k = 0; k < g->k; k += STEPS) {
      gsize steps = MIN(STEPS, g->k - k);
      turn(turned, columns, g->a + i * g->lda + k, g->lda, rows, steps);
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
    for (gsize r = 0; r < rows; r++) {
      NwReal *c = g->c + (i + r) * g->ldc + part.column;
      for (gsize j = 0; j < out; j++)
        c[j] = g->add ? c[j] + sums[j * columns + r] : sums[j * columns + r];
    }
  }
}

/* ── all of them ─────────────────────────────────────────────────────────────────────────────── */

gboolean
nw_gemm_suits(const NwGemm *gemm)
{
  if (gemm->trans_a == NW_TRANS)
    return gemm->trans_b == NW_NO_TRANS && gemm->k <= MOST_ROWS;
  return gemm->m <= MOST_ROWS;
}

/* Cuts one axis of @n into about @shares tasks of at most @most, a multiple of @unit, that are
 * neither so many nor so small as to cost more than they share out. @work: multiplications for each
 * step of the axis. */
static gsize
cut(gsize n, gsize shares, gsize unit, gsize most, gsize work)
{
  gsize least = TASK_WORK / MAX(work, 1) + 1, share = (n + shares - 1) / shares;
  return MIN(round_up(MAX(least, share), unit), most);
}

static void
run(Job *job, NwPool *pool)
{
  const NwGemm *g = job->gemm;
  gsize columns = job->kernels->columns;
  NwPoolFunc func;

  if (g->trans_a == NW_TRANS) {
    func = gradient_cb;
    job->task_columns = TASK_COLUMNS;
    job->task_rows = cut(g->m, 16, job->kernels->rows, G_MAXSIZE, g->k * MIN(g->n, TASK_COLUMNS));
  } else if (g->trans_b == NW_TRANS) {
    func = backward_cb;
    job->task_rows = 2 * TASK_ROWS;
    job->task_columns =
        cut(g->n, 8, job->kernels->rows, TASK_OUT, g->k * MIN(g->m, job->task_rows));
  } else {
    func = forward_cb;
    job->task_rows = 2 * TASK_ROWS;
    job->task_columns = cut(g->n, 16, columns, TASK_COLUMNS, g->k * MIN(g->m, job->task_rows));
  }
  job->tasks_across = (g->n + job->task_columns - 1) / job->task_columns;
  nw_pool_run(pool, (g->m + job->task_rows - 1) / job->task_rows * job->tasks_across, func, job);
}

void
nw_gemm_run(const NwGemm *gemm, NwPool *pool)
{
  Job job = {.gemm = gemm, .kernels = nw_gemm_kernels()};
  run(&job, pool);
}

void
nw_gemm_run_pieces(const NwGemm *gemm, NwPool *pool, NwPieceFunc func, gpointer data)
{
  Job job = {.gemm = gemm, .kernels = nw_gemm_kernels(), .func = func, .data = data};
  run(&job, pool);
}
