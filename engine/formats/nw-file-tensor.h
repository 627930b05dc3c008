/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A named array as file formats see it: any kind of number, row-major. */
#pragma once

#include <glib.h>

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
 * NwFileTensor:
 * @name: UTF-8; unique in its file
 * @rank: 0 is one number
 * @data: row-major, in the byte order of this machine; need not be aligned for the functions below
 */
typedef struct {
  const char *name;
  NwTensorDtype dtype;
  int rank;
  gint64 shape[NW_TENSOR_MAX_RANK];
  const void *data;
} NwFileTensor;

gsize nw_tensor_dtype_size(NwTensorDtype dtype); /* bytes per element */

/* Product of the shape, which must not overflow. */
gsize nw_file_tensor_elements(const NwFileTensor *tensor);
/* Product of a shape that may be anything: FALSE when an axis is negative or the tensor would be
 * larger than @max_bytes. */
gboolean nw_tensor_shape_fits(NwTensorDtype dtype, const gint64 *shape, int rank, gsize max_bytes,
                              gsize *bytes);

/* @n elements from @first on, converted. */
void nw_file_tensor_read_float(const NwFileTensor *tensor, gsize first, gsize n, float *out);
void nw_file_tensor_read_double(const NwFileTensor *tensor, gsize first, gsize n, double *out);
