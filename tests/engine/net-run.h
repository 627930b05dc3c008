/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Compiles, fills and runs the networks that net.h draws. */
#pragma once

#include "net.h"
#include "nw-exec.h"

/* Samples in the largest batch. */
#define NET_CAPACITY 6

typedef struct {
  NwInference *inference;
  NwPlan *plan;
  NwWeights *weights;
  NwPool *pool;
  NwExec *exec;
} NetRun;

/* Ends the test with a sentence when the network has problems. */
void net_run_init(NetRun *run, const char *text, gboolean training, int threads);
void net_run_init_graph(NetRun *run, NwGraph *graph, gboolean training, int threads);
void net_run_clear(NetRun *run);
/* Random inputs, and targets that fit each loss; always the same. */
void net_run_fill(NetRun *run);

#ifdef NW_REAL_DOUBLE
/* Every gradient against the four-point stencil of the total, with a partial batch. @kinks: the
 * network has functions with corners; where a step of the stencil meets one, shorter steps are
 * tried. Returns FALSE when the total is too large or too steep to be compared. */
gboolean net_check_gradients(const char *text, gboolean kinks);
#endif
