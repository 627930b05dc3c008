/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep-form.h"

#include <glib/gi18n.h>

#include "nw-node-draw.h"
#include "nw-param-form.h"
#include "nw-search-popover.h"
#include "nw-sweep-row.h"

struct _NwSweepForm {
  GtkWidget parent;

  GtkMenuButton *add;
  GtkWidget *empty;
  GtkListBox *rows;
  NwParamForm *how_form;
  GtkLabel *summary;
  GtkWidget *popover;

  NwProject *project;
  GPtrArray *settings; /* NwSweepSetting */
  NwParams *how;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE(NwSweepForm, nw_sweep_form, GTK_TYPE_WIDGET)

static guint changed_signal;

/* ── how: a table of parameters like any other ───────────────────────────────────────────────── */

static const NwChoice *
strategy_choices(void)
{
  static NwChoice choices[8];

  for (guint i = 0; nw_sweep_strategies[i].id && i < G_N_ELEMENTS(choices) - 1; i++)
    choices[i] = (NwChoice){nw_sweep_strategies[i].id, nw_sweep_strategies[i].title,
                            nw_sweep_strategies[i].help};
  return choices;
}

static const NwChoice *
mode_choices(void)
{
  return nw_sweep_mode_choices;
}

#define DRAWN   "strategy=random|halving"
#define HALVING "strategy=halving"

static const NwParamSpec how_params[] = {
    {"strategy", N_("Strategy"), N_("How trials are chosen among the values"), NW_PARAM_CHOICE,
     "random", .choices = strategy_choices},
    {"trials", N_("Trials"), N_("How many are drawn"), NW_PARAM_INT, "20", 1, NW_SWEEP_MAX_TRIALS,
     .when = DRAWN},
    {"epochs", N_("Epochs"), N_("How long a trial trains at most"), NW_PARAM_INT, "20", 1, 1000000},
    {"min_epochs", N_("First comparison"), N_("Epochs after which trials are compared first"),
     NW_PARAM_INT, "1", 1, 1000000, .when = HALVING, .unit = N_("epochs")},
    {"eta", N_("One goes on of"),
     N_("At each comparison the best of so many go on, for so many times as "
        "long"),
     NW_PARAM_INT, "3", 2, 1000, .when = HALVING},
    {"judge", N_("Judged by"),
     N_("A number of each epoch, whose best value counts: val_loss, val_OUTPUT_accuracy …"),
     NW_PARAM_TEXT, "val_loss"},
    {"mode", N_("Good is"), N_("Whether small or large numbers are good"), NW_PARAM_CHOICE, "auto",
     .choices = mode_choices},
    {"seed", N_("Seed"), N_("The same seed draws the same trials"), NW_PARAM_INT, "1", 0,
     9007199254740992.0, .when = DRAWN},
    {"name", N_("Name"), N_("Of the sweep, and the tag of its runs"), NW_PARAM_TEXT, "sweep"},
    {NULL},
};

static void
set_how(NwSweepForm *self, const char *key, const char *text)
{
  NwParams *changed = nw_params_with(self->how, key, text, NULL);

  if (!changed)
    return;
  nw_params_unref(self->how);
  self->how = changed;
}

static void
set_how_int(NwSweepForm *self, const char *key, guint64 value)
{
  g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, value);

  set_how(self, key, text);
}

/* ── what varies ─────────────────────────────────────────────────────────────────────────────── */

static NwSweepRow *
get_row(NwSweepForm *self, int i)
{
  return (NwSweepRow *)gtk_list_box_get_row_at_index(self->rows, i);
}

static const NwSweepSetting *
find_setting(NwSweepForm *self, const char *key)
{
  for (guint i = 0; self->settings && i < self->settings->len; i++)
    if (g_str_equal(((NwSweepSetting *)g_ptr_array_index(self->settings, i))->key, key))
      return g_ptr_array_index(self->settings, i);
  return NULL;
}

/* “hidden · Units”. (transfer full) */
static char *
dup_title(NwSweepForm *self, const NwSweepSetting *setting)
{
  NwGraph *graph = nw_project_get_graph(self->project);
  const NwNode *node = setting->node > 0 ? nw_graph_find_node(graph, setting->node) : NULL;

  if (node)
    return g_strdup_printf("%s · %s", node->layer->name, setting->title);
  return g_strdup(setting->title);
}

/* How many trials, or what is wrong. */
static void
show_sweep(NwSweepForm *self)
{
  g_autoptr(NwSweep) sweep = nw_sweep_form_dup_sweep(self);
  g_autofree char *text = NULL;
  guint n;

  gtk_widget_set_visible(self->empty, get_row(self, 0) == NULL);
  gtk_widget_set_visible(GTK_WIDGET(self->rows), get_row(self, 0) != NULL);
  if (!sweep)
    return;
  n = (guint)sweep->strategy->count(sweep);
  text = g_strdup_printf(
      ngettext("%u trial of at most %u epochs", "%u trials of at most %u epochs", n), n,
      nw_sweep_form_get_epochs(self));
  gtk_label_set_label(self->summary, text);
}

static void
changed_cb(NwSweepForm *self)
{
  if (self->filling)
    return;
  show_sweep(self);
  g_signal_emit(self, changed_signal, 0);
}

static void
remove_row_cb(NwSweepRow *row, NwSweepForm *self)
{
  gtk_list_box_remove(self->rows, GTK_WIDGET(row));
  gtk_widget_grab_focus(GTK_WIDGET(self->add));
  changed_cb(self);
}

static NwSweepRow *
add_row(NwSweepForm *self, const char *key, const char *values)
{
  const NwSweepSetting *setting = find_setting(self, key);
  g_autofree char *title = setting ? dup_title(self, setting) : g_strdup(key);
  GtkWidget *row = nw_sweep_row_new(key, title, setting ? setting->help : "", values);

  g_signal_connect_swapped(row, "changed", G_CALLBACK(changed_cb), self);
  g_signal_connect(row, "remove", G_CALLBACK(remove_row_cb), self);
  gtk_list_box_append(self->rows, row);
  return NW_SWEEP_ROW(row);
}

static gboolean
has_row(NwSweepForm *self, const char *key)
{
  NwSweepRow *row;

  for (int i = 0; (row = get_row(self, i)); i++)
    if (g_str_equal(nw_sweep_row_get_key(row), key))
      return TRUE;
  return FALSE;
}

static void
setting_chosen_cb(guint id, gpointer data)
{
  NwSweepForm *self = data;
  const NwSweepSetting *setting = g_ptr_array_index(self->settings, id);

  add_row(self, setting->key, setting->suggestion);
  changed_cb(self);
}

static const GdkRGBA *
get_color(NwSweepForm *self, const NwSweepSetting *setting)
{
  static const GdkRGBA grey = {0.6f, 0.6f, 0.6f, 1};
  NwGraph *graph = nw_project_get_graph(self->project);
  const NwNode *node = setting->node > 0 ? nw_graph_find_node(graph, setting->node) : NULL;

  return node ? nw_category_rgba(node->layer->kind->category) : &grey;
}

/* The list is made when it is asked for: the project may have changed. */
static void
fill_popover_cb(GtkMenuButton *button, gpointer data)
{
  NwSweepForm *self = data;
  g_autoptr(GArray) items = g_array_new(FALSE, TRUE, sizeof(NwSearchItem));

  for (guint i = 0; i < self->settings->len; i++) {
    const NwSweepSetting *setting = g_ptr_array_index(self->settings, i);
    NwSearchItem item = {.words = setting->key, .color = *get_color(self, setting), .id = i};

    if (has_row(self, setting->key))
      continue;
    item.title = dup_title(self, setting);
    item.subtitle = g_strdup_printf("%s %s", setting->key, setting->value);
    g_array_append_val(items, item);
  }
  nw_search_popover_open(NW_SEARCH_POPOVER(self->popover), (NwSearchItem *)items->data, items->len,
                         _("Setting"), gtk_widget_get_width(GTK_WIDGET(button)) / 2.0,
                         gtk_widget_get_height(GTK_WIDGET(button)), setting_chosen_cb, self);
  for (guint i = 0; i < items->len; i++) {
    g_free(g_array_index(items, NwSearchItem, i).title);
    g_free(g_array_index(items, NwSearchItem, i).subtitle);
  }
}

/* ── the sweep ───────────────────────────────────────────────────────────────────────────────── */

/* Each row alone, so that it says what is wrong with it. */
static gboolean
check_rows(NwSweepForm *self)
{
  gboolean good = TRUE;
  NwSweepRow *row;

  for (int i = 0; (row = get_row(self, i)); i++) {
    g_autoptr(NwSweep) alone = nw_sweep_new("row");
    g_autofree char *values = nw_sweep_row_dup_values(row);
    g_autoptr(GError) error = NULL;

    if (nw_sweep_add(alone, nw_sweep_row_get_key(row), values, &error))
      nw_sweep_check(alone, self->project, &error);
    nw_sweep_row_show_error(row, error ? error->message : NULL);
    good = good && !error;
  }
  return good;
}

static NwSweep *
make_sweep(NwSweepForm *self)
{
  const char *strategy = nw_params_get_choice(self->how, "strategy");
  const char *mode = nw_params_get_choice(self->how, "mode");
  NwSweep *sweep = nw_sweep_new(nw_params_get_text(self->how, "name"));
  NwSweepRow *row;

  sweep->strategy = nw_sweep_strategy_find(strategy);
  sweep->n_trials = (guint)nw_params_get_int(self->how, "trials");
  sweep->eta = (guint)nw_params_get_int(self->how, "eta");
  sweep->min_epochs = (guint)nw_params_get_int(self->how, "min_epochs");
  sweep->seed = (guint64)nw_params_get_int(self->how, "seed");
  g_free(sweep->judge);
  sweep->judge = g_strdup(nw_params_get_text(self->how, "judge"));
  for (guint i = 0; i < NW_SWEEP_N_MODES; i++)
    if (g_str_equal(nw_sweep_mode_choices[i].id, mode))
      sweep->mode = (NwSweepMode)i;
  for (int i = 0; (row = get_row(self, i)); i++) {
    g_autofree char *values = nw_sweep_row_dup_values(row);

    nw_sweep_add(sweep, nw_sweep_row_get_key(row), values, NULL);
  }
  return sweep;
}

NwSweep *
nw_sweep_form_dup_sweep(NwSweepForm *self)
{
  g_autoptr(NwSweep) sweep = NULL;
  g_autoptr(GError) error = NULL;

  g_return_val_if_fail(NW_IS_SWEEP_FORM(self), NULL);

  if (!self->project || !get_row(self, 0)) {
    gtk_label_set_label(self->summary, "");
    return NULL;
  }
  if (!check_rows(self)) {
    gtk_label_set_label(self->summary, _("Some values do not fit."));
    return NULL;
  }
  sweep = make_sweep(self);
  if (nw_sweep_check(sweep, self->project, &error))
    return g_steal_pointer(&sweep);
  gtk_label_set_label(self->summary, error->message);
  return NULL;
}

guint
nw_sweep_form_get_epochs(NwSweepForm *self)
{
  return (guint)nw_params_get_int(self->how, "epochs");
}

static void
how_changed_cb(NwSweepForm *self, const char *key, const char *text)
{
  set_how(self, key, text);
  nw_param_form_set_values(self->how_form, &self->how, 1);
  changed_cb(self);
}

void
nw_sweep_form_set_name(NwSweepForm *self, const char *name)
{
  g_return_if_fail(NW_IS_SWEEP_FORM(self));
  set_how(self, "name", name);
  nw_param_form_set_values(self->how_form, &self->how, 1);
}

void
nw_sweep_form_set_sweep(NwSweepForm *self, const NwSweep *sweep, guint epochs)
{
  NwSweepRow *row;

  g_return_if_fail(NW_IS_SWEEP_FORM(self));

  self->filling = TRUE;
  while ((row = get_row(self, 0)))
    gtk_list_box_remove(self->rows, GTK_WIDGET(row));
  for (guint i = 0; i < sweep->params->len; i++) {
    const NwSweepParam *param = g_ptr_array_index(sweep->params, i);
    g_autofree char *values = nw_sweep_param_to_text(param);

    add_row(self, param->key, values);
  }
  set_how(self, "strategy", sweep->strategy->id);
  set_how_int(self, "trials", sweep->n_trials);
  set_how_int(self, "eta", sweep->eta);
  set_how_int(self, "min_epochs", sweep->min_epochs);
  set_how_int(self, "seed", sweep->seed);
  set_how(self, "judge", sweep->judge);
  set_how(self, "mode", nw_sweep_mode_choices[sweep->mode].id);
  set_how(self, "name", sweep->name);
  if (epochs > 0)
    set_how_int(self, "epochs", epochs);
  nw_param_form_set_values(self->how_form, &self->how, 1);
  self->filling = FALSE;
  show_sweep(self);
}

void
nw_sweep_form_set_project(NwSweepForm *self, NwProject *project)
{
  gboolean is_first = self->project == NULL;

  g_return_if_fail(NW_IS_SWEEP_FORM(self));

  nw_project_ref(project);
  g_clear_pointer(&self->project, nw_project_unref);
  self->project = project;
  g_clear_pointer(&self->settings, g_ptr_array_unref);
  self->settings = nw_sweep_list_settings(project);
  if (is_first) {
    set_how_int(self, "epochs",
                (guint64)nw_params_get_int(nw_project_get_training(project), "epochs"));
    nw_param_form_set_values(self->how_form, &self->how, 1);
  }
  show_sweep(self);
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_sweep_form_dispose(GObject *object)
{
  NwSweepForm *self = NW_SWEEP_FORM(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  self->filling = TRUE;
  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_pointer(&self->project, nw_project_unref);
  g_clear_pointer(&self->settings, g_ptr_array_unref);
  g_clear_pointer(&self->how, nw_params_unref);
  G_OBJECT_CLASS(nw_sweep_form_parent_class)->dispose(object);
}

static void
nw_sweep_form_class_init(NwSweepFormClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_sweep_form_dispose;
  g_type_ensure(NW_TYPE_PARAM_FORM);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/github/netwright/Netwright/ui/nw-sweep-form.ui");
  gtk_widget_class_bind_template_child(widget_class, NwSweepForm, add);
  gtk_widget_class_bind_template_child(widget_class, NwSweepForm, empty);
  gtk_widget_class_bind_template_child(widget_class, NwSweepForm, rows);
  gtk_widget_class_bind_template_child(widget_class, NwSweepForm, how_form);
  gtk_widget_class_bind_template_child(widget_class, NwSweepForm, summary);
  changed_signal = g_signal_new("changed", NW_TYPE_SWEEP_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
nw_sweep_form_init(NwSweepForm *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  self->how = nw_params_new(how_params);
  nw_param_form_set_values(self->how_form, &self->how, 1);
  self->popover = nw_search_popover_new();
  gtk_menu_button_set_popover(self->add, self->popover);
  gtk_menu_button_set_create_popup_func(self->add, fill_popover_cb, self, NULL);
  g_signal_connect_swapped(self->how_form, "changed", G_CALLBACK(how_changed_cb), self);
}
