/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Connectionist temporal classification (Graves et al. 2006, equations 5 to 16), in log space and
 * in double: the probability of all ways to spread the labels l over the steps, with blanks (class
 * 0) in between, at least one between equal labels.
 *
 *   l′ = 0 l₁ 0 l₂ … 0,  S = 2·labels + 1,  q_t = ln softmax(x_t)
 *   α_t(s) = q_t(l′_s) + ln Σ exp α_{t−1}(s′)          s′ = s, s−1, and s−2 where l′_s is neither 0
 *   β_t(s) = ln Σ exp(q_{t+1}(l′_s′) + β_{t+1}(s′))                      nor what stands at s−2
 *   loss = −ln P,  P = exp α_T(S) + exp α_T(S−1)
 *   ∂/∂x_t(k) = softmax(x_t)_k − Σ_{s: l′_s = k} exp(α_t(s) + β_t(s)) / P */
#include "nw-loss-private.h"

#include <math.h>
#include <string.h>

/* A sample: the steps and labels of it that count, and what is worked out. */
typedef struct {
  gsize cols, n_steps, n_labels, n_states;
  const NwReal *x;    /* [steps, cols] */
  double *step;       /* [n_steps] which of them counts */
  double *normaliser; /* [n_steps] ln Σ exp x_t */
  double *label;      /* [n_labels] */
  double *alpha;      /* [n_steps, n_states] */
  double *beta[2];    /* [n_states] of a step and of the one behind it */
  double *share;      /* [cols] */
} Sample;

static gsize
n_scratch(gsize cols, gsize steps, gsize labels)
{
  gsize states = 2 * labels + 1;
  return 2 * steps + labels + steps * states + 2 * states + cols;
}

static gsize
label_at(const Sample *sample, gsize state)
{
  return state % 2 == 0 ? 0 : (gsize)sample->label[state / 2];
}

/* From the state two before, past a blank? */
static gboolean
may_skip(const Sample *sample, gsize state)
{
  return state >= 2 && state % 2 == 1 && label_at(sample, state) != label_at(sample, state - 2);
}

static const NwReal *
scores_at(const Sample *sample, gsize t)
{
  return sample->x + (gsize)sample->step[t] * sample->cols;
}

/* q_t(k) */
static double
log_softmax(const Sample *sample, gsize t, gsize class)
{
  return (double)scores_at(sample, t)[class] - sample->normaliser[t];
}

/* ln(exp a + exp b) */
static double
log_add(double a, double b)
{
  double large = MAX(a, b), small = MIN(a, b);
  return small == -INFINITY ? large : large + log1p(exp(small - large));
}

/* FALSE: a label is no class. */
static gboolean
sample_init(Sample *sample, const NwLossCall *call, gsize row)
{
  const gint32 *index = call->index + row * call->labels;
  gsize steps = call->steps;

  *sample = (Sample){.cols = call->cols, .x = call->p + row * steps * call->cols};
  sample->step = call->scratch;
  sample->normaliser = sample->step + steps;
  sample->label = sample->normaliser + steps;
  for (gsize i = 0; i < call->labels; i++) {
    if (index[i] < 0 || (gsize)index[i] >= call->cols)
      return FALSE;
    if (index[i] != 0) /* padding */
      sample->label[sample->n_labels++] = index[i];
  }
  sample->n_states = 2 * sample->n_labels + 1;
  sample->alpha = sample->label + call->labels;
  sample->beta[0] = sample->alpha + steps * sample->n_states;
  sample->beta[1] = sample->beta[0] + sample->n_states;
  sample->share = sample->beta[1] + sample->n_states;
  for (gsize t = 0; t < steps; t++)
    if (call->mask == NULL || call->mask[row * steps + t] != 0)
      sample->step[sample->n_steps++] = (double)t;
  for (gsize t = 0; t < sample->n_steps; t++) {
    NwSoftmaxRow softmax = nw_loss_softmax_row(scores_at(sample, t), call->cols);
    sample->normaliser[t] = (double)softmax.max + log((double)softmax.sum);
  }
  return TRUE;
}

/* ln P; −∞: the labels do not fit into the steps. */
static double
go_forward(const Sample *sample)
{
  gsize n = sample->n_states;
  const double *last = sample->alpha + (sample->n_steps - 1) * n;

  if (sample->n_steps == 0)
    return sample->n_labels == 0 ? 0 : -INFINITY;
  for (gsize t = 0; t < sample->n_steps; t++)
    for (gsize s = 0; s < n; s++) {
      const double *before = sample->alpha + t * n - n;
      double way = t == 0 ? (s < 2 ? 0 : -INFINITY) : before[s];
      if (t > 0 && s > 0)
        way = log_add(way, before[s - 1]);
      if (t > 0 && may_skip(sample, s))
        way = log_add(way, before[s - 2]);
      sample->alpha[t * n + s] = way + log_softmax(sample, t, label_at(sample, s));
    }
  return n == 1 ? last[0] : log_add(last[n - 1], last[n - 2]);
}

/* β of step t from that of the step behind it. */
static void
go_back(const Sample *sample, gsize t, const double *behind, double *beta)
{
  gsize n = sample->n_states;

  for (gsize s = 0; s < n; s++) {
    beta[s] = -INFINITY;
    if (t + 1 == sample->n_steps) {
      beta[s] = s + 2 >= n ? 0 : -INFINITY;
      continue;
    }
    for (gsize to = s; to < MIN(s + 3, n); to++)
      if (to < s + 2 || may_skip(sample, to))
        beta[s] = log_add(beta[s], behind[to] + log_softmax(sample, t + 1, label_at(sample, to)));
  }
}

static void
put_gradient(const NwLossCall *call, const Sample *sample, gsize row, double log_p)
{
  for (gsize t = sample->n_steps; t-- > 0;) {
    double *beta = sample->beta[t % 2];
    const double *alpha = sample->alpha + t * sample->n_states;
    gsize at = (row * call->steps + (gsize)sample->step[t]) * call->cols;

    go_back(sample, t, sample->beta[(t + 1) % 2], beta);
    memset(sample->share, 0, call->cols * sizeof *sample->share);
    for (gsize s = 0; s < sample->n_states; s++)
      sample->share[label_at(sample, s)] += exp(alpha[s] + beta[s] - log_p);
    for (gsize k = 0; k < call->cols; k++)
      nw_loss_put(call, at + k,
                  call->scale[row] * (NwReal)(exp(log_softmax(sample, t, k)) - sample->share[k]));
  }
}

static void
compute(const NwLossCall *call)
{
  gsize each = call->steps * call->cols;

  for (gsize row = 0; row < call->rows; row++) {
    Sample sample;
    double log_p = sample_init(&sample, call, row) ? go_forward(&sample) : NAN;

    call->losses[row] = (NwReal)-log_p;
    if (call->dp != NULL && !call->accumulate) /* of steps that do not count */
      memset(call->dp + row * each, 0, each * sizeof *call->dp);
    if (call->dp != NULL && isfinite(log_p))
      put_gradient(call, &sample, row, log_p);
  }
}

static const NwParamSpec params[] = {
    {"label_length", N_("Longest label"),
     N_("How many numbers the target of a sample has; shorter labels end in zeros"), NW_PARAM_INT,
     "10", 1, 1 << 16},
    {NULL},
};

const NwLossKind nw_loss_ctc = {
    .id = "ctc",
    .title = N_("Connectionist temporal classification"),
    .summary = N_("For labels in their order, nobody knows at which steps (speech, handwriting); "
                  "predictions are raw scores, class 0 is the blank"),
    .formula = "−ln Σ over all ways to spread y of Π softmax(x)",
    .target = NW_TARGET_LABELS,
    .params = params,
    .n_scratch = n_scratch,
    .compute = compute,
};
