/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-canvas-private.h"

#include <glib/gi18n.h>
#include <math.h>

G_DEFINE_FINAL_TYPE(NwCanvas, nw_canvas, GTK_TYPE_WIDGET)
G_DEFINE_POINTER_TYPE(NwLayerPresetPointer, nw_layer_preset_pointer)

enum { EDITED, SELECTION_CHANGED, VIEW_CHANGED, INSPECT, MESSAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── layout ──────────────────────────────────────────────────────────────────────────────────── */

static void
place(NwCanvas *canvas, NwNodeView *view)
{
  GtkWidget *widget = GTK_WIDGET(view);
  double height = nw_node_view_get_height(view);
  GskTransform *transform;
  int minimum;

  gtk_widget_measure(widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  gtk_widget_measure(widget, GTK_ORIENTATION_VERTICAL, -1, &minimum, NULL, NULL, NULL);
  graphene_point_t at =
      nw_canvas_to_widget(canvas, view->x - NW_NODE_MARGIN, view->y - NW_NODE_MARGIN);
  if (view->placed && view->placed_x == at.x && view->placed_y == at.y &&
      view->placed_zoom == canvas->zoom && view->placed_height == height)
    return;
  transform = gsk_transform_translate(NULL, &at);
  transform = gsk_transform_scale(transform, canvas->zoom, canvas->zoom);
  gtk_widget_allocate(widget, NW_NODE_WIDTH + 2 * NW_NODE_MARGIN, ceil(height) + 2 * NW_NODE_MARGIN,
                      -1, transform);
  view->placed = TRUE;
  view->placed_x = at.x;
  view->placed_y = at.y;
  view->placed_zoom = canvas->zoom;
  view->placed_height = height;
}

static void
nw_canvas_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
  NwCanvas *canvas = NW_CANVAS(widget);
  NwDetail detail = nw_detail_at(canvas->zoom);
  graphene_rect_t shown;

  if (canvas->fit_pending ||
      (canvas->fitted && (width != canvas->fitted_width || height != canvas->fitted_height)))
    canvas_fit_now(canvas);
  shown = nw_canvas_get_view(canvas);
  graphene_rect_inset(&shown, -NW_NODE_MARGIN, -NW_NODE_MARGIN);
  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    graphene_rect_t rect = nw_node_view_get_rect(view);
    /* The focused node stays: a widget that is unmapped loses the focus. */
    gboolean visible =
        (detail != NW_DETAIL_OVERVIEW && graphene_rect_intersection(&shown, &rect, NULL)) ||
        gtk_widget_has_focus(GTK_WIDGET(view));

    if (visible != gtk_widget_get_child_visible(GTK_WIDGET(view))) {
      gtk_widget_set_child_visible(GTK_WIDGET(view), visible);
      view->placed = FALSE;
    }
    if (!visible)
      continue;
    nw_node_view_set_detail(view, detail);
    place(canvas, view);
  }
  canvas_rename_allocate(canvas);
  gtk_popover_present(GTK_POPOVER(canvas->search));
  if (canvas->menu)
    gtk_popover_present(GTK_POPOVER(canvas->menu));
}

static void
nw_canvas_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 400 : 200;
  *natural = 480;
}

static void
nw_canvas_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  NwCanvas *canvas = NW_CANVAS(widget);
  gboolean overview = nw_detail_at(canvas->zoom) == NW_DETAIL_OVERVIEW;

  canvas_refresh_wires(canvas);
  canvas_snapshot_ground(canvas, snapshot);
  if (overview)
    canvas_snapshot_overview(canvas, snapshot);
  else
    canvas_snapshot_wires(canvas, snapshot);
  for (int selected = 0; selected <= 1; selected++) {
    for (guint i = 0; i < canvas->views->len; i++) {
      NwNodeView *view = canvas->views->pdata[i];
      if (view->selected == selected && gtk_widget_get_child_visible(GTK_WIDGET(view)))
        gtk_widget_snapshot_child(widget, GTK_WIDGET(view), snapshot);
    }
  }
  canvas_snapshot_drag(canvas, snapshot);
  if (canvas->rename_uid)
    gtk_widget_snapshot_child(widget, canvas->rename_box, snapshot);
}

/* The canvas is one stop of Tab: inside, arrow keys move. */
static gboolean
nw_canvas_focus(GtkWidget *widget, GtkDirectionType direction)
{
  NwCanvas *canvas = NW_CANVAS(widget);
  GtkWidget *focus = gtk_root_get_focus(gtk_widget_get_root(widget));
  NwNodeView *view;

  if (focus && (focus == widget || gtk_widget_is_ancestor(focus, widget)))
    return FALSE;
  view = canvas_find(canvas, canvas_primary(canvas));
  if (view)
    return gtk_widget_grab_focus(GTK_WIDGET(view));
  return gtk_widget_grab_focus(widget);
}

/* ── model ───────────────────────────────────────────────────────────────────────────────────── */

NwNodeView *
canvas_find(NwCanvas *canvas, guint uid)
{
  return g_hash_table_lookup(canvas->by_uid, GUINT_TO_POINTER(uid));
}

static void
append_problem(GHashTable *texts, const NwFinding *finding)
{
  GString *text = g_hash_table_lookup(texts, GUINT_TO_POINTER(finding->node));

  if (text) {
    g_string_append_printf(text, "\n%s", finding->message);
    return;
  }
  g_hash_table_insert(texts, GUINT_TO_POINTER(finding->node), g_string_new(finding->message));
}

static void
free_string(gpointer string)
{
  g_string_free(string, TRUE);
}

/* uid → GString of sentences, hints left out. */
static GHashTable *
collect_problems(const NwFindings *findings)
{
  GHashTable *texts = g_hash_table_new_full(NULL, NULL, NULL, free_string);
  guint n = findings ? nw_findings_get_n(findings) : 0;

  for (guint i = 0; i < n; i++) {
    const NwFinding *finding = nw_findings_get(findings, i);
    if (finding->node && finding->severity != NW_SEVERITY_HINT)
      append_problem(texts, finding);
  }
  return texts;
}

static GHashTable *
count_calls(NwGraph *graph)
{
  GHashTable *calls = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    gpointer layer = GUINT_TO_POINTER(nw_graph_get_node(graph, i)->layer->uid);
    gpointer n = g_hash_table_lookup(calls, layer);
    g_hash_table_insert(calls, layer, GUINT_TO_POINTER(GPOINTER_TO_UINT(n) + 1));
  }
  return calls;
}

static NwNodeView *
take_or_make_view(NwCanvas *canvas, guint uid)
{
  NwNodeView *view = canvas_find(canvas, uid);

  if (view)
    return view;
  view = NW_NODE_VIEW(nw_node_view_new(uid));
  gtk_widget_set_child_visible(GTK_WIDGET(view), FALSE); /* until it has been placed */
  gtk_widget_set_parent(GTK_WIDGET(view), GTK_WIDGET(canvas));
  g_hash_table_insert(canvas->by_uid, GUINT_TO_POINTER(uid), view);
  return view;
}

/* Brings the child widgets in line with the graph; TRUE when none of the old ones stayed. */
static gboolean
update_views(NwCanvas *canvas)
{
  g_autoptr(GHashTable) problems = collect_problems(canvas->findings);
  g_autoptr(GHashTable) calls = count_calls(canvas->graph);
  g_autoptr(GPtrArray) old = canvas->views;
  guint n = nw_graph_get_n_nodes(canvas->graph), kept = 0;

  canvas->views = g_ptr_array_sized_new(n);
  for (guint i = 0; i < n; i++) {
    const NwNode *node = nw_graph_get_node(canvas->graph, i);
    guint n_calls =
        GPOINTER_TO_UINT(g_hash_table_lookup(calls, GUINT_TO_POINTER(node->layer->uid)));
    GString *problem = g_hash_table_lookup(problems, GUINT_TO_POINTER(node->uid));
    g_autofree char *title =
        n_calls > 1 ? nw_graph_dup_node_title(canvas->graph, node) : g_strdup(node->layer->name);
    NwNodeView *view;

    kept += canvas_find(canvas, node->uid) != NULL;
    view = take_or_make_view(canvas, node->uid);
    nw_node_view_set_node(view, node, title, problem ? problem->str : NULL);
    nw_node_view_set_position(view, node->x, node->y);
    g_ptr_array_add(canvas->views, view);
  }
  for (guint i = 0; i < old->len; i++) {
    NwNodeView *view = old->pdata[i];
    if (nw_graph_find_node(canvas->graph, view->uid))
      continue;
    g_hash_table_remove(canvas->by_uid, GUINT_TO_POINTER(view->uid));
    gtk_widget_unparent(GTK_WIDGET(view));
  }
  return kept == 0;
}

static void
append_wires_in_words(NwCanvas *canvas, NwNodeView *view, GString *text)
{
  GString *to = g_string_new(NULL);
  GHashTableIter iter;
  gpointer value;

  for (guint i = 0; i < view->node->n_inputs; i++) {
    NwNodeView *source = canvas_find(canvas, view->node->inputs[i].node);
    const NwType *type =
        source && canvas->inference
            ? nw_inference_get_type(canvas->inference, source->uid, view->node->inputs[i].port)
            : NULL;
    g_autofree char *shape = type ? nw_shape_to_text(&type->shape) : NULL;

    if (!source && nw_node_layout_get_port(view->node, NW_SIDE_INPUT, i)->optional)
      continue;
    if (!source)
      g_string_append_printf(text, _(" Input %u is not connected."), i + 1);
    else if (shape)
      g_string_append_printf(text, _(" Receives %s from %s."), shape, source->title);
    else
      g_string_append_printf(text, _(" Receives from %s."), source->title);
  }
  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    NwWire *wire = value;
    if (wire->source == view)
      g_string_append_printf(to, "%s%s", to->len ? ", " : "", wire->target->title);
  }
  if (to->len)
    g_string_append_printf(text, _(" Gives to %s."), to->str);
  g_string_free(to, TRUE);
}

static gboolean
describe_cb(gpointer data)
{
  NwCanvas *canvas = data;

  canvas->describe_idle = 0;
  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    GString *text = g_string_new(view->line);

    g_string_append_c(text, '.');
    append_wires_in_words(canvas, view, text);
    if (view->problem)
      g_string_append_printf(text, _(" Problem: %s"), view->problem);
    if (view->is_bad)
      g_string_append_printf(text, _(" In training: %s"), view->health);
    nw_node_view_set_description(view, text->str);
    g_string_free(text, TRUE);
  }
  return G_SOURCE_REMOVE;
}

static void
queue_descriptions(NwCanvas *canvas)
{
  if (!canvas->describe_idle)
    canvas->describe_idle = g_idle_add_full(G_PRIORITY_LOW, describe_cb, canvas, NULL);
}

void
nw_canvas_set_findings(NwCanvas *canvas, NwFindings *findings)
{
  NwFindings *old = canvas->findings;

  g_return_if_fail(NW_IS_CANVAS(canvas));
  canvas->findings = findings ? nw_findings_ref(findings) : NULL;
  g_clear_pointer(&old, nw_findings_unref);
  if (findings && canvas->graph == nw_project_get_graph(nw_findings_get_project(findings))) {
    update_views(canvas);
    queue_descriptions(canvas);
    gtk_widget_queue_draw(GTK_WIDGET(canvas));
  }
}

void
nw_canvas_set_graph(NwCanvas *canvas, NwGraph *graph, NwInference *inference)
{
  NwGraph *old_graph = canvas->graph;
  NwInference *old_inference = canvas->inference;
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(canvas));
  GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;
  gboolean had_focus =
      focus && focus != canvas->rename_entry && gtk_widget_is_ancestor(focus, GTK_WIDGET(canvas));
  gboolean fresh;

  g_return_if_fail(NW_IS_CANVAS(canvas) && graph != NULL);
  canvas->graph = nw_graph_ref(graph);
  canvas->inference = inference ? nw_inference_ref(inference) : NULL;
  fresh = update_views(canvas);
  canvas_apply_selection(canvas);
  canvas_apply_drag_offset(canvas);
  canvas_update_wires(canvas);
  if (fresh && !canvas->committing)
    canvas->fit_pending = TRUE;
  if (canvas->rename_uid && !canvas_find(canvas, canvas->rename_uid))
    canvas_rename_end(canvas, FALSE);
  if (had_focus && !gtk_root_get_focus(root))
    canvas_focus_node(canvas, canvas_primary(canvas));
  queue_descriptions(canvas);
  gtk_widget_queue_allocate(GTK_WIDGET(canvas));
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
  g_signal_emit(canvas, signals[VIEW_CHANGED], 0);
  g_clear_pointer(&old_graph, nw_graph_unref);
  g_clear_pointer(&old_inference, nw_inference_unref);
}

NwGraph *
nw_canvas_get_graph(NwCanvas *canvas)
{
  return canvas->graph;
}

NwInference *
nw_canvas_get_inference(NwCanvas *canvas)
{
  return canvas->inference;
}

void
canvas_focus_node(NwCanvas *canvas, guint uid)
{
  NwNodeView *view = canvas_find(canvas, uid);

  if (!view) {
    gtk_widget_grab_focus(GTK_WIDGET(canvas));
    return;
  }
  gtk_widget_set_child_visible(GTK_WIDGET(view), TRUE);
  place(canvas, view);
  gtk_widget_grab_focus(GTK_WIDGET(view));
}

void
canvas_commit(NwCanvas *canvas, NwGraph *graph, const char *label, const char *merge_key,
              const guint *select, gsize n)
{
  g_clear_pointer(&canvas->pending, g_array_unref);
  if (select) {
    canvas->pending = g_array_new(FALSE, FALSE, sizeof(guint));
    g_array_append_vals(canvas->pending, select, n);
  }
  canvas->committing = TRUE;
  g_signal_emit(canvas, signals[EDITED], 0, graph, label, merge_key);
  canvas->committing = FALSE;
}

void
canvas_changed_view(NwCanvas *canvas)
{
  gtk_widget_queue_allocate(GTK_WIDGET(canvas));
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
  g_signal_emit(canvas, signals[VIEW_CHANGED], 0);
}

void
canvas_emit_message(NwCanvas *canvas, const char *text)
{
  g_signal_emit(canvas, signals[MESSAGE], 0, text);
}

void
canvas_emit_inspect(NwCanvas *canvas)
{
  g_signal_emit(canvas, signals[INSPECT], 0);
}

void
canvas_emit_selection(NwCanvas *canvas)
{
  g_signal_emit(canvas, signals[SELECTION_CHANGED], 0);
}

/* ── health ──────────────────────────────────────────────────────────────────────────────────── */

void
nw_canvas_set_health(NwCanvas *canvas, guint uid, double activation, double gradient,
                     const char *text, gboolean is_bad)
{
  NwNodeView *view = canvas_find(canvas, uid);

  if (view && nw_node_view_set_health(view, activation, gradient, text, is_bad))
    queue_descriptions(canvas);
}

void
nw_canvas_set_curve(NwCanvas *canvas, guint uid, const float *values, guint n, const char *score)
{
  NwNodeView *view = canvas_find(canvas, uid);

  if (view)
    nw_node_view_set_curve(view, values, n, score);
}

void
nw_canvas_clear_health(NwCanvas *canvas)
{
  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    nw_node_view_set_health(view, -1, -1, NULL, FALSE);
    nw_node_view_set_curve(view, NULL, 0, NULL);
  }
}

/* ── class ───────────────────────────────────────────────────────────────────────────────────── */

static void
style_changed_cb(AdwStyleManager *manager, GParamSpec *pspec, NwCanvas *canvas)
{
  canvas_forget_drawings(canvas);
  for (guint i = 0; i < canvas->views->len; i++)
    gtk_widget_queue_draw(canvas->views->pdata[i]);
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

static void
nw_canvas_dispose(GObject *object)
{
  NwCanvas *canvas = NW_CANVAS(object);

  canvas_cancel_drag(canvas);
  g_clear_handle_id(&canvas->describe_idle, g_source_remove);
  g_clear_handle_id(&canvas->announce_idle, g_source_remove);
  g_clear_object(&canvas->glide);
  g_hash_table_remove_all(canvas->wires);
  g_hash_table_remove_all(canvas->by_uid);
  for (guint i = 0; i < canvas->views->len; i++)
    gtk_widget_unparent(canvas->views->pdata[i]);
  g_ptr_array_set_size(canvas->views, 0);
  g_clear_pointer(&canvas->menu, gtk_widget_unparent);
  g_clear_pointer(&canvas->rename_box, gtk_widget_unparent);
  if (canvas->search)
    gtk_widget_unparent(GTK_WIDGET(canvas->search));
  canvas->search = NULL;
  G_OBJECT_CLASS(nw_canvas_parent_class)->dispose(object);
}

static void
nw_canvas_finalize(GObject *object)
{
  NwCanvas *canvas = NW_CANVAS(object);

  g_clear_pointer(&canvas->grid, gsk_render_node_unref);
  g_clear_pointer(&canvas->long_wires, gsk_render_node_unref);
  g_clear_pointer(&canvas->pending, g_array_unref);
  g_hash_table_unref(canvas->wires);
  g_hash_table_unref(canvas->by_uid);
  g_ptr_array_unref(canvas->views);
  g_array_unref(canvas->selection);
  g_clear_pointer(&canvas->graph, nw_graph_unref);
  g_clear_pointer(&canvas->inference, nw_inference_unref);
  g_clear_pointer(&canvas->findings, nw_findings_unref);
  G_OBJECT_CLASS(nw_canvas_parent_class)->finalize(object);
}

static void
nw_canvas_class_init(NwCanvasClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS(class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  object_class->dispose = nw_canvas_dispose;
  object_class->finalize = nw_canvas_finalize;
  widget_class->size_allocate = nw_canvas_size_allocate;
  widget_class->measure = nw_canvas_measure;
  widget_class->snapshot = nw_canvas_snapshot;
  widget_class->focus = nw_canvas_focus;
  gtk_widget_class_set_css_name(widget_class, "canvas");
  gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_LIST);
  canvas_install_actions(widget_class);

  signals[EDITED] = g_signal_new("edited", NW_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
  signals[SELECTION_CHANGED] = g_signal_new("selection-changed", NW_TYPE_CANVAS, G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[VIEW_CHANGED] = g_signal_new("view-changed", NW_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
  signals[INSPECT] = g_signal_new("inspect", NW_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new("message", NW_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
nw_canvas_init(NwCanvas *canvas)
{
  GtkWidget *widget = GTK_WIDGET(canvas);

  canvas->graph = nw_graph_new();
  canvas->views = g_ptr_array_new();
  canvas->by_uid = g_hash_table_new(NULL, NULL);
  canvas->wires = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, wire_free);
  canvas->selection = g_array_new(FALSE, FALSE, sizeof(guint));
  canvas->zoom = 1;
  canvas->pointer_x = canvas->pointer_y = NAN;
  gtk_widget_set_focusable(widget, TRUE);
  gtk_widget_set_overflow(widget, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_has_tooltip(widget, TRUE);
  gtk_widget_set_hexpand(widget, TRUE);
  gtk_widget_set_vexpand(widget, TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Network"), -1);
  canvas->search = NW_SEARCH_POPOVER(nw_search_popover_new());
  gtk_widget_set_parent(GTK_WIDGET(canvas->search), widget);
  canvas_init_input(canvas);
  g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
                          G_CALLBACK(style_changed_cb), canvas, 0);
}

GtkWidget *
nw_canvas_new(void)
{
  return g_object_new(NW_TYPE_CANVAS, NULL);
}
