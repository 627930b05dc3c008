/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "net-run.h"

#include <math.h>

void
net_run_init(NetRun *run, const char *text, gboolean training, int threads)
{
  g_autoptr(NwGraph) graph = net(text);
  net_run_init_graph(run, graph, training, threads);
}

void
net_run_init_graph(NetRun *run, NwGraph *graph, gboolean training, int threads)
{
  const NwOptimizerKind *sgd = nw_optimizer_kind_find("sgd");
  g_autoptr(NwParams) params = nw_params_new(sgd->params);
  GError *error = NULL;

  run->inference = nw_inference_new(graph);
  nw_inference_check(run->inference, &error);
  g_assert_no_error(error);
  run->plan = nw_plan_new(run->inference, NET_CAPACITY, training, &error);
  g_assert_no_error(error);
  run->weights = nw_weights_new(run->inference, 3, &error);
  g_assert_no_error(error);
  g_assert_true(nw_weights_prepare_training(run->weights, sgd, params, NULL));
  run->pool = nw_pool_new(threads);
  run->exec = nw_exec_new(run->plan, run->weights, run->pool, 9, &error);
  g_assert_no_error(error);
}

void
net_run_clear(NetRun *run)
{
  nw_exec_free(run->exec);
  nw_pool_free(run->pool);
  nw_weights_unref(run->weights);
  nw_plan_unref(run->plan);
  nw_inference_unref(run->inference);
}

void
net_run_fill(NetRun *run)
{
  NwRng rng = nw_rng(5, NW_RNG_TEST, 0, 0, 0);
  guint64 k = 0;

  for (guint i = 0; i < nw_plan_get_n_inputs(run->plan); i++) {
    gpointer x = nw_exec_get_input(run->exec, i);
    const NwType *type = &nw_plan_get_input(run->plan, i)->type;
    gsize n = NET_CAPACITY * (gsize)nw_shape_elements(&type->shape);
    for (gsize e = 0; e < n; e++) {
      if (type->dtype == NW_INT32)
        ((gint32 *)x)[e] = (gint32)nw_rng_below(&rng, k++, 4);
      else
        ((NwReal *)x)[e] = (NwReal)nw_rng_normal(&rng, k++);
    }
  }
  for (guint i = 0; i < nw_plan_get_n_outputs(run->plan); i++) {
    const NwPlanOutput *output = nw_plan_get_output(run->plan, i);
    gpointer target = nw_exec_get_target(run->exec, i);
    gsize n = NET_CAPACITY * (gsize)nw_shape_elements(&output->target.shape);
    for (gsize e = 0; output->has_target && e < n; e++) {
      if (output->target.dtype == NW_INT32)
        ((gint32 *)target)[e] = (gint32)nw_rng_below(&rng, k++, output->cols);
      else
        ((NwReal *)target)[e] = (NwReal)nw_rng_uniform(&rng, k++);
    }
  }
}

#ifdef NW_REAL_DOUBLE
static double
total_at(NetRun *run, NwWeight *weight, gsize i, double value)
{
  double old = weight->value[i], total;
  weight->value[i] = value;
  nw_exec_run(run->exec, NET_CAPACITY - 1, 1, 2);
  total = nw_exec_get_total(run->exec);
  weight->value[i] = old;
  return total;
}

static double
stencil(NetRun *run, NwWeight *weight, gsize i, double h)
{
  double v = weight->value[i];
  return (8 * (total_at(run, weight, i, v + h) - total_at(run, weight, i, v - h)) -
          (total_at(run, weight, i, v + 2 * h) - total_at(run, weight, i, v - 2 * h))) /
         (12 * h);
}

/* Distance of the gradient from the stencil, beyond what the rounding of the total explains. */
static double
distance(NetRun *run, NwWeight *weight, gsize i, double gradient, double total, gboolean kinks)
{
  double away = INFINITY;
  for (double h = 1e-4; h > (kinks ? 1e-7 : 5e-5) && away > 0; h /= 10) {
    double noise = 1e-15 * (1 + fabs(total)) * 8 / h;
    away = MIN(away, MAX(fabs(stencil(run, weight, i, h) - gradient) - noise, 0));
  }
  return away;
}

gboolean
net_check_gradients(const char *text, gboolean kinks)
{
  NetRun run;
  double total = 0;

  net_run_init(&run, text, TRUE, 2);
  net_run_fill(&run);
  if (kinks) { /* zeros of fresh weights stand exactly on corners */
    NwRng rng = nw_rng(6, NW_RNG_TEST, 0, 0, 0);
    guint64 k = 0;
    for (guint w = 0; w < nw_weights_get_n(run.weights); w++) {
      NwWeight *weight = nw_weights_get(run.weights, w);
      for (gsize i = 0; i < weight->n; i++)
        weight->value[i] += weight->state ? 0 : 0.3 * nw_rng_normal(&rng, k++);
    }
  }
  for (guint w = 0; w < nw_weights_get_n(run.weights); w++) {
    NwWeight *weight = nw_weights_get(run.weights, w);
    g_autofree double *got = NULL;
    double worst = 0, largest = 0;

    if (!weight->trainable)
      continue;
    nw_exec_run(run.exec, NET_CAPACITY - 1, 1, 2);
    total = nw_exec_get_total(run.exec);
    if (kinks && !(fabs(total) < 1e3))
      break;
    got = g_memdup2(weight->gradient, weight->n * sizeof *got);
    for (gsize i = 0; i < weight->n; i++) {
      worst = MAX(worst, distance(&run, weight, i, got[i], total, kinks));
      largest = MAX(largest, fabs(got[i]));
    }
    /* BatchNorm leaves out how its mean moves by Keras' 1e-7 beside the number of masked steps. */
    if (worst > (kinks ? 1e-5 * MAX(largest, 1) : 1e-7 * largest + 1e-12))
      g_error("gradient of %s: off by %g of %g in\n%s", weight->name, worst, largest, text);
  }
  net_run_clear(&run);
  return fabs(total) < 1e3;
}
#endif
