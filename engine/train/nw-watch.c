/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-watch.h"

#include <math.h>
#include <string.h>

/* µs between two looks; before an evaluation less is enough. */
#define PAUSE      (250 * 1000)
#define LAST_PAUSE (100 * 1000)
/* Of the time that steps take, looks may take one part in so many. */
#define SHARE 100
/* Numbers of a layer's result that are looked at, and samples for which a unit must be 0 to be dead. */
#define MAX_NUMBERS ((gsize)262144)
#define MAX_SAMPLES ((guint64)512)

/* A node that is watched. */
typedef struct {
  guint uid;
  const char *name; /* interned */
  int first_weight; /* −1: none that is trained */
  guint n_weights;
  gsize cols;
  double *sums, *squares; /* [cols] of the batch at hand */
  guint64 *lived;         /* [cols] samples seen when the unit was last not 0 */
  guint32 *alive;         /* [cols] in the batch at hand */
  guint64 seen;           /* samples */
  double usual;           /* mean logarithm of the gradient's norm; NaN before the first */
} Layer;

struct _NwWatch {
  NwExec *exec;
  NwWeights *weights;
  NwWatching watching;
  guint n_layers;
  Layer *layers;
  NwLayerHealth *seen; /* [n_layers] of the step at hand */
  GHashTable *by_uid;  /* uid → index + 1 */
  gboolean looks;      /* in the step at hand */
  guint64 step;
  gint64 begun, last;       /* µs, monotonic */
  double plain, spent, all; /* µs: a step without looking; looks; all steps */
};

static gboolean
is_watched(const NwWatch *self, const NwNode *node, const NwNodeInfo *info, guint *n)
{
  int first = nw_weights_find_layer(self->weights, node->layer->uid, n);

  for (guint i = 0; i < *n; i++)
    if (nw_weights_get(self->weights, (guint)first + i)->trainable)
      return TRUE;
  return node->layer->kind->role == NW_ROLE_LAYER && info->infer.activation != NULL &&
         info->infer.activation != nw_activations();
}

static void
add_layer(NwWatch *self, const NwNode *node, const NwNodeInfo *info)
{
  Layer *layer = &self->layers[self->n_layers];
  const NwType *type = &info->infer.outputs[0];

  if (!is_watched(self, node, info, &layer->n_weights))
    return;
  layer->uid = node->uid;
  layer->name = g_intern_string(node->layer->name);
  layer->first_weight = nw_weights_find_layer(self->weights, node->layer->uid, &layer->n_weights);
  layer->cols = type->dtype == NW_REAL ? (gsize)nw_shape_last(&type->shape) : 0;
  layer->sums = g_new0(double, layer->cols + 1);
  layer->squares = g_new0(double, layer->cols + 1);
  layer->lived = g_new0(guint64, layer->cols + 1);
  layer->alive = g_new0(guint32, layer->cols + 1);
  layer->usual = NAN;
  self->n_layers++;
  g_hash_table_insert(self->by_uid, GUINT_TO_POINTER(node->uid), GUINT_TO_POINTER(self->n_layers));
}

NwWatch *
nw_watch_new(const NwInference *inference, NwExec *exec, NwWeights *weights, NwWatching watching)
{
  NwGraph *graph = nw_inference_get_flat_graph(inference);
  g_autofree guint *order = nw_graph_dup_order(graph);
  guint n = nw_graph_get_n_nodes(graph);
  NwWatch *self = g_new0(NwWatch, 1);

  self->exec = exec;
  self->weights = weights;
  self->watching = watching;
  self->by_uid = g_hash_table_new(NULL, NULL);
  self->layers = g_new0(Layer, n + 1);
  for (guint i = 0; watching != NW_WATCH_NOTHING && i < n; i++) {
    const NwNode *node = nw_graph_get_node(graph, order[i]);
    add_layer(self, node, nw_inference_get_node(inference, node->uid));
  }
  self->seen = g_new0(NwLayerHealth, self->n_layers + 1);
  return self;
}

void
nw_watch_free(NwWatch *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_layers; i++) {
    g_free(self->layers[i].sums);
    g_free(self->layers[i].squares);
    g_free(self->layers[i].lived);
    g_free(self->layers[i].alive);
  }
  g_free(self->layers);
  g_free(self->seen);
  g_hash_table_unref(self->by_uid);
  g_free(self);
}

/* ── when ────────────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_due(const NwWatch *self, gboolean last, gboolean alone)
{
  if (self->n_layers == 0 || self->step % nw_weights_get_common(self->weights)->accumulate != 0)
    return FALSE;
  if (self->watching == NW_WATCH_EVERY || self->last == 0 || alone)
    return TRUE;
  return self->begun - self->last >= (last ? LAST_PAUSE : PAUSE) && self->spent * SHARE <= self->all;
}

/* What looking cost is what the step took longer than the others; at least a little, because steps
 * differ. */
static void
count_time(NwWatch *self)
{
  double took = (double)(g_get_monotonic_time() - self->begun);

  self->all += took;
  if (self->looks)
    self->spent += self->plain > 0 ? MAX(took - self->plain, took / 16) : took / 4;
  else
    self->plain += (took - self->plain) * (self->plain > 0 ? 0.1 : 1);
}

/* ── what ────────────────────────────────────────────────────────────────────────────────────── */

/* Rows from the first on, as many as there is time for: training deals them out at random. */
static void
look_at_result(Layer *layer, NwLayerHealth *seen, const NwReal *values, gsize rows)
{
  gsize cols = layer->cols, n = MIN(rows, MAX(MAX_NUMBERS / cols, 1)), dead = 0;
  double sum = 0, squares = 0;

  memset(layer->sums, 0, cols * sizeof *layer->sums);
  memset(layer->squares, 0, cols * sizeof *layer->squares);
  memset(layer->alive, 0, cols * sizeof *layer->alive);
  for (gsize r = 0; r < n; r++) {
    const NwReal *x = values + r * cols;
    for (gsize c = 0; c < cols; c++) {
      layer->sums[c] += (double)x[c];
      layer->squares[c] += (double)x[c] * (double)x[c];
      layer->alive[c] |= x[c] != 0;
    }
  }
  layer->seen += n;
  for (gsize c = 0; c < cols; c++) {
    sum += layer->sums[c];
    squares += layer->squares[c];
    if (layer->alive[c])
      layer->lived[c] = layer->seen;
    dead += layer->seen - layer->lived[c] >= MIN(layer->seen, MAX_SAMPLES);
  }
  seen->mean = sum / (double)(n * cols);
  seen->deviation = sqrt(MAX(0, squares / (double)(n * cols) - seen->mean * seen->mean));
  seen->dead = (double)dead / (double)cols;
  seen->units = (guint)cols;
  seen->is_finite = isfinite(squares);
}

static void
probe_cb(gpointer data, guint uid, const NwReal *values, gsize rows, gsize cols)
{
  NwWatch *self = data;
  guint index = GPOINTER_TO_UINT(g_hash_table_lookup(self->by_uid, GUINT_TO_POINTER(uid)));

  if (index > 0 && self->layers[index - 1].cols == cols)
    look_at_result(&self->layers[index - 1], &self->seen[index - 1], values, rows);
}

static double
sum_of(const double *parts, gsize n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    sum += parts[i];
  return sum;
}

static void
look_at_weights(NwWatch *self, Layer *layer, NwLayerHealth *seen)
{
  double gradient = 0, size = 0, move = 0;
  gboolean any = FALSE;

  for (guint i = 0; i < layer->n_weights; i++) {
    const NwWeight *weight = nw_weights_get(self->weights, (guint)layer->first_weight + i);
    if (!weight->trainable || weight->resting)
      continue;
    any = TRUE;
    gradient += sum_of(weight->squares, weight->n_squares);
    size += sum_of(weight->sizes, weight->n_squares);
    move += sum_of(weight->moves, weight->n_squares);
  }
  if (!any)
    return;
  seen->gradient = sqrt(gradient);
  seen->weight = sqrt(size);
  seen->update = sqrt(move);
  seen->usual_gradient = exp(layer->usual);
  if (isfinite(log(seen->gradient)))
    layer->usual = isnan(layer->usual) ? log(seen->gradient)
                                       : 0.9 * layer->usual + 0.1 * log(seen->gradient);
}

void
nw_watch_begin_step(NwWatch *self, guint64 step, gboolean last, gboolean alone)
{
  self->begun = g_get_monotonic_time();
  self->step = step;
  self->looks = is_due(self, last, alone);
  if (!self->looks)
    return;
  for (guint i = 0; i < self->n_layers; i++)
    self->seen[i] = (NwLayerHealth){.node = self->layers[i].uid,
                                    .name = self->layers[i].name,
                                    .gradient = NAN,
                                    .weight = NAN,
                                    .update = NAN,
                                    .usual_gradient = NAN,
                                    .mean = NAN,
                                    .deviation = NAN,
                                    .dead = NAN,
                                    .is_finite = TRUE};
  nw_exec_set_probe(self->exec, probe_cb, self);
  nw_weights_set_watched(self->weights, TRUE);
}

NwHealth *
nw_watch_end_step(NwWatch *self, double epochs, gboolean moved)
{
  if (!self->looks) {
    count_time(self);
    return NULL;
  }
  nw_exec_set_probe(self->exec, NULL, NULL);
  nw_weights_set_watched(self->weights, FALSE);
  for (guint i = 0; moved && i < self->n_layers; i++)
    if (self->layers[i].first_weight >= 0)
      look_at_weights(self, &self->layers[i], &self->seen[i]);
  self->last = self->begun;
  count_time(self);
  return nw_health_new(self->step, epochs, self->seen, self->n_layers);
}
