/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-text.h"
#include "nw-run-report-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define MAX_NAMES 12 /* columns that are named */

/* ── data ────────────────────────────────────────────────────────────────────────────────────── */

static void
add_rows(NwPlotFlow *flow, NwDataset *dataset)
{
  static const double shares[] = {0.5, 0.25, 0.25};
  const char *const head[] = {_("split"), _("rows"), _("share")};
  double all = (double)MAX(nw_dataset_get_n_rows(dataset), 1);

  nw_plot_flow_begin_table(flow, shares, G_N_ELEMENTS(shares), head);
  for (guint i = 0; i < NW_N_SPLITS; i++) {
    gsize n;
    g_autofree char *count = NULL, *share = NULL;

    nw_dataset_get_split(dataset, (NwSplit)i, &n);
    count = nw_plot_format_count(n);
    share = nw_plot_format_percent((double)n / all);
    nw_plot_flow_add_row(flow, (const char *const[]){_(nw_run_report_splits[i]), count, share},
                         FALSE);
  }
}

/* "mean radius, texture and 28 more" (transfer full) */
static char *
dup_columns(const NwBinding *binding)
{
  guint n = g_strv_length(binding->columns);
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < MIN(n, MAX_NAMES); i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", binding->columns[i]);
  if (n > MAX_NAMES)
    g_string_append_printf(text, _(" and %u more"), n - MAX_NAMES);
  return g_string_free(text, FALSE);
}

/* What was decided about the columns: "standardised" where it is the same for all. (nullable) */
static const char *
find_scaling(const NwDataSettings *data, const NwBinding *binding)
{
  const NwColumnSetting *first =
      nw_data_settings_find_column(data, binding->source, binding->columns[0]);

  for (guint i = 1; first != NULL && binding->columns[i] != NULL; i++) {
    const NwColumnSetting *other =
        nw_data_settings_find_column(data, binding->source, binding->columns[i]);

    if (other == NULL || other->scaling != first->scaling)
      return _("scaled differently");
  }
  return first != NULL && first->scaling != NW_SCALING_NONE
             ? _(nw_scaling_choices[first->scaling].title)
             : NULL;
}

static void
add_bindings(NwPlotFlow *flow, const NwRunReport *run, NwDataSettings *data)
{
  for (gsize i = 0; i < nw_data_settings_get_n_bindings(data); i++) {
    const NwBinding *binding = nw_data_settings_get_binding(data, i);
    const NwField *field =
        run->dataset != NULL ? nw_dataset_get_field(run->dataset, binding->field) : NULL;
    g_autofree char *columns = dup_columns(binding);
    g_autofree char *shape = field != NULL ? nw_shape_to_text(&field->type.shape) : NULL;
    const char *scaling = find_scaling(data, binding);
    g_autofree char *text = g_strdup_printf(
        "%s: %s%s%s%s%s", binding->source, columns, scaling != NULL ? " · " : "",
        scaling != NULL ? scaling : "", shape != NULL ? " · " : "", shape != NULL ? shape : "");

    nw_plot_flow_add_entry(flow, binding->field, text);
  }
}

static void
add_data(NwPlotFlow *flow, const NwRunReport *run)
{
  NwDataSettings *data = nw_project_get_data(run->project);
  const NwSplitSettings *split = nw_data_settings_get_split(data);
  g_autofree char *validation = nw_plot_format_percent(split->validation);
  g_autofree char *test = nw_plot_format_percent(split->test);
  g_autofree char *parts =
      g_strdup_printf(_("%s validation, %s test, seed %" PRIu64), validation, test, split->seed);

  nw_plot_flow_add_heading(flow, _("Data"));
  if (run->dataset != NULL)
    add_rows(flow, run->dataset);
  for (gsize i = 0; i < nw_data_settings_get_n_sources(data); i++) {
    const NwDataSource *source = nw_data_settings_get_source(data, i);

    nw_plot_flow_add_entry(flow, source->name, source->path);
    if (source->hash != NULL)
      nw_plot_flow_add_entry(flow, _("SHA-256"), source->hash);
  }
  add_bindings(flow, run, data);
  nw_plot_flow_add_entry(flow, _("Split"), parts);
}

/* ── settings ────────────────────────────────────────────────────────────────────────────────── */

static void
add_params(NwPlotFlow *flow, const NwParams *params)
{
  for (const NwParamSpec *spec = nw_params_get_specs(params); spec->key != NULL; spec++) {
    g_autofree char *value = NULL, *with_unit = NULL;

    if (!nw_params_applies(params, spec->key))
      continue;
    if (spec->type == NW_PARAM_BOOL)
      value = g_strdup(nw_params_get_bool(params, spec->key) ? _("yes") : _("no"));
    else
      value = nw_params_to_text(params, spec->key);
    if (*value == '\0') {
      g_free(value);
      value = g_strdup("–");
    }
    with_unit = spec->unit != NULL ? g_strdup_printf("%s %s", value, _(spec->unit)) : NULL;
    nw_plot_flow_add_entry(flow, _(spec->title), with_unit != NULL ? with_unit : value);
  }
}

/* What the numbers can be made again from. */
static void
add_origin(NwPlotFlow *flow, const NwRunReport *run)
{
  g_autofree char *seed = g_strdup_printf(
      "%" G_GINT64_FORMAT, nw_params_get_int(nw_project_get_training(run->project), "seed"));
  const struct {
    const char *title, *text;
  } facts[] = {
      {_("Program"), run->build}, {_("Kernels"), run->kernels},
      {_("BLAS"), run->blas},     {_("Data, SHA-256"), run->data_hash},
      {_("Seed"), seed},
  };

  nw_plot_flow_add_heading(flow, _("Made by"));
  for (guint i = 0; i < G_N_ELEMENTS(facts); i++)
    if (facts[i].text != NULL)
      nw_plot_flow_add_entry(flow, facts[i].title, facts[i].text);
}

void
nw_run_report_add_settings(NwPlotFlow *flow, const NwRunReport *run)
{
  add_data(flow, run);
  nw_plot_flow_add_heading(flow, _("Settings"));
  add_params(flow, nw_project_get_training(run->project));
  nw_plot_flow_add_entry(flow, _("Optimiser"), _(nw_project_get_optimizer(run->project)->title));
  add_params(flow, nw_project_get_optimizer_params(run->project));
  add_origin(flow, run);
}
