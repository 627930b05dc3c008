/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-queue-button.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define TITLE_CHARS 44

struct _NwQueueButton {
  GtkWidget parent;

  AdwSplitButton *button;
  GtkWidget *list, *empty;
  GListModel *queue;
};

G_DEFINE_FINAL_TYPE(NwQueueButton, nw_queue_button, GTK_TYPE_WIDGET)

static guint remove_signal;

static void
remove_cb(GtkWidget *button, NwQueueButton *self)
{
  g_autoptr(NwQueuedRun) queued = g_object_ref(g_object_get_data(G_OBJECT(button), "queued"));

  g_signal_emit(self, remove_signal, 0, queued); /* the row goes meanwhile */
}

static GtkWidget *
create_row_cb(gpointer item, gpointer data)
{
  NwQueuedRun *queued = item;
  const char *title = nw_queued_run_get_title(queued);
  GtkWidget *row = gtk_list_box_row_new(), *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new(title);
  GtkWidget *remove = gtk_button_new_from_icon_name("list-remove-symbolic");
  g_autofree char *name = g_strdup_printf(_("Take “%s” out of the queue"), title);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars(GTK_LABEL(label), TITLE_CHARS);
  gtk_widget_set_hexpand(label, TRUE);
  gtk_widget_set_margin_start(label, 6);
  gtk_widget_set_tooltip_text(label, title);
  gtk_widget_set_tooltip_text(remove, _("Take it out of the queue"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(remove), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class(remove, "flat");
  g_object_set_data_full(G_OBJECT(remove), "queued", g_object_ref(queued), g_object_unref);
  g_signal_connect(remove, "clicked", G_CALLBACK(remove_cb), data);
  gtk_box_append(GTK_BOX(box), label);
  gtk_box_append(GTK_BOX(box), remove);
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), FALSE);
  return row;
}

/* The button of the list has no name of its own. */
static void
name_list(NwQueueButton *self, const char *name)
{
  for (GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(self->button)); child;
       child = gtk_widget_get_next_sibling(child))
    if (GTK_IS_MENU_BUTTON(child))
      gtk_accessible_update_property(GTK_ACCESSIBLE(child), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                     -1);
}

static void
changed_cb(NwQueueButton *self)
{
  guint n = self->queue ? g_list_model_get_n_items(self->queue) : 0;
  g_autofree char *label = n > 0 ? g_strdup_printf(_("Queue · %u"), n) : g_strdup(_("Queue"));
  g_autofree char *waiting = n > 0 ? g_strdup_printf(ngettext("%u run waits", "%u runs wait", n), n)
                                   : g_strdup(_("Nothing waits"));

  adw_split_button_set_label(self->button, label);
  adw_split_button_set_dropdown_tooltip(self->button, waiting);
  name_list(self, waiting);
  gtk_widget_set_visible(self->list, n > 0);
  gtk_widget_set_visible(self->empty, n == 0);
}

void
nw_queue_button_set_queue(NwQueueButton *self, GListModel *queue)
{
  g_return_if_fail(NW_IS_QUEUE_BUTTON(self));

  if (self->queue)
    g_signal_handlers_disconnect_by_data(self->queue, self);
  g_set_object(&self->queue, queue);
  gtk_list_box_bind_model(GTK_LIST_BOX(self->list), queue, create_row_cb, self, NULL);
  if (queue)
    g_signal_connect_object(queue, "items-changed", G_CALLBACK(changed_cb), self,
                            G_CONNECT_SWAPPED);
  changed_cb(self);
}

static void
nw_queue_button_dispose(GObject *object)
{
  NwQueueButton *self = NW_QUEUE_BUTTON(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  if (self->queue)
    g_signal_handlers_disconnect_by_data(self->queue, self);
  g_clear_object(&self->queue);
  g_clear_pointer(&child, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_queue_button_parent_class)->dispose(object);
}

static void
nw_queue_button_class_init(NwQueueButtonClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_queue_button_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  remove_signal = g_signal_new("remove", NW_TYPE_QUEUE_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, NW_TYPE_QUEUED_RUN);
}

static void
nw_queue_button_init(NwQueueButton *self)
{
  GtkWidget *button = adw_split_button_new(), *popover = gtk_popover_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);

  self->list = gtk_list_box_new();
  self->empty =
      gtk_label_new(_("Nothing waits. What is queued is trained as the project is at that "
                      "moment, one run after the other."));
  gtk_label_set_wrap(GTK_LABEL(self->empty), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(self->empty), TITLE_CHARS);
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class(self->list, "nw-queue");
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Queue"), -1);
  gtk_box_append(GTK_BOX(box), self->empty);
  gtk_box_append(GTK_BOX(box), self->list);
  gtk_popover_set_child(GTK_POPOVER(popover), box);
  self->button = ADW_SPLIT_BUTTON(button);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.queue");
  gtk_widget_set_tooltip_text(button,
                              _("Train the project as it is now after what is being trained "
                                "(Ctrl+F5). Later edits do not reach it."));
  adw_split_button_set_popover(self->button, GTK_POPOVER(popover));
  gtk_widget_add_css_class(button, "flat");
  gtk_widget_set_parent(button, GTK_WIDGET(self));
  changed_cb(self);
}
