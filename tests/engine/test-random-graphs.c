/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What must hold for each of the networks of net-random.h. A failure prints the network, which then
 * belongs into test-plan.c. */
#include <string.h>

#include "count-alloc.h"
#include "net-random.h"
#include "net-run.h"
#include "nw-block.h"
#include "nw-exec-private.h"
#include "nw-optimize.h"
#include "nw-project-json.h"

#define N_GRAPHS 500

static gboolean
same(double a, double b)
{
  return a == b || (isnan(a) && isnan(b));
}

static void
assert_same_bits(const char *text, NetRun *one, NetRun *two, const char *what)
{
  gboolean equal = same(nw_exec_get_total(one->exec), nw_exec_get_total(two->exec));
  for (guint w = 0; w < nw_weights_get_n(one->weights); w++) {
    const NwWeight *a = nw_weights_get(one->weights, w), *b = nw_weights_get(two->weights, w);
    equal &= memcmp(a->value, b->value, a->n * sizeof *a->value) == 0;
    if (a->trainable)
      equal &= memcmp(a->gradient, b->gradient, a->n * sizeof *a->gradient) == 0;
  }
  if (!equal)
    g_error("%s changes the numbers of\n%s", what, text);
}

static void
test_threads(void)
{
  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = net_random(seed, &plain);
    NetRun one;
    net_run_init(&one, text, TRUE, 1);
    net_run_fill(&one);
    nw_exec_run(one.exec, NET_CAPACITY - 1, 1, 2);
    for (int threads = 2; threads <= 3; threads++) {
      NetRun more;
      net_run_init(&more, text, TRUE, threads);
      net_run_fill(&more);
      nw_exec_run(more.exec, NET_CAPACITY - 1, 1, 2);
      assert_same_bits(text, &one, &more, "the number of threads");
      net_run_clear(&more);
    }
    net_run_clear(&one);
  }
}

/* The arena is full of NaN instead of zeros before the run; nothing may read what nobody wrote. */
static void
test_arena(void)
{
  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = net_random(seed, &plain);
    NetRun clean, dirty;
    net_run_init(&clean, text, TRUE, 1);
    net_run_fill(&clean);
    nw_exec_run(clean.exec, NET_CAPACITY, 1, 2);
    net_run_init(&dirty, text, TRUE, 1);
    memset(dirty.exec->arena, 0xff, nw_plan_get_arena_bytes(dirty.plan));
    net_run_fill(&dirty);
    nw_exec_run(dirty.exec, NET_CAPACITY, 1, 2);
    assert_same_bits(text, &clean, &dirty, "what the arena held before");
    net_run_clear(&clean);
    net_run_clear(&dirty);
  }
}

static void
test_evaluation(void)
{
  guint compared = 0;

  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = net_random(seed, &plain);
    NetRun training, evaluation;
    net_run_init(&training, text, TRUE, 1);
    net_run_init(&evaluation, text, FALSE, 1);
    net_run_fill(&training);
    net_run_fill(&evaluation);
    nw_exec_bypass_recalibration(evaluation.exec);
    nw_exec_run(training.exec, NET_CAPACITY - 1, 1, 2);
    nw_exec_run(evaluation.exec, NET_CAPACITY - 1, 1, 2);
    nw_exec_run_weight_penalties(evaluation.exec);
    for (guint i = 0; plain && i < nw_plan_get_n_terms(training.plan); i++)
      if (!same(nw_exec_get_term(training.exec, i), nw_exec_get_term(evaluation.exec, i)))
        g_error("term %u differs between training and evaluation of\n%s", i, text);
    for (guint i = 0; plain && i < nw_plan_get_n_outputs(training.plan); i++) {
      NwMetricBatch a = nw_exec_get_batch(training.exec, i);
      NwMetricBatch b = nw_exec_get_batch(evaluation.exec, i);
      if (memcmp(a.p, b.p, a.rows * a.cols * sizeof *a.p) != 0)
        g_error("prediction %u differs between training and evaluation of\n%s", i, text);
    }
    compared += plain;
    net_run_clear(&training);
    net_run_clear(&evaluation);
  }
  g_assert_cmpuint(compared, >, N_GRAPHS / 5);
}

static void
test_json(void)
{
  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = net_random(seed, &plain);
    g_autoptr(NwGraph) graph = net(text);
    g_autoptr(NwProject) empty = nw_project_new();
    g_autoptr(NwProject) project = nw_project_with_graph(empty, graph);
    g_autofree char *json = nw_project_to_json(project);
    GError *error = NULL;
    g_autoptr(NwProject) back = nw_project_from_json(json, -1, "random", &error);
    g_assert_no_error(error);
    g_autofree char *again = nw_project_to_json(back);
    g_assert_cmpstr(json, ==, again);
    if (!nw_graph_equal(graph, nw_project_get_graph(back)))
      g_error("the project file changes\n%s", text);
  }
}

/* The arena holds little more than what lives at once; see nw-plan-memory.c. */
static void
test_arena_size(void)
{
  double worst = 0, sum = 0;

  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = net_random(seed, &plain);
    for (int training = 0; training < 2; training++) {
      NetRun run;
      net_run_init(&run, text, training, 1);
      double bound = (double)nw_plan_get_live_bytes(run.plan);
      double ratio = (double)nw_plan_get_arena_bytes(run.plan) / bound;
      if (!(ratio >= 1 && ratio <= 1.3))
        g_error("the arena is %.3f of what lives at once in\n%s", ratio, text);
      worst = MAX(worst, ratio);
      sum += ratio;
      net_run_clear(&run);
    }
  }
  g_test_message("arena ÷ what lives at once: %.3f on average, %.3f at worst", sum / N_GRAPHS / 2,
                 worst);
}

/* A few steps of training, as the trainer makes them, ask for no memory. */
static void
test_allocations(void)
{
  const NwOptimizerKind *adam = nw_optimizer_kind_find("adam");
  g_autoptr(NwParams) params = nw_params_new(adam->params);

  if (!count_alloc_works()) {
    g_test_skip("requests for memory cannot be counted here");
    return;
  }
  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = net_random(seed, &plain);
    NetRun run;
    net_run_init(&run, text, TRUE, 2);
    g_assert_true(nw_weights_prepare_training(run.weights, adam, params, NULL));
    net_run_fill(&run);
    for (guint step = 0; step < 4; step++) {
      if (step == 1) /* libraries may have prepared themselves in the first */
        count_alloc_start();
      nw_exec_run(run.exec, step == 2 ? 1 : NET_CAPACITY, 0, step);
      nw_optimize(run.weights, adam, params, step + 1, 0.001, run.pool);
    }
    guint64 n = count_alloc_stop(NULL);
    if (n > 0)
      g_error("three steps ask %" G_GUINT64_FORMAT " times for memory in\n%s", n, text);
    net_run_clear(&run);
  }
}

/* Whatever kind is registered takes part. */
static void
test_kinds(void)
{
  g_autoptr(GHashTable) drawn = g_hash_table_new(NULL, NULL);
  guint blocks = 0;

  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = net_random(seed, &plain);
    g_autoptr(NwGraph) whole = net(text);
    g_autoptr(NwFlat) flat = nw_flat_new(whole);
    const NwGraph *graph = nw_flat_get_graph(flat);
    blocks += graph != whole;
    for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
      gpointer kind = (gpointer)nw_graph_get_node(graph, i)->layer->kind;
      gsize n = GPOINTER_TO_SIZE(g_hash_table_lookup(drawn, kind));
      g_hash_table_insert(drawn, kind, GSIZE_TO_POINTER(n + 1));
    }
  }
  g_test_message("graphs with blocks: %u", blocks);
  g_assert_cmpuint(blocks, >, N_GRAPHS / 5);
  for (const NwLayerKind *const *kind = nw_layer_kinds; *kind != NULL; kind++) {
    gsize n = GPOINTER_TO_SIZE(g_hash_table_lookup(drawn, *kind));
    g_test_message("%s: %" G_GSIZE_FORMAT, (*kind)->id, n);
    if ((*kind)->role == NW_ROLE_LAYER && n < 5)
      g_error("%s is drawn %" G_GSIZE_FORMAT " times", (*kind)->id, n);
  }
}

#ifdef NW_REAL_DOUBLE
static void
test_gradients(void)
{
  guint compared = 0;

  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = net_random(seed, &plain);
    compared += net_check_gradients(text, TRUE);
  }
  g_assert_cmpuint(compared, >, N_GRAPHS * 9 / 10);
}
#endif

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#ifdef NW_REAL_DOUBLE
  g_test_add_func("/random-graphs/gradients-agree-with-differences-of-the-total", test_gradients);
#endif
  g_test_add_func("/random-graphs/have-layers-of-every-kind", test_kinds);
  g_test_add_func("/random-graphs/the-arena-is-near-what-lives-at-once", test_arena_size);
  g_test_add_func("/random-graphs/training-asks-for-no-memory", test_allocations);
  g_test_add_func("/random-graphs/gradients-have-the-same-bits-at-any-thread-count", test_threads);
  g_test_add_func("/random-graphs/nothing-reads-what-nobody-wrote", test_arena);
  g_test_add_func("/random-graphs/evaluation-gives-the-numbers-of-training", test_evaluation);
  g_test_add_func("/random-graphs/survive-the-project-file", test_json);
  return g_test_run();
}
