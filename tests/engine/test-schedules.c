/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include <string.h>

#include "golden.h"
#include "nw-monitor.h"
#include "nw-project.h"
#include "nw-schedule.h"

#define RATE 0.1

/* @setting: "key=value;key=value", or "" */
static NwParams *
training_of(const char *setting)
{
  g_auto(GStrv) pairs = g_strsplit(setting, ";", -1);
  NwParams *params = nw_params_new(nw_training_params());

  for (gsize i = 0; pairs[i] != NULL && *pairs[i] != '\0'; i++) {
    g_auto(GStrv) pair = g_strsplit(pairs[i], "=", 2);
    g_autoptr(GError) error = NULL;
    NwParams *changed = nw_params_with(params, pair[0], pair[1], &error);
    g_assert_no_error(error);
    nw_params_unref(params);
    params = changed;
  }
  return params;
}

/* The setting of each case "BEGINNING…/LAST", where BEGINNING ends with a slash. */
static void
for_each_case(const Golden *golden, const char *beginning, const char *last, guint expected,
              void (*check)(const Golden *golden, const char *name, const char *setting))
{
  guint cases = 0;

  for (gsize i = 0; i < golden_get_n(golden); i++) {
    const char *name = golden_get_nth(golden, i)->name;
    g_autofree char *stem = NULL;
    if (!g_str_has_prefix(name, beginning) || !g_str_has_suffix(name, last))
      continue;
    stem = g_strndup(name, strlen(name) - strlen(last));
    check(golden, stem, strchr(stem, '/') == NULL ? "" : strchr(stem, '/') + 1);
    cases++;
  }
  g_assert_cmpuint(cases, ==, expected);
}

/* ── schedules ───────────────────────────────────────────────────────────────────────────────── */

static void
check_rates(const Golden *golden, const char *name, const char *setting)
{
  g_autofree char *id = g_strndup(name, strcspn(name, "/"));
  const NwScheduleKind *kind = nw_schedule_kind_find(id);
  g_autoptr(NwParams) training = training_of(setting);
  const GoldenTensor *steps = golden_get(golden, "%s/steps", name);
  guint64 total = (guint64)golden_get_number(golden, "total");
  g_autofree NwReal *rates = g_new(NwReal, steps->n);
  g_autoptr(GError) error = NULL;

  g_assert_nonnull(kind);
  g_assert_true(kind->check == NULL || kind->check(training, &error));
  g_assert_no_error(error);
  for (gsize i = 0; i < steps->n; i++)
    rates[i] =
        (NwReal)(kind->at == NULL ? RATE
                                  : kind->at(training, RATE, (guint64)steps->values[i], total));
  golden_assert_close(rates, golden_get(golden, "%s/rates", name), GOLDEN_TOLERANCE);
}

static void
test_rates(void)
{
  g_autoptr(Golden) golden = golden_open("schedules");
  for_each_case(golden, "", "/steps", 19, check_rates);
}

static void
check_plateau(const Golden *golden, const char *name, const char *setting)
{
  const NwScheduleKind *kind = nw_schedule_kind_find("reduce_lr_on_plateau");
  g_autoptr(NwParams) training = training_of(setting);
  const GoldenTensor *values = golden_get(golden, "values");
  const GoldenTensor *expected = golden_get(golden, "%s/rates", name);
  double state[NW_SCHEDULE_MAX_STATE] = {NAN, NAN, NAN, NAN}, rate = RATE;

  for (gsize i = 0; i < values->n; i++) {
    rate = kind->after_epoch(training, state, values->values[i], rate);
    g_assert_cmpfloat(fabs(rate - expected->values[i]), <=, 1e-5 * expected->values[i]);
  }
}

static void
test_plateau(void)
{
  g_autoptr(Golden) golden = golden_open("schedules");
  for_each_case(golden, "plateau/", "/rates", 4, check_plateau);
}

/* One row for each parameter of each schedule, shown only with it. */
static void
test_table(void)
{
  for (gsize k = 0; nw_schedule_kinds[k] != NULL; k++) {
    const NwScheduleKind *kind = nw_schedule_kinds[k];
    g_autofree char *setting = g_strdup_printf("schedule=%s", kind->id);
    g_autoptr(NwParams) training = training_of(setting);
    g_assert_cmpstr(nw_schedule_choices()[k].id, ==, kind->id);
    for (const NwParamSpec *spec = kind->params; spec != NULL && spec->key != NULL; spec++)
      g_assert_true(nw_params_applies(training, spec->key));
    g_assert_cmpint(nw_params_applies(training, "schedule.decay_steps"), ==,
                    nw_schedule_spans_run(training));
  }
  g_assert_null(nw_schedule_kind_find("no_such_schedule"));
}

static void
test_check(void)
{
  static const char *const wrong[] = {"", "schedule.boundaries=5",
                                      "schedule.boundaries=5,5;schedule.factors=1,2"};
  const NwScheduleKind *kind = nw_schedule_kind_find("piecewise_constant_decay");

  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(NwParams) training = training_of(wrong[i]);
    g_autoptr(GError) error = NULL;
    g_assert_false(kind->check(training, &error));
    g_assert_nonnull(strstr(error->message, "rising order"));
  }
}

/* ── early stopping ──────────────────────────────────────────────────────────────────────────── */

/* Two outputs, their losses and what is the better the larger it is. */
static NwHistory *
history_of_two(void)
{
  static const NwSeries series[] = {
      {.name = (char *)"loss", .title = (char *)""},
      {.name = (char *)"val_loss", .title = (char *)""},
      {.name = (char *)"val_a_loss", .title = (char *)"", .output = (char *)"a"},
      {.name = (char *)"val_b_loss", .title = (char *)"", .output = (char *)"b"},
      {.name = (char *)"val_b_auc",
       .title = (char *)"",
       .output = (char *)"b",
       .higher_is_better = TRUE},
  };
  static const char *const outputs[] = {"a", "b", NULL};
  return nw_history_new(series, 1, series, G_N_ELEMENTS(series), outputs, 1);
}

static NwMonitor *
monitor_of(const char *setting)
{
  g_autofree char *whole = g_strconcat("early_stopping=true;", setting, NULL);
  g_autoptr(NwParams) training = training_of(whole);
  g_autoptr(NwHistory) history = history_of_two();
  g_autoptr(GError) error = NULL;
  NwMonitor *monitor = nw_monitor_new(training, history, &error);
  g_assert_no_error(error);
  return monitor;
}

/* Judges an epoch; TRUE: it is time to stop. */
static gboolean
judge(NwMonitor *monitor, guint epoch, double a, double b, double auc, gboolean *is_best)
{
  double values[] = {0, a + b, a, b, auc};
  gboolean best = nw_monitor_judge(monitor, epoch, values);
  g_autofree char *message = nw_monitor_dup_stop_message(monitor);

  if (is_best != NULL)
    *is_best = best;
  return message != NULL;
}

static void
check_stopping(const Golden *golden, const char *name, const char *setting)
{
  g_autoptr(NwMonitor) monitor = monitor_of(setting);
  const GoldenTensor *values = golden_get(golden, "values");
  const GoldenTensor *waits = golden_get(golden, "%s/waits", name);
  guint stopped = 0, best = 0;

  for (guint epoch = 0; epoch < values->n && stopped == 0; epoch++) {
    gboolean is_best;
    if (judge(monitor, epoch, values->values[epoch], 0, 0, &is_best))
      stopped = epoch + 1;
    if (is_best)
      best = epoch;
    g_assert_cmpfloat(nw_monitor_get_state(monitor)[2], ==, waits->values[epoch]);
  }
  g_assert_cmpuint(stopped, ==, (guint)golden_get_number(golden, "%s/stopped", name));
  g_assert_cmpuint(best, ==, (guint)golden_get_number(golden, "%s/best", name));
}

static void
test_stopping(void)
{
  g_autoptr(Golden) golden = golden_open("schedules");
  for_each_case(golden, "stopping/", "/waits", 5, check_stopping);
}

/* b's loss improves in the first epoch only, a's until the third, b's AUC in the fifth for the last
 * time. */
static guint
epochs_until_stop(const char *setting)
{
  static const double a[] = {5, 4, 3, 3, 3, 3, 3, 3, 3}, b[] = {2, 3, 3, 3, 3, 3, 3, 3, 3};
  static const double auc[] = {.5, .5, .5, .5, .9, .9, .9, .9, .9};
  g_autoptr(NwMonitor) monitor = monitor_of(setting);

  for (guint epoch = 0; epoch < G_N_ELEMENTS(a); epoch++)
    if (judge(monitor, epoch, a[epoch], b[epoch], auc[epoch], NULL))
      return epoch + 1;
  return 0;
}

static void
test_several(void)
{
  g_assert_cmpuint(epochs_until_stop("patience=2;monitor=val_a_loss"), ==, 5);
  g_assert_cmpuint(epochs_until_stop("patience=2;monitor=val_b_loss"), ==, 3);
  g_assert_cmpuint(epochs_until_stop("patience=2;stop_when=any;monitor=val_*_loss"), ==, 3);
  g_assert_cmpuint(epochs_until_stop("patience=2;stop_when=all;monitor=val_*_loss"), ==, 5);
  g_assert_cmpuint(epochs_until_stop("patience=2;stop_when=all;monitor=val_a_loss,val_b_auc"), ==,
                   7);
  g_assert_cmpuint(epochs_until_stop("patience=2;monitor=val_a_loss, 0.5*val_b_auc"), ==, 7);
  g_assert_cmpuint(epochs_until_stop("patience=2;monitor=val_a_loss, 0*val_b_auc"), ==, 5);
  /* The AUC never beats 0.95, so that its patience runs from the first epoch on. */
  g_assert_cmpuint(epochs_until_stop("patience=3;stop_when=all;monitor=val_a_loss,val_b_auc;"
                                     "baseline=10,0.95"),
                   ==, 6);
}

static void
test_finished(void)
{
  g_autoptr(NwMonitor) monitor =
      monitor_of("patience=2;stop_when=all;freeze_finished=true;monitor=val_*_loss,val_b_auc");
  g_autoptr(NwMonitor) again =
      monitor_of("patience=2;stop_when=all;freeze_finished=true;monitor=val_*_loss,val_b_auc");

  for (guint epoch = 0; epoch < 3; epoch++) {
    judge(monitor, epoch, 5 - epoch, 1, 0.5, NULL);
    g_assert_cmpint(nw_monitor_is_finished(monitor, 1), ==, epoch == 2);
  }
  g_assert_false(nw_monitor_is_finished(monitor, 0));
  memcpy(nw_monitor_get_state(again), nw_monitor_get_state(monitor),
         nw_monitor_get_n_state(again) * sizeof(double));
  for (guint epoch = 3; epoch < 6; epoch++) {
    /* What is finished stays so, though its number moves; and the rest is waited for. */
    gboolean stop = judge(again, epoch, 3, 1.0 / epoch, 0.5, NULL);
    g_assert_true(nw_monitor_is_finished(again, 1));
    g_assert_cmpint(stop, ==, epoch == 4 || epoch == 5);
  }
}

static void
test_faults(void)
{
  static const struct {
    const char *setting, *sentence;
  } faults[] = {
      {"monitor=val_c_loss", "Best by: this run has no number called “val_c_loss”; try “val_"},
      {"monitor=val_loss,", "Best by: this run has no number called “”"},
      {"monitor=val_*_mae", "Best by: this run has no number called “val_*_mae”"},
      {"monitor=val_a_loss;baseline=1,2", "Baseline: there is 1 number to beat"},
      {"monitor=val_*_loss;stop_when=any;baseline=1", "Baseline: there are 2 numbers to beat"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
    g_autofree char *whole = g_strconcat("early_stopping=true;", faults[i].setting, NULL);
    g_autoptr(NwParams) training = training_of(whole);
    g_autoptr(NwHistory) history = history_of_two();
    g_autoptr(GError) error = NULL;
    g_assert_null(nw_monitor_new(training, history, &error));
    g_assert_true(g_str_has_prefix(error->message, faults[i].sentence));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/schedules/rates-are-those-of-keras", test_rates);
  g_test_add_func("/schedules/a-plateau-lowers-the-rate-as-keras-does", test_plateau);
  g_test_add_func("/schedules/rows-are-shown-with-their-schedule-only", test_table);
  g_test_add_func("/schedules/steps-that-do-not-fit-are-a-sentence", test_check);
  g_test_add_func("/monitor/waits-and-stops-as-keras-does", test_stopping);
  g_test_add_func("/monitor/several-numbers-stop-together-or-alone", test_several);
  g_test_add_func("/monitor/a-finished-output-stays-finished", test_finished);
  g_test_add_func("/monitor/settings-that-do-not-fit-are-sentences", test_faults);
  return g_test_run();
}
