/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Losses that people draw and write themselves: Targets, Loss terms, formulas. The ways to one
 * penalty on a layer in the middle must agree (tests of a network differ in its text alone). */
#include <string.h>

#include "net-run.h"

#ifdef NW_REAL_DOUBLE
#define SAME 1e-13
#else
#define SAME 1e-6
#endif

/* ── comparing networks ──────────────────────────────────────────────────────────────────────── */

static NwWeight *
find_weight(NetRun *run, const char *name)
{
  for (guint w = 0; w < nw_weights_get_n(run->weights); w++)
    if (g_str_equal(nw_weights_get(run->weights, w)->name, name))
      return nw_weights_get(run->weights, w);
  return NULL;
}

static void
start(NetRun *run, const char *text, gboolean training)
{
  net_run_init(run, text, training, 2);
  net_run_fill(run);
}

/* Gives @to the weights of @from, whose layers have the same names. */
static void
copy_weights(NetRun *to, NetRun *from)
{
  for (guint w = 0; w < nw_weights_get_n(to->weights); w++) {
    NwWeight *weight = nw_weights_get(to->weights, w);
    const NwWeight *source = find_weight(from, weight->name);
    memcpy(weight->value, source->value, weight->n * sizeof *weight->value);
  }
}

/* The total is exactly the ledger's sum. */
static void
check_ledger(const NetRun *run)
{
  double sum = 0;
  for (guint i = 0; i < nw_plan_get_n_terms(run->plan); i++)
    sum += nw_plan_get_term(run->plan, i)->weight * nw_exec_get_term(run->exec, i);
  g_assert_true(sum == nw_exec_get_total(run->exec));
}

static void
assert_equal_networks(const char *one, const char *other)
{
  NetRun a, b;

  start(&a, one, TRUE);
  start(&b, other, TRUE);
  copy_weights(&b, &a);
  nw_exec_run(a.exec, NET_CAPACITY - 1, 1, 2);
  nw_exec_run(b.exec, NET_CAPACITY - 1, 1, 2);
  check_ledger(&a);
  check_ledger(&b);
  g_assert_cmpfloat_with_epsilon(nw_exec_get_total(a.exec), nw_exec_get_total(b.exec),
                                 SAME * fabs(nw_exec_get_total(a.exec)));
  for (guint w = 0; w < nw_weights_get_n(a.weights); w++) {
    const NwWeight *weight = nw_weights_get(a.weights, w);
    const NwWeight *twin = find_weight(&b, weight->name);
    double error = 0, largest = 0;
    for (gsize i = 0; i < weight->n; i++) {
      error = MAX(error, fabs((double)weight->gradient[i] - (double)twin->gradient[i]));
      largest = MAX(largest, fabs((double)weight->gradient[i]));
    }
    if (!(error <= SAME * largest))
      g_error("gradient of %s: off by %g of %g in\n%s", weight->name, error, largest, other);
  }
  net_run_clear(&a);
  net_run_clear(&b);
}

/* ── five ways to one penalty ────────────────────────────────────────────────────────────────── */

/* A classifier whose middle layer gets %s, whose last one reads %s, and %s behind. */
static char *
classifier(const char *regulariser, const char *between, const char *read, const char *behind)
{
  return g_strdup_printf("x input shape=4,5\n"
                         "flat flatten <- x\n"
                         "mid dense units=7 activation=tanh %s <- flat\n"
                         "%s"
                         "tag dense units=3 activation=softmax <- %s\n"
                         "out output loss=categorical_crossentropy <- tag\n"
                         "%s",
                         regulariser, between, read, behind);
}

static void
check_five_ways(const char *rates, const char *node, const char *outputs, const char *drawn,
                const char *formula)
{
  g_autofree char *penalty = g_strdup_printf("small penalty %s <- mid\n", node);
  g_autofree char *expression =
      g_strdup_printf("f expression expression=%s <- mid\nterm loss_term <- f\n", formula);
  g_autofree char *written = g_strdup_printf("t target\n"
                                             "f expression names=y,p,x "
                                             "expression=-sum(y*log(p))+%s <- t tag mid\n"
                                             "term loss_term <- f\n",
                                             formula);
  g_autofree char *a = classifier(rates, "", "mid", "");
  g_autofree char *b = classifier("", "", "mid", outputs);
  g_autofree char *c = classifier("", penalty, "small", "");
  g_autofree char *d = classifier("", "", "mid", drawn);
  g_autofree char *e = classifier("", "", "mid", expression);
  g_autofree char *all = classifier("", "", "mid", written);
  g_autoptr(GString) alone = g_string_new(all);

  assert_equal_networks(a, b);
  assert_equal_networks(a, c);
  assert_equal_networks(a, d);
  assert_equal_networks(a, e);
  g_string_replace(alone, "out output", "out output weight=0", 1);
  assert_equal_networks(a, alone->str);
}

static void
test_five_ways(void)
{
  check_five_ways("activity_l2=0.03", "kind=l2 rate=0.03",
                  "small output loss=activation_l2 weight=0.03 <- mid\n",
                  "sq math function=square <- mid\n"
                  "all reduce function=sum <- sq\n"
                  "term loss_term weight=0.03 <- all\n",
                  "0.03*sum(square(x))");
  check_five_ways("activity_l1=0.02", "kind=l1 rate=0.02",
                  "small output loss=activation_l1 weight=0.02 <- mid\n",
                  "abs math function=abs <- mid\n"
                  "term loss_term weight=0.02 reduction=sum <- abs\n",
                  "0.02*sum(abs(x))");
  check_five_ways("activity_l1=0.02 activity_l2=0.03", "kind=l1_l2 rate=0.02 rate_l2=0.03",
                  "one output loss=activation_l1 weight=0.02 <- mid\n"
                  "two output loss=activation_l2 weight=0.03 <- mid\n",
                  "abs math function=abs <- mid\n"
                  "one loss_term weight=0.02 reduction=sum <- abs\n"
                  "sq power <- mid\n"
                  "two loss_term weight=0.03 reduction=sum <- sq\n",
                  "sum(0.02*abs(x)+0.03*x^2)");
}

/* Keras' losses, drawn. */
static void
test_losses_drawn(void)
{
  static const char begin[] = "x input shape=4,5\n"
                              "mid dense units=3 activation=softmax <- x\n";
  static const struct {
    const char *loss, *drawn;
  } pairs[] = {
      {"loss=mean_squared_error", "f expression expression=square(x-y) <- mid t\n"
                                  "term loss_term <- f\n"},
      {"loss=mean_absolute_error", "d subtract <- mid t\n"
                                   "f math function=abs <- d\n"
                                   "g reduce function=mean axis=-1 <- f\n"
                                   "term loss_term <- g\n"},
      {"loss=categorical_crossentropy", "l math function=log <- mid\n"
                                        "p multiply <- t l\n"
                                        "s reduce function=sum axis=-1 <- p\n"
                                        "n math function=neg <- s\n"
                                        "term loss_term <- n\n"},
      {"loss=sparse_categorical_crossentropy",
       "f expression expression=-sum(y*log(x),axis=-1) <- mid t\n"
       "term loss_term <- f\n"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
    g_autofree char *ready = g_strdup_printf("%sout output %s <- mid\n", begin, pairs[i].loss);
    g_autofree char *drawn =
        g_strdup_printf("%sout output %s weight=0 <- mid\nt target output=out\n%s", begin,
                        pairs[i].loss, pairs[i].drawn);
    assert_equal_networks(ready, drawn);
  }
}

/* Steps that a mask leaves out count in no loss, ready or drawn. */
static void
test_masks(void)
{
  static const char begin[] = "ids input shape=4 dtype=int32\n"
                              "word embedding input_dim=4 output_dim=3 mask_zero=true <- ids\n"
                              "mid dense units=2 <- word\n";
  g_autofree char *ready = g_strdup_printf("%sout output loss=mean_squared_error <- mid\n", begin);
  g_autofree char *drawn =
      g_strdup_printf("%sout output weight=0 loss=mean_squared_error <- mid\n"
                      "t target\n"
                      "d expression expression=mean(square(x-y),axis=-1) <- mid t\n"
                      "term loss_term <- d\n",
                      begin);
  assert_equal_networks(ready, drawn);
}

/* ── penalties on weights ────────────────────────────────────────────────────────────────────── */

static void
test_weight_formulas(void)
{
  static const char begin[] = "x input shape=5\n"
                              "mid dense units=70 activation=tanh %s <- x\n"
                              "again again mid <- x\n"
                              "tag dense units=3 activation=softmax <- mid\n"
                              "out output loss=categorical_crossentropy <- tag\n"
                              "small output loss=activation_l2 <- again\n";
  static const struct {
    const char *rates, *formula;
  } pairs[] = {
      {"kernel_l1=0.01", "kernel_regularizer=0.01*sum(abs(w))"},
      {"kernel_l2=0.02 bias_l1=0.1",
       "kernel_regularizer=sum(0.02*w^2) bias_regularizer=mean(7*abs(w))"},
      {"kernel_l1=0.01 kernel_l2=0.02",
       "kernel_l1=0.01 kernel_regularizer=0.02*sum(sum(square(w),axis=0),axis=-1)"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
    g_autoptr(GString) one = g_string_new(begin), other = g_string_new(begin);
    g_string_replace(one, "%s", pairs[i].rates, 1);
    g_string_replace(other, "%s", pairs[i].formula, 1);
    assert_equal_networks(one->str, other->str);
  }
}

/* ── everything at once ──────────────────────────────────────────────────────────────────────── */

static const char everything[] =
    "x input shape=3\n"
    "own target source=own shape=2\n"
    "two constant value=2,0.5\n"
    "trunk dense units=4 activation=tanh "
    "kernel_regularizer=0.01*sum(abs(w))+max(w)-mean(max(w,axis=0)) <- x\n"
    "a dense units=2 activation=sigmoid <- trunk\n"
    "b dense units=2 activation=softplus <- trunk\n"
    "out_a output loss=binary_crossentropy weight=0.5 <- a\n"
    "out_b output loss=mean_squared_error <- b\n"
    "ta target output=out_a\n"
    "tb target output=out_b\n"
    "f expression names=a,b,ta,tb,own,c "
    "expression=sum(c*(a-ta)^2)*mean(exp(-b))+max(b*tb)+mean(sqrt(a)*own) "
    "<- a b ta tb own two\n"
    "first loss_term weight=0.7 <- f\n"
    "ratio divide <- a b\n"
    "cut clip minimum=0.1 maximum=2 <- ratio\n"
    "second loss_term reduction=sum weight=0.2 <- cut\n";

#ifdef NW_REAL_DOUBLE
static void
test_gradients(void)
{
  g_assert_true(net_check_gradients(everything, FALSE));
}
#endif

static void
test_terms(void)
{
  NetRun run, evaluation;
  gsize n;

  start(&run, everything, TRUE);
  start(&evaluation, everything, FALSE);
  g_assert_cmpuint(nw_plan_get_n_terms(run.plan), ==, 5);
  g_assert_cmpstr(nw_plan_get_term(run.plan, 2)->name, ==, "first");
  g_assert_cmpfloat(nw_plan_get_term(run.plan, 2)->weight, ==, 0.7);
  g_assert_true(nw_plan_get_term(run.plan, 2)->drawn);
  g_assert_cmpstr(nw_plan_get_term(run.plan, 3)->title, ==, "second");
  g_assert_cmpstr(nw_plan_get_term(run.plan, 4)->title, ==, "trunk · kernel penalty");

  /* The data are asked for once: the input, its own target, the targets of two outputs. */
  g_autofree NwFieldRequest *requests = nw_plan_dup_requests(run.plan, &n);
  g_assert_cmpuint(n, ==, 4);
  g_assert_cmpstr(requests[1].name, ==, "own");
  g_assert_cmpint(requests[1].role, ==, NW_FIELD_TARGET);
  g_assert_cmpint(requests[0].role, ==, NW_FIELD_INPUT);

  nw_exec_run(run.exec, 4, 1, 2);
  nw_exec_run(evaluation.exec, 4, 1, 2);
  nw_exec_run_weight_penalties(evaluation.exec);
  check_ledger(&run);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpfloat(nw_exec_get_term(run.exec, i), ==, nw_exec_get_term(evaluation.exec, i));
  nw_exec_set_without_targets(evaluation.exec, TRUE);
  nw_exec_run(evaluation.exec, 4, 1, 2);
  g_assert_cmpfloat(nw_exec_get_term(evaluation.exec, 2), ==, 0);
  g_assert_cmpfloat(nw_exec_get_term(evaluation.exec, 3), ==, nw_exec_get_term(run.exec, 3));
  net_run_clear(&run);
  net_run_clear(&evaluation);
}

/* An output without a target may have one for a drawn loss; it is then fed like an input. */
static void
test_target_for_a_loss_alone(void)
{
  NetRun run;
  gsize n;

  start(&run,
        "x input shape=3\n"
        "d dense units=2 <- x\n"
        "out output loss=activation_mean weight=0 <- d\n"
        "t target\n"
        "f expression <- d t\n"
        "term loss_term <- f\n",
        TRUE);
  g_autofree NwFieldRequest *requests = nw_plan_dup_requests(run.plan, &n);
  g_assert_cmpuint(n, ==, 2);
  g_assert_cmpstr(requests[1].name, ==, "out");
  g_assert_cmpint(requests[1].role, ==, NW_FIELD_TARGET);
  nw_exec_run(run.exec, 3, 1, 2);
  const NwReal *y = nw_exec_get_input(run.exec, 1);
  NwMetricBatch batch = nw_exec_get_batch(run.exec, 0);
  double expected = 0;
  for (gsize i = 0; i < 6; i++)
    expected += pow((double)y[i] - (double)batch.p[i], 2) / 6;
  g_assert_cmpfloat_with_epsilon(nw_exec_get_term(run.exec, 1), expected, 1e-6);
  net_run_clear(&run);
}

/* ── what is wrong ───────────────────────────────────────────────────────────────────────────── */

static void
assert_problem(const char *text, const char *sentence)
{
  g_autoptr(NwGraph) graph = net(text);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  if (sentence == NULL) {
    g_assert_cmpuint(nw_inference_get_n_problems(inference), ==, 0);
    return;
  }
  g_assert_cmpuint(nw_inference_get_n_problems(inference), >, 0);
  g_assert_cmpstr(nw_inference_get_problem(inference, 0)->message, ==, sentence);
}

#define BEGIN "x input shape=3\nd dense units=2 <- x\no output <- d\n"

static void
test_problems(void)
{
  assert_problem(BEGIN "t target\nf expression <- d t\nterm loss_term <- f\n", NULL);
  assert_problem(
      BEGIN "t target\ns add <- d t\nleak output <- s\n",
      "Output “leak” is made from a Target, which nobody knows when the network predicts; "
      "wire what comes from a Target into a Loss term.");
  assert_problem(BEGIN "p output <- d\nt target\nterm loss_term <- t\n",
                 "Target “t”: name the Output whose target it gives; there is not just one.");
  assert_problem(BEGIN "p output <- d\nt target output=p\nterm loss_term <- t\n", NULL);
  assert_problem(BEGIN "t target output=oo\nterm loss_term <- t\n",
                 "Target “t”: there is no Output called “oo”; correct the name.");
  assert_problem(BEGIN "f expression expression=mean(x <- d\n",
                 "Expression “f”: column 7: expected “,” or “)”, but the formula ends");
  assert_problem(BEGIN "f expression expression=mean(h) <- d\n",
                 "Expression “f”: column 6: nothing is called “h” here, only x");
  assert_problem(BEGIN "f expression expression=a names=a,a <- d\n",
                 "Expression “f”: two wires are called “a”; rename one");
  assert_problem(
      BEGIN "f expression expression=a names=a,2b <- d\n",
      "Expression “f”: “2b” is no name for a wire: use letters, digits and _, at most 31");
  assert_problem(BEGIN "f expression expression=a names=a <- d d\n",
                 "Expression “f”: 2 wires arrive but only 1 have names; name the others");
  assert_problem(BEGIN "c clip minimum=2 maximum=1 <- d\n",
                 "Clip “c”: its minimum 2 lies above its maximum 1");
  assert_problem(BEGIN "c constant value=1,2,3 shape=2,2\n",
                 "Constant “c”: it has 3 numbers, but its shape 2 × 2 takes 4; give one number for "
                 "all, or correct the shape");
  assert_problem(
      "x input shape=3\nd dense units=2 kernel_regularizer=abs(w) <- x\no output <- d\n",
      "Dense “d”: the formula of the kernel gives 3 × 2 numbers; make one of them, as in "
      "sum(…)");
  assert_problem("x input shape=3\nd dense units=2 bias_regularizer=sum(v) <- x\no output <- d\n",
                 "Dense “d”: formula of the bias: column 5: nothing is called “v” here, only w");
  assert_problem("x input shape=3\nd dense bias_regularizer=sum(w,axis=1) <- x\no output <- d\n",
                 "Dense “d”: formula of the bias: column 1: there is no axis 1, only 0 to 0 (−1 is "
                 "the last)");
  assert_problem(BEGIN "r reduce axis=2 <- d\n",
                 "Reduce “r”: column 1: there is no axis 2: a sample has the axes 1 to 1 (0 is the "
                 "batch, −1 the last)");
}

/* A Target follows its Output to a new name. */
static void
test_rename(void)
{
  g_autoptr(NwGraph) before = net(BEGIN "p output <- d\nt target output=p\nterm loss_term <- t\n");
  guint output = nw_graph_find_node_by_name(before, "p")->uid;
  g_autoptr(NwGraph) after = nw_graph_rename(before, output, "scope", NULL);
  g_autoptr(NwInference) inference = nw_inference_new(after);
  const NwNode *target = nw_graph_find_node_by_name(after, "t");

  g_assert_cmpstr(nw_params_get_text(target->layer->params, "output"), ==, "scope");
  g_assert_true(nw_inference_is_ok(inference));
  g_assert_true(nw_inference_find_fed(inference, target)->uid == output);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/custom-losses/five-ways-to-a-penalty-agree", test_five_ways);
  g_test_add_func("/custom-losses/what-is-drawn-equals-what-is-ready", test_losses_drawn);
  g_test_add_func("/custom-losses/masks-leave-steps-out", test_masks);
  g_test_add_func("/custom-losses/formulas-penalise-weights", test_weight_formulas);
#ifdef NW_REAL_DOUBLE
  g_test_add_func("/custom-losses/gradients-agree-with-differences", test_gradients);
#endif
  g_test_add_func("/custom-losses/terms-stand-in-the-ledger", test_terms);
  g_test_add_func("/custom-losses/a-target-for-a-loss-alone", test_target_for_a_loss_alone);
  g_test_add_func("/custom-losses/problems-are-sentences", test_problems);
  g_test_add_func("/custom-losses/targets-follow-names", test_rename);
  return g_test_run();
}
