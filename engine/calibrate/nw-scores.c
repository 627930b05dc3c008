/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-scores.h"

#include "nw-pav.h"

#include <math.h>
#include <string.h>

static gsize
bins_count(const NwBin *bins, guint n_bins)
{
  gsize n = 0;
  for (guint b = 0; b < n_bins; b++)
    n += bins[b].count;
  return n;
}

static double
gap(const NwBin *bin)
{
  return bin->predicted - bin->observed;
}

/* Σ w·term(bin) over the bins that hold something; NaN when none does. */
static double
bins_mean(const NwBin *bins, guint n_bins, double (*term)(const NwBin *bin))
{
  gsize n = bins_count(bins, n_bins);
  double sum = 0;

  for (guint b = 0; b < n_bins; b++)
    if (bins[b].count > 0)
      sum += bins[b].count * term(&bins[b]);
  return n > 0 ? sum / n : NAN;
}

static double
absolute_gap(const NwBin *bin)
{
  return fabs(gap(bin));
}

static double
squared_gap(const NwBin *bin)
{
  return gap(bin) * gap(bin);
}

static double
confident_gap(const NwBin *bin)
{
  return bin->predicted * MAX(gap(bin), 0);
}

static double
debiased_gap(const NwBin *bin)
{
  if (bin->count < 2)
    return 0;
  return squared_gap(bin) - bin->observed * (1 - bin->observed) / (bin->count - 1);
}

/* How far the mean prediction lies outside of where the frequency may be. */
static double
certain_gap(const NwBin *bin)
{
  double low, high;
  nw_wilson(bin->observed * bin->count, bin->count, NW_Z_ALL, &low, &high);
  return MAX(MAX(low - bin->predicted, bin->predicted - high), 0);
}

double
nw_ece(const NwBin *bins, guint n_bins)
{
  return bins_mean(bins, n_bins, absolute_gap);
}

double
nw_mce(const NwBin *bins, guint n_bins)
{
  double worst = NAN;
  for (guint b = 0; b < n_bins; b++)
    if (bins[b].count > 0)
      worst = fmax(worst, absolute_gap(&bins[b]));
  return worst;
}

double
nw_rmsce(const NwBin *bins, guint n_bins)
{
  return sqrt(bins_mean(bins, n_bins, squared_gap));
}

double
nw_overconfidence_error(const NwBin *bins, guint n_bins)
{
  return bins_mean(bins, n_bins, confident_gap);
}

double
nw_debiased_l2(const NwBin *bins, guint n_bins)
{
  double square = bins_mean(bins, n_bins, debiased_gap);
  return square < 0 ? 0 : sqrt(square);
}

double
nw_ece_floor(const NwBin *bins, guint n_bins)
{
  return bins_mean(bins, n_bins, certain_gap);
}

double
nw_ece_ceiling(const NwBin *bins, guint n_bins)
{
  double total = 0, squares = 0;

  for (guint b = 0; b < n_bins; b++) {
    double low, high, reach;
    if (bins[b].count == 0)
      continue;
    nw_wilson(bins[b].observed * bins[b].count, bins[b].count, NW_Z_95, &low, &high);
    reach = bins[b].count * MAX(bins[b].observed - low, high - bins[b].observed);
    total += bins[b].count;
    squares += reach * reach;
  }
  return nw_ece(bins, n_bins) + sqrt(squares) / total;
}

double
nw_ks_error(const double *p, const double *y, gsize n)
{
  g_autofree guint32 *order = g_new(guint32, n);
  double sum = 0, worst = 0;

  if (n == 0)
    return NAN;
  nw_sort_order(p, n, order);
  for (gsize i = 0; i < n; i++) {
    sum += p[order[i]] - y[order[i]];
    if (i + 1 == n || p[order[i + 1]] != p[order[i]])
      worst = MAX(worst, fabs(sum));
  }
  return worst / n;
}

/* Copies column @j of @p and @y [n, k]. */
static void
read_column(const double *p, const double *y, gsize n, gsize k, gsize j, double *p_out,
            double *y_out)
{
  for (gsize i = 0; i < n; i++) {
    p_out[i] = p[i * k + j];
    y_out[i] = y[i * k + j];
  }
}

double
nw_classwise_ece(const double *p, const double *y, gsize n, gsize k, NwEdges edges, guint n_bins)
{
  g_autofree double *p_class = g_new(double, n), *y_class = g_new(double, n);
  g_autofree NwBin *bins = g_new(NwBin, n_bins);
  double sum = 0;

  for (gsize j = 0; j < k; j++) {
    read_column(p, y, n, k, j, p_class, y_class);
    nw_reliability_equal_width(p_class, y_class, n, edges, n_bins, bins);
    sum += nw_ece(bins, n_bins);
  }
  return k > 0 ? sum / k : NAN;
}

double
nw_brier(const double *p, const double *y, gsize n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    sum += (p[i] - y[i]) * (p[i] - y[i]);
  return n > 0 ? sum / n : NAN;
}

double
nw_brier_multiclass(const double *p, const double *y, gsize n, gsize k)
{
  return k * nw_brier(p, y, n * k);
}

double
nw_brier_skill(double brier, double prevalence)
{
  double base = prevalence * (1 - prevalence);

  return base > 0 ? 1 - brier / base : NAN;
}

static double
clip(double p)
{
  p = p > NW_LOG_CLIP ? p : NW_LOG_CLIP;
  return p < 1 - NW_LOG_CLIP ? p : 1 - NW_LOG_CLIP;
}

static gboolean
is_soft(const double *y, gsize n)
{
  gboolean soft = FALSE;
  for (gsize i = 0; i < n; i++)
    soft |= y[i] != 0 && y[i] != 1;
  return soft;
}

/* Σ ln P(y). A logarithm is due only every 16 rows, of the product of their likelihoods, which is
 * at least 1e-192. */
static double
log_likelihood(const double *p, const double *y, gsize n)
{
  enum { ROWS_PER_LOG = 16 };
  double sum = 0;

  for (gsize start = 0; start < n; start += ROWS_PER_LOG) {
    double likelihood = 1;
    for (gsize i = start; i < MIN(start + ROWS_PER_LOG, n); i++)
      likelihood *= 1 - y[i] + (2 * y[i] - 1) * clip(p[i]); /* p or 1 − p, without a branch */
    sum += log(likelihood);
  }
  return sum;
}

static double
soft_log_likelihood(const double *p, const double *y, gsize n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    sum += y[i] * log(clip(p[i])) + (1 - y[i]) * log(1 - clip(p[i]));
  return sum;
}

double
nw_log_loss(const double *p, const double *y, gsize n)
{
  if (n == 0)
    return NAN;
  return -(is_soft(y, n) ? soft_log_likelihood(p, y, n) : log_likelihood(p, y, n)) / n;
}

double
nw_log_loss_multiclass(const double *p, const double *y, gsize n, gsize k)
{
  double sum = 0;
  for (gsize i = 0; i < n * k; i++)
    if (y[i] != 0)
      sum += y[i] * log(clip(p[i]));
  return n > 0 ? -sum / n : NAN;
}

NwBrierParts
nw_brier_parts(const double *p, const double *y, gsize n, NwEdges edges, const NwBin *bins,
               guint n_bins)
{
  double edge[NW_MAX_BINS + 1], mean = 0;
  NwBrierParts parts = {0};

  g_return_val_if_fail(n_bins >= 1 && n_bins <= NW_MAX_BINS, parts);
  nw_bin_edges(edges, n_bins, edge);
  for (gsize i = 0; i < n; i++)
    mean += y[i] / n;
  for (gsize i = 0; i < n; i++) {
    const NwBin *bin = &bins[nw_bin_index(edge, n_bins, p[i])];
    double dp = p[i] - bin->predicted, dy = y[i] - bin->observed;
    parts.reliability += squared_gap(bin) / n;
    parts.resolution += (bin->observed - mean) * (bin->observed - mean) / n;
    parts.uncertainty += (y[i] - mean) * (y[i] - mean) / n;
    parts.variance += dp * dp / n;
    parts.covariance += 2 * dp * dy / n;
  }
  return parts;
}

NwBrierCorp
nw_brier_corp(const double *p, const double *y, gsize n)
{
  gsize n_blocks;
  g_autofree NwPavBlock *blocks = nw_pav_fit(p, y, n, &n_blocks);
  double mean = 0, squares = 0, fitted = 0;

  if (n == 0)
    return (NwBrierCorp){NAN, NAN, NAN};
  for (gsize i = 0; i < n; i++) {
    mean += y[i] / n;
    squares += y[i] * y[i] / n;
  }
  /* Within a block the mean of (value − y)² is the mean of y² minus value². */
  for (gsize b = 0; b < n_blocks; b++)
    fitted += blocks[b].value * blocks[b].value * blocks[b].count / n;
  return (NwBrierCorp){
      .miscalibration = nw_brier(p, y, n) - (squares - fitted),
      .discrimination = fitted - mean * mean,
      .uncertainty = squares - mean * mean,
  };
}

double
nw_auc(const NwRank *rank)
{
  gsize positives = 0, negatives = 0;
  double area = 0;

  for (gsize i = 0; i < rank->n_steps; i++) {
    const NwRankStep *step = &rank->steps[i];
    area += (step->negatives - negatives) * (step->positives + (double)positives) / 2;
    positives = step->positives;
    negatives = step->negatives;
  }
  if (positives == 0 || negatives == 0)
    return NAN;
  return area / ((double)positives * negatives);
}

double
nw_average_precision(const NwRank *rank)
{
  gsize positives = 0;
  double sum = 0;

  for (gsize i = 0; i < rank->n_steps; i++) {
    const NwRankStep *step = &rank->steps[i];
    sum += (step->positives - positives) * (double)step->positives /
           (step->positives + step->negatives);
    positives = step->positives;
  }
  return positives > 0 ? sum / positives : NAN;
}
