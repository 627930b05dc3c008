/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-recalibrate-card.h"

#include <glib/gi18n.h>

#include "nw-plot-text.h"
#include "nw-plot-view.h"
#include "nw-tooltip.h"
#include "nw-trained.h"

struct _NwRecalibrateCard {
  GtkWidget parent;

  GtkWidget *spinner;
  GtkLabel *intro;
  GtkWidget *stale; /* what follows is in it */
  GtkWidget *again;
  GtkWidget *remove;
  GtkWidget *compare;
  GtkWidget *results; /* what follows is in it */
  GtkWidget *head;
  GtkListBox *methods;
  GtkLabel *reason;
  NwPlotView *diagram;
  GtkLabel *facts;
  GtkWidget *apply;
  GtkSizeGroup *columns[3];

  NwRun *run;
  const NwForecast *forecast; /* in place of the run */
  char *output;
  int label; /* or NW_BELIEF_CONFIDENCE */
  NwContest *contest;
  guint chosen;
  char *problem; /* why the comparison failed */
  GCancellable *comparing;
  gboolean refits;    /* the comparison is of the method in use, which is then put back */
  GHashTable *fitted; /* output → the project with what was fitted to it for this run's weights */

  /* what the diagram borrows */
  NwPlotReliability plot;
  NwBin before[NW_CONFIDENCE_BINS], after[NW_CONFIDENCE_BINS];
  double after_x[NW_CONFIDENCE_BINS], after_y[NW_CONFIDENCE_BINS];
};

G_DEFINE_FINAL_TYPE(NwRecalibrateCard, nw_recalibrate_card, GTK_TYPE_WIDGET)

enum { SIGNAL_RECALIBRATE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── before and after ────────────────────────────────────────────────────────────────────────── */

/* The diagram of a label, or of the confidence in the top class: how many bins. */
static guint
fill_bins(const NwForecast *forecast, int label, NwBin *bins)
{
  gboolean confidence = label == NW_BELIEF_CONFIDENCE;
  guint n = confidence ? NW_CONFIDENCE_BINS : NW_LABEL_BINS;
  g_autofree double *p = g_new(double, forecast->rows);
  g_autofree double *y = g_new(double, forecast->rows);

  for (gsize row = 0; row < forecast->rows; row++) {
    const double *all = forecast->p + row * forecast->cols;
    gsize column = confidence ? 0 : MIN((gsize)label, forecast->cols - 1);

    for (gsize k = 1; confidence && k < forecast->cols; k++)
      if (all[k] > all[column])
        column = k;
    p[row] = all[column];
    y[row] = forecast->y[row * forecast->cols + column];
  }
  nw_reliability_equal_width(p, y, forecast->rows, forecast->edges, n, bins);
  return n;
}

static void
show_diagram(NwRecalibrateCard *self, const NwContender *chosen)
{
  guint n = fill_bins(self->contest->contenders[0].after, self->label, self->before), filled = 0;

  nw_plot_view_set(self->diagram, NULL, NULL, NULL);
  self->plot = (NwPlotReliability){
      .bins = self->before,
      .n_bins = n,
      .x_title = self->label == NW_BELIEF_CONFIDENCE ? _("confidence") : NULL,
  };
  if (chosen->kind) {
    fill_bins(chosen->after, self->label, self->after);
    for (guint b = 0; b < n; b++)
      if (self->after[b].count > 0) {
        self->after_x[filled] = self->after[b].predicted;
        self->after_y[filled++] = self->after[b].observed;
      }
    self->plot.after_x = self->after_x;
    self->plot.after_y = self->after_y;
    self->plot.n_after = filled;
    self->plot.after_label = _("after");
  }
  nw_plot_view_set(self->diagram, &nw_plot_reliability_kind, &self->plot, NULL);
}

static void
show_facts(NwRecalibrateCard *self, const NwContender *chosen)
{
  g_autofree char *ece = nw_plot_format_percent(chosen->ece);
  g_autofree char *low = nw_plot_format_percent(chosen->ece_low);
  g_autofree char *high = nw_plot_format_percent(chosen->ece_high);
  g_autofree char *text = g_strdup_printf(
      self->contest->apart
          ? _("ECE %s, with 95 %% from %s to %s. Judged on %zu test rows, fitted to %zu validation "
              "rows.")
          : _("ECE %s, with 95 %% from %s to %s. Judged on %zu rows (fitted to %zu), each by a map "
              "fitted without it: there are no others."),
      ece, low, high, self->contest->judged, self->contest->fitted);

  gtk_label_set_label(self->facts, text);
}

/* ── the table ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_in_use(NwRecalibrateCard *self, const NwContender *each)
{
  gboolean per_output;
  const NwRecalibratorKind *kind;

  if (!self->run)
    return FALSE;
  kind = nw_calibrate_get_method(nw_run_get_used_project(self->run), self->output, &per_output);

  return kind == each->kind && (kind == NULL || self->contest->task != NW_TASK_MULTILABEL ||
                                per_output == each->per_output);
}

static const char *
get_action(gboolean is_map, gboolean in_use)
{
  if (is_map)
    return in_use ? _("It is in the network") : _("Put it into the network");
  return in_use ? _("It is left as it is") : _("Take it out of the network");
}

static void
show_chosen(NwRecalibrateCard *self)
{
  const NwContender *chosen = &self->contest->contenders[self->chosen];
  gboolean in_use = is_in_use(self, chosen);

  show_diagram(self, chosen);
  show_facts(self, chosen);
  gtk_widget_set_visible(self->apply, self->run != NULL);
  gtk_widget_set_sensitive(self->apply, !in_use);
  gtk_button_set_label(GTK_BUTTON(self->apply), get_action(chosen->kind != NULL, in_use));
}

static GtkWidget *
create_cell(NwRecalibrateCard *self, guint column, const char *text, const char *style)
{
  GtkWidget *cell = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(cell), 1);
  gtk_widget_add_css_class(cell, "nw-number");
  if (style)
    gtk_widget_add_css_class(cell, style);
  gtk_size_group_add_widget(self->columns[column], cell);
  return cell;
}

/* Name and up to three cells, in a line. */
static GtkWidget *
create_line(NwRecalibrateCard *self, const char *title, const char *const cells[3],
            const char *style)
{
  GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8), *name = gtk_label_new(title);

  gtk_label_set_xalign(GTK_LABEL(name), 0);
  gtk_label_set_ellipsize(GTK_LABEL(name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand(name, TRUE);
  if (style)
    gtk_widget_add_css_class(name, style);
  gtk_box_append(GTK_BOX(line), name);
  for (guint i = 0; i < 3 && cells[i]; i++)
    gtk_box_append(GTK_BOX(line), create_cell(self, i, cells[i], style));
  return line;
}

static GtkWidget *
create_row(NwRecalibrateCard *self, guint index)
{
  const NwContender *each = &self->contest->contenders[index];
  GtkWidget *row = gtk_list_box_row_new();
  g_autofree char *title = g_strdup_printf(is_in_use(self, each) ? "%s ✓" : "%s", each->title);
  g_autofree char *log_loss = NULL, *brier = NULL, *ece = NULL, *tooltip = NULL;
  const char *cells[3] = {NULL};

  if (each->problem) {
    gtk_widget_set_sensitive(row, FALSE);
    cells[0] = "–";
    nw_tooltip_set(row, each->problem);
  } else {
    cells[0] = log_loss = g_strdup_printf("%.3f", each->log_loss);
    cells[1] = brier = g_strdup_printf("%.3f", each->brier);
    cells[2] = ece = nw_plot_format_percent(each->ece);
    if (each->kind) {
      tooltip =
          g_strdup_printf(_("%s. Log loss lower by %.4f ± %.4f; numbers: %zu"),
                          _(each->kind->summary), each->gain, each->gain_error, each->n_numbers);
      nw_tooltip_set(row, tooltip);
    }
  }
  gtk_list_box_row_set_child(
      GTK_LIST_BOX_ROW(row),
      create_line(self, title, cells, index == self->contest->best ? "nw-title" : NULL));
  return row;
}

static void
fill_table(NwRecalibrateCard *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index(self->methods, 0)))
    gtk_list_box_remove(self->methods, GTK_WIDGET(row));
  for (guint i = 0; i < self->contest->n; i++)
    gtk_list_box_append(self->methods, create_row(self, i));
  gtk_list_box_select_row(self->methods,
                          gtk_list_box_get_row_at_index(self->methods, (int)self->chosen));
}

static void
row_selected_cb(NwRecalibrateCard *self, GtkListBoxRow *row)
{
  if (!row || !self->contest)
    return;
  self->chosen = (guint)gtk_list_box_row_get_index(row);
  show_chosen(self);
}

/* ── comparing ───────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  NwTrained *trained;
  char *output;
  const NwRecalibratorKind *only; /* (nullable) */
  NwForecast *forecast;           /* in place of all that */
} Job;

static void
job_free(Job *job)
{
  nw_trained_free(job->trained);
  g_clear_pointer(&job->forecast, nw_forecast_free);
  g_free(job->output);
  g_free(job);
}

static void
compare_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;
  NwContest *contest = job->forecast ? nw_contest_new(job->forecast, NULL, 1, NULL)
                                     : nw_calibrate(job->trained->project, job->trained->weights,
                                                    job->trained->dataset, job->output,
                                                    NW_SPLIT_VALIDATION, job->only, 0, &error);

  if (contest)
    g_task_return_pointer(task, contest, (GDestroyNotify)nw_contest_free);
  else
    g_task_return_error(task, error);
}

/* Why nothing can be compared now; NULL: it can. */
static const char *
get_obstacle(NwRecalibrateCard *self)
{
  if (self->forecast)
    return self->problem;
  if (!self->run || !self->output)
    return _("Choose an output.");
  if (nw_run_is_active(self->run))
    return _("When training has ended, probabilities can be made honest here.");
  if (!nw_run_get_weights(self->run))
    return _("This run has left no weights.");
  return self->problem;
}

/* Was the network trained with the recalibration in it? Then that belongs to other weights, unless
 * fitting again has led to the same numbers. */
static gboolean
is_stale(NwRecalibrateCard *self)
{
  NwProject *used = self->run ? nw_run_get_used_project(self->run) : NULL, *fitted;
  gboolean per_output;

  if (!used || !self->output || !nw_calibrate_get_method(used, self->output, &per_output) ||
      !nw_project_equal(used, nw_run_get_project(self->run)))
    return FALSE;
  fitted = g_hash_table_lookup(self->fitted, self->output);
  return !fitted || !nw_project_equal(used, fitted);
}

static const char *
get_intro(NwRecalibrateCard *self)
{
  if (self->forecast)
    return _("Judges which map would make these probabilities honest, each row by a map fitted "
             "without it. “netwright recalibrate” then puts it into other predictions of that "
             "program.");
  if (is_stale(self))
    return _("This output is recalibrated with what was fitted to older weights; the network was "
             "trained since. Fit it again, remove it, or compare all methods.");
  return _("Fits maps to the validation rows, and judges on the test rows which of them makes the "
           "probabilities honest, if any.");
}

static void
show(NwRecalibrateCard *self)
{
  const char *obstacle = get_obstacle(self);

  gtk_widget_set_visible(self->spinner, self->comparing != NULL);
  gtk_spinner_set_spinning(GTK_SPINNER(self->spinner), self->comparing != NULL);
  gtk_widget_set_visible(self->results, self->contest != NULL);
  gtk_widget_set_visible(GTK_WIDGET(self->intro), self->contest == NULL);
  gtk_widget_set_visible(self->compare, self->contest == NULL && !obstacle);
  gtk_widget_set_visible(self->stale, self->contest == NULL && !obstacle && is_stale(self));
  gtk_widget_set_sensitive(self->stale, self->comparing == NULL);
  gtk_widget_set_sensitive(self->compare, self->comparing == NULL);
  gtk_label_set_label(self->intro, obstacle ? obstacle : get_intro(self));
  if (!self->contest)
    return;
  gtk_label_set_label(self->reason, self->contest->reason);
  fill_table(self);
  show_chosen(self);
}

static void
forget(NwRecalibrateCard *self)
{
  if (self->comparing)
    g_cancellable_cancel(self->comparing);
  g_clear_object(&self->comparing);
  g_clear_pointer(&self->contest, nw_contest_free);
  g_clear_pointer(&self->problem, g_free);
}

static void
emit_recalibrate(NwRecalibrateCard *self, const NwContender *chosen)
{
  g_signal_emit(self, signals[SIGNAL_RECALIBRATE], 0, self->output,
                chosen->map ? nw_recalibration_get_maps(chosen->map) : NULL, chosen->title);
  if (self->run)
    g_hash_table_insert(self->fitted, g_strdup(self->output),
                        nw_project_ref(nw_run_get_used_project(self->run)));
}

/* The method in use, fitted to these weights, takes the place of what is there. */
static void
put_back(NwRecalibrateCard *self)
{
  for (guint i = 0; i < self->contest->n; i++) {
    const NwContender *each = &self->contest->contenders[i];

    if (!each->kind || !is_in_use(self, each))
      continue;
    self->chosen = i;
    if (each->map) {
      emit_recalibrate(self, each);
      return;
    }
    self->problem = g_strdup(each->problem);
    g_clear_pointer(&self->contest, nw_contest_free);
    return;
  }
}

static void
compared_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  NwRecalibrateCard *self = NW_RECALIBRATE_CARD(object);
  g_autoptr(GError) error = NULL;
  g_autoptr(NwContest) contest = g_task_propagate_pointer(G_TASK(result), &error);

  if (self->comparing != g_task_get_cancellable(G_TASK(result)))
    return;
  forget(self);
  self->contest = g_steal_pointer(&contest);
  if (self->contest)
    self->chosen = self->contest->best;
  else
    self->problem = g_strdup(error->message);
  if (self->contest && self->refits)
    put_back(self);
  show(self);
}

/* @only: (nullable) */
static void
compare(NwRecalibrateCard *self, const NwRecalibratorKind *only)
{
  g_autoptr(GTask) task = NULL;
  Job *job;

  if (get_obstacle(self) || self->comparing)
    return;
  job = g_new0(Job, 1);
  job->output = g_strdup(self->output);
  job->only = only;
  self->refits = only != NULL;
  if (self->forecast)
    job->forecast = nw_forecast_copy(self->forecast);
  else
    job->trained = nw_trained_new(self->run);
  self->comparing = g_cancellable_new();
  task = g_task_new(self, self->comparing, compared_cb, NULL);
  g_task_set_task_data(task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread(task, compare_thread);
  show(self);
}

static void
compare_cb(NwRecalibrateCard *self)
{
  compare(self, NULL);
}

static void
again_cb(NwRecalibrateCard *self)
{
  gboolean per_output;

  compare(self,
          nw_calibrate_get_method(nw_run_get_used_project(self->run), self->output, &per_output));
}

static void
remove_cb(NwRecalibrateCard *self)
{
  g_signal_emit(self, signals[SIGNAL_RECALIBRATE], 0, self->output, NULL, _("As it is"));
}

static void
apply_cb(NwRecalibrateCard *self)
{
  emit_recalibrate(self, &self->contest->contenders[self->chosen]);
}

static void
run_changed_cb(NwRecalibrateCard *self)
{
  if (nw_run_is_active(self->run))
    forget(self);
  show(self);
}

void
nw_recalibrate_card_set(NwRecalibrateCard *self, NwRun *run, const NwTrustEntry *entry,
                        const NwForecast *forecast)
{
  const char *output = entry ? nw_report_get_output(entry->report) : NULL;

  g_return_if_fail(NW_IS_RECALIBRATE_CARD(self));

  if (run != self->run || forecast != self->forecast || g_strcmp0(output, self->output) != 0) {
    forget(self);
    if (self->run)
      g_signal_handlers_disconnect_by_data(self->run, self);
    if (run != self->run)
      g_hash_table_remove_all(self->fitted);
    g_set_object(&self->run, run);
    self->forecast = forecast;
    g_free(self->output);
    self->output = g_strdup(output);
    if (run) {
      g_signal_connect_object(run, "state", G_CALLBACK(run_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object(run, "recalibrated", G_CALLBACK(run_changed_cb), self,
                              G_CONNECT_SWAPPED);
    }
  }
  self->label = entry ? entry->label : 0;
  show(self);
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_recalibrate_card_dispose(GObject *object)
{
  NwRecalibrateCard *self = NW_RECALIBRATE_CARD(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  if (self->run)
    g_signal_handlers_disconnect_by_data(self->run, self);
  if (child) {
    nw_plot_view_set(self->diagram, NULL, NULL, NULL);
    gtk_widget_unparent(child);
  }
  forget(self);
  g_clear_object(&self->run);
  g_clear_pointer(&self->output, g_free);
  g_clear_pointer(&self->fitted, g_hash_table_unref);
  for (guint i = 0; i < G_N_ELEMENTS(self->columns); i++)
    g_clear_object(&self->columns[i]);
  G_OBJECT_CLASS(nw_recalibrate_card_parent_class)->dispose(object);
}

static void
nw_recalibrate_card_class_init(NwRecalibrateCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_recalibrate_card_dispose;
  signals[SIGNAL_RECALIBRATE] =
      g_signal_new("recalibrate", NW_TYPE_RECALIBRATE_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_POINTER, G_TYPE_STRING);
  g_type_ensure(NW_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-recalibrate-card.ui");
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, spinner);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, intro);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, stale);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, again);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, remove);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, compare);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, results);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, head);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, methods);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, reason);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, diagram);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, facts);
  gtk_widget_class_bind_template_child(widget_class, NwRecalibrateCard, apply);
}

static void
nw_recalibrate_card_init(NwRecalibrateCard *self)
{
  const char *const titles[3] = {_("log loss"), _("Brier"), _("ECE")};

  gtk_widget_init_template(GTK_WIDGET(self));
  self->fitted =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)nw_project_unref);
  for (guint i = 0; i < G_N_ELEMENTS(self->columns); i++)
    self->columns[i] = gtk_size_group_new(GTK_SIZE_GROUP_HORIZONTAL);
  gtk_box_append(GTK_BOX(self->head), create_line(self, _("method"), titles, "dim-label"));
  g_signal_connect_swapped(self->compare, "clicked", G_CALLBACK(compare_cb), self);
  g_signal_connect_swapped(self->again, "clicked", G_CALLBACK(again_cb), self);
  g_signal_connect_swapped(self->remove, "clicked", G_CALLBACK(remove_cb), self);
  g_signal_connect_swapped(self->apply, "clicked", G_CALLBACK(apply_cb), self);
  g_signal_connect_swapped(self->methods, "row-selected", G_CALLBACK(row_selected_cb), self);
  show(self);
}
