/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a summary says of a network is what is measured: operations, parameters, memory. */
#include "count-alloc.h"
#include "golden.h"
#include "net.h"
#include "nw-exec.h"
#include "nw-memory.h"
#include "nw-optimize.h"
#include "nw-project-json.h"

/* The models of tests/reference/flops.py. */
static const struct {
  const char *name, *text;
} models[] = {
    {"dense", "x input shape=100\n"
              "a dense units=256 activation=relu <- x\n"
              "b dense units=256 activation=relu <- a\n"
              "c dense units=20 <- b\n"},
    {"steps", "x input shape=30,40\n"
              "a dense units=60 use_bias=false <- x\n"},
    {"images", "x input shape=28,28,1\n"
               "a conv2d filters=8 kernel_size=3 activation=relu <- x\n"
               "b conv2d filters=16 kernel_size=3 strides=2 padding=same <- a\n"
               "c flatten <- b\n"
               "d dense units=10 <- c\n"},
    {"attention", "x input shape=24,48\n"
                  "a multi_head_attention num_heads=4 key_dim=16 <- x x\n"},
    {"pairs", "x input shape=20,64\n"
              "y input shape=30,64\n"
              "a dot axes=2 <- x y\n"},
};

/* TensorFlow's profiler does not count everything alike (a maximum, an exponential), but all
 * products. */
static void
test_flops(void)
{
  g_autoptr(Golden) golden = golden_open("flops");
  g_assert_cmpuint(golden_get_n(golden), ==, G_N_ELEMENTS(models));
  for (gsize i = 0; i < G_N_ELEMENTS(models); i++) {
    g_autoptr(NwGraph) graph = net(models[i].text);
    g_autoptr(NwInference) inference = nw_inference_new(graph);
    double expected = golden_get_number(golden, "%s/flops", models[i].name);
    double got = (double)nw_inference_get_flops(inference);
    g_test_message("%s: %.0f, TensorFlow's profiler %.0f", models[i].name, got, expected);
    if (!(fabs(got - expected) <= 0.02 * expected))
      g_error("%s: %.0f operations, not %.0f", models[i].name, got, expected);
  }
}

/* ── the example projects ────────────────────────────────────────────────────────────────────── */

typedef void (*ExampleFunc)(const char *name, NwProject *project, NwInference *inference);

static void
for_every_example(ExampleFunc func)
{
  g_autoptr(GDir) folder = g_dir_open(RESOURCES "/examples", 0, NULL);
  guint n = 0;
  const char *name;

  while ((name = g_dir_read_name(folder)) != NULL) {
    GError *error = NULL;
    g_autofree char *path = g_build_filename(RESOURCES "/examples", name, NULL);
    if (!g_str_has_suffix(name, ".netwright"))
      continue;
    g_autoptr(NwProject) project = nw_project_load(path, &error);
    g_assert_no_error(error);
    g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
    func(name, project, inference);
    n++;
  }
  g_assert_cmpuint(n, >=, 3);
}

static gsize
batch_of(NwProject *project)
{
  return (gsize)nw_params_get_int(nw_project_get_training(project), "batch_size");
}

static NwPlan *
plan_of(NwProject *project, NwInference *inference, gboolean training)
{
  GError *error = NULL;
  NwPlan *plan = nw_plan_new(inference, batch_of(project), training, &error);
  g_assert_no_error(error);
  return plan;
}

static NwWeights *
weights_of(NwInference *inference)
{
  GError *error = NULL;
  NwWeights *weights = nw_weights_new(inference, 1, &error);
  g_assert_no_error(error);
  return weights;
}

static void
check_parameters(const char *name, NwProject *project, NwInference *inference)
{
  g_autoptr(NwWeights) weights = weights_of(inference);
  gint64 all = 0, trainable = 0;
  for (guint i = 0; i < nw_weights_get_n(weights); i++) {
    const NwWeight *weight = nw_weights_get(weights, i);
    all += (gint64)weight->n;
    trainable += weight->trainable ? (gint64)weight->n : 0;
  }
  g_assert_cmpint(nw_inference_get_n_parameters(inference), ==, all);
  g_assert_cmpint(nw_inference_get_n_trainable(inference), ==, trainable);
}

static void
test_parameters(void)
{
  for_every_example(check_parameters);
}

static void
check_arena(const char *name, NwProject *project, NwInference *inference)
{
  for (int training = 0; training < 2; training++) {
    g_autoptr(NwPlan) plan = plan_of(project, inference, training);
    double bound = (double)nw_plan_get_live_bytes(plan);
    double ratio = (double)nw_plan_get_arena_bytes(plan) / bound;
    g_test_message("%s, %s: %.0f bytes, %.3f of what lives at once", name,
                   training ? "training" : "evaluation", bound * ratio, ratio);
    g_assert_cmpfloat(ratio, >=, 1);
    g_assert_cmpfloat(ratio, <=, 1.3);
  }
}

static void
test_arena(void)
{
  for_every_example(check_arena);
}

/* The arena, in whole pages, is nearly all that running a batch takes: targets and a few numbers
 * per row beside it. */
static void
check_memory(const char *name, NwProject *project, NwInference *inference)
{
  g_autoptr(NwPlan) plan = plan_of(project, inference, TRUE);
  g_autoptr(NwWeights) weights = weights_of(inference);
  gsize beside = 16384;
  guint64 bytes;

  for (guint i = 0; i < nw_plan_get_n_outputs(plan); i++) {
    const NwPlanOutput *output = nw_plan_get_output(plan, i);
    beside += batch_of(project) * output->rows_per_sample * (output->cols + 5) * sizeof(NwReal);
  }
  for (guint i = 0; i < nw_plan_get_n_operations(plan); i++)
    beside += 4096; /* pointers that layers ask for */
  count_alloc_start();
  g_autoptr(NwExec) exec = nw_exec_new(plan, weights, NULL, 1, NULL);
  count_alloc_stop(&bytes);
  g_assert_nonnull(exec);
  g_test_message("%s: arena %" G_GSIZE_FORMAT ", asked for %" G_GUINT64_FORMAT, name,
                 nw_plan_get_arena_bytes(plan), bytes);
  g_assert_cmpuint(bytes, >=, nw_plan_get_arena_bytes(plan));
  g_assert_cmpuint(bytes, <=, nw_memory_round(nw_plan_get_arena_bytes(plan)) + beside);
}

static void
test_memory(void)
{
  if (count_alloc_works())
    for_every_example(check_memory);
  else
    g_test_skip("requests for memory cannot be counted here");
}

static void
check_training(const char *name, NwProject *project, NwInference *inference)
{
  const NwOptimizerKind *optimizer = nw_project_get_optimizer(project);
  NwParams *params = nw_project_get_optimizer_params(project);
  g_autoptr(NwPlan) plan = plan_of(project, inference, TRUE);
  g_autoptr(NwWeights) weights = weights_of(inference);
  g_autoptr(NwPool) pool = nw_pool_new(2);
  g_autoptr(NwExec) exec = nw_exec_new(plan, weights, pool, 1, NULL);

  g_assert_true(nw_weights_prepare_training(weights, optimizer, params, NULL));
  for (guint step = 0; step < 4; step++) {
    if (step == 1) /* libraries may have prepared themselves in the first */
      count_alloc_start();
    nw_exec_run(exec, step == 2 ? 1 : batch_of(project), 0, step);
    nw_optimize(weights, optimizer, params, step + 1, 0.001, pool);
  }
  g_assert_cmpuint(count_alloc_stop(NULL), ==, 0);
}

static void
test_training(void)
{
  if (count_alloc_works())
    for_every_example(check_training);
  else
    g_test_skip("requests for memory cannot be counted here");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/costs/operations-are-those-of-tensorflow's-profiler", test_flops);
  g_test_add_func("/costs/parameters-are-those-of-the-weights", test_parameters);
  g_test_add_func("/costs/the-arena-is-near-what-lives-at-once", test_arena);
  g_test_add_func("/costs/memory-of-a-batch-is-what-is-asked-for", test_memory);
  g_test_add_func("/costs/training-asks-for-no-memory", test_training);
  return g_test_run();
}
