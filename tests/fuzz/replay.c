/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Gives each file of a folder to the fuzz target: every input that once mattered, in every test run. */
#include "fuzz.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) folder = argc == 2 ? g_dir_open(argv[1], 0, &error) : NULL;
  const char *name;
  guint n = 0;

  if (!folder) {
    fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  while ((name = g_dir_read_name(folder)) != NULL) {
    g_autofree char *path = g_build_filename(argv[1], name, NULL);
    g_autofree char *data = NULL;
    gsize size;

    if (!g_file_get_contents(path, &data, &size, &error)) {
      fprintf(stderr, "%s\n", error->message);
      return 1;
    }
    LLVMFuzzerTestOneInput((const guint8 *)data, size);
    n++;
  }
  printf("%u inputs\n", n);
  return n > 0 ? 0 : 1;
}
