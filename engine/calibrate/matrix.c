/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A matrix on the logits (Guo et al. 2017), kept near a diagonal one (nw-affine.h): without that it
 * overfits badly. */
#include "nw-recalibrate.h"

#include "nw-affine.h"

#include <glib/gi18n-lib.h>

static const NwRecalibratorNumbers parameters[] = {
    {"matrix", NW_PER_PAIR}, {"intercept", NW_PER_CLASS}, {NULL}};

static gboolean
fit(const NwRecalibratorData *data, GArray *fitted, GError **error)
{
  g_array_set_size(fitted, (guint)(data->k * data->k + data->k));
  nw_affine_fit_penalty(data->z, data->y, data->n, data->k, (double *)fitted->data);
  return TRUE;
}

static void
apply(const double *fitted, gsize n_fitted, const NwRecalibratorData *data, double *q)
{
  for (gsize i = 0; i < data->n; i++)
    nw_affine_apply(fitted, data->z + i * data->k, 0, data->k, q + i * data->k);
}

const NwRecalibratorKind nw_recalibrator_matrix = {
    .id = "matrix",
    .title = N_("Matrix"),
    .summary = N_("Lets every class lean on all others: mends classes that are mistaken for each "
                  "other, and needs more data"),
    .formula = "softmax(W·z + b)",
    .parameters = parameters,
    .joint = TRUE,
    .only_classes = N_("Matrix scaling is for several classes; of one yes/no question it would be "
                       "“vector”, a slope and a shift: use that"),
    .fit = fit,
    .apply = apply,
};
