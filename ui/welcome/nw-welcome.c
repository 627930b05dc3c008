/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-welcome.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "nw-examples.h"
#include "nw-thumbnail.h"

#define MAX_RECENT 6

struct _NwWelcome {
  GtkWidget parent;

  GtkWidget *examples_box;
  GtkFlowBox *examples;
  GtkWidget *recent_box;
  GtkListBox *recent;
};

G_DEFINE_FINAL_TYPE(NwWelcome, nw_welcome, GTK_TYPE_WIDGET)

static GtkWidget *
create_card(NwExample *example)
{
  GtkWidget *button = gtk_button_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = gtk_label_new(example->title);
  GtkWidget *text = gtk_label_new(example->description);

  gtk_label_set_xalign(GTK_LABEL(title), 0);
  gtk_widget_add_css_class(title, "heading");
  gtk_label_set_xalign(GTK_LABEL(text), 0);
  gtk_label_set_yalign(GTK_LABEL(text), 0);
  gtk_label_set_wrap(GTK_LABEL(text), TRUE);
  gtk_label_set_lines(GTK_LABEL(text), 6);
  gtk_label_set_ellipsize(GTK_LABEL(text), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars(GTK_LABEL(text), 28);
  gtk_box_append(GTK_BOX(box), nw_thumbnail_new(g_steal_pointer(&example->drawing)));
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), text);

  gtk_widget_set_valign(box, GTK_ALIGN_START);
  gtk_button_set_child(GTK_BUTTON(button), box);
  gtk_widget_add_css_class(button, "nw-example");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open-example");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", example->path);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 example->title, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                 example->description, -1);
  return button;
}

static void
fill_examples(NwWelcome *self)
{
  g_autoptr(GPtrArray) list = nw_examples_list();
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->examples))))
    gtk_flow_box_remove(self->examples, child);
  for (guint i = 0; i < list->len; i++) {
    gtk_flow_box_append(self->examples, create_card(g_ptr_array_index(list, i)));
    /* The button inside takes the focus, not the cell around it. */
    gtk_widget_set_focusable(gtk_widget_get_last_child(GTK_WIDGET(self->examples)), FALSE);
  }
  gtk_widget_set_visible(self->examples_box, list->len > 0);
}

static GtkWidget *
create_recent_row(GtkRecentInfo *info)
{
  g_autofree char *uri_display = gtk_recent_info_get_uri_display(info);
  g_autofree char *title = g_markup_escape_text(gtk_recent_info_get_display_name(info), -1);
  g_autofree char *subtitle = g_markup_escape_text(uri_display ? uri_display : "", -1);
  GtkWidget *row = adw_action_row_new();

  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
  adw_action_row_add_suffix(ADW_ACTION_ROW(row), gtk_image_new_from_icon_name("go-next-symbolic"));
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), TRUE);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(row), "win.open-uri");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(row), "s", gtk_recent_info_get_uri(info));
  return row;
}

static void
fill_recent(NwWelcome *self)
{
  GList *items = gtk_recent_manager_get_items(gtk_recent_manager_get_default());
  GtkWidget *child;
  guint n = 0;

  while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->recent))))
    gtk_list_box_remove(self->recent, child);
  for (GList *l = items; l && n < MAX_RECENT; l = l->next) {
    if (!g_str_has_suffix(gtk_recent_info_get_uri(l->data), ".netwright") ||
        !gtk_recent_info_exists(l->data))
      continue;
    gtk_list_box_append(self->recent, create_recent_row(l->data));
    n++;
  }
  gtk_widget_set_visible(self->recent_box, n > 0);
  g_list_free_full(items, (GDestroyNotify)gtk_recent_info_unref);
}

void
nw_welcome_refresh(NwWelcome *self)
{
  g_return_if_fail(NW_IS_WELCOME(self));

  fill_examples(self);
  fill_recent(self);
}

static void
nw_welcome_dispose(GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  g_clear_pointer(&child, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_welcome_parent_class)->dispose(object);
}

static void
nw_welcome_class_init(NwWelcomeClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_welcome_dispose;
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/github/netwright/Netwright/ui/nw-welcome.ui");
  gtk_widget_class_bind_template_child(widget_class, NwWelcome, examples_box);
  gtk_widget_class_bind_template_child(widget_class, NwWelcome, examples);
  gtk_widget_class_bind_template_child(widget_class, NwWelcome, recent_box);
  gtk_widget_class_bind_template_child(widget_class, NwWelcome, recent);
}

static void
nw_welcome_init(NwWelcome *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
