/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-workload.h"

#include <string.h>

#include "nw-blas.h"
#include "nw-exec.h"
#include "nw-graph-text.h"
#include "nw-optimize.h"
#include "nw-vec.h"

/* ── the table ───────────────────────────────────────────────────────────────────────────────── */

static const char s1[] = "x input shape=100\n"
                         "a dense units=2048 activation=relu <- x\n"
                         "b dense units=2048 activation=relu <- a\n"
                         "c dense units=200 activation=sigmoid <- b\n"
                         "y output loss=binary_crossentropy <- c\n";

static const char mlp[] = "x input shape=16\n"
                          "a dense units=64 activation=relu <- x\n"
                          "b dense units=64 activation=relu <- a\n"
                          "c dense units=3 activation=softmax <- b\n"
                          "y output loss=sparse_categorical_crossentropy <- c\n";

/* The MNIST network of the tutorials. */
static const char cnn[] = "x input shape=28,28,1\n"
                          "a conv2d filters=32 kernel_size=3 activation=relu <- x\n"
                          "b conv2d filters=64 kernel_size=3 activation=relu <- a\n"
                          "c max_pooling2d pool_size=2 <- b\n"
                          "d dropout rate=0.25 <- c\n"
                          "e flatten <- d\n"
                          "f dense units=128 activation=relu <- e\n"
                          "g dropout rate=0.5 <- f\n"
                          "h dense units=10 activation=softmax <- g\n"
                          "y output loss=sparse_categorical_crossentropy <- h\n";

static const char conv1d[] = "x input shape=1000,8\n"
                             "a conv1d filters=32 kernel_size=5 padding=same activation=relu <- x\n"
                             "b max_pooling1d pool_size=4 <- a\n"
                             "c conv1d filters=64 kernel_size=5 padding=same activation=relu <- b\n"
                             "d global_average_pooling1d <- c\n"
                             "e dense units=5 activation=softmax <- d\n"
                             "y output loss=sparse_categorical_crossentropy <- e\n";

/* A label for each of 109 words, of three ids each. */
static const char s4[] = "word input shape=109 dtype=int32\n"
                         "tag input shape=109 dtype=int32\n"
                         "cue input shape=109 dtype=int32\n"
                         "a embedding input_dim=1000 output_dim=50 <- word\n"
                         "b embedding input_dim=1000 output_dim=50 <- tag\n"
                         "c embedding input_dim=1000 output_dim=50 <- cue\n"
                         "sum add <- a b c\n"
                         "both lstm units=200 bidirectional=true return_sequences=true <- sum\n"
                         "drop dropout rate=0.2 <- both\n"
                         "d dense units=2 activation=softmax <- drop\n"
                         "y output loss=sparse_categorical_crossentropy <- d\n";

/* Events and their times; two answers. */
static const char s6[] = "event input shape=50 dtype=int32\n"
                         "time input shape=50,1\n"
                         "a embedding input_dim=101 output_dim=64 <- event\n"
                         "b concatenate <- a time\n"
                         "c lstm units=32 <- b\n"
                         "d dense units=1 activation=sigmoid <- c\n"
                         "e dense units=64 activation=relu <- c\n"
                         "f dense units=1 activation=sigmoid <- e\n"
                         "main output loss=binary_crossentropy <- f\n"
                         "aux output loss=binary_crossentropy weight=0.2 <- d\n";

/* A picture, and a recurrent layer over a single step. */
static const char s3[] = "x input shape=28,28,1\n"
                         "a conv2d filters=20 kernel_size=5 activation=relu <- x\n"
                         "b max_pooling2d pool_size=2 <- a\n"
                         "c flatten <- b\n"
                         "d dense units=20 activation=relu <- c\n"
                         "e expand_dims axis=1 <- d\n"
                         "f simple_rnn units=50 activation=relu <- e\n"
                         "g dense units=1 activation=sigmoid <- f\n"
                         "y output loss=binary_crossentropy <- g\n";

static const char rnn[] = "x input shape=100,64\n"
                          "a simple_rnn units=128 <- x\n"
                          "b dense units=10 activation=softmax <- a\n"
                          "y output loss=sparse_categorical_crossentropy <- b\n";

static const char gru[] = "x input shape=100,64\n"
                          "a gru units=128 <- x\n"
                          "b dense units=10 activation=softmax <- a\n"
                          "y output loss=sparse_categorical_crossentropy <- b\n";

const NwWorkload nw_workloads[] = {
    {"s1", s1, 32, "adam"},
    {"s1", s1, 32, "sgd"},
    {"s1", s1, 256, "adam"},
    {"s1", s1, 256, "sgd"},
    {"s1", s1, 1, NULL},
    {"s1", s1, 1024, NULL},
    {"mlp", mlp, 32, "adam"},
    {"mlp", mlp, 1, NULL},
    {"mlp", mlp, 1024, NULL},
    {"cnn", cnn, 128, "adadelta"},
    {"cnn", cnn, 128, "adam"},
    {"cnn", cnn, 1, NULL},
    {"conv1d", conv1d, 32, "adam"},
    {"s3", s3, 25, "adagrad"},
    {"s4", s4, 32, "adam", 1000},
    {"s6", s6, 200, "adam", 101},
    {"rnn", rnn, 64, "adam"},
    {"gru", gru, 64, "adam"},
    {NULL},
};

char *
nw_workload_dup_name(const NwWorkload *workload)
{
  return g_strdup_printf("%s-%zu-%s", workload->network, workload->batch,
                         workload->optimizer == NULL ? "predict" : workload->optimizer);
}

/* ── one at work ─────────────────────────────────────────────────────────────────────────────── */

/* Bytes of random data, and the most batches of it: as many as other programs see in an epoch. */
#define DATA_BYTES   (16 << 20)
#define MOST_BATCHES 1000

/* A batch of each is copied into the plan before every step. */
typedef struct {
  const NwType *type;
  gint32 limit;    /* of ids and classes; 0: numbers */
  gboolean labels; /* numbers are 0 or 1 */
  gpointer data;   /* [batches, batch, shape…] */
  gsize bytes;     /* of one batch */
  gpointer to;     /* where the plan wants it */
} Field;

struct _NwBench {
  const NwWorkload *workload;
  NwInference *inference;
  NwWeights *weights;
  NwParams *params; /* of the optimiser */
  const NwOptimizerKind *kind;
  NwPool *pool;
  NwExec *exec;
  Field *fields;
  guint n_fields, n_inputs;
  gsize batches;
  guint64 t;
};

static void
add_field(NwBench *self, const NwType *type, gint32 limit, gboolean labels, gpointer to)
{
  self->fields[self->n_fields++] = (Field){
      .type = type,
      .limit = type->dtype == NW_INT32 ? limit : 0,
      .labels = labels,
      .bytes = self->workload->batch * (gsize)nw_shape_elements(&type->shape) *
               (type->dtype == NW_INT32 ? sizeof(gint32) : sizeof(NwReal)),
      .to = to,
  };
}

/* Normal numbers, labels that are 0 or 1, ids and classes. */
static void
draw(Field *field, guint index, gsize batches)
{
  NwRng rng = nw_rng(1, NW_RNG_TEST, index, 0, 0);
  gsize n = batches * field->bytes / sizeof(gint32);

  field->data = g_malloc(batches * field->bytes);
  if (field->type->dtype == NW_INT32) {
    for (gsize i = 0; i < n; i++)
      ((gint32 *)field->data)[i] = (gint32)nw_rng_below(&rng, i, (guint64)field->limit);
    return;
  }
  n = batches * field->bytes / sizeof(NwReal);
  for (gsize i = 0; i < n; i++)
    ((NwReal *)field->data)[i] =
        field->labels ? (NwReal)nw_rng_below(&rng, i, 2) : (NwReal)nw_rng_normal(&rng, i);
}

static void
add_fields(NwBench *self)
{
  const NwPlan *plan = nw_exec_get_plan(self->exec);
  guint n_outputs = nw_plan_get_n_outputs(plan);
  gsize bytes = 0;

  self->n_inputs = nw_plan_get_n_inputs(plan);
  self->fields = g_new0(Field, self->n_inputs + n_outputs);
  for (guint i = 0; i < self->n_inputs; i++)
    add_field(self, &nw_plan_get_input(plan, i)->type, self->workload->ids, FALSE,
              nw_exec_get_input(self->exec, i));
  for (guint i = 0; i < n_outputs && self->workload->optimizer != NULL; i++) {
    const NwPlanOutput *output = nw_plan_get_output(plan, i);
    if (output->has_target)
      add_field(self, &output->target, (gint32)output->cols, TRUE,
                nw_exec_get_target(self->exec, i));
  }
  for (guint i = 0; i < self->n_fields; i++)
    bytes += self->fields[i].bytes;
  self->batches = CLAMP(DATA_BYTES / bytes, 2, MOST_BATCHES);
  for (guint i = 0; i < self->n_fields; i++)
    draw(&self->fields[i], i, self->batches);
}

static gboolean
prepare(NwBench *self, int threads, GError **error)
{
  const NwWorkload *workload = self->workload;
  gboolean training = workload->optimizer != NULL;
  g_autoptr(NwGraph) graph = nw_graph_from_text(workload->text, error);
  g_autoptr(NwPlan) plan = NULL;

  if (graph == NULL)
    return FALSE;
  self->inference = nw_inference_new(graph);
  if (!nw_inference_check(self->inference, error))
    return FALSE;
  plan = nw_plan_new(self->inference, workload->batch, training, error);
  self->weights = plan == NULL ? NULL : nw_weights_new(self->inference, 1, error);
  if (self->weights == NULL)
    return FALSE;
  if (training) {
    self->kind = nw_optimizer_kind_find(workload->optimizer);
    self->params = nw_params_new(self->kind->params);
    if (!nw_weights_prepare_training(self->weights, self->kind, self->params, error))
      return FALSE;
  }
  self->pool = nw_pool_new(threads);
  self->exec = nw_exec_new(plan, self->weights, self->pool, 1, error);
  if (self->exec == NULL)
    return FALSE;
  nw_exec_set_without_targets(self->exec, !training);
  if (training)
    nw_exec_defer_gradients(self->exec);
  add_fields(self);
  return TRUE;
}

NwBench *
nw_bench_new(const NwWorkload *workload, int threads, GError **error)
{
  g_autoptr(NwBench) self = g_new0(NwBench, 1);

  self->workload = workload;
  return prepare(self, threads, error) ? g_steal_pointer(&self) : NULL;
}

void
nw_bench_free(NwBench *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_fields; i++)
    g_free(self->fields[i].data);
  g_free(self->fields);
  g_clear_pointer(&self->exec, nw_exec_free);
  g_clear_pointer(&self->weights, nw_weights_unref);
  g_clear_pointer(&self->params, nw_params_unref);
  g_clear_pointer(&self->pool, nw_pool_free);
  g_clear_pointer(&self->inference, nw_inference_unref);
  g_free(self);
}

static void
step(NwBench *self)
{
  gsize batch = self->t++ % self->batches;

  for (guint i = 0; i < self->n_fields; i++)
    memcpy(self->fields[i].to, (char *)self->fields[i].data + batch * self->fields[i].bytes,
           self->fields[i].bytes);
  nw_exec_run(self->exec, self->workload->batch, 0, (guint)batch);
  if (self->kind != NULL)
    nw_optimize(self->weights, self->kind, self->params, self->t,
                nw_params_get_real(self->params, "learning_rate"), self->pool);
}

double
nw_bench_run(NwBench *self, guint steps)
{
  gint64 start = g_get_monotonic_time(); /* µs */

  for (guint i = 0; i < steps; i++)
    step(self);
  return (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
}

static int
compare_cb(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double
nw_bench_time(NwBench *self, guint rounds)
{
  g_autofree double *times = g_new(double, rounds);
  guint steps = 1;

  while (nw_bench_run(self, steps) < 0.25 && steps < 1u << 20)
    steps *= 2;
  for (guint i = 0; i < rounds; i++)
    times[i] = nw_bench_run(self, steps) / steps;
  qsort(times, rounds, sizeof *times, compare_cb);
  return times[rounds / 2];
}

double
nw_bench_get_operations(const NwBench *self)
{
  return (double)nw_inference_get_flops(self->inference) * (double)self->workload->batch *
         (self->workload->optimizer == NULL ? 1 : 3);
}

static void
add_field_json(JsonArray *array, const Field *field, const char *limit)
{
  JsonObject *object = json_object_new();
  JsonArray *shape = json_array_new();

  for (int i = 0; i < field->type->shape.rank; i++)
    json_array_add_int_element(shape, field->type->shape.dim[i]);
  json_object_set_array_member(object, "shape", shape);
  json_object_set_int_member(object, limit, field->limit);
  json_array_add_object_element(array, object);
}

JsonObject *
nw_bench_to_json(const NwBench *self)
{
  JsonObject *object = json_object_new();
  JsonArray *inputs = json_array_new(), *targets = json_array_new();

  for (guint i = 0; i < self->n_fields; i++)
    if (i < self->n_inputs)
      add_field_json(inputs, &self->fields[i], "ids");
    else
      add_field_json(targets, &self->fields[i], "classes");
  json_object_set_string_member(object, "network", self->workload->network);
  json_object_set_int_member(object, "batch", (gint64)self->workload->batch);
  if (self->workload->optimizer == NULL)
    json_object_set_null_member(object, "optimizer");
  else
    json_object_set_string_member(object, "optimizer", self->workload->optimizer);
  json_object_set_int_member(object, "parameters", nw_inference_get_n_parameters(self->inference));
  json_object_set_double_member(object, "operations", nw_bench_get_operations(self));
  json_object_set_array_member(object, "inputs", inputs);
  json_object_set_array_member(object, "targets", targets);
  return object;
}

/* ── limits ──────────────────────────────────────────────────────────────────────────────────── */

#define SIDE  2048      /* of the product's matrices */
#define LONG  (1 << 24) /* numbers of an array that no cache holds */
#define PARTS 64        /* of such an array */
#define TRIES 5

typedef struct {
  NwReal *a, *b, *c;
} Triad;

/* a = b + 0.5·c (McCalpin's STREAM) */
static void
triad_cb(gpointer data, gsize task)
{
  const Triad *triad = data;
  gsize begin = LONG / PARTS * task, end = begin + LONG / PARTS;
  NwReal *restrict a = triad->a;

  for (gsize i = begin; i < end; i++)
    a[i] = triad->b[i] + (NwReal)0.5 * triad->c[i];
}

NwLimits
nw_bench_limits(int threads)
{
  g_autoptr(NwPool) pool = nw_pool_new(threads);
  g_autofree NwReal *a = g_new(NwReal, LONG), *b = g_new(NwReal, LONG), *c = g_new(NwReal, LONG);
  Triad triad = {a, b, c};
  NwLimits limits = {0, 0};

  nw_blas_init();
  nw_vec()->fill(1, a, LONG);
  nw_vec()->fill(1, b, LONG);
  nw_vec()->fill(1, c, LONG);
  for (int i = 0; i < TRIES; i++) {
    gint64 start = g_get_monotonic_time(), middle; /* µs */
    nw_pool_run(pool, PARTS, triad_cb, &triad);
    middle = g_get_monotonic_time();
    nw_gemm(pool, NW_NO_TRANS, NW_NO_TRANS, SIDE, SIDE, SIDE, 1, a, SIDE, b, SIDE, 0, c, SIDE);
    limits.bandwidth = MAX(limits.bandwidth,
                           3.0 * LONG * sizeof(NwReal) * G_USEC_PER_SEC / (double)(middle - start));
    limits.product = MAX(limits.product, 2.0 * SIDE * SIDE * SIDE * G_USEC_PER_SEC /
                                             (double)(g_get_monotonic_time() - middle));
    nw_vec()->fill(1, c, LONG);
  }
  return limits;
}
