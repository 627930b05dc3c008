/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-schedule-private.h"

/* (η − e)(1 − t / T)^p + e; t stays at T, or with cycles T grows to the next multiple that holds t.
 */
static double
at(const NwParams *params, double rate, guint64 step, guint64 total)
{
  double end = nw_params_get_real(params, "schedule.end_learning_rate");
  double power = nw_params_get_real(params, "schedule.power");
  double steps = nw_schedule_decay_steps(params, 0, total), t = (double)step;

  if (!nw_params_get_bool(params, "schedule.cycle"))
    t = MIN(t, steps);
  else if (step > 0)
    steps *= ceil(t / steps);
  return (rate - end) * pow(1 - t / steps, power) + end;
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_SCHEDULE_PARAM_DECAY_STEPS,
  {"schedule.end_learning_rate", N_("Last rate"), N_("Where the decay ends"), NW_PARAM_REAL,
   "0.0001", 0, 1000},
  {"schedule.power", N_("Power"), N_("1: a line; more: fast at first"), NW_PARAM_REAL, "1", 0, 100},
  {"schedule.cycle", N_("Cycle"), N_("Rises again when the last value is reached"), NW_PARAM_BOOL,
   "false"},
  {NULL},
};
/* clang-format on */

const NwScheduleKind nw_schedule_polynomial_decay = {
    .id = "polynomial_decay",
    .title = N_("Polynomial"),
    .summary = N_("Falls along a line, or along a power of it, to a last value"),
    .formula = "(η − e)·(1 − t / T)^p + e",
    .params = params,
    .at = at,
};
