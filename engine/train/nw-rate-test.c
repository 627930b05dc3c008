/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-rate-test.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "nw-error.h"
#include "nw-exec.h"
#include "nw-feed.h"
#include "nw-optimize.h"

#define KEEP      0.9 /* of the smoothed loss, from batch to batch */
#define RAN_AWAY  4   /* times its smallest */
#define FIRST_FEW 5   /* batches whose loss says little yet */

/* What training the copy takes. */
typedef struct {
  const NwOptimizerKind *kind;
  const NwParams *params;
  NwPool *pool;
  NwWeights *weights;
  NwExec *exec;
  NwFeed *feed;
  guint64 seed;
  const guint32 *rows; /* [n_rows] of the training split */
  guint32 *places;     /* [n_rows] this epoch's order */
  gsize n_rows, batch_size, n_batches;
} Copy;

static void
copy_clear(Copy *copy)
{
  nw_feed_free(copy->feed);
  nw_exec_free(copy->exec);
  nw_weights_unref(copy->weights);
  nw_pool_free(copy->pool);
  g_free(copy->places);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Copy, copy_clear)

static gboolean
build(Copy *copy, NwProject *project, NwDataset *dataset, int threads, const NwWeights *weights,
      GError **error)
{
  const NwParams *training = nw_project_get_training(project);
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwPlan) plan = NULL;

  copy->kind = nw_project_get_optimizer(project);
  copy->params = nw_project_get_optimizer_params(project);
  copy->seed = (guint64)nw_params_get_int(training, "seed");
  copy->rows = nw_dataset_get_split(dataset, NW_SPLIT_TRAIN, &copy->n_rows);
  if (copy->n_rows == 0) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("The training split has no rows; make the validation and test parts "
                          "smaller on the Data page."));
    return FALSE;
  }
  copy->batch_size = MIN((gsize)nw_params_get_int(training, "batch_size"), copy->n_rows);
  copy->n_batches = (copy->n_rows + copy->batch_size - 1) / copy->batch_size;
  copy->places = g_new(guint32, copy->n_rows);
  plan = nw_plan_new(inference, copy->batch_size, TRUE, error);
  if (plan == NULL)
    return FALSE;
  copy->weights =
      weights != NULL ? nw_weights_copy(weights) : nw_weights_new(inference, copy->seed, error);
  if (copy->weights == NULL ||
      !nw_weights_prepare_training(copy->weights, copy->kind, copy->params, error))
    return FALSE;
  copy->pool = nw_pool_new(threads);
  copy->exec = nw_exec_new(plan, copy->weights, copy->pool, copy->seed, error);
  if (copy->exec == NULL)
    return FALSE;
  copy->feed = nw_feed_new(copy->exec, dataset, TRUE, error);
  return copy->feed != NULL;
}

/* Feeds batch @step of a run that goes through shuffled epochs. Returns its total, and makes the
 * gradients. */
static double
run_batch(Copy *copy, guint step)
{
  guint epoch = step / (guint)copy->n_batches, batch = step % (guint)copy->n_batches;
  gsize from = batch * copy->batch_size, n = MIN(copy->batch_size, copy->n_rows - from);
  g_autofree guint32 *rows = g_new(guint32, n);

  if (batch == 0) {
    NwRng rng = nw_rng(copy->seed, NW_RNG_SHUFFLE, 0, epoch, 0);
    nw_rng_permutation(&rng, copy->n_rows, copy->places);
  }
  for (gsize i = 0; i < n; i++)
    rows[i] = copy->rows[copy->places[from + i]];
  nw_feed_rows(copy->feed, rows, n);
  nw_exec_run(copy->exec, n, epoch, batch);
  return nw_exec_get_total(copy->exec);
}

/* Steps grow by one factor, so that the fall per factor is the fall per step. */
static double
suggest(const NwRatePoint *points, gsize n)
{
  double steepest = 0, rate = NAN;

  for (gsize i = FIRST_FEW; i + 1 < n; i++) {
    double fall = points[i - 1].smoothed - points[i + 1].smoothed;
    if (fall > steepest) {
      steepest = fall;
      rate = points[i].rate;
    }
  }
  return rate;
}

NwRateTest *
nw_rate_test(NwProject *project, NwDataset *dataset, const NwRateTestOptions *options,
             const NwWeights *weights, GError **error)
{
  g_autoptr(NwRateTest) test = g_new0(NwRateTest, 1);
  g_auto(Copy) copy = {0};
  double average = 0, smallest = INFINITY;

  g_return_val_if_fail(options->from > 0 && options->to > options->from && options->steps >= 2,
                       NULL);
  if (!build(&copy, project, dataset, options->threads, weights, error))
    return NULL;
  test->points = g_new(NwRatePoint, options->steps);
  for (guint step = 0; step < options->steps && !test->ran_away; step++) {
    double part = (double)step / (options->steps - 1);
    NwRatePoint *point = &test->points[test->n++];

    point->rate = options->from * pow(options->to / options->from, part);
    point->loss = run_batch(&copy, step);
    average = KEEP * average + (1 - KEEP) * point->loss;
    point->smoothed = average / (1 - pow(KEEP, step + 1));
    smallest = MIN(smallest, point->smoothed);
    test->ran_away = !isfinite(point->loss) ||
                     (step >= FIRST_FEW && point->smoothed > RAN_AWAY * smallest && smallest > 0);
    if (options->told != NULL && !options->told(options->told_data, point))
      break;
    if (!test->ran_away)
      nw_optimize(copy.weights, copy.kind, copy.params, step + 1, point->rate, copy.pool);
  }
  test->suggestion = suggest(test->points, test->n);
  return g_steal_pointer(&test);
}

void
nw_rate_test_free(NwRateTest *test)
{
  if (test == NULL)
    return;
  g_free(test->points);
  g_free(test);
}
