/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimize.h"

/* Numbers per task: enough to be worth a thread, few enough to stay in its cache with the slots. */
#define PART 8192

/* With fewer numbers than this, waking a thread takes longer than the whole step. */
#define WORTH_SPLITTING (4 * PART)

typedef struct {
  NwWeights *weights;
  const NwOptimizerKind *kind;
  NwOptimizerStep step;
} Job;

/* Task @task is the task-th part when all trainable weights are laid end to end, cut at each
 * weight. */
static void
part_cb(gpointer data, gsize task)
{
  Job *job = data;

  for (guint i = 0; i < nw_weights_get_n(job->weights); i++) {
    NwWeight *weight = nw_weights_get(job->weights, i);
    gsize parts = weight->trainable ? (weight->n + PART - 1) / PART : 0;
    if (task >= parts) {
      task -= parts;
      continue;
    }
    gsize begin = task * PART;
    NwReal *slots[NW_MAX_SLOTS];
    for (gsize s = 0; s < NW_MAX_SLOTS; s++)
      slots[s] = weight->slots[s] == NULL ? NULL : weight->slots[s] + begin;
    job->kind->update(&job->step, weight->value + begin, weight->gradient + begin, slots,
                      MIN(PART, weight->n - begin));
    return;
  }
}

void
nw_optimize(NwWeights *weights, const NwOptimizerKind *kind, const NwParams *params, guint64 t,
            double learning_rate, NwPool *pool)
{
  Job job = {weights, kind, {(NwReal)learning_rate, {0}}};
  gsize parts = 0, numbers = 0;

  for (guint i = 0; i < nw_weights_get_n(weights); i++) {
    const NwWeight *weight = nw_weights_get(weights, i);
    if (!weight->trainable)
      continue;
    parts += (weight->n + PART - 1) / PART;
    numbers += weight->n;
  }
  kind->prepare(params, t, &job.step);
  nw_pool_run(numbers < WORTH_SPLITTING ? NULL : pool, parts, part_cb, &job);
}
