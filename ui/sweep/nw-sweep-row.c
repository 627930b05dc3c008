/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "nw-tooltip.h"

struct _NwSweepRow {
  GtkListBoxRow parent;

  char *key;
  GtkWidget *title, *spread, *entry, *error, *remove;
};

G_DEFINE_FINAL_TYPE(NwSweepRow, nw_sweep_row, GTK_TYPE_LIST_BOX_ROW)

enum { SIGNAL_CHANGED, SIGNAL_REMOVE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* The last fits every text. */
static const struct {
  const char *prefix, *title, *help;
} spreads[] = {
    {"linear:", N_("range"),
     N_("Two numbers: 0..0.5. A grid takes five values between them, or as many as "
        "are given: 0..0.5:3")},
    {"log:", N_("log range"),
     N_("Two numbers above 0, on a logarithmic scale: 0.0001..0.1. A grid takes five "
        "values between them, or as many as are given: 0.0001..0.1:4")},
    {"", N_("values"),
     N_("The values to try, with commas between them: 16, 32, 64. Values that have commas "
        "of their own are kept apart by semicolons: 3, 3; 5, 5")},
};

static guint
get_spread(NwSweepRow *self)
{
  return MIN(gtk_drop_down_get_selected(GTK_DROP_DOWN(self->spread)), G_N_ELEMENTS(spreads) - 1);
}

static void
changed_cb(NwSweepRow *self)
{
  nw_tooltip_set(self->entry, _(spreads[get_spread(self)].help));
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static void
remove_cb(NwSweepRow *self)
{
  g_signal_emit(self, signals[SIGNAL_REMOVE], 0);
}

const char *
nw_sweep_row_get_key(NwSweepRow *self)
{
  return self->key;
}

/* A range has no spaces for its reader. */
char *
nw_sweep_row_dup_values(NwSweepRow *self)
{
  const char *prefix = spreads[get_spread(self)].prefix;
  const char *text = gtk_editable_get_text(GTK_EDITABLE(self->entry));
  g_auto(GStrv) parts = g_strsplit(text, " ", -1);
  g_autofree char *dense = g_strjoinv("", parts);

  return g_strconcat(prefix, *prefix ? dense : text, NULL);
}

void
nw_sweep_row_show_error(NwSweepRow *self, const char *sentence)
{
  gtk_label_set_label(GTK_LABEL(self->error), sentence ? sentence : "");
  gtk_widget_set_visible(self->error, sentence != NULL);
  if (sentence)
    gtk_widget_add_css_class(self->entry, "error");
  else
    gtk_widget_remove_css_class(self->entry, "error");
}

static void
name_parts(NwSweepRow *self, const char *title)
{
  g_autofree char *values = g_strdup_printf(_("Values of %s"), title);
  g_autofree char *spread = g_strdup_printf(_("How the values of %s are given"), title);
  g_autofree char *remove = g_strdup_printf(_("Do not vary %s"), title);

  gtk_accessible_update_property(GTK_ACCESSIBLE(self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, values,
                                 -1);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->spread), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 spread, -1);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->remove), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 remove, -1);
  gtk_widget_set_tooltip_text(self->remove, remove);
}

static void
show_values(NwSweepRow *self, const char *values)
{
  guint spread = 0;

  while (!g_str_has_prefix(values, spreads[spread].prefix))
    spread++;
  gtk_drop_down_set_selected(GTK_DROP_DOWN(self->spread), spread);
  gtk_editable_set_text(GTK_EDITABLE(self->entry), values + strlen(spreads[spread].prefix));
}

static void
nw_sweep_row_finalize(GObject *object)
{
  g_free(NW_SWEEP_ROW(object)->key);
  G_OBJECT_CLASS(nw_sweep_row_parent_class)->finalize(object);
}

static void
nw_sweep_row_class_init(NwSweepRowClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_sweep_row_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new("changed", NW_TYPE_SWEEP_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REMOVE] = g_signal_new("remove", NW_TYPE_SWEEP_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
nw_sweep_row_init(NwSweepRow *self)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr(GtkStringList) titles = gtk_string_list_new(NULL);

  for (gsize i = 0; i < G_N_ELEMENTS(spreads); i++)
    gtk_string_list_append(titles, _(spreads[i].title));
  self->title = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(self->title), 0);
  gtk_label_set_ellipsize(GTK_LABEL(self->title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand(self->title, TRUE);
  self->remove = gtk_button_new_from_icon_name("list-remove-symbolic");
  gtk_widget_add_css_class(self->remove, "flat");
  self->spread = gtk_drop_down_new(g_object_ref(G_LIST_MODEL(titles)), NULL);
  self->entry = gtk_entry_new();
  gtk_editable_set_width_chars(GTK_EDITABLE(self->entry), 8);
  gtk_widget_set_hexpand(self->entry, TRUE);
  self->error = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(self->error), 0);
  gtk_label_set_wrap(GTK_LABEL(self->error), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(self->error), 30);
  gtk_widget_set_visible(self->error, FALSE);
  gtk_widget_add_css_class(self->error, "error");
  gtk_widget_add_css_class(self->error, "caption");

  gtk_box_append(GTK_BOX(head), self->title);
  gtk_box_append(GTK_BOX(head), self->remove);
  gtk_box_append(GTK_BOX(line), self->spread);
  gtk_box_append(GTK_BOX(line), self->entry);
  gtk_box_append(GTK_BOX(box), head);
  gtk_box_append(GTK_BOX(box), line);
  gtk_box_append(GTK_BOX(box), self->error);
  gtk_widget_add_css_class(box, "nw-sweep-row");
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(self), box);
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(self), FALSE);
  gtk_widget_set_focusable(GTK_WIDGET(self), FALSE);
  g_signal_connect_swapped(self->remove, "clicked", G_CALLBACK(remove_cb), self);
}

GtkWidget *
nw_sweep_row_new(const char *key, const char *title, const char *help, const char *values)
{
  NwSweepRow *self = g_object_new(NW_TYPE_SWEEP_ROW, NULL);

  self->key = g_strdup(key);
  gtk_label_set_label(GTK_LABEL(self->title), title);
  gtk_widget_set_tooltip_text(self->title, *help ? help : title);
  name_parts(self, title);
  show_values(self, values);
  g_signal_connect_swapped(self->entry, "changed", G_CALLBACK(changed_cb), self);
  g_signal_connect_swapped(self->spread, "notify::selected", G_CALLBACK(changed_cb), self);
  nw_tooltip_set(self->entry, _(spreads[get_spread(self)].help));
  return GTK_WIDGET(self);
}
