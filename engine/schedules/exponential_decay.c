/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-schedule-private.h"

/* η r^(t / T), the exponent rounded down when it falls in steps. */
static double
at(const NwParams *params, double rate, guint64 step, guint64 total)
{
  double times = (double)step / nw_schedule_decay_steps(params, 0, total);

  if (nw_params_get_bool(params, "schedule.staircase"))
    times = floor(times);
  return rate * pow(nw_params_get_real(params, "schedule.decay_rate"), times);
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_SCHEDULE_PARAM_DECAY_STEPS,
  NW_SCHEDULE_PARAM_DECAY_RATE,
  NW_SCHEDULE_PARAM_STAIRCASE,
  {NULL},
};
/* clang-format on */

const NwScheduleKind nw_schedule_exponential_decay = {
    .id = "exponential_decay",
    .title = N_("Exponential"),
    .summary = N_("Falls by the same part in the same time"),
    .formula = "η·r^(t / T)",
    .params = params,
    .at = at,
};
