/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What somebody gets who drops a file: tried on the data of the examples. */
#include "nw-data-guess.h"
#include "nw-helper.h"
#include "test-folder.h"

/* Reads @file and guesses for the requests; then the data must build. */
static NwDataSettings *
guess(const char *folder, const char *file, NwDataSettings *from, const NwFieldRequest *requests,
      gsize n, gboolean must_build)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(folder, file, NULL);
  g_autoptr(NwTable) table = nw_table_read(path, NULL, &error);
  g_autoptr(NwDataSettings) settings =
      from != NULL ? nw_data_settings_ref(from) : nw_data_settings_new();
  g_autoptr(NwDataSettings) with = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  const NwDataSource source = {.name = (char *)"s", .path = (char *)file};
  NwDataSettings *guessed;

  g_assert_no_error(error);
  with = nw_data_settings_with_source(settings, &source);
  guessed = nw_data_settings_guess(with, "s", table, requests, n);
  if (must_build) {
    dataset = nw_dataset_build(guessed, folder, NULL, requests, n, &error);
    g_assert_no_error(error);
  }
  return guessed;
}

static guint
n_bound(const NwDataSettings *settings, const char *field)
{
  const NwBinding *binding = nw_data_settings_find_binding(settings, field);

  return binding != NULL ? g_strv_length(binding->columns) : 0;
}

static const char *
first_bound(const NwDataSettings *settings, const char *field)
{
  return nw_data_settings_find_binding(settings, field)->columns[0];
}

static NwScaling
scaling_of(const NwDataSettings *settings, const char *column)
{
  const NwColumnSetting *setting = nw_data_settings_find_column(settings, "s", column);

  return setting != NULL ? setting->scaling : NW_SCALING_NONE;
}

static void
test_iris(void)
{
  const NwFieldRequest requests[] = {
      {"input", NW_FIELD_INPUT, {NW_SHAPE(4), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
      {"output", NW_FIELD_TARGET, {NW_SHAPE(3), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
  };
  g_autoptr(NwDataSettings) settings = guess(DATASETS, "iris.csv", NULL, requests, 2, TRUE);

  g_assert_cmpuint(n_bound(settings, "input"), ==, 4);
  g_assert_cmpstr(first_bound(settings, "output"), ==, "species");
  g_assert_cmpint(scaling_of(settings, "sepal_width"), ==, NW_SCALING_STANDARDIZE);
  g_assert_cmpstr(nw_data_settings_get_split(settings)->stratify, ==, "species");
}

/* Nothing fits the network as drawn; then the units can follow the data. */
static void
test_misfit(void)
{
  const NwFieldRequest requests[] = {
      {"input", NW_FIELD_INPUT, {NW_SHAPE(7), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
      {"output", NW_FIELD_TARGET, {NW_SHAPE(9), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
  };
  g_autoptr(NwDataSettings) settings = guess(DATASETS, "iris.csv", NULL, requests, 2, FALSE);

  g_assert_cmpuint(n_bound(settings, "input"), ==, 4);
  g_assert_cmpstr(first_bound(settings, "output"), ==, "species");
}

static void
test_digits(void)
{
  const NwFieldRequest requests[] = {
      {"image", NW_FIELD_INPUT, {NW_SHAPE(8, 8, 1), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
      {"digit", NW_FIELD_TARGET, {{0}, NW_INT32}, NW_CATEGORY_AS_INDEX},
      {"traits", NW_FIELD_TARGET, {NW_SHAPE(3), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
  };
  g_autoptr(NwDataSettings) settings = guess(DATASETS, "digits.csv", NULL, requests, 3, TRUE);

  g_assert_cmpuint(n_bound(settings, "image"), ==, 64);
  g_assert_cmpstr(first_bound(settings, "digit"), ==, "digit");
  g_assert_cmpuint(n_bound(settings, "traits"), ==, 3);
  g_assert_cmpstr(first_bound(settings, "traits"), ==, "even");
  g_assert_cmpint(scaling_of(settings, "pixel_3_3"), ==, NW_SCALING_MINMAX);
  g_assert_cmpstr(nw_data_settings_get_split(settings)->stratify, ==, "digit");
}

/* Answers that the network does not give are no features. */
static void
test_no_leak(void)
{
  const NwFieldRequest requests[] = {
      {"input", NW_FIELD_INPUT, {NW_SHAPE(64), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
      {"classes", NW_FIELD_TARGET, {NW_SHAPE(10), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
  };
  g_autoptr(NwDataSettings) settings = guess(DATASETS, "digits.csv", NULL, requests, 2, TRUE);

  g_assert_cmpuint(n_bound(settings, "input"), ==, 64);
  g_assert_cmpstr(first_bound(settings, "classes"), ==, "digit");
}

/* An input alone, before there are outputs. */
static void
test_input_alone(void)
{
  const NwFieldRequest request = {
      "input", NW_FIELD_INPUT, {NW_SHAPE(64), NW_REAL}, NW_CATEGORY_AS_ONE_HOT};
  g_autoptr(NwDataSettings) settings = guess(DATASETS, "digits.csv", NULL, &request, 1, TRUE);

  g_assert_cmpuint(n_bound(settings, "input"), ==, 64);
  g_assert_cmpstr(first_bound(settings, "input"), ==, "pixel_0_0");
}

static void
test_two_hundred(void)
{
  const NwFieldRequest requests[] = {
      {"features", NW_FIELD_INPUT, {NW_SHAPE(100), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
      {"output_cat", NW_FIELD_TARGET, {NW_SHAPE(200), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
  };
  g_autoptr(NwDataSettings) settings = guess(DATASETS, "two-hundred.npz", NULL, requests, 2, TRUE);

  g_assert_cmpstr(first_bound(settings, "features"), ==, "x");
  g_assert_cmpstr(first_bound(settings, "output_cat"), ==, "y");
  g_assert_cmpint(scaling_of(settings, "x"), ==, NW_SCALING_NONE);
}

static void
test_kept(void)
{
  const NwFieldRequest requests[] = {
      {"input", NW_FIELD_INPUT, {NW_SHAPE(3), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
      {"output", NW_FIELD_TARGET, {NW_SHAPE(1), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
  };
  g_autoptr(NwDataSettings) empty = nw_data_settings_new(), bound = NULL, settings = NULL;
  const char *const columns[] = {"sepal_width", NULL};

  bound = nw_data_settings_with_binding(empty, "output", "s", columns);
  settings = guess(DATASETS, "iris.csv", bound, requests, 2, FALSE);
  g_assert_cmpstr(first_bound(settings, "output"), ==, "sepal_width");
  g_assert_cmpuint(n_bound(settings, "input"), ==, 3);
}

static void
test_class_first(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  const NwFieldRequest requests[] = {
      {"input", NW_FIELD_INPUT, {NW_SHAPE(2), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
      {"output", NW_FIELD_TARGET, {NW_SHAPE(1), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
  };
  g_autoptr(NwDataSettings) settings = NULL;

  g_free(test_folder_file(folder, "w.csv", "class,a,b\nu,1,2\nv,3,4\nu,5,6\nv,7,8\n", -1));
  settings = guess(folder->path, "w.csv", NULL, requests, 2, TRUE);
  g_assert_cmpstr(first_bound(settings, "output"), ==, "class");
  g_assert_cmpuint(n_bound(settings, "input"), ==, 2);
}

/* Real data with 174 labels, where somebody has them. */
static void
test_many_labels(void)
{
  const char *folder = g_getenv("NETWRIGHT_TEST_DATA");
  g_autofree char *at = g_build_filename(folder != NULL ? folder : "/nonexistent", "cal500", NULL);
  const NwFieldRequest requests[] = {
      {"input", NW_FIELD_INPUT, {NW_SHAPE(68), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
      {"output", NW_FIELD_TARGET, {NW_SHAPE(174), NW_REAL}, NW_CATEGORY_AS_ONE_HOT},
  };

  if (!g_file_test(at, G_FILE_TEST_IS_DIR)) {
    g_test_skip("NETWRIGHT_TEST_DATA does not name a folder with cal500 in it");
    return;
  }
  g_autoptr(NwDataSettings) settings = guess(at, "cal500.csv", NULL, requests, 2, TRUE);
  g_assert_cmpuint(n_bound(settings, "input"), ==, 68);
  g_assert_true(g_str_has_prefix(first_bound(settings, "output"), "label:"));
}

/* An Input as it comes from the palette wants one number; nobody decided that. */
static void
test_any_shape(void)
{
  const struct {
    const char *file;
    NwShape target, shape;
    guint n_bound;
  } cases[] = {{"iris.csv", NW_SHAPE(3), NW_SHAPE(4), 4},
               {"two-hundred.npz", NW_SHAPE(200), NW_SHAPE(100), 1}};

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    const NwFieldRequest requests[] = {
        {"input", NW_FIELD_INPUT, {NW_SHAPE(1), NW_REAL}, .any_shape = TRUE},
        {"output", NW_FIELD_TARGET, {cases[i].target, NW_REAL}},
    };
    g_autoptr(NwDataSettings) settings =
        guess(DATASETS, cases[i].file, NULL, requests, G_N_ELEMENTS(requests), FALSE);
    g_autofree char *path = g_build_filename(DATASETS, cases[i].file, NULL);
    g_autoptr(NwTable) table = nw_table_read(path, NULL, NULL);
    NwShape shape;

    g_assert_cmpuint(n_bound(settings, "input"), ==, cases[i].n_bound);
    g_assert_true(nw_data_settings_get_shape(settings, "s", table, &requests[0], &shape));
    g_assert_true(nw_shape_equal(&shape, &cases[i].shape));
  }
}

int
main(int argc, char **argv)
{
  int exit_code;

  if (nw_helper_main(argc, argv, &exit_code))
    return exit_code;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data-guess/iris-binds-itself", test_iris);
  g_test_add_func("/data-guess/an-input-of-any-shape-takes-all-features", test_any_shape);
  g_test_add_func("/data-guess/what-does-not-fit-is-proposed-all-the-same", test_misfit);
  g_test_add_func("/data-guess/digits-feed-an-image-a-digit-and-traits", test_digits);
  g_test_add_func("/data-guess/other-answers-are-no-features", test_no_leak);
  g_test_add_func("/data-guess/an-input-alone-takes-the-first-columns", test_input_alone);
  g_test_add_func("/data-guess/two-hundred-labels-are-told-from-their-probabilities",
                  test_two_hundred);
  g_test_add_func("/data-guess/what-is-bound-stays-bound", test_kept);
  g_test_add_func("/data-guess/the-class-may-come-first", test_class_first);
  g_test_add_func("/data-guess/labels-at-the-end-are-one-output", test_many_labels);
  return g_test_run();
}
