/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-rank.h"

#include <string.h>

enum { DIGITS = sizeof(guint64), RADIX = 256 };

typedef struct {
  guint64 key;
  guint32 index;
} Item;

/* An integer that sorts as the double does: negative numbers reversed, below the others. */
static inline guint64
sort_key(double value)
{
  guint64 bits;
  memcpy(&bits, &value, sizeof bits);
  return bits >> 63 ? ~bits : bits | G_GUINT64_CONSTANT(1) << 63;
}

/* Least significant byte first. Bytes in which all keys agree are skipped: in doubles that were
 * float32 those are the last three. */
void
nw_sort_order(const double *p, gsize n, guint32 *order)
{
  g_autofree Item *items = g_new(Item, MAX(2 * n, 1));
  Item *from = items, *to = items + n;
  guint32 counts[DIGITS][RADIX] = {{0}};

  g_return_if_fail(n <= G_MAXUINT32);
  for (gsize i = 0; i < n; i++) {
    from[i] = (Item){sort_key(p[i]), (guint32)i};
    for (int digit = 0; digit < DIGITS; digit++)
      counts[digit][from[i].key >> 8 * digit & 0xff]++;
  }
  for (int digit = 0; digit < DIGITS && n > 0; digit++) {
    guint32 place[RADIX], sum = 0;

    if (counts[digit][from[0].key >> 8 * digit & 0xff] == n)
      continue;
    for (int value = 0; value < RADIX; value++) {
      place[value] = sum;
      sum += counts[digit][value];
    }
    for (gsize i = 0; i < n; i++)
      to[place[from[i].key >> 8 * digit & 0xff]++] = from[i];
    Item *swap = from;
    from = to;
    to = swap;
  }
  for (gsize i = 0; i < n; i++)
    order[i] = from[i].index;
}

NwRank *
nw_rank_new(const double *p, const double *y, gsize n)
{
  g_autofree guint32 *order = g_new(guint32, n);
  NwRank *rank = g_new0(NwRank, 1);

  nw_sort_order(p, n, order);
  rank->steps = g_new(NwRankStep, n);
  for (gsize i = n; i-- > 0;) {
    gboolean positive = y[order[i]] > 0.5;
    rank->positives += positive;
    rank->negatives += !positive;
    if (rank->n_steps == 0 || rank->steps[rank->n_steps - 1].p != p[order[i]])
      rank->n_steps++;
    rank->steps[rank->n_steps - 1] = (NwRankStep){p[order[i]], rank->positives, rank->negatives};
  }
  return rank;
}

void
nw_rank_free(NwRank *rank)
{
  g_free(rank->steps);
  g_free(rank);
}
