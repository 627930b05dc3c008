/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-safetensors.h"
#include "test-folder.h"

#include <math.h>

static const float kernel[] = {1, -2.5f, 3, 4, 5, 6.25f};
static const double precise[] = {0.1, 1e300};
static const gint32 counts[] = {-7};
static const guint8 flags[] = {0, 255, 1};

static void
test_round_trip(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "w.safetensors");
  const NwFileTensor tensors[] = {
      {"dense/kernel", NW_TENSOR_F32, 2, {2, 3}, kernel}, {"flags", NW_TENSOR_U8, 1, {3}, flags},
      {"a \"name\" – ä", NW_TENSOR_F64, 1, {2}, precise}, {"count", NW_TENSOR_I32, 0, {0}, counts},
      {"empty", NW_TENSOR_F32, 2, {0, 3}, kernel},
  };
  const char *const metadata[] = {"preparation", "{\"scales\": [1]}\n", "epoch", "3", NULL};
  g_autoptr(NwSafetensors) file = NULL;
  g_autoptr(GError) error = NULL;
  double values[6];
  const NwFileTensor *tensor;

  g_assert_true(nw_safetensors_write(path, tensors, G_N_ELEMENTS(tensors), metadata, &error));
  g_assert_no_error(error);
  file = nw_safetensors_open(path, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(nw_safetensors_get_n(file), ==, 5);
  g_assert_cmpstr(nw_safetensors_get_metadata(file, "epoch"), ==, "3");
  g_assert_cmpstr(nw_safetensors_get_metadata(file, "preparation"), ==, "{\"scales\": [1]}\n");
  g_assert_null(nw_safetensors_get_metadata(file, "missing"));
  g_assert_null(nw_safetensors_find(file, "missing"));

  tensor = nw_safetensors_find(file, "dense/kernel");
  g_assert_cmpint(tensor->rank, ==, 2);
  g_assert_cmpint(tensor->shape[1], ==, 3);
  nw_file_tensor_read_double(tensor, 0, 6, values);
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat(values[i], ==, kernel[i]);
  g_assert_cmpuint((gsize)tensor->data % 4, ==, 0);
  tensor = nw_safetensors_find(file, "a \"name\" – ä");
  g_assert_cmpmem(tensor->data, 16, precise, 16);
  tensor = nw_safetensors_find(file, "count");
  g_assert_cmpuint(nw_file_tensor_elements(tensor), ==, 1);
  nw_file_tensor_read_double(tensor, 0, 1, values);
  g_assert_cmpfloat(values[0], ==, -7);
  g_assert_cmpuint(nw_file_tensor_elements(nw_safetensors_find(file, "empty")), ==, 0);
}

static void
test_reference(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(NwSafetensors) file = nw_safetensors_open(TEST_DATA "/reference.safetensors", &error);
  const struct {
    const char *name;
    NwTensorDtype dtype;
    double first;
  } expected[] = {{"a", NW_TENSOR_F64, -2},
                  {"b", NW_TENSOR_F32, -2},
                  {"bytes", NW_TENSOR_U8, 1},
                  {"dense/kernel", NW_TENSOR_F16, -2},
                  {"wide", NW_TENSOR_I64, -2}};

  g_assert_no_error(error);
  g_assert_cmpstr(nw_safetensors_get_metadata(file, "note"), ==, "ä\n\"b\"");
  for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
    const NwFileTensor *tensor = nw_safetensors_find(file, expected[i].name);
    float values[6];

    g_assert_nonnull(tensor);
    g_assert_cmpint(tensor->dtype, ==, expected[i].dtype);
    g_assert_cmpuint(nw_file_tensor_elements(tensor), ==, 6);
    nw_file_tensor_read_float(tensor, 0, 6, values);
    for (int j = 0; j < 6; j++)
      g_assert_cmpfloat(values[j], ==, expected[i].first + j);
  }
}

/* Known values of IEEE half and bfloat16: one, the largest, the smallest, infinity, NaN. */
static void
test_halves(void)
{
  const guint16 half[] = {0x3C00, 0x7BFF, 0x0001, 0xFC00, 0x7E00, 0x8000, 0x3555};
  const guint16 brain[] = {0x3F80, 0x4049};
  const NwFileTensor h = {"h", NW_TENSOR_F16, 1, {7}, half},
                     b = {"b", NW_TENSOR_BF16, 1, {2}, brain};
  double values[7];

  nw_file_tensor_read_double(&h, 0, 7, values);
  g_assert_cmpfloat(values[0], ==, 1);
  g_assert_cmpfloat(values[1], ==, 65504);
  g_assert_cmpfloat(values[2], ==, 0x1p-24);
  g_assert_true(isinf(values[3]) && values[3] < 0);
  g_assert_true(isnan(values[4]));
  g_assert_true(values[5] == 0 && signbit(values[5]));
  g_assert_cmpfloat(values[6], ==, 0.333251953125);
  nw_file_tensor_read_double(&b, 0, 2, values);
  g_assert_cmpfloat(values[0], ==, 1);
  g_assert_cmpfloat(values[1], ==, 3.140625);
}

static void
test_unsound(void)
{
#define ONE(shape, from, to)                                                                       \
  "{\"a\":{\"dtype\":\"F32\",\"shape\":[" shape "],\"data_offsets\":[" from "," to "]}}"
  const struct {
    const char *header;
    gsize data;
    const char *piece;
  } cases[] = {
      {ONE("2", "0", "8"), 4, "lies outside the file"},
      {ONE("2", "0", "8"), 12, "more data than tensors"},
      {ONE("3", "0", "8"), 8, "does not match its size"},
      {ONE("-2", "0", "8"), 8, "lacks its type, shape or place"},
      {ONE("4611686018427387904,4", "0", "0"), 0, "does not match its size"},
      {ONE("2", "4", "12"), 12, "overlap or leave holes"},
      {ONE("2", "8", "0"), 8, "lies outside the file"},
      {ONE("1.5", "0", "8"), 8, "lacks its type, shape or place"},
      {ONE("1,1,1,1,1,1,1,1,2", "0", "8"), 8, "lacks its type, shape or place"},
      {"{\"a\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8, "“dtype” is “C64”"},
      {"{\"a\":3}", 0, "tensor “a” must be an object"},
      {"[1]", 0, "must be an object"},
      {"{\"a\"", 0, "is not valid JSON"},
      {"{\"__metadata__\":[]}", 0, "“__metadata__” must be an object"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    guint64 length = GUINT64_TO_LE(strlen(cases[i].header));
    const guint8 zeros[16] = {0};

    g_byte_array_append(bytes, (guint8 *)&length, 8);
    g_byte_array_append(bytes, (const guint8 *)cases[i].header, (guint)strlen(cases[i].header));
    g_byte_array_append(bytes, zeros, (guint)cases[i].data);
    path = test_folder_file(folder, "w.safetensors", (char *)bytes->data, bytes->len);
    g_assert_null(nw_safetensors_open(path, &error));
    test_assert_error(error, cases[i].piece);
    test_assert_error(error, "w.safetensors");
  }
}

static void
test_short(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *empty = test_folder_file(folder, "empty", "", 0);
  g_autofree char *lying =
      test_folder_file(folder, "lying", "\xff\xff\xff\xff\xff\xff\xff\xff{}", 10);
  g_autofree char *missing = test_folder_path(folder, "missing");
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_safetensors_open(empty, &error));
  test_assert_error(error, "it is too short");
  g_clear_error(&error);
  g_assert_null(nw_safetensors_open(lying, &error));
  test_assert_error(error, "its header is said to have 18446744073709551615 bytes");
  g_clear_error(&error);
  g_assert_null(nw_safetensors_open(missing, &error));
  test_assert_error(error, "does not exist");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/safetensors/what-was-written-reads-back", test_round_trip);
  g_test_add_func("/safetensors/a-file-of-the-reference-writer-is-read", test_reference);
  g_test_add_func("/safetensors/half-precision-numbers-are-converted-exactly", test_halves);
  g_test_add_func("/safetensors/a-header-that-does-not-describe-the-file-is-refused", test_unsound);
  g_test_add_func("/safetensors/a-short-or-missing-file-is-a-sentence", test_short);
  return g_test_run();
}
