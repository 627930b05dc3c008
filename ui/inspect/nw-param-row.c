/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-param-row-private.h"

#include <glib/gi18n.h>

struct _NwParamRow {
  GtkListBoxRow parent_instance;
  const NwParamSpec *spec;
  GtkWidget *editor, *error, *reset;
  char *text; /* what is shown; NULL: several values */
  gboolean initial, showing;
};

G_DEFINE_FINAL_TYPE(NwParamRow, nw_param_row, GTK_TYPE_LIST_BOX_ROW)

enum { COMMIT, N_SIGNALS };
static guint signals[N_SIGNALS];

void
param_row_commit(NwParamRow *row, const char *text)
{
  if (row->showing || g_strcmp0(row->text, text) == 0) {
    if (!row->showing)
      nw_param_row_show_error(row, NULL);
    return;
  }
  g_signal_emit(row, signals[COMMIT], 0, text);
}

static void
reset_cb(GtkButton *button, NwParamRow *row)
{
  param_row_commit(row, row->spec->initial);
}

static void
nw_param_row_finalize(GObject *object)
{
  g_free(NW_PARAM_ROW(object)->text);
  G_OBJECT_CLASS(nw_param_row_parent_class)->finalize(object);
}

static void
nw_param_row_class_init(NwParamRowClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_param_row_finalize;
  signals[COMMIT] = g_signal_new("commit", NW_TYPE_PARAM_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
nw_param_row_init(NwParamRow *row)
{
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), FALSE);
  gtk_list_box_row_set_selectable(GTK_LIST_BOX_ROW(row), FALSE);
  gtk_widget_set_focusable(GTK_WIDGET(row), FALSE);
  gtk_widget_add_css_class(GTK_WIDGET(row), "nw-param");
}

static GtkWidget *
make_reset(NwParamRow *row)
{
  GtkWidget *button = gtk_button_new_from_icon_name("edit-undo-symbolic");
  g_autofree char *text = g_strdup_printf(_("Back to the default: %s"),
                                          *row->spec->initial ? row->spec->initial : _("nothing"));

  gtk_widget_add_css_class(button, "flat");
  gtk_widget_add_css_class(button, "nw-reset");
  gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text(button, text);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_signal_connect(button, "clicked", G_CALLBACK(reset_cb), row);
  return button;
}

GtkWidget *
nw_param_row_new(const NwParamSpec *spec)
{
  NwParamRow *row = g_object_new(NW_TYPE_PARAM_ROW, NULL);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new(_(spec->title)), *unit;

  row->spec = spec;
  row->editor = nw_param_editors[spec->type].make(row, spec);
  row->reset = make_reset(row);
  row->error = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(title), 0);
  gtk_label_set_wrap(GTK_LABEL(title), TRUE);
  gtk_widget_set_hexpand(title, TRUE);
  gtk_widget_set_valign(row->editor, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text(GTK_WIDGET(row), spec->help ? _(spec->help) : NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(row->editor), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _(spec->title), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                 spec->help ? _(spec->help) : "", -1);
  gtk_label_set_xalign(GTK_LABEL(row->error), 0);
  gtk_label_set_wrap(GTK_LABEL(row->error), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(row->error), 20);
  gtk_widget_add_css_class(row->error, "error");
  gtk_widget_add_css_class(row->error, "caption");
  gtk_widget_hide(row->error);

  gtk_box_append(GTK_BOX(line), title);
  gtk_box_append(GTK_BOX(line), row->reset);
  if (!spec->wide)
    gtk_box_append(GTK_BOX(line), row->editor);
  if (spec->unit) {
    unit = gtk_label_new(_(spec->unit));
    gtk_widget_add_css_class(unit, "dim-label");
    gtk_box_append(GTK_BOX(line), unit);
  }
  gtk_box_append(GTK_BOX(box), line);
  if (spec->wide) {
    gtk_widget_add_css_class(row->editor, "monospace");
    gtk_box_append(GTK_BOX(box), row->editor);
  }
  gtk_box_append(GTK_BOX(box), row->error);
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
  return GTK_WIDGET(row);
}

const NwParamSpec *
nw_param_row_get_spec(NwParamRow *row)
{
  return row->spec;
}

void
nw_param_row_show(NwParamRow *row, const char *text, gboolean initial)
{
  row->showing = TRUE;
  g_free(row->text);
  row->text = g_strdup(text);
  row->initial = initial;
  nw_param_editors[row->spec->type].show(row->editor, row->spec, text);
  gtk_widget_set_visible(row->reset, !initial);
  row->showing = FALSE;
  nw_param_row_show_error(row, NULL);
}

void
nw_param_row_show_error(NwParamRow *row, const char *sentence)
{
  gtk_label_set_text(GTK_LABEL(row->error), sentence ? sentence : "");
  gtk_widget_set_visible(row->error, sentence != NULL);
  if (sentence)
    gtk_widget_add_css_class(row->editor, "error");
  else
    gtk_widget_remove_css_class(row->editor, "error");
  gtk_accessible_update_state(GTK_ACCESSIBLE(row->editor), GTK_ACCESSIBLE_STATE_INVALID,
                              sentence ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                              -1);
}

gboolean
nw_param_row_is_initial(NwParamRow *row)
{
  return row->initial;
}

const char *
nw_param_row_get_text(NwParamRow *row)
{
  return row->text;
}
