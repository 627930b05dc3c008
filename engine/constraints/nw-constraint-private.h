/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the constraint kinds share; only files in constraints/ include it. */
#pragma once

#include "nw-constraint.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* keras.config.epsilon(), which keeps a vector of zeros at 0 */
#define NW_CONSTRAINT_EPSILON 1e-7
