/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Counts what the program asks of malloc while it is told to; links in place of the C library's own
 * names. */
#pragma once

#include <glib.h>

/* FALSE under a sanitizer, or a C library, that has its own way: nothing is counted then. */
gboolean count_alloc_works(void);

void count_alloc_start(void);
/* Requests of all threads since the start, those of OpenBLAS left out. */
guint64 count_alloc_stop(guint64 *bytes);
