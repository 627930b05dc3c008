/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Separate slopes towards 0 and towards 1 (Kull, Silva Filho & Flach 2017). A slope that comes out
 * negative would turn the ranking round: it is set to 0 and the others are fitted again. */
#include "nw-recalibrate.h"

#include "nw-logistic.h"

#include <glib/gi18n-lib.h>

static const NwRecalibratorNumbers parameters[] = {
    {"a", NW_ONE}, {"b", NW_ONE}, {"c", NW_ONE}, {NULL}};

/* ln p and −ln(1 − p) from the log-odds, exact near 0 and 1 */
static double
towards_zero(double z)
{
  return -nw_softplus(-z);
}

static double
towards_one(double z)
{
  return nw_softplus(z);
}

/* Fits with the slopes that @use allows; the others stay 0. */
static void
fit_slopes(const NwRecalibratorData *data, const gboolean use[2], double v[3])
{
  gsize m = 1u + use[0] + use[1];
  g_autofree double *x = g_new(double, m * data->n);
  double small[3];

  for (gsize i = 0; i < data->n; i++) {
    gsize j = 0;
    if (use[0])
      x[m * i + j++] = towards_zero(data->z[i]);
    if (use[1])
      x[m * i + j++] = towards_one(data->z[i]);
    x[m * i + j] = 1;
  }
  for (gsize j = 0; j + 1 < m; j++)
    small[j] = 1;
  small[m - 1] = 0;
  nw_logistic_fit(x, data->y, data->n, m, small);
  v[0] = use[0] ? small[0] : 0;
  v[1] = use[1] ? small[use[0]] : 0;
  v[2] = small[m - 1];
}

static gboolean
fit(const NwRecalibratorData *data, GArray *fitted, GError **error)
{
  gboolean use[] = {TRUE, TRUE};
  double v[3];

  fit_slopes(data, use, v);
  for (int refit = 0; refit < 2 && (v[0] < 0 || v[1] < 0); refit++) {
    use[v[0] < v[1] ? 0 : 1] = FALSE;
    fit_slopes(data, use, v);
  }
  g_array_append_vals(fitted, v, 3);
  return TRUE;
}

static void
apply(const double *fitted, gsize n_fitted, const NwRecalibratorData *data, double *q)
{
  for (gsize i = 0; i < data->n; i++)
    q[i] = nw_sigmoid(fitted[0] * towards_zero(data->z[i]) + fitted[1] * towards_one(data->z[i]) +
                      fitted[2]);
}

const NwRecalibratorKind nw_recalibrator_beta = {
    .id = "beta",
    .title = N_("Beta"),
    .summary = N_("Separate slopes towards 0 and towards 1, and a shift; mends lopsided curves"),
    .formula = "σ(a·ln p − b·ln(1 − p) + c)",
    .parameters = parameters,
    .joint = FALSE,
    .fit = fit,
    .apply = apply,
};
