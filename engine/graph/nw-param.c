/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-param-private.h"

#include "nw-error.h"
#include "nw-refs.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _NwParams {
  NwRefs refs;
  const NwParamSpec *specs;
  guint n;
  NwValue *values[]; /* [n] */
};

/* ── tables ──────────────────────────────────────────────────────────────────────────────────── */

static NwParams *
params_alloc(const NwParamSpec *specs, guint n)
{
  NwParams *params = g_malloc0(sizeof *params + n * sizeof params->values[0]);

  nw_refs_init(&params->refs);
  params->specs = specs;
  params->n = n;
  return params;
}

/* NULL: the table has no such row yet. */
static NwParamSpec *
find_row(GArray *table, const char *key)
{
  for (guint i = 0; i < table->len; i++)
    if (g_str_equal(g_array_index(table, NwParamSpec, i).key, key))
      return &g_array_index(table, NwParamSpec, i);
  return NULL;
}

void
nw_param_table_append(GArray *table, const NwParamSpec *specs, const char *key, const char *choice)
{
  for (; specs && specs->key; specs++) {
    NwParamSpec *old = find_row(table, specs->key), row = *specs;
    g_autofree char *when =
        old ? g_strconcat(old->when, "|", choice, NULL) : g_strconcat(key, "=", choice, NULL);

    /* Tables last as long as the program, and so does what they say. */
    if (old) {
      old->when = g_intern_string(when);
      continue;
    }
    row.when = g_intern_string(when);
    g_array_append_val(table, row);
  }
}

NwParams *
nw_params_new(const NwParamSpec *specs)
{
  NwParams *params;
  guint n = 0;

  g_return_val_if_fail(specs, NULL);

  while (specs[n].key)
    n++;
  params = params_alloc(specs, n);
  for (guint i = 0; i < n; i++)
    params->values[i] = nw_value_initial(&specs[i]);
  return params;
}

NwParams *
nw_params_ref(NwParams *params)
{
  nw_refs_inc(&params->refs);
  return params;
}

void
nw_params_unref(NwParams *params)
{
  if (!nw_refs_dec(&params->refs))
    return;
  for (guint i = 0; i < params->n; i++)
    nw_value_unref(params->values[i]);
  g_free(params);
}

const NwParamSpec *
nw_params_get_specs(const NwParams *params)
{
  return params->specs;
}

/* −1: the table has no such key */
static int
find_index(const NwParams *params, const char *key)
{
  for (guint i = 0; i < params->n; i++)
    if (g_str_equal(params->specs[i].key, key))
      return (int)i;
  return -1;
}

const NwParamSpec *
nw_params_find_spec(const NwParams *params, const char *key)
{
  int i = find_index(params, key);

  return i < 0 ? NULL : &params->specs[i];
}

static const NwValue *
get(const NwParams *params, const char *key, NwParamType type)
{
  int i = find_index(params, key);

  if (i < 0 || params->specs[i].type != type)
    g_error("no parameter “%s” of type %d in this table", key, type);
  return params->values[i];
}

gint64
nw_params_get_int(const NwParams *params, const char *key)
{
  return get(params, key, NW_PARAM_INT)->integer;
}

double
nw_params_get_real(const NwParams *params, const char *key)
{
  return get(params, key, NW_PARAM_REAL)->real;
}

gboolean
nw_params_get_bool(const NwParams *params, const char *key)
{
  return get(params, key, NW_PARAM_BOOL)->boolean;
}

const char *
nw_params_get_choice(const NwParams *params, const char *key)
{
  return get(params, key, NW_PARAM_CHOICE)->text;
}

const char *
nw_params_get_text(const NwParams *params, const char *key)
{
  return get(params, key, NW_PARAM_TEXT)->text;
}

const gint64 *
nw_params_get_ints(const NwParams *params, const char *key, gsize *n)
{
  const NwValue *value = get(params, key, NW_PARAM_INTS);

  *n = value->n;
  return value->ints;
}

const double *
nw_params_get_reals(const NwParams *params, const char *key, gsize *n)
{
  const NwValue *value = get(params, key, NW_PARAM_REALS);

  *n = value->n;
  return value->reals;
}

const char *const *
nw_params_get_names(const NwParams *params, const char *key)
{
  return (const char *const *)get(params, key, NW_PARAM_NAMES)->names;
}

char *
nw_params_to_text(const NwParams *params, const char *key)
{
  int i = find_index(params, key);

  g_return_val_if_fail(i >= 0, NULL);
  return nw_value_to_text(params->values[i]);
}

gboolean
nw_params_is_initial(const NwParams *params, const char *key)
{
  int i = find_index(params, key);
  g_autoptr(NwValue) initial = NULL;

  g_return_val_if_fail(i >= 0, FALSE);
  initial = nw_value_initial(&params->specs[i]);
  return nw_value_equal(params->values[i], initial);
}

/* Has the parameter one of these values? Of names one is enough. */
static gboolean
has_value(const NwParams *params, const char *key, const char *const *allowed)
{
  int i = find_index(params, key);
  g_autofree char *text = NULL;

  g_return_val_if_fail(i >= 0, FALSE);
  if (params->values[i]->type != NW_PARAM_NAMES) {
    text = nw_value_to_text(params->values[i]);
    return g_strv_contains(allowed, text);
  }
  for (char **name = params->values[i]->names; *name; name++)
    if (g_strv_contains(allowed, *name))
      return TRUE;
  return FALSE;
}

/* One condition of nw_params_match. */
static gboolean
match_one(const NwParams *params, const char *condition)
{
  g_auto(GStrv) parts = g_strsplit(condition, "=", 2);
  g_auto(GStrv) keys = NULL, allowed = NULL;

  g_return_val_if_fail(g_strv_length(parts) == 2, FALSE);
  keys = g_strsplit(parts[0], "|", -1);
  allowed = g_strsplit(parts[1], "|", -1);
  for (guint i = 0; keys[i]; i++)
    if (has_value(params, keys[i], (const char *const *)allowed) &&
        nw_params_applies(params, keys[i]))
      return TRUE;
  return FALSE;
}

gboolean
nw_params_match(const NwParams *params, const char *when)
{
  g_auto(GStrv) conditions = when ? g_strsplit(when, " ", -1) : NULL;

  for (guint i = 0; conditions && conditions[i]; i++)
    if (!match_one(params, conditions[i]))
      return FALSE;
  return TRUE;
}

gboolean
nw_params_applies(const NwParams *params, const char *key)
{
  const NwParamSpec *spec = nw_params_find_spec(params, key);

  g_return_val_if_fail(spec, FALSE);
  return nw_params_match(params, spec->when);
}

NwParams *
nw_params_with(NwParams *params, const char *key, const char *text, GError **error)
{
  int index = find_index(params, key);
  NwValue *value;
  NwParams *result;

  g_return_val_if_fail(index >= 0 && text, NULL);

  value = nw_value_parse(&params->specs[index], text, error);
  if (!value)
    return NULL;
  result = params_alloc(params->specs, params->n);
  for (guint i = 0; i < params->n; i++)
    result->values[i] = i == (guint)index ? value : nw_value_ref(params->values[i]);
  return result;
}

gboolean
nw_params_equal(const NwParams *a, const NwParams *b)
{
  if (a == b)
    return TRUE;
  if (a->specs != b->specs)
    return FALSE;
  for (guint i = 0; i < a->n; i++)
    if (!nw_value_equal(a->values[i], b->values[i]))
      return FALSE;
  return TRUE;
}
