/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Probabilities that any program predicted, beside what came true: checked, masked steps gone, in
 * the one form that scores and recalibration take. */
#pragma once

#include "nw-param.h"
#include "nw-reliability.h"
#include "nw-shape.h"

/* What the columns are. */
typedef enum {
  NW_TASK_AUTO,
  NW_TASK_BINARY,     /* one yes/no question */
  NW_TASK_MULTICLASS, /* exactly one of the columns comes true */
  NW_TASK_MULTILABEL, /* a yes/no question per column */
  NW_N_TASKS,
} NwTask;

/* Ids (command line, JSON) and titles, indexed by the enum, ended by a NULL id. */
extern const NwChoice nw_task_choices[NW_N_TASKS + 1];

/**
 * NwForecast:
 * @task: never AUTO
 * @soft: some target is neither 0 nor 1
 * @rows: those that count; steps of sequences are pooled
 * @masked: rows left out by the mask
 * @cols: 1 for binary, also where two columns were given
 * @from: [rows] which of the rows + masked given ones each is
 * @edges: SINGLE when all given probabilities are float32 numbers
 * @names: [cols], NULL-ended
 * @logits: [rows, cols] as given (binary: of class 1 against class 0), or made of probabilities:
 *   log-odds, for multi-class ln p, with p kept off 0 and 1 by NW_LOG_CLIP
 * @p: [rows, cols]
 * @y: [rows, cols]
 */
typedef struct {
  NwTask task;
  gboolean soft;
  gsize rows, masked, cols;
  gsize *from;
  NwEdges edges;
  char **names;
  double *logits, *p, *y;
} NwForecast;

/* An array as it came; @shape includes the rows. */
typedef struct {
  const char *name; /* for sentences: "probs" */
  NwShape shape;
  const double *values;
} NwForecastArray;

/**
 * NwForecastInput:
 * @predictions: (n), (n, k) or (n, t, k)
 * @are_logits: not probabilities; softmax or sigmoid makes them so
 * @labels: a class for each row, (n) or (n, t), or a number in 0 … 1 for each prediction
 * @mask: (n) or (n, t), 0 where a row does not count; values NULL: none
 * @names: (nullable): [k] of the columns; else they are numbered from 0
 * @task: AUTO finds out: labels that are classes, or of which one in each row is 1 while
 *   probabilities add up to 1, make it multi-class; with one or two columns it is binary; all else
 *   is multi-label
 * @place: (nullable): names where a number is, for sentences: “line 5, column “p_cat””; @column −1
 *   when there is one number per row. NULL: “probs, row 4, column 1 (counted from 0)”
 */
typedef struct {
  NwForecastArray predictions;
  gboolean are_logits;
  NwForecastArray labels, mask;
  const char *const *names;
  NwTask task;
  char *(*place)(gpointer data, const NwForecastArray *array, gsize row, gssize column);
  gpointer place_data;
} NwForecastInput;

/* Errors are one sentence that names the row and the column. (transfer full) */
NwForecast *nw_forecast_new(const NwForecastInput *input, GError **error);

/**
 * nw_forecast_read:
 * @path: NPZ with `probs` or `logits`, `labels`, perhaps `mask`; or CSV with a column `p_NAME` per
 *   class or label and either `y_NAME` for each, or `label` (a name or number of a class, or 0/1),
 * and perhaps `mask`
 *
 * (transfer full)
 */
NwForecast *nw_forecast_read(const char *path, NwTask task, GError **error);
NwForecast *nw_forecast_copy(const NwForecast *forecast); /* (transfer full) */
/* The rows @rows [n ≥ 1] of it; the others count as masked. (transfer full) */
NwForecast *nw_forecast_select(const NwForecast *forecast, const gsize *rows, gsize n);
void nw_forecast_free(NwForecast *forecast);

/**
 * nw_forecast_write:
 * @forecast: made from the file @source, its rows and columns
 * @path: a file of the kind that @source is, NPZ or CSV
 *
 * Writes @source again with the probabilities of @forecast: `probs` (float64; logits, which they
 * replace, are left out) or the columns `p_NAME`. All else stays, but for arrays of text; rows that
 * the mask leaves out keep their probabilities, or are 0 where there were logits. Atomic.
 */
gboolean nw_forecast_write(const NwForecast *forecast, const char *source, const char *path,
                           GError **error);

/* How columns of a CSV file with predictions and with labels begin. */
#define NW_FORECAST_PREDICTION "p_"
#define NW_FORECAST_LABEL      "y_"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwForecast, nw_forecast_free)
