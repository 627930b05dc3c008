/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include <string.h>

#include "net-run.h"
#include "nw-plan-private.h"

#define CAPACITY NET_CAPACITY

/* Two heads on a shared trunk, every kind of penalty, a layer called twice, from logits and fused.
 */
static const char two_heads[] =
    "x input shape=5\n"
    "trunk dense units=7 activation=tanh kernel_l2=0.03 bias_l1=0.02 <- x\n"
    "side dense units=7 activation=gelu activity_l2=0.05 activity_l1=0.01 <- trunk\n"
    "digit dense units=4 activation=softmax <- side\n"
    "label dense units=3 activation=sigmoid <- trunk\n"
    "raw dense units=2 <- side\n"
    "number dense units=2 activation=softplus <- raw\n"
    "digit_out output loss=sparse_categorical_crossentropy class_weights=1,2,0.5,1 <- digit\n"
    "label_out output loss=binary_crossentropy weight=0.3 <- label\n"
    "raw_out output loss=binary_crossentropy from_logits=true <- raw\n"
    "number_out output loss=mean_squared_error weight=2 <- number\n"
    "again output loss=mean_absolute_error <- digit\n";

/* The other kinds: aliases and in-place layers in a row, one value read by several, an input twice,
 * a mask from ids into the loss, state. */
static const char all_kinds[] =
    "ids input shape=4 dtype=int32\n"
    "x input shape=4,3\n"
    "words embedding input_dim=5 output_dim=3 mask_zero=true embeddings_l2=0.1 <- ids\n"
    "seen masking mask_value=9 <- x\n"
    "sum add <- words seen seen\n"
    "wide concatenate <- sum words\n"
    "norm batch_normalization <- wide\n"
    "drop dropout rate=0.3 <- norm\n"
    "slope p_re_lu shared_axes=1 alpha_initializer=constant(0.3) <- drop\n"
    "drop2 dropout rate=0.2 <- slope\n"
    "act activation activation=silu activity_l1=0.01 <- drop2\n"
    "small penalty kind=l1_l2 rate=0.02 rate_l2=0.03 <- act\n"
    "gate activation activation=glu <- small\n"
    "tag dense units=2 activation=softmax <- small\n"
    "tags output loss=categorical_crossentropy <- tag\n"
    "first slice slices=...,:2 <- gate\n"
    "rest slice slices=::-1,2: <- gate\n"
    "flat flatten <- first\n"
    "back reshape target_shape=4,-1 <- flat\n"
    "join concatenate <- rest back gate\n"
    "row flatten <- join\n"
    "number dense units=2 <- row\n"
    "numbers output loss=mean_squared_error <- number\n"
    "rows output loss=mean_squared_error <- row\n";

#ifdef NW_REAL_DOUBLE
static void
test_gradients(void)
{
  net_check_gradients(two_heads, FALSE);
  net_check_gradients(all_kinds, FALSE);
  net_check_gradients("x input shape=4,3\n"
                      "steps dense units=5 activation=relu <- x\n"
                      "tag dense units=3 activation=softmax <- steps\n"
                      "out output loss=categorical_crossentropy <- tag\n"
                      "watch dense units=2 activity_l2=0.1 <- steps\n",
                      FALSE);
  net_check_gradients(
      "x input shape=9,8,2\n"
      "a conv2d filters=3 kernel_size=3 strides=2 padding=same activation=tanh <- x\n"
      "b conv2d_transpose filters=4 kernel_size=2 strides=2 activation=tanh <- a\n"
      "c separable_conv2d filters=3 kernel_size=2 activation=tanh <- b\n"
      "d max_pooling2d pool_size=3 strides=2 <- c\n"
      "e global_max_pooling2d <- d\n"
      "f dense units=2 <- e\n"
      "out output loss=mean_squared_error <- f\n",
      TRUE);
}
#endif

static void
check_threads(const char *text)
{
  NetRun one, more;
  net_run_init(&one, text, TRUE, 1);
  net_run_fill(&one);
  nw_exec_run(one.exec, CAPACITY, 1, 2);
  for (int threads = 2; threads <= 3; threads++) {
    net_run_init(&more, text, TRUE, threads);
    net_run_fill(&more);
    nw_exec_run(more.exec, CAPACITY, 1, 2);
    for (guint w = 0; w < nw_weights_get_n(one.weights); w++) {
      const NwWeight *a = nw_weights_get(one.weights, w), *b = nw_weights_get(more.weights, w);
      g_assert_cmpmem(a->value, a->n * sizeof *a->value, b->value, b->n * sizeof *b->value);
      if (!a->state)
        g_assert_cmpmem(a->gradient, a->n * sizeof *a->gradient, b->gradient,
                        b->n * sizeof *b->gradient);
    }
    net_run_clear(&more);
  }
  net_run_clear(&one);
}

static void
test_threads(void)
{
  check_threads(two_heads);
  check_threads(all_kinds);
}

/* Two networks with the same weights give the same bits. */
static void
check_same(const char *text, guint n_operations, const char *other)
{
  NetRun together, apart;

  net_run_init(&together, text, TRUE, 2);
  net_run_init(&apart, other, TRUE, 1);
  g_assert_cmpuint(nw_plan_get_n_operations(together.plan), ==, n_operations);
  net_run_fill(&together);
  net_run_fill(&apart);
  for (guint w = 0; w < nw_weights_get_n(together.weights); w++) {
    const NwWeight *a = nw_weights_get(together.weights, w);
    memcpy(nw_weights_get(apart.weights, w)->value, a->value, a->n * sizeof *a->value);
  }
  nw_exec_run(together.exec, CAPACITY, 1, 2);
  nw_exec_run(apart.exec, CAPACITY, 1, 2);
  g_assert_cmpfloat(nw_exec_get_total(together.exec), ==, nw_exec_get_total(apart.exec));
  for (guint w = 0; w < nw_weights_get_n(together.weights); w++) {
    const NwWeight *a = nw_weights_get(together.weights, w), *b = nw_weights_get(apart.weights, w);
    g_assert_cmpmem(a->gradient, a->n * sizeof *a->gradient, b->gradient,
                    b->n * sizeof *b->gradient);
  }
  net_run_clear(&together);
  net_run_clear(&apart);
}

/* Activations and their slopes take part in the products and windows around them, and give the same
 * bits as where something stands between. The pictures are so large that they are cut into bands.
 */
static void
test_taking_part(void)
{
  check_same("x input shape=5\n"
             "a dense units=70 activation=relu <- x\n"
             "b dense units=40 activation=tanh <- a\n"
             "c dense units=3 <- b\n"
             "out output loss=mean_squared_error <- c\n",
             3 + 1 + 3,
             "x input shape=5\n"
             "a dense units=70 <- x\n"
             "a1 activation activation=relu <- a\n"
             "a2 dropout rate=0 <- a1\n"
             "b dense units=40 <- a2\n"
             "b1 activation activation=tanh <- b\n"
             "b2 dropout rate=0 <- b1\n"
             "c dense units=3 <- b2\n"
             "out output loss=mean_squared_error <- c\n");
  check_same("x input shape=55,40,3\n"
             "a conv2d filters=24 kernel_size=5 padding=same activation=relu <- x\n"
             "b conv2d filters=50 kernel_size=5 strides=2 padding=same activation=tanh <- a\n"
             "c max_pooling2d pool_size=3 <- b\n"
             "f flatten <- c\n"
             "d dense units=2 <- f\n"
             "out output loss=mean_squared_error <- d\n",
             4 + 1 + 4,
             "x input shape=55,40,3\n"
             "a conv2d filters=24 kernel_size=5 padding=same <- x\n"
             "a1 activation activation=relu <- a\n"
             "a2 dropout rate=0 <- a1\n"
             "b conv2d filters=50 kernel_size=5 strides=2 padding=same <- a2\n"
             "b1 activation activation=tanh <- b\n"
             "b2 dropout rate=0 <- b1\n"
             "c max_pooling2d pool_size=3 <- b2\n"
             "f flatten <- c\n"
             "d dense units=2 <- f\n"
             "out output loss=mean_squared_error <- d\n");
}

static void
test_ledger(void)
{
  NetRun run;
  double sum = 0;

  net_run_init(&run, two_heads, TRUE, 1);
  net_run_fill(&run);
  nw_exec_run(run.exec, CAPACITY, 1, 2);
  g_assert_cmpuint(nw_plan_get_n_terms(run.plan), ==, 5 + 1 + 2);
  for (guint i = 0; i < nw_plan_get_n_terms(run.plan); i++)
    sum += nw_plan_get_term(run.plan, i)->weight * nw_exec_get_term(run.exec, i);
  g_assert_true(sum == nw_exec_get_total(run.exec));
  net_run_clear(&run);
}

/* Evaluation without gradients gives the same losses as training's forward pass, but for class
 * weights, which count in training alone. */
static void
test_evaluation(void)
{
  NetRun training, evaluation;
  g_auto(GStrv) parts = g_strsplit(two_heads, " class_weights=1,2,0.5,1", 2);
  g_autofree char *network = g_strjoinv("", parts);

  net_run_init(&training, network, TRUE, 1);
  net_run_init(&evaluation, network, FALSE, 1);
  net_run_fill(&training);
  net_run_fill(&evaluation);
  nw_exec_run(training.exec, CAPACITY - 2, 1, 2);
  nw_exec_run(evaluation.exec, CAPACITY - 2, 1, 2);
  nw_exec_run_weight_penalties(evaluation.exec);
  g_assert_cmpfloat(nw_exec_get_total(training.exec), ==, nw_exec_get_total(evaluation.exec));
  g_assert_cmpuint(nw_plan_get_arena_bytes(evaluation.plan), <,
                   nw_plan_get_arena_bytes(training.plan));
  net_run_clear(&training);
  net_run_clear(&evaluation);
}

static gboolean
overlap(const NwPlan *plan, const NwPlanBuffer *a, const NwPlanBuffer *b)
{
  gsize size_a = a->per_sample * plan->capacity + a->fixed;
  gsize size_b = b->per_sample * plan->capacity + b->fixed;
  return a->offset < b->offset + size_b && b->offset < a->offset + size_a;
}

static void
test_buffers(void)
{
  NetRun run;
  guint shared = 0;

  net_run_init(&run, two_heads, TRUE, 1);
  for (guint i = 0; i < run.plan->buffers->len; i++) {
    const NwPlanBuffer *a = nw_plan_buffer(run.plan, (int)i);
    for (guint k = 0; k < i; k++) {
      const NwPlanBuffer *b = nw_plan_buffer(run.plan, (int)k);
      gboolean together = a->first <= b->last && b->first <= a->last;
      if (a->first > a->last || b->first > b->last)
        continue;
      g_assert_false(together && overlap(run.plan, a, b));
      shared += overlap(run.plan, a, b);
    }
  }
  g_assert_cmpuint(shared, >, 0);
  g_assert_cmpuint(nw_plan_get_arena_bytes(run.plan), <, nw_plan_get_unshared_bytes(run.plan));
  net_run_clear(&run);
}

static void
test_sentences(void)
{
  static const struct {
    const char *net, *says;
  } cases[] = {
      {"d dense units=3\n", "connect an input"},
      {"x input shape=3\nd dense units=2 <- x\n", "has no output"},
      {"x input shape=3\nd dense units=2 activation=glu <- x\no output <- d\n", NULL},
      {"x input shape=3\nd dense units=3 activation=glu <- x\no output <- d\n", "make that even"},
      {"x input shape=100000\nd dense units=1000000 <- x\no output <- d\n", "is too large"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(NwGraph) graph = net(cases[i].net);
    g_autoptr(NwInference) inference = nw_inference_new(graph);
    g_autoptr(GError) error = NULL;
    nw_inference_check(inference, &error);
    if (cases[i].says == NULL)
      g_assert_no_error(error);
    else if (error == NULL || strstr(error->message, cases[i].says) == NULL)
      g_error("“%s” gives “%s”, not “…%s…”", cases[i].net, error ? error->message : "nothing",
              cases[i].says);
  }
}

static void
test_not_finite(void)
{
  NetRun run;
  guint n;
  g_autofree char *where = NULL;

  net_run_init(&run, two_heads, TRUE, 1);
  net_run_fill(&run);
  nw_exec_run(run.exec, CAPACITY, 1, 2);
  g_assert_null(nw_exec_find_not_finite(run.exec));
  for (guint w = 0; w < nw_weights_get_n(run.weights); w++)
    if (strcmp(nw_weights_get(run.weights, w)->name, "side/bias") == 0)
      nw_weights_get(run.weights, w)->value[2] = INFINITY;
  where = nw_exec_find_not_finite(run.exec);
  g_assert_nonnull(strstr(where, "side"));
  g_assert_cmpint(nw_weights_find_layer(run.weights, 0, &n), ==, -1);
  net_run_clear(&run);
}

/* Every kernel is allowed; all of them are 2 TB. */
static void
test_memory(void)
{
  g_autoptr(GString) text = g_string_new("x input shape=32768\n");
  g_autoptr(GError) error = NULL;

  for (int i = 0; i < 512; i++) {
    g_autofree char *from = i == 0 ? g_strdup("x") : g_strdup_printf("d%d", i - 1);
    g_string_append_printf(text, "d%d dense units=32768 <- %s\n", i, from);
  }
  g_string_append(text, "o output <- d511\n");
  g_autoptr(NwGraph) graph = net(text->str);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_assert_true(nw_inference_is_ok(inference));
  g_assert_null(nw_weights_new(inference, 1, &error));
  g_assert_nonnull(strstr(error->message, "The weights need"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#ifdef NW_REAL_DOUBLE
  g_test_add_func("/plan/gradients-agree-with-differences-of-the-total", test_gradients);
#endif
  g_test_add_func("/plan/gradients-have-the-same-bits-at-any-thread-count", test_threads);
  g_test_add_func("/plan/activations-take-part-in-what-is-around-them", test_taking_part);
  g_test_add_func("/plan/terms-of-the-ledger-add-up-exactly", test_ledger);
  g_test_add_func("/plan/evaluation-gives-the-losses-of-training", test_evaluation);
  g_test_add_func("/plan/buffers-share-space-when-lifetimes-do-not-overlap", test_buffers);
  g_test_add_func("/plan/problems-are-sentences", test_sentences);
  g_test_add_func("/plan/the-first-layer-that-is-not-finite-is-named", test_not_finite);
  g_test_add_func("/plan/weights-that-this-computer-cannot-hold-are-refused", test_memory);
  return g_test_run();
}
