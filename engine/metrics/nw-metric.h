/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A metric kind: one constant struct in a file of its own, one line in metrics/meson.build (facts
 * B.5).
 *
 * A metric is a fold over batches: some doubles, zero at first, an update per batch, and at the end
 * one number or several. Always in double; the same code serves training epochs, validation and
 * `evaluate`. Kinds of one family share the fold and differ in what they make of its numbers. */
#pragma once

#include "nw-loss.h"
#include "nw-param.h"
#include "nw-real.h"

typedef struct _NwReport NwReport;

/* What an output's numbers are. */
typedef enum {
  NW_HEAD_VALUES,  /* any numbers (regression) */
  NW_HEAD_SIGMOID, /* independent probabilities, one per column */
  NW_HEAD_SOFTMAX, /* one distribution over the columns */
} NwHead;

/* By an output's loss and the activation that made its numbers (NULL: another, or none): what goes
 * into a cross-entropy is probabilities, however it was made. */
NwHead nw_head_of(const NwLossKind *loss, const char *activation, gboolean from_logits);

/* One output's predictions (after the activation) and targets; masked rows, and those of which
 * nothing is known, have weight 0. Of classes that exclude each other all is known or nothing. */
typedef struct {
  NwHead head;
  gsize rows, cols;
  const NwReal *p;      /* [rows, cols] */
  const NwReal *y;      /* [rows, cols], or NULL with @index; NaN: not known */
  const gint32 *index;  /* [rows] */
  const NwReal *weight; /* (nullable) [rows] */
  /* Of NW_TARGET_LABELS, where a row is one of the @steps of a sample: [rows / steps, n_labels]
   * labels in their order, 0 for none. */
  const gint32 *labels;
  gsize n_labels, steps;
} NwMetricBatch;

/* The output that is measured. */
typedef struct {
  NwHead head;
  NwTargetKind target;
  gsize cols;
  gboolean soft;          /* targets are percentages rather than 0 and 1 */
  const NwParams *params; /* the Output's, which have the rows of all metrics */
  gboolean weighted;      /* rows count by the weights of samples, as Keras' weighted_metrics */
} NwMetricUse;

typedef struct _NwMetricFold NwMetricFold;
typedef struct _NwMetricKind NwMetricKind;

/* Kinds that name the same fold share its numbers. */
struct _NwMetricFold {
  gsize (*n_state)(const NwMetricUse *use);
  void (*update)(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch,
                 double *state);
  /* For folds that are means (nw-metric-fold.h): the value of a row, or of one number of it. */
  double (*row)(const NwMetricBatch *batch, gsize row);
  double (*column)(double p, double y);
};

typedef enum {
  NW_METRIC_NEEDS_TARGET,        /* any */
  NW_METRIC_NEEDS_PROBABILITIES, /* a sigmoid or softmax head */
  NW_METRIC_NEEDS_ANSWERS,       /* such a head, and targets that are 0 or 1 */
  NW_METRIC_NEEDS_CLASSES,       /* one of several columns is true: softmax, or scores */
  NW_METRIC_NEEDS_LABELS,        /* labels in their order, which no other metric is about */
} NwMetricNeeds;

/* What a metric is about: the headings of the list to choose from. */
typedef enum {
  NW_METRIC_OF_HITS,
  NW_METRIC_OF_ANSWERS,
  NW_METRIC_OF_RANKING,
  NW_METRIC_OF_TRUST,
  NW_METRIC_OF_DISTANCE,
} NwMetricGroup;

/* One of the numbers that a metric gives. */
typedef struct {
  char *suffix; /* behind the id: "", "_macro", "[cat]" */
  char *title;  /* for people: “precision at ½, mean over labels” */
} NwMetricValue;

/**
 * NwMetricKind:
 * @id: Keras' or scikit-learn's name
 * @counts_once: a row counts or not, whatever its weight: the metric cannot be weighted, nor can
 * one
 * @of_report
 * @params: (nullable): rows of the Output's table while the metric is chosen; kinds share rows
 * @family: (nullable): what the functions below read, where several kinds share them
 * @resolve: (nullable): a further condition and what the metric is called at this output (transfer
 *   full), or NULL and the reason why it does not fit. Without it the title is used.
 * @fold: its fold; or
 * @choose_fold: that depends on the output
 * @list: (nullable): appends the numbers that it gives (NwMetricValue); without it there is one.
 *   @labels: (nullable): [cols] names
 * @result: fills as many numbers as are listed; what is not known is NaN
 * @of_report: instead of a fold and @result, for what needs all predictions at once: measured where
 *   they are kept (validation, evaluation), not while training
 */
struct _NwMetricKind {
  const char *id, *title, *summary;
  NwMetricGroup group;
  NwMetricNeeds needs;
  gboolean higher_is_better;
  gboolean counts_once;
  const NwParamSpec *params;
  gconstpointer family;
  char *(*resolve)(const NwMetricKind *kind, const NwMetricUse *use, const char **reason);
  const NwMetricFold *fold;
  const NwMetricFold *(*choose_fold)(const NwMetricKind *kind, const NwMetricUse *use);
  void (*list)(const NwMetricKind *kind, const NwMetricUse *use, const char *title, char **labels,
               GArray *values);
  void (*result)(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                 double *values);
  void (*of_report)(const NwMetricKind *kind, const NwMetricUse *use, NwReport *report,
                    double *values);
};

extern const NwMetricKind *const nw_metric_kinds[];
const NwMetricKind *nw_metric_kind_find(const char *id); /* (nullable) */
const NwChoice *nw_metric_choices(void);
/* Those that can be weighted. */
const NwChoice *nw_metric_weighted_choices(void);

/* What the metric is called at this output (“binary accuracy, per label”; “…, weighted”), or NULL
 * and one clause that says why it does not fit. (transfer full) (nullable) */
char *nw_metric_resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason);
/* Its fold there; NULL: it is made of a report. */
const NwMetricFold *nw_metric_get_fold(const NwMetricKind *kind, const NwMetricUse *use);
/* The numbers that it gives there: NwMetricValue. @title: what it resolved to. (transfer full) */
GArray *
nw_metric_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title, char **labels);
