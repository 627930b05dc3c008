/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The trained numbers: values, gradients, optimiser slots and state of every layer, outside any plan.
 *
 * Training, evaluation and prediction plans share one NwWeights. Only its owner (the trainer while it
 * runs) writes; others take a copy. The canonical layout is Keras' (facts A.2), row-major. */
#pragma once

#include <gio/gio.h>

#include "nw-constraint.h"
#include "nw-graph.h"
#include "nw-infer.h"
#include "nw-optimizer.h"
#include "nw-real.h"
#include "nw-safetensors.h"
#include "nw-shape.h"

/* A gradient xᵀ[rows, n] · dy[n, cols] that was not made: nw_optimize makes it in blocks, which it
 * uses up at once, so that it never goes through memory. */
typedef struct {
  const NwReal *x, *dy; /* NULL: there is none */
  gsize rows, cols, n;
} NwWeightProduct;

typedef struct {
  guint layer;    /* uid */
  char *name;     /* "LAYER/kernel": the layer's name when the weights were made */
  NwShape shape;
  gsize n;        /* elements */
  NwConstraint constraint; /* applied after every step of the optimiser */
  gboolean trainable; /* FALSE: state, or frozen by the layer */
  gboolean state;
  double rate;     /* factor of the learning rate */
  NwReal *value;   /* [n] canonical layout */

  /* Of trainable weights, after nw_weights_prepare_training; NULL when not in use. */
  NwReal *gradient;            /* [n]; not in use while there is a product */
  NwWeightProduct product;
  NwReal *slots[NW_MAX_SLOTS]; /* [n] each */
  NwReal *average;             /* [n] moving average of the value */
  NwReal *accumulated;         /* [n] sum of the gradients of earlier batches of this step */
  double *squares;             /* [n_squares] sums of squared gradients, before clipping */
  gsize n_squares;
  double *sizes, *moves; /* [n_squares] of a watched step: sums of squares of w before it, and of what
                            it added to w; NULL until somebody watches */
  gboolean decays;             /* weight decay applies */
  gboolean resting;            /* steps leave it as it is: its output is finished */
  NwReal gradient_scale;       /* by clipping, in the step at hand */
} NwWeight;

/* Numbers per task of a step, cut at each weight: enough to be worth a thread, few enough to stay in
 * its cache with the slots. */
#define NW_WEIGHT_PART ((gsize)8192)

/* A gradient of this shape may be left as a product: it is so large that storing it takes time. */
gboolean nw_weight_may_have_product(const NwShape *shape);

typedef struct _NwWeights NwWeights;

/* Fresh weights for every layer of a graph without errors, initialised from @seed. */
NwWeights *nw_weights_new(const NwInference *inference, guint64 seed, GError **error);
NwWeights *nw_weights_ref(NwWeights *weights);
void nw_weights_unref(NwWeights *weights);
/* Values and state, without gradients and slots. (transfer full) */
NwWeights *nw_weights_copy(const NwWeights *weights);
/* Copies values and state of @from into @weights; both come from the same graph. */
void nw_weights_assign(NwWeights *weights, const NwWeights *from);
/* The same with the averages of @from, where it keeps them, in place of its values. */
void nw_weights_assign_averages(NwWeights *weights, const NwWeights *from);
/* Adds gradients, fresh slots and what else the parameters ask for. Fails with NW_ERROR_LIMIT when
 * they, and a copy of the best values, are too much for this computer. */
gboolean nw_weights_prepare_training(NwWeights *weights, const NwOptimizerKind *kind,
                                     const NwParams *params, GError **error);

/* From now on, steps also measure the weights and how far they move. Off at first. */
void nw_weights_set_watched(NwWeights *weights, gboolean watched);
gboolean nw_weights_is_watched(const NwWeights *weights);

/* What those parameters say, for every step. */
const NwOptimizerCommon *nw_weights_get_common(const NwWeights *weights);

guint nw_weights_get_n(const NwWeights *weights);
NwWeight *nw_weights_get(const NwWeights *weights, guint i);
/* The index of a layer's first weight, and how many it has. −1: none. */
int nw_weights_find_layer(const NwWeights *weights, guint layer_uid, guint *n);

/**
 * nw_weights_save:
 * Writes a safetensors file, atomically: “LAYER/kernel” …, and with @slots also
 * “optimizer/LAYER/kernel/momentum” …; @metadata (nullable) is a NULL-ended list key, value, key, …
 * Where averages are kept, “LAYER/kernel” holds the average: it is what the network is used with. Its
 * value then goes to “optimizer/LAYER/kernel/unaveraged”. */
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
