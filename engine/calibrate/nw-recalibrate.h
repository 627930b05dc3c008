/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Maps that make probabilities honest, fitted on held-out data. Pure functions, always in double.
 *
 * One file and one const struct per method; the table lists them. Fit on validation data, report on
 * test data; recommend by log loss there, never by ECE alone; that nothing helps is a result. */
#pragma once

#include <json-glib/json-glib.h>

#include "nw-forecast.h"

typedef struct _NwRecalibration NwRecalibration;
typedef struct _NwRecalibratorKind NwRecalibratorKind;

/**
 * NwRecalibratorData:
 * @n: rows
 * @k: 1: one yes/no question; else classes that exclude each other
 * @z: [n, k] logits: the log-odds of a question, what a softmax takes for classes
 * @p: [n, k] probabilities
 * @y: (nullable): [n, k] targets; NULL when applying
 */
typedef struct {
  gsize n, k;
  const double *z, *p, *y;
} NwRecalibratorData;

/* How many numbers a parameter is, with k classes: 1, k, or k × k. */
typedef enum { NW_ONE, NW_PER_CLASS, NW_PER_PAIR } NwPerWhat;

/* A parameter of a map. */
typedef struct {
  const char *name;
  NwPerWhat per;
  guint each; /* not 0: the only one, and any number of groups of so many numbers: a curve */
} NwRecalibratorNumbers;

/**
 * NwRecalibratorKind:
 * @formula: what becomes of a probability
 * @parameters: the numbers that @fit appends, in this order; ended by a NULL name
 * @joint: takes all classes of a softmax at once; else it sees each class against the others, and
 *   the results are divided by their sum
 * @only_classes: (nullable): it makes no sense of one question, and this sentence says so
 * @fit: appends doubles to @fitted, or fails with a sentence
 * @apply: @q: (out) [n, k]
 */
struct _NwRecalibratorKind {
  const char *id, *title, *summary, *formula;
  const NwRecalibratorNumbers *parameters;
  gboolean joint;
  const char *only_classes;
  gboolean (*fit)(const NwRecalibratorData *data, GArray *fitted, GError **error);
  void (*apply)(const double *fitted, gsize n_fitted, const NwRecalibratorData *data, double *q);
};

/* The registry, made from the list in calibrate/meson.build; ended by NULL. */
extern const NwRecalibratorKind *const nw_recalibrator_kinds[];
const NwRecalibratorKind *nw_recalibrator_kind_find(const char *id); /* (nullable) */
const NwChoice *nw_recalibrator_choices(void);

/**
 * NwMaps:
 * @cols: of the predictions: 1 when @task is binary
 * @n_maps: 1, or one for each column
 * @starts: [n_maps + 1] where the numbers of each begin; a map without numbers changes nothing
 * @numbers: [starts[n_maps]]
 *
 * What was fitted, as plain numbers: what a network that is recalibrated keeps.
 */
typedef struct {
  const NwRecalibratorKind *kind;
  NwTask task;
  gsize cols, n_maps;
  const gsize *starts;
  const double *numbers;
} NwMaps;

/* How many maps a method needs. */
gsize nw_maps_count(const NwRecalibratorKind *kind, NwTask task, gsize cols, gboolean per_output);
gsize nw_maps_count_numbers(const NwMaps *maps); /* of all of them */
/* Has each map as many numbers as its method needs? */
gboolean nw_maps_are_whole(const NwMaps *maps);
/* One row: logits @z and probabilities @p [cols], as an NwForecast has them, become @q [cols]. */
void nw_maps_apply(const NwMaps *maps, const double *z, const double *p, double *q);

/**
 * nw_recalibration_fit:
 * @per_output: multi-label: a map for each column; else one for all of them together
 *
 * A column for which no map can be found keeps its probabilities (nw_recalibration_get_problem()
 * says why); when that is all of them, it is an error. (transfer full)
 */
NwRecalibration *nw_recalibration_fit(const NwRecalibratorKind *kind, const NwForecast *forecast,
                                      gboolean per_output, GError **error);
void nw_recalibration_free(NwRecalibration *recalibration);
gsize nw_recalibration_get_n_maps(const NwRecalibration *recalibration);
const NwMaps *nw_recalibration_get_maps(const NwRecalibration *recalibration); /* (transfer none) */
/* Why map @i is none: one sentence that names the output; else NULL. */
const char *nw_recalibration_get_problem(const NwRecalibration *recalibration, gsize i);

/* A copy of @forecast with other probabilities (logits are made of them); its task and columns must
 * be those of the data that was fitted, else an error says so. (transfer full) */
NwForecast *nw_recalibration_apply(const NwRecalibration *recalibration, const NwForecast *forecast,
                                   GError **error);

/* The numbers of one map: {"temperature": 1.8}; one for each class is a list, a matrix a list of
 * rows, a curve {"points": [p, value, p, value, …]}. With several maps each member is a list of
 * these, by column, null where there is no map. (transfer full) */
JsonNode *nw_recalibration_to_json(const NwRecalibration *recalibration);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwRecalibration, nw_recalibration_free)
