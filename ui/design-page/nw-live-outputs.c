/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-live-outputs.h"

#include <glib/gi18n.h>
#include <math.h>

#define MAX_POINTS 96  /* of one curve; then neighbours are merged by two */
#define CHUNK      512 /* steps read at a time */

/* One output's loss: means of `block` steps each. */
typedef struct {
  guint uid;
  guint series; /* of the history's steps */
  char *name;
  GArray *points; /* float */
  double sum;     /* of the block that is filling */
  guint count, block;
} Curve;

struct _NwLiveOutputs {
  NwCanvas *canvas;
  NwRun *run;
  GArray *curves; /* Curve */
  gsize n_read;   /* steps */
  gulong run_ids[3], map_id;
};

static void
clear_curve(gpointer data)
{
  Curve *curve = data;

  g_free(curve->name);
  g_array_unref(curve->points);
}

static void
merge_neighbours(Curve *curve)
{
  float *points = (float *)curve->points->data;
  guint half = curve->points->len / 2;

  for (guint i = 0; i < half; i++)
    points[i] = (points[2 * i] + points[2 * i + 1]) / 2;
  g_array_set_size(curve->points, half);
  curve->block *= 2;
}

static void
append(Curve *curve, double value)
{
  float mean;

  curve->sum += value;
  if (++curve->count < curve->block)
    return;
  mean = curve->sum / curve->count;
  g_array_append_val(curve->points, mean);
  curve->sum = curve->count = 0;
  if (curve->points->len >= MAX_POINTS)
    merge_neighbours(curve);
}

static void
find_curves(NwLiveOutputs *live)
{
  NwGraph *graph = nw_project_get_graph(nw_run_get_project(live->run));
  NwHistory *history = nw_run_get_history(live->run);

  for (guint i = 0; i < nw_history_get_n_step_series(history); i++) {
    const char *name = nw_history_get_step_series(history, i)->name;
    const NwNode *node = nw_graph_find_node_by_name(graph, name);
    Curve curve = {.series = i, .block = 1};

    if (!node || node->layer->kind->role != NW_ROLE_OUTPUT)
      continue;
    curve.uid = node->uid;
    curve.name = g_strdup(name);
    curve.points = g_array_new(FALSE, FALSE, sizeof(float));
    g_array_append_val(live->curves, curve);
  }
}

static void
read_steps(NwLiveOutputs *live)
{
  NwHistory *history = nw_run_get_history(live->run);
  gsize n = nw_history_get_n_steps(history);
  double values[CHUNK];

  while (live->n_read < n) {
    gsize want = MIN(CHUNK, n - live->n_read);
    for (guint i = 0; i < live->curves->len; i++) {
      Curve *curve = &g_array_index(live->curves, Curve, i);
      gsize got = nw_history_read_steps(history, curve->series, live->n_read, want, values);
      for (gsize k = 0; k < got; k++)
        append(curve, values[k]);
    }
    live->n_read += want;
  }
}

/* “acc 0.94 · ECE 2.1 %”. (transfer full) (nullable) */
static char *
score(NwLiveOutputs *live, const char *output)
{
  NwReport *report = nw_run_find_report(live->run, output);
  const NwReportSummary *summary = report ? nw_report_get_summary(report) : NULL;

  if (!summary)
    return NULL;
  if (!isnan(summary->accuracy) && !isnan(summary->ece))
    return g_strdup_printf(_("acc %.2f · ECE %.1f %%"), summary->accuracy, 100 * summary->ece);
  if (!isnan(summary->mae))
    return g_strdup_printf(_("MAE %.3g"), summary->mae);
  return NULL;
}

static void
update(NwLiveOutputs *live)
{
  if (!nw_run_get_history(live->run) || !gtk_widget_get_mapped(GTK_WIDGET(live->canvas)))
    return; /* nobody looks; what is missed is read when someone does */
  if (live->curves->len == 0)
    find_curves(live);
  read_steps(live);
  for (guint i = 0; i < live->curves->len; i++) {
    Curve *curve = &g_array_index(live->curves, Curve, i);
    g_autofree char *text = score(live, curve->name);
    nw_canvas_set_curve(live->canvas, curve->uid, (const float *)curve->points->data,
                        curve->points->len, text);
  }
}

NwLiveOutputs *
nw_live_outputs_new(NwCanvas *canvas, NwRun *run)
{
  static const char *const run_signals[] = {"progress", "epoch", "state"};
  NwLiveOutputs *live = g_new0(NwLiveOutputs, 1);

  live->canvas = canvas;
  live->run = g_object_ref(run);
  live->curves = g_array_new(FALSE, FALSE, sizeof(Curve));
  g_array_set_clear_func(live->curves, clear_curve);
  for (guint i = 0; i < G_N_ELEMENTS(live->run_ids); i++)
    live->run_ids[i] = g_signal_connect_swapped(run, run_signals[i], G_CALLBACK(update), live);
  live->map_id = g_signal_connect_swapped(canvas, "map", G_CALLBACK(update), live);
  update(live);
  return live;
}

void
nw_live_outputs_free(NwLiveOutputs *live)
{
  for (guint i = 0; i < G_N_ELEMENTS(live->run_ids); i++)
    g_signal_handler_disconnect(live->run, live->run_ids[i]);
  g_signal_handler_disconnect(live->canvas, live->map_id);
  g_object_unref(live->run);
  g_array_unref(live->curves);
  g_free(live);
}
