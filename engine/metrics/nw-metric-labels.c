/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-labels.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What an average is called behind the metric's name, over labels and over classes. */
static const struct {
  const char *id, *title, *suffix, *over_labels, *over_classes;
} averages[NW_N_AVERAGES] = {
    [NW_AVERAGE_MICRO] = {"micro", N_("Micro: all labels pooled"), "", N_("%s, all labels pooled"),
                          N_("%s, all classes pooled")},
    [NW_AVERAGE_MACRO] = {"macro", N_("Macro: mean over labels"), "_macro",
                          N_("%s, mean over labels"), N_("%s, mean over classes")},
    [NW_AVERAGE_WEIGHTED] = {"weighted", N_("Weighted by positives"), "_weighted",
                             N_("%s, mean over labels weighted by their positives"),
                             N_("%s, mean over classes weighted by their rows")},
};

const NwChoice *
nw_average_choices(void)
{
  static NwChoice choices[NW_N_AVERAGES + 1];
  static gsize made = 0;

  if (g_once_init_enter(&made)) {
    for (guint i = 0; i < NW_N_AVERAGES; i++)
      choices[i] = (NwChoice){averages[i].id, averages[i].title};
    g_once_init_leave(&made, 1);
  }
  return choices;
}

guint
nw_metric_get_averages(const NwMetricUse *use, NwAverage out[NW_N_AVERAGES])
{
  const char *const *names = nw_params_get_names(use->params, "average");
  guint n = 0;

  for (guint i = 0; i < NW_N_AVERAGES; i++)
    if (g_strv_contains(names, averages[i].id))
      out[n++] = (NwAverage)i;
  if (n == 0)
    out[n++] = NW_AVERAGE_MICRO;
  return n;
}

gsize
nw_metric_n_shown(const NwMetricUse *use, gsize first)
{
  gsize n = use->cols - first;

  return n > 1 && nw_params_get_bool(use->params, "per_label") ? n : 0;
}

void
nw_metric_list_value(GArray *values, char *suffix, char *title)
{
  g_array_append_vals(values, &(NwMetricValue){suffix, title}, 1);
}

void
nw_metric_list_average(const NwMetricUse *use, NwAverage average, const char *suffix,
                       const char *title, GArray *values)
{
  const char *over =
      use->head == NW_HEAD_SOFTMAX ? averages[average].over_classes : averages[average].over_labels;

  nw_metric_list_value(values, g_strdup(suffix),
                       nw_metric_n_labels(use) == 1 ? g_strdup(title)
                                                    : g_strdup_printf(_(over), title));
}

void
nw_metric_list_averages(const NwMetricUse *use, const char *suffix, const char *title,
                        GArray *values)
{
  NwAverage chosen[NW_N_AVERAGES];
  guint n = nw_metric_get_averages(use, chosen);

  for (guint i = 0; i < n; i++) {
    g_autofree char *full = g_strconcat(averages[chosen[i]].suffix, suffix, NULL);
    nw_metric_list_average(use, chosen[i], full, title, values);
  }
}

void
nw_metric_list_labels(const NwMetricUse *use, gsize first, const char *suffix, const char *title,
                      char **labels, GArray *values)
{
  gsize n = nw_metric_n_shown(use, first);

  for (gsize i = first; i < first + n; i++) {
    g_autofree char *number = g_strdup_printf("%" G_GSIZE_FORMAT, i);
    const char *name = labels != NULL ? labels[i] : number;

    /* Translators: a metric, the label that it is about */
    nw_metric_list_value(values, g_strdup_printf("[%s]%s", name, suffix),
                         g_strdup_printf(_("%s of “%s”"), title, name));
  }
}

double
nw_metric_average(NwAverage average, const double *labels, const double *positives, gsize n)
{
  double sum = 0, all = 0;

  for (gsize i = 0; i < n; i++) {
    double weight = average == NW_AVERAGE_WEIGHTED ? positives[i] : 1;
    if (isnan(labels[i]))
      continue;
    sum += weight * labels[i];
    all += weight;
  }
  return all > 0 ? sum / all : NAN;
}
