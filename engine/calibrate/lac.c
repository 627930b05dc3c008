/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-conformal.h"

#include <glib/gi18n-lib.h>

static gboolean
fits(NwHead head)
{
  return head != NW_HEAD_VALUES;
}

/* 1 − p_k */
static void
score(const double *p, gsize n, double *scores)
{
  for (gsize k = 0; k < n; k++)
    scores[k] = 1 - p[k];
}

const NwConformalKind nw_conformal_lac = {
    .id = "lac",
    .title = N_("Smallest sets"),
    .summary =
        N_("LAC: all answers above one probability; the smallest sets, and none at all where no "
           "answer is likely (Sadinle, Lei & Wasserman 2019)"),
    .fits = fits,
    .score = score,
};
