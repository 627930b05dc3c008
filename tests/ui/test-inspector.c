/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Forms made from parameter tables, the inspector, the palette, and the page that joins them. */
#include <adwaita.h>

#include "nw-design-page.h"
#include "nw-fact-list.h"
#include "nw-match.h"
#include "nw-node-page.h"
#include "nw-outline.h"
#include "nw-palette.h"
#include "nw-param-form.h"
#include "nw-param-row.h"
#include "sample-graphs.h"

/* ── forms ───────────────────────────────────────────────────────────────────────────────────── */

static const NwChoice *
colours(void)
{
  static const NwChoice list[] = {{"red", "Red"}, {"blue", "Blue"}, {NULL, NULL}};

  return list;
}

static const NwParamSpec table[] = {
    {"count", "Count", "How many", NW_PARAM_INT, "3", 1, 10},
    {"rate", "Rate", "How fast", NW_PARAM_REAL, "0.5", 0, 1},
    {"colour", "Colour", "Which", NW_PARAM_CHOICE, "red", .choices = colours},
    {"shade", "Shade", "Of blue", NW_PARAM_TEXT, "dark", .when = "colour=blue"},
    {"on", "On", "Whether", NW_PARAM_BOOL, "true", .group = "More"},
    {NULL},
};

typedef struct {
  NwParamForm *form;
  char *key, *text;
} Sheet;

static void
changed_cb(NwParamForm *form, const char *key, const char *text, Sheet *sheet)
{
  g_free(sheet->key);
  g_free(sheet->text);
  sheet->key = g_strdup(key);
  sheet->text = g_strdup(text);
}

static void
open_sheet(Sheet *sheet, gconstpointer data)
{
  sheet->form = g_object_ref_sink(NW_PARAM_FORM(nw_param_form_new()));
  g_signal_connect(sheet->form, "changed", G_CALLBACK(changed_cb), sheet);
}

static void
close_sheet(Sheet *sheet, gconstpointer data)
{
  g_object_add_weak_pointer(G_OBJECT(sheet->form), (gpointer *)&sheet->form);
  g_object_unref(sheet->form);
  g_assert_null(sheet->form);
  g_free(sheet->key);
  g_free(sheet->text);
}

static NwParamRow *
row(Sheet *sheet, const char *key)
{
  return NW_PARAM_ROW(nw_param_form_find_row(sheet->form, key));
}

/* The first descendant of a type. */
static GtkWidget *
find(GtkWidget *widget, GType type)
{
  GtkWidget *child, *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE(widget, type))
    return widget;
  for (child = gtk_widget_get_first_child(widget); child && !found;
       child = gtk_widget_get_next_sibling(child))
    found = find(child, type);
  return found;
}

static GtkWidget *
editor(Sheet *sheet, const char *key, GType type)
{
  return find(GTK_WIDGET(row(sheet, key)), type);
}

static const char *
error_of(Sheet *sheet, const char *key)
{
  GtkWidget *label =
      gtk_widget_get_last_child(gtk_list_box_row_get_child(GTK_LIST_BOX_ROW(row(sheet, key))));

  return gtk_widget_get_visible(label) ? gtk_label_get_text(GTK_LABEL(label)) : NULL;
}

static void
set_one(Sheet *sheet, NwParams *params)
{
  nw_param_form_set_values(sheet->form, &params, 1);
}

static void
test_rows(Sheet *sheet, gconstpointer data)
{
  g_autoptr(NwParams) params = nw_params_new(table), blue = NULL;

  set_one(sheet, params);
  g_assert_cmpstr(nw_param_row_get_text(row(sheet, "count")), ==, "3");
  g_assert_true(nw_param_row_is_initial(row(sheet, "count")));
  g_assert_false(gtk_widget_get_visible(GTK_WIDGET(row(sheet, "shade")))); /* not blue */
  g_assert_false(gtk_widget_get_visible(GTK_WIDGET(row(sheet, "on"))));    /* folded */
  blue = nw_params_with(params, "colour", "blue", NULL);
  set_one(sheet, blue);
  g_assert_true(gtk_widget_get_visible(GTK_WIDGET(row(sheet, "shade"))));
  g_assert_false(nw_param_row_is_initial(row(sheet, "colour")));
}

static void
test_edits(Sheet *sheet, gconstpointer data)
{
  g_autoptr(NwParams) params = nw_params_new(table);

  set_one(sheet, params);
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(editor(sheet, "count", GTK_TYPE_SPIN_BUTTON)), 7);
  g_assert_cmpstr(sheet->key, ==, "count");
  g_assert_cmpstr(sheet->text, ==, "7");
  gtk_drop_down_set_selected(GTK_DROP_DOWN(editor(sheet, "colour", GTK_TYPE_DROP_DOWN)), 1);
  g_assert_cmpstr(sheet->text, ==, "blue");
  gtk_switch_set_active(GTK_SWITCH(editor(sheet, "on", GTK_TYPE_SWITCH)), FALSE);
  g_assert_cmpstr(sheet->text, ==, "false");
}

static void
test_wrong_text(Sheet *sheet, gconstpointer data)
{
  g_autoptr(NwParams) params = nw_params_new(table);
  GtkWidget *entry, *spin;

  set_one(sheet, params);
  entry = editor(sheet, "rate", GTK_TYPE_ENTRY);
  gtk_editable_set_text(GTK_EDITABLE(entry), "much");
  g_signal_emit_by_name(entry, "activate");
  g_assert_nonnull(strstr(error_of(sheet, "rate"), "much"));
  spin = editor(sheet, "count", GTK_TYPE_SPIN_BUTTON);
  gtk_editable_set_text(GTK_EDITABLE(spin), "99");
  gtk_spin_button_update(GTK_SPIN_BUTTON(spin));
  g_assert_nonnull(strstr(error_of(sheet, "count"), "99"));
  g_assert_cmpfloat(gtk_spin_button_get_value(GTK_SPIN_BUTTON(spin)), ==, 3);
  g_assert_null(sheet->key); /* nothing was changed */
  gtk_editable_set_text(GTK_EDITABLE(entry), "0.25");
  g_signal_emit_by_name(entry, "activate");
  g_assert_cmpstr(sheet->text, ==, "0.25");
}

static void
test_several(Sheet *sheet, gconstpointer data)
{
  g_autoptr(NwParams) one = nw_params_new(table);
  g_autoptr(NwParams) other = nw_params_with(one, "rate", "0.75", NULL);
  NwParams *both[] = {one, other};

  nw_param_form_set_values(sheet->form, both, 2);
  g_assert_cmpstr(nw_param_row_get_text(row(sheet, "count")), ==, "3");
  g_assert_null(nw_param_row_get_text(row(sheet, "rate")));
  g_signal_emit_by_name(editor(sheet, "rate", GTK_TYPE_ENTRY), "activate");
  g_assert_null(sheet->key); /* looking at it changes nothing */
  gtk_editable_set_text(GTK_EDITABLE(editor(sheet, "rate", GTK_TYPE_ENTRY)), "0.1");
  g_signal_emit_by_name(editor(sheet, "rate", GTK_TYPE_ENTRY), "activate");
  g_assert_cmpstr(sheet->text, ==, "0.1");
}

static void
test_rows_stay(Sheet *sheet, gconstpointer data)
{
  g_autoptr(NwParams) params = nw_params_new(table);
  g_autoptr(NwParams) other = nw_params_with(params, "count", "5", NULL);
  NwParamRow *before;

  set_one(sheet, params);
  before = row(sheet, "count");
  set_one(sheet, other);
  g_assert_true(before == row(sheet, "count")); /* and with it the focus */
}

/* ── inspector ───────────────────────────────────────────────────────────────────────────────── */

static void
take_graph_cb(gpointer part, gpointer graph, const char *label, const char *merge_key,
              NwGraph **last)
{
  g_clear_pointer(last, nw_graph_unref);
  *last = nw_graph_ref(graph);
}

static void
test_all_outputs_at_once(void)
{
  g_autoptr(NwGraph) graph = sample_graph("outputs"), last = NULL;
  NwNodePage *page = g_object_ref_sink(NW_NODE_PAGE(nw_node_page_new()));
  g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(guint));
  NwParamForm *form;
  guint n_set = 0;

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    if (node->layer->kind->role == NW_ROLE_OUTPUT)
      g_array_append_val(uids, node->uid);
  }
  g_assert_cmpuint(uids->len, ==, 200);
  g_signal_connect(page, "edited", G_CALLBACK(take_graph_cb), &last);
  nw_node_page_set_graph(page, graph, NULL);
  nw_node_page_set_selection(page, (const guint *)uids->data, uids->len);
  form = NW_PARAM_FORM(find(GTK_WIDGET(page), NW_TYPE_PARAM_FORM));
  g_signal_emit_by_name(form, "changed", "weight", "0.25");
  g_assert_nonnull(last);
  for (guint i = 0; i < uids->len; i++) {
    const NwNode *node = nw_graph_find_node(last, g_array_index(uids, guint, i));
    n_set += nw_params_get_real(node->layer->params, "weight") == 0.25;
  }
  g_assert_cmpuint(n_set, ==, 200);
  g_object_unref(page);
}

static void
test_numbers(void)
{
  g_autofree char *count = nw_count_to_text(25088), *small = nw_count_to_text(12);
  g_autofree char *negative = nw_count_to_text(-123456);

  g_assert_cmpstr(count, ==, "25\u202f088");
  g_assert_cmpstr(small, ==, "12");
  g_assert_cmpstr(negative, ==, "-123\u202f456");
}

/* ── palette ─────────────────────────────────────────────────────────────────────────────────── */

static void
test_match(void)
{
  g_assert_cmpint(nw_match_rank("", "Dense", "dense", NULL), ==, 0);
  g_assert_cmpint(nw_match_rank("dense", "Dense", "dense", NULL), ==, 0);
  g_assert_cmpint(nw_match_rank("max pool", "MaxPooling2D", "max_pooling2d", NULL), ==, 1);
  g_assert_cmpint(nw_match_rank("pooling", "MaxPooling2D", "max_pooling2d", NULL), ==, 2);
  g_assert_cmpint(nw_match_rank("zebra", "Dense", "dense", "Weighs all"), ==, -1);
  g_assert_cmpint(nw_match_rank("weighs", "Dense", "dense", "Weighs all"), ==, 4);
}

static void
added_cb(NwPalette *palette, gpointer preset, const NwLayerPreset **added)
{
  *added = preset;
}

static guint
count_chips(GtkWidget *widget)
{
  guint n = GTK_IS_FLOW_BOX_CHILD(widget);

  for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
       child = gtk_widget_get_next_sibling(child))
    n += count_chips(child);
  return n;
}

static void
test_palette(void)
{
  NwPalette *palette = g_object_ref_sink(NW_PALETTE(nw_palette_new()));
  GtkWidget *entry = find(GTK_WIDGET(palette), GTK_TYPE_SEARCH_ENTRY);
  const NwLayerPreset *added = NULL;
  guint n;

  for (n = 0; nw_layer_presets()[n].title; n++)
    ;
  g_assert_cmpuint(count_chips(GTK_WIDGET(palette)), ==, n); /* all kinds, from the registry */
  g_signal_connect(palette, "add", G_CALLBACK(added_cb), &added);
  g_signal_emit_by_name(entry, "activate");
  g_assert_null(added); /* nothing was typed */
  gtk_editable_set_text(GTK_EDITABLE(entry), "drop");
  g_signal_emit_by_name(entry, "activate");
  g_assert_cmpstr(added->kind->id, ==, "dropout");
  gtk_editable_set_text(GTK_EDITABLE(entry), "time distributed");
  g_signal_emit_by_name(entry, "activate");
  g_assert_cmpstr(added->params, ==, "per_step=true");
  gtk_editable_set_text(GTK_EDITABLE(entry), "bidirectional lstm");
  g_signal_emit_by_name(entry, "activate");
  g_assert_cmpstr(added->params, ==, "bidirectional=true");
  g_object_unref(palette);
}

/* ── page ────────────────────────────────────────────────────────────────────────────────────── */

static void
test_page(void)
{
  g_autoptr(NwGraph) graph = sample_graph("small"), last = NULL;
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(NwFindings) findings = sample_findings(graph, inference);
  NwDesignPage *page = g_object_ref_sink(NW_DESIGN_PAGE(nw_design_page_new()));
  NwCanvas *canvas = nw_design_page_get_canvas(page);
  guint uid = nw_graph_find_node_by_name(graph, "hidden")->uid;
  gsize n;

  g_signal_connect(page, "edited", G_CALLBACK(take_graph_cb), &last);
  nw_design_page_set_graph(page, graph, inference, findings);
  nw_design_page_show_node(page, uid);
  g_assert_cmpuint(*nw_canvas_get_selection(canvas, &n), ==, uid);
  g_signal_emit_by_name(find(GTK_WIDGET(page), NW_TYPE_PARAM_FORM), "changed", "units", "12");
  g_assert_cmpint(nw_params_get_int(nw_graph_find_node(last, uid)->layer->params, "units"), ==, 12);
  g_signal_emit_by_name(find(GTK_WIDGET(page), NW_TYPE_OUTLINE), "select", &uid, 0);
  nw_canvas_get_selection(canvas, &n);
  g_assert_cmpuint(n, ==, 0);
  g_object_add_weak_pointer(G_OBJECT(page), (gpointer *)&page);
  g_object_unref(page);
  g_assert_null(page);
}

static void
add(const char *path, void (*test)(Sheet *, gconstpointer))
{
  g_test_add(path, Sheet, NULL, open_sheet, test, close_sheet);
}

int
main(int argc, char **argv)
{
  gtk_test_init(&argc, &argv, NULL);
  adw_init();

  add("/form/rows-follow-the-table-and-its-conditions", test_rows);
  add("/form/every-editor-says-what-was-chosen", test_edits);
  add("/form/a-wrong-text-gives-the-sentence-and-changes-nothing", test_wrong_text);
  add("/form/several-values-are-set-at-once", test_several);
  add("/form/rows-stay-while-values-change", test_rows_stay);
  g_test_add_func("/inspector/two-hundred-outputs-are-set-at-once", test_all_outputs_at_once);
  g_test_add_func("/inspector/numbers-are-grouped", test_numbers);
  g_test_add_func("/palette/searches-by-what-people-type", test_match);
  g_test_add_func("/palette/shows-the-registry-and-adds-the-first-match", test_palette);
  g_test_add_func("/design-page/joins-its-parts", test_page);
  return g_test_run();
}
