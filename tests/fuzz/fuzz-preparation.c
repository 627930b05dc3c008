/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Scales and vocabularies that came with a weights file: used on sound data, or refused. */
#include "fuzz-file.h"

#include "nw-dataset.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  static const char rows[] = "a,b\n1,red\n2,blue\n";
  int fd = fuzz_file((const guint8 *)rows, sizeof rows - 1);
  g_autofree char *path = fuzz_path(fd), *preparation = g_strndup((const char *)data, size);
  const NwDataSource source = {
      .name = (char *)"t", .path = path, .options = {.reader = nw_reader_find("csv")}};
  const char *const columns[] = {"a", "b", NULL};
  const NwFieldRequest requests[] = {
      {"x", NW_FIELD_INPUT, {NW_SHAPE(3), NW_REAL}, NW_CATEGORY_AS_ONE_HOT, FALSE},
  };
  g_autoptr(NwDataSettings) empty = nw_data_settings_new(), with = NULL, bound = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(GError) error = NULL;

  with = nw_data_settings_with_source(empty, &source);
  bound = nw_data_settings_with_binding(with, "x", "t", columns);
  dataset = nw_dataset_build_for_prediction(bound, NULL, NULL, preparation, requests, 1, &error);
  g_assert_true((dataset == NULL) == (error != NULL));
  close(fd);
  return 0;
}
