/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Slopes of an answer by what comes in: closed forms, Keras' numbers, and differences for the
 * networks of net-random.h. */
#include <math.h>
#include <string.h>

#include "golden.h"
#include "net-random.h"
#include "net-run.h"
#include "nw-exec-private.h"

#define N_GRAPHS 500

#ifdef NW_REAL_DOUBLE
#define CLOSE       1e-12
#define KERAS_CLOSE 1e-7
#else
#define CLOSE       1e-5
#define KERAS_CLOSE GOLDEN_TOLERANCE
#endif

/* Asks some output. */
static void
begin(NetRun *run, const char *text, guint seed, int threads)
{
  g_autoptr(NwPlan) plain = NULL;
  g_autoptr(NwGraph) graph = net(text);
  GError *error = NULL;

  run->inference = nw_inference_new(graph);
  nw_inference_check(run->inference, &error);
  g_assert_no_error(error);
  plain = nw_plan_new(run->inference, 1, FALSE, &error);
  g_assert_no_error(error);
  run->plan =
      nw_plan_new_asking(run->inference, seed % nw_plan_get_n_outputs(plain), NET_CAPACITY, &error);
  g_assert_no_error(error);
  run->weights = nw_weights_new(run->inference, 3, &error);
  g_assert_no_error(error);
  run->pool = nw_pool_new(threads);
  run->exec = nw_exec_new(run->plan, run->weights, run->pool, 9, &error);
  g_assert_no_error(error);
  nw_exec_set_without_targets(run->exec, TRUE);
  nw_exec_bypass_recalibration(run->exec);
}

static gsize
elements(const NetRun *run, guint input)
{
  return (gsize)nw_shape_elements(&nw_plan_get_input(run->plan, input)->type.shape);
}

static void
assert_near(double got, double expected)
{
  if (!(fabs(got - expected) <= CLOSE * MAX(fabs(expected), 1)))
    g_error("%.17g is not %.17g", got, expected);
}

/* ── closed forms ────────────────────────────────────────────────────────────────────────────── */

/* y = W·x + b: the slopes are W, the effects add up to y − b. */
static void
test_linear(void)
{
  NetRun run;
  const NwReal *slopes;
  double effects[3] = {0};

  begin(&run,
        "x input shape=3\ny dense units=2 bias_initializer=constant(0.3) <- x\n"
        "out output loss=mean_squared_error <- y\n",
        0, 1);
  net_run_fill(&run);
  nw_exec_ask(run.exec, 0, 1);
  nw_exec_run(run.exec, 4, 0, 0);
  g_assert_false(nw_plan_asks_odds(run.plan, 0));
  slopes = nw_exec_get_slopes(run.exec, 0);
  for (gsize sample = 0; sample < 4; sample++)
    for (gsize i = 0; i < 3; i++)
      assert_near((double)slopes[sample * 3 + i],
                  (double)nw_weights_get(run.weights, 0)->value[i * 2 + 1]);
  nw_exec_add_effects(run.exec, 0, 2, effects);
  assert_near(effects[0] + effects[1] + effects[2] + 0.3,
              (double)nw_exec_get_batch(run.exec, 0).p[2 * 2 + 1]);
  net_run_clear(&run);
}

/* σ(w·x): the slope of the log-odds is w also where that of the probability is 0. */
static void
test_sure(void)
{
  NetRun run;
  const NwReal *x;
  NwReal *w;

  begin(&run,
        "x input shape=3\np dense units=1 activation=sigmoid <- x\n"
        "out output loss=binary_crossentropy <- p\n",
        0, 1);
  net_run_fill(&run);
  x = nw_exec_get_input(run.exec, 0);
  w = nw_weights_get(run.weights, 0)->value;
  for (gsize i = 0; i < 3; i++)
    w[i] = x[i] > 0 ? 1000 : -1000;
  nw_exec_ask(run.exec, 0, 0);
  nw_exec_run(run.exec, 1, 0, 0);
  g_assert_true(nw_plan_asks_odds(run.plan, 0));
  g_assert_cmpfloat((double)nw_exec_get_batch(run.exec, 0).p[0], ==, 1);
  for (gsize i = 0; i < 3; i++)
    assert_near((double)nw_exec_get_slopes(run.exec, 0)[i], (double)w[i]);
  net_run_clear(&run);
}

/* softmax(W·x): d ln(p_k/(1 − p_k)) = W_k − Σ_{j≠k} p_j/(1 − p_k)·W_j; of two classes the
 * difference of their rows, as a sigmoid over one unit has it. */
static void
test_classes(void)
{
  for (gsize cols = 1; cols <= 3; cols++) {
    g_autofree char *text =
        g_strdup_printf("x input shape=2\np dense units=%zu activation=softmax <- x\n"
                        "out output loss=categorical_crossentropy <- p\n",
                        cols);
    NetRun run;
    const NwReal *p, *w;
    gsize k = cols - 1;

    begin(&run, text, 0, 1);
    net_run_fill(&run);
    nw_exec_ask(run.exec, 0, k);
    nw_exec_run(run.exec, NET_CAPACITY, 0, 0);
    p = nw_exec_get_batch(run.exec, 0).p + 5 * cols;
    w = nw_weights_get(run.weights, 0)->value;
    for (gsize i = 0; i < 2; i++) {
      double expected = cols > 1 ? (double)w[i * cols + k] : 0;
      for (gsize j = 0; j < k; j++)
        expected -= (double)p[j] / (1 - (double)p[k]) * (double)w[i * cols + j];
      assert_near((double)nw_exec_get_slopes(run.exec, 0)[5 * 2 + i], expected);
    }
    net_run_clear(&run);
  }
}

/* Logits on the wire are asked as those that a layer makes into probabilities. */
static void
test_logits(void)
{
  NetRun made, bare;

  begin(&made,
        "x input shape=4\np dense units=3 activation=softmax <- x\n"
        "out output loss=categorical_crossentropy <- p\n",
        0, 1);
  begin(&bare,
        "x input shape=4\np dense units=3 <- x\n"
        "out output loss=categorical_crossentropy from_logits=true <- p\n",
        0, 1);
  net_run_fill(&made);
  net_run_fill(&bare);
  nw_exec_ask(made.exec, 0, 1);
  nw_exec_ask(bare.exec, 0, 1);
  nw_exec_run(made.exec, 3, 0, 0);
  nw_exec_run(bare.exec, 3, 0, 0);
  g_assert_true(nw_plan_asks_odds(bare.plan, 0));
  g_assert_cmpmem(nw_exec_get_slopes(made.exec, 0), 12 * sizeof(NwReal),
                  nw_exec_get_slopes(bare.exec, 0), 12 * sizeof(NwReal));
  net_run_clear(&made);
  net_run_clear(&bare);
}

/* What the answer does not depend on has no slope: the other half, and the other output's input. */
static void
test_nothing(void)
{
  NetRun run;
  double effects[4] = {0};

  begin(&run,
        "x input shape=4\nz input shape=2\nhalf slice slices=:2 <- x\n"
        "p dense units=1 activation=sigmoid <- half\nq dense units=1 <- z\n"
        "one output loss=binary_crossentropy <- p\ntwo output loss=mean_squared_error <- q\n",
        0, 1);
  net_run_fill(&run);
  nw_exec_ask(run.exec, 0, 0);
  nw_exec_run(run.exec, 2, 0, 0);
  for (gsize sample = 0; sample < 2; sample++) {
    g_assert_cmpfloat((double)nw_exec_get_slopes(run.exec, 0)[sample * 4 + 1], !=, 0);
    g_assert_cmpfloat((double)nw_exec_get_slopes(run.exec, 0)[sample * 4 + 2], ==, 0);
  }
  g_assert_null(nw_exec_get_slopes(run.exec, 1));
  nw_exec_add_effects(run.exec, 1, 0, effects);
  g_assert_cmpfloat(effects[0], ==, 0);
  net_run_clear(&run);
}

/* ── Keras ───────────────────────────────────────────────────────────────────────────────────── */

static const struct {
  const char *name, *text;
  guint n_answers;
} models[] = {
    {"picture",
     "x input shape=6,6,1\nconv conv2d filters=3 kernel_size=3 activation=relu <- x\n"
     "norm batch_normalization <- conv\npool max_pooling2d pool_size=2 <- norm\n"
     "drop dropout rate=0.5 <- pool\nflat flatten <- drop\n"
     "hidden dense units=4 activation=tanh <- flat\nscores dense units=3 activation=softmax <- "
     "hidden\n"
     "out output loss=categorical_crossentropy <- scores\n",
     3},
    {"words",
     "x input shape=6 dtype=int32\nembedded embedding input_dim=9 output_dim=4 mask_zero=true <- "
     "x\n"
     "memory lstm units=3 <- embedded\nscore dense units=1 activation=sigmoid <- memory\n"
     "out output loss=binary_crossentropy <- score\n",
     1},
};

static void
load(NetRun *run, const Golden *golden, const char *name)
{
  const GoldenTensor *x = golden_get(golden, "%s/x", name);
  gpointer to = nw_exec_get_input(run->exec, 0);

  for (guint w = 0; w < nw_weights_get_n(run->weights); w++) {
    NwWeight *weight = nw_weights_get(run->weights, w);
    const GoldenTensor *tensor = golden_get(golden, "%s/w/%s", name, weight->name);
    g_assert_cmpuint(tensor->n, ==, weight->n);
    for (gsize i = 0; i < weight->n; i++)
      weight->value[i] = (NwReal)tensor->values[i];
  }
  for (gsize i = 0; i < x->n; i++)
    if (nw_plan_get_input(run->plan, 0)->type.dtype == NW_INT32)
      ((gint32 *)to)[i] = (gint32)x->values[i];
    else
      ((NwReal *)to)[i] = (NwReal)x->values[i];
}

static void
test_keras(gconstpointer data)
{
  guint m = GPOINTER_TO_UINT(data);
  const char *name = models[m].name;
  g_autoptr(Golden) golden = golden_open("slopes");
  gsize n = golden_get(golden, "%s/x", name)->dim[0];
  NetRun run;

  begin(&run, models[m].text, 0, 2);
  load(&run, golden, name);
  for (guint k = 0; k < models[m].n_answers; k++) {
    gsize each = elements(&run, 0);
    g_autofree double *effects = g_new0(double, n *each);
    g_autofree NwReal *got = g_new(NwReal, n * each);
    nw_exec_ask(run.exec, 0, k);
    nw_exec_run(run.exec, n, 0, 0);
    if (golden_has(golden, "%s/slopes/%u", name, k))
      golden_assert_close(nw_exec_get_slopes(run.exec, 0),
                          golden_get(golden, "%s/slopes/%u", name, k), KERAS_CLOSE);
    for (gsize sample = 0; sample < n; sample++)
      nw_exec_add_effects(run.exec, 0, sample, effects + sample * each);
    for (gsize i = 0; i < n * each; i++)
      got[i] = (NwReal)effects[i];
    golden_assert_close(got, golden_get(golden, "%s/effects/%u", name, k), KERAS_CLOSE);
  }
  net_run_clear(&run);
}

/* ── networks that nobody would draw ─────────────────────────────────────────────────────────── */

/* Some answer of some output. */
static void
ask(NetRun *run, guint seed, guint *output, gsize *row, gsize *col)
{
  const NwPlanOutput *plan;

  *output = seed % nw_plan_get_n_outputs(run->plan);
  plan = nw_plan_get_output(run->plan, *output);
  *row = seed / 7 % plan->rows_per_sample;
  *col = seed / 3 % plan->cols;
  nw_exec_ask(run->exec, *row, *col);
}

/* Memory that held NaN, other numbers of threads and a plan that only predicts: the same bits. */
static void
test_bits(void)
{
  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = net_random(seed, &plain);
    NetRun one, two, predicts;
    guint output;
    gsize row, col;

    begin(&one, text, seed, 1);
    begin(&two, text, seed, 3);
    memset(two.exec->arena, 0xff, nw_plan_get_arena_bytes(two.plan));
    net_run_init(&predicts, text, FALSE, 1);
    nw_exec_bypass_recalibration(predicts.exec);
    net_run_fill(&one);
    net_run_fill(&two);
    net_run_fill(&predicts);
    ask(&one, seed, &output, &row, &col);
    ask(&two, seed, &output, &row, &col);
    nw_exec_run(one.exec, NET_CAPACITY - 1, 1, 0);
    nw_exec_run(two.exec, NET_CAPACITY - 1, 1, 0);
    nw_exec_run(predicts.exec, NET_CAPACITY - 1, 1, 0);
    for (guint i = 0; i < nw_plan_get_n_inputs(one.plan); i++) {
      const NwReal *a = nw_exec_get_slopes(one.exec, i), *b = nw_exec_get_slopes(two.exec, i);
      gsize bytes = (NET_CAPACITY - 1) * elements(&one, i) * sizeof *a;
      if ((a == NULL) != (b == NULL) || (a != NULL && memcmp(a, b, bytes) != 0))
        g_error("memory or threads change the slopes of\n%s", text);
    }
    for (guint i = 0; i < nw_plan_get_n_outputs(one.plan); i++) {
      NwMetricBatch a = nw_exec_get_batch(one.exec, i), b = nw_exec_get_batch(predicts.exec, i);
      if (memcmp(a.p, b.p, a.rows * a.cols * sizeof *a.p) != 0)
        g_error("asking changes prediction %u of\n%s", i, text);
    }
    net_run_clear(&one);
    net_run_clear(&two);
    net_run_clear(&predicts);
  }
}

#ifdef NW_REAL_DOUBLE

/* What slopes are of, from its definition. */
static double
answer(const NetRun *run, guint output, gsize sample, gsize row, gsize col)
{
  const NwPlanOutput *plan = nw_plan_get_output(run->plan, output);
  gsize first = (sample * plan->rows_per_sample + row) * plan->cols;
  const NwReal *z = nw_exec_get_logits(run->exec, output);
  double others = 0, largest = -INFINITY;

  if (!nw_plan_asks_odds(run->plan, output))
    return (double)nw_exec_get_batch(run->exec, output).p[first + col];
  if (g_array_index(run->plan->losses, NwPlanLoss, output).made == NW_LOGITS_SIGMOID)
    return (double)z[first + col];
  for (gsize j = 0; j < plan->cols; j++)
    largest = MAX(largest, j != col ? (double)z[first + j] : largest);
  for (gsize j = 0; j < plan->cols; j++)
    others += j != col ? exp((double)z[first + j] - largest) : 0;
  return plan->cols > 1 ? (double)z[first + col] - largest - log(others) : 0;
}

typedef struct {
  NetRun run;
  const char *text;
  guint output;
  gsize sample, row, col;
  double at; /* the answer */
} Question;

static double
run_question(Question *q)
{
  nw_exec_run(q->run.exec, NET_CAPACITY - 1, 1, 0);
  return answer(&q->run, q->output, q->sample, q->row, q->col);
}

/* Moves what is asked about by @by, in a way of its own, from where it was. */
typedef void Move(Question *q, gpointer data, double by);

/* Distance of @slope from the four-point stencil, beyond what the rounding of the answer explains;
 * where a step meets a corner, shorter steps are tried. */
static double
distance(Question *q, Move *move, gpointer data, double slope)
{
  static const double steps[] = {1, -1, 2, -2};
  double away = INFINITY;

  for (double h = isfinite(slope) ? 1e-4 : 0; h > 1e-7 && away > 0; h /= 10) {
    double at[4];
    for (gsize i = 0; i < 4; i++) {
      move(q, data, steps[i] * h);
      at[i] = run_question(q);
      move(q, data, 0);
    }
    double got = (8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * h);
    away = MIN(away, MAX(fabs(got - slope) - 1e-15 * (1 + fabs(q->at)) * 8 / h, 0));
  }
  return away;
}

typedef struct {
  double *number, start;
} Element;

static void
move_element(Question *q, gpointer data, double by)
{
  const Element *element = data;
  *element->number = element->start + by;
}

/* All Embeddings, times 1 + @by: the effects of all ids add up to that slope. */
static void
move_embeddings(Question *q, gpointer data, double by)
{
  double *const *starts = data;

  for (guint w = 0; w < nw_weights_get_n(q->run.weights); w++) {
    NwWeight *weight = nw_weights_get(q->run.weights, w);
    for (gsize i = 0; starts[w] != NULL && i < weight->n; i++)
      weight->value[i] = starts[w][i] * (1 + by);
  }
}

static void
check_numbers(Question *q, guint input, const double *slopes)
{
  gsize each = elements(&q->run, input);
  double *x = (double *)nw_exec_get_input(q->run.exec, input) + q->sample * each;
  double worst = 0, largest = 1;

  for (gsize i = 0; i < each; i++) {
    Element element = {x + i, x[i]};
    worst = MAX(worst, distance(q, move_element, &element, slopes[i]));
    largest = MAX(largest, fabs(slopes[i]));
  }
  if (worst > 1e-5 * largest)
    g_error("slopes of input %u: off by %g of %g in\n%s", input, worst, largest, q->text);
}

static void
check_ids(Question *q, double effect)
{
  guint n = nw_weights_get_n(q->run.weights);
  g_autofree double **starts = g_new0(double *, n + 1);
  double away;

  for (guint w = 0; w < n; w++) {
    const NwWeight *weight = nw_weights_get(q->run.weights, w);
    if (g_str_has_suffix(weight->name, "/embeddings"))
      starts[w] = g_memdup2(weight->value, weight->n * sizeof(double));
  }
  away = distance(q, move_embeddings, starts, effect);
  if (away > 1e-5 * MAX(fabs(effect), 1))
    g_error("effects of ids: off by %g of %g in\n%s", away, effect, q->text);
  for (guint w = 0; w < n; w++)
    g_free(starts[w]);
}

/* FALSE: the answer is too large to be compared. */
static gboolean
check_question(Question *q)
{
  guint n = nw_plan_get_n_inputs(q->run.plan);
  double **slopes = g_new0(double *, n + 1), of_ids = 0;
  gboolean ids = FALSE, all_known = TRUE, comparable;

  q->at = run_question(q);
  comparable = fabs(q->at) < 1e3;
  for (guint i = 0; i < n; i++) {
    gsize each = elements(&q->run, i);
    g_autofree double *effects = g_new0(double, each + 1);
    const double *got = nw_exec_get_slopes(q->run.exec, i);
    const double *x = nw_exec_get_input(q->run.exec, i);
    gboolean known = nw_exec_add_effects(q->run.exec, i, q->sample, effects);
    if (nw_plan_get_input(q->run.plan, i)->type.dtype == NW_INT32) {
      ids |= known;
      all_known &= known;
      for (gsize e = 0; e < each; e++)
        of_ids += effects[e];
      continue;
    }
    slopes[i] = g_new0(double, each + 1);
    if (got != NULL)
      memcpy(slopes[i], got + q->sample * each, each * sizeof(double));
    for (gsize e = 0; comparable && e < each; e++)
      if (!(effects[e] == slopes[i][e] * x[q->sample * each + e]))
        g_error("the effect %g is not slope × number in\n%s", effects[e], q->text);
  }
  for (guint i = 0; i < n; i++) {
    if (comparable && slopes[i] != NULL && !nw_plan_get_input(q->run.plan, i)->is_target)
      check_numbers(q, i, slopes[i]);
    g_free(slopes[i]);
  }
  if (comparable && ids && all_known)
    check_ids(q, of_ids);
  g_free(slopes);
  return comparable;
}

static void
test_differences(void)
{
  guint compared = 0;

  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = net_random(seed, &plain);
    Question q = {.text = text, .sample = seed % (NET_CAPACITY - 1)};
    NwRng rng = nw_rng(6, NW_RNG_TEST, 0, 0, 0);
    guint64 k = 0;

    begin(&q.run, text, seed, 1);
    net_run_fill(&q.run);
    for (guint w = 0; w < nw_weights_get_n(q.run.weights); w++) { /* away from corners */
      NwWeight *weight = nw_weights_get(q.run.weights, w);
      for (gsize i = 0; i < weight->n; i++)
        weight->value[i] += weight->state ? 0 : 0.3 * nw_rng_normal(&rng, k++);
    }
    ask(&q.run, seed, &q.output, &q.row, &q.col);
    compared += check_question(&q);
    net_run_clear(&q.run);
  }
  g_test_message("%u of %u compared", compared, N_GRAPHS);
  g_assert_cmpuint(compared, >, N_GRAPHS * 9 / 10);
}

#endif

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/slopes/a-linear-network-has-its-weights", test_linear);
  g_test_add_func("/slopes/a-sure-network-has-them-too", test_sure);
  g_test_add_func("/slopes/log-odds-of-classes", test_classes);
  g_test_add_func("/slopes/logits-on-the-wire-are-the-same", test_logits);
  g_test_add_func("/slopes/what-does-not-matter-has-none", test_nothing);
  g_test_add_data_func("/slopes/keras/picture", GUINT_TO_POINTER(0), test_keras);
  g_test_add_data_func("/slopes/keras/words", GUINT_TO_POINTER(1), test_keras);
  g_test_add_func("/slopes/memory-and-threads-change-no-bit", test_bits);
#ifdef NW_REAL_DOUBLE
  g_test_add_func("/slopes/are-those-of-differences", test_differences);
#endif
  return g_test_run();
}
