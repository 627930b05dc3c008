/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-minimap.h"

#include "nw-node-draw.h"

#include <glib/gi18n.h>
#include <math.h>

#define WIDTH   168
#define HEIGHT  96
#define PADDING 8

struct _NwMinimap {
  GtkWidget parent_instance;
  NwCanvas *canvas;        /* borrowed: both live in the same page */
  NwGraph *drawn;          /* graph of the kept picture */
  graphene_rect_t covered; /* world that it covers */
  GskRenderNode *picture;
};

G_DEFINE_FINAL_TYPE(NwMinimap, nw_minimap, GTK_TYPE_WIDGET)

static double
scale_of(const graphene_rect_t *world)
{
  return MIN((WIDTH - 2 * PADDING) / world->size.width,
             (HEIGHT - 2 * PADDING) / world->size.height);
}

/* World to widget: the world's middle is the widget's. */
static graphene_rect_t
project(const graphene_rect_t *world, const graphene_rect_t *rect)
{
  double scale = scale_of(world);

  return GRAPHENE_RECT_INIT(
      WIDTH / 2.0 + (rect->origin.x - world->origin.x - world->size.width / 2) * scale,
      HEIGHT / 2.0 + (rect->origin.y - world->origin.y - world->size.height / 2) * scale,
      rect->size.width * scale, rect->size.height * scale);
}

static graphene_rect_t
get_covered(NwMinimap *map)
{
  graphene_rect_t all = nw_canvas_get_extent(map->canvas);
  graphene_rect_t view = nw_canvas_get_view(map->canvas);

  if (all.size.width <= 0)
    return view;
  /* The view counts only near the nodes: who goes far away still sees them. */
  graphene_rect_inset(&all, -all.size.width * 0.25 - 100, -all.size.height * 0.25 - 100);
  if (!graphene_rect_intersection(&view, &all, &view))
    view = all;
  all = nw_canvas_get_extent(map->canvas);
  graphene_rect_union(&all, &view, &all);
  return all;
}

static void
redraw(NwMinimap *map, const graphene_rect_t *covered)
{
  NwGraph *graph = nw_canvas_get_graph(map->canvas);
  cairo_t *cr;

  g_clear_pointer(&map->picture, gsk_render_node_unref);
  g_clear_pointer(&map->drawn, nw_graph_unref);
  map->drawn = nw_graph_ref(graph);
  map->covered = *covered;
  map->picture = gsk_cairo_node_new(&GRAPHENE_RECT_INIT(0, 0, WIDTH, HEIGHT));
  cr = gsk_cairo_node_get_draw_context(map->picture);
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    graphene_rect_t rect = project(
        covered, &GRAPHENE_RECT_INIT(node->x, node->y, NW_NODE_WIDTH, nw_node_layout_height(node)));
    gdk_cairo_set_source_rgba(cr, nw_category_rgba(node->layer->kind->category));
    cairo_rectangle(cr, round(rect.origin.x), round(rect.origin.y), MAX(2, round(rect.size.width)),
                    MAX(2, round(rect.size.height)));
    cairo_fill(cr);
  }
  cairo_destroy(cr);
}

static void
nw_minimap_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  NwMinimap *map = NW_MINIMAP(widget);
  const NwCanvasTheme *theme = nw_canvas_theme_get_current();
  graphene_rect_t covered = get_covered(map), view = nw_canvas_get_view(map->canvas);
  graphene_rect_t inside = GRAPHENE_RECT_INIT(1, 1, WIDTH - 2, HEIGHT - 2);
  GskRoundedRect frame;
  float widths[4] = {1.5, 1.5, 1.5, 1.5};
  GdkRGBA colors[4] = {theme->accent, theme->accent, theme->accent, theme->accent};

  if (!map->picture || map->drawn != nw_canvas_get_graph(map->canvas) ||
      !graphene_rect_equal(&covered, &map->covered))
    redraw(map, &covered);
  gtk_snapshot_append_node(snapshot, map->picture);
  view = project(&covered, &view);
  if (!graphene_rect_intersection(&view, &inside, &view))
    return;
  gsk_rounded_rect_init_from_rect(&frame, &view, 3);
  gtk_snapshot_append_border(snapshot, &frame, widths, colors);
}

static void
nw_minimap_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                   int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
go_to(NwMinimap *map, double x, double y)
{
  const graphene_rect_t *world = &map->covered;
  double scale = scale_of(world);

  nw_canvas_center_on(map->canvas,
                      world->origin.x + world->size.width / 2 + (x - WIDTH / 2.0) / scale,
                      world->origin.y + world->size.height / 2 + (y - HEIGHT / 2.0) / scale);
}

static void
drag_begin_cb(GtkGestureDrag *gesture, double x, double y, NwMinimap *map)
{
  gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  go_to(map, x, y);
}

static void
drag_update_cb(GtkGestureDrag *gesture, double dx, double dy, NwMinimap *map)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point(gesture, &x, &y))
    go_to(map, x + dx, y + dy);
}

static void
nw_minimap_finalize(GObject *object)
{
  NwMinimap *map = NW_MINIMAP(object);

  g_clear_pointer(&map->picture, gsk_render_node_unref);
  g_clear_pointer(&map->drawn, nw_graph_unref);
  G_OBJECT_CLASS(nw_minimap_parent_class)->finalize(object);
}

static void
nw_minimap_class_init(NwMinimapClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->finalize = nw_minimap_finalize;
  widget_class->snapshot = nw_minimap_snapshot;
  widget_class->measure = nw_minimap_measure;
  gtk_widget_class_set_css_name(widget_class, "minimap");
  gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
nw_minimap_init(NwMinimap *map)
{
  GtkGesture *drag = gtk_gesture_drag_new();

  g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin_cb), map);
  g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update_cb), map);
  gtk_widget_add_controller(GTK_WIDGET(map), GTK_EVENT_CONTROLLER(drag));
  gtk_accessible_update_property(GTK_ACCESSIBLE(map), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Overview of the network"), -1);
}

GtkWidget *
nw_minimap_new(NwCanvas *canvas)
{
  NwMinimap *map = g_object_new(NW_TYPE_MINIMAP, NULL);

  map->canvas = canvas;
  g_signal_connect_object(canvas, "view-changed", G_CALLBACK(gtk_widget_queue_draw), map,
                          G_CONNECT_SWAPPED);
  return GTK_WIDGET(map);
}
