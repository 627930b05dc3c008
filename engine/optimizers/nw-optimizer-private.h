/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Parameter rows that several optimisers have; only files in optimizers/ include it. A row that all
 * of them get belongs here, and into every table behind the kind's own rows. */
#pragma once

#include "nw-optimizer.h"

#include <glib/gi18n-lib.h>

/* clang-format off */
#define NW_OPTIMIZER_PARAM_LEARNING_RATE(initial)                                                  \
  {"learning_rate", N_("Learning rate"), N_("How far one step goes"), NW_PARAM_REAL, initial, 0, 1000}
#define NW_OPTIMIZER_DETAILS N_("Details") /* the group of what hardly anybody changes */
#define NW_OPTIMIZER_PARAM_EPSILON                                                                 \
  {"epsilon", N_("Epsilon"), N_("Keeps the division from growing without bound"), NW_PARAM_REAL,   \
   "1e-7", 1e-16, 1, .group = NW_OPTIMIZER_DETAILS}
/* clang-format on */
