/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Reports as bytes: all that diagrams and tables show, without the rows they were made from. */
#pragma once

#include "nw-report.h"

/* The reports of one evaluation, NULLs left out, compressed. NULL when there are none. (transfer
 * full) */
char *nw_report_snapshot_write(NwReport *const *reports, guint n, gsize *length);
/* NwReport without rows; NULL when the bytes are no snapshot. (transfer full) */
GPtrArray *nw_report_snapshot_read(const void *data, gsize length);
