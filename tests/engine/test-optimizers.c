/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "golden.h"
#include "nw-optimizer.h"

#include <string.h>

#define MAX_N 64

/* Weights with the slots of one optimiser. */
typedef struct {
  const NwOptimizerKind *kind;
  NwParams *params;
  gsize n;
  guint64 t;
  NwReal w[MAX_N], memory[NW_MAX_SLOTS][MAX_N];
  NwReal *slots[NW_MAX_SLOTS];
} Fixture;

/* @setting: "default" or "key=value,key=value" */
static void
fixture_init(Fixture *f, const char *kind, const char *setting, const NwReal *w, gsize n)
{
  g_auto(GStrv) pairs = g_strsplit(setting, ",", -1);
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint(n, <=, MAX_N);
  *f = (Fixture){.kind = nw_optimizer_kind_find(kind), .n = n};
  g_assert_nonnull(f->kind);
  f->params = nw_params_new(f->kind->params);
  for (gsize i = 0; pairs[i] != NULL && strcmp(setting, "default") != 0; i++) {
    g_auto(GStrv) pair = g_strsplit(pairs[i], "=", 2);
    NwParams *changed = nw_params_with(f->params, pair[0], pair[1], &error);
    g_assert_no_error(error);
    nw_params_unref(f->params);
    f->params = changed;
  }
  memcpy(f->w, w, n * sizeof *w);
  for (gsize s = 0; s < NW_MAX_SLOTS; s++) {
    if (!nw_optimizer_has_slot(f->kind, f->params, s))
      continue;
    f->slots[s] = f->memory[s];
    for (gsize i = 0; i < n && f->kind->slot_initial != NULL; i++)
      f->slots[s][i] = (NwReal)f->kind->slot_initial(f->params, s);
  }
}

/* One step; the weights are updated in two parts that meet at @split. */
static void
fixture_step(Fixture *f, const NwReal *g, gsize split)
{
  NwOptimizerStep step = {(NwReal)nw_params_get_real(f->params, "learning_rate"), {0}};
  NwReal *rest[NW_MAX_SLOTS] = {NULL};

  for (gsize s = 0; s < NW_MAX_SLOTS; s++)
    rest[s] = f->slots[s] == NULL ? NULL : f->slots[s] + split;
  f->kind->prepare(f->params, ++f->t, &step);
  nw_optimizer_get_update(f->kind)(&step, f->w + split, g + split, rest, f->n - split);
  nw_optimizer_get_update(f->kind)(&step, f->w, g, f->slots, split);
}

/* A case of tests/reference/optimizers.py: "KIND/SETTING". */
static void
check_case(const Golden *golden, const char *kind, const char *setting)
{
  const GoldenTensor *gradients = golden_get(golden, "gradients");
  gsize steps = gradients->dim[0], n = gradients->dim[1];
  g_autofree NwReal *g = golden_tensor_dup_real(gradients);
  g_autofree NwReal *w = golden_tensor_dup_real(golden_get(golden, "w"));
  Fixture f;

  fixture_init(&f, kind, setting, w, n);
  for (gsize t = 0; t < steps; t++) {
    g_autofree char *name = g_strdup_printf("%s/%s/w%" G_GSIZE_FORMAT, kind, setting, t + 1);
    fixture_step(&f, g + t * n, 0);
    if (golden_has(golden, "%s", name))
      golden_assert_close(f.w, golden_get(golden, "%s", name), GOLDEN_TOLERANCE);
  }
  for (gsize s = 0; s < NW_MAX_SLOTS; s++)
    if (f.slots[s] != NULL)
      golden_assert_close(f.slots[s],
                          golden_get(golden, "%s/%s/slot/%s", kind, setting, f.kind->slots[s]),
                          GOLDEN_TOLERANCE);
  nw_params_unref(f.params);
}

static void
test_golden(void)
{
  g_autoptr(Golden) golden = golden_open("optimizers");
  guint cases = 0;

  for (gsize i = 0; i < golden_get_n(golden); i++) {
    g_auto(GStrv) words = g_strsplit(golden_get_nth(golden, i)->name, "/", -1);
    if (g_strv_length(words) != 3 || strcmp(words[2], "w1") != 0)
      continue;
    check_case(golden, words[0], words[1]);
    cases++;
  }
  g_assert_cmpuint(cases, ==, 30);
}

/* Three steps with the defaults, as a second, independent Keras printed them. */
static void
test_defaults(void)
{
  const struct {
    const char *kind;
    double w[3];
  } all[] = {
      {"sgd", {0.9970000, -1.9940001, 2.9819999}},
      {"adam", {0.9970000, -1.9970001, 2.9970770}},
      {"adagrad", {0.9991325, -1.9985677, 2.9977310}},
      {"adadelta", {0.9999957, -1.9999957, 2.9999945}},
      {"rmsprop", {0.9926228, -1.9926226, 2.9913900}},
      {"adamax", {0.9970000, -1.9969999, 2.9975470}},
      {"nadam", {0.9974523, -1.9974524, 2.9970677}},
      {"ftrl", {0.0456699, -0.3082592, 0.8213023}},
      {"lion", {0.9970000, -1.9969999, 2.9970002}},
  };
  const NwReal start[] = {1, -2, 3};

  for (gsize k = 0; k < G_N_ELEMENTS(all); k++) {
    Fixture f;
    fixture_init(&f, all[k].kind, "default", start, 3);
    for (int s = 1; s <= 3; s++) {
      const NwReal g[] = {(NwReal)0.1, (NwReal)-0.2, (NwReal)(0.3 * s)};
      fixture_step(&f, g, 0);
    }
    for (int i = 0; i < 3; i++)
      g_assert_cmpfloat(fabs(f.w[i] - all[k].w[i]), <, 3e-7);
    nw_params_unref(f.params);
  }
}

static void
test_split(void)
{
  g_autoptr(Golden) golden = golden_open("optimizers");
  g_autofree NwReal *g = golden_tensor_dup_real(golden_get(golden, "gradients"));
  g_autofree NwReal *w = golden_tensor_dup_real(golden_get(golden, "w"));
  gsize n = golden_get(golden, "w")->n;

  for (gsize k = 0; k < golden_get_n(golden); k++) {
    g_auto(GStrv) words = g_strsplit(golden_get_nth(golden, k)->name, "/", -1);
    Fixture whole, parts;
    if (g_strv_length(words) != 3 || strcmp(words[2], "w1") != 0)
      continue;
    fixture_init(&whole, words[0], words[1], w, n);
    fixture_init(&parts, words[0], words[1], w, n);
    for (gsize t = 0; t < 5; t++) {
      fixture_step(&whole, g + t * n, 0);
      fixture_step(&parts, g + t * n, 3 * t + 1);
    }
    g_assert_cmpmem(whole.w, sizeof whole.w, parts.w, sizeof parts.w);
    g_assert_cmpmem(whole.memory, sizeof whole.memory, parts.memory, sizeof parts.memory);
    nw_params_unref(whole.params);
    nw_params_unref(parts.params);
  }
}

static void
test_tables(void)
{
  gsize n = 0;

  for (const NwChoice *choice = nw_optimizer_choices(); choice->id != NULL; choice++, n++) {
    const NwOptimizerKind *kind = nw_optimizer_kind_find(choice->id);
    g_assert_true(kind == nw_optimizer_kinds[n]);
    g_assert_cmpstr(kind->params[0].key, ==, "learning_rate");
    g_assert_nonnull(kind->formula);
  }
  g_assert_null(nw_optimizer_kinds[n]);
  g_assert_null(nw_optimizer_kind_find("no_such_optimizer"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/optimizers/weights-and-slots-are-those-of-keras", test_golden);
  g_test_add_func("/optimizers/defaults-are-those-of-keras", test_defaults);
  g_test_add_func("/optimizers/parts-give-the-same-bits-as-the-whole", test_split);
  g_test_add_func("/optimizers/every-kind-is-a-choice-and-begins-with-its-rate", test_tables);
  return g_test_run();
}
