/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the row (nw-trial.c), its columns (nw-trial-entry.c) and running it (nw-trial-run.c) share.
 */
#pragma once

#include "nw-exec.h"
#include "nw-pool.h"
#include "nw-trial.h"

/* An element of a row, as datasets have them. */
typedef union {
  float real;
  gint32 int32;
} NwTrialNumber;

G_STATIC_ASSERT(sizeof(NwTrialNumber) == sizeof(float));

typedef struct {
  NwTrialInput public;
  gsize first, n; /* elements among the numbers of all inputs */
  const NwField *field;
  NwTrialPicture picture; /* width 0: none */
  guint radius;
  guint stride; /* of the points of a picture that are asked for, so that they are not too many */
} NwTrialIn;

typedef struct {
  const NwField *target; /* (nullable) */
  GArray *entries;       /* (nullable) NwTrialEntry of the target's elements, to undo their scale */
  guint first_answer;
} NwTrialOut;

struct _NwTrial {
  NwProject *project;
  NwDataset *dataset;
  GPtrArray *preparations; /* NwPreparation */
  NwInference *inference;
  NwWeights *weights;
  NwPool *pool;
  NwPlan *plan;
  NwExec *exec;   /* answers and occludes */
  NwExec *asking; /* (nullable) follows slopes: one row, of */
  guint asked;    /* this output */

  NwTrialIn *inputs; /* [n_inputs] */
  guint n_inputs;
  NwTrialOut *outputs; /* [of the plan] */
  GArray *entries;     /* NwTrialEntry */
  GArray *answers;     /* NwTrialAnswer */
  gsize n_numbers;
  NwTrialNumber *numbers; /* [n_numbers] the row */
  NwTrialNumber *absent;  /* [n_numbers] what stands for “without” */
  guint32 row;
};

static inline const NwTrialEntry *
nw_trial_entry(const NwTrial *trial, guint i)
{
  return &g_array_index(trial->entries, NwTrialEntry, i);
}

/* Appends what a person can say about the field's row: its columns as they are bound and prepared,
 * or its bare elements. */
void nw_trial_append_entries(const NwTrial *trial, const NwFieldRequest *request,
                             const NwField *field, guint input, GArray *entries);
/* Looks at all training rows: ranges of the entries, means of the elements. */
void nw_trial_survey(NwTrial *trial, guint input);
/* Fills in what ids may be, and which one is padding. */
void nw_trial_limit_ids(NwTrial *trial, guint input);
/* The person's number for an element of the field, and back; FALSE: they are the same. */
gboolean nw_trial_entry_is_scaled(const NwTrialEntry *entry);
double nw_trial_entry_unscale(const NwTrialEntry *entry, double element);
double nw_trial_entry_scale(const NwTrialEntry *entry, double value);

/* Row @at of the batch of @exec. */
void nw_trial_put_row(const NwTrial *trial, NwExec *exec, gsize at, const NwTrialNumber *numbers);
/* Makes plan and runners. */
gboolean
nw_trial_build_runner(NwTrial *trial, NwInference *inference, NwWeights *weights, GError **error);
/* In the person's units. */
double nw_trial_unscale_answer(const NwTrial *trial, guint answer, double value);
