/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-error.h"

G_DEFINE_QUARK(nw-error-quark, nw_error)
