/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the canvas draws itself: its ground, the overview of a far zoom, and what a drag shows. */
#include "nw-canvas-private.h"

#include <math.h>
#include <string.h>

#define DOT_SPACING 24 /* world; a multiple of NW_GRID */

static GskRenderNode *
make_grid(NwCanvas *canvas, float width, float height)
{
  const NwCanvasTheme *theme = nw_canvas_theme_get_current();
  GskRenderNode *node = gsk_cairo_node_new(&GRAPHENE_RECT_INIT(0, 0, width, height));
  cairo_t *cr = gsk_cairo_node_get_draw_context(node);
  double step = DOT_SPACING * canvas->zoom;
  double size = canvas->zoom > 1.5 ? 2 : 1;

  while (step < 12)
    step *= 2;
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
  gdk_cairo_set_source_rgba(cr, &theme->dot);
  for (double y = -fmod(canvas->y * canvas->zoom, step) - step; y < height; y += step) {
    for (double x = -fmod(canvas->x * canvas->zoom, step) - step; x < width; x += step)
      cairo_rectangle(cr, round(x), round(y), size, size);
  }
  cairo_fill(cr);
  cairo_destroy(cr);
  return node;
}

void
canvas_snapshot_ground(NwCanvas *canvas, GtkSnapshot *snapshot)
{
  const NwCanvasTheme *theme = nw_canvas_theme_get_current();
  float width = gtk_widget_get_width(GTK_WIDGET(canvas));
  float height = gtk_widget_get_height(GTK_WIDGET(canvas));
  double key[5] = {canvas->zoom, canvas->x, canvas->y, width, height};

  gtk_snapshot_append_color(snapshot, &theme->canvas, &GRAPHENE_RECT_INIT(0, 0, width, height));
  /* Kept while the view stands still, or dragging one node would repaint everything. */
  if (!canvas->grid || memcmp(key, canvas->grid_key, sizeof key) != 0) {
    g_clear_pointer(&canvas->grid, gsk_render_node_unref);
    canvas->grid = make_grid(canvas, width, height);
    memcpy(canvas->grid_key, key, sizeof key);
  }
  gtk_snapshot_append_node(snapshot, canvas->grid);
}

static void
draw_overview_wires(NwCanvas *canvas, cairo_t *cr)
{
  const NwCanvasTheme *theme = nw_canvas_theme_get_current();
  graphene_rect_t view = nw_canvas_get_view(canvas);
  GHashTableIter iter;
  gpointer value;

  gdk_cairo_set_source_rgba(cr, &theme->wire);
  cairo_set_line_width(cr, 1);
  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    NwWire *wire = value;
    graphene_point_t from, to;

    if (!graphene_rect_intersection(&view, &wire->bounds, NULL))
      continue;
    from = nw_canvas_to_widget(canvas, wire->curve.p[0].x, wire->curve.p[0].y);
    to = nw_canvas_to_widget(canvas, wire->curve.p[3].x, wire->curve.p[3].y);
    if (fabsf(from.x - to.x) + fabsf(from.y - to.y) < 3)
      continue;
    cairo_move_to(cr, from.x, from.y);
    cairo_line_to(cr, to.x, to.y);
  }
  cairo_stroke(cr);
}

/* Nodes of one colour are one path; @category N_CATEGORIES means the rings of selected nodes. */
static void
draw_overview_nodes(NwCanvas *canvas, cairo_t *cr, int category)
{
  graphene_rect_t view = nw_canvas_get_view(canvas);
  gboolean rings = category == NW_N_CATEGORIES;

  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *node = canvas->views->pdata[i];
    graphene_rect_t rect = nw_node_view_get_rect(node);
    graphene_point_t at;
    double grow = rings ? 2 : 0;

    if (rings ? !node->selected : (int)node->node->layer->kind->category != category)
      continue;
    if (!graphene_rect_intersection(&view, &rect, NULL))
      continue;
    at = nw_canvas_to_widget(canvas, rect.origin.x, rect.origin.y);
    cairo_rectangle(cr, round(at.x) - grow, round(at.y) - grow,
                    MAX(2, round(rect.size.width * canvas->zoom)) + 2 * grow,
                    MAX(2, round(rect.size.height * canvas->zoom)) + 2 * grow);
  }
  gdk_cairo_set_source_rgba(cr, rings ? &nw_canvas_theme_get_current()->accent
                                      : nw_category_rgba(category));
  cairo_fill(cr);
}

void
canvas_snapshot_overview(NwCanvas *canvas, GtkSnapshot *snapshot)
{
  graphene_rect_t all = GRAPHENE_RECT_INIT(0, 0, gtk_widget_get_width(GTK_WIDGET(canvas)),
                                           gtk_widget_get_height(GTK_WIDGET(canvas)));
  cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &all);

  cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
  draw_overview_wires(canvas, cr);
  for (int category = NW_N_CATEGORIES; category >= 0; category--)
    draw_overview_nodes(canvas, cr, category);
  cairo_destroy(cr);
}

/* ── drags ───────────────────────────────────────────────────────────────────────────────────── */

static void
draw_band(NwCanvas *canvas, GtkSnapshot *snapshot)
{
  const NwCanvasTheme *theme = nw_canvas_theme_get_current();
  NwDrag *drag = &canvas->drag;
  graphene_point_t start = nw_canvas_to_widget(canvas, drag->start.x, drag->start.y);
  graphene_rect_t band = GRAPHENE_RECT_INIT(start.x, start.y, drag->x - start.x, drag->y - start.y);
  GskRoundedRect edge;
  float widths[4] = {1, 1, 1, 1};
  GdkRGBA colors[4] = {theme->accent, theme->accent, theme->accent, theme->accent};

  graphene_rect_normalize(&band);
  gsk_rounded_rect_init_from_rect(&edge, &band, 2);
  gtk_snapshot_append_color(snapshot, &theme->accent_soft, &band);
  gtk_snapshot_append_border(snapshot, &edge, widths, colors);
}

/* Where the free end of the wire in hand is: at the port it would snap to, or at the pointer. */
static graphene_point_t
free_end(NwCanvas *canvas)
{
  NwDrag *drag = &canvas->drag;
  NwNodeView *view = drag->snap.kind == NW_HIT_PORT ? canvas_find(canvas, drag->snap.node) : NULL;

  if (view)
    return nw_node_view_get_port(view, drag->snap.side, drag->snap.port);
  return nw_canvas_to_world(canvas, drag->x, drag->y);
}

static void
draw_wire_in_hand(NwCanvas *canvas, GtkSnapshot *snapshot)
{
  const NwCanvasTheme *theme = nw_canvas_theme_get_current();
  NwDrag *drag = &canvas->drag;
  NwNodeView *view = canvas_find(canvas, drag->from);
  graphene_point_t fast, loose = free_end(canvas);
  graphene_rect_t bounds;
  GskRenderNode *node;
  NwCurve curve;
  cairo_t *cr;

  if (!view)
    return;
  fast = nw_node_view_get_port(view, drag->side, drag->port);
  curve =
      drag->side == NW_SIDE_OUTPUT ? nw_curve_between(fast, loose) : nw_curve_between(loose, fast);
  bounds = nw_curve_bounds(&curve);
  graphene_rect_inset(&bounds, -12, -12);
  gtk_snapshot_save(snapshot);
  gtk_snapshot_scale(snapshot, canvas->zoom, canvas->zoom);
  gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(-canvas->x, -canvas->y));
  /* Not gtk_snapshot_append_cairo(): in 4.8 it misplaces what is drawn below a scale. */
  node = gsk_cairo_node_new(&bounds);
  cr = gsk_cairo_node_get_draw_context(node);
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_FAST);
  gdk_cairo_set_source_rgba(cr, &theme->accent);
  cairo_set_line_width(cr, 2.5);
  canvas_stroke_curve(cr, &curve);
  cairo_arc(cr, loose.x, loose.y, drag->snap.kind == NW_HIT_PORT ? 9 : 5, 0, 2 * G_PI);
  if (drag->snap.kind == NW_HIT_PORT)
    cairo_stroke(cr);
  else
    cairo_fill(cr);
  cairo_destroy(cr);
  gtk_snapshot_append_node(snapshot, node);
  gsk_render_node_unref(node);
  gtk_snapshot_restore(snapshot);
}

static void
draw_cut(NwCanvas *canvas, GtkSnapshot *snapshot)
{
  const NwCanvasTheme *theme = nw_canvas_theme_get_current();
  GArray *stroke = canvas->drag.stroke;
  cairo_t *cr = gtk_snapshot_append_cairo(
      snapshot, &GRAPHENE_RECT_INIT(0, 0, gtk_widget_get_width(GTK_WIDGET(canvas)),
                                    gtk_widget_get_height(GTK_WIDGET(canvas))));
  double dashes[] = {6, 4};

  gdk_cairo_set_source_rgba(cr, &theme->bad);
  cairo_set_line_width(cr, 2);
  cairo_set_dash(cr, dashes, 2, 0);
  for (guint i = 0; i < stroke->len; i++) {
    graphene_point_t world = g_array_index(stroke, graphene_point_t, i);
    graphene_point_t at = nw_canvas_to_widget(canvas, world.x, world.y);
    cairo_line_to(cr, at.x, at.y);
  }
  cairo_stroke(cr);
  cairo_destroy(cr);
}

void
canvas_snapshot_drag(NwCanvas *canvas, GtkSnapshot *snapshot)
{
  if (!canvas->drag.moving)
    return;
  if (canvas->drag.mode == DRAG_BAND)
    draw_band(canvas, snapshot);
  else if (canvas->drag.mode == DRAG_WIRE)
    draw_wire_in_hand(canvas, snapshot);
  else if (canvas->drag.mode == DRAG_CUT)
    draw_cut(canvas, snapshot);
}
