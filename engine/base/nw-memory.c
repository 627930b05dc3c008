/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-memory.h"

#include <stdlib.h>
#include <sys/mman.h>

#define LARGE_PAGE ((gsize)2 << 20)

static gsize
get_unit(gsize bytes)
{
  return bytes >= 2 * LARGE_PAGE ? LARGE_PAGE : NW_MEMORY_ALIGNMENT;
}

gsize
nw_memory_round(gsize bytes)
{
  gsize unit = get_unit(bytes);

  return (MAX(bytes, 1) + unit - 1) / unit * unit;
}

gpointer
nw_memory_new(gsize bytes)
{
  gsize unit = get_unit(bytes);
  gpointer memory;

  bytes = nw_memory_round(bytes);
  memory = aligned_alloc(unit, bytes);
#ifdef MADV_HUGEPAGE
  if (memory != NULL && unit == LARGE_PAGE)
    madvise(memory, bytes, MADV_HUGEPAGE); /* a wish: what it answers does not matter */
#endif
  return memory;
}
