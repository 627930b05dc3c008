/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-schedule-private.h"

/* From the first rate to η in a line over the warm-up; then η ((1 − α)(1 + cos(π t / T)) / 2 + α),
 * t counted from its end and staying at T. Keras calls η the warmup_target, and the first rate the
 * initial_learning_rate (Loshchilov & Hutter, "SGDR", ICLR 2017). */
static double
at(const NwParams *params, double rate, guint64 step, guint64 total)
{
  guint64 warmup = (guint64)nw_params_get_int(params, "schedule.warmup_steps");
  double first = nw_params_get_real(params, "schedule.warmup_from");
  double alpha = nw_params_get_real(params, "schedule.alpha");
  double steps = nw_schedule_decay_steps(params, warmup, total);

  if (step < warmup)
    return (rate - first) * ((double)step / (double)warmup) + first;
  return rate *
         ((1 - alpha) * nw_schedule_half_cosine(MIN((double)(step - warmup), steps) / steps) +
          alpha);
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_SCHEDULE_PARAM_DECAY_STEPS,
  {"schedule.warmup_steps", N_("Warm-up"), N_("Batches in which the rate rises to its full value"),
   NW_PARAM_INT, "0", 0, 1e12, .unit = N_("batches")},
  {"schedule.warmup_from", N_("First rate"), N_("Where the warm-up begins"), NW_PARAM_REAL, "0", 0,
   1000},
  NW_SCHEDULE_PARAM_ALPHA,
  {NULL},
};
/* clang-format on */

const NwScheduleKind nw_schedule_cosine_decay = {
    .id = "cosine_decay",
    .title = N_("Cosine"),
    .summary = N_("Rises while it warms up, then falls along half a cosine"),
    .formula = "η·((1 − α)·(1 + cos(π·t / T)) / 2 + α)",
    .params = params,
    .at = at,
};
