/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep-table.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "nw-plot-text.h"
#include "nw-table-head.h"
#include "nw-tooltip.h"

struct _NwSweepTable {
  GtkWidget parent;

  GtkColumnView *view;
  GtkAdjustment *scroll; /* the view's */
  guint back_to_top;     /* tick callback */
  guint n_ticks;         /* since then */
  NwSweepModel *model;
  GtkFilter *filter;
  GtkSorter *sorter;
  GtkFilterListModel *filtered;
  GtkSingleSelection *selection;
  NwSweepTableFilter is_shown;
  gpointer data;
};

G_DEFINE_FINAL_TYPE(NwSweepTable, nw_sweep_table, GTK_TYPE_WIDGET)

static guint chosen_signal;

/* ── cells: each gives its text ──────────────────────────────────────────────────────────────── */

/* @param: index of the setting that the column shows */
typedef struct {
  const char *title;
  gboolean right;
  char *(*dup_text)(const NwSweepTrial *trial, guint param);
  guint param;
} Cell;

static char *
dup_number(const NwSweepTrial *trial, guint param)
{
  return g_strdup_printf("%u", trial->number);
}

static char *
dup_state(const NwSweepTrial *trial, guint param)
{
  return g_strdup(_(nw_sweep_trial_states[trial->state].title));
}

static char *
dup_judged(const NwSweepTrial *trial, guint param)
{
  return nw_plot_format_value(trial->judged);
}

static char *
dup_ece(const NwSweepTrial *trial, guint param)
{
  return nw_plot_format_percent(trial->ece);
}

static char *
dup_size(const NwSweepTrial *trial, guint param)
{
  return trial->n_weights > 0 ? nw_plot_format_count(trial->n_weights) : g_strdup("–");
}

static char *
dup_epochs(const NwSweepTrial *trial, guint param)
{
  return g_strdup_printf("%u", trial->epochs);
}

static char *
dup_time(const NwSweepTrial *trial, guint param)
{
  guint seconds = (guint)trial->seconds;

  return g_strdup_printf("%u:%02u", seconds / 60, seconds % 60);
}

static char *
dup_run(const NwSweepTrial *trial, guint param)
{
  return trial->run > 0 ? g_strdup_printf("%" G_GINT64_FORMAT, trial->run) : g_strdup("–");
}

static char *
dup_value(const NwSweepTrial *trial, guint param)
{
  return g_strdup(trial->values[param]);
}

static const Cell first[] = {
    {N_("trial"), TRUE, dup_number},
    {N_("result"), TRUE, dup_judged},
};

static const Cell last[] = {
    {N_("mean ECE"), TRUE, dup_ece},  {N_("weights"), TRUE, dup_size},
    {N_("epochs"), TRUE, dup_epochs}, {N_("time"), TRUE, dup_time},
    {N_("run"), TRUE, dup_run},       {N_("state"), FALSE, dup_state},
};

/* Why it failed stands in the tooltips of its row. */
static void
show(GtkListItem *item)
{
  const Cell *cell = g_object_get_data(G_OBJECT(item), "nw-cell");
  const NwSweepTrial *trial = nw_sweep_item_get(gtk_list_item_get_item(item));
  g_autofree char *text = cell->dup_text(trial, cell->param);
  GtkWidget *label = gtk_list_item_get_child(item);

  gtk_label_set_label(GTK_LABEL(label), text);
  nw_tooltip_set(label, trial->message ? trial->message : cell->right ? NULL : text);
}

static void
setup_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), cell->right ? 1 : 0);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars(GTK_LABEL(label), 5);
  gtk_widget_add_css_class(label, "nw-number");
  g_object_set_data(G_OBJECT(item), "nw-cell", (gpointer)cell);
  gtk_list_item_set_child(item, label);
}

static void
bind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  show(item);
  g_signal_connect_object(gtk_list_item_get_item(item), "changed", G_CALLBACK(show), item,
                          G_CONNECT_SWAPPED);
}

static void
unbind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  g_signal_handlers_disconnect_by_func(gtk_list_item_get_item(item), show, item);
}

static void
append_column(NwSweepTable *self, const Cell *like, const char *title, guint param)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  guint n = g_list_model_get_n_items(gtk_column_view_get_columns(self->view));
  g_autoptr(GtkColumnViewColumn) column = NULL;
  Cell *cell = g_new(Cell, 1);

  *cell = *like;
  cell->param = param;
  g_object_set_data_full(G_OBJECT(factory), "nw-cell", cell, g_free);
  g_signal_connect(factory, "setup", G_CALLBACK(setup_cb), cell);
  g_signal_connect(factory, "bind", G_CALLBACK(bind_cb), cell);
  g_signal_connect(factory, "unbind", G_CALLBACK(unbind_cb), cell);
  column = gtk_column_view_column_new(title, factory);
  gtk_column_view_column_set_expand(column, TRUE);
  gtk_column_view_column_set_resizable(column, TRUE);
  gtk_column_view_append_column(self->view, column);
  if (cell->right)
    nw_table_head_align_right(self->view, n);
}

void
nw_sweep_table_update_columns(NwSweepTable *self)
{
  GListModel *columns = gtk_column_view_get_columns(self->view);
  const NwSweep *sweep = nw_sweep_model_get_sweep(self->model);
  static const Cell value = {NULL, TRUE, dup_value};

  while (g_list_model_get_n_items(columns) > 0) {
    g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item(columns, 0);

    gtk_column_view_remove_column(self->view, column);
  }
  append_column(self, &first[0], _(first[0].title), 0);
  append_column(self, &first[1], sweep ? sweep->judge : _(first[1].title), 0);
  for (guint i = 0; sweep && i < sweep->params->len; i++)
    append_column(self, &value, ((const NwSweepParam *)g_ptr_array_index(sweep->params, i))->key,
                  i);
  for (gsize i = 0; i < G_N_ELEMENTS(last); i++)
    append_column(self, &last[i], _(last[i].title), 0);
}

/* ── order ───────────────────────────────────────────────────────────────────────────────────── */

/* Those that were judged before others, equal ones by number. */
static int
compare_cb(gconstpointer a, gconstpointer b, gpointer data)
{
  NwSweepTable *self = data;
  const NwSweepStand *stand = nw_sweep_model_get_stand(self->model);
  const NwSweepTrial *one = nw_sweep_item_get((NwSweepItem *)a);
  const NwSweepTrial *two = nw_sweep_item_get((NwSweepItem *)b);
  gboolean up = stand && stand->higher_is_better;

  if (isfinite(one->judged) != isfinite(two->judged))
    return isfinite(one->judged) ? -1 : 1;
  if (isfinite(one->judged) && one->judged != two->judged)
    return (one->judged > two->judged) == up ? -1 : 1;
  return one->number < two->number ? -1 : one->number > two->number;
}

static gboolean
filter_cb(gpointer item, gpointer data)
{
  NwSweepTable *self = data;

  return !self->is_shown || self->is_shown(nw_sweep_item_get(item)->number - 1, self->data);
}

/* Before the second frame, the first has moved the list. */
static gboolean
back_to_top_cb(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  NwSweepTable *self = NW_SWEEP_TABLE(widget);

  if (self->n_ticks++ == 0)
    return G_SOURCE_CONTINUE;
  self->back_to_top = 0;
  gtk_adjustment_set_value(self->scroll, 0);
  return G_SOURCE_REMOVE;
}

/* The list would stay by the trial that was the best, and the new best one be out of sight. */
static void
stay_at_top(NwSweepTable *self)
{
  if (self->back_to_top == 0 && gtk_adjustment_get_value(self->scroll) >= 1)
    return;
  self->n_ticks = 0;
  if (self->back_to_top == 0)
    self->back_to_top = gtk_widget_add_tick_callback(GTK_WIDGET(self), back_to_top_cb, NULL, NULL);
}

/* Most numbers change nothing about the order, and moving a thousand rows takes its time. */
static gboolean
is_in_order(NwSweepTable *self)
{
  GListModel *model = G_LIST_MODEL(self->selection);
  guint n = g_list_model_get_n_items(model);

  for (guint i = 1; i < n; i++) {
    g_autoptr(NwSweepItem) one = g_list_model_get_item(model, i - 1);
    g_autoptr(NwSweepItem) two = g_list_model_get_item(model, i);

    if (compare_cb(one, two, self) > 0)
      return FALSE;
  }
  return TRUE;
}

void
nw_sweep_table_update(NwSweepTable *self)
{
  stay_at_top(self);
  if (!is_in_order(self))
    gtk_sorter_changed(self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
  if (self->is_shown)
    gtk_filter_changed(self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

void
nw_sweep_table_set_filter(NwSweepTable *self, NwSweepTableFilter filter, gpointer data)
{
  self->is_shown = filter;
  self->data = data;
  gtk_filter_changed(self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

guint
nw_sweep_table_get_n_shown(NwSweepTable *self)
{
  return g_list_model_get_n_items(G_LIST_MODEL(self->selection));
}

NwSweepItem *
nw_sweep_table_get_chosen(NwSweepTable *self)
{
  return gtk_single_selection_get_selected_item(self->selection);
}

void
nw_sweep_table_choose(NwSweepTable *self, guint trial)
{
  GListModel *model = G_LIST_MODEL(self->selection);

  for (guint i = 0; i < g_list_model_get_n_items(model); i++) {
    g_autoptr(NwSweepItem) item = g_list_model_get_item(model, i);

    if (nw_sweep_item_get(item)->number == trial + 1)
      gtk_single_selection_set_selected(self->selection, i);
  }
}

static void
selected_cb(NwSweepTable *self)
{
  g_signal_emit(self, chosen_signal, 0);
}

void
nw_sweep_table_set_model(NwSweepTable *self, NwSweepModel *model)
{
  g_return_if_fail(NW_IS_SWEEP_TABLE(self));
  g_set_object(&self->model, model);
  gtk_filter_list_model_set_model(self->filtered, nw_sweep_model_get_trials(model));
  nw_sweep_table_update_columns(self);
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_sweep_table_dispose(GObject *object)
{
  NwSweepTable *self = NW_SWEEP_TABLE(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  if (self->back_to_top > 0)
    gtk_widget_remove_tick_callback(GTK_WIDGET(self), self->back_to_top);
  self->back_to_top = 0;
  if (self->selection)
    g_signal_handlers_disconnect_by_data(self->selection, self);
  if (self->filtered)
    gtk_filter_list_model_set_model(self->filtered, NULL);
  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_object(&self->selection);
  self->filtered = NULL;
  g_clear_object(&self->model);
  G_OBJECT_CLASS(nw_sweep_table_parent_class)->dispose(object);
}

static void
nw_sweep_table_class_init(NwSweepTableClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_sweep_table_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  chosen_signal = g_signal_new("chosen", NW_TYPE_SWEEP_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

static void
nw_sweep_table_init(NwSweepTable *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new();
  GtkSortListModel *sorted;

  self->filter = GTK_FILTER(gtk_custom_filter_new(filter_cb, self, NULL));
  self->sorter = GTK_SORTER(gtk_custom_sorter_new(compare_cb, self, NULL));
  self->filtered = gtk_filter_list_model_new(NULL, self->filter);
  sorted = gtk_sort_list_model_new(G_LIST_MODEL(self->filtered), self->sorter);
  self->selection = gtk_single_selection_new(G_LIST_MODEL(sorted));
  gtk_single_selection_set_autoselect(self->selection, FALSE);
  gtk_single_selection_set_can_unselect(self->selection, TRUE);
  gtk_single_selection_set_selected(self->selection, GTK_INVALID_LIST_POSITION);
  self->view =
      GTK_COLUMN_VIEW(gtk_column_view_new(g_object_ref(GTK_SELECTION_MODEL(self->selection))));
  gtk_widget_add_css_class(GTK_WIDGET(self->view), "nw-table");
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Trials, the best first"), -1);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), GTK_WIDGET(self->view));
  self->scroll = gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scroller));
  gtk_widget_set_vexpand(scroller, TRUE);
  gtk_widget_set_parent(scroller, GTK_WIDGET(self));
  g_signal_connect_object(self->selection, "notify::selected-item", G_CALLBACK(selected_cb), self,
                          G_CONNECT_SWAPPED);
}
