/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-design-page.h"

#include "nw-fact-list.h"
#include "nw-inspector.h"
#include "nw-live-layers.h"
#include "nw-live-outputs.h"
#include "nw-minimap.h"
#include "nw-palette.h"
#include "nw-plan.h"
#include "nw-problem-bar.h"

#include <glib/gi18n.h>
#include <math.h>

#define PALETTE_WIDTH   220
#define INSPECTOR_WIDTH 300

struct _NwDesignPage {
  GtkWidget parent_instance;
  NwPalette *palette;
  NwCanvas *canvas;
  NwInspector *inspector;
  NwProblemBar *problems;
  GtkWidget *zoom_label, *hint, *map;
  NwLiveOutputs *live;
  NwLiveLayers *layers;
  NwRun *run; /* that they follow */
  NwInference *inference;
  NwFindings *findings;
  guint batch_size;
  guint facts_idle;
};

G_DEFINE_FINAL_TYPE(NwDesignPage, nw_design_page, GTK_TYPE_WIDGET)

enum { EDITED, REMEDIED, MESSAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── between the parts ───────────────────────────────────────────────────────────────────────── */

static void
edited_cb(GObject *part, gpointer graph, const char *label, const char *merge_key,
          NwDesignPage *page)
{
  g_signal_emit(page, signals[EDITED], 0, graph, label, merge_key);
}

static void
message_cb(NwCanvas *canvas, const char *sentence, NwDesignPage *page)
{
  g_signal_emit(page, signals[MESSAGE], 0, sentence);
}

static void
selection_changed_cb(NwCanvas *canvas, NwDesignPage *page)
{
  gsize n;
  const guint *uids = nw_canvas_get_selection(canvas, &n);

  nw_inspector_set_selection(page->inspector, uids, n);
}

static void
view_changed_cb(NwCanvas *canvas, NwDesignPage *page)
{
  g_autofree char *text = g_strdup_printf("%.0f %%", 100 * nw_canvas_get_zoom(canvas));
  guint n = nw_graph_get_n_nodes(nw_canvas_get_graph(canvas));

  gtk_label_set_text(GTK_LABEL(page->zoom_label), text);
  gtk_widget_set_visible(page->hint, n == 0);
  gtk_widget_set_visible(page->map, n > 1);
}

static void
inspect_cb(NwCanvas *canvas, NwDesignPage *page)
{
  gsize n;

  nw_canvas_get_selection(canvas, &n);
  if (n > 0)
    nw_inspector_focus(page->inspector);
}

static void
add_cb(NwPalette *palette, gpointer preset, NwDesignPage *page)
{
  nw_canvas_add(page->canvas, preset);
}

/* From the outline: the canvas follows, the focus stays in the list. */
static void
select_cb(NwInspector *inspector, gpointer uids, guint n, NwDesignPage *page)
{
  nw_canvas_select(page->canvas, uids, n);
  if (n == 1)
    nw_canvas_show_node(page->canvas, *(const guint *)uids);
}

static void
show_node_cb(GObject *part, guint uid, NwDesignPage *page)
{
  nw_design_page_show_node(page, uid);
}

static gboolean
update_facts_cb(gpointer data)
{
  NwDesignPage *page = data;
  g_autoptr(NwPlan) plan = NULL;
  g_autofree char *count = NULL, *bytes = NULL, *text = NULL;

  page->facts_idle = 0;
  if (!page->inference || nw_graph_get_n_nodes(nw_inference_get_graph(page->inference)) == 0) {
    nw_problem_bar_set_facts(page->problems, NULL);
    return G_SOURCE_REMOVE;
  }
  count = nw_count_to_text(nw_inference_get_n_parameters(page->inference));
  if (nw_inference_is_ok(page->inference))
    plan = nw_plan_new(page->inference, page->batch_size, TRUE, NULL);
  if (!plan) {
    text = g_strdup_printf(_("%s parameters"), count);
  } else {
    bytes = nw_bytes_to_text(nw_plan_get_arena_bytes(plan));
    text = g_strdup_printf(_("%s parameters · %s per batch of %u"), count, bytes, page->batch_size);
  }
  nw_problem_bar_set_facts(page->problems, text);
  return G_SOURCE_REMOVE;
}

static void
queue_facts(NwDesignPage *page)
{
  if (!page->facts_idle)
    page->facts_idle = g_idle_add_full(G_PRIORITY_LOW, update_facts_cb, page, NULL);
}

void
nw_design_page_set_findings(NwDesignPage *page, NwFindings *findings)
{
  NwFindings *old = page->findings;

  g_return_if_fail(NW_IS_DESIGN_PAGE(page));
  page->findings = findings ? nw_findings_ref(findings) : NULL;
  nw_inspector_set_findings(page->inspector, findings);
  nw_canvas_set_findings(page->canvas, findings);
  nw_problem_bar_set_findings(page->problems, findings);
  g_clear_pointer(&old, nw_findings_unref);
}

void
nw_design_page_set_graph(NwDesignPage *page, NwGraph *graph, NwInference *inference,
                         NwFindings *findings)
{
  NwInference *old = page->inference;

  g_return_if_fail(NW_IS_DESIGN_PAGE(page) && graph != NULL);
  nw_design_page_set_findings(page, findings);
  page->inference = inference ? nw_inference_ref(inference) : NULL;
  /* The inspector first: the canvas then selects what was just made. */
  nw_inspector_set_graph(page->inspector, graph, inference);
  nw_canvas_set_graph(page->canvas, graph, inference);
  queue_facts(page);
  g_clear_pointer(&old, nw_inference_unref);
}

void
nw_design_page_set_batch_size(NwDesignPage *page, guint batch_size)
{
  if (page->batch_size == batch_size)
    return;
  page->batch_size = MAX(1, batch_size);
  nw_inspector_set_batch_size(page->inspector, page->batch_size);
  queue_facts(page);
}

void
nw_design_page_set_status(NwDesignPage *page, const char *text)
{
  nw_problem_bar_set_status(page->problems, text);
}

void
nw_design_page_set_run(NwDesignPage *page, NwRun *run)
{
  if (!g_set_object(&page->run, run))
    return;
  g_clear_pointer(&page->live, nw_live_outputs_free);
  g_clear_pointer(&page->layers, nw_live_layers_free);
  nw_canvas_clear_health(page->canvas);
  if (!run)
    return;
  page->live = nw_live_outputs_new(page->canvas, run);
  page->layers = nw_live_layers_new(page->canvas, run);
}

void
nw_design_page_show_node(NwDesignPage *page, guint uid)
{
  nw_canvas_select(page->canvas, &uid, 1);
  nw_canvas_show_node(page->canvas, uid);
  gtk_widget_grab_focus(GTK_WIDGET(page->canvas));
}

void
nw_design_page_focus_search(NwDesignPage *page)
{
  nw_palette_focus_search(page->palette);
}

NwCanvas *
nw_design_page_get_canvas(NwDesignPage *page)
{
  return page->canvas;
}

/* ── building ────────────────────────────────────────────────────────────────────────────────── */

static void
control_clicked_cb(GtkButton *button, NwDesignPage *page)
{
  gtk_widget_activate_action(GTK_WIDGET(page->canvas),
                             g_object_get_data(G_OBJECT(button), "canvas-action"), NULL);
  gtk_widget_grab_focus(GTK_WIDGET(page->canvas));
}

static GtkWidget *
make_control(NwDesignPage *page, const char *action, const char *tooltip)
{
  GtkWidget *button = gtk_button_new();

  g_object_set_data(G_OBJECT(button), "canvas-action", (gpointer)action);
  gtk_widget_set_tooltip_text(button, tooltip);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                 -1);
  g_signal_connect(button, "clicked", G_CALLBACK(control_clicked_cb), page);
  return button;
}

static GtkWidget *
make_controls(NwDesignPage *page)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *zoom = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *out = make_control(page, "canvas.zoom-out", _("Zoom out (Ctrl −)"));
  GtkWidget *original = make_control(page, "canvas.zoom-original", _("Back to 100 % (Ctrl 0)"));
  GtkWidget *in = make_control(page, "canvas.zoom-in", _("Zoom in (Ctrl +)"));
  GtkWidget *fit = make_control(page, "canvas.fit", _("Show all nodes (Ctrl 1)"));
  GtkWidget *arrange =
      make_control(page, "canvas.arrange", _("Arrange from left to right (Ctrl L)"));

  page->zoom_label = gtk_label_new("100 %");
  gtk_label_set_width_chars(GTK_LABEL(page->zoom_label), 5);
  gtk_widget_add_css_class(page->zoom_label, "nw-number");
  gtk_button_set_icon_name(GTK_BUTTON(out), "zoom-out-symbolic");
  gtk_button_set_child(GTK_BUTTON(original), page->zoom_label);
  gtk_button_set_icon_name(GTK_BUTTON(in), "zoom-in-symbolic");
  gtk_button_set_label(GTK_BUTTON(fit), _("Fit"));
  gtk_button_set_label(GTK_BUTTON(arrange), _("Arrange"));
  gtk_widget_add_css_class(zoom, "linked");
  gtk_box_append(GTK_BOX(zoom), out);
  gtk_box_append(GTK_BOX(zoom), original);
  gtk_box_append(GTK_BOX(zoom), in);
  gtk_box_append(GTK_BOX(box), zoom);
  gtk_box_append(GTK_BOX(box), fit);
  gtk_box_append(GTK_BOX(box), arrange);
  gtk_widget_add_css_class(box, "nw-canvas-controls");
  gtk_widget_set_halign(box, GTK_ALIGN_START);
  gtk_widget_set_valign(box, GTK_ALIGN_END);
  return box;
}

static GtkWidget *
make_hint(void)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = gtk_label_new(_("Draw a network"));
  GtkWidget *text = gtk_label_new(_("Drag a layer here, double-click, or press Tab.\n"
                                    "Drag from a port to wire two layers."));

  gtk_label_set_justify(GTK_LABEL(text), GTK_JUSTIFY_CENTER);
  gtk_label_set_wrap(GTK_LABEL(text), TRUE);
  gtk_widget_add_css_class(title, "title-2");
  gtk_widget_add_css_class(text, "dim-label");
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), text);
  gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
  gtk_widget_set_can_target(box, FALSE);
  return box;
}

static GtkWidget *
make_middle(NwDesignPage *page)
{
  GtkWidget *overlay = gtk_overlay_new();

  page->canvas = NW_CANVAS(nw_canvas_new());
  page->hint = make_hint();
  page->map = nw_minimap_new(page->canvas);
  gtk_widget_set_halign(page->map, GTK_ALIGN_END);
  gtk_widget_set_valign(page->map, GTK_ALIGN_END);
  gtk_overlay_set_child(GTK_OVERLAY(overlay), GTK_WIDGET(page->canvas));
  gtk_overlay_add_overlay(GTK_OVERLAY(overlay), page->hint);
  gtk_overlay_add_overlay(GTK_OVERLAY(overlay), page->map);
  gtk_overlay_add_overlay(GTK_OVERLAY(overlay), make_controls(page));
  return overlay;
}

static void
nw_design_page_dispose(GObject *object)
{
  NwDesignPage *page = NW_DESIGN_PAGE(object);
  GtkWidget *child;

  g_clear_handle_id(&page->facts_idle, g_source_remove);
  g_clear_pointer(&page->live, nw_live_outputs_free);
  g_clear_pointer(&page->layers, nw_live_layers_free);
  g_clear_object(&page->run);
  while ((child = gtk_widget_get_first_child(GTK_WIDGET(page))))
    gtk_widget_unparent(child);
  g_clear_pointer(&page->inference, nw_inference_unref);
  g_clear_pointer(&page->findings, nw_findings_unref);
  G_OBJECT_CLASS(nw_design_page_parent_class)->dispose(object);
}

static void
search_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  nw_design_page_focus_search(NW_DESIGN_PAGE(widget));
}

/* What a button of a finding does, wherever it is shown. */
static void
remedy_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  NwDesignPage *page = NW_DESIGN_PAGE(widget);
  guint index, remedy;
  const NwFinding *finding;

  g_variant_get(parameter, "(uu)", &index, &remedy);
  finding = page->findings && index < nw_findings_get_n_all(page->findings)
                ? nw_findings_get(page->findings, index)
                : NULL;
  if (!finding || remedy >= finding->n_remedies)
    return;
  /* The signal brings other findings. */
  g_autoptr(NwProject) project = nw_project_ref(finding->remedies[remedy].project);
  g_autofree char *title = g_strdup(finding->remedies[remedy].title);
  g_signal_emit(page, signals[REMEDIED], 0, project, title, NULL);
}

static void
nw_design_page_class_init(NwDesignPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_design_page_dispose;
  gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_install_action(widget_class, "design.search", NULL, search_cb);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "design.search",
                                      NULL);
  signals[EDITED] =
      g_signal_new("edited", NW_TYPE_DESIGN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_install_action(widget_class, "design.remedy", "(uu)", remedy_cb);
  signals[REMEDIED] =
      g_signal_new("remedied", NW_TYPE_DESIGN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
  signals[MESSAGE] = g_signal_new("message", NW_TYPE_DESIGN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

/* The canvas takes all room; the inspector may be made wider. */
static GtkWidget *
make_pane(GtkWidget *middle, GtkWidget *inspector)
{
  GtkWidget *pane = gtk_paned_new(GTK_ORIENTATION_HORIZONTAL);

  gtk_paned_set_start_child(GTK_PANED(pane), middle);
  gtk_paned_set_end_child(GTK_PANED(pane), inspector);
  gtk_paned_set_resize_start_child(GTK_PANED(pane), TRUE);
  gtk_paned_set_resize_end_child(GTK_PANED(pane), FALSE);
  gtk_paned_set_shrink_start_child(GTK_PANED(pane), FALSE);
  gtk_paned_set_shrink_end_child(GTK_PANED(pane), FALSE);
  gtk_widget_set_hexpand(pane, TRUE);
  return pane;
}

static void
nw_design_page_init(NwDesignPage *page)
{
  GtkWidget *middle = make_middle(page), *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);

  page->batch_size = 32;
  page->palette = NW_PALETTE(nw_palette_new());
  page->inspector = NW_INSPECTOR(nw_inspector_new());
  page->problems = NW_PROBLEM_BAR(nw_problem_bar_new());
  gtk_widget_set_size_request(GTK_WIDGET(page->palette), PALETTE_WIDTH, -1);
  gtk_widget_set_size_request(GTK_WIDGET(page->inspector), INSPECTOR_WIDTH, -1);
  gtk_widget_set_vexpand(box, TRUE);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(page->palette));
  gtk_box_append(GTK_BOX(box), gtk_separator_new(GTK_ORIENTATION_VERTICAL));
  gtk_box_append(GTK_BOX(box), make_pane(middle, GTK_WIDGET(page->inspector)));
  gtk_orientable_set_orientation(GTK_ORIENTABLE(gtk_widget_get_layout_manager(GTK_WIDGET(page))),
                                 GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_parent(box, GTK_WIDGET(page));
  gtk_widget_set_parent(GTK_WIDGET(page->problems), GTK_WIDGET(page));

  g_signal_connect(page->canvas, "edited", G_CALLBACK(edited_cb), page);
  g_signal_connect(page->canvas, "message", G_CALLBACK(message_cb), page);
  g_signal_connect(page->canvas, "selection-changed", G_CALLBACK(selection_changed_cb), page);
  g_signal_connect(page->canvas, "view-changed", G_CALLBACK(view_changed_cb), page);
  g_signal_connect(page->canvas, "inspect", G_CALLBACK(inspect_cb), page);
  g_signal_connect(page->palette, "add", G_CALLBACK(add_cb), page);
  g_signal_connect(page->inspector, "edited", G_CALLBACK(edited_cb), page);
  g_signal_connect(page->inspector, "select", G_CALLBACK(select_cb), page);
  g_signal_connect(page->inspector, "show-node", G_CALLBACK(show_node_cb), page);
  g_signal_connect(page->problems, "show-node", G_CALLBACK(show_node_cb), page);
  view_changed_cb(page->canvas, page);
}

GtkWidget *
nw_design_page_new(void)
{
  return g_object_new(NW_TYPE_DESIGN_PAGE, NULL);
}
