/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What mattered, by the slope of an answer. */
#include "nw-trial-private.h"

#include <math.h>

gboolean
nw_trial_asks_odds(const NwTrial *self, guint answer)
{
  return nw_plan_asks_odds(self->plan, nw_trial_get_answer(self, answer)->output);
}

/* A runner that goes back from @output: that of the last question, or a new one. */
static gboolean
prepare(NwTrial *self, guint output)
{
  g_autoptr(NwPlan) plan = NULL;

  if (self->asking != NULL && self->asked == output)
    return TRUE;
  g_clear_pointer(&self->asking, nw_exec_free);
  plan = nw_plan_new_asking(self->inference, output, 1, NULL);
  self->asking = plan != NULL ? nw_exec_new(plan, self->weights, self->pool, 0, NULL) : NULL;
  if (self->asking == NULL)
    return FALSE;
  self->asked = output;
  nw_exec_set_without_targets(self->asking, TRUE);
  nw_exec_bypass_recalibration(self->asking);
  return TRUE;
}

/* products[i] of element i becomes the effect of the entry that decides it. */
static void
add_up_entry(const NwTrial *self, const double *products, guint i, double *effects)
{
  const NwTrialEntry *entry = nw_trial_entry(self, i);
  gsize first = self->inputs[entry->input].first + entry->first;

  effects[i] = 0;
  for (gsize k = 0; k < entry->n; k++)
    effects[i] += products[first + k];
}

/* As occlusion has it: colours are not apart. */
static void
add_up_points(const NwTrialIn *input, double *effects)
{
  guint depth = input->picture.depth;

  for (guint p = 0; p < input->picture.height * input->picture.width; p++) {
    double *point = effects + input->public.first_entry + (gsize)p * depth, sum = 0;
    for (guint k = 0; k < depth; k++)
      sum += point[k];
    for (guint k = 0; k < depth; k++)
      point[k] = sum;
  }
}

void
nw_trial_follow_slopes(NwTrial *self, gconstpointer numbers, guint i, double *effects)
{
  const NwTrialAnswer *answer = nw_trial_get_answer(self, i);
  g_autofree double *products = g_new0(double, self->n_numbers + 1);
  NwMetricBatch batch;
  guint index = 0;
  double whole;

  if (!prepare(self, answer->output)) {
    for (guint e = 0; e < self->entries->len; e++)
      effects[e] = NAN;
    return;
  }
  nw_trial_put_row(self, self->asking, 0, numbers);
  nw_exec_ask(self->asking, answer->step, answer->column);
  nw_exec_run(self->asking, 1, 0, 0);
  for (guint k = 0; k < nw_plan_get_n_inputs(self->plan); k++) {
    const NwTrialIn *input = &self->inputs[index];
    if (nw_plan_get_input(self->plan, k)->is_target)
      continue;
    if (!nw_exec_add_effects(self->asking, k, 0, products + input->first))
      for (gsize e = 0; e < input->n; e++)
        products[input->first + e] = NAN;
    index++;
  }
  for (guint e = 0; e < self->entries->len; e++)
    add_up_entry(self, products, e, effects);
  for (guint k = 0; k < self->n_inputs; k++)
    add_up_points(&self->inputs[k], effects);
  if (nw_trial_asks_odds(self, i))
    return;
  batch = nw_exec_get_batch(self->asking, answer->output);
  whole =
      nw_trial_unscale_answer(self, i, (double)batch.p[answer->step * batch.cols + answer->column]);
  for (guint e = 0; e < self->entries->len; e++) /* in the person's units */
    effects[e] = whole - nw_trial_move_answer(self, i, whole, -effects[e]);
}
