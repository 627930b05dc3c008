/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-dataset.h"
#include "nw-helper.h"
#include "nw-npy.h"
#include "nw-npz.h"
#include "test-folder.h"

#include <math.h>

/* A project's data in a folder of its own. */
typedef struct {
  TestFolder *folder;
  NwDataSettings *settings;
} Fixture;

static void
take(Fixture *f, NwDataSettings *next)
{
  nw_data_settings_unref(f->settings);
  f->settings = next;
}

static void
setup(Fixture *f, gconstpointer unused)
{
  f->folder = test_folder_new();
  f->settings = nw_data_settings_new();
}

static void
teardown(Fixture *f, gconstpointer unused)
{
  test_folder_free(f->folder);
  nw_data_settings_unref(f->settings);
}

static void
add_source(Fixture *f, const char *name, const char *text, NwSourceUse use)
{
  g_autofree char *file = g_strconcat(name, ".csv", NULL);
  const NwDataSource source = {.name = (char *)name, .path = file, .use = use};

  g_free(test_folder_file(f->folder, file, text, -1));
  take(f, nw_data_settings_with_source(f->settings, &source));
}

/* An array in a file of its own, as the source and the column @name. */
static void
add_array(Fixture *f, const char *name, NwShape shape, const float *data)
{
  g_autofree char *file = g_strconcat(name, ".npy", NULL);
  g_autofree char *path = test_folder_path(f->folder, file);
  const NwDataSource source = {.name = (char *)name, .path = file};
  NwFileTensor tensor = {.name = name, .dtype = NW_TENSOR_F32, .rank = shape.rank, .data = data};

  for (int i = 0; i < shape.rank; i++)
    tensor.shape[i] = shape.dim[i];
  g_assert_true(nw_npy_write(path, &tensor, NULL));
  take(f, nw_data_settings_with_source(f->settings, &source));
}

static void
set_column_of(Fixture *f, const char *source, const char *column, NwColumnKind kind,
              NwScaling scaling)
{
  const NwColumnSetting setting = {(char *)source, (char *)column, TRUE, kind, scaling};

  take(f, nw_data_settings_with_column(f->settings, &setting));
}

static void
set_column(Fixture *f, const char *column, NwColumnKind kind, NwScaling scaling)
{
  set_column_of(f, "t", column, kind, scaling);
}

/* @columns: names between bars */
static void
bind(Fixture *f, const char *field, const char *source, const char *columns)
{
  g_auto(GStrv) names = g_strsplit(columns, "|", -1);

  take(f, nw_data_settings_with_binding(f->settings, field, source, (const char *const *)names));
}

static void
set_split(Fixture *f, double validation, double test, gboolean shuffle, const char *stratify)
{
  const NwSplitSettings split = {validation, test, 1, shuffle, (char *)stratify};

  take(f, nw_data_settings_with_split(f->settings, &split));
}

static NwDataset *
build(Fixture *f, const NwFieldRequest *requests, gsize n, GError **error)
{
  return nw_dataset_build(f->settings, f->folder->path, NULL, requests, n, error);
}

static void
assert_fails(Fixture *f, const NwFieldRequest *requests, gsize n, const char *piece)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(build(f, requests, n, &error));
  test_assert_error(error, piece);
}

#define INPUT(name, ...)                                                                           \
  {                                                                                                \
    name, NW_FIELD_INPUT, {NW_SHAPE(__VA_ARGS__), NW_REAL}, NW_CATEGORY_AS_ONE_HOT                 \
  }
#define TARGET(name, ...)                                                                          \
  {                                                                                                \
    name, NW_FIELD_TARGET, {NW_SHAPE(__VA_ARGS__), NW_REAL}, NW_CATEGORY_AS_ONE_HOT                \
  }
#define INDEX(name)                                                                                \
  {                                                                                                \
    name, NW_FIELD_TARGET, {{0}, NW_INT32}, NW_CATEGORY_AS_INDEX                                   \
  }

static const char *const flowers = "width,height,species,wild\n"
                                   "1,10,rose,0\n2,20,lily,1\n3,30,tulip,0\n4,40,rose,1\n"
                                   "5,50,lily,0\n6,60,tulip,1\n7,70,rose,0\n8,80,lily,1\n";

static void
test_fields(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest requests[] = {INPUT("x", 2), TARGET("kind", 3), INDEX("index"),
                                     TARGET("wild", 1)};
  g_autoptr(GError) error = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  const NwField *x, *kind, *index, *wild;

  add_source(f, "t", flowers, NW_SOURCE_ROWS);
  bind(f, "x", "t", "width|height");
  bind(f, "kind", "t", "species");
  bind(f, "index", "t", "species");
  bind(f, "wild", "t", "wild");
  set_split(f, 0.25, 0, FALSE, NULL);
  dataset = build(f, requests, G_N_ELEMENTS(requests), &error);
  g_assert_no_error(error);
  g_assert_cmpuint(nw_dataset_get_n_rows(dataset), ==, 8);

  x = nw_dataset_get_field(dataset, "x");
  g_assert_cmpint(x->role, ==, NW_FIELD_INPUT);
  g_assert_cmpfloat(x->real[5], ==, 30);
  g_assert_cmpstr(x->labels[1], ==, "height");
  kind = nw_dataset_get_field(dataset, "kind");
  g_assert_cmpstr(kind->labels[0], ==, "lily");
  g_assert_cmpstr(kind->labels[2], ==, "tulip");
  g_assert_null(kind->labels[3]);
  g_assert_cmpfloat(kind->real[0], ==, 0); /* the first row is a rose */
  g_assert_cmpfloat(kind->real[1], ==, 1);
  g_assert_cmpfloat(kind->real[2], ==, 0);
  g_assert_cmpfloat(kind->real[3], ==, 1); /* the second a lily */
  index = nw_dataset_get_field(dataset, "index");
  g_assert_cmpint(index->int32[0], ==, 1);
  g_assert_cmpint(index->int32[2], ==, 2);
  g_assert_cmpstr(index->labels[1], ==, "rose");
  wild = nw_dataset_get_field(dataset, "wild");
  g_assert_cmpfloat(wild->real[1], ==, 1);
  g_assert_cmpstr(wild->labels[0], ==, "wild");
  g_assert_null(nw_dataset_get_field(dataset, "nothing"));
}

static void
test_split_in_order(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest request = INPUT("x", 1);
  g_autoptr(NwDataset) dataset = NULL;
  gsize n;

  add_source(f, "t", flowers, NW_SOURCE_ROWS);
  bind(f, "x", "t", "width");
  set_split(f, 0.25, 0.125, FALSE, NULL);
  dataset = build(f, &request, 1, NULL);
  g_assert_cmpuint(nw_dataset_get_split(dataset, NW_SPLIT_TRAIN, &n)[4], ==, 4);
  g_assert_cmpuint(n, ==, 5);
  g_assert_cmpuint(nw_dataset_get_split(dataset, NW_SPLIT_VALIDATION, &n)[0], ==, 5);
  g_assert_cmpuint(n, ==, 2);
  g_assert_cmpuint(nw_dataset_get_split(dataset, NW_SPLIT_TEST, &n)[0], ==, 7);
  g_assert_cmpuint(n, ==, 1);
}

static void
test_scaling(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest request = INPUT("x", 2);
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(GError) error = NULL;
  const float *x;
  double sd = sqrt(35.0 / 12); /* of 1 … 6 */

  add_source(f, "t", flowers, NW_SOURCE_ROWS);
  bind(f, "x", "t", "width|height");
  set_column(f, "width", NW_COLUMN_NUMBER, NW_SCALING_STANDARDIZE);
  set_column(f, "height", NW_COLUMN_NUMBER, NW_SCALING_MINMAX);
  set_split(f, 0.25, 0, FALSE, NULL);
  dataset = build(f, &request, 1, &error);
  g_assert_no_error(error);
  x = nw_dataset_get_field(dataset, "x")->real;
  g_assert_cmpfloat_with_epsilon(x[0], (1 - 3.5) / sd, 1e-6);
  g_assert_cmpfloat_with_epsilon(x[1], 0, 1e-6);
  g_assert_cmpfloat_with_epsilon(x[11], 1, 1e-6);
  /* the validation rows 7 and 8 had no say, so they lie outside */
  g_assert_cmpfloat_with_epsilon(x[14], (8 - 3.5) / sd, 1e-6);
  g_assert_cmpfloat_with_epsilon(x[15], 1.4, 1e-6);
}

static void
test_constant_column(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest request = INPUT("x", 1);
  g_autoptr(NwDataset) dataset = NULL;

  add_source(f, "t", "a,b\n7,1\n7,2\n7,3\n7,4\n", NW_SOURCE_ROWS);
  bind(f, "x", "t", "a");
  set_column(f, "a", NW_COLUMN_NUMBER, NW_SCALING_STANDARDIZE);
  dataset = build(f, &request, 1, NULL);
  g_assert_cmpfloat(nw_dataset_get_field(dataset, "x")->real[2], ==, 0);
}

static void
test_reshape(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest good = INPUT("x", 2, 1, 1), bad = INPUT("x", 8, 8, 1);
  g_autoptr(NwDataset) dataset = NULL;

  add_source(f, "t", flowers, NW_SOURCE_ROWS);
  bind(f, "x", "t", "width|height");
  dataset = build(f, &good, 1, NULL);
  g_assert_cmpint(nw_dataset_get_field(dataset, "x")->type.shape.rank, ==, 3);
  assert_fails(f, &bad, 1, "“x” takes 8 × 8 × 1 but its columns give 2");
}

/* Dense 1 with sigmoid and Dense 2 with softmax, for text and for 0/1. */
static void
test_two_heads(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest requests[] = {TARGET("one", 1),     TARGET("two", 2), TARGET("bit one", 1),
                                     TARGET("bit two", 2), INDEX("index"),   TARGET("both", 2)};
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(GError) error = NULL;
  const NwField *two, *one, *bit;

  add_source(f, "t", "a,b\nyes,0\nno,1\nyes,1\nno,0\n", NW_SOURCE_ROWS);
  bind(f, "one", "t", "a");
  bind(f, "two", "t", "a");
  bind(f, "bit one", "t", "b");
  bind(f, "bit two", "t", "b");
  bind(f, "index", "t", "b");
  bind(f, "both", "t", "b|b");
  set_split(f, 0, 0, TRUE, NULL);
  dataset = build(f, requests, G_N_ELEMENTS(requests), &error);
  g_assert_no_error(error);
  one = nw_dataset_get_field(dataset, "one");
  g_assert_cmpfloat(one->real[0], ==, 1);
  g_assert_cmpfloat(one->real[1], ==, 0);
  g_assert_cmpstr(one->labels[0], ==, "yes");
  two = nw_dataset_get_field(dataset, "two");
  g_assert_cmpfloat(two->real[0], ==, 0);
  g_assert_cmpfloat(two->real[1], ==, 1);
  g_assert_cmpstr(two->labels[0], ==, "no");
  bit = nw_dataset_get_field(dataset, "bit two");
  g_assert_cmpfloat(bit->real[0], ==, 1);
  g_assert_cmpfloat(bit->real[3], ==, 1);
  g_assert_cmpstr(bit->labels[1], ==, "1");
  g_assert_cmpint(nw_dataset_get_field(dataset, "index")->int32[1], ==, 1);
  g_assert_cmpfloat(nw_dataset_get_field(dataset, "both")->real[3], ==, 1);
}

static void
test_soft_targets(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest request = TARGET("p", 2);
  g_autoptr(NwDataset) dataset = NULL;

  add_source(f, "t", "a,b\n0.25,1\n0.5,0\n1,0.125\n", NW_SOURCE_ROWS);
  bind(f, "p", "t", "a|b");
  dataset = build(f, &request, 1, NULL);
  g_assert_cmpfloat(nw_dataset_get_field(dataset, "p")->real[5], ==, 0.125f);
}

static void
test_bad_cells(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest request = INPUT("x", 1);
  const struct {
    const char *text, *piece;
  } cases[] = {
      {"a,b\n1,2\n,3\n4,5\n", "“t.csv”, line 3, column “a”: there is no number"},
      {"a,b\n1,2\nnan,3\n4,5\n", "“t.csv”, line 3, column “a”: there is no number"},
      {"a,b\n1,2\n2,3\ninf,5\n", "“t.csv”, line 4, column “a”: the number is infinite"},
      {"a,b\n1,2\n2,3\n1e300,5\n", "“t.csv”, line 4, column “a”: the number is infinite or too"},
      {"a,b\n1,2\n\n2,3\nabc,5\n", "“t.csv”, line 5, column “a”: “abc” is not a number"},
      {"a,b\n1,2\n", "“t.csv” has a single row"},
      {"a,b\n", "“t.csv” has no rows"},
      {"b,c\n1,2\n3,4\n", "“t.csv” has no column “a”, which feeds “x”"},
      {"", "“t.csv” is empty"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    add_source(f, "t", cases[i].text, NW_SOURCE_ROWS);
    bind(f, "x", "t", "a");
    set_column(f, "a", NW_COLUMN_NUMBER, NW_SCALING_STANDARDIZE);
    set_split(f, 0, 0, FALSE, NULL);
    assert_fails(f, &request, 1, cases[i].piece);
  }
}

static void
test_bad_categories(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest index = INDEX("y"), one = TARGET("y", 1), three = TARGET("y", 3);

  add_source(f, "t", "a,b,c\n1,u,0\n2,v,1\n3,,2\n4,w,1\n", NW_SOURCE_ROWS);
  bind(f, "y", "t", "b");
  set_split(f, 0.25, 0, FALSE, NULL);
  assert_fails(f, &index, 1, "line 4, column “b”: the cell is empty");
  add_source(f, "t", "a,b,c\n1,u,0\n2,v,1\n3,u,2\n4,w,1\n", NW_SOURCE_ROWS);
  assert_fails(f, &index, 1,
               "“t.csv”, line 5, column “b”: a validation row has “w”, which no training row has");
  set_split(f, 0, 0.25, FALSE, NULL);
  assert_fails(f, &index, 1, "a test row has “w”, which no training row has");
  set_split(f, 0, 0, FALSE, NULL);
  assert_fails(f, &one, 1, "“y” gives 1 but its target has 3");
  set_column(f, "b", NW_COLUMN_BINARY, NW_SCALING_NONE);
  assert_fails(f, &one, 1, "column “b” is to be 0 or 1 but has 3 different values");
  set_column(f, "b", NW_COLUMN_IGNORE, NW_SCALING_NONE);
  assert_fails(f, &index, 1, "the column “b” is ignored, yet it feeds “y”");
  bind(f, "y", "t", "a");
  set_column(f, "a", NW_COLUMN_NUMBER, NW_SCALING_NONE);
  assert_fails(f, &three, 1, "if it names classes, make the column a category");
  add_source(f, "t", "a\n0.5\n1\n", NW_SOURCE_ROWS);
  assert_fails(f, &index, 1, "line 2, column “a”: 0.5 is not a whole number");
}

static void
test_bad_bindings(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest x = INPUT("x", 1), y = TARGET("y", 1);
  NwFieldRequest optional = TARGET("z", 1);
  const NwFieldRequest both[] = {INPUT("x", 1), TARGET("y", 1)};
  const char *const unknown[] = {"u=other.csv", NULL}, *const malformed[] = {"t", NULL};
  g_autoptr(GError) error = NULL;

  optional.optional = TRUE;
  assert_fails(f, &x, 1, "nothing feeds “x” yet");
  assert_fails(f, &y, 1, "“y” has no target yet");
  assert_fails(f, &optional, 1, "no data are bound to the network yet");
  bind(f, "x", "t", "a");
  assert_fails(f, &x, 1, "“x” is fed by the source “t”, which is not there");
  add_source(f, "t", "abc,b\n1,2\n3,4\n", NW_SOURCE_ROWS);
  bind(f, "x", "t", "abd");
  assert_fails(f, &x, 1, "did you mean “abc”?");
  bind(f, "x", "t", "abc");
  add_source(f, "u", "c\n1\n2\n3\n", NW_SOURCE_ROWS);
  bind(f, "y", "u", "c");
  assert_fails(f, both, 2, "“c” of “u” has 3 rows, other data have 2");
  g_assert_null(nw_dataset_build(f->settings, NULL, malformed, &x, 1, &error));
  test_assert_error(error, "“t” must be NAME=PATH");
  g_clear_error(&error);
  take(f, nw_data_settings_without_source(f->settings, "u"));
  g_assert_null(nw_dataset_build(f->settings, NULL, unknown, &x, 1, &error));
  test_assert_error(error, "the project has no source called “u”; it has “t”");
}

static void
test_too_large(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest request = TARGET("y", 1 << 20), fits = TARGET("y", 100, 100000);
  g_autoptr(GString) columns = g_string_new("a");
  GString *text = g_string_new("a\n");
  g_autofree char *owned = NULL;

  for (int i = 0; i < 100000; i++)
    g_string_append_printf(text, "%d\n", i);
  owned = g_string_free(text, FALSE);
  add_source(f, "t", owned, NW_SOURCE_ROWS);
  bind(f, "y", "t", "a");
  set_split(f, 0, 0, FALSE, NULL);
  set_column(f, "a", NW_COLUMN_CATEGORY, NW_SCALING_NONE);
  assert_fails(f, &request, 1, "“y” gives 1048576 but its target has 100000");
  for (int i = 0; i < 99; i++)
    g_string_append(columns, "|a");
  bind(f, "y", "t", columns->str);
  assert_fails(f, &fits, 1, "the data of “y” do not fit into memory: 100000 rows of 10000000");
}

static void
test_own_files(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest requests[] = {INPUT("x", 1), INDEX("y")};
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(GError) error = NULL;
  gsize n;

  add_source(f, "t", "a,b\n1,u\n2,v\n3,u\n", NW_SOURCE_ROWS);
  add_source(f, "v", "b,a\nv,4\nu,5\n", NW_SOURCE_VALIDATION);
  add_source(f, "w", "a,b\n6,v\n", NW_SOURCE_TEST);
  bind(f, "x", "t", "a");
  bind(f, "y", "t", "b");
  dataset = build(f, requests, 2, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(nw_dataset_get_n_rows(dataset), ==, 6);
  nw_dataset_get_split(dataset, NW_SPLIT_TRAIN, &n);
  g_assert_cmpuint(n, ==, 3);
  g_assert_cmpuint(nw_dataset_get_split(dataset, NW_SPLIT_VALIDATION, &n)[1], ==, 4);
  g_assert_cmpuint(n, ==, 2);
  g_assert_cmpuint(nw_dataset_get_split(dataset, NW_SPLIT_TEST, &n)[0], ==, 5);
  g_assert_cmpuint(n, ==, 1);
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat(nw_dataset_get_field(dataset, "x")->real[i], ==, i + 1);
  g_assert_cmpint(nw_dataset_get_field(dataset, "y")->int32[3], ==, 1);

  add_source(f, "v", "a,b\n4,new\n", NW_SOURCE_VALIDATION);
  assert_fails(f, requests, 2, "“v.csv”, line 2, column “b”: a validation row has “new”");
  bind(f, "x", "v", "a");
  assert_fails(f, requests, 2, "“x” is fed by “v”, which is there for validation or test rows");
}

/* mnist.npz of Keras: one file is two sources. */
static void
test_arrays(Fixture *f, gconstpointer unused)
{
  g_autofree char *path = test_folder_path(f->folder, "m.npz");
  const float x[] = {0, 1, 2, 3, 4, 5, 6, 7}, more[] = {8, 9, 10, 11};
  const gint32 y[] = {0, 2}, more_y[] = {2};
  const NwFileTensor tensors[] = {{"x_train", NW_TENSOR_F32, 3, {2, 2, 2}, x},
                                  {"y_train", NW_TENSOR_I32, 1, {2}, y},
                                  {"x_test", NW_TENSOR_F32, 3, {1, 2, 2}, more},
                                  {"y_test", NW_TENSOR_I32, 1, {1}, more_y}};
  const NwDataSource train = {.name = "m", .path = "m.npz"},
                     test = {.name = "n", .path = "m.npz", .use = NW_SOURCE_TEST};
  const NwColumnSetting scaled = {(char *)"m", (char *)"x_train", FALSE, NW_COLUMN_NUMBER,
                                  NW_SCALING_MINMAX};
  const NwFieldRequest requests[] = {INPUT("image", 2, 2, 1), INDEX("digit")},
                       wrong = INPUT("image", 3, 3);
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(GError) error = NULL;
  const float *image;
  gsize n;

  g_assert_true(nw_npz_write(path, tensors, 4, NULL));
  take(f, nw_data_settings_with_source(f->settings, &train));
  take(f, nw_data_settings_with_source(f->settings, &test));
  take(f, nw_data_settings_with_column(f->settings, &scaled));
  bind(f, "image", "m", "x_train");
  bind(f, "digit", "m", "y_train");
  set_split(f, 0, 0.5, TRUE, NULL);
  dataset = build(f, requests, 2, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(nw_dataset_get_split(dataset, NW_SPLIT_TEST, &n)[0], ==, 2);
  g_assert_cmpuint(n, ==, 1);
  /* one scale per entry of the last axis: columns 0, 2, 4, 6 and 1, 3, 5, 7 */
  image = nw_dataset_get_field(dataset, "image")->real;
  g_assert_cmpfloat_with_epsilon(image[2], 2.0 / 6, 1e-6);
  g_assert_cmpfloat_with_epsilon(image[3], 2.0 / 6, 1e-6);
  g_assert_cmpfloat_with_epsilon(image[8], 8.0 / 6, 1e-6);
  g_assert_cmpint(nw_dataset_get_field(dataset, "digit")->int32[2], ==, 2);
  assert_fails(f, &wrong, 1, "“image” takes 3 × 3 but its columns give 2 × 2");
}

static void
test_prediction(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest requests[] = {INPUT("x", 4), TARGET("y", 2)};
  g_autofree char *other = NULL, *bad = NULL, *half = NULL, *narrow = NULL;
  g_autofree char *path = NULL;
  g_autoptr(NwDataset) trained = NULL, predicted = NULL, without = NULL;
  g_autoptr(GError) error = NULL;
  const char *preparation;
  const char *overrides[] = {NULL, NULL};
  const float *x;
  gsize n;

  add_source(f, "t", "a,colour,y\n1,red,u\n3,blue,v\n5,red,u\n7,green,v\n", NW_SOURCE_ROWS);
  bind(f, "x", "t", "a|colour");
  bind(f, "y", "t", "y");
  set_column(f, "a", NW_COLUMN_NUMBER, NW_SCALING_STANDARDIZE);
  set_split(f, 0, 0, TRUE, NULL);
  trained = build(f, requests, 2, &error);
  g_assert_no_error(error);
  preparation = nw_dataset_get_preparation(trained);
  g_assert_cmpstr(nw_dataset_get_field(trained, "x")->labels[1], ==, "colour = blue");
  g_assert_cmpuint(strlen(nw_dataset_get_hash(trained)), ==, 64);

  path = test_folder_file(f->folder, "new.csv", "colour,a,y\ngreen,9,v\nred,1,u\n", -1);
  overrides[0] = other = g_strconcat("t=", path, NULL);
  predicted = nw_dataset_build_for_prediction(f->settings, NULL, overrides, preparation, requests,
                                              2, &error);
  g_assert_no_error(error);
  x = nw_dataset_get_field(predicted, "x")->real;
  g_assert_cmpfloat_with_epsilon(x[0], (9 - 4) / sqrt(5), 1e-6);
  g_assert_cmpfloat(x[2], ==, 1);
  nw_dataset_get_split(predicted, NW_SPLIT_TEST, &n);
  g_assert_cmpuint(n, ==, 2);
  nw_dataset_get_split(predicted, NW_SPLIT_TRAIN, &n);
  g_assert_cmpuint(n, ==, 0);
  g_assert_cmpfloat(nw_dataset_get_field(predicted, "y")->real[1], ==, 1);

  g_free(path);
  path = test_folder_file(f->folder, "half.csv", "colour,a,y\ngreen,9,\nred,1,u\n", -1);
  overrides[0] = half = g_strconcat("t=", path, NULL);
  without = nw_dataset_build_for_prediction(f->settings, NULL, overrides, preparation, requests, 2,
                                            &error);
  g_assert_no_error(error);
  g_assert_null(nw_dataset_get_field(without, "y"));

  g_free(path);
  path = test_folder_file(f->folder, "bad.csv", "colour,a\nblack,9\n", -1);
  overrides[0] = bad = g_strconcat("t=", path, NULL);
  g_assert_null(nw_dataset_build_for_prediction(f->settings, NULL, overrides, preparation, requests,
                                                2, &error));
  test_assert_error(error, "“bad.csv”, line 2, column “colour”: “black” is not among the data");
  g_clear_error(&error);

  g_free(path);
  path = test_folder_file(f->folder, "narrow.csv", "colour\nred\n", -1);
  overrides[0] = narrow = g_strconcat("t=", path, NULL);
  g_assert_null(nw_dataset_build_for_prediction(f->settings, NULL, overrides, preparation, requests,
                                                2, &error));
  test_assert_error(error, "“narrow.csv” has no column “a”, which feeds “x”");
}

static void
test_damaged_preparation(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest request = INPUT("x", 1);
  const char *const texts[] = {
      "",
      "[]",
      "{\"version\": 2}",
      "{\"version\": 1, \"columns\": [3]}",
      "{\"version\":1,\"columns\":[{\"source\":\"t\",\"column\":\"a\",\"kind\":\"ignore\"}]}",
      "{\"version\":1,\"columns\":[{\"source\":\"t\",\"column\":\"a\",\"scaling\":\"minmax\"}]}",
      "{\"version\":1,\"columns\":[{\"source\":\"t\",\"column\":\"a\",\"offset\":[1]}]}",
      ("{\"version\":1,\"columns\":[{\"source\":\"t\",\"column\":\"a\",\"kind\":\"category\","
       "\"values\":[2,1]}]}"),
      "{\"version\":1,\"columns\":[{\"source\":\"t\",\"column\":\"a\",\"kind\":\"category\"}]}",
      "{\"version\":1,\"columns\":[]}",
  };

  add_source(f, "t", "a\n1\n2\n", NW_SOURCE_ROWS);
  bind(f, "x", "t", "a");
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(nw_dataset_build_for_prediction(f->settings, f->folder->path, NULL, texts[i],
                                                  &request, 1, &error));
    g_assert_nonnull(error);
    g_assert_cmpuint(error->domain, ==, NW_ERROR);
  }
}

static void
test_stratified_by_column(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest request = INDEX("y");
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(GError) error = NULL;
  const guint32 *rows;
  gsize n, wild = 0;

  add_source(f, "t", flowers, NW_SOURCE_ROWS);
  bind(f, "y", "t", "wild");
  set_split(f, 0.5, 0, TRUE, "wild");
  dataset = build(f, &request, 1, &error);
  g_assert_no_error(error);
  rows = nw_dataset_get_split(dataset, NW_SPLIT_VALIDATION, &n);
  g_assert_cmpuint(n, ==, 4);
  for (gsize i = 0; i < n; i++)
    wild += (gsize)nw_dataset_get_field(dataset, "y")->int32[rows[i]];
  g_assert_cmpuint(wild, ==, 2);
  set_split(f, 0.5, 0, TRUE, "colour");
  assert_fails(f, &request, 1, "the split is stratified by “colour”, but no such column");
}

/* Sequences of three steps of two numbers; the target takes the last step of each. */
static void
test_last_step(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest requests[] = {INPUT("x", 3, 2), TARGET("last", 2)};
  double numbers[8 * 3 * 2];
  const NwFileTensor tensor = {
      .dtype = NW_TENSOR_F64, .rank = 3, .shape = {8, 3, 2}, .data = numbers};
  const NwDataSource source = {.name = (char *)"t", .path = (char *)"t.npy"};
  g_autofree char *path = test_folder_path(f->folder, "t.npy");
  g_autoptr(GError) error = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(JsonNode) json = NULL;
  g_autoptr(NwDataSettings) back = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    numbers[i] = (double)i;
  g_assert_true(nw_npy_write(path, &tensor, NULL));
  take(f, nw_data_settings_with_source(f->settings, &source));
  bind(f, "x", "t", "t");
  bind(f, "last", "t", "t");
  assert_fails(f, requests, G_N_ELEMENTS(requests), "“last” gives 2 but its target has 3 × 2");
  take(f, nw_data_settings_with_last_step(f->settings, "last", TRUE));
  json = nw_data_settings_to_json(f->settings);
  back = nw_data_settings_from_json(json, NULL);
  g_assert_true(nw_data_settings_equal(f->settings, back));

  dataset = build(f, requests, G_N_ELEMENTS(requests), &error);
  g_assert_no_error(error);
  for (gsize row = 0; row < 8; row++)
    for (gsize i = 0; i < 2; i++)
      g_assert_cmpfloat(nw_dataset_get_field(dataset, "last")->real[row * 2 + i], ==,
                        (float)(row * 6 + 4 + i));
}

static const float *
row_of(const NwDataset *dataset, const char *name, gsize row)
{
  const NwField *field = nw_dataset_get_field(dataset, name);

  return field->real + row * (gsize)nw_shape_elements(&field->type.shape);
}

/* Three steps of two numbers become five, or two, at either end; ids are filled up with an id. */
static void
test_fit(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest requests[] = {INPUT("behind", 5, 2),
                                     INPUT("front", 5, 2),
                                     INPUT("first", 2, 2),
                                     INPUT("last", 2, 2),
                                     {.name = "ids", .type = {NW_SHAPE(4), NW_INT32}}};
  double numbers[4 * 3 * 2];
  const NwFileTensor tensor = {
      .dtype = NW_TENSOR_F64, .rank = 3, .shape = {4, 3, 2}, .data = numbers};
  const NwFileTensor ids = {.dtype = NW_TENSOR_F64, .rank = 2, .shape = {4, 6}, .data = numbers};
  const NwDataSource source = {.name = (char *)"t", .path = (char *)"t.npy"};
  const NwDataSource more = {.name = (char *)"i", .path = (char *)"i.npy"};
  g_autofree char *path = test_folder_path(f->folder, "t.npy");
  g_autofree char *other = test_folder_path(f->folder, "i.npy");
  g_autoptr(GError) error = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(JsonNode) json = NULL;
  g_autoptr(NwDataSettings) back = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    numbers[i] = (double)i;
  g_assert_true(nw_npy_write(path, &tensor, NULL));
  g_assert_true(nw_npy_write(other, &ids, NULL));
  take(f, nw_data_settings_with_source(f->settings, &source));
  take(f, nw_data_settings_with_source(f->settings, &more));
  for (gsize i = 0; i < 4; i++)
    bind(f, requests[i].name, "t", "t");
  bind(f, "ids", "i", "i");
  assert_fails(f, requests, G_N_ELEMENTS(requests),
               "“behind” takes 5 × 2 but its columns give 3 × 2");
  take(f, nw_data_settings_with_fit(f->settings, "behind", NW_FIT_END, 9));
  take(f, nw_data_settings_with_fit(f->settings, "front", NW_FIT_START, -1));
  take(f, nw_data_settings_with_fit(f->settings, "first", NW_FIT_END, 0));
  take(f, nw_data_settings_with_fit(f->settings, "last", NW_FIT_START, 0));
  take(f, nw_data_settings_with_fit(f->settings, "ids", NW_FIT_START, 7));
  json = nw_data_settings_to_json(f->settings);
  back = nw_data_settings_from_json(json, NULL);
  g_assert_true(nw_data_settings_equal(f->settings, back));

  dataset = build(f, requests, G_N_ELEMENTS(requests), &error);
  g_assert_no_error(error);
  for (gsize row = 0; row < 4; row++)
    for (gsize i = 0; i < 10; i++) {
      float first = (float)(6 * row);
      g_assert_cmpfloat(row_of(dataset, "behind", row)[i], ==, i < 6 ? first + (float)i : 9);
      g_assert_cmpfloat(row_of(dataset, "front", row)[i], ==, i < 4 ? -1 : first + (float)i - 4);
      if (i < 4) {
        g_assert_cmpfloat(row_of(dataset, "first", row)[i], ==, first + (float)i);
        g_assert_cmpfloat(row_of(dataset, "last", row)[i], ==, first + (float)i + 2);
        g_assert_cmpint(nw_dataset_get_field(dataset, "ids")->int32[4 * row + i], ==,
                        (gint32)(6 * row + i + 2));
      }
    }
}

/* New rows to predict for may be of another length than those trained with. */
static void
test_fit_new_rows(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest requests[] = {INPUT("x", 4, 1)};
  const double numbers[] = {1, 2, 3, 4, 5, 6};
  const NwFileTensor tensor = {
      .dtype = NW_TENSOR_F64, .rank = 3, .shape = {3, 2, 1}, .data = numbers};
  const NwFileTensor longer = {
      .dtype = NW_TENSOR_F64, .rank = 3, .shape = {1, 6, 1}, .data = numbers};
  const NwDataSource source = {.name = (char *)"t", .path = (char *)"t.npy"};
  g_autofree char *path = test_folder_path(f->folder, "t.npy");
  g_autoptr(GError) error = NULL;
  g_autoptr(NwDataset) dataset = NULL, again = NULL;

  g_assert_true(nw_npy_write(path, &tensor, NULL));
  take(f, nw_data_settings_with_source(f->settings, &source));
  bind(f, "x", "t", "t");
  take(f, nw_data_settings_with_fit(f->settings, "x", NW_FIT_END, 0));
  dataset = build(f, requests, 1, &error);
  g_assert_no_error(error);
  g_assert_true(nw_npy_write(path, &longer, NULL));
  again = nw_dataset_build_for_prediction(f->settings, f->folder->path, NULL,
                                          nw_dataset_get_preparation(dataset), requests, 1, &error);
  g_assert_no_error(error);
  for (int i = 0; i < 4; i++)
    g_assert_cmpfloat(row_of(again, "x", 0)[i], ==, (float)(i + 1));
}

static void
test_logarithm(Fixture *f, gconstpointer unused)
{
  const NwFieldRequest requests[] = {INPUT("x", 1)};
  g_autoptr(GError) error = NULL;
  g_autoptr(NwDataset) dataset = NULL;

  add_source(f, "t", "minutes,below\n0,-1\n1,0\n10,1\n100,2\n", NW_SOURCE_ROWS);
  set_column(f, "minutes", NW_COLUMN_NUMBER, NW_SCALING_LOG1P);
  set_column(f, "below", NW_COLUMN_NUMBER, NW_SCALING_LOG1P);
  bind(f, "x", "t", "minutes");
  dataset = build(f, requests, 1, &error);
  g_assert_no_error(error);
  for (int row = 0; row < 4; row++)
    g_assert_cmpfloat_with_epsilon(nw_dataset_get_field(dataset, "x")->real[row],
                                   log1p((double[]){0, 1, 10, 100}[row]), 1e-6);
  bind(f, "x", "t", "below");
  assert_fails(f, requests, 1, "line 2, column “below”: -1 has no logarithm here");
}

/* Times become gaps, whether they count down or up; what is masked stays. */
static void
test_gaps(Fixture *f, gconstpointer unused)
{
  static const float down[] = {-1, -1, 300, 60, 0, 90, 90, 20, 5, 0},
                     up[] = {10, 11, 13, 13, 20, 5, 6, 8, 9, 19},
                     both[] = {0, 0, 300, 60, 0, 90, 90, 20, 5, 0};
  static const double gaps_down[] = {-1, -1, 0, 240, 60, 0, 0, 70, 15, 5},
                      gaps_up[] = {0, 1, 2, 0, 7, 0, 1, 2, 1, 10};
  NwFieldRequest requests[] = {
      {.name = "x", .type = {NW_SHAPE(5, 1), NW_REAL}, .has_mask = TRUE, .mask = -1},
      {.name = "y", .type = {NW_SHAPE(5, 1), NW_REAL}}};
  g_autoptr(GError) error = NULL;
  g_autoptr(NwDataset) dataset = NULL, logarithms = NULL, again = NULL;

  set_split(f, 0, 0, FALSE, NULL);
  add_array(f, "down", (NwShape)NW_SHAPE(2, 5, 1), down);
  add_array(f, "up", (NwShape)NW_SHAPE(2, 5, 1), up);
  add_array(f, "both", (NwShape)NW_SHAPE(2, 5, 1), both);
  add_source(f, "one", "a\n1\n2\n", NW_SOURCE_ROWS);
  for (int i = 0; i < 3; i++) {
    const char *name = ((const char *const[]){"down", "up", "both"})[i];
    set_column_of(f, name, name, NW_COLUMN_NUMBER, NW_SCALING_GAPS);
  }
  bind(f, "x", "down", "down");
  bind(f, "y", "up", "up");
  dataset = build(f, requests, 2, &error);
  g_assert_no_error(error);
  for (int i = 0; i < 10; i++) {
    g_assert_cmpfloat(nw_dataset_get_field(dataset, "x")->real[i], ==, gaps_down[i]);
    g_assert_cmpfloat(nw_dataset_get_field(dataset, "y")->real[i], ==, gaps_up[i]);
  }
  set_column_of(f, "down", "down", NW_COLUMN_NUMBER, NW_SCALING_LOG1P_GAPS);
  logarithms = build(f, requests, 2, &error);
  g_assert_no_error(error);
  again =
      nw_dataset_build_for_prediction(f->settings, f->folder->path, NULL,
                                      nw_dataset_get_preparation(logarithms), requests, 2, &error);
  g_assert_no_error(error);
  for (int i = 0; i < 10; i++) {
    double expected = gaps_down[i] < 0 ? -1 : log1p(gaps_down[i]);
    g_assert_cmpfloat_with_epsilon(nw_dataset_get_field(logarithms, "x")->real[i], expected, 1e-6);
    g_assert_cmpfloat_with_epsilon(nw_dataset_get_field(again, "x")->real[i], expected, 1e-6);
  }
  bind(f, "x", "both", "both");
  assert_fails(f, requests, 2,
               "row 1 of “both”: step 4 goes from 300 to 60, the steps before go the other way");
  set_column_of(f, "one", "a", NW_COLUMN_NUMBER, NW_SCALING_GAPS);
  bind(f, "x", "one", "a");
  assert_fails(f, requests, 2, "column “a” is one number in a row, which has no steps");
}

static void
test_from_fields(void)
{
  const float x[] = {1, 2, 3, 4};
  char *labels[] = {(char *)"a", (char *)"b", NULL};
  const NwField field = {(char *)"x", FALSE,       {NW_SHAPE(2), NW_REAL},
                         2,           {.real = x}, .labels = labels};
  const guint32 train[] = {1};
  const guint32 *const splits[NW_N_SPLITS] = {train, NULL, NULL};
  const gsize n_split[NW_N_SPLITS] = {1, 0, 0};
  g_autoptr(NwDataset) dataset = nw_dataset_new_from_fields(&field, 1, 2, splits, n_split);
  gsize n;

  g_assert_cmpfloat(nw_dataset_get_field(dataset, "x")->real[3], ==, 4);
  g_assert_cmpuint(nw_dataset_get_split(dataset, NW_SPLIT_TRAIN, &n)[0], ==, 1);
  g_assert_cmpuint(n, ==, 1);
  g_assert_null(nw_dataset_get_preparation(dataset));
}

#define ADD(path, test) g_test_add(path, Fixture, NULL, setup, test, teardown)

int
main(int argc, char **argv)
{
  int exit_code;

  if (nw_helper_main(argc, argv, &exit_code))
    return exit_code;
  g_test_init(&argc, &argv, NULL);
  ADD("/dataset/columns-become-fields", test_fields);
  ADD("/dataset/rows-are-split-in-order", test_split_in_order);
  ADD("/dataset/scales-are-fitted-on-training-rows-alone", test_scaling);
  ADD("/dataset/a-constant-column-scales-to-zero", test_constant_column);
  ADD("/dataset/columns-take-the-shape-of-the-input", test_reshape);
  ADD("/dataset/one-unit-and-two-units-are-both-right-for-two-classes", test_two_heads);
  ADD("/dataset/a-target-may-be-a-percentage", test_soft_targets);
  ADD("/dataset/a-bad-cell-is-named-by-file-line-and-column", test_bad_cells);
  ADD("/dataset/a-bad-category-is-a-sentence", test_bad_categories);
  ADD("/dataset/a-binding-that-cannot-be-is-a-sentence", test_bad_bindings);
  ADD("/dataset/what-does-not-fit-into-memory-is-refused", test_too_large);
  ADD("/dataset/validation-and-test-rows-may-have-files-of-their-own", test_own_files);
  ADD("/dataset/arrays-for-training-and-testing-may-share-a-file", test_arrays);
  ADD("/dataset/a-field-may-take-the-last-step-alone", test_last_step);
  ADD("/dataset/sequences-are-cut-or-filled-up-to-a-length", test_fit);
  ADD("/dataset/and-so-are-new-rows-of-another-length", test_fit_new_rows);
  ADD("/dataset/a-column-may-be-its-logarithm", test_logarithm);
  ADD("/dataset/times-become-gaps-between-steps", test_gaps);
  ADD("/dataset/new-rows-are-prepared-as-those-trained-with", test_prediction);
  ADD("/dataset/a-damaged-preparation-is-refused", test_damaged_preparation);
  ADD("/dataset/a-column-can-be-equally-frequent-in-all-parts", test_stratified_by_column);
  g_test_add_func("/dataset/tensors-can-be-brought-along", test_from_fields);
  return g_test_run();
}
