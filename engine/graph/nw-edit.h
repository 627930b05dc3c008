/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Undo: a list of projects with the names of what was done between them. Pure; one owner. */
#pragma once

#include "nw-project.h"

#define NW_UNDO_MAX 1000 /* steps; older ones are forgotten */

typedef struct _NwUndo NwUndo;

/* Begins with @project, which counts as saved. */
NwUndo *nw_undo_new(NwProject *project);
void nw_undo_free(NwUndo *undo);

NwProject *nw_undo_get_project(const NwUndo *undo); /* where we are (transfer none) */

/**
 * nw_undo_push:
 * @label: what was done, for “Undo LABEL”
 * @merge: (nullable): names the gesture (“move 4 7”, “dense.units”); a push with the same name as
 * the one before replaces it, so that one gesture is one step
 *
 * Makes @project the present; what was undone before is forgotten. A project that equals the
 * present one is no step: returns FALSE and changes nothing.
 */
gboolean nw_undo_push(NwUndo *undo, NwProject *project, const char *label, const char *merge);

/* The gesture is over: the next push makes a step of its own, whatever its name. */
void nw_undo_end_gesture(NwUndo *undo);

/* The labels of the step that would be undone or redone; NULL when there is none. (transfer none)
 */
const char *nw_undo_get_undo_label(const NwUndo *undo);
const char *nw_undo_get_redo_label(const NwUndo *undo);
/* FALSE when there is nothing to do. */
gboolean nw_undo_undo(NwUndo *undo);
gboolean nw_undo_redo(NwUndo *undo);

/* The present is what is on disk. */
void nw_undo_mark_saved(NwUndo *undo);
/* Does the present differ from what was saved? Edits that lead back to it leave it clean. */
gboolean nw_undo_is_dirty(const NwUndo *undo);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwUndo, nw_undo_free)
