/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The fuzzer's bytes as a file, for readers that take a path. */
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create; so this comes before other headers */
#endif

#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

/* A file in memory that holds the bytes. */
static inline int
fuzz_file(const guint8 *data, gsize size)
{
  int fd = memfd_create("fuzz", MFD_CLOEXEC);

  g_assert_cmpint(fd, >=, 0);
  g_assert_cmpint(write(fd, data, size), ==, (gssize)size);
  return fd;
}

/* (transfer full) */
static inline char *
fuzz_path(int fd)
{
  return g_strdup_printf("/proc/self/fd/%d", fd);
}
