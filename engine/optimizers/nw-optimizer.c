/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer.h"

#include <string.h>

const NwOptimizerKind *
nw_optimizer_kind_find(const char *id)
{
  g_return_val_if_fail(id != NULL, NULL);

  for (gsize i = 0; nw_optimizer_kinds[i] != NULL; i++)
    if (strcmp(nw_optimizer_kinds[i]->id, id) == 0)
      return nw_optimizer_kinds[i];
  return NULL;
}

const NwChoice *
nw_optimizer_choices(void)
{
  static NwChoice *choices = NULL;

  if (g_once_init_enter(&choices)) {
    g_autoptr(GArray) made = g_array_new(TRUE, TRUE, sizeof(NwChoice));
    for (gsize i = 0; nw_optimizer_kinds[i] != NULL; i++)
      g_array_append_vals(made,
                          &(NwChoice){nw_optimizer_kinds[i]->id, nw_optimizer_kinds[i]->title}, 1);
    g_once_init_leave(&choices, (NwChoice *)g_array_free(g_steal_pointer(&made), FALSE));
  }
  return choices;
}
