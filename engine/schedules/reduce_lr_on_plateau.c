/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-schedule-private.h"

/* What an epoch leaves to the next. */
enum { BEST, WAIT, COOLDOWN };

/* Keras' ReduceLROnPlateau: after @patience epochs that do not beat the best by more than min_delta
 * the rate is multiplied by the factor; then follow @cooldown epochs that do not count. */
static double
after_epoch(const NwParams *params, double *state, double value, double rate)
{
  double smallest = nw_params_get_real(params, "schedule.min_lr");

  if (isnan(state[WAIT]))
    state[WAIT] = state[COOLDOWN] = 0;
  if (state[COOLDOWN] > 0) {
    state[COOLDOWN]--;
    state[WAIT] = 0;
  }
  if (isnan(state[BEST]) ||
      value < state[BEST] - nw_params_get_real(params, "schedule.min_delta")) {
    state[BEST] = value;
    state[WAIT] = 0;
    return rate;
  }
  if (state[COOLDOWN] > 0 ||
      ++state[WAIT] < (double)nw_params_get_int(params, "schedule.patience") || rate <= smallest)
    return rate;
  state[COOLDOWN] = (double)nw_params_get_int(params, "schedule.cooldown");
  state[WAIT] = 0;
  return MAX(rate * nw_params_get_real(params, "schedule.factor"), smallest);
}

/* clang-format off */
static const NwParamSpec params[] = {
  {"schedule.factor", N_("Factor"), N_("What the rate is multiplied by"), NW_PARAM_REAL, "0.1", 0,
   0.999999},
  {"schedule.patience", N_("Patience"), N_("Epochs without improvement before it falls"),
   NW_PARAM_INT, "10", 0, 1000000, .unit = N_("epochs")},
  {"schedule.min_delta", N_("Smallest improvement"), N_("A smaller one does not count"),
   NW_PARAM_REAL, "0.0001", 0, 1e9},
  {"schedule.cooldown", N_("Rest"), N_("Epochs after a fall that do not count"), NW_PARAM_INT, "0",
   0, 1000000, .unit = N_("epochs")},
  {"schedule.min_lr", N_("Smallest rate"), N_("It does not fall below this"), NW_PARAM_REAL, "0", 0,
   1000},
  {NULL},
};
/* clang-format on */

const NwScheduleKind nw_schedule_reduce_lr_on_plateau = {
    .id = "reduce_lr_on_plateau",
    .title = N_("On a plateau"),
    .summary = N_("Falls when “Best by” no longer improves"),
    .formula = "η ← max(f·η, smallest)",
    .params = params,
    .after_epoch = after_epoch,
};
