/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The engine's number: float, or double in the build that checks gradients.
 *
 * Both builds come from the same sources. Every object that includes this header refers to a symbol
 * that only the matching build defines, so that mixing them fails to link. */
#pragma once

#include <glib.h>
#include <math.h>

#ifdef NW_REAL_DOUBLE
typedef double NwReal;
#define NW_REAL_NAME      "float64"
#define NW_R(name)        name          /* NW_R(exp)(x) */
#define NW_REAL_EPSILON   2.220446049250313e-16
extern const char nw_real_is_double;
__attribute__((used)) static const char *const nw_real_build = &nw_real_is_double;
#else
typedef float NwReal;
#define NW_REAL_NAME      "float32"
#define NW_R(name)        name##f       /* NW_R(exp)(x) is expf(x) */
#define NW_REAL_EPSILON   1.1920929e-7f
extern const char nw_real_is_float;
__attribute__((used)) static const char *const nw_real_build = &nw_real_is_float;
#endif
