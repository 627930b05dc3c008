/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-banner.h"

#include <glib/gi18n.h>

struct _NwBanner {
  GtkWidget parent;

  GtkWidget *revealer;
  GtkWidget *bar; /* carries the style */
  GtkWidget *label;
  GtkWidget *button;
  char *style;
};

G_DEFINE_FINAL_TYPE(NwBanner, nw_banner, GTK_TYPE_WIDGET)

void
nw_banner_hide(NwBanner *self)
{
  g_return_if_fail(NW_IS_BANNER(self));
  gtk_revealer_set_reveal_child(GTK_REVEALER(self->revealer), FALSE);
}

/* The target stands before the name does: a name without its target is looked up and complained of. */
static void
set_action(GtkActionable *button, const char *detailed)
{
  g_autofree char *name = NULL;
  g_autoptr(GVariant) target = NULL;

  g_return_if_fail(g_action_parse_detailed_name(detailed, &name, &target, NULL));
  gtk_actionable_set_action_name(button, NULL);
  gtk_actionable_set_action_target_value(button, target);
  gtk_actionable_set_action_name(button, name);
}

void
nw_banner_show(NwBanner *self, const char *style, const char *sentence, const char *button,
               const char *action)
{
  g_return_if_fail(NW_IS_BANNER(self));

  if (self->style)
    gtk_widget_remove_css_class(self->bar, self->style);
  g_free(self->style);
  self->style = g_strdup(style);
  gtk_widget_add_css_class(self->bar, style);

  gtk_label_set_label(GTK_LABEL(self->label), sentence);
  gtk_widget_set_visible(self->button, button && action);
  if (button && action) {
    gtk_button_set_label(GTK_BUTTON(self->button), button);
    set_action(GTK_ACTIONABLE(self->button), action);
  }
  gtk_revealer_set_reveal_child(GTK_REVEALER(self->revealer), TRUE);
}

static void
nw_banner_dispose(GObject *object)
{
  NwBanner *self = NW_BANNER(object);

  g_clear_pointer(&self->revealer, gtk_widget_unparent);
  g_clear_pointer(&self->style, g_free);
  G_OBJECT_CLASS(nw_banner_parent_class)->dispose(object);
}

static void
nw_banner_class_init(NwBannerClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_banner_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "nwbanner");
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
nw_banner_init(NwBanner *self)
{
  GtkWidget *close = gtk_button_new_from_icon_name("window-close-symbolic");

  self->revealer = gtk_revealer_new();
  gtk_widget_set_parent(self->revealer, GTK_WIDGET(self));
  self->bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class(self->bar, "nw-banner");
  gtk_revealer_set_child(GTK_REVEALER(self->revealer), self->bar);

  self->label = gtk_label_new(NULL);
  gtk_label_set_wrap(GTK_LABEL(self->label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(self->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable(GTK_LABEL(self->label), TRUE);
  gtk_label_set_xalign(GTK_LABEL(self->label), 0);
  gtk_widget_set_hexpand(self->label, TRUE);
  gtk_box_append(GTK_BOX(self->bar), self->label);

  self->button = gtk_button_new();
  gtk_widget_set_valign(self->button, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(self->bar), self->button);

  gtk_widget_set_valign(close, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class(close, "flat");
  gtk_widget_add_css_class(close, "circular");
  gtk_widget_set_tooltip_text(close, _("Close this message"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(close), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Close this message"), -1);
  g_signal_connect_swapped(close, "clicked", G_CALLBACK(nw_banner_hide), self);
  gtk_box_append(GTK_BOX(self->bar), close);
}

GtkWidget *
nw_banner_new(void)
{
  return g_object_new(NW_TYPE_BANNER, NULL);
}
