/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Puts the loss and the score of a run's outputs on their nodes. */
#pragma once

#include "nw-canvas.h"
#include "nw-run.h"

typedef struct _NwLiveOutputs NwLiveOutputs;

/* Follows @run until it is freed. @canvas must live longer. */
NwLiveOutputs *nw_live_outputs_new(NwCanvas *canvas, NwRun *run);
void nw_live_outputs_free(NwLiveOutputs *live);
