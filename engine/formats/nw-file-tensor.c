/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-file-tensor.h"

#include <string.h>

static const gsize sizes[NW_N_TENSOR_DTYPES] = {
    [NW_TENSOR_F32] = 4,  [NW_TENSOR_F64] = 8, [NW_TENSOR_F16] = 2, [NW_TENSOR_BF16] = 2,
    [NW_TENSOR_I8] = 1,   [NW_TENSOR_I16] = 2, [NW_TENSOR_I32] = 4, [NW_TENSOR_I64] = 8,
    [NW_TENSOR_U8] = 1,   [NW_TENSOR_U16] = 2, [NW_TENSOR_U32] = 4, [NW_TENSOR_U64] = 8,
    [NW_TENSOR_BOOL] = 1,
};

gsize
nw_tensor_dtype_size(NwTensorDtype dtype)
{
  return sizes[dtype];
}

gsize
nw_file_tensor_elements(const NwFileTensor *tensor)
{
  gsize n = 1;

  for (int i = 0; i < tensor->rank; i++)
    n *= (gsize)tensor->shape[i];
  return n;
}

gboolean
nw_tensor_shape_fits(NwTensorDtype dtype, const gint64 *shape, int rank, gsize max_bytes,
                     gsize *bytes)
{
  gsize n = sizes[dtype];
  gboolean empty = FALSE;

  for (int i = 0; i < rank; i++) {
    if (shape[i] < 0)
      return FALSE;
    empty |= shape[i] == 0;
  }
  for (int i = 0; i < rank && !empty; i++)
    if (!g_size_checked_mul(&n, n, (gsize)shape[i]))
      return FALSE;
  *bytes = empty ? 0 : n;
  return *bytes <= max_bytes;
}

static float
from_bits(guint32 bits)
{
  float value;

  memcpy(&value, &bits, sizeof value);
  return value;
}

/* IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 mantissa bits. */
static float
half_to_float(guint16 half)
{
  guint32 sign = (guint32)(half & 0x8000) << 16, exponent = (half >> 10) & 31,
          mantissa = half & 1023;

  if (exponent == 31) /* infinity, NaN */
    return from_bits(sign | 0x7F800000u | mantissa << 13);
  if (exponent > 0)
    return from_bits(sign | (exponent + 112) << 23 | mantissa << 13);
  return (sign != 0 ? -1.0f : 1.0f) * (float)mantissa * 0x1p-24f;
}

/* The upper half of a float. */
static float
bfloat16_to_float(guint16 half)
{
  return from_bits((guint32)half << 16);
}

static float
same(float x)
{
  return x;
}

/* One loop for each kind of number; memcpy because file data need not be aligned. */
#define CONVERT(DTYPE, TYPE, convert)                                                              \
  case DTYPE:                                                                                      \
    for (gsize i = 0; i < n; i++) {                                                                \
      TYPE value;                                                                                  \
      memcpy(&value, from + i * sizeof value, sizeof value);                                       \
      out[i] = convert(value);                                                                     \
    }                                                                                              \
    break

#define CONVERT_ALL(OUT)                                                                           \
  switch (tensor->dtype) {                                                                         \
    CONVERT(NW_TENSOR_F32, float, same);                                                           \
    CONVERT(NW_TENSOR_F64, double, (OUT));                                                         \
    CONVERT(NW_TENSOR_F16, guint16, half_to_float);                                                \
    CONVERT(NW_TENSOR_BF16, guint16, bfloat16_to_float);                                           \
    CONVERT(NW_TENSOR_I8, gint8, (OUT));                                                           \
    CONVERT(NW_TENSOR_I16, gint16, (OUT));                                                         \
    CONVERT(NW_TENSOR_I32, gint32, (OUT));                                                         \
    CONVERT(NW_TENSOR_I64, gint64, (OUT));                                                         \
    CONVERT(NW_TENSOR_U8, guint8, (OUT));                                                          \
    CONVERT(NW_TENSOR_U16, guint16, (OUT));                                                        \
    CONVERT(NW_TENSOR_U32, guint32, (OUT));                                                        \
    CONVERT(NW_TENSOR_U64, guint64, (OUT));                                                        \
    CONVERT(NW_TENSOR_BOOL, guint8, 0 !=);                                                         \
  case NW_N_TENSOR_DTYPES:                                                                         \
    g_assert_not_reached();                                                                        \
  }

void
nw_file_tensor_read_float(const NwFileTensor *tensor, gsize first, gsize n, float *out)
{
  const guint8 *from = (const guint8 *)tensor->data + first * sizes[tensor->dtype];

  CONVERT_ALL(float)
}

void
nw_file_tensor_read_double(const NwFileTensor *tensor, gsize first, gsize n, double *out)
{
  const guint8 *from = (const guint8 *)tensor->data + first * sizes[tensor->dtype];

  CONVERT_ALL(double)
}
