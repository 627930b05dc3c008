/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Safetensors files: named tensors behind a JSON header (the format of Hugging Face).
 *
 *   u64 header length, little-endian | header: JSON, padded with spaces to a multiple of 8 | data
 *
 * Reading is hostile-proof: the header must describe the file exactly, without holes or overlaps.
 */
#pragma once

#include <gio/gio.h>

#include "nw-file-tensor.h"

/**
 * nw_safetensors_write:
 * @metadata: (nullable): NULL-ended list key, value, key, …
 *
 * Atomic: the old file survives any failure. The order in the file is as in the reference writer:
 * by size of the dtype, largest first, then by name; so every tensor is aligned.
 */
gboolean nw_safetensors_write(const char *path, const NwFileTensor *tensors, gsize n,
                              const char *const *metadata, GError **error);

typedef struct _NwSafetensors NwSafetensors;

/* Maps the file; its tensors' data stay valid as long as it does. Errors are one sentence that
 * names the file. (transfer full) */
NwSafetensors *nw_safetensors_open(const char *path, GError **error);
void nw_safetensors_free(NwSafetensors *file);

/* In the order of the data in the file. */
gsize nw_safetensors_get_n(const NwSafetensors *file);
const NwFileTensor *nw_safetensors_get(const NwSafetensors *file, gsize i);
const NwFileTensor *
nw_safetensors_find(const NwSafetensors *file, const char *name); /* (nullable) */
const char *
nw_safetensors_get_metadata(const NwSafetensors *file, const char *key); /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwSafetensors, nw_safetensors_free)
