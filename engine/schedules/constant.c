/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-schedule-private.h"

const NwScheduleKind nw_schedule_constant = {
    .id = "constant",
    .title = N_("Constant"),
    .summary = N_("The learning rate stays as it is"),
    .formula = "η",
};
