/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A sweep: the same project trained with several settings, to see which are the best.
 *
 * A plain value: which settings take which values, how trials are chosen among them, and the number
 * that judges them. It knows no runs (nw-sweep-run.h does). Everything about a trial follows from
 * the sweep's seed and the trial's number. */
#pragma once

#include "nw-project.h"

#define NW_SWEEP_MAX_TRIALS 1000
#define NW_SWEEP_MAX_PARAMS 16

typedef enum {
  NW_SPREAD_LIST,   /* these values */
  NW_SPREAD_LINEAR, /* evenly between two numbers */
  NW_SPREAD_LOG,    /* evenly on a logarithmic scale */
} NwSpread;

/**
 * NwSweepParam:
 * @key: a setting, as nw_project_set() takes it
 * @values: [n_values] of a LIST, as a person would type them
 * @low, @high: ends of a range
 * @points: how many values of a range a grid takes
 * @whole: a range gives whole numbers; known after nw_sweep_check()
 */
typedef struct {
  char *key;
  NwSpread spread;
  char **values;
  guint n_values;
  double low, high;
  guint points;
  gboolean whole;
} NwSweepParam;

typedef enum {
  NW_SWEEP_AUTO, /* as the judging series says: losses down, accuracies up */
  NW_SWEEP_MIN,
  NW_SWEEP_MAX,
  NW_SWEEP_N_MODES,
} NwSweepMode;

/* Ids and titles, indexed by the enum, ended by a NULL id. */
extern const NwChoice nw_sweep_mode_choices[NW_SWEEP_N_MODES + 1];

typedef struct _NwSweepStrategy NwSweepStrategy;

/**
 * NwSweep:
 * @name: also the tag of its runs
 * @params: NwSweepParam
 * @n_trials: of strategies that draw
 * @seed: of what is drawn
 * @eta, @min_epochs: of successive halving: one of @eta trials goes on, the first time after
 *   @min_epochs
 * @judge: the epoch series that judges, "val_loss"; the best value of a trial counts
 */
typedef struct {
  char *name;
  GPtrArray *params;
  const NwSweepStrategy *strategy;
  guint n_trials, eta, min_epochs;
  guint64 seed;
  char *judge;
  NwSweepMode mode;
} NwSweep;

/* Without parameters: random, 20 trials, seed 1, η 3 after 1 epoch, judged by val_loss. (transfer
 * full)
 */
NwSweep *nw_sweep_new(const char *name);
NwSweep *nw_sweep_copy(const NwSweep *sweep);
void nw_sweep_free(NwSweep *sweep);

/**
 * nw_sweep_add:
 * @text: "16, 32, 64" (split at “;” where there is one: "3,3; 5,5"); "linear:0..0.5",
 * "log:1e-4..1e-1"; "log:1e-4..1e-1:4" says how many values a grid takes (5 otherwise)
 *
 * Sets the values of the parameter @key. One sentence when the text is none of these.
 */
gboolean nw_sweep_add(NwSweep *sweep, const char *key, const char *text, GError **error);
/* The text again. (transfer full) */
char *nw_sweep_param_to_text(const NwSweepParam *param);

/* Does @project have the parameters, and may they take these values? One sentence otherwise; also
 * when there would be more than NW_SWEEP_MAX_TRIALS trials. */
gboolean nw_sweep_check(NwSweep *sweep, NwProject *project, GError **error);

/* The project of a trial. @values: one text for each parameter. (transfer full) */
NwProject *
nw_sweep_apply(const NwSweep *sweep, NwProject *project, char *const *values, GError **error);

/* ── strategies ──────────────────────────────────────────────────────────────────────────────── */

/**
 * NwSweepStrategy:
 * @count: trials of the (checked) sweep
 * @dup_value: the value of parameter @p in trial @trial (0 …), as text. (transfer full)
 * @epochs: after how many epochs trials are compared for the (@rung + 1)th time, at most @all; then
 *   one of eta goes on, until @all are done
 */
struct _NwSweepStrategy {
  const char *id, *title, *help;
  guint64 (*count)(const NwSweep *sweep);
  char *(*dup_value)(const NwSweep *sweep, guint p, guint trial);
  guint (*epochs)(const NwSweep *sweep, guint rung, guint all);
};

/* Ended by a NULL id. */
extern const NwSweepStrategy nw_sweep_strategies[];
const NwSweepStrategy *nw_sweep_strategy_find(const char *id); /* (nullable) */

/* ── as JSON ─────────────────────────────────────────────────────────────────────────────────── */

/* {"name", "strategy", "trials", "seed", "eta", "min_epochs", "judge", "mode", "parameters":
 * {"dense.units": "16, 32"}} (transfer full) */
JsonNode *nw_sweep_to_json(const NwSweep *sweep);
/* What is missing is at its default; what is malformed is one sentence. (transfer full) */
NwSweep *nw_sweep_from_json(JsonNode *node, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwSweep, nw_sweep_free)
