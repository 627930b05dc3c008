/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How one column becomes numbers for the network: its vocabulary or its scale, fitted on training
 * rows and kept with the weights. */
#pragma once

#include <gio/gio.h>

#include "nw-data-settings.h"
#include "nw-dataset.h"
#include "nw-json.h"

/**
 * NwPreparation:
 * @kind: never IGNORE
 * @shape: of one row
 * @offset, @factor: [n_scales] number x of the last axis' entry s becomes (x − offset[s]) ·
 * factor[s]; NULL without scaling
 * @texts: [n_values], NULL-ended: the categories, or the two values of a 0/1 column that are not 0
 *   and 1; NULL for plain numbers
 * @values: [n_values] the categories as ascending numbers; NULL where they are texts
 * @mask: (nullable): [n_masks = 1] the number of steps that are none, of which there are no gaps
 * @unknown: what means “not known”: neither fitted nor scaled, it becomes NaN, or NW_UNKNOWN_CLASS
 *   among indices. Of numbers of its own.
 */
typedef struct {
  char *source, *column;
  NwColumnKind kind;
  NwScaling scaling;
  NwShape shape;
  gsize n_scales;
  double *offset, *factor;
  gsize n_values;
  char **texts;
  double *values;
  double *mask;
  gsize n_masks;
  NwUnknown unknown;
  gboolean is_target;  /* while it is fitted: for what to do about empty cells */
  GHashTable *by_text; /* text → index + 1; NULL with @values */
} NwPreparation;

/**
 * nw_preparation_fit:
 * @part: [rows of the column] the NwSplit of each row; training rows are looked at
 * @request: (nullable): what of its numbers is not known, or no step
 *
 * Errors name file, line and column. (transfer full)
 */
NwPreparation *nw_preparation_fit(const char *source, const NwTable *table, gsize column,
                                  NwColumnKind kind, NwScaling scaling, const guint8 *part,
                                  const NwFieldRequest *request, GError **error);
void nw_preparation_free(NwPreparation *preparation);
/* Makes by_text of texts. */
void nw_preparation_index_texts(NwPreparation *preparation);

/* What of a column a field takes. */
typedef enum {
  NW_ENCODE_REAL,    /* float: the number; of categories: the index */
  NW_ENCODE_ONE_HOT, /* as many floats per element as there are categories, 2 for 0/1 */
  NW_ENCODE_INDEX,   /* int32: the index; of numbers: the whole number, unscaled */
} NwEncodeAs;

/**
 * nw_choose_encoding:
 * @n_values: categories
 * @shape: of one row of the column
 * @is_only: no other column feeds the field
 *
 * How a column is put into a field. One unit for two categories, or two units for a 0/1 column:
 * both heads are right.
 */
NwEncodeAs nw_choose_encoding(const NwFieldRequest *request, NwColumnKind kind, gsize n_values,
                              const NwShape *shape, gboolean is_only);

/**
 * nw_preparation_encode:
 * @part: (nullable): [rows] the NwSplit of each row, for the error about a category that training
 *   lacks; NULL when predicting
 * @out: float or gint32 of the first row
 * @stride: elements from row to row
 *
 * Encodes all rows of the column.
 */
gboolean nw_preparation_encode(const NwPreparation *preparation, const NwTable *table, gsize column,
                               const guint8 *part, NwEncodeAs as, gpointer out, gsize stride,
                               GError **error);

/**
 * nw_preparation_scale:
 * @element: index into the numbers of a row
 * @x: as it stands in the file, or the gap; at least 0 where its logarithm is taken
 *
 * What the network sees of a plain number, or of a gap, and back.
 */
double nw_preparation_scale(const NwPreparation *preparation, gsize element, double x);
double nw_preparation_unscale(const NwPreparation *preparation, gsize element, double scaled);

/* Elements that a row gives. */
gsize nw_preparation_get_width(const NwPreparation *preparation, NwEncodeAs as);

/* {source, column, kind, scaling, shape, offset, factor, mask, ignored, ignore_empty, texts |
 * values} */
void nw_preparation_to_json(const NwPreparation *preparation, JsonBuilder *builder);
NwPreparation *nw_preparation_from_json(JsonNode *node, GError **error);
/* All of a dataset, as nw_dataset_get_preparation() has it. (transfer full) */
char *nw_preparations_to_text(const GPtrArray *preparations);
/* (transfer full): an array of NwPreparation that owns them */
GPtrArray *nw_preparations_from_text(const char *text, GError **error);

/* “iris.csv”, line 7, column “petal” (transfer full) */
char *nw_table_describe_place(const NwTable *table, gsize row, gsize column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwPreparation, nw_preparation_free)
