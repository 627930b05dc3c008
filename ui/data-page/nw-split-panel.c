/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-split-panel.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _NwSplitPanel {
  GtkWidget parent;

  GtkSpinButton *validation;
  GtkSpinButton *test;
  GtkSwitch *shuffle;
  GtkWidget *seed_row;
  GtkSpinButton *seed;
  AdwComboRow *stratify;
  GtkLabel *counts;

  NwDataSettings *settings;
  GtkStringList *columns; /* of `stratify`: "no", then names */
  gboolean updating;      /* the widgets are being set, not used */
};

G_DEFINE_FINAL_TYPE(NwSplitPanel, nw_split_panel, GTK_TYPE_WIDGET)

enum { SIGNAL_EDITED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
used_cb(NwSplitPanel *self)
{
  NwSplitSettings split = *nw_data_settings_get_split(self->settings);
  guint selected = adw_combo_row_get_selected(self->stratify);
  g_autoptr(NwDataSettings) next = NULL;

  if (self->updating)
    return;
  split.validation = gtk_spin_button_get_value(self->validation) / 100;
  split.test = gtk_spin_button_get_value(self->test) / 100;
  split.shuffle = gtk_switch_get_active(self->shuffle);
  split.seed = (guint64)gtk_spin_button_get_value(self->seed);
  split.stratify = selected == 0 || selected == GTK_INVALID_LIST_POSITION
                       ? NULL
                       : (char *)gtk_string_list_get_string(self->columns, selected);
  next = nw_data_settings_with_split(self->settings, &split);
  g_signal_emit(self, signals[SIGNAL_EDITED], 0, next, _("Change the split"), "split");
}

/* “No”, then every column whose values may be balanced. */
static void
fill_columns(NwSplitPanel *self, NwTable *table)
{
  const char *stratify = nw_data_settings_get_split(self->settings)->stratify;
  gsize n = table ? nw_table_get_n_columns(table) : 0;
  guint selected = 0;

  g_clear_object(&self->columns);
  self->columns = gtk_string_list_new(NULL);
  gtk_string_list_append(self->columns, _("no column"));
  for (gsize i = 0; i < n; i++) {
    const NwTableColumn *column = nw_table_get_column(table, i);

    if (column->guess != NW_COLUMN_CATEGORY && column->guess != NW_COLUMN_BINARY &&
        g_strcmp0(column->name, stratify) != 0)
      continue;
    gtk_string_list_append(self->columns, column->name);
    if (g_strcmp0(column->name, stratify) == 0)
      selected = g_list_model_get_n_items(G_LIST_MODEL(self->columns)) - 1;
  }
  if (stratify && selected == 0) {
    gtk_string_list_append(self->columns, stratify);
    selected = g_list_model_get_n_items(G_LIST_MODEL(self->columns)) - 1;
  }
  adw_combo_row_set_model(self->stratify, G_LIST_MODEL(self->columns));
  adw_combo_row_set_selected(self->stratify, selected);
}

static void
show_counts(NwSplitPanel *self, const NwSplitSettings *split, gsize rows)
{
  gsize validation = (gsize)(split->validation * (double)rows + 0.5);
  gsize test = (gsize)(split->test * (double)rows + 0.5);
  g_autofree char *text = NULL;

  if (rows > 0)
    text = g_strdup_printf(_("About %zu rows train, %zu"
                             " validate, %zu test."),
                           rows - MIN(rows, validation + test), validation, test);
  gtk_label_set_label(self->counts, text ? text : "");
  gtk_widget_set_visible(GTK_WIDGET(self->counts), text != NULL);
}

void
nw_split_panel_set(NwSplitPanel *self, NwDataSettings *settings, NwTable *table)
{
  const NwSplitSettings *split = nw_data_settings_get_split(settings);

  g_return_if_fail(NW_IS_SPLIT_PANEL(self));

  nw_data_settings_ref(settings);
  g_clear_pointer(&self->settings, nw_data_settings_unref);
  self->settings = settings;

  self->updating = TRUE;
  gtk_spin_button_set_value(self->validation, split->validation * 100);
  gtk_spin_button_set_value(self->test, split->test * 100);
  gtk_spin_button_set_value(self->seed, (double)split->seed);
  gtk_switch_set_active(self->shuffle, split->shuffle);
  gtk_widget_set_sensitive(self->seed_row, split->shuffle);
  gtk_widget_set_sensitive(GTK_WIDGET(self->stratify), split->shuffle);
  fill_columns(self, table);
  show_counts(self, split, table ? nw_table_get_n_rows(table) : 0);
  self->updating = FALSE;
}

static void
nw_split_panel_dispose(GObject *object)
{
  NwSplitPanel *self = NW_SPLIT_PANEL(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  self->updating = TRUE;
  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_pointer(&self->settings, nw_data_settings_unref);
  g_clear_object(&self->columns);
  G_OBJECT_CLASS(nw_split_panel_parent_class)->dispose(object);
}

static void
nw_split_panel_class_init(NwSplitPanelClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_split_panel_dispose;
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-split-panel.ui");
  gtk_widget_class_bind_template_child(widget_class, NwSplitPanel, validation);
  gtk_widget_class_bind_template_child(widget_class, NwSplitPanel, test);
  gtk_widget_class_bind_template_child(widget_class, NwSplitPanel, shuffle);
  gtk_widget_class_bind_template_child(widget_class, NwSplitPanel, seed_row);
  gtk_widget_class_bind_template_child(widget_class, NwSplitPanel, seed);
  gtk_widget_class_bind_template_child(widget_class, NwSplitPanel, stratify);
  gtk_widget_class_bind_template_child(widget_class, NwSplitPanel, counts);
  signals[SIGNAL_EDITED] =
      g_signal_new("edited", NW_TYPE_SPLIT_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
}

static void
nw_split_panel_init(NwSplitPanel *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  g_signal_connect_swapped(self->validation, "value-changed", G_CALLBACK(used_cb), self);
  g_signal_connect_swapped(self->test, "value-changed", G_CALLBACK(used_cb), self);
  g_signal_connect_swapped(self->seed, "value-changed", G_CALLBACK(used_cb), self);
  g_signal_connect_swapped(self->shuffle, "notify::active", G_CALLBACK(used_cb), self);
  g_signal_connect_swapped(self->stratify, "notify::selected", G_CALLBACK(used_cb), self);
}
