/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Everything that trains: runs, the queue, the search for a rate, sweeps; and what is seen of them.
 */
#include <glib/gi18n.h>
#include <string.h>

#include "nw-announce.h"
#include "nw-rate-window.h"
#include "nw-window-private.h"

/* ── progress, where the window is not seen ──────────────────────────────────────────────────── */

/* Of the sweep or the run that goes on; −1: neither does. */
static double
get_fraction(NwWindow *self)
{
  NwSweepModel *sweep = nw_session_get_sweep(self->session);
  const NwSweepStand *stand = nw_sweep_model_get_stand(sweep);

  if (nw_sweep_model_is_active(sweep))
    return stand ? CLAMP(stand->share, 0, 1) : 0;
  return self->followed && nw_run_is_active(self->followed)
             ? nw_announce_get_fraction(self->followed)
             : -1;
}

static void
progress_cb(NwWindow *self)
{
  double fraction = get_fraction(self);
  int percent = fraction >= 0 ? (int)(100 * fraction) : -1;

  if (percent == self->percent)
    return;
  self->percent = percent;
  nw_window_update_title(self);
  nw_announce_progress(GTK_WINDOW(self), fraction);
}

static void
run_state_cb(NwWindow *self)
{
  progress_cb(self);
  if (!nw_run_is_active(self->followed)) {
    g_autofree char *title = nw_document_dup_title(self->document);
    g_autofree char *heading = g_strdup_printf(_("Training of %s has ended"), title);

    nw_announce_end(GTK_WINDOW(self), heading, nw_run_get_message(self->followed));
  }
}

static void
follow_run(NwWindow *self, NwRun *run)
{
  if (run == self->followed)
    return;
  if (self->followed)
    g_signal_handlers_disconnect_by_data(self->followed, self);
  g_set_object(&self->followed, run);
  if (!run)
    return;
  g_signal_connect_object(run, "progress", G_CALLBACK(progress_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(run, "state", G_CALLBACK(run_state_cb), self, G_CONNECT_SWAPPED);
}

/* ── session → pages ─────────────────────────────────────────────────────────────────────────── */

static void
update_controls(NwWindow *self)
{
  static const char *const names[NW_N_CONTROLS] = {
      [NW_CONTROL_TRAIN] = "win.train",           [NW_CONTROL_FIND_RATE] = "win.find-rate",
      [NW_CONTROL_QUEUE] = "win.queue",           [NW_CONTROL_SWEEP] = "win.sweep",
      [NW_CONTROL_PAUSE] = "win.pause",           [NW_CONTROL_STEP] = "win.step",
      [NW_CONTROL_STEP_EPOCH] = "win.step-epoch", [NW_CONTROL_STOP] = "win.stop",
      [NW_CONTROL_EXTEND] = "win.extend",         [NW_CONTROL_REVERT] = "win.revert",
  };

  for (int i = 0; i < NW_N_CONTROLS; i++) {
    const char *reason = nw_session_get_reason(self->session, i);

    nw_window_set_enabled(self, names[i] + strlen("win."), reason == NULL);
    nw_train_page_set_reason(self->train_page, names[i], reason);
  }
}

/* Sweeps and runs take turns. */
static void
update_sweep_window(NwWindow *self)
{
  if (self->sweep_window)
    nw_sweep_window_set_reason(self->sweep_window, nw_session_is_active(self->session)
                                                       ? _("A run is going on; stop it first.")
                                                       : NULL);
}

void
nw_window_update_training(NwWindow *self)
{
  NwRun *run = nw_session_get_run(self->session);
  gboolean active = nw_session_is_active(self->session);
  gboolean sweeping = nw_session_is_sweeping(self->session);
  NwRunState state = run ? nw_run_get_progress(run)->state : NW_RUN_ENDED;
  gboolean paused = state == NW_RUN_PAUSED;

  gtk_widget_set_visible(self->train_button, !active && !sweeping);
  gtk_widget_set_visible(self->pause_button, active);
  gtk_widget_set_visible(self->stop_button, active || sweeping);
  adw_button_content_set_label(self->pause_content, paused ? _("Continue") : _("Pause"));
  adw_button_content_set_icon_name(self->pause_content, paused ? "media-playback-start-symbolic"
                                                               : "media-playback-pause-symbolic");
  update_controls(self);

  follow_run(self, run);
  nw_design_page_set_run(self->design_page, run);
  nw_train_page_set_run(self->train_page, run);
  nw_train_page_set_outdated(self->train_page, run && nw_session_is_outdated(self->session, run));
  nw_trust_page_set_run(self->trust_page, run);
  nw_export_page_set_run(self->export_page, run);
  update_sweep_window(self);
}

static void
session_problem_cb(NwWindow *self, const char *sentence, const char *page)
{
  nw_window_show_page(self, page);
  nw_banner_show(self->banner, "error", sentence, NULL, NULL);
}

static void
delete_run_cb(NwWindow *self, NwRun *run)
{
  g_autoptr(GError) error = NULL;

  if (!nw_session_delete_run(self->session, run, &error))
    nw_banner_show(self->banner, "warning", error->message, NULL, NULL);
}

static void
session_notice_cb(NwWindow *self, const char *sentence)
{
  nw_banner_show(self->banner, "warning", sentence, NULL, NULL);
}

/* ── actions ─────────────────────────────────────────────────────────────────────────────────── */

/* Training goes on whatever the doctor says; but nobody should wait for a run that learns nothing.
 */
static void
show_worst_finding(NwWindow *self)
{
  NwFindings *findings = nw_checkup_get_findings(self->checkup);
  const NwFinding *worst = nw_findings_get_n(findings) > 0 ? nw_findings_get(findings, 0) : NULL;

  if (worst && worst->severity != NW_SEVERITY_HINT)
    nw_banner_show(self->banner, nw_severity_get_id(worst->severity), worst->message,
                   _("Go to Design"), "win.page::design");
}

static void
train_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NwWindow *self = data;

  nw_banner_hide(self->banner);
  nw_window_show_page(self, "train");
  show_worst_finding(self);
  nw_session_start(self->session);
}

static void
pause_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NwSession *session = NW_WINDOW(data)->session;

  if (nw_run_get_progress(nw_session_get_run(session))->state == NW_RUN_PAUSED)
    nw_session_resume(session);
  else
    nw_session_pause(session);
}

static void
step_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nw_session_step(NW_WINDOW(data)->session);
}

static void
step_epoch_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nw_session_step_epoch(NW_WINDOW(data)->session);
}

static void
stop_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nw_session_stop(NW_WINDOW(data)->session);
}

static void
extend_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NwWindow *self = data;

  nw_banner_hide(self->banner);
  nw_window_show_page(self, "train");
  nw_session_extend(self->session, nw_train_page_get_more_epochs(self->train_page));
}

static void
revert_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NwWindow *self = data;
  NwRun *run = nw_session_get_run(self->session);
  int epoch = nw_history_get_best_epoch(nw_run_get_history(run)) + 1;
  g_autofree char *sentence = g_strdup_printf(
      nw_run_is_active(run) ? _("Training goes on from the weights of epoch %d.")
                            : _("When training goes on, it begins with the weights of epoch %d."),
      epoch);

  nw_session_revert(self->session);
  nw_window_show_message(self, sentence);
}

static void
find_rate_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NwWindow *self = data;
  g_autoptr(GError) error = NULL;

  if (!nw_inference_check(nw_document_get_inference(self->document), &error)) {
    session_problem_cb(self, error->message, "design");
    return;
  }
  gtk_window_present(GTK_WINDOW(nw_rate_window_new(GTK_WINDOW(self), self->document)));
}

static void
queue_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NwWindow *self = data;

  nw_banner_hide(self->banner);
  nw_window_show_page(self, "train");
  nw_session_queue(self->session);
}

static void
unqueue_cb(NwWindow *self, NwQueuedRun *queued)
{
  nw_session_unqueue(self->session, queued);
}

/* ── sweeps ──────────────────────────────────────────────────────────────────────────────────── */

static void
show_sweeps(NwWindow *self)
{
  g_auto(GStrv) names = nw_session_list_sweeps(self->session);

  if (self->sweep_window)
    nw_sweep_window_set_names(self->sweep_window, (const char *const *)names);
}

/* Who looks at the sweep sees it. */
static void
announce_sweep(NwWindow *self)
{
  NwSweepModel *model = nw_session_get_sweep(self->session);
  g_autofree char *title = NULL, *heading = NULL;
  gboolean failed;
  const char *message = nw_sweep_model_get_message(model, &failed);

  if (!message || nw_sweep_model_get_state(model) != NW_SWEEP_MODEL_ENDED ||
      (self->sweep_window && gtk_window_is_active(GTK_WINDOW(self->sweep_window))))
    return;
  title = nw_document_dup_title(self->document);
  heading = g_strdup_printf(_("The sweep of %s has ended"), title);
  nw_announce_end(GTK_WINDOW(self), heading, message);
}

/* A sweep comes into the list once it has a trial. */
static void
sweep_state_cb(NwWindow *self)
{
  show_sweeps(self);
  progress_cb(self);
  announce_sweep(self);
}

static void
sweep_start_cb(NwWindow *self, gpointer sweep, guint epochs)
{
  g_autoptr(GError) error = NULL;

  if (!nw_inference_check(nw_document_get_inference(self->document), &error) ||
      !nw_session_start_sweep(self->session, sweep, epochs, &error))
    nw_sweep_window_show_problem(self->sweep_window, error->message);
}

static void
sweep_stop_cb(NwWindow *self)
{
  nw_session_stop_sweep(self->session);
}

static void
sweep_open_cb(NwWindow *self, const char *name)
{
  g_autoptr(GError) error = NULL;

  if (!name)
    nw_sweep_model_clear(nw_session_get_sweep(self->session));
  else if (!nw_session_open_sweep(self->session, name, &error))
    nw_sweep_window_show_problem(self->sweep_window, error->message);
  nw_sweep_window_take_sweep(self->sweep_window);
}

static void
sweep_use_cb(NwWindow *self, gpointer data)
{
  const NwSweepTrial *trial = data;
  const NwSweep *sweep = nw_sweep_model_get_sweep(nw_session_get_sweep(self->session));
  g_autoptr(GError) error = NULL;
  g_autoptr(NwProject) project =
      nw_sweep_apply(sweep, nw_document_get_project(self->document), trial->values, &error);
  g_autofree char *label = g_strdup_printf(_("Use the settings of trial %u"), trial->number);
  g_autofree char *sentence = g_strdup_printf(
      _("The project has the settings of trial %u of “%s”."), trial->number, sweep->name);

  if (!project) {
    nw_sweep_window_show_problem(self->sweep_window, error->message);
    return;
  }
  nw_document_edit(self->document, project, label, NULL);
  nw_window_show_message(self, sentence);
}

static void
sweep_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NwWindow *self = data;

  if (!self->sweep_window) {
    self->sweep_window = nw_sweep_window_new(GTK_WINDOW(self), nw_session_get_sweep(self->session));
    g_object_add_weak_pointer(G_OBJECT(self->sweep_window), (gpointer *)&self->sweep_window);
    g_signal_connect_object(self->sweep_window, "start", G_CALLBACK(sweep_start_cb), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->sweep_window, "stop", G_CALLBACK(sweep_stop_cb), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->sweep_window, "open", G_CALLBACK(sweep_open_cb), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->sweep_window, "use", G_CALLBACK(sweep_use_cb), self,
                            G_CONNECT_SWAPPED);
    show_sweeps(self);
    nw_sweep_window_set_project(self->sweep_window, nw_document_get_project(self->document));
    update_sweep_window(self);
  }
  gtk_window_present(GTK_WINDOW(self->sweep_window));
}

void
nw_window_close_sweep(NwWindow *self)
{
  if (self->sweep_window)
    gtk_window_destroy(GTK_WINDOW(self->sweep_window));
}

/* ── what the window has to do ───────────────────────────────────────────────────────────────── */

static const GActionEntry entries[] = {
    {"train", train_cb},   {"queue", queue_cb},           {"pause", pause_cb},
    {"step", step_cb},     {"step-epoch", step_epoch_cb}, {"stop", stop_cb},
    {"extend", extend_cb}, {"revert", revert_cb},         {"find-rate", find_rate_cb},
    {"sweep", sweep_cb},
};

void
nw_window_install_training(NwWindow *self)
{
  NwSweepModel *sweep = nw_session_get_sweep(self->session);

  g_action_map_add_action_entries(G_ACTION_MAP(self), entries, G_N_ELEMENTS(entries), self);
  g_signal_connect_swapped(self->session, "changed", G_CALLBACK(nw_window_update_training), self);
  g_signal_connect_swapped(self->session, "problem", G_CALLBACK(session_problem_cb), self);
  g_signal_connect_swapped(self->session, "notice", G_CALLBACK(session_notice_cb), self);
  g_signal_connect_object(sweep, "changed", G_CALLBACK(progress_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(sweep, "state", G_CALLBACK(sweep_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped(self->train_page, "delete-run", G_CALLBACK(delete_run_cb), self);
  g_signal_connect_swapped(self->train_page, "unqueue", G_CALLBACK(unqueue_cb), self);
  nw_train_page_set_runs(self->train_page, nw_session_get_runs(self->session));
  nw_train_page_set_queue(self->train_page, nw_session_get_queue(self->session));
  nw_train_page_set_sweep(self->train_page, sweep);
}

void
nw_window_forget_training(NwWindow *self)
{
  if (self->session)
    g_signal_handlers_disconnect_by_data(nw_session_get_sweep(self->session), self);
  g_clear_weak_pointer(&self->sweep_window);
  if (self->followed)
    g_signal_handlers_disconnect_by_data(self->followed, self);
  g_clear_object(&self->followed);
}
