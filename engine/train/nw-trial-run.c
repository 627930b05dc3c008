/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Running a network on changed rows. */
#include "nw-trial-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nw-evaluator.h"

/* Rows of a batch while entries are covered one after the other. */
#define BATCH 128

gboolean
nw_trial_build_runner(NwTrial *self, NwInference *inference, NwWeights *weights, GError **error)
{
  self->inference = nw_inference_ref(inference);
  self->weights = nw_weights_ref(weights);
  self->plan = nw_evaluator_compile(inference, BATCH, error);
  if (self->plan == NULL)
    return FALSE;
  self->pool = nw_pool_new(0);
  self->exec = nw_exec_new(self->plan, weights, self->pool, 0, error);
  if (self->exec == NULL)
    return FALSE;
  nw_exec_set_without_targets(self->exec, TRUE);
  return TRUE;
}

void
nw_trial_put_row(const NwTrial *self, NwExec *exec, gsize at, const NwTrialNumber *numbers)
{
  guint index = 0;

  for (guint i = 0; i < nw_plan_get_n_inputs(self->plan); i++) {
    const NwTrialIn *input = &self->inputs[index];
    gpointer to = nw_exec_get_input(exec, i);
    if (nw_plan_get_input(self->plan, i)->is_target)
      continue;
    for (gsize k = 0; k < input->n; k++)
      if (input->public.type.dtype == NW_INT32)
        ((gint32 *)to)[at * input->n + k] = numbers[input->first + k].int32;
      else
        ((NwReal *)to)[at * input->n + k] = (NwReal)numbers[input->first + k].real;
    index++;
  }
}

/* What the last run answered in row @at of the batch. */
static double
get_answer(const NwTrial *self, gsize at, guint i)
{
  const NwTrialAnswer *answer = nw_trial_get_answer(self, i);
  NwMetricBatch batch = nw_exec_get_batch(self->exec, answer->output);
  gsize row = at * answer->n_steps + answer->step;

  return nw_trial_unscale_answer(self, i, (double)batch.p[row * batch.cols + answer->column]);
}

static gboolean
counts(const NwTrial *self, guint i)
{
  const NwTrialAnswer *answer = nw_trial_get_answer(self, i);
  NwMetricBatch batch = nw_exec_get_batch(self->exec, answer->output);

  return batch.weight == NULL || batch.weight[answer->step] != 0;
}

double
nw_trial_unscale_answer(const NwTrial *self, guint i, double value)
{
  const NwTrialOut *output = &self->outputs[nw_trial_get_answer(self, i)->output];
  guint at = i - output->first_answer;

  if (output->entries == NULL || at >= output->entries->len)
    return value;
  return nw_trial_entry_unscale(&g_array_index(output->entries, NwTrialEntry, at), value);
}

double
nw_trial_move_answer(const NwTrial *self, guint i, double value, double by)
{
  const NwTrialOut *output = &self->outputs[nw_trial_get_answer(self, i)->output];
  guint at = i - output->first_answer;
  const NwTrialEntry *entry = output->entries != NULL && at < output->entries->len
                                  ? &g_array_index(output->entries, NwTrialEntry, at)
                                  : NULL;

  if (entry == NULL)
    return value + by;
  return nw_trial_entry_unscale(entry, nw_trial_entry_scale(entry, value) + by);
}

void
nw_trial_answer(NwTrial *self, gconstpointer numbers, double *answers)
{
  nw_trial_put_row(self, self->exec, 0, numbers);
  nw_exec_run(self->exec, 1, 0, 0);
  for (guint i = 0; i < self->answers->len; i++)
    answers[i] = counts(self, i) ? get_answer(self, 0, i) : NAN;
}

/* ── several answers ─────────────────────────────────────────────────────────────────────────── */

guint
nw_trial_get_n_dropping(const NwTrial *self)
{
  return nw_exec_set_dropout(self->exec, FALSE);
}

/* The row fills a batch: what is dropped differs between its samples, too. */
void
nw_trial_answer_dropping(NwTrial *self, gconstpointer numbers, guint passes, double *samples)
{
  gsize capacity = MIN(nw_plan_get_capacity(self->plan), passes);
  guint n_answers = self->answers->len;

  for (gsize at = 0; at < capacity; at++)
    nw_trial_put_row(self, self->exec, at, numbers);
  nw_exec_set_dropout(self->exec, TRUE);
  for (guint pass = 0, run = 0; pass < passes; pass += (guint)capacity, run++) {
    gsize n = MIN(capacity, passes - pass);
    nw_exec_run(self->exec, n, run, 0);
    for (gsize at = 0; at < n; at++)
      for (guint i = 0; i < n_answers; i++)
        samples[(pass + at) * n_answers + i] = counts(self, i) ? get_answer(self, at, i) : NAN;
  }
  nw_exec_set_dropout(self->exec, FALSE);
}

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

void
nw_trial_spread(const double *samples, guint n_samples, guint n_answers, NwTrialSpread *spreads)
{
  g_autofree double *sorted = g_new(double, n_samples + 1);
  guint out = n_samples / 20; /* a twentieth at each end */

  g_return_if_fail(n_samples > 0);
  for (guint i = 0; i < n_answers; i++) {
    double sum = 0;
    for (guint s = 0; s < n_samples; s++)
      sum += sorted[s] = samples[(gsize)s * n_answers + i];
    if (isnan(sum)) {
      spreads[i] = (NwTrialSpread){NAN, NAN, NAN};
      continue;
    }
    qsort(sorted, n_samples, sizeof *sorted, compare_numbers);
    spreads[i] = (NwTrialSpread){sum / n_samples, sorted[out], sorted[n_samples - 1 - out]};
  }
}

/* ── occlusion ───────────────────────────────────────────────────────────────────────────────── */

static void
cover_entry(const NwTrial *self, const NwTrialEntry *entry, NwTrialNumber *numbers)
{
  gsize first = self->inputs[entry->input].first + entry->first;

  memcpy(numbers + first, self->absent + first, entry->n * sizeof *numbers);
}

/* The entry that begins the point (row, column) of a picture. */
static guint
point_at(const NwTrialIn *input, gssize row, gssize column)
{
  const NwTrialPicture *picture = &input->picture;

  return input->public.first_entry + ((guint)row * picture->width + (guint)column) * picture->depth;
}

static void
find_point(const NwTrialIn *input, guint i, gssize *row, gssize *column)
{
  guint point = (i - input->public.first_entry) / input->picture.depth;

  *row = point / input->picture.width;
  *column = point % input->picture.width;
}

/* The entry that is asked for the effect of @i: in a picture the first of a square of points. */
static guint
find_asked(const NwTrial *self, guint i)
{
  const NwTrialIn *input = &self->inputs[nw_trial_entry(self, i)->input];
  gssize row, column;

  if (input->picture.width == 0)
    return i;
  find_point(input, i, &row, &column);
  return point_at(input, row - row % (gssize)input->stride,
                  column - column % (gssize)input->stride);
}

/* All that is hidden together with the entry. */
static void
cover(const NwTrial *self, guint i, NwTrialNumber *numbers)
{
  const NwTrialEntry *entry = nw_trial_entry(self, i);
  const NwTrialIn *input = &self->inputs[entry->input];
  gssize before = (gssize)input->radius, after = before + (gssize)input->stride - 1;
  gssize row, column;

  if (input->picture.width == 0) {
    cover_entry(self, entry, numbers);
    return;
  }
  find_point(input, i, &row, &column);
  for (gssize r = MAX(0, row - before); r <= MIN((gssize)input->picture.height - 1, row + after);
       r++)
    for (gssize c = MAX(0, column - before);
         c <= MIN((gssize)input->picture.width - 1, column + after); c++)
      for (guint k = 0; k < input->picture.depth; k++)
        cover_entry(self, nw_trial_entry(self, point_at(input, r, c) + k), numbers);
}

static void
run_batch(NwTrial *self, guint answer, double whole, const guint *asked, gsize n, double *effects)
{
  nw_exec_run(self->exec, n, 0, 0);
  for (gsize k = 0; k < n; k++)
    effects[asked[k]] = whole - get_answer(self, k, answer);
}

gboolean
nw_trial_occlude(NwTrial *self, gconstpointer numbers, guint answer, double *effects,
                 GCancellable *cancellable)
{
  gsize capacity = nw_plan_get_capacity(self->plan), n = 0;
  gsize bytes = self->n_numbers * sizeof(NwTrialNumber);
  g_autofree NwTrialNumber *covered = g_new(NwTrialNumber, self->n_numbers + 1);
  g_autofree guint *asked = g_new(guint, capacity);
  double whole;

  nw_trial_put_row(self, self->exec, 0, numbers);
  nw_exec_run(self->exec, 1, 0, 0);
  whole = get_answer(self, 0, answer);
  for (guint i = 0; i < self->entries->len; i++) {
    effects[i] = 0;
    if (find_asked(self, i) != i)
      continue;
    memcpy(covered, numbers, bytes);
    cover(self, i, covered);
    if (memcmp(covered, numbers, bytes) == 0)
      continue;
    if (n == capacity) {
      run_batch(self, answer, whole, asked, n, effects);
      n = 0;
    }
    if (g_cancellable_is_cancelled(cancellable))
      return FALSE;
    nw_trial_put_row(self, self->exec, n, covered);
    asked[n++] = i;
  }
  if (n > 0)
    run_batch(self, answer, whole, asked, n, effects);
  for (guint i = 0; i < self->entries->len; i++)
    effects[i] = effects[find_asked(self, i)];
  return TRUE;
}
