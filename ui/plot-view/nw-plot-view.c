/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-view.h"
#include "nw-plot-curves.h"
#include "nw-plot-export.h"
#include "nw-plot-save.h"
#include "nw-plot-zoom.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#define WORDS_INTERVAL 1000  /* ms between changes of the description while numbers stream in */
#define BASE_FONT      14.67 /* px: 11 pt, for which the theme's sizes are made */
#define DRAG_THRESHOLD 4
#define WHEEL_ZOOM     1.25 /* as much is seen after one notch */
#define WHEEL_MOVE     0.1  /* of the width, by one notch */
#define WHEEL_PIXELS   40.0 /* of a touchpad that are as good as a notch */

struct _NwPlotView {
  GtkWidget parent;

  const NwPlotKind *kind;
  gpointer data;
  GDestroyNotify destroy;
  char *file_name;
  gboolean is_passive;

  NwPlotTheme theme;
  NwPlotZoom *zoom; /* of curves */
  gboolean is_hovered, is_dragged;
  double pointer_x, pointer_y;
  double drag_x, drag_y; /* where it began */

  GtkWidget *menu; /* made when first asked for */
  char *words;     /* the description as set */
  guint words_timeout;
};

enum { ITEM_ACTIVATED, DRAGGED, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(NwPlotView, nw_plot_view, GTK_TYPE_WIDGET)

static gboolean
has_curves(NwPlotView *self)
{
  return self->kind == &nw_plot_curves_kind;
}

/* The data as drawn: curves with the person's zoom and choice of series. */
static gconstpointer
shown_data(NwPlotView *self)
{
  return has_curves(self) ? nw_plot_zoom_apply(self->zoom, self->data) : self->data;
}

/* ── look ────────────────────────────────────────────────────────────────────────────────────── */

static void
update_theme(NwPlotView *self)
{
  gboolean dark = adw_style_manager_get_dark(adw_style_manager_get_default());
  PangoContext *context = gtk_widget_get_pango_context(GTK_WIDGET(self));
  const PangoFontDescription *font = pango_context_get_font_description(context);
  double size = pango_font_description_get_size(font) / (double)PANGO_SCALE, larger;

  if (!pango_font_description_get_size_is_absolute(font))
    size *= pango_cairo_context_get_resolution(context) / 72;
  /* Who reads larger letters elsewhere reads them here too. */
  larger = CLAMP(size / BASE_FONT, 0.8, 2.5);
  self->theme = *nw_plot_theme_get(dark);
  self->theme.background.alpha = 0;
  if (dark)
    self->theme.paper = nw_plot_color_from_rgb(0x363636); /* a card of libadwaita */
  self->theme.font = g_intern_string(pango_font_description_get_family(font));
  self->theme.title_size *= larger;
  self->theme.text_size *= larger;
  self->theme.small_size *= larger;
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
draw_selection(NwPlotView *self, cairo_t *cr)
{
  NwPlotColor color = self->theme.selection;
  double left = MIN(self->drag_x, self->pointer_x), top = MIN(self->drag_y, self->pointer_y);

  cairo_rectangle(cr, nw_plot_snap(left), nw_plot_snap(top),
                  floor(fabs(self->pointer_x - self->drag_x)),
                  floor(fabs(self->pointer_y - self->drag_y)));
  nw_plot_color_set(cr, nw_plot_color_fade(color, 0.12));
  cairo_fill_preserve(cr);
  nw_plot_color_set(cr, color);
  cairo_set_line_width(cr, 1);
  cairo_stroke(cr);
}

static void
draw_read_out(NwPlotView *self, cairo_t *cr, gconstpointer data, double width, double height)
{
  g_autofree char *words = NULL;

  if (self->kind->read_out == NULL)
    return;
  words = self->kind->read_out(data, self->pointer_x, self->pointer_y, width, height, &self->theme);
  if (words == NULL)
    return;
  if (self->kind->highlight != NULL)
    self->kind->highlight(data, cr, self->pointer_x, self->pointer_y, width, height, &self->theme);
  nw_plot_note(cr, self->pointer_x, self->pointer_y, width, height, words, &self->theme);
}

static void
nw_plot_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  NwPlotView *self = NW_PLOT_VIEW(widget);
  double width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  gconstpointer data;
  cairo_t *cr;

  if (self->kind == NULL || width < 1 || height < 1)
    return;
  data = shown_data(self);
  cr = gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, width, height));
  self->kind->draw(data, cr, width, height, &self->theme);
  if (self->is_dragged)
    draw_selection(self, cr);
  else if (self->is_hovered && !self->is_passive)
    draw_read_out(self, cr, data, width, height);
  cairo_destroy(cr);
}

/* ── words ───────────────────────────────────────────────────────────────────────────────────── */

static void
update_words(NwPlotView *self)
{
  g_autofree char *words =
      self->kind != NULL ? self->kind->describe(shown_data(self)) : g_strdup("");

  if (g_strcmp0(words, self->words) == 0)
    return;
  g_free(self->words);
  self->words = g_steal_pointer(&words);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->words,
                                 -1);
}

static gboolean
words_timeout_cb(gpointer user_data)
{
  NwPlotView *self = user_data;

  self->words_timeout = 0;
  update_words(self);
  return G_SOURCE_REMOVE;
}

void
nw_plot_view_invalidate(NwPlotView *self)
{
  g_return_if_fail(NW_IS_PLOT_VIEW(self));
  gtk_widget_queue_draw(GTK_WIDGET(self));
  if (self->words_timeout == 0)
    self->words_timeout = g_timeout_add(WORDS_INTERVAL, words_timeout_cb, self);
}

/* ── saving ──────────────────────────────────────────────────────────────────────────────────── */

static gboolean
save(GtkWidget *widget, const char *path, GError **error)
{
  NwPlotView *self = NW_PLOT_VIEW(widget);

  if (self->kind == NULL)
    return TRUE;
  /* On white paper whatever the window looks like. */
  return nw_plot_export(self->kind, shown_data(self), path, MAX(gtk_widget_get_width(widget), 240),
                        MAX(gtk_widget_get_height(widget), 180), nw_plot_theme_get(FALSE), error);
}

static void
fail(GtkWidget *widget, const char *sentence)
{
  GtkRoot *root = gtk_widget_get_root(widget);
  GtkWidget *dialog;

  if (g_signal_has_handler_pending(widget, signals[FAILED], 0, TRUE)) {
    g_signal_emit(widget, signals[FAILED], 0, sentence);
    return;
  }
  dialog = adw_message_dialog_new(GTK_IS_WINDOW(root) ? GTK_WINDOW(root) : NULL,
                                  _("The Plot Was Not Saved"), sentence);
  adw_message_dialog_add_response(ADW_MESSAGE_DIALOG(dialog), "close", _("_Close"));
  gtk_window_present(GTK_WINDOW(dialog));
}

static void
save_as(GtkWidget *widget, const char *ending)
{
  NwPlotView *self = NW_PLOT_VIEW(widget);

  if (self->kind != NULL)
    nw_plot_save_ask(widget, _("Save Plot"),
                     self->file_name != NULL ? self->file_name : self->kind->id, ending, save,
                     fail);
}

static void
save_svg_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  save_as(widget, "svg");
}

static void
save_pdf_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  save_as(widget, "pdf");
}

static void
save_png_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  save_as(widget, "png");
}

static void
copy_csv_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  NwPlotView *self = NW_PLOT_VIEW(widget);
  g_autofree char *csv = NULL;

  if (self->kind == NULL)
    return;
  csv = nw_plot_to_csv(self->kind, self->data);
  gdk_clipboard_set_text(gtk_widget_get_clipboard(widget), csv);
}

static void
reset_zoom_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  NwPlotView *self = NW_PLOT_VIEW(widget);

  nw_plot_zoom_reset(self->zoom);
  gtk_widget_action_set_enabled(widget, "plot.reset-zoom", FALSE);
  nw_plot_view_invalidate(self);
}

static void
scroll(NwPlotView *self, double x, double factor, double by)
{
  GtkWidget *widget = GTK_WIDGET(self);

  if (!has_curves(self) || self->data == NULL || self->is_passive)
    return;
  nw_plot_zoom_scroll(self->zoom, self->data, x, factor, by, gtk_widget_get_width(widget),
                      gtk_widget_get_height(widget), &self->theme);
  gtk_widget_action_set_enabled(widget, "plot.reset-zoom", nw_plot_zoom_is_set(self->zoom));
  nw_plot_view_invalidate(self);
}

/* @parameter: how much of x is seen then, and how much of the width it moves. */
static void
scroll_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  double width = gtk_widget_get_width(widget), factor, by;

  g_variant_get(parameter, "(dd)", &factor, &by);
  scroll(NW_PLOT_VIEW(widget), width / 2, factor, by * width);
}

/* ── menu ────────────────────────────────────────────────────────────────────────────────────── */

static GMenuModel *
build_menu(NwPlotView *self)
{
  GMenu *menu = g_menu_new();
  g_autoptr(GMenu) files = g_menu_new(), numbers = g_menu_new();

  g_menu_append(files, _("Save as _SVG…"), "plot.save-svg");
  g_menu_append(files, _("Save as P_DF…"), "plot.save-pdf");
  g_menu_append(files, _("Save as _PNG…"), "plot.save-png");
  g_menu_append(numbers, _("_Copy Data as CSV"), "plot.copy-csv");
  if (has_curves(self))
    g_menu_append(numbers, _("_Reset Zoom"), "plot.reset-zoom");
  g_menu_append_section(menu, NULL, G_MENU_MODEL(files));
  g_menu_append_section(menu, NULL, G_MENU_MODEL(numbers));
  return G_MENU_MODEL(menu);
}

static void
show_menu(NwPlotView *self, double x, double y)
{
  if (self->kind == NULL || self->is_passive)
    return;
  if (self->menu == NULL) {
    g_autoptr(GMenuModel) model = build_menu(self);

    self->menu = gtk_popover_menu_new_from_model(model);
    gtk_popover_set_has_arrow(GTK_POPOVER(self->menu), FALSE);
    gtk_widget_set_halign(self->menu, GTK_ALIGN_START);
    gtk_widget_set_parent(self->menu, GTK_WIDGET(self));
  }
  self->is_hovered = FALSE;
  gtk_widget_queue_draw(GTK_WIDGET(self));
  gtk_popover_set_pointing_to(GTK_POPOVER(self->menu), &(GdkRectangle){x, y, 1, 1});
  gtk_popover_popup(GTK_POPOVER(self->menu));
}

static void
menu_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_menu(NW_PLOT_VIEW(widget), gtk_widget_get_width(widget) / 2.0,
            gtk_widget_get_height(widget) / 2.0);
}

static void
nw_plot_view_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
  NwPlotView *self = NW_PLOT_VIEW(widget);

  if (self->menu != NULL)
    gtk_popover_present(GTK_POPOVER(self->menu));
}

/* ── pointer ─────────────────────────────────────────────────────────────────────────────────── */

static void
motion_cb(GtkEventControllerMotion *controller, double x, double y, NwPlotView *self)
{
  self->is_hovered = TRUE;
  self->pointer_x = x;
  self->pointer_y = y;
  if (!self->is_passive && self->kind != NULL && self->kind->read_out != NULL)
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
leave_cb(GtkEventControllerMotion *controller, NwPlotView *self)
{
  self->is_hovered = FALSE;
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* Somebody wants to know of drags: then what is clicked is known when the button comes up. */
static gboolean
is_draggable(NwPlotView *self)
{
  return g_signal_has_handler_pending(self, signals[DRAGGED], 0, TRUE);
}

static void
activate_item(NwPlotView *self, double x, double y)
{
  GtkWidget *widget = GTK_WIDGET(self);
  int item;

  if (self->kind == NULL || self->kind->hit == NULL || self->is_passive)
    return;
  item = self->kind->hit(self->data, x, y, gtk_widget_get_width(widget),
                         gtk_widget_get_height(widget), &self->theme);
  if (item >= 0)
    g_signal_emit(self, signals[ITEM_ACTIVATED], 0, (guint)item);
}

static void
released_cb(GtkGestureClick *gesture, int n_press, double x, double y, NwPlotView *self)
{
  if (is_draggable(self))
    activate_item(self, x, y);
}

static void
pressed_cb(GtkGestureClick *gesture, int n_press, double x, double y, NwPlotView *self)
{
  GtkWidget *widget = GTK_WIDGET(self);
  double width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);

  if (self->kind == NULL || self->is_passive)
    return;
  gtk_widget_grab_focus(widget);
  if (has_curves(self) && n_press == 2) {
    reset_zoom_cb(widget, NULL, NULL);
    return;
  }
  if (has_curves(self)) {
    if (nw_plot_zoom_toggle(self->zoom, self->data, x, y, width, height, &self->theme))
      nw_plot_view_invalidate(self);
    return;
  }
  if (!is_draggable(self))
    activate_item(self, x, y);
}

static void
menu_pressed_cb(GtkGestureClick *gesture, int n_press, double x, double y, NwPlotView *self)
{
  gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus(GTK_WIDGET(self));
  show_menu(self, x, y);
}

/* The wheel moves along what was zoomed into; with Ctrl it zooms. */
static gboolean
wheel_cb(GtkEventControllerScroll *controller, double dx, double dy, NwPlotView *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(controller));
  double d = dx != 0 ? dx : dy, width = gtk_widget_get_width(GTK_WIDGET(self));
  gboolean in_pixels = gtk_event_controller_scroll_get_unit(controller) == GDK_SCROLL_UNIT_SURFACE;

  if (!has_curves(self) || self->is_passive)
    return FALSE;
  if (state & GDK_CONTROL_MASK)
    scroll(self, self->pointer_x, pow(WHEEL_ZOOM, in_pixels ? dy / WHEEL_PIXELS : dy), 0);
  else if (nw_plot_zoom_is_set(self->zoom))
    scroll(self, self->pointer_x, 1, in_pixels ? d : d * WHEEL_MOVE * width);
  else
    return FALSE;
  return TRUE;
}

static void
drag_update_cb(GtkGestureDrag *gesture, double dx, double dy, NwPlotView *self)
{
  double x, y;

  if (self->kind == NULL || self->is_passive || !(has_curves(self) || is_draggable(self)))
    return;
  if (!self->is_dragged && hypot(dx, dy) < DRAG_THRESHOLD)
    return;
  gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (!has_curves(self)) {
    gtk_gesture_drag_get_start_point(gesture, &x, &y);
    g_signal_emit(self, signals[DRAGGED], 0, x, y, x + dx, y + dy);
    return;
  }
  self->is_dragged = TRUE;
  gtk_gesture_drag_get_start_point(gesture, &self->drag_x, &self->drag_y);
  self->pointer_x = self->drag_x + dx;
  self->pointer_y = self->drag_y + dy;
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
drag_end_cb(GtkGestureDrag *gesture, double dx, double dy, NwPlotView *self)
{
  GtkWidget *widget = GTK_WIDGET(self);

  if (!self->is_dragged)
    return;
  self->is_dragged = FALSE;
  if (self->data != NULL &&
      nw_plot_zoom_drag(self->zoom, self->data, self->drag_x, self->drag_y, self->drag_x + dx,
                        self->drag_y + dy, gtk_widget_get_width(widget),
                        gtk_widget_get_height(widget), &self->theme))
    gtk_widget_action_set_enabled(widget, "plot.reset-zoom", TRUE);
  nw_plot_view_invalidate(self);
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

void
nw_plot_view_set(NwPlotView *self, const NwPlotKind *kind, gpointer data, GDestroyNotify destroy)
{
  g_return_if_fail(NW_IS_PLOT_VIEW(self));
  g_return_if_fail(kind == NULL || data != NULL);

  if (self->destroy != NULL && self->data != data)
    self->destroy(self->data);
  if (self->kind != kind) {
    nw_plot_zoom_reset(self->zoom);
    g_clear_pointer(&self->menu, gtk_widget_unparent);
  }
  self->kind = kind;
  self->data = data;
  self->destroy = destroy;
  if (self->words == NULL)
    update_words(self);
  nw_plot_view_invalidate(self);
}

void
nw_plot_view_set_file_name(NwPlotView *self, const char *name)
{
  g_return_if_fail(NW_IS_PLOT_VIEW(self));
  g_free(self->file_name);
  self->file_name = g_strdup(name);
}

void
nw_plot_view_set_passive(NwPlotView *self, gboolean passive)
{
  g_return_if_fail(NW_IS_PLOT_VIEW(self));
  self->is_passive = passive;
  gtk_widget_set_focusable(GTK_WIDGET(self), !passive);
  gtk_widget_set_can_target(GTK_WIDGET(self), !passive);
}

const NwPlotTheme *
nw_plot_view_get_theme(NwPlotView *self)
{
  g_return_val_if_fail(NW_IS_PLOT_VIEW(self), NULL);
  return &self->theme;
}

GtkWidget *
nw_plot_view_new(void)
{
  return g_object_new(NW_TYPE_PLOT_VIEW, NULL);
}

static void
nw_plot_view_css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS(nw_plot_view_parent_class)->css_changed(widget, change);
  update_theme(NW_PLOT_VIEW(widget));
}

static void
nw_plot_view_dispose(GObject *object)
{
  NwPlotView *self = NW_PLOT_VIEW(object);

  g_clear_pointer(&self->menu, gtk_widget_unparent);
  g_clear_handle_id(&self->words_timeout, g_source_remove);
  if (self->destroy != NULL)
    self->destroy(self->data);
  self->kind = NULL;
  self->data = NULL;
  self->destroy = NULL;
  G_OBJECT_CLASS(nw_plot_view_parent_class)->dispose(object);
}

static void
nw_plot_view_finalize(GObject *object)
{
  NwPlotView *self = NW_PLOT_VIEW(object);

  nw_plot_zoom_free(self->zoom);
  g_free(self->file_name);
  g_free(self->words);
  G_OBJECT_CLASS(nw_plot_view_parent_class)->finalize(object);
}

static void
nw_plot_view_class_init(NwPlotViewClass *class)
{
  static const struct {
    guint key;
    double factor, by;
  } keys[] = {
      {GDK_KEY_plus, 1 / WHEEL_ZOOM, 0}, {GDK_KEY_equal, 1 / WHEEL_ZOOM, 0},
      {GDK_KEY_minus, WHEEL_ZOOM, 0},    {GDK_KEY_Left, 1, -WHEEL_MOVE},
      {GDK_KEY_Right, 1, WHEEL_MOVE},
  };
  GObjectClass *object_class = G_OBJECT_CLASS(class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  object_class->dispose = nw_plot_view_dispose;
  object_class->finalize = nw_plot_view_finalize;
  widget_class->snapshot = nw_plot_view_snapshot;
  widget_class->size_allocate = nw_plot_view_size_allocate;
  widget_class->css_changed = nw_plot_view_css_changed;
  gtk_widget_class_set_css_name(widget_class, "plot");
  gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);

  signals[ITEM_ACTIVATED] =
      g_signal_new("item-activated", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                   NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[DRAGGED] =
      g_signal_new("dragged", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 4, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[FAILED] = g_signal_new("failed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_install_action(widget_class, "plot.save-svg", NULL, save_svg_cb);
  gtk_widget_class_install_action(widget_class, "plot.save-pdf", NULL, save_pdf_cb);
  gtk_widget_class_install_action(widget_class, "plot.save-png", NULL, save_png_cb);
  gtk_widget_class_install_action(widget_class, "plot.copy-csv", NULL, copy_csv_cb);
  gtk_widget_class_install_action(widget_class, "plot.reset-zoom", NULL, reset_zoom_cb);
  gtk_widget_class_install_action(widget_class, "plot.scroll", "(dd)", scroll_cb);
  gtk_widget_class_install_action(widget_class, "plot.menu", NULL, menu_cb);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "plot.menu", NULL);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Menu, 0, "plot.menu", NULL);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "plot.copy-csv",
                                      NULL);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_0, GDK_CONTROL_MASK, "plot.reset-zoom",
                                      NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
    gtk_widget_class_add_binding_action(widget_class, keys[i].key, GDK_CONTROL_MASK, "plot.scroll",
                                        "(dd)", keys[i].factor, keys[i].by);
}

static GtkGesture *
make_click(NwPlotView *self)
{
  GtkGesture *click = gtk_gesture_click_new();

  g_signal_connect(click, "released", G_CALLBACK(released_cb), self);
  return click;
}

static void
add_gesture(NwPlotView *self, GtkGesture *gesture, guint button, const char *signal,
            GCallback callback)
{
  gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(gesture), button);
  g_signal_connect(gesture, signal, callback, self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(gesture));
}

static void
nw_plot_view_init(NwPlotView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new();
  GtkEventController *wheel =
      gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new();

  self->zoom = nw_plot_zoom_new();
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect(motion, "enter", G_CALLBACK(motion_cb), self);
  g_signal_connect(motion, "motion", G_CALLBACK(motion_cb), self);
  g_signal_connect(motion, "leave", G_CALLBACK(leave_cb), self);
  gtk_widget_add_controller(GTK_WIDGET(self), motion);
  g_signal_connect(wheel, "scroll", G_CALLBACK(wheel_cb), self);
  gtk_widget_add_controller(GTK_WIDGET(self), wheel);
  add_gesture(self, make_click(self), GDK_BUTTON_PRIMARY, "pressed", G_CALLBACK(pressed_cb));
  add_gesture(self, gtk_gesture_click_new(), GDK_BUTTON_SECONDARY, "pressed",
              G_CALLBACK(menu_pressed_cb));
  add_gesture(self, drag, GDK_BUTTON_PRIMARY, "drag-update", G_CALLBACK(drag_update_cb));
  g_signal_connect(drag, "drag-end", G_CALLBACK(drag_end_cb), self);
  g_signal_connect_object(adw_style_manager_get_default(), "notify::dark", G_CALLBACK(update_theme),
                          self, G_CONNECT_SWAPPED);
  gtk_widget_action_set_enabled(GTK_WIDGET(self), "plot.reset-zoom", FALSE);
  update_theme(self);
}
