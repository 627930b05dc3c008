/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What is measured: networks that train, or predict, on random data in memory. `netwright bench`
 * times them here, tests/bench/run.py beside other programs. */
#pragma once

#include <json-glib/json-glib.h>

#include "nw.h"

/* A row of the table. Its name is “s1-32-adam”, or “s1-1-predict”. */
typedef struct {
  const char *network; /* “s1”: the peers have a function of that name */
  const char *text;    /* nw-graph-text.h */
  gsize batch;
  const char *optimizer; /* NULL: predicts */
  gint32 ids;            /* int32 inputs are below this */
} NwWorkload;

/* Ended by a NULL network. */
extern const NwWorkload nw_workloads[];
/* (transfer full) */
char *nw_workload_dup_name(const NwWorkload *workload);

/* One workload, ready to go on. */
typedef struct _NwBench NwBench;

NwBench *nw_bench_new(const NwWorkload *workload, int threads, GError **error);
void nw_bench_free(NwBench *bench);
/* Trains or predicts for @steps batches, and says how long that took. */
double nw_bench_run(NwBench *bench, guint steps);
/* Seconds per step: the median of @rounds rounds of about a quarter of a second each, after one
 * that does not count. */
double nw_bench_time(NwBench *bench, guint rounds);
/* Multiplications and additions of one step, counting a backward pass as two forward ones. */
double nw_bench_get_operations(const NwBench *bench);
/* {"network":s,"batch":n,"optimizer":s|null,"parameters":n,"operations":n,
 *  "inputs":[{"shape":[…],"ids":n|0}],"targets":[{"shape":[…],"classes":n|0}]}: what a peer needs
 * to know to do the same. (transfer full) */
JsonObject *nw_bench_to_json(const NwBench *bench);

/* What this computer can do at most. */
typedef struct {
  double product;   /* floating point operations per second, 2048 × 2048 by 2048 × 2048 */
  double bandwidth; /* bytes per second, a = b + c·d over arrays that no cache holds */
} NwLimits;

NwLimits nw_bench_limits(int threads);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwBench, nw_bench_free)
