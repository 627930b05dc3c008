/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-fact-list.h"

struct _NwFactList {
  GtkWidget parent_instance;
  GtkWidget *list;
  GHashTable *values; /* title → GtkLabel */
};

G_DEFINE_FINAL_TYPE(NwFactList, nw_fact_list, GTK_TYPE_WIDGET)

static void
nw_fact_list_dispose(GObject *object)
{
  NwFactList *list = NW_FACT_LIST(object);

  g_clear_pointer(&list->values, g_hash_table_unref);
  g_clear_pointer(&list->list, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_fact_list_parent_class)->dispose(object);
}

static void
nw_fact_list_class_init(NwFactListClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_fact_list_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void
nw_fact_list_init(NwFactList *list)
{
  list->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  list->list = gtk_list_box_new();
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(list->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class(list->list, "boxed-list");
  gtk_widget_set_parent(list->list, GTK_WIDGET(list));
}

GtkWidget *
nw_fact_list_new(void)
{
  return g_object_new(NW_TYPE_FACT_LIST, NULL);
}

static GtkWidget *
add(NwFactList *list, const char *title)
{
  GtkWidget *row = gtk_list_box_row_new(), *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new(title), *value = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(name), 0);
  gtk_label_set_xalign(GTK_LABEL(value), 1);
  gtk_label_set_wrap(GTK_LABEL(value), TRUE);
  gtk_label_set_justify(GTK_LABEL(value), GTK_JUSTIFY_RIGHT);
  gtk_widget_set_hexpand(value, TRUE);
  gtk_widget_add_css_class(value, "nw-number");
  gtk_widget_add_css_class(value, "dim-label");
  gtk_widget_add_css_class(row, "nw-param");
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), FALSE);
  gtk_widget_set_focusable(row, FALSE);
  gtk_box_append(GTK_BOX(box), name);
  gtk_box_append(GTK_BOX(box), value);
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
  gtk_list_box_append(GTK_LIST_BOX(list->list), row);
  g_hash_table_insert(list->values, g_strdup(title), value);
  return value;
}

void
nw_fact_list_set(NwFactList *list, const char *title, const char *value)
{
  GtkWidget *label = g_hash_table_lookup(list->values, title);

  if (!label && !value)
    return;
  if (!label)
    label = add(list, title);
  gtk_label_set_text(GTK_LABEL(label), value ? value : "");
  gtk_widget_set_visible(gtk_widget_get_ancestor(label, GTK_TYPE_LIST_BOX_ROW), value != NULL);
}

char *
nw_count_to_text(gint64 count)
{
  g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, count);
  GString *text = g_string_new(NULL);
  gsize n = strlen(digits);

  for (gsize i = 0; i < n; i++) {
    if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
      g_string_append(text, "\u202f");
    g_string_append_c(text, digits[i]);
  }
  return g_string_free(text, FALSE);
}

char *
nw_bytes_to_text(gint64 bytes)
{
  return g_format_size_full(bytes, G_FORMAT_SIZE_IEC_UNITS);
}
