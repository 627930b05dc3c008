/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What this computer is: which variant of the kernels its processor runs, how much memory it has.
 *
 * Sources in `kernel_sources` (meson.build) are compiled once per variant, each time with
 * NW_CPU_VARIANT set to its name; NW_CPU_SYMBOL gives their tables a name per variant. One variant
 * is chosen once, by what the processor can do or by the environment variable NETWRIGHT_CPU. */
#pragma once

#include <glib.h>

#include "nw-real.h"

typedef enum {
  NW_CPU_BASELINE, /* what the compiler assumes anyway: SSE2 on x86-64, NEON on 64-bit ARM */
  NW_CPU_AVX2,     /* with FMA */
  NW_CPU_AVX512,   /* F, BW, DQ, VL */
  NW_N_CPUS,
} NwCpu;

/* The double build has the baseline only: it is the one that others are compared with. */
#if defined(__x86_64__) && !defined(NW_REAL_DOUBLE)
#define NW_CPU_VARIANTS 1
#endif

/* The variant in use, fixed at the first call. NETWRIGHT_CPU=baseline|avx2|avx512 sets it; a name
 * that is unknown, or that this processor cannot run, is ignored. */
NwCpu nw_cpu_get(void);
gboolean nw_cpu_is_supported(NwCpu cpu);
/* "avx2": what a run records, for Replay. */
const char *nw_cpu_name(NwCpu cpu);
/* Bytes of this machine's memory: what is larger would end in swapping, not in an error. */
gsize nw_cpu_get_memory(void);

/* In a kernel source: NW_CPU_SYMBOL(nw_vec) is nw_vec_avx2. */
#define NW_CPU_JOIN(name, variant)  name##_##variant
#define NW_CPU_PASTE(name, variant) NW_CPU_JOIN(name, variant)
#define NW_CPU_SYMBOL(name)         NW_CPU_PASTE(name, NW_CPU_VARIANT)

/* The rows of a table indexed by NwCpu, from the symbols that NW_CPU_SYMBOL made. */
#ifdef NW_CPU_VARIANTS
#define NW_CPU_TABLE(name)                                                                         \
  {                                                                                                \
    [NW_CPU_BASELINE] = name##_baseline, [NW_CPU_AVX2] = name##_avx2,                              \
    [NW_CPU_AVX512] = name##_avx512                                                                \
  }
#else
#define NW_CPU_TABLE(name)                                                                         \
  {                                                                                                \
    [NW_CPU_BASELINE] = name##_baseline                                                            \
  }
#endif

/* Before a loop whose turns do not depend on each other, though its arrays may be the same one. */
#ifdef __clang__
#define NW_IVDEP _Pragma("clang loop vectorize(assume_safety)")
#else
#define NW_IVDEP _Pragma("GCC ivdep")
#endif

/* Before a loop of at most 16 turns, a constant number of them, that becomes as many statements, so
 * that arrays of vectors become registers. (Clang keeps them in memory unless “full” is asked for.) */
#ifdef __clang__
#define NW_UNROLL _Pragma("clang loop unroll(full)")
#else
#define NW_UNROLL _Pragma("GCC unroll 16")
#endif
