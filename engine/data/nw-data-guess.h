/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A sensible start for somebody who drops a file on the window. */
#pragma once

#include "nw-dataset.h"
#include "nw-table.h"

/**
 * nw_data_settings_guess:
 * @source: the name of a source in @settings
 * @table: that source, read
 * @requests: what the graph wants; fields that already have a binding keep it
 *
 * Proposes bindings: columns called like a field feed it; the targets left over take the last
 * category, 0/1 or number columns that fit; the inputs left over take all remaining columns that
 * fit them. An input that takes any shape takes them all, or the one array there is, and its shape
 * can follow (nw_data_settings_get_shape). Number columns of inputs that are not already small are
 * standardised, a category target stratifies the split. (transfer full)
 */
NwDataSettings *
nw_data_settings_guess(NwDataSettings *settings, const char *source, const NwTable *table,
                       const NwFieldRequest *requests, gsize n_requests);

/* The shape that the columns bound to the field give: an array's own, else as many numbers as there
 * are. FALSE when nothing of @table feeds it. */
gboolean
nw_data_settings_get_shape(NwDataSettings *settings, const char *source, const NwTable *table,
                           const NwFieldRequest *request, NwShape *shape);
