/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-drop-down.h"

static void
setup_cb(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer chars)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  if (chars) {
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars(GTK_LABEL(label), GPOINTER_TO_INT(chars));
  }
  gtk_list_item_set_child(item, label);
}

static void
bind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_label_set_text(GTK_LABEL(gtk_list_item_get_child(item)),
                     gtk_string_object_get_string(gtk_list_item_get_item(item)));
}

/* @chars: 0: all */
static GtkListItemFactory *
factory_new(int chars)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();

  g_signal_connect(factory, "setup", G_CALLBACK(setup_cb), GINT_TO_POINTER(chars));
  g_signal_connect(factory, "bind", G_CALLBACK(bind_cb), NULL);
  return factory;
}

void
nw_drop_down_narrow(GtkDropDown *drop, int chars)
{
  g_autoptr(GtkListItemFactory) button = factory_new(chars), list = factory_new(0);

  gtk_drop_down_set_factory(drop, button);
  gtk_drop_down_set_list_factory(drop, list);
}
