/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Numbers of an output that has several labels: which averages over them were asked for, each
 * label's own, and what they are all called.
 *
 * A label is one yes/no question: each column of a sigmoid head, each class of a softmax; of two
 * softmax units only P(class 1) is one. */
#pragma once

#include "nw-metric.h"

/* The first column that is a question of its own. */
static inline gsize
nw_metric_first_label(NwHead head, gsize cols)
{
  return head == NW_HEAD_SOFTMAX && cols == 2 ? 1 : 0;
}

static inline gsize
nw_metric_n_labels(const NwMetricUse *use)
{
  return use->cols - nw_metric_first_label(use->head, use->cols);
}

typedef enum {
  NW_AVERAGE_MICRO,    /* all labels as one */
  NW_AVERAGE_MACRO,    /* mean over labels */
  NW_AVERAGE_WEIGHTED, /* mean over labels, weighted by their positives */
  NW_N_AVERAGES,
} NwAverage;

const NwChoice *nw_average_choices(void);

/* Rows that kinds share. */
#define NW_METRIC_PARAM_PER_LABEL                                                                  \
  {                                                                                                \
    "per_label", N_("Every label, too"), N_("Also the number of each label or column by itself"),  \
        NW_PARAM_BOOL, "false"                                                                     \
  }
#define NW_METRIC_PARAM_AVERAGE                                                                    \
  {                                                                                                \
    "average", N_("Average"), N_("How the labels become one number; several give several"),        \
        NW_PARAM_NAMES, "micro", .choices = nw_average_choices                                     \
  }

/* The averages asked for; micro if none is. Returns how many. */
guint nw_metric_get_averages(const NwMetricUse *use, NwAverage averages[NW_N_AVERAGES]);
/* How many columns from @first on are shown one by one: none if there is only one. */
gsize nw_metric_n_shown(const NwMetricUse *use, gsize first);

/* Takes both texts. */
void nw_metric_list_value(GArray *values, char *suffix, char *title);
void nw_metric_list_average(const NwMetricUse *use, NwAverage average, const char *suffix,
                            const char *title, GArray *values);
/* All averages asked for: "SUFFIX" for micro, "_macroSUFFIX", "_weightedSUFFIX". */
void nw_metric_list_averages(const NwMetricUse *use, const char *suffix, const char *title,
                             GArray *values);
/* The columns from @first on, if they are shown. */
void nw_metric_list_labels(const NwMetricUse *use, gsize first, const char *suffix,
                           const char *title, char **labels, GArray *values);

/* The macro or weighted average of each label's number, over those whose number is known; NaN if
 * none is. @positives: [n] what labels weigh. */
double nw_metric_average(NwAverage average, const double *labels, const double *positives, gsize n);
