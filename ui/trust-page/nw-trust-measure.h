/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The numbers of a trust list that take sorting every label's predictions: AUC, average precision,
 * the threshold that does what is asked for, and what it does. In a thread. */
#pragma once

#include <gio/gio.h>

#include "nw-threshold.h"
#include "nw-trust-list.h"

/* @value: of @kind. The list may change or go meanwhile. */
void nw_trust_measure_async(NwTrustList *list, const NwThresholdKind *kind, double value,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* Puts the numbers into @list, the one that was measured. FALSE: it was cancelled. */
gboolean nw_trust_measure_finish(GAsyncResult *result, NwTrustList *list);
/* The same at once, of one entry: @numbers: (out) [NW_TRUST_N_ORDERS], of which the measured ones
 * are set. */
void nw_trust_measure_entry(const NwTrustEntry *entry, const NwThresholdKind *kind, double value,
                            double *numbers);
