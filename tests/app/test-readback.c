/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-readback.h"

#include "nw-helper.h"
#include "nw-plan.h"
#include "nw-project-json.h"
#include "test-folder.h"

/* The iris example with fresh weights and its data. */
static NwExport
create_export(void)
{
  g_autoptr(GError) error = NULL;
  NwProject *project = nw_project_load(EXAMPLES "/iris.netwright", &error);
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
test_every_format(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  NwExport what = create_export();

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
  NwExport what = create_export();

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

static void
test_another_file(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_file(folder, "wrong", "a,b\n1,2\n", -1);
  NwExport what = create_export();

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
  g_test_add_func("/readback/every-format-gives-back-what-was-written", test_every_format);
  g_test_add_func("/readback/a-difference-is-seen", test_differences_are_seen);
  g_test_add_func("/readback/another-file-is-refused", test_another_file);
  return g_test_run();
}
