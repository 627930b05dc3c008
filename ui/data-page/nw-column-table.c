/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-column-table.h"

#include <glib/gi18n.h>

#include "nw-choice-button.h"
#include "nw-mini-bars.h"
#include "nw-table-head.h"

/* ── one row ─────────────────────────────────────────────────────────────────────────────────── */

#define NW_TYPE_COLUMN_ROW (nw_column_row_get_type())
G_DECLARE_FINAL_TYPE(NwColumnRow, nw_column_row, NW, COLUMN_ROW, GObject)

struct _NwColumnRow {
  GObject parent;

  NwTable *table; /* keeps @column alive */
  const NwTableColumn *column;
  NwColumnKind kind;
  NwScaling scaling;
  char *feeds; /* names of Inputs and Outputs */
};

G_DEFINE_FINAL_TYPE(NwColumnRow, nw_column_row, G_TYPE_OBJECT)

static guint row_changed;

static void
nw_column_row_finalize(GObject *object)
{
  NwColumnRow *row = NW_COLUMN_ROW(object);

  nw_table_unref(row->table);
  g_free(row->feeds);
  G_OBJECT_CLASS(nw_column_row_parent_class)->finalize(object);
}

static void
nw_column_row_class_init(NwColumnRowClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_column_row_finalize;
  row_changed = g_signal_new("changed", NW_TYPE_COLUMN_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                             G_TYPE_NONE, 0);
}

static void
nw_column_row_init(NwColumnRow *row)
{
}

/* ── the table ───────────────────────────────────────────────────────────────────────────────── */

struct _NwColumnTable {
  GtkWidget parent;

  GtkWidget *view;
  GListStore *rows;
  GtkFilter *filter;
  GtkMultiSelection *selection;
  NwTable *table;
  NwDataSettings *settings;
  char *source;
  char *search; /* case-folded */
};

G_DEFINE_FINAL_TYPE(NwColumnTable, nw_column_table, GTK_TYPE_WIDGET)

enum { SIGNAL_EDITED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* “x, label”: the fields that this column feeds. */
static char *
dup_feeds(NwColumnTable *self, const char *column)
{
  GString *feeds = g_string_new(NULL);
  gsize n = nw_data_settings_get_n_bindings(self->settings);

  for (gsize i = 0; i < n; i++) {
    const NwBinding *binding = nw_data_settings_get_binding(self->settings, i);

    if (g_strcmp0(binding->source, self->source) == 0 &&
        g_strv_contains((const char *const *)binding->columns, column))
      g_string_append_printf(feeds, "%s%s", feeds->len ? ", " : "", binding->field);
  }
  return g_string_free(feeds, FALSE);
}

static void
update_row(NwColumnTable *self, NwColumnRow *row)
{
  const NwColumnSetting *setting =
      nw_data_settings_find_column(self->settings, self->source, row->column->name);
  NwColumnKind kind = setting && setting->has_kind ? setting->kind : row->column->guess;
  NwScaling scaling = setting ? setting->scaling : NW_SCALING_NONE;
  g_autofree char *feeds = dup_feeds(self, row->column->name);

  if (row->kind == kind && row->scaling == scaling && g_strcmp0(row->feeds, feeds) == 0)
    return;
  row->kind = kind;
  row->scaling = scaling;
  g_free(row->feeds);
  row->feeds = g_steal_pointer(&feeds);
  g_signal_emit(row, row_changed, 0);
}

/* Applies a choice to the row, or to all selected rows when it is one of them. */
static void
choose(NwColumnTable *self, NwColumnRow *chosen, int kind, int scaling)
{
  GListModel *model = G_LIST_MODEL(self->selection);
  guint n = g_list_model_get_n_items(model), count = 0;
  g_autoptr(NwDataSettings) settings = nw_data_settings_ref(self->settings);
  g_autofree char *label = NULL;
  gboolean together = FALSE;

  for (guint i = 0; i < n && !together; i++) {
    g_autoptr(NwColumnRow) row = g_list_model_get_item(model, i);

    together = row == chosen && gtk_selection_model_is_selected(GTK_SELECTION_MODEL(model), i);
  }
  for (guint i = 0; i < n; i++) {
    g_autoptr(NwColumnRow) row = g_list_model_get_item(model, i);
    gboolean selected = gtk_selection_model_is_selected(GTK_SELECTION_MODEL(model), i);
    const NwColumnSetting *old;
    NwColumnSetting setting = {0};
    NwDataSettings *next;

    if (together ? !selected : row != chosen)
      continue;
    old = nw_data_settings_find_column(settings, self->source, row->column->name);
    if (old)
      setting = *old;
    setting.source = self->source;
    setting.column = row->column->name;
    if (kind >= 0) {
      setting.kind = (NwColumnKind)kind;
      setting.has_kind = setting.kind != row->column->guess;
    }
    if (scaling >= 0)
      setting.scaling = (NwScaling)scaling;
    next = nw_data_settings_with_column(settings, &setting);
    nw_data_settings_unref(settings);
    settings = next;
    count++;
  }
  label = count == 1
              ? g_strdup_printf(_("Change column “%s”"), chosen->column->name)
              : g_strdup_printf(ngettext("Change %u column", "Change %u columns", count), count);
  g_signal_emit(self, signals[SIGNAL_EDITED], 0, settings, label, NULL);
}

/* ── cells: one entry of a table per column ──────────────────────────────────────────────────── */

typedef struct {
  const char *title;
  gboolean expand;
  GtkWidget *(*create)(void);
  void (*bind)(NwColumnRow *row, GtkWidget *cell);
  void (*chosen)(NwColumnTable *self, NwColumnRow *row, guint index);
} Cell;

static GtkWidget *
create_text(void)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars(GTK_LABEL(label), 6);
  return label;
}

static GtkWidget *
create_name(void)
{
  GtkWidget *label = create_text();

  gtk_label_set_width_chars(GTK_LABEL(label), 10);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
  return label;
}

static GtkWidget *
create_number(void)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), 1);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars(GTK_LABEL(label), 4);
  gtk_widget_add_css_class(label, "nw-number");
  return label;
}

static GtkWidget *
create_range(void)
{
  GtkWidget *label = create_number();

  gtk_label_set_width_chars(GTK_LABEL(label), 8);
  return label;
}

static GtkWidget *
create_kind(void)
{
  return nw_choice_button_new(nw_column_kind_choices, _("Kind"));
}

static GtkWidget *
create_scaling(void)
{
  return nw_choice_button_new(nw_scaling_choices, _("Scaling"));
}

static void
bind_name(NwColumnRow *row, GtkWidget *cell)
{
  gtk_label_set_label(GTK_LABEL(cell), row->column->name);
  gtk_widget_set_tooltip_text(cell, row->column->name);
}

static void
bind_kind(NwColumnRow *row, GtkWidget *cell)
{
  nw_choice_button_set_selected(NW_CHOICE_BUTTON(cell), row->kind);
}

static void
bind_scaling(NwColumnRow *row, GtkWidget *cell)
{
  nw_choice_button_set_selected(NW_CHOICE_BUTTON(cell), row->scaling);
  gtk_widget_set_sensitive(cell, row->kind == NW_COLUMN_NUMBER);
}

static void
bind_feeds(NwColumnRow *row, GtkWidget *cell)
{
  gtk_label_set_label(GTK_LABEL(cell), row->feeds);
  gtk_widget_set_tooltip_text(cell, row->feeds);
}

static void
bind_bars(NwColumnRow *row, GtkWidget *cell)
{
  const NwTableColumn *column = row->column;
  g_autofree char *description = g_strdup_printf(_("Distribution of “%s”"), column->name);
  gsize counts[NW_TABLE_BINS];
  gsize n = MIN(column->n_values, G_N_ELEMENTS(counts));

  if (!column->is_text && column->n_values != 2) {
    nw_mini_bars_set_counts(NW_MINI_BARS(cell), column->bins, NW_TABLE_BINS, description);
    return;
  }
  for (gsize i = 0; i < n; i++)
    counts[i] = column->values[i].count;
  nw_mini_bars_set_counts(NW_MINI_BARS(cell), counts, n, description);
}

static void
bind_range(NwColumnRow *row, GtkWidget *cell)
{
  const NwTableColumn *column = row->column;
  g_autofree char *text = NULL, *count = NULL, *tooltip = NULL;

  if (!column->is_text)
    text = g_strdup_printf("%.4g … %.4g", column->min, column->max);
  else if (column->n_values > 0)
    text = g_strdup_printf("%s … %s", column->values[0].text,
                           column->values[column->n_values - 1].text);
  if (column->many_values)
    count = g_strdup_printf(_("more than %d different values"), NW_TABLE_MAX_VALUES);
  else
    count = g_strdup_printf(ngettext("%u value", "%u different values", (guint)column->n_values),
                            (guint)column->n_values);
  tooltip = text ? g_strdup_printf("%s\n%s", text, count) : g_strdup(count);
  gtk_label_set_label(GTK_LABEL(cell), text ? text : "–");
  gtk_widget_set_tooltip_text(cell, tooltip);
}

static void
bind_missing(NwColumnRow *row, GtkWidget *cell)
{
  gsize missing = row->column->missing + row->column->infinite;
  g_autofree char *text = g_strdup_printf("%" G_GSIZE_FORMAT, missing);

  gtk_label_set_label(GTK_LABEL(cell), missing ? text : "–");
  if (missing)
    gtk_widget_add_css_class(cell, "warning");
  else
    gtk_widget_remove_css_class(cell, "warning");
}

static void
kind_chosen(NwColumnTable *self, NwColumnRow *row, guint index)
{
  choose(self, row, (int)index, -1);
}

static void
scaling_chosen(NwColumnTable *self, NwColumnRow *row, guint index)
{
  choose(self, row, -1, (int)index);
}

static const Cell cells[] = {
    {N_("Column"), TRUE, create_name, bind_name},
    {N_("Kind"), FALSE, create_kind, bind_kind, kind_chosen},
    {N_("Scaling"), FALSE, create_scaling, bind_scaling, scaling_chosen},
    {N_("Feeds"), TRUE, create_text, bind_feeds},
    {N_("Values"), FALSE, nw_mini_bars_new, bind_bars},
    {N_("Range"), TRUE, create_range, bind_range},
    {N_("Missing"), FALSE, create_number, bind_missing},
};

static void
row_changed_cb(NwColumnRow *row, GtkListItem *item)
{
  const Cell *cell = g_object_get_data(G_OBJECT(item), "nw-cell");

  cell->bind(row, gtk_list_item_get_child(item));
}

static void
chosen_cb(NwChoiceButton *button, guint index, GtkListItem *item)
{
  const Cell *cell = g_object_get_data(G_OBJECT(item), "nw-cell");
  GtkWidget *self = gtk_widget_get_ancestor(GTK_WIDGET(button), NW_TYPE_COLUMN_TABLE);

  if (self && gtk_list_item_get_item(item))
    cell->chosen(NW_COLUMN_TABLE(self), gtk_list_item_get_item(item), index);
}

static void
setup_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  GtkWidget *widget = cell->create();

  g_object_set_data(G_OBJECT(item), "nw-cell", (gpointer)cell);
  gtk_list_item_set_child(item, widget);
  if (cell->chosen)
    g_signal_connect_object(widget, "chosen", G_CALLBACK(chosen_cb), item, 0);
}

static void
bind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  NwColumnRow *row = gtk_list_item_get_item(item);

  cell->bind(row, gtk_list_item_get_child(item));
  g_signal_connect_object(row, "changed", G_CALLBACK(row_changed_cb), item, 0);
}

static void
unbind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  g_signal_handlers_disconnect_by_func(gtk_list_item_get_item(item), row_changed_cb, item);
}

static void
append_column(NwColumnTable *self, const Cell *cell)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  GtkColumnViewColumn *column;

  g_signal_connect(factory, "setup", G_CALLBACK(setup_cb), (gpointer)cell);
  g_signal_connect(factory, "bind", G_CALLBACK(bind_cb), (gpointer)cell);
  g_signal_connect(factory, "unbind", G_CALLBACK(unbind_cb), (gpointer)cell);
  column = gtk_column_view_column_new(_(cell->title), factory);
  gtk_column_view_column_set_expand(column, cell->expand);
  gtk_column_view_column_set_resizable(column, TRUE);
  gtk_column_view_append_column(GTK_COLUMN_VIEW(self->view), column);
  if (cell->create == create_number || cell->create == create_range)
    nw_table_head_align_right(GTK_COLUMN_VIEW(self->view), (guint)(cell - cells));
  g_object_unref(column);
}

/* ── widget ──────────────────────────────────────────────────────────────────────────────────── */

static gboolean
match_cb(gpointer item, gpointer data)
{
  NwColumnTable *self = data;
  g_autofree char *name = NULL;

  if (!self->search || !*self->search)
    return TRUE;
  name = g_utf8_casefold(NW_COLUMN_ROW(item)->column->name, -1);
  return strstr(name, self->search) != NULL;
}

void
nw_column_table_search(NwColumnTable *self, const char *text)
{
  g_return_if_fail(NW_IS_COLUMN_TABLE(self));

  g_free(self->search);
  self->search = g_utf8_casefold(text, -1);
  gtk_filter_changed(self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static void
fill(NwColumnTable *self)
{
  gsize n = self->table ? nw_table_get_n_columns(self->table) : 0;
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_object_unref);

  for (gsize i = 0; i < n; i++) {
    NwColumnRow *row = g_object_new(NW_TYPE_COLUMN_ROW, NULL);

    row->table = nw_table_ref(self->table);
    row->column = nw_table_get_column(self->table, i);
    update_row(self, row);
    g_ptr_array_add(rows, row);
  }
  g_list_store_splice(self->rows, 0, g_list_model_get_n_items(G_LIST_MODEL(self->rows)),
                      rows->pdata, rows->len);
}

void
nw_column_table_set(NwColumnTable *self, NwTable *table, NwDataSettings *settings,
                    const char *source)
{
  gboolean same = table && table == self->table && g_strcmp0(source, self->source) == 0;
  guint n;

  g_return_if_fail(NW_IS_COLUMN_TABLE(self));

  if (table)
    nw_table_ref(table);
  nw_data_settings_ref(settings);
  g_clear_pointer(&self->table, nw_table_unref);
  g_clear_pointer(&self->settings, nw_data_settings_unref);
  self->table = table;
  self->settings = settings;
  if (g_strcmp0(source, self->source) != 0) {
    g_free(self->source);
    self->source = g_strdup(source);
  }
  if (!same) {
    fill(self);
    return;
  }
  n = g_list_model_get_n_items(G_LIST_MODEL(self->rows));
  for (guint i = 0; i < n; i++) {
    g_autoptr(NwColumnRow) row = g_list_model_get_item(G_LIST_MODEL(self->rows), i);

    update_row(self, row);
  }
}

static void
nw_column_table_dispose(GObject *object)
{
  NwColumnTable *self = NW_COLUMN_TABLE(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_object(&self->selection);
  g_clear_pointer(&self->table, nw_table_unref);
  g_clear_pointer(&self->settings, nw_data_settings_unref);
  g_clear_pointer(&self->source, g_free);
  g_clear_pointer(&self->search, g_free);
  G_OBJECT_CLASS(nw_column_table_parent_class)->dispose(object);
}

static void
nw_column_table_class_init(NwColumnTableClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_column_table_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[SIGNAL_EDITED] =
      g_signal_new("edited", NW_TYPE_COLUMN_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
}

static void
nw_column_table_init(NwColumnTable *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new();
  GtkFilterListModel *filtered;

  self->rows = g_list_store_new(NW_TYPE_COLUMN_ROW);
  self->filter = GTK_FILTER(gtk_custom_filter_new(match_cb, self, NULL));
  filtered = gtk_filter_list_model_new(G_LIST_MODEL(self->rows), self->filter);
  self->selection = gtk_multi_selection_new(G_LIST_MODEL(filtered));

  self->view = gtk_column_view_new(g_object_ref(GTK_SELECTION_MODEL(self->selection)));
  gtk_column_view_set_enable_rubberband(GTK_COLUMN_VIEW(self->view), TRUE);
  gtk_widget_add_css_class(self->view, "data-table");
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Columns of the file"), -1);
  for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
    append_column(self, &cells[i]);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->view);
  gtk_widget_set_parent(scroller, GTK_WIDGET(self));
}

GtkWidget *
nw_column_table_new(void)
{
  return g_object_new(NW_TYPE_COLUMN_TABLE, NULL);
}
