/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-schedule-private.h"

#include "nw-error.h"

/* η before the first boundary, and at it; η fᵢ behind the i-th, as Keras' values, which are η, η
 * f₁, η f₂ … */
static double
at(const NwParams *params, double rate, guint64 step, guint64 total)
{
  gsize n, n_factors;
  const gint64 *boundaries = nw_params_get_ints(params, "schedule.boundaries", &n);
  const double *factors = nw_params_get_reals(params, "schedule.factors", &n_factors);
  double factor = 1;

  for (gsize i = 0; i < MIN(n, n_factors) && step > (guint64)boundaries[i]; i++)
    factor = factors[i];
  return rate * factor;
}

static gboolean
check(const NwParams *params, GError **error)
{
  gsize n, n_factors;
  const gint64 *boundaries = nw_params_get_ints(params, "schedule.boundaries", &n);
  gboolean rising = TRUE;

  nw_params_get_reals(params, "schedule.factors", &n_factors);
  for (gsize i = 1; i < n; i++)
    rising &= boundaries[i] > boundaries[i - 1];
  if (n > 0 && n == n_factors && rising)
    return TRUE;
  g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                      _("The learning rate’s steps need batches in rising order (“After”) and as "
                        "many factors (“Times”); or choose another schedule."));
  return FALSE;
}

/* clang-format off */
static const NwParamSpec params[] = {
  {"schedule.boundaries", N_("After"), N_("Batches after which the rate changes, such as 1000, 2000"),
   NW_PARAM_INTS, "", 0, 1e12, .unit = N_("batches")},
  {"schedule.factors", N_("Times"),
   N_("What the learning rate is multiplied by from each of them on, such as 0.1, 0.01"),
   NW_PARAM_REALS, "", 0, 1e9},
  {NULL},
};
/* clang-format on */

const NwScheduleKind nw_schedule_piecewise_constant_decay = {
    .id = "piecewise_constant_decay",
    .title = N_("Steps"),
    .summary = N_("Another rate after each of some batches"),
    .formula = "η·fᵢ after batch bᵢ",
    .params = params,
    .check = check,
    .at = at,
};
