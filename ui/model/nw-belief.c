/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-belief.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
get_confidence(NwReport *report, NwBelief *belief)
{
  const NwReportSummary *summary = nw_report_get_summary(report);

  belief->bins = nw_report_get_confidence(report, &belief->verdict);
  if (!belief->bins)
    return FALSE;
  belief->n_bins = NW_CONFIDENCE_BINS;
  belief->count = summary->rows;
  belief->prevalence = NAN;
  belief->ece = summary->ece;
  belief->mce = summary->mce;
  belief->brier = summary->brier;
  belief->log_loss = summary->log_loss;
  belief->accuracy = summary->accuracy;
  belief->is_confidence = TRUE;
  belief->n_histogram = NW_CONFIDENCE_BINS;
  for (guint i = 0; i < NW_CONFIDENCE_BINS; i++) {
    const NwBin *bin = &belief->bins[i];
    guint right = bin->count ? (guint)(bin->observed * (double)bin->count + 0.5) : 0;

    belief->histogram[0][i] = (guint)bin->count - right;
    belief->histogram[1][i] = right;
  }
  return TRUE;
}

gboolean
nw_belief_get(NwReport *report, int index, NwBelief *belief)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  const NwReportLabel *label;

  *belief = (NwBelief){.output = nw_report_get_output(report)};
  if (index == NW_BELIEF_CONFIDENCE)
    return get_confidence(report, belief);
  if (index < 0 || (guint)index >= summary->n_labels)
    return FALSE;
  label = nw_report_get_label(report, (guint)index);
  belief->label = summary->n_labels > 1 ? label->name : NULL;
  belief->bins = label->bins;
  belief->n_bins = NW_LABEL_BINS;
  belief->count = label->count;
  belief->positives = label->positives;
  belief->prevalence = label->prevalence;
  belief->ece = label->ece;
  belief->mce = label->mce;
  belief->brier = label->brier;
  belief->log_loss = label->log_loss;
  belief->accuracy = summary->binary ? summary->accuracy : NAN;
  belief->verdict = label->verdict;
  belief->n_histogram = NW_HISTOGRAM_BINS;
  memcpy(belief->histogram, label->histogram, sizeof belief->histogram);
  return TRUE;
}

char *
nw_belief_dup_title(const NwBelief *belief)
{
  return belief->label ? g_strdup_printf("%s · %s", belief->output, belief->label)
                       : g_strdup(belief->output);
}

void
nw_belief_fill_reliability(const NwBelief *belief, NwPlotReliability *plot)
{
  *plot = (NwPlotReliability){
      .empty = _("No sample to judge by."),
      .x_title = belief->is_confidence ? _("confidence") : _("predicted probability"),
      .bins = belief->bins,
      .n_bins = belief->n_bins,
  };
}

void
nw_belief_fill_probabilities(const NwBelief *belief, NwPlotProbabilityClass classes[2],
                             NwPlotProbabilities *plot)
{
  classes[0] = (NwPlotProbabilityClass){.name = belief->is_confidence ? _("wrong") : _("no"),
                                        .counts = belief->histogram[0]};
  classes[1] = (NwPlotProbabilityClass){.name = belief->is_confidence ? _("right") : _("yes"),
                                        .counts = belief->histogram[1]};
  *plot = (NwPlotProbabilities){
      .classes = classes,
      .n_classes = 2,
      .n_bins = belief->n_histogram,
      .shares = TRUE,
  };
}

const char *
nw_belief_get_style(NwVerdict verdict)
{
  switch (verdict) {
  case NW_VERDICT_FINE:
    return "success";
  case NW_VERDICT_TOO_FEW:
  case NW_VERDICT_UNSURE:
  case NW_N_VERDICTS:
    return "dim-label";
  case NW_VERDICT_OVERCONFIDENT:
  case NW_VERDICT_TOO_HIGH:
    return "error";
  case NW_VERDICT_UNDERCONFIDENT:
  case NW_VERDICT_TOO_LOW:
    return "warning";
  }
  return "dim-label";
}
