/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Sets of answers of one output, in words or as JSON: of a project (“conformal”) and of predictions
 * of any program (“score”). */
#pragma once

#include "nw-cli-project.h"
#include "nw-coverage.h"

#include <json-glib/json-glib.h>

#define NW_OPTION_COVERAGE(help)                                                                   \
  {                                                                                                \
    "coverage", 0, NW_OPTION_TEXT, "SHARE", help                                                   \
  }

/* --coverage, 0.9 without. */
gboolean nw_cli_read_coverage(const NwArgs *args, double *coverage, GError **error);
typedef struct _NwCliSets NwCliSets;

/* Makes them by --method; or one sentence. @output: borrowed; @halves: its rows are halves of one
 * file. (transfer full) */
NwCliSets *nw_cli_sets_new(const NwArgs *args, const NwCoverageOutput *output, double coverage,
                           gboolean halves, GError **error);
void nw_cli_sets_free(NwCliSets *sets);
JsonObject *nw_cli_sets_to_json(const NwCliSets *sets); /* (transfer full) */
void nw_cli_sets_print(const NwCliSets *sets);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwCliSets, nw_cli_sets_free)
