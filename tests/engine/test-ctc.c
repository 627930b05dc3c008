/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Connectionist temporal classification: against Keras, against all ways written out, against
 * differences, and at the borders. */
#include "golden.h"
#include "nw-layer.h"
#include "nw-loss.h"
#include "nw-metric.h"
#include "nw-rng.h"

#include <string.h>

/* A call and all that it points to. */
typedef struct {
  gsize samples, steps, cols, labels;
  NwReal *p, *dp, *scale, *losses;
  gint32 *index;
  guint8 *mask;
  double *scratch;
  NwLossCall call;
} Fixture;

static const NwLossKind *
ctc(void)
{
  return nw_loss_kind_find("ctc");
}

/* Random scores; labels without a 0. */
static Fixture
fixture_new(gsize samples, gsize steps, gsize cols, gsize labels)
{
  NwRng rng = nw_rng(9, NW_RNG_TEST, samples, (guint32)steps, (guint32)cols);
  gsize n = samples * steps * cols;
  Fixture f = {
      .samples = samples,
      .steps = steps,
      .cols = cols,
      .labels = labels,
      .p = g_new(NwReal, n),
      .dp = g_new0(NwReal, n),
      .scale = g_new(NwReal, samples),
      .losses = g_new(NwReal, samples),
      .index = g_new(gint32, samples * labels),
      .mask = g_new(guint8, samples * steps),
      .scratch = g_new(double, ctc()->n_scratch(cols, steps, labels)),
  };

  for (gsize i = 0; i < n; i++)
    f.p[i] = (NwReal)nw_rng_normal(&rng, i);
  for (gsize i = 0; i < samples; i++)
    f.scale[i] = (NwReal)(0.5 + nw_rng_uniform(&rng, 50000 + i));
  for (gsize i = 0; i < samples * labels; i++)
    f.index[i] = (gint32)(1 + nw_rng_below(&rng, 60000 + i, cols - 1));
  memset(f.mask, 1, samples * steps);
  f.call = (NwLossCall){.rows = samples,
                        .steps = steps,
                        .cols = cols,
                        .labels = labels,
                        .p = f.p,
                        .index = f.index,
                        .scale = f.scale,
                        .losses = f.losses,
                        .dp = f.dp,
                        .scratch = f.scratch};
  return f;
}

static void
fixture_clear(Fixture *f)
{
  g_free(f->p);
  g_free(f->dp);
  g_free(f->scale);
  g_free(f->losses);
  g_free(f->index);
  g_free(f->mask);
  g_free(f->scratch);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

#ifndef NW_REAL_DOUBLE

static void
check_case(const Golden *golden, const char *name)
{
  const GoldenTensor *p = golden_get(golden, "%s/p", name);
  const GoldenTensor *index = golden_get(golden, "%s/index", name);
  g_auto(Fixture) f = fixture_new(p->dim[0], p->dim[1], p->dim[2], index->dim[1]);

  for (gsize i = 0; i < p->n; i++)
    f.p[i] = (NwReal)p->values[i];
  for (gsize i = 0; i < index->n; i++)
    f.index[i] = (gint32)index->values[i];
  for (gsize i = 0; i < f.samples; i++)
    f.scale[i] = (NwReal)golden_get(golden, "%s/scale", name)->values[i];
  ctc()->compute(&f.call);
  golden_assert_close(f.losses, golden_get(golden, "%s/losses", name), GOLDEN_TOLERANCE);
  golden_assert_close(f.dp, golden_get(golden, "%s/dp", name), GOLDEN_TOLERANCE);
}

static void
test_golden(void)
{
  g_autoptr(Golden) golden = golden_open("ctc");
  guint cases = 0;

  for (gsize i = 0; i < golden_get_n(golden); i++) {
    const char *name = golden_get_nth(golden, i)->name;
    if (!g_str_has_suffix(name, "/p"))
      continue;
    g_autofree char *stem = g_strndup(name, strlen(name) - 2);
    check_case(golden, stem);
    cases++;
  }
  g_assert_cmpuint(cases, ==, 10);
}

#else

static double
total(const NwLossCall *call)
{
  NwLossCall plain = *call;
  double sum = 0;

  plain.dp = NULL;
  ctc()->compute(&plain);
  for (gsize r = 0; r < call->rows; r++)
    sum += call->scale[r] * call->losses[r];
  return sum;
}

static void
test_gradient(void)
{
  const double h = 1e-3, steps[] = {-2, -1, 1, 2};
  g_auto(Fixture) f = fixture_new(3, 7, 4, 3);
  gsize n = f.samples * f.steps * f.cols;
  g_autofree double *stencil = g_new(double, n);

  f.index[1] = f.index[0];
  f.index[f.labels + 1] = f.index[f.labels + 2] = 0;
  f.call.mask = f.mask;
  f.mask[1] = f.mask[f.steps + 6] = 0;
  ctc()->compute(&f.call);
  for (gsize i = 0; i < n; i++) {
    double x = f.p[i], at[4];
    for (int k = 0; k < 4; k++) {
      f.p[i] = x + steps[k] * h;
      at[k] = total(&f.call);
    }
    f.p[i] = x;
    stencil[i] = (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * h);
  }
  g_assert_cmpfloat(golden_distance(f.dp, stencil, n), <, 1e-7);
}

#endif

/* Does the way, a class for each step, read as the labels: equal neighbours are one, blanks none?
 */
static gboolean
reads_as(const gsize *way, gsize steps, const gint32 *labels, gsize n)
{
  gsize at = 0;

  for (gsize t = 0; t < steps; t++) {
    if (way[t] == 0 || (t > 0 && way[t] == way[t - 1]))
      continue;
    if (at == n || way[t] != (gsize)labels[at++])
      return FALSE;
  }
  return at == n;
}

/* −ln of the sum over all ways, written out. */
static double
loss_by_all_ways(const NwReal *p, gsize steps, gsize cols, const gint32 *labels, gsize n)
{
  gsize ways = 1;
  double sum = 0;

  for (gsize t = 0; t < steps; t++)
    ways *= cols;
  for (gsize w = 0; w < ways; w++) {
    gsize way[8], rest = w;
    double chance = 1;
    for (gsize t = 0; t < steps; t++, rest /= cols) {
      double all = 0;
      way[t] = rest % cols;
      for (gsize k = 0; k < cols; k++)
        all += exp((double)p[t * cols + k]);
      chance *= exp((double)p[t * cols + way[t]]) / all;
    }
    if (reads_as(way, steps, labels, n))
      sum += chance;
  }
  return -log(sum);
}

static void
test_all_ways(void)
{
  const gint32 labels[][3] = {{0, 0, 0}, {1, 0, 0}, {1, 2, 0}, {2, 2, 0}, {1, 1, 1}, {2, 1, 2}};
  g_auto(Fixture) f = fixture_new(G_N_ELEMENTS(labels), 5, 3, 3);

  memcpy(f.index, labels, sizeof labels);
  ctc()->compute(&f.call);
  for (gsize r = 0; r < f.samples; r++) {
    gsize n = (labels[r][0] > 0) + (labels[r][1] > 0) + (labels[r][2] > 0);
    double expected = loss_by_all_ways(f.p + r * 15, 5, 3, labels[r], n);
    g_assert_cmpfloat(fabs((double)f.losses[r] - expected), <=, 100 * NW_REAL_EPSILON * expected);
  }
}

/* Steps that a mask hides are as if they were not there; so are zeros among the labels. */
static void
test_mask(void)
{
  g_auto(Fixture) masked = fixture_new(1, 6, 4, 3), plain = fixture_new(1, 4, 4, 2);
  const gsize kept[] = {0, 2, 3, 5};

  for (gsize t = 0; t < 4; t++)
    memcpy(plain.p + t * 4, masked.p + kept[t] * 4, 4 * sizeof(NwReal));
  masked.index[1] = 0;
  plain.index[0] = masked.index[0];
  plain.index[1] = masked.index[2];
  masked.mask[1] = masked.mask[4] = 0;
  masked.call.mask = masked.mask;
  plain.scale[0] = masked.scale[0];
  memset(masked.dp, 1, 24 * sizeof(NwReal));
  ctc()->compute(&masked.call);
  ctc()->compute(&plain.call);
  g_assert_cmpfloat(masked.losses[0], ==, plain.losses[0]);
  for (gsize t = 0; t < 4; t++)
    g_assert_cmpmem(masked.dp + kept[t] * 4, 4 * sizeof(NwReal), plain.dp + t * 4,
                    4 * sizeof(NwReal));
  for (gsize k = 0; k < 4; k++)
    g_assert_cmpfloat(masked.dp[4 + k], ==, 0);
}

static void
test_large(void)
{
  g_auto(Fixture) f = fixture_new(2, 6, 3, 2);

  for (gsize i = 0; i < 36; i++)
    f.p[i] = i % 5 == 0 ? 1e4 : i % 3 == 0 ? -1e4 : 0;
  ctc()->compute(&f.call);
  for (gsize r = 0; r < 2; r++) {
    g_assert_true(isfinite(f.losses[r]));
    g_assert_cmpfloat(f.losses[r], >=, 0);
    g_assert_cmpfloat(f.losses[r], <=, 12e4);
  }
  for (gsize i = 0; i < 36; i++)
    g_assert_cmpfloat(fabs(f.dp[i]), <=, (NwReal)1.0001 * f.scale[i / 18]);
}

/* Labels that do not fit have an infinite loss and no gradient; one that is no class is NaN. Other
 * samples are what they are without. */
static void
test_impossible(void)
{
  g_auto(Fixture) f = fixture_new(3, 3, 4, 3);
  const gint32 labels[] = {1, 1, 2, 1, 9, 0, 1, 2, 3}; /* four steps; no class; three steps */

  memcpy(f.index, labels, sizeof labels);
  ctc()->compute(&f.call);
  g_assert_true(isinf(f.losses[0]) && f.losses[0] > 0);
  g_assert_true(isnan(f.losses[1]));
  g_assert_true(isfinite(f.losses[2]));
  for (gsize i = 0; i < 24; i++)
    g_assert_cmpfloat(f.dp[i], ==, 0);
}

/* Samples computed apart, and added to what is there, have the same bits. */
static void
test_apart(void)
{
  g_auto(Fixture) f = fixture_new(4, 6, 5, 2);
  NwReal dp[4 * 6 * 5], losses[4];

  ctc()->compute(&f.call);
  memcpy(dp, f.dp, sizeof dp);
  memcpy(losses, f.losses, sizeof losses);
  memset(f.dp, 0, sizeof dp);
  for (gsize r = 0; r < 4; r++) {
    NwLossCall one = f.call;
    one.rows = 1;
    one.accumulate = TRUE;
    one.p += r * 30;
    one.dp += r * 30;
    one.index += r * 2;
    one.scale += r;
    one.losses += r;
    ctc()->compute(&one);
  }
  g_assert_cmpmem(f.losses, sizeof losses, losses, sizeof losses);
  for (gsize i = 0; i < G_N_ELEMENTS(dp); i++)
    g_assert_cmpfloat(f.dp[i], ==, dp[i]);
}

/* Labels from @text (“1 2 2”) into @labels, with zeros behind them. */
static gsize
read_labels(const char *text, gint32 *labels)
{
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  gsize n = 0;

  for (; words[n] != NULL && *words[n] != '\0'; n++)
    labels[n] = (gint32)g_ascii_strtoll(words[n], NULL, 10);
  return n;
}

/* Edits from the first @n of a to the first @m of b, by definition. */
static gsize
edits(const gint32 *a, gsize n, const gint32 *b, gsize m)
{
  if (n == 0 || m == 0)
    return MAX(n, m);
  gsize other = edits(a, n - 1, b, m - 1) + (a[n - 1] != b[m - 1]);
  return MIN(other, MIN(edits(a, n - 1, b, m), edits(a, n, b, m - 1)) + 1);
}

/* Of steps that say a way; 0 is the blank, 9 a step that a mask hides. */
static void
test_error_rate(void)
{
  static const struct {
    const char *way, *said, *labels;
    gsize edits;
  } cases[] = {
      {"1 1 0 2 2 2", "1 2", "1 2", 0},     {"1 0 1 0 0 2", "1 1 2", "1 2", 1},
      {"0 0 0 0 0 0", "", "1 2 3", 3},      {"3 1 2 0 0 0", "3 1 2", "", 3},
      {"1 9 1 2 9 9", "1 2", "1 1 2", 1},   {"1 2 1 2 3 0", "1 2 1 2 3", "2 1 2 3 1", 2},
      {"3 9 9 0 9 3", "3 3", "1 2 3 3", 2}, {"2 3 0 3 1 1", "2 3 3 1", "4 3 3 1 1", 2},
  };
  enum { N = G_N_ELEMENTS(cases), STEPS = 6, CLASSES = 5, LENGTH = 5 };
  const NwMetricKind *kind = nw_metric_kind_find("label_error_rate");
  g_autoptr(NwParams) empty = nw_params_new(nw_layer_kind_get_params(nw_layer_kind_find("output")));
  g_autoptr(NwParams) params = nw_params_with(empty, "label_length", "5", NULL);
  NwMetricUse use = {NW_HEAD_VALUES, NW_TARGET_LABELS, CLASSES, FALSE, params};
  NwReal p[N * STEPS * CLASSES], weight[N * STEPS];
  gint32 labels[N * LENGTH] = {0};
  NwMetricBatch batch = {NW_HEAD_VALUES, N * STEPS, CLASSES, p,      NULL,
                         NULL,           weight,    labels,  LENGTH, STEPS};
  g_autofree double *state = g_new0(double, kind->fold->n_state(&use) + 1);
  g_autofree double *apart = g_new0(double, kind->fold->n_state(&use) + 1);
  double value, distance = 0, all = 0;
  const char *reason;

  state[kind->fold->n_state(&use)] = 12345;
  for (gsize i = 0; i < N; i++) {
    gint32 way[STEPS], said[LENGTH], of[LENGTH];
    gsize n = read_labels(cases[i].labels, labels + i * LENGTH), m;
    g_assert_cmpuint(read_labels(cases[i].way, way), ==, STEPS);
    m = read_labels(cases[i].said, said);
    memcpy(of, labels + i * LENGTH, sizeof of);
    g_assert_cmpuint(edits(said, m, of, n), ==, cases[i].edits);
    for (gsize t = 0; t < STEPS; t++) {
      weight[i * STEPS + t] = way[t] != 9;
      for (gsize k = 0; k < CLASSES; k++)
        p[(i * STEPS + t) * CLASSES + k] = (gint32)k == way[t] % 9 ? 2 : (NwReal)k / 9;
    }
    NwMetricBatch one = batch;
    one.rows = STEPS;
    one.p += i * STEPS * CLASSES;
    one.weight += i * STEPS;
    one.labels += i * LENGTH;
    kind->fold->update(kind->fold, &use, &one, apart);
    g_assert_cmpfloat(apart[0] - distance, ==, cases[i].edits);
    distance += (double)cases[i].edits;
    all += (double)n;
  }
  kind->fold->update(kind->fold, &use, &batch, state);
  kind->result(kind, &use, state, &value);
  g_assert_cmpfloat(value, ==, distance / all);
  g_assert_cmpfloat(state[kind->fold->n_state(&use)], ==, 12345);
  g_assert_null(nw_metric_resolve(nw_metric_kind_find("accuracy"), &use, &reason));
  g_assert_cmpstr(reason, ==, "is about answers; labels in their order have the label error rate");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#ifdef NW_REAL_DOUBLE
  g_test_add_func("/ctc/gradient-is-the-slope-of-the-loss", test_gradient);
#else
  g_test_add_func("/ctc/losses-and-gradients-are-those-of-keras", test_golden);
#endif
  g_test_add_func("/ctc/is-the-sum-over-all-ways", test_all_ways);
  g_test_add_func("/ctc/masked-steps-and-zeros-are-not-there", test_mask);
  g_test_add_func("/ctc/scores-of-ten-thousand-are-finite", test_large);
  g_test_add_func("/ctc/labels-that-do-not-fit-are-infinite", test_impossible);
  g_test_add_func("/ctc/label-error-rate-counts-edits", test_error_rate);
  g_test_add_func("/ctc/samples-computed-apart-have-the-same-bits", test_apart);
  return g_test_run();
}
