/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-search-popover.h"

#include "nw-match.h"
#include "nw-swatch.h"

#include <glib/gi18n.h>

struct _NwSearchPopover {
  GtkPopover parent_instance;
  GtkWidget *entry, *list, *scroller;
  NwSearchItem *items; /* [n] */
  guint n;
  NwSearchFunc chosen;
  gpointer data;
};

G_DEFINE_FINAL_TYPE(NwSearchPopover, nw_search_popover, GTK_TYPE_POPOVER)

static NwSearchItem *
item_of(GtkListBoxRow *row)
{
  return g_object_get_data(G_OBJECT(row), "item");
}

static int
rank(NwSearchPopover *self, const NwSearchItem *item)
{
  const char *query = gtk_editable_get_text(GTK_EDITABLE(self->entry));

  return nw_match_rank(query, item->title, item->words, item->subtitle);
}

static gboolean
filter_cb(GtkListBoxRow *row, gpointer data)
{
  return rank(data, item_of(row)) >= 0;
}

static int
sort_cb(GtkListBoxRow *a, GtkListBoxRow *b, gpointer data)
{
  const NwSearchItem *x = item_of(a), *y = item_of(b);
  int by_rank = rank(data, x) - rank(data, y);

  if (x->faint != y->faint)
    return x->faint ? 1 : -1;
  return by_rank ? by_rank : x < y ? -1 : x > y;
}

static GtkListBoxRow *
next_shown(NwSearchPopover *self, int from, int by)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(self->list), from += by)))
    if (gtk_widget_get_child_visible(GTK_WIDGET(row)))
      return row;
  return NULL;
}

static void
select_row(NwSearchPopover *self, GtkListBoxRow *row)
{
  GtkAdjustment *adjustment =
      gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(self->scroller));
  double y = 0;

  if (!row)
    return;
  gtk_list_box_select_row(GTK_LIST_BOX(self->list), row);
  gtk_widget_translate_coordinates(GTK_WIDGET(row), self->list, 0, 0, NULL, &y);
  gtk_adjustment_clamp_page(adjustment, y, y + gtk_widget_get_height(GTK_WIDGET(row)));
}

static void
changed_cb(GtkEditable *editable, NwSearchPopover *self)
{
  gtk_list_box_invalidate_filter(GTK_LIST_BOX(self->list));
  gtk_list_box_invalidate_sort(GTK_LIST_BOX(self->list));
  select_row(self, next_shown(self, -1, 1));
}

static void
choose(NwSearchPopover *self, GtkListBoxRow *row)
{
  NwSearchFunc chosen = self->chosen;
  guint id;

  if (!row)
    return;
  id = item_of(row)->id;
  gtk_popover_popdown(GTK_POPOVER(self));
  chosen(id, self->data);
}

static void
activate_cb(GtkEntry *entry, NwSearchPopover *self)
{
  choose(self, gtk_list_box_get_selected_row(GTK_LIST_BOX(self->list)));
}

static void
row_activated_cb(GtkListBox *list, GtkListBoxRow *row, NwSearchPopover *self)
{
  choose(self, row);
}

/* Up and Down move in the list while the entry keeps the focus; Tab stays here. */
static gboolean
key_cb(GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state,
       NwSearchPopover *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(self->list));
  int by = keyval == GDK_KEY_Down || keyval == GDK_KEY_Tab          ? 1
           : keyval == GDK_KEY_Up || keyval == GDK_KEY_ISO_Left_Tab ? -1
                                                                    : 0;

  if (by == 0)
    return FALSE;
  select_row(self, next_shown(self, row ? gtk_list_box_row_get_index(row) : -1, by));
  return TRUE;
}

static GtkWidget *
make_row(NwSearchItem *item)
{
  GtkWidget *row = gtk_list_box_row_new(), *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *texts = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *title, *subtitle;

  title = gtk_label_new(item->title);
  gtk_label_set_xalign(GTK_LABEL(title), 0);
  subtitle = gtk_label_new(item->subtitle);
  gtk_label_set_xalign(GTK_LABEL(subtitle), 0);
  gtk_label_set_ellipsize(GTK_LABEL(subtitle), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class(subtitle, "dim-label");
  gtk_widget_add_css_class(subtitle, "caption");
  gtk_box_append(GTK_BOX(texts), title);
  gtk_box_append(GTK_BOX(texts), subtitle);
  gtk_box_append(GTK_BOX(box), nw_swatch_new(&item->color));
  gtk_box_append(GTK_BOX(box), texts);
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
  gtk_widget_set_tooltip_text(row, item->subtitle);
  if (item->faint)
    gtk_widget_add_css_class(row, "dim-label");
  gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, item->title,
                                 -1);
  g_object_set_data(G_OBJECT(row), "item", item);
  return row;
}

static void
clear_items(NwSearchPopover *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child(self->list)))
    gtk_list_box_remove(GTK_LIST_BOX(self->list), row);
  for (guint i = 0; i < self->n; i++) {
    g_free(self->items[i].title);
    g_free(self->items[i].subtitle);
    g_free(self->items[i].words);
  }
  g_clear_pointer(&self->items, g_free);
  self->n = 0;
}

static void
nw_search_popover_dispose(GObject *object)
{
  NwSearchPopover *self = NW_SEARCH_POPOVER(object);

  if (self->list)
    clear_items(self);
  self->list = NULL;
  G_OBJECT_CLASS(nw_search_popover_parent_class)->dispose(object);
}

static void
nw_search_popover_class_init(NwSearchPopoverClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_search_popover_dispose;
}

static void
nw_search_popover_init(NwSearchPopover *self)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkEventController *keys = gtk_event_controller_key_new();

  self->entry = gtk_search_entry_new();
  self->list = gtk_list_box_new();
  self->scroller = gtk_scrolled_window_new();
  gtk_widget_add_css_class(GTK_WIDGET(self), "nw-search");
  gtk_widget_add_css_class(self->list, "navigation-sidebar");
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(self->list), GTK_SELECTION_BROWSE);
  gtk_list_box_set_filter_func(GTK_LIST_BOX(self->list), filter_cb, self, NULL);
  gtk_list_box_set_sort_func(GTK_LIST_BOX(self->list), sort_cb, self, NULL);
  gtk_list_box_set_placeholder(GTK_LIST_BOX(self->list), gtk_label_new(_("Nothing by that name")));
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), self->list);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(self->scroller), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(self->scroller), 320);
  gtk_widget_set_size_request(self->scroller, 290, -1);
  gtk_box_append(GTK_BOX(box), self->entry);
  gtk_box_append(GTK_BOX(box), self->scroller);
  gtk_popover_set_child(GTK_POPOVER(self), box);
  gtk_popover_set_position(GTK_POPOVER(self), GTK_POS_BOTTOM);

  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect(keys, "key-pressed", G_CALLBACK(key_cb), self);
  gtk_widget_add_controller(self->entry, keys);
  g_signal_connect(self->entry, "changed", G_CALLBACK(changed_cb), self);
  g_signal_connect(self->entry, "activate", G_CALLBACK(activate_cb), self);
  g_signal_connect_swapped(self->entry, "stop-search", G_CALLBACK(gtk_popover_popdown), self);
  g_signal_connect(self->list, "row-activated", G_CALLBACK(row_activated_cb), self);
}

GtkWidget *
nw_search_popover_new(void)
{
  return g_object_new(NW_TYPE_SEARCH_POPOVER, NULL);
}

void
nw_search_popover_open(NwSearchPopover *self, const NwSearchItem *items, guint n,
                       const char *placeholder, double x, double y, NwSearchFunc chosen,
                       gpointer data)
{
  clear_items(self);
  self->items = g_new0(NwSearchItem, n);
  self->n = n;
  self->chosen = chosen;
  self->data = data;
  gtk_editable_set_text(GTK_EDITABLE(self->entry), "");
  g_object_set(self->entry, "placeholder-text", placeholder, NULL);
  for (guint i = 0; i < n; i++) {
    self->items[i] = items[i];
    self->items[i].title = g_strdup(items[i].title);
    self->items[i].subtitle = g_strdup(items[i].subtitle);
    self->items[i].words = g_strdup(items[i].words);
    gtk_list_box_append(GTK_LIST_BOX(self->list), make_row(&self->items[i]));
  }
  gtk_popover_set_pointing_to(GTK_POPOVER(self), &(GdkRectangle){x, y, 1, 1});
  gtk_popover_popup(GTK_POPOVER(self));
  gtk_widget_grab_focus(self->entry);
  select_row(self, next_shown(self, -1, 1));
}
