/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What SimpleRNN, LSTM and GRU share: everything but the formulas of a step.
 *
 * A layer runs once, or (bidirectional) twice with weights of its own for each direction. Samples
 * do not meet, so the batch is cut into slices of a fixed size, and one task takes a slice through
 * the whole sequence; nobody waits between steps. The products with the inputs of all steps, and
 * those that give the gradients of the weights, are large ones over the whole batch.
 *
 * Masks, states and outputs are Keras' (facts A.6, A.7): a masked step keeps the state and repeats
 * the output before it. */
#pragma once

#include "nw-layer.h"
#include "nw-recurrent-kernels.h"

typedef struct _NwRecurrent NwRecurrent;

/* The formulas of a step: the family of its kind. Functions get @rows samples from @first on, and
 * step @t. */
typedef struct {
  gsize gates;  /* parts of z */
  gsize states; /* h, or h and c */
  gsize kept;   /* vectors per step that forward keeps for backward */
  gsize groups; /* products a step makes with the recurrent kernel: of all gates, or first of all
                   but the last and then of the last */
  gsize first_state; /* input port of the first initial state */
  /* From z (x·W + b) and the state before to the state after; masked samples are left alone. */
  void (*forward)(const NwRecurrent *r, gsize first, gsize rows, gsize t);
  /* From the gradients of the state after to those of the state before and of z, which is 0 for
   * masked samples. */
  void (*backward)(const NwRecurrent *r, gsize first, gsize rows, gsize t);
  void (*prepare)(NwRecurrent *r);                      /* (nullable) before the slices */
  void (*finish)(const NwRecurrent *r, gboolean first); /* (nullable) behind those of backward */
} NwRecurrentCell;

/* One direction of a call. Arrays are [n, …]: the samples of this batch. */
struct _NwRecurrent {
  const NwCall *call;
  const NwRecurrentCell *cell;
  const NwRecurrentKernels *kernels;
  const NwActivation *activation, *recurrent;
  gsize direction, n, steps, features, units;
  gsize columns; /* gates · units */
  gsize first_weight;
  int bias, decay;    /* weights; −1: none */
  gboolean backwards; /* reads from the last step to the first */
  gboolean in_order;  /* writes step t at t, not in the order of reading */
  gboolean sequences, zero_output, reset_after;
  gboolean per_gate;  /* recurrent dropout: masks, and products, for each gate */
  const guint8 *mask; /* [n, steps] or NULL */

  NwReal *z;                       /* [n, steps, columns] gates; after backward their gradients */
  NwReal *pre;                     /* like z; z itself where no slope needs it */
  NwReal *before;                  /* [n, steps, units] h before the step */
  NwReal *kept;                    /* [n, steps, cell->kept · units] */
  NwReal *input_drop, *state_drop; /* [n, groups, …] factors of dropout, or NULL */
  NwReal *h, *c, *last;            /* [n, units] state (or its gradient); output before */
  NwReal *row;                     /* [n, columns] */
  NwReal *masked;                  /* [n, units] */
  NwReal *d_inner;                 /* GRU: [n, steps, columns] */
  NwReal *packed;                  /* recurrent kernel by groups; backward its transpose */

  const NwReal *gap;         /* Δt [n, steps], or NULL */
  NwReal *d_gap;             /* [n, steps] of this direction */
  NwReal *factor, *d_factor; /* [n, units] of decay at the step at hand */
  NwReal *rate;              /* [units] γ */
  NwReal *d_rate;            /* [n, steps, units] */
  int form;                  /* of the decay; LSTM's own */

  NwReal *y;              /* output of sample 0, step 0, or its gradient */
  gsize y_sample, y_step; /* distance from sample to sample, from step to step */
};

/* Of kinds whose family is an NwRecurrentCell. */
gboolean nw_recurrent_infer(NwInfer *infer, GError **error);
/* Where infer put things: weights of a direction, and what is kept or used in passing. */
enum { NW_RECURRENT_KERNEL, NW_RECURRENT_RECURRENT, NW_RECURRENT_BIAS };
enum {
  NW_RECURRENT_Z,
  NW_RECURRENT_PRE,
  NW_RECURRENT_BEFORE,
  NW_RECURRENT_KEPT,
  NW_RECURRENT_INPUT_DROP,
  NW_RECURRENT_STATE_DROP,
  NW_RECURRENT_OUT,
  NW_RECURRENT_N_SAVED,
};
enum {
  NW_RECURRENT_H,
  NW_RECURRENT_C,
  NW_RECURRENT_LAST,
  NW_RECURRENT_ROW,
  NW_RECURRENT_MASKED,
  NW_RECURRENT_PACKED,
  NW_RECURRENT_D_INNER,
  NW_RECURRENT_D_OUT,
  NW_RECURRENT_DROPPED,
  NW_RECURRENT_GAP,
  NW_RECURRENT_FACTOR,
  NW_RECURRENT_RATE,
  NW_RECURRENT_D_RATE,
  NW_RECURRENT_N_SCRATCH,
};
void nw_recurrent_forward(const NwCall *call);
void nw_recurrent_backward(const NwCall *call);

/* ── for the cells ───────────────────────────────────────────────────────────────────────────── */

static inline gboolean
nw_recurrent_is_masked(const NwRecurrent *r, gsize sample, gsize t)
{
  return r->mask != NULL && !r->mask[sample * r->steps + t];
}

NwCellRow nw_recurrent_row(const NwRecurrent *r, gsize sample, gsize t);
/* The state that product @group takes: h, or h behind dropout in `masked`. [rows, units] */
const NwReal *nw_recurrent_state(const NwRecurrent *r, gsize group, gsize first, gsize rows);
/* c[rows, columns of the group] += a[rows, units]·U. */
void nw_recurrent_product(const NwRecurrent *r, gsize group, const NwReal *a, gsize lda, gsize rows,
                          NwReal *c, gsize ldc);
/* h[rows] += d[rows, columns of the group]·Uᵀ, behind dropout; d is all gates' part of step @t. */
void nw_recurrent_product_back(const NwRecurrent *r, gsize group, const NwReal *d, gsize first,
                               gsize rows, gsize t);
/* The first of a group's columns; its part of the kernel as the product wants it. */
gsize nw_recurrent_first_column(const NwRecurrent *r, gsize group);
const NwReal *nw_recurrent_packed(const NwRecurrent *r, gsize group, gboolean transposed);
/* Dropout's factors of the state in a group, of sample 0, and how far it is to the next; NULL:
 * none. */
const NwReal *nw_recurrent_factors(const NwRecurrent *r, gsize group, gsize *step);
gsize nw_recurrent_n_groups(const NwRecurrent *r);
/* z += b, the part of all gates, or of gates [from, to). */
void nw_recurrent_add_bias(const NwRecurrent *r, gsize offset, gsize from, gsize to, NwReal *z);

char *nw_recurrent_describe(const NwParams *params);
extern const char *const nw_recurrent_drops[]; /* as in NwLayerKind */

/* ── the table ───────────────────────────────────────────────────────────────────────────────── */

const NwChoice *nw_recurrent_merge_modes(void);
const NwChoice *nw_recurrent_activation_choices(void);

/* Ports of a kind with one state; only LSTM has others. */
extern const NwPort nw_recurrent_inputs[], nw_recurrent_outputs[];

/* clang-format off */
#define NW_PARAM_RECURRENT_UNITS                                                                   \
  {"units", N_("Units"), N_("How many numbers its state has"), NW_PARAM_INT, "64", 1, 1 << 20}
#define NW_PARAM_RECURRENT_ACTIVATION                                                              \
  {"activation", N_("Activation"), N_("Function applied to what is new in the state"),             \
   NW_PARAM_CHOICE, "tanh", .choices = nw_recurrent_activation_choices}
#define NW_PARAM_RECURRENT_GATES                                                                   \
  {"recurrent_activation", N_("Gates"), N_("Function applied to the gates"), NW_PARAM_CHOICE,      \
   "sigmoid", .choices = nw_recurrent_activation_choices}
#define NW_PARAMS_RECURRENT_OUTPUT                                                                 \
  {"return_sequences", N_("Return sequences"),                                                     \
   N_("On: an answer for every step; off: one for the whole sequence"), NW_PARAM_BOOL, "false"},   \
  {"bidirectional", N_("Bidirectional"),                                                           \
   N_("A second set of weights reads the sequence from its end"), NW_PARAM_BOOL, "false"},         \
  {"merge_mode", N_("Merge"), N_("How the results of both directions become one"),                 \
   NW_PARAM_CHOICE, "concat", .choices = nw_recurrent_merge_modes, .when = "bidirectional=true"},  \
  {"go_backwards", N_("Backwards"),                                                                \
   N_("Reads from the last step to the first, and answers in that order"), NW_PARAM_BOOL, "false", \
   .when = "bidirectional=false"},                                                                 \
  {"zero_output_for_mask", N_("Zeros where masked"),                                               \
   N_("On: a masked step gives zeros; off: it repeats the answer before it"), NW_PARAM_BOOL,       \
   "false", .when = "bidirectional=false"},                                                        \
  {"use_bias", N_("Bias"), N_("Adds a number of its own to each unit"), NW_PARAM_BOOL, "true"}
#define NW_PARAMS_RECURRENT_STATE                                                                  \
  {"return_state", N_("Return state"), N_("Gives the state behind the last step at ports of its own"), \
   NW_PARAM_BOOL, "false", .group = N_("State")},                                                  \
  {"initial_state", N_("Initial state"),                                                           \
   N_("Has ports for the state before the first step; its mask then does not count, as in Keras"), \
   NW_PARAM_BOOL, "false", .group = N_("State")},                                                  \
  {"stateful", N_("Stateful"),                                                                     \
   N_("Sample n of a batch goes on where sample n of the batch before ended"), NW_PARAM_BOOL,      \
   "false", .group = N_("State")},                                                                 \
  {"batch_size", N_("Samples"), N_("How many samples a batch has, for each of which the state is kept"), \
   NW_PARAM_INT, "32", 1, 1 << 20, .when = "stateful=true", .group = N_("State")}
#define NW_PARAMS_RECURRENT_REGULARISE                                                             \
  {"dropout", N_("Dropout"), N_("Which part of the inputs is set to 0 while training, the same in all steps"), \
   NW_PARAM_REAL, "0", 0, 0.999, .group = N_("Regularisation")},                                   \
  {"recurrent_dropout", N_("Recurrent dropout"),                                                   \
   N_("Which part of the state is set to 0 while training, the same in all steps"), NW_PARAM_REAL, \
   "0", 0, 0.999, .group = N_("Regularisation")},                                                  \
  NW_PARAMS_WEIGHT_PENALTY("kernel", "Kernel"),                                                    \
  NW_PARAMS_WEIGHT_PENALTY("recurrent", "Recurrent"),                                              \
  NW_PARAMS_WEIGHT_PENALTY("bias", "Bias"),                                                        \
  NW_PARAMS_ACTIVITY_PENALTY
#define NW_PARAMS_RECURRENT_INITIALISE                                                             \
  {"kernel_initializer", N_("Kernel"), N_("How fresh weights of the inputs are drawn"),            \
   NW_PARAM_TEXT, "glorot_uniform", .group = N_("Initialisation")},                                \
  {"recurrent_initializer", N_("Recurrent"), N_("How fresh weights of the state are drawn"),       \
   NW_PARAM_TEXT, "orthogonal", .group = N_("Initialisation")},                                    \
  {"bias_initializer", N_("Bias"), N_("What a fresh bias holds, such as zeros or constant(0.1)"),  \
   NW_PARAM_TEXT, "zeros", .when = "use_bias=true", .group = N_("Initialisation")}
/* clang-format on */
