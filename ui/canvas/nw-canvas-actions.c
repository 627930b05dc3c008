/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Everything the canvas can do, as actions: for the keyboard, the menus and assistive technology.
 */
#include "nw-canvas-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nw-project-json.h"

/* ── arrow keys ──────────────────────────────────────────────────────────────────────────────── */

static double
middle_y(NwNodeView *view)
{
  return view->y + nw_node_view_get_height(view) / 2;
}

/* Along the wires: the neighbour whose middle is nearest in height. */
static NwNodeView *
neighbour(NwCanvas *canvas, NwNodeView *view, gboolean forward)
{
  NwNodeView *best = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    NwWire *wire = value;
    NwNodeView *here = forward ? wire->source : wire->target;
    NwNodeView *there = forward ? wire->target : wire->source;

    if (here != view)
      continue;
    if (!best || fabs(middle_y(there) - middle_y(view)) < fabs(middle_y(best) - middle_y(view)))
      best = there;
  }
  return best;
}

/* Nearest in a direction; what lies straight ahead counts more than what lies aside. */
static NwNodeView *
nearest(NwCanvas *canvas, NwNodeView *view, int dx, int dy)
{
  NwNodeView *best = NULL;
  double best_distance = INFINITY;

  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *other = canvas->views->pdata[i];
    double x = other->x - view->x, y = middle_y(other) - middle_y(view);
    double ahead = dx * x + dy * y, aside = fabs(dy * x) + fabs(dx * y);

    if (other == view || ahead <= 0 || ahead + 2 * aside >= best_distance)
      continue;
    best_distance = ahead + 2 * aside;
    best = other;
  }
  return best;
}

/* (iib): dx, dy, and whether the selection grows. */
static void
move_focus_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  NwCanvas *canvas = NW_CANVAS(widget);
  NwNodeView *view = canvas_find(canvas, canvas_primary(canvas)), *next = NULL;
  gboolean extend;
  int dx, dy;

  g_variant_get(parameter, "(iib)", &dx, &dy, &extend);
  if (!view)
    next = canvas->views->len ? canvas->views->pdata[0] : NULL;
  else if (dx)
    next = neighbour(canvas, view, dx > 0);
  if (view && !next)
    next = nearest(canvas, view, dx, dy);
  if (!next)
    return;
  if (!extend)
    canvas_select_one(canvas, next->uid);
  else if (!canvas_is_selected(canvas, next->uid))
    canvas_toggle(canvas, next->uid);
  canvas_focus_node(canvas, next->uid);
  nw_canvas_show_node(canvas, next->uid);
}

static void
nudge_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  int dx, dy;

  g_variant_get(parameter, "(ii)", &dx, &dy);
  canvas_move_selection(NW_CANVAS(widget), dx * NW_GRID, dy * NW_GRID, "nudge");
}

/* ── clipboard ───────────────────────────────────────────────────────────────────────────────── */

static void
copy_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  NwCanvas *canvas = NW_CANVAS(widget);
  gsize n;
  const guint *uids = nw_canvas_get_selection(canvas, &n);
  g_autoptr(NwGraph) part = NULL;
  g_autofree char *text = NULL;

  if (n == 0)
    return;
  part = nw_graph_extract(canvas->graph, uids, n);
  text = nw_graph_to_json(part);
  gdk_clipboard_set_text(gtk_widget_get_clipboard(widget), text);
}

static void
cut_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  copy_cb(widget, name, parameter);
  canvas_delete(NW_CANVAS(widget), FALSE);
}

static void
pasted_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(NwCanvas) canvas = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = gdk_clipboard_read_text_finish(GDK_CLIPBOARD(source), result, &error);
  g_autoptr(NwGraph) from = text ? nw_graph_from_json(text, -1, &error) : NULL;
  graphene_rect_t view = nw_canvas_get_view(canvas);
  graphene_point_t at = middle_of(&view);

  if (!from) {
    canvas_emit_message(canvas, _("The clipboard holds no layers to paste."));
    return;
  }
  if (!isnan(canvas->pointer_x))
    at = nw_canvas_to_world(canvas, canvas->pointer_x, canvas->pointer_y);
  canvas_paste(canvas, from, at.x, at.y);
}

static void
paste_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  gdk_clipboard_read_text_async(gtk_widget_get_clipboard(widget), NULL, pasted_cb,
                                g_object_ref(widget));
}

/* ── plain actions ───────────────────────────────────────────────────────────────────────────── */

static void
select_all_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  NwCanvas *canvas = NW_CANVAS(widget);
  g_autofree guint *uids = g_new(guint, canvas->views->len);

  for (guint i = 0; i < canvas->views->len; i++)
    uids[i] = NW_NODE_VIEW(canvas->views->pdata[i])->uid;
  nw_canvas_select(canvas, uids, canvas->views->len);
}

/* All nodes of the kinds that are selected: how 200 outputs are set at once. */
static void
select_kind(NwCanvas *canvas)
{
  g_autoptr(GHashTable) kinds = g_hash_table_new(NULL, NULL);
  g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(guint));

  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    if (view->selected)
      g_hash_table_add(kinds, (gpointer)view->node->layer->kind);
  }
  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    if (g_hash_table_contains(kinds, view->node->layer->kind))
      g_array_append_val(uids, view->uid);
  }
  nw_canvas_select(canvas, (const guint *)uids->data, uids->len);
}

static void
select_none(NwCanvas *canvas)
{
  nw_canvas_select(canvas, NULL, 0);
}

static void
delete_only(NwCanvas *canvas)
{
  canvas_delete(canvas, FALSE);
}

static void
delete_and_reconnect(NwCanvas *canvas)
{
  canvas_delete(canvas, TRUE);
}

static void
duplicate(NwCanvas *canvas)
{
  canvas_duplicate(canvas, FALSE);
}

static void
duplicate_with_wires(NwCanvas *canvas)
{
  canvas_duplicate(canvas, TRUE);
}

static void
rename_selected(NwCanvas *canvas)
{
  canvas_rename(canvas, canvas_primary(canvas));
}

static void
add_here(NwCanvas *canvas)
{
  double x = canvas->pointer_x, y = canvas->pointer_y;

  if (gtk_widget_get_visible(GTK_WIDGET(canvas->search)))
    return;
  if (isnan(x)) {
    x = gtk_widget_get_width(GTK_WIDGET(canvas)) / 2.0;
    y = gtk_widget_get_height(GTK_WIDGET(canvas)) / 3.0;
  }
  canvas_search_kinds(canvas, x, y, NULL);
}

static void
connect_selected(NwCanvas *canvas)
{
  if (canvas->selection->len > 1)
    canvas_connect_selection(canvas);
  else
    canvas_search_connection(canvas);
}

static void
zoom_in(NwCanvas *canvas)
{
  nw_canvas_set_zoom(canvas, canvas->zoom * 1.25);
}

static void
zoom_out(NwCanvas *canvas)
{
  nw_canvas_set_zoom(canvas, canvas->zoom / 1.25);
}

static void
zoom_original(NwCanvas *canvas)
{
  nw_canvas_set_zoom(canvas, 1);
}

static const struct {
  const char *name;
  void (*run)(NwCanvas *canvas);
  guint key;
  GdkModifierType modifiers;
  guint other_key; /* with the same modifiers; 0: none */
} plain[] = {
    {"canvas.delete", delete_only, GDK_KEY_Delete, 0, GDK_KEY_BackSpace},
    {"canvas.delete-reconnect", delete_and_reconnect, GDK_KEY_Delete, GDK_CONTROL_MASK,
     GDK_KEY_BackSpace},
    {"canvas.duplicate", duplicate, GDK_KEY_d, GDK_CONTROL_MASK},
    {"canvas.duplicate-wired", duplicate_with_wires, GDK_KEY_D, GDK_CONTROL_MASK | GDK_SHIFT_MASK},
    {"canvas.call-again", canvas_call_again, GDK_KEY_j, GDK_CONTROL_MASK},
    {"canvas.group", canvas_group, GDK_KEY_g, GDK_CONTROL_MASK},
    {"canvas.ungroup", canvas_ungroup, GDK_KEY_G, GDK_CONTROL_MASK | GDK_SHIFT_MASK},
    {"canvas.rename", rename_selected, GDK_KEY_F2, 0},
    {"canvas.add", add_here, GDK_KEY_Tab, 0, GDK_KEY_KP_Tab},
    {"canvas.connect", connect_selected, GDK_KEY_k, GDK_CONTROL_MASK},
    {"canvas.replace", canvas_search_replacement, GDK_KEY_r, GDK_CONTROL_MASK},
    {"canvas.arrange", canvas_arrange, GDK_KEY_l, GDK_CONTROL_MASK},
    {"canvas.fit", nw_canvas_fit, GDK_KEY_1, GDK_CONTROL_MASK, GDK_KEY_KP_1},
    {"canvas.zoom-original", zoom_original, GDK_KEY_0, GDK_CONTROL_MASK, GDK_KEY_KP_0},
    {"canvas.zoom-in", zoom_in, GDK_KEY_plus, GDK_CONTROL_MASK, GDK_KEY_KP_Add},
    {"canvas.zoom-out", zoom_out, GDK_KEY_minus, GDK_CONTROL_MASK, GDK_KEY_KP_Subtract},
    {"canvas.select-kind", select_kind, GDK_KEY_A, GDK_CONTROL_MASK | GDK_SHIFT_MASK},
    {"canvas.select-none", select_none, GDK_KEY_Escape, 0},
    {"canvas.inspect", canvas_emit_inspect, GDK_KEY_Return, 0, GDK_KEY_KP_Enter},
};

static void
plain_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  for (gsize i = 0; i < G_N_ELEMENTS(plain); i++) {
    if (g_str_equal(plain[i].name, name))
      plain[i].run(NW_CANVAS(widget));
  }
}

/* ── actions of one node, sent by its widget ─────────────────────────────────────────────────── */

static void
focus_one(NwCanvas *canvas, guint uid)
{
  canvas_focus_node(canvas, uid);
  nw_canvas_show_node(canvas, uid);
}

static void
connect_to_one(NwCanvas *canvas, guint uid)
{
  canvas_connect_from(canvas, canvas_primary(canvas), uid);
}

static void
delete_one(NwCanvas *canvas, guint uid)
{
  canvas_select_one(canvas, uid);
  canvas_delete(canvas, FALSE);
}

static const struct {
  const char *name;
  void (*run)(NwCanvas *canvas, guint uid);
} of_node[] = {
    {"canvas.node-focus", focus_one},      {"canvas.node-select", canvas_select_one},
    {"canvas.node-toggle", canvas_toggle}, {"canvas.node-connect", connect_to_one},
    {"canvas.node-rename", canvas_rename}, {"canvas.node-delete", delete_one},
};

static void
of_node_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  for (gsize i = 0; i < G_N_ELEMENTS(of_node); i++) {
    if (g_str_equal(of_node[i].name, name))
      of_node[i].run(NW_CANVAS(widget), g_variant_get_uint32(parameter));
  }
}

/* ── menu ────────────────────────────────────────────────────────────────────────────────────── */

static void
append_section(GMenu *menu, const char *const (*items)[2], gsize n)
{
  g_autoptr(GMenu) section = g_menu_new();

  for (gsize i = 0; i < n; i++)
    g_menu_append(section, _(items[i][0]), items[i][1]);
  g_menu_append_section(menu, NULL, G_MENU_MODEL(section));
}

static GMenuModel *
menu_for(NwCanvas *canvas)
{
  static const char *const node[][2] = {
      {N_("Rename"), "canvas.rename"},
      {N_("Connect to…"), "canvas.connect"},
      {N_("Replace with…"), "canvas.replace"},
      {N_("Select all of this kind"), "canvas.select-kind"},
  };
  static const char *const copies[][2] = {
      {N_("Cut"), "canvas.cut"},
      {N_("Copy"), "canvas.copy"},
      {N_("Duplicate"), "canvas.duplicate"},
      {N_("Duplicate with incoming wires"), "canvas.duplicate-wired"},
      {N_("Call again, sharing weights"), "canvas.call-again"},
  };
  static const char *const blocks[][2] = {
      {N_("Group into a block"), "canvas.group"},
      {N_("Ungroup"), "canvas.ungroup"},
  };
  static const char *const removal[][2] = {
      {N_("Delete"), "canvas.delete"},
      {N_("Delete and reconnect"), "canvas.delete-reconnect"},
  };
  static const char *const wire[][2] = {{N_("Disconnect"), "canvas.delete"}};
  static const char *const empty[][2] = {
      {N_("Add a layer…"), "canvas.add"},
      {N_("Paste"), "canvas.paste"},
      {N_("Select all"), "canvas.select-all"},
  };
  static const char *const view[][2] = {
      {N_("Arrange"), "canvas.arrange"},
      {N_("Show all"), "canvas.fit"},
  };
  GMenu *menu = g_menu_new();

  if (canvas->wire_selected) {
    append_section(menu, wire, G_N_ELEMENTS(wire));
  } else if (canvas->selection->len) {
    append_section(menu, node, G_N_ELEMENTS(node));
    append_section(menu, copies, G_N_ELEMENTS(copies));
    append_section(menu, blocks, G_N_ELEMENTS(blocks));
    append_section(menu, removal, G_N_ELEMENTS(removal));
  } else {
    append_section(menu, empty, G_N_ELEMENTS(empty));
    append_section(menu, view, G_N_ELEMENTS(view));
  }
  return G_MENU_MODEL(menu);
}

void
canvas_open_menu(NwCanvas *canvas, double x, double y)
{
  g_autoptr(GMenuModel) model = menu_for(canvas);

  if (!canvas->menu) {
    canvas->menu = gtk_popover_menu_new_from_model(NULL);
    gtk_popover_set_has_arrow(GTK_POPOVER(canvas->menu), FALSE);
    gtk_widget_set_halign(canvas->menu, GTK_ALIGN_START);
    gtk_widget_set_parent(canvas->menu, GTK_WIDGET(canvas));
  }
  gtk_popover_menu_set_menu_model(GTK_POPOVER_MENU(canvas->menu), model);
  gtk_popover_set_pointing_to(GTK_POPOVER(canvas->menu), &(GdkRectangle){x, y, 1, 1});
  gtk_popover_popup(GTK_POPOVER(canvas->menu));
}

static void
menu_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  NwCanvas *canvas = NW_CANVAS(widget);
  NwNodeView *view = canvas_find(canvas, canvas_primary(canvas));
  graphene_point_t at =
      GRAPHENE_POINT_INIT(gtk_widget_get_width(widget) / 2.0, gtk_widget_get_height(widget) / 2.0);

  if (view)
    at = nw_canvas_to_widget(canvas, view->x + NW_NODE_WIDTH / 2.0, middle_y(view));
  canvas_open_menu(canvas, at.x, at.y);
}

/* ── class ───────────────────────────────────────────────────────────────────────────────────── */

static void
bind_arrow(GtkWidgetClass *class, guint key, guint keypad, int dx, int dy)
{
  guint keys[] = {key, keypad};

  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
    gtk_widget_class_add_binding_action(class, keys[i], 0, "canvas.move-focus", "(iib)", dx, dy,
                                        FALSE);
    gtk_widget_class_add_binding_action(class, keys[i], GDK_SHIFT_MASK, "canvas.move-focus",
                                        "(iib)", dx, dy, TRUE);
    gtk_widget_class_add_binding_action(class, keys[i], GDK_CONTROL_MASK, "canvas.nudge", "(ii)",
                                        dx, dy);
  }
}

void
canvas_install_actions(GtkWidgetClass *class)
{
  for (gsize i = 0; i < G_N_ELEMENTS(plain); i++) {
    gtk_widget_class_install_action(class, plain[i].name, NULL, plain_cb);
    /* Menus show the binding that was added last. */
    if (plain[i].other_key)
      gtk_widget_class_add_binding_action(class, plain[i].other_key, plain[i].modifiers,
                                          plain[i].name, NULL);
    gtk_widget_class_add_binding_action(class, plain[i].key, plain[i].modifiers, plain[i].name,
                                        NULL);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(of_node); i++)
    gtk_widget_class_install_action(class, of_node[i].name, "u", of_node_cb);
  gtk_widget_class_install_action(class, "canvas.move-focus", "(iib)", move_focus_cb);
  gtk_widget_class_install_action(class, "canvas.nudge", "(ii)", nudge_cb);
  gtk_widget_class_install_action(class, "canvas.copy", NULL, copy_cb);
  gtk_widget_class_install_action(class, "canvas.cut", NULL, cut_cb);
  gtk_widget_class_install_action(class, "canvas.paste", NULL, paste_cb);
  gtk_widget_class_install_action(class, "canvas.select-all", NULL, select_all_cb);
  gtk_widget_class_install_action(class, "canvas.menu", NULL, menu_cb);
  gtk_widget_class_add_binding_action(class, GDK_KEY_c, GDK_CONTROL_MASK, "canvas.copy", NULL);
  gtk_widget_class_add_binding_action(class, GDK_KEY_x, GDK_CONTROL_MASK, "canvas.cut", NULL);
  gtk_widget_class_add_binding_action(class, GDK_KEY_v, GDK_CONTROL_MASK, "canvas.paste", NULL);
  gtk_widget_class_add_binding_action(class, GDK_KEY_a, GDK_CONTROL_MASK, "canvas.select-all",
                                      NULL);
  gtk_widget_class_add_binding_action(class, GDK_KEY_equal, GDK_CONTROL_MASK, "canvas.zoom-in",
                                      NULL);
  gtk_widget_class_add_binding_action(class, GDK_KEY_F10, GDK_SHIFT_MASK, "canvas.menu", NULL);
  gtk_widget_class_add_binding_action(class, GDK_KEY_Menu, 0, "canvas.menu", NULL);
  bind_arrow(class, GDK_KEY_Left, GDK_KEY_KP_Left, -1, 0);
  bind_arrow(class, GDK_KEY_Right, GDK_KEY_KP_Right, 1, 0);
  bind_arrow(class, GDK_KEY_Up, GDK_KEY_KP_Up, 0, -1);
  bind_arrow(class, GDK_KEY_Down, GDK_KEY_KP_Down, 0, 1);
}
