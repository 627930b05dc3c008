/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The canvas as people use it: what is under the pointer, what a drag does, what a key does. Every
 * edit comes out as a new graph and is handed back as an application does it. */
#include <adwaita.h>
#include <math.h>

#include "nw-canvas-private.h"
#include "nw-canvas.h"
#include "sample-graphs.h"

typedef struct {
  GtkWidget *window;
  NwCanvas *canvas;
  guint n_edits;
  char *label;   /* of the last edit */
  char *message; /* the last one */
  gboolean deaf; /* takes no edit */
} Desk;

static void
show(Desk *desk, NwGraph *graph)
{
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(NwFindings) findings = sample_findings(graph, inference);

  nw_canvas_set_findings(desk->canvas, findings);
  nw_canvas_set_graph(desk->canvas, graph, inference);
}

static void
edited_cb(NwCanvas *canvas, gpointer graph, const char *label, const char *merge_key, Desk *desk)
{
  desk->n_edits++;
  g_free(desk->label);
  desk->label = g_strdup(label);
  if (!desk->deaf)
    show(desk, graph);
}

static void
message_cb(NwCanvas *canvas, const char *text, Desk *desk)
{
  g_free(desk->message);
  desk->message = g_strdup(text);
}

static void
wait_for_layout(Desk *desk)
{
  gtk_widget_queue_draw(GTK_WIDGET(desk->canvas));
  gtk_test_widget_wait_for_draw(GTK_WIDGET(desk->canvas));
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_assert_cmpint(gtk_widget_get_width(GTK_WIDGET(desk->canvas)), >, 0);
}

static void
open_desk(Desk *desk, gconstpointer sample)
{
  g_autoptr(NwGraph) graph = sample_graph(sample);

  desk->window = gtk_window_new();
  desk->canvas = NW_CANVAS(nw_canvas_new());
  g_object_set(gtk_widget_get_settings(desk->window), "gtk-enable-animations", FALSE, NULL);
  g_signal_connect(desk->canvas, "edited", G_CALLBACK(edited_cb), desk);
  g_signal_connect(desk->canvas, "message", G_CALLBACK(message_cb), desk);
  gtk_window_set_child(GTK_WINDOW(desk->window), GTK_WIDGET(desk->canvas));
  gtk_window_set_default_size(GTK_WINDOW(desk->window), 1400, 700);
  gtk_window_present(GTK_WINDOW(desk->window));
  show(desk, graph);
  wait_for_layout(desk);
}

static void
close_desk(Desk *desk, gconstpointer sample)
{
  g_object_add_weak_pointer(G_OBJECT(desk->canvas), (gpointer *)&desk->canvas);
  gtk_window_destroy(GTK_WINDOW(desk->window));
  while (desk->canvas && g_main_context_iteration(NULL, FALSE))
    ;
  g_assert_null(desk->canvas);
  g_free(desk->label);
  g_free(desk->message);
}

static guint
uid_of(Desk *desk, const char *name)
{
  const NwNode *node = nw_graph_find_node_by_name(nw_canvas_get_graph(desk->canvas), name);

  return node ? node->uid : 0;
}

static const NwNode *
node_of(Desk *desk, const char *name)
{
  return nw_graph_find_node_by_name(nw_canvas_get_graph(desk->canvas), name);
}

static graphene_point_t
middle(Desk *desk, const char *name)
{
  NwNodeView *view = canvas_find(desk->canvas, uid_of(desk, name));
  graphene_rect_t rect = nw_node_view_get_rect(view);
  graphene_point_t at = middle_of(&rect);

  return nw_canvas_to_widget(desk->canvas, at.x, at.y);
}

static graphene_point_t
port(Desk *desk, const char *name, NwSide side, guint index)
{
  graphene_point_t at;

  g_assert_true(nw_canvas_locate_port(desk->canvas, uid_of(desk, name), side, index, &at));
  return at;
}

static void
drag_with(Desk *desk, guint button, GdkModifierType state, graphene_point_t from,
          graphene_point_t to)
{
  canvas_press(desk->canvas, button, state, from.x, from.y);
  for (int i = 1; i <= 10; i++)
    canvas_drag_to(desk->canvas, state, from.x + (to.x - from.x) * i / 10,
                   from.y + (to.y - from.y) * i / 10);
  canvas_release(desk->canvas);
}

static void
drag(Desk *desk, graphene_point_t from, graphene_point_t to)
{
  drag_with(desk, GDK_BUTTON_PRIMARY, 0, from, to);
}

static void
click(Desk *desk, GdkModifierType state, graphene_point_t at)
{
  canvas_press(desk->canvas, GDK_BUTTON_PRIMARY, state, at.x, at.y);
  canvas_release(desk->canvas);
}

static void
act(Desk *desk, const char *action)
{
  g_assert_true(gtk_widget_activate_action(GTK_WIDGET(desk->canvas), action, NULL));
}

static guint
source_of(Desk *desk, const char *name, guint input)
{
  const NwNode *node = node_of(desk, name);

  return input < node->n_inputs ? node->inputs[input].node : 0;
}

static gsize
n_selected(Desk *desk)
{
  gsize n;

  nw_canvas_get_selection(desk->canvas, &n);
  return n;
}

/* ── geometry ────────────────────────────────────────────────────────────────────────────────── */

static void
test_fit(Desk *desk, gconstpointer sample)
{
  graphene_rect_t view = nw_canvas_get_view(desk->canvas);
  graphene_rect_t all = nw_canvas_get_extent(desk->canvas);

  g_assert_true(graphene_rect_contains_rect(&view, &all));
  g_assert_cmpfloat(nw_canvas_get_zoom(desk->canvas), <=, 1);
}

static void
test_zoom_to_pointer(Desk *desk, gconstpointer sample)
{
  graphene_point_t before = nw_canvas_to_world(desk->canvas, 300, 200), after;

  nw_canvas_zoom_at(desk->canvas, 1.7, 300, 200);
  after = nw_canvas_to_world(desk->canvas, 300, 200);
  g_assert_cmpfloat_with_epsilon(before.x, after.x, 0.6); /* places are whole pixels */
  g_assert_cmpfloat_with_epsilon(before.y, after.y, 0.6);
  nw_canvas_zoom_at(desk->canvas, 1000, 300, 200);
  g_assert_cmpfloat(nw_canvas_get_zoom(desk->canvas), ==, NW_CANVAS_MAX_ZOOM);
}

static void
test_hits(Desk *desk, gconstpointer sample)
{
  graphene_point_t at = middle(desk, "hidden");
  NwHit hit = nw_canvas_hit(desk->canvas, at.x, at.y);
  graphene_point_t from, to;

  g_assert_cmpint(hit.kind, ==, NW_HIT_NODE);
  g_assert_cmpuint(hit.node, ==, uid_of(desk, "hidden"));
  at = port(desk, "both", NW_SIDE_INPUT, 1);
  hit = nw_canvas_hit(desk->canvas, at.x - 4, at.y + 2);
  g_assert_cmpint(hit.kind, ==, NW_HIT_PORT);
  g_assert_cmpint(hit.side, ==, NW_SIDE_INPUT);
  g_assert_cmpuint(hit.port, ==, 1);
  from = port(desk, "pixels", NW_SIDE_OUTPUT, 0);
  to = port(desk, "hidden", NW_SIDE_INPUT, 0);
  hit = nw_canvas_hit(desk->canvas, (from.x + to.x) / 2, (from.y + to.y) / 2 + 3);
  g_assert_cmpint(hit.kind, ==, NW_HIT_WIRE);
  g_assert_cmpuint(hit.node, ==, uid_of(desk, "hidden"));
  hit = nw_canvas_hit(desk->canvas, 5, 5);
  g_assert_cmpint(hit.kind, ==, NW_HIT_NOTHING);
}

static void
test_variadic_ports(Desk *desk, gconstpointer sample)
{
  const NwNode *both = node_of(desk, "both");

  g_assert_cmpuint(both->n_inputs, ==, 2);
  g_assert_cmpuint(nw_node_layout_n_ports(both, NW_SIDE_INPUT), ==, 3);
  g_assert_cmpuint(nw_node_layout_n_ports(both, NW_SIDE_OUTPUT), ==, 1);
}

static void
test_curves(void)
{
  NwCurve curve = nw_curve_between(GRAPHENE_POINT_INIT(0, 0), GRAPHENE_POINT_INIT(100, 40));
  graphene_point_t half = nw_curve_at(&curve, 0.5);

  g_assert_cmpfloat_with_epsilon(half.x, 50, 1e-4);
  g_assert_cmpfloat_with_epsilon(half.y, 20, 1e-4);
  g_assert_cmpfloat(nw_curve_distance(&curve, half), <, 0.5);
  g_assert_cmpfloat_with_epsilon(nw_curve_distance(&curve, GRAPHENE_POINT_INIT(0, -10)), 10, 0.1);
  g_assert_true(nw_curve_crosses(&curve, GRAPHENE_POINT_INIT(50, 0), GRAPHENE_POINT_INIT(50, 40)));
  g_assert_false(
      nw_curve_crosses(&curve, GRAPHENE_POINT_INIT(50, 30), GRAPHENE_POINT_INIT(50, 40)));
}

static void
test_culling(Desk *desk, gconstpointer sample)
{
  nw_canvas_set_zoom(desk->canvas, 1);
  wait_for_layout(desk);
  g_assert_cmpuint(nw_canvas_get_n_shown(desk->canvas), <, 150);
  g_assert_cmpuint(nw_canvas_get_n_shown(desk->canvas), >, 0);
  nw_canvas_fit(desk->canvas);
  nw_canvas_set_zoom(desk->canvas, 0.1);
  wait_for_layout(desk);
  g_assert_cmpuint(nw_canvas_get_n_shown(desk->canvas), ==, 0); /* one picture instead */
}

static void
test_details(void)
{
  g_assert_cmpint(nw_detail_at(0.45), ==, NW_DETAIL_FULL);
  g_assert_cmpint(nw_detail_at(0.44), ==, NW_DETAIL_BOX);
  g_assert_cmpint(nw_detail_at(0.15), ==, NW_DETAIL_BOX);
  g_assert_cmpint(nw_detail_at(0.14), ==, NW_DETAIL_OVERVIEW);
}

/* ── pointer ─────────────────────────────────────────────────────────────────────────────────── */

static void
test_move(Desk *desk, gconstpointer sample)
{
  graphene_point_t at = middle(desk, "loose");
  double x = node_of(desk, "loose")->x, y = node_of(desk, "loose")->y;

  nw_canvas_set_zoom(desk->canvas, 1);
  at = middle(desk, "loose");
  drag(desk, at, GRAPHENE_POINT_INIT(at.x + 45, at.y + 83));
  g_assert_cmpuint(desk->n_edits, ==, 1); /* one gesture, one step */
  g_assert_cmpfloat(node_of(desk, "loose")->x, ==, x + 48);
  g_assert_cmpfloat(node_of(desk, "loose")->y, ==, y + 80);
  g_assert_cmpfloat(fmod(node_of(desk, "loose")->x, NW_GRID), ==, 0);
}

static void
test_move_refused(Desk *desk, gconstpointer sample)
{
  graphene_point_t at = middle(desk, "loose"), after;

  desk->deaf = TRUE;
  drag(desk, at, GRAPHENE_POINT_INIT(at.x + 200, at.y));
  after = middle(desk, "loose");
  g_assert_cmpfloat(at.x, ==, after.x);
}

static void
test_move_cancelled(Desk *desk, gconstpointer sample)
{
  graphene_point_t at = middle(desk, "loose"), after;

  canvas_press(desk->canvas, GDK_BUTTON_PRIMARY, 0, at.x, at.y);
  canvas_drag_to(desk->canvas, 0, at.x + 100, at.y + 100);
  canvas_cancel_drag(desk->canvas);
  canvas_release(desk->canvas);
  after = middle(desk, "loose");
  g_assert_cmpuint(desk->n_edits, ==, 0);
  g_assert_cmpfloat(at.x, ==, after.x);
}

static void
test_click_selects(Desk *desk, gconstpointer sample)
{
  guint to, input;
  graphene_point_t from, end;

  click(desk, 0, middle(desk, "hidden"));
  g_assert_cmpuint(n_selected(desk), ==, 1);
  click(desk, GDK_SHIFT_MASK, middle(desk, "dropout"));
  g_assert_cmpuint(n_selected(desk), ==, 2);
  click(desk, GDK_CONTROL_MASK, middle(desk, "hidden"));
  g_assert_cmpuint(n_selected(desk), ==, 1);
  click(desk, 0, GRAPHENE_POINT_INIT(4, 4));
  g_assert_cmpuint(n_selected(desk), ==, 0);
  from = port(desk, "notes", NW_SIDE_OUTPUT, 0);
  end = port(desk, "aside", NW_SIDE_INPUT, 0);
  click(desk, 0, GRAPHENE_POINT_INIT((from.x + end.x) / 2, from.y));
  g_assert_true(nw_canvas_get_selected_wire(desk->canvas, &to, &input));
  g_assert_cmpuint(to, ==, uid_of(desk, "aside"));
  act(desk, "canvas.delete");
  g_assert_cmpuint(source_of(desk, "aside", 0), ==, 0);
}

static void
test_band(Desk *desk, gconstpointer sample)
{
  graphene_point_t a = middle(desk, "pixels"), b = middle(desk, "aside");

  drag(desk, GRAPHENE_POINT_INIT(4, a.y - 60), GRAPHENE_POINT_INIT(b.x, b.y + 5));
  g_assert_cmpuint(n_selected(desk), ==, 4); /* pixels, notes, hidden, aside */
  g_assert_cmpuint(desk->n_edits, ==, 0);
}

static void
test_wire(Desk *desk, gconstpointer sample)
{
  drag(desk, port(desk, "loose", NW_SIDE_OUTPUT, 0), port(desk, "both", NW_SIDE_INPUT, 2));
  g_assert_cmpuint(desk->n_edits, ==, 1);
  g_assert_cmpuint(source_of(desk, "both", 2), ==, uid_of(desk, "loose"));
}

static void
test_wire_backwards(Desk *desk, gconstpointer sample)
{
  drag(desk, port(desk, "loose", NW_SIDE_INPUT, 0), port(desk, "notes", NW_SIDE_OUTPUT, 0));
  g_assert_cmpuint(source_of(desk, "loose", 0), ==, uid_of(desk, "notes"));
}

static void
test_wire_on_body(Desk *desk, gconstpointer sample)
{
  drag(desk, port(desk, "notes", NW_SIDE_OUTPUT, 0), middle(desk, "loose"));
  g_assert_cmpuint(source_of(desk, "loose", 0), ==, uid_of(desk, "notes"));
}

static void
test_no_circle(Desk *desk, gconstpointer sample)
{
  drag(desk, port(desk, "both", NW_SIDE_OUTPUT, 0), middle(desk, "hidden"));
  g_assert_cmpuint(desk->n_edits, ==, 0);
  g_assert_cmpuint(source_of(desk, "hidden", 0), ==, uid_of(desk, "pixels"));
}

static void
test_wire_lifted(Desk *desk, gconstpointer sample)
{
  /* An end is taken off and put on another node … */
  drag(desk, port(desk, "aside", NW_SIDE_INPUT, 0), middle(desk, "loose"));
  g_assert_cmpuint(desk->n_edits, ==, 1);
  g_assert_cmpuint(source_of(desk, "aside", 0), ==, 0);
  g_assert_cmpuint(source_of(desk, "loose", 0), ==, uid_of(desk, "notes"));
  /* … or let go in the empty. */
  drag(desk, port(desk, "loose", NW_SIDE_INPUT, 0), GRAPHENE_POINT_INIT(20, 20));
  g_assert_cmpuint(source_of(desk, "loose", 0), ==, 0);
}

static void
test_insert(Desk *desk, gconstpointer sample)
{
  graphene_point_t from = port(desk, "aside", NW_SIDE_OUTPUT, 0);
  graphene_point_t to = port(desk, "both", NW_SIDE_INPUT, 1);

  drag(desk, middle(desk, "loose"), GRAPHENE_POINT_INIT((from.x + to.x) / 2, (from.y + to.y) / 2));
  g_assert_cmpuint(desk->n_edits, ==, 1);
  g_assert_cmpuint(source_of(desk, "loose", 0), ==, uid_of(desk, "aside"));
  g_assert_cmpuint(source_of(desk, "both", 1), ==, uid_of(desk, "loose"));
}

static void
test_drop_on_wire(Desk *desk, gconstpointer sample)
{
  NwNodeView *pixels = canvas_find(desk->canvas, uid_of(desk, "pixels"));
  double x = pixels->x + NW_NODE_WIDTH + 32 - NW_NODE_WIDTH / 2.0;

  nw_canvas_add_at(desk->canvas, nw_layer_preset_of(nw_layer_kind_find("dropout")), x, pixels->y);
  g_assert_cmpuint(desk->n_edits, ==, 1);
  g_assert_cmpuint(source_of(desk, "dropout_1", 0), ==, uid_of(desk, "pixels"));
  g_assert_cmpuint(source_of(desk, "hidden", 0), ==, uid_of(desk, "dropout_1"));
  /* The neighbours made room. */
  g_assert_cmpfloat(node_of(desk, "dropout_1")->x + NW_NODE_WIDTH, <=, node_of(desk, "hidden")->x);
}

static void
test_cut_stroke(Desk *desk, gconstpointer sample)
{
  graphene_point_t from = port(desk, "both", NW_SIDE_OUTPUT, 0);
  graphene_point_t to = port(desk, "digit_head", NW_SIDE_INPUT, 0);
  graphene_point_t low = port(desk, "traits_head", NW_SIDE_INPUT, 0);
  double x = (from.x + to.x) / 2;

  drag_with(desk, GDK_BUTTON_PRIMARY, GDK_ALT_MASK, GRAPHENE_POINT_INIT(x, to.y - 40),
            GRAPHENE_POINT_INIT(x, low.y + 40));
  g_assert_cmpuint(desk->n_edits, ==, 1);
  g_assert_cmpuint(source_of(desk, "digit_head", 0), ==, 0);
  g_assert_cmpuint(source_of(desk, "traits_head", 0), ==, 0);
}

static void
test_pan(Desk *desk, gconstpointer sample)
{
  graphene_point_t at = middle(desk, "hidden"), after;

  drag_with(desk, GDK_BUTTON_MIDDLE, 0, GRAPHENE_POINT_INIT(300, 300),
            GRAPHENE_POINT_INIT(360, 280));
  after = middle(desk, "hidden");
  g_assert_cmpfloat_with_epsilon(after.x - at.x, 60, 1.1);
  g_assert_cmpfloat_with_epsilon(after.y - at.y, -20, 1.1);
  g_assert_cmpuint(desk->n_edits, ==, 0);
}

/* ── keyboard and actions ────────────────────────────────────────────────────────────────────── */

static void
test_delete_and_reconnect(Desk *desk, gconstpointer sample)
{
  guint uid = uid_of(desk, "dropout");

  nw_canvas_select(desk->canvas, &uid, 1);
  act(desk, "canvas.delete-reconnect");
  g_assert_null(node_of(desk, "dropout"));
  g_assert_cmpuint(source_of(desk, "both", 0), ==, uid_of(desk, "hidden"));
  g_assert_cmpuint(n_selected(desk), ==, 0);
}

static void
test_delete_chain_and_reconnect(Desk *desk, gconstpointer sample)
{
  guint uids[] = {uid_of(desk, "hidden"), uid_of(desk, "dropout")};

  nw_canvas_select(desk->canvas, uids, 2);
  act(desk, "canvas.delete-reconnect");
  g_assert_cmpuint(source_of(desk, "both", 0), ==, uid_of(desk, "pixels"));
}

static void
test_duplicate(Desk *desk, gconstpointer sample)
{
  guint uid = uid_of(desk, "digit_head"),
        n = nw_graph_get_n_nodes(nw_canvas_get_graph(desk->canvas));

  nw_canvas_select(desk->canvas, &uid, 1);
  act(desk, "canvas.duplicate-wired");
  g_assert_cmpuint(nw_graph_get_n_nodes(nw_canvas_get_graph(desk->canvas)), ==, n + 1);
  g_assert_cmpuint(n_selected(desk), ==, 1); /* the copy */
  uid = canvas_primary(desk->canvas);
  g_assert_cmpuint(canvas_find(desk->canvas, uid)->node->inputs[0].node, ==, uid_of(desk, "both"));
}

static void
test_copy_and_paste(Desk *desk, gconstpointer sample)
{
  guint uids[] = {uid_of(desk, "hidden"), uid_of(desk, "dropout")};
  guint n = nw_graph_get_n_nodes(nw_canvas_get_graph(desk->canvas));
  gint64 end = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;
  const NwNode *copy;

  nw_canvas_select(desk->canvas, uids, 2);
  act(desk, "canvas.copy");
  act(desk, "canvas.paste");
  while (desk->n_edits == 0 && g_get_monotonic_time() < end)
    g_main_context_iteration(NULL, FALSE);
  g_assert_cmpuint(nw_graph_get_n_nodes(nw_canvas_get_graph(desk->canvas)), ==, n + 2);
  g_assert_cmpuint(n_selected(desk), ==, 2);
  copy = node_of(desk, "dropout_1");
  g_assert_nonnull(copy);
  g_assert_cmpuint(copy->inputs[0].node, !=, uids[0]); /* wired to the other copy */
  g_assert_cmpuint(copy->inputs[0].node, !=, 0);
}

static void
test_arrows(Desk *desk, gconstpointer sample)
{
  guint uid = uid_of(desk, "pixels");

  nw_canvas_select(desk->canvas, &uid, 1);
  gtk_widget_activate_action(GTK_WIDGET(desk->canvas), "canvas.move-focus", "(iib)", 1, 0, FALSE);
  g_assert_cmpuint(canvas_primary(desk->canvas), ==, uid_of(desk, "hidden"));
  gtk_widget_activate_action(GTK_WIDGET(desk->canvas), "canvas.move-focus", "(iib)", 0, 1, FALSE);
  g_assert_cmpuint(canvas_primary(desk->canvas), ==, uid_of(desk, "aside"));
  gtk_widget_activate_action(GTK_WIDGET(desk->canvas), "canvas.move-focus", "(iib)", -1, 0, TRUE);
  g_assert_cmpuint(canvas_primary(desk->canvas), ==, uid_of(desk, "notes"));
  g_assert_cmpuint(n_selected(desk), ==, 2);
}

static void
test_nudge(Desk *desk, gconstpointer sample)
{
  guint uid = uid_of(desk, "loose");
  double x = node_of(desk, "loose")->x;

  nw_canvas_select(desk->canvas, &uid, 1);
  gtk_widget_activate_action(GTK_WIDGET(desk->canvas), "canvas.nudge", "(ii)", 1, 0);
  g_assert_cmpfloat(node_of(desk, "loose")->x, ==, x + NW_GRID);
}

static void
test_rename(Desk *desk, gconstpointer sample)
{
  guint uid = uid_of(desk, "loose");

  nw_canvas_select(desk->canvas, &uid, 1);
  act(desk, "canvas.rename");
  gtk_editable_set_text(GTK_EDITABLE(desk->canvas->rename_entry), "hidden");
  canvas_rename_end(desk->canvas, TRUE);
  g_assert_cmpuint(desk->n_edits, ==, 0); /* another layer has that name */
  g_assert_true(gtk_widget_get_visible(desk->canvas->rename_error));
  gtk_editable_set_text(GTK_EDITABLE(desk->canvas->rename_entry), "free");
  canvas_rename_end(desk->canvas, TRUE);
  g_assert_cmpuint(uid_of(desk, "free"), ==, uid);
}

static void
test_add_wires_to_selection(Desk *desk, gconstpointer sample)
{
  guint uid = uid_of(desk, "loose");

  nw_canvas_select(desk->canvas, &uid, 1);
  nw_canvas_add(desk->canvas, nw_layer_preset_of(nw_layer_kind_find("dense")));
  g_assert_cmpuint(source_of(desk, "dense", 0), ==, uid);
  nw_canvas_add(desk->canvas, nw_layer_preset_of(nw_layer_kind_find("output")));
  g_assert_cmpuint(source_of(desk, "output", 0), ==, uid_of(desk, "dense"));
}

static void
test_connect_selection(Desk *desk, gconstpointer sample)
{
  guint uids[] = {uid_of(desk, "loose"), uid_of(desk, "notes")};

  nw_canvas_select(desk->canvas, uids, 2);
  gtk_widget_activate_action(GTK_WIDGET(desk->canvas), "canvas.node-connect", "u", uids[0]);
  act(desk, "canvas.connect");
  g_assert_cmpuint(source_of(desk, "loose", 0), ==, uids[1]);
}

static void
test_node_actions(Desk *desk, gconstpointer sample)
{
  NwNodeView *view = canvas_find(desk->canvas, uid_of(desk, "hidden"));

  g_assert_true(gtk_widget_activate_action(GTK_WIDGET(view), "node.select", NULL));
  g_assert_cmpuint(canvas_primary(desk->canvas), ==, view->uid);
  g_assert_true(gtk_widget_activate_action(GTK_WIDGET(view), "node.focus", NULL));
  g_assert_true(gtk_widget_is_focus(GTK_WIDGET(view)));
  g_assert_cmpint(gtk_accessible_get_accessible_role(GTK_ACCESSIBLE(view)), ==,
                  GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  g_assert_true(gtk_widget_activate_action(GTK_WIDGET(view), "node.delete", NULL));
  g_assert_null(node_of(desk, "hidden"));
}

static void
test_words(Desk *desk, gconstpointer sample)
{
  NwNodeView *view = canvas_find(desk->canvas, uid_of(desk, "hidden"));
  char *wrong =
      gtk_test_accessible_check_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                         "96 · relu. Receives 64 from pixels. Gives to dropout.");

  g_assert_cmpstr(wrong, ==, NULL);
}

static void
test_selection_survives(Desk *desk, gconstpointer sample)
{
  guint uids[] = {uid_of(desk, "hidden"), uid_of(desk, "loose")};
  g_autoptr(NwGraph) smaller = nw_graph_remove(nw_canvas_get_graph(desk->canvas), &uids[1], 1);

  nw_canvas_select(desk->canvas, uids, 2);
  show(desk, smaller);
  g_assert_cmpuint(n_selected(desk), ==, 1);
  g_assert_cmpuint(canvas_primary(desk->canvas), ==, uids[0]);
}

static void
test_health(Desk *desk, gconstpointer sample)
{
  NwNodeView *view = canvas_find(desk->canvas, uid_of(desk, "digit"));
  float values[] = {1, 0.5, 0.25};
  double height = nw_node_view_get_height(view);

  nw_canvas_set_curve(desk->canvas, view->uid, values, 3, "acc 0.9");
  g_assert_cmpfloat(nw_node_view_get_height(view), ==, height + NW_NODE_CURVE);
  nw_canvas_set_health(desk->canvas, uid_of(desk, "hidden"), 0.5, 0.5, "half of it is dead", TRUE);
  g_assert_true(canvas_find(desk->canvas, uid_of(desk, "hidden"))->is_bad);
  g_assert_cmpstr(canvas_find(desk->canvas, uid_of(desk, "hidden"))->health, ==, "half of it is dead");
  nw_canvas_clear_health(desk->canvas);
  g_assert_cmpfloat(nw_node_view_get_height(view), ==, height);
}

/* ── cost ────────────────────────────────────────────────────────────────────────────────────── */

static int
compare_times(gconstpointer a, gconstpointer b)
{
  const gint64 *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

/* Median of layout and snapshot, without filling pixels. */
static double
milliseconds_per_frame(Desk *desk, double dx, gboolean move_node)
{
  enum { N = 61 };
  GtkWidget *widget = GTK_WIDGET(desk->canvas);
  GtkWidgetClass *class = GTK_WIDGET_GET_CLASS(widget);
  NwNodeView *view = desk->canvas->views->pdata[500];
  gint64 times[N]; /* µs */

  for (int i = 0; i < N; i++) {
    GtkSnapshot *snapshot = gtk_snapshot_new();
    GskRenderNode *node;

    if (move_node)
      nw_node_view_set_position(view, view->x + 1, view->y);
    else
      canvas_pan(desk->canvas, dx, 0);
    times[i] = -g_get_monotonic_time();
    class->size_allocate(widget, gtk_widget_get_width(widget), gtk_widget_get_height(widget), -1);
    class->snapshot(widget, snapshot);
    times[i] += g_get_monotonic_time();
    node = gtk_snapshot_free_to_node(snapshot);
    g_clear_pointer(&node, gsk_render_node_unref);
  }
  qsort(times, N, sizeof *times, compare_times);
  return times[N / 2] / 1000.0;
}

static void
test_cost(Desk *desk, gconstpointer sample)
{
  static const double zooms[] = {1, 0.5, 0.2, 0.1};

  for (gsize i = 0; i < G_N_ELEMENTS(zooms); i++) {
    double pan, move;

    nw_canvas_set_zoom(desk->canvas, zooms[i]);
    wait_for_layout(desk);
    pan = milliseconds_per_frame(desk, 3, FALSE);
    move = milliseconds_per_frame(desk, 0, TRUE);
    g_test_message("layout + snapshot at %.0f %%: pan %.2f ms, one node %.2f ms (%u shown)",
                   100 * zooms[i], pan, move, nw_canvas_get_n_shown(desk->canvas));
    if (g_test_perf()) { /* on a quiet machine only */
      g_assert_cmpfloat(pan, <, 2);
      g_assert_cmpfloat(move, <, 2);
    }
  }
}

static void
add(const char *path, const char *sample, void (*test)(Desk *, gconstpointer))
{
  g_test_add(path, Desk, sample, open_desk, test, close_desk);
}

int
main(int argc, char **argv)
{
  gtk_test_init(&argc, &argv, NULL);
  adw_init();

  g_test_add_func("/canvas/curves-know-their-distance", test_curves);
  g_test_add_func("/canvas/detail-follows-zoom", test_details);
  add("/canvas/a-new-graph-is-shown-whole", "small", test_fit);
  add("/canvas/zoom-keeps-the-point-under-the-pointer", "small", test_zoom_to_pointer);
  add("/canvas/hits-know-nodes-ports-wires", "small", test_hits);
  add("/canvas/variadic-ports-offer-one-more", "small", test_variadic_ports);
  add("/canvas/what-is-out-of-view-is-not-drawn", "huge", test_culling);
  add("/canvas/dragging-a-node-is-one-step-on-the-grid", "small", test_move);
  add("/canvas/a-refused-move-goes-back", "small", test_move_refused);
  add("/canvas/escape-takes-a-drag-back", "small", test_move_cancelled);
  add("/canvas/clicks-select-nodes-and-wires", "small", test_click_selects);
  add("/canvas/the-band-selects-what-it-touches", "small", test_band);
  add("/canvas/a-drag-between-ports-is-a-wire", "small", test_wire);
  add("/canvas/wires-are-drawn-backwards-too", "small", test_wire_backwards);
  add("/canvas/a-wire-on-a-body-takes-a-free-input", "small", test_wire_on_body);
  add("/canvas/circles-cannot-be-drawn", "small", test_no_circle);
  add("/canvas/the-end-of-a-wire-can-be-lifted", "small", test_wire_lifted);
  add("/canvas/a-node-dropped-on-a-wire-is-inserted", "small", test_insert);
  add("/canvas/a-kind-dropped-on-a-wire-is-inserted", "small", test_drop_on_wire);
  add("/canvas/a-stroke-with-alt-cuts-wires", "small", test_cut_stroke);
  add("/canvas/the-middle-button-moves-the-view", "small", test_pan);
  add("/canvas/delete-and-reconnect-bridges-the-gap", "small", test_delete_and_reconnect);
  add("/canvas/delete-and-reconnect-bridges-chains", "small", test_delete_chain_and_reconnect);
  add("/canvas/duplicates-keep-incoming-wires", "small", test_duplicate);
  add("/canvas/the-clipboard-carries-nodes-and-wires", "small", test_copy_and_paste);
  add("/canvas/arrows-follow-the-wires", "small", test_arrows);
  add("/canvas/ctrl-arrows-nudge-by-the-grid", "small", test_nudge);
  add("/canvas/renaming-says-what-is-wrong", "small", test_rename);
  add("/canvas/what-is-added-is-wired-to-the-selection", "small", test_add_wires_to_selection);
  add("/canvas/connect-goes-from-left-to-right", "small", test_connect_selection);
  add("/canvas/every-node-can-be-reached-by-actions", "small", test_node_actions);
  add("/canvas/wires-are-said-in-words", "small", test_words);
  add("/canvas/the-selection-survives-edits-elsewhere", "small", test_selection_survives);
  add("/canvas/outputs-show-their-curve", "small", test_health);
  add("/canvas/a-thousand-nodes-cost-little", "huge", test_cost);
  return g_test_run();
}
