/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-real.h"

#ifdef NW_REAL_DOUBLE
const char nw_real_is_double = 1;
#else
const char nw_real_is_float = 1;
#endif
