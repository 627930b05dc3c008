/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Which nodes, or which one wire, are selected. */
#include "nw-canvas-private.h"

static void
selection_changed(NwCanvas *canvas)
{
  g_autoptr(GHashTable) chosen = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < canvas->selection->len; i++)
    g_hash_table_add(chosen, GUINT_TO_POINTER(g_array_index(canvas->selection, guint, i)));
  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    nw_node_view_set_selected(view, g_hash_table_contains(chosen, GUINT_TO_POINTER(view->uid)));
  }
  canvas_update_wire_looks(canvas);
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
  canvas_emit_selection(canvas);
}

static gboolean
find(NwCanvas *canvas, guint uid, guint *index)
{
  for (guint i = 0; i < canvas->selection->len; i++) {
    if (g_array_index(canvas->selection, guint, i) != uid)
      continue;
    *index = i;
    return TRUE;
  }
  return FALSE;
}

gboolean
canvas_is_selected(NwCanvas *canvas, guint uid)
{
  guint index;

  return find(canvas, uid, &index);
}

guint
canvas_primary(NwCanvas *canvas)
{
  guint n = canvas->selection->len;

  return n ? g_array_index(canvas->selection, guint, n - 1) : 0;
}

const guint *
nw_canvas_get_selection(NwCanvas *canvas, gsize *n)
{
  *n = canvas->selection->len;
  return (const guint *)canvas->selection->data;
}

void
nw_canvas_select(NwCanvas *canvas, const guint *uids, gsize n)
{
  if (n == canvas->selection->len && canvas->wire_selected == 0 &&
      (n == 0 || memcmp(uids, canvas->selection->data, n * sizeof *uids) == 0))
    return;
  g_array_set_size(canvas->selection, 0);
  g_array_append_vals(canvas->selection, uids, n);
  canvas->wire_selected = 0;
  selection_changed(canvas);
}

void
canvas_select_one(NwCanvas *canvas, guint uid)
{
  nw_canvas_select(canvas, &uid, 1);
}

void
canvas_toggle(NwCanvas *canvas, guint uid)
{
  guint index;

  canvas->wire_selected = 0;
  if (find(canvas, uid, &index))
    g_array_remove_index(canvas->selection, index);
  else
    g_array_append_val(canvas->selection, uid);
  selection_changed(canvas);
}

void
nw_canvas_select_wire(NwCanvas *canvas, guint to, guint input)
{
  gint64 key = wire_key(to, input);

  if (!g_hash_table_contains(canvas->wires, &key))
    return;
  g_array_set_size(canvas->selection, 0);
  canvas->wire_selected = key;
  selection_changed(canvas);
}

gboolean
nw_canvas_get_selected_wire(NwCanvas *canvas, guint *to, guint *input)
{
  *to = canvas->wire_selected >> 32;
  *input = canvas->wire_selected & G_MAXUINT32;
  return canvas->wire_selected != 0;
}

/* After the graph changed: what is gone is no longer selected; what was just made is. */
void
canvas_apply_selection(NwCanvas *canvas)
{
  g_autoptr(GArray) wanted = g_steal_pointer(&canvas->pending);
  GArray *from = wanted ? wanted : canvas->selection;
  guint kept = 0;
  gboolean same;

  for (guint i = 0; i < from->len; i++) {
    guint uid = g_array_index(from, guint, i);
    if (canvas_find(canvas, uid))
      g_array_index(from, guint, kept++) = uid;
  }
  same = !wanted && kept == from->len;
  g_array_set_size(from, kept);
  if (wanted) {
    g_array_unref(canvas->selection);
    canvas->selection = g_steal_pointer(&wanted);
    canvas->wire_selected = 0;
  }
  if (canvas->wire_selected) {
    guint to, input;
    NwNodeView *view;
    nw_canvas_get_selected_wire(canvas, &to, &input);
    view = canvas_find(canvas, to);
    if (!view || input >= view->node->n_inputs || !view->node->inputs[input].node) {
      canvas->wire_selected = 0;
      same = FALSE;
    }
  }
  if (!same)
    selection_changed(canvas);
}
