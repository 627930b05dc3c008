/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

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

/* proc(5): the second number of statm counts the pages that are in memory. */
gsize
nw_memory_get_resident(void)
{
  char text[128];
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  gssize n = file >= 0 ? read(file, text, sizeof text - 1) : -1;
  unsigned long all, resident;

  if (file >= 0)
    close(file);
  if (n <= 0)
    return 0;
  text[n] = '\0';
  return sscanf(text, "%lu %lu", &all, &resident) == 2
             ? (gsize)resident * (gsize)sysconf(_SC_PAGESIZE)
             : 0;
}
