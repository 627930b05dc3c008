/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The trained numbers: values, gradients, optimiser slots and state of every layer, outside any plan.
 *
 * Training, evaluation and prediction plans share one NwWeights. Only its owner (the trainer while it
 * runs) writes; others take a copy. The canonical layout is Keras' (facts A.2), row-major. */
#pragma once

#include <gio/gio.h>

#include "nw-graph.h"
#include "nw-infer.h"
#include "nw-optimizer.h"
#include "nw-real.h"
#include "nw-safetensors.h"
#include "nw-shape.h"

typedef struct {
  guint layer;    /* uid */
  char *name;     /* "LAYER/kernel": the layer's name when the weights were made */
  NwShape shape;
  gsize n;        /* elements */
  double l1, l2;  /* penalty on the values */
  gboolean trainable; /* FALSE: state, or frozen by the layer */
  gboolean state;
  NwReal *value;                /* [n] canonical layout */
  NwReal *gradient;             /* [n], NULL until nw_weights_prepare_training */
  NwReal *slots[NW_MAX_SLOTS];  /* [n] each */
} NwWeight;

typedef struct _NwWeights NwWeights;

/* Fresh weights for every layer of a graph without errors, initialised from @seed. */
NwWeights *nw_weights_new(const NwInference *inference, guint64 seed, GError **error);
NwWeights *nw_weights_ref(NwWeights *weights);
void nw_weights_unref(NwWeights *weights);
/* Values and state, without gradients and slots. (transfer full) */
NwWeights *nw_weights_copy(const NwWeights *weights);
/* Copies values and state of @from into @weights; both come from the same graph. */
void nw_weights_assign(NwWeights *weights, const NwWeights *from);
/* Adds gradients and fresh slots. Fails with NW_ERROR_LIMIT when they, and a copy of the best values,
 * are too much for this computer. */
gboolean nw_weights_prepare_training(NwWeights *weights, const NwOptimizerKind *kind,
                                     const NwParams *params, GError **error);

guint nw_weights_get_n(const NwWeights *weights);
NwWeight *nw_weights_get(const NwWeights *weights, guint i);
/* The index of a layer's first weight, and how many it has. −1: none. */
int nw_weights_find_layer(const NwWeights *weights, guint layer_uid, guint *n);

/**
 * nw_weights_save:
 * Writes a safetensors file, atomically: “LAYER/kernel” …, and with @slots also
 * “optimizer/LAYER/kernel/momentum” …; @metadata (nullable) is a NULL-ended list key, value, key, …
 */
gboolean nw_weights_save(const NwWeights *weights, const char *path, gboolean slots,
                         const char *const *metadata, GError **error);
/* Reads values (and slots where the file has them and they are prepared) by name; a missing tensor or
 * another shape is one sentence, and then nothing was changed. */
gboolean nw_weights_load(NwWeights *weights, const char *path, GError **error);

/* The two halves of save and load, for files that hold more than weights (checkpoints): appends
 * NwFileTensor items to @tensors, and to @names strings (g_free) that must live as long. */
void nw_weights_append_tensors(const NwWeights *weights, gboolean slots, GArray *tensors,
                               GPtrArray *names);
gboolean nw_weights_load_from(NwWeights *weights, const NwSafetensors *file, const char *path,
                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwWeights, nw_weights_unref)
