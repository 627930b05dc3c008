/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-tooltip.h"

void
nw_tooltip_set(GtkWidget *widget, const char *text)
{
  if (g_strcmp0(gtk_widget_get_tooltip_text(widget), text) != 0)
    gtk_widget_set_tooltip_text(widget, text);
}

static gboolean
query_cb(GtkLabel *label, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer data)
{
  gtk_tooltip_set_text(tooltip, gtk_label_get_label(label));
  return *gtk_label_get_label(label) != '\0';
}

void
nw_tooltip_show_whole(GtkLabel *label)
{
  gtk_widget_set_has_tooltip(GTK_WIDGET(label), TRUE);
  g_signal_connect(label, "query-tooltip", G_CALLBACK(query_cb), NULL);
}
