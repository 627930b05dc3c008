/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a fuzz target defines: libFuzzer calls it, or replay.c with the files of a corpus. */
#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);
