/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The project that a window shows: its value, undo, file, and the copy that survives a crash.
 *
 * Signals: “changed” after every edit, undo, redo, open and new; “problem” (sentence) when the copy
 * for recovery could not be written. Properties with notify: can-undo, can-redo, dirty, title. */
#pragma once

#include <glib-object.h>

#include "nw-recovery.h"
#include "nw.h"

#define NW_TYPE_DOCUMENT (nw_document_get_type())
G_DECLARE_FINAL_TYPE(NwDocument, nw_document, NW, DOCUMENT, GObject)

NwDocument *nw_document_new(void);

/* (transfer none) */
NwProject *nw_document_get_project(NwDocument *document);
NwInference *nw_document_get_inference(NwDocument *document); /* of the project's graph; cached */
const char *nw_document_get_path(NwDocument *document);       /* (nullable) never saved */
const char *
nw_document_get_base_dir(NwDocument *document); /* (nullable) relative paths start here */
char *nw_document_dup_title(NwDocument *document);
gboolean nw_document_is_dirty(NwDocument *document);
/* Neither saved nor edited since it was created: opening a file here loses nothing. */
gboolean nw_document_is_pristine(NwDocument *document);

/* @label: what is undone, “Move 3 nodes”; @merge: (nullable): edits in a row with the same key are
 * one undo step. A project equal to the current one is no edit. */
void
nw_document_edit(NwDocument *document, NwProject *project, const char *label, const char *merge);
void nw_document_undo(NwDocument *document);
void nw_document_redo(NwDocument *document);
const char *nw_document_get_undo_label(NwDocument *document); /* (nullable) */
const char *nw_document_get_redo_label(NwDocument *document); /* (nullable) */

/* An empty project. */
void nw_document_reset(NwDocument *document);
/* On failure nothing changes. @as_copy: the file is an example: saving asks for a new place. */
gboolean nw_document_open(NwDocument *document, const char *path, gboolean as_copy, GError **error);
gboolean nw_document_recover(NwDocument *document, const NwRecovered *recovered, GError **error);
/* On failure nothing changes, neither here nor on the disk. */
gboolean nw_document_save(NwDocument *document, const char *path, GError **error);
