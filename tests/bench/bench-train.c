/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Our side of tests/bench/run.py: reads `version`, `prepare SCENARIO OPTIMISER BATCH THREADS` and
 * `steps N` from standard input, one to a line, and answers each in a line. */
#include "nw-blas.h"
#include "nw-exec.h"
#include "nw-optimize.h"

#include <stdio.h>
#include <string.h>

#define MAX_LAYERS 3

/* The networks of peer.py. @pool: batches of data that are kept. */
typedef struct {
  const char *name;
  gsize widths[MAX_LAYERS + 1];
  const char *head, *loss;
  gsize pool;
} Scenario;

static const Scenario scenarios[] = {
    {"s1", {100, 2048, 2048, 200}, "sigmoid", "binary_crossentropy", 20},
    {"mlp", {16, 64, 64, 3}, "softmax", "sparse_categorical_crossentropy", 1000},
};

/* What training needs, ready to go on. */
typedef struct {
  const NwOptimizerKind *kind;
  NwParams *params;
  NwWeights *weights;
  NwPool *pool;
  NwExec *exec;
  gsize batch, batches;
  NwReal *x, *y;        /* [batches, batch, …] */
  gint32 *index;        /* [batches, batch]; NULL: the targets are in y */
  gsize x_size, y_size; /* numbers per batch */
  guint64 t;
  double loss; /* of the last step */
} Training;

/* Ends the program when @error is set. */
static void
check(GError *error)
{
  if (error == NULL)
    return;
  g_printerr("%s\n", error->message);
  exit(1);
}

static void
take(NwGraph **graph, NwGraph *edited, GError *error)
{
  check(error);
  nw_graph_unref(*graph);
  *graph = edited;
}

/* Adds a node behind @before (0: none), with parameters as key, value, …, NULL. */
static guint G_GNUC_NULL_TERMINATED
add(NwGraph **graph, const char *kind, const char *name, guint before, ...)
{
  GError *error = NULL;
  guint uid;
  va_list pairs;

  take(graph, nw_graph_add(*graph, nw_layer_kind_find(kind), name, 0, 0, &uid), NULL);
  va_start(pairs, before);
  for (const char *key; (key = va_arg(pairs, const char *)) != NULL;) {
    NwGraph *set = nw_graph_set_param(*graph, uid, key, va_arg(pairs, const char *), &error);
    take(graph, set, error);
  }
  va_end(pairs);
  if (before != 0) {
    NwGraph *wired = nw_graph_connect(*graph, before, 0, uid, 0, &error);
    take(graph, wired, error);
  }
  return uid;
}

static NwGraph *
draw(const Scenario *scenario)
{
  NwGraph *graph = nw_graph_new();
  g_autofree char *features = g_strdup_printf("%zu", scenario->widths[0]);
  guint last = add(&graph, "input", "x", 0, "shape", features, NULL);

  for (int i = 1; i <= MAX_LAYERS; i++) {
    g_autofree char *units = g_strdup_printf("%zu", scenario->widths[i]);
    last = add(&graph, "dense", NULL, last, "units", units, "activation",
               i < MAX_LAYERS ? "relu" : scenario->head, NULL);
  }
  add(&graph, "output", "y", last, "loss", scenario->loss, NULL);
  return graph;
}

/* Normal inputs; targets 0 or 1 per label, or a class. */
static void
draw_data(Training *training, const Scenario *scenario)
{
  NwRng inputs = nw_rng(1, NW_RNG_TEST, 0, 0, 0), targets = nw_rng(2, NW_RNG_TEST, 0, 0, 0);
  gsize rows = training->batch * scenario->pool, outputs = scenario->widths[MAX_LAYERS];
  gboolean classes = strcmp(scenario->head, "softmax") == 0;

  training->x_size = training->batch * scenario->widths[0];
  training->y_size = training->batch * (classes ? 1 : outputs);
  training->x = g_new(NwReal, rows * scenario->widths[0]);
  training->y = classes ? NULL : g_new(NwReal, rows * outputs);
  training->index = classes ? g_new(gint32, rows) : NULL;
  for (gsize i = 0; i < rows * scenario->widths[0]; i++)
    training->x[i] = (NwReal)nw_rng_normal(&inputs, i);
  for (gsize i = 0; i < rows * (classes ? 1 : outputs); i++) {
    if (classes)
      training->index[i] = (gint32)nw_rng_below(&targets, i, outputs);
    else
      training->y[i] = (NwReal)nw_rng_below(&targets, i, 2);
  }
}

static void
training_clear(Training *training)
{
  g_clear_pointer(&training->exec, nw_exec_free);
  g_clear_pointer(&training->weights, nw_weights_unref);
  g_clear_pointer(&training->params, nw_params_unref);
  g_clear_pointer(&training->pool, nw_pool_free);
  g_clear_pointer(&training->x, g_free);
  g_clear_pointer(&training->y, g_free);
  g_clear_pointer(&training->index, g_free);
}

static void
training_init(Training *training, const Scenario *scenario, const char *optimizer, gsize batch,
              int threads)
{
  GError *error = NULL;
  g_autoptr(NwGraph) graph = draw(scenario);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(NwPlan) plan = NULL;

  nw_inference_check(inference, &error);
  check(error);
  plan = nw_plan_new(inference, batch, TRUE, &error);
  check(error);
  *training = (Training){
      .kind = nw_optimizer_kind_find(optimizer), .batch = batch, .batches = scenario->pool};
  training->params = nw_params_new(training->kind->params);
  training->pool = nw_pool_new(threads);
  training->weights = nw_weights_new(inference, 1, &error);
  check(error);
  nw_weights_prepare_training(training->weights, training->kind, training->params, &error);
  check(error);
  training->exec = nw_exec_new(plan, training->weights, training->pool, 1, &error);
  check(error);
  draw_data(training, scenario);
}

static void
training_step(Training *training)
{
  gsize batch = training->t % training->batches, y_size = training->y_size;

  memcpy(nw_exec_get_input(training->exec, 0), training->x + batch * training->x_size,
         training->x_size * sizeof(NwReal));
  if (training->index != NULL)
    memcpy(nw_exec_get_target(training->exec, 0), training->index + batch * y_size,
           y_size * sizeof(gint32));
  else
    memcpy(nw_exec_get_target(training->exec, 0), training->y + batch * y_size,
           y_size * sizeof(NwReal));
  nw_exec_run(training->exec, training->batch, 0, (guint)batch);
  training->loss = nw_exec_get_total(training->exec);
  nw_optimize(training->weights, training->kind, training->params, ++training->t,
              nw_params_get_real(training->params, "learning_rate"), training->pool);
}

static const Scenario *
find_scenario(const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(scenarios); i++)
    if (strcmp(scenarios[i].name, name) == 0)
      return &scenarios[i];
  g_printerr("There is no scenario “%s”\n", name);
  exit(2);
}

int
main(void)
{
  Training training = {NULL};
  char line[256], scenario[32], optimizer[32];
  unsigned batch, steps;
  int threads;

  nw_blas_init();
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "prepare %31s %31s %u %d", scenario, optimizer, &batch, &threads) == 4) {
      training_clear(&training);
      training_init(&training, find_scenario(scenario), optimizer, batch, threads);
      puts("ready");
    } else if (sscanf(line, "steps %u", &steps) == 1) {
      gint64 start = g_get_monotonic_time(); /* µs */
      for (unsigned i = 0; i < steps; i++)
        training_step(&training);
      printf("seconds %.6f\n", (double)(g_get_monotonic_time() - start) / 1e6);
    } else {
      printf("Netwright (%s)\n", nw_blas_describe());
    }
    fflush(stdout);
  }
  training_clear(&training);
  return 0;
}
