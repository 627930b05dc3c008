/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A reliability diagram in one word. */
#pragma once

#include "nw-reliability.h"

#define NW_FEW_POSITIVES 10 /* below, a label's calibration cannot be judged */

/**
 * NwVerdict:
 * @NW_VERDICT_TOO_FEW: fewer than NW_FEW_POSITIVES positives or negatives
 * @NW_VERDICT_FINE: the lower bound of the miscalibration (nw_ece_floor()) is at most 0.01, and at
 *   most a tenth of the rarer class's share; and there are enough samples to say so
 * @NW_VERDICT_OVERCONFIDENT: predictions lie further from the base rate than what happens
 * @NW_VERDICT_UNDERCONFIDENT: predictions lie nearer to the base rate than what happens
 * @NW_VERDICT_TOO_HIGH: predictions lie above what happens
 * @NW_VERDICT_TOO_LOW: predictions lie below what happens
 * @NW_VERDICT_UNSURE: no miscalibration is proven, and none refuted: the upper bound
 * (nw_ece_ceiling()) is above 0.1, or above the rarer class's share
 *
 * The four before it are told apart by the gaps g = c − a of the bins, weighted by their counts w.
 * With s = 1 for bins above the base rate and −1 for others:
 *
 *   spread = Σ w·s·g    overconfident when positive, else underconfident
 *   bias = Σ w·g        too high when positive, else too low
 *
 * The larger decides; when all gaps have one sign it is the bias.
 */
typedef enum {
  NW_VERDICT_TOO_FEW,
  NW_VERDICT_FINE,
  NW_VERDICT_OVERCONFIDENT,
  NW_VERDICT_UNDERCONFIDENT,
  NW_VERDICT_TOO_HIGH,
  NW_VERDICT_TOO_LOW,
  NW_VERDICT_UNSURE,
  NW_N_VERDICTS,
} NwVerdict;

const char *nw_verdict_get_title(NwVerdict verdict); /* “overconfident”; translated */

/* @bins: of the probability of one label; @positives: how many of its targets are above ½ */
NwVerdict nw_verdict_of_label(const NwBin *bins, guint n_bins, gsize positives);
/* @bins: of the top label's confidence. Over- or underconfident by the sign of the bias alone. */
NwVerdict nw_verdict_of_confidence(const NwBin *bins, guint n_bins);
