/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One number that softens or sharpens all answers alike (Guo, Pleiss, Sun & Weinberger 2017).
 *
 * With β = 1/T the log loss is convex in β, so its slope has one zero; it is enclosed in the
 * allowed range and narrowed by false position on ln T. */
#include "nw-recalibrate.h"

#include "nw-logistic.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MIN_TEMPERATURE 0.02
#define MAX_TEMPERATURE 50.0

static const NwRecalibratorNumbers parameters[] = {{"temperature", NW_ONE}, {NULL}};

/* q = softmax(z/T) of one row, or σ(z/T) when k = 1 */
static void
soften(const double *z, gsize k, double t, double *q)
{
  double top = z[0], sum = 0;

  if (k == 1) {
    q[0] = nw_sigmoid(z[0] / t);
    return;
  }
  for (gsize j = 1; j < k; j++)
    top = MAX(top, z[j]);
  for (gsize j = 0; j < k; j++)
    sum += q[j] = exp((z[j] - top) / t);
  for (gsize j = 0; j < k; j++)
    q[j] /= sum;
}

/* d loss/dβ = mean Σ_j (q_j − y_j)·z_j; it grows with β */
static double
slope(const NwRecalibratorData *data, double log_t, double *q)
{
  double sum = 0;

  for (gsize i = 0; i < data->n; i++) {
    const double *z = data->z + i * data->k, *y = data->y + i * data->k;
    soften(z, data->k, exp(log_t), q);
    for (gsize j = 0; j < data->k; j++)
      sum += (q[j] - y[j]) * z[j] / data->n;
  }
  return sum;
}

/* The Illinois rule: an end that stays twice counts half. */
static double
find_zero(const NwRecalibratorData *data, double *q)
{
  enum { STEPS = 200 };
  double low = log(MIN_TEMPERATURE), high = log(MAX_TEMPERATURE);
  double at_low = slope(data, low, q), at_high = slope(data, high, q);
  int stayed = 0;

  if (at_low <= 0)
    return low;
  if (at_high >= 0)
    return high;
  for (int step = 0; step < STEPS && high - low > 1e-12; step++) {
    double middle = (low * at_high - high * at_low) / (at_high - at_low);
    double at_middle = slope(data, middle, q);

    if (at_middle == 0)
      return middle;
    if (at_middle > 0) {
      low = middle;
      at_low = at_middle;
      at_high /= stayed > 0 ? 2 : 1;
      stayed = 1;
    } else {
      high = middle;
      at_high = at_middle;
      at_low /= stayed < 0 ? 2 : 1;
      stayed = -1;
    }
  }
  return (low + high) / 2;
}

static gboolean
fit(const NwRecalibratorData *data, GArray *fitted, GError **error)
{
  g_autofree double *q = g_new(double, data->k);
  double t = exp(find_zero(data, q));

  g_array_append_val(fitted, t);
  return TRUE;
}

static void
apply(const double *fitted, gsize n_fitted, const NwRecalibratorData *data, double *q)
{
  for (gsize i = 0; i < data->n; i++)
    soften(data->z + i * data->k, data->k, fitted[0], q + i * data->k);
}

const NwRecalibratorKind nw_recalibrator_temperature = {
    .id = "temperature",
    .title = N_("Temperature"),
    .summary = N_("One number that softens or sharpens all answers alike; the ranking stays"),
    .formula = "softmax(z/T)",
    .parameters = parameters,
    .joint = TRUE,
    .fit = fit,
    .apply = apply,
};
