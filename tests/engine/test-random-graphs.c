/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Networks that nobody would draw: whatever the plan decides about memory, order and fusing must
 * hold for each of them. A failure prints the network, which then belongs into test-plan.c. */
#include <string.h>

#include "net-run.h"
#include "nw-exec-private.h"
#include "nw-project-json.h"

#define N_GRAPHS 300

typedef struct {
  NwRng rng;
  guint64 k;
  GString *text;
  guint n, n_inputs, outputs;
  gboolean plain;             /* training and evaluation give the same numbers */
  gboolean probabilities[64]; /* of node i: between 0 and 1, so that it may meet a cross-entropy */
  NwShape shapes[64];
  gboolean ids[64];
} Maker;

static guint
below(Maker *self, guint n)
{
  return (guint)nw_rng_below(&self->rng, self->k++, n);
}

static const char *
pick(Maker *self, const char *const *words)
{
  return words[below(self, g_strv_length((char **)words))];
}

/* A node above; late ones more often, so that the network is deep as well as wide. */
static guint
source(Maker *self)
{
  guint a = below(self, self->n), b = below(self, self->n);
  return below(self, 3) == 0 ? a : MAX(a, b);
}

/* Keeps the line of the next node when it has a meaning behind what is there. */
static gboolean
try_line(Maker *self, const char *line, gboolean probabilities)
{
  g_autofree char *text = g_strdup_printf("%sn%u %s\n", self->text->str, self->n, line);
  g_autoptr(NwGraph) graph = net(text);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  guint uid = nw_graph_get_node(graph, nw_graph_get_n_nodes(graph) - 1)->uid;
  const NwType *type = nw_inference_get_type(inference, uid, 0);

  if (type == NULL || nw_shape_elements(&type->shape) > 24)
    return FALSE;
  g_string_assign(self->text, text);
  self->shapes[self->n] = type->shape;
  self->ids[self->n] = type->dtype == NW_INT32;
  self->probabilities[self->n++] = probabilities;
  return TRUE;
}

static void
add_node(Maker *self)
{
  static const char *const slices[] = {"...,:1", "...,::-1", "...,1:", "::2,...", NULL};
  static const char *const targets[] = {"-1", "-1,2", "2,-1", "1,-1", "-1,1", NULL};
  static const char *const penalties[] = {"kind=l1 rate=0.02", "kind=l2 rate=0.03",
                                          "kind=l1_l2 rate=0.01 rate_l2=0.02",
                                          "kind=l2 rate=0.01 per_batch=true", NULL};
  static const char *const extras[] = {"",
                                       "",
                                       "",
                                       "activity_l2=0.03",
                                       "activity_l1=0.02 kernel_l2=0.02",
                                       "bias_l1=0.02",
                                       "trainable=false",
                                       "use_bias=false",
                                       NULL};
  const NwChoice *choices = nw_activation_choices();
  guint s = source(self), t = source(self), u = source(self), n_choices = 0;
  gboolean p = self->probabilities[s];
  g_autofree char *line = NULL;

  while (choices[n_choices].id != NULL)
    n_choices++;
  const char *act = below(self, 4) == 0 ? "softmax" : choices[below(self, n_choices)].id;
  gboolean sure = strcmp(act, "softmax") == 0 || strcmp(act, "sigmoid") == 0;

  switch (below(self, 15)) {
  case 0 ... 2:
    line = g_strdup_printf("dense units=%u activation=%s %s <- n%u", 1 + below(self, 5), act,
                           pick(self, extras), s);
    p = sure;
    break;
  case 3:
  case 4:
    line = g_strdup_printf("activation activation=%s %s <- n%u", act,
                           below(self, 4) == 0 ? "activity_l2=0.02" : "", s);
    p = sure || (p && strcmp(act, "linear") == 0);
    break;
  case 5:
    line = g_strdup_printf("dropout rate=0.3 <- n%u", s);
    break;
  case 6:
    line = g_strdup_printf("flatten <- n%u", s);
    break;
  case 7:
    line = g_strdup_printf("reshape target_shape=%s <- n%u", pick(self, targets), s);
    break;
  case 8:
    line = g_strdup_printf("slice slices=%s <- n%u", pick(self, slices), s);
    break;
  case 9:
    line = g_strdup_printf("concatenate axis=%s <- n%u n%u%s", below(self, 2) ? "-1" : "1", s, t,
                           below(self, 3) == 0 ? " n0" : "");
    p = FALSE;
    break;
  case 10:
    line = below(self, 2) ? g_strdup_printf("add <- n%u n%u", s, t)
                          : g_strdup_printf("add <- n%u n%u n%u", s, t, u);
    p = FALSE;
    break;
  case 11:
    line = g_strdup_printf("penalty %s <- n%u", pick(self, penalties), s);
    break;
  case 12:
    line = g_strdup_printf("%s <- n%u", below(self, 2) ? "batch_normalization" : "p_re_lu", s);
    p = FALSE;
    break;
  case 13:
    line = self->ids[s] ? g_strdup_printf("embedding input_dim=4 output_dim=2 mask_zero=%s <- n%u",
                                          self->shapes[s].rank == 1 ? "true" : "false", s)
                        : g_strdup_printf("masking <- n%u", s);
    break;
  default:
    if (t < self->n_inputs)
      return;
    line = g_strdup_printf("again n%u <- n%u", t, s);
    p = FALSE;
    break;
  }
  if (try_line(self, line, p) &&
      (g_str_has_prefix(line, "dropout") || g_str_has_prefix(line, "batch") ||
       (g_str_has_prefix(line, "again"))))
    self->plain = FALSE; /* “again” may call one of the two */
}

static void
add_output(Maker *self)
{
  static const char *const plain[] = {"mean_squared_error",
                                      "mean_absolute_error",
                                      "activation_mean",
                                      "activation_l1",
                                      "activation_l2",
                                      "activation_sum",
                                      NULL};
  static const char *const entropies[] = {"binary_crossentropy", "categorical_crossentropy",
                                          "sparse_categorical_crossentropy", NULL};
  guint s = source(self);
  gboolean entropy = self->probabilities[s] || below(self, 3) == 0;

  if (self->ids[s])
    return;
  const char *loss = pick(self, entropy ? entropies : plain);
  if (self->shapes[s].rank == 0 && strcmp(loss, "sparse_categorical_crossentropy") == 0)
    return;
  g_string_append_printf(self->text, "o%u output loss=%s%s weight=%s <- n%u\n", self->outputs++,
                         loss, entropy && !self->probabilities[s] ? " from_logits=true" : "",
                         below(self, 2) ? "1" : "0.7", s);
}

/* (transfer full) */
static char *
make(guint seed, gboolean *plain)
{
  Maker self = {.rng = nw_rng(seed, NW_RNG_TEST, 1, 0, 0), .text = g_string_new(""), .plain = TRUE};
  static const char *const inputs[] = {"input shape=3,2",           "input shape=4",
                                       "input shape=3 dtype=int32", "input shape=1",
                                       "input shape=2,2,2",         NULL};
  guint n_inputs = 1 + below(&self, 3), n_nodes = n_inputs + 1 + below(&self, 12);
  guint n_outputs = 1 + below(&self, 3);

  while (self.n < n_inputs)
    try_line(&self, pick(&self, inputs), FALSE);
  self.n_inputs = n_inputs;
  for (guint tries = 0; self.n < n_nodes && tries < 200; tries++)
    add_node(&self);
  while (self.outputs < n_outputs) {
    if (self.outputs == 0 && below(&self, 8) == 0)
      add_node(&self);
    add_output(&self);
    if (self.k > 5000) {
      g_string_append(self.text, "last embedding input_dim=4 output_dim=2 <- n0\n"
                                 "o output <- last\n");
      break;
    }
  }
  *plain = self.plain;
  return g_string_free(self.text, FALSE);
}

static void
assert_same_bits(const char *text, NetRun *one, NetRun *two, const char *what)
{
  gboolean same = nw_exec_get_total(one->exec) == nw_exec_get_total(two->exec) ||
                  (isnan(nw_exec_get_total(one->exec)) && isnan(nw_exec_get_total(two->exec)));
  for (guint w = 0; w < nw_weights_get_n(one->weights); w++) {
    const NwWeight *a = nw_weights_get(one->weights, w), *b = nw_weights_get(two->weights, w);
    same &= memcmp(a->value, b->value, a->n * sizeof *a->value) == 0;
    if (a->trainable)
      same &= memcmp(a->gradient, b->gradient, a->n * sizeof *a->gradient) == 0;
  }
  if (!same)
    g_error("%s changes the numbers of\n%s", what, text);
}

static void
test_threads(void)
{
  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = make(seed, &plain);
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
    g_autofree char *text = make(seed, &plain);
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
    g_autofree char *text = make(seed, &plain);
    NetRun training, evaluation;
    net_run_init(&training, text, TRUE, 1);
    net_run_init(&evaluation, text, FALSE, 1);
    net_run_fill(&training);
    net_run_fill(&evaluation);
    nw_exec_run(training.exec, NET_CAPACITY - 1, 1, 2);
    nw_exec_run(evaluation.exec, NET_CAPACITY - 1, 1, 2);
    nw_exec_run_weight_penalties(evaluation.exec);
    for (guint i = 0; plain && i < nw_plan_get_n_terms(training.plan); i++)
      if (nw_exec_get_term(training.exec, i) != nw_exec_get_term(evaluation.exec, i))
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
    g_autofree char *text = make(seed, &plain);
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

#ifdef NW_REAL_DOUBLE
static void
test_gradients(void)
{
  guint compared = 0;

  for (guint seed = 0; seed < N_GRAPHS; seed++) {
    gboolean plain;
    g_autofree char *text = make(seed, &plain);
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
  g_test_add_func("/random-graphs/gradients-have-the-same-bits-at-any-thread-count", test_threads);
  g_test_add_func("/random-graphs/nothing-reads-what-nobody-wrote", test_arena);
  g_test_add_func("/random-graphs/evaluation-gives-the-numbers-of-training", test_evaluation);
  g_test_add_func("/random-graphs/survive-the-project-file", test_json);
  return g_test_run();
}
