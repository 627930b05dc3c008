/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-snapshots.h"

#include <glib/gi18n.h>
#include <math.h>

/* Reports are thinned out when there are more of them, or more bytes. */
#define MAX_REPORTS 512
#define MAX_BYTES   ((gsize)64 << 20)

typedef struct {
  guint epoch;
  GPtrArray *reports; /* NwReport */
  gsize bytes;
} Snapshot;

struct _NwSnapshots {
  GPtrArray *kept; /* Snapshot */
  gsize bytes;
  guint stride, n_seen; /* every so many are kept; all there were */
  GHashTable *scores;   /* output → GArray of double[NW_N_EPOCH_SCORES], one per epoch */
};

static void
snapshot_free(Snapshot *snapshot)
{
  g_ptr_array_unref(snapshot->reports);
  g_free(snapshot);
}

NwSnapshots *
nw_snapshots_new(void)
{
  NwSnapshots *self = g_new0(NwSnapshots, 1);

  self->kept = g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_free);
  self->stride = 1;
  self->scores =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  return self;
}

void
nw_snapshots_free(NwSnapshots *self)
{
  g_ptr_array_unref(self->kept);
  g_hash_table_unref(self->scores);
  g_free(self);
}

/* ── scores ──────────────────────────────────────────────────────────────────────────────────── */

/* Σ n c / N over bins */
static double
mean_predicted(const NwBin *bins, guint n_bins)
{
  double sum = 0, count = 0;

  for (guint b = 0; b < n_bins; b++) {
    if (bins[b].count == 0)
      continue;
    sum += (double)bins[b].count * bins[b].predicted;
    count += (double)bins[b].count;
  }
  return count > 0 ? sum / count : NAN;
}

/* Σ n (c − c̄)² / N over bins */
static double
spread(const NwBin *bins, guint n_bins)
{
  double mean = mean_predicted(bins, n_bins), sum = 0, count = 0;

  for (guint b = 0; b < n_bins; b++) {
    if (bins[b].count == 0)
      continue;
    sum += (double)bins[b].count * (bins[b].predicted - mean) * (bins[b].predicted - mean);
    count += (double)bins[b].count;
  }
  return count > 0 ? sum / count : NAN;
}

static void
judge(NwReport *report, double scores[NW_N_EPOCH_SCORES])
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  const NwBin *confidence = nw_report_get_confidence(report, NULL);
  double sharpness = 0;

  for (guint i = 0; i < summary->n_labels; i++)
    sharpness += spread(nw_report_get_label(report, i)->bins, NW_LABEL_BINS) / summary->n_labels;
  scores[NW_EPOCH_ECE] = summary->ece;
  scores[NW_EPOCH_ACCURACY] = summary->accuracy;
  scores[NW_EPOCH_CONFIDENCE] =
      confidence ? mean_predicted(confidence, NW_CONFIDENCE_BINS) : NAN;
  scores[NW_EPOCH_BRIER] = summary->brier;
  scores[NW_EPOCH_LOG_LOSS] = summary->log_loss;
  scores[NW_EPOCH_SHARPNESS] = summary->n_labels > 0 ? sharpness : NAN;
}

static void
add_scores(NwSnapshots *self, guint epoch, NwReport *report)
{
  const char *output = nw_report_get_output(report);
  GArray *rows = g_hash_table_lookup(self->scores, output);
  double scores[NW_N_EPOCH_SCORES], nothing[NW_N_EPOCH_SCORES];

  if (!rows) {
    rows = g_array_new(FALSE, FALSE, sizeof scores);
    g_hash_table_insert(self->scores, g_strdup(output), rows);
  }
  for (int i = 0; i < NW_N_EPOCH_SCORES; i++)
    nothing[i] = NAN;
  while (rows->len + 1 < epoch)
    g_array_append_vals(rows, nothing, 1);
  judge(report, scores);
  g_array_append_vals(rows, scores, 1);
}

const char *
nw_epoch_score_get_title(NwEpochScore score)
{
  static const char *const titles[NW_N_EPOCH_SCORES] = {
      [NW_EPOCH_ECE] = N_("ECE"),
      [NW_EPOCH_ACCURACY] = N_("accuracy"),
      [NW_EPOCH_CONFIDENCE] = N_("mean confidence"),
      [NW_EPOCH_BRIER] = N_("Brier"),
      [NW_EPOCH_LOG_LOSS] = N_("log loss"),
      [NW_EPOCH_SHARPNESS] = N_("sharpness"),
  };

  return _(titles[score]);
}

gsize
nw_snapshots_read_scores(const NwSnapshots *self, const char *output, NwEpochScore score, gsize from,
                         gsize n, double *out)
{
  const GArray *rows = g_hash_table_lookup(self->scores, output);

  n = !rows || from >= rows->len ? 0 : MIN(n, rows->len - from);
  for (gsize i = 0; i < n; i++)
    out[i] = ((const double *)rows->data)[(from + i) * NW_N_EPOCH_SCORES + score];
  return n;
}

/* ── reports ─────────────────────────────────────────────────────────────────────────────────── */

/* Predictions and targets are nearly all of a report. */
static gsize
bytes_of(NwReport *report)
{
  const NwReportSummary *summary = nw_report_get_summary(report);

  return sizeof(NwReportLabel) * summary->n_labels +
         summary->rows * MAX(summary->n_labels, 1) * 2 * sizeof(float);
}

/* Every second one goes, but for the last of an even number. */
static void
thin_out(NwSnapshots *self)
{
  self->stride *= 2;
  for (guint i = self->kept->len; i-- > 0;) {
    Snapshot *snapshot = self->kept->pdata[i];
    if (i % 2 == 0)
      continue;
    self->bytes -= snapshot->bytes;
    g_ptr_array_remove_index(self->kept, i);
  }
}

void
nw_snapshots_add(NwSnapshots *self, guint epoch, NwReport *const *reports, guint n)
{
  Snapshot *snapshot;

  for (guint i = 0; i < n; i++)
    if (reports[i])
      add_scores(self, epoch, reports[i]);
  if (self->n_seen++ % self->stride != 0)
    return;
  snapshot = g_new0(Snapshot, 1);
  snapshot->epoch = epoch;
  snapshot->reports = g_ptr_array_new_with_free_func((GDestroyNotify)nw_report_unref);
  for (guint i = 0; i < n; i++) {
    if (!reports[i])
      continue;
    g_ptr_array_add(snapshot->reports, nw_report_ref(reports[i]));
    snapshot->bytes += bytes_of(reports[i]);
  }
  self->bytes += snapshot->bytes;
  g_ptr_array_add(self->kept, snapshot);
  while (self->kept->len > MAX_REPORTS || (self->bytes > MAX_BYTES && self->kept->len > 2))
    thin_out(self);
}

guint
nw_snapshots_get_n(const NwSnapshots *self)
{
  return self->kept->len;
}

guint
nw_snapshots_get_epoch(const NwSnapshots *self, guint i)
{
  return ((Snapshot *)self->kept->pdata[i])->epoch;
}

NwReport *
nw_snapshots_find(const NwSnapshots *self, guint i, const char *output)
{
  const Snapshot *snapshot = self->kept->pdata[i];

  for (guint k = 0; k < snapshot->reports->len; k++)
    if (g_strcmp0(nw_report_get_output(snapshot->reports->pdata[k]), output) == 0)
      return snapshot->reports->pdata[k];
  return NULL;
}
