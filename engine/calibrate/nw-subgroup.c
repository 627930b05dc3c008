/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-subgroup.h"

#include <math.h>

#include "nw-reliability.h"

typedef struct {
  double value, p, y;
} Row;

static int
compare_rows(gconstpointer a, gconstpointer b)
{
  double x = ((const Row *)a)->value, y = ((const Row *)b)->value;

  return (x > y) - (x < y);
}

static gsize
count_values(const Row *rows, gsize n)
{
  gsize values = n > 0;

  for (gsize i = 1; i < n; i++)
    values += rows[i].value != rows[i - 1].value;
  return values;
}

static NwSubgroup
sum_up(const Row *rows, gsize n)
{
  NwSubgroup group = {.low = rows[0].value, .high = rows[n - 1].value, .count = n};
  double p = 0, y = 0;

  for (gsize i = 0; i < n; i++) {
    p += rows[i].p;
    y += rows[i].y;
  }
  group.predicted = p / (double)n;
  group.observed = y / (double)n;
  nw_wilson(y, (double)n, NW_Z_95, &group.observed_low, &group.observed_high);
  return group;
}

GArray *
nw_subgroups_new(const double *values, const double *p, const double *y, gsize n, guint max_groups)
{
  GArray *groups = g_array_new(FALSE, FALSE, sizeof(NwSubgroup));
  g_autofree Row *rows = g_new(Row, n + 1);
  gsize count = 0, begin = 0;
  gboolean by_value;

  for (gsize i = 0; i < n; i++)
    if (!isnan(values[i]) && !isnan(p[i]) && !isnan(y[i]))
      rows[count++] = (Row){values[i], p[i], y[i]};
  qsort(rows, count, sizeof *rows, compare_rows);
  by_value = count_values(rows, count) <= max_groups;
  for (gsize end = 1; end <= count; end++) {
    /* The groups that are left share the rows that are left: a long run of equal values makes its
     * own group large and no other small. The last takes all. */
    gsize left = MAX(max_groups, groups->len + 1) - groups->len;
    gsize due = begin + (count - begin + left / 2) / left;
    NwSubgroup group;
    if (end < count && (rows[end].value == rows[end - 1].value || (!by_value && end < due)))
      continue;
    group = sum_up(rows + begin, end - begin);
    g_array_append_val(groups, group);
    begin = end;
  }
  return groups;
}
