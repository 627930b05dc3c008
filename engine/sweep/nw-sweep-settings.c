/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep-settings.h"

#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MOST_CHOICES 12 /* of one parameter, in a suggestion */

/* How long, on what, what is kept on the disk, and by what runs themselves judge. */
static const char *const not_swept[] = {
    "epochs",          "threads", "checkpoint_every", "checkpoint_unit",
    "checkpoint_keep", "monitor", "baseline",         NULL};

/* ── suggestions ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
has_range(const NwParamSpec *spec)
{
  return spec->min != 0 || spec->max != 0;
}

static double
fit(const NwParamSpec *spec, double value)
{
  return has_range(spec) ? CLAMP(value, spec->min, spec->max) : value;
}

static void
append_number(GString *text, const char *between, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd(number, sizeof number, "%.6g", value);
  g_string_append_printf(text, "%s%s", text->len > 0 ? between : "", number);
}

/* Those of @values that are in range, each once, in their order. */
static char *
dup_list(const NwParamSpec *spec, const double *values, guint n)
{
  g_autoptr(GString) text = g_string_new(NULL);
  double last = NAN;

  for (guint i = 0; i < n; i++) {
    double value = fit(spec, values[i]);

    if (value == last)
      continue;
    append_number(text, ", ", value);
    last = value;
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Half and twice of a size; the neighbours of a small count. */
static char *
suggest_int(const NwParams *params, const NwParamSpec *spec)
{
  double value = (double)nw_params_get_int(params, spec->key);
  double sizes[] = {floor(value / 2), value, 2 * value};
  double counts[] = {value, value + 1, value + 2};

  return dup_list(spec, value > 2 ? sizes : counts, 3);
}

static char *
dup_range(const char *spread, double low, double high)
{
  g_autoptr(GString) text = g_string_new(NULL);

  append_number(text, "", low);
  append_number(text, "..", high);
  g_string_prepend(text, spread);
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* A share is tried evenly, up to a half where it is less; what has no largest value over two
 * decades, and what is switched off at 0 in steps of ten. */
static char *
suggest_real(const NwParams *params, const NwParamSpec *spec)
{
  double value = nw_params_get_real(params, spec->key);
  double steps[] = {0, 1e-5, 1e-4, 1e-3, 1e-2}, near[] = {value - 1, value, value + 1};
  gboolean is_share = has_range(spec) && spec->min >= 0 && spec->max <= 1;
  double low = is_share ? fit(spec, 0) : fit(spec, value / 10);
  double high = is_share ? fit(spec, MAX(value, 0.5)) : fit(spec, value * 10);

  if (is_share && value < 0.9 && low < high)
    return dup_range("linear:", low, high);
  if (value > 0 && low > 0 && low < high)
    return dup_range("log:", low, high);
  if (value == 0)
    return dup_list(spec, steps, G_N_ELEMENTS(steps));
  return dup_list(spec, near, G_N_ELEMENTS(near));
}

static char *
suggest_choice(const NwParams *params, const NwParamSpec *spec)
{
  const char *now = nw_params_get_choice(params, spec->key);
  const NwChoice *choices = spec->choices();
  GString *text = g_string_new(now);

  for (guint i = 0; choices[i].id != NULL && i < MOST_CHOICES; i++)
    if (!g_str_equal(choices[i].id, now))
      g_string_append_printf(text, ", %s", choices[i].id);
  return g_string_free(text, FALSE);
}

/* Of sizes that go together, “3,3”, the next larger odd or even ones. */
static char *
suggest_ints(const NwParams *params, const NwParamSpec *spec)
{
  g_autofree char *value = nw_params_to_text(params, spec->key);
  g_autoptr(GString) larger = g_string_new(NULL);
  gsize n;
  const gint64 *items = nw_params_get_ints(params, spec->key, &n);

  if (n == 0)
    return NULL;
  for (gsize i = 0; i < n; i++)
    append_number(larger, ", ", fit(spec, (double)items[i] + 2));
  return g_strdup_printf("%s; %s", value, larger->str);
}

/* Only the person knows others. */
static char *
suggest_text(const NwParams *params, const NwParamSpec *spec)
{
  const char *value = nw_params_get_text(params, spec->key);

  if (spec->wide || spec->names_layer || *value == '\0')
    return NULL;
  return g_strdup_printf(strchr(value, ',') != NULL ? "%s; %s" : "%s", value, value);
}

static char *
suggest_bool(const NwParams *params, const NwParamSpec *spec)
{
  return g_strdup("false, true");
}

/* A type that is not here is not swept. */
static char *(*const suggest[])(const NwParams *params, const NwParamSpec *spec) = {
    [NW_PARAM_INT] = suggest_int,   [NW_PARAM_REAL] = suggest_real,
    [NW_PARAM_BOOL] = suggest_bool, [NW_PARAM_CHOICE] = suggest_choice,
    [NW_PARAM_TEXT] = suggest_text, [NW_PARAM_INTS] = suggest_ints,
    [NW_PARAM_NAMES] = NULL, /* the last: the table is as long as there are types */
};

/* ── listing ─────────────────────────────────────────────────────────────────────────────────── */

static void
setting_free(gpointer data)
{
  NwSweepSetting *setting = data;

  g_free(setting->key);
  g_free(setting->value);
  g_free(setting->suggestion);
  g_free(setting);
}

static void
list_params(GPtrArray *list, const char *prefix, guint node, const NwParams *params)
{
  for (const NwParamSpec *spec = nw_params_get_specs(params); spec->key != NULL; spec++) {
    NwSweepSetting *setting;
    char *suggestion;

    if (suggest[spec->type] == NULL || !nw_params_applies(params, spec->key) ||
        (node == 0 && g_strv_contains(not_swept, spec->key)) ||
        (suggestion = suggest[spec->type](params, spec)) == NULL)
      continue;
    setting = g_new0(NwSweepSetting, 1);
    setting->key = g_strdup_printf("%s.%s", prefix, spec->key);
    setting->node = node;
    setting->title = _(spec->title);
    setting->help = spec->help != NULL && *spec->help != '\0' ? _(spec->help) : "";
    setting->value = nw_params_to_text(params, spec->key);
    setting->suggestion = suggestion;
    g_ptr_array_add(list, setting);
  }
}

static void
list_optimizer(GPtrArray *list, NwProject *project)
{
  const char *now = nw_project_get_optimizer(project)->id;
  NwSweepSetting *setting = g_new0(NwSweepSetting, 1);
  GString *text = g_string_new(now);

  for (const NwChoice *choice = nw_optimizer_choices(); choice->id != NULL; choice++)
    if (!g_str_equal(choice->id, now))
      g_string_append_printf(text, ", %s", choice->id);
  setting->key = g_strdup("optimizer");
  setting->title = _("Optimiser");
  setting->help = "";
  setting->value = g_strdup(now);
  setting->suggestion = g_string_free(text, FALSE);
  g_ptr_array_add(list, setting);
}

GPtrArray *
nw_sweep_list_settings(NwProject *project)
{
  GPtrArray *list = g_ptr_array_new_with_free_func(setting_free);
  NwGraph *graph = nw_project_get_graph(project);
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

  list_params(list, "optimizer", 0, nw_project_get_optimizer_params(project));
  list_optimizer(list, project);
  list_params(list, "training", 0, nw_project_get_training(project));
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);

    if (node->layer->kind->role != NW_ROLE_INPUT && g_hash_table_add(seen, node->layer))
      list_params(list, node->layer->name, node->uid, node->layer->params);
  }
  return list;
}
