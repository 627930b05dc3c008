/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What names of one family have in common, so that small places can leave it out: of “label:Happy”
 * and “label:Sad” only “Happy” and “Sad” say something. */
#pragma once

#include <glib.h>

/* Bytes that all @names [@n] begin with, up to and including a separator (one of “: _-./” or a
 * space), leaving something of every name; 0 with fewer than two names. */
gsize nw_names_common_prefix(const char *const *names, gsize n);
