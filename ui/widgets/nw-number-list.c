/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-number-list.h"

#include "nw-tooltip.h"

struct _NwNumberList {
  GtkWidget parent;

  GtkWidget *grid;
  int n_rows;
};

G_DEFINE_FINAL_TYPE(NwNumberList, nw_number_list, GTK_TYPE_WIDGET)

static int
find_row(NwNumberList *self, const char *title)
{
  for (int i = 0; i < self->n_rows; i++) {
    GtkWidget *label = gtk_grid_get_child_at(GTK_GRID(self->grid), 0, i);

    if (g_strcmp0(gtk_label_get_label(GTK_LABEL(label)), title) == 0)
      return i;
  }
  return -1;
}

static int
append_row(NwNumberList *self, const char *title)
{
  GtkWidget *name = gtk_label_new(title);
  GtkWidget *value = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(name), 0);
  gtk_label_set_xalign(GTK_LABEL(value), 1);
  gtk_label_set_selectable(GTK_LABEL(value), TRUE);
  gtk_widget_set_hexpand(value, TRUE);
  gtk_widget_add_css_class(name, "dim-label");
  gtk_widget_add_css_class(value, "nw-number");
  gtk_grid_attach(GTK_GRID(self->grid), name, 0, self->n_rows, 1, 1);
  gtk_grid_attach(GTK_GRID(self->grid), value, 1, self->n_rows, 1, 1);
  gtk_accessible_update_relation(GTK_ACCESSIBLE(value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, name,
                                 NULL, -1);
  return self->n_rows++;
}

static void
set_style(GtkWidget *value, const char *style)
{
  const char *old = g_object_get_data(G_OBJECT(value), "nw-style");

  if (g_strcmp0(old, style) == 0)
    return;
  if (old)
    gtk_widget_remove_css_class(value, old);
  if (style)
    gtk_widget_add_css_class(value, style);
  g_object_set_data_full(G_OBJECT(value), "nw-style", g_strdup(style), g_free);
}

void
nw_number_list_set(NwNumberList *self, const char *title, const char *text, const char *style,
                   const char *tooltip)
{
  int row = find_row(self, title);
  GtkWidget *name, *value;

  g_return_if_fail(NW_IS_NUMBER_LIST(self));

  if (row < 0)
    row = append_row(self, title);
  name = gtk_grid_get_child_at(GTK_GRID(self->grid), 0, row);
  value = gtk_grid_get_child_at(GTK_GRID(self->grid), 1, row);
  gtk_widget_set_visible(name, text != NULL);
  gtk_widget_set_visible(value, text != NULL);
  gtk_label_set_label(GTK_LABEL(value), text ? text : "");
  nw_tooltip_set(name, tooltip);
  nw_tooltip_set(value, tooltip);
  set_style(value, style);
}

static void
nw_number_list_dispose(GObject *object)
{
  g_clear_pointer(&NW_NUMBER_LIST(object)->grid, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_number_list_parent_class)->dispose(object);
}

static void
nw_number_list_class_init(NwNumberListClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_number_list_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void
nw_number_list_init(NwNumberList *self)
{
  self->grid = gtk_grid_new();
  gtk_grid_set_row_spacing(GTK_GRID(self->grid), 4);
  gtk_grid_set_column_spacing(GTK_GRID(self->grid), 12);
  gtk_widget_set_parent(self->grid, GTK_WIDGET(self));
}

GtkWidget *
nw_number_list_new(void)
{
  return g_object_new(NW_TYPE_NUMBER_LIST, NULL);
}
