/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-save.h"

#include <glib/gi18n.h>

typedef struct {
  GtkWidget *widget;
  char *ending;
  NwPlotSaveFunc save;
  NwPlotFailFunc fail;
} Request;

static void
request_free(Request *request)
{
  g_object_unref(request->widget);
  g_free(request->ending);
  g_free(request);
}

static char *
dup_path(GtkFileChooser *chooser, const char *ending)
{
  g_autoptr(GFile) file = gtk_file_chooser_get_file(chooser);
  g_autofree char *path = file != NULL ? g_file_get_path(file) : NULL;
  g_autofree char *dotted = g_strconcat(".", ending, NULL);
  g_autofree char *lower = NULL;

  if (path == NULL)
    return NULL;
  lower = g_ascii_strdown(path, -1);
  return g_str_has_suffix(lower, dotted) ? g_steal_pointer(&path) : g_strconcat(path, dotted, NULL);
}

static void
response_cb(GtkNativeDialog *dialog, int response, Request *request)
{
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;

  if (response == GTK_RESPONSE_ACCEPT) {
    path = dup_path(GTK_FILE_CHOOSER(dialog), request->ending);
    if (path == NULL)
      request->fail(request->widget, _("It can only be saved in a folder of this computer."));
    else if (!request->save(request->widget, path, &error))
      request->fail(request->widget, error->message);
  }
  g_object_unref(dialog);
  request_free(request);
}

void
nw_plot_save_ask(GtkWidget *widget, const char *title, const char *name, const char *ending,
                 NwPlotSaveFunc save, NwPlotFailFunc fail)
{
  GtkRoot *root = gtk_widget_get_root(widget);
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new(title, GTK_IS_WINDOW(root) ? GTK_WINDOW(root) : NULL,
                                  GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  g_autofree char *file = g_strdup_printf("%s.%s", name, ending);
  Request *request = g_new0(Request, 1);

  request->widget = g_object_ref(widget);
  request->ending = g_strdup(ending);
  request->save = save;
  request->fail = fail;
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
  gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(dialog), g_strdelimit(file, "/\\", '-'));
  g_signal_connect(dialog, "response", G_CALLBACK(response_cb), request);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}
