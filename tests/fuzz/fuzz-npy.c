/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* NPY: read or refused in a sentence; of what is read, the last number can be looked at. */
#include "fuzz-file.h"

#include "nw-npy.h"
#include "nw-table.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  int fd = fuzz_file(data, size);
  g_autofree char *path = fuzz_path(fd);
  const NwReadOptions options = {nw_reader_find("npy"), NW_DELIMITER_AUTO, NW_HEADER_AUTO};
  g_autoptr(GError) error = NULL;
  g_autoptr(NwTable) table = nw_table_read(path, &options, &error);

  g_assert_true((table == NULL) == (error != NULL));
  if (table != NULL && nw_table_get_n_rows(table) > 0) {
    g_autofree char *cell = nw_table_dup_cell(table, nw_table_get_n_rows(table) - 1, 0);
    g_assert_nonnull(cell);
  }
  close(fd);
  return 0;
}
