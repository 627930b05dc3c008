/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The Design page alone, to look at and to drive by hand:
 *
 *   design-demo [empty|small|outputs|huge] [dark] [health] [WIDTHxHEIGHT]
 *
 * Edits are pushed back as an application does it; Ctrl+Z takes the last one back. */
#include <adwaita.h>
#include <math.h>

#include "nw-design-page.h"
#include "nw-resources.h"
#include "sample-graphs.h"

static NwDesignPage *page;
static GPtrArray *history; /* NwGraph, the last is shown */

static void
show_last(void)
{
  NwGraph *graph = history->pdata[history->len - 1];
  gint64 start = g_get_monotonic_time(), inferred; /* µs */
  g_autoptr(NwInference) inference = nw_inference_new(graph);

  g_autoptr(NwFindings) findings = sample_findings(graph, inference);
  inferred = g_get_monotonic_time();
  nw_design_page_set_graph(page, graph, inference, findings);
  g_print("inference and findings %.1f ms, page %.1f ms\n", (inferred - start) / 1000.0,
          (g_get_monotonic_time() - inferred) / 1000.0);
}

static void
edited_cb(NwDesignPage *self, gpointer graph, const char *label, const char *merge_key)
{
  g_print("edited: %s [%s]\n", label, merge_key ? merge_key : "");
  g_ptr_array_add(history, nw_graph_ref(graph));
  show_last();
}

static void
message_cb(NwDesignPage *self, const char *sentence)
{
  g_print("message: %s\n", sentence);
}

static void
undo_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (history->len < 2)
    return;
  g_ptr_array_remove_index(history, history->len - 1);
  g_print("undo\n");
  show_last();
}

static void
show_health(NwGraph *graph)
{
  NwCanvas *canvas = nw_design_page_get_canvas(page);

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    float curve[60];

    for (int k = 0; k < 60; k++)
      curve[k] = exp(-k / 20.0) + 0.03 * sin(k * 1.7 + i) + 0.02 * sin(k * 3.1);
    if (node->layer->kind->role == NW_ROLE_OUTPUT)
      nw_canvas_set_curve(canvas, node->uid, curve, 60, "acc 0.94 · ECE 2.1 %");
    else
      nw_canvas_set_health(canvas, node->uid, 0.3 + 0.1 * (i % 8), 0.9 - 0.12 * (i % 7), NULL,
                           FALSE);
  }
}

static void
activate_cb(GtkApplication *app, char **argv)
{
  GtkWidget *window = adw_application_window_new(app),
            *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  int width = 1440, height = 900;
  const char *which = "small";
  gboolean health = FALSE;

  history = g_ptr_array_new_with_free_func((GDestroyNotify)nw_graph_unref);
  for (int i = 1; argv[i]; i++) {
    if (g_str_equal(argv[i], "dark"))
      adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
                                         ADW_COLOR_SCHEME_FORCE_DARK);
    else if (g_str_equal(argv[i], "health"))
      health = TRUE;
    else if (sscanf(argv[i], "%dx%d", &width, &height) != 2)
      which = argv[i];
  }
  page = NW_DESIGN_PAGE(nw_design_page_new());
  g_signal_connect(page, "edited", G_CALLBACK(edited_cb), NULL);
  g_signal_connect(page, "message", G_CALLBACK(message_cb), NULL);
  gtk_widget_set_vexpand(GTK_WIDGET(page), TRUE);
  gtk_box_append(GTK_BOX(box), adw_header_bar_new());
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(page));
  adw_application_window_set_content(ADW_APPLICATION_WINDOW(window), box);
  gtk_window_set_title(GTK_WINDOW(window), "Design");
  gtk_window_set_default_size(GTK_WINDOW(window), width, height);
  g_ptr_array_add(history, sample_graph(which));
  show_last();
  if (health)
    show_health(history->pdata[0]);
  nw_design_page_set_status(page, "saved");
  gtk_window_present(GTK_WINDOW(window));
}

int
main(int argc, char **argv)
{
  g_autoptr(AdwApplication) app =
      adw_application_new("io.github.netwright.Netwright", G_APPLICATION_NON_UNIQUE);
  GtkWidgetClass *class;

  setvbuf(stdout, NULL, _IOLBF, 0);
  g_resources_register(nw_resources_get_resource());
  adw_init();
  class = g_type_class_ref(NW_TYPE_DESIGN_PAGE);
  gtk_widget_class_install_action(class, "demo.undo", NULL, undo_cb);
  gtk_widget_class_add_binding_action(class, GDK_KEY_z, GDK_CONTROL_MASK, "demo.undo", NULL);
  g_signal_connect(app, "activate", G_CALLBACK(activate_cb), argv);
  return g_application_run(G_APPLICATION(app), 1, argv);
}
