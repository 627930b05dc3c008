/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-actions.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "nw-plot-save.h"
#include "nw-run-compare.h"
#include "nw-run-editor.h"
#include "nw-run-replay.h"
#include "nw-run-report-dialog.h"
#include "nw-run-table.h"
#include "nw-run-together.h"

/* The first selected run. (transfer full) (nullable) */
static NwRun *
dup_first(GtkWidget *widget)
{
  return g_list_model_get_item(nw_run_table_get_selected(NW_RUN_TABLE(widget)), 0);
}

static GtkWindow *
get_window(GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root(widget);

  return GTK_IS_WINDOW(root) ? GTK_WINDOW(root) : NULL;
}

static void
fail(GtkWidget *widget, const char *sentence)
{
  GtkWidget *dialog =
      adw_message_dialog_new(get_window(widget), _("The Numbers Were Not Saved"), sentence);

  adw_message_dialog_add_response(ADW_MESSAGE_DIALOG(dialog), "close", _("_Close"));
  gtk_window_present(GTK_WINDOW(dialog));
}

static void
compare_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  nw_run_compare_present(get_window(widget), nw_run_table_get_selected(NW_RUN_TABLE(widget)));
}

static void
together_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  nw_run_together_present(get_window(widget), nw_run_table_get_selected(NW_RUN_TABLE(widget)));
}

static void
edit_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr(NwRun) run = dup_first(widget);

  if (run)
    nw_run_editor_present(get_window(widget), run);
}

static void
replay_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr(NwRun) run = dup_first(widget);

  if (run)
    nw_run_replay_present(get_window(widget), run);
}

static gboolean
save_epochs(GtkWidget *widget, const char *path, GError **error)
{
  g_autoptr(NwRun) run = dup_first(widget);

  return !run || nw_history_save_csv(nw_run_get_history(run), path, error);
}

static gboolean
save_steps(GtkWidget *widget, const char *path, GError **error)
{
  g_autoptr(NwRun) run = dup_first(widget);

  return !run || nw_history_save_steps_csv(nw_run_get_history(run), path, error);
}

static void
export_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr(NwRun) run = dup_first(widget);
  g_autofree char *title = run ? nw_run_dup_title(run) : NULL;

  if (run)
    nw_plot_save_ask(widget, _("Export Numbers"), title, "csv",
                     g_str_equal(name, "run.export-steps") ? save_steps : save_epochs, fail);
}

static void
report_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr(NwRun) run = dup_first(widget);

  if (run)
    nw_run_report_ask(widget, run);
}

static void
delete_answered_cb(AdwMessageDialog *dialog, const char *response, GtkWidget *widget)
{
  GListModel *selected = nw_run_table_get_selected(NW_RUN_TABLE(widget));
  g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(g_object_unref);

  if (!g_str_equal(response, "delete"))
    return;
  for (guint i = 0; i < g_list_model_get_n_items(selected); i++)
    g_ptr_array_add(runs, g_list_model_get_item(selected, i));
  for (guint i = 0; i < runs->len; i++)
    g_signal_emit_by_name(widget, "delete-run", g_ptr_array_index(runs, i));
}

static void
delete_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  guint n = g_list_model_get_n_items(nw_run_table_get_selected(NW_RUN_TABLE(widget)));
  g_autoptr(NwRun) run = dup_first(widget);
  g_autofree char *title = run ? nw_run_dup_title(run) : NULL;
  g_autofree char *heading = NULL;
  GtkWidget *dialog;

  if (!run)
    return;
  heading = n == 1 ? g_strdup_printf(_("Delete “%s”?"), title)
                   : g_strdup_printf(ngettext("Delete %u Run?", "Delete %u Runs?", n), n);
  dialog = adw_message_dialog_new(
      get_window(widget), heading,
      _("The numbers and weights of what is deleted cannot be brought back."));
  adw_message_dialog_add_responses(ADW_MESSAGE_DIALOG(dialog), "cancel", _("_Cancel"), "delete",
                                   _("_Delete"), NULL);
  adw_message_dialog_set_response_appearance(ADW_MESSAGE_DIALOG(dialog), "delete",
                                             ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "cancel");
  g_signal_connect_object(dialog, "response", G_CALLBACK(delete_answered_cb), widget, 0);
  gtk_window_present(GTK_WINDOW(dialog));
}

void
nw_run_actions_update(GtkWidget *table)
{
  GListModel *selected = nw_run_table_get_selected(NW_RUN_TABLE(table));
  guint n = g_list_model_get_n_items(selected);
  g_autoptr(NwRun) first = dup_first(table);
  gboolean one = n == 1, idle = n > 0, recorded = one && nw_run_get_store(first, NULL);

  for (guint i = 0; i < n; i++) {
    g_autoptr(NwRun) run = g_list_model_get_item(selected, i);

    idle = idle && !nw_run_is_active(run);
  }
  gtk_widget_action_set_enabled(table, "run.compare", n > 1);
  gtk_widget_action_set_enabled(table, "run.together", n > 1 && idle);
  gtk_widget_action_set_enabled(table, "run.edit", recorded);
  gtk_widget_action_set_enabled(table, "run.export-epochs", one);
  gtk_widget_action_set_enabled(table, "run.export-steps", one);
  gtk_widget_action_set_enabled(table, "run.report", recorded && idle);
  gtk_widget_action_set_enabled(table, "run.replay", recorded && idle);
  gtk_widget_action_set_enabled(table, "run.delete", idle);
}

void
nw_run_actions_install(GtkWidgetClass *class)
{
  gtk_widget_class_install_action(class, "run.compare", NULL, compare_cb);
  gtk_widget_class_install_action(class, "run.together", NULL, together_cb);
  gtk_widget_class_install_action(class, "run.edit", NULL, edit_cb);
  gtk_widget_class_install_action(class, "run.export-epochs", NULL, export_cb);
  gtk_widget_class_install_action(class, "run.export-steps", NULL, export_cb);
  gtk_widget_class_install_action(class, "run.report", NULL, report_cb);
  gtk_widget_class_install_action(class, "run.replay", NULL, replay_cb);
  gtk_widget_class_install_action(class, "run.delete", NULL, delete_cb);
  gtk_widget_class_add_binding_action(class, GDK_KEY_F2, 0, "run.edit", NULL);
  gtk_widget_class_add_binding_action(class, GDK_KEY_Delete, 0, "run.delete", NULL);
}
