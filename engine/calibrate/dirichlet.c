/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A matrix on the logarithms of the probabilities (Kull et al. 2019): right when the probabilities
 * within each class are Dirichlet distributed. Kept near a diagonal one (nw-affine.h). */
#include "nw-recalibrate.h"

#include "nw-affine.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static const NwRecalibratorNumbers parameters[] = {
    {"matrix", NW_PER_PAIR}, {"intercept", NW_PER_CLASS}, {NULL}};

/* ln Σ e^z of one row: ln p = z − that */
static double
log_sum(const double *z, gsize k)
{
  double top = -INFINITY, sum = 0;

  for (gsize j = 0; j < k; j++)
    top = MAX(top, z[j]);
  for (gsize j = 0; j < k; j++)
    sum += exp(z[j] - top);
  return top + log(sum);
}

static gboolean
fit(const NwRecalibratorData *data, GArray *fitted, GError **error)
{
  gsize k = data->k;
  g_autofree double *x = g_new(double, data->n *k);

  for (gsize i = 0; i < data->n; i++) {
    double shift = log_sum(data->z + i * k, k);
    for (gsize j = 0; j < k; j++)
      x[i * k + j] = data->z[i * k + j] - shift;
  }
  g_array_set_size(fitted, (guint)(k * k + k));
  nw_affine_fit_penalty(x, data->y, data->n, k, (double *)fitted->data);
  return TRUE;
}

static void
apply(const double *fitted, gsize n_fitted, const NwRecalibratorData *data, double *q)
{
  gsize k = data->k;

  for (gsize i = 0; i < data->n; i++) {
    const double *z = data->z + i * k;
    nw_affine_apply(fitted, z, log_sum(z, k), k, q + i * k);
  }
}

const NwRecalibratorKind nw_recalibrator_dirichlet = {
    .id = "dirichlet",
    .title = N_("Dirichlet"),
    .summary = N_("A matrix on the logarithms of the probabilities; often the best of several "
                  "classes when there is enough data"),
    .formula = "softmax(W·ln p + b)",
    .parameters = parameters,
    .joint = TRUE,
    .only_classes = N_("Dirichlet calibration is for several classes; of one yes/no question it "
                       "would be “beta”: use that"),
    .fit = fit,
    .apply = apply,
};
