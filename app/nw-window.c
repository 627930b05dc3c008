/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "nw-actions.h"
#include "nw-application.h"
#include "nw-command-palette.h"
#include "nw-state.h"
#include "nw-timings.h"
#include "nw-try-window.h"
#include "nw-window-private.h"

G_DEFINE_FINAL_TYPE(NwWindow, nw_window, ADW_TYPE_APPLICATION_WINDOW)

void
nw_window_show_page(NwWindow *self, const char *page)
{
  gtk_stack_set_visible_child_name(self->titles, "pages");
  gtk_stack_set_visible_child_name(self->screens, "pages");
  gtk_widget_set_visible(self->train_box, TRUE);
  adw_view_stack_set_visible_child_name(self->pages, page);
}

void
nw_window_show_welcome(NwWindow *self)
{
  nw_welcome_refresh(self->welcome);
  gtk_stack_set_visible_child_name(self->titles, "welcome");
  gtk_stack_set_visible_child_name(self->screens, "welcome");
  gtk_widget_set_visible(self->train_box, FALSE);
}

void
nw_window_run(NwWindow *self, const char *detailed_action)
{
  GtkWidget *widget = GTK_WIDGET(self);
  g_autofree char *name = NULL;
  g_autoptr(GVariant) target = NULL;

  g_return_if_fail(g_action_parse_detailed_name(detailed_action, &name, &target, NULL));

  if (g_str_has_prefix(name, "canvas.")) {
    nw_window_show_page(self, "design");
    widget = GTK_WIDGET(nw_design_page_get_canvas(self->design_page));
    gtk_widget_grab_focus(widget);
  }
  gtk_widget_activate_action_variant(widget, name, target);
}

void
nw_window_set_enabled(NwWindow *self, const char *action, gboolean enabled)
{
  g_simple_action_set_enabled(
      G_SIMPLE_ACTION(g_action_map_lookup_action(G_ACTION_MAP(self), action)), enabled);
}

/* ── document → pages ────────────────────────────────────────────────────────────────────────── */

static void
update_undo_button(GtkWidget *button, const char *verb, const char *label)
{
  g_autofree char *text = label ? g_strdup_printf("%s: %s", verb, label) : g_strdup(verb);

  gtk_widget_set_tooltip_text(button, text);
}

static void
document_changed_cb(NwWindow *self)
{
  NwProject *project = nw_document_get_project(self->document);
  NwInference *inference = nw_document_get_inference(self->document);
  const char *base_dir = nw_document_get_base_dir(self->document);
  NwRun *run = nw_session_get_run(self->session);

  nw_data_page_set_project(self->data_page, project, inference, base_dir);
  nw_design_page_set_graph(self->design_page, nw_project_get_graph(project), inference,
                           nw_checkup_get_findings(self->checkup));
  nw_design_page_set_batch_size(
      self->design_page, (guint)nw_params_get_int(nw_project_get_training(project), "batch_size"));
  nw_data_page_set_findings(self->data_page, nw_checkup_get_findings(self->checkup));
  nw_train_page_set_project(self->train_page, project);
  if (run)
    nw_run_recalibrate(run, project);
  nw_train_page_set_outdated(self->train_page, run && nw_session_is_outdated(self->session, run));
  if (self->sweep_window)
    nw_sweep_window_set_project(self->sweep_window, project);

  nw_window_set_enabled(self, "undo", nw_document_get_undo_label(self->document) != NULL);
  nw_window_set_enabled(self, "redo", nw_document_get_redo_label(self->document) != NULL);
  update_undo_button(self->undo_button, _("Undo"), nw_document_get_undo_label(self->document));
  update_undo_button(self->redo_button, _("Redo"), nw_document_get_redo_label(self->document));
}

static void
findings_changed_cb(NwWindow *self)
{
  nw_design_page_set_findings(self->design_page, nw_checkup_get_findings(self->checkup));
  nw_data_page_set_findings(self->data_page, nw_checkup_get_findings(self->checkup));
}

void
nw_window_update_title(NwWindow *self)
{
  g_autofree char *name = nw_document_dup_title(self->document);
  const char *dirty = nw_document_is_dirty(self->document) ? "• " : "";
  g_autofree char *title =
      self->percent < 0 ? g_strdup_printf("%s%s – Netwright", dirty, name)
                        : g_strdup_printf("%d %% · %s%s – Netwright", self->percent, dirty, name);

  gtk_window_set_title(GTK_WINDOW(self), title);
  nw_export_page_set_title(self->export_page, name);
  nw_design_page_set_status(self->design_page,
                            nw_document_is_dirty(self->document) ? _("not saved") : _("saved"));
}

static void
document_problem_cb(NwWindow *self, const char *sentence)
{
  nw_banner_show(self->banner, "warning", sentence, NULL, NULL);
}

static void
project_edited_cb(NwWindow *self, NwProject *project, const char *label, const char *merge)
{
  nw_document_edit(self->document, project, label, merge);
}

/* What feeds an Input or Output goes by its name, so the bindings follow when it is renamed. */
static NwDataSettings *
follow_renames(NwDataSettings *settings, NwGraph *old, NwGraph *graph)
{
  NwDataSettings *result = nw_data_settings_ref(settings);

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    const NwNode *before = nw_graph_find_node(old, node->uid);
    NwDataSettings *next;

    if (!before || node->layer->kind->role == NW_ROLE_LAYER || before->layer == node->layer ||
        g_str_equal(before->layer->name, node->layer->name))
      continue;
    next = nw_data_settings_with_field_renamed(result, before->layer->name, node->layer->name);
    nw_data_settings_unref(result);
    result = next;
  }
  return result;
}

static void
graph_edited_cb(NwWindow *self, NwGraph *graph, const char *label, const char *merge)
{
  NwProject *old = nw_document_get_project(self->document);
  g_autoptr(NwProject) drawn = nw_project_with_graph(old, graph);
  g_autoptr(NwDataSettings) data =
      follow_renames(nw_project_get_data(old), nw_project_get_graph(old), graph);
  g_autoptr(NwProject) project = nw_project_with_data(drawn, data);

  nw_document_edit(self->document, project, label, merge);
}

static void
recalibrate_cb(NwWindow *self, const char *output, gpointer maps, const char *title)
{
  NwProject *now = nw_document_get_project(self->document);
  g_autoptr(GError) error = NULL;
  g_autoptr(NwProject) project = nw_calibrate_apply(now, output, maps, &error);
  g_autofree char *label = g_strdup_printf(_("Recalibrate “%s”: %s"), output, title);

  if (project)
    nw_document_edit(self->document, project, label, NULL);
  else
    nw_banner_show(self->banner, "error", error->message, NULL, NULL);
}

static void
trust_problem_cb(NwWindow *self, const char *sentence)
{
  nw_banner_show(self->banner, "error", sentence, NULL, NULL);
}

void
nw_window_show_message(NwWindow *self, const char *sentence)
{
  g_autofree char *markup = g_markup_escape_text(sentence, -1);

  adw_toast_overlay_add_toast(self->toasts, adw_toast_new(markup));
}

/* ── actions ─────────────────────────────────────────────────────────────────────────────────── */

static void
undo_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nw_document_undo(NW_WINDOW(data)->document);
}

static void
redo_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nw_document_redo(NW_WINDOW(data)->document);
}

static void
page_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nw_window_show_page(data, g_variant_get_string(parameter, NULL));
}

static void
worst_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NwWindow *self = data;

  nw_window_show_page(self, "trust");
  nw_trust_page_show_worst(self->trust_page);
}

static void
try_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NwWindow *self = data;
  NwRun *run = nw_session_get_run(self->session);
  const char *obstacle = nw_try_window_get_obstacle(run);

  if (obstacle)
    nw_window_show_message(self, obstacle);
  else
    gtk_window_present(GTK_WINDOW(nw_try_window_new(
        GTK_WINDOW(self), run, nw_trust_page_get_split(self->trust_page))));
}

static void
commands_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nw_command_palette_open(data);
}

static void
shortcuts_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWidget *shortcuts = nw_actions_create_shortcuts_window();

  gtk_window_set_transient_for(GTK_WINDOW(shortcuts), data);
  gtk_window_present(GTK_WINDOW(shortcuts));
}

static void
about_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window(data, "application-name", "Netwright", "application-icon", NW_APP_ID,
                        "version", NW_VERSION, "developer-name", _("The Netwright authors"),
                        "comments",
                        _("Draws, trains, watches, calibrates and exports neural networks."),
                        "license-type", GTK_LICENSE_APACHE_2_0, NULL);
}

static void
apply_appearance(GSettings *settings)
{
  static const AdwColorScheme schemes[] = {ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                           ADW_COLOR_SCHEME_FORCE_DARK};

  adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
                                     schemes[g_settings_get_enum(settings, "appearance")]);
}

static const GActionEntry entries[] = {
    {"undo", undo_cb},         {"redo", redo_cb},
    {"page", page_cb, "s"},    {"worst", worst_cb},
    {"commands", commands_cb}, {"shortcuts", shortcuts_cb}, {"about", about_cb},
    {"try", try_cb},
};

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
restore_state(NwWindow *self)
{
  GSettings *settings = nw_state_get();
  g_autoptr(GAction) appearance = NULL;

  if (!settings)
    return;
  appearance = g_settings_create_action(settings, "appearance");
  g_action_map_add_action(G_ACTION_MAP(self), appearance);
  g_signal_connect(settings, "changed::appearance", G_CALLBACK(apply_appearance), NULL);
  apply_appearance(settings);
  gtk_window_set_default_size(GTK_WINDOW(self), g_settings_get_int(settings, "width"),
                              g_settings_get_int(settings, "height"));
  if (g_settings_get_boolean(settings, "maximized"))
    gtk_window_maximize(GTK_WINDOW(self));
}

static void
remember_state(NwWindow *self)
{
  GSettings *settings = nw_state_get();
  int width, height;

  if (!settings)
    return;
  gtk_window_get_default_size(GTK_WINDOW(self), &width, &height);
  g_settings_set_int(settings, "width", width);
  g_settings_set_int(settings, "height", height);
  g_settings_set_boolean(settings, "maximized", gtk_window_is_maximized(GTK_WINDOW(self)));
}

static gboolean
nw_window_close_request(GtkWindow *window)
{
  NwWindow *self = NW_WINDOW(window);

  if (!self->may_close && !nw_window_query_close(self))
    return GDK_EVENT_STOP;
  remember_state(self);
  return GTK_WINDOW_CLASS(nw_window_parent_class)->close_request(window);
}

static gboolean
drop_cb(NwWindow *self, const GValue *value, double x, double y)
{
  g_autoptr(GSList) files = gdk_file_list_get_files(g_value_get_boxed(value));

  for (GSList *l = files; l; l = l->next)
    nw_window_open_file(self, l->data);
  return files != NULL;
}

static void
nw_window_dispose(GObject *object)
{
  NwWindow *self = NW_WINDOW(object);

  if (self->document)
    g_signal_handlers_disconnect_by_data(self->document, self);
  nw_window_forget_training(self);
  if (self->session) {
    g_signal_handlers_disconnect_by_data(self->session, self);
    nw_session_clear(self->session);
  }
  if (self->checkup)
    g_signal_handlers_disconnect_by_data(self->checkup, self);
  g_clear_object(&self->checkup);
  g_clear_object(&self->session);
  g_clear_object(&self->document);
  G_OBJECT_CLASS(nw_window_parent_class)->dispose(object);
}

static void
nw_window_class_init(NwWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_window_dispose;
  GTK_WINDOW_CLASS(class)->close_request = nw_window_close_request;

  g_type_ensure(NW_TYPE_BANNER);
  g_type_ensure(NW_TYPE_WELCOME);
  g_type_ensure(NW_TYPE_DESIGN_PAGE);
  g_type_ensure(NW_TYPE_DATA_PAGE);
  g_type_ensure(NW_TYPE_TRAIN_PAGE);
  g_type_ensure(NW_TYPE_TRUST_PAGE);
  g_type_ensure(NW_TYPE_EXPORT_PAGE);
  gtk_widget_class_set_template_from_resource(widget_class, NW_RESOURCE_BASE "ui/nw-window.ui");
  gtk_widget_class_bind_template_child(widget_class, NwWindow, toasts);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, banner);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, titles);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, screens);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, pages);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, welcome);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, design_page);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, data_page);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, train_page);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, trust_page);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, export_page);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, recent_menu);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, undo_button);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, redo_button);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, menu_button);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, train_box);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, train_button);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, pause_button);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, stop_button);
  gtk_widget_class_bind_template_child(widget_class, NwWindow, pause_content);
}

static gboolean
drop_focus_cb(gpointer data)
{
  gtk_window_set_focus(GTK_WINDOW(data), NULL);
  return G_SOURCE_REMOVE;
}

/* GTK 4.8 then moves the focus within the closed menu, where no key reaches anything. */
static void
menu_closed_cb(NwWindow *self)
{
  g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, drop_focus_cb, g_object_ref(self), g_object_unref);
}

static void
connect_all(NwWindow *self)
{
  g_signal_connect_object(gtk_menu_button_get_popover(self->menu_button), "unmap",
                          G_CALLBACK(menu_closed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_swapped(self->document, "changed", G_CALLBACK(document_changed_cb), self);
  g_signal_connect_swapped(self->document, "problem", G_CALLBACK(document_problem_cb), self);
  g_signal_connect_swapped(self->document, "notify::title", G_CALLBACK(nw_window_update_title), self);
  g_signal_connect_swapped(self->document, "notify::dirty", G_CALLBACK(nw_window_update_title), self);
  g_signal_connect_swapped(self->design_page, "edited", G_CALLBACK(graph_edited_cb), self);
  g_signal_connect_swapped(self->checkup, "changed", G_CALLBACK(findings_changed_cb), self);
  g_signal_connect_swapped(self->design_page, "remedied", G_CALLBACK(project_edited_cb), self);
  g_signal_connect_swapped(self->design_page, "message", G_CALLBACK(nw_window_show_message), self);
  g_signal_connect_swapped(self->data_page, "edited", G_CALLBACK(project_edited_cb), self);
  g_signal_connect_swapped(self->trust_page, "recalibrate", G_CALLBACK(recalibrate_cb), self);
  g_signal_connect_swapped(self->trust_page, "problem", G_CALLBACK(trust_problem_cb), self);
  g_signal_connect_swapped(self->train_page, "edited", G_CALLBACK(project_edited_cb), self);
}

static void
nw_window_init(NwWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template(GTK_WIDGET(self));
  self->percent = -1;
  self->document = nw_document_new();
  self->session = nw_session_new(self->document);
  self->checkup = nw_checkup_new(self->document, nw_data_page_get_tables(self->data_page));

  g_action_map_add_action_entries(G_ACTION_MAP(self), entries, G_N_ELEMENTS(entries), self);
  nw_window_install_file_actions(self);
  nw_window_install_training(self);
  restore_state(self);
  nw_timings_watch(GTK_WIDGET(self));

  g_signal_connect_swapped(drop, "drop", G_CALLBACK(drop_cb), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drop));

  connect_all(self);
  document_changed_cb(self);
  nw_window_update_title(self);
  nw_window_update_training(self);
  nw_window_update_recent(self);
  nw_window_show_welcome(self);
}

GtkWidget *
nw_window_new(GtkApplication *application)
{
  return g_object_new(NW_TYPE_WINDOW, "application", application, NULL);
}
