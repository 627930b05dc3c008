/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-table-head.h"

/* view > row of titles > title > box with label and arrow */
void
nw_table_head_align_right(GtkColumnView *view, guint column)
{
  GtkWidget *row = gtk_widget_get_first_child(GTK_WIDGET(view));
  GtkWidget *title = row ? gtk_widget_get_first_child(row) : NULL;
  GtkWidget *box, *label;

  for (guint i = 0; title && i < column; i++)
    title = gtk_widget_get_next_sibling(title);
  box = title ? gtk_widget_get_first_child(title) : NULL;
  label = box ? gtk_widget_get_first_child(box) : NULL;
  if (!GTK_IS_LABEL(label))
    return;
  gtk_widget_set_halign(box, GTK_ALIGN_END);
  gtk_widget_insert_before(label, box, NULL); /* behind the arrow, which keeps its place unseen */
}
