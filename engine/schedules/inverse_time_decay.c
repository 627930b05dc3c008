/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-schedule-private.h"

/* η / (1 + r t / T), the fraction rounded down when it falls in steps. */
static double
at(const NwParams *params, double rate, guint64 step, guint64 total)
{
  double times = (double)step / nw_schedule_decay_steps(params, 0, total);

  if (nw_params_get_bool(params, "schedule.staircase"))
    times = floor(times);
  return rate / (1 + nw_params_get_real(params, "schedule.decay_rate") * times);
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_SCHEDULE_PARAM_DECAY_STEPS,
  NW_SCHEDULE_PARAM_DECAY_RATE,
  NW_SCHEDULE_PARAM_STAIRCASE,
  {NULL},
};
/* clang-format on */

const NwScheduleKind nw_schedule_inverse_time_decay = {
    .id = "inverse_time_decay",
    .title = N_("Inverse time"),
    .summary = N_("Falls fast at first, then ever more slowly"),
    .formula = "η / (1 + r·t / T)",
    .params = params,
    .at = at,
};
