/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-export-row.h"

#include <glib/gi18n.h>

struct _NwExportRow {
  GtkListBoxRow parent;

  GtkWidget *button;
  GtkWidget *spinner;
  GtkWidget *result;
  const char *style; /* of the result */
};

G_DEFINE_FINAL_TYPE(NwExportRow, nw_export_row, GTK_TYPE_LIST_BOX_ROW)

enum { SIGNAL_EXPORT, N_SIGNALS };
static guint signals[N_SIGNALS];

void
nw_export_row_set_busy(NwExportRow *self, gboolean busy)
{
  g_return_if_fail(NW_IS_EXPORT_ROW(self));

  gtk_widget_set_sensitive(self->button, !busy);
  gtk_spinner_set_spinning(GTK_SPINNER(self->spinner), busy);
}

void
nw_export_row_set_result(NwExportRow *self, const char *sentence, const char *style)
{
  g_return_if_fail(NW_IS_EXPORT_ROW(self));

  if (self->style)
    gtk_widget_remove_css_class(self->result, self->style);
  self->style = g_intern_string(style);
  gtk_widget_add_css_class(self->result, self->style);
  gtk_label_set_label(GTK_LABEL(self->result), sentence);
  gtk_widget_set_visible(self->result, TRUE);
}

static void
clicked_cb(NwExportRow *self)
{
  g_signal_emit(self, signals[SIGNAL_EXPORT], 0);
}

static void
nw_export_row_class_init(NwExportRowClass *class)
{
  signals[SIGNAL_EXPORT] = g_signal_new("export", NW_TYPE_EXPORT_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
nw_export_row_init(NwExportRow *self)
{
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(self), FALSE);
}

static GtkWidget *
create_label(const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  if (style)
    gtk_widget_add_css_class(label, style);
  return label;
}

static void
append_fact(GtkWidget *box, const char *name, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text(text, -1);
  g_autofree char *markup = g_strdup_printf("<span alpha='60%%'>%s</span> %s", name, escaped);
  GtkWidget *label = create_label(NULL, "caption");

  gtk_label_set_markup(GTK_LABEL(label), markup);
  gtk_box_append(GTK_BOX(box), label);
}

GtkWidget *
nw_export_row_new(const char *title, const char *readers, const char *carries, const char *lacks)
{
  NwExportRow *self = g_object_new(NW_TYPE_EXPORT_ROW, NULL);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *spoken = g_strdup_printf(_("Export: %s"), title);

  gtk_box_append(GTK_BOX(texts), create_label(title, "nw-title"));
  append_fact(texts, _("read by"), readers);
  append_fact(texts, _("carries"), carries);
  if (lacks)
    append_fact(texts, _("lacks"), lacks);
  self->result = create_label(NULL, "caption");
  gtk_label_set_selectable(GTK_LABEL(self->result), TRUE);
  gtk_widget_set_visible(self->result, FALSE);
  gtk_box_append(GTK_BOX(texts), self->result);
  gtk_widget_set_hexpand(texts, TRUE);

  self->spinner = gtk_spinner_new();
  self->button = gtk_button_new_with_label(_("Export…"));
  gtk_widget_set_valign(self->button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 spoken, -1);
  g_signal_connect_swapped(self->button, "clicked", G_CALLBACK(clicked_cb), self);
  gtk_box_append(GTK_BOX(box), texts);
  gtk_box_append(GTK_BOX(box), self->spinner);
  gtk_box_append(GTK_BOX(box), self->button);
  gtk_widget_add_css_class(box, "nw-export");
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(self), box);
  return GTK_WIDGET(self);
}
