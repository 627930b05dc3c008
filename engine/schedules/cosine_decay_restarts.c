/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-schedule-private.h"

/* In the i-th period, which takes T kⁱ batches: η ((1 − α) mⁱ (1 + cos(π t / (T kⁱ))) / 2 + α), t
 * counted from its beginning (Loshchilov & Hutter, "SGDR", ICLR 2017). */
static double
at(const NwParams *params, double rate, guint64 step, guint64 total)
{
  double first = (double)nw_params_get_int(params, "schedule.first_decay_steps");
  double longer = nw_params_get_real(params, "schedule.t_mul");
  double smaller = nw_params_get_real(params, "schedule.m_mul");
  double alpha = nw_params_get_real(params, "schedule.alpha");
  double done = (double)step / first, period = floor(done), fraction = done - period;

  if (longer > 1) {
    /* The periods before the i-th take (kⁱ − 1) / (k − 1) times the first. A quotient that is a
     * whole number but for rounding is one. */
    period = floor(log(1 + done * (longer - 1)) / log(longer) + 1e-9);
    fraction = (done - (pow(longer, period) - 1) / (longer - 1)) / pow(longer, period);
  }
  return rate * ((1 - alpha) * pow(smaller, period) * nw_schedule_half_cosine(fraction) + alpha);
}

/* clang-format off */
static const NwParamSpec params[] = {
  {"schedule.first_decay_steps", N_("First period"), N_("Batches until the first restart"),
   NW_PARAM_INT, "1000", 1, 1e12, .unit = N_("batches")},
  {"schedule.t_mul", N_("Longer"), N_("How many times as long each period is as the one before"),
   NW_PARAM_REAL, "2", 1, 1000},
  {"schedule.m_mul", N_("Smaller"), N_("What part of its start each period’s start is"),
   NW_PARAM_REAL, "1", 0, 1000},
  NW_SCHEDULE_PARAM_ALPHA,
  {NULL},
};
/* clang-format on */

const NwScheduleKind nw_schedule_cosine_decay_restarts = {
    .id = "cosine_decay_restarts",
    .title = N_("Cosine with restarts"),
    .summary = N_("Falls along half a cosine and starts again, each time for longer"),
    .formula = "η·mⁱ·(1 + cos(π·t / Tᵢ)) / 2",
    .params = params,
    .at = at,
};
