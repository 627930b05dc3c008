/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Prepared data: immutable tensors, one field per input and per target, and which rows train,
 * validate and test. Shared by reference between threads. */
#pragma once

#include <gio/gio.h>

#include "nw-data-settings.h"
#include "nw-shape.h"
#include "nw-unknown.h"

typedef enum { NW_SPLIT_TRAIN, NW_SPLIT_VALIDATION, NW_SPLIT_TEST, NW_N_SPLITS } NwSplit;

typedef enum {
  NW_CATEGORY_AS_ONE_HOT, /* k columns of 0/1 */
  NW_CATEGORY_AS_INDEX,   /* int32 class */
} NwCategoryAs;

/* What a field is to the network. */
typedef enum {
  NW_FIELD_INPUT,
  NW_FIELD_TARGET,
  NW_FIELD_WEIGHT, /* how much samples, or their steps, count in a loss: numbers from 0, as they are
                    */
} NwFieldRole;

/* A class that is not known; a number that is not known is NaN. */
#define NW_UNKNOWN_CLASS (-1)

/* What numbers of a field may be: from @min to @max (both 0: any), and @whole without a fraction.
 * @of: (nullable): the layer that looks up ids, for inputs. */
typedef struct {
  double min, max;
  gboolean whole;
  const char *of;
} NwRange;

/* What the network wants of the data for one Input or Output node. */
typedef struct {
  const char *name; /* layer name of the Input or Output, or “OUTPUT/weight” */
  NwFieldRole role;
  NwType type; /* inputs: the declared shape; targets: what the loss compares with */
  NwCategoryAs category_as;
  gboolean optional; /* targets when only predicting */
  NwUnknown unknown; /* targets: what means “not known”; the numbers are the layer's */
  gboolean has_mask; /* inputs: a Masking layer that reads it takes @mask for “no step here” */
  double mask;
  NwRange allowed; /* what its numbers may be, as the network sees them */
  gint64 n_steps; /* targets: labels in their order, 0 behind the last, and the steps that they must
                   * fit into; 0: no such labels */
  gboolean any_shape; /* nobody has decided about the shape: it may follow from the columns */
} NwFieldRequest;

typedef struct {
  char *name;
  NwFieldRole role;
  NwType type; /* of one row */
  gsize rows;
  union {
    const float *real; /* [rows, shape…] */
    const gint32 *int32;
  };
  char **labels; /* (nullable) NULL-ended names of the last axis' entries or of the classes */
} NwField;

typedef struct _NwDataset NwDataset;

/**
 * nw_dataset_build:
 * @settings: sources, columns, bindings, split
 * @base_dir: (nullable): relative paths start here
 * @overrides: (nullable): NULL-ended "NAME=PATH" that replace a source's file (`--data`)
 *
 * Reads, prepares (fitted on the training split only) and binds. Fails with one sentence that names
 * the file and row, or the field and both shapes. (transfer full)
 */
NwDataset *
nw_dataset_build(NwDataSettings *settings, const char *base_dir, const char *const *overrides,
                 const NwFieldRequest *requests, gsize n_requests, GError **error);

/**
 * nw_dataset_build_for_prediction:
 * @preparation: what nw_dataset_get_preparation() gave for the data that the network was trained on
 *
 * All rows of the sources that feed the inputs, prepared as they were for training, without a split
 * (all rows are test rows). Targets are built where the file has their columns, and left out
 * otherwise. (transfer full)
 */
NwDataset *
nw_dataset_build_for_prediction(NwDataSettings *settings, const char *base_dir,
                                const char *const *overrides, const char *preparation,
                                const NwFieldRequest *requests, gsize n_requests, GError **error);
NwDataset *nw_dataset_ref(NwDataset *dataset);
void nw_dataset_unref(NwDataset *dataset);

gsize nw_dataset_get_n_rows(const NwDataset *dataset);
const NwField *nw_dataset_get_field(const NwDataset *dataset, const char *name); /* (nullable) */
const guint32 *nw_dataset_get_split(const NwDataset *dataset, NwSplit split, gsize *n);
/* The field's labels; for prediction also of a target that is not there. NULL-ended (nullable) */
const char *const *nw_dataset_get_labels(const NwDataset *dataset, const char *name);

/* SHA-256 over the hashes of all files read, in hexadecimal; NULL for a dataset made from fields.
 */
const char *nw_dataset_get_hash(const NwDataset *dataset);
/* Scales and vocabularies as JSON text: kept with a checkpoint, used to predict on new data. NULL
 * for a dataset made from fields. */
const char *nw_dataset_get_preparation(const NwDataset *dataset);

/* For tests and for programs that bring their own tensors: takes copies. */
NwDataset *nw_dataset_new_from_fields(const NwField *fields, gsize n_fields, gsize n_rows,
                                      const guint32 *const splits[NW_N_SPLITS],
                                      const gsize n_split[NW_N_SPLITS]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwDataset, nw_dataset_unref)
