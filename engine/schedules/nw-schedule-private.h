/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Parameter rows that several schedules have; only files in schedules/ include it. */
#pragma once

#include "nw-schedule.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* clang-format off */
#define NW_SCHEDULE_PARAM_DECAY_STEPS                                                              \
  {"schedule.decay_steps", N_("Over"), N_("Batches until the end of the decay; 0: the whole run"), \
   NW_PARAM_INT, "0", 0, 1e12, .unit = N_("batches")}
#define NW_SCHEDULE_PARAM_DECAY_RATE                                                               \
  {"schedule.decay_rate", N_("Decay"), N_("How strongly the rate falls over that time"),           \
   NW_PARAM_REAL, "0.1", 0, 1e6}
#define NW_SCHEDULE_PARAM_STAIRCASE                                                                \
  {"schedule.staircase", N_("In steps"), N_("Falls only when that time has passed, then at once"), \
   NW_PARAM_BOOL, "false"}
#define NW_SCHEDULE_PARAM_ALPHA                                                                    \
  {"schedule.alpha", N_("Floor"), N_("What part of the rate is left at the end"), NW_PARAM_REAL,   \
   "0", 0, 1}
/* clang-format on */

/* Never 0. @before: batches that do not belong to the decay. */
static inline double
nw_schedule_decay_steps(const NwParams *params, guint64 before, guint64 total)
{
  guint64 steps = (guint64)nw_params_get_int(params, "schedule.decay_steps");
  if (steps == 0)
    steps = total > before ? total - before : 1;
  return (double)MAX(steps, 1);
}

/* 1 at the beginning, 0 at the end, along half a cosine. */
static inline double
nw_schedule_half_cosine(double fraction)
{
  return 0.5 * (1 + cos(G_PI * fraction));
}
