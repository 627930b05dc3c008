/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Runs one layer without a plan: makes the buffers that its infer asks for, fills inputs and
 * weights with fixed random numbers, and calls forward and backward as a plan would. */
#pragma once

#include "nw-layer.h"

typedef struct {
  const char *example; /* (nullable) parameters as text, for messages */
  NwParams *params;
  NwInfer infer;
  gsize capacity;
  gboolean training; /* TRUE at first */

  gsize n_inputs;
  NwType *types;    /* [n_inputs] */
  gboolean *masked; /* [n_inputs] */
  NwTensor *inputs; /* [n_inputs], with gradients where the input is real */

  NwType before[NW_MAX_PORTS];    /* type of each output before the activation */
  NwTensor outputs[NW_MAX_PORTS]; /* before the activation, with gradients */
  NwReal *y, *dy; /* output 0 after the activation; dy is given: fixed random numbers */

  NwReal *weights[NW_MAX_WEIGHTS], *gradients[NW_MAX_WEIGHTS];
  NwReal *states[NW_MAX_WEIGHTS]; /* what states are before each forward */
  NwReal *saved[NW_MAX_BUFFERS], *scratch[NW_MAX_BUFFERS];
  gpointer prepared;

  /* per step: what the layer sees, without the first axis and without masks */
  NwTensor step_tensors[2 * NW_MAX_PORTS];
  NwType step_types[2 * NW_MAX_PORTS];
} LayerRun;

/* @params and @inputs as in NwLayerExample. Fails as the layer's infer does. */
LayerRun *layer_run_new(const NwLayerKind *kind, const char *params, const char *inputs,
                        gsize capacity, GError **error);
/* The same for examples, which are right: ends the test with a sentence otherwise. @params lives as
 * long as the run. */
LayerRun *
layer_run_example(const NwLayerKind *kind, const char *params, const char *inputs, gsize capacity);
void layer_run_free(LayerRun *run);

gsize layer_run_n_weight(const LayerRun *run, gsize weight);           /* elements */
gsize layer_run_n_input(const LayerRun *run, gsize input, gsize n);    /* elements of n samples */
gsize layer_run_n_gradient(const LayerRun *run, gsize input, gsize n); /* the same; 0 for ids */
gsize layer_run_n_output(const LayerRun *run, gsize n);                /* of y */

/* @n samples. */
void layer_run_forward(LayerRun *run, NwPool *pool, gsize n);
/* States go on from what they were before the last forward; called again, from what it left. */
void layer_run_keep_states(LayerRun *run);
/* After forward with the same n. Weight gradients accumulate, those of inputs when @accumulate. */
void layer_run_backward(LayerRun *run, NwPool *pool, gsize n, gboolean accumulate);
/* Sets all gradients to @value. */
void layer_run_fill_gradients(LayerRun *run, NwReal value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LayerRun, layer_run_free)
