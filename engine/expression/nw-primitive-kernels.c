/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The operations' formulas; compiled once per CPU variant (base/nw-cpu.h). Read from the bottom up.
 *
 * At corners the slopes are those of TensorFlow: abs'(0) = relu'(0) = 0, and of two equal numbers
 * the first is the maximum. */
#include "nw-primitive.h"

#include <glib/gi18n-lib.h>

#include "nw-vec-math.h"

extern const NwPrimitive NW_CPU_SYMBOL(nw_primitives)[];

#define R(number) ((NwReal)(number))

/* dxs += dys · SLOPE, but where dys is 0 nothing is added, whatever the slope: 0·∞ is no number. */
#define ADD_SLOPE(ARG, SLOPE)                                                                      \
  if (slopes[ARG] != NULL) {                                                                       \
    NwReal *restrict dxs = slopes[ARG];                                                            \
    for (gsize i = 0; i < n; i++) {                                                                \
      NwReal slope = SLOPE, dy = dys[i];                                                           \
      dxs[i] += dy == 0 ? 0 : dy * slope;                                                          \
    }                                                                                              \
  }

#define FORWARD(NAME)                                                                              \
  static void NAME##_forward(const NwReal *const *args, NwReal *restrict ys, gsize n)
#define BACKWARD(NAME)                                                                             \
  static void NAME##_backward(const NwReal *const *args, const NwReal *restrict ys,                \
                              const NwReal *restrict dys, NwReal *const *slopes, gsize n)

/* NAME: y = VALUE, a formula in x; it is flat. */
#define UNARY_FLAT(NAME, VALUE)                                                                    \
  FORWARD(NAME)                                                                                    \
  {                                                                                                \
    const NwReal *restrict xs = args[0];                                                           \
    for (gsize i = 0; i < n; i++) {                                                                \
      NwReal x = xs[i];                                                                            \
      ys[i] = VALUE;                                                                               \
    }                                                                                              \
  }

/* … and dy/dx = SLOPE, a formula in X and Y. */
#define UNARY(NAME, VALUE, SLOPE)                                                                  \
  UNARY_FLAT(NAME, VALUE)                                                                          \
  BACKWARD(NAME)                                                                                   \
  {                                                                                                \
    const NwReal *restrict xs G_GNUC_UNUSED = args[0];                                             \
    ADD_SLOPE(0, SLOPE)                                                                            \
  }

/* y = VALUE, a formula in a and b, which may be one array. */
#define BINARY_FLAT(NAME, VALUE)                                                                   \
  FORWARD(NAME)                                                                                    \
  {                                                                                                \
    const NwReal *as = args[0], *bs = args[1];                                                     \
    for (gsize i = 0; i < n; i++) {                                                                \
      NwReal a = as[i], b = bs[i];                                                                 \
      ys[i] = VALUE;                                                                               \
    }                                                                                              \
  }

/* … and dy/da = SLOPE_A, dy/db = SLOPE_B, formulas in A, B and Y. */
#define BINARY(NAME, VALUE, SLOPE_A, SLOPE_B)                                                      \
  BINARY_FLAT(NAME, VALUE)                                                                         \
  BACKWARD(NAME)                                                                                   \
  {                                                                                                \
    const NwReal *as G_GNUC_UNUSED = args[0], *bs G_GNUC_UNUSED = args[1];                         \
    ADD_SLOPE(0, SLOPE_A)                                                                          \
    ADD_SLOPE(1, SLOPE_B)                                                                          \
  }

#define TERNARY(NAME, VALUE, SLOPE_A, SLOPE_B, SLOPE_C)                                            \
  FORWARD(NAME)                                                                                    \
  {                                                                                                \
    const NwReal *as = args[0], *bs = args[1], *cs = args[2];                                      \
    for (gsize i = 0; i < n; i++) {                                                                \
      NwReal a = as[i], b = bs[i], c = cs[i];                                                      \
      ys[i] = VALUE;                                                                               \
    }                                                                                              \
  }                                                                                                \
  BACKWARD(NAME)                                                                                   \
  {                                                                                                \
    const NwReal *as = args[0], *bs G_GNUC_UNUSED = args[1], *cs G_GNUC_UNUSED = args[2];          \
    ADD_SLOPE(0, SLOPE_A)                                                                          \
    ADD_SLOPE(1, SLOPE_B)                                                                          \
    ADD_SLOPE(2, SLOPE_C)                                                                          \
  }

/* ── number by number ────────────────────────────────────────────────────────────────────────── */

static inline NwReal
sign_of(NwReal x)
{
  return (NwReal)((x > 0) - (x < 0));
}

/* Where a, b or c is no number, nor is the result; b above c wins. */
static inline NwReal
clip(NwReal a, NwReal b, NwReal c)
{
  NwReal y = a > c || c != c ? c : a;
  return y < b || b != b ? b : y;
}

#define X xs[i]
#define Y ys[i]
#define A as[i]
#define B bs[i]
#define C cs[i]

/* clang-format off */
UNARY(neg,       -x,                       -1)
UNARY(abs,       NW_R(fabs)(x),            sign_of(X))
UNARY(square,    x * x,                    2 * X)
UNARY(sqrt,      NW_R(sqrt)(x),            R(0.5) / Y)
UNARY(exp,       vec_exp(x),               Y)
UNARY(log,       NW_R(log)(x),             1 / X)
UNARY(sin,       NW_R(sin)(x),             NW_R(cos)(X))
UNARY(cos,       NW_R(cos)(x),             -NW_R(sin)(X))
UNARY(tanh,      vec_tanh(x),              1 - Y * Y)
UNARY(sigmoid,   vec_sigmoid(x),           Y * (1 - Y))
UNARY(relu,      x < 0 ? 0 : x,            X > 0 ? 1 : 0)
UNARY(softplus,  vec_softplus(x),          -vec_expm1_below(-Y))
UNARY_FLAT(sign, x != x ? x : sign_of(x))
UNARY_FLAT(stop_gradient, x)

BINARY(add,      a + b,                    1,                               1)
BINARY(sub,      a - b,                    1,                               -1)
BINARY(mul,      a * b,                    B,                               A)
BINARY(div,      a / b,                    1 / B,                           -Y / B)
BINARY(pow,      NW_R(pow)(a, b),          B == 0 ? 0 : B * NW_R(pow)(A, B - 1),
                                           A > 0 ? Y * NW_R(log)(A) : 0)
BINARY(minimum,  b < a || b != b ? b : a,  A <= B ? 1 : 0,                  A <= B ? 0 : 1)
BINARY(maximum,  b > a || b != b ? b : a,  A >= B ? 1 : 0,                  A >= B ? 0 : 1)
BINARY_FLAT(less, a < b)
BINARY_FLAT(less_equal, a <= b)
BINARY_FLAT(greater, a > b)
BINARY_FLAT(greater_equal, a >= b)
BINARY_FLAT(equal, a == b)
BINARY_FLAT(not_equal, a != b)

TERNARY(where,   a != 0 ? b : c,           0,  A != 0 ? 1 : 0,  A != 0 ? 0 : 1)
TERNARY(clip,    clip(a, b, c),
                 ((A >= B) & (A <= C)) ? 1 : 0,  ((A < B) | (C < B)) ? 1 : 0,
                 ((A > C) & (C >= B)) ? 1 : 0)
/* clang-format on */

/* ── the table ───────────────────────────────────────────────────────────────────────────────── */

#define ROW(NAME, SIGN, BINDING, TITLE, FORMULA, SLOPE, N_ARGS)                                    \
  {                                                                                                \
#NAME, SIGN, BINDING, TITLE, FORMULA, SLOPE, N_ARGS, NW_REDUCE_NONE, NAME##_forward,           \
        NAME##_backward                                                                            \
  }
#define FLAT(NAME, SIGN, BINDING, TITLE, FORMULA, N_ARGS)                                          \
  {                                                                                                \
#NAME, SIGN, BINDING, TITLE, FORMULA, "0", N_ARGS, NW_REDUCE_NONE, NAME##_forward, NULL        \
  }
#define REDUCTION(NAME, TITLE, FORMULA, SLOPE, REDUCE)                                             \
  {                                                                                                \
#NAME, NULL, 0, TITLE, FORMULA, SLOPE, 1, REDUCE, NULL, NULL                                   \
  }

/* clang-format off */
const NwPrimitive NW_CPU_SYMBOL(nw_primitives)[] = {
  ROW(square,        NULL, 0, N_("Square"),         "x²",                 "2x", 1),
  ROW(abs,           NULL, 0, N_("Absolute value"), "|x|",                "sign x", 1),
  ROW(neg,           "-",  4, N_("Negative"),       "−x",                 "−1", 1),
  ROW(sqrt,          NULL, 0, N_("Square root"),    "√x",                 "1/(2√x)", 1),
  ROW(exp,           NULL, 0, N_("Exponential"),    "e^x",                "e^x", 1),
  ROW(log,           NULL, 0, N_("Logarithm"),      "ln x",               "1/x", 1),
  ROW(sin,           NULL, 0, N_("Sine"),           "sin x",              "cos x", 1),
  ROW(cos,           NULL, 0, N_("Cosine"),         "cos x",              "−sin x", 1),
  ROW(tanh,          NULL, 0, N_("Tanh"),           "tanh x",             "1 − tanh² x", 1),
  ROW(sigmoid,       NULL, 0, N_("Sigmoid"),        "1/(1 + e^−x)",       "y(1 − y)", 1),
  ROW(relu,          NULL, 0, N_("ReLU"),           "max(x, 0)",          "1 above 0, else 0", 1),
  ROW(softplus,      NULL, 0, N_("Softplus"),       "ln(1 + e^x)",        "1/(1 + e^−x)", 1),
  FLAT(sign,         NULL, 0, N_("Sign"),           "−1, 0 or 1", 1),
  FLAT(stop_gradient, NULL, 0, NULL,               "x, as if it did not depend on anything", 1),
  ROW(add,           "+",  2, NULL,                 "a + b",              "1; 1", 2),
  ROW(sub,           "-",  2, NULL,                 "a − b",              "1; −1", 2),
  ROW(mul,           "*",  3, NULL,                 "a·b",                "b; a", 2),
  ROW(div,           "/",  3, NULL,                 "a/b",                "1/b; −a/b²", 2),
  ROW(pow,           "^",  5, NULL,                 "a^b",                "b·a^(b − 1); a^b·ln a, 0 where a ≤ 0", 2),
  ROW(minimum,       NULL, 0, NULL,                 "a where a ≤ b, else b", "1 where a ≤ b; else 1", 2),
  ROW(maximum,       NULL, 0, NULL,                 "a where a ≥ b, else b", "1 where a ≥ b; else 1", 2),
  FLAT(less_equal,   "<=", 1, NULL,                 "1 where a ≤ b, else 0", 2),
  FLAT(less,         "<",  1, NULL,                 "1 where a < b, else 0", 2),
  FLAT(greater_equal, ">=", 1, NULL,                "1 where a ≥ b, else 0", 2),
  FLAT(greater,      ">",  1, NULL,                 "1 where a > b, else 0", 2),
  FLAT(equal,        "==", 1, NULL,                 "1 where a = b, else 0", 2),
  FLAT(not_equal,    "!=", 1, NULL,                 "1 where a ≠ b, else 0", 2),
  ROW(where,         NULL, 0, NULL,                 "b where a ≠ 0, else c", "0; 1 where a ≠ 0; else 1", 3),
  ROW(clip,          NULL, 0, NULL,                 "a, at least b and at most c", "1 inside, else 0; 1 below b; 1 above c", 3),
  REDUCTION(sum,     N_("Sum"),                     "Σ x",                "1",       NW_REDUCE_SUM),
  REDUCTION(mean,    N_("Mean"),                    "Σ x / n",            "1/n",     NW_REDUCE_MEAN),
  REDUCTION(max,     N_("Largest"),                 "the largest x",      "1/k for the k that are largest, else 0", NW_REDUCE_MAX),
  REDUCTION(min,     N_("Smallest"),                "the smallest x",     "1/k for the k that are smallest, else 0", NW_REDUCE_MIN),
  {NULL},
};
/* clang-format on */
