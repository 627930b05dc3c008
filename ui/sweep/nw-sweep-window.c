/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep-window.h"

#include <glib/gi18n.h>

#include "nw-banner.h"
#include "nw-json.h"
#include "nw-sweep-form.h"
#include "nw-sweep-plots.h"
#include "nw-sweep-table.h"
#include "nw-tooltip.h"

#define BASE_NAME "sweep"

struct _NwSweepWindow {
  AdwWindow parent;

  GtkDropDown *names;
  GtkWidget *start, *stop, *use, *all, *progress_box;
  NwBanner *banner;
  NwSweepForm *form;
  GtkLabel *where, *settings, *shown;
  GtkProgressBar *progress;
  NwSweepPlots *plots;
  NwSweepTable *table;

  NwSweepModel *model;
  GtkStringList *titles; /* a new one, then those that there are */
  char *reason;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE(NwSweepWindow, nw_sweep_window, ADW_TYPE_WINDOW)

enum { SIGNAL_START, SIGNAL_STOP, SIGNAL_OPEN, SIGNAL_USE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── names ───────────────────────────────────────────────────────────────────────────────────── */

static guint
find_name(NwSweepWindow *self, const char *name)
{
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->titles));

  for (guint i = 1; i < n; i++)
    if (g_str_equal(gtk_string_list_get_string(self->titles, i), name))
      return i;
  return 0;
}

/* “sweep”, “sweep 2” … (transfer full) */
static char *
dup_free_name(NwSweepWindow *self)
{
  char *name = g_strdup(BASE_NAME);

  for (guint i = 2; find_name(self, name) > 0; i++) {
    g_free(name);
    name = g_strdup_printf(BASE_NAME " %u", i);
  }
  return name;
}

static void
select_name(NwSweepWindow *self)
{
  const NwSweep *sweep = nw_sweep_model_get_sweep(self->model);

  self->filling = TRUE;
  gtk_drop_down_set_selected(self->names, sweep ? find_name(self, sweep->name) : 0);
  self->filling = FALSE;
}

static gboolean
has_names(NwSweepWindow *self, const char *const *names)
{
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->titles));

  if (g_strv_length((char **)names) != n - 1)
    return FALSE;
  for (guint i = 0; names[i]; i++)
    if (!g_str_equal(gtk_string_list_get_string(self->titles, i + 1), names[i]))
      return FALSE;
  return TRUE;
}

/* A list that is changed while something is chosen in it chooses something else. */
void
nw_sweep_window_set_names(NwSweepWindow *self, const char *const *names)
{
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->titles));

  g_return_if_fail(NW_IS_SWEEP_WINDOW(self));

  if (!has_names(self, names)) {
    self->filling = TRUE;
    gtk_string_list_splice(self->titles, 1, n - 1, names);
    self->filling = FALSE;
  }
  select_name(self);
  if (!nw_sweep_model_get_sweep(self->model))
    nw_sweep_window_take_sweep(self);
}

static void
name_chosen_cb(NwSweepWindow *self)
{
  guint i = gtk_drop_down_get_selected(self->names);

  if (self->filling || i == GTK_INVALID_LIST_POSITION)
    return;
  nw_banner_hide(self->banner);
  g_signal_emit(self, signals[SIGNAL_OPEN], 0,
                i > 0 ? gtk_string_list_get_string(self->titles, i) : NULL);
}

/* ── what can be done ────────────────────────────────────────────────────────────────────────── */

static gboolean
is_same_sweep(const NwSweep *a, const NwSweep *b)
{
  g_autoptr(JsonNode) one = nw_sweep_to_json(a), two = nw_sweep_to_json(b);
  g_autofree char *first = nw_json_to_text(one, FALSE), *second = nw_json_to_text(two, FALSE);

  return g_str_equal(first, second);
}

/* Has the sweep of the form been stopped before its end? */
static gboolean
goes_on(NwSweepWindow *self, const NwSweep *sweep)
{
  const NwSweep *there = nw_sweep_model_get_sweep(self->model);
  const NwSweepStand *stand = nw_sweep_model_get_stand(self->model);

  if (!there || !stand || !is_same_sweep(sweep, there) ||
      nw_sweep_model_get_epochs(self->model) != nw_sweep_form_get_epochs(self->form))
    return FALSE;
  for (guint i = 0; i < stand->trials->len; i++)
    if (((const NwSweepTrial *)g_ptr_array_index(stand->trials, i))->state == NW_TRIAL_WAITING)
      return TRUE;
  return FALSE;
}

static void
update_controls(NwSweepWindow *self)
{
  NwSweepModelState state = nw_sweep_model_get_state(self->model);
  gboolean active = nw_sweep_model_is_active(self->model);
  g_autoptr(NwSweep) sweep = nw_sweep_form_dup_sweep(self->form);

  gtk_widget_set_visible(self->start, !active);
  gtk_widget_set_visible(self->stop, active);
  gtk_widget_set_sensitive(self->stop, state == NW_SWEEP_MODEL_RUNNING);
  gtk_widget_set_sensitive(self->start, sweep && !self->reason);
  gtk_button_set_label(GTK_BUTTON(self->start),
                       sweep && goes_on(self, sweep) ? _("Go On") : _("Start"));
  nw_tooltip_set(self->start,
                 self->reason ? self->reason : _("Train every trial, one after the other"));
  gtk_widget_set_sensitive(GTK_WIDGET(self->form), !active);
  gtk_widget_set_sensitive(GTK_WIDGET(self->names), !active);
}

void
nw_sweep_window_set_reason(NwSweepWindow *self, const char *reason)
{
  g_return_if_fail(NW_IS_SWEEP_WINDOW(self));
  g_free(self->reason);
  self->reason = g_strdup(reason);
  update_controls(self);
}

void
nw_sweep_window_set_project(NwSweepWindow *self, NwProject *project)
{
  g_return_if_fail(NW_IS_SWEEP_WINDOW(self));
  nw_sweep_form_set_project(self->form, project);
  update_controls(self);
}

void
nw_sweep_window_show_problem(NwSweepWindow *self, const char *sentence)
{
  g_return_if_fail(NW_IS_SWEEP_WINDOW(self));
  nw_banner_show(self->banner, "error", sentence, NULL, NULL);
}

/* Other settings are another sweep, which needs a name of its own. */
static void
form_changed_cb(NwSweepWindow *self)
{
  const NwSweep *there = nw_sweep_model_get_sweep(self->model);
  g_autoptr(NwSweep) sweep = nw_sweep_form_dup_sweep(self->form);

  if (sweep && there && g_str_equal(sweep->name, there->name) && !is_same_sweep(sweep, there)) {
    g_autofree char *name = dup_free_name(self);

    nw_sweep_form_set_name(self->form, name);
  }
  nw_banner_hide(self->banner);
  update_controls(self);
}

static void
start_cb(NwSweepWindow *self)
{
  g_autoptr(NwSweep) sweep = nw_sweep_form_dup_sweep(self->form);

  nw_banner_hide(self->banner);
  if (sweep)
    g_signal_emit(self, signals[SIGNAL_START], 0, sweep, nw_sweep_form_get_epochs(self->form));
}

static void
stop_cb(NwSweepWindow *self)
{
  g_signal_emit(self, signals[SIGNAL_STOP], 0);
}

static void
use_cb(NwSweepWindow *self)
{
  NwSweepItem *item = nw_sweep_table_get_chosen(self->table);

  if (item)
    g_signal_emit(self, signals[SIGNAL_USE], 0, nw_sweep_item_get(item));
}

/* ── what is shown ───────────────────────────────────────────────────────────────────────────── */

static void
show_progress(NwSweepWindow *self)
{
  gboolean active = nw_sweep_model_is_active(self->model);
  const NwSweepStand *stand = nw_sweep_model_get_stand(self->model);
  g_autofree char *where = nw_sweep_model_dup_where(self->model);

  gtk_label_set_label(self->where, where);
  gtk_widget_set_visible(self->progress_box, *where || active);
  gtk_widget_set_visible(GTK_WIDGET(self->progress), active);
  gtk_progress_bar_set_fraction(self->progress, stand ? CLAMP(stand->share, 0, 1) : 0);
}

/* “trial 3: hidden.units 32 · optimizer.learning_rate 0.01” (transfer full) */
static char *
dup_settings(NwSweepWindow *self, const NwSweepTrial *trial)
{
  const NwSweep *sweep = nw_sweep_model_get_sweep(self->model);
  GString *text = g_string_new(NULL);

  g_string_append_printf(text, _("trial %u"), trial->number);
  for (guint i = 0; i < sweep->params->len; i++)
    g_string_append_printf(text, " · %s %s",
                           ((const NwSweepParam *)g_ptr_array_index(sweep->params, i))->key,
                           trial->values[i]);
  if (trial->message)
    g_string_append_printf(text, " · %s", trial->message);
  return g_string_free(text, FALSE);
}

static void
chosen_cb(NwSweepWindow *self)
{
  NwSweepItem *item = nw_sweep_table_get_chosen(self->table);
  const NwSweepTrial *trial = item ? nw_sweep_item_get(item) : NULL;
  g_autofree char *text =
      trial ? dup_settings(self, trial) : g_strdup(_("select one to use its settings"));

  gtk_label_set_label(self->settings, text);
  nw_tooltip_set(GTK_WIDGET(self->settings), trial ? text : NULL);
  gtk_widget_set_sensitive(self->use, trial != NULL);
  nw_sweep_plots_set_chosen(self->plots, trial ? (int)trial->number - 1 : -1);
}

static gboolean
is_in_ranges(guint trial, gpointer data)
{
  return nw_sweep_plots_is_in(data, trial);
}

static void
show_filter(NwSweepWindow *self)
{
  gboolean brushed = nw_sweep_plots_is_brushed(self->plots);
  guint n = g_list_model_get_n_items(nw_sweep_model_get_trials(self->model));
  g_autofree char *text =
      g_strdup_printf(_("%u of %u in the ranges"), nw_sweep_table_get_n_shown(self->table), n);

  gtk_widget_set_visible(GTK_WIDGET(self->shown), brushed);
  gtk_widget_set_visible(self->all, brushed);
  gtk_label_set_label(self->shown, text);
}

static void
brushed_cb(NwSweepWindow *self)
{
  gboolean brushed = nw_sweep_plots_is_brushed(self->plots);

  nw_sweep_table_set_filter(self->table, brushed ? is_in_ranges : NULL, self->plots);
  show_filter(self);
}

static void
plot_chosen_cb(NwSweepWindow *self, guint trial)
{
  nw_sweep_table_choose(self->table, trial);
}

/* New numbers of the same sweep. */
static void
changed_cb(NwSweepWindow *self)
{
  nw_sweep_plots_set_stand(self->plots, nw_sweep_model_get_stand(self->model));
  nw_sweep_table_update(self->table);
  show_filter(self);
  show_progress(self);
}

/* Another sweep, or it began, stops, or ended. */
static void
state_cb(NwSweepWindow *self)
{
  gboolean failed;
  const char *message = nw_sweep_model_get_message(self->model, &failed);

  if (!nw_sweep_model_get_stand(self->model))
    nw_sweep_plots_set_stand(self->plots, NULL);
  if (g_list_model_get_n_items(nw_sweep_model_get_trials(self->model)) == 0) {
    nw_sweep_table_update_columns(self->table);
    nw_sweep_plots_clear_brushes(self->plots);
  }
  if (message && failed)
    nw_sweep_window_show_problem(self, message);
  show_progress(self);
  update_controls(self);
  chosen_cb(self);
  select_name(self);
}

void
nw_sweep_window_take_sweep(NwSweepWindow *self)
{
  const NwSweep *sweep = nw_sweep_model_get_sweep(self->model);
  g_autofree char *name = NULL;

  g_return_if_fail(NW_IS_SWEEP_WINDOW(self));

  if (sweep) {
    nw_sweep_form_set_sweep(self->form, sweep, nw_sweep_model_get_epochs(self->model));
  } else {
    name = dup_free_name(self);
    nw_sweep_form_set_name(self->form, name);
  }
  update_controls(self);
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_sweep_window_dispose(GObject *object)
{
  NwSweepWindow *self = NW_SWEEP_WINDOW(object);

  self->filling = TRUE;
  if (self->model) {
    g_signal_handlers_disconnect_by_data(self->model, self);
    nw_sweep_plots_set_stand(self->plots, NULL);
  }
  g_clear_object(&self->model);
  g_clear_pointer(&self->reason, g_free);
  G_OBJECT_CLASS(nw_sweep_window_parent_class)->dispose(object);
}

static void
nw_sweep_window_class_init(NwSweepWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_sweep_window_dispose;
  g_type_ensure(NW_TYPE_BANNER);
  g_type_ensure(NW_TYPE_SWEEP_FORM);
  g_type_ensure(NW_TYPE_SWEEP_PLOTS);
  g_type_ensure(NW_TYPE_SWEEP_TABLE);
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-sweep-window.ui");
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, names);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, start);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, stop);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, banner);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, form);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, progress_box);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, where);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, progress);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, plots);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, shown);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, all);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, settings);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, use);
  gtk_widget_class_bind_template_child(widget_class, NwSweepWindow, table);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  signals[SIGNAL_START] = g_signal_new("start", NW_TYPE_SWEEP_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_UINT);
  signals[SIGNAL_STOP] = g_signal_new("stop", NW_TYPE_SWEEP_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OPEN] = g_signal_new("open", NW_TYPE_SWEEP_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_USE] = g_signal_new("use", NW_TYPE_SWEEP_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
nw_sweep_window_init(NwSweepWindow *self)
{
  const char *const first[] = {_("New sweep"), NULL};

  self->filling = TRUE;
  gtk_widget_init_template(GTK_WIDGET(self));
  self->titles = gtk_string_list_new(first);
  gtk_drop_down_set_model(self->names, G_LIST_MODEL(self->titles));
  g_object_unref(self->titles); /* the list has it */
  self->filling = FALSE;
  g_signal_connect_swapped(self->names, "notify::selected", G_CALLBACK(name_chosen_cb), self);
  g_signal_connect_swapped(self->form, "changed", G_CALLBACK(form_changed_cb), self);
  g_signal_connect_swapped(self->start, "clicked", G_CALLBACK(start_cb), self);
  g_signal_connect_swapped(self->stop, "clicked", G_CALLBACK(stop_cb), self);
  g_signal_connect_swapped(self->use, "clicked", G_CALLBACK(use_cb), self);
  g_signal_connect_swapped(self->all, "clicked", G_CALLBACK(nw_sweep_plots_clear_brushes),
                           self->plots);
  g_signal_connect_swapped(self->plots, "chosen", G_CALLBACK(plot_chosen_cb), self);
  g_signal_connect_swapped(self->plots, "brushed", G_CALLBACK(brushed_cb), self);
  g_signal_connect_swapped(self->table, "chosen", G_CALLBACK(chosen_cb), self);
}

NwSweepWindow *
nw_sweep_window_new(GtkWindow *parent, NwSweepModel *model)
{
  NwSweepWindow *self = g_object_new(NW_TYPE_SWEEP_WINDOW, "transient-for", parent, NULL);

  self->model = g_object_ref(model);
  nw_sweep_table_set_model(self->table, model);
  g_signal_connect_object(model, "changed", G_CALLBACK(changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(model, "state", G_CALLBACK(state_cb), self, G_CONNECT_SWAPPED);
  changed_cb(self);
  state_cb(self);
  nw_sweep_window_take_sweep(self);
  return self;
}
