/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What sweeps try, without training anything; tests/cli trains them. */
#include "nw-sweep-run.h"

#include "nw-error.h"
#include "nw-json.h"
#include "nw-layer.h"
#include "nw-project-json.h"
#include "nw-schedule.h"
#include "nw-sweep-settings.h"

#include <math.h>
#include <string.h>

static const char network[] =
    "{\"netwright\": 1, \"layers\": ["
    "{\"uid\": 1, \"name\": \"x\", \"kind\": \"input\", \"params\": {\"shape\": [2]}},"
    "{\"uid\": 2, \"name\": \"hidden\", \"kind\": \"dense\", \"params\": {\"units\": 4}},"
    "{\"uid\": 3, \"name\": \"y\", \"kind\": \"output\"}], \"nodes\": ["
    "{\"uid\": 4, \"layer\": 1, \"inputs\": []}, {\"uid\": 5, \"layer\": 2, \"inputs\": [[4, 0]]},"
    "{\"uid\": 6, \"layer\": 3, \"inputs\": [[5, 0]]}]}";

static NwProject *
load(void)
{
  g_autoptr(GError) error = NULL;
  NwProject *project = nw_project_from_json(network, -1, "network", &error);

  g_assert_no_error(error);
  return project;
}

static void
add(NwSweep *sweep, const char *key, const char *text)
{
  g_autoptr(GError) error = NULL;

  nw_sweep_add(sweep, key, text, &error);
  g_assert_no_error(error);
}

static void
assert_value(const NwSweep *sweep, guint p, guint trial, const char *expected)
{
  g_autofree char *value = sweep->strategy->dup_value(sweep, p, trial);

  g_assert_cmpstr(value, ==, expected);
}

static void
test_grid(void)
{
  g_autoptr(NwProject) project = load();
  g_autoptr(NwSweep) sweep = nw_sweep_new("grid");
  g_autoptr(GError) error = NULL;

  sweep->strategy = nw_sweep_strategy_find("grid");
  add(sweep, "hidden.units", "16, 32, 64");
  add(sweep, "optimizer.learning_rate", "log:1e-4..1e-1:4");
  nw_sweep_check(sweep, project, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(sweep->strategy->count(sweep), ==, 12);
  assert_value(sweep, 0, 0, "16");
  assert_value(sweep, 0, 3, "16");
  assert_value(sweep, 0, 4, "32");
  assert_value(sweep, 0, 11, "64");
  assert_value(sweep, 1, 0, "0.0001");
  assert_value(sweep, 1, 1, "0.001");
  assert_value(sweep, 1, 2, "0.01");
  assert_value(sweep, 1, 11, "0.1");
}

static void
test_drawn(void)
{
  enum { N = 400 };
  g_autoptr(NwProject) project = load();
  g_autoptr(NwSweep) sweep = nw_sweep_new("random");
  g_autoptr(GError) error = NULL;
  double below = 0;
  guint counts[3] = {0}, same = 0;

  add(sweep, "hidden.units", "linear:3..5");
  add(sweep, "optimizer.learning_rate", "log:1e-4..1");
  add(sweep, "training.batch_size", "8,16,32");
  sweep->n_trials = N;
  nw_sweep_check(sweep, project, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(sweep->strategy->count(sweep), ==, N);
  for (guint i = 0; i < N; i++) {
    g_autofree char *units = sweep->strategy->dup_value(sweep, 0, i);
    g_autofree char *rate = sweep->strategy->dup_value(sweep, 1, i);
    g_autofree char *again = sweep->strategy->dup_value(sweep, 1, i);
    g_autofree char *batch = sweep->strategy->dup_value(sweep, 2, i);
    g_autofree char *other = NULL;
    double value = g_ascii_strtod(rate, NULL);

    g_assert_true(g_str_equal(units, "3") || g_str_equal(units, "4") || g_str_equal(units, "5"));
    g_assert_cmpfloat(value, >=, 1e-4);
    g_assert_cmpfloat(value, <=, 1);
    g_assert_cmpstr(rate, ==, again);
    below += value < 1e-2; /* the middle of a logarithmic scale */
    counts[g_str_equal(batch, "8") ? 0 : g_str_equal(batch, "16") ? 1 : 2]++;
    sweep->seed = 2;
    other = sweep->strategy->dup_value(sweep, 1, i);
    same += g_str_equal(rate, other);
    sweep->seed = 1;
  }
  g_assert_cmpfloat_with_epsilon(below / N, 0.5, 0.1);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon(counts[i] / (double)N, 1 / 3.0, 0.1);
  g_assert_cmpuint(same, <, 10);
}

static void
test_halving(void)
{
  g_autoptr(NwSweep) sweep = nw_sweep_new("halving");

  sweep->strategy = nw_sweep_strategy_find("halving");
  sweep->eta = 3;
  sweep->min_epochs = 2;
  g_assert_cmpuint(sweep->strategy->epochs(sweep, 0, 40), ==, 2);
  g_assert_cmpuint(sweep->strategy->epochs(sweep, 1, 40), ==, 6);
  g_assert_cmpuint(sweep->strategy->epochs(sweep, 2, 40), ==, 18);
  g_assert_cmpuint(sweep->strategy->epochs(sweep, 3, 40), ==, 40);
  g_assert_cmpuint(sweep->strategy->epochs(sweep, 60, 40), ==, 40);
}

static void
test_applied(void)
{
  g_autoptr(NwProject) project = load();
  g_autoptr(NwProject) applied = NULL;
  g_autoptr(NwSweep) sweep = nw_sweep_new("apply");
  g_autoptr(GError) error = NULL;
  char *values[] = {(char *)"sgd", (char *)"0.5", (char *)"7", NULL};

  add(sweep, "optimizer.learning_rate", "0.5,0.25");
  add(sweep, "hidden.units", "7");
  add(sweep, "optimizer", "sgd,adam"); /* comes first, else it would take the rate back */
  nw_sweep_check(sweep, project, &error);
  g_assert_no_error(error);
  applied = nw_sweep_apply(sweep, project, values, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(nw_project_get_optimizer(applied)->id, ==, "sgd");
  g_assert_cmpfloat(nw_params_get_real(nw_project_get_optimizer_params(applied), "learning_rate"),
                    ==, 0.5);
}

static void
test_faults(void)
{
  static const struct {
    const char *key, *text, *words;
  } cases[] = {
      {"hidden.unit", "1,2", "did you mean “hidden.units”"},
      {"hidden.units", "16,abc", "not “abc”"},
      {"hidden.units", "linear:0..5", "from 1"},
      {"optimizer.learning_rate", "log:0..1", "is no list"},
      {"optimizer.learning_rate", "log:1..0.1", "is no list"},
      {"optimizer.learning_rate", "linear:0.1", "is no list"},
      {"optimizer.learning_rate", "log:1e-4..1e-1:1", "is no list"},
      {"hidden.units", "1,,2", "is no list"},
      {"hidden.units", "", "is no list"},
      {"training.epochs", "1,2", "how long every trial may train"},
      {"optimizer", "sgd,nobody", "nobody"},
  };
  g_autoptr(NwProject) project = load();

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(NwSweep) sweep = nw_sweep_new("faults");
    g_autoptr(GError) error = NULL;

    g_assert_false(nw_sweep_add(sweep, cases[i].key, cases[i].text, &error) &&
                   nw_sweep_check(sweep, project, &error));
    if (strstr(error->message, cases[i].words) == NULL)
      g_error("%s=%s: “%s” does not say “%s”", cases[i].key, cases[i].text, error->message,
              cases[i].words);
  }
}

static void
test_too_many(void)
{
  g_autoptr(NwProject) project = load();
  g_autoptr(NwSweep) sweep = nw_sweep_new("many"), none = nw_sweep_new("none"),
                     comma = nw_sweep_new("a, b");
  g_autoptr(GError) error = NULL;

  sweep->strategy = nw_sweep_strategy_find("grid");
  add(sweep, "optimizer.learning_rate", "linear:0.1..1:999");
  add(sweep, "hidden.units", "linear:1..999:999");
  g_assert_false(nw_sweep_check(sweep, project, &error));
  g_assert_nonnull(strstr(error->message, "998001 trials"));
  g_clear_error(&error);
  g_assert_false(nw_sweep_check(none, project, &error));
  g_assert_nonnull(strstr(error->message, "needs from 1"));
  g_clear_error(&error);
  add(comma, "hidden.units", "1,2");
  g_assert_false(nw_sweep_check(comma, project, &error));
  g_assert_nonnull(strstr(error->message, "a, b"));
}

static void
test_json(void)
{
  g_autoptr(NwSweep) sweep = nw_sweep_new("äöü"), back = NULL;
  g_autoptr(JsonNode) node = NULL, again = NULL;
  g_autofree char *one = NULL, *two = NULL;
  g_autoptr(GError) error = NULL;

  add(sweep, "hidden.units", "16,32");
  add(sweep, "kernel", "3,3; 5,5");
  add(sweep, "optimizer.learning_rate", "log:0.0001..0.1:7");
  sweep->strategy = nw_sweep_strategy_find("halving");
  sweep->mode = NW_SWEEP_MAX;
  sweep->n_trials = 7;
  node = nw_sweep_to_json(sweep);
  back = nw_sweep_from_json(node, &error);
  g_assert_no_error(error);
  again = nw_sweep_to_json(back);
  one = nw_json_to_text(node, TRUE);
  two = nw_json_to_text(again, TRUE);
  g_assert_cmpstr(one, ==, two);
  g_assert_nonnull(strstr(one, "\"kernel\": \"3,3;5,5\""));
}

static void
test_hostile_json(void)
{
  static const char *const texts[] = {
      "[]",
      "{\"name\": 3}",
      "{\"trials\": -1}",
      "{\"trials\": 1e30}",
      "{\"strategy\": \"guess\"}",
      "{\"mode\": \"most\"}",
      "{\"parameters\": []}",
      "{\"parameters\": {\"a.b\": 3}}",
      "{\"parameters\": {\"a.b\": \"log:x\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = nw_json_parse(texts[i], strlen(texts[i]), "sweep", 100, &error);
    g_autoptr(NwSweep) sweep = NULL;

    g_assert_no_error(error);
    sweep = nw_sweep_from_json(node, &error);
    g_assert_null(sweep);
    g_assert_cmpuint(strlen(error->message), >, 10);
  }
}

static const NwSweepSetting *
find_setting(GPtrArray *settings, const char *key)
{
  for (guint i = 0; i < settings->len; i++)
    if (g_str_equal(((NwSweepSetting *)g_ptr_array_index(settings, i))->key, key))
      return g_ptr_array_index(settings, i);
  return NULL;
}

static void
assert_suggestion(GPtrArray *settings, const char *key, const char *expected)
{
  const NwSweepSetting *setting = find_setting(settings, key);

  g_assert_nonnull(setting);
  g_assert_cmpstr(setting->suggestion, ==, expected);
}

static void
test_settings(void)
{
  g_autoptr(NwProject) project = load();
  g_autoptr(GPtrArray) settings = nw_sweep_list_settings(project);

  assert_suggestion(settings, "optimizer.learning_rate", "log:0.0001..0.01");
  assert_suggestion(settings, "hidden.units", "2, 4, 8");
  assert_suggestion(settings, "hidden.use_bias", "false, true");
  assert_suggestion(settings, "hidden.kernel_l2", "0, 1e-05, 0.0001, 0.001, 0.01");
  assert_suggestion(settings, "training.batch_size", "16, 32, 64");
  g_assert_true(g_str_has_prefix(find_setting(settings, "optimizer")->suggestion, "adam, "));
  g_assert_true(
      g_str_has_prefix(find_setting(settings, "hidden.activation")->suggestion, "linear, "));
  g_assert_null(find_setting(settings, "training.epochs"));
  g_assert_null(find_setting(settings, "training.threads"));
  g_assert_null(find_setting(settings, "training.patience")); /* does not apply */
  g_assert_null(find_setting(settings, "x.shape"));
  g_assert_cmpuint(find_setting(settings, "hidden.units")->node, ==, 5);
  g_assert_cmpstr(find_setting(settings, "hidden.units")->value, ==, "4");
}

/* Of every kind of layer, optimiser and schedule. */
static void
assert_suggestions_fit(NwProject *project)
{
  g_autoptr(GPtrArray) settings = nw_sweep_list_settings(project);

  for (guint i = 0; i < settings->len; i++) {
    const NwSweepSetting *setting = g_ptr_array_index(settings, i);
    g_autoptr(NwSweep) sweep = nw_sweep_new("suggested");
    g_autoptr(GError) error = NULL;

    g_test_message("%s: %s", setting->key, setting->suggestion);
    add(sweep, setting->key, setting->suggestion);
    nw_sweep_check(sweep, project, &error);
    g_assert_no_error(error);
  }
}

static void
test_suggestions(void)
{
  g_autoptr(NwProject) project = load();

  for (guint i = 0; nw_layer_kinds[i] != NULL; i++) {
    guint uid;
    g_autoptr(NwGraph) graph =
        nw_graph_add(nw_project_get_graph(project), nw_layer_kinds[i], NULL, 0, 0, &uid);
    g_autoptr(NwProject) changed = nw_project_with_graph(project, graph);

    assert_suggestions_fit(changed);
  }
  for (guint i = 0; nw_optimizer_kinds[i] != NULL; i++) {
    g_autoptr(NwProject) changed = nw_project_with_optimizer(project, nw_optimizer_kinds[i]);

    assert_suggestions_fit(changed);
  }
  for (guint i = 0; nw_schedule_kinds[i] != NULL; i++) {
    g_autoptr(NwProject) changed =
        nw_project_set(project, "training.schedule", nw_schedule_kinds[i]->id, NULL);

    assert_suggestions_fit(changed);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sweep/a-grid-has-every-combination", test_grid);
  g_test_add_func("/sweep/what-is-drawn-follows-from-the-seed", test_drawn);
  g_test_add_func("/sweep/halving-compares-after-powers-of-eta", test_halving);
  g_test_add_func("/sweep/the-optimiser-is-set-before-its-rate", test_applied);
  g_test_add_func("/sweep/faults-are-one-sentence", test_faults);
  g_test_add_func("/sweep/too-many-trials-too-few-settings", test_too_many);
  g_test_add_func("/sweep/json-round-trip", test_json);
  g_test_add_func("/sweep/hostile-json-is-refused", test_hostile_json);
  g_test_add_func("/sweep/what-can-be-varied-comes-from-the-tables", test_settings);
  g_test_add_func("/sweep/every-suggestion-fits", test_suggestions);
  return g_test_run();
}
