/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-table.h"

#include <glib/gi18n.h>

#include "nw-run-actions.h"
#include "nw-table-head.h"
#include "nw-tooltip.h"
#include "nw-run-text.h"

struct _NwRunTable {
  GtkWidget parent;

  GtkColumnView *view;

  GtkSortListModel *sorted;
  GtkMultiSelection *selection;
  GtkSelectionFilterModel *selected;
};

G_DEFINE_FINAL_TYPE(NwRunTable, nw_run_table, GTK_TYPE_WIDGET)

enum { SIGNAL_SELECTION_CHANGED, SIGNAL_DELETE_RUN, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── cells: each gives its text ──────────────────────────────────────────────────────────────── */

typedef struct {
  const char *title;
  gboolean expand, right;
  char *(*dup_text)(NwRun *run);
} Cell;

static char *
dup_run(NwRun *run)
{
  const char *what = "";
  g_autofree char *title = nw_run_dup_title(run);
  gboolean stored = nw_run_is_stored(run);

  if (stored && nw_run_get_stored_state(run) == NW_STORED_RUNNING)
    what = _(" · elsewhere, now");
  else if (stored && nw_run_get_stored_state(run) == NW_STORED_INTERRUPTED)
    what = _(" · interrupted");
  else if (nw_run_is_active(run))
    what = _(" · now");
  else if (nw_run_get_end(run) == NW_END_NOT_FINITE)
    what = _(" · not finite");
  else if (nw_run_get_end(run) == NW_END_STOPPED)
    what = _(" · stopped");
  else if (nw_run_get_end(run) == NW_END_EARLY)
    what = _(" · early");
  else if (nw_run_get_end(run) == NW_END_FAILED)
    what = _(" · failed");
  return g_strconcat(title, what, NULL);
}

static char *
dup_started(NwRun *run)
{
  GDateTime *started = nw_run_get_started(run);
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  gboolean today = g_date_time_get_year(started) == g_date_time_get_year(now) &&
                   g_date_time_get_day_of_year(started) == g_date_time_get_day_of_year(now);

  return g_date_time_format(started, today ? "%H:%M" : "%e %b %H:%M");
}

static char *
dup_optimizer(NwRun *run)
{
  NwProject *project = nw_run_get_project(run);
  double rate = nw_params_get_real(nw_project_get_optimizer_params(project), "learning_rate");

  return g_strdup_printf("%s %.3g", nw_project_get_optimizer(project)->id, rate);
}

/* Where there is no room for all, what comes last has to be scrolled to. */
static const Cell cells[] = {
    {N_("run"), TRUE, FALSE, dup_run},
    {N_("epochs"), FALSE, TRUE, nw_run_dup_epochs},
    {N_("best loss"), FALSE, TRUE, nw_run_dup_best_loss},
    {N_("mean ECE"), FALSE, TRUE, nw_run_dup_ece},
    {N_("time"), FALSE, TRUE, nw_run_dup_time},
    {N_("started"), FALSE, TRUE, dup_started},
    {N_("optimiser"), FALSE, TRUE, dup_optimizer},
};

/* What the person wrote beside a run stands in the tooltip of its name. */
static char *
dup_tooltip(NwRun *run, const char *text)
{
  const char *tags = nw_run_get_text(run, NW_RUN_TAGS), *note = nw_run_get_text(run, NW_RUN_NOTE);

  return g_strdup_printf("%s%s%s%s%s", text, *tags ? "\n" : "", tags, *note ? "\n" : "", note);
}

static void
show(GtkListItem *item)
{
  const Cell *cell = g_object_get_data(G_OBJECT(item), "nw-cell");
  NwRun *run = gtk_list_item_get_item(item);
  g_autofree char *text = cell->dup_text(run);
  g_autofree char *tooltip = cell->expand ? dup_tooltip(run, text) : NULL;

  gtk_label_set_label(GTK_LABEL(gtk_list_item_get_child(item)), text);
  nw_tooltip_set(gtk_list_item_get_child(item), tooltip);
}

static void
setup_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), cell->right ? 1 : 0);
  if (cell->expand) {
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_width_chars(GTK_LABEL(label), 13); /* “run 1 · early” */
  }
  gtk_widget_add_css_class(label, "nw-number");
  g_object_set_data(G_OBJECT(item), "nw-cell", (gpointer)cell);
  gtk_list_item_set_child(item, label);
}

static void
bind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  GObject *run = gtk_list_item_get_item(item);

  show(item);
  g_signal_connect_object(run, "epoch", G_CALLBACK(show), item, G_CONNECT_SWAPPED);
  g_signal_connect_object(run, "state", G_CALLBACK(show), item, G_CONNECT_SWAPPED);
}

static void
unbind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, const Cell *cell)
{
  g_signal_handlers_disconnect_by_func(gtk_list_item_get_item(item), show, item);
}

static void
append_column(NwRunTable *self, const Cell *cell)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  g_autoptr(GtkColumnViewColumn) column = NULL;

  g_signal_connect(factory, "setup", G_CALLBACK(setup_cb), (gpointer)cell);
  g_signal_connect(factory, "bind", G_CALLBACK(bind_cb), (gpointer)cell);
  g_signal_connect(factory, "unbind", G_CALLBACK(unbind_cb), (gpointer)cell);
  column = gtk_column_view_column_new(_(cell->title), factory);
  gtk_column_view_column_set_expand(column, cell->expand);
  gtk_column_view_append_column(self->view, column);
  if (cell->right)
    nw_table_head_align_right(self->view, (guint)(cell - cells));
}

/* ── widget ──────────────────────────────────────────────────────────────────────────────────── */

static int
compare_newest_first_cb(gconstpointer a, gconstpointer b, gpointer data)
{
  guint first = nw_run_get_number(NW_RUN((gpointer)a));
  guint second = nw_run_get_number(NW_RUN((gpointer)b));

  return (first < second) - (first > second);
}

static void
selection_changed_cb(NwRunTable *self)
{
  nw_run_actions_update(GTK_WIDGET(self));
  g_signal_emit(self, signals[SIGNAL_SELECTION_CHANGED], 0);
}

void
nw_run_table_set_runs(NwRunTable *self, GListModel *runs)
{
  g_return_if_fail(NW_IS_RUN_TABLE(self));
  gtk_sort_list_model_set_model(self->sorted, runs);
}

GListModel *
nw_run_table_get_selected(NwRunTable *self)
{
  return G_LIST_MODEL(self->selected);
}

void
nw_run_table_update(NwRunTable *self)
{
  nw_run_actions_update(GTK_WIDGET(self));
}

/* −1: it is not there */
static int
find(NwRunTable *self, NwRun *run)
{
  GListModel *model = G_LIST_MODEL(self->selection);

  for (guint i = 0; i < g_list_model_get_n_items(model); i++) {
    g_autoptr(NwRun) item = g_list_model_get_item(model, i);

    if (item == run)
      return (int)i;
  }
  return -1;
}

gboolean
nw_run_table_has(NwRunTable *self, NwRun *run)
{
  return find(self, run) >= 0;
}

void
nw_run_table_select(NwRunTable *self, NwRun *run)
{
  int i = find(self, run);

  if (i >= 0)
    gtk_selection_model_select_item(GTK_SELECTION_MODEL(self->selection), (guint)i, TRUE);
}

static void
nw_run_table_dispose(GObject *object)
{
  NwRunTable *self = NW_RUN_TABLE(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_object(&self->selected);
  g_clear_object(&self->selection);
  G_OBJECT_CLASS(nw_run_table_parent_class)->dispose(object);
}

static void
nw_run_table_class_init(NwRunTableClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_run_table_dispose;
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/github/netwright/Netwright/ui/nw-run-table.ui");
  gtk_widget_class_bind_template_child(widget_class, NwRunTable, view);
  signals[SIGNAL_SELECTION_CHANGED] =
      g_signal_new("selection-changed", NW_TYPE_RUN_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 0);
  signals[SIGNAL_DELETE_RUN] = g_signal_new("delete-run", NW_TYPE_RUN_TABLE, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 1, NW_TYPE_RUN);
  nw_run_actions_install(widget_class);
}

static void
nw_run_table_init(NwRunTable *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
    append_column(self, &cells[i]);
  self->sorted = gtk_sort_list_model_new(
      NULL, GTK_SORTER(gtk_custom_sorter_new(compare_newest_first_cb, NULL, NULL)));
  self->selection = gtk_multi_selection_new(G_LIST_MODEL(self->sorted));
  self->selected = gtk_selection_filter_model_new(GTK_SELECTION_MODEL(self->selection));
  gtk_column_view_set_model(self->view, GTK_SELECTION_MODEL(self->selection));
  g_signal_connect_object(self->selection, "selection-changed", G_CALLBACK(selection_changed_cb),
                          self, G_CONNECT_SWAPPED);
  nw_run_actions_update(GTK_WIDGET(self));
}
