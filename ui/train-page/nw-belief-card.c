/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-belief-card.h"

#include <glib/gi18n.h>

#include "nw-belief.h"
#include "nw-number-list.h"
#include "nw-plot-map.h"
#include "nw-plot-multiples.h"
#include "nw-plot-text.h"
#include "nw-plot-view.h"
#include "nw-tooltip.h"

#define ALL_LABELS (-2) /* in place of a label: all, side by side */

struct _NwBeliefCard {
  GtkWidget parent;

  GtkLabel *title;
  GtkDropDown *label;
  GtkLabel *facts;
  GtkRange *when;
  NwPlotView *reliability;
  NwNumberList *numbers;
  GtkWidget *probabilities_box;
  GtkLabel *probabilities_title;
  NwPlotView *probabilities;

  NwRun *run;
  char *output;
  NwReport *report; /* what the plots borrow from */
  guint epoch;      /* of the report */
  gboolean past;    /* the person looks back: new epochs do not change what is shown */
  GArray *labels;   /* int: label or NW_BELIEF_CONFIDENCE, by the drop-down's index */
  gboolean updating;

  /* what the plots borrow */
  NwBelief belief;
  NwPlotReliability reliability_plot;
  NwPlotProbabilities probabilities_plot;
  NwPlotProbabilityClass classes[2];
  GArray *items; /* NwPlotMultiple, worst first */
  GArray *rows;  /* NwPlotMapRow, likewise */
  GPtrArray *texts;
  NwPlotMultiples multiples_plot;
  NwPlotMap map_plot;
};

G_DEFINE_FINAL_TYPE(NwBeliefCard, nw_belief_card, GTK_TYPE_WIDGET)

/* ── when ────────────────────────────────────────────────────────────────────────────────────── */

/* The newest report, or that of the last epoch before where the slider is whose report is kept. */
static NwReport *
find_report(NwBeliefCard *self, guint *epoch)
{
  guint wanted = (guint)(gtk_range_get_value(self->when) + 0.5);

  *epoch = nw_run_get_report_epoch(self->run);
  return self->past ? nw_run_find_past_report(self->run, self->output, wanted, epoch)
                    : nw_run_find_report(self->run, self->output);
}

static void
update_slider(NwBeliefCard *self)
{
  guint newest = self->run ? nw_run_get_report_epoch(self->run) : 0;

  self->updating = TRUE;
  gtk_range_set_range(self->when, 1, MAX(newest, 2));
  if (!self->past)
    gtk_range_set_value(self->when, newest);
  gtk_widget_set_visible(GTK_WIDGET(self->when), newest > 1 && self->report != NULL);
  self->updating = FALSE;
}

static int
get_label(NwBeliefCard *self)
{
  guint selected = gtk_drop_down_get_selected(self->label);

  return selected < self->labels->len ? g_array_index(self->labels, int, selected) : 0;
}

static void
set_share(NwBeliefCard *self, const char *title, double share, const char *tooltip)
{
  g_autofree char *text = isfinite(share) ? nw_plot_format_percent(share) : NULL;

  nw_number_list_set(self->numbers, title, text, NULL, tooltip);
}

static void
set_value(NwBeliefCard *self, const char *title, double value, const char *tooltip)
{
  g_autofree char *text = isfinite(value) ? nw_plot_format_value(value) : NULL;

  nw_number_list_set(self->numbers, title, text, NULL, tooltip);
}

static void
show_numbers(NwBeliefCard *self, const NwBelief *belief)
{
  set_share(self, _("ECE"), belief->ece,
            _("Expected calibration error: how far predictions are from what happens, on average"));
  set_share(self, _("max. gap"), belief->mce, _("The same for the worst bin (MCE)"));
  set_value(self, _("Brier"), belief->brier, _("Mean squared error of the probabilities"));
  set_value(self, _("log loss"), belief->log_loss, _("Mean of −ln p of what was true"));
  set_share(self, _("accuracy"), belief->accuracy, _("How often the likelier answer is right"));
  nw_number_list_set(self->numbers, _("verdict"), nw_verdict_get_title(belief->verdict),
                     nw_belief_get_style(belief->verdict), NULL);
}

/* Nothing is known yet. */
static void
show_nothing(NwBeliefCard *self)
{
  self->reliability_plot =
      (NwPlotReliability){.empty = _("Here you see after the first epoch whether the "
                                     "probabilities deserve belief.")};
  nw_plot_view_set(self->reliability, &nw_plot_reliability_kind, &self->reliability_plot, NULL);
  gtk_widget_set_visible(GTK_WIDGET(self->numbers), FALSE);
  gtk_widget_set_visible(self->probabilities_box, FALSE);
  gtk_label_set_label(self->facts, "");
}

/* Small diagrams and a row of probabilities for each label, the worst first. */
static void
show_all(NwBeliefCard *self)
{
  const guint *order = nw_report_get_order(self->report);
  guint n = nw_report_get_summary(self->report)->n_labels;
  g_autofree char *title =
      g_strdup_printf(_("Predicted probability · %s · all labels"), self->output);

  g_array_set_size(self->items, 0);
  g_array_set_size(self->rows, 0);
  g_ptr_array_set_size(self->texts, 0);
  for (guint i = 0; i < n; i++) {
    const NwReportLabel *label = nw_report_get_label(self->report, order[i]);
    g_autofree char *ece = nw_plot_format_percent(label->ece);
    NwPlotMultiple item = {.name = label->name,
                           .value = g_strdup_printf(_("ECE %s"), ece),
                           .bins = label->bins,
                           .n_bins = NW_LABEL_BINS,
                           .is_muted = label->verdict == NW_VERDICT_TOO_FEW};
    NwPlotMapRow row = {label->name, {label->histogram[0], label->histogram[1]}};

    g_ptr_array_add(self->texts, (gpointer)item.value);
    g_array_append_val(self->items, item);
    g_array_append_val(self->rows, row);
  }
  self->multiples_plot = (NwPlotMultiples){.items = (const NwPlotMultiple *)self->items->data,
                                           .n_items = n};
  self->map_plot = (NwPlotMap){.rows = (const NwPlotMapRow *)self->rows->data,
                               .n_rows = n,
                               .n_bins = NW_HISTOGRAM_BINS};
  nw_plot_view_set(self->reliability, &nw_plot_multiples_kind, &self->multiples_plot, NULL);
  nw_plot_view_set(self->probabilities, &nw_plot_map_kind, &self->map_plot, NULL);
  gtk_label_set_label(self->probabilities_title, title);
  gtk_widget_set_visible(GTK_WIDGET(self->numbers), FALSE);
  gtk_widget_set_visible(self->probabilities_box, TRUE);
}

/* A small diagram or a row was pressed: that label alone. */
static void
item_activated_cb(NwBeliefCard *self, guint index)
{
  guint label = nw_report_get_order(self->report)[index];

  for (guint i = 0; i < self->labels->len; i++)
    if (g_array_index(self->labels, int, i) == (int)label)
      gtk_drop_down_set_selected(self->label, i);
}

static void
show_facts(NwBeliefCard *self)
{
  g_autofree char *facts =
      g_strdup_printf(nw_run_has_validation(self->run) ? _("validation, epoch %u")
                                                       : _("training rows, epoch %u"),
                      self->epoch);

  gtk_label_set_label(self->facts, facts);
}

static void
show_belief(NwBeliefCard *self)
{
  NwBelief *belief = &self->belief;
  g_autofree char *name = NULL, *title = NULL;

  nw_plot_view_set(self->reliability, NULL, NULL, NULL);
  nw_plot_view_set(self->probabilities, NULL, NULL, NULL);
  if (self->report && self->labels->len > 0 && get_label(self) == ALL_LABELS) {
    show_all(self);
    show_facts(self);
    return;
  }
  if (!self->report || !nw_belief_get(self->report, get_label(self), belief)) {
    show_nothing(self);
    return;
  }
  nw_belief_fill_reliability(belief, &self->reliability_plot);
  nw_plot_view_set(self->reliability, &nw_plot_reliability_kind, &self->reliability_plot, NULL);
  gtk_widget_set_visible(GTK_WIDGET(self->numbers), TRUE);
  show_numbers(self, belief);

  name = belief->is_confidence ? g_strdup(belief->output) : nw_belief_dup_title(belief);
  title = g_strdup_printf(belief->is_confidence ? _("Confidence in the top class · %s")
                                                : _("Predicted probability · %s"),
                          name);
  gtk_label_set_label(self->probabilities_title, title);
  gtk_widget_set_visible(self->probabilities_box, TRUE);
  nw_belief_fill_probabilities(belief, self->classes, &self->probabilities_plot);
  nw_plot_view_set(self->probabilities, &nw_plot_probabilities_kind, &self->probabilities_plot,
                   NULL);
  show_facts(self);
}

static void
label_chosen_cb(NwBeliefCard *self)
{
  if (!self->updating)
    show_belief(self);
}

static void
append_label(NwBeliefCard *self, GtkStringList *names, int label, const char *name)
{
  g_array_append_val(self->labels, label);
  gtk_string_list_append(names, name);
}

static void
list_labels(NwBeliefCard *self)
{
  g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);
  guint n = self->report ? nw_report_get_summary(self->report)->n_labels : 0;

  self->updating = TRUE;
  g_array_set_size(self->labels, 0);
  if (n > 1 && nw_report_get_confidence(self->report, NULL))
    append_label(self, names, NW_BELIEF_CONFIDENCE, _("top class"));
  if (n > 1)
    append_label(self, names, ALL_LABELS, _("all labels"));
  for (guint i = 0; i < n; i++)
    append_label(self, names, (int)i, nw_report_get_label(self->report, i)->name);
  gtk_drop_down_set_model(self->label, G_LIST_MODEL(names));
  gtk_widget_set_visible(GTK_WIDGET(self->label), self->labels->len > 1);
  self->updating = FALSE;
}

/* Takes the report of the time that is chosen. */
static void
take_report(NwBeliefCard *self)
{
  NwReport *report = self->run && self->output ? find_report(self, &self->epoch) : NULL;

  nw_plot_view_set(self->reliability, NULL, NULL, NULL);
  nw_plot_view_set(self->probabilities, NULL, NULL, NULL);
  if (report)
    nw_report_ref(report);
  g_clear_pointer(&self->report, nw_report_unref);
  self->report = report;
}

static void
moved_cb(NwBeliefCard *self)
{
  GtkAdjustment *adjustment = gtk_range_get_adjustment(self->when);

  if (self->updating)
    return;
  self->past = gtk_range_get_value(self->when) < gtk_adjustment_get_upper(adjustment) - 0.5;
  take_report(self);
  show_belief(self);
}

void
nw_belief_card_set(NwBeliefCard *self, NwRun *run, const char *output)
{
  gboolean had = self->report != NULL, same;
  g_autofree char *title = NULL;

  g_return_if_fail(NW_IS_BELIEF_CARD(self));

  same = g_strcmp0(output, self->output) == 0 && run == self->run;
  if (run != self->run)
    self->past = FALSE;
  g_set_object(&self->run, run);
  if (!same) {
    g_free(self->output);
    self->output = g_strdup(output);
  }
  take_report(self);
  if (!same || had != (self->report != NULL))
    list_labels(self);
  update_slider(self);
  title = output ? g_strdup_printf(_("Reliability · %s"), output) : g_strdup(_("Reliability"));
  gtk_label_set_label(self->title, title);
  show_belief(self);
}

static void
nw_belief_card_dispose(GObject *object)
{
  NwBeliefCard *self = NW_BELIEF_CARD(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  self->updating = TRUE;
  if (child) {
    nw_plot_view_set(self->reliability, NULL, NULL, NULL);
    nw_plot_view_set(self->probabilities, NULL, NULL, NULL);
    gtk_widget_unparent(child);
  }
  g_clear_object(&self->run);
  g_clear_pointer(&self->report, nw_report_unref);
  g_clear_pointer(&self->output, g_free);
  g_clear_pointer(&self->labels, g_array_unref);
  g_clear_pointer(&self->items, g_array_unref);
  g_clear_pointer(&self->rows, g_array_unref);
  g_clear_pointer(&self->texts, g_ptr_array_unref);
  G_OBJECT_CLASS(nw_belief_card_parent_class)->dispose(object);
}

static void
nw_belief_card_class_init(NwBeliefCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_belief_card_dispose;
  g_type_ensure(NW_TYPE_PLOT_VIEW);
  g_type_ensure(NW_TYPE_NUMBER_LIST);
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-belief-card.ui");
  gtk_widget_class_bind_template_child(widget_class, NwBeliefCard, title);
  gtk_widget_class_bind_template_child(widget_class, NwBeliefCard, label);
  gtk_widget_class_bind_template_child(widget_class, NwBeliefCard, facts);
  gtk_widget_class_bind_template_child(widget_class, NwBeliefCard, when);
  gtk_widget_class_bind_template_child(widget_class, NwBeliefCard, reliability);
  gtk_widget_class_bind_template_child(widget_class, NwBeliefCard, numbers);
  gtk_widget_class_bind_template_child(widget_class, NwBeliefCard, probabilities_box);
  gtk_widget_class_bind_template_child(widget_class, NwBeliefCard, probabilities_title);
  gtk_widget_class_bind_template_child(widget_class, NwBeliefCard, probabilities);
}

static void
nw_belief_card_init(NwBeliefCard *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  nw_tooltip_show_whole(self->title);
  nw_tooltip_show_whole(self->facts);
  self->labels = g_array_new(FALSE, FALSE, sizeof(int));
  self->items = g_array_new(FALSE, FALSE, sizeof(NwPlotMultiple));
  self->rows = g_array_new(FALSE, FALSE, sizeof(NwPlotMapRow));
  self->texts = g_ptr_array_new_with_free_func(g_free);
  g_signal_connect_swapped(self->reliability, "item-activated", G_CALLBACK(item_activated_cb), self);
  g_signal_connect_swapped(self->probabilities, "item-activated", G_CALLBACK(item_activated_cb),
                           self);
  g_signal_connect_swapped(self->label, "notify::selected", G_CALLBACK(label_chosen_cb), self);
  g_signal_connect_swapped(self->when, "value-changed", G_CALLBACK(moved_cb), self);
  nw_belief_card_set(self, NULL, NULL);
}
