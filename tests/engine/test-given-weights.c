/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Embeddings that begin as a file has them. */
#include "nw-given-weights.h"

#include "net.h"
#include "nw-helper.h"
#include "nw-npy.h"
#include "nw-npz.h"
#include "test-folder.h"

static const float rows[4][3] = {{0, 0, 0}, {1, 2, 3}, {4, 5, 6}, {-7.5f, 8, 9}};

static NwFileTensor
tensor_of(const char *name, const void *data, gint64 n, gint64 width)
{
  return (NwFileTensor){name, NW_TENSOR_F32, 2, {n, width}, data};
}

static const char network[] = "x input shape=5 dtype=int32\n"
                              "words embedding input_dim=4 output_dim=3 weights=%s %s <- x\n"
                              "again again words <- x\n"
                              "both add <- words again\n"
                              "sum flatten <- both\n"
                              "out dense units=1 <- sum\n"
                              "o output <- out\n";

static gboolean
give(const TestFolder *folder, const char *file, const char *more, NwWeights **out, GError **error)
{
  g_autofree char *text = g_strdup_printf(network, file, more);
  g_autoptr(NwGraph) graph = net(text);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(NwWeights) weights = nw_weights_new(inference, 1, error);
  g_assert_nonnull(weights);
  gboolean given = nw_weights_give(weights, inference, folder->path, error);
  if (out != NULL)
    *out = g_steal_pointer(&weights);
  return given;
}

static void
assert_given(const TestFolder *folder, const char *file, const char *more)
{
  GError *error = NULL;
  g_autoptr(NwWeights) weights = NULL;
  give(folder, file, more, &weights, &error);
  g_assert_no_error(error);
  for (gsize i = 0; i < 12; i++)
    g_assert_cmpfloat(nw_weights_get(weights, 0)->value[i], ==, rows[i / 3][i % 3]);
}

static void
assert_refused(const TestFolder *folder, const char *file, const char *more, const char *sentence)
{
  g_autoptr(GError) error = NULL;
  g_assert_false(give(folder, file, more, NULL, &error));
  g_assert_cmpstr(error->message, ==, sentence);
}

static void
test_given(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *npy = test_folder_path(folder, "rows.npy");
  g_autofree char *npz = test_folder_path(folder, "rows.npz");
  NwFileTensor one = tensor_of("rows", rows, 4, 3);
  NwFileTensor two[] = {tensor_of("other", rows, 3, 4), one};

  g_assert_true(nw_npy_write(npy, &one, NULL));
  g_assert_true(nw_npz_write(npz, two, 2, NULL));
  assert_given(folder, "rows.npy", "");
  assert_given(folder, npy, "trainable=false");
  assert_given(folder, "rows.npz", "weights_array=rows");
}

static void
test_refused(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *npz = test_folder_path(folder, "rows.npz");
  g_autofree char *gaps = test_folder_path(folder, "gaps.npy");
  g_autofree char *short_file = test_folder_path(folder, "short.npy");
  static const float with_gaps[4][3] = {{NAN, 0, 0}, {1, INFINITY, 3}, {4, 5, 6}, {7, 8, 9}};
  NwFileTensor two[] = {tensor_of("other", rows, 3, 4), tensor_of("rows", rows, 4, 3)};
  NwFileTensor bad = tensor_of("bad", with_gaps, 4, 3), less = tensor_of("less", rows, 2, 3);

  g_assert_true(nw_npz_write(npz, two, 2, NULL));
  g_assert_true(nw_npy_write(gaps, &bad, NULL));
  g_assert_true(nw_npy_write(short_file, &less, NULL));
  assert_refused(
      folder, "rows.npz", "",
      "Embedding “words”: rows.npz has several arrays (other, rows); name the one that is "
      "meant");
  assert_refused(folder, "rows.npz", "weights_array=vectors",
                 "Embedding “words”: rows.npz has no array “vectors”, only other, rows");
  assert_refused(folder, "rows.npz", "weights_array=other",
                 "Embedding “words”: “other” of rows.npz has 3 × 4 numbers, but its embeddings are "
                 "4 × 3; change its sizes, or take another file");
  assert_refused(
      folder, "gaps.npy", "",
      "Embedding “words”: “gaps” of gaps.npy has numbers that are missing or infinite (2); "
      "mend the file");
  g_autoptr(GError) error = NULL;
  g_assert_false(give(folder, "nowhere.npy", "", NULL, &error));
  g_assert_true(g_str_has_prefix(error->message, "Embedding “words”: "));
  g_assert_nonnull(strstr(error->message, "nowhere.npy"));
  g_clear_error(&error);
  g_assert_false(give(folder, "short.npy", "", NULL, &error));
  g_assert_nonnull(strstr(error->message, "2 × 3 numbers"));
}

int
main(int argc, char **argv)
{
  int exit_code;

  if (nw_helper_main(argc, argv, &exit_code))
    return exit_code;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/given-weights/rows-come-from-a-file", test_given);
  g_test_add_func("/given-weights/what-does-not-fit-is-a-sentence", test_refused);
  return g_test_run();
}
