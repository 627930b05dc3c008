/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-live-layers.h"

struct _NwLiveLayers {
  NwCanvas *canvas;
  NwRun *run;
  NwHealth *shown; /* (nullable) */
  gulong health_id, map_id;
};

static void
show_layer(NwLiveLayers *live, const NwLayerHealth *layer)
{
  g_autofree char *complaint = nw_layer_health_dup_complaint(layer);
  g_autofree char *facts = nw_layer_health_dup_facts(layer);
  g_autofree char *text = complaint ? g_strdup_printf("%s\n%s", complaint, facts) : NULL;

  nw_canvas_set_health(live->canvas, layer->node, nw_layer_health_get_activation(layer),
                       nw_layer_health_get_learning(layer), text ? text : facts, complaint != NULL);
}

static void
update(NwLiveLayers *live)
{
  NwHealth *health = nw_run_get_newest_health(live->run);

  if (!health || health == live->shown || !gtk_widget_get_mapped(GTK_WIDGET(live->canvas)))
    return; /* nobody looks */
  nw_health_ref(health);
  g_clear_pointer(&live->shown, nw_health_unref);
  live->shown = health;
  for (guint i = 0; i < health->n_layers; i++)
    show_layer(live, &health->layers[i]);
}

NwLiveLayers *
nw_live_layers_new(NwCanvas *canvas, NwRun *run)
{
  NwLiveLayers *live = g_new0(NwLiveLayers, 1);

  live->canvas = canvas;
  live->run = g_object_ref(run);
  live->health_id = g_signal_connect_swapped(run, "health", G_CALLBACK(update), live);
  live->map_id = g_signal_connect_swapped(canvas, "map", G_CALLBACK(update), live);
  update(live);
  return live;
}

void
nw_live_layers_free(NwLiveLayers *live)
{
  g_signal_handler_disconnect(live->run, live->health_id);
  g_signal_handler_disconnect(live->canvas, live->map_id);
  g_clear_pointer(&live->shown, nw_health_unref);
  g_object_unref(live->run);
  g_free(live);
}
