/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-schedule-private.h"

/* Half a cosine from η / d up to η, at the end of the first part of the run, and another from there
 * down to η / (d f) at its last batch (Smith & Topin, "Super-convergence", arXiv:1708.07120, in the
 * two phases of fastai and of PyTorch's OneCycleLR). */
static double
at(const NwParams *params, double rate, guint64 step, guint64 total)
{
  double first = rate / nw_params_get_real(params, "schedule.div_factor");
  double last = first / nw_params_get_real(params, "schedule.final_div_factor");
  double end = nw_schedule_decay_steps(params, 0, total) - 1, t = MIN((double)step, end);
  double peak = nw_params_get_real(params, "schedule.pct_start") * (end + 1) - 1;

  if (t <= peak)
    return rate + (first - rate) * nw_schedule_half_cosine(peak > 0 ? t / peak : 1);
  return last + (rate - last) * nw_schedule_half_cosine((t - MAX(peak, 0)) / (end - MAX(peak, 0)));
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_SCHEDULE_PARAM_DECAY_STEPS,
  {"schedule.pct_start", N_("Rises for"), N_("What part of the cycle the rate rises"),
   NW_PARAM_REAL, "0.3", 0, 1},
  {"schedule.div_factor", N_("First"), N_("How many times smaller than its peak the rate begins"),
   NW_PARAM_REAL, "25", 1, 1e12},
  {"schedule.final_div_factor", N_("Last"),
   N_("How many times smaller than at the beginning it ends"), NW_PARAM_REAL, "10000", 1, 1e12},
  {NULL},
};
/* clang-format on */

const NwScheduleKind nw_schedule_one_cycle = {
    .id = "one_cycle",
    .title = N_("One cycle"),
    .summary = N_("Rises to the learning rate and falls far below where it began"),
    .formula = "η/25 ↗ η ↘ η/250000, along half cosines",
    .params = params,
    .at = at,
};
