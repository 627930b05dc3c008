/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-schedule.h"

#include <string.h>

const NwScheduleKind *
nw_schedule_kind_find(const char *id)
{
  g_return_val_if_fail(id != NULL, NULL);

  for (gsize i = 0; nw_schedule_kinds[i] != NULL; i++)
    if (strcmp(nw_schedule_kinds[i]->id, id) == 0)
      return nw_schedule_kinds[i];
  return NULL;
}

const NwChoice *
nw_schedule_choices(void)
{
  static NwChoice *choices = NULL;

  if (g_once_init_enter(&choices)) {
    g_autoptr(GArray) made = g_array_new(TRUE, TRUE, sizeof(NwChoice));
    for (gsize i = 0; nw_schedule_kinds[i] != NULL; i++)
      g_array_append_vals(made, &(NwChoice){nw_schedule_kinds[i]->id, nw_schedule_kinds[i]->title},
                          1);
    g_once_init_leave(&choices, (NwChoice *)g_array_free(g_steal_pointer(&made), FALSE));
  }
  return choices;
}

gboolean
nw_schedule_spans_run(const NwParams *training)
{
  return nw_params_applies(training, "schedule.decay_steps") &&
         nw_params_get_int(training, "schedule.decay_steps") == 0;
}
