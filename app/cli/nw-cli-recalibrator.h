/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The option --method of the commands that recalibrate. */
#pragma once

#include "nw-cli.h"
#include "nw.h"

/* The kind that --method names; NULL with a usage fault that lists them. */
const NwRecalibratorKind *nw_cli_find_recalibrator(const NwArgs *args, GError **error);
