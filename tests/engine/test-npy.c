/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* NPY and NPZ, against files that numpy wrote (tests/reference/make_arrays.py). */
#include "nw-archive.h"
#include "nw-helper.h"
#include "nw-npy.h"
#include "nw-npz.h"
#include "nw-table.h"
#include "test-folder.h"

#include <sys/wait.h>

static NwTable *
read_reference(const char *name)
{
  g_autofree char *path = g_strconcat(TEST_DATA "/", name, NULL);
  g_autoptr(GError) error = NULL;
  NwTable *table = nw_table_read(path, NULL, &error);

  g_assert_no_error(error);
  return table;
}

static void
test_dtypes(void)
{
  const char *const names[] = {"le-f2", "le-f4", "le-f8", "le-i1",     "le-i2",    "le-i4",
                               "le-i8", "le-u1", "le-u2", "le-u4",     "le-u8",    "be-f2",
                               "be-f4", "be-f8", "be-i2", "be-i4",     "be-i8",    "be-u2",
                               "be-u4", "be-u8", "le-b1", "version-2", "version-3"};

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *file = g_strconcat(names[i], ".npy", NULL);
    g_autoptr(NwTable) table = read_reference(file);
    const NwTableColumn *column = nw_table_get_column(table, 0);
    char kind = names[i][3];
    double values[6];

    g_assert_cmpstr(column->name, ==, names[i]);
    g_assert_cmpuint(column->rows, ==, 2);
    g_assert_cmpint(column->shape.rank, ==, 1);
    g_assert_cmpint(column->shape.dim[0], ==, 3);
    nw_table_get_numbers(table, 0, 0, 2, values);
    for (int j = 0; j < 6; j++)
      g_assert_cmpfloat(values[j], ==, kind == 'b' ? j % 2 : kind == 'u' ? j + 1 : j - 2);
  }
}

static void
test_fortran(void)
{
  g_autoptr(NwTable) table = read_reference("fortran.npy");
  const NwTableColumn *column = nw_table_get_column(table, 0);
  double values[24];

  g_assert_cmpuint(column->rows, ==, 4);
  g_assert_cmpint(column->shape.rank, ==, 2);
  g_assert_cmpint(column->shape.dim[0], ==, 3);
  nw_table_get_numbers(table, 0, 0, 4, values);
  for (int i = 0; i < 24; i++)
    g_assert_cmpfloat(values[i], ==, i);
}

static void
test_texts(void)
{
  const char *const names[] = {"bytes.npy", "unicode.npy", "big-endian-unicode.npy"};

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(NwTable) table = read_reference(names[i]);
    g_assert_true(nw_table_get_column(table, 0)->is_text);
    g_assert_cmpuint(nw_table_get_column(table, 0)->n_values, ==, 2);
    g_assert_cmpstr(nw_table_get_text(table, 0, 0), ==, i == 0 ? "setosa" : "Zürich");
    g_assert_cmpstr(nw_table_get_text(table, 1, 0), ==, i == 0 ? "virginica" : "Åbo");
  }
}

static void
test_no_rows(void)
{
  g_autoptr(NwTable) table = read_reference("no-rows.npy");

  g_assert_cmpuint(nw_table_get_n_rows(table), ==, 0);
}

static void
test_archives(void)
{
  const char *const names[] = {"stored.npz", "deflated.npz"};

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(NwTable) table = read_reference(names[i]);
    gssize x = nw_table_find(table, "x"), y = nw_table_find(table, "y");
    double values[6];

    g_assert_cmpuint(nw_table_get_n_columns(table), ==, 2 + i);
    g_assert_cmpuint(nw_table_get_n_rows(table), ==, 2);
    nw_table_get_numbers(table, (gsize)x, 0, 2, values);
    g_assert_cmpfloat(values[0], ==, -2);
    g_assert_cmpfloat(values[5], ==, 3);
    nw_table_get_numbers(table, (gsize)y, 1, 1, values);
    g_assert_cmpfloat(values[0], ==, 1);
    g_assert_cmpint(nw_table_get_column(table, (gsize)y)->guess, ==, NW_COLUMN_BINARY);
  }
}

static void
test_refused(void)
{
  const struct {
    const char *name, *piece;
  } cases[] = {
      {"object.npy", "“object.npy”: it holds Python objects"},
      {"complex.npy", "it holds complex numbers"},
      {"structured.npy", "it holds structures"},
      {"scalar.npy", "it is a single value"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strconcat(TEST_DATA "/", cases[i].name, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(nw_table_read(path, NULL, &error));
    test_assert_error(error, cases[i].piece);
  }
}

static GByteArray *
make_npy(const char *header, gsize data)
{
  GByteArray *bytes = g_byte_array_new();
  guint16 length = GUINT16_TO_LE((guint16)strlen(header));

  g_byte_array_append(bytes, (const guint8 *)"\x93NUMPY\1\0", 8);
  g_byte_array_append(bytes, (guint8 *)&length, 2);
  g_byte_array_append(bytes, (const guint8 *)header, (guint)strlen(header));
  g_byte_array_set_size(bytes, bytes->len + (guint)data);
  return bytes;
}

static void
test_lies(void)
{
#define DICT(descr, shape) "{'descr': '" descr "', 'fortran_order': False, 'shape': " shape ", }\n"
  const struct {
    const char *header;
    gsize data;
    const char *piece;
  } cases[] = {
      {DICT("<f4", "(3,)"), 8, "promises more numbers than the file has"},
      {DICT("<f4", "(-3,)"), 8, "an axis in its header is negative or too long"},
      {DICT("<f4", "(99999999999999999999,)"), 8, "negative or too long"},
      {DICT("<f8", "(4294967296, 4294967296)"), 8, "promises more numbers"},
      {DICT("<f8", "(2305843009213693952,)"), 8, "promises more numbers"},
      {DICT("<f4", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"), 8, "more axes than can be read"},
      {DICT("<f4", "(1, 1, 1, 1, 1, 1, 1, 1)"), 8, "more axes than can be read"},
      {DICT("<f4", "(1000000000000000, 0)"), 8, "one of its axes has length 0"},
      {DICT("<U0", "(1000000000000000,)"), 8, "“<U0”, cannot be read"},
      {DICT("<f3", "(2,)"), 8, "its kind of number, “<f3”, cannot be read"},
      {DICT("<f16", "(2,)"), 32, "cannot be read"},
      {DICT("|S4", "(1, 2)"), 8, "only one text per row"},
      {DICT("<f4", "2"), 8, "its header cannot be understood"},
      {DICT("<f4", "(2"), 8, "an axis in its header is negative or too long"},
      {"{'descr': '<f4', 'shape': (2,)}", 8, "its header cannot be understood"},
      {"{'descr", 8, "its header cannot be understood"},
      {"", 8, "its header cannot be understood"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autoptr(GByteArray) bytes = make_npy(cases[i].header, cases[i].data);
    g_autofree char *path =
        test_folder_file(folder, "x.npy", (const char *)bytes->data, bytes->len);
    g_autoptr(GError) error = NULL;

    g_assert_null(nw_table_read(path, NULL, &error));
    test_assert_error(error, cases[i].piece);
    test_assert_error(error, "“x.npy”");
  }
}

static void
test_truncated(void)
{
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(TEST_DATA "/le-f8.npy", &content, &length, NULL));
  for (gsize cut = 0; cut < length; cut++) {
    g_autoptr(GError) error = NULL;
    g_auto(NwNpy) npy = {0};
    g_assert_false(nw_npy_parse((guint8 *)content, cut, "x", &npy, &error));
    g_assert_error(error, NW_ERROR, NW_ERROR_FORMAT);
  }
}

static void
test_bad_archives(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *content = NULL, *cut = NULL, *empty = NULL, *rubbish = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(TEST_DATA "/deflated.npz", &content, &length, NULL));
  cut = test_folder_file(folder, "cut.npz", content, (gssize)length / 2);
  g_assert_null(nw_table_read(cut, NULL, &error));
  test_assert_error(error, "“cut.npz”");
  g_clear_error(&error);
  rubbish = test_folder_file(folder, "rubbish.npz", "PK\3\4 and nothing more", -1);
  g_assert_null(nw_table_read(rubbish, NULL, &error));
  test_assert_error(error, "“rubbish.npz”: it is no sound zip file");
  g_clear_error(&error);
  empty = test_folder_file(folder, "empty.npz", "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
  g_assert_null(nw_table_read(empty, NULL, &error));
  test_assert_error(error, "“empty.npz” has no arrays");
}

/* What a broken helper could answer. */
static void
test_bad_answers(void)
{
  const guint64 huge[] = {G_MAXUINT64 - 8, 8}, beyond[] = {4, 1 << 20}, unended[] = {4, 4};
  const struct {
    const void *head;
    gsize length;
  } cases[] = {{huge, 16}, {beyond, 16}, {unended, 16}, {NULL, 0}};

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(TestFolder) folder = test_folder_new();
    char bytes[256] = "NWARCH1\n";
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;

    if (cases[i].length > 0)
      memcpy(bytes + 64, cases[i].head, cases[i].length);
    path = test_folder_file(folder, "answer", bytes, cases[i].length > 0 ? 256 : 0);
    g_assert_null(nw_archive_new_mapped(g_mapped_file_new(path, FALSE, NULL), "x.npz", &error));
    test_assert_error(error, "“x.npz”: its reader gave no sensible answer");
  }
}

static void
test_written(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *npz = test_folder_path(folder, "p.npz"),
                  *npy = test_folder_path(folder, "p.npy");
  const float p[] = {0.25f, 0.5f, 0.75f, 1};
  const gint32 labels[] = {3, -1};
  const double exact[] = {0.1, 0.2};
  const NwFileTensor tensors[] = {{"p_digit", NW_TENSOR_F32, 2, {2, 2}, p},
                                  {"dense/kernel", NW_TENSOR_I32, 1, {2}, labels},
                                  {"exact", NW_TENSOR_F64, 3, {2, 1, 1}, exact}};
  g_autoptr(NwTable) table = NULL, one = NULL;
  g_autoptr(GError) error = NULL;
  double values[4];

  g_assert_true(nw_npz_write(npz, tensors, G_N_ELEMENTS(tensors), &error));
  g_assert_no_error(error);
  table = nw_table_read(npz, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(nw_table_get_n_columns(table), ==, 3);
  nw_table_get_numbers(table, 0, 0, 2, values);
  g_assert_cmpfloat(values[2], ==, 0.75);
  g_assert_cmpint(nw_table_find(table, "dense/kernel"), ==, 1);
  nw_table_get_numbers(table, 1, 0, 2, values);
  g_assert_cmpfloat(values[1], ==, -1);
  nw_table_get_numbers(table, 2, 0, 2, values);
  g_assert_cmpfloat(values[1], ==, 0.2);
  g_assert_cmpint(nw_table_get_column(table, 2)->shape.rank, ==, 2);

  g_assert_true(nw_npy_write(npy, &tensors[0], &error));
  one = nw_table_read(npy, NULL, &error);
  g_assert_no_error(error);
  nw_table_get_numbers(one, 0, 1, 1, values);
  g_assert_cmpfloat(values[1], ==, 1);
}

/* numpy itself reads what we write, where it is installed. */
static void
test_numpy_reads(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *npz = test_folder_path(folder, "p.npz");
  const float p[] = {0.25f, 0.5f, 0.75f, 1};
  const double scalar[] = {7};
  const NwFileTensor tensors[] = {{"p", NW_TENSOR_F32, 2, {2, 2}, p},
                                  {"a/b", NW_TENSOR_F64, 0, {0}, scalar}};
  const char *const script = "import sys\n"
                             "try:\n  import numpy\n"
                             "except ImportError:\n  sys.exit(77)\n"
                             "f = numpy.load(sys.argv[1])\n"
                             "assert f['p'].tolist() == [[.25, .5], [.75, 1]], f['p']\n"
                             "assert f['p'].dtype == 'float32' and f['a/b'] == 7\n";
  const char *const arguments[] = {"python3", "-c", script, npz, NULL};
  int status;

  g_assert_true(nw_npz_write(npz, tensors, 2, NULL));
  if (!g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                    &status, NULL) ||
      (WIFEXITED(status) && WEXITSTATUS(status) == 77)) {
    g_test_skip("python3 with numpy is not installed");
    return;
  }
  g_assert_cmpint(status, ==, 0);
}

static void
test_full_disk(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *npz = test_folder_path(folder, "no/such/folder/p.npz");
  const double one[] = {1};
  const NwFileTensor tensor = {"p", NW_TENSOR_F64, 1, {1}, one};
  g_autoptr(GError) error = NULL;

  g_assert_false(nw_npz_write(npz, &tensor, 1, &error));
  test_assert_error(error, "could not be saved");
}

int
main(int argc, char **argv)
{
  int exit_code;

  if (nw_helper_main(argc, argv, &exit_code))
    return exit_code;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/npy/every-kind-of-number-is-read", test_dtypes);
  g_test_add_func("/npy/fortran-order-is-turned-into-c-order", test_fortran);
  g_test_add_func("/npy/texts-of-fixed-width-are-read", test_texts);
  g_test_add_func("/npy/an-array-may-have-no-rows", test_no_rows);
  g_test_add_func("/npy/what-is-no-number-is-refused", test_refused);
  g_test_add_func("/npy/a-header-that-lies-is-refused", test_lies);
  g_test_add_func("/npy/a-cut-file-is-refused-wherever-it-is-cut", test_truncated);
  g_test_add_func("/npz/stored-and-deflated-arrays-are-read", test_archives);
  g_test_add_func("/npz/a-bad-archive-is-a-sentence", test_bad_archives);
  g_test_add_func("/npz/the-answer-of-the-helper-is-not-trusted", test_bad_answers);
  g_test_add_func("/npz/what-was-written-reads-back", test_written);
  g_test_add_func("/npz/numpy-reads-what-was-written", test_numpy_reads);
  g_test_add_func("/npz/what-cannot-be-written-is-a-sentence", test_full_disk);
  return g_test_run();
}
