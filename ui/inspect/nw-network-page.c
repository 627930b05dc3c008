/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-network-page.h"

#include "nw-fact-list.h"
#include "nw-outline.h"
#include "nw-real.h"

#include <glib/gi18n.h>

struct _NwNetworkPage {
  GtkWidget parent_instance;
  GtkWidget *box;
  NwFactList *facts;
  NwOutline *outline;
};

G_DEFINE_FINAL_TYPE(NwNetworkPage, nw_network_page, GTK_TYPE_WIDGET)

enum { SELECT, SHOW_NODE, N_SIGNALS };
static guint signals[N_SIGNALS];

static guint
count_layers(NwGraph *graph)
{
  g_autoptr(GHashTable) layers = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++)
    g_hash_table_add(layers, nw_graph_get_node(graph, i)->layer);
  return g_hash_table_size(layers);
}

static guint
count_role(NwGraph *graph, NwRole role)
{
  guint n = 0;

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++)
    n += nw_graph_get_node(graph, i)->layer->kind->role == role;
  return n;
}

static void
show_sizes(NwNetworkPage *page, NwInference *inference)
{
  gint64 n = inference ? nw_inference_get_n_parameters(inference) : 0;
  gint64 trainable = inference ? nw_inference_get_n_trainable(inference) : 0;
  g_autofree char *count = nw_count_to_text(n), *some = nw_count_to_text(trainable);
  g_autofree char *bytes = nw_bytes_to_text(n * (gint64)sizeof(NwReal));
  g_autofree char *flops = nw_count_to_text(inference ? nw_inference_get_flops(inference) : 0);

  nw_fact_list_set(page->facts, _("Parameters"), inference ? count : NULL);
  nw_fact_list_set(page->facts, _("Trainable"), inference && trainable != n ? some : NULL);
  nw_fact_list_set(page->facts, _("Size of the weights"), inference ? bytes : NULL);
  nw_fact_list_set(page->facts, _("Operations per sample"), inference ? flops : NULL);
}

void
nw_network_page_set_graph(NwNetworkPage *page, NwGraph *graph, NwInference *inference)
{
  guint n_layers = count_layers(graph), n_nodes = nw_graph_get_n_nodes(graph);
  g_autofree char *layers = nw_count_to_text(n_layers), *nodes = nw_count_to_text(n_nodes);
  g_autofree char *both = g_strdup_printf(_("%s, used %s times"), layers, nodes);
  g_autofree char *ends = g_strdup_printf(_("%u in, %u out"), count_role(graph, NW_ROLE_INPUT),
                                          count_role(graph, NW_ROLE_OUTPUT));

  nw_fact_list_set(page->facts, _("Layers"), n_layers == n_nodes ? layers : both);
  nw_fact_list_set(page->facts, _("Inputs and outputs"), ends);
  show_sizes(page, inference);
  nw_outline_set_graph(page->outline, graph, inference);
}

void
nw_network_page_set_selection(NwNetworkPage *page, const guint *uids, gsize n)
{
  nw_outline_set_selection(page->outline, uids, n);
}

static void
select_cb(NwOutline *outline, gpointer uids, guint n, NwNetworkPage *page)
{
  g_signal_emit(page, signals[SELECT], 0, uids, n);
}

static void
show_cb(NwOutline *outline, guint uid, NwNetworkPage *page)
{
  g_signal_emit(page, signals[SHOW_NODE], 0, uid);
}

static void
nw_network_page_dispose(GObject *object)
{
  g_clear_pointer(&NW_NETWORK_PAGE(object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_network_page_parent_class)->dispose(object);
}

static void
nw_network_page_class_init(NwNetworkPageClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_network_page_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[SELECT] = g_signal_new("select", NW_TYPE_NETWORK_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_UINT);
  signals[SHOW_NODE] = g_signal_new("show-node", NW_TYPE_NETWORK_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
nw_network_page_init(NwNetworkPage *page)
{
  GtkWidget *title = gtk_label_new(_("Nodes"));

  page->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  page->facts = NW_FACT_LIST(nw_fact_list_new());
  page->outline = NW_OUTLINE(nw_outline_new());
  gtk_widget_set_vexpand(GTK_WIDGET(page->outline), TRUE);
  gtk_label_set_xalign(GTK_LABEL(title), 0);
  gtk_widget_add_css_class(title, "heading");
  gtk_widget_add_css_class(title, "nw-outline-title");
  gtk_widget_add_css_class(GTK_WIDGET(page->facts), "nw-inspector-page");
  gtk_box_append(GTK_BOX(page->box), GTK_WIDGET(page->facts));
  gtk_box_append(GTK_BOX(page->box), title);
  gtk_box_append(GTK_BOX(page->box), GTK_WIDGET(page->outline));
  gtk_widget_set_parent(page->box, GTK_WIDGET(page));
  g_signal_connect(page->outline, "select", G_CALLBACK(select_cb), page);
  g_signal_connect(page->outline, "show-node", G_CALLBACK(show_cb), page);
}

GtkWidget *
nw_network_page_new(void)
{
  return g_object_new(NW_TYPE_NETWORK_PAGE, NULL);
}
