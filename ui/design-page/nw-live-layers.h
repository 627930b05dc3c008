/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Puts on the nodes how the layers of a run are. */
#pragma once

#include "nw-canvas.h"
#include "nw-run.h"

typedef struct _NwLiveLayers NwLiveLayers;

/* Follows @run until it is freed. @canvas must live longer. */
NwLiveLayers *nw_live_layers_new(NwCanvas *canvas, NwRun *run);
void nw_live_layers_free(NwLiveLayers *live);
