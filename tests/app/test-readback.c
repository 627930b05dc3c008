/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-readback.h"

#include "nw-forecast.h"
#include "nw-helper.h"
#include "nw-plan.h"
#include "nw-project-json.h"
#include "test-folder.h"

/* An example with fresh weights and its data. */
static NwExport
create_export(const char *example)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_strdup_printf("%s/%s.netwright", EXAMPLES, example);
  NwProject *project = nw_project_load(path, &error);
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwPlan) plan = nw_plan_new(inference, 1, FALSE, &error);
  gsize n;
  g_autofree NwFieldRequest *requests = nw_plan_dup_requests(plan, &n);
  NwExport what = {.project = project, .split = NW_SPLIT_TEST, .threads = 1};

  what.weights = nw_weights_new(inference, 1, &error);
  what.dataset =
      nw_dataset_build(nw_project_get_data(project), EXAMPLES, NULL, requests, n, &error);
  g_assert_no_error(error);
  return what;
}

static void
clear_export(NwExport *what)
{
  nw_project_unref(what->project);
  nw_weights_unref(what->weights);
  nw_dataset_unref(what->dataset);
}

static void
test_every_format(gconstpointer example)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  NwExport what = create_export(example);

  for (const NwFormat *format = nw_formats; format->id; format++) {
    g_autofree char *name = g_strconcat("file", format->suffix, NULL);
    g_autofree char *path = test_folder_path(folder, name);
    g_autoptr(GError) error = NULL;
    NwReadback readback;

    g_assert_true(format->write(&what, path, &error));
    g_assert_true(nw_readback_measure(format, &what, path, &readback, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(readback.numbers, >, 0);
    g_assert_cmpfloat(readback.largest, <=, 1e-6);
    g_assert_cmpint(readback.predictions, ==, !g_str_equal(format->id, "npz"));
  }
  clear_export(&what);
}

static void
test_differences_are_seen(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  NwExport what = create_export("iris");

  for (const NwFormat *format = nw_formats; format->id; format++) {
    g_autofree char *name = g_strconcat("file", format->suffix, NULL);
    g_autofree char *path = test_folder_path(folder, name);
    g_autoptr(GError) error = NULL;
    NwReadback readback;

    g_assert_true(format->write(&what, path, &error));
    nw_weights_get(what.weights, 0)->value[0] += (NwReal)0.25;
    g_assert_true(nw_readback_measure(format, &what, path, &readback, &error));
    g_assert_no_error(error);
    g_assert_cmpfloat(readback.largest, >, 1e-4);
  }
  clear_export(&what);
}

/* Who reads the file sees the words of the test sentences, and nothing of the padding behind them.
 */
static void
test_mask(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "file.npz");
  g_autoptr(GError) error = NULL;
  g_autoptr(NwForecast) forecast = NULL;
  NwExport what = create_export("negation-scope");
  const NwField *words = nw_dataset_get_field(what.dataset, "words");
  gsize n, steps = (gsize)words->type.shape.dim[0], n_words = 0;
  const guint32 *rows = nw_dataset_get_split(what.dataset, NW_SPLIT_TEST, &n);

  for (gsize i = 0; i < n * steps; i++)
    n_words += words->int32[rows[i / steps] * steps + i % steps] != 0;
  g_assert_true(nw_format_find("predictions-npz")->write(&what, path, &error));
  g_assert_no_error(error);
  forecast = nw_forecast_read(path, NW_TASK_AUTO, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(forecast->rows, ==, n_words);
  g_assert_cmpuint(forecast->masked, ==, n * steps - n_words);
  clear_export(&what);
}

static void
test_another_file(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_file(folder, "wrong", "a,b\n1,2\n", -1);
  NwExport what = create_export("iris");

  for (const NwFormat *format = nw_formats; format->id; format++) {
    g_autoptr(GError) error = NULL;
    NwReadback readback;

    g_assert_false(nw_readback_measure(format, &what, path, &readback, &error));
    test_assert_error(error, "wrong");
  }
  clear_export(&what);
}

int
main(int argc, char **argv)
{
  int answer;

  if (nw_helper_main(argc, argv, &answer)) /* archives are unpacked in a process of their own */
    return answer;
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/readback/every-format-gives-back-what-was-written", "iris",
                       test_every_format);
  g_test_add_data_func("/readback/and-leaves-out-what-is-masked", "negation-scope",
                       test_every_format);
  g_test_add_func("/readback/a-mask-goes-along-with-predictions", test_mask);
  g_test_add_func("/readback/a-difference-is-seen", test_differences_are_seen);
  g_test_add_func("/readback/another-file-is-refused", test_another_file);
  return g_test_run();
}
