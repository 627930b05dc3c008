/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The activations' formulas; compiled once per CPU variant (base/nw-cpu.h). Read from the bottom
 * up.
 *
 * At kinks the slope is the one Keras gives: relu'(0) = 0. (Only celu'(0) is 1 here; there Keras adds
 * the slopes of both sides.) Where x is not a number y is not one either, so that a broken network is
 * noticed. */
#include "nw-activation.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-cpu.h"
#include "nw-vec-math.h"
#include "nw-vec.h"

extern const NwActivation NW_CPU_SYMBOL(nw_activations)[];
extern const NwVec NW_CPU_SYMBOL(nw_vec)[];
#define vec (&NW_CPU_SYMBOL(nw_vec)[0])

/* ── number by number ────────────────────────────────────────────────────────────────────────── */

/* NAME: y = VALUE, a formula in x; dy/dx = SLOPE, a formula in KEPT, which is x or y. */
#define ELEMENTWISE(NAME, VALUE, KEPT, SLOPE)                                                      \
  static void NAME##_forward(const NwReal *xs, NwReal *ys, gsize rows, gsize cols)                 \
  {                                                                                                \
    NW_IVDEP                                                                                       \
    for (gsize i = 0; i < rows * cols; i++) {                                                      \
      NwReal x = xs[i];                                                                            \
      ys[i] = VALUE;                                                                               \
    }                                                                                              \
  }                                                                                                \
                                                                                                   \
  static void NAME##_backward(const NwReal *xs, const NwReal *ys, const NwReal *dys, NwReal *dxs,  \
                              gsize rows, gsize cols, gboolean accumulate)                         \
  {                                                                                                \
    if (accumulate) {                                                                              \
      NW_IVDEP                                                                                     \
      for (gsize i = 0; i < rows * cols; i++) {                                                    \
        NwReal KEPT = KEPT##s[i];                                                                  \
        dxs[i] += dys[i] * (SLOPE);                                                                \
      }                                                                                            \
    } else {                                                                                       \
      NW_IVDEP                                                                                     \
      for (gsize i = 0; i < rows * cols; i++) {                                                    \
        NwReal KEPT = KEPT##s[i];                                                                  \
        dxs[i] = dys[i] * (SLOPE);                                                                 \
      }                                                                                            \
    }                                                                                              \
  }

#define R(number) ((NwReal)(number))

/* Klambauer et al., "Self-normalizing neural networks", 2017: λ and α. */
#define SELU_SCALE R(1.0507009873554805)
#define SELU_ALPHA R(1.6732632423543772)

#define LEAKY_SLOPE R(0.2)
#define SHRINK      R(0.5)
#define ROOT_2_PI   R(0.39894228040143268) /* 1/√(2π) */

static inline gboolean
within(NwReal y, NwReal low, NwReal high)
{
  return (y > low) & (y < high);
}

static inline NwReal
silu_slope(NwReal x)
{
  NwReal e = vec_exp(-NW_R(fabs)(x)), p = (x < 0 ? e : 1) / (1 + e), q = (x < 0 ? 1 : e) / (1 + e);
  return p * (1 + x * q);
}

/* tanh(log(1 + e^x)) = w/(w + 2), w = e^x·(e^x + 2); 1 in float and double from x = 20 on */
static inline NwReal
mish_gate(NwReal x)
{
  NwReal e = vec_exp(x > 20 ? 20 : x), w = e * (e + 2);
  return w / (w + 2);
}

static inline NwReal
mish_slope(NwReal x)
{
  NwReal gate = mish_gate(x);
  return gate + x * vec_sigmoid(x) * (1 - gate) * (1 + gate);
}

static inline NwReal
gelu(NwReal x)
{
  return x * vec_normal(x, vec_exp(R(-0.5) * x * x));
}

/* Φ(x) + x·φ(x) */
static inline NwReal
gelu_slope(NwReal x)
{
  NwReal e2 = vec_exp(R(-0.5) * x * x);
  return vec_normal(x, e2) + x * ROOT_2_PI * e2;
}

static inline NwReal
squareplus(NwReal x)
{
  NwReal larger = (NW_R(sqrt)(x * x + 4) + NW_R(fabs)(x)) / 2; /* the other root is its inverse */
  return x < 0 ? 1 / larger : larger;
}

/* clang-format off */
ELEMENTWISE(relu,           x < 0 ? 0 : x,                          y, y > 0 ? 1 : 0)
ELEMENTWISE(relu6,          vec_clip(x, 0, 6),                      y, within(y, 0, 6) ? 1 : 0)
ELEMENTWISE(leaky_relu,     x < 0 ? LEAKY_SLOPE * x : x,            y, y > 0 ? 1 : LEAKY_SLOPE)
ELEMENTWISE(elu,            x < 0 ? vec_expm1_below(x) : x,         y, y < 0 ? y + 1 : 1)
ELEMENTWISE(celu,           (x < 0 ? 0 : x) + vec_expm1_below(x),   y, y < 0 ? y + 1 : 1)
ELEMENTWISE(selu,           SELU_SCALE * (x < 0 ? SELU_ALPHA * vec_expm1_below(x) : x),
                                                                    y, y < 0 ? y + SELU_SCALE * SELU_ALPHA : SELU_SCALE)
ELEMENTWISE(sigmoid,        vec_sigmoid(x),                         y, y * (1 - y))
ELEMENTWISE(tanh,           vec_tanh(x),                            y, 1 - y * y)
ELEMENTWISE(gelu,           gelu(x),                                x, gelu_slope(x))
ELEMENTWISE(silu,           x * vec_sigmoid(x),                     x, silu_slope(x))
ELEMENTWISE(mish,           x * mish_gate(x),                       x, mish_slope(x))
ELEMENTWISE(softplus,       vec_softplus(x),                        y, -vec_expm1_below(-y))
ELEMENTWISE(log_sigmoid,    -vec_softplus(-x),                      y, -vec_expm1_below(y))
ELEMENTWISE(softsign,       x / (1 + NW_R(fabs)(x)),                y, (1 - NW_R(fabs)(y)) * (1 - NW_R(fabs)(y)))
ELEMENTWISE(exponential,    vec_exp(x),                             y, y)
ELEMENTWISE(hard_sigmoid,   vec_clip(x / 6 + R(0.5), 0, 1),         y, within(y, 0, 1) ? R(1) / 6 : 0)
ELEMENTWISE(hard_silu,      x * vec_clip(x / 6 + R(0.5), 0, 1),     x, x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + R(0.5))
ELEMENTWISE(hard_tanh,      vec_clip(x, -1, 1),                     x, NW_R(fabs)(x) <= 1 ? 1 : 0)
ELEMENTWISE(tanh_shrink,    vec_tanh_shrink(x),                     x, vec_tanh(x) * vec_tanh(x))
ELEMENTWISE(soft_shrink,    x - vec_clip(x, -SHRINK, SHRINK),       y, y != 0 ? 1 : 0)
ELEMENTWISE(hard_shrink,    NW_R(fabs)(x) <= SHRINK ? 0 : x,        y, y != 0 ? 1 : 0)
ELEMENTWISE(threshold,      x <= 1 ? 0 : x,                         y, y > 0 ? 1 : 0)
ELEMENTWISE(squareplus,     squareplus(x),                          y, 1 / (1 + 1 / (y * y)))
ELEMENTWISE(sparse_plus,    x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x,
                                                                    y, y < 1 ? NW_R(sqrt)(y) : 1)
ELEMENTWISE(sparse_sigmoid, vec_clip(R(0.5) * (x + 1), 0, 1),       y, within(y, 0, 1) ? R(0.5) : 0)
/* clang-format on */

/* y = x;  dx = dy */
static void
linear_forward(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  if (y != x)
    memcpy(y, x, rows * cols * sizeof *y);
}

static void
linear_backward(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows,
                gsize cols, gboolean accumulate)
{
  if (accumulate)
    vec->add(dy, dx, rows * cols);
  else if (dx != dy)
    memcpy(dx, dy, rows * cols * sizeof *dx);
}

/* ── row by row ──────────────────────────────────────────────────────────────────────────────── */

/* Rows of so few numbers fill no vector: exponentials are taken of many rows at once. */
#define NARROW  32
#define AT_ONCE 512 /* numbers, which stay in the first cache */

/* y = e^(x − max x)/Σ e^(x − max x), of rows that together have at most AT_ONCE numbers */
static void
softmax_narrow(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  NwReal e[AT_ONCE];
  for (gsize row = 0; row < rows; row++) {
    const NwReal *from = x + row * cols;
    NwReal max = from[0];
    for (gsize i = 1; i < cols; i++)
      max = MAX(max, from[i]);
    for (gsize i = 0; i < cols; i++)
      e[row * cols + i] = from[i] - max;
  }
  for (gsize i = 0; i < rows * cols; i++)
    e[i] = vec_exp(e[i]);
  for (gsize row = 0; row < rows; row++) {
    const NwReal *from = e + row * cols;
    NwReal sum = 0;
    for (gsize i = 0; i < cols; i++)
      sum += from[i];
    for (gsize i = 0; i < cols; i++)
      y[row * cols + i] = from[i] * (1 / sum);
  }
}

/* y = e^(x − max x)/Σ e^(x − max x) */
static void
softmax_forward(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  if (cols <= NARROW) {
    for (gsize at_once = AT_ONCE / MAX(cols, 1); rows > 0;) {
      gsize n = MIN(rows, at_once);
      softmax_narrow(x, y, n, cols);
      x += n * cols;
      y += n * cols;
      rows -= n;
    }
    return;
  }
  for (gsize row = 0; row < rows; row++, x += cols, y += cols) {
    NwReal max = vec->max(x, cols);
    NW_IVDEP
    for (gsize i = 0; i < cols; i++)
      y[i] = vec_exp(x[i] - max);
    vec->scale(1 / vec->sum(y, cols), y, y, cols);
  }
}

/* dx = y·(dy − Σ y·dy) */
static void
softmax_backward(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows,
                 gsize cols, gboolean accumulate)
{
  for (gsize row = 0; row < rows; row++, y += cols, dy += cols, dx += cols) {
    NwReal mean = vec->dot(y, dy, cols);
    NW_IVDEP
    for (gsize i = 0; i < cols; i++)
      dx[i] = (accumulate ? dx[i] : 0) + y[i] * (dy[i] - mean);
  }
}

/* Σ e^(x − max) */
static NwReal
sum_exp(const NwReal *x, NwReal max, gsize cols)
{
  NwReal e[64], sum = 0;
  for (gsize first = 0; first < cols; first += G_N_ELEMENTS(e)) {
    gsize n = MIN(G_N_ELEMENTS(e), cols - first);
    for (gsize i = 0; i < n; i++)
      e[i] = vec_exp(x[first + i] - max);
    sum += vec->sum(e, n);
  }
  return sum;
}

/* y = x − max x − log Σ e^(x − max x) */
static void
log_softmax_forward(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  for (gsize row = 0; row < rows; row++, x += cols, y += cols) {
    NwReal max = vec->max(x, cols), log_sum = NW_R(log)(sum_exp(x, max, cols));
    NW_IVDEP
    for (gsize i = 0; i < cols; i++)
      y[i] = x[i] - max - log_sum;
  }
}

/* dx = dy − e^y·Σ dy */
static void
log_softmax_backward(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows,
                     gsize cols, gboolean accumulate)
{
  for (gsize row = 0; row < rows; row++, y += cols, dy += cols, dx += cols) {
    NwReal sum = vec->sum(dy, cols);
    NW_IVDEP
    for (gsize i = 0; i < cols; i++)
      dx[i] = (accumulate ? dx[i] : 0) + dy[i] - vec_exp(y[i]) * sum;
  }
}

/* The τ for which Σ max(x − max − τ, 0) = 1, by dropping what lies below it until nothing does
 * (Michelot 1986); the same support as sorting gives (Martins & Astudillo, "From softmax to
 * sparsemax", 2016). */
static NwReal
sparsemax_threshold(const NwReal *x, NwReal max, gsize cols)
{
  NwReal tau = -INFINITY;
  for (gsize before = 0;;) {
    NwReal sum = 0;
    gsize count = 0;
    for (gsize i = 0; i < cols; i++) {
      sum += x[i] - max > tau ? x[i] - max : 0;
      count += x[i] - max > tau;
    }
    if (count == before)
      return tau;
    tau = (sum - 1) / (NwReal)count;
    before = count;
  }
}

/* y = max(x − max x − τ, 0) */
static void
sparsemax_forward(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  for (gsize row = 0; row < rows; row++, x += cols, y += cols) {
    NwReal max = vec->max(x, cols), tau = sparsemax_threshold(x, max, cols);
    NW_IVDEP
    for (gsize i = 0; i < cols; i++)
      y[i] = x[i] - max - tau < 0 ? 0 : x[i] - max - tau;
  }
}

/* dx = dy − mean of dy over the support, on the support; else 0 */
static void
sparsemax_backward(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows,
                   gsize cols, gboolean accumulate)
{
  for (gsize row = 0; row < rows; row++, y += cols, dy += cols, dx += cols) {
    NwReal sum = 0, count = 0;
    for (gsize i = 0; i < cols; i++) {
      sum += y[i] > 0 ? dy[i] : 0;
      count += y[i] > 0;
    }
    NW_IVDEP
    for (gsize i = 0; i < cols; i++)
      dx[i] = (accumulate ? dx[i] : 0) + (y[i] > 0 ? dy[i] - sum / count : 0);
  }
}

/* x = [a, b];  y = a·sigmoid(b) */
static void
glu_forward(const NwReal *x, NwReal *y, gsize rows, gsize cols)
{
  gsize half = cols / 2;
  for (gsize row = 0; row < rows; row++, x += cols, y += half) {
    NW_IVDEP
    for (gsize i = 0; i < half; i++)
      y[i] = x[i] * vec_sigmoid(x[half + i]);
  }
}

/* da = dy·s, db = dy·a·s·(1 − s), s = sigmoid(b) */
static void
glu_backward(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows, gsize cols,
             gboolean accumulate)
{
  gsize half = cols / 2;
  for (gsize row = 0; row < rows; row++, x += cols, dy += half, dx += cols) {
    NW_IVDEP
    for (gsize i = 0; i < half; i++) {
      NwReal s = vec_sigmoid(x[half + i]);
      dx[i] = (accumulate ? dx[i] : 0) + dy[i] * s;
      dx[half + i] = (accumulate ? dx[half + i] : 0) + dy[i] * x[i] * s * (1 - s);
    }
  }
}

/* ── the table ───────────────────────────────────────────────────────────────────────────────── */

#define ROW(NAME, TITLE, FORMULA, ...)                                                             \
  {                                                                                                \
#NAME, TITLE, FORMULA, __VA_ARGS__, .forward = NAME##_forward, .backward = NAME##_backward     \
  }
#define OF_X .needs_x = TRUE
#define OF_Y .needs_y = TRUE

/* clang-format off */
const NwActivation NW_CPU_SYMBOL(nw_activations)[] = {
  ROW(linear,         N_("Linear"),         "x",                               .needs_x = FALSE),
  ROW(relu,           N_("ReLU"),           "max(x, 0)",                       OF_Y),
  ROW(sigmoid,        N_("Sigmoid"),        "1/(1 + e^−x)",                    OF_Y),
  ROW(softmax,        N_("Softmax"),        "e^x / Σ e^x, over the last axis", OF_Y, .row_wise = TRUE),
  ROW(tanh,           N_("Tanh"),           "tanh x",                          OF_Y),
  ROW(leaky_relu,     N_("Leaky ReLU"),     "x, or 0.2 x below 0",             OF_Y),
  ROW(elu,            N_("ELU"),            "x, or e^x − 1 below 0",           OF_Y),
  ROW(selu,           N_("SELU"),           "1.0507·x, or 1.7581·(e^x − 1) below 0", OF_Y),
  ROW(celu,           N_("CELU"),           "max(x, 0) + e^min(x, 0) − 1",     OF_Y),
  ROW(gelu,           N_("GELU"),           "x·Φ(x), Φ the normal distribution", OF_X),
  ROW(silu,           N_("SiLU (swish)"),   "x·sigmoid(x)",                    OF_X),
  ROW(mish,           N_("Mish"),           "x·tanh(softplus(x))",             OF_X),
  ROW(softplus,       N_("Softplus"),       "log(1 + e^x)",                    OF_Y),
  ROW(softsign,       N_("Softsign"),       "x/(1 + |x|)",                     OF_Y),
  ROW(exponential,    N_("Exponential"),    "e^x",                             OF_Y),
  ROW(log_softmax,    N_("Log softmax"),    "x − log Σ e^x, over the last axis", OF_Y, .row_wise = TRUE),
  ROW(log_sigmoid,    N_("Log sigmoid"),    "−log(1 + e^−x)",                  OF_Y),
  ROW(glu,            N_("GLU"),            "a·sigmoid(b), a and b the halves of the last axis", OF_X, .row_wise = TRUE, .halves = TRUE),
  ROW(sparsemax,      N_("Sparsemax"),      "nearest distribution, over the last axis", OF_Y, .row_wise = TRUE),
  ROW(relu6,          N_("ReLU6"),          "min(max(x, 0), 6)",               OF_Y),
  ROW(hard_sigmoid,   N_("Hard sigmoid"),   "x/6 + 0.5, cut to 0…1",           OF_Y),
  ROW(hard_silu,      N_("Hard SiLU"),      "x·hard_sigmoid(x)",               OF_X),
  ROW(hard_tanh,      N_("Hard tanh"),      "x, cut to −1…1",                  OF_X),
  ROW(tanh_shrink,    N_("Tanh shrink"),    "x − tanh x",                      OF_X),
  ROW(soft_shrink,    N_("Soft shrink"),    "x moved 0.5 towards 0",           OF_Y),
  ROW(hard_shrink,    N_("Hard shrink"),    "x, or 0 within ±0.5",             OF_Y),
  ROW(threshold,      N_("Threshold"),      "x, or 0 up to 1",                 OF_Y),
  ROW(squareplus,     N_("Squareplus"),     "(x + √(x² + 4))/2",               OF_Y),
  ROW(sparse_plus,    N_("Sparse plus"),    "0 below −1, (x + 1)²/4, x above 1", OF_Y),
  ROW(sparse_sigmoid, N_("Sparse sigmoid"), "(x + 1)/2, cut to 0…1",           OF_Y),
  {NULL},
};
/* clang-format on */
