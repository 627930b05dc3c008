/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-answers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-text.h"

const NwChoice *
nw_metric_yes_choices(void)
{
  static const NwChoice choices[] = {{"auto", N_("As Keras has it")},
                                     {"threshold", N_("What is above the threshold")},
                                     {"most_probable", N_("What is most probable")},
                                     {NULL}};
  return choices;
}

const NwParamSpec nw_metric_answers_params[] = {NW_METRIC_PARAMS_ANSWERS, {NULL}};
const NwParamSpec nw_metric_counts_params[] = {NW_METRIC_PARAMS_COUNTS, {NULL}};

static const double *
get_thresholds(const NwMetricUse *use, gsize *n)
{
  static const double half = 0.5;
  const double *given = nw_params_get_reals(use->params, "thresholds", n);

  if (*n > 0)
    return given;
  *n = 1;
  return &half;
}

/* Is the most probable class what counts as said? */
static gboolean
takes_top(const NwMetricKind *kind, const NwMetricUse *use)
{
  const NwMetricAnswers *family = kind->family;
  const char *yes = nw_params_get_choice(use->params, "yes");
  gsize n_given;

  if (use->head != NW_HEAD_SOFTMAX || use->cols == 2)
    return FALSE;
  nw_params_get_reals(use->params, "thresholds", &n_given);
  if (strcmp(yes, "auto") == 0)
    return family->top && n_given == 0;
  return strcmp(yes, "most_probable") == 0;
}

/* ── counting ────────────────────────────────────────────────────────────────────────────────── */

/* state = NwAnswers per threshold and label */
static gsize
n_state(const NwMetricUse *use)
{
  gsize n_thresholds;

  get_thresholds(use, &n_thresholds);
  return n_thresholds * nw_metric_n_labels(use) * sizeof(NwAnswers) / sizeof(double);
}

static gsize
top_n_state(const NwMetricUse *use)
{
  return nw_metric_n_labels(use) * sizeof(NwAnswers) / sizeof(double);
}

/* tn, fp, fn, tp are numbered by (positive, yes) */
static inline void
count(NwAnswers *counts, gboolean positive, gboolean yes, double weight)
{
  (&counts->tn)[2 * positive + yes] += weight;
}

static void
update(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch, double *state)
{
  gsize n_labels = nw_metric_n_labels(use), first = use->cols - n_labels, n_thresholds;
  const double *thresholds = get_thresholds(use, &n_thresholds);

  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    for (gsize t = 0; t < n_thresholds && weight != 0; t++) {
      NwAnswers *counts = (NwAnswers *)state + t * n_labels;
      float threshold = (float)thresholds[t]; /* as Keras compares */
      for (gsize label = 0; label < n_labels; label++) {
        double y = nw_metric_target(batch, row, first + label);
        if (!isnan(y))
          count(&counts[label], y > 0.5,
                (float)nw_metric_prediction(batch, row, first + label) > threshold, weight);
      }
    }
  }
}

static void
top_update(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch,
           double *state)
{
  NwAnswers *counts = (NwAnswers *)state;

  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    gsize top = nw_metric_top(batch, row), class = nw_metric_class(batch, row);
    for (gsize label = 0; label < batch->cols && weight != 0; label++)
      count(&counts[label], label == class, label == top, weight);
  }
}

const NwMetricFold *
nw_metric_answers_fold(const NwMetricKind *kind, const NwMetricUse *use)
{
  static const NwMetricFold above = {n_state, update}, top = {top_n_state, top_update};

  return takes_top(kind, use) ? &top : &above;
}

/* ── what is made of it ──────────────────────────────────────────────────────────────────────── */

char *
nw_metric_answers_title(const NwMetricKind *kind, const NwMetricUse *use, const char *name)
{
  gsize n;
  double threshold = get_thresholds(use, &n)[0];
  g_autofree char *number = nw_number_to_text(threshold);

  if (takes_top(kind, use))
    return g_strdup_printf(_("%s of the most probable class"), name);
  if (n > 1)
    return g_strdup(name);
  /* Translators: a metric, a threshold */
  return threshold == 0.5 ? g_strdup_printf(_("%s at ½"), name)
                          : g_strdup_printf(_("%s at %s"), name, number);
}

char *
nw_metric_answers_resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  const NwMetricAnswers *family = kind->family;

  return nw_metric_answers_title(kind, use, _(family->name));
}

static void
list_one(const NwMetricKind *kind, const NwMetricUse *use, const char *suffix, const char *title,
         char **labels, GArray *values)
{
  const NwMetricAnswers *family = kind->family;

  if (family->averaged)
    nw_metric_list_averages(use, suffix, title, values);
  else
    nw_metric_list_value(values, g_strdup(suffix), g_strdup(title));
  nw_metric_list_labels(use, use->cols - nw_metric_n_labels(use), suffix, title, labels, values);
}

void
nw_metric_answers_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                       char **labels, GArray *values)
{
  gsize n;
  const double *thresholds = get_thresholds(use, &n);

  if (n == 1 || takes_top(kind, use)) {
    list_one(kind, use, "", title, labels, values);
    return;
  }
  for (gsize t = 0; t < n; t++) {
    g_autofree char *number = nw_number_to_text(thresholds[t]);
    g_autofree char *suffix = g_strdup_printf("_at_%s", number);
    g_autofree char *at = g_strdup_printf(_("%s at %s"), title, number);
    list_one(kind, use, suffix, at, labels, values);
  }
}

/* NaN of a label of which nothing is known; then the averages leave it out. */
static double
label_score(const NwMetricKind *kind, const NwMetricUse *use, const NwAnswers *counts)
{
  const NwMetricAnswers *family = kind->family;

  return family->averaged && nw_answers_all(counts) == 0 ? NAN : family->score(use, counts);
}

/* The numbers of one threshold. Returns how many. */
static gsize
result_one(const NwMetricKind *kind, const NwMetricUse *use, const NwAnswers *counts,
           double *values)
{
  const NwMetricAnswers *family = kind->family;
  gsize n_labels = nw_metric_n_labels(use), n = 0;
  gsize n_shown = nw_metric_n_shown(use, use->cols - n_labels);
  NwAverage chosen[NW_N_AVERAGES];
  guint n_chosen = family->averaged ? nw_metric_get_averages(use, chosen) : 0;
  double macro = 0, known = 0, weighted = 0, positives = 0;
  NwAnswers all = {0};

  for (gsize label = 0; label < n_labels; label++) {
    double score = label_score(kind, use, &counts[label]);
    double weight = counts[label].fn + counts[label].tp;
    if (isnan(score))
      continue;
    all.tn += counts[label].tn;
    all.fp += counts[label].fp;
    all.fn += counts[label].fn;
    all.tp += counts[label].tp;
    macro += score;
    known++;
    weighted += weight * score;
    positives += weight;
  }
  if (!family->averaged)
    values[n++] = family->score(use, &all);
  for (guint i = 0; i < n_chosen; i++)
    values[n++] = chosen[i] == NW_AVERAGE_MICRO   ? family->score(use, &all)
                  : chosen[i] == NW_AVERAGE_MACRO ? nw_answers_ratio(macro, known)
                                                  : nw_answers_ratio(weighted, positives);
  for (gsize label = 0; label < n_shown; label++)
    values[n++] = label_score(kind, use, &counts[label]);
  return n;
}

void
nw_metric_answers_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                         double *values)
{
  const NwAnswers *counts = (const NwAnswers *)state;
  gsize n = 1;

  if (!takes_top(kind, use))
    get_thresholds(use, &n);
  for (gsize t = 0; t < n; t++)
    values += result_one(kind, use, counts + t * nw_metric_n_labels(use), values);
}
