/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-trier.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nw-plot-text.h"

struct _NwTrier {
  GObject parent;

  NwRun *run;
  NwTrial *trial;
  NwTrial *raw;                            /* without recalibration; NULL where there is none */
  GPtrArray *others;                       /* NwTrial of the networks that answer, too */
  double *answers, *raw_answers, *effects; /* (nullable) */
  NwTrialSpread *spreads;                  /* (nullable) */
  NwWeighing weighing;
  gboolean is_dropping, drops; /* the network has dropout; it goes on */
  guint chosen;
  gboolean is_chosen; /* by the person */
  GPtrArray *sets;    /* (nullable) NwConformal of each output; NULL where there is none */
  GCancellable *asking;
  gboolean is_stale; /* the row, or the choice, has changed since the last question */
  gboolean is_stopped;
};

G_DEFINE_FINAL_TYPE(NwTrier, nw_trier, G_TYPE_OBJECT)

enum { READY, FAILED, ANSWERED, WEIGHED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── asking, one question at a time ──────────────────────────────────────────────────────────── */

typedef struct {
  NwTrial *trial, *raw; /* the trier's, which the task holds */
  GPtrArray *others;
  gpointer numbers;
  guint answer;
  gboolean weighs; /* FALSE: answers; TRUE: effects */
  NwWeighing weighing;
  guint passes; /* with dropout */
  double *results, *raw_results;
  NwTrialSpread *spreads;
} Question;

static void
question_free(Question *question)
{
  g_free(question->numbers);
  g_free(question->results);
  g_free(question->raw_results);
  g_free(question->spreads);
  g_free(question);
}

/* Passes with dropout, of the network as it is used. */
static void
ask_often(Question *question)
{
  guint n = nw_trial_get_n_answers(question->trial);
  g_autofree double *samples = g_new(double, (gsize)n * question->passes + 1);

  question->spreads = g_new(NwTrialSpread, n + 1);
  nw_trial_answer_dropping(question->trial, question->numbers, question->passes, samples);
  nw_trial_spread(samples, question->passes, n, question->spreads);
}

/* All networks: the answer is their mean. */
static void
ask_all(Question *question)
{
  guint n = nw_trial_get_n_answers(question->trial), n_networks = question->others->len + 1;
  g_autofree double *samples = g_new(double, (gsize)n *n_networks + 1);

  for (guint i = 0; i < n_networks; i++)
    nw_trial_answer(i > 0 ? g_ptr_array_index(question->others, i - 1) : question->trial,
                    question->numbers, samples + (gsize)i * n);
  question->spreads = g_new(NwTrialSpread, n + 1);
  nw_trial_spread(samples, n_networks, n, question->spreads);
  for (guint i = 0; i < n; i++)
    question->results[i] = question->spreads[i].mean;
}

static void
weigh_one(NwTrial *trial, const Question *question, double *effects, GCancellable *cancellable)
{
  if (question->weighing == NW_WEIGHING_SLOPES)
    nw_trial_follow_slopes(trial, question->numbers, question->answer, effects);
  else
    nw_trial_occlude(trial, question->numbers, question->answer, effects, cancellable);
}

/* The mean over all networks. */
static void
weigh(const Question *question, GCancellable *cancellable)
{
  guint n = nw_trial_get_n_entries(question->trial), n_networks = question->others->len + 1;
  g_autofree double *effects = g_new0(double, n + 1);

  for (guint i = 0; i < n_networks; i++) {
    weigh_one(i > 0 ? g_ptr_array_index(question->others, i - 1) : question->trial, question,
              effects, cancellable);
    for (guint e = 0; e < n; e++)
      question->results[e] += effects[e] / n_networks;
  }
}

static void
ask_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;

  if (question->weighs) {
    weigh(question, cancellable);
  } else if (question->others->len > 0) {
    ask_all(question);
  } else {
    nw_trial_answer(question->trial, question->numbers, question->results);
    if (question->raw != NULL)
      nw_trial_answer(question->raw, question->numbers, question->raw_results);
    if (question->passes > 0)
      ask_often(question);
  }
  g_task_return_boolean(task, TRUE);
}

static void ask(NwTrier *self, gboolean weighs);

static guint
find_said(NwTrier *self)
{
  for (guint i = 0; i < nw_trial_get_n_answers(self->trial); i++)
    if (nw_trier_is_said(self, i))
      return i;
  return 0;
}

static void
asked_cb(GObject *object, GAsyncResult *result, gpointer unused)
{
  NwTrier *self = NW_TRIER(object);
  Question *question = g_task_get_task_data(G_TASK(result));
  gboolean weighed = question->weighs;
  guint before = self->chosen;

  g_clear_object(&self->asking);
  if (self->is_stopped)
    return;
  if (!weighed) {
    g_free(self->answers);
    self->answers = g_steal_pointer(&question->results);
    g_free(self->raw_answers);
    self->raw_answers = g_steal_pointer(&question->raw_results);
    g_free(self->spreads);
    self->spreads =
        self->drops || self->others->len > 0 ? g_steal_pointer(&question->spreads) : NULL;
    if (!self->is_chosen)
      self->chosen = find_said(self);
    if (before != self->chosen)
      g_clear_pointer(&self->effects, g_free);
    g_signal_emit(self, signals[ANSWERED], 0);
  } else if (!self->is_stale) {
    g_free(self->effects);
    self->effects = g_steal_pointer(&question->results);
    g_signal_emit(self, signals[WEIGHED], 0);
  }
  if (self->asking == NULL && (self->is_stale || !weighed))
    ask(self, !self->is_stale);
}

static void
ask(NwTrier *self, gboolean weighs)
{
  Question *question = g_new0(Question, 1);
  guint n = weighs ? nw_trial_get_n_entries(self->trial) : nw_trial_get_n_answers(self->trial);
  g_autoptr(GTask) task = NULL;

  self->is_stale = FALSE;
  question->trial = self->trial;
  question->raw = self->raw;
  question->others = self->others;
  if (self->raw != NULL && !weighs)
    question->raw_results = g_new0(double, n + 1);
  question->numbers = nw_trial_dup_numbers(self->trial);
  question->answer = self->chosen;
  question->weighs = weighs;
  question->weighing = self->weighing;
  question->passes = self->drops ? NW_TRIER_PASSES : 0;
  question->results = g_new0(double, n + 1);
  self->asking = g_cancellable_new();
  task = g_task_new(self, self->asking, asked_cb, NULL);
  g_task_set_check_cancellable(task, FALSE);
  g_task_set_task_data(task, question, (GDestroyNotify)question_free);
  g_task_run_in_thread(task, ask_thread);
}

void
nw_trier_ask(NwTrier *self)
{
  g_return_if_fail(NW_IS_TRIER(self));

  if (self->trial == NULL || self->is_stopped)
    return;
  self->is_stale = TRUE;
  if (self->asking != NULL)
    g_cancellable_cancel(self->asking);
  else
    ask(self, FALSE);
}

void
nw_trier_set_weighing(NwTrier *self, NwWeighing weighing)
{
  g_return_if_fail(NW_IS_TRIER(self));

  if (weighing == self->weighing)
    return;
  self->weighing = weighing;
  g_clear_pointer(&self->effects, g_free);
  nw_trier_ask(self);
}

NwWeighing
nw_trier_get_weighing(NwTrier *self)
{
  return self->weighing;
}

gboolean
nw_trier_set_dropping(NwTrier *self, gboolean drops)
{
  g_return_val_if_fail(NW_IS_TRIER(self) && self->trial != NULL, FALSE);

  if (drops && (!self->is_dropping || self->others->len > 0))
    return FALSE;
  self->drops = drops;
  g_clear_pointer(&self->spreads, g_free);
  nw_trier_ask(self);
  return TRUE;
}

const NwTrialSpread *
nw_trier_get_spreads(NwTrier *self)
{
  return self->spreads;
}

/* ── sets ────────────────────────────────────────────────────────────────────────────────────── */

static void
sets_free(gpointer conformal)
{
  g_clear_pointer((NwConformal **)&conformal, nw_conformal_free);
}

/* Of each output; (transfer full) */
static GPtrArray *
make_sets(NwProject *project, NwWeights *weights, NwDataset *dataset, gboolean adaptive)
{
  g_autoptr(NwCoverageField) field =
      nw_coverage_field_new(project, weights, dataset, FALSE, 0, NULL);
  GPtrArray *sets = g_ptr_array_new_with_free_func(sets_free);

  for (guint i = 0; field != NULL && i < field->n; i++) {
    const NwCoverageOutput *output = &field->outputs[i];
    gboolean by_sum = adaptive && output->known.head == NW_HEAD_SOFTMAX;
    g_ptr_array_add(sets, nw_coverage_output_fit(output, by_sum ? "aps" : NULL, NULL));
  }
  return sets;
}

static char *
dup_classes(const NwConformal *sets, gsize question, double coverage, const double *p, gsize k)
{
  g_autofree gboolean *in = g_new0(gboolean, nw_conformal_get_n_answers(sets) + 1);

  nw_conformal_fill_set(sets, question, coverage, p, in);
  if (nw_conformal_get_n_questions(sets) == 1 && nw_conformal_get_n_answers(sets) > 2)
    return in[k] ? g_strdup(_("in the set")) : NULL;
  if (in[0] && in[1])
    return g_strdup(_("yes or no"));
  return g_strdup(in[1] ? _("only yes") : in[0] ? _("only no") : _("neither"));
}

char *
nw_trier_dup_set(NwTrier *self, guint i)
{
  const NwTrialAnswer *answer = nw_trial_get_answer(self->trial, i);
  const NwConformal *sets = self->sets != NULL && answer->output < self->sets->len
                                ? g_ptr_array_index(self->sets, answer->output)
                                : NULL;
  gsize question = answer->head == NW_HEAD_SOFTMAX ? 0 : answer->column;
  double coverage = nw_run_get_coverage(self->run), half;
  g_autofree char *low = NULL, *high = NULL;

  if (sets == NULL || self->answers == NULL || isnan(self->answers[i]) ||
      !nw_conformal_check(sets, question, coverage, NULL))
    return NULL;
  if (answer->head != NW_HEAD_VALUES)
    return dup_classes(sets, question, coverage, self->answers + i - answer->column,
                       answer->column);
  half = nw_conformal_get_threshold(sets, question, coverage);
  low = nw_plot_format_value(nw_trial_move_answer(self->trial, i, self->answers[i], -half));
  high = nw_plot_format_value(nw_trial_move_answer(self->trial, i, self->answers[i], half));
  return g_strdup_printf(_("%s to %s"), low, high);
}

/* ── the trial ───────────────────────────────────────────────────────────────────────────────── */

/* The projects are the run's when the window opened. */
typedef struct {
  NwProject *used, *trained;
  NwWeights *weights;
  NwDataset *dataset;
  gboolean adaptive; /* sets */
  GPtrArray *others, *projects; /* NwWeights, and NwProject of each */
  NwTrial *raw;
  GPtrArray *sets, *trials; /* trials: of the others */
} Build;

static void
build_free(Build *build)
{
  nw_project_unref(build->used);
  nw_project_unref(build->trained);
  nw_weights_unref(build->weights);
  nw_dataset_unref(build->dataset);
  g_clear_pointer(&build->raw, nw_trial_free);
  g_clear_pointer(&build->sets, g_ptr_array_unref);
  g_clear_pointer(&build->others, g_ptr_array_unref);
  g_clear_pointer(&build->projects, g_ptr_array_unref);
  g_clear_pointer(&build->trials, g_ptr_array_unref);
  g_free(build);
}

/* Is what is typed, and what is answered, the same for both? */
static gboolean
fits(const NwTrial *a, const NwTrial *b)
{
  gboolean same = nw_trial_get_n_inputs(a) == nw_trial_get_n_inputs(b) &&
                  nw_trial_get_n_entries(a) == nw_trial_get_n_entries(b) &&
                  nw_trial_get_n_answers(a) == nw_trial_get_n_answers(b);

  for (guint i = 0; same && i < nw_trial_get_n_inputs(a); i++) {
    const NwTrialInput *x = nw_trial_get_input(a, i), *y = nw_trial_get_input(b, i);
    same = g_str_equal(x->name, y->name) && x->type.dtype == y->type.dtype &&
           nw_shape_equal(&x->type.shape, &y->type.shape);
  }
  return same;
}

static gboolean
add_others(Build *build, const NwTrial *trial, GError **error)
{
  for (guint i = 0; i < build->others->len; i++) {
    NwTrial *other = nw_trial_new(g_ptr_array_index(build->projects, i),
                                  g_ptr_array_index(build->others, i), build->dataset, error);
    if (other == NULL)
      return FALSE;
    g_ptr_array_add(build->trials, other);
    if (!fits(trial, other)) {
      g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                          _("The networks do not take and answer the same; try them one by one."));
      return FALSE;
    }
  }
  return TRUE;
}

static void
build_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Build *build = data;
  GError *error = NULL;
  NwTrial *trial = nw_trial_new(build->used, build->weights, build->dataset, &error);

  if (trial != NULL && !nw_project_equal(build->used, build->trained))
    build->raw = nw_trial_new(build->trained, build->weights, build->dataset, NULL);
  if (trial != NULL && !add_others(build, trial, &error))
    g_clear_pointer(&trial, nw_trial_free);
  if (trial != NULL && build->others->len == 0)
    build->sets = make_sets(build->used, build->weights, build->dataset, build->adaptive);
  if (trial != NULL)
    g_task_return_pointer(task, trial, (GDestroyNotify)nw_trial_free);
  else
    g_task_return_error(task, error);
}

static void
built_cb(GObject *object, GAsyncResult *result, gpointer unused)
{
  NwTrier *self = NW_TRIER(object);
  g_autoptr(GError) error = NULL;

  Build *build = g_task_get_task_data(G_TASK(result));

  self->trial = g_task_propagate_pointer(G_TASK(result), &error);
  if (build->raw != NULL && self->trial != NULL &&
      nw_trial_get_n_answers(build->raw) == nw_trial_get_n_answers(self->trial))
    self->raw = g_steal_pointer(&build->raw);
  self->sets = g_steal_pointer(&build->sets);
  g_ptr_array_extend_and_steal(self->others, g_steal_pointer(&build->trials));
  if (self->is_stopped)
    return;
  if (self->trial == NULL) {
    g_signal_emit(self, signals[FAILED], 0, error->message);
    return;
  }
  self->is_dropping = nw_trial_get_n_dropping(self->trial) > 0;
  g_signal_emit(self, signals[READY], 0);
  nw_trier_ask(self);
}

NwTrier *
nw_trier_new_together(NwRun *run, const NwMembers *others)
{
  NwTrier *self = g_object_new(NW_TYPE_TRIER, NULL);
  g_autoptr(GTask) task = g_task_new(self, NULL, built_cb, NULL);
  Build *build = g_new0(Build, 1);
  guint n = others != NULL ? others->n_weights : 0;

  self->run = g_object_ref(run);
  build->trained = nw_project_ref(nw_run_get_project(run));
  build->used = nw_project_ref(n > 0 ? build->trained : nw_run_get_used_project(run));
  build->weights = nw_weights_ref(nw_run_get_weights(run));
  build->others = g_ptr_array_new_with_free_func((GDestroyNotify)nw_weights_unref);
  build->projects = g_ptr_array_new_with_free_func((GDestroyNotify)nw_project_unref);
  build->trials = g_ptr_array_new_with_free_func((GDestroyNotify)nw_trial_free);
  for (guint i = 0; i < n; i++) {
    g_ptr_array_add(build->others, nw_weights_ref(others->weights[i]));
    g_ptr_array_add(build->projects, nw_project_ref(others->projects[i]));
  }
  build->dataset = nw_dataset_ref(nw_run_get_dataset(run));
  build->adaptive = nw_run_get_adaptive_sets(run);
  g_task_set_task_data(task, build, (GDestroyNotify)build_free);
  g_task_run_in_thread(task, build_thread);
  return self;
}

NwTrier *
nw_trier_new(NwRun *run)
{
  return nw_trier_new_together(run, NULL);
}

guint
nw_trier_get_n_networks(NwTrier *self)
{
  return self->others->len + 1;
}

void
nw_trier_stop(NwTrier *self)
{
  g_return_if_fail(NW_IS_TRIER(self));

  self->is_stopped = TRUE;
  if (self->asking != NULL)
    g_cancellable_cancel(self->asking);
}

NwRun *
nw_trier_get_run(NwTrier *self)
{
  return self->run;
}

NwTrial *
nw_trier_get_trial(NwTrier *self)
{
  return self->trial;
}

const double *
nw_trier_get_answers(NwTrier *self)
{
  return self->answers;
}

const double *
nw_trier_get_raw_answers(NwTrier *self)
{
  return self->raw_answers;
}

void
nw_trier_choose(NwTrier *self, guint answer)
{
  g_return_if_fail(NW_IS_TRIER(self));

  self->is_chosen = TRUE;
  if (answer == self->chosen)
    return;
  self->chosen = answer;
  g_clear_pointer(&self->effects, g_free);
  nw_trier_ask(self);
}

guint
nw_trier_get_chosen(NwTrier *self)
{
  return self->chosen;
}

const double *
nw_trier_get_effects(NwTrier *self)
{
  return self->effects;
}

gboolean
nw_trier_is_said(NwTrier *self, guint i)
{
  const NwTrialAnswer *answer = nw_trial_get_answer(self->trial, i);
  const double *of_row;

  if (self->answers == NULL || isnan(self->answers[i]) || answer->head == NW_HEAD_VALUES)
    return FALSE;
  if (answer->head == NW_HEAD_SIGMOID)
    return self->answers[i] >= 0.5;
  of_row = self->answers + i - answer->column;
  for (gsize k = 0; k < answer->n_columns; k++)
    if (of_row[k] > self->answers[i] || (of_row[k] == self->answers[i] && k < answer->column))
      return FALSE;
  return TRUE;
}

static void
nw_trier_finalize(GObject *object)
{
  NwTrier *self = NW_TRIER(object);

  g_clear_pointer(&self->trial, nw_trial_free);
  g_clear_pointer(&self->raw, nw_trial_free);
  g_clear_pointer(&self->sets, g_ptr_array_unref);
  g_ptr_array_unref(self->others);
  g_clear_object(&self->run);
  g_clear_object(&self->asking);
  g_free(self->answers);
  g_free(self->raw_answers);
  g_free(self->effects);
  g_free(self->spreads);
  G_OBJECT_CLASS(nw_trier_parent_class)->finalize(object);
}

static void
nw_trier_class_init(NwTrierClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_trier_finalize;
  signals[READY] =
      g_signal_new("ready", NW_TYPE_TRIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new("failed", NW_TYPE_TRIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[ANSWERED] = g_signal_new("answered", NW_TYPE_TRIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[WEIGHED] = g_signal_new("weighed", NW_TYPE_TRIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
nw_trier_init(NwTrier *self)
{
  self->others = g_ptr_array_new_with_free_func((GDestroyNotify)nw_trial_free);
}
