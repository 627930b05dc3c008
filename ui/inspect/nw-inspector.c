/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-inspector.h"

#include "nw-node-page.h"
#include "nw-network-page.h"

#include <glib/gi18n.h>

struct _NwInspector {
  GtkWidget parent_instance;
  GtkWidget *box, *stack;
  NwNodePage *node_page;
  NwNetworkPage *network_page;
  gboolean choosing; /* the selection comes from the outline: stay there */
};

G_DEFINE_FINAL_TYPE(NwInspector, nw_inspector, GTK_TYPE_WIDGET)

enum { EDITED, SELECT, SHOW_NODE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
edited_cb(NwNodePage *page, gpointer graph, const char *label, const char *merge_key,
          NwInspector *inspector)
{
  g_signal_emit(inspector, signals[EDITED], 0, graph, label, merge_key);
}

static void
select_cb(NwNetworkPage *page, gpointer uids, guint n, NwInspector *inspector)
{
  inspector->choosing = TRUE;
  g_signal_emit(inspector, signals[SELECT], 0, uids, n);
  inspector->choosing = FALSE;
}

static void
show_cb(NwNetworkPage *page, guint uid, NwInspector *inspector)
{
  g_signal_emit(inspector, signals[SHOW_NODE], 0, uid);
  gtk_stack_set_visible_child_name(GTK_STACK(inspector->stack), "node");
}

static void
nw_inspector_dispose(GObject *object)
{
  g_clear_pointer(&NW_INSPECTOR(object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_inspector_parent_class)->dispose(object);
}

static void
nw_inspector_class_init(NwInspectorClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_inspector_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "inspector");
  signals[EDITED] =
      g_signal_new("edited", NW_TYPE_INSPECTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                   3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
  signals[SELECT] = g_signal_new("select", NW_TYPE_INSPECTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_UINT);
  signals[SHOW_NODE] = g_signal_new("show-node", NW_TYPE_INSPECTOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
nw_inspector_init(NwInspector *inspector)
{
  GtkWidget *switcher = gtk_stack_switcher_new();

  inspector->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  inspector->stack = gtk_stack_new();
  inspector->node_page = NW_NODE_PAGE(nw_node_page_new());
  inspector->network_page = NW_NETWORK_PAGE(nw_network_page_new());
  gtk_stack_add_titled(GTK_STACK(inspector->stack), GTK_WIDGET(inspector->node_page), "node",
                       _("Selection"));
  gtk_stack_add_titled(GTK_STACK(inspector->stack), GTK_WIDGET(inspector->network_page), "network",
                       _("Network"));
  gtk_stack_switcher_set_stack(GTK_STACK_SWITCHER(switcher), GTK_STACK(inspector->stack));
  gtk_widget_add_css_class(switcher, "nw-switcher");
  gtk_widget_set_vexpand(inspector->stack, TRUE);
  gtk_box_append(GTK_BOX(inspector->box), switcher);
  gtk_box_append(GTK_BOX(inspector->box), inspector->stack);
  gtk_widget_set_parent(inspector->box, GTK_WIDGET(inspector));
  g_signal_connect(inspector->node_page, "edited", G_CALLBACK(edited_cb), inspector);
  g_signal_connect(inspector->network_page, "select", G_CALLBACK(select_cb), inspector);
  g_signal_connect(inspector->network_page, "show-node", G_CALLBACK(show_cb), inspector);
  nw_inspector_set_selection(inspector, NULL, 0);
}

GtkWidget *
nw_inspector_new(void)
{
  return g_object_new(NW_TYPE_INSPECTOR, NULL);
}

void
nw_inspector_set_findings(NwInspector *inspector, NwFindings *findings)
{
  nw_node_page_set_findings(inspector->node_page, findings);
}

void
nw_inspector_set_graph(NwInspector *inspector, NwGraph *graph, NwInference *inference)
{
  nw_node_page_set_graph(inspector->node_page, graph, inference);
  nw_network_page_set_graph(inspector->network_page, graph, inference);
}

void
nw_inspector_set_selection(NwInspector *inspector, const guint *uids, gsize n)
{
  nw_node_page_set_selection(inspector->node_page, uids, n);
  nw_network_page_set_selection(inspector->network_page, uids, n);
  if (!inspector->choosing)
    gtk_stack_set_visible_child_name(GTK_STACK(inspector->stack), n ? "node" : "network");
}

void
nw_inspector_set_batch_size(NwInspector *inspector, guint batch_size)
{
  nw_node_page_set_batch_size(inspector->node_page, batch_size);
}

void
nw_inspector_focus(NwInspector *inspector)
{
  gtk_stack_set_visible_child_name(GTK_STACK(inspector->stack), "node");
  nw_node_page_focus(inspector->node_page);
}
