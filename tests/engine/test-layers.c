/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every layer kind, by its own examples and by every choice of its parameters.
 *
 * In double: gradients against a four-point stencil. In float: the same examples against the
 * numbers of the double program, which is run with `--dump` for that (its path is the first
 * argument). */
#include "layer-run.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "nw-layer-preset.h"
#include "nw-blas.h"

#define CAPACITY 3

typedef void (*ExampleFunc)(const NwLayerKind *kind, const char *params, const char *inputs);

/* Calls @func for each example, and for the first one with each choice of each parameter. */
static void
for_examples_of(const NwLayerKind *kind, ExampleFunc func)
{
  for (const NwLayerExample *example = kind->examples; example->params != NULL; example++)
    func(kind, example->params, example->inputs);
  for (const NwParamSpec *spec = nw_layer_kind_get_params(kind); spec->key != NULL; spec++) {
    const NwChoice *choice = spec->type == NW_PARAM_CHOICE ? spec->choices() : NULL;
    for (; choice != NULL && choice->id != NULL; choice++) {
      g_autofree char *params =
          g_strdup_printf("%s %s=%s", kind->examples[0].params, spec->key, choice->id);
      func(kind, params, kind->examples[0].inputs);
    }
  }
}

static void
for_every_example(gconstpointer func)
{
  for (const NwLayerKind *const *kind = nw_layer_kinds; *kind != NULL; kind++)
    if ((*kind)->role == NW_ROLE_LAYER)
      for_examples_of(*kind, (ExampleFunc)func);
}

/* Examples large enough to be split over threads. */
static const struct {
  const char *kind, *params, *inputs;
} large[] = {
    {"dense", "units=131 activation=sigmoid", "7,201"},
    {"dense", "units=4100 activation=softmax", "33,9"},
    {"dropout", "rate=0.3", "101,333"},
    {"add", "", "51,67; 67"},
    {"average", "", "51,167; 51,1; 167"},
    {"multiply", "", "51,167; 51,1; 167"},
    {"maximum", "", "mask:51,167; 51,1; 167"},
    {"dot", "axes=2", "33,65; 17,65"},
    {"permute", "dims=2,1", "67,131"},
    {"gaussian_noise", "stddev=0.3", "101,333"},
    {"spatial_dropout1d", "rate=0.3", "101,131"},
    {"multi_head_attention", "num_heads=3 key_dim=21 use_bias=false", "37,33; mask:41,31"},
    {"multi_head_attention", "num_heads=3 key_dim=8 dropout=0.2 use_bias=false",
     "37,33; mask:41,31"},
    {"layer_normalization", "", "17,333"},
    {"layer_normalization", "axis=1", "67,131"},
    {"conv1d", "filters=37 kernel_size=5 padding=causal", "401,19"},
    {"conv2d", "filters=49 kernel_size=3 padding=same", "61,47,33"},
    {"conv2d", "filters=66 kernel_size=3 strides=2", "63,41,18"},
    {"conv2d", "filters=160 kernel_size=3,5 groups=2 padding=same", "9,11,150"},
    {"conv2d", "filters=17 kernel_size=3", "9,10,1"},
    {"max_pooling2d", "pool_size=3 strides=2 padding=same", "33,35,130"},
    {"average_pooling2d", "pool_size=3 strides=2 padding=same", "33,35,130"},
    {"global_average_pooling1d", "", "mask:1001,70"},
    {"depthwise_conv2d", "kernel_size=3 strides=2 padding=same", "33,35,130"},
    {"separable_conv1d", "filters=40 kernel_size=5 depth_multiplier=2 padding=same", "301,33"},
    {"conv2d_transpose", "filters=33 kernel_size=3 strides=2 padding=same", "31,23,35"},
    {"up_sampling2d", "size=2,3 interpolation=bilinear", "23,31,35"},
    {"zero_padding2d", "padding=1,2,3,4", "41,51,37"},
    {"simple_rnn", "units=37 return_sequences=true", "mask:5,9"},
    {"lstm", "units=67 bidirectional=true return_sequences=true", "mask:9,41"},
    {"lstm", "units=33 recurrent_dropout=0.3", "9,21"},
    {"gru", "units=49 reset_after=false", "9,41"},
    {"gru", "units=130 return_sequences=true", "mask:7,5"},
};

static gboolean
has_gradients(const LayerRun *run)
{
  return run->infer.n_outputs > 0 && run->infer.outputs[0].dtype == NW_REAL;
}

/* ── the tables ──────────────────────────────────────────────────────────────────────────────── */

static void
check_words(const char *text)
{
  g_assert_nonnull(text);
  g_assert_cmpuint(strlen(text), >, 0);
}

static void
test_tables(void)
{
  for (const NwLayerKind *const *each = nw_layer_kinds; *each != NULL; each++) {
    const NwLayerKind *kind = *each;
    g_assert_true(nw_layer_kind_find(kind->id) == kind);
    check_words(kind->title);
    check_words(kind->summary);
    g_assert_cmpint(kind->category, <, NW_N_CATEGORIES);
    check_words(nw_category_title(kind->category));
    g_assert_cmpuint(strlen(nw_category_color(kind->category)), ==, 7);
    g_assert_nonnull(kind->examples[0].params);
    g_assert_cmpint(nw_layer_kind_n_inputs(kind) == 0, ==, kind->category == NW_CATEGORY_INPUTS);
    g_assert_cmpint(nw_layer_kind_n_outputs(kind) == 0, ==, kind->category == NW_CATEGORY_OUTPUTS);
    for (const NwParamSpec *spec = nw_layer_kind_get_params(kind); spec->key != NULL; spec++) {
      check_words(spec->title);
      check_words(spec->help);
    }
  }
  for (const NwLayerPreset *preset = nw_layer_presets(); preset->title != NULL; preset++) {
    g_autoptr(NwParams) initial = nw_params_new(nw_layer_kind_get_params(preset->kind));
    g_autoptr(NwParams) params = nw_layer_preset_apply(preset, NULL);
    check_words(preset->title);
    check_words(preset->summary);
    g_assert_cmpint(nw_params_equal(params, initial), ==, *preset->params == '\0');
  }
  g_assert_null(nw_layer_kind_find("perceptron"));
  g_assert_true(nw_layer_kind_is_variadic(nw_layer_kind_find("add")));
  g_assert_false(nw_layer_kind_is_variadic(nw_layer_kind_find("dense")));
}

static void
check_description(const NwLayerKind *kind, const char *params, const char *inputs)
{
  g_autoptr(LayerRun) run = layer_run_example(kind, params, inputs, 1);
  g_autofree char *line = kind->describe(run->params);
  check_words(line);
  g_assert_null(strchr(line, '\n'));
}

/* ── comparison ──────────────────────────────────────────────────────────────────────────────── */

/* SAME: the same sums in another order. ROUNDING: what is left of a sum that is 0, as that of a
 * bias of attention's keys, which moves all scores alike. */
#ifdef NW_REAL_DOUBLE
#define SAME     1e-12
#define ROUNDING 1e-10
#else
#define SAME     1e-6
#define ROUNDING 2e-6
#endif

/* Is @error small beside @norm, or both what rounding leaves of nothing? */
static gboolean
is_small(double error, double norm, double tolerance)
{
  return norm < ROUNDING ? error < ROUNDING : error <= tolerance * norm; /* NaN is not */
}

static void
assert_close(const LayerRun *run, const char *what, const NwReal *got, const NwReal *expected,
             gsize n, double tolerance)
{
  double error = 0, norm = 0;
  for (gsize i = 0; i < n; i++) {
    double difference = fabs((double)got[i] - expected[i]);
    error = isnan(difference) ? INFINITY : MAX(error, difference);
    norm = MAX(norm, fabs(expected[i]));
  }
  if (!is_small(error, norm, tolerance))
    g_error("%s of %s (%s) is off by %g of %g", what, run->infer.kind->id, run->example, error,
            norm);
}

/* Forward and backward of all samples, gradients from zero. */
static void
run_once(LayerRun *run, NwPool *pool, gsize n)
{
  layer_run_forward(run, pool, n);
  layer_run_fill_gradients(run, 0);
  layer_run_backward(run, pool, n, FALSE);
}

static void
assert_same_bits(const LayerRun *a, const LayerRun *b, gsize n)
{
  g_assert_cmpmem(a->y, layer_run_n_output(a, n) * sizeof(NwReal), b->y,
                  layer_run_n_output(b, n) * sizeof(NwReal));
  for (gsize i = 0; i < a->n_inputs; i++)
    g_assert_cmpmem(a->inputs[i].gradient, layer_run_n_gradient(a, i, n) * sizeof(NwReal),
                    b->inputs[i].gradient, layer_run_n_gradient(b, i, n) * sizeof(NwReal));
  for (gsize i = 0; i < a->infer.n_weights; i++)
    g_assert_cmpmem(a->gradients[i], layer_run_n_weight(a, i) * sizeof(NwReal), b->gradients[i],
                    layer_run_n_weight(b, i) * sizeof(NwReal));
}

/* ── batches, accumulation, threads ──────────────────────────────────────────────────────────── */

/* Kinds whose result for one sample depends on the others. */
static gboolean
mixes_samples(const NwLayerKind *kind)
{
  return g_str_equal(kind->id, "batch_normalization");
}

/* n < capacity gives the first n of a full batch and touches nothing behind them. */
static void
check_partial_batch(const NwLayerKind *kind, const char *params, const char *inputs)
{
  g_autoptr(LayerRun) full = layer_run_example(kind, params, inputs, CAPACITY);
  if (!has_gradients(full) || mixes_samples(kind))
    return;
  run_once(full, NULL, CAPACITY);
  for (gsize n = 1; n < CAPACITY; n++) {
    g_autoptr(LayerRun) part = layer_run_example(kind, params, inputs, CAPACITY);
    layer_run_fill_gradients(part, NAN);
    layer_run_forward(part, NULL, n);
    layer_run_backward(part, NULL, n, FALSE);
    assert_close(part, "forward", part->y, full->y, layer_run_n_output(part, n), SAME);
    for (gsize i = layer_run_n_output(part, n); i < layer_run_n_output(part, CAPACITY); i++)
      g_assert_true(isnan(part->y[i]));
    for (gsize i = 0; i < part->n_inputs; i++) {
      const NwReal *dx = part->inputs[i].gradient;
      gsize done = layer_run_n_gradient(part, i, n);
      assert_close(part, "backward", dx, full->inputs[i].gradient, done, SAME);
      for (gsize j = done; j < layer_run_n_gradient(part, i, CAPACITY); j++)
        g_assert_true(isnan(dx[j]));
    }
  }
}

static void
check_accumulation(const NwLayerKind *kind, const char *params, const char *inputs)
{
  g_autoptr(LayerRun) once = layer_run_example(kind, params, inputs, CAPACITY);
  g_autoptr(LayerRun) more = layer_run_example(kind, params, inputs, CAPACITY);
  if (!has_gradients(once))
    return;
  run_once(once, NULL, CAPACITY);
  layer_run_forward(more, NULL, CAPACITY);
  layer_run_fill_gradients(more, 2);
  layer_run_backward(more, NULL, CAPACITY, TRUE);
  for (gsize i = 0; i < once->n_inputs; i++) {
    gsize n = layer_run_n_gradient(once, i, CAPACITY);
    for (gsize j = 0; j < n; j++)
      once->inputs[i].gradient[j] += 2;
    assert_close(more, "accumulated gradient", more->inputs[i].gradient, once->inputs[i].gradient,
                 n, SAME);
  }
  for (gsize i = 0; i < once->infer.n_weights; i++) {
    gsize n = layer_run_n_weight(once, i);
    for (gsize j = 0; j < n; j++)
      once->gradients[i][j] += 2;
    assert_close(more, "accumulated gradient", more->gradients[i], once->gradients[i], n, SAME);
  }
}

/* A gradient that nobody needs is not written, and the others do not change. */
static void
check_unneeded(const NwLayerKind *kind, const char *params, const char *inputs)
{
  g_autoptr(LayerRun) all = layer_run_example(kind, params, inputs, CAPACITY);
  g_autoptr(LayerRun) some = layer_run_example(kind, params, inputs, CAPACITY);
  if (!has_gradients(all) || all->n_inputs == 0)
    return;
  run_once(all, NULL, CAPACITY);
  g_clear_pointer(&some->inputs[0].gradient, g_free);
  for (gsize i = 0; i < some->infer.n_weights; i++)
    g_clear_pointer(&some->gradients[i], g_free);
  run_once(some, NULL, CAPACITY);
  for (gsize i = 1; i < all->n_inputs; i++)
    assert_close(some, "gradient", some->inputs[i].gradient, all->inputs[i].gradient,
                 layer_run_n_gradient(all, i, CAPACITY), 0);
}

static void
check_in_place(const NwLayerKind *kind, const char *params, const char *inputs)
{
  g_autoptr(LayerRun) apart = layer_run_example(kind, params, inputs, CAPACITY);
  g_autoptr(LayerRun) place = layer_run_example(kind, params, inputs, CAPACITY);
  if (!apart->infer.in_place || apart->infer.activation != NULL)
    return;
  run_once(apart, NULL, CAPACITY);
  g_free(place->outputs[0].real);
  g_free(place->outputs[0].gradient);
  place->outputs[0].real = place->inputs[0].real;
  place->outputs[0].gradient = place->inputs[0].gradient;
  run_once(place, NULL, CAPACITY);
  assert_same_bits(apart, place, CAPACITY);
  place->outputs[0].real = place->outputs[0].gradient = NULL;
}

static void
check_threads(const NwLayerKind *kind, const char *params, const char *inputs)
{
  g_autoptr(NwPool) pool = nw_pool_new(3);
  /* Recurrent layers give each task a few samples. */
  const gsize n =
      kind->category == NW_CATEGORY_RECURRENT && strstr(params, "batch_size") == NULL ? 37 : 5;
  g_autoptr(LayerRun) one = layer_run_example(kind, params, inputs, n);
  g_autoptr(LayerRun) three = layer_run_example(kind, params, inputs, n);
  if (!has_gradients(one))
    return;
  run_once(one, NULL, n);
  run_once(three, pool, n);
  assert_same_bits(one, three, n);
}

static void
test_threads(void)
{
  for_every_example(check_threads);
  for (gsize i = 0; i < G_N_ELEMENTS(large); i++)
    check_threads(nw_layer_kind_find(large[i].kind), large[i].params, large[i].inputs);
}

/* Layers that only move things move ids as they move numbers. */
static void
check_ids(const NwLayerKind *kind, const char *params, const char *inputs)
{
  g_autoptr(LayerRun) ids = layer_run_example(kind, params, inputs, CAPACITY);
  if (ids->infer.n_outputs == 0 || ids->infer.outputs[0].dtype != NW_INT32)
    return;
  g_autoptr(GRegex) regex = g_regex_new("int[0-9]+:", 0, 0, NULL);
  g_autofree char *as_numbers = g_regex_replace_literal(regex, inputs, -1, 0, "", 0, NULL);
  g_autoptr(LayerRun) numbers = layer_run_example(kind, params, as_numbers, CAPACITY);
  for (gsize i = 0; i < ids->n_inputs; i++)
    for (gsize j = 0; j < layer_run_n_input(ids, i, CAPACITY); j++)
      numbers->inputs[i].real[j] = ids->inputs[i].int32[j];
  layer_run_forward(ids, NULL, CAPACITY);
  layer_run_forward(numbers, NULL, CAPACITY);
  for (gsize j = 0; j < layer_run_n_output(ids, CAPACITY); j++)
    g_assert_cmpfloat(ids->outputs[0].int32[j], ==, numbers->y[j]);
}

/* ── gradients against differences, in double ────────────────────────────────────────────────── */

#ifdef NW_REAL_DOUBLE
/* All outputs behind one another, @y [n] and what their gradients are, @dy [n]; returns n. */
static gsize
read_outputs(LayerRun *run, NwReal *y, NwReal *dy)
{
  gsize n = layer_run_n_output(run, CAPACITY);

  if (y != NULL)
    memcpy(y, run->y, n * sizeof *y);
  if (dy != NULL)
    memcpy(dy, run->dy, n * sizeof *dy);
  for (gsize port = 1; port < run->infer.n_outputs; port++) {
    gsize more = CAPACITY * (gsize)nw_shape_elements(&run->infer.outputs[port].shape);
    if (y != NULL)
      memcpy(y + n, run->outputs[port].real, more * sizeof *y);
    if (dy != NULL)
      memcpy(dy + n, run->outputs[port].gradient, more * sizeof *dy);
    n += more;
  }
  return n;
}

/* Of f = Σ dy·y: f'(x) = Σ dy·(y(x − 2h) − 8 y(x − h) + 8 y(x + h) − y(x + 2h))/12h + O(h⁴), number
 * by number, so that those which do not depend on x give exactly 0. @work: [4n] */
static double
difference(LayerRun *run, NwReal *x, double h, gsize n, const NwReal *dy, NwReal *work)
{
  static const double shifts[] = {-2, -1, 1, 2}, factors[] = {1, -8, 8, -1};
  const double before = *x;
  double sum = 0;

  for (gsize k = 0; k < G_N_ELEMENTS(shifts); k++) {
    *x = before + shifts[k] * h;
    layer_run_forward(run, NULL, CAPACITY);
    read_outputs(run, work + k * n, NULL);
  }
  *x = before;
  for (gsize i = 0; i < n; i++) {
    double slope = 0;
    for (gsize k = 0; k < G_N_ELEMENTS(shifts); k++)
      slope += factors[k] * work[k * n + i];
    sum += dy[i] * slope;
  }
  return sum / (12 * h);
}

/* What rounding leaves of a difference, by how far those of other steps lie apart: twice that, and
 * never more than a rounding of Σ dy·y by a few units in its last place can make. */
static double
rounding(LayerRun *run, NwReal *x, double first, gsize n, const NwReal *dy, NwReal *work)
{
  static const double steps[] = {1.3e-4, 1.7e-4, 2.3e-4};
  double low = first, high = first, sum = 0;

  for (gsize k = 0; k < G_N_ELEMENTS(steps); k++) {
    double other = difference(run, x, steps[k], n, dy, work);
    low = MIN(low, other);
    high = MAX(high, other);
  }
  for (gsize i = 0; i < n; i++)
    sum += dy[i] * work[n + i];
  return MIN(2 * (high - low), 2e-12 * (1 + fabs(sum)));
}

static void
compare_gradient(LayerRun *run, const char *what, NwReal *x, const NwReal *gradient, gsize n)
{
  g_autofree NwReal *expected = g_new(NwReal, n);
  gsize n_outputs = read_outputs(run, NULL, NULL);
  g_autofree NwReal *dy = g_new(NwReal, n_outputs), *work = g_new(NwReal, 4 * n_outputs);
  double largest = 0;

  read_outputs(run, NULL, dy);
  for (gsize i = 0; i < n; i++)
    largest = MAX(largest, fabs(gradient[i]));
  for (gsize i = 0; i < n; i++) {
    expected[i] = difference(run, &x[i], 1e-4, n_outputs, dy, work);
    double away = fabs(expected[i] - gradient[i]);
    if (away > 1e-8 * largest && away <= rounding(run, &x[i], expected[i], n_outputs, dy, work))
      expected[i] = gradient[i];
  }
  assert_close(run, what, gradient, expected, n, 1e-7);
}

static void
check_gradients(const NwLayerKind *kind, const char *params, const char *inputs)
{
  g_autoptr(LayerRun) run = layer_run_example(kind, params, inputs, CAPACITY);
  if (!has_gradients(run))
    return;
  run_once(run, NULL, CAPACITY);
  for (gsize i = 0; i < run->n_inputs; i++)
    compare_gradient(run, "input gradient", run->inputs[i].real, run->inputs[i].gradient,
                     layer_run_n_gradient(run, i, CAPACITY));
  for (gsize i = 0; i < run->infer.n_weights; i++)
    if (!run->infer.weights[i].state)
      compare_gradient(run, run->infer.weights[i].name, run->weights[i], run->gradients[i],
                       layer_run_n_weight(run, i));
}
#endif

/* ── float against double ────────────────────────────────────────────────────────────────────── */

static FILE *numbers;

/* The double program writes, the float program reads the same tensors in the same order. */
static void
exchange(const LayerRun *run, const char *what, const NwReal *x, gsize n)
{
  g_autofree double *buffer = g_new(double, n);
  if (n == 0)
    return;
#ifdef NW_REAL_DOUBLE
  memcpy(buffer, x, n * sizeof *buffer);
  g_assert_cmpuint(fwrite(buffer, sizeof *buffer, n, numbers), ==, n);
#else
  double error = 0, norm = 0;
  g_assert_cmpuint(fread(buffer, sizeof *buffer, n, numbers), ==, n);
  for (gsize i = 0; i < n; i++) {
    error = MAX(error, fabs(x[i] - buffer[i]));
    norm = MAX(norm, fabs(buffer[i]));
  }
  if (!is_small(error, norm, 5e-6)) /* half of what Keras may differ by */
    g_error("%s of %s (%s) is off by %g of %g", what, run->infer.kind->id, run->example, error,
            norm);
#endif
}

static void
exchange_example(const NwLayerKind *kind, const char *params, const char *inputs)
{
  g_autoptr(LayerRun) run = layer_run_example(kind, params, inputs, CAPACITY);
  if (!has_gradients(run))
    return;
  run_once(run, NULL, CAPACITY);
  exchange(run, "output", run->y, layer_run_n_output(run, CAPACITY));
  for (gsize i = 0; i < run->n_inputs; i++)
    exchange(run, "input gradient", run->inputs[i].gradient,
             layer_run_n_gradient(run, i, CAPACITY));
  for (gsize i = 0; i < run->infer.n_weights; i++)
    exchange(run, run->infer.weights[i].name, run->gradients[i], layer_run_n_weight(run, i));
}

static void
exchange_everything(void)
{
  for_every_example(exchange_example);
  for (gsize i = 0; i < G_N_ELEMENTS(large); i++)
    exchange_example(nw_layer_kind_find(large[i].kind), large[i].params, large[i].inputs);
}

#ifndef NW_REAL_DOUBLE
static void
test_like_double(gconstpointer program)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;
  int status, fd = g_file_open_tmp("nw-layers-XXXXXX", &path, &error);
  g_assert_no_error(error);
  g_close(fd, NULL);
  const char *argv[] = {program, "--dump", path, NULL};
  g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error(error);
  g_assert_true(g_spawn_check_wait_status(status, NULL));
  numbers = fopen(path, "rb");
  g_assert_nonnull(numbers);
  exchange_everything();
  g_assert_cmpint(fgetc(numbers), ==, EOF);
  fclose(numbers);
  g_unlink(path);
}
#endif

int
main(int argc, char **argv)
{
  nw_blas_init();
#ifdef NW_REAL_DOUBLE
  if (argc == 3 && g_str_equal(argv[1], "--dump")) {
    numbers = fopen(argv[2], "wb");
    exchange_everything();
    return fclose(numbers);
  }
#endif
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/layers/tables-are-complete", test_tables);
  g_test_add_data_func("/layers/one-line-describes-each", check_description, for_every_example);
#ifdef NW_REAL_DOUBLE
  g_test_add_data_func("/layers/gradients-agree-with-differences", check_gradients,
                       for_every_example);
#else
  if (argc > 1)
    g_test_add_data_func("/layers/float-agrees-with-double", argv[1], test_like_double);
#endif
  g_test_add_data_func("/layers/part-of-a-batch-is-the-same-as-in-the-whole", check_partial_batch,
                       for_every_example);
  g_test_add_data_func("/layers/gradients-accumulate", check_accumulation, for_every_example);
  g_test_add_data_func("/layers/gradients-nobody-needs-are-left-out", check_unneeded,
                       for_every_example);
  g_test_add_data_func("/layers/results-may-overwrite-the-input-where-that-is-promised",
                       check_in_place, for_every_example);
  g_test_add_data_func("/layers/ids-move-as-numbers-do", check_ids, for_every_example);
  g_test_add_func("/layers/threads-do-not-change-a-bit", test_threads);
  return g_test_run();
}
