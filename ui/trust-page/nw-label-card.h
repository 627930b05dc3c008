/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One output large: reliability with counts and intervals, and what a threshold makes of it.
 *
 * “previous”, “next” (): the buttons beside the title */
#pragma once

#include <gtk/gtk.h>

#include "nw-threshold-box.h"

#define NW_TYPE_LABEL_CARD (nw_label_card_get_type())
G_DECLARE_FINAL_TYPE(NwLabelCard, nw_label_card, NW, LABEL_CARD, GtkWidget)

/* @entry: (nullable) */
void nw_label_card_set(NwLabelCard *card, const NwTrustEntry *entry);
/* (transfer none) */
NwThresholdBox *nw_label_card_get_threshold_box(NwLabelCard *card);
