/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-editor.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct {
  NwRun *run;
  GtkWidget *name, *tags;
  GtkTextBuffer *note;
} Editor;

static void
editor_free(gpointer data, GClosure *closure)
{
  Editor *editor = data;

  g_object_unref(editor->run);
  g_object_unref(editor->note);
  g_free(editor);
}

static char *
dup_note(Editor *editor)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds(editor->note, &start, &end);
  return gtk_text_buffer_get_text(editor->note, &start, &end, FALSE);
}

static void
answered_cb(AdwMessageDialog *dialog, const char *response, Editor *editor)
{
  g_autofree char *note = dup_note(editor);
  const char *const texts[NW_N_RUN_TEXTS] = {
      [NW_RUN_NAME] = gtk_editable_get_text(GTK_EDITABLE(editor->name)),
      [NW_RUN_TAGS] = gtk_editable_get_text(GTK_EDITABLE(editor->tags)),
      [NW_RUN_NOTE] = note,
  };
  g_autoptr(GError) error = NULL;

  if (!g_str_equal(response, "save"))
    return;
  for (guint i = 0; !error && i < NW_N_RUN_TEXTS; i++)
    if (!g_str_equal(texts[i], nw_run_get_text(editor->run, (NwRunText)i)))
      nw_run_set_text(editor->run, (NwRunText)i, texts[i], &error);
  if (error) {
    GtkWidget *failed = adw_message_dialog_new(gtk_window_get_transient_for(GTK_WINDOW(dialog)),
                                               _("The Run Was Not Changed"), error->message);

    adw_message_dialog_add_response(ADW_MESSAGE_DIALOG(failed), "close", _("_Close"));
    gtk_window_present(GTK_WINDOW(failed));
  }
}

static GtkWidget *
create_row(GtkWidget *group, const char *title, const char *text)
{
  GtkWidget *row = adw_entry_row_new();

  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
  gtk_editable_set_text(GTK_EDITABLE(row), text);
  adw_entry_row_set_activates_default(ADW_ENTRY_ROW(row), TRUE);
  adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), row);
  return row;
}

static GtkWidget *
create_note(Editor *editor)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *label = gtk_label_new_with_mnemonic(_("N_ote"));
  GtkWidget *scrolled = gtk_scrolled_window_new();
  GtkWidget *view = gtk_text_view_new();

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), view);
  gtk_widget_add_css_class(label, "heading");
  gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(view), FALSE);
  gtk_text_view_set_left_margin(GTK_TEXT_VIEW(view), 9);
  gtk_text_view_set_right_margin(GTK_TEXT_VIEW(view), 9);
  gtk_text_view_set_top_margin(GTK_TEXT_VIEW(view), 9);
  gtk_text_view_set_bottom_margin(GTK_TEXT_VIEW(view), 9);
  gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Note"),
                                 -1);
  editor->note = g_object_ref(gtk_text_view_get_buffer(GTK_TEXT_VIEW(view)));
  gtk_text_buffer_set_text(editor->note, nw_run_get_text(editor->run, NW_RUN_NOTE), -1);
  gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(scrolled), 110);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), view);
  gtk_widget_add_css_class(scrolled, "card");
  gtk_widget_set_overflow(scrolled, GTK_OVERFLOW_HIDDEN);
  gtk_box_append(GTK_BOX(box), label);
  gtk_box_append(GTK_BOX(box), scrolled);
  return box;
}

void
nw_run_editor_present(GtkWindow *parent, NwRun *run)
{
  g_autofree char *heading = g_strdup_printf(_("Run %u"), nw_run_get_number(run));
  GtkWidget *dialog = adw_message_dialog_new(parent, heading, NULL);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *group = adw_preferences_group_new();
  Editor *editor = g_new0(Editor, 1);

  editor->run = g_object_ref(run);
  editor->name = create_row(group, _("Name"), nw_run_get_text(run, NW_RUN_NAME));
  editor->tags =
      create_row(group, _("Tags, separated by commas"), nw_run_get_text(run, NW_RUN_TAGS));
  gtk_box_append(GTK_BOX(box), group);
  gtk_box_append(GTK_BOX(box), create_note(editor));
  gtk_widget_set_size_request(box, 360, -1);
  adw_message_dialog_set_extra_child(ADW_MESSAGE_DIALOG(dialog), box);
  adw_message_dialog_add_responses(ADW_MESSAGE_DIALOG(dialog), "cancel", _("_Cancel"), "save",
                                   _("_Save"), NULL);
  adw_message_dialog_set_response_appearance(ADW_MESSAGE_DIALOG(dialog), "save",
                                             ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response(ADW_MESSAGE_DIALOG(dialog), "save");
  adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "cancel");
  g_signal_connect_data(dialog, "response", G_CALLBACK(answered_cb), editor, editor_free, 0);
  gtk_window_present(GTK_WINDOW(dialog));
}
