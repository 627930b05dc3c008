/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-train-page.h"

#include <glib/gi18n.h>

#include "nw-belief-card.h"
#include "nw-curves-card.h"
#include "nw-layers-card.h"
#include "nw-output-table.h"
#include "nw-plot-text.h"
#include "nw-queue-button.h"
#include "nw-run-controls.h"
#include "nw-run-table.h"
#include "nw-samples-card.h"
#include "nw-settings-card.h"
#include "nw-tooltip.h"

struct _NwTrainPage {
  GtkWidget parent;

  GtkWidget *sweep_box;
  GtkLabel *sweep_where;
  GtkProgressBar *sweep_bar;
  GtkWidget *progress_box;
  GtkLabel *where;
  GtkLabel *speed;
  GtkWidget *outdated;
  GtkLabel *times;
  NwRunControls *controls;
  NwQueueButton *queue;
  GtkProgressBar *progress;
  GtkStack *curves_stack;
  NwCurvesCard *curves;
  NwSettingsCard *settings;
  NwLayersCard *layers;
  NwSamplesCard *samples;
  NwRunTable *run_table;
  GtkWidget *right; /* outputs and belief */
  NwOutputTable *outputs;
  NwBeliefCard *belief;

  NwSweepModel *sweep;
  NwRun *newest;
  NwRun *shown;
  gboolean has_history; /* of the shown run, as far as the page knows */
};

G_DEFINE_FINAL_TYPE(NwTrainPage, nw_train_page, GTK_TYPE_WIDGET)

enum { SIGNAL_EDITED, SIGNAL_DELETE_RUN, SIGNAL_UNQUEUE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── the line on top ─────────────────────────────────────────────────────────────────────────── */

/* “1:52”, “1:02:03” */
static char *
dup_duration(double seconds)
{
  guint64 s = (guint64)MAX(0, seconds);

  if (s >= 3600)
    return g_strdup_printf("%" G_GUINT64_FORMAT ":%02u:%02u", s / 3600, (guint)(s / 60 % 60),
                           (guint)(s % 60));
  return g_strdup_printf("%u:%02u", (guint)(s / 60), (guint)(s % 60));
}

static char *
dup_where(NwRun *run)
{
  const NwRunProgress *p = nw_run_get_progress(run);

  switch (p->state) {
  case NW_RUN_PREPARING:
    return g_strdup(_("Reading the data…"));
  case NW_RUN_STOPPING:
    return g_strdup(_("Stopping…"));
  case NW_RUN_PAUSED:
    return g_strdup_printf(_("Paused in epoch %u of %u · batch %u of %u"), p->epoch, p->epochs,
                           p->batch, p->n_batches);
  case NW_RUN_RUNNING:
    return g_strdup_printf(_("Epoch %u of %u · batch %u of %u"), p->epoch, p->epochs, p->batch,
                           p->n_batches);
  case NW_RUN_ENDED:
    return g_strdup(nw_run_get_message(run) ? nw_run_get_message(run) : _("Ended."));
  }
  return NULL;
}

static char *
dup_speed(const NwRunProgress *p)
{
  g_autofree char *samples = NULL, *memory = NULL;

  if (p->samples_per_second <= 0)
    return g_strdup("");
  samples = nw_plot_format_count((guint64)p->samples_per_second);
  memory = g_format_size_full(p->bytes, G_FORMAT_SIZE_IEC_UNITS);
  return g_strdup_printf(ngettext("%s samples/s · %d thread · %s", "%s samples/s · %d threads · %s",
                                  (gulong)p->threads),
                         samples, p->threads, memory);
}

static char *
dup_best(NwRun *run)
{
  NwHistory *history = nw_run_get_history(run);
  const char *series = nw_run_has_validation(run) ? "val_loss" : "loss";
  int epoch = history ? nw_history_get_best_epoch(history) : -1;
  g_autofree char *value = NULL;

  if (epoch < 0)
    return NULL;
  value = nw_plot_format_value(nw_run_get_best(run, series));
  return g_strdup_printf(_("best %s %s at epoch %d"), series, value, epoch + 1);
}

static char *
dup_times(NwRun *run)
{
  const NwRunProgress *p = nw_run_get_progress(run);
  g_autofree char *elapsed = dup_duration(p->elapsed);
  g_autofree char *best = dup_best(run);
  GString *text = g_string_new(NULL);

  if (p->state != NW_RUN_PREPARING)
    g_string_append_printf(text, _("%s elapsed"), elapsed);
  if (p->state == NW_RUN_RUNNING && isfinite(p->left)) {
    g_autofree char *left = dup_duration(p->left);

    g_string_append_printf(text, _(" · about %s left"), left);
  }
  if (best)
    g_string_append_printf(text, "%s%s", text->len ? " · " : "", best);
  return g_string_free(text, FALSE);
}

static double
get_fraction(const NwRunProgress *p)
{
  double all = (double)p->epochs * p->n_batches;

  if (p->state == NW_RUN_ENDED || all <= 0 || p->epoch == 0)
    return p->state == NW_RUN_ENDED ? 1 : 0;
  return ((p->epoch - 1.0) * p->n_batches + p->batch) / all;
}

/* Then runs can be queued, also when none is shown. */
static gboolean
is_sweeping(NwTrainPage *self)
{
  return self->sweep && nw_sweep_model_is_active(self->sweep);
}

static void
show_progress(NwTrainPage *self)
{
  const NwRunProgress *p;
  g_autofree char *where = NULL, *speed = NULL, *times = NULL;

  gtk_widget_set_visible(GTK_WIDGET(self->progress), self->shown != NULL);
  gtk_widget_set_visible(self->progress_box, self->shown != NULL || is_sweeping(self));
  if (!self->shown)
    return;
  p = nw_run_get_progress(self->shown);
  where = dup_where(self->shown);
  speed = dup_speed(p);
  times = dup_times(self->shown);
  gtk_label_set_label(self->where, where);
  gtk_label_set_label(self->speed, speed);
  gtk_label_set_label(self->times, times);
  gtk_widget_set_visible(GTK_WIDGET(self->speed), *speed != '\0');
  gtk_progress_bar_set_fraction(self->progress, get_fraction(p));
  if (p->state == NW_RUN_PREPARING)
    gtk_progress_bar_pulse(self->progress);
}

static void
show_sweep(NwTrainPage *self)
{
  const NwSweepStand *stand = nw_sweep_model_get_stand(self->sweep);
  g_autofree char *where = nw_sweep_model_dup_where(self->sweep), *text = NULL;

  if (gtk_widget_get_visible(self->sweep_box) != is_sweeping(self)) {
    gtk_widget_set_visible(self->sweep_box, is_sweeping(self));
    show_progress(self);
  }
  if (!is_sweeping(self))
    return;
  text = g_strdup_printf(_("Sweep “%s” · %s"), nw_sweep_model_get_sweep(self->sweep)->name, where);
  gtk_label_set_label(self->sweep_where, text);
  gtk_progress_bar_set_fraction(self->sweep_bar, stand ? CLAMP(stand->share, 0, 1) : 0);
}

/* ── the run that is shown ───────────────────────────────────────────────────────────────────── */

static void
progress_cb(NwTrainPage *self)
{
  show_progress(self);
  nw_curves_card_update(self->curves);
}

static void
show_belief(NwTrainPage *self)
{
  const char *output = nw_output_table_get_selected(self->outputs);

  nw_belief_card_set(self->belief, self->shown, output);
  nw_samples_card_set(self->samples, self->has_history ? self->shown : NULL, output);
}

/* Progress, and with it the curves, is told of more often. */
static void
epoch_cb(NwTrainPage *self)
{
  nw_output_table_update(self->outputs);
  nw_run_table_update(self->run_table);
  show_belief(self);
  nw_samples_card_update(self->samples);
}

static void
show_run(NwTrainPage *self)
{
  gboolean has_history = self->shown && nw_run_get_history(self->shown);

  self->has_history = has_history;
  gtk_stack_set_visible_child_name(self->curves_stack, has_history ? "curves" : "empty");
  gtk_widget_set_visible(self->right, has_history);
  nw_curves_card_set_run(self->curves, has_history ? self->shown : NULL);
  nw_layers_card_set_run(self->layers, has_history ? self->shown : NULL);
  nw_output_table_set_run(self->outputs, has_history ? self->shown : NULL);
  show_belief(self);
  show_progress(self);
}

static void
state_cb(NwTrainPage *self)
{
  nw_run_table_update(self->run_table);
  if (!self->has_history && nw_run_get_history(self->shown))
    show_run(self);
  else
    progress_cb(self);
}

static void
set_shown(NwTrainPage *self, NwRun *run)
{
  if (run == self->shown)
    return;
  if (self->shown)
    g_signal_handlers_disconnect_by_data(self->shown, self);
  g_set_object(&self->shown, run);
  if (run) {
    g_signal_connect_object(run, "progress", G_CALLBACK(progress_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(run, "epoch", G_CALLBACK(epoch_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(run, "state", G_CALLBACK(state_cb), self, G_CONNECT_SWAPPED);
  }
  show_run(self);
}

/* One selected run is shown; several are compared, the newest of them with all its curves. */
static void
runs_selected_cb(NwTrainPage *self)
{
  GListModel *selected = nw_run_table_get_selected(self->run_table);
  g_autoptr(NwRun) first = g_list_model_get_item(selected, 0);

  if (first)
    set_shown(self, first);
  nw_curves_card_set_compared(self->curves,
                              g_list_model_get_n_items(selected) > 1 ? selected : NULL);
}

static void
output_selected_cb(NwTrainPage *self, const char *output)
{
  show_belief(self);
}

static void
edited_cb(NwTrainPage *self, NwProject *project, const char *label, const char *merge)
{
  g_signal_emit(self, signals[SIGNAL_EDITED], 0, project, label, merge);
}

static void
delete_run_cb(NwTrainPage *self, NwRun *run)
{
  g_signal_emit(self, signals[SIGNAL_DELETE_RUN], 0, run);
}

static void
unqueue_cb(NwTrainPage *self, NwQueuedRun *queued)
{
  g_signal_emit(self, signals[SIGNAL_UNQUEUE], 0, queued);
}

void
nw_train_page_set_queue(NwTrainPage *self, GListModel *queue)
{
  g_return_if_fail(NW_IS_TRAIN_PAGE(self));
  nw_queue_button_set_queue(self->queue, queue);
}

void
nw_train_page_set_sweep(NwTrainPage *self, NwSweepModel *sweep)
{
  g_return_if_fail(NW_IS_TRAIN_PAGE(self));

  if (self->sweep)
    g_signal_handlers_disconnect_by_data(self->sweep, self);
  g_set_object(&self->sweep, sweep);
  g_signal_connect_object(sweep, "changed", G_CALLBACK(show_sweep), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(sweep, "state", G_CALLBACK(show_sweep), self, G_CONNECT_SWAPPED);
  show_sweep(self);
}

void
nw_train_page_set_project(NwTrainPage *self, NwProject *project)
{
  g_return_if_fail(NW_IS_TRAIN_PAGE(self));
  nw_settings_card_set_project(self->settings, project);
}

void
nw_train_page_set_runs(NwTrainPage *self, GListModel *runs)
{
  g_return_if_fail(NW_IS_TRAIN_PAGE(self));
  nw_run_table_set_runs(self->run_table, runs);
}

void
nw_train_page_set_run(NwTrainPage *self, NwRun *run)
{
  g_return_if_fail(NW_IS_TRAIN_PAGE(self));

  /* A run of another document, or one that was deleted, is shown no more. */
  if (self->shown && !nw_run_table_has(self->run_table, self->shown))
    set_shown(self, run);
  if (run == self->newest)
    return;
  self->newest = run;
  set_shown(self, run);
  if (run)
    nw_run_table_select(self->run_table, run);
}

void
nw_train_page_set_reason(NwTrainPage *self, const char *action, const char *reason)
{
  g_return_if_fail(NW_IS_TRAIN_PAGE(self));
  nw_run_controls_set_reason(self->controls, action, reason);
}

guint
nw_train_page_get_more_epochs(NwTrainPage *self)
{
  g_return_val_if_fail(NW_IS_TRAIN_PAGE(self), 1);
  return nw_run_controls_get_more(self->controls);
}

void
nw_train_page_set_outdated(NwTrainPage *self, gboolean outdated)
{
  g_return_if_fail(NW_IS_TRAIN_PAGE(self));
  gtk_widget_set_visible(self->outdated, outdated);
}

static void
nw_train_page_dispose(GObject *object)
{
  NwTrainPage *self = NW_TRAIN_PAGE(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  if (self->shown)
    g_signal_handlers_disconnect_by_data(self->shown, self);
  g_clear_object(&self->shown);
  if (self->sweep)
    g_signal_handlers_disconnect_by_data(self->sweep, self);
  g_clear_object(&self->sweep);
  g_clear_pointer(&child, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_train_page_parent_class)->dispose(object);
}

static void
nw_train_page_class_init(NwTrainPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_train_page_dispose;
  g_type_ensure(NW_TYPE_CURVES_CARD);
  g_type_ensure(NW_TYPE_SETTINGS_CARD);
  g_type_ensure(NW_TYPE_LAYERS_CARD);
  g_type_ensure(NW_TYPE_QUEUE_BUTTON);
  g_type_ensure(NW_TYPE_RUN_CONTROLS);
  g_type_ensure(NW_TYPE_RUN_TABLE);
  g_type_ensure(NW_TYPE_SAMPLES_CARD);
  g_type_ensure(NW_TYPE_OUTPUT_TABLE);
  g_type_ensure(NW_TYPE_BELIEF_CARD);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/github/netwright/Netwright/ui/nw-train-page.ui");
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, sweep_box);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, sweep_where);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, sweep_bar);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, queue);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, progress_box);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, where);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, speed);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, outdated);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, times);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, controls);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, progress);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, curves_stack);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, curves);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, settings);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, layers);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, samples);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, run_table);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, right);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, outputs);
  gtk_widget_class_bind_template_child(widget_class, NwTrainPage, belief);
  signals[SIGNAL_EDITED] =
      g_signal_new("edited", NW_TYPE_TRAIN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_DELETE_RUN] = g_signal_new("delete-run", NW_TYPE_TRAIN_PAGE, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 1, NW_TYPE_RUN);
  signals[SIGNAL_UNQUEUE] = g_signal_new("unqueue", NW_TYPE_TRAIN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, NW_TYPE_QUEUED_RUN);
}

static void
nw_train_page_init(NwTrainPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  nw_tooltip_show_whole(self->where);
  nw_tooltip_show_whole(self->speed);
  nw_tooltip_show_whole(self->times);
  g_signal_connect_swapped(self->settings, "edited", G_CALLBACK(edited_cb), self);
  g_signal_connect_swapped(self->queue, "remove", G_CALLBACK(unqueue_cb), self);
  g_signal_connect_swapped(self->outputs, "selected", G_CALLBACK(output_selected_cb), self);
  g_signal_connect_swapped(self->run_table, "delete-run", G_CALLBACK(delete_run_cb), self);
  g_signal_connect_swapped(self->run_table, "selection-changed", G_CALLBACK(runs_selected_cb),
                           self);
  show_run(self);
}
