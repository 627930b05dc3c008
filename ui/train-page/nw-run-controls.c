/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-controls.h"

#include <glib/gi18n.h>

#include "nw-tooltip.h"

#define MORE_EPOCHS 10 /* at first */

typedef struct {
  const char *action, *icon, *tooltip;
} Control;

static const Control controls[] = {
    {"win.step", "go-next-symbolic", N_("Train one batch, then pause (F7)")},
    {"win.step-epoch", "go-last-symbolic",
     N_("Train to the end of the epoch, then pause (Shift+F7)")},
    {"win.revert", "document-revert-symbolic",
     N_("Go on from the weights of the best epoch (Shift+F8)")},
    {"win.extend", "list-add-symbolic", N_("Train for more epochs (F8)")},
};

struct _NwRunControls {
  GtkWidget parent;

  GtkWidget *buttons[G_N_ELEMENTS(controls)];
  GtkWidget *more;
};

G_DEFINE_FINAL_TYPE(NwRunControls, nw_run_controls, GTK_TYPE_WIDGET)

void
nw_run_controls_set_reason(NwRunControls *self, const char *action, const char *reason)
{
  g_return_if_fail(NW_IS_RUN_CONTROLS(self));

  for (gsize i = 0; i < G_N_ELEMENTS(controls); i++) {
    g_autofree char *text = NULL;

    if (!g_str_equal(controls[i].action, action))
      continue;
    text = reason ? g_strdup_printf("%s\n%s", _(controls[i].tooltip), reason)
                  : g_strdup(_(controls[i].tooltip));
    nw_tooltip_set(self->buttons[i], text);
  }
}

guint
nw_run_controls_get_more(NwRunControls *self)
{
  g_return_val_if_fail(NW_IS_RUN_CONTROLS(self), MORE_EPOCHS);
  return (guint)gtk_spin_button_get_value_as_int(GTK_SPIN_BUTTON(self->more));
}

static GtkWidget *
make_button(const Control *control)
{
  GtkWidget *button = gtk_button_new_from_icon_name(control->icon);

  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), control->action);
  gtk_widget_set_tooltip_text(button, _(control->tooltip));
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _(control->tooltip), -1);
  gtk_widget_add_css_class(button, "flat");
  return button;
}

static void
nw_run_controls_dispose(GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child(GTK_WIDGET(object))))
    gtk_widget_unparent(child);
  G_OBJECT_CLASS(nw_run_controls_parent_class)->dispose(object);
}

static void
nw_run_controls_class_init(NwRunControlsClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_run_controls_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BOX_LAYOUT);
}

static void
nw_run_controls_init(NwRunControls *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS(controls); i++) {
    self->buttons[i] = make_button(&controls[i]);
    gtk_widget_set_parent(self->buttons[i], GTK_WIDGET(self));
  }
  self->more = gtk_spin_button_new_with_range(1, 1000000, 1);
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(self->more), MORE_EPOCHS);
  gtk_editable_set_width_chars(GTK_EDITABLE(self->more), 4);
  gtk_widget_set_tooltip_text(self->more, _("How many more epochs"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->more), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("How many more epochs"), -1);
  gtk_widget_set_parent(self->more, GTK_WIDGET(self));
}
