/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-node-page.h"

#include "nw-fact-list.h"
#include "nw-finding-view.h"
#include "nw-param-form.h"
#include "nw-real.h"

#include <glib/gi18n.h>

#define PROBLEM_WIDTH 36 /* characters */

struct _NwNodePage {
  GtkWidget parent_instance;
  GtkWidget *scroller, *empty, *content;
  GtkWidget *name, *name_error, *heading, *summary, *problems;
  NwParamForm *form;
  GtkWidget *shapes_box;
  NwFactList *shapes;
  NwGraph *graph;
  NwInference *inference;
  NwFindings *findings;
  GArray *uids; /* guint; those that exist */
  guint batch_size;
};

G_DEFINE_FINAL_TYPE(NwNodePage, nw_node_page, GTK_TYPE_WIDGET)

enum { EDITED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const NwNode *
node_at(NwNodePage *page, guint i)
{
  return nw_graph_find_node(page->graph, g_array_index(page->uids, guint, i));
}

/* ── edits ───────────────────────────────────────────────────────────────────────────────────── */

static void
show_name_error(NwNodePage *page, const char *sentence)
{
  gtk_label_set_text(GTK_LABEL(page->name_error), sentence ? sentence : "");
  gtk_widget_set_visible(page->name_error, sentence != NULL);
  if (sentence)
    gtk_widget_add_css_class(page->name, "error");
  else
    gtk_widget_remove_css_class(page->name, "error");
}

static void
rename_now(NwNodePage *page)
{
  const NwNode *node = page->uids->len == 1 ? node_at(page, 0) : NULL;
  g_autofree char *name = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(page->name))));
  g_autoptr(GError) error = NULL;
  g_autoptr(NwGraph) graph = NULL;

  if (!node || g_str_equal(name, node->layer->name)) {
    show_name_error(page, NULL);
    return;
  }
  graph = nw_graph_rename(page->graph, node->uid, name, &error);
  show_name_error(page, error ? error->message : NULL);
  if (graph)
    g_signal_emit(page, signals[EDITED], 0, graph, _("Rename"), NULL);
}

static void
name_activate_cb(GtkEntry *entry, NwNodePage *page)
{
  rename_now(page);
}

static void
name_left_cb(GtkEventControllerFocus *focus, NwNodePage *page)
{
  rename_now(page);
}

/* One step for all selected nodes; the same setting typed again joins it. */
static void
param_changed_cb(NwParamForm *form, const char *key, const char *text, NwNodePage *page)
{
  g_autoptr(NwGraph) graph = nw_graph_ref(page->graph);
  g_autofree char *label = NULL, *merge_key = NULL;
  const NwParamSpec *spec = nw_params_find_spec(node_at(page, 0)->layer->params, key);

  for (guint i = 0; i < page->uids->len; i++) {
    NwGraph *next = nw_graph_set_param(graph, g_array_index(page->uids, guint, i), key, text, NULL);
    if (!next)
      return; /* the form asked every table before */
    nw_graph_unref(graph);
    graph = next;
  }
  label = page->uids->len == 1
              ? g_strdup_printf(_("Set %s of %s"), _(spec->title), node_at(page, 0)->layer->name)
              : g_strdup_printf(_("Set %s of %u nodes"), _(spec->title), page->uids->len);
  merge_key =
      g_strdup_printf("%s of %u+%u", key, g_array_index(page->uids, guint, 0), page->uids->len);
  g_signal_emit(page, signals[EDITED], 0, graph, label, merge_key);
}

/* ── what is shown ───────────────────────────────────────────────────────────────────────────── */

static void
show_heading(NwNodePage *page)
{
  const NwNode *node = node_at(page, 0);
  const NwLayerKind *kind = node->layer->kind;
  gboolean one = page->uids->len == 1, same = TRUE;
  g_autofree char *heading = NULL, *summary = NULL;

  gtk_widget_set_visible(page->name, one);
  gtk_widget_set_visible(page->heading, !one);
  if (one) {
    summary = g_strdup_printf("%s · %s", _(kind->title), _(kind->summary));
    if (!gtk_widget_has_focus(page->name) &&
        !g_str_equal(gtk_editable_get_text(GTK_EDITABLE(page->name)), node->layer->name))
      gtk_editable_set_text(GTK_EDITABLE(page->name), node->layer->name);
  } else {
    for (guint i = 1; i < page->uids->len; i++)
      same &= node_at(page, i)->layer->kind == kind;
    heading = g_strdup_printf(_("%u nodes"), page->uids->len);
    summary = same ? g_strdup_printf(_("All are %s. What is set here is set in each of them."),
                                     _(kind->title))
                   : g_strdup(_("Of several kinds. Settings they have in common are set in each."));
    gtk_label_set_text(GTK_LABEL(page->heading), heading);
  }
  gtk_label_set_text(GTK_LABEL(page->summary), summary);
}

static void
show_problems(NwNodePage *page)
{
  guint n = page->findings ? nw_findings_get_n_all(page->findings) : 0, shown = 0;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child(page->problems)))
    gtk_box_remove(GTK_BOX(page->problems), child);
  for (guint i = 0; i < n && page->uids->len == 1; i++) {
    if (nw_findings_get(page->findings, i)->node != g_array_index(page->uids, guint, 0))
      continue;
    gtk_box_append(GTK_BOX(page->problems), nw_finding_view_new(page->findings, i, PROBLEM_WIDTH));
    shown++;
  }
  gtk_widget_set_visible(page->problems, shown > 0);
}

/* “50 × 65, Δt 50 × 1”. (transfer full) */
static char *
types_to_text(const NwType *types, gsize n, const NwPort *ports, gsize n_ports)
{
  GString *text = g_string_new(NULL);
  gsize n_wired = 0, at = 0;

  for (gsize i = 0; i < n; i++)
    n_wired += types[i].shape.rank >= 0;
  for (gsize i = 0; i < n; i++) {
    g_autofree char *shape = types[i].shape.rank < 0 ? NULL : nw_shape_to_text(&types[i].shape);
    if (!shape)
      continue;
    if (at == 4 && n_wired > 5) {
      g_string_append_printf(text, _(" and %u more"), (guint)(n_wired - at));
      break;
    }
    at++;
    g_string_append(text, text->len ? ", " : "");
    if (i > 0 && n_ports > 1)
      g_string_append_printf(text, "%s ", _(ports[MIN(i, n_ports - 1)].title));
    g_string_append(text, shape);
    if (types[i].dtype == NW_INT32)
      g_string_append(text, _(" whole"));
  }
  return g_string_free(text, FALSE);
}

/* Bytes that one node adds to a training batch: its results with their gradients, and what it keeps
 * or needs meanwhile; before the plan lets buffers share space. */
static gint64
bytes_per_batch(const NwInfer *infer, guint batch_size)
{
  gint64 per_sample = 0, fixed = 0;

  for (gsize i = infer->alias ? 1 : 0; i < infer->n_outputs; i++)
    per_sample += 2 * nw_shape_elements(&infer->outputs[i].shape);
  for (gsize i = 0; i < infer->n_saved; i++) {
    per_sample += infer->saved[i].per_sample;
    fixed += infer->saved[i].fixed;
  }
  for (gsize i = 0; i < infer->n_scratch; i++) {
    per_sample += infer->scratch[i].per_sample;
    fixed += infer->scratch[i].fixed;
  }
  return (per_sample * batch_size + fixed) * (gint64)sizeof(NwReal);
}

static void
show_one_shape(NwNodePage *page, const NwNode *node, const NwNodeInfo *info)
{
  const NwLayerKind *kind = node->layer->kind;
  const NwInfer *infer = &info->infer;
  g_autofree char *in =
      types_to_text(infer->inputs, infer->n_inputs, kind->inputs, nw_layer_kind_n_inputs(kind));
  g_autofree char *out =
      types_to_text(infer->outputs, infer->n_outputs, kind->outputs, nw_layer_kind_n_outputs(kind));
  g_autofree char *count = nw_count_to_text(info->n_parameters);
  g_autofree char *bytes = nw_bytes_to_text(info->n_parameters * (gint64)sizeof(NwReal));
  g_autofree char *weights = g_strdup_printf("%s · %s", count, bytes);
  g_autofree char *memory = nw_bytes_to_text(bytes_per_batch(infer, page->batch_size));
  g_autofree char *batch = g_strdup_printf(_("%s, batch of %u"), memory, page->batch_size);
  gboolean masked = infer->n_outputs > 0 && info->has_mask[0];

  nw_fact_list_set(page->shapes, _("In"), *in ? in : NULL);
  nw_fact_list_set(page->shapes, _("Out"), *out ? out : NULL);
  nw_fact_list_set(page->shapes, _("Parameters"), info->n_parameters ? weights : NULL);
  nw_fact_list_set(page->shapes, _("Memory"),
                   bytes_per_batch(infer, page->batch_size) ? batch : NULL);
  nw_fact_list_set(page->shapes, _("Mask"), masked ? _("passed on") : NULL);
}

/* Of several nodes only the parameters add up. */
static void
show_shapes(NwNodePage *page)
{
  const NwNodeInfo *info = NULL;
  g_autofree char *text = NULL;
  gint64 sum = 0;

  for (guint i = 0; page->inference && i < page->uids->len; i++) {
    info = nw_inference_get_node(page->inference, g_array_index(page->uids, guint, i));
    if (info && info->known)
      sum += info->n_parameters;
  }
  gtk_widget_set_visible(page->shapes_box, page->uids->len > 1 || (info && info->known));
  if (page->uids->len == 1 && info && info->known) {
    show_one_shape(page, node_at(page, 0), info);
    return;
  }
  text = nw_count_to_text(sum);
  nw_fact_list_set(page->shapes, _("In"), NULL);
  nw_fact_list_set(page->shapes, _("Out"), NULL);
  nw_fact_list_set(page->shapes, _("Memory"), NULL);
  nw_fact_list_set(page->shapes, _("Mask"), NULL);
  nw_fact_list_set(page->shapes, _("Parameters"), text);
}

static void
show_form(NwNodePage *page)
{
  g_autofree NwParams **values = g_new(NwParams *, page->uids->len);

  for (guint i = 0; i < page->uids->len; i++)
    values[i] = node_at(page, i)->layer->params;
  nw_param_form_set_values(page->form, values, page->uids->len);
}

static void
update(NwNodePage *page)
{
  guint kept = 0;

  for (guint i = 0; i < page->uids->len; i++) {
    guint uid = g_array_index(page->uids, guint, i);
    if (page->graph && nw_graph_find_node(page->graph, uid))
      g_array_index(page->uids, guint, kept++) = uid;
  }
  g_array_set_size(page->uids, kept);
  gtk_widget_set_visible(page->empty, kept == 0);
  gtk_widget_set_visible(page->scroller, kept > 0);
  if (kept == 0)
    return;
  show_name_error(page, NULL);
  show_heading(page);
  show_problems(page);
  show_form(page);
  show_shapes(page);
}

void
nw_node_page_set_graph(NwNodePage *page, NwGraph *graph, NwInference *inference)
{
  NwGraph *old_graph = page->graph;
  NwInference *old_inference = page->inference;

  page->graph = nw_graph_ref(graph);
  page->inference = inference ? nw_inference_ref(inference) : NULL;
  update(page);
  g_clear_pointer(&old_graph, nw_graph_unref);
  g_clear_pointer(&old_inference, nw_inference_unref);
}

void
nw_node_page_set_findings(NwNodePage *page, NwFindings *findings)
{
  NwFindings *old = page->findings;

  page->findings = findings ? nw_findings_ref(findings) : NULL;
  g_clear_pointer(&old, nw_findings_unref);
  if (findings && page->graph == nw_project_get_graph(nw_findings_get_project(findings)))
    show_problems(page);
}

void
nw_node_page_set_selection(NwNodePage *page, const guint *uids, gsize n)
{
  gboolean same =
      n == page->uids->len && (n == 0 || memcmp(uids, page->uids->data, n * sizeof *uids) == 0);

  if (!same)
    rename_now(page); /* a name still being typed belongs to the node shown so far */
  g_array_set_size(page->uids, 0);
  g_array_append_vals(page->uids, uids, n);
  if (!same)
    gtk_adjustment_set_value(
        gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(page->scroller)), 0);
  update(page);
  if (!same && page->uids->len == 1)
    gtk_editable_set_text(GTK_EDITABLE(page->name), node_at(page, 0)->layer->name);
}

void
nw_node_page_set_batch_size(NwNodePage *page, guint batch_size)
{
  page->batch_size = batch_size;
  update(page);
}

void
nw_node_page_focus(NwNodePage *page)
{
  GtkWidget *row = nw_param_form_find_row(page->form, NULL);

  if (!row || !gtk_widget_child_focus(row, GTK_DIR_TAB_FORWARD))
    gtk_widget_grab_focus(page->name);
}

/* ── class ───────────────────────────────────────────────────────────────────────────────────── */

static void
nw_node_page_dispose(GObject *object)
{
  NwNodePage *page = NW_NODE_PAGE(object);

  g_clear_pointer(&page->scroller, gtk_widget_unparent);
  g_clear_pointer(&page->empty, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_node_page_parent_class)->dispose(object);
}

static void
nw_node_page_finalize(GObject *object)
{
  NwNodePage *page = NW_NODE_PAGE(object);

  g_array_unref(page->uids);
  g_clear_pointer(&page->graph, nw_graph_unref);
  g_clear_pointer(&page->inference, nw_inference_unref);
  g_clear_pointer(&page->findings, nw_findings_unref);
  G_OBJECT_CLASS(nw_node_page_parent_class)->finalize(object);
}

static void
nw_node_page_class_init(NwNodePageClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_node_page_dispose;
  G_OBJECT_CLASS(class)->finalize = nw_node_page_finalize;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[EDITED] =
      g_signal_new("edited", NW_TYPE_NODE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                   3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
}

static void
make_name(NwNodePage *page)
{
  GtkEventController *focus = gtk_event_controller_focus_new();

  page->name = gtk_entry_new();
  gtk_widget_add_css_class(page->name, "nw-name");
  gtk_widget_set_tooltip_text(page->name, _("Name of the layer"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(page->name), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Name of the layer"), -1);
  g_signal_connect(page->name, "activate", G_CALLBACK(name_activate_cb), page);
  g_signal_connect(focus, "leave", G_CALLBACK(name_left_cb), page);
  gtk_widget_add_controller(page->name, focus);
  page->name_error = gtk_label_new(NULL);
  gtk_label_set_wrap(GTK_LABEL(page->name_error), TRUE);
  gtk_label_set_xalign(GTK_LABEL(page->name_error), 0);
  gtk_widget_add_css_class(page->name_error, "error");
  gtk_widget_add_css_class(page->name_error, "caption");
}

static void
make_content(NwNodePage *page)
{
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2), *title = gtk_label_new(_("Shapes"));

  page->content = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  page->heading = gtk_label_new(NULL);
  page->summary = gtk_label_new(NULL);
  page->problems = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  page->form = NW_PARAM_FORM(nw_param_form_new());
  g_signal_connect(page->form, "changed", G_CALLBACK(param_changed_cb), page);
  page->shapes_box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  page->shapes = NW_FACT_LIST(nw_fact_list_new());
  make_name(page);
  gtk_label_set_xalign(GTK_LABEL(page->heading), 0);
  gtk_widget_add_css_class(page->heading, "nw-heading");
  gtk_label_set_wrap(GTK_LABEL(page->summary), TRUE);
  gtk_label_set_xalign(GTK_LABEL(page->summary), 0);
  gtk_widget_add_css_class(page->summary, "dim-label");
  gtk_widget_add_css_class(page->summary, "nw-summary");
  gtk_label_set_xalign(GTK_LABEL(title), 0);
  gtk_widget_add_css_class(title, "heading");
  gtk_box_append(GTK_BOX(head), page->name);
  gtk_box_append(GTK_BOX(head), page->name_error);
  gtk_box_append(GTK_BOX(head), page->heading);
  gtk_box_append(GTK_BOX(head), page->summary);
  gtk_box_append(GTK_BOX(page->shapes_box), title);
  gtk_box_append(GTK_BOX(page->shapes_box), GTK_WIDGET(page->shapes));
  gtk_box_append(GTK_BOX(page->content), head);
  gtk_box_append(GTK_BOX(page->content), page->problems);
  gtk_box_append(GTK_BOX(page->content), GTK_WIDGET(page->form));
  gtk_box_append(GTK_BOX(page->content), page->shapes_box);
  gtk_widget_add_css_class(page->content, "nw-inspector-page");
  /* The order of the facts. */
  nw_fact_list_set(page->shapes, _("In"), "");
  nw_fact_list_set(page->shapes, _("Out"), "");
  nw_fact_list_set(page->shapes, _("Parameters"), "");
  nw_fact_list_set(page->shapes, _("Memory"), "");
}

static void
nw_node_page_init(NwNodePage *page)
{
  page->uids = g_array_new(FALSE, FALSE, sizeof(guint));
  page->batch_size = 32;
  make_content(page);
  page->empty = gtk_label_new(_("Select a layer on the canvas to see its settings."));
  gtk_label_set_wrap(GTK_LABEL(page->empty), TRUE);
  gtk_label_set_justify(GTK_LABEL(page->empty), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars(GTK_LABEL(page->empty), 26);
  gtk_widget_add_css_class(page->empty, "dim-label");
  page->scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(page->scroller), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(page->scroller), page->content);
  gtk_widget_set_parent(page->scroller, GTK_WIDGET(page));
  gtk_widget_set_parent(page->empty, GTK_WIDGET(page));
}

GtkWidget *
nw_node_page_new(void)
{
  return g_object_new(NW_TYPE_NODE_PAGE, NULL);
}
