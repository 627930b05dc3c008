/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Counts of references in C11 atomics, which ThreadSanitizer sees (GLib's live in a library that it
 * does not look into). */
#pragma once

#include <glib.h>
#include <stdatomic.h>

typedef atomic_int NwRefs;

static inline void
nw_refs_init(NwRefs *refs)
{
  atomic_init(refs, 1);
}

static inline void
nw_refs_inc(NwRefs *refs)
{
  atomic_fetch_add_explicit(refs, 1, memory_order_relaxed);
}

/* TRUE: that was the last one. */
static inline gboolean
nw_refs_dec(NwRefs *refs)
{
  return atomic_fetch_sub_explicit(refs, 1, memory_order_acq_rel) == 1;
}
