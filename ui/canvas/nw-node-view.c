/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-node-view.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE(NwNodeView, nw_node_view, GTK_TYPE_WIDGET)

static void
drop_layouts(NwNodeView *view)
{
  g_clear_object(&view->name_layout);
  g_clear_object(&view->line_layout);
  g_clear_object(&view->score_layout);
}

static void
ensure_layouts(NwNodeView *view)
{
  GtkWidget *widget = GTK_WIDGET(view);

  if (!view->name_layout)
    view->name_layout =
        nw_node_layout_text(widget, NW_TEXT_NAME, view->title,
                            view->problem != NULL || view->is_bad);
  if (!view->line_layout)
    view->line_layout = nw_node_layout_text(widget, NW_TEXT_LINE, view->line, FALSE);
  if (!view->score_layout && view->score)
    view->score_layout = nw_node_layout_text(widget, NW_TEXT_SCORE, view->score, FALSE);
}

/* One symbol for all nodes. */
static GtkSymbolicPaintable *
warning_symbol(GtkWidget *widget)
{
  static GtkIconPaintable *icon = NULL;

  if (!icon)
    icon = gtk_icon_theme_lookup_icon(
        gtk_icon_theme_get_for_display(gtk_widget_get_display(widget)), "dialog-warning-symbolic",
        NULL, 16, 2, GTK_TEXT_DIR_NONE, GTK_ICON_LOOKUP_FORCE_SYMBOLIC);
  return GTK_SYMBOLIC_PAINTABLE(icon);
}

static void
nw_node_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  NwNodeView *view = NW_NODE_VIEW(widget);
  NwNodeFace face = {
      .node = view->node,
      .category = view->node->layer->kind->category,
      .width = NW_NODE_WIDTH,
      .height = nw_node_view_get_height(view),
      .selected = view->selected,
      .problem = view->problem != NULL || view->is_bad,
      .focused = gtk_widget_has_visible_focus(widget),
      .fits_inputs = view->fits_inputs,
      .fits_outputs = view->fits_outputs,
      .dim = view->dim,
      .activation = view->activation,
      .gradient = view->gradient,
      .curve = (const float *)view->curve->data,
      .n_curve = view->curve->len,
  };

  if (view->detail == NW_DETAIL_FULL)
    ensure_layouts(view);
  face.name = view->name_layout;
  face.line = view->line_layout;
  face.score = view->score_layout;
  gtk_snapshot_save(snapshot);
  gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(NW_NODE_MARGIN, NW_NODE_MARGIN));
  nw_node_draw(snapshot, &face, nw_canvas_theme_get_current(), view->detail,
               warning_symbol(widget));
  gtk_snapshot_restore(snapshot);
}

static void
nw_node_view_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  NwNodeView *view = NW_NODE_VIEW(widget);
  double length =
      orientation == GTK_ORIENTATION_HORIZONTAL ? NW_NODE_WIDTH : nw_node_view_get_height(view);

  /* GTK asks only after something queued a resize: then the next allocation may not be skipped. */
  view->placed = FALSE;
  *minimum = *natural = length + 2 * NW_NODE_MARGIN;
}

static void
nw_node_view_css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS(nw_node_view_parent_class)->css_changed(widget, change);
  drop_layouts(NW_NODE_VIEW(widget));
  gtk_widget_queue_draw(widget);
}

static void
nw_node_view_finalize(GObject *object)
{
  NwNodeView *view = NW_NODE_VIEW(object);

  drop_layouts(view);
  g_array_unref(view->curve);
  g_free(view->title);
  g_free(view->line);
  g_free(view->problem);
  g_free(view->score);
  g_free(view->health);
  G_OBJECT_CLASS(nw_node_view_parent_class)->finalize(object);
}

static void
node_action_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  /* "node.select" is the canvas's "canvas.node-select" for this uid. */
  g_autofree char *action = g_strconcat("canvas.node-", name + strlen("node."), NULL);

  gtk_widget_activate_action(widget, action, "u", NW_NODE_VIEW(widget)->uid);
}

static void
nw_node_view_class_init(NwNodeViewClass *class)
{
  static const char *const actions[] = {"node.focus",   "node.select", "node.toggle",
                                        "node.connect", "node.rename", "node.delete"};
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->finalize = nw_node_view_finalize;
  widget_class->snapshot = nw_node_view_snapshot;
  widget_class->measure = nw_node_view_measure;
  widget_class->css_changed = nw_node_view_css_changed;
  gtk_widget_class_set_css_name(widget_class, "node");
  gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
    gtk_widget_class_install_action(widget_class, actions[i], NULL, node_action_cb);
}

static void
nw_node_view_init(NwNodeView *view)
{
  view->curve = g_array_new(FALSE, FALSE, sizeof(float));
  view->activation = view->gradient = -1;
  gtk_widget_set_focusable(GTK_WIDGET(view), TRUE);
}

GtkWidget *
nw_node_view_new(guint uid)
{
  NwNodeView *view = g_object_new(NW_TYPE_NODE_VIEW, NULL);

  view->uid = uid;
  return GTK_WIDGET(view);
}

/* Takes @text; TRUE when it differs from what was there. */
static gboolean
replace_text(char **field, char *text)
{
  gboolean changed = g_strcmp0(*field, text) != 0;

  g_free(*field);
  *field = text;
  return changed;
}

void
nw_node_view_set_node(NwNodeView *view, const NwNode *node, const char *title, const char *problem)
{
  double height = view->node ? nw_node_view_get_height(view) : 0;
  gboolean changed = view->node != node;

  view->node = node;
  changed |= replace_text(&view->title, g_strdup(title));
  changed |=
      replace_text(&view->line, nw_layer_kind_describe(node->layer->kind, node->layer->params));
  changed |= replace_text(&view->problem, g_strdup(problem));
  if (!changed)
    return;
  drop_layouts(view);
  gtk_widget_queue_draw(GTK_WIDGET(view));
  if (nw_node_view_get_height(view) != height)
    gtk_widget_queue_resize(GTK_WIDGET(view));
}

void
nw_node_view_set_description(NwNodeView *view, const char *text)
{
  g_autofree char *label = g_strdup_printf("%s, %s", view->title, view->node->layer->kind->title);

  gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                 GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

void
nw_node_view_set_position(NwNodeView *view, double x, double y)
{
  view->x = x;
  view->y = y;
}

void
nw_node_view_set_selected(NwNodeView *view, gboolean selected)
{
  if (view->selected == selected)
    return;
  view->selected = selected;
  gtk_accessible_update_state(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
  gtk_widget_queue_draw(GTK_WIDGET(view));
}

void
nw_node_view_set_detail(NwNodeView *view, NwDetail detail)
{
  if (view->detail == detail)
    return;
  view->detail = detail;
  gtk_widget_queue_draw(GTK_WIDGET(view));
}

void
nw_node_view_set_fits(NwNodeView *view, gboolean inputs, gboolean outputs, gboolean dim)
{
  if (view->fits_inputs == inputs && view->fits_outputs == outputs && view->dim == dim)
    return;
  view->fits_inputs = inputs;
  view->fits_outputs = outputs;
  view->dim = dim;
  gtk_widget_queue_draw(GTK_WIDGET(view));
}

gboolean
nw_node_view_set_health(NwNodeView *view, double activation, double gradient, const char *text,
                        gboolean is_bad)
{
  gboolean was_bad = view->is_bad, changed = replace_text(&view->health, g_strdup(text));

  view->is_bad = is_bad;
  if (is_bad != was_bad)
    g_clear_object(&view->name_layout);
  if (view->activation != activation || view->gradient != gradient || is_bad != was_bad)
    gtk_widget_queue_draw(GTK_WIDGET(view));
  view->activation = activation;
  view->gradient = gradient;
  return is_bad != was_bad || (is_bad && changed);
}

void
nw_node_view_set_curve(NwNodeView *view, const float *values, guint n, const char *score)
{
  double height = nw_node_view_get_height(view);

  g_array_set_size(view->curve, 0);
  g_array_append_vals(view->curve, values, n);
  if (replace_text(&view->score, g_strdup(score)))
    g_clear_object(&view->score_layout);
  gtk_widget_queue_draw(GTK_WIDGET(view));
  if (nw_node_view_get_height(view) != height)
    gtk_widget_queue_resize(GTK_WIDGET(view));
}

double
nw_node_view_get_height(const NwNodeView *view)
{
  return nw_node_layout_height(view->node) + (view->curve->len > 1 ? NW_NODE_CURVE : 0);
}

graphene_point_t
nw_node_view_get_port(const NwNodeView *view, NwSide side, guint port)
{
  graphene_point_t at = nw_node_layout_port(view->node, side, port);

  return GRAPHENE_POINT_INIT(view->x + at.x, view->y + at.y);
}

graphene_rect_t
nw_node_view_get_rect(const NwNodeView *view)
{
  return GRAPHENE_RECT_INIT(view->x, view->y, NW_NODE_WIDTH, nw_node_view_get_height(view));
}
