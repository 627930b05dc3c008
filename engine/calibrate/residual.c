/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-conformal.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
fits(NwHead head)
{
  return head == NW_HEAD_VALUES;
}

static double
distance(double p, double y)
{
  return fabs(y - p);
}

const NwConformalKind nw_conformal_residual = {
    .id = "residual",
    .title = N_("Intervals"),
    .summary = N_("What is predicted, give or take the same for every row (Lei et al. 2018)"),
    .fits = fits,
    .distance = distance,
};
