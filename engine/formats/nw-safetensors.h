/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Safetensors files: named tensors behind a JSON header (facts D.4; the format of Hugging Face).
 *
 *   u64 header length, little-endian | header: JSON, padded with spaces to a multiple of 8 | data
 *
 * Reading is hostile-proof: the header must describe the file exactly, without holes or overlaps. */
#pragma once

#include <gio/gio.h>

typedef enum {
  NW_TENSOR_F32,
  NW_TENSOR_F64,
  NW_TENSOR_F16,
  NW_TENSOR_BF16,
  NW_TENSOR_I8,
  NW_TENSOR_I16,
  NW_TENSOR_I32,
  NW_TENSOR_I64,
  NW_TENSOR_U8,
  NW_TENSOR_U16,
  NW_TENSOR_U32,
  NW_TENSOR_U64,
  NW_TENSOR_BOOL,
  NW_N_TENSOR_DTYPES,
} NwTensorDtype;

#define NW_TENSOR_MAX_RANK 8

/**
 * NwTensor:
 * @name: UTF-8; unique in the file
 * @rank: 0 is one number
 * @data: row-major, little-endian; aligned to its size when writing, perhaps not when reading (the
 *   read functions below do not care)
 */
typedef struct {
  const char *name;
  NwTensorDtype dtype;
  int rank;
  gint64 shape[NW_TENSOR_MAX_RANK];
  const void *data;
} NwTensor;

gsize nw_tensor_dtype_size(NwTensorDtype dtype); /* bytes per element */
const char *nw_tensor_dtype_name(NwTensorDtype dtype); /* "F32" */
/* Product of the shape. */
gsize nw_tensor_elements(const NwTensor *tensor);
/* All elements converted: out[nw_tensor_elements(tensor)]. */
void nw_tensor_read_float(const NwTensor *tensor, float *out);
void nw_tensor_read_double(const NwTensor *tensor, double *out);

/**
 * nw_safetensors_write:
 * @metadata: (nullable): NULL-ended list key, value, key, …
 *
 * Atomic: the old file survives any failure. The order in the file is as in the reference writer: by
 * size of the dtype, largest first, then by name.
 */
gboolean nw_safetensors_write(const char *path, const NwTensor *tensors, gsize n,
                              const char *const *metadata, GError **error);

typedef struct _NwSafetensors NwSafetensors;

/* Maps the file; its tensors' data stay valid as long as it does. Errors are one sentence that names
 * the file. (transfer full) */
NwSafetensors *nw_safetensors_open(const char *path, GError **error);
void nw_safetensors_free(NwSafetensors *file);

/* In the order of the data in the file. */
gsize nw_safetensors_get_n(const NwSafetensors *file);
const NwTensor *nw_safetensors_get(const NwSafetensors *file, gsize i);
const NwTensor *nw_safetensors_find(const NwSafetensors *file, const char *name); /* (nullable) */
const char *nw_safetensors_get_metadata(const NwSafetensors *file, const char *key); /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwSafetensors, nw_safetensors_free)
