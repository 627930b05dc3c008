/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-pav.h"

#include "nw-rank.h"

/* The last two blocks become one; `value` is their mean. */
static void
pool_last(NwPavBlock *blocks, gsize n)
{
  NwPavBlock *into = &blocks[n - 2], *from = &blocks[n - 1];
  gsize count = into->count + from->count;

  into->value += (from->value - into->value) * from->count / count;
  into->high = from->high;
  into->count = count;
}

NwPavBlock *
nw_pav_fit(const double *p, const double *y, gsize n, gsize *n_blocks)
{
  g_autofree guint32 *order = g_new(guint32, n);
  NwPavBlock *blocks = g_new(NwPavBlock, n);
  gsize filled = 0;

  nw_sort_order(p, n, order);
  for (gsize i = 0; i < n;) {
    double at = p[order[i]], sum = 0;
    gsize count = 0;

    for (; i < n && p[order[i]] == at; i++, count++)
      sum += y[order[i]];
    blocks[filled++] = (NwPavBlock){at, at, sum / count, count};
    while (filled > 1 && blocks[filled - 2].value >= blocks[filled - 1].value)
      pool_last(blocks, filled--);
  }
  *n_blocks = filled;
  return blocks;
}
