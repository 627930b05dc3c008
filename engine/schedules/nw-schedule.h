/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How the learning rate changes during a run: one constant struct per kind in a file of its own,
 * one line in schedules/meson.build (facts C.3, C.4).
 *
 * A kind's parameters become rows of the training settings, under keys such as
 * “schedule.decay_steps”, each shown only while a kind that has it is chosen; kinds that share a
 * key share the row. The learning rate itself, the optimiser's parameter, is where a schedule
 * starts from, or its peak; a person may change it while the run goes on. */
#pragma once

#include "nw-param.h"

#define NW_SCHEDULE_MAX_STATE 4

typedef struct {
  const char *id, *title, *summary, *formula;
  const NwParamSpec *params; /* (nullable) ended by a NULL key */
  /* (nullable) One sentence when the parameters do not fit together. */
  gboolean (*check)(const NwParams *params, GError **error);
  /* (nullable) The rate of the batch after @step others, of @total in the whole run; NULL: @rate.
   */
  double (*at)(const NwParams *params, double rate, guint64 step, guint64 total);
  /* (nullable) Kinds that look at results: the rate after an epoch that ended with @value (the
   * smaller the better), when it was @rate. @state is NaN before the first epoch. */
  double (*after_epoch)(const NwParams *params, double *state, double value, double rate);
} NwScheduleKind;

extern const NwScheduleKind *const nw_schedule_kinds[];
const NwScheduleKind *nw_schedule_kind_find(const char *id);
const NwChoice *nw_schedule_choices(void);

/* Does the schedule reach to the end of the run, so that more epochs change it? @training are the
 * training settings. */
gboolean nw_schedule_spans_run(const NwParams *training);
