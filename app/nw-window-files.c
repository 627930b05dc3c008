/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* New, open, save, recent files, recovery, and the question before something is lost. */
#include <glib/gi18n.h>

#include "nw-application.h"
#include "nw-window-private.h"

#define MIME_TYPE  "application/x-netwright"
#define MAX_RECENT 10

static gboolean
is_project(GFile *file)
{
  g_autofree char *name = g_file_get_basename(file);

  return name && g_str_has_suffix(name, ".netwright");
}

static void
show_error(NwWindow *self, const GError *error)
{
  nw_banner_show(self->banner, "error", error->message, NULL, NULL);
}

static void
toast(NwWindow *self, const char *format, const char *name)
{
  g_autofree char *text = g_strdup_printf(format, name);
  g_autofree char *markup = g_markup_escape_text(text, -1);

  adw_toast_overlay_add_toast(self->toasts, adw_toast_new(markup));
}

static void
remember(const char *path)
{
  g_autoptr(GFile) file = g_file_new_for_path(path);
  g_autofree char *uri = g_file_get_uri(file);
  char *groups[] = {NULL};
  GtkRecentData data = {
      .mime_type = (char *)MIME_TYPE,
      .app_name = (char *)"Netwright",
      .app_exec = (char *)"netwright %f",
      .groups = groups,
  };

  gtk_recent_manager_add_full(gtk_recent_manager_get_default(), uri, &data);
}

void
nw_window_update_recent(NwWindow *self)
{
  GList *items = gtk_recent_manager_get_items(gtk_recent_manager_get_default());
  guint n = 0;

  g_menu_remove_all(self->recent_menu);
  for (GList *l = items; l && n < MAX_RECENT; l = l->next) {
    GtkRecentInfo *info = l->data;
    g_autoptr(GMenuItem) item = NULL;

    if (g_strcmp0(gtk_recent_info_get_mime_type(info), MIME_TYPE) != 0 ||
        !gtk_recent_info_exists(info))
      continue;
    item = g_menu_item_new(gtk_recent_info_get_display_name(info), NULL);
    g_menu_item_set_action_and_target(item, "win.open-uri", "s", gtk_recent_info_get_uri(info));
    g_menu_append_item(self->recent_menu, item);
    n++;
  }
  if (n == 0) /* an action that nobody has: the sentence cannot be chosen */
    g_menu_append(self->recent_menu, _("No recent projects"), "win.no-recent");
  g_list_free_full(items, (GDestroyNotify)gtk_recent_info_unref);
}

/* ── the question ────────────────────────────────────────────────────────────────────────────── */

typedef void (*Continue)(NwWindow *self, gpointer data);

/* What happens once nothing can be lost. */
typedef struct {
  NwWindow *window;
  Continue go_on;
  gpointer data;
  GDestroyNotify free_data;
} Question;

static void
question_free(Question *question)
{
  if (question->free_data)
    question->free_data(question->data);
  g_free(question);
}

static void
question_go_on(Question *question)
{
  question->go_on(question->window, question->data);
  question_free(question);
}

static gboolean
save_to(NwWindow *self, const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *title = NULL;

  if (!nw_document_save(self->document, path, &error)) {
    show_error(self, error);
    return FALSE;
  }
  nw_session_gather_runs(self->session);
  remember(path);
  nw_window_update_recent(self);
  title = nw_document_dup_title(self->document);
  toast(self, _("“%s” is saved"), title);
  return TRUE;
}

/* Takes @path. The chooser has asked about replacing @path, not about the file with the ending:
 * that one is left alone, and NULL returned. */
static char *
add_suffix(NwWindow *self, char *path)
{
  g_autofree char *with_suffix = g_strconcat(path, ".netwright", NULL);
  g_autoptr(GError) error = NULL;

  g_free(path);
  if (!g_file_test(with_suffix, G_FILE_TEST_EXISTS))
    return g_steal_pointer(&with_suffix);
  error = g_error_new(NW_ERROR, NW_ERROR_INPUT,
                      _("%s exists already; choose that very file to replace it."), with_suffix);
  show_error(self, error);
  return NULL;
}

static void
save_chosen_cb(GtkNativeDialog *dialog, int response, gpointer data)
{
  Question *question = data;
  g_autoptr(GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
  path = file ? g_file_get_path(file) : NULL;
  g_object_unref(dialog);
  if (path && !g_str_has_suffix(path, ".netwright"))
    path = add_suffix(question->window, path);
  if (path && save_to(question->window, path) && question->go_on)
    question_go_on(question);
  else
    question_free(question);
}

static GtkFileFilter *
create_project_filter(void)
{
  GtkFileFilter *filter = gtk_file_filter_new();

  gtk_file_filter_set_name(filter, _("Netwright projects"));
  gtk_file_filter_add_pattern(filter, "*.netwright");
  return filter;
}

static void
add_filter(GtkFileChooserNative *chooser, GtkFileFilter *filter)
{
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(chooser), filter);
  g_object_unref(filter);
}

/* Takes the question. */
static void
choose_where_to_save(NwWindow *self, Question *question)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new(
      _("Save the project"), GTK_WINDOW(self), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), NULL);
  const char *path = nw_document_get_path(self->document);
  g_autofree char *title = nw_document_dup_title(self->document);
  g_autofree char *name = g_strconcat(title, ".netwright", NULL);

  add_filter(chooser, create_project_filter());
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(chooser), TRUE);
  if (path) {
    g_autoptr(GFile) file = g_file_new_for_path(path);

    gtk_file_chooser_set_file(GTK_FILE_CHOOSER(chooser), file, NULL);
  } else {
    gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(chooser), name);
  }
  g_signal_connect(chooser, "response", G_CALLBACK(save_chosen_cb), question);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(chooser));
}

/* Takes the question (its go_on may be NULL). */
static void
save_then(NwWindow *self, Question *question)
{
  const char *path = nw_document_get_path(self->document);

  if (!path) {
    choose_where_to_save(self, question);
    return;
  }
  if (save_to(self, path) && question->go_on)
    question_go_on(question);
  else
    question_free(question);
}

static void
answered_cb(AdwMessageDialog *dialog, const char *response, Question *question)
{
  /* What follows may end the window, which the dialog must not look at any more. */
  gtk_window_set_transient_for(GTK_WINDOW(dialog), NULL);
  if (g_str_equal(response, "save"))
    save_then(question->window, question);
  else if (g_str_equal(response, "discard"))
    question_go_on(question);
  else
    question_free(question);
}

static Question *
question_new(NwWindow *self, Continue go_on, gpointer data, GDestroyNotify free_data)
{
  Question *question = g_new0(Question, 1);

  question->window = self;
  question->go_on = go_on;
  question->data = data;
  question->free_data = free_data;
  return question;
}

/* Goes on at once when there is nothing to lose, after the answer otherwise. Takes @data. */
static void
ask_then(NwWindow *self, Continue go_on, gpointer data, GDestroyNotify free_data)
{
  Question *question = question_new(self, go_on, data, free_data);
  g_autofree char *title = NULL;
  GtkWidget *dialog;

  if (!nw_document_is_dirty(self->document)) {
    question_go_on(question);
    return;
  }
  title = nw_document_dup_title(self->document);
  dialog = adw_message_dialog_new(GTK_WINDOW(self), _("Save changes?"), NULL);
  adw_message_dialog_format_body(
      ADW_MESSAGE_DIALOG(dialog),
      _("“%s” has changes that are not saved. Without saving they are lost."), title);
  adw_message_dialog_add_responses(ADW_MESSAGE_DIALOG(dialog), "cancel", _("_Cancel"), "discard",
                                   _("_Discard"), "save", _("_Save"), NULL);
  adw_message_dialog_set_response_appearance(ADW_MESSAGE_DIALOG(dialog), "discard",
                                             ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance(ADW_MESSAGE_DIALOG(dialog), "save",
                                             ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response(ADW_MESSAGE_DIALOG(dialog), "save");
  adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "cancel");
  g_signal_connect(dialog, "response", G_CALLBACK(answered_cb), question);
  gtk_window_present(GTK_WINDOW(dialog));
}

static void
close_window(NwWindow *self, gpointer data)
{
  self->may_close = TRUE;
  gtk_window_close(GTK_WINDOW(self));
}

gboolean
nw_window_query_close(NwWindow *self)
{
  if (!nw_document_is_dirty(self->document))
    return TRUE;
  ask_then(self, close_window, NULL, NULL);
  return FALSE;
}

/* ── new and open ────────────────────────────────────────────────────────────────────────────── */

static void
start_anew(NwWindow *self, gpointer data)
{
  nw_window_close_sweep(self);
  nw_session_clear(self->session);
  nw_document_reset(self->document);
  nw_banner_hide(self->banner);
  nw_window_show_page(self, "design");
}

typedef struct {
  char *path;
  gboolean as_copy;
} Opening;

static void
opening_free(gpointer data)
{
  Opening *opening = data;

  g_free(opening->path);
  g_free(opening);
}

static void
open_now(NwWindow *self, gpointer data)
{
  Opening *opening = data;
  g_autoptr(GError) error = NULL;

  if (!nw_document_open(self->document, opening->path, opening->as_copy, &error)) {
    show_error(self, error);
    return;
  }
  nw_window_close_sweep(self);
  nw_session_clear(self->session);
  nw_banner_hide(self->banner);
  nw_session_list_earlier(self->session);
  if (!opening->as_copy) {
    remember(opening->path);
    nw_window_update_recent(self);
  }
  nw_window_show_page(self, "design");
}

static void
open_path(NwWindow *self, const char *path, gboolean as_copy)
{
  Opening *opening = g_new0(Opening, 1);

  opening->path = g_strdup(path);
  opening->as_copy = as_copy;
  ask_then(self, open_now, opening, opening_free);
}

static gboolean
is_on_trust_page(NwWindow *self)
{
  return g_str_equal(gtk_stack_get_visible_child_name(self->screens), "pages") &&
         g_strcmp0(adw_view_stack_get_visible_child_name(self->pages), "trust") == 0;
}

void
nw_window_open_file(NwWindow *self, GFile *file)
{
  g_autofree char *path = g_file_get_path(file);

  if (!path) {
    g_autoptr(GError) error = g_error_new(
        NW_ERROR, NW_ERROR_INPUT, _("“%s” is not a file on this computer; copy it here first."),
        g_file_peek_path(file) ? g_file_peek_path(file) : "?");

    show_error(self, error);
    return;
  }
  if (is_project(file)) {
    open_path(self, path, FALSE);
    return;
  }
  /* What is dropped on the Trust page is what another program predicted. */
  if (is_on_trust_page(self) && (g_str_has_suffix(path, ".npz") || g_str_has_suffix(path, ".csv"))) {
    nw_trust_page_open(self->trust_page, path);
    return;
  }
  nw_window_show_page(self, "data");
  nw_data_page_add_file(self->data_page, path);
}

static void
open_chosen_cb(GtkNativeDialog *dialog, int response, NwWindow *self)
{
  g_autoptr(GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
  g_object_unref(dialog);
  if (file)
    nw_window_open_file(self, file);
}

static void
choose_file(NwWindow *self, const char *title, GtkFileFilter *filter)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new(
      title, GTK_WINDOW(self), GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), NULL);
  GtkFileFilter *all = gtk_file_filter_new();

  gtk_file_filter_set_name(all, _("All files"));
  gtk_file_filter_add_pattern(all, "*");
  add_filter(chooser, filter);
  add_filter(chooser, all);
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(chooser), TRUE);
  g_signal_connect(chooser, "response", G_CALLBACK(open_chosen_cb), self);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(chooser));
}

/* ── actions ─────────────────────────────────────────────────────────────────────────────────── */

static void
new_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ask_then(data, start_anew, NULL, NULL);
}

static void
open_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  choose_file(data, _("Open a project"), create_project_filter());
}

static void
open_uri_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr(GFile) file = g_file_new_for_uri(g_variant_get_string(parameter, NULL));

  nw_window_open_file(data, file);
}

static void
open_example_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_path(data, g_variant_get_string(parameter, NULL), TRUE);
}

static void
save_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  save_then(data, question_new(data, NULL, NULL, NULL));
}

static void
save_as_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  choose_where_to_save(data, question_new(data, NULL, NULL, NULL));
}

static void
welcome_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nw_window_show_welcome(data);
}

static void
add_data_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  static const char *const patterns[] = {"*.csv", "*.tsv", "*.txt", "*.npy", "*.npz"};
  GtkFileFilter *filter = gtk_file_filter_new();

  gtk_file_filter_set_name(filter, _("Data (CSV, NPY, NPZ)"));
  for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++)
    gtk_file_filter_add_pattern(filter, patterns[i]);
  choose_file(data, _("Add a data file"), filter);
}

static void
open_predictions_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NwWindow *self = data;
  GtkFileFilter *filter = gtk_file_filter_new();

  nw_window_show_page(self, "trust");
  gtk_file_filter_set_name(filter, _("Predictions (NPZ, CSV)"));
  gtk_file_filter_add_pattern(filter, "*.npz");
  gtk_file_filter_add_pattern(filter, "*.csv");
  choose_file(self, _("Judge predictions"), filter);
}

/* ── recovery ────────────────────────────────────────────────────────────────────────────────── */

static void
recovery_answered_cb(AdwMessageDialog *dialog, const char *response, NwWindow *self)
{
  const NwRecovered *recovered = g_object_get_data(G_OBJECT(dialog), "nw-recovered");
  g_autoptr(GError) error = NULL;

  if (g_str_equal(response, "discard")) {
    nw_recovery_discard(recovered);
  } else if (g_str_equal(response, "recover")) {
    if (nw_document_recover(self->document, recovered, &error))
      nw_window_show_page(self, "design");
    else
      show_error(self, error);
  }
}

void
nw_window_offer_recovery(NwWindow *self)
{
  GPtrArray *list = nw_recovery_list();
  const NwRecovered *recovered = list->len ? g_ptr_array_index(list, 0) : NULL;
  g_autoptr(GDateTime) time = NULL;
  g_autofree char *when = NULL, *name = NULL;
  GtkWidget *dialog;

  if (!recovered) {
    g_ptr_array_unref(list);
    return;
  }
  time = g_date_time_new_from_unix_local(recovered->time);
  when = g_date_time_format(time, "%x %H:%M");
  name = recovered->path ? g_path_get_basename(recovered->path) : g_strdup(_("Untitled"));
  dialog = adw_message_dialog_new(GTK_WINDOW(self), _("Recover unsaved work?"), NULL);
  adw_message_dialog_format_body(ADW_MESSAGE_DIALOG(dialog),
                                 _("Netwright ended without saving “%s”. A copy from %s is here."),
                                 name, when);
  adw_message_dialog_add_responses(ADW_MESSAGE_DIALOG(dialog), "later", _("_Later"), "discard",
                                   _("_Discard"), "recover", _("_Recover"), NULL);
  adw_message_dialog_set_response_appearance(ADW_MESSAGE_DIALOG(dialog), "discard",
                                             ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance(ADW_MESSAGE_DIALOG(dialog), "recover",
                                             ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response(ADW_MESSAGE_DIALOG(dialog), "recover");
  adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "later");
  g_object_set_data(G_OBJECT(dialog), "nw-recovered", (gpointer)recovered);
  g_object_set_data_full(G_OBJECT(dialog), "nw-list", list, (GDestroyNotify)g_ptr_array_unref);
  g_signal_connect(dialog, "response", G_CALLBACK(recovery_answered_cb), self);
  gtk_window_present(GTK_WINDOW(dialog));
}

void
nw_window_install_file_actions(NwWindow *self)
{
  static const GActionEntry entries[] = {
      {"new", new_cb},
      {"open", open_cb},
      {"open-uri", open_uri_cb, "s"},
      {"open-example", open_example_cb, "s"},
      {"save", save_cb},
      {"save-as", save_as_cb},
      {"welcome", welcome_cb},
      {"add-data", add_data_cb},
      {"open-predictions", open_predictions_cb},
  };

  g_action_map_add_action_entries(G_ACTION_MAP(self), entries, G_N_ELEMENTS(entries), self);
}
