/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-reliability.h"

#include "nw-rank.h"

#include <math.h>
#include <string.h>

void
nw_bin_edges(NwEdges edges, guint n_bins, double *out)
{
  /* Division rounds correctly, so k/M is the number that a person's “0.15” is read as. */
  for (guint k = 0; k <= n_bins; k++)
    out[k] = edges == NW_EDGES_SINGLE ? (double)((float)k / (float)n_bins) : (double)k / n_bins;
}

/* floor(p·M) is off by at most one, at an edge; two comparisons put it right, without a branch. */
static inline guint
bin_index(const double *edges, guint n_bins, double p)
{
  guint bin;

  if (!(p > 0))
    return 0;
  if (p >= 1)
    return n_bins - 1;
  bin = MIN((guint)(p * n_bins), n_bins - 1);
  return bin + (p > edges[bin + 1]) - (p <= edges[bin]);
}

guint
nw_bin_index(const double *edges, guint n_bins, double p)
{
  return bin_index(edges, n_bins, p);
}

void
nw_bin_sums(const double *p, const double *y, gsize n, NwEdges edges, guint n_bins, NwBinSum *sums)
{
  double edge[NW_MAX_BINS + 1];

  g_return_if_fail(n_bins >= 1 && n_bins <= NW_MAX_BINS);
  nw_bin_edges(edges, n_bins, edge);
  memset(sums, 0, n_bins * sizeof *sums);
  for (gsize i = 0; i < n; i++) {
    NwBinSum *sum = &sums[bin_index(edge, n_bins, p[i])];
    sum->count++;
    sum->p += p[i];
    sum->y += y[i];
  }
}

static NwBin
bin_from_sum(const NwBinSum *sum, double low, double high)
{
  NwBin bin = {low, high, sum->count, NAN, NAN, NAN, NAN};

  if (sum->count == 0)
    return bin;
  bin.predicted = sum->p / sum->count;
  bin.observed = sum->y / sum->count;
  nw_wilson(sum->y, sum->count, NW_Z_95, &bin.observed_low, &bin.observed_high);
  return bin;
}

void
nw_bins_from_sums(const NwBinSum *sums, guint n_bins, NwBin *bins)
{
  for (guint b = 0; b < n_bins; b++)
    bins[b] = bin_from_sum(&sums[b], (double)b / n_bins, (b + 1.0) / n_bins);
}

void
nw_reliability_equal_width(const double *p, const double *y, gsize n, NwEdges edges, guint n_bins,
                           NwBin *bins)
{
  NwBinSum sums[NW_MAX_BINS];

  g_return_if_fail(n_bins >= 1 && n_bins <= NW_MAX_BINS);
  nw_bin_sums(p, y, n, edges, n_bins, sums);
  nw_bins_from_sums(sums, n_bins, bins);
}

guint
nw_reliability_equal_mass(const double *p, const double *y, gsize n, guint n_bins, NwBin *bins)
{
  g_autofree guint32 *order = g_new(guint32, n);
  gsize start = 0;
  guint filled = 0;

  g_return_val_if_fail(n_bins >= 1 && n_bins <= NW_MAX_BINS, 0);
  nw_sort_order(p, n, order);
  for (guint b = 1; b <= n_bins && start < n; b++) {
    NwBinSum sum = {0};
    gsize end = n / n_bins * b + n % n_bins * b / n_bins; /* n·b/M without overflow */
    double low, high;

    if (end <= start)
      continue;
    while (end < n && p[order[end]] == p[order[end - 1]])
      end++;
    for (gsize i = start; i < end; i++) {
      sum.count++;
      sum.p += p[order[i]];
      sum.y += y[order[i]];
    }
    low = start > 0 ? bins[filled - 1].high : p[order[0]];
    high = end < n ? (p[order[end - 1]] + p[order[end]]) / 2 : p[order[n - 1]];
    bins[filled++] = bin_from_sum(&sum, low, high);
    start = end;
  }
  return filled;
}

/* The roots of |s/n − π| = z·√(π(1 − π)/n) in π. */
void
nw_wilson(double successes, double count, double z, double *low, double *high)
{
  double middle, half;

  if (!(count > 0)) {
    *low = *high = NAN;
    return;
  }
  middle = (successes + z * z / 2) / (count + z * z);
  half = z / (count + z * z) * sqrt(successes * (count - successes) / count + z * z / 4);
  *low = MAX(middle - half, 0);
  *high = MIN(middle + half, 1);
}
