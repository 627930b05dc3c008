/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One label as yes or no: a threshold, chosen by hand or by what is asked for on validation rows,
 * and what it does there and on test rows.
 *
 * “goal” (): what is asked for is another */
#pragma once

#include <gtk/gtk.h>

#include "nw-threshold.h"
#include "nw-trust-list.h"

#define NW_TYPE_THRESHOLD_BOX (nw_threshold_box_get_type())
G_DECLARE_FINAL_TYPE(NwThresholdBox, nw_threshold_box, NW, THRESHOLD_BOX, GtkWidget)

/* @entry: (nullable). Hides itself where there is nothing to part: a top class, soft targets, a
 * single class. */
void nw_threshold_box_set(NwThresholdBox *box, const NwTrustEntry *entry);
/* What is asked for, of every label; @value: (out) */
const NwThresholdKind *nw_threshold_box_get_goal(NwThresholdBox *box, double *value);
