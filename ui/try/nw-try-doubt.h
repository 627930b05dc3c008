/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Whether the network is asked often, with dropout on, and what stands beside the answers then; of
 * several networks together, what that is. */
#pragma once

#include <gtk/gtk.h>

#include "nw-trier.h"

/* @trier: ready */
GtkWidget *nw_try_doubt_new(NwTrier *trier);
