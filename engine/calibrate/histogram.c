/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The frequency of each of ten bins of equal width (Zadrozny & Elkan 2001). Bins are (low, high],
 * as in reliability diagrams; one without rows answers its middle. */
#include "nw-recalibrate.h"

#include "nw-reliability.h"

#include <glib/gi18n-lib.h>

static const NwRecalibratorNumbers parameters[] = {{"steps", .each = 2}, {NULL}};

/* Fitted: pairs (upper edge, value), by rising edge. */
static gboolean
fit(const NwRecalibratorData *data, GArray *fitted, GError **error)
{
  NwBin bins[NW_LABEL_BINS];

  nw_reliability_equal_width(data->p, data->y, data->n, NW_EDGES_DOUBLE, NW_LABEL_BINS, bins);
  for (guint b = 0; b < NW_LABEL_BINS; b++) {
    double middle = (bins[b].low + bins[b].high) / 2;
    double step[] = {bins[b].high, bins[b].count > 0 ? bins[b].observed : middle};
    g_array_append_vals(fitted, step, 2);
  }
  return TRUE;
}

static void
apply(const double *fitted, gsize n_fitted, const NwRecalibratorData *data, double *q)
{
  for (gsize i = 0; i < data->n; i++) {
    gsize at = 0;
    while (at + 2 < n_fitted && data->p[i] > fitted[at])
      at += 2;
    q[i] = fitted[at + 1];
  }
}

const NwRecalibratorKind nw_recalibrator_histogram = {
    .id = "histogram",
    .title = N_("Histogram"),
    .summary = N_("Histogram binning: the frequency of each of ten bins; coarse, and can say 0 or 1 for certain"),
    .formula = "how often it came true in the bin of p",
    .parameters = parameters,
    .joint = FALSE,
    .fit = fit,
    .apply = apply,
};
