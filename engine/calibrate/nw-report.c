/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-report-private.h"

#include "nw-scores.h"

#include <string.h>

/* What nw_report_new() was given. */
typedef struct {
  NwHead head;
  gsize rows, cols;
  const NwReal *p, *y, *weight;
  const gint32 *index;
} Given;

/* Which rows count */

static gboolean
all_finite(const NwReal *values, gsize n)
{
  gboolean finite = TRUE;
  for (gsize i = 0; i < n; i++)
    finite &= isfinite(values[i]) != 0;
  return finite;
}

/* Of labels some may be unknown (NaN), of classes none. */
static gboolean
row_is_finite(const Given *given, gsize row)
{
  const NwReal *y = given->y + row * given->cols;
  gboolean infinite = FALSE, known = FALSE;

  if (!all_finite(given->p + row * given->cols, given->cols))
    return FALSE;
  if (given->y == NULL || given->head == NW_HEAD_SOFTMAX)
    return given->y == NULL || all_finite(y, given->cols);
  for (gsize col = 0; col < given->cols; col++) {
    infinite |= isinf(y[col]) != 0;
    known |= !isnan(y[col]);
  }
  return known && !infinite;
}

static gboolean
row_counts(const Given *given, gsize row)
{
  if (given->weight != NULL && given->weight[row] == 0)
    return FALSE;
  if (given->index == NULL)
    return TRUE;
  return given->index[row] >= 0 && (gsize)given->index[row] < MAX(given->cols, 2);
}

static void
choose_rows(NwReport *report, const Given *given)
{
  report->rows = g_new(guint32, given->rows);
  for (gsize row = 0; row < given->rows; row++) {
    if (!row_counts(given, row))
      continue;
    if (row_is_finite(given, row))
      report->rows[report->summary.rows++] = (guint32)row;
    else
      report->summary.not_finite++;
  }
}

/* Targets */

static double
target_at(const Given *given, gsize row, gsize col)
{
  if (given->y != NULL)
    return given->y[row * given->cols + col];
  return given->cols == 1 ? given->index[row] : given->index[row] == (gint32)col;
}

/* The class of a row whose targets are one 1 among zeros, else −1. */
static gint32
plain_class(const Given *given, gsize row)
{
  gint32 found = -1;

  if (given->index != NULL)
    return given->index[row];
  for (gsize col = 0; col < given->cols; col++) {
    double y = given->y[row * given->cols + col];
    if (y == 1 && found < 0)
      found = (gint32)col;
    else if (y != 0)
      return -1;
  }
  return found;
}

/* Softmax: `classes`, or soft. */
static void
find_classes(NwReport *report, const Given *given)
{
  report->classes = g_new(gint32, report->summary.rows);
  for (gsize i = 0; i < report->summary.rows && !report->summary.soft; i++) {
    report->classes[i] = plain_class(given, report->rows[i]);
    report->summary.soft = report->classes[i] < 0;
  }
  if (report->summary.soft)
    g_clear_pointer(&report->classes, g_free);
}

/* Copies */

/* The column that the first label stands for: 1 for P(class 1) of two units, else 0. */
static gsize
first_column(const NwReport *report)
{
  return report->cols - report->summary.n_labels;
}

/* [rows, cols] → [n_labels][rows] by tiles, so that both sides stay in the cache. */
static float *
copy_columns(const NwReport *report, const NwReal *from)
{
  enum { TILE_ROWS = 64, TILE_COLUMNS = 16 };
  gsize rows = report->summary.rows, n_labels = report->summary.n_labels, cols = report->cols;
  gsize n = rows * n_labels;
  float *copy = g_new(float, n);

  from += first_column(report);
  for (gsize row = 0; row < rows; row += TILE_ROWS) {
    for (gsize column = 0; column < n_labels; column += TILE_COLUMNS) {
      for (gsize label = column; label < MIN(column + TILE_COLUMNS, n_labels); label++)
        for (gsize i = row; i < MIN(row + TILE_ROWS, rows); i++)
          copy[label * rows + i] = (float)from[report->rows[i] * cols + label];
    }
  }
  return copy;
}

/* The same for targets that are given as classes. */
static float *
copy_index(const NwReport *report, const Given *given)
{
  gsize rows = report->summary.rows, n_labels = report->summary.n_labels, n = rows * n_labels;
  float *copy = g_new(float, n);

  for (gsize label = 0; label < n_labels; label++)
    for (gsize i = 0; i < rows; i++)
      copy[label * rows + i] = (float)target_at(given, report->rows[i], label);
  return copy;
}

static gboolean
has_fractions(const float *y, gsize n)
{
  gboolean found = FALSE;
  for (gsize i = 0; i < n; i++)
    found |= y[i] != 0 && y[i] != 1 && !isnan(y[i]);
  return found;
}

static void
copy_numbers(NwReport *report, const Given *given)
{
  NwReportSummary *summary = &report->summary;

  report->p = copy_columns(report, given->p);
  if (summary->head == NW_HEAD_SOFTMAX)
    find_classes(report, given);
  if (report->classes != NULL)
    return;
  report->y = given->y != NULL ? copy_columns(report, given->y) : copy_index(report, given);
  if (summary->head == NW_HEAD_SIGMOID)
    summary->soft = has_fractions(report->y, summary->rows * summary->n_labels);
}

void
nw_report_read(const NwReport *report, guint label, double *p, double *y)
{
  gsize rows = report->summary.rows, first = first_column(report);

  g_return_if_fail(label < report->summary.n_labels && nw_report_has_rows(report));
  for (gsize i = 0; i < rows && p != NULL; i++)
    p[i] = report->p[label * rows + i];
  if (y == NULL)
    return;
  for (gsize i = 0; i < rows && report->y != NULL; i++)
    y[i] = report->y[label * rows + i];
  for (gsize i = 0; i < rows && report->classes != NULL; i++)
    y[i] = report->classes[i] == (gint32)(first + label);
}

gsize
nw_report_read_known(const NwReport *report, guint label, double *p, double *y)
{
  gsize n = 0;

  nw_report_read(report, label, p, y);
  for (gsize i = 0; i < report->summary.rows; i++) {
    if (isnan(y[i]))
      continue;
    p[n] = p[i];
    y[n++] = y[i];
  }
  return n;
}

/* One label */

static guint
count_positives(const double *y, gsize n)
{
  guint positives = 0;
  for (gsize i = 0; i < n; i++)
    positives += y[i] > 0.5;
  return positives;
}

/* With soft targets the classes of the histogram have to be counted one by one. */
static void
count_soft_histogram(NwReportLabel *label, const double *p, const double *y)
{
  double edges[NW_HISTOGRAM_BINS + 1];

  nw_bin_edges(NW_EDGES_SINGLE, NW_HISTOGRAM_BINS, edges);
  memset(label->histogram, 0, sizeof label->histogram);
  for (gsize i = 0; i < label->count; i++)
    label->histogram[y[i] > 0.5][nw_bin_index(edges, NW_HISTOGRAM_BINS, p[i])]++;
}

/* The histogram's edges include the diagram's, so one sorting into bins serves both. */
G_STATIC_ASSERT(NW_HISTOGRAM_BINS == 2 * NW_LABEL_BINS);

/* Adds the label's sums per bin to @pooled [NW_LABEL_BINS]. */
static void
fill_label(NwReportLabel *label, const double *p, const double *y, gsize n, gboolean soft,
           NwBinSum *pooled)
{
  NwBinSum fine[NW_HISTOGRAM_BINS], sums[NW_LABEL_BINS] = {{0}}, total = {0};

  nw_bin_sums(p, y, n, NW_EDGES_SINGLE, NW_HISTOGRAM_BINS, fine);
  for (guint b = 0; b < NW_HISTOGRAM_BINS; b++) {
    NwBinSum *into[] = {&sums[b / 2], &pooled[b / 2], &total};
    for (guint i = 0; i < G_N_ELEMENTS(into); i++) {
      into[i]->count += fine[b].count;
      into[i]->p += fine[b].p;
      into[i]->y += fine[b].y;
    }
    label->histogram[1][b] = (guint)fine[b].y;
    label->histogram[0][b] = (guint)fine[b].count - label->histogram[1][b];
  }
  nw_bins_from_sums(sums, NW_LABEL_BINS, label->bins);
  label->count = n;
  label->positives = soft ? count_positives(y, n) : (gsize)total.y;
  label->prevalence = n > 0 ? total.y / n : NAN;
  label->mean_predicted = n > 0 ? total.p / n : NAN;
  label->ece = nw_ece(label->bins, NW_LABEL_BINS);
  label->mce = nw_mce(label->bins, NW_LABEL_BINS);
  label->ece_floor = nw_ece_floor(label->bins, NW_LABEL_BINS);
  label->brier = nw_brier(p, y, n);
  label->log_loss = nw_log_loss(p, y, n);
  label->verdict = nw_verdict_of_label(label->bins, NW_LABEL_BINS, label->positives);
  if (soft)
    count_soft_histogram(label, p, y);
}

static char *
make_name(const NwReport *report, guint label, char **labels)
{
  gsize column = first_column(report) + label;

  if (labels != NULL)
    return g_strdup(labels[column]);
  if (report->cols == 1)
    return g_strdup(report->output);
  return g_strdup_printf("%" G_GSIZE_FORMAT, column);
}

static void
fill_labels(NwReport *report, char **labels)
{
  NwReportSummary *summary = &report->summary;
  g_autofree double *p = g_new(double, summary->rows), *y = g_new(double, summary->rows);
  NwBinSum pooled[NW_LABEL_BINS] = {{0}};
  NwBin bins[NW_LABEL_BINS];

  report->names = g_new0(char *, summary->n_labels + 1);
  report->labels = g_new0(NwReportLabel, summary->n_labels);
  for (guint i = 0; i < summary->n_labels; i++) {
    report->names[i] = make_name(report, i, labels);
    report->labels[i].name = report->names[i];
    gsize known = nw_report_read_known(report, i, p, y);
    fill_label(&report->labels[i], p, y, known, summary->soft, pooled);
  }
  nw_bins_from_sums(pooled, NW_LABEL_BINS, bins);
  if (summary->head == NW_HEAD_SIGMOID)
    summary->pooled_ece = nw_ece(bins, NW_LABEL_BINS);
}

/* Labels that cannot be judged last, then by certain miscalibration, then by measured. */
static int
compare_labels_cb(gconstpointer a, gconstpointer b, gpointer labels)
{
  const NwReportLabel *one = (const NwReportLabel *)labels + *(const guint *)a;
  const NwReportLabel *other = (const NwReportLabel *)labels + *(const guint *)b;
  gboolean one_is_few = one->verdict == NW_VERDICT_TOO_FEW;
  gboolean other_is_few = other->verdict == NW_VERDICT_TOO_FEW;

  if (one_is_few != other_is_few)
    return one_is_few ? 1 : -1;
  if (one->ece_floor != other->ece_floor)
    return one->ece_floor < other->ece_floor ? 1 : -1;
  if (one->ece != other->ece)
    return one->ece < other->ece ? 1 : -1;
  return 0;
}

void
nw_report_sort_labels(NwReport *report)
{
  guint n = report->summary.n_labels;

  report->order = g_new(guint, n);
  for (guint i = 0; i < n; i++)
    report->order[i] = i;
  g_qsort_with_data(report->order, (gint)n, sizeof *report->order, compare_labels_cb,
                    report->labels);
  report->summary.worst = n > 0 ? report->order[0] : 0;
}

/* The whole */

/* Softmax: the confidence diagram, accuracy and log loss, which need whole rows. */
static void
fill_confidence(NwReport *report, const Given *given)
{
  NwReportSummary *summary = &report->summary;
  gsize rows = summary->rows, cols = given->cols;
  g_autofree double *confidence = g_new(double, rows), *right = g_new(double, rows);
  double n_right = 0, log_loss = 0;

  for (gsize i = 0; i < rows; i++) {
    gsize row = report->rows[i], top = 0;
    const NwReal *p = given->p + row * cols;

    for (gsize col = 0; col < cols; col++) {
      double y = target_at(given, row, col);
      if (p[col] > p[top])
        top = col;
      if (y != 0)
        log_loss -= y * log(CLAMP((double)p[col], NW_LOG_CLIP, 1 - NW_LOG_CLIP));
    }
    confidence[i] = (float)p[top];
    right[i] = target_at(given, row, top);
    n_right += right[i];
  }
  report->confidence = g_new(NwBin, NW_CONFIDENCE_BINS);
  nw_reliability_equal_width(confidence, right, rows, NW_EDGES_SINGLE, NW_CONFIDENCE_BINS,
                             report->confidence);
  report->confidence_verdict = nw_verdict_of_confidence(report->confidence, NW_CONFIDENCE_BINS);
  summary->log_loss = rows > 0 ? log_loss / rows : NAN;
  if (!summary->soft && rows > 0)
    summary->accuracy = n_right / rows;
  if (summary->binary) /* P(class 0) may be finer than 1 − P(class 1) */
    report->labels[0].log_loss = summary->log_loss;
}

/* Means over the labels, of which something is known; one label is its own mean. */
static void
fill_means(NwReport *report)
{
  NwReportSummary *summary = &report->summary;
  double ece = 0, mce = 0, brier = 0, log_loss = 0, n = 0;

  for (guint i = 0; i < summary->n_labels; i++)
    n += report->labels[i].count > 0 || summary->rows == 0;
  for (guint i = 0; i < summary->n_labels; i++) {
    const NwReportLabel *label = &report->labels[i];
    if (label->count == 0 && summary->rows > 0)
      continue;
    ece += label->ece / n;
    mce += label->mce / n;
    brier += label->brier / n;
    log_loss += label->log_loss / n;
  }
  summary->ece = ece;
  summary->mce = mce;
  summary->brier = brier;
  if (summary->head == NW_HEAD_SIGMOID) {
    summary->log_loss = log_loss;
    return;
  }
  summary->classwise_ece = ece;
  if (summary->binary)
    return;
  summary->ece = nw_ece(report->confidence, NW_CONFIDENCE_BINS);
  summary->mce = nw_mce(report->confidence, NW_CONFIDENCE_BINS);
  summary->brier = brier * n;
}

/* Of (p > ½) = (y > ½): ½ is an edge of the histogram. */
static double
binary_accuracy(const NwReport *report)
{
  gsize right = 0, known = 0;

  for (guint i = 0; i < report->summary.n_labels; i++) {
    known += report->labels[i].count;
    for (guint b = 0; b < NW_HISTOGRAM_BINS; b++)
      right += report->labels[i].histogram[b >= NW_HISTOGRAM_BINS / 2][b];
  }
  return known > 0 ? (double)right / (double)known : NAN;
}

static void
fill_values(NwReport *report, const Given *given)
{
  double absolute = 0, square = 0, n = 0;

  for (gsize i = 0; i < report->summary.rows; i++) {
    for (gsize col = 0; col < given->cols; col++) {
      gsize row = report->rows[i];
      double error = given->p[row * given->cols + col] - target_at(given, row, col);
      if (isnan(error)) /* not known */
        continue;
      absolute += fabs(error);
      square += error * error;
      n++;
    }
  }
  report->summary.mae = n > 0 ? absolute / n : NAN;
  report->summary.rmse = n > 0 ? sqrt(square / n) : NAN;
}

static void
fill_probabilities(NwReport *report, const Given *given, char **labels)
{
  NwReportSummary *summary = &report->summary;

  summary->binary = given->cols == (given->head == NW_HEAD_SOFTMAX ? 2 : 1);
  summary->n_labels = summary->binary ? 1 : (guint)given->cols;
  copy_numbers(report, given);
  fill_labels(report, labels);
  if (given->head == NW_HEAD_SOFTMAX)
    fill_confidence(report, given);
  else if (!summary->soft)
    summary->accuracy = binary_accuracy(report);
  fill_means(report);
  nw_report_sort_labels(report);
  report->rankings = g_new0(NwReportRanking, summary->n_labels);
}

NwReport *
nw_report_alloc(const char *output, gsize cols)
{
  NwReport *report = g_new0(NwReport, 1);

  atomic_init(&report->refs, 1);
  pthread_mutex_init(&report->lock, NULL);
  report->output = g_strdup(output);
  report->cols = cols;
  return report;
}

NwReport *
nw_report_new(const char *output, NwHead head, gsize rows, gsize cols, const NwReal *p,
              const NwReal *y, const gint32 *index, const NwReal *weight, char **labels)
{
  Given given = {head, rows, cols, p, y, weight, index};
  NwReport *report;

  g_return_val_if_fail(cols > 0 && rows <= G_MAXUINT32, NULL);
  g_return_val_if_fail((y == NULL) != (index == NULL), NULL);
  report = nw_report_alloc(output, cols);
  report->summary = (NwReportSummary){
      .head = head,
      .steps = 1,
      .accuracy = NAN,
      .ece = NAN,
      .mce = NAN,
      .pooled_ece = NAN,
      .classwise_ece = NAN,
      .brier = NAN,
      .log_loss = NAN,
      .mae = NAN,
      .rmse = NAN,
  };
  choose_rows(report, &given);
  if (head == NW_HEAD_VALUES)
    fill_values(report, &given);
  else
    fill_probabilities(report, &given, labels);
  return report;
}

NwReport *
nw_report_new_from_forecast(const char *name, const NwForecast *forecast)
{
  gsize n = forecast->rows * forecast->cols;
  g_autofree NwReal *p = g_new(NwReal, n), *y = g_new(NwReal, n);

  for (gsize i = 0; i < n; i++) {
    p[i] = (NwReal)forecast->p[i];
    y[i] = (NwReal)forecast->y[i];
  }
  return nw_report_new(name,
                       forecast->task == NW_TASK_MULTICLASS ? NW_HEAD_SOFTMAX : NW_HEAD_SIGMOID,
                       forecast->rows, forecast->cols, p, y, NULL, NULL, forecast->names);
}

NwReport *
nw_report_ref(NwReport *report)
{
  atomic_fetch_add_explicit(&report->refs, 1, memory_order_relaxed);
  return report;
}

void
nw_report_unref(NwReport *report)
{
  if (report == NULL || atomic_fetch_sub_explicit(&report->refs, 1, memory_order_acq_rel) > 1)
    return;
  pthread_mutex_destroy(&report->lock);
  g_free(report->output);
  g_strfreev(report->names);
  g_free(report->labels);
  g_free(report->order);
  g_free(report->confidence);
  g_free(report->rows);
  g_free(report->p);
  g_free(report->y);
  g_free(report->classes);
  g_free(report->rankings);
  g_free(report);
}

void
nw_report_set_steps(NwReport *report, gsize steps)
{
  g_return_if_fail(steps > 0);
  report->summary.steps = steps;
}

const char *
nw_report_get_output(const NwReport *report)
{
  return report->output;
}

const NwReportSummary *
nw_report_get_summary(const NwReport *report)
{
  return &report->summary;
}

const NwReportLabel *
nw_report_get_label(const NwReport *report, guint label)
{
  g_return_val_if_fail(label < report->summary.n_labels, NULL);
  return &report->labels[label];
}

const guint *
nw_report_get_order(const NwReport *report)
{
  return report->order;
}

const NwBin *
nw_report_get_confidence(const NwReport *report, NwVerdict *verdict)
{
  if (verdict != NULL)
    *verdict = report->confidence_verdict;
  return report->confidence;
}

gboolean
nw_report_has_rows(const NwReport *report)
{
  return report->rows != NULL || report->summary.rows == 0;
}

const guint32 *
nw_report_get_rows(const NwReport *report)
{
  return report->rows;
}

NwRank *
nw_report_dup_rank(const NwReport *report, guint label)
{
  gsize rows = report->summary.rows;
  g_autofree double *p = NULL, *y = NULL;

  g_return_val_if_fail(label < report->summary.n_labels, NULL);
  if (report->summary.soft || !nw_report_has_rows(report))
    return NULL;
  p = g_new(double, rows);
  y = g_new(double, rows);
  rows = nw_report_read_known(report, label, p, y);
  return nw_rank_new(p, y, rows);
}

static NwReportRanking
rank_label(const NwReport *report, guint label)
{
  g_autoptr(NwRank) rank = nw_report_dup_rank(report, label);

  if (rank == NULL)
    return (NwReportRanking){TRUE, NAN, NAN};
  return (NwReportRanking){TRUE, nw_auc(rank), nw_average_precision(rank)};
}

static NwReportRanking
get_ranking(NwReport *report, guint label)
{
  NwReportRanking ranking;

  pthread_mutex_lock(&report->lock);
  if (!report->rankings[label].known)
    report->rankings[label] = rank_label(report, label);
  ranking = report->rankings[label];
  pthread_mutex_unlock(&report->lock);
  return ranking;
}

double
nw_report_get_auc(NwReport *report, guint label)
{
  g_return_val_if_fail(label < report->summary.n_labels, NAN);
  return get_ranking(report, label).auc;
}

double
nw_report_get_average_precision(NwReport *report, guint label)
{
  g_return_val_if_fail(label < report->summary.n_labels, NAN);
  return get_ranking(report, label).average_precision;
}
