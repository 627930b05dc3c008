/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A layered drawing that is far higher than wide is folded: what hangs on its last narrow column,
 * such as two hundred heads with their outputs, is cut into bands that stand side by side. */
#include "nw-graph-private.h"

#include <math.h>

#define FEW    16  /* a column with more nodes may be folded */
#define TALL   3.0 /* height over width from which folding pays */
#define ASPECT 1.6 /* width over height that is aimed at */

/* Nodes that are wired to each other within what is folded: never torn apart. */
typedef struct {
  guint root;
  double top, bottom;
} Group;

static guint
find_root(guint *parent, guint i)
{
  while (parent[i] != i)
    i = parent[i] = parent[parent[i]];
  return i;
}

static guint
find_wide_column(const guint *column, guint n, guint n_columns)
{
  g_autofree guint *count = g_new0(guint, n_columns);

  for (guint i = 0; i < n; i++)
    count[column[i]]++;
  for (guint c = 0; c < n_columns; c++)
    if (count[c] > FEW)
      return c;
  return n_columns;
}

static int
compare_tops(gconstpointer a, gconstpointer b)
{
  const Group *x = a, *y = b;

  return x->top < y->top ? -1 : x->top > y->top;
}

/* Groups from top to bottom; parent[i] becomes the root of node i. (transfer full) */
static GArray *
find_groups(const NwGraph *graph, const NwFold *fold, guint first, guint *parent)
{
  guint n = nw_graph_get_n_nodes(graph);
  GArray *groups = g_array_new(FALSE, FALSE, sizeof(Group));
  g_autofree guint *index = g_new0(guint, n);

  for (guint i = 0; i < n; i++)
    parent[i] = i;
  for (guint i = 0; i < n; i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    for (guint k = 0; k < node->n_inputs; k++) {
      int source = nw_graph_find_index(graph, node->inputs[k].node);
      if (source >= 0 && fold->column[i] >= first && fold->column[source] >= first)
        parent[find_root(parent, i)] = find_root(parent, (guint)source);
    }
  }
  for (guint i = 0; i < n; i++) {
    guint root = parent[i] = find_root(parent, i);
    Group *group;

    if (fold->column[i] < first)
      continue;
    if (index[root] == 0) {
      Group fresh = {root, fold->y[i], fold->y[i]};
      g_array_append_val(groups, fresh);
      index[root] = groups->len;
    }
    group = &g_array_index(groups, Group, index[root] - 1);
    group->top = MIN(group->top, fold->y[i]);
    group->bottom = MAX(group->bottom, fold->y[i] + fold->height[i]);
  }
  g_array_sort(groups, compare_tops);
  return groups;
}

static gboolean
are_apart(const GArray *groups)
{
  for (guint i = 1; i < groups->len; i++)
    if (g_array_index(groups, Group, i).top < g_array_index(groups, Group, i - 1).bottom)
      return FALSE;
  return TRUE;
}

/* dx[root], dy[root] for every group; returns the height of the highest band. */
static double
make_bands(const GArray *groups, double width, double *dx, double *dy)
{
  double first = g_array_index(groups, Group, 0).top, top = first, highest = 0;
  double height = g_array_index(groups, Group, groups->len - 1).bottom - first;
  double limit = height / ceil(sqrt(ASPECT * height / width));
  guint band = 0;

  for (guint i = 0; i < groups->len; i++) {
    const Group *group = &g_array_index(groups, Group, i);
    if (group->bottom - top > limit && group->top > top) {
      top = group->top;
      band++;
    }
    dx[group->root] = band * width;
    dy[group->root] = first - top;
    highest = MAX(highest, group->bottom - top);
  }
  return highest;
}

void
nw_graph_fold(const NwGraph *graph, const NwFold *fold)
{
  guint n = nw_graph_get_n_nodes(graph), first = find_wide_column(fold->column, n, fold->n_columns);
  g_autofree guint *parent = g_new(guint, n);
  g_autofree double *dx = g_new0(double, n), *dy = g_new0(double, n);
  g_autoptr(GArray) groups = NULL;
  double old, now;

  if (first == fold->n_columns)
    return;
  groups = find_groups(graph, fold, first, parent);
  old = g_array_index(groups, Group, groups->len - 1).bottom - g_array_index(groups, Group, 0).top;
  if (old < TALL * fold->pitch * fold->n_columns || !are_apart(groups))
    return;
  now = make_bands(groups, fold->pitch * (fold->n_columns - first), dx, dy);
  for (guint i = 0; i < n; i++) {
    gboolean stays = fold->column[i] < first;
    fold->x[i] += stays ? 0 : dx[parent[i]];
    fold->y[i] += stays ? (now - old) / 2 : dy[parent[i]];
  }
}
