/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Renaming in place: an entry over the node's name, readable at every zoom. */
#include "nw-canvas-private.h"

#include <glib/gi18n.h>
#include <math.h>

static void
focus_left_cb(GtkEventControllerFocus *focus, NwCanvas *canvas)
{
  if (canvas->rename_uid)
    canvas_rename_end(canvas, TRUE);
}

static void
activate_cb(GtkEntry *entry, NwCanvas *canvas)
{
  canvas_rename_end(canvas, TRUE);
}

static gboolean
key_cb(GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state,
       NwCanvas *canvas)
{
  if (keyval != GDK_KEY_Escape && keyval != GDK_KEY_Tab)
    return FALSE;
  canvas_rename_end(canvas, keyval == GDK_KEY_Tab);
  return TRUE;
}

static void
make_box(NwCanvas *canvas)
{
  GtkEventController *controller;

  canvas->rename_box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  canvas->rename_entry = gtk_entry_new();
  canvas->rename_error = gtk_label_new(NULL);
  gtk_widget_add_css_class(canvas->rename_box, "nw-rename");
  gtk_widget_add_css_class(canvas->rename_error, "error");
  gtk_widget_add_css_class(canvas->rename_error, "caption");
  gtk_label_set_wrap(GTK_LABEL(canvas->rename_error), TRUE);
  gtk_label_set_xalign(GTK_LABEL(canvas->rename_error), 0);
  gtk_label_set_max_width_chars(GTK_LABEL(canvas->rename_error), 24);
  gtk_accessible_update_property(GTK_ACCESSIBLE(canvas->rename_entry),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name of the layer"), -1);
  gtk_box_append(GTK_BOX(canvas->rename_box), canvas->rename_entry);
  gtk_box_append(GTK_BOX(canvas->rename_box), canvas->rename_error);
  gtk_widget_set_parent(canvas->rename_box, GTK_WIDGET(canvas));

  controller = gtk_event_controller_focus_new();
  g_signal_connect(controller, "leave", G_CALLBACK(focus_left_cb), canvas);
  gtk_widget_add_controller(canvas->rename_entry, controller);
  controller = gtk_event_controller_key_new();
  gtk_event_controller_set_propagation_phase(controller, GTK_PHASE_CAPTURE);
  g_signal_connect(controller, "key-pressed", G_CALLBACK(key_cb), canvas);
  gtk_widget_add_controller(canvas->rename_entry, controller);
  g_signal_connect(canvas->rename_entry, "activate", G_CALLBACK(activate_cb), canvas);
}

void
canvas_rename(NwCanvas *canvas, guint uid)
{
  NwNodeView *view = canvas_find(canvas, uid);

  if (!view)
    return;
  canvas_select_one(canvas, uid);
  nw_canvas_show_node(canvas, uid);
  if (!canvas->rename_box)
    make_box(canvas);
  canvas->rename_uid = uid;
  gtk_editable_set_text(GTK_EDITABLE(canvas->rename_entry), view->node->layer->name);
  gtk_widget_hide(canvas->rename_error);
  gtk_widget_remove_css_class(canvas->rename_entry, "error");
  gtk_widget_show(canvas->rename_box);
  gtk_widget_grab_focus(canvas->rename_entry);
  gtk_widget_queue_allocate(GTK_WIDGET(canvas));
}

static gboolean
has_focus(NwCanvas *canvas)
{
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(canvas));
  GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;

  return focus && gtk_widget_is_ancestor(focus, canvas->rename_box);
}

static void
close_box(NwCanvas *canvas)
{
  guint uid = canvas->rename_uid;
  gboolean had_focus = has_focus(canvas);

  canvas->rename_uid = 0;
  if (had_focus)
    canvas_focus_node(canvas, uid);
  gtk_widget_hide(canvas->rename_box);
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

void
canvas_rename_end(NwCanvas *canvas, gboolean accept)
{
  guint uid = canvas->rename_uid;
  NwNodeView *view = canvas_find(canvas, uid);
  g_autoptr(GError) error = NULL;
  g_autoptr(NwGraph) graph = NULL;
  g_autofree char *name = NULL;

  if (!uid)
    return;
  name = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(canvas->rename_entry))));
  if (!accept || !view || g_str_equal(name, view->node->layer->name)) {
    close_box(canvas);
    return;
  }
  graph = nw_graph_rename(canvas->graph, uid, name, &error);
  if (graph) {
    close_box(canvas);
    canvas_commit(canvas, graph, _("Rename"), NULL, NULL, 0);
    return;
  }
  if (!has_focus(canvas)) { /* who went elsewhere is not called back */
    canvas_emit_message(canvas, error->message);
    close_box(canvas);
    return;
  }
  gtk_label_set_text(GTK_LABEL(canvas->rename_error), error->message);
  gtk_widget_show(canvas->rename_error);
  gtk_widget_add_css_class(canvas->rename_entry, "error");
}

void
canvas_rename_allocate(NwCanvas *canvas)
{
  NwNodeView *view = canvas_find(canvas, canvas->rename_uid);
  graphene_point_t at;
  int width, height;

  if (!view || !canvas->rename_box)
    return;
  at = nw_canvas_to_widget(canvas, view->x, view->y);
  gtk_widget_measure(canvas->rename_box, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  width = MAX(width, (int)(NW_NODE_WIDTH * canvas->zoom));
  gtk_widget_measure(canvas->rename_box, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL,
                     NULL);
  gtk_widget_allocate(
      canvas->rename_box, width, height, -1,
      gsk_transform_translate(NULL, &GRAPHENE_POINT_INIT(round(at.x), round(at.y))));
}
