/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Terms of the loss that are made of weights: l1·Σ|w| + l2·Σw² + right angles + a formula of w. */
#include "nw-exec-private.h"

/* Sums over weights are made of parts of this many numbers, whatever the number of threads. */
#define PART 16384

static gsize
n_parts(const NwWeight *weight)
{
  return (weight->n + PART - 1) / PART;
}

static void
build_formula(NwExecWeightTerm *term, const char *text)
{
  static const char *const names[] = {"w"};
  g_autofree NwExpression *formula = nw_expression_parse(text, NULL);

  term->formula = nw_program_new(formula, names, &term->weight->shape, 1, 0, NULL);
  g_assert(term->formula != NULL); /* as in infer */
  term->kept = g_new(NwReal, nw_program_get_kept(term->formula));
  term->scratch = g_new(NwReal, nw_program_get_kept(term->formula));
}

void
nw_exec_build_weight_terms(NwExec *exec)
{
  gsize n = exec->plan->weight_terms->len;

  exec->weight_terms = g_new0(NwExecWeightTerm, n + 1);
  for (gsize i = 0; i < n; i++) {
    const NwPlanWeightTerm *plan = &g_array_index(exec->plan->weight_terms, NwPlanWeightTerm, i);
    const NwPlanNode *node = &exec->plan->nodes[plan->node];
    NwExecWeightTerm *term = &exec->weight_terms[i];
    guint n_weights;
    int first = nw_weights_find_layer(exec->weights, node->node->layer->uid, &n_weights);

    term->spec = &node->infer->weights[plan->weight];
    term->weight = nw_weights_get(exec->weights, (guint)first + plan->weight);
    term->parts = g_new(double, n_parts(term->weight));
    if (term->spec->orthogonal > 0)
      term->vectors = g_new(NwReal, nw_exec_orthogonal_size(term->spec));
    if (term->spec->formula != NULL)
      build_formula(term, term->spec->formula);
  }
}

void
nw_exec_free_weight_terms(NwExec *exec)
{
  for (gsize i = 0; exec->weight_terms != NULL && i < exec->plan->weight_terms->len; i++) {
    g_free(exec->weight_terms[i].parts);
    g_free(exec->weight_terms[i].formula);
    g_free(exec->weight_terms[i].kept);
    g_free(exec->weight_terms[i].scratch);
    g_free(exec->weight_terms[i].vectors);
  }
  g_free(exec->weight_terms);
}

typedef struct {
  const NwExecWeightTerm *term;
  gboolean backward;
} Job;

/* One part of l1·Σ|w| + l2·Σw²; g += l1·sign w + 2·l2·w. */
static void
part_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwWeightSpec *spec = job->term->spec;
  NwWeight *weight = job->term->weight;
  NwReal l1 = (NwReal)spec->l1, l2 = (NwReal)spec->l2;
  gsize begin = task * PART, end = MIN(begin + PART, weight->n);
  double absolute = 0, squares = 0;

  for (gsize i = begin; i < end; i++) {
    double w = (double)weight->value[i];
    absolute += fabs(w);
    squares += w * w;
  }
  job->term->parts[task] = spec->l1 * absolute + spec->l2 * squares;
  for (gsize i = begin; job->backward && i < end; i++) {
    NwReal w = weight->value[i];
    weight->gradient[i] += l1 * (NwReal)((w > 0) - (w < 0)) + 2 * l2 * w;
  }
}

static double
run_rates(NwExec *exec, const NwExecWeightTerm *term, gboolean backward)
{
  Job job = {term, backward};
  double sum = 0;

  nw_pool_run(exec->pool, n_parts(term->weight), part_cb, &job);
  for (gsize i = 0; i < n_parts(term->weight); i++)
    sum += term->parts[i];
  return sum;
}

/* f(w); g += f'(w) */
static double
run_formula(NwExec *exec, const NwExecWeightTerm *term, gboolean backward)
{
  const NwReal *w = term->weight->value, one = 1;
  const gboolean accumulate = TRUE;
  NwReal value;

  nw_program_forward(term->formula, exec->pool, 1, &w, term->kept, &value);
  if (backward)
    nw_program_backward(term->formula, exec->pool, 1, &w, term->kept, &value, &one, term->scratch,
                        &term->weight->gradient, &accumulate);
  return (double)value;
}

void
nw_exec_weight_penalties(NwExec *exec, gboolean backward)
{
  for (guint i = 0; i < exec->plan->weight_terms->len; i++) {
    const NwExecWeightTerm *term = &exec->weight_terms[i];
    double value = 0;
    if (term->spec->l1 > 0 || term->spec->l2 > 0)
      value += run_rates(exec, term, backward);
    if (term->vectors != NULL)
      value += nw_exec_orthogonal(term, exec->pool, backward);
    if (term->formula != NULL)
      value += run_formula(exec, term, backward);
    exec->terms[exec->plan->first_weight_term + i] = value;
  }
}
