/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Zoom and place of the view. */
#include "nw-canvas-private.h"

#include <math.h>

#define FIT_MARGIN 20 /* pixels around everything */
#define GLIDE_MS   160

graphene_point_t
nw_canvas_to_world(NwCanvas *canvas, double x, double y)
{
  return GRAPHENE_POINT_INIT(canvas->x + x / canvas->zoom, canvas->y + y / canvas->zoom);
}

graphene_point_t
nw_canvas_to_widget(NwCanvas *canvas, double world_x, double world_y)
{
  return GRAPHENE_POINT_INIT((world_x - canvas->x) * canvas->zoom,
                             (world_y - canvas->y) * canvas->zoom);
}

graphene_rect_t
nw_canvas_get_view(NwCanvas *canvas)
{
  return GRAPHENE_RECT_INIT(canvas->x, canvas->y,
                            gtk_widget_get_width(GTK_WIDGET(canvas)) / canvas->zoom,
                            gtk_widget_get_height(GTK_WIDGET(canvas)) / canvas->zoom);
}

graphene_rect_t
nw_canvas_get_extent(NwCanvas *canvas)
{
  graphene_rect_t all = GRAPHENE_RECT_INIT(0, 0, 0, 0);

  for (guint i = 0; i < canvas->views->len; i++) {
    graphene_rect_t rect = nw_node_view_get_rect(canvas->views->pdata[i]);
    if (i == 0)
      all = rect;
    else
      graphene_rect_union(&all, &rect, &all);
  }
  return all;
}

double
nw_canvas_get_zoom(NwCanvas *canvas)
{
  return canvas->zoom;
}

/* Places are kept on whole pixels at 100 %, so that cards and texts stay crisp. */
static void
set_view(NwCanvas *canvas, double zoom, double x, double y)
{
  canvas->zoom = CLAMP(zoom, NW_CANVAS_MIN_ZOOM, NW_CANVAS_MAX_ZOOM);
  canvas->x = round(x * canvas->zoom) / canvas->zoom;
  canvas->y = round(y * canvas->zoom) / canvas->zoom;
  canvas_changed_view(canvas);
}

static void
stop_glide(NwCanvas *canvas)
{
  if (canvas->glide)
    adw_animation_pause(canvas->glide);
  g_clear_object(&canvas->glide);
  canvas->fit_pending = FALSE;
  canvas->fitted = FALSE;
}

void
nw_canvas_zoom_at(NwCanvas *canvas, double zoom, double x, double y)
{
  graphene_point_t fixed = nw_canvas_to_world(canvas, x, y);

  stop_glide(canvas);
  zoom = CLAMP(zoom, NW_CANVAS_MIN_ZOOM, NW_CANVAS_MAX_ZOOM);
  set_view(canvas, zoom, fixed.x - x / zoom, fixed.y - y / zoom);
}

void
nw_canvas_set_zoom(NwCanvas *canvas, double zoom)
{
  nw_canvas_zoom_at(canvas, zoom, gtk_widget_get_width(GTK_WIDGET(canvas)) / 2.0,
                    gtk_widget_get_height(GTK_WIDGET(canvas)) / 2.0);
}

void
canvas_pan(NwCanvas *canvas, double dx, double dy)
{
  stop_glide(canvas);
  set_view(canvas, canvas->zoom, canvas->x + dx / canvas->zoom, canvas->y + dy / canvas->zoom);
}

static void
center(NwCanvas *canvas, double zoom, double x, double y)
{
  set_view(canvas, zoom, x - gtk_widget_get_width(GTK_WIDGET(canvas)) / 2.0 / zoom,
           y - gtk_widget_get_height(GTK_WIDGET(canvas)) / 2.0 / zoom);
}

void
nw_canvas_center_on(NwCanvas *canvas, double world_x, double world_y)
{
  stop_glide(canvas);
  center(canvas, canvas->zoom, world_x, world_y);
}

static void
glide_cb(double t, gpointer data)
{
  NwCanvas *canvas = data;
  double *a = canvas->glide_from, *b = canvas->glide_to;

  /* Zoom grows by factors: half way is the geometric mean. */
  center(canvas, a[0] * pow(b[0] / a[0], t), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2]));
}

void
canvas_glide_to(NwCanvas *canvas, double zoom, double center_x, double center_y)
{
  graphene_rect_t view = nw_canvas_get_view(canvas);

  stop_glide(canvas);
  canvas->glide_from[0] = canvas->zoom;
  canvas->glide_from[1] = view.origin.x + view.size.width / 2;
  canvas->glide_from[2] = view.origin.y + view.size.height / 2;
  canvas->glide_to[0] = zoom;
  canvas->glide_to[1] = center_x;
  canvas->glide_to[2] = center_y;
  canvas->glide =
      adw_timed_animation_new(GTK_WIDGET(canvas), 0, 1, GLIDE_MS,
                              adw_callback_animation_target_new(glide_cb, canvas, NULL));
  adw_animation_play(canvas->glide);
}

static gboolean
find_fit(NwCanvas *canvas, double *zoom, graphene_point_t *middle)
{
  graphene_rect_t all = nw_canvas_get_extent(canvas);
  double width = gtk_widget_get_width(GTK_WIDGET(canvas)) - 2.0 * FIT_MARGIN;
  double height = gtk_widget_get_height(GTK_WIDGET(canvas)) - 2.0 * FIT_MARGIN;

  if (canvas->views->len == 0 || width <= 0 || height <= 0)
    return FALSE;
  *zoom = MIN(1, MIN(width / all.size.width, height / all.size.height));
  *zoom = MAX(*zoom, NW_CANVAS_MIN_ZOOM);
  *middle = middle_of(&all);
  return TRUE;
}

static gboolean
announce_cb(gpointer data)
{
  NwCanvas *canvas = data;

  canvas->announce_idle = 0;
  canvas_changed_view(canvas);
  return G_SOURCE_REMOVE;
}

/* Without animation, inside a layout: whoever shows the zoom hears of it after the layout. */
void
canvas_fit_now(NwCanvas *canvas)
{
  double zoom;
  graphene_point_t middle;

  canvas->fit_pending = FALSE;
  if (!find_fit(canvas, &zoom, &middle))
    return;
  canvas->fitted = TRUE;
  canvas->fitted_width = gtk_widget_get_width(GTK_WIDGET(canvas));
  canvas->fitted_height = gtk_widget_get_height(GTK_WIDGET(canvas));
  canvas->zoom = zoom;
  canvas->x = round(middle.x * zoom - gtk_widget_get_width(GTK_WIDGET(canvas)) / 2.0) / zoom;
  canvas->y = round(middle.y * zoom - gtk_widget_get_height(GTK_WIDGET(canvas)) / 2.0) / zoom;
  if (!canvas->announce_idle)
    canvas->announce_idle = g_idle_add(announce_cb, canvas);
}

void
nw_canvas_fit(NwCanvas *canvas)
{
  double zoom;
  graphene_point_t middle;

  if (!gtk_widget_get_mapped(GTK_WIDGET(canvas))) {
    canvas->fit_pending = TRUE;
    return;
  }
  if (!find_fit(canvas, &zoom, &middle))
    return;
  canvas_glide_to(canvas, zoom, middle.x, middle.y);
  canvas->fitted = TRUE;
  canvas->fitted_width = gtk_widget_get_width(GTK_WIDGET(canvas));
  canvas->fitted_height = gtk_widget_get_height(GTK_WIDGET(canvas));
}

void
nw_canvas_show_node(NwCanvas *canvas, guint uid)
{
  NwNodeView *node = canvas_find(canvas, uid);
  graphene_rect_t view = nw_canvas_get_view(canvas), rect;

  if (!node)
    return;
  rect = nw_node_view_get_rect(node);
  graphene_rect_inset(&view, 24 / canvas->zoom, 24 / canvas->zoom);
  if (graphene_rect_contains_rect(&view, &rect) && canvas->zoom >= 0.45)
    return;
  canvas_glide_to(canvas, MAX(canvas->zoom, 0.6), rect.origin.x + rect.size.width / 2,
                  rect.origin.y + rect.size.height / 2);
}

guint
nw_canvas_get_n_shown(NwCanvas *canvas)
{
  guint n = 0;

  for (guint i = 0; i < canvas->views->len; i++)
    n += gtk_widget_get_child_visible(canvas->views->pdata[i]);
  return n;
}
