/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A dialog for the name, the tags and the note of a run. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

/* @parent: (nullable) */
void nw_run_editor_present(GtkWindow *parent, NwRun *run);
