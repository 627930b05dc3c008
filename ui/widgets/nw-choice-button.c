/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-choice-button.h"

#include <glib/gi18n.h>

struct _NwChoiceButton {
  GtkWidget parent;

  GtkWidget *button;
  const NwChoice *choices;
  char *label;
  guint selected;
};

G_DEFINE_FINAL_TYPE(NwChoiceButton, nw_choice_button, GTK_TYPE_WIDGET)

enum { SIGNAL_CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
row_activated_cb(GtkListBox *list, GtkListBoxRow *row, NwChoiceButton *self)
{
  guint index = (guint)gtk_list_box_row_get_index(row);

  gtk_menu_button_popdown(GTK_MENU_BUTTON(self->button));
  if (index != self->selected)
    g_signal_emit(self, signals[SIGNAL_CHOSEN], 0, index);
}

static void
create_popup_cb(GtkMenuButton *button, gpointer data)
{
  NwChoiceButton *self = data;
  GtkWidget *popover = gtk_popover_new();
  GtkWidget *list = gtk_list_box_new();

  for (guint i = 0; self->choices[i].id; i++) {
    GtkWidget *label = gtk_label_new(_(self->choices[i].title));

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_list_box_append(GTK_LIST_BOX(list), label);
  }
  gtk_list_box_select_row(GTK_LIST_BOX(list),
                          gtk_list_box_get_row_at_index(GTK_LIST_BOX(list), (int)self->selected));
  g_signal_connect(list, "row-activated", G_CALLBACK(row_activated_cb), self);
  gtk_widget_add_css_class(popover, "menu");
  gtk_popover_set_child(GTK_POPOVER(popover), list);
  gtk_menu_button_set_popover(button, popover);
}

void
nw_choice_button_set_selected(NwChoiceButton *self, guint index)
{
  g_autofree char *spoken = NULL;

  g_return_if_fail(NW_IS_CHOICE_BUTTON(self));

  self->selected = index;
  gtk_menu_button_set_label(GTK_MENU_BUTTON(self->button), _(self->choices[index].title));
  spoken = g_strdup_printf("%s: %s", self->label, _(self->choices[index].title));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 spoken, -1);
}

static void
nw_choice_button_dispose(GObject *object)
{
  NwChoiceButton *self = NW_CHOICE_BUTTON(object);

  g_clear_pointer(&self->button, gtk_widget_unparent);
  g_clear_pointer(&self->label, g_free);
  G_OBJECT_CLASS(nw_choice_button_parent_class)->dispose(object);
}

static void
nw_choice_button_class_init(NwChoiceButtonClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_choice_button_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[SIGNAL_CHOSEN] = g_signal_new("chosen", NW_TYPE_CHOICE_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
nw_choice_button_init(NwChoiceButton *self)
{
  self->button = gtk_menu_button_new();
  gtk_widget_add_css_class(self->button, "flat");
  gtk_widget_add_css_class(self->button, "nw-choice");
  gtk_menu_button_set_create_popup_func(GTK_MENU_BUTTON(self->button), create_popup_cb, self, NULL);
  gtk_widget_set_parent(self->button, GTK_WIDGET(self));
}

GtkWidget *
nw_choice_button_new(const NwChoice *choices, const char *label)
{
  NwChoiceButton *self = g_object_new(NW_TYPE_CHOICE_BUTTON, NULL);

  self->choices = choices;
  self->label = g_strdup(label);
  return GTK_WIDGET(self);
}
