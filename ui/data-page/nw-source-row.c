/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-source-row.h"

#include <glib/gi18n.h>

#include "nw-choice-button.h"

struct _NwSourceRow {
  GtkListBoxRow parent;

  char *name;
  GtkWidget *facts;
};

G_DEFINE_FINAL_TYPE(NwSourceRow, nw_source_row, GTK_TYPE_LIST_BOX_ROW)

enum { SIGNAL_USE_CHOSEN, SIGNAL_REMOVE, SIGNAL_RELOAD, N_SIGNALS };
static guint signals[N_SIGNALS];

const char *
nw_source_row_get_name(NwSourceRow *self)
{
  return self->name;
}

void
nw_source_row_set_table(NwSourceRow *self, NwTable *table, const GError *error)
{
  g_autofree char *text = NULL;

  g_return_if_fail(NW_IS_SOURCE_ROW(self));

  gtk_widget_remove_css_class(self->facts, "error");
  if (error) {
    gtk_widget_add_css_class(self->facts, "error");
    gtk_label_set_label(GTK_LABEL(self->facts), error->message);
    return;
  }
  if (!table) {
    gtk_label_set_label(GTK_LABEL(self->facts), _("Reading…"));
    return;
  }
  text = g_strdup_printf(_("%zu rows, %zu columns · %s"), nw_table_get_n_rows(table),
                         nw_table_get_n_columns(table), _(nw_table_get_reader(table)->title));
  gtk_label_set_label(GTK_LABEL(self->facts), text);
}

static void
use_chosen_cb(NwSourceRow *self, guint use)
{
  g_signal_emit(self, signals[SIGNAL_USE_CHOSEN], 0, use);
}

static void
remove_cb(NwSourceRow *self)
{
  g_signal_emit(self, signals[SIGNAL_REMOVE], 0);
}

static void
reload_cb(NwSourceRow *self)
{
  g_signal_emit(self, signals[SIGNAL_RELOAD], 0);
}

static void
nw_source_row_finalize(GObject *object)
{
  g_free(NW_SOURCE_ROW(object)->name);
  G_OBJECT_CLASS(nw_source_row_parent_class)->finalize(object);
}

static void
nw_source_row_class_init(NwSourceRowClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_source_row_finalize;
  signals[SIGNAL_USE_CHOSEN] = g_signal_new("use-chosen", NW_TYPE_SOURCE_ROW, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_REMOVE] = g_signal_new("remove", NW_TYPE_SOURCE_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_RELOAD] = g_signal_new("reload", NW_TYPE_SOURCE_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
nw_source_row_init(NwSourceRow *self)
{
}

static GtkWidget *
create_label(const char *text, const char *style, gboolean wrap)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  if (wrap) {
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  } else {
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
  }
  gtk_widget_add_css_class(label, style);
  return label;
}

static GtkWidget *
create_button(NwSourceRow *self, const char *icon, const char *format, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name(icon);
  g_autofree char *text = g_strdup_printf(format, self->name);

  gtk_widget_add_css_class(button, "flat");
  gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text(button, text);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_signal_connect_swapped(button, "clicked", callback, self);
  return button;
}

GtkWidget *
nw_source_row_new(const NwDataSource *source)
{
  NwSourceRow *self = g_object_new(NW_TYPE_SOURCE_ROW, NULL);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *texts = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *use = nw_choice_button_new(nw_source_use_choices, _("Which rows it holds"));
  GtkWidget *path = create_label(source->path, "caption", FALSE);

  self->name = g_strdup(source->name);
  self->facts = create_label(NULL, "caption", TRUE);
  gtk_widget_add_css_class(path, "dim-label");
  gtk_widget_set_tooltip_text(path, source->path);
  gtk_box_append(GTK_BOX(texts), create_label(source->name, "nw-title", FALSE));
  gtk_box_append(GTK_BOX(texts), path);
  gtk_box_append(GTK_BOX(texts), self->facts);
  nw_choice_button_set_selected(NW_CHOICE_BUTTON(use), source->use);
  gtk_widget_set_halign(use, GTK_ALIGN_START);
  g_signal_connect_swapped(use, "chosen", G_CALLBACK(use_chosen_cb), self);
  gtk_box_append(GTK_BOX(texts), use);
  gtk_widget_set_hexpand(texts, TRUE);
  gtk_box_append(GTK_BOX(box), texts);
  gtk_box_append(GTK_BOX(box), create_button(self, "view-refresh-symbolic", _("Read “%s” again"),
                                             G_CALLBACK(reload_cb)));
  gtk_box_append(GTK_BOX(box), create_button(self, "user-trash-symbolic", _("Remove “%s”"),
                                             G_CALLBACK(remove_cb)));
  gtk_widget_add_css_class(box, "nw-source");
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(self), box);
  return GTK_WIDGET(self);
}
