/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the helper process hands back for an NPZ file: believed only as far as it holds. */
#include "fuzz-file.h"

#include "nw-archive.h"
#include "nw-npy.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  int fd = fuzz_file(data, size);
  g_autoptr(GError) error = NULL;
  GMappedFile *mapped = g_mapped_file_new_from_fd(fd, FALSE, NULL);
  g_autoptr(NwArchive) archive = nw_archive_new_mapped(mapped, "x.npz", &error);

  close(fd);
  g_assert_true((archive == NULL) == (error != NULL));
  for (gsize i = 0; archive != NULL && i < nw_archive_get_n(archive); i++) {
    gsize length;
    const guint8 *bytes = nw_archive_get_data(archive, i, &length);
    g_auto(NwNpy) npy = {0};

    g_assert_nonnull(nw_archive_get_name(archive, i));
    if (nw_npy_parse(bytes, length, "x", &npy, NULL) && npy.text_width > 0 &&
        nw_file_tensor_elements(&npy.tensor) > 0)
      g_free(nw_npy_dup_text(&npy, nw_file_tensor_elements(&npy.tensor) - 1));
  }
  return 0;
}
