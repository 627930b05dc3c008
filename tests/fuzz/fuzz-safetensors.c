/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Safetensors: opened or refused in a sentence; all numbers of what is opened can be read. */
#include "fuzz-file.h"

#include "nw-safetensors.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  int fd = fuzz_file(data, size);
  g_autofree char *path = fuzz_path(fd);
  g_autoptr(GError) error = NULL;
  g_autoptr(NwSafetensors) file = nw_safetensors_open(path, &error);

  g_assert_true((file == NULL) == (error != NULL));
  for (gsize i = 0; file != NULL && i < nw_safetensors_get_n(file); i++) {
    const NwFileTensor *tensor = nw_safetensors_get(file, i);
    gsize n = nw_file_tensor_elements(tensor);
    g_autofree double *numbers = g_new(double, n + 1);

    g_assert_true(nw_safetensors_find(file, tensor->name) != NULL);
    nw_file_tensor_read_double(tensor, 0, n, numbers);
  }
  if (file != NULL)
    nw_safetensors_get_metadata(file, "format");
  close(fd);
  return 0;
}
