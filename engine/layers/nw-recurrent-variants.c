/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-recurrent-kernels.h"

extern const NwRecurrentKernels nw_recurrent_kernels_baseline[], nw_recurrent_kernels_avx2[],
    nw_recurrent_kernels_avx512[];

static const NwRecurrentKernels *const tables[NW_N_CPUS] = NW_CPU_TABLE(nw_recurrent_kernels);

const NwRecurrentKernels *
nw_recurrent_kernels(void)
{
  return tables[nw_cpu_get()];
}
