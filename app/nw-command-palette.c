/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-command-palette.h"

#include <glib/gi18n.h>

#include "nw-actions.h"
#include "nw-window.h"

struct _NwCommandPalette {
  AdwWindow parent;

  GtkWidget *entry;
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE(NwCommandPalette, nw_command_palette, ADW_TYPE_WINDOW)

static const NwActionInfo *
row_get_action(GtkListBoxRow *row)
{
  return g_object_get_data(G_OBJECT(row), "nw-action");
}

/* Every word of the search occurs in the title or the section. */
static gboolean
matches(const NwActionInfo *action, const char *search)
{
  g_autofree char *text = g_strdup_printf("%s %s", _(action->title), _(action->section));
  g_autofree char *folded = g_utf8_casefold(text, -1);
  g_autofree char *wanted = g_utf8_casefold(search, -1);
  g_auto(GStrv) words = g_strsplit_set(wanted, " ", -1);

  for (char **word = words; *word; word++)
    if (!strstr(folded, *word))
      return FALSE;
  return TRUE;
}

static gboolean
filter_cb(GtkListBoxRow *row, gpointer data)
{
  NwCommandPalette *self = data;

  return matches(row_get_action(row), gtk_editable_get_text(GTK_EDITABLE(self->entry)));
}

/* Titles that begin with the search come first; else the order is that of the table. */
static int
sort_cb(GtkListBoxRow *a, GtkListBoxRow *b, gpointer data)
{
  NwCommandPalette *self = data;
  const NwActionInfo *first = row_get_action(a), *second = row_get_action(b);
  const char *search = gtk_editable_get_text(GTK_EDITABLE(self->entry));
  g_autofree char *wanted = g_utf8_casefold(search, -1);
  g_autofree char *one = g_utf8_casefold(_(first->title), -1);
  g_autofree char *other = g_utf8_casefold(_(second->title), -1);
  int order = g_str_has_prefix(other, wanted) - g_str_has_prefix(one, wanted);

  return order ? order : (first > second) - (first < second);
}

static GtkListBoxRow *
find_visible(NwCommandPalette *self, int from, int step)
{
  GtkListBoxRow *row;

  for (int i = from; (row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(self->list), i)); i += step)
    if (gtk_widget_get_child_visible(GTK_WIDGET(row)))
      return row;
  return NULL;
}

static void
search_changed_cb(NwCommandPalette *self)
{
  gtk_list_box_invalidate_filter(GTK_LIST_BOX(self->list));
  gtk_list_box_invalidate_sort(GTK_LIST_BOX(self->list));
  gtk_list_box_select_row(GTK_LIST_BOX(self->list), find_visible(self, 0, 1));
}

/* The window must be gone before the command runs, or what it opens would belong to it. */
static void
run(NwCommandPalette *self, GtkListBoxRow *row)
{
  GtkWindow *window = gtk_window_get_transient_for(GTK_WINDOW(self));
  const NwActionInfo *action = row ? row_get_action(row) : NULL;

  if (!action)
    return;
  gtk_window_destroy(GTK_WINDOW(self));
  nw_window_run(NW_WINDOW(window), action->name);
}

static void
row_activated_cb(NwCommandPalette *self, GtkListBoxRow *row)
{
  run(self, row);
}

static void
entry_activated_cb(NwCommandPalette *self)
{
  run(self, gtk_list_box_get_selected_row(GTK_LIST_BOX(self->list)));
}

/* Arrows move through the list while the text keeps the focus. */
static gboolean
key_pressed_cb(NwCommandPalette *self, guint keyval, guint keycode, GdkModifierType state)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(self->list));
  int step = keyval == GDK_KEY_Down ? 1 : keyval == GDK_KEY_Up ? -1 : 0;

  if (!step || !row)
    return GDK_EVENT_PROPAGATE;
  row = find_visible(self, gtk_list_box_row_get_index(row) + step, step);
  if (row) {
    gtk_list_box_select_row(GTK_LIST_BOX(self->list), row);
    gtk_widget_grab_focus(GTK_WIDGET(row));
    gtk_widget_grab_focus(self->entry);
    gtk_editable_set_position(GTK_EDITABLE(self->entry), -1);
  }
  return GDK_EVENT_STOP;
}

static char *
dup_accel_label(const char *accel)
{
  guint key;
  GdkModifierType modifiers;

  if (!accel || !gtk_accelerator_parse(accel, &key, &modifiers))
    return NULL;
  return gtk_accelerator_get_label(key, modifiers);
}

static GtkWidget *
create_row(const NwActionInfo *action)
{
  g_autofree char *accel = dup_accel_label(action->accel);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = gtk_label_new(_(action->title));
  GtkWidget *section = gtk_label_new(_(action->section));
  GtkWidget *keys = gtk_label_new(accel);
  GtkWidget *row = gtk_list_box_row_new();

  gtk_label_set_xalign(GTK_LABEL(title), 0);
  gtk_label_set_ellipsize(GTK_LABEL(title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand(title, TRUE);
  gtk_widget_add_css_class(section, "dim-label");
  gtk_widget_add_css_class(section, "caption");
  gtk_widget_add_css_class(keys, "dim-label");
  gtk_label_set_width_chars(GTK_LABEL(keys), 12);
  gtk_label_set_xalign(GTK_LABEL(keys), 1);
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), section);
  gtk_box_append(GTK_BOX(box), keys);
  gtk_widget_add_css_class(box, "nw-command");
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
  g_object_set_data(G_OBJECT(row), "nw-action", (gpointer)action);
  return row;
}

static void
nw_command_palette_class_init(NwCommandPaletteClass *class)
{
  gtk_widget_class_add_binding_action(GTK_WIDGET_CLASS(class), GDK_KEY_Escape, 0, "window.close",
                                      NULL);
}

static void
nw_command_palette_init(NwCommandPalette *self)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new();
  GtkEventController *keys = gtk_event_controller_key_new();
  GtkWidget *placeholder = gtk_label_new(_("No command is called like that."));

  gtk_window_set_default_size(GTK_WINDOW(self), 560, 420);
  gtk_window_set_modal(GTK_WINDOW(self), TRUE);
  gtk_window_set_title(GTK_WINDOW(self), _("Find a command"));
  gtk_window_set_decorated(GTK_WINDOW(self), FALSE);

  self->entry = gtk_search_entry_new();
  g_object_set(self->entry, "placeholder-text", _("What would you like to do?"), NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Find a command"), -1);
  self->list = gtk_list_box_new();
  gtk_widget_add_css_class(self->list, "navigation-sidebar");
  gtk_list_box_set_placeholder(GTK_LIST_BOX(self->list), placeholder);
  gtk_list_box_set_filter_func(GTK_LIST_BOX(self->list), filter_cb, self, NULL);
  gtk_list_box_set_sort_func(GTK_LIST_BOX(self->list), sort_cb, self, NULL);
  for (gsize i = 0; i < nw_n_actions; i++)
    gtk_list_box_append(GTK_LIST_BOX(self->list), create_row(&nw_actions[i]));

  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->list);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand(scroller, TRUE);
  gtk_widget_add_css_class(box, "nw-page");
  gtk_box_append(GTK_BOX(box), self->entry);
  gtk_box_append(GTK_BOX(box), scroller);
  adw_window_set_content(ADW_WINDOW(self), box);

  g_signal_connect_swapped(self->entry, "search-changed", G_CALLBACK(search_changed_cb), self);
  g_signal_connect_swapped(self->entry, "activate", G_CALLBACK(entry_activated_cb), self);
  g_signal_connect_swapped(self->entry, "stop-search", G_CALLBACK(gtk_window_close), self);
  g_signal_connect_swapped(self->list, "row-activated", G_CALLBACK(row_activated_cb), self);
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped(keys, "key-pressed", G_CALLBACK(key_pressed_cb), self);
  gtk_widget_add_controller(GTK_WIDGET(self), keys);
  search_changed_cb(self);
}

void
nw_command_palette_open(GtkWindow *window)
{
  GtkWidget *palette = g_object_new(NW_TYPE_COMMAND_PALETTE, "transient-for", window, NULL);

  gtk_window_present(GTK_WINDOW(palette));
}
