/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-health.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A gradient this many times its usual norm, or this many times the weights, explodes. */
#define EXPLODES_BY    100
#define EXPLODES_ABOVE 1000
/* Steps that change the weights by this share and less, or more, are none or too many. */
#define STILL    1e-9
#define RESTLESS 0.2
/* A share of dead units that is worth a sentence; fewer are common. */
#define MANY_DEAD 0.5
/* Units whose results differ by less than this share of their size all say the same. */
#define SAME 1e-6

NwHealth *
nw_health_new(guint64 step, double epochs, const NwLayerHealth *layers, guint n_layers)
{
  NwHealth *health = g_new0(NwHealth, 1);

  health->step = step;
  health->epochs = epochs;
  health->n_layers = n_layers;
  health->layers = g_memdup2(layers, n_layers * sizeof *layers);
  atomic_init(&health->refs, 1);
  return health;
}

NwHealth *
nw_health_ref(NwHealth *health)
{
  atomic_fetch_add(&health->refs, 1);
  return health;
}

void
nw_health_unref(NwHealth *health)
{
  if (health == NULL || atomic_fetch_sub(&health->refs, 1) != 1)
    return;
  g_free(health->layers);
  g_free(health);
}

/* ── what is wrong ───────────────────────────────────────────────────────────────────────────── */

static gboolean
has_weights(const NwLayerHealth *layer)
{
  return !isnan(layer->weight);
}

/* ‖Δw‖ / ‖w‖ */
static double
get_ratio(const NwLayerHealth *layer)
{
  return layer->weight > 0 ? layer->update / layer->weight : NAN;
}

static gboolean
is_infinite(const NwLayerHealth *layer)
{
  return !layer->is_finite;
}

static gboolean
has_infinite_gradient(const NwLayerHealth *layer)
{
  return has_weights(layer) && !isfinite(layer->gradient);
}

static gboolean
explodes(const NwLayerHealth *layer)
{
  double size = MAX(layer->weight, 1);

  return layer->gradient > EXPLODES_ABOVE * size ||
         (layer->gradient > EXPLODES_BY * layer->usual_gradient && layer->gradient > size);
}

static gboolean
is_restless(const NwLayerHealth *layer)
{
  return get_ratio(layer) > RESTLESS && layer->weight > 1e-3;
}

static gboolean
is_dying(const NwLayerHealth *layer)
{
  return layer->dead >= MANY_DEAD && layer->units > 1;
}

static gboolean
is_still(const NwLayerHealth *layer)
{
  return get_ratio(layer) < STILL;
}

static gboolean
is_uniform(const NwLayerHealth *layer)
{
  return layer->units > 1 && layer->deviation <= SAME * fabs(layer->mean) && layer->mean != 0;
}

static char *
say_infinite(const NwLayerHealth *layer)
{
  return g_strdup_printf(_("The result of “%s” is not finite any more: start again with a smaller "
                           "learning rate, and scale the inputs."),
                         layer->name);
}

static char *
say_infinite_gradient(const NwLayerHealth *layer)
{
  return g_strdup_printf(_("The gradient of “%s” is not finite any more: start again with a smaller "
                           "learning rate, or clip gradients by their norm."),
                         layer->name);
}

static char *
say_explodes(const NwLayerHealth *layer)
{
  double times = layer->gradient / layer->usual_gradient;

  if (times > EXPLODES_BY)
    return g_strdup_printf(_("The gradient of “%s” explodes: its norm is %.2g, %.0f times the usual. "
                             "Clip gradients by their norm, or lower the learning rate."),
                           layer->name, layer->gradient, MIN(times, 1e9));
  return g_strdup_printf(_("The gradient of “%s” explodes: its norm is %.2g, that of the weights %.2g. "
                           "Clip gradients by their norm, or scale inputs and targets."),
                         layer->name, layer->gradient, layer->weight);
}

static char *
say_restless(const NwLayerHealth *layer)
{
  return g_strdup_printf(_("A step changes the weights of “%s” by %.0f %%: lower the learning rate."),
                         layer->name, 100 * get_ratio(layer));
}

static char *
say_dying(const NwLayerHealth *layer)
{
  return g_strdup_printf(_("%.0f %% of the units of “%s” are always 0: lower the learning rate, or try "
                           "another activation, as Leaky ReLU."),
                         floor(100 * layer->dead), layer->name);
}

static char *
say_still(const NwLayerHealth *layer)
{
  return g_strdup_printf(_("The weights of “%s” hardly move: a step changes them by %.1g of their norm. "
                           "Its gradient vanishes, or the learning rate is too small."),
                         layer->name, get_ratio(layer));
}

static char *
say_uniform(const NwLayerHealth *layer)
{
  return g_strdup_printf(_("All units of “%s” say %.3g for every sample: nothing gets through it."),
                         layer->name, layer->mean);
}

/* Worst first. */
static const struct {
  gboolean (*has)(const NwLayerHealth *layer);
  char *(*say)(const NwLayerHealth *layer);
} ailments[] = {
    {is_infinite, say_infinite}, {has_infinite_gradient, say_infinite_gradient},
    {explodes, say_explodes},    {is_restless, say_restless},
    {is_dying, say_dying},       {is_uniform, say_uniform},
    {is_still, say_still},
};

char *
nw_layer_health_dup_complaint(const NwLayerHealth *layer)
{
  for (gsize i = 0; i < G_N_ELEMENTS(ailments); i++)
    if (ailments[i].has(layer))
      return ailments[i].say(layer);
  return NULL;
}

/* ── as numbers ──────────────────────────────────────────────────────────────────────────────── */

double
nw_layer_health_get_activation(const NwLayerHealth *layer)
{
  if (is_infinite(layer) || is_uniform(layer))
    return 0;
  return isnan(layer->dead) ? -1 : 1 - layer->dead;
}

double
nw_layer_health_get_learning(const NwLayerHealth *layer)
{
  double ratio = get_ratio(layer);

  if (!has_weights(layer))
    return -1;
  if (has_infinite_gradient(layer) || explodes(layer))
    return 0;
  if (!isfinite(ratio))
    return -1;
  if (ratio < 1e-5)
    return ratio <= STILL ? 0 : 1 - log10(1e-5 / ratio) / 4;
  return ratio > 1e-2 ? MAX(0, 1 - log10(ratio / 1e-2) / 2) : 1;
}

char *
nw_layer_health_dup_facts(const NwLayerHealth *layer)
{
  g_autoptr(GString) text = g_string_new(NULL);

  if (has_weights(layer))
    g_string_append_printf(text, _("norm of the gradient %.3g, of the weights %.3g; a step changes them "
                                   "by %.2g %%"),
                           layer->gradient, layer->weight, 100 * get_ratio(layer));
  if (!isnan(layer->mean))
    g_string_append_printf(text, _("%sresults %.3g ± %.3g, %.0f %% of %u units always 0"),
                           text->len > 0 ? "\n" : "", layer->mean, layer->deviation,
                           100 * layer->dead, layer->units);
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Weights that rest, as those of a finished output, have none. */
static double
get_gradient(const NwLayerHealth *layer)
{
  return isnan(layer->weight) ? 0 : layer->gradient;
}

static double
get_move(const NwLayerHealth *layer)
{
  double ratio = get_ratio(layer);

  return isnan(layer->weight) || layer->weight == 0 ? 0 : ratio;
}

static double
get_weight(const NwLayerHealth *layer)
{
  return isnan(layer->weight) ? 0 : layer->weight;
}

static double
get_dead(const NwLayerHealth *layer)
{
  return layer->dead;
}

static double
get_size(const NwLayerHealth *layer)
{
  return fabs(layer->mean);
}

static double
get_deviation(const NwLayerHealth *layer)
{
  return layer->deviation;
}

const NwHealthMeasure nw_health_measures[] = {
    {"gradient", N_("gradient norm"), N_("Norm of each layer's gradient, before clipping"),
     get_gradient, TRUE},
    {"update", N_("update / weight"), N_("How far a step moves the weights, as a share of their norm"),
     get_move, TRUE},
    {"weight", N_("weight norm"), N_("Norm of each layer's weights"), get_weight, TRUE},
    {"deviation", N_("spread of results"), N_("Standard deviation of what each layer answers"),
     get_deviation, FALSE},
    {"mean", N_("mean of results"), N_("Mean of what each layer answers, without its sign"), get_size,
     FALSE},
    {"dead", N_("dead units"), N_("Share of units that are 0 for every sample"), get_dead, FALSE, TRUE},
};
const gsize nw_n_health_measures = G_N_ELEMENTS(nw_health_measures);
