/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Logistic regression on a few features, for recalibrators: σ(x·v). */
#pragma once

#include <glib.h>

#define NW_LOGISTIC_MAX_FEATURES 4

/**
 * nw_logistic_fit:
 * @x: [n, m] features
 * @t: [n] targets in 0 … 1
 * @v: (inout): [m] where to start, and to stay when the data say nothing; then the fit
 *
 * Minimises mean log loss + 1e-9·|v − start|², which is strictly convex, by Newton steps that are
 * halved until they descend.
 */
void nw_logistic_fit(const double *x, const double *t, gsize n, gsize m, double *v);

/* 1/(1 + e^−z), and ln(1 + e^z), without overflow. */
double nw_sigmoid(double z);
double nw_softplus(double z);
/* p[k] = e^z_j/Σ e^z of one row; may be in place */
void nw_softmax(const double *z, gsize k, double *p);
