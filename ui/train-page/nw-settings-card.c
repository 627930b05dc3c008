/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-settings-card.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "nw-param-form.h"

struct _NwSettingsCard {
  GtkWidget parent;

  NwParamForm *basics_form; /* of the training settings what is changed most often */
  AdwComboRow *optimizer;
  NwParamForm *optimizer_form;
  NwParamForm *training_form;

  NwProject *project;
  gboolean updating;
};

G_DEFINE_FINAL_TYPE(NwSettingsCard, nw_settings_card, GTK_TYPE_WIDGET)

enum { SIGNAL_EDITED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
emit_edited(NwSettingsCard *self, NwProject *project, const char *title, const char *key)
{
  g_autofree char *label = g_strdup_printf(_("Change %s"), title);

  g_signal_emit(self, signals[SIGNAL_EDITED], 0, project, label, key);
}

static void
training_changed_cb(NwSettingsCard *self, const char *key, const char *text)
{
  NwParams *old = nw_project_get_training(self->project);
  g_autoptr(NwParams) params = nw_params_with(old, key, text, NULL);
  g_autoptr(NwProject) project = NULL;

  if (!params)
    return;
  project = nw_project_with_training(self->project, params);
  emit_edited(self, project, _(nw_params_find_spec(old, key)->title), key);
}

static void
optimizer_changed_cb(NwSettingsCard *self, const char *key, const char *text)
{
  NwParams *old = nw_project_get_optimizer_params(self->project);
  g_autoptr(NwParams) params = nw_params_with(old, key, text, NULL);
  g_autoptr(NwProject) project = NULL;

  if (!params)
    return;
  project = nw_project_with_optimizer_params(self->project, params);
  emit_edited(self, project, _(nw_params_find_spec(old, key)->title), key);
}

static void
optimizer_chosen_cb(NwSettingsCard *self)
{
  const NwOptimizerKind *kind = nw_optimizer_kinds[adw_combo_row_get_selected(self->optimizer)];
  g_autoptr(NwProject) project = NULL;

  if (self->updating || kind == nw_project_get_optimizer(self->project))
    return;
  project = nw_project_with_optimizer(self->project, kind);
  emit_edited(self, project, _("the optimiser"), NULL);
}

void
nw_settings_card_set_project(NwSettingsCard *self, NwProject *project)
{
  NwParams *training = nw_project_get_training(project);
  NwParams *optimizer = nw_project_get_optimizer_params(project);
  const NwOptimizerKind *kind = nw_project_get_optimizer(project);

  g_return_if_fail(NW_IS_SETTINGS_CARD(self));

  nw_project_ref(project);
  g_clear_pointer(&self->project, nw_project_unref);
  self->project = project;

  self->updating = TRUE;
  for (guint i = 0; nw_optimizer_kinds[i]; i++)
    if (nw_optimizer_kinds[i] == kind)
      adw_combo_row_set_selected(self->optimizer, i);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self->optimizer), _(kind->summary));
  self->updating = FALSE;
  nw_param_form_set_values(self->basics_form, &training, 1);
  nw_param_form_set_values(self->optimizer_form, &optimizer, 1);
  nw_param_form_set_values(self->training_form, &training, 1);
}

static void
nw_settings_card_dispose(GObject *object)
{
  NwSettingsCard *self = NW_SETTINGS_CARD(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  self->updating = TRUE;
  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_pointer(&self->project, nw_project_unref);
  G_OBJECT_CLASS(nw_settings_card_parent_class)->dispose(object);
}

static void
nw_settings_card_class_init(NwSettingsCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_settings_card_dispose;
  g_type_ensure(NW_TYPE_PARAM_FORM);
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-settings-card.ui");
  gtk_widget_class_bind_template_child(widget_class, NwSettingsCard, basics_form);
  gtk_widget_class_bind_template_child(widget_class, NwSettingsCard, optimizer);
  gtk_widget_class_bind_template_child(widget_class, NwSettingsCard, optimizer_form);
  gtk_widget_class_bind_template_child(widget_class, NwSettingsCard, training_form);
  signals[SIGNAL_EDITED] =
      g_signal_new("edited", NW_TYPE_SETTINGS_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
}

static void
nw_settings_card_init(NwSettingsCard *self)
{
  static const char *const basics[] = {"epochs", "batch_size", NULL};
  g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);

  gtk_widget_init_template(GTK_WIDGET(self));
  nw_param_form_choose(self->basics_form, basics, TRUE);
  nw_param_form_choose(self->training_form, basics, FALSE);
  for (guint i = 0; nw_optimizer_kinds[i]; i++)
    gtk_string_list_append(names, _(nw_optimizer_kinds[i]->title));
  self->updating = TRUE;
  adw_combo_row_set_model(self->optimizer, G_LIST_MODEL(names));
  self->updating = FALSE;
  g_signal_connect_swapped(self->optimizer, "notify::selected", G_CALLBACK(optimizer_chosen_cb),
                           self);
  g_signal_connect_swapped(self->basics_form, "changed", G_CALLBACK(training_changed_cb), self);
  g_signal_connect_swapped(self->optimizer_form, "changed", G_CALLBACK(optimizer_changed_cb), self);
  g_signal_connect_swapped(self->training_form, "changed", G_CALLBACK(training_changed_cb), self);
}
