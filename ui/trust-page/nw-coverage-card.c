/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-coverage-card.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nw-plot-text.h"
#include "nw-share-bar.h"
#include "nw-tooltip.h"
#include "nw-trained.h"

#define MAX_SIZES 6 /* rows of the table; the last stands for all larger sets */

struct _NwCoverageCard {
  GtkWidget parent;

  GtkWidget *spinner;
  GtkLabel *intro;
  GtkWidget *make;
  GtkWidget *results; /* what follows is in it */
  GtkRange *coverage;
  GtkDropDown *method;
  GtkLabel *sentence;
  GtkGrid *sizes;

  NwRun *run;
  const NwForecast *forecast; /* in place of the run */
  NwProject *used;            /* what the field was predicted with */
  char *output;
  int label; /* or NW_BELIEF_CONFIDENCE */
  NwCoverageField *field;
  NwConformal *conformal; /* (nullable) of the output, by the chosen method */
  char *problem;
  GCancellable *predicting;
  gboolean is_filling;
};

G_DEFINE_FINAL_TYPE(NwCoverageCard, nw_coverage_card, GTK_TYPE_WIDGET)

/* ── how they do ─────────────────────────────────────────────────────────────────────────────── */

/* The question that the entry asks: a softmax head has but one. */
static gsize
get_question(NwCoverageCard *self)
{
  return self->label > 0 && (gsize)self->label < nw_conformal_get_n_questions(self->conformal)
             ? (gsize)self->label
             : 0;
}

static void
add_size(NwCoverageCard *self, guint row, const char *title, double share)
{
  g_autofree char *text = nw_plot_format_percent(share);
  GtkWidget *name = gtk_label_new(title), *bar = nw_share_bar_new(), *value = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(name), 0);
  gtk_widget_set_hexpand(name, TRUE);
  gtk_label_set_xalign(GTK_LABEL(value), 1);
  gtk_widget_add_css_class(value, "nw-number");
  gtk_widget_add_css_class(name, "caption");
  gtk_widget_add_css_class(value, "caption");
  nw_share_bar_set(NW_SHARE_BAR(bar), share, TRUE);
  gtk_widget_set_valign(bar, GTK_ALIGN_CENTER);
  gtk_grid_attach(self->sizes, name, 0, (int)row, 1, 1);
  gtk_grid_attach(self->sizes, bar, 1, (int)row, 1, 1);
  gtk_grid_attach(self->sizes, value, 2, (int)row, 1, 1);
}

static void
show_sizes(NwCoverageCard *self, const gsize *sizes, gsize n_answers, gsize rows)
{
  GtkWidget *child;
  gsize largest = 0, rest = 0;

  while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->sizes))))
    gtk_grid_remove(self->sizes, child);
  for (gsize k = 0; k <= n_answers; k++)
    if (sizes[k] > 0)
      largest = k;
  for (gsize k = 0; k <= largest && rows > 0; k++) {
    g_autofree char *title = k == 0 ? g_strdup(_("no answer"))
                                    : g_strdup_printf(ngettext("%zu answer", "%zu answers", k), k);
    if (k >= MAX_SIZES - 1 && largest > k) {
      rest += sizes[k];
      continue;
    }
    if (rest > 0) {
      g_autofree char *more = g_strdup_printf(_("%d answers or more"), MAX_SIZES - 1);
      add_size(self, (guint)k, more, (double)(rest + sizes[k]) / (double)rows);
    } else {
      add_size(self, (guint)k, title, (double)sizes[k] / (double)rows);
    }
  }
}

static char *
dup_sentence(NwCoverageCard *self, double coverage, const NwCoverage *judged)
{
  gsize fitted = nw_conformal_get_count(self->conformal, get_question(self));
  g_autofree char *held = nw_plot_format_percent(judged->coverage);
  g_autofree char *low = nw_plot_format_percent(judged->low);
  g_autofree char *high = nw_plot_format_percent(judged->high);
  g_autofree char *wanted = nw_plot_format_percent(coverage);

  if (self->forecast)
    return g_strdup_printf(
        _("Made to hold the truth in %s, from %zu of the rows, sets do so in %s of the %zu others "
          "(95 %%: %s to %s), with %.2f answers on average."),
        wanted, fitted, held, judged->rows, low, high, judged->size);
  if (judged->rows == 0)
    return g_strdup_printf(_("Sets made from %zu validation rows should hold the truth in %s. "
                             "There are no test rows to "
                             "try them on."),
                           fitted, wanted);
  return g_strdup_printf(
      _("Made to hold the truth in %s, from %zu validation rows, sets do so in %s of %zu test rows "
        "(95 %%: %s to %s), with %.2f answers on average."),
      wanted, fitted, held, judged->rows, low, high, judged->size);
}

static void
show_sets(NwCoverageCard *self)
{
  double coverage = gtk_range_get_value(self->coverage) / 100;
  gsize n_answers = nw_conformal_get_n_answers(self->conformal);
  g_autofree gsize *sizes = g_new0(gsize, n_answers + 1);
  const NwCoverageOutput *output = nw_coverage_field_find(self->field, self->output);
  g_autoptr(GError) error = NULL;
  g_autofree char *sentence = NULL;
  NwCoverage judged = {0};

  if (nw_conformal_check(self->conformal, get_question(self), coverage, &error)) {
    judged =
        nw_conformal_judge(self->conformal, get_question(self), coverage, &output->judge, sizes);
    sentence = dup_sentence(self, coverage, &judged);
  } else {
    sentence = g_strdup_printf("%s.", error->message);
  }
  gtk_label_set_label(self->sentence, sentence);
  show_sizes(self, sizes, n_answers, judged.rows);
}

/* ── the card ────────────────────────────────────────────────────────────────────────────────── */

/* Why nothing can be made now; NULL: it can. */
static const char *
get_obstacle(NwCoverageCard *self)
{
  if (self->forecast)
    return self->problem;
  if (!self->run || !self->output)
    return _("Choose an output of a trained network.");
  if (nw_run_is_active(self->run))
    return _("When training has ended, sets can be made here.");
  if (!nw_run_get_weights(self->run))
    return _("This run has left no weights.");
  return self->problem;
}

static void
show(NwCoverageCard *self)
{
  const char *obstacle = get_obstacle(self);

  gtk_widget_set_visible(self->spinner, self->predicting != NULL);
  gtk_spinner_set_spinning(GTK_SPINNER(self->spinner), self->predicting != NULL);
  gtk_widget_set_visible(self->results, self->conformal != NULL);
  gtk_widget_set_visible(GTK_WIDGET(self->intro), self->conformal == NULL);
  gtk_widget_set_visible(self->make, self->conformal == NULL && !obstacle);
  gtk_widget_set_sensitive(self->make, self->predicting == NULL);
  gtk_label_set_label(
      self->intro, obstacle ? obstacle
                            : _("Instead of one answer, all that are likely enough: as many as it "
                                "takes to hold the truth as often as you choose, whatever the "
                                "network's probabilities are worth."));
  if (self->conformal)
    show_sets(self);
}

/* The sets of the output, when its rows are predicted. */
static void
fit(NwCoverageCard *self)
{
  const NwCoverageOutput *output =
      self->field && self->output ? nw_coverage_field_find(self->field, self->output) : NULL;
  gboolean classes = output && output->known.head == NW_HEAD_SOFTMAX;
  g_autoptr(GError) error = NULL;

  g_clear_pointer(&self->conformal, nw_conformal_free);
  g_clear_pointer(&self->problem, g_free);
  gtk_widget_set_visible(GTK_WIDGET(self->method), classes);
  if (output) {
    gboolean adaptive = classes && gtk_drop_down_get_selected(self->method) == 1;
    const char *method = adaptive ? "aps" : NULL;
    self->conformal = nw_coverage_output_fit(output, method, &error);
    if (!self->conformal)
      self->problem = g_strdup_printf("%s.", error->message);
  }
  show(self);
}

static void
forget(NwCoverageCard *self)
{
  if (self->predicting)
    g_cancellable_cancel(self->predicting);
  g_clear_object(&self->predicting);
  g_clear_pointer(&self->conformal, nw_conformal_free);
  g_clear_pointer(&self->field, nw_coverage_field_free);
  g_clear_pointer(&self->used, nw_project_unref);
  g_clear_pointer(&self->problem, g_free);
}

/* ── predicting ──────────────────────────────────────────────────────────────────────────────── */

/* What a run has learned, or a copy of another program's predictions. */
typedef struct {
  NwTrained *trained;
  NwForecast *forecast;
  char *name; /* of the forecast */
} Job;

static void
job_free(Job *job)
{
  nw_trained_free(job->trained);
  g_clear_pointer(&job->forecast, nw_forecast_free);
  g_free(job->name);
  g_free(job);
}

static void
predict_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  const NwTrained *trained = job->trained;
  GError *error = NULL;
  NwCoverageField *field = job->forecast
                               ? nw_coverage_field_new_from_forecast(job->name, job->forecast)
                               : nw_coverage_field_new(trained->project, trained->weights,
                                                       trained->dataset, TRUE, 0, &error);

  if (field)
    g_task_return_pointer(task, field, (GDestroyNotify)nw_coverage_field_free);
  else
    g_task_return_error(task, error);
}

static void
predicted_cb(GObject *object, GAsyncResult *result, gpointer unused)
{
  NwCoverageCard *self = NW_COVERAGE_CARD(object);
  const Job *job = g_task_get_task_data(G_TASK(result));
  g_autoptr(GError) error = NULL;
  g_autoptr(NwCoverageField) field = g_task_propagate_pointer(G_TASK(result), &error);

  if (self->predicting != g_task_get_cancellable(G_TASK(result)))
    return;
  forget(self);
  if (field) {
    self->field = g_steal_pointer(&field);
    self->used = job->trained ? nw_project_ref(job->trained->project) : NULL;
    fit(self);
  } else {
    self->problem = g_strdup(error->message);
    show(self);
  }
}

static void
make_cb(NwCoverageCard *self)
{
  g_autoptr(GTask) task = NULL;
  Job *job;

  if (get_obstacle(self) || self->predicting)
    return;
  job = g_new0(Job, 1);
  if (self->forecast)
    job->forecast = nw_forecast_copy(self->forecast);
  else
    job->trained = nw_trained_new(self->run);
  job->name = g_strdup(self->output);
  self->predicting = g_cancellable_new();
  task = g_task_new(self, self->predicting, predicted_cb, NULL);
  g_task_set_task_data(task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread(task, predict_thread);
  show(self);
}

static void
coverage_cb(NwCoverageCard *self)
{
  if (self->is_filling)
    return;
  if (self->run)
    nw_run_set_sets(self->run, gtk_range_get_value(self->coverage) / 100,
                    gtk_drop_down_get_selected(self->method) == 1);
  if (self->conformal)
    show_sets(self);
}

static void
method_cb(NwCoverageCard *self)
{
  coverage_cb(self);
  if (self->field && !self->is_filling)
    fit(self);
}

static void
run_changed_cb(NwCoverageCard *self)
{
  if (nw_run_is_active(self->run) || self->used != nw_run_get_used_project(self->run))
    forget(self);
  show(self);
}

void
nw_coverage_card_set(NwCoverageCard *self, NwRun *run, const NwTrustEntry *entry,
                     const NwForecast *forecast)
{
  const char *output = entry ? nw_report_get_output(entry->report) : NULL;
  gboolean same =
      run == self->run && forecast == self->forecast && g_strcmp0(output, self->output) == 0;

  g_return_if_fail(NW_IS_COVERAGE_CARD(self));

  if (run != self->run || forecast != self->forecast) {
    forget(self);
    self->forecast = forecast;
    if (self->run)
      g_signal_handlers_disconnect_by_data(self->run, self);
    g_set_object(&self->run, run);
    if (run) {
      self->is_filling = TRUE;
      gtk_range_set_value(self->coverage, 100 * nw_run_get_coverage(run));
      gtk_drop_down_set_selected(self->method, nw_run_get_adaptive_sets(run) ? 1 : 0);
      self->is_filling = FALSE;
      g_signal_connect_object(run, "state", G_CALLBACK(run_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object(run, "recalibrated", G_CALLBACK(run_changed_cb), self,
                              G_CONNECT_SWAPPED);
    }
  }
  self->label = entry ? entry->label : 0;
  if (!same) {
    g_free(self->output);
    self->output = g_strdup(output);
    fit(self);
  } else {
    show(self);
  }
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static char *
format_coverage_cb(GtkScale *scale, double value, gpointer unused)
{
  return nw_plot_format_percent(value / 100);
}

static void
nw_coverage_card_dispose(GObject *object)
{
  NwCoverageCard *self = NW_COVERAGE_CARD(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  if (self->run)
    g_signal_handlers_disconnect_by_data(self->run, self);
  if (child)
    gtk_widget_unparent(child);
  forget(self);
  g_clear_object(&self->run);
  g_clear_pointer(&self->output, g_free);
  G_OBJECT_CLASS(nw_coverage_card_parent_class)->dispose(object);
}

static void
nw_coverage_card_class_init(NwCoverageCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_coverage_card_dispose;
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-coverage-card.ui");
  gtk_widget_class_bind_template_child(widget_class, NwCoverageCard, spinner);
  gtk_widget_class_bind_template_child(widget_class, NwCoverageCard, intro);
  gtk_widget_class_bind_template_child(widget_class, NwCoverageCard, make);
  gtk_widget_class_bind_template_child(widget_class, NwCoverageCard, results);
  gtk_widget_class_bind_template_child(widget_class, NwCoverageCard, coverage);
  gtk_widget_class_bind_template_child(widget_class, NwCoverageCard, method);
  gtk_widget_class_bind_template_child(widget_class, NwCoverageCard, sentence);
  gtk_widget_class_bind_template_child(widget_class, NwCoverageCard, sizes);
}

static void
nw_coverage_card_init(NwCoverageCard *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  gtk_scale_set_format_value_func(GTK_SCALE(self->coverage), format_coverage_cb, NULL, NULL);
  g_signal_connect_swapped(self->make, "clicked", G_CALLBACK(make_cb), self);
  g_signal_connect_swapped(self->coverage, "value-changed", G_CALLBACK(coverage_cb), self);
  g_signal_connect_swapped(self->method, "notify::selected", G_CALLBACK(method_cb), self);
  show(self);
}
