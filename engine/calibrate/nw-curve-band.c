/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-curve-band.h"

#include "nw-reliability.h"

#include <math.h>

#define LAST (NW_BAND_POINTS - 1)
/* Two thresholds whose rates are less than this apart have one region; further apart, the curve
 * between them is a mixture of both and has regions of its own. */
#define STRIDE (0.5 / LAST)

/* One of two rates, and how far below and above it its Wilson interval reaches. */
typedef struct {
  double at, below, above;
} Rate;

static Rate
get_rate(double successes, double count, double witnesses)
{
  double at = successes / count, low, high;

  nw_wilson(successes * witnesses, count * witnesses, NW_BAND_Z, &low, &high);
  return (Rate){at, MAX(at - low, 0), MAX(high - at, 0)};
}

/* u of x = at + u·below or + u·above, by the side that it is on; beyond the interval −1 or 1. */
static double
to_unit(const Rate *rate, double x)
{
  double span = x < rate->at ? rate->below : rate->above;

  return span > 0 ? CLAMP((x - rate->at) / span, -1, 1) : 0;
}

static double
from_unit(const Rate *rate, double u)
{
  return CLAMP(rate->at + u * (u < 0 ? rate->below : rate->above), 0, 1);
}

/* Adds the ellipse of two rates: u² + v² ≤ 1 with x at u, and y at ρu ± √(1 − ρ²)·v. One that is
 * narrower than the places are apart counts for the nearest. */
static void
add_ellipse(NwBandPoint *band, Rate x, Rate y, double correlation)
{
  double across = sqrt(MAX(1 - correlation * correlation, 0));
  int first = (int)ceil((x.at - x.below) * LAST - 1e-9);
  int last = (int)floor((x.at + x.above) * LAST + 1e-9);

  if (first > last)
    first = last = (int)(x.at * LAST + 0.5);
  for (int i = MAX(first, 0); i <= MIN(last, LAST); i++) {
    double u = to_unit(&x, band[i].x), half = across * sqrt(1 - u * u);
    band[i].low = MIN(band[i].low, from_unit(&y, correlation * u - half));
    band[i].high = MAX(band[i].high, from_unit(&y, correlation * u + half));
  }
}

typedef struct {
  const NwRank *rank;
  double witnesses;
  NwBandPoint *band;
} Making;

/* Counts may be fractions. */
typedef void (*AddRegion)(const Making *making, double tp, double fp);

static void
add_roc(const Making *making, double tp, double fp)
{
  add_ellipse(making->band, get_rate(fp, (double)making->rank->negatives, making->witnesses),
              get_rate(tp, (double)making->rank->positives, making->witnesses), 0);
}

static void
add_pr(const Making *making, double tp, double fp)
{
  Rate recall = get_rate(tp, (double)making->rank->positives, making->witnesses), precision;

  if (tp + fp <= 0)
    return;
  precision = get_rate(tp, tp + fp, making->witnesses);
  add_ellipse(making->band, recall, precision, sqrt((1 - recall.at) * (1 - precision.at)));
}

/* From no yes at all to nothing else, in strides. */
static void
walk(const Making *making, AddRegion add)
{
  double n_positive = (double)making->rank->positives, n_negative = (double)making->rank->negatives;
  double tp = 0, fp = 0;

  add(making, tp, fp);
  for (gsize i = 0; i < making->rank->n_steps; i++) {
    double next_tp = (double)making->rank->steps[i].positives;
    double next_fp = (double)making->rank->steps[i].negatives;
    double way = MAX((next_tp - tp) / n_positive, (next_fp - fp) / n_negative);
    gsize n = (gsize)MAX(ceil(way / (2 * STRIDE)), 1);

    if (way < STRIDE && i + 1 < making->rank->n_steps)
      continue;
    for (gsize k = 1; k <= n; k++) {
      double share = (double)k / (double)n;
      add(making, tp + share * (next_tp - tp), fp + share * (next_fp - fp));
    }
    tp = next_tp;
    fp = next_fp;
  }
}

/* Places that no region reached, as recall below that of the first yes, take the nearest one's. */
static void
fill_gaps(NwBandPoint *band)
{
  for (int i = LAST - 1; i >= 0; i--)
    if (band[i].low > band[i].high) {
      band[i].low = band[i + 1].low;
      band[i].high = band[i + 1].high;
    }
  for (int i = 1; i <= LAST; i++)
    if (band[i].low > band[i].high) {
      band[i].low = band[i - 1].low;
      band[i].high = band[i - 1].high;
    }
}

static NwBandPoint *
make(const NwRank *rank, double witnesses, AddRegion add)
{
  Making making = {rank, witnesses, NULL};

  if (rank->positives == 0 || rank->negatives == 0)
    return NULL;
  making.band = g_new(NwBandPoint, NW_BAND_POINTS);
  for (int i = 0; i <= LAST; i++)
    making.band[i] = (NwBandPoint){(double)i / LAST, INFINITY, -INFINITY};
  walk(&making, add);
  fill_gaps(making.band);
  return making.band;
}

NwBandPoint *
nw_roc_band(const NwRank *rank, double witnesses)
{
  return make(rank, witnesses, add_roc);
}

NwBandPoint *
nw_pr_band(const NwRank *rank, double witnesses)
{
  return make(rank, witnesses, add_pr);
}

void
nw_band_at(const NwBandPoint *band, double x, double *low, double *high)
{
  double place = CLAMP(x, 0, 1) * LAST;
  int i = MIN((int)place, LAST - 1);
  double share = place - i;

  *low = band[i].low + share * (band[i + 1].low - band[i].low);
  *high = band[i].high + share * (band[i + 1].high - band[i].high);
}
