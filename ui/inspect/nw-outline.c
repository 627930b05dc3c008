/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-outline.h"

#include "nw-match.h"
#include "nw-node-draw.h"
#include "nw-outline-item.h"
#include "nw-swatch.h"

#include <glib/gi18n.h>

struct _NwOutline {
  GtkWidget parent_instance;
  GtkWidget *box, *entry, *list;
  GListStore *store; /* NwOutlineItem */
  GtkFilter *filter; /* by what was typed */
  GtkSelectionModel *selection;
  gboolean setting;
};

G_DEFINE_FINAL_TYPE(NwOutline, nw_outline, GTK_TYPE_WIDGET)

enum { SELECT, SHOW_NODE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── rows ────────────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  GtkWidget *swatch, *title, *line, *warning, *shape;
} Row;

static void
setup_cb(GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer data)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GdkRGBA none = {0, 0, 0, 0};
  Row *row = g_new0(Row, 1);

  row->swatch = nw_swatch_new(&none);
  row->title = gtk_label_new(NULL);
  row->line = gtk_label_new(NULL);
  row->warning = gtk_image_new_from_icon_name("dialog-warning-symbolic");
  row->shape = gtk_label_new(NULL);
  gtk_label_set_ellipsize(GTK_LABEL(row->title), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize(GTK_LABEL(row->line), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign(GTK_LABEL(row->line), 0);
  gtk_widget_set_hexpand(row->line, TRUE);
  gtk_widget_add_css_class(row->line, "dim-label");
  gtk_widget_add_css_class(row->line, "caption");
  gtk_widget_add_css_class(row->shape, "dim-label");
  gtk_widget_add_css_class(row->shape, "caption");
  gtk_widget_add_css_class(row->shape, "nw-number");
  gtk_widget_add_css_class(row->warning, "warning");
  gtk_box_append(GTK_BOX(box), row->swatch);
  gtk_box_append(GTK_BOX(box), row->title);
  gtk_box_append(GTK_BOX(box), row->line);
  gtk_box_append(GTK_BOX(box), row->warning);
  gtk_box_append(GTK_BOX(box), row->shape);
  g_object_set_data_full(G_OBJECT(box), "row", row, g_free);
  gtk_list_item_set_child(list_item, box);
}

static void
bind_cb(GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer data)
{
  NwOutlineItem *item = gtk_list_item_get_item(list_item);
  GtkWidget *box = gtk_list_item_get_child(list_item);
  Row *row = g_object_get_data(G_OBJECT(box), "row");

  nw_swatch_set_color(NW_SWATCH(row->swatch), nw_category_rgba(item->category));
  gtk_label_set_text(GTK_LABEL(row->title), item->title);
  gtk_label_set_text(GTK_LABEL(row->line), item->line);
  gtk_label_set_text(GTK_LABEL(row->shape), item->shape ? item->shape : "");
  gtk_widget_set_visible(row->warning, item->problem != NULL);
  gtk_widget_set_tooltip_text(box, item->problem);
}

/* ── selection ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
matches_cb(gpointer item, gpointer data)
{
  NwOutlineItem *self = item;
  const char *query = gtk_editable_get_text(GTK_EDITABLE(NW_OUTLINE(data)->entry));

  return nw_match_rank(query, self->title, self->kind, self->line) >= 0;
}

static void
searched_cb(GtkEditable *editable, NwOutline *outline)
{
  outline->setting = TRUE; /* searching selects nothing */
  gtk_filter_changed(outline->filter, GTK_FILTER_CHANGE_DIFFERENT);
  outline->setting = FALSE;
}

static guint
uid_at(NwOutline *outline, guint position)
{
  g_autoptr(NwOutlineItem) item = g_list_model_get_item(G_LIST_MODEL(outline->selection), position);

  return item->uid;
}

static void
selection_changed_cb(GtkSelectionModel *model, guint position, guint n_items, NwOutline *outline)
{
  g_autoptr(GtkBitset) chosen = NULL;
  g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(guint));
  GtkBitsetIter iter;
  guint at;

  if (outline->setting)
    return;
  chosen = gtk_selection_model_get_selection(model);
  for (gboolean more = gtk_bitset_iter_init_first(&iter, chosen, &at); more;
       more = gtk_bitset_iter_next(&iter, &at)) {
    guint uid = uid_at(outline, at);
    g_array_append_val(uids, uid);
  }
  g_signal_emit(outline, signals[SELECT], 0, uids->data, uids->len);
}

static void
activate_cb(GtkListView *list, guint position, NwOutline *outline)
{
  g_signal_emit(outline, signals[SHOW_NODE], 0, uid_at(outline, position));
}

void
nw_outline_set_selection(NwOutline *outline, const guint *uids, gsize n)
{
  g_autoptr(GHashTable) wanted = g_hash_table_new(NULL, NULL);
  g_autoptr(GtkBitset) chosen = gtk_bitset_new_empty();
  guint n_items = g_list_model_get_n_items(G_LIST_MODEL(outline->selection));
  g_autoptr(GtkBitset) all = gtk_bitset_new_range(0, n_items);

  for (gsize i = 0; i < n; i++)
    g_hash_table_add(wanted, GUINT_TO_POINTER(uids[i]));
  for (guint i = 0; n > 0 && i < n_items; i++) {
    if (g_hash_table_contains(wanted, GUINT_TO_POINTER(uid_at(outline, i))))
      gtk_bitset_add(chosen, i);
  }
  outline->setting = TRUE;
  gtk_selection_model_set_selection(outline->selection, chosen, all);
  outline->setting = FALSE;
}

/* ── model ───────────────────────────────────────────────────────────────────────────────────── */

static GHashTable *
first_problems(NwInference *inference)
{
  GHashTable *texts = g_hash_table_new(NULL, NULL);
  guint n = inference ? nw_inference_get_n_problems(inference) : 0;

  for (guint i = n; i-- > 0;) {
    const NwProblem *problem = nw_inference_get_problem(inference, i);
    if (problem->severity != NW_SEVERITY_HINT)
      g_hash_table_insert(texts, GUINT_TO_POINTER(problem->node), problem->message);
  }
  return texts;
}

/* Replaces only the stretch of rows that differs, so that scrolling and focus stay. */
static void
replace(GListStore *store, GPtrArray *items)
{
  guint old_n = g_list_model_get_n_items(G_LIST_MODEL(store)), head = 0, tail = 0;

  while (head < old_n && head < items->len) {
    g_autoptr(NwOutlineItem) old = g_list_model_get_item(G_LIST_MODEL(store), head);
    if (!nw_outline_item_equal(old, items->pdata[head]))
      break;
    head++;
  }
  while (head + tail < old_n && head + tail < items->len) {
    g_autoptr(NwOutlineItem) old = g_list_model_get_item(G_LIST_MODEL(store), old_n - 1 - tail);
    if (!nw_outline_item_equal(old, items->pdata[items->len - 1 - tail]))
      break;
    tail++;
  }
  if (head + tail < MAX(old_n, items->len))
    g_list_store_splice(store, head, old_n - head - tail, items->pdata + head,
                        items->len - head - tail);
}

void
nw_outline_set_graph(NwOutline *outline, NwGraph *graph, NwInference *inference)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_object_unref);
  g_autoptr(GHashTable) problems = first_problems(inference);
  g_autofree guint *order = nw_graph_dup_order(graph);

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, order[i]);
    const char *problem = g_hash_table_lookup(problems, GUINT_TO_POINTER(node->uid));
    g_ptr_array_add(items, nw_outline_item_new(graph, node, inference, problem));
  }
  outline->setting = TRUE;
  replace(outline->store, items);
  outline->setting = FALSE;
}

/* ── class ───────────────────────────────────────────────────────────────────────────────────── */

static void
nw_outline_dispose(GObject *object)
{
  NwOutline *outline = NW_OUTLINE(object);

  g_clear_object(&outline->store);
  g_clear_pointer(&outline->box, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_outline_parent_class)->dispose(object);
}

static void
nw_outline_class_init(NwOutlineClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_outline_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "nodelist");
  signals[SELECT] = g_signal_new("select", NW_TYPE_OUTLINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_UINT);
  signals[SHOW_NODE] = g_signal_new("show-node", NW_TYPE_OUTLINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
nw_outline_init(NwOutline *outline)
{
  GtkWidget *scroller = gtk_scrolled_window_new();
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  GListModel *shown;

  outline->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  outline->entry = gtk_search_entry_new();
  g_object_set(outline->entry, "placeholder-text", _("Search nodes"), NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(outline->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Search nodes"), -1);
  g_signal_connect(factory, "setup", G_CALLBACK(setup_cb), NULL);
  g_signal_connect(factory, "bind", G_CALLBACK(bind_cb), NULL);
  outline->store = g_list_store_new(NW_TYPE_OUTLINE_ITEM);
  outline->filter = GTK_FILTER(gtk_custom_filter_new(matches_cb, outline, NULL));
  shown = G_LIST_MODEL(
      gtk_filter_list_model_new(G_LIST_MODEL(g_object_ref(outline->store)), outline->filter));
  outline->selection = GTK_SELECTION_MODEL(gtk_multi_selection_new(shown));
  g_signal_connect(outline->entry, "changed", G_CALLBACK(searched_cb), outline);
  g_signal_connect(outline->selection, "selection-changed", G_CALLBACK(selection_changed_cb),
                   outline);
  outline->list = gtk_list_view_new(outline->selection, factory);
  gtk_widget_add_css_class(outline->list, "navigation-sidebar");
  gtk_widget_add_css_class(outline->list, "nw-outline");
  gtk_accessible_update_property(GTK_ACCESSIBLE(outline->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("All nodes"), -1);
  g_signal_connect(outline->list, "activate", G_CALLBACK(activate_cb), outline);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), outline->list);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand(scroller, TRUE);
  gtk_box_append(GTK_BOX(outline->box), outline->entry);
  gtk_box_append(GTK_BOX(outline->box), scroller);
  gtk_widget_set_parent(outline->box, GTK_WIDGET(outline));
}

GtkWidget *
nw_outline_new(void)
{
  return g_object_new(NW_TYPE_OUTLINE, NULL);
}
