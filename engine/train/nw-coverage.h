/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Sets of answers (nw-conformal.h) for the outputs of a trained network: made from its validation
 * rows, tried on its test rows. Or for predictions of any program: made from one half of them,
 * tried on the other. */
#pragma once

#include "nw-conformal.h"
#include "nw-dataset.h"
#include "nw-forecast.h"
#include "nw-project.h"
#include "nw-weights.h"

/**
 * NwCoverageOutput:
 * @names: (nullable): [cols] of the columns, NULL-ended
 * @steps: rows of each sample
 * @known: the validation rows, or half of a forecast; rows 0: there are none, and @problem says why
 * @judge: the test rows, or the other half; may be none
 */
typedef struct {
  char *output;
  char **names;
  gsize steps;
  NwConformalRows known, judge;
  char *problem;
} NwCoverageOutput;

typedef struct {
  guint n;
  NwCoverageOutput *outputs;
} NwCoverageField;

/* Predicts validation rows and, with @judge, test rows, as the outputs are recalibrated. May take
 * seconds; call it in a thread. (transfer full) */
NwCoverageField *nw_coverage_field_new(NwProject *project, NwWeights *weights, NwDataset *dataset,
                                       gboolean judge, int threads, GError **error);
/* One output, called @name. Which rows go into which half is drawn, the same ones every time: the
 * rows of a file may be in an order. Steps of a sequence count as rows of their own. (transfer
 * full) */
NwCoverageField *nw_coverage_field_new_from_forecast(const char *name, const NwForecast *forecast);
void nw_coverage_field_free(NwCoverageField *field);
const NwCoverageOutput *nw_coverage_field_find(const NwCoverageField *field, const char *output);

/* The sets of one output. @method: (nullable) id of a kind. (transfer full), or one sentence that
 * names the output. */
NwConformal *
nw_coverage_output_fit(const NwCoverageOutput *output, const char *method, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwCoverageField, nw_coverage_field_free)
