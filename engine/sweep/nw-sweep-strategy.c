/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep.h"

#include "nw-rng.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* The number at @share (0 … 1) of a range, as text. */
static char *
dup_number(const NwSweepParam *param, double share)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  double x = param->spread == NW_SPREAD_LOG ? param->low * pow(param->high / param->low, share)
                                            : param->low + (param->high - param->low) * share;

  g_ascii_formatd(text, sizeof text, param->whole ? "%.0f" : "%.4g",
                  CLAMP(x, param->low, param->high));
  return g_strdup(text);
}

/* ── all combinations ────────────────────────────────────────────────────────────────────────── */

static guint
count_values(const NwSweepParam *param)
{
  return param->spread == NW_SPREAD_LIST ? param->n_values : param->points;
}

static guint64
count_grid(const NwSweep *sweep)
{
  guint64 n = 1;

  for (guint i = 0; i < sweep->params->len && n <= G_MAXUINT32; i++)
    n *= count_values(g_ptr_array_index(sweep->params, i));
  return n;
}

/* The last parameter changes fastest. */
static char *
dup_grid_value(const NwSweep *sweep, guint p, guint trial)
{
  const NwSweepParam *param = g_ptr_array_index(sweep->params, p);
  guint at;

  for (guint i = sweep->params->len; i-- > p + 1;)
    trial /= count_values(g_ptr_array_index(sweep->params, i));
  at = trial % count_values(param);
  return param->spread == NW_SPREAD_LIST ? g_strdup(param->values[at])
                                         : dup_number(param, at / (double)(param->points - 1));
}

/* ── drawn ───────────────────────────────────────────────────────────────────────────────────── */

static guint64
count_drawn(const NwSweep *sweep)
{
  return sweep->n_trials;
}

/* Independent draws (Bergstra & Bengio, "Random search for hyper-parameter optimization", 2012). */
static char *
dup_drawn_value(const NwSweep *sweep, guint p, guint trial)
{
  const NwSweepParam *param = g_ptr_array_index(sweep->params, p);
  NwRng rng = nw_rng(sweep->seed, NW_RNG_SWEEP, p, trial, 0);

  if (param->spread == NW_SPREAD_LIST)
    return g_strdup(param->values[nw_rng_below(&rng, 0, param->n_values)]);
  return dup_number(param, nw_rng_uniform(&rng, 0));
}

/* ── how long ────────────────────────────────────────────────────────────────────────────────── */

static guint
all_epochs(const NwSweep *sweep, guint rung, guint all)
{
  return all;
}

/* min_epochs·η^rung (Jamieson & Talwalkar, "Non-stochastic best arm identification", 2016). */
static guint
halving_epochs(const NwSweep *sweep, guint rung, guint all)
{
  double epochs = sweep->min_epochs * pow(sweep->eta, rung);

  return epochs < all ? (guint)epochs : all;
}

const NwSweepStrategy nw_sweep_strategies[] = {
    {"grid", N_("Grid"), N_("Every combination of the values"), count_grid, dup_grid_value,
     all_epochs},
    {"random", N_("Random"), N_("Values drawn at random, each trial to its end"), count_drawn,
     dup_drawn_value, all_epochs},
    {"halving", N_("Successive halving"),
     N_("Values drawn at random; again and again only the best trials go on from where they are"),
     count_drawn, dup_drawn_value, halving_epochs},
    {NULL},
};

const NwSweepStrategy *
nw_sweep_strategy_find(const char *id)
{
  for (const NwSweepStrategy *strategy = nw_sweep_strategies; strategy->id != NULL; strategy++)
    if (g_strcmp0(strategy->id, id) == 0)
      return strategy;
  return NULL;
}
