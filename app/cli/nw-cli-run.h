/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a run leaves behind: its folder, the project as it was trained, the report; and an epoch or
 * an evaluation as JSON. And how signals stop it. */
#pragma once

#include "nw-cli.h"
#include "nw.h"

#include <json-glib/json-glib.h>

/* From now on SIGINT and SIGTERM are wishes to stop; a second one ends the process at once. */
void nw_cli_catch_signals(void);
void nw_cli_want_stop(void);
gboolean nw_cli_is_stop_wanted(void);

/* --out, else --resume, else the first of FILE-run, FILE-run-2, … that does not exist, in the
 * working folder. (transfer full) */
char *nw_cli_dup_out_folder(const NwArgs *args);

/* The project as it is trained, its data files by absolute paths, --data considered. (transfer full) */
NwProject *nw_cli_dup_moved_project(const NwArgs *args, NwProject *project);
/* Writes it to FOLDER/project.netwright. */
gboolean
nw_cli_save_project(const NwArgs *args, NwProject *project, const char *folder, GError **error);
/* The same under another name. */
gboolean
nw_cli_save_project_as(const NwArgs *args, NwProject *project, const char *path, GError **error);

/* {"epoch":n,"loss":x,"val_loss":x,"outputs":{"digit":{"loss":x,"val_accuracy":x,"val_ece":x}},
 * "seconds":x} (transfer full) */
JsonObject *nw_cli_epoch_to_json(NwHistory *history, const NwEvent *event);
/* {"loss":x,"accuracy":x,"ece":x,…} of one output. (transfer full) */
JsonObject *nw_cli_output_to_json(const NwEvaluation *evaluation, guint output);
/* The part of that which a report has: accuracy, calibration, Brier, log loss. */
void nw_cli_add_report(JsonObject *object, NwReport *report);
