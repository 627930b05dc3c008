/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-output-table.h"

#include <glib/gi18n.h>

#include "nw-plot-text.h"
#include "nw-spark.h"
#include "nw-table-head.h"

#define FEW 8 /* outputs that need no search */

/* ── one row ─────────────────────────────────────────────────────────────────────────────────── */

/* The numbers by which rows can be sorted. */
typedef enum { LOSS, VAL_LOSS, METRIC, ECE, N_NUMBERS } Number;

#define NW_TYPE_OUTPUT_ROW (nw_output_row_get_type())
G_DECLARE_FINAL_TYPE(NwOutputRow, nw_output_row, NW, OUTPUT_ROW, GObject)

struct _NwOutputRow {
  GObject parent;

  guint index;
  const char *name; /* lives as long as the history */
  double weight;
  int metric;              /* epoch series; −1: none */
  const char *metric_name; /* “digit_accuracy” */
  const char *metric_title;
  double numbers[N_NUMBERS];
  int curve_series; /* epoch series of the loss, of the validation where there is one; −1: none */
  GArray *curve;    /* double: its values by epoch */
};

G_DEFINE_FINAL_TYPE(NwOutputRow, nw_output_row, G_TYPE_OBJECT)

static guint row_changed;

static void
nw_output_row_finalize(GObject *object)
{
  g_array_unref(NW_OUTPUT_ROW(object)->curve);
  G_OBJECT_CLASS(nw_output_row_parent_class)->finalize(object);
}

static void
nw_output_row_class_init(NwOutputRowClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_output_row_finalize;
  row_changed = g_signal_new("changed", NW_TYPE_OUTPUT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                             G_TYPE_NONE, 0);
}

static void
nw_output_row_init(NwOutputRow *row)
{
  row->curve = g_array_new(FALSE, FALSE, sizeof(double));
  row->metric = -1;
  for (guint i = 0; i < N_NUMBERS; i++)
    row->numbers[i] = NAN;
}

/* ── reading the run ─────────────────────────────────────────────────────────────────────────── */

struct _NwOutputTable {
  GtkWidget parent;

  GtkWidget *search;
  GtkColumnView *view;

  NwRun *run;
  GListStore *rows;
  GtkFilter *filter;
  GtkSortListModel *sorted;
  GtkSingleSelection *selection;
  GtkColumnViewColumn *metric_column;
  char *wanted; /* the output that stays selected when rows come and go */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE(NwOutputTable, nw_output_table, GTK_TYPE_WIDGET)

enum { SIGNAL_SELECTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static double
get_latest(NwOutputTable *self, const char *prefix, const char *name, const char *suffix)
{
  g_autofree char *series = g_strconcat(prefix, name, suffix, NULL);

  return nw_run_get_latest(self->run, series);
}

/* The first metric of the output, of the validation where there is one. */
static void
find_metric(NwHistory *history, NwOutputRow *row)
{
  for (guint i = 0; i < nw_history_get_n_epoch_series(history); i++) {
    const NwSeries *series = nw_history_get_epoch_series(history, i);
    g_autofree char *validation = NULL;
    int better;

    if (!series->is_metric || g_strcmp0(series->output, row->name) != 0)
      continue;
    validation = g_strconcat("val_", series->name, NULL);
    better = nw_history_find_epoch_series(history, validation);
    row->metric = better >= 0 ? better : (int)i;
    row->metric_name = series->name + (series->validation ? strlen("val_") : 0);
    row->metric_title = nw_history_get_epoch_series(history, (guint)row->metric)->title;
    return;
  }
}

static void
find_curve(NwHistory *history, NwOutputRow *row)
{
  g_autofree char *validation = g_strdup_printf("val_%s_loss", row->name);
  g_autofree char *training = g_strdup_printf("%s_loss", row->name);

  row->curve_series = nw_history_find_epoch_series(history, validation);
  if (row->curve_series < 0)
    row->curve_series = nw_history_find_epoch_series(history, training);
}

/* Adds the epochs that have ended since. */
static void
read_curve(NwHistory *history, NwOutputRow *row)
{
  gsize n = nw_history_get_n_epochs(history);
  guint have = row->curve->len;

  if (row->curve_series < 0 || n <= have)
    return;
  g_array_set_size(row->curve, (guint)n);
  nw_history_read_epochs(history, (guint)row->curve_series, have, n - have,
                         (double *)row->curve->data + have);
}

static void
update_row(NwOutputTable *self, NwOutputRow *row)
{
  NwHistory *history = nw_run_get_history(self->run);
  NwReport *report = nw_run_find_report(self->run, row->name);

  row->numbers[LOSS] = get_latest(self, "", row->name, "_loss");
  row->numbers[VAL_LOSS] = get_latest(self, "val_", row->name, "_loss");
  row->numbers[ECE] = report ? nw_report_get_summary(report)->ece : NAN;
  if (row->metric >= 0)
    row->numbers[METRIC] = nw_run_get_latest(
        self->run, nw_history_get_epoch_series(history, (guint)row->metric)->name);
  read_curve(history, row);
  g_signal_emit(row, row_changed, 0);
}

/* ── cells ───────────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  const char *title;
  int number; /* −1: not a number */
  gboolean is_share;
  GtkWidget *(*create)(void);
  void (*bind)(NwOutputRow *row, GtkWidget *widget);
} Cell;

static GtkWidget *
create_name(void)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars(GTK_LABEL(label), 6);
  return label;
}

static GtkWidget *
create_number(void)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), 1);
  gtk_widget_add_css_class(label, "nw-number");
  return label;
}

static void
bind_name(NwOutputRow *row, GtkWidget *widget)
{
  g_autofree char *name = g_markup_escape_text(row->name, -1);
  g_autofree char *weight =
      row->weight != 1 ? g_strdup_printf(" <span alpha='60%%'>×%.3g</span>", row->weight) : NULL;
  g_autofree char *markup = g_strconcat(name, weight, NULL);

  gtk_label_set_markup(GTK_LABEL(widget), markup);
}

static void
bind_number(NwOutputRow *row, GtkWidget *widget, const Cell *cell)
{
  double number = row->numbers[cell->number];
  g_autofree char *text = !isfinite(number) ? g_strdup("–")
                          : cell->is_share  ? nw_plot_format_percent(number)
                                            : nw_plot_format_value(number);

  gtk_label_set_label(GTK_LABEL(widget), text);
}

static void
bind_curve(NwOutputRow *row, GtkWidget *widget)
{
  nw_spark_set(NW_SPARK(widget), (const double *)row->curve->data, row->curve->len, row->index,
               row->name);
}

static const Cell cells[] = {
    {N_("output"), -1, FALSE, create_name, bind_name},
    {N_("loss"), LOSS, FALSE, create_number},
    {N_("val"), VAL_LOSS, FALSE, create_number},
    {N_("metric"), METRIC, FALSE, create_number},
    {N_("ECE"), ECE, TRUE, create_number},
    {"", -1, FALSE, nw_spark_new, bind_curve},
};

static void
bind(NwOutputRow *row, GtkWidget *widget, const Cell *cell)
{
  if (cell->bind)
    cell->bind(row, widget);
  else
    bind_number(row, widget, cell);
}

/* A column view keeps some hundred rows alive; only those that someone sees are worth laying out.
 */
static gboolean
is_in_view(GtkWidget *widget)
{
  GtkWidget *view = gtk_widget_get_ancestor(widget, GTK_TYPE_COLUMN_VIEW);
  graphene_point_t place;

  return view && gtk_widget_get_mapped(widget) &&
         gtk_widget_compute_point(widget, view, &GRAPHENE_POINT_INIT(0, 0), &place) &&
         place.y > -(float)gtk_widget_get_height(widget) &&
         place.y < (float)gtk_widget_get_height(view);
}

static void
row_changed_cb(NwOutputRow *row, GtkListItem *item)
{
  const Cell *cell = g_object_get_data(G_OBJECT(item), "nw-cell");
  GtkWidget *widget = gtk_list_item_get_child(item);

  if (cell->bind != bind_name && is_in_view(widget)) /* names stay */
    bind(row, widget, cell);
}

static void
setup_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  g_object_set_data(G_OBJECT(item), "nw-cell", (gpointer)cell);
  gtk_list_item_set_child(item, cell->create());
}

static void
bind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  NwOutputRow *row = gtk_list_item_get_item(item);

  bind(row, gtk_list_item_get_child(item), cell);
  gtk_widget_set_tooltip_text(gtk_list_item_get_child(item), cell->bind == bind_name ? row->name
                                                             : cell->number == METRIC
                                                                 ? row->metric_title
                                                                 : NULL);
  g_signal_connect_object(row, "changed", G_CALLBACK(row_changed_cb), item, 0);
}

static void
unbind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  g_signal_handlers_disconnect_by_func(gtk_list_item_get_item(item), row_changed_cb, item);
}

/* What is not a number comes last. */
static int
compare_cb(gconstpointer a, gconstpointer b, gpointer data)
{
  const Cell *cell = data;
  const NwOutputRow *first = a, *second = b;
  double x, y;

  if (cell->number < 0)
    return g_utf8_collate(first->name, second->name);
  x = first->numbers[cell->number];
  y = second->numbers[cell->number];
  if (isnan(x) || isnan(y))
    return isnan(x) - isnan(y);
  return (x > y) - (x < y);
}

static void
append_column(NwOutputTable *self, const Cell *cell)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  g_autoptr(GtkSorter) sorter = NULL;
  GtkColumnViewColumn *column;

  g_signal_connect(factory, "setup", G_CALLBACK(setup_cb), (gpointer)cell);
  g_signal_connect(factory, "bind", G_CALLBACK(bind_cb), (gpointer)cell);
  g_signal_connect(factory, "unbind", G_CALLBACK(unbind_cb), (gpointer)cell);
  column = gtk_column_view_column_new(*cell->title ? _(cell->title) : "", factory);
  if (*cell->title) {
    sorter = GTK_SORTER(gtk_custom_sorter_new(compare_cb, (gpointer)cell, NULL));
    gtk_column_view_column_set_sorter(column, sorter);
  }
  gtk_column_view_column_set_expand(column, cell == &cells[0]);
  gtk_column_view_append_column(self->view, column);
  if (cell->number >= 0)
    nw_table_head_align_right(self->view, (guint)(cell - cells));
  if (cell->number == METRIC)
    self->metric_column = column;
  g_object_unref(column);
}

/* ── widget ──────────────────────────────────────────────────────────────────────────────────── */

static gboolean
contains(const char *name, const char *search)
{
  g_autofree char *folded = g_utf8_casefold(name, -1);
  g_autofree char *wanted = g_utf8_casefold(search, -1);

  return strstr(folded, wanted) != NULL;
}

static gboolean
match_cb(gpointer item, gpointer data)
{
  NwOutputTable *self = data;
  const char *search = gtk_editable_get_text(GTK_EDITABLE(self->search));

  return contains(NW_OUTPUT_ROW(item)->name, search);
}

static void
search_changed_cb(NwOutputTable *self)
{
  gtk_filter_changed(self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

const char *
nw_output_table_get_selected(NwOutputTable *self)
{
  NwOutputRow *row = gtk_single_selection_get_selected_item(self->selection);

  return row ? row->name : NULL;
}

static void
selected_cb(NwOutputTable *self)
{
  const char *name = nw_output_table_get_selected(self);

  if (self->updating || !name)
    return;
  g_free(self->wanted);
  self->wanted = g_strdup(name);
  g_signal_emit(self, signals[SIGNAL_SELECTED], 0, name);
}

static void
append_row(NwOutputTable *self, NwHistory *history, guint index)
{
  g_autoptr(NwOutputRow) row = g_object_new(NW_TYPE_OUTPUT_ROW, NULL);

  row->index = index;
  row->name = nw_history_get_output(history, index);
  row->weight = 1;
  for (guint i = 0; i < nw_history_get_n_step_series(history); i++)
    if (g_strcmp0(nw_history_get_step_series(history, i)->output, row->name) == 0)
      row->weight = nw_history_get_step_series(history, i)->weight;
  find_metric(history, row);
  find_curve(history, row);
  update_row(self, row);
  g_list_store_append(self->rows, row);
}

/* “accuracy” above the column when that is what all rows show. */
static const char *
get_metric_title(NwOutputTable *self)
{
  const char *title = NULL;
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->rows));

  for (guint i = 0; i < n; i++) {
    g_autoptr(NwOutputRow) row = g_list_model_get_item(G_LIST_MODEL(self->rows), i);
    const char *name = row->metric_name;

    if (!name)
      continue;
    if (g_str_has_prefix(name, row->name))
      name += strlen(row->name) + 1;
    if (title && !g_str_equal(title, name))
      return _("metric");
    title = name;
  }
  return title ? title : _("metric");
}

static void
reselect(NwOutputTable *self)
{
  GListModel *model = G_LIST_MODEL(self->selection);

  for (guint i = 0; i < g_list_model_get_n_items(model); i++) {
    g_autoptr(NwOutputRow) row = g_list_model_get_item(model, i);

    if (g_strcmp0(row->name, self->wanted) == 0)
      gtk_single_selection_set_selected(self->selection, i);
  }
}

void
nw_output_table_set_run(NwOutputTable *self, NwRun *run)
{
  NwHistory *history = run ? nw_run_get_history(run) : NULL;
  guint n = history ? nw_history_get_n_outputs(history) : 0;

  g_return_if_fail(NW_IS_OUTPUT_TABLE(self));

  self->updating = TRUE;
  g_list_store_remove_all(self->rows);
  g_set_object(&self->run, run);
  for (guint i = 0; i < n; i++)
    append_row(self, history, i);
  gtk_column_view_column_set_title(self->metric_column, get_metric_title(self));
  gtk_widget_set_visible(self->search, n > FEW);
  reselect(self);
  self->updating = FALSE;
  selected_cb(self);
}

/* Rows that come into view show what they missed. */
static void
show_rows(NwOutputTable *self)
{
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->rows));

  for (guint i = 0; i < n; i++) {
    g_autoptr(NwOutputRow) row = g_list_model_get_item(G_LIST_MODEL(self->rows), i);

    g_signal_emit(row, row_changed, 0);
  }
}

void
nw_output_table_update(NwOutputTable *self)
{
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->rows));

  for (guint i = 0; i < n; i++) {
    g_autoptr(NwOutputRow) row = g_list_model_get_item(G_LIST_MODEL(self->rows), i);

    update_row(self, row);
  }
  gtk_sorter_changed(gtk_sort_list_model_get_sorter(self->sorted), GTK_SORTER_CHANGE_DIFFERENT);
}

static void
nw_output_table_dispose(GObject *object)
{
  NwOutputTable *self = NW_OUTPUT_TABLE(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  self->updating = TRUE;
  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_object(&self->selection);
  g_clear_object(&self->run);
  g_clear_pointer(&self->wanted, g_free);
  G_OBJECT_CLASS(nw_output_table_parent_class)->dispose(object);
}

static void
nw_output_table_class_init(NwOutputTableClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_output_table_dispose;
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-output-table.ui");
  gtk_widget_class_bind_template_child(widget_class, NwOutputTable, search);
  gtk_widget_class_bind_template_child(widget_class, NwOutputTable, view);
  signals[SIGNAL_SELECTED] = g_signal_new("selected", NW_TYPE_OUTPUT_TABLE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
nw_output_table_init(NwOutputTable *self)
{
  GtkFilterListModel *filtered;
  GtkAdjustment *place;

  gtk_widget_init_template(GTK_WIDGET(self));
  for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
    append_column(self, &cells[i]);
  self->rows = g_list_store_new(NW_TYPE_OUTPUT_ROW);
  self->filter = GTK_FILTER(gtk_custom_filter_new(match_cb, self, NULL));
  filtered = gtk_filter_list_model_new(G_LIST_MODEL(self->rows), self->filter);
  self->sorted = gtk_sort_list_model_new(G_LIST_MODEL(filtered),
                                         g_object_ref(gtk_column_view_get_sorter(self->view)));
  self->selection = gtk_single_selection_new(G_LIST_MODEL(self->sorted));
  gtk_column_view_set_model(self->view, GTK_SELECTION_MODEL(self->selection));
  g_signal_connect_object(self->selection, "notify::selected-item", G_CALLBACK(selected_cb), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_swapped(self->search, "search-changed", G_CALLBACK(search_changed_cb), self);

  place = gtk_scrollable_get_vadjustment(GTK_SCROLLABLE(self->view));
  g_signal_connect_object(place, "changed", G_CALLBACK(show_rows), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(place, "value-changed", G_CALLBACK(show_rows), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped(self->view, "map", G_CALLBACK(show_rows), self);
}
