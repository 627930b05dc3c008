/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "golden.h"
#include "nw-loss.h"
#include "nw-rng.h"

#include <string.h>

/* The loss's own parameters with one changed where it has that one; NULL for a loss without any. */
static NwParams *
dup_params(const NwLossKind *kind, const char *key, const char *text)
{
  g_autoptr(NwParams) params = NULL;
  g_autoptr(GError) error = NULL;

  if (kind->params == NULL)
    return NULL;
  params = nw_params_new(kind->params);
  if (nw_params_find_spec(params, key) == NULL)
    return g_steal_pointer(&params);

  NwParams *changed = nw_params_with(params, key, text, &error);
  g_assert_no_error(error);
  return changed;
}

static void
clear_params(NwParams *params)
{
  if (params != NULL)
    nw_params_unref(params);
}

#ifndef NW_REAL_DOUBLE

/* Every parameter that the case has beside its tensors. */
static NwParams *
dup_case_params(const Golden *golden, const char *name, const NwLossKind *kind)
{
  NwParams *params = kind->params == NULL ? NULL : nw_params_new(kind->params);

  for (const NwParamSpec *spec = kind->params; spec != NULL && spec->key != NULL; spec++) {
    g_autoptr(GError) error = NULL;
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (!golden_has(golden, "%s/%s", name, spec->key))
      continue;
    double value = golden_get_number(golden, "%s/%s", name, spec->key);
    g_ascii_formatd(text, sizeof text, "%.6g", value);
    NwParams *with = nw_params_with(
        params, spec->key, spec->type == NW_PARAM_BOOL ? (value != 0 ? "true" : "false") : text,
        &error);
    g_assert_no_error(error);
    nw_params_unref(params);
    params = with;
  }
  return params;
}

/* One case of tests/reference/losses.py; its name is "KIND/probabilities…" or "KIND/logits…". */
static void
check_case(const Golden *golden, const char *name)
{
  g_auto(GStrv) words = g_strsplit(name, "/", 3);
  const NwLossKind *kind = nw_loss_kind_find(words[0]);
  const GoldenTensor *p = golden_get(golden, "%s/p", name);
  const GoldenTensor *losses = golden_get(golden, "%s/losses", name);
  const GoldenTensor *dp = golden_get(golden, "%s/dp", name);
  gboolean indexed = golden_has(golden, "%s/index", name);
  g_autofree NwReal *real_p = golden_tensor_dup_real(p), *y = NULL;
  g_autofree NwReal *scale = golden_tensor_dup_real(golden_get(golden, "%s/scale", name));
  g_autofree NwReal *got_losses = g_new(NwReal, losses->n), *got_dp = g_new(NwReal, dp->n);
  g_autofree gint32 *index = NULL;

  if (indexed)
    index = golden_tensor_dup_int32(golden_get(golden, "%s/index", name));
  else
    y = golden_tensor_dup_real(golden_get(golden, "%s/y", name));
  g_assert_nonnull(kind);
  g_assert_true(indexed == (kind->target == NW_TARGET_INDEX));
  NwParams *params = dup_case_params(golden, name, kind);
  NwLossCall call = {
      .params = params,
      .rows = p->dim[0],
      .cols = p->dim[1],
      .p = real_p,
      .y = y,
      .index = index,
      .scale = scale,
      .losses = got_losses,
      .dp = got_dp,
      .from_logits = g_str_has_prefix(words[1], "logits"),
  };

  kind->compute(&call);
  golden_assert_close(got_losses, losses, GOLDEN_TOLERANCE);
  golden_assert_close(got_dp, dp, GOLDEN_TOLERANCE);
  clear_params(params);
}

static void
test_golden(void)
{
  g_autoptr(Golden) golden = golden_open("losses");
  guint cases = 0;

  for (gsize i = 0; i < golden_get_n(golden); i++) {
    const char *name = golden_get_nth(golden, i)->name;
    if (!g_str_has_suffix(name, "/p"))
      continue;
    g_autofree char *stem = g_strndup(name, strlen(name) - 2);
    check_case(golden, stem);
    cases++;
  }
  g_assert_cmpuint(cases, >, 140);
}

#endif

/* A call of any loss with everything it may want, drawn at random. */
typedef struct {
  NwReal *p, *y, *scale, *losses, *dp;
  gint32 *index;
  NwParams *params;
  NwLossCall call;
} Fixture;

static Fixture
fixture_new(const NwLossKind *kind, gsize rows, gsize cols, gboolean from_logits, const char *key,
            const char *text)
{
  NwRng rng = nw_rng(5, NW_RNG_TEST, rows, (guint32)cols, from_logits);
  Fixture f = {
      .p = g_new(NwReal, rows * cols),
      .y = g_new(NwReal, rows * cols),
      .scale = g_new(NwReal, rows),
      .losses = g_new(NwReal, rows),
      .dp = g_new0(NwReal, rows * cols),
      .index = g_new(gint32, rows),
      .params = dup_params(kind, key, text),
  };
  gboolean any = kind->target_min == 0 && kind->target_max == 0;

  for (gsize r = 0; r < rows; r++) {
    NwReal sum = 0;
    f.scale[r] = (NwReal)(0.2 + nw_rng_uniform(&rng, 3 * r));
    f.index[r] = (gint32)nw_rng_below(&rng, 3 * r + 1, cols);
    for (gsize i = r * cols; i < (r + 1) * cols; i++) {
      gboolean values =
          from_logits || kind->target_min < 0 || (any && kind->target != NW_TARGET_INDEX);
      f.p[i] = (NwReal)(values ? 2 * nw_rng_normal(&rng, 1000 + i)
                               : 0.1 + 0.8 * nw_rng_uniform(&rng, 1000 + i));
      f.y[i] = (NwReal)(0.01 + 0.98 * nw_rng_uniform(&rng, 5000 + i));
      if (kind->target_whole)
        f.y[i] = (NwReal)(2 * nw_rng_below(&rng, 5000 + i, 2)) - 1;
      sum += f.y[i];
    }
    for (gsize i = r * cols; kind->target == NW_TARGET_ONE_HOT && i < (r + 1) * cols; i++)
      f.y[i] /= sum;
  }
  f.call = (NwLossCall){
      .params = f.params,
      .rows = rows,
      .cols = cols,
      .p = f.p,
      .y = f.y,
      .index = f.index,
      .scale = f.scale,
      .losses = f.losses,
      .dp = f.dp,
      .from_logits = from_logits,
  };
  return f;
}

static void
fixture_clear(Fixture *f)
{
  g_free(f->p);
  g_free(f->y);
  g_free(f->scale);
  g_free(f->losses);
  g_free(f->dp);
  g_free(f->index);
  clear_params(f->params);
}

/* Calls @check for every loss, from probabilities or values and where it can from logits. */
static void
each_loss(void (*check)(const NwLossKind *kind, gboolean from_logits))
{
  for (gsize i = 0; nw_loss_kinds[i] != NULL; i++)
    for (int logits = 0; nw_loss_kinds[i]->target != NW_TARGET_LABELS && /* test-ctc.c */
                         logits <= (nw_loss_kinds[i]->logits != NW_LOGITS_NONE);
         logits++)
      check(nw_loss_kinds[i], logits);
}

#ifdef NW_REAL_DOUBLE

static double
total(const NwLossKind *kind, NwLossCall call)
{
  double sum = 0;

  call.dp = NULL;
  kind->compute(&call);
  for (gsize r = 0; r < call.rows; r++)
    sum += call.scale[r] * call.losses[r];
  return sum;
}

/* The gradient against a four-point stencil of the loss. */
static void
check_gradient(const NwLossKind *kind, gboolean from_logits)
{
  const gsize sizes[][2] = {{1, 1}, {1, 6}, {5, 1}, {4, 9}};
  const char *const params[][2] = {
      {"", ""},         {"label_smoothing", "0.15"},       {"gamma", "0.5"}, {"gamma", "0"},
      {"alpha", "0.9"}, {"apply_class_balancing", "true"}, {"delta", "0.4"}};
  const double h = 3e-4;

  for (guint s = 0; s < 4 * G_N_ELEMENTS(params); s++) {
    const char *const *param = params[s / 4];
    gsize rows = sizes[s % 4][0], cols = sizes[s % 4][1], n = rows * cols;
    if (kind->logits == NW_LOGITS_SOFTMAX && cols == 1)
      continue; /* the only class is certain: no slope */
    if (strcmp(kind->id, "cosine_similarity") == 0 && cols == 1)
      continue; /* one number has only a sign */

    Fixture f = fixture_new(kind, rows, cols, from_logits, param[0], param[1]);
    g_autofree double *stencil = g_new(double, n);

    kind->compute(&f.call);
    for (gsize i = 0; i < n; i++) {
      double x = f.p[i], at[4];
      const double steps[] = {-2, -1, 1, 2};
      for (int k = 0; k < 4; k++) {
        f.p[i] = x + steps[k] * h;
        at[k] = total(kind, f.call);
      }
      f.p[i] = x;
      stencil[i] = (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * h);
    }
    double distance = golden_distance(f.dp, stencil, n);
    g_test_message("%s from %s, %zu by %zu: %.1e", kind->id, from_logits ? "logits" : "values",
                   rows, cols, distance);
    g_assert_cmpfloat(distance, <, 1e-7);
    fixture_clear(&f);
  }
}

static void
test_gradient(void)
{
  each_loss(check_gradient);
}

#endif

/* Rows computed apart, as threads would, and added to what is there, have the same bits. */
static void
check_split(const NwLossKind *kind, gboolean from_logits)
{
  enum { ROWS = 9, COLS = 7, FIRST = 4 };
  Fixture f = fixture_new(kind, ROWS, COLS, from_logits, "label_smoothing", "0.1");
  NwReal losses[ROWS], dp[ROWS * COLS];

  kind->compute(&f.call);
  memcpy(losses, f.losses, sizeof losses);
  memcpy(dp, f.dp, sizeof dp);
  memset(f.losses, 0, sizeof losses);
  memset(f.dp, 0, sizeof dp);

  NwLossCall first = f.call, second = f.call;
  first.rows = FIRST;
  first.accumulate = second.accumulate = TRUE;
  second.rows = ROWS - FIRST;
  second.p += FIRST * COLS;
  second.y += FIRST * COLS;
  second.index += FIRST;
  second.scale += FIRST;
  second.losses += FIRST;
  second.dp += FIRST * COLS;
  kind->compute(&second);
  kind->compute(&first);
  g_assert_cmpmem(f.losses, sizeof losses, losses, sizeof losses);
  for (int i = 0; i < ROWS * COLS; i++)
    g_assert_cmpfloat(f.dp[i], ==, dp[i]);

  first.dp = second.dp = NULL;
  kind->compute(&first);
  g_assert_cmpmem(f.losses, sizeof losses, losses, sizeof losses);
  fixture_clear(&f);
}

static void
test_split(void)
{
  each_loss(check_split);
}

/* scale carries class weights and masks: the gradient follows it, the loss does not. */
static void
check_scale(const NwLossKind *kind, gboolean from_logits)
{
  enum { ROWS = 3, COLS = 5 };
  Fixture f = fixture_new(kind, ROWS, COLS, from_logits, "label_smoothing", "0");
  NwReal losses[ROWS], dp[ROWS * COLS];

  for (int r = 0; r < ROWS; r++)
    f.scale[r] = 1;
  kind->compute(&f.call);
  memcpy(losses, f.losses, sizeof losses);
  memcpy(dp, f.dp, sizeof dp);
  f.scale[0] = 0;
  f.scale[1] = 2;
  f.scale[2] = (NwReal)0.25;
  kind->compute(&f.call);
  g_assert_cmpmem(f.losses, sizeof losses, losses, sizeof losses);
  for (int i = 0; i < ROWS * COLS; i++)
    g_assert_cmpfloat(fabs(f.dp[i] - f.scale[i / COLS] * dp[i]), <=,
                      4 * NW_REAL_EPSILON * fabs(dp[i]));
  fixture_clear(&f);
}

static void
test_scale(void)
{
  each_loss(check_scale);
}

static void
check_large(const NwLossKind *kind, gboolean from_logits)
{
  enum { ROWS = 4, COLS = 3 };
  if (!from_logits)
    return;

  Fixture f = fixture_new(kind, ROWS, COLS, TRUE, "label_smoothing", "0");
  const NwReal x[ROWS * COLS] = {1e4, -1e4, 0, -1e4, -1e4, -1e4, 1e4, 1e4, 1e4, 0, 1e4, -1e4};
  memcpy(f.p, x, sizeof x);
  kind->compute(&f.call);
  for (int r = 0; r < ROWS; r++) {
    g_assert_true(isfinite(f.losses[r]));
    g_assert_cmpfloat(f.losses[r], >=, 0);
    g_assert_cmpfloat(f.losses[r], <=, 2e4);
    for (int j = 0; j < COLS; j++)
      g_assert_cmpfloat(fabs(f.dp[r * COLS + j]), <=, f.scale[r]);
  }
  fixture_clear(&f);
}

static void
test_large(void)
{
  each_loss(check_large);
}

static void
test_wrong_class(void)
{
  const NwLossKind *kind = nw_loss_kind_find("sparse_categorical_crossentropy");

  for (int logits = 0; logits <= 1; logits++) {
    Fixture f = fixture_new(kind, 3, 4, logits, "label_smoothing", "0");
    f.index[0] = -1;
    f.index[1] = 4;
    f.index[2] = 3;
    kind->compute(&f.call);
    g_assert_cmpfloat(f.losses[0], ==, 0);
    g_assert_cmpfloat(f.losses[1], ==, 0);
    g_assert_cmpfloat(f.losses[2], >, 0);
    for (int i = 0; i < 8; i++)
      g_assert_cmpfloat(f.dp[i], ==, 0);
    fixture_clear(&f);
  }
}

static void
test_choices(void)
{
  gsize n = 0;

  for (const NwChoice *choice = nw_loss_choices(); choice->id != NULL; choice++, n++) {
    const NwLossKind *kind = nw_loss_kind_find(choice->id);
    g_assert_true(kind == nw_loss_kinds[n]);
    g_assert_nonnull(kind->title);
    g_assert_nonnull(kind->summary);
    g_assert_nonnull(kind->formula);
  }
  g_assert_null(nw_loss_kinds[n]);
  g_assert_null(nw_loss_kind_find("no_such_loss"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#ifdef NW_REAL_DOUBLE
  g_test_add_func("/losses/gradient-is-the-slope-of-the-loss", test_gradient);
#else
  g_test_add_func("/losses/rows-and-gradients-are-those-of-keras", test_golden);
#endif
  g_test_add_func("/losses/rows-computed-apart-have-the-same-bits", test_split);
  g_test_add_func("/losses/scale-weighs-the-gradient-and-not-the-loss", test_scale);
  g_test_add_func("/losses/logits-of-ten-thousand-are-finite", test_large);
  g_test_add_func("/losses/a-class-that-does-not-exist-adds-nothing", test_wrong_class);
  g_test_add_func("/losses/every-kind-is-a-choice", test_choices);
  return g_test_run();
}
