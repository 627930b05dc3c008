/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* CSV: read or refused in a sentence, whatever the delimiter; every cell of what is read has a
 * text, and its columns become tensors or a sentence. */
#include "fuzz-file.h"

#include "nw-dataset.h"

static void
look_at(const NwTable *table)
{
  gsize columns = nw_table_get_n_columns(table), rows = nw_table_get_n_rows(table), line = 0;

  for (gsize row = 0; row < MIN(rows, 50); row++) {
    g_assert_cmpuint(nw_table_get_line(table, row), >, line);
    line = nw_table_get_line(table, row);
    for (gsize column = 0; column < MIN(columns, 50); column++) {
      g_autofree char *cell = nw_table_dup_cell(table, row, column);
      g_assert_true(g_utf8_validate(cell, -1, NULL));
    }
  }
  for (gsize column = 0; column < columns; column++) {
    const NwTableColumn *info = nw_table_get_column(table, column);
    gsize counted = info->missing + info->infinite;
    g_assert_cmpint(nw_table_find(table, info->name), ==, (gssize)column);
    for (gsize i = 0; i < info->n_values; i++)
      counted += info->values[i].count;
    if (!info->many_values)
      g_assert_cmpuint(counted, ==, info->rows);
  }
}

static void
build(const char *path, const NwTable *table, const NwReadOptions *options)
{
  g_autoptr(NwDataSettings) empty = nw_data_settings_new(), with = NULL, bound = NULL;
  const NwDataSource source = {.name = (char *)"t", .path = (char *)path, .options = *options};
  const char *const columns[] = {nw_table_get_column(table, 0)->name, NULL};
  const NwFieldRequest request = {
      "y", NW_FIELD_TARGET, {{0}, NW_INT32}, NW_CATEGORY_AS_INDEX, FALSE};
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(GError) error = NULL;

  with = nw_data_settings_with_source(empty, &source);
  bound = nw_data_settings_with_binding(with, "y", "t", columns);
  dataset = nw_dataset_build(bound, NULL, NULL, &request, 1, &error);
  g_assert_true((dataset == NULL) == (error != NULL));
  g_clear_pointer(&dataset, nw_dataset_unref);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  int fd = fuzz_file(data, size);
  g_autofree char *path = fuzz_path(fd);

  for (int delimiter = 0; delimiter < NW_N_DELIMITERS; delimiter++) {
    const NwReadOptions options = {nw_reader_find("csv"), (NwDelimiter)delimiter, NW_HEADER_AUTO};
    g_autoptr(GError) error = NULL;
    g_autoptr(NwTable) table = nw_table_read(path, &options, &error);

    g_assert_true((table == NULL) == (error != NULL));
    if (table == NULL)
      continue;
    look_at(table);
    build(path, table, &options);
  }
  close(fd);
  return 0;
}
