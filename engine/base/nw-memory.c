/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-memory.h"

#include <stdlib.h>
#include <sys/mman.h>

#define LARGE_PAGE ((gsize)2 << 20)

gpointer
nw_memory_new(gsize bytes)
{
  gsize unit = bytes >= 2 * LARGE_PAGE ? LARGE_PAGE : NW_MEMORY_ALIGNMENT;
  gpointer memory;

  bytes = (MAX(bytes, 1) + unit - 1) / unit * unit;
  memory = aligned_alloc(unit, bytes);
#ifdef MADV_HUGEPAGE
  if (memory != NULL && unit == LARGE_PAGE)
    madvise(memory, bytes, MADV_HUGEPAGE); /* a wish: what it answers does not matter */
#endif
  return memory;
}
