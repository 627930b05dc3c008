/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include <string.h>

#include "golden.h"
#include "net.h"
#include "nw-exec.h"
#include "nw-optimize.h"
#include "test-folder.h"

static const char small[] = "x input shape=3\n"
                            "dense dense units=4 <- x\n"
                            "out output <- dense\n";

/* Large enough to be split over threads. */
static const char large[] = "x input shape=300\n"
                            "one dense units=200 <- x\n"
                            "two dense units=7 learning_rate_multiplier=0.5 <- one\n"
                            "out output <- two\n";

typedef struct {
  const NwOptimizerKind *kind;
  NwParams *params;
  NwWeights *weights;
} Fixture;

static NwParams *
params_of(const NwOptimizerKind *kind, const char *setting)
{
  g_auto(GStrv) pairs = g_strsplit(setting, ",", -1);
  NwParams *params = nw_params_new(kind->params);

  for (gsize i = 0; pairs[i] != NULL; i++) {
    g_auto(GStrv) pair = g_strsplit(pairs[i], "=", 2);
    g_autoptr(GError) error = NULL;
    NwParams *changed = nw_params_with(params, pair[0], pair[1], &error);
    g_assert_no_error(error);
    nw_params_unref(params);
    params = changed;
  }
  return params;
}

static void
fixture_init(Fixture *f, const char *text, const char *kind, const char *setting)
{
  g_autoptr(NwGraph) graph = net(text);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(GError) error = NULL;

  f->kind = nw_optimizer_kind_find(kind);
  f->params = params_of(f->kind, setting);
  f->weights = nw_weights_new(inference, 1, &error);
  g_assert_no_error(error);
  nw_weights_prepare_training(f->weights, f->kind, f->params, &error);
  g_assert_no_error(error);
}

static void
fixture_clear(Fixture *f)
{
  nw_weights_unref(f->weights);
  nw_params_unref(f->params);
}

static double
fixture_step(Fixture *f, guint64 t, double rate, NwPool *pool)
{
  return nw_optimize(f->weights, f->kind, f->params, t, rate, pool);
}

static double
own_rate(const Fixture *f)
{
  return nw_params_get_real(f->params, "learning_rate");
}

/* Gradients that follow from the weight and the step. */
static void
draw_gradients(Fixture *f, guint64 t)
{
  for (guint i = 0; i < nw_weights_get_n(f->weights); i++) {
    NwWeight *weight = nw_weights_get(f->weights, i);
    NwRng rng = nw_rng(5, NW_RNG_TEST, i, (guint32)t, 0);
    for (gsize k = 0; k < weight->n; k++)
      weight->gradient[k] = (NwReal)nw_rng_normal(&rng, k);
  }
}

static const char *
own_name(const NwWeight *weight)
{
  return strrchr(weight->name, '/') + 1;
}

/* ── Keras' numbers ──────────────────────────────────────────────────────────────────────────── */

static void
load_start(Fixture *f, const Golden *golden)
{
  for (guint i = 0; i < nw_weights_get_n(f->weights); i++) {
    NwWeight *weight = nw_weights_get(f->weights, i);
    g_autofree NwReal *start =
        golden_tensor_dup_real(golden_get(golden, "start/%s", own_name(weight)));
    memcpy(weight->value, start, weight->n * sizeof *start);
  }
}

static void
load_gradients(Fixture *f, const Golden *golden, gsize t)
{
  for (guint i = 0; i < nw_weights_get_n(f->weights); i++) {
    NwWeight *weight = nw_weights_get(f->weights, i);
    g_autofree NwReal *all =
        golden_tensor_dup_real(golden_get(golden, "gradient/%s", own_name(weight)));
    memcpy(weight->gradient, all + t * weight->n, weight->n * sizeof *all);
  }
}

static void
check_case(const Golden *golden, const char *kind, const char *setting)
{
  const GoldenTensor *norms = golden_get(golden, "norm");
  Fixture f;

  fixture_init(&f, small, kind, setting);
  load_start(&f, golden);
  for (gsize t = 0; t < norms->n; t++) {
    double norm;

    load_gradients(&f, golden, t);
    norm = fixture_step(&f, t + 1, own_rate(&f), NULL);
    if (nw_weights_get_common(f.weights)->accumulate == 1)
      g_assert_cmpfloat(fabs(norm - norms->values[t]), <, 1e-5 * norms->values[t]);
    for (guint i = 0; i < nw_weights_get_n(f.weights); i++) {
      NwWeight *weight = nw_weights_get(f.weights, i);
      g_autofree char *name =
          g_strdup_printf("%s/%s/%s/%" G_GSIZE_FORMAT, kind, setting, own_name(weight), t + 1);
      if (golden_has(golden, "%s", name))
        golden_assert_close(weight->value, golden_get(golden, "%s", name), GOLDEN_TOLERANCE);
    }
  }
  for (guint i = 0; i < nw_weights_get_n(f.weights); i++) {
    NwWeight *weight = nw_weights_get(f.weights, i);
    if (weight->average != NULL)
      golden_assert_close(weight->average,
                          golden_get(golden, "%s/%s/average/%s", kind, setting, own_name(weight)),
                          GOLDEN_TOLERANCE);
  }
  fixture_clear(&f);
}

static void
test_golden(void)
{
  g_autoptr(Golden) golden = golden_open("steps");
  guint cases = 0;

  for (gsize i = 0; i < golden_get_n(golden); i++) {
    g_auto(GStrv) words = g_strsplit(golden_get_nth(golden, i)->name, "/", -1);
    if (g_strv_length(words) != 4 || strcmp(words[2], "kernel") != 0 || strcmp(words[3], "1") != 0)
      continue;
    check_case(golden, words[0], words[1]);
    cases++;
  }
  g_assert_cmpuint(cases, ==, 17);
}

/* ── our own ─────────────────────────────────────────────────────────────────────────────────── */

static void
assert_same(const NwReal *a, const NwReal *b, gsize n)
{
  g_assert_cmpmem(a, n * sizeof *a, b, n * sizeof *b);
}

static void
test_threads(void)
{
  static const char *const settings[] = {
      "clipping=global_clipnorm,clip=0.5,weight_decay=0.01,use_ema=true",
      "clipping=clipvalue,clip=0.2,gradient_accumulation_steps=2",
  };

  for (gsize s = 0; s < G_N_ELEMENTS(settings); s++) {
    Fixture one, three;
    g_autoptr(NwPool) pool = nw_pool_new(3);

    fixture_init(&one, large, "adam", settings[s]);
    fixture_init(&three, large, "adam", settings[s]);
    for (guint64 t = 1; t <= 4; t++) {
      double a, b;

      draw_gradients(&one, t);
      draw_gradients(&three, t);
      a = fixture_step(&one, t, 0.01, NULL);
      b = fixture_step(&three, t, 0.01, pool);
      g_assert_cmpmem(&a, sizeof a, &b, sizeof b);
    }
    for (guint i = 0; i < nw_weights_get_n(one.weights); i++) {
      const NwWeight *a = nw_weights_get(one.weights, i), *b = nw_weights_get(three.weights, i);
      assert_same(a->value, b->value, a->n);
      if (a->average != NULL)
        assert_same(a->average, b->average, a->n);
    }
    fixture_clear(&one);
    fixture_clear(&three);
  }
}

/* Whether anybody measures changes nothing but the answer. */
static void
test_unmeasured(void)
{
  Fixture one, two;

  fixture_init(&one, small, "adam", "measure_gradients=true");
  fixture_init(&two, small, "adam", "measure_gradients=false");
  draw_gradients(&one, 1);
  draw_gradients(&two, 1);
  g_assert_cmpfloat(fixture_step(&one, 1, 0.1, NULL), >, 0);
  g_assert_true(isnan(fixture_step(&two, 1, 0.1, NULL)));
  for (guint i = 0; i < nw_weights_get_n(one.weights); i++)
    assert_same(nw_weights_get(one.weights, i)->value, nw_weights_get(two.weights, i)->value,
                nw_weights_get(one.weights, i)->n);
  fixture_clear(&one);
  fixture_clear(&two);
}

/* A layer whose factor is ½ moves as all would at half the rate; and decays so. */
static void
test_factor(void)
{
  Fixture factor, half;

  fixture_init(&factor, large, "adam", "weight_decay=0.125");
  fixture_init(&half, large, "adam", "weight_decay=0.125");
  for (guint64 t = 1; t <= 3; t++) {
    draw_gradients(&factor, t);
    draw_gradients(&half, t);
    fixture_step(&factor, t, 0.01, NULL);
    for (guint i = 0; i < nw_weights_get_n(half.weights); i++)
      nw_weights_get(half.weights, i)->rate = 1;
    fixture_step(&half, t, 0.005, NULL);
  }
  for (guint i = 0; i < nw_weights_get_n(half.weights); i++) {
    const NwWeight *a = nw_weights_get(factor.weights, i), *b = nw_weights_get(half.weights, i);
    if (g_str_has_prefix(a->name, "two/"))
      assert_same(a->value, b->value, a->n);
    else
      g_assert_true(memcmp(a->value, b->value, a->n * sizeof *a->value) != 0);
  }
  fixture_clear(&factor);
  fixture_clear(&half);
}

/* Not even decay, momentum or averages touch a weight at rest, and its gradient counts in no norm.
 */
static void
test_resting(void)
{
  Fixture f;
  g_autoptr(NwWeights) before = NULL;

  fixture_init(&f, small, "sgd", "momentum=0.9,weight_decay=0.1,use_ema=true");
  draw_gradients(&f, 1);
  fixture_step(&f, 1, 0.1, NULL);
  before = nw_weights_copy(f.weights);
  nw_weights_get(f.weights, 0)->resting = TRUE;
  for (guint64 t = 2; t <= 4; t++) {
    NwWeight *bias = nw_weights_get(f.weights, 1);
    double squares = 0, norm;

    draw_gradients(&f, t);
    for (gsize k = 0; k < bias->n; k++)
      squares += (double)bias->gradient[k] * (double)bias->gradient[k];
    norm = fixture_step(&f, t, 0.1, NULL);
    g_assert_cmpfloat(fabs(norm - sqrt(squares)), <, 1e-6 * norm);
  }
  assert_same(nw_weights_get(f.weights, 0)->value, nw_weights_get(before, 0)->value, 12);
  g_assert_true(memcmp(nw_weights_get(f.weights, 1)->value, nw_weights_get(before, 1)->value,
                       4 * sizeof(NwReal)) != 0);
  fixture_clear(&f);
}

/* A file holds the averages under the weights' own names, and all else that a run needs. */
static void
test_file(void)
{
  static const char setting[] = "use_ema=true,ema_momentum=0.9,gradient_accumulation_steps=3";
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder->path, "last.safetensors", NULL);
  g_autoptr(GError) error = NULL;
  Fixture f, again, plain;

  fixture_init(&f, small, "adam", setting);
  fixture_init(&again, small, "adam", setting);
  fixture_init(&plain, small, "adam", "use_ema=false");
  for (guint64 t = 1; t <= 4; t++) {
    draw_gradients(&f, t);
    fixture_step(&f, t, 0.1, NULL);
  }
  nw_weights_save(f.weights, path, TRUE, NULL, &error);
  g_assert_no_error(error);
  nw_weights_load(again.weights, path, &error);
  g_assert_no_error(error);
  nw_weights_load(plain.weights, path, &error);
  g_assert_no_error(error);
  for (guint i = 0; i < nw_weights_get_n(f.weights); i++) {
    const NwWeight *a = nw_weights_get(f.weights, i), *b = nw_weights_get(again.weights, i);
    assert_same(a->value, b->value, a->n);
    assert_same(a->average, b->average, a->n);
    assert_same(a->accumulated, b->accumulated, a->n);
    assert_same(a->slots[1], b->slots[1], a->n);
    assert_same(a->average, nw_weights_get(plain.weights, i)->value, a->n);
  }
  fixture_clear(&f);
  fixture_clear(&again);
  fixture_clear(&plain);
}

/* A rate of 0 moves nothing and makes nothing infinite, whatever the kind. */
static void
test_no_rate(void)
{
  for (gsize k = 0; nw_optimizer_kinds[k] != NULL; k++) {
    Fixture f;
    g_autoptr(NwWeights) before = NULL;

    fixture_init(&f, small, nw_optimizer_kinds[k]->id, "clipping=none");
    before = nw_weights_copy(f.weights);
    for (guint64 t = 1; t <= 2; t++) {
      draw_gradients(&f, t);
      fixture_step(&f, t, 0, NULL);
    }
    for (guint i = 0; i < nw_weights_get_n(f.weights); i++)
      assert_same(nw_weights_get(f.weights, i)->value, nw_weights_get(before, i)->value,
                  nw_weights_get(before, i)->n);
    fixture_clear(&f);
  }
}

/* Three steps of a network whose large gradients are left as products, or are stored. */
static void
train(Fixture *f, const char *text, NwPool *pool, gboolean defer)
{
  enum { CAPACITY = 6 };
  g_autoptr(NwGraph) graph = net(text);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(GError) error = NULL;
  g_autoptr(NwPlan) plan = nw_plan_new(inference, CAPACITY, TRUE, &error);
  g_autoptr(NwExec) exec = nw_exec_new(plan, f->weights, pool, 1, &error);
  NwRng rng = nw_rng(3, NW_RNG_TEST, 0, 0, 0);
  NwReal *x, *y;

  g_assert_no_error(error);
  if (defer)
    nw_exec_defer_gradients(exec);
  for (guint64 t = 1; t <= 3; t++) {
    x = nw_exec_get_input(exec, 0);
    y = nw_exec_get_target(exec, 0);
    for (gsize i = 0; i < CAPACITY * 300; i++)
      x[i] = (NwReal)nw_rng_normal(&rng, t * 10000 + i);
    for (gsize i = 0; i < CAPACITY * 7; i++)
      y[i] = (NwReal)nw_rng_uniform(&rng, t * 10000 + 5000 + i);
    nw_exec_run(exec, CAPACITY - 1, 0, (guint)t);
    g_assert_true((nw_weights_get(f->weights, 0)->product.x != NULL) == defer);
    fixture_step(f, t, own_rate(f), pool);
  }
}

/* A gradient that is used up piece by piece, whatever else a step does. */
static void
test_products(void)
{
  static const char *const settings[] = {
      "clipping=none",    "clipping=clipvalue,clip=0.001", "clipping=clipnorm,clip=0.01",
      "weight_decay=0.1", "gradient_accumulation_steps=2", "use_ema=true"};
  g_autoptr(NwPool) pool = nw_pool_new(3);

  for (gsize k = 0; nw_optimizer_kinds[k] != NULL; k++) {
    for (gsize s = 0; s < G_N_ELEMENTS(settings); s++) {
      Fixture stored, left;
      fixture_init(&stored, large, nw_optimizer_kinds[k]->id, settings[s]);
      fixture_init(&left, large, nw_optimizer_kinds[k]->id, settings[s]);
      train(&stored, large, NULL, FALSE);
      train(&left, large, pool, TRUE);
      for (guint i = 0; i < nw_weights_get_n(left.weights); i++) {
        const NwWeight *a = nw_weights_get(stored.weights, i), *b = nw_weights_get(left.weights, i);
        assert_same(a->value, b->value, a->n);
        for (gsize slot = 0; slot < NW_MAX_SLOTS && a->slots[slot] != NULL; slot++)
          assert_same(a->slots[slot], b->slots[slot], a->n);
      }
      fixture_clear(&stored);
      fixture_clear(&left);
    }
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/optimize/steps-averages-and-norms-are-those-of-keras", test_golden);
  g_test_add_func("/optimize/the-same-bits-at-any-thread-count", test_threads);
  g_test_add_func("/optimize/measuring-changes-no-bits", test_unmeasured);
  g_test_add_func("/optimize/a-layer's-factor-is-a-learning-rate-of-its-own", test_factor);
  g_test_add_func("/optimize/a-weight-at-rest-keeps-its-bits", test_resting);
  g_test_add_func("/optimize/files-hold-the-averages-and-all-that-a-run-needs", test_file);
  g_test_add_func("/optimize/a-learning-rate-of-0-moves-nothing", test_no_rate);
  g_test_add_func("/optimize/a-gradient-left-as-a-product-gives-the-same-bits", test_products);
  return g_test_run();
}
