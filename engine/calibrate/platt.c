/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A slope and a shift of the log-odds (Platt 1999). Targets are smoothed to (N₊ + 1)/(N₊ + 2) and
 * 1/(N₋ + 2), so that few or perfectly ranked rows do not drive the slope to infinity. */
#include "nw-recalibrate.h"

#include "nw-error.h"
#include "nw-logistic.h"

#include <glib/gi18n-lib.h>

static const NwRecalibratorNumbers parameters[] = {
    {"slope", NW_ONE}, {"intercept", NW_ONE}, {NULL}};

static gboolean
fit(const NwRecalibratorData *data, GArray *fitted, GError **error)
{
  g_autofree double *x = g_new(double, 2 * data->n), *t = g_new(double, data->n);
  double positives = 0, v[] = {1, 0};

  for (gsize i = 0; i < data->n; i++)
    positives += data->y[i];
  for (gsize i = 0; i < data->n; i++) {
    double yes = (positives + 1) / (positives + 2), no = 1 / (data->n - positives + 2);
    x[2 * i] = data->z[i];
    x[2 * i + 1] = 1;
    t[i] = data->y[i] * yes + (1 - data->y[i]) * no;
  }
  nw_logistic_fit(x, t, data->n, 2, v);
  if (v[0] <= 0) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("higher predictions do not come true more often here, so a slope would "
                          "turn the ranking round; use more data, or leave it as it is"));
    return FALSE;
  }
  g_array_append_vals(fitted, v, 2);
  return TRUE;
}

static void
apply(const double *fitted, gsize n_fitted, const NwRecalibratorData *data, double *q)
{
  for (gsize i = 0; i < data->n; i++)
    q[i] = nw_sigmoid(fitted[0] * data->z[i] + fitted[1]);
}

const NwRecalibratorKind nw_recalibrator_platt = {
    .id = "platt",
    .title = N_("Platt"),
    .summary =
        N_("A slope and a shift of the log-odds; also mends answers that are too high or low"),
    .formula = "σ(a·z + b)",
    .parameters = parameters,
    .joint = FALSE,
    .fit = fit,
    .apply = apply,
};
