/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-pixel-grid.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "nw-plot-theme.h"

#define SIDE      320 /* px of the longer side */
#define SMALLEST  120
#define SOFT_FROM 16 /* points: from here on the brush has a soft rim */
#define SOFT      0.6

struct _NwPixelGrid {
  GtkWidget parent;

  guint height, width, depth;
  gboolean editable;
  char *title;
  float *levels, *effects; /* effects: (nullable) */

  gboolean erases;
  double last_x, last_y; /* of the stroke, in points */
  guint row, column;     /* the keyboard's place */
};

enum { PAINTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(NwPixelGrid, nw_pixel_grid, GTK_TYPE_WIDGET)

/* ── looks ───────────────────────────────────────────────────────────────────────────────────── */

/* Where the points are: whole and square, in the middle. */
static double
get_scale(NwPixelGrid *self, double *x, double *y)
{
  double width = gtk_widget_get_width(GTK_WIDGET(self));
  double height = gtk_widget_get_height(GTK_WIDGET(self));
  double scale = MIN(width / self->width, height / self->height);

  *x = floor((width - scale * self->width) / 2);
  *y = floor((height - scale * self->height) / 2);
  return scale;
}

static NwPlotColor
get_color(const NwPixelGrid *self, guint point, const NwPlotTheme *theme, float largest)
{
  const float *level = self->levels + point * self->depth;
  NwPlotColor color = nw_plot_color_mix(theme->paper, theme->text, (double)level[0]);
  double effect;

  if (self->depth == 3)
    color = (NwPlotColor){(double)level[0], (double)level[1], (double)level[2], 1};
  if (self->effects == NULL)
    return color;
  effect = largest > 0 ? (double)(self->effects[point] / largest) : 0;
  color = nw_plot_color_mix(theme->paper, color, 0.22);
  return nw_plot_color_mix(color, nw_plot_theme_color(theme, effect < 0), fabs(effect));
}

static guint32
pack(NwPlotColor color)
{
  guint32 red = (guint32)lround(CLAMP(color.red, 0, 1) * 255);
  guint32 green = (guint32)lround(CLAMP(color.green, 0, 1) * 255);
  guint32 blue = (guint32)lround(CLAMP(color.blue, 0, 1) * 255);

  return red << 16 | green << 8 | blue;
}

static cairo_surface_t *
create_surface(NwPixelGrid *self, const NwPlotTheme *theme)
{
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)self->width, (int)self->height);
  guint8 *data = cairo_image_surface_get_data(surface);
  int stride = cairo_image_surface_get_stride(surface);
  float largest = 0;

  for (guint i = 0; self->effects != NULL && i < self->height * self->width; i++)
    largest = MAX(largest, fabsf(self->effects[i]));
  cairo_surface_flush(surface);
  for (guint row = 0; row < self->height; row++)
    for (guint column = 0; column < self->width; column++)
      ((guint32 *)(gpointer)(data + (gsize)row * (gsize)stride))[column] =
          pack(get_color(self, row * self->width + column, theme, largest));
  cairo_surface_mark_dirty(surface);
  return surface;
}

static void
draw_place(NwPixelGrid *self, cairo_t *cr, double scale, const NwPlotTheme *theme)
{
  cairo_rectangle(cr, self->column * scale + 1, self->row * scale + 1, MAX(scale - 2, 2),
                  MAX(scale - 2, 2));
  nw_plot_color_set(cr, theme->selection);
  cairo_set_line_width(cr, 2);
  cairo_stroke(cr);
}

static void
nw_pixel_grid_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  NwPixelGrid *self = NW_PIXEL_GRID(widget);
  gboolean dark = adw_style_manager_get_dark(adw_style_manager_get_default());
  const NwPlotTheme *theme = nw_plot_theme_get(dark);
  double x, y, scale = get_scale(self, &x, &y);
  cairo_t *cr =
      gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, gtk_widget_get_width(widget),
                                                              gtk_widget_get_height(widget)));
  cairo_surface_t *surface = create_surface(self, theme);

  cairo_translate(cr, x, y);
  cairo_save(cr);
  cairo_scale(cr, scale, scale);
  cairo_set_source_surface(cr, surface, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_rectangle(cr, 0, 0, self->width, self->height);
  cairo_fill(cr);
  cairo_restore(cr);
  cairo_rectangle(cr, 0.5, 0.5, floor(scale * self->width) - 1, floor(scale * self->height) - 1);
  nw_plot_color_set(cr, theme->axis);
  cairo_set_line_width(cr, 1);
  cairo_stroke(cr);
  if (self->editable && gtk_widget_has_visible_focus(widget))
    draw_place(self, cr, scale, theme);
  cairo_surface_destroy(surface);
  cairo_destroy(cr);
}

static GtkSizeRequestMode
nw_pixel_grid_get_request_mode(GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
nw_pixel_grid_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  NwPixelGrid *self = NW_PIXEL_GRID(widget);
  double share = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;

  share /= MAX(self->width, self->height);
  *natural = (int)ceil(SIDE * share);
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? (int)ceil(SMALLEST * share) : *natural;
}

/* ── words ───────────────────────────────────────────────────────────────────────────────────── */

static void
tell_place(NwPixelGrid *self)
{
  g_autofree char *words = NULL;

  if (!self->editable)
    return;
  words = g_strdup_printf(
      _("%s, row %u, column %u: %.2f"), self->title, self->row + 1, self->column + 1,
      (double)self->levels[(self->row * self->width + self->column) * self->depth]);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

void
nw_pixel_grid_set_levels(NwPixelGrid *self, const float *levels)
{
  g_return_if_fail(NW_IS_PIXEL_GRID(self));

  memcpy(self->levels, levels, self->height * self->width * self->depth * sizeof *levels);
  tell_place(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
nw_pixel_grid_set_point(NwPixelGrid *self, guint point, const float *levels)
{
  g_return_if_fail(NW_IS_PIXEL_GRID(self) && point < self->height * self->width);

  memcpy(self->levels + point * self->depth, levels, self->depth * sizeof *levels);
  tell_place(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
nw_pixel_grid_set_effects(NwPixelGrid *self, const float *effects, const char *words)
{
  g_return_if_fail(NW_IS_PIXEL_GRID(self));

  g_free(self->effects);
  self->effects =
      effects != NULL ? g_memdup2(effects, self->height * self->width * sizeof *effects) : NULL;
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* ── painting ────────────────────────────────────────────────────────────────────────────────── */

static void
paint(NwPixelGrid *self, gint64 row, gint64 column, double level)
{
  if (row < 0 || row >= self->height || column < 0 || column >= self->width)
    return;
  g_signal_emit(self, signals[PAINTED], 0, (guint)row * self->width + (guint)column,
                self->erases ? 0.0 : level);
}

static void
dab(NwPixelGrid *self, double x, double y)
{
  gint64 row = (gint64)floor(y), column = (gint64)floor(x);

  self->row = (guint)CLAMP(row, 0, self->height - 1);
  self->column = (guint)CLAMP(column, 0, self->width - 1);
  if (MAX(self->width, self->height) >= SOFT_FROM) {
    paint(self, row - 1, column, SOFT);
    paint(self, row + 1, column, SOFT);
    paint(self, row, column - 1, SOFT);
    paint(self, row, column + 1, SOFT);
  }
  paint(self, row, column, 1);
}

/* All points between the last place and this one. */
static void
stroke_to(NwPixelGrid *self, double x, double y)
{
  double dx = x - self->last_x, dy = y - self->last_y;
  guint steps = (guint)ceil(MAX(fabs(dx), fabs(dy)) * 2);

  for (guint i = 1; i <= MIN(steps, 1000); i++)
    dab(self, self->last_x + dx * i / steps, self->last_y + dy * i / steps);
  self->last_x = x;
  self->last_y = y;
}

static void
drag_begin_cb(GtkGestureDrag *gesture, double x, double y, NwPixelGrid *self)
{
  guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture));
  double left, top, scale = get_scale(self, &left, &top);

  if (button != GDK_BUTTON_PRIMARY && button != GDK_BUTTON_SECONDARY)
    return;
  gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus(GTK_WIDGET(self));
  self->erases = button == GDK_BUTTON_SECONDARY;
  self->last_x = (x - left) / scale;
  self->last_y = (y - top) / scale;
  dab(self, self->last_x, self->last_y);
}

static void
drag_update_cb(GtkGestureDrag *gesture, double dx, double dy, NwPixelGrid *self)
{
  double x, y, left, top, scale = get_scale(self, &left, &top);

  if (gtk_gesture_drag_get_start_point(gesture, &x, &y))
    stroke_to(self, (x + dx - left) / scale, (y + dy - top) / scale);
}

static gboolean
key_cb(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
       NwPixelGrid *self)
{
  static const struct {
    guint key;
    int row, column;
  } moves[] = {
      {GDK_KEY_Up, -1, 0}, {GDK_KEY_Down, 1, 0}, {GDK_KEY_Left, 0, -1}, {GDK_KEY_Right, 0, 1}};

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return GDK_EVENT_PROPAGATE;
  for (gsize i = 0; i < G_N_ELEMENTS(moves); i++)
    if (moves[i].key == key) {
      self->row = (guint)CLAMP((int)self->row + moves[i].row, 0, (int)self->height - 1);
      self->column = (guint)CLAMP((int)self->column + moves[i].column, 0, (int)self->width - 1);
      tell_place(self);
      gtk_widget_queue_draw(GTK_WIDGET(self));
      return GDK_EVENT_STOP;
    }
  self->erases = key == GDK_KEY_Delete || key == GDK_KEY_BackSpace;
  if (key != GDK_KEY_space && !self->erases)
    return GDK_EVENT_PROPAGATE;
  paint(self, self->row, self->column, 1);
  return GDK_EVENT_STOP;
}

static void
make_editable(NwPixelGrid *self)
{
  GtkGesture *drag = gtk_gesture_drag_new();
  GtkEventController *keys = gtk_event_controller_key_new();

  gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(drag), 0);
  g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin_cb), self);
  g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update_cb), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drag));
  g_signal_connect(keys, "key-pressed", G_CALLBACK(key_cb), self);
  gtk_widget_add_controller(GTK_WIDGET(self), keys);
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  gtk_widget_set_cursor_from_name(GTK_WIDGET(self), "crosshair");
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_pixel_grid_finalize(GObject *object)
{
  NwPixelGrid *self = NW_PIXEL_GRID(object);

  g_free(self->title);
  g_free(self->levels);
  g_free(self->effects);
  G_OBJECT_CLASS(nw_pixel_grid_parent_class)->finalize(object);
}

static void
nw_pixel_grid_class_init(NwPixelGridClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->finalize = nw_pixel_grid_finalize;
  widget_class->snapshot = nw_pixel_grid_snapshot;
  widget_class->measure = nw_pixel_grid_measure;
  widget_class->get_request_mode = nw_pixel_grid_get_request_mode;
  gtk_widget_class_set_css_name(widget_class, "pixelgrid");
  gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[PAINTED] = g_signal_new("painted", NW_TYPE_PIXEL_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_DOUBLE);
}

static void
nw_pixel_grid_init(NwPixelGrid *self)
{
  gtk_widget_set_halign(GTK_WIDGET(self), GTK_ALIGN_START);
}

GtkWidget *
nw_pixel_grid_new(guint height, guint width, guint depth, gboolean editable, const char *title)
{
  NwPixelGrid *self = g_object_new(NW_TYPE_PIXEL_GRID, NULL);

  self->height = height;
  self->width = width;
  self->depth = depth;
  self->editable = editable;
  self->title = g_strdup(title);
  self->levels = g_new0(float, height *width *depth);
  if (editable)
    make_editable(self);
  tell_place(self);
  return GTK_WIDGET(self);
}
