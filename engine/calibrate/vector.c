/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A slope and a shift for each class (Guo et al. 2017). A yes/no question has one of each. A ridge
 * of 1e-6·(|a − 1|² + |b|²) settles what the data leave open: a shift common to all classes. */
#include "nw-recalibrate.h"

#include "nw-descend.h"
#include "nw-logistic.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define RIDGE 1e-6

static const NwRecalibratorNumbers parameters[] = {
    {"slope", NW_PER_CLASS}, {"intercept", NW_PER_CLASS}, {NULL}};

/* q = softmax(a∘z + b), v = (a, b); returns ln Σ e^(a∘z + b) */
static double
scale_row(const double *v, const double *z, gsize k, double *q)
{
  double top = -INFINITY, sum = 0;

  for (gsize j = 0; j < k; j++) {
    q[j] = v[j] * z[j] + v[k + j];
    top = MAX(top, q[j]);
  }
  for (gsize j = 0; j < k; j++)
    sum += q[j] = exp(q[j] - top);
  for (gsize j = 0; j < k; j++)
    q[j] /= sum;
  return top + log(sum);
}

/* Mean log loss and ∂/∂a_j = mean (q_j − y_j)·z_j, ∂/∂b_j = mean (q_j − y_j). */
static double
loss(gpointer user_data, const double *v, double *g)
{
  const NwRecalibratorData *data = user_data;
  gsize k = data->k;
  g_autofree double *q = g_new(double, k);
  double sum = 0;

  for (gsize j = 0; j < 2 * k; j++) {
    double from = j < k ? 1 : 0;
    sum += RIDGE * (v[j] - from) * (v[j] - from);
    g[j] = 2 * RIDGE * (v[j] - from);
  }
  for (gsize i = 0; i < data->n; i++) {
    const double *z = data->z + i * k, *y = data->y + i * k;
    double log_sum = scale_row(v, z, k, q);
    for (gsize j = 0; j < k; j++) {
      sum += y[j] * (log_sum - v[j] * z[j] - v[k + j]) / data->n;
      g[j] += (q[j] - y[j]) * z[j] / data->n;
      g[k + j] += (q[j] - y[j]) / data->n;
    }
  }
  return sum;
}

static void
fit_question(const NwRecalibratorData *data, double v[2])
{
  g_autofree double *x = g_new(double, 2 * data->n);

  for (gsize i = 0; i < data->n; i++) {
    x[2 * i] = data->z[i];
    x[2 * i + 1] = 1;
  }
  nw_logistic_fit(x, data->y, data->n, 2, v);
}

static gboolean
fit(const NwRecalibratorData *data, GArray *fitted, GError **error)
{
  g_autofree double *v = g_new0(double, 2 * data->k);

  for (gsize j = 0; j < data->k; j++)
    v[j] = 1;
  if (data->k == 1)
    fit_question(data, v);
  else
    nw_descend(loss, (gpointer)data, 2 * data->k, v);
  g_array_append_vals(fitted, v, 2 * (guint)data->k);
  return TRUE;
}

static void
apply(const double *fitted, gsize n_fitted, const NwRecalibratorData *data, double *q)
{
  for (gsize i = 0; i < data->n; i++) {
    if (data->k == 1)
      q[i] = nw_sigmoid(fitted[0] * data->z[i] + fitted[1]);
    else
      scale_row(fitted, data->z + i * data->k, data->k, q + i * data->k);
  }
}

const NwRecalibratorKind nw_recalibrator_vector = {
    .id = "vector",
    .title = N_("Vector"),
    .summary =
        N_("A slope and a shift for each class; mends classes that are favoured or neglected"),
    .formula = "softmax(a∘z + b)",
    .parameters = parameters,
    .joint = TRUE,
    .fit = fit,
    .apply = apply,
};
