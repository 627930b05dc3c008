/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-trust-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "nw-coverage-card.h"
#include "nw-judge.h"
#include "nw-label-card.h"
#include "nw-mistakes.h"
#include "nw-number-list.h"
#include "nw-plot-heatmap.h"
#include "nw-plot-multiples.h"
#include "nw-plot-text.h"
#include "nw-plot-view.h"
#include "nw-recalibrate-card.h"
#include "nw-tooltip.h"
#include "nw-trust-list.h"
#include "nw-trust-measure.h"
#include "nw-trust-table.h"

#define MAX_MISTAKES  6
#define MAX_MULTIPLES 12

struct _NwTrustPage {
  GtkWidget parent;

  GtkStack *stack;
  AdwStatusPage *empty;
  GtkWidget *empty_button;
  GtkLabel *title;
  GtkLabel *facts;
  GtkDropDown *order;
  GtkDropDown *split;
  GtkWidget *filter;
  GtkWidget *close_file;
  GtkWidget *as_table;
  AdwClamp *overview;
  NwPlotView *heatmap;
  NwTrustTable *table;
  GtkWidget *multiples_card;
  GtkLabel *multiples_title;
  NwPlotView *multiples;
  GtkWidget *details; /* of one: both columns at the right */
  NwLabelCard *label_card;
  NwRecalibrateCard *recalibrate_card;
  NwCoverageCard *coverage_card;
  NwNumberList *numbers;
  NwPlotView *probabilities;
  GtkListBox *mistakes;

  NwRun *run;
  NwForecast *forecast; /* (nullable): of another program, in place of the run */
  NwJudge *judge;
  NwTrustList *list;
  char *selected;    /* name of the entry that is shown large */
  gboolean picked;   /* by the person; otherwise the first in the order is shown */
  gboolean reversed; /* the best first */
  GCancellable *measuring;
  gboolean is_measured; /* all numbers of the list are there, or on their way */
  gboolean behind;      /* the judge has news that the page does not show yet */

  /* what the plots borrow */
  NwPlotHeatmap heatmap_plot;
  NwPlotTile *tiles;
  NwPlotMultiples multiples_plot;
  NwPlotMultiple *items;
  char *item_values[MAX_MULTIPLES];
  NwBelief belief;
  NwPlotProbabilities probabilities_plot;
  NwPlotProbabilityClass classes[2];
};

G_DEFINE_FINAL_TYPE(NwTrustPage, nw_trust_page, GTK_TYPE_WIDGET)

enum { SIGNAL_RECALIBRATE, SIGNAL_PROBLEM, N_SIGNALS };
static guint signals[N_SIGNALS];

static const NwTrustEntry *
get_selected(NwTrustPage *self)
{
  int position = self->list ? nw_trust_list_find_shown(self->list, self->selected) : -1;

  return position < 0 ? NULL : nw_trust_list_get_shown(self->list, (guint)position);
}

static NwTrustOrder
get_order(NwTrustPage *self)
{
  guint order = gtk_drop_down_get_selected(self->order);

  return order < NW_TRUST_N_ORDERS ? (NwTrustOrder)order : NW_TRUST_BY_FLOOR;
}

static gboolean
is_table(NwTrustPage *self)
{
  return gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(self->as_table));
}

/* ── all at a glance ─────────────────────────────────────────────────────────────────────────── */

static void
show_heatmap(NwTrustPage *self)
{
  guint n = self->list->shown->len;
  gboolean by_floor = get_order(self) == NW_TRUST_BY_FLOOR;
  int selected = nw_trust_list_find_shown(self->list, self->selected);

  nw_plot_view_set(self->heatmap, NULL, NULL, NULL);
  g_free(self->tiles);
  self->tiles = g_new0(NwPlotTile, n + 1);
  for (guint i = 0; i < n; i++) {
    const NwTrustEntry *entry = nw_trust_list_get_shown(self->list, i);

    self->tiles[i] = (NwPlotTile){.name = entry->name,
                                  .label = entry->tag,
                                  .value = by_floor ? entry->numbers[NW_TRUST_BY_FLOOR]
                                                    : entry->numbers[NW_TRUST_BY_ECE],
                                  .is_muted = entry->is_muted};
  }
  self->heatmap_plot = (NwPlotHeatmap){.empty = _("No output is called like that."),
                                       .measure = by_floor ? _("proven ECE") : _("ECE"),
                                       .tiles = self->tiles,
                                       .n_tiles = n,
                                       .has_selection = selected >= 0,
                                       .selected = (guint)MAX(0, selected)};
  nw_plot_view_set(self->heatmap, &nw_plot_heatmap_kind, &self->heatmap_plot, NULL);
}

static void
show_multiples(NwTrustPage *self)
{
  guint n = MIN(self->list->shown->len, MAX_MULTIPLES);
  int selected = nw_trust_list_find_shown(self->list, self->selected);

  nw_plot_view_set(self->multiples, NULL, NULL, NULL);
  g_free(self->items);
  self->items = g_new0(NwPlotMultiple, n + 1);
  for (guint i = 0; i < n; i++) {
    const NwTrustEntry *entry = nw_trust_list_get_shown(self->list, i);
    g_autofree char *ece = nw_plot_format_percent(entry->numbers[NW_TRUST_BY_ECE]);
    NwBelief belief;

    nw_belief_get(entry->report, entry->label, &belief);
    g_free(self->item_values[i]);
    self->item_values[i] = g_strdup_printf(_("ECE %s"), ece);
    self->items[i] = (NwPlotMultiple){.name = entry->short_name,
                                      .value = self->item_values[i],
                                      .bins = belief.bins,
                                      .n_bins = belief.n_bins,
                                      .is_muted = entry->is_muted};
  }
  self->multiples_plot = (NwPlotMultiples){.items = self->items,
                                           .n_items = n,
                                           .has_selection = selected >= 0 && selected < (int)n,
                                           .selected = (guint)MAX(0, selected)};
  nw_plot_view_set(self->multiples, &nw_plot_multiples_kind, &self->multiples_plot, NULL);
  gtk_label_set_label(self->multiples_title, get_order(self) <= NW_TRUST_BY_ECE && !self->reversed
                                                 ? _("Worst calibrated")
                                                 : _("The first of them"));
}

/* What is out of sight costs nothing. */
static void
show_overview(NwTrustPage *self)
{
  int selected = nw_trust_list_find_shown(self->list, self->selected);

  if (is_table(self)) {
    nw_trust_table_set(self->table, self->list, get_order(self), self->reversed, selected);
    return;
  }
  show_heatmap(self);
  show_multiples(self);
}

static void
show_facts(NwTrustPage *self)
{
  guint n = self->list->entries->len;
  double mean = nw_trust_list_get_mean_ece(self->list);
  g_autofree char *title = g_strdup_printf(ngettext("%u probability", "%u probabilities", n), n);
  g_autofree char *ece = nw_plot_format_percent(mean);
  g_autofree char *facts =
      g_strdup_printf(_("mean ECE %s · %s"), ece, nw_judge_get_sentence(self->judge));

  gtk_label_set_label(self->title, title);
  gtk_label_set_label(self->facts, facts);
  nw_tooltip_set(GTK_WIDGET(self->facts), facts);
}

/* ── one of them ─────────────────────────────────────────────────────────────────────────────── */

static void
set_share(NwTrustPage *self, const char *title, double share, const char *tooltip)
{
  g_autofree char *text = isfinite(share) ? nw_plot_format_percent(share) : NULL;

  nw_number_list_set(self->numbers, title, text, NULL, tooltip);
}

static void
set_value(NwTrustPage *self, const char *title, double value, const char *tooltip)
{
  g_autofree char *text = isfinite(value) ? nw_plot_format_value(value) : NULL;

  nw_number_list_set(self->numbers, title, text, NULL, tooltip);
}

static void
show_numbers(NwTrustPage *self, const NwTrustEntry *entry, const NwBelief *belief)
{
  gboolean is_label = entry->label != NW_BELIEF_CONFIDENCE;
  guint label = is_label ? (guint)entry->label : 0;

  nw_number_list_set(self->numbers, _("verdict"), nw_verdict_get_title(belief->verdict),
                     nw_belief_get_style(belief->verdict), NULL);
  set_share(self, _("ECE"), belief->ece,
            _("Expected calibration error: how far predictions are from what happens, on average"));
  set_share(self, _("proven ECE"), entry->numbers[NW_TRUST_BY_FLOOR],
            _("What of the ECE chance alone does not explain; outputs are sorted by it"));
  set_share(self, _("ECE at most"), nw_ece_ceiling(belief->bins, belief->n_bins),
            _("What the ECE may be in truth, with so many samples: 95 % sure to be less"));
  set_share(self, _("max. gap (MCE)"), belief->mce, _("The same for the worst bin"));
  set_value(self, _("Brier"), belief->brier, _("Mean squared error of the probabilities"));
  set_value(self, _("log loss"), belief->log_loss, _("Mean of −ln p of what was true"));
  set_share(self, _("accuracy"), belief->accuracy, _("How often the likelier answer is right"));
  set_share(self, _("prevalence"), belief->prevalence, _("How often yes is true"));
  set_value(self, _("AUC"), is_label ? nw_report_get_auc(entry->report, label) : NAN,
            _("How often a positive sample is ranked above a negative one"));
  set_value(self, _("average precision"),
            is_label ? nw_report_get_average_precision(entry->report, label) : NAN,
            _("Area under the precision–recall curve, not interpolated"));
}

static GtkWidget *
create_mistake_row(NwTrustPage *self, const NwMistake *mistake)
{
  gsize n;
  const guint32 *rows = nw_judge_get_rows(self->judge, &n);
  guint32 row = rows && mistake->row < n ? rows[mistake->row] : mistake->row;
  g_autofree char *title =
      mistake->step < 0 ? g_strdup_printf(_("row %u"), row + 1)
                        : g_strdup_printf(_("row %u, step %d"), row + 1, (int)mistake->step + 1);
  g_autofree char *text = g_markup_escape_text(mistake->text, -1);
  GtkWidget *widget = adw_action_row_new();

  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(widget), title);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(widget), text);
  return widget;
}

static void
show_mistakes(NwTrustPage *self, const NwTrustEntry *entry)
{
  g_autoptr(GPtrArray) mistakes = nw_mistakes_list(entry, MAX_MISTAKES);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index(self->mistakes, 0)))
    gtk_list_box_remove(self->mistakes, GTK_WIDGET(row));
  for (guint i = 0; i < mistakes->len; i++)
    gtk_list_box_append(self->mistakes, create_mistake_row(self, g_ptr_array_index(mistakes, i)));
}

static void
show_selected(NwTrustPage *self)
{
  const NwTrustEntry *entry = get_selected(self);

  nw_label_card_set(self->label_card, entry);
  nw_recalibrate_card_set(self->recalibrate_card, self->forecast ? NULL : self->run, entry,
                          self->forecast);
  nw_coverage_card_set(self->coverage_card, self->forecast ? NULL : self->run, entry,
                       self->forecast);
  if (!entry)
    return;
  nw_belief_get(entry->report, entry->label, &self->belief);
  show_numbers(self, entry, &self->belief);
  nw_belief_fill_probabilities(&self->belief, self->classes, &self->probabilities_plot);
  nw_plot_view_set(self->probabilities, &nw_plot_probabilities_kind, &self->probabilities_plot,
                   NULL);
  show_mistakes(self, entry);
}

static void
select_position(NwTrustPage *self, int position)
{
  if (!self->list || position < 0 || position >= (int)self->list->shown->len)
    return;
  g_free(self->selected);
  self->selected = g_strdup(nw_trust_list_get_shown(self->list, (guint)position)->name);
  show_overview(self);
  show_selected(self);
}

static void
step(NwTrustPage *self, int by)
{
  if (!self->list)
    return;
  self->picked = TRUE;
  select_position(self, nw_trust_list_find_shown(self->list, self->selected) + by);
}

static void
previous_cb(NwTrustPage *self)
{
  step(self, -1);
}

static void
next_cb(NwTrustPage *self)
{
  step(self, 1);
}

/* ── arranging ───────────────────────────────────────────────────────────────────────────────── */

static void
arrange(NwTrustPage *self)
{
  if (!self->list)
    return;
  nw_trust_list_arrange(self->list, get_order(self), self->reversed,
                        gtk_editable_get_text(GTK_EDITABLE(self->filter)));
  if (!self->picked || nw_trust_list_find_shown(self->list, self->selected) < 0)
    select_position(self, 0);
  show_overview(self);
}

/* ── numbers that take their time ────────────────────────────────────────────────────────────── */

static void
measured_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(NwTrustPage) self = data;

  if (!self->measuring || self->measuring != g_task_get_cancellable(G_TASK(result)))
    return;
  g_clear_object(&self->measuring);
  if (self->list && nw_trust_measure_finish(result, self->list))
    arrange(self);
}

static void
stop_measuring(NwTrustPage *self)
{
  if (self->measuring)
    g_cancellable_cancel(self->measuring);
  g_clear_object(&self->measuring);
  self->is_measured = FALSE;
}

/* Nobody waits for numbers that nobody sees. */
static void
measure(NwTrustPage *self)
{
  NwThresholdBox *box = nw_label_card_get_threshold_box(self->label_card);
  const NwThresholdKind *kind;
  double value;

  if (self->is_measured || !self->list ||
      (!is_table(self) && get_order(self) < NW_TRUST_FIRST_MEASURED))
    return;
  kind = nw_threshold_box_get_goal(box, &value);
  self->is_measured = TRUE;
  self->measuring = g_cancellable_new();
  nw_trust_measure_async(self->list, kind, value, self->measuring, measured_cb, g_object_ref(self));
}

static void
goal_cb(NwTrustPage *self)
{
  stop_measuring(self);
  measure(self);
}

static void
order_cb(NwTrustPage *self)
{
  self->reversed = FALSE;
  measure(self);
  arrange(self);
}

/* A second press turns the order round. */
static void
head_pressed_cb(NwTrustPage *self, guint order)
{
  if (order != (guint)get_order(self)) {
    gtk_drop_down_set_selected(self->order, order);
    return;
  }
  self->reversed = !self->reversed;
  arrange(self);
}

static void
as_table_cb(NwTrustPage *self)
{
  gboolean table = is_table(self);

  adw_clamp_set_maximum_size(self->overview, table ? G_MAXINT16 : 540);
  adw_clamp_set_tightening_threshold(self->overview, table ? G_MAXINT16 : 540);
  gtk_widget_set_hexpand(GTK_WIDGET(self->overview), table);
  gtk_widget_set_visible(self->details, !table);
  gtk_widget_set_visible(self->multiples_card, !table);
  gtk_widget_set_visible(GTK_WIDGET(self->heatmap), !table);
  gtk_widget_set_visible(GTK_WIDGET(self->table), table);
  if (!self->list)
    return;
  measure(self);
  show_overview(self);
}

static void
row_activated_cb(NwTrustPage *self, guint position)
{
  self->picked = TRUE;
  select_position(self, (int)position);
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(self->as_table), FALSE);
}

/* Plots let go of the old reports before these are freed. */
static void
forget(NwTrustPage *self)
{
  nw_plot_view_set(self->heatmap, NULL, NULL, NULL);
  nw_plot_view_set(self->multiples, NULL, NULL, NULL);
  nw_plot_view_set(self->probabilities, NULL, NULL, NULL);
  nw_label_card_set(self->label_card, NULL);
  nw_trust_table_set(self->table, NULL, NW_TRUST_BY_FLOOR, FALSE, -1);
  stop_measuring(self);
  g_clear_pointer(&self->list, nw_trust_list_free);
}

static void
show_judgement(NwTrustPage *self)
{
  GPtrArray *reports = nw_judge_get_reports(self->judge);
  g_autofree char *sentence = g_markup_escape_text(nw_judge_get_sentence(self->judge), -1);

  self->behind = FALSE;
  forget(self);
  self->list = nw_trust_list_new((NwReport *const *)reports->pdata, reports->len);
  nw_trust_list_set_splits(self->list, nw_judge_get_split_reports(self->judge, NW_SPLIT_VALIDATION),
                           nw_judge_get_split_reports(self->judge, NW_SPLIT_TEST));
  if (self->list->entries->len == 0) {
    adw_status_page_set_description(self->empty,
                                    nw_judge_is_busy(self->judge) ? _("Evaluating…") : sentence);
    gtk_widget_set_visible(self->empty_button, self->run == NULL);
    gtk_stack_set_visible_child_name(self->stack, "empty");
    return;
  }
  gtk_stack_set_visible_child_name(self->stack, "page");
  show_facts(self);
  measure(self);
  arrange(self);
  show_selected(self);
}

static void
judge_changed_cb(NwTrustPage *self)
{
  if (nw_judge_is_busy(self->judge) && self->list)
    return; /* the old picture stays until the new one is there */
  self->behind = TRUE;
  if (gtk_widget_get_mapped(GTK_WIDGET(self)))
    show_judgement(self);
}

/* While it is out of sight the page costs training nothing; it catches up when it is opened. */
static void
nw_trust_page_map(GtkWidget *widget)
{
  NwTrustPage *self = NW_TRUST_PAGE(widget);

  if (self->behind)
    show_judgement(self);
  GTK_WIDGET_CLASS(nw_trust_page_parent_class)->map(widget);
}

static void
split_chosen_cb(NwTrustPage *self)
{
  nw_judge_set(self->judge, self->run, (NwSplit)gtk_drop_down_get_selected(self->split));
}

/* ── predictions of other programs ───────────────────────────────────────────────────────────── */

/* Takes @forecast (nullable). */
static void
set_forecast(NwTrustPage *self, NwForecast *forecast, const char *name)
{
  forget(self);
  nw_recalibrate_card_set(self->recalibrate_card, NULL, NULL, NULL);
  nw_coverage_card_set(self->coverage_card, NULL, NULL, NULL);
  g_clear_pointer(&self->forecast, nw_forecast_free);
  self->forecast = forecast;
  g_clear_pointer(&self->selected, g_free);
  self->picked = FALSE;
  gtk_widget_set_visible(self->close_file, forecast != NULL);
  gtk_widget_set_sensitive(GTK_WIDGET(self->split), forecast == NULL);
  if (forecast)
    nw_judge_set_forecast(self->judge, forecast, name);
  else
    split_chosen_cb(self);
}

static void
close_file_cb(NwTrustPage *self)
{
  set_forecast(self, NULL, NULL);
}

static void
read_thread(GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  NwForecast *forecast = nw_forecast_read(path, NW_TASK_AUTO, &error);

  if (forecast)
    g_task_return_pointer(task, forecast, (GDestroyNotify)nw_forecast_free);
  else
    g_task_return_error(task, error);
}

static void
read_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  NwTrustPage *self = NW_TRUST_PAGE(object);
  g_autoptr(GError) error = NULL;
  NwForecast *forecast = g_task_propagate_pointer(G_TASK(result), &error);
  g_autofree char *name = g_path_get_basename(g_task_get_task_data(G_TASK(result)));

  if (!self->judge) { /* disposed of meanwhile */
    g_clear_pointer(&forecast, nw_forecast_free);
    return;
  }
  if (forecast)
    set_forecast(self, forecast, name);
  else
    g_signal_emit(self, signals[SIGNAL_PROBLEM], 0, error->message);
}

void
nw_trust_page_open(NwTrustPage *self, const char *path)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail(NW_IS_TRUST_PAGE(self));

  task = g_task_new(self, NULL, read_cb, NULL);
  g_task_set_task_data(task, g_strdup(path), g_free);
  g_task_run_in_thread(task, read_thread);
}

void
nw_trust_page_set_run(NwTrustPage *self, NwRun *run)
{
  g_return_if_fail(NW_IS_TRUST_PAGE(self));

  if (run == self->run)
    return;
  g_set_object(&self->run, run);
  set_forecast(self, NULL, NULL);
}

NwSplit
nw_trust_page_get_split(NwTrustPage *self)
{
  return nw_judge_get_split(self->judge);
}

void
nw_trust_page_show_worst(NwTrustPage *self)
{
  g_return_if_fail(NW_IS_TRUST_PAGE(self));

  gtk_editable_set_text(GTK_EDITABLE(self->filter), "");
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(self->as_table), FALSE);
  gtk_drop_down_set_selected(self->order, NW_TRUST_BY_FLOOR);
  self->reversed = FALSE;
  self->picked = FALSE;
  arrange(self);
}

static void
item_activated_cb(NwTrustPage *self, guint index)
{
  self->picked = TRUE;
  select_position(self, (int)index);
}

static void
nw_trust_page_dispose(GObject *object)
{
  NwTrustPage *self = NW_TRUST_PAGE(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  if (self->judge)
    g_signal_handlers_disconnect_by_data(self->judge, self);
  if (child) {
    forget(self);
    gtk_widget_unparent(child);
  }
  g_clear_object(&self->judge);
  g_clear_object(&self->run);
  g_clear_pointer(&self->forecast, nw_forecast_free);
  g_clear_pointer(&self->selected, g_free);
  g_clear_pointer(&self->tiles, g_free);
  g_clear_pointer(&self->items, g_free);
  for (guint i = 0; i < MAX_MULTIPLES; i++)
    g_clear_pointer(&self->item_values[i], g_free);
  G_OBJECT_CLASS(nw_trust_page_parent_class)->dispose(object);
}

static void
nw_trust_page_class_init(NwTrustPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_trust_page_dispose;
  signals[SIGNAL_RECALIBRATE] =
      g_signal_new("recalibrate", NW_TYPE_TRUST_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_POINTER, G_TYPE_STRING);
  signals[SIGNAL_PROBLEM] = g_signal_new("problem", NW_TYPE_TRUST_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  widget_class->map = nw_trust_page_map;
  g_type_ensure(NW_TYPE_PLOT_VIEW);
  g_type_ensure(NW_TYPE_LABEL_CARD);
  g_type_ensure(NW_TYPE_RECALIBRATE_CARD);
  g_type_ensure(NW_TYPE_COVERAGE_CARD);
  g_type_ensure(NW_TYPE_TRUST_TABLE);
  g_type_ensure(NW_TYPE_NUMBER_LIST);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/github/netwright/Netwright/ui/nw-trust-page.ui");
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, stack);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, empty);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, empty_button);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, title);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, facts);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, order);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, split);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, filter);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, close_file);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, as_table);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, overview);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, heatmap);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, table);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, multiples_card);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, multiples_title);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, multiples);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, details);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, label_card);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, recalibrate_card);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, coverage_card);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, numbers);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, probabilities);
  gtk_widget_class_bind_template_child(widget_class, NwTrustPage, mistakes);
}

static void
recalibrate_cb(NwTrustPage *self, const char *output, gpointer maps, const char *title)
{
  g_signal_emit(self, signals[SIGNAL_RECALIBRATE], 0, output, maps, title);
}

static void
nw_trust_page_init(NwTrustPage *self)
{
  g_autoptr(GtkStringList) orders = gtk_string_list_new(NULL);

  gtk_widget_init_template(GTK_WIDGET(self));
  self->judge = nw_judge_new();
  g_signal_connect_swapped(self->judge, "changed", G_CALLBACK(judge_changed_cb), self);
  for (guint i = 0; i < NW_TRUST_N_ORDERS; i++)
    gtk_string_list_append(orders, _(nw_trust_columns[i].order));
  gtk_drop_down_set_model(self->order, G_LIST_MODEL(orders));
  g_signal_connect_swapped(self->order, "notify::selected", G_CALLBACK(order_cb), self);
  g_signal_connect_swapped(self->as_table, "toggled", G_CALLBACK(as_table_cb), self);
  g_signal_connect_swapped(self->table, "order", G_CALLBACK(head_pressed_cb), self);
  g_signal_connect_swapped(self->table, "item-selected", G_CALLBACK(item_activated_cb), self);
  g_signal_connect_swapped(self->table, "item-activated", G_CALLBACK(row_activated_cb), self);
  g_signal_connect_swapped(nw_label_card_get_threshold_box(self->label_card), "goal",
                           G_CALLBACK(goal_cb), self);
  g_signal_connect_swapped(self->split, "notify::selected", G_CALLBACK(split_chosen_cb), self);
  g_signal_connect_swapped(self->close_file, "clicked", G_CALLBACK(close_file_cb), self);
  g_signal_connect_swapped(self->filter, "search-changed", G_CALLBACK(arrange), self);
  g_signal_connect_swapped(self->heatmap, "item-activated", G_CALLBACK(item_activated_cb), self);
  g_signal_connect_swapped(self->multiples, "item-activated", G_CALLBACK(item_activated_cb), self);
  g_signal_connect_swapped(self->label_card, "previous", G_CALLBACK(previous_cb), self);
  g_signal_connect_swapped(self->label_card, "next", G_CALLBACK(next_cb), self);
  g_signal_connect_swapped(self->recalibrate_card, "recalibrate", G_CALLBACK(recalibrate_cb), self);
  show_judgement(self);
}
