/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-preview-table.h"

#include <glib/gi18n.h>

/* ── the numbers 0 … n − 1 as a list model: nothing is kept per row ──────────────────────────── */

#define NW_TYPE_ROW_NUMBER (nw_row_number_get_type())
G_DECLARE_FINAL_TYPE(NwRowNumber, nw_row_number, NW, ROW_NUMBER, GObject)

struct _NwRowNumber {
  GObject parent;
  gsize row;
};

G_DEFINE_FINAL_TYPE(NwRowNumber, nw_row_number, G_TYPE_OBJECT)

static void
nw_row_number_class_init(NwRowNumberClass *class)
{
}

static void
nw_row_number_init(NwRowNumber *number)
{
}

#define NW_TYPE_ROW_MODEL (nw_row_model_get_type())
G_DECLARE_FINAL_TYPE(NwRowModel, nw_row_model, NW, ROW_MODEL, GObject)

struct _NwRowModel {
  GObject parent;
  guint n;
};

static GType
row_model_get_item_type(GListModel *model)
{
  return NW_TYPE_ROW_NUMBER;
}

static guint
row_model_get_n_items(GListModel *model)
{
  return NW_ROW_MODEL(model)->n;
}

static gpointer
row_model_get_item(GListModel *model, guint position)
{
  NwRowNumber *number;

  if (position >= NW_ROW_MODEL(model)->n)
    return NULL;
  number = g_object_new(NW_TYPE_ROW_NUMBER, NULL);
  number->row = position;
  return number;
}

static void
row_model_iface_init(GListModelInterface *iface)
{
  iface->get_item_type = row_model_get_item_type;
  iface->get_n_items = row_model_get_n_items;
  iface->get_item = row_model_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(NwRowModel, nw_row_model, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, row_model_iface_init))

static void
nw_row_model_class_init(NwRowModelClass *class)
{
}

static void
nw_row_model_init(NwRowModel *model)
{
}

#define LONG_NAME       24  /* characters; longer ones would push all others out of sight */
#define LONG_NAME_WIDTH 160 /* pixels */

/* ── widget ──────────────────────────────────────────────────────────────────────────────────── */

struct _NwPreviewTable {
  GtkWidget parent;

  GtkWidget *scroller;
  NwTable *table;
  char *search;
};

G_DEFINE_FINAL_TYPE(NwPreviewTable, nw_preview_table, GTK_TYPE_WIDGET)

/* Which column of the table a factory shows; −1 is the row's number. */
static gssize
get_column(GtkSignalListItemFactory *factory)
{
  return GPOINTER_TO_INT(g_object_get_data(G_OBJECT(factory), "nw-column"));
}

#define TEXT_ROWS 20 /* looked at for the width of a column */

/* Room for numbers, several steps of an array, or a sentence, but not for all of a long one.
 * @column: −1: the row's number */
static guint
count_chars(NwTable *table, gssize column)
{
  const NwTableColumn *facts = column < 0 ? NULL : nw_table_get_column(table, (gsize)column);
  gsize rows = MIN(nw_table_get_n_rows(table), TEXT_ROWS);
  glong longest = 8;

  if (!facts)
    return 5;
  if (!facts->is_text)
    return facts->shape.rank > 0 ? 30 : 8;

  for (gsize row = 0; row < rows; row++) {
    const char *text = nw_table_get_text(table, row, (gsize)column);
    longest = MAX(longest, text ? g_utf8_strlen(text, -1) : 0);
  }
  return (guint)MIN(longest, 40);
}

static void
setup_cb(GtkSignalListItemFactory *factory, GtkListItem *item, NwPreviewTable *self)
{
  GtkWidget *cell = gtk_inscription_new(NULL);
  gssize column = get_column(factory);
  const NwTableColumn *facts = column < 0 ? NULL : nw_table_get_column(self->table, (gsize)column);
  gboolean is_array = facts && facts->shape.rank > 0;
  gboolean right = !facts || (!facts->is_text && !is_array);

  gtk_inscription_set_xalign(GTK_INSCRIPTION(cell), right ? 1 : 0);
  gtk_inscription_set_min_chars(GTK_INSCRIPTION(cell), count_chars(self->table, column));
  gtk_inscription_set_text_overflow(GTK_INSCRIPTION(cell), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_widget_add_css_class(cell, "nw-number");
  if (!facts)
    gtk_widget_add_css_class(cell, "dim-label");
  gtk_list_item_set_child(item, cell);
}

static void
bind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, NwPreviewTable *self)
{
  gsize row = NW_ROW_NUMBER(gtk_list_item_get_item(item))->row;
  gssize column = get_column(factory);
  g_autofree char *text = column < 0 ? g_strdup_printf("%" G_GSIZE_FORMAT, row + 1)
                                     : nw_table_dup_cell(self->table, row, (gsize)column);

  gtk_inscription_set_text(GTK_INSCRIPTION(gtk_list_item_get_child(item)), text);
}

/* (transfer none) */
static GtkColumnViewColumn *
append_column(NwPreviewTable *self, GtkColumnView *view, gssize index)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  g_autoptr(GtkColumnViewColumn) column = NULL;

  g_object_set_data(G_OBJECT(factory), "nw-column", GINT_TO_POINTER((int)index));
  g_signal_connect_object(factory, "setup", G_CALLBACK(setup_cb), self, 0);
  g_signal_connect_object(factory, "bind", G_CALLBACK(bind_cb), self, 0);
  column = gtk_column_view_column_new(
      index < 0 ? "#" : nw_table_get_column(self->table, (gsize)index)->name, factory);
  gtk_column_view_column_set_resizable(column, TRUE);
  if (index >= 0 && g_utf8_strlen(gtk_column_view_column_get_title(column), -1) > LONG_NAME)
    gtk_column_view_column_set_fixed_width(column, LONG_NAME_WIDTH);
  gtk_column_view_append_column(view, column);
  return column;
}

static gboolean
is_wanted(const char *name, const char *search)
{
  g_autofree char *folded = NULL;

  if (!*search)
    return TRUE;
  folded = g_utf8_casefold(name, -1);
  return strstr(folded, search) != NULL;
}

static void
fill(NwPreviewTable *self)
{
  g_autoptr(NwRowModel) model = g_object_new(NW_TYPE_ROW_MODEL, NULL);
  GtkWidget *view;
  GtkColumnViewColumn *last = NULL;
  gsize shown = 0;

  model->n = (guint)MIN(nw_table_get_n_rows(self->table), G_MAXINT);
  view = gtk_column_view_new(
      GTK_SELECTION_MODEL(gtk_no_selection_new(G_LIST_MODEL(g_object_ref(model)))));
  gtk_widget_add_css_class(view, "data-table");
  gtk_column_view_set_show_column_separators(GTK_COLUMN_VIEW(view), TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Rows of the file"), -1);
  append_column(self, GTK_COLUMN_VIEW(view), -1);
  for (gsize i = 0; i < nw_table_get_n_columns(self->table) && shown < NW_PREVIEW_COLUMNS; i++) {
    if (!is_wanted(nw_table_get_column(self->table, i)->name, self->search))
      continue;
    last = append_column(self, GTK_COLUMN_VIEW(view), (gssize)i);
    shown++;
  }
  if (last)
    gtk_column_view_column_set_expand(last, TRUE);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), view);
}

void
nw_preview_table_set(NwPreviewTable *self, NwTable *table, const char *search)
{
  g_autofree char *folded = g_utf8_casefold(search ? search : "", -1);

  g_return_if_fail(NW_IS_PREVIEW_TABLE(self));

  if (table == self->table && g_strcmp0(folded, self->search) == 0)
    return;
  /* The old cells read the old table: they go first. */
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), NULL);
  g_clear_pointer(&self->table, nw_table_unref);
  g_free(self->search);
  self->search = g_steal_pointer(&folded);
  if (!table)
    return;
  self->table = nw_table_ref(table);
  fill(self);
}

static void
nw_preview_table_dispose(GObject *object)
{
  NwPreviewTable *self = NW_PREVIEW_TABLE(object);

  g_clear_pointer(&self->scroller, gtk_widget_unparent);
  g_clear_pointer(&self->table, nw_table_unref);
  g_clear_pointer(&self->search, g_free);
  G_OBJECT_CLASS(nw_preview_table_parent_class)->dispose(object);
}

static void
nw_preview_table_class_init(NwPreviewTableClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_preview_table_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void
nw_preview_table_init(NwPreviewTable *self)
{
  self->scroller = gtk_scrolled_window_new();
  gtk_widget_set_parent(self->scroller, GTK_WIDGET(self));
}

GtkWidget *
nw_preview_table_new(void)
{
  return g_object_new(NW_TYPE_PREVIEW_TABLE, NULL);
}
