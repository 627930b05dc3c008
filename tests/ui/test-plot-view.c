/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Plots in a window. Needs a display: meson runs it under Xvfb. */
#include "nw-plot-view.h"
#include "plot-examples.h"

#include <adwaita.h>

static const PlotExample *
find_example(const char *name)
{
  for (const PlotExample *e = plot_examples_get(); e->name != NULL; e++)
    if (g_str_equal(e->name, name))
      return e;
  g_assert_not_reached();
}

static void
spin(guint ms)
{
  gint64 end = g_get_monotonic_time() + ms * 1000;

  while (g_get_monotonic_time() < end)
    if (!g_main_context_iteration(NULL, FALSE))
      g_usleep(2000);
}

static GtkWidget *
show(NwPlotView **view, const PlotExample *example, GDestroyNotify destroy)
{
  GtkWidget *window = gtk_window_new();

  *view = NW_PLOT_VIEW(nw_plot_view_new());
  nw_plot_view_set(*view, example->kind, (gpointer)example->data, destroy);
  gtk_window_set_child(GTK_WINDOW(window), GTK_WIDGET(*view));
  gtk_window_set_default_size(GTK_WINDOW(window), 480, 320);
  gtk_window_present(GTK_WINDOW(window));
  spin(200);
  return window;
}

static GdkTexture *
picture(GtkWidget *widget)
{
  GdkPaintable *paintable = gtk_widget_paintable_new(widget);
  GtkSnapshot *snapshot = gtk_snapshot_new();
  GskRenderNode *node;
  GdkTexture *texture;

  gdk_paintable_snapshot(paintable, snapshot, gtk_widget_get_width(widget),
                         gtk_widget_get_height(widget));
  node = gtk_snapshot_free_to_node(snapshot);
  g_assert_nonnull(node);
  texture = gsk_renderer_render_texture(gtk_native_get_renderer(gtk_widget_get_native(widget)),
                                        node, NULL);
  gsk_render_node_unref(node);
  g_object_unref(paintable);
  return texture;
}

static gboolean
is_same(GdkTexture *a, GdkTexture *b)
{
  g_autoptr(GBytes) bytes_a = gdk_texture_save_to_png_bytes(a);
  g_autoptr(GBytes) bytes_b = gdk_texture_save_to_png_bytes(b);

  return g_bytes_equal(bytes_a, bytes_b);
}

static void
test_role_and_words(void)
{
  NwPlotView *view;
  GtkWidget *window = show(&view, find_example("confusion-two"), NULL);
  g_autofree char *words = NULL;

  g_assert_cmpint(gtk_accessible_get_accessible_role(GTK_ACCESSIBLE(view)), ==,
                  GTK_ACCESSIBLE_ROLE_IMG);
  words = gtk_test_accessible_check_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                             "Confusion matrix of 6\u202f000 samples: 95.9\u202f% "
                                             "right; most often no was called yes (136 "
                                             "times)");
  g_assert_null(words);
  gtk_window_destroy(GTK_WINDOW(window));
}

static void
test_dark(void)
{
  NwPlotView *view;
  GtkWidget *window = show(&view, find_example("curves"), NULL);
  AdwStyleManager *style = adw_style_manager_get_default();
  g_autoptr(GdkTexture) light = picture(GTK_WIDGET(view)), dark = NULL;

  g_assert_false(nw_plot_view_get_theme(view)->dark);
  adw_style_manager_set_color_scheme(style, ADW_COLOR_SCHEME_FORCE_DARK);
  spin(400);
  dark = picture(GTK_WIDGET(view));
  g_assert_true(nw_plot_view_get_theme(view)->dark);
  g_assert_false(is_same(light, dark));
  adw_style_manager_set_color_scheme(style, ADW_COLOR_SCHEME_FORCE_LIGHT);
  gtk_window_destroy(GTK_WINDOW(window));
}

static void
test_invalidate(void)
{
  NwPlotSparkline data = *(const NwPlotSparkline *)find_example("sparkline")->data;
  PlotExample example = {"sparkline", &nw_plot_sparkline_kind, &data};
  NwPlotView *view;
  GtkWidget *window = show(&view, &example, NULL);
  g_autoptr(GdkTexture) before = picture(GTK_WIDGET(view)), after = NULL;

  data.n /= 2;
  nw_plot_view_invalidate(view);
  spin(200);
  after = picture(GTK_WIDGET(view));
  g_assert_false(is_same(before, after));
  gtk_window_destroy(GTK_WINDOW(window));
}

static guint n_destroyed;

static void
destroy_cb(gpointer data)
{
  n_destroyed++;
}

static void
test_destroy(void)
{
  NwPlotView *view;
  GtkWidget *window = show(&view, find_example("histogram"), destroy_cb);
  const PlotExample *next = find_example("bars");
  gpointer watched = view;

  nw_plot_view_set(view, next->kind, (gpointer)next->data, destroy_cb);
  g_assert_cmpuint(n_destroyed, ==, 1);
  g_object_add_weak_pointer(G_OBJECT(view), &watched);
  gtk_window_destroy(GTK_WINDOW(window));
  spin(50);
  g_assert_cmpuint(n_destroyed, ==, 2);
  g_assert_null(watched);
}

static void
test_copy(void)
{
  NwPlotView *view;
  GtkWidget *window = show(&view, find_example("bars"), NULL);
  GdkContentProvider *content;
  g_auto(GValue) value = G_VALUE_INIT;

  g_assert_true(gtk_widget_activate_action(GTK_WIDGET(view), "plot.copy-csv", NULL));
  content = gdk_clipboard_get_content(gtk_widget_get_clipboard(GTK_WIDGET(view)));
  g_value_init(&value, G_TYPE_STRING);
  g_assert_true(gdk_content_provider_get_value(content, &value, NULL));
  g_assert_cmpstr(g_value_get_string(&value), ==,
                  "name,count\nsetosa,50\nversicolor,47\nvirginica,53\n");
  gtk_window_destroy(GTK_WINDOW(window));
}

static void
test_menu(void)
{
  NwPlotView *view;
  GtkWidget *window = show(&view, find_example("curves"), NULL);

  g_assert_true(gtk_widget_activate_action(GTK_WIDGET(view), "plot.menu", NULL));
  spin(300);
  g_assert_true(GTK_IS_POPOVER_MENU(gtk_widget_get_first_child(GTK_WIDGET(view))));
  g_assert_true(gtk_widget_get_mapped(gtk_widget_get_first_child(GTK_WIDGET(view))));
  gtk_window_destroy(GTK_WINDOW(window));
}

int
main(int argc, char **argv)
{
  gtk_test_init(&argc, &argv, NULL);
  adw_init();
  g_test_add_func("/plot-view/is-a-picture-described-in-words", test_role_and_words);
  g_test_add_func("/plot-view/follows-dark-mode", test_dark);
  g_test_add_func("/plot-view/draws-anew-when-its-data-changed", test_invalidate);
  g_test_add_func("/plot-view/lets-go-of-data-and-of-itself", test_destroy);
  g_test_add_func("/plot-view/copies-its-numbers", test_copy);
  g_test_add_func("/plot-view/has-a-menu-without-a-mouse", test_menu);
  return g_test_run();
}
