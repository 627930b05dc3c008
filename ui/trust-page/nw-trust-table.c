/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-trust-table.h"

#include <glib/gi18n.h>

#define NAME_CHARS   20
#define COLUMN_CHARS 8
#define GAP          3

/* From left to right, behind the name. */
static const NwTrustOrder columns[] = {
    NW_TRUST_BY_PREVALENCE,
    NW_TRUST_BY_POSITIVES,
    NW_TRUST_BY_LOSS,
    NW_TRUST_BY_AUC,
    NW_TRUST_BY_AP,
    NW_TRUST_BY_SKILL,
    NW_TRUST_BY_ECE,
    NW_TRUST_BY_FLOOR,
    NW_TRUST_BY_THRESHOLD,
    NW_TRUST_BY_F1,
    NW_TRUST_BY_TEST_F1,
    NW_TRUST_BY_PRECISION,
    NW_TRUST_BY_TEST_PRECISION,
    NW_TRUST_BY_RECALL,
    NW_TRUST_BY_TEST_RECALL,
};
#define N_COLUMNS G_N_ELEMENTS(columns)

struct _NwTrustTable {
  GtkWidget parent;

  GtkWidget *box;
  GtkBox *head;
  GtkListView *view;

  GtkStringList *rows; /* as many as are shown; what is in them stands in the list */
  GtkSingleSelection *selection;
  GPtrArray *bound; /* GtkListItem, those that have a row now */
  PangoTabArray *tabs;
  GtkWidget *titles[NW_TRUST_N_ORDERS]; /* labels of the head */
  int name_width, column_width;         /* px */

  const NwTrustList *list;
  gboolean updating;
};

G_DEFINE_FINAL_TYPE(NwTrustTable, nw_trust_table, GTK_TYPE_WIDGET)

enum { SIGNAL_ORDER, SIGNAL_ITEM_SELECTED, SIGNAL_ITEM_ACTIVATED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── rows ────────────────────────────────────────────────────────────────────────────────────── */

static char *
dup_numbers(const NwTrustEntry *entry)
{
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < N_COLUMNS; i++) {
    g_autofree char *number = nw_trust_entry_dup_text(entry, columns[i]);

    g_string_append_c(text, '\t');
    g_string_append(text, number);
  }
  return g_string_free(text, FALSE);
}

static void
show_row(NwTrustTable *self, GtkListItem *item)
{
  guint position = gtk_list_item_get_position(item);
  GtkWidget *box = gtk_list_item_get_child(item);
  GtkWidget *name = gtk_widget_get_first_child(box), *numbers = gtk_widget_get_last_child(box);
  const NwTrustEntry *entry;
  g_autofree char *text = NULL;

  if (!self->list || position >= self->list->shown->len)
    return;
  entry = nw_trust_list_get_shown(self->list, position);
  text = dup_numbers(entry);
  gtk_label_set_label(GTK_LABEL(name), entry->name);
  gtk_label_set_label(GTK_LABEL(numbers), text);
  if (entry->is_muted)
    gtk_widget_add_css_class(box, "dim-label");
  else
    gtk_widget_remove_css_class(box, "dim-label");
}

static void
setup_cb(NwTrustTable *self, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *name = gtk_label_new(NULL), *numbers = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(name), 0);
  gtk_label_set_ellipsize(GTK_LABEL(name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars(GTK_LABEL(name), 1);
  gtk_widget_set_size_request(name, self->name_width, -1);
  gtk_widget_set_hexpand(name, TRUE);
  gtk_label_set_xalign(GTK_LABEL(numbers), 0);
  gtk_label_set_tabs(GTK_LABEL(numbers), self->tabs);
  gtk_widget_set_size_request(numbers, (int)N_COLUMNS * self->column_width, -1);
  gtk_widget_add_css_class(numbers, "nw-number");
  gtk_box_append(GTK_BOX(box), name);
  gtk_box_append(GTK_BOX(box), numbers);
  gtk_list_item_set_child(item, box);
}

static void
bind_cb(NwTrustTable *self, GtkListItem *item)
{
  g_ptr_array_add(self->bound, item);
  show_row(self, item);
}

static void
unbind_cb(NwTrustTable *self, GtkListItem *item)
{
  g_ptr_array_remove_fast(self->bound, item);
}

static void
selected_cb(NwTrustTable *self)
{
  guint position = gtk_single_selection_get_selected(self->selection);

  if (!self->updating && position != GTK_INVALID_LIST_POSITION)
    g_signal_emit(self, signals[SIGNAL_ITEM_SELECTED], 0, position);
}

static void
activated_cb(NwTrustTable *self, guint position)
{
  g_signal_emit(self, signals[SIGNAL_ITEM_ACTIVATED], 0, position);
}

/* ── head ────────────────────────────────────────────────────────────────────────────────────── */

static void
pressed_cb(NwTrustTable *self, GtkWidget *button)
{
  guint order = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(button), "nw-order"));

  g_signal_emit(self, signals[SIGNAL_ORDER], 0, order);
}

static void
append_title(NwTrustTable *self, NwTrustOrder order, int width)
{
  const NwTrustColumn *column = &nw_trust_columns[order];
  GtkWidget *button = gtk_button_new(), *label = gtk_label_new(_(column->title));

  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_xalign(GTK_LABEL(label), order == NW_TRUST_BY_NAME ? 0 : 1);
  gtk_label_set_yalign(GTK_LABEL(label), 1);
  gtk_label_set_justify(GTK_LABEL(label),
                        order == NW_TRUST_BY_NAME ? GTK_JUSTIFY_LEFT : GTK_JUSTIFY_RIGHT);
  gtk_label_set_width_chars(GTK_LABEL(label), 1);
  gtk_label_set_max_width_chars(GTK_LABEL(label), 1);
  gtk_widget_add_css_class(label, "caption");
  gtk_button_set_child(GTK_BUTTON(button), label);
  gtk_widget_add_css_class(button, "flat");
  gtk_widget_set_size_request(button, width, -1);
  gtk_widget_set_hexpand(button, order == NW_TRUST_BY_NAME);
  gtk_widget_set_tooltip_text(button, _(column->help));
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _(column->title), -1);
  g_object_set_data(G_OBJECT(button), "nw-order", GUINT_TO_POINTER(order));
  g_signal_connect_swapped(button, "clicked", G_CALLBACK(pressed_cb), self);
  gtk_box_append(self->head, button);
  self->titles[order] = label;
}

/* An arrow behind the column that everything is sorted by: up where small numbers come first. */
static void
show_titles(NwTrustTable *self, NwTrustOrder order, gboolean reversed)
{
  gboolean rises =
      (nw_trust_columns[order].rises || order == NW_TRUST_BY_NAME) != (reversed != FALSE);

  for (guint i = 0; i < NW_TRUST_N_ORDERS; i++) {
    const char *title = _(nw_trust_columns[i].title);
    g_autofree char *text =
        i == (guint)order ? g_strdup_printf("%s %s", title, rises ? "▴" : "▾") : g_strdup(title);

    if (!self->titles[i])
      continue;
    gtk_label_set_label(GTK_LABEL(self->titles[i]), text);
    if (i == (guint)order)
      gtk_widget_remove_css_class(self->titles[i], "dim-label");
    else
      gtk_widget_add_css_class(self->titles[i], "dim-label");
  }
}

/* ── widget ──────────────────────────────────────────────────────────────────────────────────── */

void
nw_trust_table_set(NwTrustTable *self, const NwTrustList *list, NwTrustOrder order,
                   gboolean reversed, int selected)
{
  guint n = list ? list->shown->len : 0;
  guint had = g_list_model_get_n_items(G_LIST_MODEL(self->rows));

  g_return_if_fail(NW_IS_TRUST_TABLE(self));

  self->updating = TRUE;
  self->list = list;
  if (n != had) {
    g_autofree const char **empty = g_new0(const char *, n + 1);

    for (guint i = 0; i < n; i++)
      empty[i] = "";
    gtk_string_list_splice(self->rows, 0, had, empty);
  }
  for (guint i = 0; i < self->bound->len; i++)
    show_row(self, g_ptr_array_index(self->bound, i));
  gtk_single_selection_set_selected(self->selection,
                                    selected < 0 ? GTK_INVALID_LIST_POSITION : (guint)selected);
  show_titles(self, order, reversed);
  self->updating = FALSE;
}

/* Numbers of one width: columns are as wide as so many digits. */
static void
measure_columns(NwTrustTable *self)
{
  PangoContext *context = gtk_widget_get_pango_context(GTK_WIDGET(self));
  PangoFontMetrics *metrics = pango_context_get_metrics(context, NULL, NULL);
  int digit = PANGO_PIXELS_CEIL(pango_font_metrics_get_approximate_digit_width(metrics));

  pango_font_metrics_unref(metrics);
  self->name_width = NAME_CHARS * digit;
  self->column_width = COLUMN_CHARS * digit + GAP;
  self->tabs = pango_tab_array_new(N_COLUMNS, TRUE);
  for (int i = 0; i < (int)N_COLUMNS; i++)
    pango_tab_array_set_tab(self->tabs, i, PANGO_TAB_RIGHT, (i + 1) * self->column_width);
}

static void
nw_trust_table_dispose(GObject *object)
{
  NwTrustTable *self = NW_TRUST_TABLE(object);

  self->updating = TRUE;
  self->list = NULL;
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->selection);
  g_clear_pointer(&self->bound, g_ptr_array_unref);
  g_clear_pointer(&self->tabs, pango_tab_array_free);
  G_OBJECT_CLASS(nw_trust_table_parent_class)->dispose(object);
}

static void
nw_trust_table_class_init(NwTrustTableClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_trust_table_dispose;
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-trust-table.ui");
  gtk_widget_class_bind_template_child(widget_class, NwTrustTable, box);
  gtk_widget_class_bind_template_child(widget_class, NwTrustTable, head);
  gtk_widget_class_bind_template_child(widget_class, NwTrustTable, view);
  signals[SIGNAL_ORDER] = g_signal_new("order", NW_TYPE_TRUST_TABLE, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_ITEM_SELECTED] =
      g_signal_new("item-selected", NW_TYPE_TRUST_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_ITEM_ACTIVATED] =
      g_signal_new("item-activated", NW_TYPE_TRUST_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
nw_trust_table_init(NwTrustTable *self)
{
  g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new();

  gtk_widget_init_template(GTK_WIDGET(self));
  measure_columns(self);
  append_title(self, NW_TRUST_BY_NAME, self->name_width);
  for (guint i = 0; i < N_COLUMNS; i++)
    append_title(self, columns[i], self->column_width);
  self->bound = g_ptr_array_new();
  self->rows = gtk_string_list_new(NULL);
  self->selection = gtk_single_selection_new(G_LIST_MODEL(self->rows));
  gtk_single_selection_set_autoselect(self->selection, FALSE);
  gtk_single_selection_set_can_unselect(self->selection, TRUE);
  g_signal_connect_swapped(factory, "setup", G_CALLBACK(setup_cb), self);
  g_signal_connect_swapped(factory, "bind", G_CALLBACK(bind_cb), self);
  g_signal_connect_swapped(factory, "unbind", G_CALLBACK(unbind_cb), self);
  gtk_list_view_set_factory(self->view, factory);
  gtk_list_view_set_model(self->view, GTK_SELECTION_MODEL(self->selection));
  g_signal_connect_object(self->selection, "notify::selected", G_CALLBACK(selected_cb), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_swapped(self->view, "activate", G_CALLBACK(activated_cb), self);
}
