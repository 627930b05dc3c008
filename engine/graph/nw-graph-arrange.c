/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Layered drawing, left to right (Sugiyama, Tagawa & Toda, "Methods for visual understanding of
 * hierarchical system structures", 1981): a column for each length of the longest way to a node;
 * order within a column by barycentres; heights so that wires run straight where they can. */
#include "nw-graph-private.h"

#include <math.h>
#include <stdlib.h>

/* Sizes as the canvas draws nodes (ui/canvas/nw-node-layout.h). */
#define NODE_WIDTH  128.0
#define NODE_HEIGHT 56.0 /* with up to two inputs */
#define GRID        8.0  /* positions are multiples of it */
#define COLUMN_GAP  56.0 /* room for a shape such as “28×28×1” on the wire */
#define GAP         56.0 /* between nodes of a column: an output's curve fits in */
#define WIRE_GAP    32.0 /* beside a wire that passes through a column */

/* A wire over more columns than this is not kept free of nodes for its whole way. */
#define LONGEST_WAY 64

/* Nodes come first, with the graph's indices; then places in columns where a long wire passes
 * through. All long wires from one node share their way. */
typedef struct {
  guint column, place; /* place counts from the top of the column */
  double y, key;       /* y: middle */
  double height;       /* 0 for a wire */
  guint n_before, n_after;
  guint *before, *after; /* neighbours to the left and to the right, inside Layout.neighbours */
} Item;

typedef struct {
  guint n_nodes, n_items, n_columns;
  Item *items;    /* [n_items] */
  guint *start;   /* [n_columns + 1] where a column begins in `members` */
  guint *members; /* [n_items] top to bottom */
  guint *edges;   /* pairs: left item, right item */
  guint n_edges;
  guint *neighbours;
} Layout;

/* Ports stand 20 apart, many of them closer together; one more is offered on a variadic port. Steps
 * of 16 keep the middles of all nodes on the grid. */
static double
node_height(const NwNode *node)
{
  guint ports = node->n_inputs + nw_layer_kind_is_variadic(node->layer->kind);
  double needed = ports < 2 ? 0 : MIN(20.0 * (ports - 1), 240.0) + 16;

  return NODE_HEIGHT + 16 * ceil(MAX(0, needed - NODE_HEIGHT) / 16);
}

static guint *
find_columns(const NwGraph *graph, const guint *order)
{
  guint n = nw_graph_get_n_nodes(graph), last = 0;
  guint *column = g_new0(guint, n);

  for (guint k = 0; k < n; k++) {
    const NwNode *node = nw_graph_get_node(graph, order[k]);

    for (guint i = 0; i < node->n_inputs; i++) {
      int source = nw_graph_find_index(graph, node->inputs[i].node);

      if (source >= 0)
        column[order[k]] = MAX(column[order[k]], column[source] + 1);
    }
    last = MAX(last, column[order[k]]);
  }
  for (guint i = 0; i < n; i++)
    if (nw_graph_get_node(graph, i)->layer->kind->role == NW_ROLE_OUTPUT)
      column[i] = last;
  return column;
}

static void
add_edge(Layout *layout, guint left, guint right)
{
  layout->edges[2 * layout->n_edges] = left;
  layout->edges[2 * layout->n_edges + 1] = right;
  layout->n_edges++;
}

static void
add_items(Layout *layout, const NwGraph *graph, const guint *column)
{
  guint n = layout->n_nodes, n_wires = 0;
  g_autofree guint *way = g_new0(guint, n);   /* columns that the longest wire of a node passes */
  g_autofree guint *first = g_new0(guint, n); /* the item where that way begins */

  for (guint i = 0; i < n; i++) {
    const NwNode *node = nw_graph_get_node(graph, i);

    for (guint k = 0; k < node->n_inputs; k++) {
      int source = nw_graph_find_index(graph, node->inputs[k].node);

      if (source < 0)
        continue;
      n_wires++;
      way[source] = MAX(way[source], MIN(column[i] - column[source] - 1, LONGEST_WAY));
    }
  }
  layout->n_items = n;
  for (guint i = 0; i < n; i++) {
    first[i] = layout->n_items;
    layout->n_items += way[i];
  }

  layout->items = g_new0(Item, layout->n_items);
  layout->edges = g_new(guint, 2 * (n_wires + layout->n_items));
  for (guint i = 0; i < n; i++) {
    const NwNode *node = nw_graph_get_node(graph, i);

    layout->items[i].column = column[i];
    for (guint k = 0; k < way[i]; k++) {
      layout->items[first[i] + k].column = column[i] + 1 + k;
      add_edge(layout, k == 0 ? i : first[i] + k - 1, first[i] + k);
    }
    for (guint k = 0; k < node->n_inputs; k++) {
      int source = nw_graph_find_index(graph, node->inputs[k].node);
      guint passed;

      if (source < 0)
        continue;
      passed = MIN(column[i] - column[source] - 1, LONGEST_WAY);
      add_edge(layout, passed == 0 ? (guint)source : first[source] + passed - 1, i);
    }
  }
}

static void
link_neighbours(Layout *layout)
{
  guint *next = layout->neighbours = g_new(guint, 2 * layout->n_edges + 1);

  for (guint e = 0; e < layout->n_edges; e++) {
    layout->items[layout->edges[2 * e]].n_after++;
    layout->items[layout->edges[2 * e + 1]].n_before++;
  }
  for (guint i = 0; i < layout->n_items; i++) {
    Item *item = &layout->items[i];

    item->before = next;
    item->after = next + item->n_before;
    next = item->after + item->n_after;
    item->n_before = item->n_after = 0;
  }
  for (guint e = 0; e < layout->n_edges; e++) {
    Item *left = &layout->items[layout->edges[2 * e]];
    Item *right = &layout->items[layout->edges[2 * e + 1]];

    left->after[left->n_after++] = layout->edges[2 * e + 1];
    right->before[right->n_before++] = layout->edges[2 * e];
  }
}

/* Columns, at first in the order of the walk, which keeps what belongs together close. */
static void
fill_columns(Layout *layout, const guint *order)
{
  g_autofree guint *filled = NULL;

  for (guint i = 0; i < layout->n_items; i++)
    layout->n_columns = MAX(layout->n_columns, layout->items[i].column + 1);
  layout->start = g_new0(guint, layout->n_columns + 1);
  layout->members = g_new(guint, layout->n_items);
  for (guint i = 0; i < layout->n_items; i++)
    layout->start[layout->items[i].column + 1]++;
  for (guint c = 0; c < layout->n_columns; c++)
    layout->start[c + 1] += layout->start[c];

  filled = g_new0(guint, layout->n_columns);
  for (guint k = 0; k < layout->n_items; k++) {
    guint i = k < layout->n_nodes ? order[k] : k;
    Item *item = &layout->items[i];

    item->place = filled[item->column]++;
    layout->members[layout->start[item->column] + item->place] = i;
  }
}

static int
compare_keys(gconstpointer a, gconstpointer b, gpointer data)
{
  const Item *items = data;
  const Item *x = &items[*(const guint *)a], *y = &items[*(const guint *)b];

  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

/* Each item goes to the mean place of its neighbours on one side. */
static void
order_column(Layout *layout, guint column, gboolean by_left)
{
  guint *members = layout->members + layout->start[column];
  guint n = layout->start[column + 1] - layout->start[column];

  for (guint k = 0; k < n; k++) {
    Item *item = &layout->items[members[k]];
    guint n_near = by_left ? item->n_before : item->n_after;
    const guint *near = by_left ? item->before : item->after;
    double sum = 0;

    for (guint j = 0; j < n_near; j++)
      sum += layout->items[near[j]].place;
    item->key = n_near ? sum / n_near : item->place;
  }
  g_qsort_with_data(members, (int)n, sizeof *members, compare_keys, layout->items);
  for (guint k = 0; k < n; k++)
    layout->items[members[k]].place = k;
}

/* The distance of the middles of two items, one below the other. */
static double
distance(const Layout *layout, guint above, guint below)
{
  gboolean nodes = above < layout->n_nodes && below < layout->n_nodes;

  return (layout->items[above].height + layout->items[below].height) / 2 + (nodes ? GAP : WIRE_GAP);
}

/* Moves the items of a column as close as their order and distances allow (least squares) to the
 * mean height of their neighbours on one side. With d_k the wish and o_k the smallest offset from
 * the column's top, y_k − o_k must ascend: isotonic regression, by pooling adjacent violators. */
static void
place_column(Layout *layout, guint column, gboolean by_left)
{
  typedef struct {
    double mean;
    guint n;
  } Pool;
  const guint *members = layout->members + layout->start[column];
  guint n = layout->start[column + 1] - layout->start[column], n_pools = 0, k = 0;
  g_autofree Pool *pools = g_new(Pool, n);
  double offset = 0;

  for (guint i = 0; i < n; i++) {
    Item *item = &layout->items[members[i]];
    guint n_near = by_left ? item->n_before : item->n_after;
    const guint *near = by_left ? item->before : item->after;
    double sum = 0;

    for (guint j = 0; j < n_near; j++)
      sum += layout->items[near[j]].y;
    offset += i > 0 ? distance(layout, members[i - 1], members[i]) : 0;
    pools[n_pools++] = (Pool){(n_near ? sum / n_near : item->y) - offset, 1};
    while (n_pools > 1 && pools[n_pools - 2].mean > pools[n_pools - 1].mean) {
      Pool *a = &pools[n_pools - 2], *b = &pools[n_pools - 1];

      a->mean = (a->mean * a->n + b->mean * b->n) / (a->n + b->n);
      a->n += b->n;
      n_pools--;
    }
  }
  offset = 0;
  for (guint p = 0; p < n_pools; p++)
    for (guint j = 0; j < pools[p].n; j++, k++) {
      offset += k > 0 ? distance(layout, members[k - 1], members[k]) : 0;
      layout->items[members[k]].y = pools[p].mean + offset;
    }
}

typedef void (*ColumnFunc)(Layout *layout, guint column, gboolean by_left);

/* There and back over all columns. */
static void
sweep(Layout *layout, ColumnFunc func)
{
  for (guint c = 1; c < layout->n_columns; c++)
    func(layout, c, TRUE);
  for (guint c = layout->n_columns; c-- > 0;)
    func(layout, c, FALSE);
}

NwGraph *
nw_graph_arrange(NwGraph *graph)
{
  enum { SWEEPS = 4 };
  guint n = nw_graph_get_n_nodes(graph);
  g_autofree guint *order = nw_graph_dup_order(graph);
  g_autofree guint *column = find_columns(graph, order);
  Layout layout = {.n_nodes = n};
  NwNode **nodes = g_new(NwNode *, n);
  g_autofree double *x = g_new(double, n), *y = g_new(double, n), *height = g_new(double, n);
  double top = 0;

  add_items(&layout, graph, column);
  for (guint i = 0; i < n; i++)
    layout.items[i].height = node_height(nw_graph_get_node(graph, i));
  link_neighbours(&layout);
  fill_columns(&layout, order);
  for (int i = 0; i < SWEEPS; i++)
    sweep(&layout, order_column);
  for (guint i = 0; i < layout.n_items; i++)
    layout.items[i].y = layout.items[i].place * (NODE_HEIGHT + GAP);
  for (int i = 0; i < SWEEPS; i++)
    sweep(&layout, place_column);

  for (guint i = 0; i < n; i++) {
    height[i] = layout.items[i].height;
    x[i] = column[i] * (NODE_WIDTH + COLUMN_GAP);
    y[i] = layout.items[i].y - height[i] / 2;
  }
  nw_graph_fold(graph, &(NwFold){column, layout.n_columns, NODE_WIDTH + COLUMN_GAP, height, x, y});
  for (guint i = 0; i < n; i++)
    top = i == 0 ? y[i] : MIN(top, y[i]);
  for (guint i = 0; i < n; i++) {
    const NwNode *node = nw_graph_get_node(graph, i);

    nodes[i] = nw_node_new(node->uid, node->layer, x[i], round((y[i] - top) / GRID) * GRID,
                           node->inputs, node->n_inputs);
  }
  g_free(layout.items);
  g_free(layout.start);
  g_free(layout.members);
  g_free(layout.edges);
  g_free(layout.neighbours);
  return nw_graph_take(nodes, n, nw_graph_get_next_uid(graph));
}
