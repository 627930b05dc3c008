/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Functions of one number without branches, so that loops over them become vector code.
 *
 * In float they are polynomials of our own (Lawson's weighted least squares against double), within
 * a few units in the last place over the whole range; NaN stays NaN, overflow is infinite,
 * underflow goes through the subnormals to 0. In double they are libm's. For kernel sources only.
 */
#pragma once

#include <math.h>

#include "nw-real.h"

static inline NwReal
vec_clip(NwReal x, NwReal low, NwReal high)
{
  return x < low ? low : x > high ? high : x;
}

#ifdef NW_REAL_DOUBLE

static inline NwReal
vec_exp(NwReal x)
{
  return exp(x);
}

/* e^min(x, 0) − 1 */
static inline NwReal
vec_expm1_below(NwReal x)
{
  return expm1(x > 0 ? 0 : x);
}

/* log(1 + e) for 0 ≤ e ≤ 1 */
static inline NwReal
vec_log1p(NwReal e)
{
  return log1p(e);
}

static inline NwReal
vec_tanh(NwReal x)
{
  return tanh(x);
}

/* x − tanh x */
static inline NwReal
vec_tanh_shrink(NwReal x)
{
  return x - tanh(x);
}

/* Φ(x), the normal distribution; e2 = e^(−x²/2) */
static inline NwReal
vec_normal(NwReal x, NwReal e2)
{
  return 0.5 * erfc(-x * G_SQRT2 / 2);
}

#else

typedef union {
  float f;
  guint32 u;
} VecBits;

/* 2^k for −126 ≤ k ≤ 127; anything otherwise (when k comes from NaN) */
static inline float
vec_power_of_two(gint32 k)
{
  return ((VecBits){.u = ((guint32)k + 127) << 23}).f;
}

/* Adding and subtracting 1.5·2^23 rounds to a whole number, which then stands in the low bits. */
#define VEC_ROUND    12582912.0f
#define VEC_LOG2E    1.44269504f

/* ln 2 in two parts; a product of the first with |k| < 2^15 is exact */
#define VEC_LN2_HIGH 0.693359375f
#define VEC_LN2_LOW  -2.12194440e-4f

/* Cuts x = k·ln 2 + r, |r| ≤ ln 2/2, and gives e^r − 1 = r + r²·q(r). */
static inline float
vec_reduce(float x, gint32 *k)
{
  VecBits rounded = {.f = x * VEC_LOG2E + VEC_ROUND};
  float n = rounded.f - VEC_ROUND;
  float r = x - n * VEC_LN2_HIGH - n * VEC_LN2_LOW;
  float q = 0.00139506022f;
  q = q * r + 0.00836895352f;
  q = q * r + 0.0416662041f;
  q = q * r + 0.166665183f;
  q = q * r + 0.5f;
  *k = (gint32)(rounded.u - ((VecBits){.f = VEC_ROUND}).u);
  return r + r * r * q;
}

static inline float
vec_exp(float x)
{
  gint32 k;
  float m = vec_reduce(vec_clip(x, -104, 89), &k);
  /* Two factors, because 2^k may be too large or too small for a float while the result is not. */
  gint32 half = k >> 1;
  return (1 + m) * vec_power_of_two(half) * vec_power_of_two(k - half);
}

/* e^min(x, 0) − 1 */
static inline float
vec_expm1_below(float x)
{
  gint32 k;
  float m = vec_reduce(vec_clip(x, -80, 0), &k), scale = vec_power_of_two(k);
  return m * scale + (scale - 1);
}

/* log(1 + e) for 0 ≤ e ≤ 1, as 2·artanh(s), s = e/(2 + e) */
static inline float
vec_log1p(float e)
{
  float s = e / (2 + e), z = s * s;
  float p = 0.121504669f;
  p = p * z + 0.107138291f;
  p = p * z + 0.143084424f;
  p = p * z + 0.199994389f;
  p = p * z + 0.333333378f;
  return 2 * s + 2 * s * z * p;
}

/* (tanh x − x)/x for |x| < 0.625 */
static inline float
vec_tanh_near_0(float x)
{
  float z = x * x, p = -0.00571704451f;
  p = p * z + 0.0206505868f;
  p = p * z - 0.0537434979f;
  p = p * z + 0.133314913f;
  p = p * z - 0.333332839f;
  return z * p;
}

static inline float
vec_tanh(float x)
{
  float a = fabsf(x), far = 1 - 2 / (vec_exp(2 * a) + 1);
  return a < 0.625f ? x + x * vec_tanh_near_0(x) : x < 0 ? -far : far;
}

/* x − tanh x */
static inline float
vec_tanh_shrink(float x)
{
  return fabsf(x) < 0.625f ? -x * vec_tanh_near_0(x) : x - vec_tanh(x);
}

/* Φ(x), the normal distribution; e2 = e^(−x²/2). Φ(−a) = e2·erfcx(a/√2)/2 and erfcx(z) = t·p(t)
 * with t = 1/(1 + 0.4 z). */
static inline float
vec_normal(float x, float e2)
{
  float t = 1 / (1 + fabsf(x) * (0.4f * 0.707106781f));
  float p = -0.0295940017f;
  p = p * t + 0.19801148f;
  p = p * t - 0.498807625f;
  p = p * t + 0.547430571f;
  p = p * t - 0.284362879f;
  p = p * t + 0.272064321f;
  p = p * t + 0.129680219f;
  p = p * t + 0.214918978f;
  p = p * t + 0.224952035f;
  p = p * t + 0.225706909f;
  float tail = 0.5f * e2 * t * p;
  return x > 0 ? 1 - tail : tail;
}

#endif

/* 1/(1 + e^−x) */
static inline NwReal
vec_sigmoid(NwReal x)
{
  NwReal e = vec_exp(-NW_R(fabs)(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/* log(1 + e^x) */
static inline NwReal
vec_softplus(NwReal x)
{
  return (x < 0 ? 0 : x) + vec_log1p(vec_exp(-NW_R(fabs)(x)));
}
