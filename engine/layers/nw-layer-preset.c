/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-layer-preset.h"

#include <string.h>

static NwLayerPreset *
make_table(void)
{
  GArray *table = g_array_new(TRUE, TRUE, sizeof(NwLayerPreset));

  for (const NwLayerKind *const *kind = nw_layer_kinds; *kind != NULL; kind++) {
    NwLayerPreset plain = {(*kind)->title, (*kind)->summary, "", *kind};
    g_array_append_val(table, plain);
    for (const NwLayerPreset *own = (*kind)->presets; own != NULL && own->title != NULL; own++) {
      NwLayerPreset preset = *own;
      preset.kind = *kind;
      g_array_append_val(table, preset);
    }
  }
  return (NwLayerPreset *)g_array_free(table, FALSE);
}

const NwLayerPreset *
nw_layer_presets(void)
{
  static NwLayerPreset *table = NULL; /* kept until the program ends, as constant tables are */

  if (g_once_init_enter(&table))
    g_once_init_leave(&table, make_table());
  return table;
}

const NwLayerPreset *
nw_layer_preset_of(const NwLayerKind *kind)
{
  const NwLayerPreset *preset = nw_layer_presets();

  while (preset->title != NULL && preset->kind != kind)
    preset++;
  return preset->title != NULL ? preset : NULL;
}

NwParams *
nw_layer_preset_apply(const NwLayerPreset *preset, NwParams *params)
{
  g_auto(GStrv) words = g_strsplit(preset->params, " ", -1);

  params = params != NULL ? nw_params_ref(params)
                          : nw_params_new(nw_layer_kind_get_params(preset->kind));

  for (char **word = words; *word != NULL; word++) {
    char *equals = strchr(*word, '=');
    NwParams *with;

    g_assert(equals != NULL);
    *equals = '\0';
    with = nw_params_with(params, *word, equals + 1, NULL);
    g_assert(with != NULL);
    nw_params_unref(params);
    params = with;
  }
  return params;
}
