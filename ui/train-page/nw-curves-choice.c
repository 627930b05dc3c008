/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-curves-choice.h"

#include "nw-snapshots.h"

#include <glib/gi18n.h>

#define MAX_TOGETHER 6 /* outputs that are drawn in one plot */

enum { BLUE, ORANGE, PURPLE };

static void
curve_clear(gpointer data)
{
  g_free(((NwCurveSource *)data)->name);
}

void
nw_curves_choice_free(NwCurvesChoice *choice)
{
  g_free(choice->title);
  g_free(choice->y_title);
  g_free(choice->output);
  g_array_unref(choice->curves);
  g_free(choice);
}

static NwCurvesChoice *
append_choice(GPtrArray *list, const char *group, const char *title, const char *y_title,
              const char *output)
{
  NwCurvesChoice *choice = g_new0(NwCurvesChoice, 1);

  choice->group = g_intern_string(group);
  choice->title = g_strdup(title);
  choice->y_title = g_strdup(y_title);
  choice->output = g_strdup(output);
  choice->curves = g_array_new(FALSE, TRUE, sizeof(NwCurveSource));
  g_array_set_clear_func(choice->curves, curve_clear);
  g_ptr_array_add(list, choice);
  return choice;
}

static void
append_curve(NwCurvesChoice *choice, const char *name, gboolean is_epoch, int index,
             NwPlotCurveStyle style, guint color)
{
  NwCurveSource curve = {.name = g_strdup(name),
                         .is_epoch = is_epoch,
                         .index = (guint)index,
                         .style = style,
                         .color = color};

  if (index < 0)
    curve_clear(&curve);
  else
    g_array_append_val(choice->curves, curve);
}

static int
find_epoch(const NwHistory *history, const char *prefix, const char *name, const char *suffix)
{
  g_autofree char *full = g_strconcat(prefix, name, suffix, NULL);

  return nw_history_find_epoch_series(history, full);
}

/* The step series of an output's loss; −1: none. */
static int
find_step(const NwHistory *history, const char *output)
{
  for (guint i = 0; i < nw_history_get_n_step_series(history); i++)
    if (g_strcmp0(nw_history_get_step_series(history, i)->output, output) == 0)
      return (int)i;
  return -1;
}

static void
append_total(NwCurvesChoice *choice, const NwHistory *history)
{
  append_curve(choice, _("train"), FALSE, 0, NW_PLOT_CURVE_LINE, BLUE);
  append_curve(choice, _("validation"), TRUE, nw_history_find_epoch_series(history, "val_loss"),
               NW_PLOT_CURVE_DOTTED, ORANGE);
}

static void
append_all_outputs(GPtrArray *list, const NwHistory *history)
{
  guint n = nw_history_get_n_outputs(history);
  NwCurvesChoice *choice =
      append_choice(list, _("Loss"), n > 1 ? _("all outputs") : _("total loss"), _("loss"), NULL);

  append_total(choice, history);
  for (guint i = 0; n > 1 && n <= MAX_TOGETHER && i < n; i++) {
    const char *output = nw_history_get_output(history, i);

    append_curve(choice, output, FALSE, find_step(history, output), NW_PLOT_CURVE_DASHED,
                 PURPLE + i);
  }
}

static void
append_output(GPtrArray *list, const NwHistory *history, const char *output)
{
  g_autofree char *title = g_strdup_printf(_("%s · loss"), output);
  NwCurvesChoice *choice = append_choice(list, _("Loss"), title, _("loss"), output);

  append_curve(choice, _("train"), FALSE, find_step(history, output), NW_PLOT_CURVE_LINE, BLUE);
  append_curve(choice, _("validation"), TRUE, find_epoch(history, "val_", output, "_loss"),
               NW_PLOT_CURVE_DOTTED, ORANGE);
}

/* The metric's name, whatever average, threshold or label this number is about: its series is called by
 * the output, the metric's id, and what tells its numbers apart. (transfer full) */
static char *
dup_metric(const NwSeries *series)
{
  const char *name = series->name + (series->validation ? strlen("val_") : 0);
  const NwMetricKind *found = NULL;

  for (guint i = 0; nw_metric_kinds[i]; i++) {
    const NwMetricKind *kind = nw_metric_kinds[i];
    const char *at = name;

    if (series->output && g_str_has_prefix(at, series->output) && at[strlen(series->output)] == '_')
      at += strlen(series->output) + 1; /* left out where there is one output */
    if ((g_str_has_prefix(at, kind->id) || g_str_has_prefix(name, kind->id)) &&
        (!found || strlen(kind->id) > strlen(found->id)))
      found = kind;
  }
  return g_strdup(found ? _(found->title) : _("Other metrics"));
}

/* Metrics come in pairs, “digit_accuracy” and “val_digit_accuracy”, or are of the validation alone. */
static void
append_metrics(GPtrArray *list, const NwHistory *history)
{
  for (guint i = 0; i < nw_history_get_n_epoch_series(history); i++) {
    const NwSeries *series = nw_history_get_epoch_series(history, i);
    g_autofree char *group = NULL;
    NwCurvesChoice *choice;

    if (!series->is_metric)
      continue;
    group = dup_metric(series);
    if (series->validation) {
      if (nw_history_find_epoch_series(history, series->name + strlen("val_")) >= 0)
        continue;
      choice = append_choice(list, group, series->title, series->title, series->output);
      append_curve(choice, _("validation"), TRUE, (int)i, NW_PLOT_CURVE_DOTTED, ORANGE);
      continue;
    }
    choice = append_choice(list, group, series->title, series->title, series->output);
    append_curve(choice, _("train"), TRUE, (int)i, NW_PLOT_CURVE_DOTTED, BLUE);
    append_curve(choice, _("validation"), TRUE, find_epoch(history, "val_", series->name, ""),
                 NW_PLOT_CURVE_DOTTED, ORANGE);
  }
}

/* The last curve of a choice, to say more of it. */
static NwCurveSource *
last_curve(NwCurvesChoice *choice)
{
  return &g_array_index(choice->curves, NwCurveSource, choice->curves->len - 1);
}

/* The loss ledger: everything that adds up to the total, by its weight. */
static void
append_ledger(GPtrArray *list, const NwHistory *history)
{
  NwCurvesChoice *choice = append_choice(list, _("Loss"), _("what the loss is made of"), _("loss"), NULL);

  choice->stacked = TRUE;
  for (guint i = 1; i < nw_history_get_n_step_series(history); i++) {
    const NwSeries *series = nw_history_get_step_series(history, i);

    if (!series->in_total)
      continue;
    append_curve(choice, series->title, FALSE, (int)i, NW_PLOT_CURVE_LINE, choice->curves->len);
    last_curve(choice)->meaning = NW_CURVE_SHARE;
  }
}

/* Do confidence and accuracy grow together? Scores of the probabilities, on the validation rows. */
static void
append_scores(GPtrArray *list, const NwHistory *history, guint output)
{
  static const struct {
    const char *title, *y_title;
    NwEpochScore scores[3];
  } sets[] = {
      {N_("%s · ECE, accuracy, confidence"), N_("share"),
       {NW_EPOCH_ECE, NW_EPOCH_ACCURACY, NW_EPOCH_CONFIDENCE}},
      {N_("%s · Brier, log loss, sharpness"), N_("score"),
       {NW_EPOCH_BRIER, NW_EPOCH_LOG_LOSS, NW_EPOCH_SHARPNESS}},
  };
  const char *name = nw_history_get_output(history, output);

  for (gsize s = 0; s < G_N_ELEMENTS(sets); s++) {
    g_autofree char *title = g_strdup_printf(_(sets[s].title), name);
    NwCurvesChoice *choice = append_choice(list, _("Probabilities"), title, _(sets[s].y_title), name);

    for (guint i = 0; i < G_N_ELEMENTS(sets[s].scores); i++) {
      append_curve(choice, nw_epoch_score_get_title(sets[s].scores[i]), TRUE, (int)sets[s].scores[i],
                   NW_PLOT_CURVE_DOTTED, i);
      last_curve(choice)->score_of = name;
    }
  }
}

/* What training asks of the computer. */
static void
append_measured(GPtrArray *list, const NwHistory *history)
{
  static const struct {
    const char *series, *title, *unit;
    NwCurveMeaning meaning;
  } measures[] = {
      {"seconds", N_("speed"), N_("samples/s"), NW_CURVE_SPEED},
      {"memory", N_("memory"), N_("MiB"), NW_CURVE_MEMORY},
  };

  for (gsize m = 0; m < G_N_ELEMENTS(measures); m++) {
    for (guint i = 0; i < nw_history_get_n_step_series(history); i++) {
      NwCurvesChoice *choice;

      if (!g_str_equal(nw_history_get_step_series(history, i)->name, measures[m].series))
        continue;
      choice = append_choice(list, _("Training"), _(measures[m].title), _(measures[m].unit), NULL);
      append_curve(choice, _(measures[m].unit), FALSE, (int)i, NW_PLOT_CURVE_LINE, BLUE);
      last_curve(choice)->meaning = measures[m].meaning;
    }
  }
}

/* The penalties alone, unweighted. */
static void
append_penalties(GPtrArray *list, const NwHistory *history)
{
  NwCurvesChoice *choice = NULL;

  for (guint i = 1; i < nw_history_get_n_step_series(history); i++) {
    const NwSeries *series = nw_history_get_step_series(history, i);

    if (series->output || !series->in_total)
      continue;
    if (!choice)
      choice = append_choice(list, _("Loss"), _("penalties"), _("penalty"), NULL);
    append_curve(choice, series->title, FALSE, (int)i, NW_PLOT_CURVE_LINE, choice->curves->len);
  }
}

/* What a schedule, or a person, makes of the learning rate; and how large the gradients are. */
static void
append_step_curve(GPtrArray *list, const NwHistory *history, const char *name)
{
  for (guint i = 0; i < nw_history_get_n_step_series(history); i++) {
    const NwSeries *series = nw_history_get_step_series(history, i);

    if (!series->output && !series->in_total && g_str_equal(series->name, name))
      append_curve(append_choice(list, _("Training"), series->title, series->title, NULL), series->title, FALSE,
                   (int)i, NW_PLOT_CURVE_LINE, BLUE);
  }
}

/* Choices of one group behind its first, groups as they come. */
static void
gather_groups(GPtrArray *list)
{
  g_autoptr(GHashTable) orders = g_hash_table_new(g_direct_hash, g_direct_equal);
  g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));
  g_autofree NwCurvesChoice **before = g_memdup2(list->pdata, list->len * sizeof *before);
  guint n_groups, n = 0;

  for (guint i = 0; i < list->len; i++) {
    guint next = g_hash_table_size(orders) + 1;
    gpointer found = g_hash_table_lookup(orders, before[i]->group);
    guint group = found ? GPOINTER_TO_UINT(found) : next;

    if (!found)
      g_hash_table_insert(orders, (gpointer)before[i]->group, GUINT_TO_POINTER(group));
    g_array_append_val(order, group);
  }
  n_groups = g_hash_table_size(orders);
  for (guint group = 1; group <= n_groups; group++)
    for (guint i = 0; i < order->len; i++)
      if (g_array_index(order, guint, i) == group)
        list->pdata[n++] = before[i];
}

GPtrArray *
nw_curves_choices_list(const NwHistory *history, gboolean with_scores)
{
  GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)nw_curves_choice_free);
  guint n = nw_history_get_n_outputs(history);

  append_all_outputs(list, history);
  for (guint i = 0; n > 1 && i < n; i++)
    append_output(list, history, nw_history_get_output(history, i));
  append_metrics(list, history);
  append_penalties(list, history);
  append_ledger(list, history);
  for (guint i = 0; with_scores && i < n; i++)
    append_scores(list, history, i);
  append_step_curve(list, history, "learning_rate");
  append_step_curve(list, history, "gradient_norm");
  append_measured(list, history);
  gather_groups(list);
  return list;
}
