/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Wires: found, drawn, said. With the cairo renderer each keeps its own render node under its own
 * transform, so that dragging one node repaints little; other renderers would make a texture of
 * each, so there all wires share one node of the view's size. */
#include "nw-canvas-private.h"

#include <math.h>

#include "nw-formula.h"

#define CROWD      12
#define MANY_WIRES 3 /* more than this from one port share one text at the port */
#define TEXT_ZOOM  0.5

gint64
wire_key(guint to, guint input)
{
  return ((gint64)to << 32) | input;
}

void
wire_free(gpointer data)
{
  NwWire *wire = data;

  g_clear_pointer(&wire->stroke, gsk_render_node_unref);
  g_clear_pointer(&wire->label, gsk_render_node_unref);
  g_free(wire->text);
  g_free(wire);
}

static void
wire_forget(NwWire *wire)
{
  g_clear_pointer(&wire->stroke, gsk_render_node_unref);
  g_clear_pointer(&wire->label, gsk_render_node_unref);
}

/* “50 × 64” as “50×64”: wires are short. (transfer full) */
static char *
compact(const char *shape)
{
  g_auto(GStrv) parts = g_strsplit(shape, " × ", -1);

  return g_strjoinv("×", parts);
}

/* “50×64”, and the port's name in front where the target has several kinds of input, or a formula
 * that calls it by a name. */
static char *
wire_text(NwCanvas *canvas, const NwWire *wire)
{
  const NwLayer *target = wire->target->node->layer;
  const NwPort *ports = target->kind->inputs;
  gsize n = nw_layer_kind_n_inputs(target->kind);
  g_autofree char *name = nw_formula_dup_wire(target->kind, target->params, wire->input);
  const NwType *type = NULL;
  g_autofree char *spaced = NULL, *shape = NULL;

  if (canvas->inference)
    type = nw_inference_get_type(canvas->inference, wire->source->uid, wire->port);
  if (!type)
    return NULL;
  spaced = nw_shape_to_text(&type->shape);
  shape = compact(spaced);
  if (name && !wire->at_source)
    return g_strdup_printf("%s %s", name, shape);
  if (wire->input > 0 && n > 1 && !wire->at_source)
    return g_strdup_printf("%s %s", ports[MIN(wire->input, n - 1)].title, shape);
  return g_steal_pointer(&shape);
}

static gint64
port_key(const NwWire *wire)
{
  return wire_key(wire->source->uid, wire->port);
}

static GHashTable *
count_wires_by_port(NwCanvas *canvas)
{
  GHashTable *counts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    gint64 key = port_key(value);
    gpointer count = g_hash_table_lookup(counts, &key);
    g_hash_table_insert(counts, g_memdup2(&key, sizeof key),
                        GUINT_TO_POINTER(GPOINTER_TO_UINT(count) + 1));
  }
  return counts;
}

static void
wire_see(NwCanvas *canvas, NwNodeView *target, guint input)
{
  NwSource from = target->node->inputs[input];
  NwNodeView *source = from.node ? canvas_find(canvas, from.node) : NULL;
  gint64 key = wire_key(target->uid, input);
  NwWire *wire;

  if (!source)
    return;
  wire = g_hash_table_lookup(canvas->wires, &key);
  if (!wire) {
    wire = g_new0(NwWire, 1);
    g_hash_table_insert(canvas->wires, g_memdup2(&key, sizeof key), wire);
  }
  wire->source = source;
  wire->port = from.port;
  wire->target = target;
  wire->input = input;
  wire->seen = TRUE;
}

static gboolean
forget_unseen_cb(gpointer key, gpointer value, gpointer data)
{
  NwWire *wire = value;
  gboolean seen = wire->seen;

  wire->seen = FALSE;
  return !seen;
}

static void
update_texts(NwCanvas *canvas)
{
  g_autoptr(GHashTable) counts = count_wires_by_port(canvas);
  g_autoptr(GHashTable) told = g_hash_table_new(g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    NwWire *wire = value;
    gint64 key = port_key(wire);
    gpointer kept_key, count;
    g_autofree char *text = NULL;

    g_hash_table_lookup_extended(counts, &key, &kept_key, &count);
    wire->at_source = GPOINTER_TO_UINT(count) > MANY_WIRES;
    wire->crowded = GPOINTER_TO_UINT(count) > CROWD;
    /* Where one text stands for many wires, the first one met has it. */
    if (!wire->at_source || g_hash_table_add(told, kept_key))
      text = wire_text(canvas, wire);
    if (g_strcmp0(text, wire->text) == 0)
      continue;
    g_free(wire->text);
    wire->text = g_steal_pointer(&text);
    g_clear_pointer(&wire->label, gsk_render_node_unref);
  }
}

void
canvas_update_wires(NwCanvas *canvas)
{
  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    for (guint input = 0; input < view->node->n_inputs; input++)
      wire_see(canvas, view, input);
  }
  canvas->drag.onto = NULL;
  g_hash_table_foreach_remove(canvas->wires, forget_unseen_cb, NULL);
  update_texts(canvas);
  canvas_refresh_wires(canvas);
  canvas_update_wire_looks(canvas);
}

void
canvas_refresh_wires(NwCanvas *canvas)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    NwWire *wire = value;
    graphene_point_t from = nw_node_view_get_port(wire->source, NW_SIDE_OUTPUT, wire->port);
    graphene_point_t to = nw_node_view_get_port(wire->target, NW_SIDE_INPUT, wire->input);

    if (graphene_point_equal(&from, &wire->curve.p[0]) &&
        graphene_point_equal(&to, &wire->curve.p[3]))
      continue;
    wire->curve = nw_curve_between(from, to);
    wire->bounds = nw_curve_bounds(&wire->curve);
    graphene_rect_inset(&wire->bounds, -4, -4);
    wire_forget(wire);
  }
}

void
canvas_update_wire_looks(NwCanvas *canvas)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    NwWire *wire = value;

    if (*(gint64 *)key == canvas->wire_selected || wire == canvas->drag.onto)
      wire->look = WIRE_SELECTED;
    else if (wire->source->selected || wire->target->selected)
      wire->look = WIRE_NEAR;
    else
      wire->look = wire->crowded ? WIRE_FAINT : WIRE_IDLE;
  }
}

void
canvas_forget_drawings(NwCanvas *canvas)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    wire_forget(value);
  g_clear_pointer(&canvas->grid, gsk_render_node_unref);
  g_clear_pointer(&canvas->long_wires, gsk_render_node_unref);
}

NwWire *
canvas_wire_at(NwCanvas *canvas, double x, double y, double reach)
{
  graphene_point_t at = nw_canvas_to_world(canvas, x, y);
  NwWire *best = NULL;
  double nearest = reach / canvas->zoom;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    NwWire *wire = value;
    graphene_rect_t near = wire->bounds;
    double distance;

    graphene_rect_inset(&near, -reach / canvas->zoom, -reach / canvas->zoom);
    if (!graphene_rect_contains_point(&near, &at))
      continue;
    distance = nw_curve_distance(&wire->curve, at);
    if (distance < nearest) {
      nearest = distance;
      best = wire;
    }
  }
  return best;
}

/* ── drawing ─────────────────────────────────────────────────────────────────────────────────── */

void
canvas_stroke_curve(cairo_t *cr, const NwCurve *curve)
{
  const graphene_point_t *p = curve->p;

  cairo_move_to(cr, p[0].x, p[0].y);
  cairo_curve_to(cr, p[1].x, p[1].y, p[2].x, p[2].y, p[3].x, p[3].y);
  cairo_stroke(cr);
}

static void
use_look(cairo_t *cr, NwWireLook look)
{
  const NwCanvasTheme *theme = nw_canvas_theme_get_current();
  const GdkRGBA *colors[] = {
      [WIRE_IDLE] = &theme->wire,       [WIRE_FAINT] = &theme->border, [WIRE_NEAR] = &theme->accent,
      [WIRE_SELECTED] = &theme->accent, [WIRE_CUT] = &theme->bad,
  };
  static const double widths[] = {
      [WIRE_IDLE] = 1.75,  [WIRE_FAINT] = 1.25, [WIRE_NEAR] = 1.75,
      [WIRE_SELECTED] = 3, [WIRE_CUT] = 3,
  };

  cairo_set_antialias(cr, CAIRO_ANTIALIAS_FAST);
  cairo_set_line_width(cr, widths[look]);
  gdk_cairo_set_source_rgba(cr, colors[look]);
}

static void
append_kept_stroke(GtkSnapshot *snapshot, NwWire *wire)
{
  if (!wire->stroke || wire->drawn_look != wire->look) {
    cairo_t *cr;
    g_clear_pointer(&wire->stroke, gsk_render_node_unref);
    wire->stroke = gsk_cairo_node_new(&wire->bounds);
    wire->drawn_look = wire->look;
    cr = gsk_cairo_node_get_draw_context(wire->stroke);
    use_look(cr, wire->look);
    canvas_stroke_curve(cr, &wire->curve);
    cairo_destroy(cr);
  }
  gtk_snapshot_append_node(snapshot, wire->stroke);
}

static guint64
mix(guint64 hash, const void *data, gsize size)
{
  const guint8 *bytes = data;

  for (gsize i = 0; i < size; i++)
    hash = (hash ^ bytes[i]) * G_GUINT64_CONSTANT(1099511628211); /* FNV-1a */
  return hash;
}

/* Strokes @wires in one node of the view's size, kept while neither they nor the view change. */
static void
append_shared_strokes(NwCanvas *canvas, GtkSnapshot *snapshot, GPtrArray *wires)
{
  float width = gtk_widget_get_width(GTK_WIDGET(canvas));
  float height = gtk_widget_get_height(GTK_WIDGET(canvas));
  guint64 key = G_GUINT64_CONSTANT(14695981039346656037);

  if (wires->len == 0)
    return;
  key = mix(key, &canvas->zoom, sizeof canvas->zoom);
  key = mix(key, &canvas->x, sizeof canvas->x);
  key = mix(key, &canvas->y, sizeof canvas->y);
  key = mix(key, &width, sizeof width);
  key = mix(key, &height, sizeof height);
  for (guint i = 0; i < wires->len; i++) {
    NwWire *wire = wires->pdata[i];
    key = mix(key, &wire->curve, sizeof wire->curve);
    key = mix(key, &wire->look, sizeof wire->look);
  }
  if (!canvas->long_wires || canvas->long_key != key) {
    cairo_t *cr;
    g_clear_pointer(&canvas->long_wires, gsk_render_node_unref);
    canvas->long_wires = gsk_cairo_node_new(&GRAPHENE_RECT_INIT(0, 0, width, height));
    canvas->long_key = key;
    cr = gsk_cairo_node_get_draw_context(canvas->long_wires);
    cairo_scale(cr, canvas->zoom, canvas->zoom);
    cairo_translate(cr, -canvas->x, -canvas->y);
    for (guint i = 0; i < wires->len; i++) {
      NwWire *wire = wires->pdata[i];
      use_look(cr, wire->look);
      canvas_stroke_curve(cr, &wire->curve);
    }
    cairo_destroy(cr);
  }
  gtk_snapshot_append_node(snapshot, canvas->long_wires);
}

static GskRenderNode *
make_label(NwCanvas *canvas, const NwWire *wire)
{
  const NwCanvasTheme *theme = nw_canvas_theme_get_current();
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(GTK_WIDGET(canvas), wire->text);
  PangoAttrList *attributes = pango_attr_list_new();
  GtkSnapshot *snapshot = gtk_snapshot_new();
  graphene_point_t at = nw_curve_at(&wire->curve, 0.5);
  GskRoundedRect pill;
  float edge[4] = {1, 1, 1, 1};
  GdkRGBA edges[4] = {theme->pill_border, theme->pill_border, theme->pill_border,
                      theme->pill_border};
  int width, height;

  pango_attr_list_insert(attributes, pango_attr_scale_new(0.74));
  pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum"));
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
  pango_layout_get_pixel_size(layout, &width, &height);
  if (wire->at_source)
    at = GRAPHENE_POINT_INIT(wire->curve.p[0].x + NW_PORT_RADIUS + 6 + (width + 10) / 2.0,
                             wire->curve.p[0].y);
  gsk_rounded_rect_init_from_rect(&pill,
                                  &GRAPHENE_RECT_INIT(floor(at.x - width / 2.0) - 5,
                                                      floor(at.y - height / 2.0) - 1, width + 10,
                                                      height + 2),
                                  (height + 2) / 2.0);
  gtk_snapshot_push_rounded_clip(snapshot, &pill);
  gtk_snapshot_append_color(snapshot, &theme->pill, &pill.bounds);
  gtk_snapshot_pop(snapshot);
  gtk_snapshot_append_border(snapshot, &pill, edge, edges);
  gtk_snapshot_translate(snapshot,
                         &GRAPHENE_POINT_INIT(pill.bounds.origin.x + 5, pill.bounds.origin.y + 1));
  gtk_snapshot_append_layout(snapshot, layout, &theme->dim);
  return gtk_snapshot_free_to_node(snapshot);
}

/* A text that would hide the whole wire, or reach below the nodes, is left out. */
static gboolean
label_fits(const NwWire *wire)
{
  graphene_rect_t bounds;
  const graphene_point_t *p = wire->curve.p;

  if (wire->at_source)
    return TRUE;
  gsk_render_node_get_bounds(wire->label, &bounds);
  return fabsf(p[3].x - p[0].x) >= bounds.size.width + 4 ||
         fabsf(p[3].y - p[0].y) >= 2 * bounds.size.height + 24;
}

static void
append_label(NwCanvas *canvas, GtkSnapshot *snapshot, NwWire *wire)
{
  if (!wire->label)
    wire->label = make_label(canvas, wire);
  if (label_fits(wire))
    gtk_snapshot_append_node(snapshot, wire->label);
}

static gboolean
uses_cairo(NwCanvas *canvas)
{
  GskRenderer *renderer = gtk_native_get_renderer(gtk_widget_get_native(GTK_WIDGET(canvas)));

  return renderer && g_str_equal(G_OBJECT_TYPE_NAME(renderer), "GskCairoRenderer");
}

void
canvas_snapshot_wires(NwCanvas *canvas, GtkSnapshot *snapshot)
{
  graphene_rect_t view = nw_canvas_get_view(canvas);
  g_autoptr(GPtrArray) shared = g_ptr_array_new();
  g_autoptr(GPtrArray) told = g_ptr_array_new();
  gboolean keep = uses_cairo(canvas);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    NwWire *wire = value;

    if (!graphene_rect_intersection(&view, &wire->bounds, NULL))
      continue;
    if (wire->text && canvas->zoom >= TEXT_ZOOM)
      g_ptr_array_add(told, wire);
    if (!keep || wire->bounds.size.width > view.size.width / 2 ||
        wire->bounds.size.height > view.size.height / 2) {
      g_ptr_array_add(shared, wire);
      continue;
    }
    gtk_snapshot_save(snapshot);
    gtk_snapshot_scale(snapshot, canvas->zoom, canvas->zoom);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(-canvas->x, -canvas->y));
    append_kept_stroke(snapshot, wire);
    gtk_snapshot_restore(snapshot);
  }
  append_shared_strokes(canvas, snapshot, shared);
  for (guint i = 0; i < told->len; i++) {
    gtk_snapshot_save(snapshot);
    gtk_snapshot_scale(snapshot, canvas->zoom, canvas->zoom);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(-canvas->x, -canvas->y));
    append_label(canvas, snapshot, told->pdata[i]);
    gtk_snapshot_restore(snapshot);
  }
}
