/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-problem-bar.h"

#include "nw-finding-view.h"

#include <glib/gi18n.h>

/* In characters. */
#define LIST_WIDTH 64
#define CURE_WIDTH 36

struct _NwProblemBar {
  GtkWidget parent_instance;
  GtkWidget *worst, *icon, *name, *sentence; /* the worst problem */
  GtkWidget *cure;                           /* its first remedy */
  GtkWidget *all, *list;                     /* how many there are, and the list of them */
  GtkWidget *facts;
  NwFindings *findings;
  char *facts_text, *status_text;
};

G_DEFINE_FINAL_TYPE(NwProblemBar, nw_problem_bar, GTK_TYPE_WIDGET)

enum { SHOW_NODE, N_SIGNALS };
static guint signals[N_SIGNALS];

static NwGraph *
graph_of(NwProblemBar *bar)
{
  return bar->findings ? nw_project_get_graph(nw_findings_get_project(bar->findings)) : NULL;
}

static const char *
name_of(NwProblemBar *bar, const NwFinding *finding)
{
  const NwNode *node = finding->node ? nw_graph_find_node(graph_of(bar), finding->node) : NULL;

  return node ? node->layer->name : NULL;
}

static void
worst_clicked_cb(GtkButton *button, NwProblemBar *bar)
{
  const NwFinding *finding = nw_findings_get(bar->findings, 0);

  if (finding->node)
    g_signal_emit(bar, signals[SHOW_NODE], 0, finding->node);
}

static void
row_activated_cb(GtkListBox *list, GtkListBoxRow *row, NwProblemBar *bar)
{
  guint node = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(row), "node"));

  gtk_menu_button_popdown(GTK_MENU_BUTTON(bar->all));
  if (node)
    g_signal_emit(bar, signals[SHOW_NODE], 0, node);
}

/* Made when it is opened: a thousand problems cost nothing until someone looks. */
static void
fill_list(NwProblemBar *bar)
{
  guint n = bar->findings ? nw_findings_get_n(bar->findings) : 0;
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child(bar->list)))
    gtk_list_box_remove(GTK_LIST_BOX(bar->list), row);
  for (guint i = 0; i < n; i++) {
    row = gtk_list_box_row_new();
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row),
                               nw_finding_view_new(bar->findings, i, LIST_WIDTH));
    g_object_set_data(G_OBJECT(row), "node",
                      GUINT_TO_POINTER(nw_findings_get(bar->findings, i)->node));
    gtk_list_box_append(GTK_LIST_BOX(bar->list), row);
  }
}

static void
open_list_cb(GtkMenuButton *button, gpointer data)
{
  fill_list(data);
}

static void
set_class(NwProblemBar *bar, const char *class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class(GTK_WIDGET(bar), class);
  else
    gtk_widget_remove_css_class(GTK_WIDGET(bar), class);
}

/* The first remedy of the worst problem is one click away; the list has the others. */
static void
show_cure(NwProblemBar *bar, const NwFinding *worst)
{
  gboolean curable = worst && worst->n_remedies > 0;

  gtk_widget_set_visible(bar->cure, curable);
  if (!curable)
    return;
  gtk_button_set_label(GTK_BUTTON(bar->cure), worst->remedies[0].title);
  gtk_widget_set_tooltip_text(bar->cure, worst->remedies[0].title);
  nw_finding_set_remedy(bar->cure, 0, 0);
}

static void
show_worst(NwProblemBar *bar, const NwFinding *worst)
{
  gboolean empty = bar->findings && nw_graph_get_n_nodes(graph_of(bar)) == 0;
  const char *fine = empty ? _("Nothing drawn yet") : _("No problems");
  g_autofree char *name = NULL;

  set_class(bar, "troubled", worst && worst->severity == NW_SEVERITY_WARNING);
  set_class(bar, "broken", worst && worst->severity == NW_SEVERITY_ERROR);
  gtk_image_set_from_icon_name(GTK_IMAGE(bar->icon), worst   ? nw_severity_get_icon(worst->severity)
                                                     : empty ? "dialog-information-symbolic"
                                                             : "object-select-symbolic");
  gtk_label_set_text(GTK_LABEL(bar->sentence), worst ? worst->message : fine);
  gtk_widget_set_tooltip_text(bar->worst, worst ? worst->message : NULL);
  /* Most sentences begin with the name of their layer. */
  if (worst && name_of(bar, worst) && !strstr(worst->message, name_of(bar, worst)))
    name = g_strdup_printf("%s:", name_of(bar, worst));
  gtk_label_set_text(GTK_LABEL(bar->name), name ? name : "");
  gtk_widget_set_visible(bar->name, name != NULL);
  gtk_widget_set_can_target(bar->worst, worst && worst->node);
  gtk_widget_set_focusable(bar->worst, worst && worst->node);
  show_cure(bar, worst);
}

void
nw_problem_bar_set_findings(NwProblemBar *bar, NwFindings *findings)
{
  NwFindings *old = bar->findings;
  guint n = findings ? nw_findings_get_n(findings) : 0;
  g_autofree char *text = g_strdup_printf(ngettext("%u problem", "%u problems", n), n);
  GtkPopover *popover = gtk_menu_button_get_popover(GTK_MENU_BUTTON(bar->all));

  bar->findings = findings ? nw_findings_ref(findings) : NULL;
  show_worst(bar, n ? nw_findings_get(findings, 0) : NULL);
  gtk_menu_button_set_label(GTK_MENU_BUTTON(bar->all), text);
  if (n == 0)
    gtk_menu_button_popdown(GTK_MENU_BUTTON(bar->all));
  else if (gtk_widget_get_visible(GTK_WIDGET(popover)))
    fill_list(bar);
  gtk_widget_set_visible(bar->all, n > 0);
  g_clear_pointer(&old, nw_findings_unref);
}

static void
update_facts(NwProblemBar *bar)
{
  const char *parts[3] = {bar->facts_text, bar->status_text, NULL};
  g_autofree char *text =
      parts[0] ? g_strjoin(" · ", parts[0], parts[1], NULL) : g_strdup(parts[1]);

  gtk_label_set_text(GTK_LABEL(bar->facts), text ? text : "");
}

void
nw_problem_bar_set_facts(NwProblemBar *bar, const char *text)
{
  g_free(bar->facts_text);
  bar->facts_text = g_strdup(text);
  update_facts(bar);
}

void
nw_problem_bar_set_status(NwProblemBar *bar, const char *text)
{
  g_free(bar->status_text);
  bar->status_text = g_strdup(text);
  update_facts(bar);
}

static void
nw_problem_bar_dispose(GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child(GTK_WIDGET(object))))
    gtk_widget_unparent(child);
  g_clear_pointer(&NW_PROBLEM_BAR(object)->findings, nw_findings_unref);
  G_OBJECT_CLASS(nw_problem_bar_parent_class)->dispose(object);
}

static void
nw_problem_bar_finalize(GObject *object)
{
  g_free(NW_PROBLEM_BAR(object)->facts_text);
  g_free(NW_PROBLEM_BAR(object)->status_text);
  G_OBJECT_CLASS(nw_problem_bar_parent_class)->finalize(object);
}

static void
nw_problem_bar_class_init(NwProblemBarClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_problem_bar_dispose;
  G_OBJECT_CLASS(class)->finalize = nw_problem_bar_finalize;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "problembar");
  signals[SHOW_NODE] = g_signal_new("show-node", NW_TYPE_PROBLEM_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
make_worst(NwProblemBar *bar)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);

  bar->worst = gtk_button_new();
  bar->icon = gtk_image_new();
  bar->name = gtk_label_new(NULL);
  bar->sentence = gtk_label_new(NULL);
  gtk_label_set_ellipsize(GTK_LABEL(bar->sentence), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign(GTK_LABEL(bar->sentence), 0);
  gtk_widget_add_css_class(bar->name, "nw-title");
  gtk_box_append(GTK_BOX(box), bar->icon);
  gtk_box_append(GTK_BOX(box), bar->name);
  gtk_box_append(GTK_BOX(box), bar->sentence);
  gtk_button_set_child(GTK_BUTTON(bar->worst), box);
  gtk_widget_add_css_class(bar->worst, "flat");
  bar->cure = gtk_button_new_with_label("");
  gtk_label_set_ellipsize(GTK_LABEL(gtk_button_get_child(GTK_BUTTON(bar->cure))),
                          PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars(GTK_LABEL(gtk_button_get_child(GTK_BUTTON(bar->cure))), CURE_WIDTH);
  gtk_widget_add_css_class(bar->cure, "nw-remedy");
  gtk_widget_set_valign(bar->cure, GTK_ALIGN_CENTER);
  g_signal_connect(bar->worst, "clicked", G_CALLBACK(worst_clicked_cb), bar);
}

static void
make_list(NwProblemBar *bar)
{
  GtkWidget *popover = gtk_popover_new(), *scroller = gtk_scrolled_window_new();

  bar->all = gtk_menu_button_new();
  bar->list = gtk_list_box_new();
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(bar->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class(bar->list, "nw-problem-list");
  g_signal_connect(bar->list, "row-activated", G_CALLBACK(row_activated_cb), bar);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scroller), TRUE);
  gtk_scrolled_window_set_propagate_natural_width(GTK_SCROLLED_WINDOW(scroller), TRUE);
  gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scroller), 400);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), bar->list);
  gtk_popover_set_child(GTK_POPOVER(popover), scroller);
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(bar->all), popover);
  gtk_menu_button_set_direction(GTK_MENU_BUTTON(bar->all), GTK_ARROW_UP);
  gtk_menu_button_set_create_popup_func(GTK_MENU_BUTTON(bar->all), open_list_cb, bar, NULL);
  gtk_widget_add_css_class(bar->all, "flat");
}

static void
nw_problem_bar_init(NwProblemBar *bar)
{
  GtkBoxLayout *layout = GTK_BOX_LAYOUT(gtk_widget_get_layout_manager(GTK_WIDGET(bar)));
  GtkWidget *spacer = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_box_layout_set_spacing(layout, 6);
  make_worst(bar);
  make_list(bar);
  bar->facts = gtk_label_new(NULL);
  gtk_widget_add_css_class(bar->facts, "dim-label");
  gtk_widget_add_css_class(bar->facts, "nw-number");
  gtk_widget_set_hexpand(spacer, TRUE);
  gtk_widget_set_parent(bar->worst, GTK_WIDGET(bar));
  gtk_widget_set_parent(bar->cure, GTK_WIDGET(bar));
  gtk_widget_set_parent(bar->all, GTK_WIDGET(bar));
  gtk_widget_set_parent(spacer, GTK_WIDGET(bar));
  gtk_widget_set_parent(bar->facts, GTK_WIDGET(bar));
  nw_problem_bar_set_findings(bar, NULL);
}

GtkWidget *
nw_problem_bar_new(void)
{
  return g_object_new(NW_TYPE_PROBLEM_BAR, NULL);
}
