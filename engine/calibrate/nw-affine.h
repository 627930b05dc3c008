/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* softmax(W·x + b): a matrix between features and classes, as matrix and Dirichlet calibration have
 * it, kept from overfitting by ODIR, off-diagonal and intercept regularisation (Kull,
 * Perello-Nieto, Kängsepp, Silva Filho, Song & Flach 2019, section 4):
 *
 *   mean log loss + λ·Σ_{i≠j} W_ij²/(k(k − 1)) + λ·Σ_i b_i²/k
 */
#pragma once

#include <glib.h>

/**
 * nw_affine_fit:
 * @x: [n, k] features
 * @y: [n, k] targets, rows of sum 1
 * @penalty: λ > 0
 * @v: (inout): [k·k + k]: W row by row, then b. Where to start; then the minimum
 */
void nw_affine_fit(const double *x, const double *y, gsize n, gsize k, double penalty, double *v);

/* The same from the identity on, with the λ out of 1, 0.1, … 1e-5 that three folds, dealt by chance,
 * like best by log loss. With more than 2·10⁷ multiplications per pass it is 0.01. */
void nw_affine_fit_penalty(const double *x, const double *y, gsize n, gsize k, double *v);

/* q[k] = softmax(W·(x − shift) + b) */
void nw_affine_apply(const double *v, const double *x, double shift, gsize k, double *q);
