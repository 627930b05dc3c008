/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Which rows train, validate and test. */
#include <math.h>
#include <string.h>

#include "nw-split.h"

static void
count_parts(const guint8 *part, gsize n, gsize counts[NW_N_SPLITS])
{
  memset(counts, 0, NW_N_SPLITS * sizeof *counts);
  for (gsize i = 0; i < n; i++)
    counts[part[i]]++;
}

static void
test_shuffled_split(void)
{
  enum { N = 1000 };
  const NwSplitSettings split = {.seed = 3, .shuffle = TRUE};
  guint8 part[N], again[N];
  gsize counts[NW_N_SPLITS], first = 0;

  nw_split_rows(N, 0.2, 0.1, &split, NULL, 0, part);
  nw_split_rows(N, 0.2, 0.1, &split, NULL, 0, again);
  g_assert_cmpmem(part, N, again, N);
  count_parts(part, N, counts);
  g_assert_cmpuint(counts[NW_SPLIT_VALIDATION], ==, 200);
  g_assert_cmpuint(counts[NW_SPLIT_TEST], ==, 100);
  for (gsize i = 0; i < N / 2; i++)
    first += part[i] == NW_SPLIT_VALIDATION;
  g_assert_cmpuint(first, >, 60);
  g_assert_cmpuint(first, <, 140);
}

static void
test_stratified_split(void)
{
  enum { N = 1000 };
  const NwSplitSettings split = {.seed = 3, .shuffle = TRUE};
  guint32 strata[N];
  guint8 part[N];
  gsize counts[NW_N_SPLITS], rare[NW_N_SPLITS] = {0}, common[NW_N_SPLITS] = {0};

  for (int i = 0; i < N; i++) /* 960 of one kind, 38 of another, two that are alone */
    strata[i] = i < 2 ? (guint32)i : i % 25 == 7 ? 2 : 3;
  nw_split_rows(N, 0.2, 0.1, &split, strata, 4, part);
  count_parts(part, N, counts);
  g_assert_cmpuint(counts[NW_SPLIT_VALIDATION], ==, 200);
  g_assert_cmpuint(counts[NW_SPLIT_TEST], ==, 100);
  for (int i = 0; i < N; i++)
    (strata[i] == 2 ? rare : common)[part[i]]++;
  g_assert_cmpuint(part[0], ==, NW_SPLIT_TRAIN);
  g_assert_cmpuint(part[1], ==, NW_SPLIT_TRAIN);
  g_assert_cmpuint(rare[NW_SPLIT_VALIDATION], >=, 7);
  g_assert_cmpuint(rare[NW_SPLIT_VALIDATION], <=, 9);
  g_assert_cmpuint(rare[NW_SPLIT_TEST], >=, 3);
  g_assert_cmpuint(rare[NW_SPLIT_TEST], <=, 5);
}

static void
test_tiny_splits(void)
{
  for (gsize n = 1; n < 12; n++) {
    const NwSplitSettings shuffled = {.seed = 1, .shuffle = TRUE}, in_order = {.seed = 1};
    guint32 strata[12] = {0, 1, 0, 1, 2, 2, 2, 0, 0, 1, 1, 2};
    guint8 part[12];
    gsize counts[NW_N_SPLITS];

    for (int way = 0; way < 3; way++) {
      nw_split_rows(n, 0.15, 0.15, way == 0 ? &in_order : &shuffled, way == 2 ? strata : NULL, 3,
                    part);
      count_parts(part, n, counts);
      g_assert_cmpuint(counts[NW_SPLIT_TRAIN], >=, 1);
      if (n >= 3 && way < 2)
        g_assert_cmpuint(counts[NW_SPLIT_VALIDATION], ==, MAX(1, (n * 15 + 50) / 100));
    }
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/split/the-same-seed-gives-the-same-rows", test_shuffled_split);
  g_test_add_func("/split/strata-are-split-alike", test_stratified_split);
  g_test_add_func("/split/even-a-few-rows-leave-one-to-train-with", test_tiny_splits);
  return g_test_run();
}
