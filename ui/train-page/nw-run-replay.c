/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-replay.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define POLL_USEC 20000

typedef struct {
  char *path;
  gint64 id;
  char *sentence; /* the thread's, until it ends */
  gboolean same;
  _Atomic guint epoch, epochs;
} Job;

static void
job_free(gpointer data)
{
  Job *job = data;

  g_free(job->path);
  g_free(job->sentence);
  g_free(job);
}

/* ── the thread ──────────────────────────────────────────────────────────────────────────────── */

static void
follow(Job *job, NwTrainer *trainer, GCancellable *cancellable)
{
  NwEvent *event;
  guint epoch, epochs;

  nw_trainer_start(trainer);
  while (nw_trainer_get_state(trainer) != NW_TRAINER_ENDED) {
    if (g_cancellable_is_cancelled(cancellable))
      nw_trainer_stop(trainer);
    nw_trainer_get_progress(trainer, &epoch, &epochs, NULL, NULL);
    job->epoch = epoch;
    job->epochs = epochs;
    while ((event = nw_trainer_pop_event(trainer)))
      nw_event_unref(event);
    g_usleep(POLL_USEC);
  }
  nw_trainer_join(trainer);
}

static void
replay_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  g_autoptr(NwStore) store = nw_store_open(job->path, NW_STORE_READ, &error);
  g_autoptr(NwReplay) replay = store ? nw_replay_new(store, job->id, 0, &error) : NULL;

  if (replay) {
    follow(job, nw_replay_get_trainer(replay), cancellable);
    job->same = nw_replay_judge(replay, &job->sentence);
  }
  if (error)
    g_task_return_error(task, error);
  else
    g_task_return_boolean(task, TRUE);
}

/* ── the dialog ──────────────────────────────────────────────────────────────────────────────── */

static void
replayed_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG(object);
  const Job *job = g_task_get_task_data(G_TASK(result));
  g_autoptr(GError) error = NULL;

  if (!g_task_propagate_boolean(G_TASK(result), &error)) {
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return; /* the dialog is closed */
    adw_message_dialog_set_heading(dialog, _("It Cannot Be Replayed"));
    adw_message_dialog_set_body(dialog, error->message);
  } else {
    adw_message_dialog_set_heading(dialog,
                                   job->same ? _("The Same, Bit for Bit") : _("It Differs"));
    adw_message_dialog_set_body(dialog, job->sentence);
  }
  adw_message_dialog_set_extra_child(dialog, NULL);
  adw_message_dialog_set_response_label(dialog, "close", _("_Close"));
}

static gboolean
show_progress_cb(GtkWidget *bar, GdkFrameClock *clock, gpointer data)
{
  const Job *job = data;
  guint epochs = job->epochs;

  if (epochs > 0)
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(bar), (double)(job->epoch - 1) / epochs);
  return G_SOURCE_CONTINUE;
}

static void
closed_cb(GCancellable *cancellable)
{
  g_cancellable_cancel(cancellable);
}

void
nw_run_replay_present(GtkWindow *parent, NwRun *run)
{
  g_autofree char *title = nw_run_dup_title(run);
  g_autofree char *heading = g_strdup_printf(_("Training “%s” Again"), title);
  GtkWidget *dialog = adw_message_dialog_new(
      parent, heading, _("Every number and all weights are then compared with what was recorded."));
  GtkWidget *bar = gtk_progress_bar_new();
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(GTask) task = g_task_new(dialog, cancellable, replayed_cb, NULL);
  Job *job = g_new0(Job, 1);

  job->path = g_strdup(nw_run_get_store(run, &job->id));
  g_task_set_task_data(task, job, job_free);
  gtk_accessible_update_property(GTK_ACCESSIBLE(bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Progress of the replay"), -1);
  gtk_widget_add_tick_callback(bar, show_progress_cb, job, NULL);
  adw_message_dialog_set_extra_child(ADW_MESSAGE_DIALOG(dialog), bar);
  adw_message_dialog_add_response(ADW_MESSAGE_DIALOG(dialog), "close", _("_Cancel"));
  adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "close");
  g_signal_connect_object(dialog, "response", G_CALLBACK(closed_cb), cancellable,
                          G_CONNECT_SWAPPED);
  g_task_run_in_thread(task, replay_thread);
  gtk_window_present(GTK_WINDOW(dialog));
}
