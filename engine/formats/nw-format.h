/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What can be taken away from a trained project: one row per format. The window's Export page and
 * `netwright export` have the same rows. */
#pragma once

#include "nw-dataset.h"
#include "nw-project.h"
#include "nw-weights.h"

/* What there is to write. */
typedef struct {
  NwProject *project;
  NwWeights *weights;
  NwDataset *dataset; /* (nullable) unless the format needs data */
  NwSplit split;      /* whose rows are predicted, for formats that need data */
  int threads;        /* 0: all cores */
} NwExport;

/**
 * NwFormat:
 * @id: for --to
 * @title: for people
 * @suffix: with the dot
 * @readers: who reads it
 * @carries: what it holds, one sentence
 * @lacks: what it does not
 * @needs_data: it is about the data's rows
 * @write: atomic; errors are one sentence
 */
typedef struct {
  const char *id, *title, *suffix;
  const char *readers, *carries, *lacks;
  gboolean needs_data;
  gboolean (*write)(const NwExport *what, const char *path, GError **error);
} NwFormat;

/* Ended by a NULL id. */
extern const NwFormat nw_formats[];
const NwFormat *nw_format_find(const char *id); /* (nullable) */
