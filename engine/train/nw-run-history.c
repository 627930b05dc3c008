/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-history.h"

#include <glib/gi18n-lib.h>

static void
series_clear_cb(gpointer data)
{
  NwSeries *series = data;
  g_free(series->name);
  g_free(series->title);
  g_free(series->output);
}

static void
add_series(GArray *list, char *name, char *title, const char *output, double weight,
           gboolean validation, gboolean higher_is_better)
{
  NwSeries series = {name, title, g_strdup(output), weight, validation, higher_is_better, FALSE};
  g_array_append_val(list, series);
}

static void
add_step_series(GArray *list, char *name, char *title, const char *output, double weight,
                gboolean in_total)
{
  NwSeries series = {name, title, g_strdup(output), weight, FALSE, FALSE, in_total};
  g_array_append_val(list, series);
}

/* A penalty says the same on every split. */
static gboolean
is_shown(const NwPlanTerm *term, gboolean validation)
{
  return !validation || term->drawn;
}

/* Epoch series of one split: "loss", each output's loss when there are several, each metric, each
 * Loss term, and on the training split each penalty. take_split() fills them in the same order. */
static void
add_split_series(GArray *list, const NwPlan *plan, const NwTally *tally, gboolean validation)
{
  const char *prefix = validation ? "val_" : "";
  const char *split = validation ? _(" (validation)") : "";
  guint n_outputs = nw_plan_get_n_outputs(plan);

  add_series(list, g_strdup_printf("%sloss", prefix), g_strdup_printf(_("total loss%s"), split),
             NULL, 1, validation, FALSE);
  for (guint i = 0; i < n_outputs; i++) {
    const char *name = nw_plan_get_output(plan, i)->name;
    add_series(list, g_strdup_printf("%s%s_loss", prefix, name),
               g_strdup_printf(_("%s · loss%s"), name, split), name,
               nw_plan_get_output(plan, i)->weight, validation, FALSE);
  }
  for (guint i = 0; i < nw_tally_get_n_numbers(tally); i++) {
    const NwTallyNumber *number = nw_tally_get_number(tally, i);
    const char *name = nw_plan_get_output(plan, number->output)->name;
    add_series(list, g_strdup_printf("%s%s", prefix, number->name),
               g_strdup_printf("%s · %s%s", name, number->title, split), name, 1, validation,
               number->kind->higher_is_better);
    g_array_index(list, NwSeries, list->len - 1).is_metric = TRUE;
  }
  for (guint i = n_outputs; i < nw_plan_get_n_terms(plan); i++) {
    const NwPlanTerm *term = nw_plan_get_term(plan, i);
    if (is_shown(term, validation))
      add_series(list, g_strdup_printf("%s%s", prefix, term->name),
                 g_strdup_printf("%s%s", term->title, split), NULL, term->weight, validation,
                 FALSE);
  }
}

static gsize
take_split(const NwPlan *plan, const NwTally *tally, gboolean validation, double *values)
{
  guint n_outputs = nw_plan_get_n_outputs(plan);
  gsize n = 0;

  values[n++] = nw_tally_get_total(tally);
  for (guint i = 0; i < n_outputs; i++)
    values[n++] = nw_tally_get_term(tally, i);
  nw_tally_read_numbers(tally, values + n);
  n += nw_tally_get_n_numbers(tally);
  for (guint i = n_outputs; i < nw_plan_get_n_terms(plan); i++)
    if (is_shown(nw_plan_get_term(plan, i), validation))
      values[n++] = nw_tally_get_term(tally, i);
  return n;
}

NwHistory *
nw_run_history_new(const NwPlan *plan, const NwTally *training, const NwPlan *validation_plan,
                   const NwTally *validation, guint steps_per_epoch)
{
  g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(NwSeries));
  g_autoptr(GArray) epochs = g_array_new(FALSE, FALSE, sizeof(NwSeries));
  g_autoptr(GPtrArray) outputs = g_ptr_array_new();

  g_array_set_clear_func(steps, series_clear_cb);
  g_array_set_clear_func(epochs, series_clear_cb);
  add_step_series(steps, g_strdup("loss"), g_strdup(_("total loss")), NULL, 1, FALSE);
  for (guint i = 0; i < nw_plan_get_n_terms(plan); i++) {
    const NwPlanTerm *term = nw_plan_get_term(plan, i);
    add_step_series(steps, g_strdup(term->name), g_strdup(term->title),
                    term->output < 0 ? NULL : nw_plan_get_output(plan, (guint)term->output)->name,
                    term->weight, TRUE);
  }
  add_step_series(steps, g_strdup("seconds"), g_strdup(_("time")), NULL, 1, FALSE);
  g_array_index(steps, NwSeries, steps->len - 1).is_measured = TRUE;
  add_step_series(steps, g_strdup("memory"), g_strdup(_("memory")), NULL, 1, FALSE);
  g_array_index(steps, NwSeries, steps->len - 1).is_measured = TRUE;
  add_step_series(steps, g_strdup("learning_rate"), g_strdup(_("learning rate")), NULL, 1, FALSE);
  add_step_series(steps, g_strdup("gradient_norm"), g_strdup(_("norm of all gradients")), NULL, 1,
                  FALSE);
  add_split_series(epochs, plan, training, FALSE);
  if (validation != NULL)
    add_split_series(epochs, validation_plan, validation, TRUE);
  add_series(epochs, g_strdup("learning_rate"), g_strdup(_("learning rate")), NULL, 1, FALSE,
             FALSE);
  for (guint i = 0; i < nw_plan_get_n_outputs(plan); i++)
    g_ptr_array_add(outputs, (gpointer)nw_plan_get_output(plan, i)->name);
  g_ptr_array_add(outputs, NULL);
  return nw_history_new((const NwSeries *)steps->data, steps->len, (const NwSeries *)epochs->data,
                        epochs->len, (const char *const *)outputs->pdata, steps_per_epoch);
}

void
nw_run_history_take(const NwPlan *plan, const NwTally *training, const NwPlan *validation_plan,
                    const NwTally *validation, double learning_rate, double *values)
{
  gsize n = take_split(plan, training, FALSE, values);

  if (validation != NULL)
    n += take_split(validation_plan, validation, TRUE, values + n);
  values[n] = learning_rate;
}
