/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "golden.h"
#include "nw-constraint.h"
#include "nw-error.h"
#include "nw-rng.h"

#include <string.h>

static NwConstraint
parse(const char *text, const NwShape *shape)
{
  g_autoptr(GError) error = NULL;
  NwConstraint constraint;

  nw_constraint_init(&constraint, text, shape, &error);
  g_assert_no_error(error);
  return constraint;
}

#ifndef NW_REAL_DOUBLE

static void
test_keras(void)
{
  g_autoptr(Golden) golden = golden_open("constraints");
  guint cases = 0;

  for (gsize i = 0; i < golden_get_n(golden); i++) {
    const GoldenTensor *before = golden_get_nth(golden, i);
    if (!g_str_has_suffix(before->name, "/w"))
      continue;
    g_autofree char *name = g_strndup(before->name, strlen(before->name) - 2);
    g_auto(GStrv) words = g_strsplit(name, "/", 2);
    g_autofree NwReal *w = golden_tensor_dup_real(before);
    NwShape shape = {before->rank, {0}};
    for (int axis = 0; axis < before->rank; axis++)
      shape.dim[axis] = (gint64)before->dim[axis];
    NwConstraint constraint = parse(words[0], &shape);
    nw_constraint_apply(&constraint, NULL, w);
    golden_assert_close(w, golden_get(golden, "%s/held", name), GOLDEN_TOLERANCE);
    cases++;
  }
  g_assert_cmpuint(cases, >, 45);
}

#endif

/* Large enough for several tasks, in every layout. */
static void
test_threads(void)
{
  static const char *const texts[] = {"max_norm(3)", "max_norm(3, 1)", "unit_norm(0, 1)",
                                      "min_max_norm(1, 2, 0.5, 2)", "non_neg"};
  NwShape shape = NW_SHAPE(70, 11, 129);
  gsize n = (gsize)nw_shape_elements(&shape);
  NwPool *pool = nw_pool_new(3);
  NwRng rng = nw_rng(3, NW_RNG_TEST, 0, 0, 0);

  for (gsize k = 0; k < G_N_ELEMENTS(texts); k++) {
    g_autofree NwReal *one = g_new(NwReal, n), *other = g_new(NwReal, n);
    NwConstraint constraint = parse(texts[k], &shape);
    for (gsize i = 0; i < n; i++)
      one[i] = other[i] = (NwReal)nw_rng_normal(&rng, i);
    nw_constraint_apply(&constraint, NULL, one);
    nw_constraint_apply(&constraint, pool, other);
    g_assert_cmpmem(one, n * sizeof *one, other, n * sizeof *other);
    nw_constraint_apply(&constraint, pool, other);
    if (k != 3) /* what holds stays, up to the epsilon */
      for (gsize i = 0; i < n; i++)
        g_assert_cmpfloat(fabs(one[i] - other[i]), <=, 1e-6);
  }
  nw_pool_free(pool);
}

static void
test_none(void)
{
  NwShape shape = NW_SHAPE(2), single = {0, {0}};
  NwReal w[] = {3, -4}, one = -2;
  NwConstraint none = parse("", &shape), blank = parse("  ", &shape), missing = parse(NULL, &shape);
  NwConstraint scalar = parse("max_norm(1)", &single);

  nw_constraint_apply(&none, NULL, w);
  nw_constraint_apply(&blank, NULL, w);
  nw_constraint_apply(&missing, NULL, w);
  g_assert_true(w[0] == 3 && w[1] == -4);
  nw_constraint_apply(&scalar, NULL, &one);
  g_assert_cmpfloat_with_epsilon(one, -1, 1e-6);
}

static void
check_sentence(const char *text, const char *sentence)
{
  NwShape shape = NW_SHAPE(2, 3, 4);
  g_autoptr(GError) error = NULL;
  NwConstraint constraint;

  g_assert_false(nw_constraint_init(&constraint, text, &shape, &error));
  g_assert_error(error, NW_ERROR, NW_ERROR_INPUT);
  g_assert_cmpstr(error->message, ==, sentence);
}

static void
test_text(void)
{
  NwShape shape = NW_SHAPE(3, 4);

  for (const NwChoice *choice = nw_constraint_choices(); choice->id != NULL; choice++)
    g_assert_nonnull(parse(choice->id, &shape).kind);
  check_sentence("maxnorm(3)", "There is no constraint “maxnorm”: did you mean max_norm?");
  check_sentence("tight", "There is no constraint “tight”: choose one of max_norm, unit_norm, "
                          "min_max_norm, non_neg, or leave it empty");
  check_sentence("max_norm(3", "The constraint “max_norm(3” has no closing bracket: write it like "
                               "max_norm(3)");
  check_sentence("non_neg(1)", "The constraint non_neg takes no numbers, not “1”");
  check_sentence("max_norm(a)",
                 "The constraint max_norm takes up to eight numbers from −1000000 to "
                 "1000000, not “a”");
  check_sentence("max_norm(-1)", "The constraint max_norm(-1): no length is less than 0");
  check_sentence("min_max_norm(2, 1)",
                 "The constraint min_max_norm(2, 1): the least length is from 0 to the largest");
  check_sentence("min_max_norm(0, 1, 2)",
                 "The constraint min_max_norm(0, 1, 2): the rate is from 0 to 1");
  check_sentence("max_norm(1, 3)", "The constraint max_norm(1, 3): a weight of 2 × 3 × 4 has the "
                                   "axes 0 to 2, and those of a constraint stand side by side");
  check_sentence("unit_norm(0, 2)", "The constraint unit_norm(0, 2): a weight of 2 × 3 × 4 has the "
                                    "axes 0 to 2, and those of a constraint stand side by side");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#ifndef NW_REAL_DOUBLE
  g_test_add_func("/constraints/weights-are-held-as-by-keras", test_keras);
#endif
  g_test_add_func("/constraints/same-bits-at-any-number-of-threads", test_threads);
  g_test_add_func("/constraints/none-changes-nothing", test_none);
  g_test_add_func("/constraints/what-is-wrong-with-the-text-is-one-sentence", test_text);
  return g_test_run();
}
