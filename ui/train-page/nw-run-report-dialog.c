/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-report-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "nw-run-report.h"

typedef struct {
  char *store, *path;
  gint64 id;
} Job;

static void
job_free(Job *job)
{
  g_free(job->store);
  g_free(job->path);
  g_free(job);
}

static void
write_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;
  g_autoptr(NwStore) store = nw_store_open(job->store, NW_STORE_READ, &error);

  if (store && nw_run_report_write_stored(store, job->id, NULL, job->path, 0, &error))
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

static void
answered_cb(AdwMessageDialog *dialog, const char *response, const char *path)
{
  g_autofree char *uri = NULL;

  if (!g_str_equal(response, "open"))
    return;
  uri = g_filename_to_uri(path, NULL, NULL);
  gtk_show_uri(gtk_window_get_transient_for(GTK_WINDOW(dialog)), uri, GDK_CURRENT_TIME);
}

static void
written_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  const Job *job = g_task_get_task_data(G_TASK(result));
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(object));
  g_autofree char *name = g_filename_display_basename(job->path);
  g_autofree char *sentence = g_strdup_printf(_("%s is written."), name);
  g_autoptr(GError) error = NULL;
  gboolean ok = g_task_propagate_boolean(G_TASK(result), &error);
  GtkWidget *dialog;

  if (!GTK_IS_WINDOW(root)) /* closed meanwhile */
    return;
  dialog = adw_message_dialog_new(GTK_WINDOW(root),
                                  ok ? _("The Report Is Ready") : _("The Report Was Not Written"),
                                  ok ? sentence : error->message);
  adw_message_dialog_add_response(ADW_MESSAGE_DIALOG(dialog), "close", _("_Close"));
  adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "close");
  if (ok) {
    adw_message_dialog_add_response(ADW_MESSAGE_DIALOG(dialog), "open", _("_Open"));
    g_signal_connect_data(dialog, "response", G_CALLBACK(answered_cb), g_strdup(job->path),
                          (GClosureNotify)(void (*)(void))g_free, 0);
  }
  gtk_window_present(GTK_WINDOW(dialog));
}

static void
chosen_cb(GtkNativeDialog *chooser, int response, GtkWidget *widget)
{
  g_autoptr(GFile) file =
      response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(chooser)) : NULL;
  Job *job = g_object_get_data(G_OBJECT(chooser), "nw-job");
  g_autofree char *path = file ? g_file_get_path(file) : NULL;
  g_autoptr(GTask) task = NULL;

  if (path) {
    task = g_task_new(widget, NULL, written_cb, NULL);
    job->path = g_steal_pointer(&path);
    g_object_steal_data(G_OBJECT(chooser), "nw-job");
    g_task_set_task_data(task, job, (GDestroyNotify)job_free);
    g_task_run_in_thread(task, write_thread);
  }
  g_object_unref(chooser);
}

void
nw_run_report_ask(GtkWidget *widget, NwRun *run)
{
  g_autofree char *title = nw_run_dup_title(run);
  g_autofree char *name = g_strconcat(g_strdelimit(title, "/\\", '-'), ".html", NULL);
  Job *job = g_new0(Job, 1);
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new(
      _("Report (HTML or PDF)"), GTK_WINDOW(gtk_widget_get_root(widget)),
      GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));

  job->store = g_strdup(nw_run_get_store(run, &job->id));
  g_object_set_data_full(G_OBJECT(chooser), "nw-job", job, (GDestroyNotify)job_free);
  gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(chooser), name);
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(chooser), TRUE);
  g_signal_connect_object(chooser, "response", G_CALLBACK(chosen_cb), widget, 0);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(chooser));
}
