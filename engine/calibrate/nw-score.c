/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-score.h"

#include "nw-scores.h"
#include "nw-threshold.h"

#include <math.h>

/* Two columns of doubles: what the pure functions take. */
typedef struct {
  gsize n;
  double *p, *y;
} Pairs;

static void
read_column(const NwForecast *forecast, gsize col, Pairs *pairs)
{
  for (gsize row = 0; row < forecast->rows; row++) {
    pairs->p[row] = forecast->p[row * forecast->cols + col];
    pairs->y[row] = forecast->y[row * forecast->cols + col];
  }
}

/* The most probable class (the first of equals) and whether, or how far, it came true. */
static void
read_top_label(const NwForecast *forecast, Pairs *pairs)
{
  for (gsize row = 0; row < forecast->rows; row++) {
    const double *p = forecast->p + row * forecast->cols;
    gsize top = 0;
    for (gsize col = 1; col < forecast->cols; col++)
      if (p[col] > p[top])
        top = col;
    pairs->p[row] = p[top];
    pairs->y[row] = forecast->y[row * forecast->cols + top];
  }
}

static double
adaptive_ece(const Pairs *pairs, guint n_bins, NwBin *bins)
{
  return nw_ece(bins, nw_reliability_equal_mass(pairs->p, pairs->y, pairs->n, n_bins, bins));
}

static double
mean(const double *values, gsize n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    sum += values[i];
  return sum / n;
}

/* Adds the output's bins to @pooled [n_bins]. */
static NwScoreOutput
score_output(const NwForecast *forecast, gsize col, const Pairs *pairs, guint n_bins,
             NwBinSum *pooled)
{
  g_autofree NwBinSum *sums = g_new(NwBinSum, n_bins);
  g_autofree NwBin *bins = g_new(NwBin, n_bins);
  g_autoptr(NwRank) rank = nw_rank_new(pairs->p, pairs->y, pairs->n);
  NwConfusion half = nw_rank_confusion_at(rank, 0.5);
  NwScoreOutput output = {.name = g_strdup(forecast->names[col]), .positives = rank->positives};

  nw_bin_sums(pairs->p, pairs->y, pairs->n, forecast->edges, n_bins, sums);
  nw_bins_from_sums(sums, n_bins, bins);
  for (guint b = 0; b < n_bins; b++) {
    pooled[b].count += sums[b].count;
    pooled[b].p += sums[b].p;
    pooled[b].y += sums[b].y;
  }
  output.prevalence = mean(pairs->y, pairs->n);
  output.auc = forecast->soft ? NAN : nw_auc(rank);
  output.average_precision = forecast->soft ? NAN : nw_average_precision(rank);
  output.accuracy = forecast->soft ? NAN : nw_confusion_accuracy(&half);
  output.ece = nw_ece(bins, n_bins);
  output.mce = nw_mce(bins, n_bins);
  output.ece_floor = nw_ece_floor(bins, n_bins);
  output.debiased_l2 = nw_debiased_l2(bins, n_bins);
  output.adaptive_ece = adaptive_ece(pairs, n_bins, bins);
  output.ks = nw_ks_error(pairs->p, pairs->y, pairs->n);
  output.brier = nw_brier(pairs->p, pairs->y, pairs->n);
  output.log_loss = nw_log_loss(pairs->p, pairs->y, pairs->n);
  return output;
}

/* Where in NwScoreOutput and NwScore a mean over the outputs goes. */
static const struct {
  gsize from, to;
} means[] = {
    {G_STRUCT_OFFSET(NwScoreOutput, ece), G_STRUCT_OFFSET(NwScore, ece)},
    {G_STRUCT_OFFSET(NwScoreOutput, mce), G_STRUCT_OFFSET(NwScore, mce)},
    {G_STRUCT_OFFSET(NwScoreOutput, adaptive_ece), G_STRUCT_OFFSET(NwScore, adaptive_ece)},
    {G_STRUCT_OFFSET(NwScoreOutput, debiased_l2), G_STRUCT_OFFSET(NwScore, debiased_l2)},
    {G_STRUCT_OFFSET(NwScoreOutput, ks), G_STRUCT_OFFSET(NwScore, ks)},
    {G_STRUCT_OFFSET(NwScoreOutput, brier), G_STRUCT_OFFSET(NwScore, brier)},
    {G_STRUCT_OFFSET(NwScoreOutput, log_loss), G_STRUCT_OFFSET(NwScore, log_loss)},
    {G_STRUCT_OFFSET(NwScoreOutput, accuracy), G_STRUCT_OFFSET(NwScore, accuracy)},
    {G_STRUCT_OFFSET(NwScoreOutput, auc), G_STRUCT_OFFSET(NwScore, auc)},
    {G_STRUCT_OFFSET(NwScoreOutput, average_precision),
     G_STRUCT_OFFSET(NwScore, average_precision)},
};

/* Outputs for which a score is not known (a single class) are left out of its mean. */
static void
average_outputs(NwScore *self)
{
  for (gsize m = 0; m < G_N_ELEMENTS(means); m++) {
    double sum = 0;
    gsize known = 0;
    for (gsize i = 0; i < self->n_outputs; i++) {
      double value = G_STRUCT_MEMBER(double, &self->outputs[i], means[m].from);
      if (isnan(value))
        continue;
      sum += value;
      known++;
    }
    G_STRUCT_MEMBER(double, self, means[m].to) = known > 0 ? sum / known : NAN;
  }
}

/* What is about whole rows replaces the means over classes. */
static void
score_top_label(NwScore *self, const NwForecast *forecast, Pairs *pairs)
{
  read_top_label(forecast, pairs);
  nw_reliability_equal_width(pairs->p, pairs->y, pairs->n, forecast->edges, self->n_bins,
                             self->bins);
  self->classwise_ece = self->ece;
  self->ece = nw_ece(self->bins, self->n_bins);
  self->mce = nw_mce(self->bins, self->n_bins);
  self->debiased_l2 = nw_debiased_l2(self->bins, self->n_bins);
  self->ks = nw_ks_error(pairs->p, pairs->y, pairs->n);
  self->smooth_ece = nw_smooth_ece(pairs->p, pairs->y, pairs->n, NULL);
  self->accuracy = forecast->soft ? NAN : mean(pairs->y, pairs->n);
  self->brier = nw_brier_multiclass(forecast->p, forecast->y, forecast->rows, forecast->cols);
  self->log_loss = nw_log_loss_multiclass(forecast->p, forecast->y, forecast->rows, forecast->cols);
  self->auc = self->average_precision = NAN;
  g_autofree NwBin *bins = g_new(NwBin, self->n_bins);
  self->adaptive_ece = adaptive_ece(pairs, self->n_bins, bins);
}

static gsize
find_worst(const NwScore *self)
{
  gsize worst = 0;
  for (gsize i = 1; i < self->n_outputs; i++) {
    const NwScoreOutput *one = &self->outputs[i], *other = &self->outputs[worst];
    if (one->ece_floor > other->ece_floor ||
        (one->ece_floor == other->ece_floor && one->ece > other->ece))
      worst = i;
  }
  return worst;
}

NwScore *
nw_score_new(const NwForecast *forecast, guint n_bins)
{
  gboolean multiclass = forecast->task == NW_TASK_MULTICLASS;
  guint label_bins = n_bins > 0 ? n_bins : NW_LABEL_BINS;
  g_autofree double *p = g_new(double, forecast->rows), *y = g_new(double, forecast->rows);
  g_autofree NwBinSum *pooled = g_new0(NwBinSum, label_bins);
  Pairs pairs = {forecast->rows, p, y};
  NwScore *self;

  g_return_val_if_fail(n_bins <= NW_MAX_BINS, NULL);
  self = g_new0(NwScore, 1);
  self->task = forecast->task;
  self->soft = forecast->soft;
  self->samples = forecast->rows;
  self->masked = forecast->masked;
  self->classes = forecast->task == NW_TASK_BINARY ? 2 : forecast->cols;
  self->classwise_ece = self->pooled_ece = self->smooth_ece = NAN;
  self->n_outputs = forecast->cols;
  self->outputs = g_new(NwScoreOutput, self->n_outputs);
  for (gsize col = 0; col < forecast->cols; col++) {
    read_column(forecast, col, &pairs);
    self->outputs[col] = score_output(forecast, col, &pairs, label_bins, pooled);
  }
  self->worst = find_worst(self);
  average_outputs(self);
  self->n_bins = n_bins > 0 ? n_bins : multiclass ? NW_CONFIDENCE_BINS : NW_LABEL_BINS;
  self->bins = g_new(NwBin, self->n_bins);
  if (multiclass) {
    score_top_label(self, forecast, &pairs);
    return self;
  }
  nw_bins_from_sums(pooled, self->n_bins, self->bins);
  if (forecast->task == NW_TASK_BINARY)
    self->smooth_ece = nw_smooth_ece(p, y, forecast->rows, NULL);
  else
    self->pooled_ece = nw_ece(self->bins, self->n_bins);
  return self;
}

void
nw_score_free(NwScore *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < self->n_outputs; i++)
    g_free(self->outputs[i].name);
  g_free(self->outputs);
  g_free(self->bins);
  g_free(self);
}

/* JSON */

typedef struct {
  const char *name;
  gsize offset;
} Member;

static const Member score_members[] = {
    {"accuracy", G_STRUCT_OFFSET(NwScore, accuracy)},
    {"log_loss", G_STRUCT_OFFSET(NwScore, log_loss)},
    {"brier", G_STRUCT_OFFSET(NwScore, brier)},
    {"ece", G_STRUCT_OFFSET(NwScore, ece)},
    {"mce", G_STRUCT_OFFSET(NwScore, mce)},
    {"classwise_ece", G_STRUCT_OFFSET(NwScore, classwise_ece)},
    {"pooled_ece", G_STRUCT_OFFSET(NwScore, pooled_ece)},
    {"adaptive_ece", G_STRUCT_OFFSET(NwScore, adaptive_ece)},
    {"debiased_l2", G_STRUCT_OFFSET(NwScore, debiased_l2)},
    {"ks", G_STRUCT_OFFSET(NwScore, ks)},
    {"smooth_ece", G_STRUCT_OFFSET(NwScore, smooth_ece)},
    {"auc", G_STRUCT_OFFSET(NwScore, auc)},
    {"average_precision", G_STRUCT_OFFSET(NwScore, average_precision)},
    {NULL},
};

static const Member output_members[] = {
    {"prevalence", G_STRUCT_OFFSET(NwScoreOutput, prevalence)},
    {"auc", G_STRUCT_OFFSET(NwScoreOutput, auc)},
    {"average_precision", G_STRUCT_OFFSET(NwScoreOutput, average_precision)},
    {"ece", G_STRUCT_OFFSET(NwScoreOutput, ece)},
    {"mce", G_STRUCT_OFFSET(NwScoreOutput, mce)},
    {"ece_floor", G_STRUCT_OFFSET(NwScoreOutput, ece_floor)},
    {"adaptive_ece", G_STRUCT_OFFSET(NwScoreOutput, adaptive_ece)},
    {"debiased_l2", G_STRUCT_OFFSET(NwScoreOutput, debiased_l2)},
    {"ks", G_STRUCT_OFFSET(NwScoreOutput, ks)},
    {"log_loss", G_STRUCT_OFFSET(NwScoreOutput, log_loss)},
    {"brier", G_STRUCT_OFFSET(NwScoreOutput, brier)},
    {"accuracy", G_STRUCT_OFFSET(NwScoreOutput, accuracy)},
    {NULL},
};

static const Member bin_members[] = {
    {"confidence", G_STRUCT_OFFSET(NwBin, predicted)},
    {"frequency", G_STRUCT_OFFSET(NwBin, observed)},
    {"frequency_low", G_STRUCT_OFFSET(NwBin, observed_low)},
    {"frequency_high", G_STRUCT_OFFSET(NwBin, observed_high)},
    {NULL},
};

static void
add_numbers(JsonObject *object, const Member *members, gconstpointer from)
{
  for (gsize i = 0; members[i].name != NULL; i++)
    json_object_set_double_member(object, members[i].name,
                                  G_STRUCT_MEMBER(double, from, members[i].offset));
}

static JsonArray *
bins_to_json(const NwScore *self)
{
  JsonArray *array = json_array_new();

  for (guint b = 0; b < self->n_bins; b++) {
    JsonObject *bin = json_object_new();
    json_object_set_double_member(bin, "low", self->bins[b].low);
    json_object_set_double_member(bin, "high", self->bins[b].high);
    json_object_set_int_member(bin, "count", (gint64)self->bins[b].count);
    add_numbers(bin, bin_members, &self->bins[b]);
    json_array_add_object_element(array, bin);
  }
  return array;
}

static JsonArray *
outputs_to_json(const NwScore *self)
{
  JsonArray *array = json_array_new();

  for (gsize i = 0; i < self->n_outputs; i++) {
    JsonObject *output = json_object_new();
    json_object_set_string_member(output, "name", self->outputs[i].name);
    json_object_set_int_member(output, "positives", (gint64)self->outputs[i].positives);
    add_numbers(output, output_members, &self->outputs[i]);
    json_array_add_object_element(array, output);
  }
  return array;
}

JsonNode *
nw_score_to_json(const NwScore *self)
{
  JsonObject *object = json_object_new();
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);

  json_object_set_string_member(object, "task", nw_task_choices[self->task].id);
  json_object_set_int_member(object, "samples", (gint64)self->samples);
  json_object_set_int_member(object, "masked", (gint64)self->masked);
  json_object_set_int_member(object, "classes", (gint64)self->classes);
  json_object_set_boolean_member(object, "soft", self->soft);
  add_numbers(object, score_members, self);
  json_object_set_array_member(object, "bins", bins_to_json(self));
  if (self->task == NW_TASK_MULTILABEL) {
    json_object_set_string_member(object, "worst", self->outputs[self->worst].name);
    json_object_set_array_member(object, "outputs", outputs_to_json(self));
  }
  json_node_take_object(node, object);
  return node;
}
