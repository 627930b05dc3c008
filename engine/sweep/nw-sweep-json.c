/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep.h"

#include "nw-error.h"
#include "nw-json.h"

#include <glib/gi18n-lib.h>

#define WHERE "sweep"

JsonNode *
nw_sweep_to_json(const NwSweep *sweep)
{
  JsonObject *root = json_object_new(), *params = json_object_new();
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);

  json_object_set_string_member(root, "name", sweep->name);
  json_object_set_string_member(root, "strategy", sweep->strategy->id);
  json_object_set_int_member(root, "trials", sweep->n_trials);
  json_object_set_int_member(root, "seed", (gint64)sweep->seed);
  json_object_set_int_member(root, "eta", sweep->eta);
  json_object_set_int_member(root, "min_epochs", sweep->min_epochs);
  json_object_set_string_member(root, "judge", sweep->judge);
  json_object_set_string_member(root, "mode", nw_sweep_mode_choices[sweep->mode].id);
  for (guint i = 0; i < sweep->params->len; i++) {
    const NwSweepParam *param = g_ptr_array_index(sweep->params, i);
    g_autofree char *text = nw_sweep_param_to_text(param);

    json_object_set_string_member(params, param->key, text);
  }
  json_object_set_object_member(root, "parameters", params);
  json_node_take_object(node, root);
  return node;
}

static gboolean
read_count(JsonObject *object, const char *key, guint *out, GError **error)
{
  gint64 value = *out;

  if (!nw_json_get_integer(object, key, WHERE, &value, error))
    return FALSE;
  if (value < 1 || value > G_MAXINT32) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("%s: “%s” must be a whole number from 1"), WHERE,
                key);
    return FALSE;
  }
  *out = (guint)value;
  return TRUE;
}

static gboolean
read_strategy(NwSweep *sweep, JsonObject *object, GError **error)
{
  const char *id = sweep->strategy->id;

  if (!nw_json_get_text(object, "strategy", WHERE, &id, error))
    return FALSE;
  sweep->strategy = nw_sweep_strategy_find(id);
  if (sweep->strategy != NULL)
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("%s: “strategy” must be grid, random or halving, not “%s”"), WHERE, id);
  return FALSE;
}

static gboolean
read_params(NwSweep *sweep, JsonObject *object, GError **error)
{
  JsonObject *params = NULL;
  g_autoptr(GList) keys = NULL;

  if (!nw_json_get_object(object, "parameters", WHERE, &params, error))
    return FALSE;
  keys = params != NULL ? json_object_get_members(params) : NULL;
  for (GList *key = keys; key != NULL; key = key->next) {
    const char *text = "";

    if (!nw_json_get_text(params, key->data, WHERE, &text, error) ||
        !nw_sweep_add(sweep, key->data, text, error))
      return FALSE;
  }
  return TRUE;
}

NwSweep *
nw_sweep_from_json(JsonNode *node, GError **error)
{
  JsonObject *object = nw_json_as_object(node, WHERE, error);
  const char *name = "sweep", *judge = "val_loss";
  g_autoptr(NwSweep) sweep = NULL;
  gint64 seed = 1;
  int mode = NW_SWEEP_AUTO;

  if (object == NULL || !nw_json_get_text(object, "name", WHERE, &name, error) ||
      !nw_json_get_text(object, "judge", WHERE, &judge, error) ||
      !nw_json_get_integer(object, "seed", WHERE, &seed, error) ||
      !nw_json_get_choice(object, "mode", WHERE, nw_sweep_mode_choices, &mode, error))
    return NULL;
  sweep = nw_sweep_new(name);
  g_free(sweep->judge);
  sweep->judge = g_strdup(judge);
  sweep->seed = (guint64)seed;
  sweep->mode = (NwSweepMode)mode;
  if (!read_count(object, "trials", &sweep->n_trials, error) ||
      !read_count(object, "eta", &sweep->eta, error) ||
      !read_count(object, "min_epochs", &sweep->min_epochs, error) ||
      !read_strategy(sweep, object, error) || !read_params(sweep, object, error))
    return NULL;
  return g_steal_pointer(&sweep);
}
