/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the doctor knows about data: for each bound field, what its columns hold, counted once.
 *
 * Made from the numbers as they stand in the files; what the project decides about them (kinds,
 * scaling, units, losses) is asked of the project by the rules, so most edits leave a survey valid.
 * Immutable; made in a thread. */
#pragma once

#include "nw-dataset.h"
#include "nw-infer.h"
#include "nw-project.h"
#include "nw-table.h"

/* A row of a column, for sentences. */
typedef struct {
  const NwTable *table;
  gsize row, column;
} NwPlace;

/* The finite numbers of the training rows at one entry of the last axis. */
typedef struct {
  gsize n;
  double min, max, mean, sd;
} NwEntry;

/* A number that means “no step here”, and how it occurs. Steps are what the first axis counts. */
typedef struct {
  double value;
  gsize steps;    /* that hold nothing else */
  gsize odd_rows; /* in which such steps do not all stand at one end */
  NwPlace first_odd;
  NwPlace first_empty;
  gsize empty_rows; /* that hold no other step */
} NwPadding;

/**
 * NwColumnSurvey:
 * @info: of the training rows' file
 * @entries: [n_entries] one per entry of its last axis; NULL for text
 * @classes: [NW_N_SPLITS][info->n_values] rows of a part that hold this value; NULL where a row has
 *   several numbers or there are too many values
 */
typedef struct {
  const NwTableColumn *info;
  const NwTable *table;
  gsize n_entries;
  NwEntry *entries;
  gsize *classes[NW_N_SPLITS];
} NwColumnSurvey;

/**
 * NwFieldSurvey:
 * @shape: of one row as it stands in the file: the array's, or [columns]
 * @is_text: a column holds text: only @columns and their classes are known
 * @min, @max: over the finite numbers of all rows, with the places where they stand
 * @zero_one: there is nothing but 0 and 1
 * @sums: rows of the last axis, of all rows; @wrong_sums: those that do not add up to 1
 * @ones: [NW_N_SPLITS][last axis] how many numbers are above ½; @known: of how many
 * @paddings: [n_paddings] what the graph masks in this field
 * @n_long: rows with at least four steps that are no padding; @n_times: those of them that only
 * fall or only rise, as times do; @n_falling: those that fall
 * @ends_with: @has_padding: the number with which most rows end (or begin), at least twice in a row
 */
typedef struct {
  char *field, *source;
  char **names;
  gsize n_columns;
  NwColumnSurvey *columns;
  NwShape shape;
  gsize width;
  gboolean is_text;
  gsize n_numbers;
  double min, max;
  NwPlace at_min, at_max;
  gboolean whole, zero_one;
  gsize sums, wrong_sums;
  NwPlace first_wrong_sum;
  double wrong_sum;
  gsize *ones[NW_N_SPLITS];
  gsize *known[NW_N_SPLITS];
  gsize n_long, n_times, n_falling;
  gsize n_paddings;
  NwPadding *paddings;
  NwUnknown unknown; /* numbers that are not counted; empty cells never are */
  gsize n_empty;     /* numbers or cells that are empty, or NaN, in all rows; the first stands at */
  NwPlace first_empty;
  gboolean has_padding;
  double ends_with;
} NwFieldSurvey;

typedef struct _NwSurvey NwSurvey;

/**
 * nw_survey_new:
 * @base_dir: (nullable): relative paths start here
 * @overrides: (nullable): NULL-ended "NAME=PATH"
 * @tables: (nullable): name of a source → NwTable that was read already; others are read
 *
 * What cannot be read or put side by side is left out, and said by nw_survey_get_fault().
 * (transfer full)
 */
NwSurvey *nw_survey_new(NwProject *project, const char *base_dir, const char *const *overrides,
                        GHashTable *tables);
NwSurvey *nw_survey_ref(NwSurvey *survey);
void nw_survey_unref(NwSurvey *survey);

/* Does the survey hold for @project too: the same files, columns, split, and masked numbers? */
gboolean nw_survey_fits(const NwSurvey *survey, NwProject *project);

/* Rows of a part; 0 for all while nothing can be dealt out. */
gsize nw_survey_get_rows(const NwSurvey *survey, NwSplit split);
/* The field's, while its binding is the one surveyed. (nullable) */
const NwFieldSurvey *nw_survey_find(const NwSurvey *survey, NwProject *project, const char *field);
/* The first thing that could not be read, as a sentence. (nullable) */
const char *nw_survey_get_fault(const NwSurvey *survey);

/* “iris.csv”, line 7, column “petal” (transfer full) */
char *nw_place_describe(const NwPlace *place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwSurvey, nw_survey_unref)
