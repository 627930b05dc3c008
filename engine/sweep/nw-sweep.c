/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep.h"

#include "nw-error.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define POINTS 5 /* of a range in a grid */

const NwChoice nw_sweep_mode_choices[NW_SWEEP_N_MODES + 1] = {
    [NW_SWEEP_AUTO] = {"auto", N_("As the number says")},
    [NW_SWEEP_MIN] = {"min", N_("The smallest is the best")},
    [NW_SWEEP_MAX] = {"max", N_("The largest is the best")},
};

static void
param_free(NwSweepParam *param)
{
  g_free(param->key);
  g_strfreev(param->values);
  g_free(param);
}

NwSweep *
nw_sweep_new(const char *name)
{
  NwSweep *sweep = g_new0(NwSweep, 1);

  sweep->name = g_strdup(name);
  sweep->params = g_ptr_array_new_with_free_func((GDestroyNotify)param_free);
  sweep->strategy = nw_sweep_strategy_find("random");
  sweep->n_trials = 20;
  sweep->eta = 3;
  sweep->min_epochs = 1;
  sweep->seed = 1;
  sweep->judge = g_strdup("val_loss");
  return sweep;
}

NwSweep *
nw_sweep_copy(const NwSweep *sweep)
{
  NwSweep *copy = nw_sweep_new(sweep->name);

  for (guint i = 0; i < sweep->params->len; i++) {
    const NwSweepParam *param = g_ptr_array_index(sweep->params, i);
    NwSweepParam *own = g_new(NwSweepParam, 1);

    *own = *param;
    own->key = g_strdup(param->key);
    own->values = g_strdupv(param->values);
    g_ptr_array_add(copy->params, own);
  }
  copy->strategy = sweep->strategy;
  copy->n_trials = sweep->n_trials;
  copy->eta = sweep->eta;
  copy->min_epochs = sweep->min_epochs;
  copy->seed = sweep->seed;
  copy->mode = sweep->mode;
  g_free(copy->judge);
  copy->judge = g_strdup(sweep->judge);
  return copy;
}

void
nw_sweep_free(NwSweep *sweep)
{
  if (sweep == NULL)
    return;
  g_free(sweep->name);
  g_free(sweep->judge);
  g_ptr_array_unref(sweep->params);
  g_free(sweep);
}

/* ── values ──────────────────────────────────────────────────────────────────────────────────── */

static gboolean
fail_values(const char *key, const char *text, GError **error)
{
  g_autofree char *shown = nw_text_for_message(text);

  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("%s: “%s” is no list such as 16,32,64 and no range such as linear:0..0.5 or "
                "log:1e-4..1e-1"),
              key, shown);
  return FALSE;
}

static gboolean
parse_number(const char *text, double *out)
{
  char *end;

  *out = g_ascii_strtod(text, &end);
  return end != text && *end == '\0' && isfinite(*out);
}

/* "0..0.5" or "0..0.5:4" */
static gboolean
parse_range(NwSweepParam *param, const char *text)
{
  const char *dots = strstr(text, ".."), *colon = strchr(text, ':');
  g_autofree char *low = dots != NULL ? g_strndup(text, (gsize)(dots - text)) : NULL;
  g_autofree char *high = NULL;
  guint64 points = POINTS;

  if (dots == NULL || (colon != NULL && colon < dots))
    return FALSE;
  high = colon != NULL ? g_strndup(dots + 2, (gsize)(colon - dots) - 2) : g_strdup(dots + 2);
  if (colon != NULL &&
      !g_ascii_string_to_unsigned(colon + 1, 10, 2, NW_SWEEP_MAX_TRIALS, &points, NULL))
    return FALSE;
  param->points = (guint)points;
  return parse_number(low, &param->low) && parse_number(high, &param->high) &&
         param->low < param->high && (param->spread != NW_SPREAD_LOG || param->low > 0);
}

static gboolean
parse_list(NwSweepParam *param, const char *text)
{
  g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
  g_auto(GStrv) parts = g_strsplit(text, strchr(text, ';') != NULL ? ";" : ",", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    if (*g_strstrip(parts[i]) == '\0')
      return FALSE;
    g_ptr_array_add(values, g_strdup(parts[i]));
  }
  if (values->len == 0 || values->len > NW_SWEEP_MAX_TRIALS)
    return FALSE;
  param->n_values = values->len;
  g_ptr_array_add(values, NULL);
  param->values = g_strdupv((char **)values->pdata);
  return TRUE;
}

static const struct {
  const char *prefix;
  NwSpread spread;
  gboolean (*parse)(NwSweepParam *param, const char *text);
} forms[] = {
    {"linear:", NW_SPREAD_LINEAR, parse_range},
    {"log:", NW_SPREAD_LOG, parse_range},
    {"", NW_SPREAD_LIST, parse_list},
};

gboolean
nw_sweep_add(NwSweep *sweep, const char *key, const char *text, GError **error)
{
  NwSweepParam *param = g_new0(NwSweepParam, 1);
  guint form = 0;

  while (!g_str_has_prefix(text, forms[form].prefix))
    form++;
  param->key = g_strdup(key);
  param->spread = forms[form].spread;
  if (!forms[form].parse(param, text + strlen(forms[form].prefix))) {
    param_free(param);
    return fail_values(key, text, error);
  }
  for (guint i = 0; i < sweep->params->len; i++)
    if (g_str_equal(((NwSweepParam *)g_ptr_array_index(sweep->params, i))->key, key))
      g_ptr_array_remove_index(sweep->params, i--);
  g_ptr_array_add(sweep->params, param);
  return TRUE;
}

char *
nw_sweep_param_to_text(const NwSweepParam *param)
{
  const char *join = ",";

  if (param->spread != NW_SPREAD_LIST) {
    char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd(low, sizeof low, "%.12g", param->low);
    g_ascii_formatd(high, sizeof high, "%.12g", param->high);
    return g_strdup_printf("%s%s..%s:%u", param->spread == NW_SPREAD_LOG ? "log:" : "linear:", low,
                           high, param->points);
  }
  for (guint i = 0; i < param->n_values; i++)
    if (strchr(param->values[i], ',') != NULL)
      join = ";";
  return g_strjoinv(join, param->values);
}

/* ── against a project ───────────────────────────────────────────────────────────────────────── */

static gboolean
may_be(const NwSweepParam *param, NwProject *project, const char *text, GError **error)
{
  g_autoptr(NwProject) changed = nw_project_set(project, param->key, text, error);

  return changed != NULL;
}

/* A range of which both ends fit, as they are or as whole numbers. */
static gboolean
check_range(NwSweepParam *param, NwProject *project, GError **error)
{
  g_autoptr(NwProject) broken = NULL;
  const double middle = param->low + (param->high - param->low) / G_PI;
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  /* A number with a fraction tells whole numbers from others. */
  g_ascii_dtostr(text, sizeof text, floor(middle) + 0.5);
  broken = nw_project_set(project, param->key, text, NULL);
  param->whole =
      broken == NULL && param->low == floor(param->low) && param->high == floor(param->high);
  g_ascii_formatd(text, sizeof text, "%.12g", param->low);
  if (!may_be(param, project, text, error))
    return FALSE;
  g_ascii_formatd(text, sizeof text, "%.12g", param->high);
  return may_be(param, project, text, error);
}

static gboolean
check_param(NwSweepParam *param, NwProject *project, GError **error)
{
  if (param->spread != NW_SPREAD_LIST)
    return check_range(param, project, error);
  for (guint i = 0; i < param->n_values; i++)
    if (!may_be(param, project, param->values[i], error))
      return FALSE;
  return TRUE;
}

/* The optimiser comes first: choosing it gives its learning rate the default. */
static int
compare_params_cb(gconstpointer a, gconstpointer b)
{
  const NwSweepParam *one = *(NwSweepParam *const *)a, *two = *(NwSweepParam *const *)b;

  return g_str_equal(two->key, "optimizer") - g_str_equal(one->key, "optimizer");
}

gboolean
nw_sweep_check(NwSweep *sweep, NwProject *project, GError **error)
{
  guint64 n;

  if (*sweep->name == '\0' || strchr(sweep->name, ',') != NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("A sweep's name tags its runs: “%s” must be a word or words without commas."),
                sweep->name);
    return FALSE;
  }
  if (sweep->params->len == 0 || sweep->params->len > NW_SWEEP_MAX_PARAMS) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("A sweep needs from 1 to %d settings with several values, such as "
                  "dense.units=16,32,64."),
                NW_SWEEP_MAX_PARAMS);
    return FALSE;
  }
  g_ptr_array_sort(sweep->params, compare_params_cb);
  for (guint i = 0; i < sweep->params->len; i++) {
    NwSweepParam *param = g_ptr_array_index(sweep->params, i);

    if (g_str_equal(param->key, "training.epochs")) {
      g_set_error_literal(
          error, NW_ERROR, NW_ERROR_INPUT,
          _("training.epochs is no setting of a sweep: it says how long every trial "
            "may train."));
      return FALSE;
    }
    if (!check_param(param, project, error))
      return FALSE;
  }
  n = sweep->strategy->count(sweep);
  if (n >= 1 && n <= NW_SWEEP_MAX_TRIALS && sweep->eta >= 2 && sweep->min_epochs >= 1)
    return TRUE;
  if (n >= 1 && n <= NW_SWEEP_MAX_TRIALS)
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("Halving needs an eta of 2 or more, and 1 epoch or more before it."));
  else
    g_set_error(error, NW_ERROR, NW_ERROR_LIMIT,
                _("That would be %" G_GUINT64_FORMAT
                  " trials; a sweep has from 1 to %d. Take fewer "
                  "values, or draw them at random."),
                n, NW_SWEEP_MAX_TRIALS);
  return FALSE;
}

NwProject *
nw_sweep_apply(const NwSweep *sweep, NwProject *project, char *const *values, GError **error)
{
  NwProject *result = nw_project_ref(project);

  for (guint i = 0; result != NULL && i < sweep->params->len; i++) {
    const NwSweepParam *param = g_ptr_array_index(sweep->params, i);
    NwProject *changed = nw_project_set(result, param->key, values[i], error);

    nw_project_unref(result);
    result = changed;
  }
  return result;
}
