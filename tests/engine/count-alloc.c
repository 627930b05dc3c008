/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#define _GNU_SOURCE
#include "count-alloc.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_bool counting;
static atomic_ullong requests, requested;

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

/* Some kernels of OpenBLAS for small products ask for a few kilobytes and give them back. */
static gboolean
is_of_blas(const void *caller)
{
  Dl_info info;
  return dladdr(caller, &info) != 0 && info.dli_fname != NULL &&
         strstr(info.dli_fname, "blas") != NULL;
}

static void
count(size_t bytes, const void *caller)
{
  if (!atomic_load_explicit(&counting, memory_order_relaxed) || is_of_blas(caller))
    return;
  atomic_fetch_add(&requests, 1);
  atomic_fetch_add(&requested, bytes);
}

void *
malloc(size_t size)
{
  count(size, __builtin_return_address(0));
  return __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
  count(n * size, __builtin_return_address(0));
  return __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
  count(size, __builtin_return_address(0));
  return __libc_realloc(old, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
  count(size, __builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

int
posix_memalign(void **out, size_t alignment, size_t size)
{
  count(size, __builtin_return_address(0));
  *out = __libc_memalign(alignment, size);
  return *out == NULL ? ENOMEM : 0;
}

gboolean
count_alloc_works(void)
{
  return TRUE;
}

#else

gboolean
count_alloc_works(void)
{
  return FALSE;
}

#endif

void
count_alloc_start(void)
{
  atomic_store(&requests, 0);
  atomic_store(&requested, 0);
  atomic_store(&counting, TRUE);
}

guint64
count_alloc_stop(guint64 *bytes)
{
  atomic_store(&counting, FALSE);
  if (bytes != NULL)
    *bytes = atomic_load(&requested);
  return atomic_load(&requests);
}
