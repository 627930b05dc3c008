/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

#include <string.h>

extern const NwOptimizerKind *const nw_optimizer_kinds_avx2[], *const nw_optimizer_kinds_avx512[];

static const NwOptimizerKind *const *const tables[NW_N_CPUS] = NW_CPU_TABLE(nw_optimizer_kinds);

NwOptimizerFunc *
nw_optimizer_get_update(const NwOptimizerKind *kind)
{
  gsize i = 0;

  while (nw_optimizer_kinds[i] != kind)
    i++;
  return tables[nw_cpu_get()][i]->update;
}

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

static const NwChoice clips[] = {
    [NW_CLIP_NONE] = {"none", N_("None")},
    [NW_CLIP_VALUE] = {"clipvalue", N_("Each number")},
    [NW_CLIP_NORM] = {"clipnorm", N_("Norm of each weight")},
    [NW_CLIP_GLOBAL_NORM] = {"global_clipnorm", N_("Norm of all")},
    {NULL},
};

const NwChoice *
nw_optimizer_clip_choices(void)
{
  return clips;
}

NwOptimizerCommon
nw_optimizer_common(const NwParams *params)
{
  const char *clip = nw_params_get_choice(params, "clipping");
  NwOptimizerCommon common = {
      .clip_limit = nw_params_get_real(params, "clip"),
      .weight_decay = nw_params_get_real(params, "weight_decay"),
      .measures = nw_params_get_bool(params, "measure_gradients"),
      .use_ema = nw_params_get_bool(params, "use_ema"),
      .ema_momentum = nw_params_get_real(params, "ema_momentum"),
      .ema_overwrite = (guint64)nw_params_get_int(params, "ema_overwrite_frequency"),
      .accumulate = (guint64)nw_params_get_int(params, "gradient_accumulation_steps"),
  };

  while (strcmp(clips[common.clip].id, clip) != 0)
    common.clip++;
  common.judge_average = common.use_ema && nw_params_get_bool(params, "swap_ema_weights");
  return common;
}

gboolean
nw_optimizer_decays(const NwParams *params, const char *layer, const char *name)
{
  g_auto(GStrv) words =
      g_strsplit(nw_params_get_text(params, "exclude_from_weight_decay"), ",", -1);

  for (gsize i = 0; words[i] != NULL; i++) {
    const char *word = g_strstrip(words[i]);
    if (*word != '\0' && (strcmp(word, layer) == 0 || strstr(name, word) != NULL))
      return FALSE;
  }
  return TRUE;
}

gboolean
nw_optimizer_has_slot(const NwOptimizerKind *kind, const NwParams *params, gsize slot)
{
  return kind->slots[slot] != NULL && (kind->has_slot == NULL || kind->has_slot(params, slot));
}
