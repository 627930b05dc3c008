/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-primitive.h"

extern const NwPrimitive nw_primitives_baseline[], nw_primitives_avx2[], nw_primitives_avx512[];

static const NwPrimitive *const tables[NW_N_CPUS] = NW_CPU_TABLE(nw_primitives);

const NwPrimitive *
nw_primitives(void)
{
  return tables[nw_cpu_get()];
}

const NwPrimitive *
nw_primitives_of(NwCpu cpu)
{
  return nw_cpu_is_supported(cpu) ? tables[cpu] : NULL;
}

const NwPrimitive *
nw_primitive_find(const char *id)
{
  for (const NwPrimitive *primitive = nw_primitives(); primitive->id != NULL; primitive++)
    if (g_str_equal(primitive->id, id))
      return primitive;
  return NULL;
}

static const NwChoice *
make_choices(gboolean reductions)
{
  GArray *choices = g_array_new(TRUE, TRUE, sizeof(NwChoice));

  for (const NwPrimitive *primitive = nw_primitives(); primitive->id != NULL; primitive++)
    if (primitive->title != NULL && primitive->n_args == 1 &&
        (primitive->reduce != NW_REDUCE_NONE) == reductions)
      g_array_append_vals(choices, &(NwChoice){primitive->id, primitive->title}, 1);
  return (const NwChoice *)g_array_free(choices, FALSE);
}

const NwChoice *
nw_primitive_function_choices(void)
{
  static const NwChoice *choices = NULL; /* kept until the program ends, as constant tables are */
  if (g_once_init_enter(&choices))
    g_once_init_leave(&choices, make_choices(FALSE));
  return choices;
}

const NwChoice *
nw_primitive_reduction_choices(void)
{
  static const NwChoice *choices = NULL;
  if (g_once_init_enter(&choices))
    g_once_init_leave(&choices, make_choices(TRUE));
  return choices;
}
