/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A layer kind: one constant struct in a file of its own, one line in layers/meson.build.
 *
 * Read a kind's file from the bottom up. `infer` says what the layer makes of its inputs and what it
 * needs; the plan then gives `forward` and `backward` everything they asked for. These two never
 * allocate, never lock, keep no state of their own and draw random numbers only from call->rng.
 *
 * What many kinds share is said in `infer` and done by the plan: a trailing activation
 * (nw_infer_activation), activity penalties (nw_infer_activity_penalty), passing an input through
 * unchanged (nw_infer_alias). A kind that is a formula of its inputs says only that (nw-formula.h). */
#pragma once

#include "nw-activation.h"
#include "nw-param.h"
#include "nw-pool.h"
#include "nw-real.h"
#include "nw-rng.h"
#include "nw-shape.h"

typedef enum {
  NW_CATEGORY_INPUTS,
  NW_CATEGORY_OUTPUTS,
  NW_CATEGORY_CORE,
  NW_CATEGORY_REGULARISE,
  NW_CATEGORY_CONVOLUTION,
  NW_CATEGORY_RECURRENT,
  NW_CATEGORY_MERGE,
  NW_CATEGORY_SHAPE,
  NW_CATEGORY_MATH,
  NW_N_CATEGORIES,
} NwCategory;

/* Title ("Core") and colour ("#3584e4") of a category; the canvas and the palette use both. */
const char *nw_category_title(NwCategory category);
const char *nw_category_color(NwCategory category);

/* What the plan does with a node beyond forward and backward. */
typedef enum {
  NW_ROLE_LAYER,
  NW_ROLE_INPUT,  /* no input port; its output is fed from the data */
  NW_ROLE_OUTPUT, /* no output port; compares its input with a target */
  NW_ROLE_TARGET, /* no input port; gives the target of an Output, or one of its own */
} NwRole;

typedef struct {
  const char *name, *title;
  gboolean optional;
  gboolean variadic; /* only the last port: any number of wires ≥ 1 */
  const char *when;  /* (nullable): as in NwParamSpec: the canvas shows the port only then */
} NwPort;

/* ── infer ───────────────────────────────────────────────────────────────────────────────────── */

#define NW_MAX_PORTS   8    /* fixed inputs, and outputs, of a kind; a variadic port is not bounded */
#define NW_MAX_WEIGHTS 16
#define NW_MAX_BUFFERS 16

/* A weight or a state tensor that the layer asks for; Keras' names and order (facts A.2). */
typedef struct {
  const char *name;
  NwShape shape;
  const char *initializer; /* as text: "glorot_uniform", "constant(0.1)" */
  double l1, l2;           /* penalty on this weight */
  gboolean state;          /* not trained (moving averages) */
  const char *file, *array; /* (nullable) it begins as this array of this file has it */
  gboolean by_product;     /* its gradient comes from nw_call_gradient_product alone, once a call */
  const char *formula;     /* (nullable) one more penalty: a formula of the weight, which it calls w */
  gboolean restarts;       /* a state that is 0 again at the first batch of each pass */
  gint64 first_one, n_ones; /* elements that start as 1, whatever the initialiser says */
  double orthogonal;       /* penalty on vectors that are not at right angles: the rows, or */
  gboolean orthogonal_columns; /* the columns of a matrix */
  const char *constraint;  /* (nullable) as text: "max_norm(3)"; it was checked */
} NwWeightSpec;

static inline gboolean
nw_weight_spec_is_penalised(const NwWeightSpec *spec)
{
  return spec->l1 > 0 || spec->l2 > 0 || spec->orthogonal > 0 || spec->formula != NULL;
}

/* Memory for one call: elements per sample times the batch, plus a fixed number. */
typedef struct {
  gint64 per_sample, fixed;
} NwBufferSpec;

/* How a node's input becomes a term of the loss: steps that a mask leaves out do not count, and the
 * batch is averaged. */
typedef enum {
  NW_LOSS_TERM_NONE,
  NW_LOSS_TERM_MEAN, /* of all numbers */
  NW_LOSS_TERM_SUM,  /* of a sample's numbers */
} NwLossTerm;

typedef struct _NwLayerKind NwLayerKind;

/* Filled by `infer`. Everything is a plain value; no allocation. */
typedef struct {
  /* given */
  const NwLayerKind *kind;   /* set by nw_layer_kind_infer */
  const NwParams *params;
  const char *name;          /* of the layer, for messages: “dense_1” */
  gsize n_inputs;
  const NwType *inputs;      /* [n_inputs]; rank < 0 marks an unconnected optional port */
  const gboolean *masks;     /* [n_inputs] does the input carry a mask? */
  NwType prediction;         /* NW_ROLE_TARGET: of the Output whose target it gives; rank < 0: none */

  /* asked for */
  gsize n_outputs;
  NwType outputs[NW_MAX_PORTS]; /* on the wires, so after the activation. forward writes output 0
                                   before it, which differs only when activation->halves: then its
                                   last axis is twice as long */
  int mask_from[NW_MAX_PORTS]; /* output's mask is that of this input (none if that has none);
                                   NW_MASK_NONE; NW_MASK_MADE */
  gsize n_weights;
  NwWeightSpec weights[NW_MAX_WEIGHTS];
  gsize n_saved;             /* kept from forward to backward */
  NwBufferSpec saved[NW_MAX_BUFFERS];
  gsize n_scratch;           /* valid within one forward or backward */
  NwBufferSpec scratch[NW_MAX_BUFFERS];
  gboolean alias;            /* output 0 is input 0 under another shape: no memory, no forward */
  gboolean keeps_inputs;     /* backward reads the values of the inputs */
  gboolean keeps_outputs;    /* backward reads the values of the outputs (before the activation) */
  gboolean in_place;         /* forward may write output 0 over input 0, and backward the gradient
                              * of input 0 over that of output 0 */
  const NwActivation *activation; /* applied to output 0 by the plan */
  gboolean activates;        /* forward applies call->activation itself while output 0 is in the cache */
  gboolean takes_slopes;     /* backward multiplies the gradient of input 0 by its slope, where it has
                              * one, and may do so in the gradient of output 0; with keeps_inputs */
  double activity_l1, activity_l2;
  gboolean per_batch;        /* activity penalty: sum over the batch instead of the mean */
  NwLossTerm loss_term;      /* input 0 is a term of the loss, and there is no output */
  double loss_weight;        /* of the term */
  gint64 steps;              /* per step: the layer runs on each entry of the first axis, which it does
                              * not see; the batch has n · steps samples for it. 0: not per step */
  gint64 n_ids;              /* input 0 holds ids from 0 to n_ids − 1; 0: it holds none */
  gint64 max_samples;        /* in a batch, for what is kept of each from batch to batch; 0: any */
  gint64 flops;              /* of forward, per sample */
} NwInfer;

#define NW_MASK_NONE (-1)
#define NW_MASK_MADE (-2) /* `make_mask` computes it */

/* Helpers for `infer`; each returns the index of what was added. An output starts without a mask. */
gsize nw_infer_output(NwInfer *infer, NwShape shape, NwDtype dtype);
gsize nw_infer_weight(NwInfer *infer, const char *name, NwShape shape, const char *initializer,
                      double l1, double l2);
gsize nw_infer_state(NwInfer *infer, const char *name, NwShape shape, const char *initializer);
gsize nw_infer_saved(NwInfer *infer, gint64 per_sample, gint64 fixed);
gsize nw_infer_scratch(NwInfer *infer, gint64 per_sample, gint64 fixed);
/* A weight drawn, penalised and constrained as the layer's own parameters NAME_initializer, NAME_l1,
 * NAME_l2 and, where it has them, NAME_regularizer, NAME_constraint, NAME_orthogonal and
 * NAME_orthogonal_mode say; fails when one of them does not fit the weight. */
gboolean nw_infer_own_weight(NwInfer *infer, const char *name, NwShape shape, GError **error);
/* The same, called NAME, as the parameters AS_initializer … say: for several weights of a kind. */
gboolean nw_infer_weight_as(NwInfer *infer, const char *name, const char *as, NwShape shape,
                            GError **error);
/* Output 0 is input 0 under another shape. */
gsize nw_infer_alias(NwInfer *infer, NwShape shape);
/* The activation of output 0, which was added before; halves its last axis when the activation does. */
gboolean nw_infer_activation(NwInfer *infer, const char *id, GError **error);
/* From the layer's own parameters `activity_l1` and `activity_l2`. */
void nw_infer_activity_penalty(NwInfer *infer);
/* Fails when an input carries int32 ids rather than numbers. */
gboolean nw_infer_want_numbers(const NwInfer *infer, GError **error);
/* An axis as Keras counts it (1 is the first of a sample, 0 would be the batch, −1 is the last) as an
 * index into the shape of a sample; −1 when there is none. */
int nw_infer_axis(gint64 axis, int rank);
/* Fails with “Dense “hidden”: …” — the kind's title and the layer's name go in front. */
gboolean nw_infer_fail(const NwInfer *infer, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* ── forward and backward ────────────────────────────────────────────────────────────────────── */

/* A tensor of the running batch: [n, shape…], row-major. */
typedef struct {
  union {
    NwReal *real;
    gint32 *int32;
  };
  const NwType *type;
  guint8 *mask;     /* [n, dim 0 of the shape] 1 = counts; NULL: no mask */
  NwReal *gradient; /* of the loss by this tensor; NULL: nobody needs it */
  gboolean accumulate; /* inputs, in backward: add to gradient instead of setting it */
  const NwActivation *slope; /* (nullable) an input, in backward: it is f(x) of this f, which works
                              * number by number and needs_y at most, and gradient is that by x */
} NwTensor;

/* What nw_call_gradient_product does with a product; given by whoever runs the call. */
typedef struct _NwCall NwCall;
typedef void (*NwProductFunc)(const NwCall *call, gsize weight, const NwReal *x, gsize rows,
                              const NwReal *dy, gsize cols, gsize n);

struct _NwCall {
  const NwLayerKind *kind;
  const NwParams *params;
  gsize n;                  /* samples in this batch, 1 … capacity */
  gboolean training;
  gboolean bypass;          /* recalibration does nothing, as while training */
  NwPool *pool;
  NwRng rng;                /* this layer's stream for this step (purpose NW_RNG_DROPOUT) */
  gsize n_inputs;
  const NwTensor *inputs;
  gsize n_outputs;
  const NwTensor *outputs;  /* before the activation (their types too); gradients likewise */
  NwReal *const *weights;   /* canonical layout, in the order of infer */
  NwReal *const *gradients; /* backward: accumulate; NULL entries: frozen */
  NwReal *const *saved;
  NwReal *const *scratch;
  const NwActivation *activation; /* (nullable) forward: apply it, number by number, to output 0 */
  gconstpointer prepared;   /* what the kind's `prepare` gave */
  NwProductFunc product;    /* NULL: add the product to gradients[weight] */
  gpointer product_data;
};

/* gradient[w][rows, cols] += xᵀ[n, rows] · dy[n, cols]: hands the product over as a descriptor, so
 * that the plan may store it or fuse it with the optimiser's step. Call it after the last use of the
 * weight in this backward, for frozen weights too. */
void nw_call_gradient_product(const NwCall *call, gsize weight, const NwReal *x, gsize rows,
                              const NwReal *dy, gsize cols, gsize n);

/* An example for the tests: parameters as "units=3 activation=relu" (values without spaces), inputs as
 * shapes "5; 4,5", "-" for rank 0; a prefix "mask:" gives an input a mask, "int7:" makes it int32 with
 * ids below 7, "positive:" leaves out numbers below 0.25. */
typedef struct {
  const char *params, *inputs;
} NwLayerExample;

/* A kind under a name of its own, with some parameters set: "bidirectional=true". @kind is filled in by
 * nw_layer_presets (nw-layer-preset.h). */
typedef struct {
  const char *title, *summary, *params;
  const NwLayerKind *kind;
} NwLayerPreset;

struct _NwLayerKind {
  const char *id;      /* snake case, Keras' */
  const char *title;   /* as the palette shows it */
  const char *summary; /* one line for people */
  NwCategory category;
  NwRole role;
  const NwPort *inputs;  /* ended by a NULL name */
  const NwPort *outputs;
  const NwParamSpec *params;
  /* (nullable) when the table depends on a registry (Output: one row set per loss), builds it once,
   * instead of @params; everyone asks nw_layer_kind_get_params. */
  const NwParamSpec *(*build_params)(void);
  /* Ended by NULL params; cover ranks, mask on and off, parameters together. The tests also try every
   * choice of every parameter on the first. */
  const NwLayerExample *examples;
  const NwLayerPreset *presets; /* (nullable) ended by a NULL title */

  /* (nullable), NULL-ended: parameters that say which part of its numbers it sets to 0 at random while
   * training. Training changes only that: nw_exec_set_dropout() lets it go on. */
  const char *const *drops;

  /* (nullable): why it cannot run per step, as a sentence's second half; the first is “it cannot run
   * per step: ”. */
  const char *not_per_step;

  gconstpointer family; /* (nullable) what the functions below read, where several kinds share them */
  gboolean (*infer)(NwInfer *infer, GError **error);
  void (*forward)(const NwCall *call);
  void (*backward)(const NwCall *call);
  void (*make_mask)(const NwCall *call); /* writes outputs[0].mask; only with NW_MASK_MADE */
  /* (nullable): what forward and backward need to know beside the parameters, made once when a plan
   * is built, after infer: a block that g_free gives back. */
  gpointer (*prepare)(const NwInfer *infer);
  /* (nullable): the layer is this formula of its inputs, which it calls by the names of its ports
   * (nw-formula.h). (transfer full) */
  char *(*formula)(const NwParams *params);
  /* The one line under the name on the canvas: "64 · relu". (transfer full) */
  char *(*describe)(const NwParams *params);
};

/* The registry, made from the list in layers/meson.build; ended by NULL. */
extern const NwLayerKind *const nw_layer_kinds[];
const NwLayerKind *nw_layer_kind_find(const char *id); /* (nullable) */
gsize nw_layer_kind_n_inputs(const NwLayerKind *kind); /* ports, the variadic one counted once */
gsize nw_layer_kind_n_outputs(const NwLayerKind *kind);
/* Its own rows and, for layers, `per_step` (Keras' TimeDistributed), which nw_layer_kind_infer and the
 * plan see to. */
const NwParamSpec *nw_layer_kind_get_params(const NwLayerKind *kind);
/* Why it cannot run per step, as the second half of a sentence; NULL: it can. */
const char *nw_layer_kind_why_not_per_step(const NwLayerKind *kind);
/* The one line on the canvas. (transfer full) */
char *nw_layer_kind_describe(const NwLayerKind *kind, const NwParams *params);
gboolean nw_layer_kind_is_variadic(const NwLayerKind *kind);

/**
 * nw_layer_kind_infer:
 * @infer: params, name, inputs and masks are given; all else is overwritten
 *
 * Runs the kind's infer between checks that all kinds share: every port that is not optional is
 * connected, and no tensor has more than NW_MAX_ELEMENTS numbers. Call this rather than kind->infer.
 */
gboolean nw_layer_kind_infer(const NwLayerKind *kind, NwInfer *infer, GError **error);

const NwChoice *nw_orthogonal_choices(void); /* rows, columns */

/* Parameter rows that several kinds have. Use them inside a table, last before {NULL}. */
#define NW_PARAM_ACTIVATION                                                                        \
  {"activation", "Activation", "Function applied to the result", NW_PARAM_CHOICE, "linear",        \
   .choices = nw_activation_choices}
#define NW_PARAMS_WEIGHT_PENALTY(weight, title)                                                    \
  {weight "_l1", title " L1", "Adds this rate times the sum of |w| to the loss", NW_PARAM_REAL,    \
   "0", 0, 1e6, .group = "Regularisation"},                                                        \
  {weight "_l2", title " L2", "Adds this rate times the sum of w² to the loss", NW_PARAM_REAL,     \
   "0", 0, 1e6, .group = "Regularisation"},                                                        \
  {weight "_regularizer", title " formula",                                                        \
   "Adds a formula of the weights w to the loss, such as 0.01*sum(abs(w)); its first axis is 0",   \
   NW_PARAM_TEXT, "", .group = "Regularisation", .wide = TRUE},                             \
  {weight "_constraint", title " constraint",                                                      \
   "What each step leaves the weights within, such as max_norm(3), unit_norm, non_neg; empty: "    \
   "nothing", NW_PARAM_TEXT, "", .group = "Regularisation"}
/* For weights of two axes, beside the rows above. */
#define NW_PARAMS_WEIGHT_ORTHOGONAL(weight, title)                                                 \
  {weight "_orthogonal", title " orthogonal",                                                      \
   "Adds this rate times the mean of |cos| between any two rows, or columns, to the loss",         \
   NW_PARAM_REAL, "0", 0, 1e6, .group = "Regularisation"},                                         \
  {weight "_orthogonal_mode", title " right angles",                                               \
   "Between which vectors of the matrix the angles are meant", NW_PARAM_CHOICE, "rows",            \
   .choices = nw_orthogonal_choices, .group = "Regularisation"}
#define NW_PARAMS_ACTIVITY_PENALTY                                                                 \
  {"activity_l1", "Activity L1", "Adds this rate times the sum of |output|, averaged over the batch", \
   NW_PARAM_REAL, "0", 0, 1e6, .group = "Regularisation"},                                         \
  {"activity_l2", "Activity L2", "Adds this rate times the sum of output², averaged over the batch", \
   NW_PARAM_REAL, "0", 0, 1e6, .group = "Regularisation"}
#define NW_PARAM_TRAINABLE                                                                         \
  {"trainable", "Trainable", "Off: training leaves the weights as they are", NW_PARAM_BOOL,        \
   "true"},                                                                                        \
  {"learning_rate_multiplier", "Rate factor",                                                      \
   "Multiplies the learning rate for this layer; to leave it as it is, switch Trainable off",      \
   NW_PARAM_REAL, "1", 0, 1000, .when = "trainable=true"}
