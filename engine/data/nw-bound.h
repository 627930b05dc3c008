/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The files behind a project's bindings: each source that feeds something, with the files that hold
 * more rows of it. */
#pragma once

#include "nw-data-settings.h"

/**
 * NwBound:
 * @parts: (nullable): indexed by NwSourceUse: the source's own table, that of its validation rows,
 * that of its test rows
 */
typedef struct {
  const NwDataSource *source;
  NwTable *parts[NW_N_SOURCE_USES];
} NwBound;

typedef struct _NwBoundSources NwBoundSources;

/**
 * nw_bound_sources_new:
 * @overrides: (nullable): NULL-ended "NAME=PATH"; names that the project does not have are an error
 * @rows_only: leave out files of validation and test rows
 *
 * Reads nothing yet. @settings, @base_dir and @overrides must outlive it. (transfer full)
 */
NwBoundSources *
nw_bound_sources_new(NwDataSettings *settings, const char *base_dir, const char *const *overrides,
                     gboolean rows_only, GError **error);
void nw_bound_sources_free(NwBoundSources *sources);
/* The file of the source @name has been read already. */
void nw_bound_sources_offer(NwBoundSources *sources, const char *name, NwTable *table);

/* The source that feeds the binding, read unless it was. (transfer none) */
const NwBound *
nw_bound_sources_read(NwBoundSources *sources, const NwBinding *binding, GError **error);
/* The source called @name, if it was read. */
const NwBound *nw_bound_sources_find(const NwBoundSources *sources, const char *name);

gsize nw_bound_sources_get_n(const NwBoundSources *sources);
const NwBound *nw_bound_sources_get(const NwBoundSources *sources, gsize i);
/* SHA-256 over the hashes of all files; nothing may be read afterwards. */
const char *nw_bound_sources_get_hash(const NwBoundSources *sources);

/* The column of the part, or −1. "x_train" in the file with test rows is "x_test", or "x_train". */
gssize nw_bound_find_column(const NwBound *bound, NwSourceUse use, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwBoundSources, nw_bound_sources_free)
