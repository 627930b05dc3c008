/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a project says about its data: which files, what each column is, what feeds which Input and
 * Output, and which rows train, validate and test.
 *
 * An immutable, reference-counted value inside the project, so undo covers it. It never looks at a
 * file: what was read is an NwTable, what was prepared an NwDataset. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "nw-param.h"
#include "nw-reader.h"
#include "nw-table.h"

/* Which rows a source holds. */
typedef enum {
  NW_SOURCE_ROWS,       /* rows to be split; the training rows where other files hold the rest */
  NW_SOURCE_VALIDATION, /* the validation rows of another source */
  NW_SOURCE_TEST,       /* the test rows of another source */
  NW_N_SOURCE_USES,
} NwSourceUse;

/* What is made of numbers. Scales are fitted on the training rows, one per column (per entry of the
 * last axis of arrays). Gaps are |x_t − x_t′| to the step before, 0 at the first step: of times
 * that count down, or up, the time that has passed. Steps that a Masking layer leaves out stay as
 * they are. */
typedef enum {
  NW_SCALING_NONE,
  NW_SCALING_STANDARDIZE, /* (x − mean) / sd */
  NW_SCALING_MINMAX,      /* (x − min) / (max − min) */
  NW_SCALING_LOG1P,       /* ln(1 + x), for numbers from 0 that span decades; nothing is fitted */
  NW_SCALING_GAPS,
  NW_SCALING_LOG1P_GAPS, /* ln(1 + gap) */
  NW_N_SCALINGS,
} NwScaling;

static inline gboolean
nw_scaling_is_fitted(NwScaling scaling)
{
  return scaling == NW_SCALING_STANDARDIZE || scaling == NW_SCALING_MINMAX;
}

static inline gboolean
nw_scaling_makes_gaps(NwScaling scaling)
{
  return scaling == NW_SCALING_GAPS || scaling == NW_SCALING_LOG1P_GAPS;
}

static inline gboolean
nw_scaling_takes_logarithm(NwScaling scaling)
{
  return scaling == NW_SCALING_LOG1P || scaling == NW_SCALING_LOG1P_GAPS;
}

/* What becomes of rows that are sequences of another length than the network takes. */
typedef enum {
  NW_FIT_NONE,  /* nothing: all must have its length */
  NW_FIT_END,   /* what is too long is cut at its end, what is too short filled up behind */
  NW_FIT_START, /* cut, or filled up, in front */
  NW_N_FITS,
} NwFit;

/* Ids and titles, indexed by the enum, ended by a NULL id. */
extern const NwChoice nw_source_use_choices[NW_N_SOURCE_USES + 1];
extern const NwChoice nw_scaling_choices[NW_N_SCALINGS + 1];
extern const NwChoice nw_fit_choices[NW_N_FITS + 1];

/**
 * NwDataSource:
 * @name: unique among the sources
 * @path: relative to the project's folder, or absolute
 * @options: format, delimiter, header
 * @hash: (nullable): SHA-256 of the file when it was last looked at
 * @use: which rows it holds
 * @of: (nullable): for validation and test rows: the source whose columns these are more rows of;
 *   NULL is the first source with NW_SOURCE_ROWS. A column "x_train" is found here as "x_train",
 *   "x_test", "x_val", "x_valid" or "x_validation".
 */
typedef struct {
  char *name, *path;
  NwReadOptions options;
  char *hash;
  NwSourceUse use;
  char *of;
} NwDataSource;

/**
 * NwColumnSetting:
 * What a person decided about a column. A column without one has the guessed kind and no scaling.
 * @has_kind: FALSE: the guess holds, @kind is unset
 */
typedef struct {
  char *source, *column;
  gboolean has_kind;
  NwColumnKind kind;
  NwScaling scaling;
} NwColumnSetting;

/**
 * NwBinding:
 * What feeds one Input or Output: columns of one source, in order; each takes its elements (one per
 * number, one per category when one-hot).
 * @fit: of arrays whose rows are sequences, also of new rows to predict for
 * @fill: the number, or id, that steps are filled up with, as the network gets it (not scaled)
 */
typedef struct {
  char *field; /* layer name of the Input or Output */
  char *source;
  char **columns;     /* NULL-ended, at least one */
  gboolean last_step; /* of an array whose rows are sequences: the last step of each alone */
  NwFit fit;
  double fill;
} NwBinding;

/**
 * NwSplitSettings:
 * @validation, @test: fractions of the rows, each in [0, 1), sum < 1; training gets the rest. A
 *   fraction does not count where a source of its own holds those rows.
 * @seed: of the random order
 * @shuffle: FALSE: the first rows train, the next validate, the last test
 * @stratify: (nullable): column (of a source with NW_SOURCE_ROWS) whose values are to be equally
 *   frequent in all parts; needs @shuffle
 */
typedef struct {
  double validation, test;
  guint64 seed;
  gboolean shuffle;
  char *stratify;
} NwSplitSettings;

typedef struct _NwDataSettings NwDataSettings;

/* No sources; 15 % validation, 15 % test, shuffled with seed 1. (transfer full) */
NwDataSettings *nw_data_settings_new(void);
NwDataSettings *nw_data_settings_ref(NwDataSettings *settings);
void nw_data_settings_unref(NwDataSettings *settings);
gboolean nw_data_settings_equal(const NwDataSettings *a, const NwDataSettings *b);

/* In the order in which they were added. (transfer none) */
gsize nw_data_settings_get_n_sources(const NwDataSettings *settings);
const NwDataSource *nw_data_settings_get_source(const NwDataSettings *settings, gsize i);
const NwDataSource *nw_data_settings_find_source(const NwDataSettings *settings, const char *name);
gsize nw_data_settings_get_n_columns(const NwDataSettings *settings);
const NwColumnSetting *nw_data_settings_get_column(const NwDataSettings *settings, gsize i);
const NwColumnSetting *nw_data_settings_find_column(const NwDataSettings *settings,
                                                    const char *source, const char *column);
gsize nw_data_settings_get_n_bindings(const NwDataSettings *settings);
const NwBinding *nw_data_settings_get_binding(const NwDataSettings *settings, gsize i);
const NwBinding *nw_data_settings_find_binding(const NwDataSettings *settings, const char *field);
const NwSplitSettings *nw_data_settings_get_split(const NwDataSettings *settings);

/* The file of @source: @base_dir joined with its relative path. (transfer full) */
char *nw_data_source_dup_path(const NwDataSource *source, const char *base_dir);

/* A name for a new source of the file: "iris" for "data/iris.csv", made unique. (transfer full) */
char *nw_data_settings_dup_source_name(const NwDataSettings *settings, const char *path);

/* Edits: all copy what they are given, are (transfer full) and never change @settings. */

/* Adds the source, or replaces the one of the same name. */
NwDataSettings *nw_data_settings_with_source(NwDataSettings *settings, const NwDataSource *source);
/* Removes the source with its column settings and bindings. */
NwDataSettings *nw_data_settings_without_source(NwDataSettings *settings, const char *name);
/* Renames the source everywhere; a name that is taken or empty changes nothing. */
NwDataSettings *
nw_data_settings_with_source_renamed(NwDataSettings *settings, const char *name, const char *to);
/* Replaces what was decided about the columns; a setting that decides nothing is removed. */
NwDataSettings *
nw_data_settings_with_column(NwDataSettings *settings, const NwColumnSetting *setting);
NwDataSettings *
nw_data_settings_with_columns(NwDataSettings *settings, const NwColumnSetting *columns, gsize n);
/* Binds the field, or puts other columns into its binding, which are cut and filled up as those
 * before; @columns NULL or empty unbinds it. */
NwDataSettings *nw_data_settings_with_binding(NwDataSettings *settings, const char *field,
                                              const char *source, const char *const *columns);
/* The bound field takes only the last step of each row, or all steps. */
NwDataSettings *
nw_data_settings_with_last_step(NwDataSettings *settings, const char *field, gboolean last_step);
/* The bound field's sequences are cut, or filled up with @fill, to the length that is wanted. */
NwDataSettings *
nw_data_settings_with_fit(NwDataSettings *settings, const char *field, NwFit fit, double fill);
/* When an Input or Output was renamed; “FIELD/weight” follows. */
NwDataSettings *
nw_data_settings_with_field_renamed(NwDataSettings *settings, const char *field, const char *to);
/* Fractions out of range are clamped. */
NwDataSettings *nw_data_settings_with_split(NwDataSettings *settings, const NwSplitSettings *split);

/**
 * nw_data_settings_to_json:
 *
 * {"sources": [{name, path, format, delimiter, header, use, of, sha256}], "columns": [{source,
 * kind, scaling, columns: […]}], "bindings": [{field, source, last_step,
 * fit, fill, columns: […]}], "split": {validation,
 * test, seed, shuffle, stratify}}, keys in this order, what is at its default left out. (transfer
 * full)
 */
JsonNode *nw_data_settings_to_json(const NwDataSettings *settings);
/* Every malformed thing is one sentence that says where: “data, source 2: “path” must be text”. */
NwDataSettings *nw_data_settings_from_json(JsonNode *node, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwDataSettings, nw_data_settings_unref)
