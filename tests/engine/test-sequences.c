/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the plan does for sequences: layers that act per step, and states that go on from batch to
 * batch. */
#include <string.h>

#include "net-run.h"

#ifdef NW_REAL_DOUBLE
#define SAME 1e-12
#else
#define SAME 1e-6
#endif

#define STEPS 3

/* ── per step ────────────────────────────────────────────────────────────────────────────────── */

/* A network of one layer by its first example; with @steps, each input has an axis of them first.
 */
static char *
draw(const NwLayerKind *kind, const char *more, gboolean steps)
{
  const NwLayerExample *example = &kind->examples[0];
  g_auto(GStrv) inputs = g_strsplit(example->inputs, ";", -1);
  GString *text = g_string_new(NULL), *wires = g_string_new("<-");

  for (guint i = 0; inputs[i] != NULL; i++) {
    const char *shape = g_strstrip(inputs[i]), *colon = strrchr(shape, ':');
    gboolean ids = strstr(shape, "int") != NULL;
    g_string_append_printf(text, "x%u input shape=%s%s%s\n", i, steps ? "3," : "",
                           colon != NULL ? colon + 1 : shape, ids ? " dtype=int32" : "");
    g_string_append_printf(wires, " x%u", i);
  }
  g_string_append_printf(text, "l %s %s%s %s\nout output loss=activation_l2 <- l\n", kind->id,
                         example->params, more, wires->str);
  g_string_free(wires, TRUE);
  return g_string_free(text, FALSE);
}

static gboolean
can_run_per_step(const NwLayerKind *kind)
{
  g_autoptr(NwParams) params = nw_params_new(nw_layer_kind_get_params(kind));
  return nw_params_find_spec(params, "per_step") != NULL &&
         nw_layer_kind_why_not_per_step(kind) == NULL;
}

/* Two samples of three steps are six samples without. */
static void
check_per_step(const NwLayerKind *kind)
{
  g_autofree char *whole = draw(kind, " per_step=true", TRUE), *each = draw(kind, "", FALSE);
  NetRun a, b;

  net_run_init(&a, whole, FALSE, 2);
  net_run_init(&b, each, FALSE, 2);
  net_run_fill(&a);
  for (guint i = 0; i < nw_plan_get_n_inputs(a.plan); i++) {
    const NwType *type = &nw_plan_get_input(b.plan, i)->type;
    gsize size = type->dtype == NW_INT32 ? sizeof(gint32) : sizeof(NwReal);
    memcpy(nw_exec_get_input(b.exec, i), nw_exec_get_input(a.exec, i),
           2 * STEPS * (gsize)nw_shape_elements(&type->shape) * size);
  }
  nw_exec_run(a.exec, 2, 0, 1);
  nw_exec_run(b.exec, 2 * STEPS, 0, 1);
  NwMetricBatch p = nw_exec_get_batch(a.exec, 0), q = nw_exec_get_batch(b.exec, 0);
  g_assert_cmpuint(p.rows * p.cols, ==, q.rows * q.cols);
  for (gsize i = 0; i < p.rows * p.cols; i++)
    if (fabs((double)p.p[i] - q.p[i]) > SAME * (1 + fabs((double)q.p[i])))
      g_error("%s per step gives %g at %zu, not %g", kind->id, (double)p.p[i], i, (double)q.p[i]);
  net_run_clear(&a);
  net_run_clear(&b);
}

static void
test_per_step(void)
{
  for (const NwLayerKind *const *kind = nw_layer_kinds; *kind != NULL; kind++)
    if (can_run_per_step(*kind))
      check_per_step(*kind);
}

#ifdef NW_REAL_DOUBLE
static void
test_gradients(void)
{
  for (const NwLayerKind *const *kind = nw_layer_kinds; *kind != NULL; kind++) {
    if (!can_run_per_step(*kind))
      continue;
    g_autofree char *text = draw(*kind, " per_step=true", TRUE);
    net_check_gradients(text, FALSE);
  }
}
#endif

static void
assert_problem(const char *text, const char *expected)
{
  g_autoptr(NwGraph) graph = net(text);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(GError) error = NULL;

  g_assert_false(nw_inference_check(inference, &error));
  g_assert_cmpstr(error->message, ==, expected);
}

static void
test_problems(void)
{
  for (const NwLayerKind *const *kind = nw_layer_kinds; *kind != NULL; kind++) {
    if (nw_layer_kind_why_not_per_step(*kind) == NULL)
      continue;
    g_autofree char *text = draw(*kind, " per_step=true", TRUE);
    g_autofree char *expected = g_strdup_printf("%s “l”: it cannot run per step: %s",
                                                (*kind)->title, nw_layer_kind_why_not_per_step(*kind));
    assert_problem(text, expected);
  }
  assert_problem("x input shape=4\nl dense per_step=true <- x\nout output <- l\n",
                 "Dense “l”: per step, its input must be steps × something, not 4; turn off Per "
                 "step");
  assert_problem("x input shape=4,2\ny input shape=3,2\nl add per_step=true <- x y\n"
                 "out output <- l\n",
                 "Add “l”: per step, its inputs must have the same number of steps, not 4 and 3");
  assert_problem("x input shape=4,3,2\nl gru stateful=true per_step=true <- x\nout output <- l\n",
                 "GRU “l”: per step, there is no batch before this one to go on from; turn off "
                 "Stateful");
  assert_problem("x input shape=4,3\nl lstm units=2 return_state=true <- x\n"
                 "m lstm units=2 <- x - l:1\nout output <- m\n",
                 "LSTM “m”: only 1 of its 2 initial states are connected; connect all or none");
  assert_problem("x input shape=4,3\nl lstm units=2 <- x\n"
                 "m lstm units=2 <- x - l:1 l:2\nout output <- m\n",
                 "LSTM “m”: its input comes from “State h” of LSTM “l”, which is turned off there; "
                 "turn it on, or remove the wire.");
}

/* The mask goes through, though the layer inside would end it. */
static void
test_mask_passes(void)
{
  NetRun run;
  net_run_init(&run,
               "x input shape=4,2,3\nr reshape target_shape=4,6 <- x\nm masking <- r\n"
               "s reshape target_shape=2,3 per_step=true <- m\nf flatten per_step=true <- s\n"
               "g gru units=2 return_sequences=true <- f\nout output <- g\n",
               FALSE, 1);
  g_assert_true(nw_plan_get_output(run.plan, 0)->has_mask);
  net_run_clear(&run);
}

/* ── states ──────────────────────────────────────────────────────────────────────────────────── */

static void
copy_steps(NwReal *to, gsize to_steps, const NwReal *from, gsize from_steps, gsize first)
{
  for (gsize sample = 0; sample < NET_CAPACITY; sample++)
    memcpy(to + sample * to_steps * 2, from + (sample * from_steps + first) * 2,
           to_steps * 2 * sizeof *to);
}

/* Two halves of a sequence, one after the other, end where the whole does. Evaluation in between,
 * and the next pass, begin at 0. */
static void
check_stateful(const char *kind)
{
  g_autofree char *whole =
      g_strdup_printf("x input shape=6,2\nl %s units=3 bidirectional=false <- x\n"
                      "out output loss=activation_sum <- l\n",
                      kind);
  g_autofree char *half =
      g_strdup_printf("x input shape=3,2\nl %s units=3 stateful=true batch_size=6 <- x\n"
                      "out output loss=activation_sum <- l\n",
                      kind);
  NetRun a, b;
  NwMetricBatch p, q;
  g_autoptr(NwPlan) plan = NULL;
  g_autoptr(NwExec) evaluation = NULL;
  g_autofree NwReal *first = NULL;

  net_run_init(&a, whole, TRUE, 2);
  net_run_init(&b, half, TRUE, 2);
  net_run_fill(&a);
  plan = nw_plan_new(b.inference, NET_CAPACITY, FALSE, NULL);
  evaluation = nw_exec_new(plan, b.weights, NULL, 1, NULL);
  nw_exec_run(a.exec, NET_CAPACITY, 0, 0);
  p = nw_exec_get_batch(a.exec, 0);
  for (int pass = 0; pass < 2; pass++) {
    copy_steps(nw_exec_get_input(b.exec, 0), 3, nw_exec_get_input(a.exec, 0), 6, 0);
    nw_exec_run(b.exec, NET_CAPACITY, 0, 0);
    q = nw_exec_get_batch(b.exec, 0);
    if (pass == 0)
      first = g_memdup2(q.p, q.rows * q.cols * sizeof *q.p);
    g_assert_cmpmem(q.p, q.rows * q.cols * sizeof *q.p, first, q.rows * q.cols * sizeof *q.p);
    nw_exec_run(evaluation, NET_CAPACITY, 0, 0);
    copy_steps(nw_exec_get_input(b.exec, 0), 3, nw_exec_get_input(a.exec, 0), 6, 3);
    nw_exec_run(b.exec, NET_CAPACITY, 0, 1);
    q = nw_exec_get_batch(b.exec, 0);
    for (gsize i = 0; i < q.rows * q.cols; i++)
      g_assert_cmpfloat(fabs((double)p.p[i] - q.p[i]), <, SAME);
  }
  net_run_clear(&a);
  net_run_clear(&b);
}

static void
test_stateful(void)
{
  check_stateful("simple_rnn");
  check_stateful("lstm");
  check_stateful("gru");
}

static void
test_too_many_samples(void)
{
  g_autoptr(NwGraph) graph =
      net("x input shape=3,2\nl lstm stateful=true batch_size=4 <- x\nout output <- l\n");
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_plan_new(inference, 5, TRUE, &error));
  g_assert_cmpstr(error->message, ==,
                  "LSTM “l”: it keeps the state of 4 samples from batch to batch, but a batch has "
                  "5; set its Samples to that.");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sequences/per-step-is-the-layer-on-every-step", test_per_step);
#ifdef NW_REAL_DOUBLE
  g_test_add_func("/sequences/gradients-per-step-agree-with-differences", test_gradients);
#endif
  g_test_add_func("/sequences/what-cannot-be-is-said", test_problems);
  g_test_add_func("/sequences/a-mask-passes-through-a-layer-per-step", test_mask_passes);
  g_test_add_func("/sequences/a-state-goes-on-in-the-next-batch", test_stateful);
  g_test_add_func("/sequences/a-state-is-kept-for-so-many-samples", test_too_many_samples);
  return g_test_run();
}
