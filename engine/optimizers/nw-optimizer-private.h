/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What optimisers share; only files in optimizers/ include it. Kinds are kernel sources: compiled once
 * per CPU variant (nw-cpu.h), of which `update` is used; the rest is the same in all of them.
 *
 * Parameter rows that several have are here. A row that all of them get belongs here, too, and into every
 * table behind the kind's own rows. */
#pragma once

#include "nw-cpu.h"
#include "nw-optimizer.h"

#include <glib/gi18n-lib.h>

/* clang-format off */
#define NW_OPTIMIZER_PARAM_LEARNING_RATE(initial)                                                  \
  {"learning_rate", N_("Learning rate"), N_("How far one step goes"), NW_PARAM_REAL, initial, 0, 1000}
#define NW_OPTIMIZER_DETAILS N_("Details") /* the group of what hardly anybody changes */
#define NW_OPTIMIZER_PARAMS_BETAS                                                                  \
  {"beta_1", N_("Beta 1"), N_("How much of the mean gradient a step keeps"), NW_PARAM_REAL, "0.9", \
   0, 0.999999, .group = NW_OPTIMIZER_DETAILS},                                                    \
  {"beta_2", N_("Beta 2"), N_("How much of the mean squared gradient a step keeps"),               \
   NW_PARAM_REAL, "0.999", 0, 0.999999, .group = NW_OPTIMIZER_DETAILS}
#define NW_OPTIMIZER_PARAM_EPSILON                                                                 \
  {"epsilon", N_("Epsilon"), N_("Keeps the division from growing without bound"), NW_PARAM_REAL,   \
   "1e-7", 1e-16, 1, .group = NW_OPTIMIZER_DETAILS}
#define NW_OPTIMIZER_PARAM_AMSGRAD                                                                 \
  {"amsgrad", N_("AMSGrad"), N_("Divides by the largest mean squared gradient so far"),            \
   NW_PARAM_BOOL, "false", .group = NW_OPTIMIZER_DETAILS}

/* What every kind has, behind its own rows. */
#define NW_OPTIMIZER_PARAMS_COMMON(decay)                                                          \
  {"weight_decay", N_("Weight decay"),                                                             \
   N_("What part of a weight each step takes away, times the learning rate"), NW_PARAM_REAL,       \
   decay, 0, 1000, .group = N_("Weight decay")},                                                   \
  {"exclude_from_weight_decay", N_("Except"),                                                      \
   N_("What does not decay: names of layers, or words in the names of weights, such as bias, gamma"), \
   NW_PARAM_TEXT, "", .group = N_("Weight decay")},                                                \
  {"clipping", N_("Clipping"), N_("What happens to large gradients before a step"),                \
   NW_PARAM_CHOICE, "none", .choices = nw_optimizer_clip_choices, .group = N_("Gradients")},       \
  {"clip", N_("Limit"), N_("What is larger is made this large"), NW_PARAM_REAL, "1", 1e-12, 1e12,  \
   .when = "clipping=clipvalue|clipnorm|global_clipnorm", .group = N_("Gradients")},               \
  {"gradient_accumulation_steps", N_("Accumulate"),                                                \
   N_("Batches whose mean gradient makes one step; more need no more memory for the batch"),       \
   NW_PARAM_INT, "1", 1, 1000000, .group = N_("Gradients"), .unit = N_("batches")},                \
  {"measure_gradients", N_("Measure"),                                                             \
   N_("Writes down the norm of all gradients at every step, which takes about one percent of it"), \
   NW_PARAM_BOOL, "true", .group = N_("Gradients")},                                               \
  {"use_ema", N_("Average the weights"),                                                           \
   N_("Keeps a moving average of the weights; the finished network has the average"),              \
   NW_PARAM_BOOL, "false", .group = N_("Average")},                                                \
  {"ema_momentum", N_("Momentum"), N_("How much of the average each batch keeps"), NW_PARAM_REAL,  \
   "0.99", 0, 1, .when = "use_ema=true", .group = N_("Average")},                                  \
  {"ema_overwrite_frequency", N_("Overwrite"),                                                     \
   N_("Every so many batches training goes on from the average; 0: never"), NW_PARAM_INT, "0", 0,  \
   1e9, .when = "use_ema=true", .group = N_("Average"), .unit = N_("batches")},                    \
  {"swap_ema_weights", N_("Judge the average"),                                                    \
   N_("Validation and the best epoch look at the average, as with Keras’ SwapEMAWeights; off: at " \
      "the weights of the last batch"),                                                            \
   NW_PARAM_BOOL, "true", .when = "use_ema=true", .group = N_("Average")}
/* clang-format on */

const NwChoice *nw_optimizer_clip_choices(void);

/* Adam's, which AdamW shares. */
#ifdef NW_CPU_VARIANT
#define NW_ADAM(name) NW_CPU_SYMBOL(nw_adam_##name)
void NW_ADAM(prepare)(const NwParams *params, guint64 t, NwOptimizerStep *step);
gboolean NW_ADAM(has_slot)(const NwParams *params, gsize slot);
void NW_ADAM(update)(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots,
                     gsize n);
#endif
