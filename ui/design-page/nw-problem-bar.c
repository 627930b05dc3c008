/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-problem-bar.h"

#include <glib/gi18n.h>

struct _NwProblemBar {
  GtkWidget parent_instance;
  GtkWidget *worst, *icon, *name, *sentence; /* the worst problem */
  GtkWidget *all, *list;                     /* how many there are, and the list of them */
  GtkWidget *facts;
  NwInference *inference;
  char *facts_text, *status_text;
};

G_DEFINE_FINAL_TYPE(NwProblemBar, nw_problem_bar, GTK_TYPE_WIDGET)

enum { SHOW_NODE, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *const icons[] = {
    [NW_SEVERITY_HINT] = "dialog-information-symbolic",
    [NW_SEVERITY_WARNING] = "dialog-warning-symbolic",
    [NW_SEVERITY_ERROR] = "dialog-warning-symbolic",
};

static const char *
name_of(NwProblemBar *bar, const NwProblem *problem)
{
  const NwNode *node =
      problem->node ? nw_graph_find_node(nw_inference_get_graph(bar->inference), problem->node)
                    : NULL;

  return node ? node->layer->name : NULL;
}

static void
worst_clicked_cb(GtkButton *button, NwProblemBar *bar)
{
  const NwProblem *problem = nw_inference_get_problem(bar->inference, 0);

  if (problem->node)
    g_signal_emit(bar, signals[SHOW_NODE], 0, problem->node);
}

static void
row_activated_cb(GtkListBox *list, GtkListBoxRow *row, NwProblemBar *bar)
{
  guint node = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(row), "node"));

  gtk_menu_button_popdown(GTK_MENU_BUTTON(bar->all));
  if (node)
    g_signal_emit(bar, signals[SHOW_NODE], 0, node);
}

static GtkWidget *
make_row(NwProblemBar *bar, const NwProblem *problem)
{
  GtkWidget *row = gtk_list_box_row_new(), *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = gtk_image_new_from_icon_name(icons[problem->severity]);
  GtkWidget *label = gtk_label_new(problem->message);

  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_max_width_chars(GTK_LABEL(label), 56);
  gtk_widget_set_valign(icon, GTK_ALIGN_START);
  if (problem->severity != NW_SEVERITY_HINT)
    gtk_widget_add_css_class(icon, "warning");
  gtk_box_append(GTK_BOX(box), icon);
  gtk_box_append(GTK_BOX(box), label);
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
  g_object_set_data(G_OBJECT(row), "node", GUINT_TO_POINTER(problem->node));
  return row;
}

/* Made when it is opened: a thousand problems cost nothing until someone looks. */
static void
fill_list_cb(GtkMenuButton *button, gpointer data)
{
  NwProblemBar *bar = data;
  guint n = bar->inference ? nw_inference_get_n_problems(bar->inference) : 0;
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child(bar->list)))
    gtk_list_box_remove(GTK_LIST_BOX(bar->list), row);
  for (guint i = 0; i < n; i++)
    gtk_list_box_append(GTK_LIST_BOX(bar->list),
                        make_row(bar, nw_inference_get_problem(bar->inference, i)));
}

static void
show_worst(NwProblemBar *bar, const NwProblem *problem)
{
  gboolean empty = bar->inference &&
                   nw_graph_get_n_nodes(nw_inference_get_graph(bar->inference)) == 0;
  const char *fine = empty ? _("Nothing drawn yet") : _("No problems");
  gboolean serious = problem && problem->severity != NW_SEVERITY_HINT;
  g_autofree char *name = NULL;

  if (serious)
    gtk_widget_add_css_class(GTK_WIDGET(bar), "troubled");
  else
    gtk_widget_remove_css_class(GTK_WIDGET(bar), "troubled");
  gtk_image_set_from_icon_name(GTK_IMAGE(bar->icon),
                               problem ? icons[problem->severity]
                               : empty ? "dialog-information-symbolic"
                                       : "object-select-symbolic");
  gtk_label_set_text(GTK_LABEL(bar->sentence), problem ? problem->message : fine);
  gtk_widget_set_tooltip_text(bar->worst, problem ? problem->message : NULL);
  /* Most sentences begin with the name of their layer. */
  if (problem && name_of(bar, problem) && !strstr(problem->message, name_of(bar, problem)))
    name = g_strdup_printf("%s:", name_of(bar, problem));
  gtk_label_set_text(GTK_LABEL(bar->name), name ? name : "");
  gtk_widget_set_visible(bar->name, name != NULL);
  gtk_widget_set_can_target(bar->worst, problem && problem->node);
  gtk_widget_set_focusable(bar->worst, problem && problem->node);
}

void
nw_problem_bar_set_inference(NwProblemBar *bar, NwInference *inference)
{
  NwInference *old = bar->inference;
  guint n = inference ? nw_inference_get_n_problems(inference) : 0;
  g_autofree char *text = g_strdup_printf(ngettext("%u problem", "%u problems", n), n);

  bar->inference = inference ? nw_inference_ref(inference) : NULL;
  show_worst(bar, n ? nw_inference_get_problem(inference, 0) : NULL);
  gtk_menu_button_set_label(GTK_MENU_BUTTON(bar->all), text);
  gtk_widget_set_visible(bar->all, n > 0);
  g_clear_pointer(&old, nw_inference_unref);
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
  g_clear_pointer(&NW_PROBLEM_BAR(object)->inference, nw_inference_unref);
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
  gtk_menu_button_set_create_popup_func(GTK_MENU_BUTTON(bar->all), fill_list_cb, bar, NULL);
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
  gtk_widget_set_parent(bar->all, GTK_WIDGET(bar));
  gtk_widget_set_parent(spacer, GTK_WIDGET(bar));
  gtk_widget_set_parent(bar->facts, GTK_WIDGET(bar));
  nw_problem_bar_set_inference(bar, NULL);
}

GtkWidget *
nw_problem_bar_new(void)
{
  return g_object_new(NW_TYPE_PROBLEM_BAR, NULL);
}
