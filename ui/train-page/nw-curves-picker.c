/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-curves-picker.h"

#include <glib/gi18n.h>

#include "nw-match.h"
#include "nw-tooltip.h"

#define WHAT_CHARS  32 /* of the title of what is drawn */
#define FOLD        12 /* a group of more entries begins folded */
#define LIST_WIDTH  340
#define LIST_HEIGHT 360

struct _NwCurvesPicker {
  GtkWidget parent;

  GtkWidget *button, *label; /* the button's */
  GtkWidget *search, *list;
  GListStore *rows;   /* GtkStringObject: headings and entries that are in sight */
  GHashTable *turned; /* titles of groups that are not folded, or folded, as they began; interned */
  GPtrArray *choices; /* (nullable) NwCurvesChoice */
  guint selected;
};

G_DEFINE_FINAL_TYPE(NwCurvesPicker, nw_curves_picker, GTK_TYPE_WIDGET)

enum { SIGNAL_CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static const NwCurvesChoice *
get(NwCurvesPicker *self, guint i)
{
  return g_ptr_array_index(self->choices, i);
}

/* ── rows ────────────────────────────────────────────────────────────────────────────────────── */

/* What a row is: a heading has its group and how many entries, another its choice's place + 1. */
#define ROW_GROUP  "nw-group"
#define ROW_N      "nw-n"
#define ROW_OPEN   "nw-open"
#define ROW_CHOICE "nw-choice"

static guint
number_of(gpointer row, const char *key)
{
  return GPOINTER_TO_UINT(g_object_get_data(row, key));
}

static void
add_entry(GPtrArray *rows, const char *title, guint choice)
{
  GtkStringObject *row = gtk_string_object_new(title);

  g_object_set_data(G_OBJECT(row), ROW_CHOICE, GUINT_TO_POINTER(choice + 1));
  g_ptr_array_add(rows, row);
}

static void
add_heading(GPtrArray *rows, const char *group, guint n, gboolean open)
{
  GtkStringObject *row = gtk_string_object_new(group);

  g_object_set_data(G_OBJECT(row), ROW_GROUP, (gpointer)group);
  g_object_set_data(G_OBJECT(row), ROW_N, GUINT_TO_POINTER(n));
  g_object_set_data(G_OBJECT(row), ROW_OPEN, GUINT_TO_POINTER(open));
  g_ptr_array_add(rows, row);
}

/* Does every word of @query say something of a choice? “precision 17” finds “answer · precision of
 * “17””. */
static gboolean
answers(const NwCurvesChoice *choice, const char *query)
{
  g_auto(GStrv) words = g_strsplit(query, " ", -1);

  for (guint i = 0; words[i]; i++)
    if (*words[i] && nw_match_rank(words[i], choice->title, choice->group, NULL) < 0)
      return FALSE;
  return TRUE;
}

/* The end of the group that begins at @from. */
static guint
end_of_group(NwCurvesPicker *self, guint from)
{
  guint to = from;

  while (to < self->choices->len && get(self, to)->group == get(self, from)->group)
    to++;
  return to;
}

/* Entries of choices [@from, @to) that answer to @query. */
static void
add_group(NwCurvesPicker *self, GPtrArray *rows, guint from, guint to, const char *query)
{
  const char *group = get(self, from)->group;
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint));
  gboolean open = to - from <= FOLD;

  for (guint i = from; i < to; i++)
    if (answers(get(self, i), query))
      g_array_append_val(found, i);
  if (g_hash_table_contains(self->turned, group))
    open = !open;
  if (*query)
    open = TRUE; /* whoever searches wants to see */
  if (found->len > 0)
    add_heading(rows, group, found->len, open);
  for (guint i = 0; open && i < found->len; i++) {
    guint choice = g_array_index(found, guint, i);
    add_entry(rows, get(self, choice)->title, choice);
  }
}

static void
list_rows(NwCurvesPicker *self)
{
  const char *query = gtk_editable_get_text(GTK_EDITABLE(self->search));
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_object_unref);

  for (guint i = 0, end; self->choices && i < self->choices->len; i = end) {
    end = end_of_group(self, i);
    add_group(self, rows, i, end, query);
  }
  if (rows->len == 0)
    g_ptr_array_add(rows, gtk_string_object_new(_("Nothing is called like that.")));
  g_list_store_splice(self->rows, 0, g_list_model_get_n_items(G_LIST_MODEL(self->rows)),
                      rows->pdata, rows->len);
}

static void
setup_cb(GtkSignalListItemFactory *factory, GtkListItem *item, NwCurvesPicker *self)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *fold = gtk_image_new(), *title = gtk_label_new(NULL), *n = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(title), 0);
  gtk_label_set_ellipsize(GTK_LABEL(title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand(title, TRUE);
  gtk_widget_set_size_request(fold, 16, -1); /* entries begin below their headings' titles */
  gtk_widget_add_css_class(n, "dim-label");
  gtk_widget_add_css_class(n, "nw-number");
  gtk_box_append(GTK_BOX(box), fold);
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), n);
  gtk_list_item_set_child(item, box);
}

static void
bind_cb(GtkSignalListItemFactory *factory, GtkListItem *item, NwCurvesPicker *self)
{
  GtkStringObject *row = gtk_list_item_get_item(item);
  GtkWidget *box = gtk_list_item_get_child(item), *fold = gtk_widget_get_first_child(box);
  GtkWidget *title = gtk_widget_get_next_sibling(fold), *n = gtk_widget_get_last_child(box);
  gboolean is_heading = g_object_get_data(G_OBJECT(row), ROW_GROUP) != NULL;
  g_autofree char *count = g_strdup_printf("%u", number_of(row, ROW_N));

  gtk_image_set_from_icon_name(
      GTK_IMAGE(fold), is_heading
                           ? (number_of(row, ROW_OPEN) ? "pan-down-symbolic" : "pan-end-symbolic")
                       : number_of(row, ROW_CHOICE) == self->selected + 1 ? "object-select-symbolic"
                                                                          : NULL);
  gtk_label_set_label(GTK_LABEL(title), gtk_string_object_get_string(row));
  gtk_widget_set_tooltip_text(box, is_heading ? NULL : gtk_string_object_get_string(row));
  gtk_label_set_label(GTK_LABEL(n), count);
  gtk_widget_set_visible(n, is_heading);
  if (is_heading)
    gtk_widget_add_css_class(title, "caption-heading");
  else
    gtk_widget_remove_css_class(title, "caption-heading");
}

/* ── choosing ────────────────────────────────────────────────────────────────────────────────── */

static void
show_selected(NwCurvesPicker *self)
{
  const NwCurvesChoice *choice = nw_curves_picker_get(self);
  const char *title = choice ? choice->title : "";
  g_autofree char *spoken = g_strdup_printf(_("Which losses or metrics are drawn: %s"), title);

  gtk_label_set_label(GTK_LABEL(self->label), title);
  nw_tooltip_set(self->button, spoken);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 spoken, -1);
  gtk_widget_set_sensitive(self->button, choice != NULL);
}

void
nw_curves_picker_choose(NwCurvesPicker *self, guint index)
{
  g_return_if_fail(NW_IS_CURVES_PICKER(self));
  g_return_if_fail(self->choices && index < self->choices->len);

  if (index == self->selected)
    return;
  self->selected = index;
  show_selected(self);
  g_signal_emit(self, signals[SIGNAL_CHOSEN], 0);
}

static void
activate_cb(GtkListView *list, guint position, NwCurvesPicker *self)
{
  g_autoptr(GtkStringObject) row = g_list_model_get_item(G_LIST_MODEL(self->rows), position);
  const char *group = row ? g_object_get_data(G_OBJECT(row), ROW_GROUP) : NULL;

  if (!row)
    return;
  if (!group && number_of(row, ROW_CHOICE) > 0) {
    gtk_menu_button_popdown(GTK_MENU_BUTTON(self->button));
    nw_curves_picker_choose(self, number_of(row, ROW_CHOICE) - 1);
    return;
  }
  if (!group)
    return;
  if (!g_hash_table_remove(self->turned, group))
    g_hash_table_add(self->turned, (gpointer)group);
  list_rows(self);
}

/* Enter takes what answers best, of several the first. */
static void
search_activate_cb(GtkSearchEntry *search, NwCurvesPicker *self)
{
  const char *query = gtk_editable_get_text(GTK_EDITABLE(search));
  guint n, best = GTK_INVALID_LIST_POSITION;
  int least = G_MAXINT;

  list_rows(self); /* what was just typed may not have been looked for yet */
  n = g_list_model_get_n_items(G_LIST_MODEL(self->rows));
  for (guint i = 0; i < n; i++) {
    g_autoptr(GtkStringObject) row = g_list_model_get_item(G_LIST_MODEL(self->rows), i);
    int rank = nw_match_rank(query, gtk_string_object_get_string(row), NULL, NULL);

    rank = rank < 0 ? G_MAXINT - 1 : rank;
    if (number_of(row, ROW_CHOICE) == 0 || rank >= least)
      continue;
    least = rank;
    best = i;
  }
  if (best != GTK_INVALID_LIST_POSITION)
    activate_cb(GTK_LIST_VIEW(self->list), best, self);
}

static void
opened_cb(GtkPopover *popover, NwCurvesPicker *self)
{
  gtk_editable_set_text(GTK_EDITABLE(self->search), "");
  list_rows(self);
  gtk_widget_grab_focus(self->search);
}

void
nw_curves_picker_set(NwCurvesPicker *self, GPtrArray *choices)
{
  const NwCurvesChoice *old = nw_curves_picker_get(self);
  g_autofree char *title = g_strdup(old ? old->title : NULL);

  g_return_if_fail(NW_IS_CURVES_PICKER(self));

  g_clear_pointer(&self->choices, g_ptr_array_unref);
  self->choices = choices ? g_ptr_array_ref(choices) : NULL;
  self->selected = 0;
  for (guint i = 0; title && choices && i < choices->len; i++)
    if (g_str_equal(get(self, i)->title, title))
      self->selected = i;
  if (gtk_widget_get_mapped(self->list)) /* it stays open under the hand of whoever chooses */
    list_rows(self);
  else
    g_list_store_remove_all(self->rows);
  show_selected(self);
}

const NwCurvesChoice *
nw_curves_picker_get(NwCurvesPicker *self)
{
  return self->choices && self->selected < self->choices->len ? get(self, self->selected) : NULL;
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static GtkWidget *
make_list(NwCurvesPicker *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  GtkNoSelection *model = gtk_no_selection_new(G_LIST_MODEL(g_object_ref(self->rows)));

  g_signal_connect(factory, "setup", G_CALLBACK(setup_cb), self);
  g_signal_connect(factory, "bind", G_CALLBACK(bind_cb), self);
  self->list = gtk_list_view_new(GTK_SELECTION_MODEL(model), factory);
  gtk_list_view_set_single_click_activate(GTK_LIST_VIEW(self->list), TRUE);
  gtk_widget_add_css_class(self->list, "nw-picker");
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Losses and metrics"), -1);
  g_signal_connect(self->list, "activate", G_CALLBACK(activate_cb), self);
  return self->list;
}

static GtkWidget *
make_popover(NwCurvesPicker *self)
{
  GtkWidget *popover = gtk_popover_new(), *scroller = gtk_scrolled_window_new();
  GtkWidget *content = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);

  self->search = gtk_search_entry_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request(scroller, LIST_WIDTH, LIST_HEIGHT);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), make_list(self));
  gtk_box_append(GTK_BOX(content), self->search);
  gtk_box_append(GTK_BOX(content), scroller);
  gtk_popover_set_child(GTK_POPOVER(popover), content);
  g_signal_connect_swapped(self->search, "search-changed", G_CALLBACK(list_rows), self);
  g_signal_connect(self->search, "activate", G_CALLBACK(search_activate_cb), self);
  g_signal_connect(popover, "show", G_CALLBACK(opened_cb), self);
  return popover;
}

static void
nw_curves_picker_dispose(GObject *object)
{
  NwCurvesPicker *self = NW_CURVES_PICKER(object);

  g_clear_pointer(&self->button, gtk_widget_unparent);
  g_clear_object(&self->rows);
  g_clear_pointer(&self->turned, g_hash_table_unref);
  g_clear_pointer(&self->choices, g_ptr_array_unref);
  G_OBJECT_CLASS(nw_curves_picker_parent_class)->dispose(object);
}

static void
nw_curves_picker_class_init(NwCurvesPickerClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_curves_picker_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[SIGNAL_CHOSEN] = g_signal_new("chosen", NW_TYPE_CURVES_PICKER, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
nw_curves_picker_init(NwCurvesPicker *self)
{
  self->rows = g_list_store_new(GTK_TYPE_STRING_OBJECT);
  self->turned = g_hash_table_new(g_direct_hash, g_direct_equal);
  self->button = gtk_menu_button_new();
  self->label = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(self->label), 0);
  gtk_label_set_ellipsize(GTK_LABEL(self->label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars(GTK_LABEL(self->label), WHAT_CHARS);
  gtk_menu_button_set_child(GTK_MENU_BUTTON(self->button), self->label);
  gtk_menu_button_set_always_show_arrow(GTK_MENU_BUTTON(self->button), TRUE);
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(self->button), make_popover(self));
  gtk_widget_set_parent(self->button, GTK_WIDGET(self));
  show_selected(self);
}
