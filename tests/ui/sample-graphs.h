/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Networks for the tests and the demo of the Design page. */
#pragma once

#include "nw-doctor.h"
#include "nw-graph.h"

/* "empty"; "small": two inputs, two outputs; "outputs": 200 outputs; "huge": 1000 nodes.
 * (transfer full) */
NwGraph *sample_graph(const char *name);
/* What the doctor says about it. (transfer full) */
NwFindings *sample_findings(NwGraph *graph, NwInference *inference);
/* Adds one node, wired to output 0 of @from (0: not wired), at 0, 0. Returns its uid. */
guint sample_add(NwGraph **graph, const char *kind, const char *name, guint from);
void sample_set(NwGraph **graph, guint uid, const char *key, const char *text);
