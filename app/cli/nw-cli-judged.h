/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One question with its predicted probabilities and what came true: what reliability diagrams and
 * histograms of probabilities show. */
#pragma once

#include "nw-cli.h"
#include "nw.h"

typedef struct {
  char *name;
  gboolean is_confidence; /* p is that of the top class, y whether it was right */
  gboolean are_steps;     /* what is counted are steps of sequences */
  NwEdges edges;
  gsize n;
  double *p, *y; /* [n] */
} NwCliJudged;

/**
 * nw_cli_judged_read:
 * @source: predictions as `score` reads them, or a project (then with --weights)
 * @confidence: of several exclusive classes, take the top label's confidence unless --label names
 * one
 *
 * --label chooses an output (of a project) or a class; else it is the worst calibrated one.
 */
NwCliJudged *
nw_cli_judged_read(const NwArgs *args, const char *source, gboolean confidence, GError **error);
void nw_cli_judged_free(NwCliJudged *judged);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwCliJudged, nw_cli_judged_free)
