/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Whole models, drawn as tests/reference/models.py builds them in Keras: predictions, the loss
 * ledger, gradients, and the weights after three steps of each optimiser. */
#include "golden.h"
#include "nw-exec.h"
#include "nw-optimize.h"

#include <string.h>

/* One node; with @kind NULL and the name “LAYER again” one more call of that layer. Parameters are
 * "key=value; key=value", inputs the names of other nodes. */
typedef struct {
  const char *name, *kind, *params, *inputs;
} Node;

typedef struct {
  const char *name;
  Node nodes[12]; /* ended by a NULL name */
} Model;

static const Model models[] = {
    {"two-heads",
     {{"x", "input", "shape=6", ""},
      {"one", "dense", "units=7; activation=relu; kernel_l2=0.01; activity_l1=0.02", "x"},
      {"two", "dense", "units=5; activation=tanh; kernel_l1=0.003; bias_l2=0.1; activity_l2=0.05",
       "one"},
      {"digit_scores", "dense", "units=4; activation=softmax", "two"},
      {"traits_scores", "dense", "units=3; activation=sigmoid", "two"},
      {"digit", "output", "loss=categorical_crossentropy; class_weights=1, 2, 0.5, 3",
       "digit_scores"},
      {"traits", "output", "loss=binary_crossentropy; weight=0.2", "traits_scores"}}},
    {"regression",
     {{"x", "input", "shape=3", ""},
      {"hidden", "dense", "units=4; activation=elu", "x"},
      {"squared_values", "dense", "units=2", "hidden"},
      {"absolute_values", "dense", "units=1", "hidden"},
      {"squared", "output", "loss=mean_squared_error", "squared_values"},
      {"absolute", "output", "loss=mean_absolute_error; weight=0.5", "absolute_values"}}},
    {"sequence",
     {{"x", "input", "shape=4, 3", ""},
      {"step", "dense", "units=5; activation=silu", "x"},
      {"labels_scores", "dense", "units=2; activation=sigmoid", "step"},
      {"word_scores", "dense", "units=3; activation=softmax", "step"},
      {"labels", "output", "loss=binary_crossentropy", "labels_scores"},
      {"word", "output", "loss=sparse_categorical_crossentropy; weight=2", "word_scores"}}},
    {"siamese",
     {{"a", "input", "shape=5", ""},
      {"b", "input", "shape=5", ""},
      {"shared", "dense", "units=4; activation=tanh; kernel_l2=0.02", "a"},
      {"shared again", NULL, "", "b"},
      {"joined", "concatenate", "", "shared,shared again"},
      {"same_score", "dense", "units=1; activation=sigmoid", "joined"},
      {"same", "output", "loss=binary_crossentropy", "same_score"}}},
    {"sliced",
     {{"x", "input", "shape=3", ""},
      {"scores", "dense", "units=4; activation=sigmoid", "x"},
      {"head", "slice", "slices=:1", "scores"},
      {"tail", "slice", "slices=1:", "scores"},
      {"first", "output", "loss=binary_crossentropy", "head"},
      {"rest", "output", "loss=binary_crossentropy; weight=0.7", "tail"}}},
    {"saturated",
     {{"x", "input", "shape=4", ""},
      {"class_scores", "dense", "units=3; activation=softmax", "x"},
      {"flags_scores", "dense", "units=2; activation=sigmoid", "x"},
      {"class", "output", "loss=sparse_categorical_crossentropy", "class_scores"},
      {"flags", "output", "loss=binary_crossentropy", "flags_scores"}}},
    {"middle",
     {{"x", "input", "shape=4", ""},
      {"one", "dense", "units=5; activation=relu", "x"},
      {"two", "dense", "units=4; activation=tanh", "one"},
      {"class_scores", "dense", "units=3; activation=softmax", "two"},
      {"class", "output", "loss=sparse_categorical_crossentropy", "class_scores"},
      {"squares", "output", "loss=activation_l2; weight=0.1", "one"},
      {"distances", "output", "loss=activation_l1; weight=0.05", "two"},
      {"mean", "output", "loss=activation_mean; weight=0.3", "two"},
      {"sum", "output", "loss=activation_sum; weight=0.02", "one"}}},
    {"held",
     {{"x", "input", "shape=6", ""},
      {"one", "dense",
       "units=5; activation=tanh; kernel_constraint=max_norm(1.2); kernel_orthogonal=0.3; "
       "bias_constraint=non_neg",
       "x"},
      {"two", "dense",
       "units=4; activation=tanh; kernel_constraint=min_max_norm(0.5, 1, 0.3, 1); "
       "kernel_orthogonal=0.2; kernel_orthogonal_mode=columns; bias_constraint=unit_norm",
       "one"},
      {"values_scores", "dense",
       "units=3; kernel_constraint=unit_norm; kernel_l1=0.01; kernel_l2=0.02", "two"},
      {"values", "output", "loss=mean_squared_error", "values_scores"}}},
    {"weighted",
     {{"x", "input", "shape=5", ""},
      {"hidden", "dense", "units=6; activation=tanh", "x"},
      {"class_scores", "dense", "units=3; activation=softmax", "hidden"},
      {"values_scores", "dense", "units=2", "hidden"},
      {"class", "output",
       "loss=sparse_categorical_crossentropy; class_weights=1, 0.25, 4; sample_weight=sample",
       "class_scores"},
      {"values", "output", "loss=huber; weight=0.3; sample_weight=sample", "values_scores"}}},
    {"tagger",
     {{"words", "input", "shape=6; dtype=int32", ""},
      {"embedded", "embedding", "input_dim=9; output_dim=4; mask_zero=true", "words"},
      {"both", "lstm", "units=3; return_sequences=true; bidirectional=true", "embedded"},
      {"tag_scores", "dense", "units=3; activation=softmax", "both"},
      {"part_scores", "dense", "units=3; activation=softmax", "both"},
      {"marks_scores", "dense", "units=2; activation=sigmoid", "both"},
      {"tag", "output", "loss=categorical_crossentropy; sample_weight=step", "tag_scores"},
      {"part", "output",
       "loss=sparse_categorical_crossentropy; weight=0.5; class_weights=1, 3, 0.5; "
       "sample_weight=step",
       "part_scores"},
      {"marks", "output", "loss=binary_crossentropy; weight=2; sample_weight=sample",
       "marks_scores"}}},
    {"partly-known",
     {{"x", "input", "shape=5, 3", ""},
      {"masked", "masking", "mask_value=9", "x"},
      {"hidden", "dense", "units=4; activation=tanh", "masked"},
      {"word_scores", "dense", "units=3; activation=softmax", "hidden"},
      {"word", "output", "loss=sparse_categorical_crossentropy; ignored=-1; sample_weight=step",
       "word_scores"}}},
    {"partly-labelled",
     {{"x", "input", "shape=5", ""},
      {"hidden", "dense", "units=6; activation=tanh", "x"},
      {"traits_scores", "dense", "units=4; activation=sigmoid", "hidden"},
      {"one_scores", "dense", "units=1; activation=sigmoid", "hidden"},
      {"values_scores", "dense", "units=2", "hidden"},
      {"traits", "output", "loss=binary_crossentropy; ignore_empty=true", "traits_scores"},
      {"one", "output", "loss=binary_crossentropy; weight=0.5; ignore_empty=true", "one_scores"},
      {"values", "output", "loss=huber; weight=2; ignore_empty=true", "values_scores"}}},
};

static NwParams *
parse_params(const NwParamSpec *specs, const char *text)
{
  g_auto(GStrv) pairs = g_strsplit(text, ";", -1);
  g_autoptr(NwParams) params = nw_params_new(specs);
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; pairs[i] != NULL; i++) {
    g_auto(GStrv) pair = g_strsplit(g_strstrip(pairs[i]), "=", 2);
    NwParams *changed = nw_params_with(params, pair[0], pair[1], &error);
    g_assert_no_error(error);
    nw_params_unref(params);
    params = changed;
  }
  return g_steal_pointer(&params);
}

static void
take(NwGraph **graph, NwGraph *edited)
{
  nw_graph_unref(*graph);
  *graph = edited;
}

/* The uid of the node @name of @model; uids are in the order of the table. */
static guint
find_uid(const Model *model, const guint *uids, const char *name)
{
  for (gsize i = 0; model->nodes[i].name != NULL; i++)
    if (strcmp(model->nodes[i].name, name) == 0)
      return uids[i];
  g_error("%s has no node %s", model->name, name);
}

static void
draw_node(const Model *model, gsize i, guint *uids, NwGraph **graph)
{
  const Node *node = &model->nodes[i];
  g_auto(GStrv) sources = g_strsplit(node->inputs, ",", -1);
  g_autoptr(GError) error = NULL;

  if (node->kind == NULL) {
    g_autofree char *layer = g_strndup(node->name, strcspn(node->name, " "));
    take(graph, nw_graph_add_call(*graph, find_uid(model, uids, layer), 0, 0, &uids[i]));
  } else {
    const NwLayerKind *kind = nw_layer_kind_find(node->kind);
    g_assert_nonnull(kind);
    g_autoptr(NwParams) params = parse_params(nw_layer_kind_get_params(kind), node->params);
    take(graph, nw_graph_add(*graph, kind, node->name, 0, 0, &uids[i]));
    take(graph, nw_graph_set_params(*graph, uids[i], params));
  }
  for (guint port = 0; sources[port] != NULL; port++) {
    NwGraph *wired =
        nw_graph_connect(*graph, find_uid(model, uids, sources[port]), 0, uids[i], port, &error);
    g_assert_no_error(error);
    take(graph, wired);
  }
}

static NwGraph *
draw(const Model *model)
{
  NwGraph *graph = nw_graph_new();
  guint uids[G_N_ELEMENTS(model->nodes)];

  for (gsize i = 0; model->nodes[i].name != NULL; i++)
    draw_node(model, i, uids, &graph);
  return graph;
}

/* A model ready to train, with the reference numbers beside it. */
typedef struct {
  const char *name;
  Golden *golden;
  NwPlan *plan;
  NwWeights *weights;
  NwPool *pool;
  NwExec *exec;
} Fixture;

/* Values as before training; fresh slots. */
static void
restart(Fixture *f, const NwOptimizerKind *kind, const NwParams *params)
{
  g_assert_true(nw_weights_prepare_training(f->weights, kind, params, NULL));
  for (guint i = 0; i < nw_weights_get_n(f->weights); i++) {
    NwWeight *weight = nw_weights_get(f->weights, i);
    const GoldenTensor *start = golden_get(f->golden, "%s/w/%s", f->name, weight->name);
    g_assert_cmpuint(weight->n, ==, start->n);
    for (gsize j = 0; j < weight->n; j++)
      weight->value[j] = (NwReal)start->values[j];
  }
}

static Fixture
fixture_new(const Model *model)
{
  Fixture f = {.name = model->name, .golden = golden_open("models"), .pool = nw_pool_new(2)};
  g_autoptr(NwGraph) graph = draw(model);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(NwParams) params = NULL;
  g_autoptr(GError) error = NULL;
  const NwOptimizerKind *kind = nw_optimizer_kind_find("sgd");

  nw_inference_check(inference, &error);
  g_assert_no_error(error);
  f.plan = nw_plan_new(inference, 5, TRUE, &error);
  g_assert_no_error(error);
  f.weights = nw_weights_new(inference, 1, &error);
  g_assert_no_error(error);
  params = nw_params_new(kind->params);
  restart(&f, kind, params);
  f.exec = nw_exec_new(f.plan, f.weights, f.pool, 1, &error);
  g_assert_no_error(error);
  return f;
}

static void
fixture_clear(Fixture *f)
{
  nw_exec_free(f->exec);
  nw_weights_unref(f->weights);
  nw_plan_unref(f->plan);
  nw_pool_free(f->pool);
  golden_free(f->golden);
}

/* Copies samples @first … @last − 1 of a reference tensor into a batch. */
static void
feed(const GoldenTensor *tensor, gsize first, gsize last, gpointer to, NwDtype dtype)
{
  gsize per_sample = tensor->n / tensor->dim[0];

  for (gsize i = first * per_sample; i < last * per_sample; i++) {
    if (dtype == NW_INT32)
      ((gint32 *)to)[i - first * per_sample] = (gint32)tensor->values[i];
    else
      ((NwReal *)to)[i - first * per_sample] = (NwReal)tensor->values[i];
  }
}

/* One pass over batch @batch of the model; returns the number of samples. */
static gsize
run(Fixture *f, guint batch)
{
  const double *rows = golden_get(f->golden, "%s/batches", f->name)->values + 2 * batch;
  gsize first = (gsize)rows[0], last = (gsize)rows[1];

  for (guint i = 0; i < nw_plan_get_n_inputs(f->plan); i++) {
    const NwPlanInput *input = nw_plan_get_input(f->plan, i);
    feed(golden_get(f->golden, "%s/x/%s", f->name, input->name), first, last,
         nw_exec_get_input(f->exec, i), input->type.dtype);
  }
  for (guint i = 0; i < nw_plan_get_n_outputs(f->plan); i++) {
    const NwPlanOutput *output = nw_plan_get_output(f->plan, i);
    if (!output->has_target)
      continue;
    feed(golden_get(f->golden, "%s/y/%s", f->name, output->name), first, last,
         nw_exec_get_target(f->exec, i), output->target.dtype);
    if (output->weight_field != NULL)
      feed(golden_get(f->golden, "%s/weight/%s", f->name, output->name), first, last,
           nw_exec_get_sample_weight(f->exec, i), NW_REAL);
  }
  nw_exec_run(f->exec, last - first, 0, batch);
  return last - first;
}

#ifndef NW_REAL_DOUBLE

/* The optimisers of tests/reference/models.py. */
static const struct {
  const char *name, *kind, *params;
} optimizers[] = {
    {"sgd", "sgd", "learning_rate=0.1"},
    {"sgd-momentum", "sgd", "learning_rate=0.05; momentum=0.9"},
    {"sgd-nesterov", "sgd", "learning_rate=0.05; momentum=0.9; nesterov=true"},
    {"adam", "adam", "learning_rate=0.01"},
    {"adagrad", "adagrad", "learning_rate=0.05"},
    {"adadelta", "adadelta", "learning_rate=1"},
};

static void
check_number(double got, const GoldenTensor *expected)
{
  NwReal value = (NwReal)got;
  golden_assert_close(&value, expected, GOLDEN_TOLERANCE);
}

static void
check_ledger(Fixture *f)
{
  double penalty = 0, total = 0;

  for (guint i = 0; i < nw_plan_get_n_terms(f->plan); i++) {
    const NwPlanTerm *term = nw_plan_get_term(f->plan, i);
    double value = nw_exec_get_term(f->exec, i);
    total += term->weight * value;
    if (term->output < 0)
      penalty += term->weight * value;
    else
      check_number(value, golden_get(f->golden, "%s/loss/%s", f->name,
                                     nw_plan_get_output(f->plan, (guint)term->output)->name));
  }
  check_number(penalty, golden_get(f->golden, "%s/penalty", f->name));
  check_number(nw_exec_get_total(f->exec), golden_get(f->golden, "%s/total", f->name));
  g_assert_cmpfloat(fabs(total - nw_exec_get_total(f->exec)), <=, 1e-12 * fabs(total));
}

/* Where the reference has a metric: @key “metric”, with masked steps and what is not known left
 * out; or “weighted”. */
static void
check_metrics(Fixture *f, const NwPlanOutput *output, const NwMetricBatch *batch, const char *key)
{
  for (gsize i = 0; nw_metric_kinds[i] != NULL; i++) {
    const NwMetricKind *kind = nw_metric_kinds[i];
    const NwMetricUse use = {output->head, output->loss->target, output->cols, FALSE,
                             output->params};
    const NwMetricFold *fold = nw_metric_get_fold(kind, &use);
    g_autofree double *state = NULL;
    double value = NAN;
    if (!golden_has(f->golden, "%s/%s/%s/%s", f->name, key, output->name, kind->id))
      continue;
    state = g_new0(double, fold->n_state(&use));
    fold->update(fold, &use, batch, state);
    kind->result(kind, &use, state, &value);
    check_number(value, golden_get(f->golden, "%s/%s/%s/%s", f->name, key, output->name, kind->id));
  }
}

static void
check_step(Fixture *f)
{
  gsize n = run(f, 0);

  for (guint i = 0; i < nw_plan_get_n_outputs(f->plan); i++) {
    const char *name = nw_plan_get_output(f->plan, i)->name;
    const GoldenTensor *expected = golden_get(f->golden, "%s/predict/%s", f->name, name);
    NwMetricBatch batch = nw_exec_get_batch(f->exec, i);
    NwMetricBatch weighted = nw_exec_get_weighted_batch(f->exec, i);
    g_assert_cmpuint(expected->dim[0], ==, n);
    g_assert_cmpuint(expected->n, ==, batch.rows * batch.cols);
    golden_assert_close(batch.p, expected, GOLDEN_TOLERANCE);
    check_metrics(f, nw_plan_get_output(f->plan, i), &batch, "metric");
    check_metrics(f, nw_plan_get_output(f->plan, i), &weighted, "weighted");
  }
  check_ledger(f);
  for (guint i = 0; i < nw_weights_get_n(f->weights); i++) {
    NwWeight *weight = nw_weights_get(f->weights, i);
    golden_assert_close(weight->gradient, golden_get(f->golden, "%s/g/%s", f->name, weight->name),
                        GOLDEN_TOLERANCE);
  }
}

static void
check_training(Fixture *f, gsize optimizer)
{
  const char *name = optimizers[optimizer].name;
  const NwOptimizerKind *kind = nw_optimizer_kind_find(optimizers[optimizer].kind);
  g_autoptr(NwParams) params = parse_params(kind->params, optimizers[optimizer].params);
  const GoldenTensor *totals = golden_get(f->golden, "%s/%s/totals", f->name, name);
  NwReal got[3];

  restart(f, kind, params);
  for (guint t = 0; t < 3; t++) {
    run(f, t);
    got[t] = (NwReal)nw_exec_get_total(f->exec);
    nw_optimize(f->weights, kind, params, t + 1, nw_params_get_real(params, "learning_rate"),
                f->pool);
    nw_constrain(f->weights, f->pool);
  }
  golden_assert_close(got, totals, GOLDEN_TOLERANCE);
  for (guint i = 0; i < nw_weights_get_n(f->weights); i++) {
    NwWeight *weight = nw_weights_get(f->weights, i);
    golden_assert_close(weight->value,
                        golden_get(f->golden, "%s/%s/w/%s", f->name, name, weight->name),
                        GOLDEN_TOLERANCE);
  }
}

static void
test_model(gconstpointer data)
{
  Fixture f = fixture_new(data);

  check_step(&f);
  for (gsize i = 0; i < G_N_ELEMENTS(optimizers); i++)
    check_training(&f, i);
  fixture_clear(&f);
}

#else

/* The gradient of the total by every weight against a four-point stencil. */
static void
check_weight(Fixture *f, NwWeight *weight)
{
  const double h = 1e-4, steps[] = {-2, -1, 1, 2};
  g_autofree double *stencil = g_new(double, weight->n);
  g_autofree NwReal *gradient = g_memdup2(weight->gradient, weight->n * sizeof(NwReal));

  for (gsize i = 0; i < weight->n; i++) {
    double x = weight->value[i], at[4];
    for (int k = 0; k < 4; k++) {
      weight->value[i] = x + steps[k] * h;
      run(f, 0);
      at[k] = nw_exec_get_total(f->exec);
    }
    weight->value[i] = x;
    stencil[i] = (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * h);
  }
  double distance = golden_distance(gradient, stencil, weight->n);
  g_test_message("%s: %.1e", weight->name, distance);
  g_assert_cmpfloat(distance, <, 1e-7);
  run(f, 0);
}

static void
test_model(gconstpointer data)
{
  Fixture f = fixture_new(data);

  run(&f, 0);
  for (guint i = 0; i < nw_weights_get_n(f.weights); i++)
    check_weight(&f, nw_weights_get(f.weights, i));
  fixture_clear(&f);
}

#endif

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(models); i++) {
    g_autofree char *path = g_strdup_printf("/models/%s/%s", models[i].name,
#ifdef NW_REAL_DOUBLE
                                            "gradients-are-slopes"
#else
                                            "trains-like-keras"
#endif
    );
    g_test_add_data_func(path, &models[i], test_model);
  }
  return g_test_run();
}
