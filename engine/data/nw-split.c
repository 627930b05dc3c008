/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-split.h"
#include "nw-rng.h"

#include <math.h>
#include <string.h>

static gsize
count(gsize n, double fraction)
{
  gsize rounded = (gsize)llround((double)n * fraction);

  return fraction > 0 && n >= 3 ? MAX(rounded, 1) : rounded;
}

/* The order in which rows are dealt out: by stratum, by chance within it. */
static guint32 *
make_order(gsize n, guint64 seed, const guint32 *strata, gsize n_strata)
{
  NwRng rng = nw_rng(seed, NW_RNG_SPLIT, 0, 0, 0);
  g_autofree guint32 *shuffled = g_new(guint32, n);
  g_autofree gsize *start = g_new0(gsize, n_strata + 1);
  guint32 *order;

  nw_rng_permutation(&rng, n, shuffled);
  if (strata == NULL)
    return g_steal_pointer(&shuffled);
  for (gsize i = 0; i < n; i++)
    start[strata[i] + 1]++;
  for (gsize s = 0; s < n_strata; s++)
    start[s + 1] += start[s];
  order = g_new(guint32, n);
  for (gsize i = 0; i < n; i++)
    order[start[strata[shuffled[i]]]++] = shuffled[i];
  return order;
}

/* How many of the @rows of one stratum go to a part of which @due are due by now and @given given.
 */
static gsize
share(double due, gsize given, gsize rows)
{
  double open = due - (double)given;

  return open <= 0 ? 0 : MIN((gsize)llround(open), rows);
}

/* Every stratum gives its share; what rounding leaves over goes to the next one. */
static void
deal_strata(gsize n, double validation, double test, const guint32 *strata, const guint32 *order,
            guint8 *part)
{
  gsize given[NW_N_SPLITS] = {0};

  for (gsize first = 0, next; first < n; first = next) {
    gsize tests, validations, rows;
    for (next = first; next < n && strata[order[next]] == strata[order[first]]; next++)
      ;
    rows = next - first - 1; /* one always trains */
    tests = share((double)next * test, given[NW_SPLIT_TEST], rows);
    validations = share((double)next * validation, given[NW_SPLIT_VALIDATION], rows - tests);
    given[NW_SPLIT_TEST] += tests;
    given[NW_SPLIT_VALIDATION] += validations;
    for (gsize i = 0; i < tests + validations; i++)
      part[order[first + i]] = i < tests ? NW_SPLIT_TEST : NW_SPLIT_VALIDATION;
  }
}

void
nw_split_rows(gsize n, double validation, double test, const NwSplitSettings *split,
              const guint32 *strata, gsize n_strata, guint8 *part)
{
  gsize tests = count(n, test), validations = count(n, validation);
  g_autofree guint32 *order = NULL;

  memset(part, NW_SPLIT_TRAIN, n);
  tests = MIN(tests, n - 1);
  validations = MIN(validations, n - 1 - tests);
  if (!split->shuffle) {
    memset(part + n - tests, NW_SPLIT_TEST, tests);
    memset(part + n - tests - validations, NW_SPLIT_VALIDATION, validations);
    return;
  }
  order = make_order(n, split->seed, strata, strata != NULL ? n_strata : 0);
  if (strata != NULL) {
    deal_strata(n, validation, test, strata, order, part);
    return;
  }
  for (gsize i = 0; i < tests + validations; i++)
    part[order[i]] = i < tests ? NW_SPLIT_TEST : NW_SPLIT_VALIDATION;
}
