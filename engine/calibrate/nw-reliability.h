/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Reliability diagrams: predictions sorted into bins, each with its mean prediction c, its observed
 * frequency a and the uncertainty of a. Pure functions, always in double.
 *
 *   NwBin bins[10];
 *   nw_reliability_equal_width(p, y, n, NW_EDGES_SINGLE, 10, bins);
 *   ece = nw_ece(bins, 10);
 */
#pragma once

#include <glib.h>

#define NW_MAX_BINS        1000
#define NW_LABEL_BINS      10 /* default for the probability of one label */
#define NW_CONFIDENCE_BINS 15 /* default for the confidence of the top label */

/* Standard normal quantiles of two-sided intervals. */
#define NW_Z_95  1.959963984540054 /* 95 % */
#define NW_Z_ALL 2.807033768343811 /* 99.5 %: ten such intervals hold together with about 95 % */

/**
 * NwBin:
 * @low: lower edge; the bin is (low, high], and the first also holds @low itself
 * @high: upper edge; of equal width k/M in double, whatever the predictions were compared with
 * @count: how many predictions fell in; when 0, everything below is NaN: draw nothing
 * @predicted: c, their mean
 * @observed: a, the mean of their targets
 * @observed_low: Wilson 95 % interval of @observed
 * @observed_high: its upper end
 */
typedef struct {
  double low, high;
  gsize count;
  double predicted, observed;
  double observed_low, observed_high;
} NwBin;

/* Probabilities that were computed or stored as float32 are compared with edges k/M rounded to
 * float32, others with k/M in double, so that 0.1 sits on the edge 1/10 in either format. */
typedef enum { NW_EDGES_SINGLE, NW_EDGES_DOUBLE } NwEdges;

/* The edges k/M, k = 0 … @n_bins, into @out [n_bins + 1]. */
void nw_bin_edges(NwEdges edges, guint n_bins, double *out);

/**
 * nw_bin_index:
 * @edges: [n_bins + 1] from nw_bin_edges()
 *
 * Returns: ceil(p·M) − 1, clamped to 0 … M − 1, decided by comparing with the edges.
 */
guint nw_bin_index(const double *edges, guint n_bins, double p);

/* What falls into a bin, before it is divided. Sums of neighbouring or of equal bins may be added.
 */
typedef struct {
  gsize count;
  double p, y;
} NwBinSum;

/* Sorts @p and @y [n] into @n_bins bins: @sums [n_bins], overwritten. */
void
nw_bin_sums(const double *p, const double *y, gsize n, NwEdges edges, guint n_bins, NwBinSum *sums);
void nw_bins_from_sums(const NwBinSum *sums, guint n_bins, NwBin *bins);

/**
 * nw_reliability_equal_width:
 * @p: [n] predicted probabilities in 0 … 1
 * @y: [n] targets in 0 … 1; soft targets are welcome
 * @n_bins: 1 … NW_MAX_BINS
 * @bins: (out): [n_bins]
 */
void nw_reliability_equal_width(const double *p, const double *y, gsize n, NwEdges edges,
                                guint n_bins, NwBin *bins);

/**
 * nw_reliability_equal_mass:
 * @bins: (out): [n_bins]
 *
 * Cuts the sorted predictions into @n_bins parts of equal count (sizes differ by at most one).
 * Equal predictions never part: a cut between them moves up to the end of their run, and cuts that
 * meet merge, so a constant predictor gives one bin. Edges lie midway between the neighbours; the
 * outermost are the smallest and largest p.
 *
 * Returns: how many bins were filled
 */
guint
nw_reliability_equal_mass(const double *p, const double *y, gsize n, guint n_bins, NwBin *bins);

/* Wilson's interval of a frequency: @successes (soft targets: their sum) of @count at quantile @z.
 * (Wilson 1927.) With count = 0 both ends are NaN. */
void nw_wilson(double successes, double count, double z, double *low, double *high);
