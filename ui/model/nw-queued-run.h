/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A project that waits to be trained, as it was when it was put into the queue. Immutable. */
#pragma once

#include <glib-object.h>

#include "nw.h"

#define NW_TYPE_QUEUED_RUN (nw_queued_run_get_type())
G_DECLARE_FINAL_TYPE(NwQueuedRun, nw_queued_run, NW, QUEUED_RUN, GObject)

/* @before: (nullable): what is trained before it, to say how it differs */
NwQueuedRun *nw_queued_run_new(NwProject *project, NwProject *before);
NwProject *nw_queued_run_get_project(NwQueuedRun *queued);
/* “hidden.units 32 · optimizer.learning_rate 0.001”: in what it differs from what comes before it.
 */
const char *nw_queued_run_get_title(NwQueuedRun *queued);
