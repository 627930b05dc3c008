/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Which numbers a run writes down: the series of its history, and their values at the end of an epoch. */
#pragma once

#include "nw-history.h"
#include "nw-tally.h"

/**
 * nw_run_history_new:
 * @validation_plan, @validation: (nullable): without validation rows
 *
 * Step series: the total, the terms of the ledger, "seconds" since the start of training,
 * "learning_rate", "gradient_norm". Epoch series, with Keras' names (facts B.4): of
 * training and then of validation "loss", each output's loss, each metric; of training also each
 * penalty; "learning_rate". (transfer full)
 */
NwHistory *nw_run_history_new(const NwPlan *plan, const NwTally *training,
                              const NwPlan *validation_plan, const NwTally *validation,
                              guint steps_per_epoch);

/* Fills the epoch series of such a history, in their order. */
void nw_run_history_take(const NwPlan *plan, const NwTally *training, const NwPlan *validation_plan,
                         const NwTally *validation, double learning_rate, double *values);
