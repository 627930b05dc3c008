/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Edits: each makes a new graph out of the one shown and offers it as one step. */
#include "nw-canvas-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define COLUMN_GAP 56.0 /* between nodes that are wired to each other */
#define ROW_GAP    24.0

/* *graph = next, unless an edit that cannot be done gave NULL. */
static gboolean
step(NwGraph **graph, NwGraph *next)
{
  if (!next)
    return FALSE;
  nw_graph_unref(*graph);
  *graph = next;
  return TRUE;
}

static gboolean
wire(NwGraph **graph, guint from, guint port, guint to, guint input)
{
  return step(graph, nw_graph_connect(*graph, from, port, to, input, NULL));
}

guint
canvas_free_input(NwNodeView *view)
{
  const NwNode *node = view->node;
  guint optional = G_MAXUINT;

  for (guint i = 0; i < node->n_inputs; i++) {
    if (node->inputs[i].node || !nw_node_layout_shows_port(node, NW_SIDE_INPUT, i))
      continue;
    if (!nw_node_layout_get_port(node, NW_SIDE_INPUT, i)->optional)
      return i;
    optional = MIN(optional, i);
  }
  if (nw_layer_kind_is_variadic(node->layer->kind))
    return node->n_inputs;
  return optional;
}

static guint
first_free_input(NwGraph *graph, guint uid)
{
  NwNodeView probe = {.node = nw_graph_find_node(graph, uid)};

  return probe.node ? canvas_free_input(&probe) : G_MAXUINT;
}

static const guint *
selected(NwCanvas *canvas, gsize *n)
{
  return nw_canvas_get_selection(canvas, n);
}

/* ── adding ──────────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_free(NwCanvas *canvas, double x, double y)
{
  graphene_rect_t wanted =
      GRAPHENE_RECT_INIT(x - 8, y - 8, NW_NODE_WIDTH + 16, NW_NODE_HEIGHT + 16);

  for (guint i = 0; i < canvas->views->len; i++) {
    graphene_rect_t rect = nw_node_view_get_rect(canvas->views->pdata[i]);
    if (graphene_rect_intersection(&wanted, &rect, NULL))
      return FALSE;
  }
  return TRUE;
}

/* The free place nearest to x, y, looking below and above by turns. */
static void
find_free(NwCanvas *canvas, double *x, double *y)
{
  double step_y = NW_NODE_HEIGHT + ROW_GAP;

  *x = round(*x / NW_GRID) * NW_GRID;
  *y = round(*y / NW_GRID) * NW_GRID;
  for (int i = 0; i < 2000; i++) {
    double off = (i + 1) / 2 * step_y * (i % 2 ? 1 : -1);
    if (!is_free(canvas, *x, *y + off))
      continue;
    *y += off;
    return;
  }
}

/* Moves @uid and what comes after it to the right, so that it begins at @x or later. */
static void
make_room(NwGraph **graph, guint uid, double x)
{
  const NwNode *first = nw_graph_find_node(*graph, uid);
  g_autoptr(GHashTable) after = g_hash_table_new(NULL, NULL);
  g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(guint));
  g_autofree guint *order = nw_graph_dup_order(*graph);

  if (!first || first->x >= x)
    return;
  g_hash_table_add(after, GUINT_TO_POINTER(uid));
  g_array_append_val(uids, uid);
  for (guint i = 0; i < nw_graph_get_n_nodes(*graph); i++) {
    const NwNode *node = nw_graph_get_node(*graph, order[i]);
    for (guint input = 0; input < node->n_inputs; input++) {
      if (!g_hash_table_contains(after, GUINT_TO_POINTER(node->inputs[input].node)))
        continue;
      if (g_hash_table_add(after, GUINT_TO_POINTER(node->uid)))
        g_array_append_val(uids, node->uid);
    }
  }
  step(graph, nw_graph_move(*graph, (const guint *)uids->data, uids->len,
                            ceil((x - first->x) / NW_GRID) * NW_GRID, 0));
}

/* Puts @uid into a wire; its neighbours make room. */
static void
insert_into(NwGraph **graph, guint uid, const NwWire *onto)
{
  guint source = onto->source->uid, target = onto->target->uid;
  guint port = onto->port, input = onto->input, free_input = first_free_input(*graph, uid);
  double left = onto->source->x + NW_NODE_WIDTH + COLUMN_GAP, x;

  if (free_input == G_MAXUINT || !wire(graph, source, port, uid, free_input) ||
      !wire(graph, uid, 0, target, input))
    return;
  x = nw_graph_find_node(*graph, uid)->x;
  if (x < left)
    step(graph, nw_graph_move(*graph, &uid, 1, ceil((left - x) / NW_GRID) * NW_GRID, 0));
  make_room(graph, target, MAX(x, left) + NW_NODE_WIDTH + COLUMN_GAP);
}

static NwGraph *
graph_with(NwCanvas *canvas, const NwLayerPreset *what, double x, double y, guint *uid)
{
  g_autoptr(NwGraph) graph = nw_graph_add(canvas->graph, what->kind, NULL, x, y, uid);
  g_autoptr(NwParams) params = nw_layer_preset_apply(what, NULL);

  return nw_graph_set_params(graph, *uid, params);
}

static void
commit_added(NwCanvas *canvas, NwGraph *graph, const NwLayerPreset *what, guint uid)
{
  g_autofree char *label = g_strdup_printf(_("Add %s"), _(what->title));

  canvas_commit(canvas, graph, label, NULL, &uid, 1);
  if (canvas_find(canvas, uid))
    nw_canvas_show_node(canvas, uid);
}

void
nw_canvas_add_at(NwCanvas *canvas, const NwLayerPreset *what, double world_x, double world_y)
{
  guint uid;
  g_autoptr(NwGraph) graph = graph_with(canvas, what, world_x, world_y, &uid);
  NwWire *onto = canvas_wire_below(
      canvas, what->kind, GRAPHENE_RECT_INIT(world_x, world_y, NW_NODE_WIDTH, NW_NODE_HEIGHT), 0);

  if (onto)
    insert_into(&graph, uid, onto);
  commit_added(canvas, graph, what, uid);
  canvas_focus_node(canvas, uid);
}

void
nw_canvas_add(NwCanvas *canvas, const NwLayerPreset *what)
{
  graphene_rect_t view = nw_canvas_get_view(canvas);
  double x = view.origin.x + view.size.width / 2 - NW_NODE_WIDTH / 2.0;
  double y = view.origin.y + view.size.height / 2 - NW_NODE_HEIGHT / 2.0;
  NwNodeView *near =
      canvas->selection->len == 1 ? canvas_find(canvas, canvas_primary(canvas)) : NULL;
  gboolean after = near && nw_node_layout_n_ports(near->node, NW_SIDE_OUTPUT) > 0 &&
                   nw_layer_kind_n_inputs(what->kind) > 0;
  gboolean before = near && !after && nw_layer_kind_n_outputs(what->kind) > 0 &&
                    canvas_free_input(near) != G_MAXUINT;
  g_autoptr(NwGraph) graph = NULL;
  guint uid;

  if (after || before) {
    x = near->x + (after ? 1 : -1) * (NW_NODE_WIDTH + COLUMN_GAP);
    y = near->y;
  }
  find_free(canvas, &x, &y);
  graph = graph_with(canvas, what, x, y, &uid);
  if (after)
    wire(&graph, near->uid, 0, uid, 0);
  if (before)
    wire(&graph, uid, 0, near->uid, canvas_free_input(near));
  commit_added(canvas, graph, what, uid);
}

void
canvas_add_linked(NwCanvas *canvas, const NwLayerPreset *what, double x, double y,
                  const NwHit *from)
{
  gboolean before = from && from->side == NW_SIDE_INPUT;
  g_autoptr(NwGraph) graph = NULL;
  guint uid;

  /* The new card's port lies where the wire was let go. */
  x -= !from ? NW_NODE_WIDTH / 2.0 : before ? NW_NODE_WIDTH : 0;
  y -= NW_NODE_HEIGHT / 2.0;
  find_free(canvas, &x, &y);
  graph = graph_with(canvas, what, x, y, &uid);
  if (from && !before)
    wire(&graph, from->node, from->port, uid, 0);
  if (before)
    wire(&graph, uid, 0, from->node, from->port);
  commit_added(canvas, graph, what, uid);
  canvas_focus_node(canvas, uid);
}

/* ── moving ──────────────────────────────────────────────────────────────────────────────────── */

void
canvas_move_selection(NwCanvas *canvas, double dx, double dy, const char *merge_key)
{
  gsize n;
  const guint *uids = selected(canvas, &n);
  g_autoptr(NwGraph) graph = NULL;

  if (n == 0 || (dx == 0 && dy == 0))
    return;
  graph = nw_graph_move(canvas->graph, uids, n, dx, dy);
  canvas_commit(canvas, graph, _("Move"), merge_key, NULL, 0);
}

void
canvas_finish_move(NwCanvas *canvas, double dx, double dy, NwWire *onto)
{
  g_autoptr(NwGraph) graph = NULL;
  gsize n;
  const guint *uids = selected(canvas, &n);

  if (!onto) {
    canvas_move_selection(canvas, dx, dy, NULL);
    return;
  }
  graph = nw_graph_move(canvas->graph, uids, n, dx, dy);
  insert_into(&graph, uids[0], onto);
  canvas_commit(canvas, graph, _("Insert into wire"), NULL, NULL, 0);
}

void
canvas_arrange(NwCanvas *canvas)
{
  g_autoptr(NwGraph) graph = nw_graph_arrange(canvas->graph);

  if (nw_graph_equal(graph, canvas->graph))
    return;
  canvas_commit(canvas, graph, _("Arrange"), NULL, NULL, 0);
  nw_canvas_fit(canvas);
}

/* ── wires ───────────────────────────────────────────────────────────────────────────────────── */

void
canvas_finish_wire(NwCanvas *canvas, guint from, guint port, guint to, guint input, guint lifted_to,
                   guint lifted_input)
{
  g_autoptr(NwGraph) graph = nw_graph_ref(canvas->graph);
  g_autoptr(GError) error = NULL;
  NwGraph *next;

  if (lifted_to && lifted_to == to && lifted_input == input)
    return; /* put back where it was */
  if (from) {
    /* First the new end: taking the old one off a variadic port renumbers the ports behind it. */
    next = nw_graph_connect(graph, from, port, to, input, &error);
    if (!next) {
      canvas_emit_message(canvas, error->message);
      return;
    }
    step(&graph, next);
  }
  if (lifted_to)
    step(&graph, nw_graph_disconnect(graph, lifted_to, lifted_input));
  canvas_commit(canvas, graph, from ? _("Connect") : _("Disconnect"), NULL, NULL, 0);
}

typedef struct {
  guint to, input;
} WireEnd;

static int
compare_ends_downwards(gconstpointer a, gconstpointer b)
{
  const WireEnd *x = a, *y = b;

  if (x->to != y->to)
    return x->to < y->to ? -1 : 1;
  return x->input > y->input ? -1 : x->input < y->input;
}

void
canvas_cut_wires(NwCanvas *canvas)
{
  g_autoptr(NwGraph) graph = nw_graph_ref(canvas->graph);
  g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(WireEnd));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    NwWire *one = value;
    WireEnd end = {one->target->uid, one->input};
    if (one->look == WIRE_CUT)
      g_array_append_val(ends, end);
  }
  if (ends->len == 0)
    return;
  /* From the last input to the first: variadic ports close the gap behind a wire that goes. */
  g_array_sort(ends, compare_ends_downwards);
  for (guint i = 0; i < ends->len; i++) {
    WireEnd *end = &g_array_index(ends, WireEnd, i);
    step(&graph, nw_graph_disconnect(graph, end->to, end->input));
  }
  canvas_commit(canvas, graph, _("Cut wires"), NULL, NULL, 0);
}

void
canvas_connect_from(NwCanvas *canvas, guint uid, guint to)
{
  NwNodeView *target = canvas_find(canvas, to), *source = canvas_find(canvas, uid);
  guint input = target ? canvas_free_input(target) : G_MAXUINT;
  g_autofree char *text = NULL;

  if (!target || !source || source == target)
    return;
  if (nw_node_layout_n_ports(source->node, NW_SIDE_OUTPUT) == 0)
    text = g_strdup_printf(_("“%s” has no output to connect."), source->title);
  else if (input == G_MAXUINT)
    text = g_strdup_printf(_("“%s” has no free input: disconnect one first."), target->title);
  if (text) {
    canvas_emit_message(canvas, text);
    return;
  }
  canvas_finish_wire(canvas, uid, 0, to, input, 0, 0);
}

static int
compare_by_x(gconstpointer a, gconstpointer b, gpointer data)
{
  NwNodeView *x = canvas_find(data, *(const guint *)a), *y = canvas_find(data, *(const guint *)b);

  return x->x < y->x ? -1 : x->x > y->x;
}

/* Wires the selected nodes one after the other, from left to right. */
void
canvas_connect_selection(NwCanvas *canvas)
{
  gsize n, made = 0;
  const guint *uids = selected(canvas, &n);
  g_autofree guint *chain = g_memdup2(uids, n * sizeof *uids);
  g_autoptr(NwGraph) graph = nw_graph_ref(canvas->graph);

  g_qsort_with_data(chain, n, sizeof *chain, compare_by_x, canvas);
  for (gsize i = 0; i + 1 < n; i++) {
    NwNodeView *source = canvas_find(canvas, chain[i]);
    guint input = first_free_input(graph, chain[i + 1]);
    if (input != G_MAXUINT && nw_node_layout_n_ports(source->node, NW_SIDE_OUTPUT) > 0)
      made += wire(&graph, chain[i], 0, chain[i + 1], input);
  }
  if (made)
    canvas_commit(canvas, graph, _("Connect"), NULL, NULL, 0);
  else
    canvas_emit_message(canvas, _("None of the selected nodes has a free input that fits."));
}

/* ── removing ────────────────────────────────────────────────────────────────────────────────── */

/* What the node was given goes to those it gave to. */
static void
bridge(NwGraph **graph, guint uid)
{
  const NwNode *node = nw_graph_find_node(*graph, uid);
  NwSource source = {0, 0};

  for (guint i = 0; node && i < node->n_inputs && !source.node; i++)
    source = node->inputs[i];
  if (!source.node)
    return;
  for (guint i = 0; i < nw_graph_get_n_nodes(*graph); i++) {
    const NwNode *target = nw_graph_get_node(*graph, i);
    guint n = target->n_inputs, to = target->uid;
    for (guint input = 0; input < n; input++) {
      if (nw_graph_find_node(*graph, to)->inputs[input].node == uid)
        wire(graph, source.node, source.port, to, input);
    }
  }
}

static void
delete_wire(NwCanvas *canvas, guint to, guint input)
{
  g_autoptr(NwGraph) graph = nw_graph_disconnect(canvas->graph, to, input);

  canvas_commit(canvas, graph, _("Disconnect"), NULL, NULL, 0);
}

void
canvas_delete(NwCanvas *canvas, gboolean reconnect)
{
  gsize n;
  const guint *uids = selected(canvas, &n);
  guint to, input;
  g_autoptr(NwGraph) graph = nw_graph_ref(canvas->graph);
  g_autofree char *label = NULL;

  if (nw_canvas_get_selected_wire(canvas, &to, &input)) {
    delete_wire(canvas, to, input);
    return;
  }
  if (n == 0)
    return;
  for (gsize i = 0; reconnect && i < n; i++)
    bridge(&graph, uids[i]);
  label = n == 1 ? g_strdup_printf(_("Delete %s"), canvas_find(canvas, uids[0])->title)
                 : g_strdup_printf(ngettext("Delete %u node", "Delete %u nodes", n), (guint)n);
  step(&graph, nw_graph_remove(graph, uids, n));
  canvas_commit(canvas, graph, label, NULL, NULL, 0);
}

/* ── copies ──────────────────────────────────────────────────────────────────────────────────── */

/* The copies are fed by what feeds the originals. */
static void
wire_like_originals(NwGraph **graph, NwCanvas *canvas, const guint *uids, const guint *copies,
                    gsize n)
{
  for (gsize i = 0; i < n; i++) {
    const NwNode *node = canvas_find(canvas, uids[i])->node;
    for (guint input = 0; input < node->n_inputs; input++) {
      if (node->inputs[input].node && !canvas_is_selected(canvas, node->inputs[input].node))
        wire(graph, node->inputs[input].node, node->inputs[input].port, copies[i], input);
    }
  }
}

void
canvas_duplicate(NwCanvas *canvas, gboolean with_wires)
{
  gsize n;
  const guint *uids = selected(canvas, &n);
  g_autofree guint *copies = g_new0(guint, n);
  g_autoptr(NwGraph) graph = NULL;

  if (n == 0)
    return;
  graph = nw_graph_paste(canvas->graph, canvas->graph, uids, n, 24, 24 + NW_NODE_HEIGHT, copies);
  if (with_wires)
    wire_like_originals(&graph, canvas, uids, copies, n);
  canvas_commit(canvas, graph, _("Duplicate"), NULL, copies, n);
}

void
canvas_paste(NwCanvas *canvas, NwGraph *from, double x, double y)
{
  guint n = nw_graph_get_n_nodes(from);
  g_autofree guint *uids = g_new0(guint, n), *copies = g_new0(guint, n);
  double left = INFINITY, top = INFINITY;
  g_autoptr(NwGraph) graph = NULL;

  if (n == 0)
    return;
  for (guint i = 0; i < n; i++) {
    const NwNode *node = nw_graph_get_node(from, i);
    uids[i] = node->uid;
    left = MIN(left, node->x);
    top = MIN(top, node->y);
  }
  graph = nw_graph_paste(canvas->graph, from, uids, n, round((x - left) / NW_GRID) * NW_GRID,
                         round((y - top) / NW_GRID) * NW_GRID, copies);
  canvas_commit(canvas, graph, _("Paste"), NULL, copies, n);
}
