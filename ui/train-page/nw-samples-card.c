/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-samples-card.h"

#include <glib/gi18n.h>

#include "nw-plot-curves.h"
#include "nw-plot-strips.h"
#include "nw-plot-view.h"

#define MAX_PINS 8
#define WORST    3 /* pinned by one press */

/* A row of the validation split (of the training split when there is none); a sequence counts as one. */
typedef struct {
  guint32 row; /* of the split */
  char *name;
  GArray *epochs, *values; /* double */
} Pin;

struct _NwSamplesCard {
  GtkWidget parent;

  GtkSpinButton *row;
  GtkWidget *pin;
  GtkWidget *worst;
  GtkWidget *unpin;
  NwPlotView *view;
  NwPlotView *steps_view; /* of sequences */

  NwRun *run;
  char *output;
  GPtrArray *pins; /* Pin */

  /* what the plot borrows */
  NwPlotCurve curves[MAX_PINS];
  NwPlotCurves plot;
  const char *names[MAX_PINS];
  GArray *truths; /* double[pins][steps] of the newest epoch */
  NwPlotStrips steps_plot;
};

G_DEFINE_FINAL_TYPE(NwSamplesCard, nw_samples_card, GTK_TYPE_WIDGET)

static void
pin_free(Pin *pin)
{
  g_free(pin->name);
  g_array_unref(pin->epochs);
  g_array_unref(pin->values);
  g_free(pin);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────────── */

/* How probable what is true was found, of every row of a report: p of the true class, or the mean over
 * labels of p where they are true and 1 − p where not. [summary.rows] (transfer full) */
static double *
dup_truth(NwReport *report)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  gboolean sums = summary->n_labels > 1 && nw_report_get_confidence(report, NULL) != NULL;
  g_autofree double *p = g_new(double, summary->rows + 1), *y = g_new(double, summary->rows + 1);
  double *truth = g_new0(double, summary->rows + 1);

  for (guint label = 0; label < summary->n_labels; label++) {
    nw_report_read(report, label, p, y);
    for (gsize r = 0; r < summary->rows; r++)
      truth[r] += sums ? p[r] * y[r]
                       : (p[r] * y[r] + (1 - p[r]) * (1 - y[r])) / summary->n_labels;
  }
  return truth;
}

/* The mean over the answers of a sample that count; NaN: there are none. */
static double
truth_of(NwReport *report, const double *truth, guint32 row)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  const guint32 *rows = nw_report_get_rows(report);
  double sum = 0, count = 0;

  for (gsize r = 0; r < summary->rows; r++) {
    if (rows[r] / summary->steps != row)
      continue;
    sum += truth[r];
    count++;
  }
  return count > 0 ? sum / count : NAN;
}

static void
append_epoch(NwSamplesCard *self, NwReport *report, double epoch)
{
  g_autofree double *truth = NULL;

  for (guint i = 0; i < self->pins->len; i++) {
    Pin *pin = self->pins->pdata[i];
    guint n = pin->epochs->len;
    double value;

    if (n > 0 && g_array_index(pin->epochs, double, n - 1) >= epoch)
      continue; /* it has that one */
    if (!truth)
      truth = dup_truth(report);
    value = truth_of(report, truth, pin->row);
    g_array_append_val(pin->epochs, epoch);
    g_array_append_val(pin->values, value);
  }
}

static void
read_epochs(NwSamplesCard *self)
{
  const NwSnapshots *snapshots = self->run ? nw_run_get_snapshots(self->run) : NULL;
  NwReport *newest = self->run ? nw_run_find_report(self->run, self->output) : NULL;
  guint n = snapshots ? nw_snapshots_get_n(snapshots) : 0;

  for (guint i = 0; i < n; i++) {
    NwReport *report = nw_snapshots_find(snapshots, i, self->output);
    if (report && nw_report_get_summary(report)->n_labels > 0)
      append_epoch(self, report, nw_snapshots_get_epoch(snapshots, i));
  }
  if (newest && nw_report_get_summary(newest)->n_labels > 0)
    append_epoch(self, newest, nw_run_get_report_epoch(self->run));
}

/* Of the newest epoch, step by step; what is masked is below 0. */
static void
fill_steps(NwSamplesCard *self)
{
  NwReport *report = self->run ? nw_run_find_report(self->run, self->output) : NULL;
  const guint32 *rows = report ? nw_report_get_rows(report) : NULL;
  gsize steps = report ? nw_report_get_summary(report)->steps : 1;
  g_autofree double *truth = NULL;
  const double nothing = -1;

  g_array_set_size(self->truths, 0);
  self->steps_plot.n_strips = report && steps > 1 ? self->pins->len : 0;
  if (self->steps_plot.n_strips == 0)
    return;
  truth = dup_truth(report);
  for (gsize i = 0; i < self->pins->len * steps; i++)
    g_array_append_val(self->truths, nothing);
  for (guint i = 0; i < self->pins->len; i++) {
    const Pin *pin = self->pins->pdata[i];
    self->names[i] = pin->name;
    for (gsize r = 0; r < nw_report_get_summary(report)->rows; r++)
      if (rows[r] / steps == pin->row)
        g_array_index(self->truths, double, i * steps + rows[r] % steps) = truth[r];
  }
  self->steps_plot.values = (const double *)self->truths->data;
  self->steps_plot.n_steps = steps;
}

static NwSplit
get_split(NwSamplesCard *self)
{
  return nw_run_has_validation(self->run) ? NW_SPLIT_VALIDATION : NW_SPLIT_TRAIN;
}

static void
show(NwSamplesCard *self)
{
  if (!gtk_widget_get_mapped(GTK_WIDGET(self)))
    return; /* nobody looks */
  read_epochs(self);
  for (guint i = 0; i < self->pins->len; i++) {
    const Pin *pin = self->pins->pdata[i];
    self->curves[i] = (NwPlotCurve){.name = pin->name,
                                    .color = i,
                                    .style = NW_PLOT_CURVE_DOTTED,
                                    .points = {.x = (const double *)pin->epochs->data,
                                               .y = (const double *)pin->values->data,
                                               .n = pin->epochs->len}};
  }
  self->plot.n_curves = self->pins->len;
  fill_steps(self);
  gtk_widget_set_visible(GTK_WIDGET(self->steps_view), self->steps_plot.n_strips > 0);
  nw_plot_view_invalidate(self->steps_view);
  gtk_widget_set_sensitive(self->unpin, self->pins->len > 0);
  gtk_widget_set_sensitive(self->pin, self->run != NULL && self->pins->len < MAX_PINS);
  gtk_widget_set_sensitive(self->worst, self->run && nw_run_find_report(self->run, self->output));
  nw_plot_view_invalidate(self->view);
}

/* ── pins ────────────────────────────────────────────────────────────────────────────────────── */

static void
add_pin(NwSamplesCard *self, guint32 row)
{
  gsize n;
  const guint32 *rows = nw_dataset_get_split(nw_run_get_dataset(self->run), get_split(self), &n);
  Pin *pin;

  for (guint i = 0; i < self->pins->len; i++)
    if (((Pin *)self->pins->pdata[i])->row == row)
      return;
  if (self->pins->len >= MAX_PINS)
    return;
  pin = g_new0(Pin, 1);
  pin->row = row;
  pin->name = g_strdup_printf(_("row %u"), row < n ? rows[row] + 1 : row + 1);
  pin->epochs = g_array_new(FALSE, FALSE, sizeof(double));
  pin->values = g_array_new(FALSE, FALSE, sizeof(double));
  g_ptr_array_add(self->pins, pin);
}

static void
pin_cb(NwSamplesCard *self)
{
  add_pin(self, (guint32)gtk_spin_button_get_value_as_int(self->row) - 1);
  show(self);
}

/* Of the rows that are not pinned yet those whose truth is found least probable. */
static void
worst_cb(NwSamplesCard *self)
{
  NwReport *report = nw_run_find_report(self->run, self->output);
  gsize n = report ? nw_report_get_summary(report)->rows : 0;
  gsize steps = report ? nw_report_get_summary(report)->steps : 1;
  g_autofree double *truth = report ? dup_truth(report) : NULL;

  for (guint k = 0; k < WORST && n > 0; k++) {
    gsize least = 0;

    for (gsize r = 1; r < n; r++)
      if (truth[r] < truth[least])
        least = r;
    add_pin(self, (guint32)(nw_report_get_rows(report)[least] / steps));
    truth[least] = G_MAXDOUBLE;
  }
  show(self);
}

static void
unpin_cb(NwSamplesCard *self)
{
  self->plot.n_curves = 0;
  g_ptr_array_set_size(self->pins, 0);
  show(self);
}

void
nw_samples_card_set(NwSamplesCard *self, NwRun *run, const char *output)
{
  gsize n = 1;

  g_return_if_fail(NW_IS_SAMPLES_CARD(self));

  if (run == self->run && g_strcmp0(output, self->output) == 0)
    return;
  g_set_object(&self->run, run);
  g_free(self->output);
  self->output = g_strdup(output);
  if (run && nw_run_get_dataset(run))
    nw_dataset_get_split(nw_run_get_dataset(run), get_split(self), &n);
  gtk_spin_button_set_range(self->row, 1, MAX((double)n, 1));
  for (guint i = 0; i < self->pins->len; i++) {
    g_array_set_size(((Pin *)self->pins->pdata[i])->epochs, 0);
    g_array_set_size(((Pin *)self->pins->pdata[i])->values, 0);
  }
  show(self);
}

void
nw_samples_card_update(NwSamplesCard *self)
{
  g_return_if_fail(NW_IS_SAMPLES_CARD(self));
  show(self);
}

/* ── widget ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_samples_card_dispose(GObject *object)
{
  NwSamplesCard *self = NW_SAMPLES_CARD(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_pointer(&self->pins, g_ptr_array_unref);
  g_clear_pointer(&self->truths, g_array_unref);
  g_clear_pointer(&self->output, g_free);
  g_clear_object(&self->run);
  G_OBJECT_CLASS(nw_samples_card_parent_class)->dispose(object);
}

static void
nw_samples_card_class_init(NwSamplesCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_samples_card_dispose;
  g_type_ensure(NW_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-samples-card.ui");
  gtk_widget_class_bind_template_child(widget_class, NwSamplesCard, row);
  gtk_widget_class_bind_template_child(widget_class, NwSamplesCard, pin);
  gtk_widget_class_bind_template_child(widget_class, NwSamplesCard, worst);
  gtk_widget_class_bind_template_child(widget_class, NwSamplesCard, unpin);
  gtk_widget_class_bind_template_child(widget_class, NwSamplesCard, view);
  gtk_widget_class_bind_template_child(widget_class, NwSamplesCard, steps_view);
}

static void
nw_samples_card_init(NwSamplesCard *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  self->pins = g_ptr_array_new_with_free_func((GDestroyNotify)pin_free);
  self->plot = (NwPlotCurves){
      .x_title = _("epoch"),
      .y_title = _("probability of what is true"),
      .x_format = NW_PLOT_WHOLE,
      .empty = _("Pin a row: you then see from epoch to epoch how probable the network finds what "
                 "is true of it."),
      .curves = self->curves,
  };
  nw_plot_view_set(self->view, &nw_plot_curves_kind, &self->plot, NULL);
  self->truths = g_array_new(FALSE, FALSE, sizeof(double));
  self->steps_plot = (NwPlotStrips){.names = self->names,
                                    .shares = TRUE,
                                    .first_step = 1,
                                    .place = _("step %s")};
  nw_plot_view_set(self->steps_view, &nw_plot_strips_kind, &self->steps_plot, NULL);
  g_signal_connect_swapped(self->pin, "clicked", G_CALLBACK(pin_cb), self);
  g_signal_connect_swapped(self->worst, "clicked", G_CALLBACK(worst_cb), self);
  g_signal_connect_swapped(self->unpin, "clicked", G_CALLBACK(unpin_cb), self);
  g_signal_connect_swapped(self, "map", G_CALLBACK(show), self);
}
