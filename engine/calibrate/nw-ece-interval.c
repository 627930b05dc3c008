/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-contest.h"

#include "nw-reliability.h"
#include "nw-rng.h"

#include <math.h>
#include <string.h>

enum { MOST_DRAWS = 200, FEWEST_DRAWS = 40 };
#define MOST_WORK 2e7 /* numbers that are added */

/* Each number of the diagrams: its bin, and p − y. */
typedef struct {
  gsize rows, cols; /* cols: diagrams: of each label, or one of the confidence */
  guint n_bins;
  guint *bin;  /* [rows, cols] */
  double *gap; /* [rows, cols] */
  gsize n_samples;
  gsize *sample; /* [rows] */
} Cells;

static void
set_cell(Cells *cells, const double *edges, gsize at, double p, double y)
{
  cells->bin[at] = nw_bin_index(edges, cells->n_bins, p);
  cells->gap[at] = p - y;
}

static void
fill_cells(Cells *cells, const NwForecast *forecast, const double *edges)
{
  for (gsize row = 0; row < forecast->rows; row++) {
    const double *p = forecast->p + row * forecast->cols, *y = forecast->y + row * forecast->cols;
    gsize top = 0;

    if (forecast->task != NW_TASK_MULTICLASS) {
      for (gsize col = 0; col < forecast->cols; col++)
        set_cell(cells, edges, row * forecast->cols + col, p[col], y[col]);
      continue;
    }
    for (gsize col = 1; col < forecast->cols; col++)
      if (p[col] > p[top])
        top = col;
    set_cell(cells, edges, row, p[top], y[top]);
  }
}

/* Rows that belong to one sample follow each other. */
static void
number_samples(Cells *cells, const NwForecast *forecast, gsize steps)
{
  for (gsize row = 0; row < forecast->rows; row++) {
    if (row == 0 || forecast->from[row] / steps != forecast->from[row - 1] / steps)
      cells->n_samples++;
    cells->sample[row] = cells->n_samples - 1;
  }
}

/* The ECE with row r counting counts[sample[r]] times; sums: [cols, n_bins] work */
static double
weighted_ece(const Cells *cells, const double *counts, double *sums)
{
  double total = 0, error = 0;

  memset(sums, 0, cells->cols * cells->n_bins * sizeof *sums);
  for (gsize row = 0; row < cells->rows; row++) {
    double count = counts[cells->sample[row]];
    total += count;
    for (gsize col = 0; count > 0 && col < cells->cols; col++) {
      gsize at = row * cells->cols + col;
      sums[col * cells->n_bins + cells->bin[at]] += count * cells->gap[at];
    }
  }
  for (gsize i = 0; i < cells->cols * cells->n_bins; i++)
    error += fabs(sums[i]);
  return error / (total * cells->cols);
}

static int
compare_cb(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void
nw_ece_interval(const NwForecast *forecast, gsize steps, double ece, double *low, double *high)
{
  gboolean classes = forecast->task == NW_TASK_MULTICLASS;
  gsize cols = classes ? 1 : forecast->cols, n = forecast->rows * cols;
  guint n_bins = classes ? NW_CONFIDENCE_BINS : NW_LABEL_BINS;
  guint draws = (guint)CLAMP(MOST_WORK / (double)n, FEWEST_DRAWS, MOST_DRAWS);
  g_autofree guint *bin = g_new(guint, n);
  g_autofree double *gap = g_new(double, n), *edges = g_new(double, n_bins + 1);
  g_autofree double *sums = g_new(double, cols *n_bins), *found = g_new(double, draws);
  g_autofree gsize *sample = g_new(gsize, forecast->rows);
  Cells cells = {forecast->rows, cols, n_bins, bin, gap, 0, sample};
  g_autofree double *counts = NULL;

  nw_bin_edges(forecast->edges, n_bins, edges);
  fill_cells(&cells, forecast, edges);
  number_samples(&cells, forecast, MAX(steps, 1));
  counts = g_new(double, cells.n_samples);
  for (guint draw = 0; draw < draws; draw++) {
    NwRng rng = nw_rng(1, NW_RNG_SAMPLE, 0, draw, 0);
    memset(counts, 0, cells.n_samples * sizeof *counts);
    for (gsize i = 0; i < cells.n_samples; i++)
      counts[nw_rng_below(&rng, i, cells.n_samples)]++;
    found[draw] = weighted_ece(&cells, counts, sums);
  }
  qsort(found, draws, sizeof *found, compare_cb);
  *low = CLAMP(2 * ece - found[(guint)(0.975 * (draws - 1) + 0.5)], 0, ece);
  *high = MAX(2 * ece - found[(guint)(0.025 * (draws - 1) + 0.5)], ece);
}
