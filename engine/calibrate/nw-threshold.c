/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-threshold.h"

#include <glib/gi18n-lib.h>
#include <math.h>

NwConfusion
nw_confusion_at(const double *p, const double *y, gsize n, double threshold)
{
  NwConfusion confusion = {0};

  for (gsize i = 0; i < n; i++) {
    gboolean yes = p[i] > threshold, positive = y[i] > 0.5;
    confusion.tp += yes && positive;
    confusion.fp += yes && !positive;
    confusion.fn += !yes && positive;
    confusion.tn += !yes && !positive;
  }
  return confusion;
}

/* Yes to the first @n_yes steps. */
static NwConfusion
confusion_of_steps(const NwRank *rank, gsize n_yes)
{
  gsize tp = n_yes > 0 ? rank->steps[n_yes - 1].positives : 0;
  gsize fp = n_yes > 0 ? rank->steps[n_yes - 1].negatives : 0;
  return (NwConfusion){tp, fp, rank->positives - tp, rank->negatives - fp};
}

NwConfusion
nw_rank_confusion_at(const NwRank *rank, double threshold)
{
  gsize low = 0, high = rank->n_steps; /* steps below `low` are above the threshold */

  while (low < high) {
    gsize middle = low + (high - low) / 2;
    if (rank->steps[middle].p > threshold)
      low = middle + 1;
    else
      high = middle;
  }
  return confusion_of_steps(rank, low);
}

static double
ratio(gsize part, gsize whole)
{
  return whole > 0 ? (double)part / whole : 0;
}

double
nw_confusion_precision(const NwConfusion *confusion)
{
  return ratio(confusion->tp, confusion->tp + confusion->fp);
}

double
nw_confusion_recall(const NwConfusion *confusion)
{
  return ratio(confusion->tp, confusion->tp + confusion->fn);
}

double
nw_confusion_f1(const NwConfusion *confusion)
{
  return ratio(2 * confusion->tp, 2 * confusion->tp + confusion->fp + confusion->fn);
}

double
nw_confusion_accuracy(const NwConfusion *confusion)
{
  return ratio(confusion->tp + confusion->tn,
               confusion->tp + confusion->tn + confusion->fp + confusion->fn);
}

double
nw_confusion_cost(const NwConfusion *confusion, double miss_cost)
{
  gsize n = confusion->tp + confusion->fp + confusion->fn + confusion->tn;

  return n > 0 ? ((double)confusion->fp + miss_cost * (double)confusion->fn) / (double)n : NAN;
}

/* A threshold that says yes to steps 0 … @last and no to the next: midway, or the lower of two
 * neighbouring doubles. Below the last step there is only half of it; NaN if that one is 0, because
 * no threshold in 0 … 1 says yes to p = 0. */
static double
threshold_after(const NwRank *rank, gsize last)
{
  double above = rank->steps[last].p, below = 0, middle;

  if (last + 1 < rank->n_steps)
    below = rank->steps[last + 1].p;
  else if (above <= 0)
    return NAN;
  middle = below + (above - below) / 2;
  return middle < above ? middle : below;
}

/* Of all thresholds, by descending threshold, the one that @better prefers to the best so far. */
static double
choose(const NwRank *rank,
       gboolean (*better)(const NwConfusion *now, const NwConfusion *best, double x), double x)
{
  NwConfusion best = confusion_of_steps(rank, 0);
  double chosen = NAN;

  for (gsize i = 0; i < rank->n_steps && rank->positives > 0; i++) {
    NwConfusion now = confusion_of_steps(rank, i + 1);
    double threshold = threshold_after(rank, i);
    if (isnan(threshold) || !better(&now, &best, x))
      continue;
    best = now;
    chosen = threshold;
  }
  return chosen;
}

static gboolean
has_higher_f1(const NwConfusion *now, const NwConfusion *best, double unused)
{
  return nw_confusion_f1(now) > nw_confusion_f1(best);
}

static gboolean
has_precision(const NwConfusion *now, const NwConfusion *best, double precision)
{
  return nw_confusion_precision(now) >= precision;
}

static gboolean
has_recall_first(const NwConfusion *now, const NwConfusion *best, double recall)
{
  return nw_confusion_recall(now) >= recall && nw_confusion_recall(best) < recall;
}

double
nw_threshold_best_f1(const NwRank *rank)
{
  return choose(rank, has_higher_f1, 0);
}

double
nw_threshold_for_precision(const NwRank *rank, double precision)
{
  return choose(rank, has_precision, precision);
}

double
nw_threshold_for_recall(const NwRank *rank, double recall)
{
  return choose(rank, has_recall_first, recall);
}

double
nw_threshold_for_cost(double cost_fp, double cost_fn)
{
  return cost_fp / (cost_fp + cost_fn);
}

static gboolean
costs_less(const NwConfusion *now, const NwConfusion *best, double miss_cost)
{
  return nw_confusion_cost(now, miss_cost) < nw_confusion_cost(best, miss_cost);
}

double
nw_threshold_of_least_cost(const NwRank *rank, double miss_cost)
{
  double chosen = choose(rank, costs_less, miss_cost);

  return isnan(chosen) && rank->n_steps > 0 ? 1 : chosen;
}

gsize
nw_cost_curve(const NwRank *rank, double miss_cost, double *x, double *y)
{
  gsize n = 0;
  double low = 0;

  if (rank->n_steps == 0)
    return 0;
  /* From 0 up: thresholds from one prediction to the next say yes to what lies above. */
  for (gsize i = rank->n_steps; i-- > 0;) {
    double p = rank->steps[i].p;
    NwConfusion confusion = confusion_of_steps(rank, i + 1);

    if (p <= low) /* 0, to which no threshold says yes */
      continue;
    x[n] = low;
    x[n + 1] = low = p;
    y[n] = y[n + 1] = nw_confusion_cost(&confusion, miss_cost);
    n += 2;
  }
  NwConfusion none = confusion_of_steps(rank, 0);
  x[n] = low;
  x[n + 1] = 1;
  y[n] = y[n + 1] = nw_confusion_cost(&none, miss_cost);
  return n + 2;
}

/* ── ways to choose ──────────────────────────────────────────────────────────────────────────── */

static double
choose_by_hand(const NwRank *rank, double value)
{
  return value;
}

static char *
describe_by_hand(double value, gboolean found)
{
  return g_strdup(_("Chosen by hand."));
}

static double
choose_best_f1(const NwRank *rank, double unused)
{
  return nw_threshold_best_f1(rank);
}

static char *
describe_best_f1(double value, gboolean found)
{
  return g_strdup(found ? _("Where F1 is best.") : _("No threshold in 0 … 1 finds a positive."));
}

static char *
describe_precision(double value, gboolean found)
{
  return g_strdup_printf(found ? _("The lowest with which %.4g %% of all alarms or more are right.")
                               : _("No threshold makes %.4g %% of its alarms right."),
                         100 * value);
}

static char *
describe_recall(double value, gboolean found)
{
  return g_strdup_printf(
      found ? _("The highest with which %.4g %% of all positives or more are found.")
            : _("No threshold in 0 … 1 finds %.4g %% of the positives."),
      100 * value);
}

static char *
describe_cost(double value, gboolean found)
{
  double right = nw_threshold_for_cost(1, value);

  if (!found)
    return g_strdup(_("There is no row to count the cost of."));
  if (value == 1)
    return g_strdup(_("The fewest mistakes. If the probabilities were right, it would be 0.5."));
  if (value > 1)
    return g_strdup_printf(
        _("The least cost when a miss costs as much as %.3g false alarms. If the "
          "probabilities were right, it would be %.2g."),
        value, right);
  return g_strdup_printf(_("The least cost when a false alarm costs as much as %.3g misses. If the "
                           "probabilities were right, it would be %.2g."),
                         1 / value, right);
}

const NwThresholdKind nw_threshold_kinds[] = {
    {"hand", N_("By hand"), 0, 1, 0.5, FALSE, choose_by_hand, describe_by_hand},
    {"f1", N_("Best F1"), 0, 0, 0, FALSE, choose_best_f1, describe_best_f1},
    {"precision", N_("Precision at least"), 0.01, 1, 0.9, FALSE, nw_threshold_for_precision,
     describe_precision},
    {"recall", N_("Recall at least"), 0.01, 1, 0.9, FALSE, nw_threshold_for_recall,
     describe_recall},
    {"cost", N_("Least cost"), 0.01, 100, 1, TRUE, nw_threshold_of_least_cost, describe_cost},
    {NULL},
};

const NwThresholdKind *
nw_threshold_kind_find(const char *id)
{
  for (const NwThresholdKind *kind = nw_threshold_kinds; kind->id != NULL; kind++)
    if (g_str_equal(kind->id, id))
      return kind;
  return NULL;
}

/* Keeps the ends and, between them, the first point past each of equal parts of the curve's length
 * (|dx| + |dy|). Returns how many are left. */
static guint
thin(NwCurvePoint *points, guint n, guint max_points)
{
  double length = 0, walked = 0;
  guint kept = 1;

  for (guint i = 1; i < n; i++)
    length += fabs(points[i].x - points[i - 1].x) + fabs(points[i].y - points[i - 1].y);
  NwCurvePoint before = points[0];
  for (guint i = 1; i + 1 < n; i++) {
    NwCurvePoint point = points[i];
    walked += fabs(point.x - before.x) + fabs(point.y - before.y);
    if (walked >= kept * length / (max_points - 1) && kept + 1 < max_points)
      points[kept++] = point;
    before = point;
  }
  points[kept++] = points[n - 1];
  return kept;
}

/* @point gives the curve's x and y after a step. */
static NwCurvePoint *
curve(const NwRank *rank, NwCurvePoint start,
      NwCurvePoint (*point)(const NwRank *, const NwRankStep *), guint max_points, guint *n_points)
{
  NwCurvePoint *points = g_new(NwCurvePoint, rank->n_steps + 1);
  guint n = 0;

  points[n++] = start;
  for (gsize i = 0; i < rank->n_steps; i++)
    points[n++] = point(rank, &rank->steps[i]);
  if (max_points >= 2 && n > max_points)
    n = thin(points, n, max_points);
  *n_points = n;
  return points;
}

static NwCurvePoint
roc_point(const NwRank *rank, const NwRankStep *step)
{
  return (NwCurvePoint){ratio(step->negatives, rank->negatives),
                        ratio(step->positives, rank->positives), step->p};
}

static NwCurvePoint
pr_point(const NwRank *rank, const NwRankStep *step)
{
  return (NwCurvePoint){ratio(step->positives, rank->positives),
                        ratio(step->positives, step->positives + step->negatives), step->p};
}

NwCurvePoint *
nw_roc_curve(const NwRank *rank, guint max_points, guint *n_points)
{
  *n_points = 0;
  if (rank->positives == 0 || rank->negatives == 0)
    return NULL;
  return curve(rank, (NwCurvePoint){0, 0, INFINITY}, roc_point, max_points, n_points);
}

NwCurvePoint *
nw_pr_curve(const NwRank *rank, guint max_points, guint *n_points)
{
  NwCurvePoint start;

  *n_points = 0;
  if (rank->positives == 0)
    return NULL;
  start = (NwCurvePoint){0, pr_point(rank, &rank->steps[0]).y, INFINITY};
  return curve(rank, start, pr_point, max_points, n_points);
}
