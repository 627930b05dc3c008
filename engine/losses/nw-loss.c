/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss.h"

#include <string.h>

const NwLossKind *
nw_loss_kind_find(const char *id)
{
  g_return_val_if_fail(id != NULL, NULL);

  for (gsize i = 0; nw_loss_kinds[i] != NULL; i++)
    if (strcmp(nw_loss_kinds[i]->id, id) == 0)
      return nw_loss_kinds[i];
  return NULL;
}

const NwChoice *
nw_loss_choices(void)
{
  static NwChoice *choices = NULL;

  if (g_once_init_enter(&choices)) {
    g_autoptr(GArray) made = g_array_new(TRUE, TRUE, sizeof(NwChoice));
    for (gsize i = 0; nw_loss_kinds[i] != NULL; i++)
      g_array_append_vals(made, &(NwChoice){nw_loss_kinds[i]->id, nw_loss_kinds[i]->title}, 1);
    g_once_init_leave(&choices, (NwChoice *)g_array_free(g_steal_pointer(&made), FALSE));
  }
  return choices;
}
