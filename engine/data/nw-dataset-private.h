/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Filling a dataset that nobody else has seen yet. */
#pragma once

#include "nw-dataset.h"

NwDataset *nw_dataset_new_empty(gsize rows);
/* Adds a field of zeros, or says in a sentence why it is too large. @data: what to fill. */
NwField *nw_dataset_add_field(NwDataset *dataset, const char *name, NwFieldRole role,
                              const NwType *type, gpointer *data, GError **error);
void nw_dataset_drop_last_field(NwDataset *dataset);
/* Names for a target that is not there; takes @labels. */
void nw_dataset_take_labels(NwDataset *dataset, const char *name, char **labels);
/* @part: [rows] an NwSplit per row */
void nw_dataset_set_parts(NwDataset *dataset, const guint8 *part);
void nw_dataset_take_preparation(NwDataset *dataset, char *preparation, char *hash);
