/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The project as a .netwright file: JSON, two-space indent, stable key order, numbers that round-trip.
 *
 * {"netwright": 1, "description": …, "layers": [{uid, name, kind, params}], "nodes": [{uid, layer, x,
 * y, inputs: [[node, port] | null]}], "data": {…}, "training": {…}, "optimizer": {kind, params}}
 * Parameters at their default are left out. Files from outside are hostile: size and depth are
 * scanned before json-glib sees the text. */
#pragma once

#include "nw-project.h"

#define NW_PROJECT_VERSION 1

/* Errors name the file, and the place in it: “digits.netwright: layer “dense_1”: Units must be …”.
 * Newer versions are refused with a sentence. (transfer full) */
NwProject *nw_project_load(const char *path, GError **error);
/* Atomic: write, fsync, rename; the old file survives any failure. */
gboolean nw_project_save(const NwProject *project, const char *path, GError **error);

NwProject *nw_project_from_json(const char *text, gssize length, const char *name, GError **error);
char *nw_project_to_json(const NwProject *project);
/* Nodes alone, for the clipboard: the same format with only layers and nodes. */
char *nw_graph_to_json(const NwGraph *graph);
NwGraph *nw_graph_from_json(const char *text, gssize length, GError **error);
