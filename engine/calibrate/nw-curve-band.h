/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Where a ROC or a precision-recall curve would lie if there were endless rows: 95 % bands.
 *
 * A threshold gives two frequencies, of counts that chance has made: of the ROC curve fp/n⁻ and
 * tp/n⁺, of the other tp/n⁺ and tp/(tp + fp). Their *region* is an ellipse around them, with half
 * axes that reach as far as Wilson's intervals at z = √χ²₂(0.95) = 2.448, within which two normal
 * errors are together with 95 %. The errors of the two rates of a ROC curve are independent; those
 * of recall r and precision p have the correlation √((1 − r)(1 − p)), as logit r and logit p share
 * the count tp and nothing else when tp, fp and fn are Poisson's. The band is all that the regions
 * of all thresholds cover. So
 *
 *  - at a threshold that was chosen beforehand, both rates are within the band with 95 % or more;
 *  - so is the curve at a place on the x axis that was chosen beforehand: the union of ellipses
 * along a line of slope s is z·√(σ_y² + s²σ_x²) high, the error by the delta method, with z
 * above 1.96;
 *  - the whole curve lies within less often (Macskassy, Provost & Rosset 2005 compare such bands).
 *
 * tests/engine/test-curve-band.c counts how often: at places of its own 98 to 99 times of 100, as a
 * whole 90 to 98 times. (Wilson 1927; regions of operating points: Tilbury
 * et al. 2000; bands of the radius √χ²₂: Ma & Hall 1993.) Deterministic: nothing is drawn by
 * chance. */
#pragma once

#include "nw-rank.h"

#define NW_BAND_POINTS 201
#define NW_BAND_Z      2.447746830680816 /* √χ²₂(0.95) = √(−2·ln 0.05) */

/* At x = i/(NW_BAND_POINTS − 1). */
typedef struct {
  double x, low, high;
} NwBandPoint;

/**
 * nw_roc_band:
 * @witnesses: in 0 … 1: how many of the rows say something of their own: 1, or for the steps of
 *   sequences samples/rows, with which a band is rather too wide than too narrow
 *
 * x = false-positive rate, low and high = true-positive rate. O(steps + points²), 2 ms or less.
 *
 * Returns: (transfer full) (nullable): [NW_BAND_POINTS]; NULL when a class is missing
 */
NwBandPoint *nw_roc_band(const NwRank *rank, double witnesses);
/* x = recall, low and high = precision, for as many positives among all rows as there are. NULL
 * when a class is missing. (transfer full) */
NwBandPoint *nw_pr_band(const NwRank *rank, double witnesses);
/* The band at @x in 0 … 1. @band: [NW_BAND_POINTS] */
void nw_band_at(const NwBandPoint *band, double x, double *low, double *high);
