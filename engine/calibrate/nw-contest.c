/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-contest.h"

#include "nw-rng.h"
#include "nw-score.h"
#include "nw-scores.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define FOLDS 5

/* What all contenders are measured by. */
typedef struct {
  const NwForecast *known, *judge; /* judge NULL: known, crossed */
  gsize steps, n_samples;          /* n_samples: of known */
  gboolean cross;
} Field;

void
nw_forecast_losses(const NwForecast *forecast, double *losses)
{
  gsize cols = forecast->cols;

  for (gsize row = 0; row < forecast->rows; row++) {
    losses[row] = 0;
    for (gsize col = 0; col < cols; col++) {
      double p = forecast->p[row * cols + col], y = forecast->y[row * cols + col];
      double loss = -y * log(MAX(p, NW_LOG_CLIP));
      if (forecast->task != NW_TASK_MULTICLASS)
        loss = (loss - (1 - y) * log(MAX(1 - p, NW_LOG_CLIP))) / cols;
      losses[row] += loss;
    }
  }
}

static gsize
sample_of(const NwForecast *forecast, gsize row, gsize steps)
{
  return forecast->from[row] / steps;
}

/* By chance: files have orders, and every fifth sample may be special. */
static gsize
fold_of(gsize sample)
{
  NwRng rng = nw_rng(1, NW_RNG_SAMPLE, 1, 0, 0);

  return (gsize)nw_rng_below(&rng, sample, FOLDS);
}

/* The rows whose sample is in fold @fold, or those whose sample is not: how many. */
static gsize
list_fold(const Field *field, gsize fold, gboolean inside, gsize *rows)
{
  gsize n = 0;

  for (gsize row = 0; row < field->known->rows; row++)
    if ((fold_of(sample_of(field->known, row, field->steps)) == fold) == inside)
      rows[n++] = row;
  return n;
}

/* Each known row by a map that was fitted without its sample; a fold that cannot be fitted stays as
 * it is. (transfer full) */
static NwForecast *
cross(const Field *field, const NwRecalibratorKind *kind, gboolean per_output)
{
  NwForecast *after = nw_forecast_copy(field->known);
  gsize cols = after->cols;
  g_autofree gsize *rows = g_new(gsize, after->rows);

  after->edges = NW_EDGES_DOUBLE;
  for (gsize fold = 0; fold < FOLDS; fold++) {
    gsize n = list_fold(field, fold, FALSE, rows);
    g_autoptr(NwForecast) others = n > 0 ? nw_forecast_select(field->known, rows, n) : NULL;
    g_autoptr(NwRecalibration) map =
        n > 0 ? nw_recalibration_fit(kind, others, per_output, NULL) : NULL;
    n = list_fold(field, fold, TRUE, rows);
    if (map == NULL || n == 0)
      continue;
    g_autoptr(NwForecast) these = nw_forecast_select(field->known, rows, n);
    g_autoptr(NwForecast) mapped = nw_recalibration_apply(map, these, NULL);
    for (gsize i = 0; mapped != NULL && i < n; i++)
      memcpy(after->p + rows[i] * cols, mapped->p + i * cols, cols * sizeof(double));
  }
  return after;
}

static char *
make_title(const NwContender *self, NwTask task)
{
  if (self->kind == NULL)
    return g_strdup(_("As it is"));
  if (task != NW_TASK_MULTILABEL)
    return g_strdup(_(self->kind->title));
  return g_strdup_printf(self->per_output ? _("%s, each") : _("%s, all"), _(self->kind->title));
}

static void
measure(NwContender *self, const Field *field)
{
  g_autoptr(NwScore) score = nw_score_new(self->after, 0);

  self->log_loss = score->log_loss;
  self->brier = score->brier;
  self->ece = score->ece;
  nw_ece_interval(self->after, field->steps, score->ece, &self->ece_low, &self->ece_high);
}

/* Fits and judges; @self has its kind. */
static void
compete(NwContender *self, const Field *field)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(NwForecast) crossed = NULL;
  gsize judged = field->judge != NULL ? field->judge->rows : 0;

  self->title = make_title(self, field->known->task);
  if (self->kind != NULL) {
    self->map = nw_recalibration_fit(self->kind, field->known, self->per_output, &error);
    if (self->map != NULL && field->judge != NULL)
      self->after = nw_recalibration_apply(self->map, field->judge, &error);
    if (error != NULL) {
      self->problem = g_strdup(error->message);
      return;
    }
    self->n_numbers = nw_maps_count_numbers(nw_recalibration_get_maps(self->map));
  } else if (field->judge != NULL) {
    self->after = nw_forecast_copy(field->judge);
  }
  if (field->cross)
    crossed = self->kind != NULL ? cross(field, self->kind, self->per_output)
                                 : nw_forecast_copy(field->known);
  self->losses = g_new(double, judged + (crossed != NULL ? crossed->rows : 0));
  if (self->after != NULL)
    nw_forecast_losses(self->after, self->losses);
  if (crossed != NULL)
    nw_forecast_losses(crossed, self->losses + judged);
  if (self->after == NULL)
    self->after = g_steal_pointer(&crossed);
  measure(self, field);
}

/* ── choosing ────────────────────────────────────────────────────────────────────────────────── */

/* Mean of a − b over the held-out rows, and its standard error: samples vary, not steps. */
static double
difference(const Field *field, const double *a, const double *b, double *error)
{
  gsize judged = field->judge != NULL ? field->judge->rows : 0;
  gsize n = judged + (field->cross ? field->known->rows : 0);
  double mean = 0, squares = 0;

  for (gsize i = 0; i < n; i++)
    mean += (a[i] - b[i]) / n;
  for (gsize i = 0; i < n;) {
    const NwForecast *forecast = i < judged ? field->judge : field->known;
    gsize first = i < judged ? 0 : judged, end = first + forecast->rows;
    gsize sample = sample_of(forecast, i - first, field->steps);
    double sum = 0;
    for (; i < end && sample_of(forecast, i - first, field->steps) == sample; i++)
      sum += a[i] - b[i] - mean;
    squares += sum * sum;
  }
  *error = sqrt(squares) / n;
  return mean;
}

static void
choose(NwContest *self, const Field *field)
{
  const NwContender *none = &self->contenders[0], *lowest = none;

  for (guint i = 1; i < self->n; i++) {
    NwContender *each = &self->contenders[i];
    if (each->problem != NULL)
      continue;
    each->gain = difference(field, none->losses, each->losses, &each->gain_error);
    if (each->gain > lowest->gain)
      lowest = each;
  }
  if (lowest->gain <= lowest->gain_error) {
    self->reason =
        lowest == none
            ? g_strdup_printf(_("Nothing lowers the log loss on %zu rows that were not fitted to: "
                                "leave it as it is"),
                              self->judged + self->crossed)
            : g_strdup_printf(_("Nothing lowers the log loss by more than chance (%s by %.4f ± "
                                "%.4f, on %zu rows that were not fitted to): leave it as it is"),
                              lowest->title, lowest->gain, lowest->gain_error,
                              self->judged + self->crossed);
    return;
  }
  self->best = (guint)(lowest - self->contenders);
  for (guint i = 1; i < self->n; i++) {
    const NwContender *each = &self->contenders[i], *best = &self->contenders[self->best];
    double error, behind;
    if (each->problem != NULL || each->n_numbers >= best->n_numbers ||
        each->gain <= each->gain_error)
      continue;
    behind = difference(field, each->losses, lowest->losses, &error);
    if (behind <= error)
      self->best = i;
  }
  const NwContender *best = &self->contenders[self->best];
  self->reason =
      best == lowest
          ? g_strdup_printf(_("%s lowers the log loss most: by %.4f ± %.4f on %zu rows that were "
                              "not fitted to"),
                            best->title, best->gain, best->gain_error, self->judged + self->crossed)
          : g_strdup_printf(_("%s lowers the log loss by %.4f ± %.4f on %zu rows that were not "
                              "fitted to; %s is lower, but by no more than chance, and has %zu "
                              "numbers instead of %zu"),
                            best->title, best->gain, best->gain_error, self->judged + self->crossed,
                            lowest->title, lowest->n_numbers, best->n_numbers);
}

/* ── the whole ───────────────────────────────────────────────────────────────────────────────── */

static void
add_contenders(NwContest *self, const NwRecalibratorKind *only)
{
  g_autoptr(GArray) all = g_array_new(FALSE, TRUE, sizeof(NwContender));

  g_array_set_size(all, 1); /* none */
  for (gsize i = 0; nw_recalibrator_kinds[i] != NULL; i++) {
    NwContender each = {.kind = nw_recalibrator_kinds[i]};
    if ((only != NULL && each.kind != only) ||
        (only == NULL && each.kind->only_classes != NULL && self->task != NW_TASK_MULTICLASS))
      continue;
    g_array_append_val(all, each);
    each.per_output = TRUE;
    if (self->task == NW_TASK_MULTILABEL)
      g_array_append_val(all, each);
  }
  self->n = all->len;
  self->contenders = g_memdup2(all->data, all->len * sizeof(NwContender));
}

NwContest *
nw_contest_new(const NwForecast *known, const NwForecast *judge, gsize steps,
               const NwRecalibratorKind *only)
{
  NwContest *self = g_new0(NwContest, 1);
  Field field = {known, judge, MAX(steps, 1), 0, FALSE};

  for (gsize row = 0; row < known->rows; row++)
    field.n_samples +=
        row == 0 || sample_of(known, row, field.steps) != sample_of(known, row - 1, field.steps);
  field.cross = judge == NULL || field.n_samples < NW_CONTEST_SMALL;
  self->task = known->task;
  self->fitted = known->rows;
  self->apart = judge != NULL;
  self->judged = judge != NULL ? judge->rows : known->rows;
  self->crossed = judge != NULL && field.cross ? known->rows : 0;
  add_contenders(self, only);
  for (guint i = 0; i < self->n; i++)
    compete(&self->contenders[i], &field);
  choose(self, &field);
  return self;
}

void
nw_contest_free(NwContest *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n; i++) {
    NwContender *each = &self->contenders[i];
    g_free(each->title);
    g_free(each->problem);
    g_clear_pointer(&each->map, nw_recalibration_free);
    g_clear_pointer(&each->after, nw_forecast_free);
    g_free(each->losses);
  }
  g_free(self->contenders);
  g_free(self->reason);
  g_free(self);
}

const NwContender *
nw_contest_find(const NwContest *self, const NwRecalibratorKind *kind, gboolean per_output)
{
  for (guint i = 0; i < self->n; i++)
    if (self->contenders[i].kind == kind && (self->contenders[i].per_output == per_output ||
                                             self->task != NW_TASK_MULTILABEL || kind == NULL))
      return &self->contenders[i];
  return NULL;
}

static const char *
method_id(const NwContender *self)
{
  return self->kind != NULL ? self->kind->id : "none";
}

static JsonNode *
contender_to_json(const NwContender *self)
{
  JsonObject *object = json_object_new();
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);

  json_object_set_string_member(object, "method", method_id(self));
  json_object_set_boolean_member(object, "per_output", self->per_output);
  if (self->problem != NULL) {
    json_object_set_string_member(object, "problem", self->problem);
  } else {
    json_object_set_double_member(object, "log_loss", self->log_loss);
    json_object_set_double_member(object, "brier", self->brier);
    json_object_set_double_member(object, "ece", self->ece);
    json_object_set_double_member(object, "ece_low", self->ece_low);
    json_object_set_double_member(object, "ece_high", self->ece_high);
    json_object_set_double_member(object, "gain", self->gain);
    json_object_set_double_member(object, "gain_error", self->gain_error);
    json_object_set_int_member(object, "numbers", (gint64)self->n_numbers);
  }
  json_node_take_object(node, object);
  return node;
}

JsonNode *
nw_contest_to_json(const NwContest *self)
{
  JsonObject *object = json_object_new();
  JsonArray *options = json_array_new();
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);

  json_object_set_int_member(object, "fitted", (gint64)self->fitted);
  json_object_set_int_member(object, "judged", (gint64)self->judged);
  json_object_set_int_member(object, "crossed", (gint64)self->crossed);
  json_object_set_string_member(object, "recommended", method_id(&self->contenders[self->best]));
  json_object_set_boolean_member(object, "per_output", self->contenders[self->best].per_output);
  json_object_set_string_member(object, "reason", self->reason);
  for (guint i = 0; i < self->n; i++)
    json_array_add_element(options, contender_to_json(&self->contenders[i]));
  json_object_set_array_member(object, "options", options);
  json_node_take_object(node, object);
  return node;
}
