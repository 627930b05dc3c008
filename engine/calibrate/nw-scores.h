/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Numbers that say how good probabilities are. Pure functions, always in double.
 *
 * @p holds probabilities in 0 … 1 and @y targets in 0 … 1, both [n]; over several classes both are
 * [n, k] row by row. Scores of nothing (n = 0, only empty bins) are NaN. */
#pragma once

#include "nw-rank.h"
#include "nw-reliability.h"

/* Probabilities are kept this far from 0 and 1 before a logarithm. */
#define NW_LOG_CLIP 1e-12

/* Of bins; w = count/Σcount, c = predicted, a = observed; empty bins count for nothing.
 * With bins of equal mass nw_ece() is the adaptive ECE. */
double nw_ece(const NwBin *bins, guint n_bins);                  /* Σ w·|c − a| */
double nw_mce(const NwBin *bins, guint n_bins);                  /* max |c − a| */
double nw_rmsce(const NwBin *bins, guint n_bins);                /* √Σ w·(c − a)² */
double nw_overconfidence_error(const NwBin *bins, guint n_bins); /* Σ w·c·max(c − a, 0) */
/* √max(0, Σ w·[(c − a)² − a(1 − a)/(count − 1)]); bins of one count 0. (Kumar, Liang & Ma 2019) */
double nw_debiased_l2(const NwBin *bins, guint n_bins);
/* A lower bound of ECE: Σ w·(distance from c to the Wilson interval of a at NW_Z_ALL), so chance
 * alone gives 0 about 19 times out of 20. What outputs are sorted by. */
double nw_ece_floor(const NwBin *bins, guint n_bins);
/* An upper bound of ECE: ECE + √Σ (w·d)², d the distance from a to the further end of its Wilson 95
 * % interval. Bins are independent, so that their errors add by squares; and as chance makes the
 * ECE of few samples too large, the bound holds in more than 95 % (test-verdict). */
double nw_ece_ceiling(const NwBin *bins, guint n_bins);

/* Without bins. */
/* max |cumsum(p − y)|/n after sorting by p, ties together. (Gupta et al. 2021) */
double nw_ks_error(const double *p, const double *y, gsize n);
/* smECE_σ = ∫|(1/n)·Σ(p_i − y_i)·K_σ(t, p_i)| dt, K_σ the Gaussian reflected at 0 and 1, at the σ
 * where smECE_σ = σ, at least 1/1024. (Błasiok & Nakkiran 2023) @sigma: (out) (nullable). */
double nw_smooth_ece(const double *p, const double *y, gsize n, double *sigma);

/* Mean (not sum) over classes of the ECE of P(y = k), in bins of equal width. @p, @y: [n, k]. */
double
nw_classwise_ece(const double *p, const double *y, gsize n, gsize k, NwEdges edges, guint n_bins);

/* mean (p − y)² */
double nw_brier(const double *p, const double *y, gsize n);
/* mean over rows of Σ_k (p_k − y_k)²; for two classes twice the binary one. @p, @y: [n, k]. */
double nw_brier_multiclass(const double *p, const double *y, gsize n, gsize k);

/* 1 − @brier/(@prevalence·(1 − @prevalence)): by how much a Brier score is better than that of always
 * saying how often yes is true: 1 at best, 0 no better, below 0 worse; NaN of a single class. */
double nw_brier_skill(double brier, double prevalence);

/* −mean [y·ln p + (1 − y)·ln(1 − p)], p clipped by NW_LOG_CLIP: never infinite. */
double nw_log_loss(const double *p, const double *y, gsize n);
/* −mean over rows of Σ_k y_k·ln p_k, p clipped and not renormalised. @p, @y: [n, k]. */
double nw_log_loss_multiclass(const double *p, const double *y, gsize n, gsize k);

/* The Brier score as five terms of its bins: reliability − resolution + uncertainty + variance
 * within bins − 2·covariance within bins; exact for any bins. (Stephenson et al. 2008) */
typedef struct {
  double reliability; /* Σ w·(c − a)² */
  double resolution;  /* Σ w·(a − ȳ)² */
  double uncertainty; /* ȳ(1 − ȳ), for soft targets the variance of y */
  double variance;    /* mean (p − c)² */
  double covariance;  /* 2·mean (p − c)(y − a) */
} NwBrierParts;

/* @bins: [n_bins] as filled from the same @p and @y by nw_reliability_equal_width(). */
NwBrierParts nw_brier_parts(const double *p, const double *y, gsize n, NwEdges edges,
                            const NwBin *bins, guint n_bins);

/* The Brier score without bins: score = miscalibration − discrimination + uncertainty, with the
 * forecasts recalibrated by isotonic regression. (CORP: Dimitriadis, Gneiting & Jordan 2021) */
typedef struct {
  double miscalibration, discrimination, uncertainty;
} NwBrierCorp;

NwBrierCorp nw_brier_corp(const double *p, const double *y, gsize n);

/* How well @rank parts the classes. */
/* P(a positive is ranked above a negative), ties counting ½: exact area under the ROC curve;
 * NaN when there is only one class. */
double nw_auc(const NwRank *rank);
/* Σ (R_i − R_{i−1})·P_i over the distinct thresholds, not interpolated; NaN without positives. */
double nw_average_precision(const NwRank *rank);
