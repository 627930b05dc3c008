/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cpu.h"

#include <pthread.h>
#include <unistd.h>

static const char *const names[NW_N_CPUS] = {
    [NW_CPU_BASELINE] = "baseline",
    [NW_CPU_AVX2] = "avx2",
    [NW_CPU_AVX512] = "avx512",
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static NwCpu chosen; /* immutable after once */

gboolean
nw_cpu_is_supported(NwCpu cpu)
{
  if (cpu == NW_CPU_BASELINE)
    return TRUE;
#ifdef NW_CPU_VARIANTS
  gboolean avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (cpu == NW_CPU_AVX2)
    return avx2;
  return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return FALSE;
#endif
}

static void
choose_cb(void)
{
  const char *wanted = g_getenv("NETWRIGHT_CPU");
  for (int cpu = NW_N_CPUS - 1; cpu >= 0; cpu--) {
    if (!nw_cpu_is_supported(cpu))
      continue;
    chosen = MAX(chosen, (NwCpu)cpu);
    if (wanted != NULL && g_str_equal(wanted, names[cpu])) {
      chosen = cpu;
      return;
    }
  }
}

NwCpu
nw_cpu_get(void)
{
  pthread_once(&once, choose_cb);
  return chosen;
}

const char *
nw_cpu_name(NwCpu cpu)
{
  g_return_val_if_fail(cpu < NW_N_CPUS, NULL);
  return names[cpu];
}

gsize
nw_cpu_get_memory(void)
{
  long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

  return pages > 0 && size > 0 ? (gsize)pages * (gsize)size : G_MAXSIZE;
}
