/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-verdict.h"

#include "nw-scores.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define FINE_FLOOR   0.01 /* one percentage point */
#define FINE_SHARE   0.1  /* of the rarer class's share */
#define FINE_CEILING 0.1  /* ten percentage points: more may be wrong? then nobody knows */

const char *
nw_verdict_get_title(NwVerdict verdict)
{
  static const char *const titles[] = {
      [NW_VERDICT_TOO_FEW] = N_("too few positives"),
      [NW_VERDICT_FINE] = N_("fine"),
      [NW_VERDICT_OVERCONFIDENT] = N_("overconfident"),
      [NW_VERDICT_UNDERCONFIDENT] = N_("underconfident"),
      [NW_VERDICT_TOO_HIGH] = N_("too high"),
      [NW_VERDICT_TOO_LOW] = N_("too low"),
      [NW_VERDICT_UNSURE] = N_("too few samples to tell"),
  };
  g_return_val_if_fail(verdict < G_N_ELEMENTS(titles), NULL);
  return _(titles[verdict]);
}

/* What all bins together say; sums are not yet divided by the count. */
typedef struct {
  gsize count;
  double targets, bias, spread;
  gboolean above, below; /* is some gap? */
} Sums;

static Sums
sum_bins(const NwBin *bins, guint n_bins)
{
  Sums sums = {0};

  for (guint b = 0; b < n_bins; b++) {
    if (bins[b].count == 0)
      continue;
    sums.count += bins[b].count;
    sums.targets += bins[b].count * bins[b].observed;
  }
  for (guint b = 0; b < n_bins; b++) {
    double gap = bins[b].count > 0 ? bins[b].predicted - bins[b].observed : 0;
    gboolean high = bins[b].predicted > sums.targets / sums.count;
    sums.bias += bins[b].count * gap;
    sums.spread += bins[b].count * (high ? gap : -gap);
    sums.above |= gap > 0;
    sums.below |= gap < 0;
  }
  return sums;
}

NwVerdict
nw_verdict_of_label(const NwBin *bins, guint n_bins, gsize positives)
{
  Sums sums = sum_bins(bins, n_bins);
  double rarer = MIN(sums.targets, sums.count - sums.targets) / sums.count;

  if (MIN(positives, sums.count - positives) < NW_FEW_POSITIVES)
    return NW_VERDICT_TOO_FEW;
  if (nw_ece_floor(bins, n_bins) <= MIN(FINE_FLOOR, FINE_SHARE * rarer))
    return nw_ece_ceiling(bins, n_bins) <= MIN(FINE_CEILING, rarer) ? NW_VERDICT_FINE
                                                                    : NW_VERDICT_UNSURE;
  if (sums.above != sums.below || fabs(sums.bias) >= fabs(sums.spread))
    return sums.bias > 0 ? NW_VERDICT_TOO_HIGH : NW_VERDICT_TOO_LOW;
  return sums.spread > 0 ? NW_VERDICT_OVERCONFIDENT : NW_VERDICT_UNDERCONFIDENT;
}

NwVerdict
nw_verdict_of_confidence(const NwBin *bins, guint n_bins)
{
  Sums sums = sum_bins(bins, n_bins);

  if (sums.count < 2 * NW_FEW_POSITIVES)
    return NW_VERDICT_TOO_FEW;
  if (nw_ece_floor(bins, n_bins) <= FINE_FLOOR)
    return nw_ece_ceiling(bins, n_bins) <= FINE_CEILING ? NW_VERDICT_FINE : NW_VERDICT_UNSURE;
  return sums.bias > 0 ? NW_VERDICT_OVERCONFIDENT : NW_VERDICT_UNDERCONFIDENT;
}
