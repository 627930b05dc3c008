/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-conformal.h"

#include "nw-rank.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
fits(NwHead head)
{
  return head == NW_HEAD_SOFTMAX;
}

/* Σ p_j over all answers that are likelier than k, and k itself, of Σ p_j over all; of equal ones
 * the first goes first. Rounded to 1e-9: what should be 1 is the same for every row, however it was
 * added. */
static void
score(const double *p, gsize n, double *scores)
{
  g_autofree guint32 *order = g_new(guint32, n);
  g_autofree double *less = g_new(double, n);
  double sum = 0, total = 0;

  for (gsize k = 0; k < n; k++) {
    less[k] = -p[k];
    total += p[k];
  }
  nw_sort_order(less, n, order);
  for (gsize i = 0; i < n; i++) {
    sum += p[order[i]];
    scores[order[i]] = total > 0 ? round(sum / total * 1e9) / 1e9 : 1;
  }
}

const NwConformalKind nw_conformal_aps = {
    .id = "aps",
    .title = N_("Adaptive sets"),
    .summary =
        N_("APS: the likeliest answers up to one sum of probabilities, without chance; larger sets "
           "where the network is unsure (Romano, Sesia & Candès 2020)"),
    .fits = fits,
    .score = score,
};
