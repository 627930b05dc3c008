/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* NPZ: numpy's zip file of arrays. Reading goes through data/nw-archive.h. */
#pragma once

#include <gio/gio.h>

#include "nw-file-tensor.h"

/* Writes each tensor under its name, uncompressed as numpy.savez does, atomically; the same arrays
 * give the same bytes. */
gboolean nw_npz_write(const char *path, const NwFileTensor *tensors, gsize n, GError **error);
