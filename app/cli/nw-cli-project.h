/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What most subcommands begin with: the project as the command line changes it, its data, weights.
 */
#pragma once

#include "nw-cli.h"
#include "nw.h"

#include <json-glib/json-glib.h>

/* Faults of the command line itself rather than of its input: NW_EXIT_USAGE. */
#define NW_USAGE (nw_usage_quark())
GQuark nw_usage_quark(void);

/* Loads the project that the last operand names; applies --set. (transfer full) */
NwProject *nw_cli_load_project(const NwArgs *args, GError **error);
/* The folder that the project's relative paths start from. (transfer full) */
char *nw_cli_dup_base_dir(const NwArgs *args);

/* --data, its paths made absolute: the project's start elsewhere. NULL-ended (transfer full) */
char **nw_cli_dup_overrides(const NwArgs *args, GError **error);

/* Reads and prepares what the network asks for, with --data in the place of the project's files. */
NwDataset *nw_cli_build_dataset(const NwArgs *args, NwProject *project, GError **error);
/* The same for prediction: all rows, prepared as for the training that gave --weights; targets need
 * not be there. */
NwDataset *nw_cli_build_for_prediction(const NwArgs *args, NwProject *project, GError **error);

/* Loads --weights. */
NwWeights *nw_cli_load_weights(const NwArgs *args, NwProject *project, GError **error);

/* All of --weights, in their order: what evaluate and predict ask together; each is as nw_cli_load_weights
 * has it. (transfer full): an array of NwWeights. */
GPtrArray *nw_cli_load_members(const NwArgs *args, NwProject *project, GError **error);
/* --mc-dropout and --seed; FALSE: --weights is given once, and nothing else. @weights borrowed. */
gboolean nw_cli_read_members(const NwArgs *args, GPtrArray *weights, NwMembers *members);
#define NW_OPTION_MANY_WEIGHTS                                                                     \
  {                                                                                                \
    "weights", 'w', NW_OPTION_TEXTS, "WEIGHTS",                                                    \
        N_("Trained weights (.safetensors); given several times, the mean of what they answer"),   \
        .required = TRUE                                                                           \
  }
#define NW_OPTION_MC_DROPOUT                                                                       \
  {                                                                                                \
    "mc-dropout", 0, NW_OPTION_INT, "T",                                                           \
        N_("Ask T times with dropout on: mean, entropy and mutual information"), 1, 100000         \
  }
#define NW_OPTION_SEED                                                                             \
  {                                                                                                \
    "seed", 0, NW_OPTION_INT, "N", N_("What dropout draws by (0)"), 0, G_MAXINT64                  \
  }

/* How many threads the project's settings ask for; --threads goes first. */
int nw_cli_get_threads(const NwArgs *args, NwProject *project);

/* Ids and titles in the order of NwSplit, ended by a NULL id. */
extern const NwChoice nw_cli_splits[];
#define NW_OPTION_SPLIT                                                                            \
  {                                                                                                \
    "split", 0, NW_OPTION_CHOICE, "SPLIT", N_("Which rows (test)"), .choices = nw_cli_splits       \
  }
NwSplit nw_cli_get_split(const NwArgs *args); /* --split, else test */

/* Writes a JSON value and a line feed to stdout. Takes @object. */
void nw_cli_print_json(JsonObject *object, gboolean pretty);
