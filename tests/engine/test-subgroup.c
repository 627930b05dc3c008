/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-subgroup.h"
#include "nw-reliability.h"

#include <math.h>

static const NwSubgroup *
get(const GArray *groups, guint i)
{
  return &g_array_index(groups, NwSubgroup, i);
}

static void
test_values(void)
{
  static const double values[] = {1, 0, 1, 0, 1, NAN}, p[] = {0.5, 0.2, 0.7, 0.4, 0.9, 0.1};
  static const double y[] = {1, 0, 1, 1, 0, 1};
  g_autoptr(GArray) groups = nw_subgroups_new(values, p, y, 6, 10);
  double low, high;

  g_assert_cmpuint(groups->len, ==, 2);
  g_assert_cmpuint(get(groups, 0)->count, ==, 2);
  g_assert_cmpfloat_with_epsilon(get(groups, 0)->predicted, 0.3, 1e-15);
  g_assert_cmpfloat(get(groups, 0)->observed, ==, 0.5);
  g_assert_cmpuint(get(groups, 1)->count, ==, 3);
  g_assert_cmpfloat_with_epsilon(get(groups, 1)->predicted, 0.7, 1e-15);
  g_assert_cmpfloat_with_epsilon(get(groups, 1)->observed, 2.0 / 3, 1e-15);
  nw_wilson(2, 3, NW_Z_95, &low, &high);
  g_assert_cmpfloat(get(groups, 1)->observed_low, ==, low);
  g_assert_cmpfloat(get(groups, 1)->observed_high, ==, high);
}

/* 1 … 100 in five parts of twenty. */
static void
test_parts(void)
{
  double values[100], p[100], y[100];
  g_autoptr(GArray) groups = NULL;

  for (guint i = 0; i < 100; i++) {
    values[i] = (i * 37) % 100 + 1;
    p[i] = values[i] / 100;
    y[i] = values[i] > 50;
  }
  groups = nw_subgroups_new(values, p, y, 100, 5);
  g_assert_cmpuint(groups->len, ==, 5);
  for (guint k = 0; k < 5; k++) {
    g_assert_cmpuint(get(groups, k)->count, ==, 20);
    g_assert_cmpfloat(get(groups, k)->low, ==, 20 * k + 1);
    g_assert_cmpfloat(get(groups, k)->high, ==, 20 * k + 20);
    g_assert_cmpfloat_with_epsilon(get(groups, k)->predicted, (20 * k + 10.5) / 100, 1e-12);
  }
  g_assert_cmpfloat(get(groups, 2)->observed, ==, 0.5);
}

static void
test_ties(void)
{
  static const double values[] = {1, 1, 1, 1, 1, 2, 3, 4}, none[8] = {0};
  g_autoptr(GArray) groups = nw_subgroups_new(values, none, none, 8, 2);
  g_autoptr(GArray) nothing = nw_subgroups_new(values, none, none, 0, 2);

  g_assert_cmpuint(groups->len, ==, 2);
  g_assert_cmpuint(get(groups, 0)->count, ==, 5);
  g_assert_cmpuint(get(groups, 1)->count, ==, 3);
  g_assert_cmpuint(nothing->len, ==, 0);
}

/* 60 zeros and 1 … 40 in five parts: the zeros are one, the rest is shared by the others. */
static void
test_a_long_run(void)
{
  double values[100], none[100] = {0};

  for (guint i = 0; i < 100; i++)
    values[i] = i < 60 ? 0 : i - 59;
  g_autoptr(GArray) groups = nw_subgroups_new(values, none, none, 100, 5);
  g_assert_cmpuint(groups->len, ==, 5);
  g_assert_cmpuint(get(groups, 0)->count, ==, 60);
  for (guint k = 1; k < 5; k++)
    g_assert_cmpuint(get(groups, k)->count, ==, 10);
  for (guint i = 0; i < 100; i++)
    values[i] = -values[i];
  g_autoptr(GArray) last = nw_subgroups_new(values, none, none, 100, 5);
  g_assert_cmpuint(last->len, <=, 5);
  g_assert_cmpuint(get(last, last->len - 1)->count, >=, 60);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/subgroup/few-values-are-a-group-each", test_values);
  g_test_add_func("/subgroup/many-values-are-parts-of-equal-count", test_parts);
  g_test_add_func("/subgroup/equal-values-never-part", test_ties);
  g_test_add_func("/subgroup/a-long-run-of-equal-values-makes-no-other-small", test_a_long_run);
  return g_test_run();
}
