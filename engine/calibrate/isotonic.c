/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Any rising curve: isotonic regression, straight between its blocks and level outside of them, as
 * scikit-learn applies it. Needs much data; it can lower ECE while raising log loss. */
#include "nw-recalibrate.h"

#include "nw-pav.h"

#include <glib/gi18n-lib.h>

static const NwRecalibratorNumbers parameters[] = {{"points", .each = 2}, {NULL}};

/* Fitted: pairs (p, value), by rising p: the ends of each block. */
static gboolean
fit(const NwRecalibratorData *data, GArray *fitted, GError **error)
{
  gsize n_blocks;
  g_autofree NwPavBlock *blocks = nw_pav_fit(data->p, data->y, data->n, &n_blocks);

  for (gsize b = 0; b < n_blocks; b++) {
    double low[] = {blocks[b].low, blocks[b].value}, high[] = {blocks[b].high, blocks[b].value};
    g_array_append_vals(fitted, low, 2);
    if (blocks[b].high > blocks[b].low)
      g_array_append_vals(fitted, high, 2);
  }
  return TRUE;
}

static double
interpolate(const double *points, gsize n, double p)
{
  gsize low = 0, high = n - 1;

  if (p <= points[0])
    return points[1];
  if (p >= points[2 * high])
    return points[2 * high + 1];
  while (high - low > 1) {
    gsize middle = low + (high - low) / 2;
    if (points[2 * middle] <= p)
      low = middle;
    else
      high = middle;
  }
  return points[2 * low + 1] + (points[2 * high + 1] - points[2 * low + 1]) *
                                   (p - points[2 * low]) / (points[2 * high] - points[2 * low]);
}

static void
apply(const double *fitted, gsize n_fitted, const NwRecalibratorData *data, double *q)
{
  for (gsize i = 0; i < data->n; i++)
    q[i] = interpolate(fitted, n_fitted / 2, data->p[i]);
}

const NwRecalibratorKind nw_recalibrator_isotonic = {
    .id = "isotonic",
    .title = N_("Isotonic"),
    .summary = N_("Any rising curve; needs much data, and can say 0 or 1 for certain"),
    .formula = "the rising curve nearest to y",
    .parameters = parameters,
    .joint = FALSE,
    .fit = fit,
    .apply = apply,
};
