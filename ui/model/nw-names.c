/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-names.h"

#include <string.h>

static gsize
common_length(const char *a, const char *b, gsize most)
{
  gsize i = 0;

  while (i < most && a[i] && a[i] == b[i])
    i++;
  return i;
}

gsize
nw_names_common_prefix(const char *const *names, gsize n)
{
  gsize length;

  if (n < 2)
    return 0;
  length = strlen(names[0]);
  for (gsize i = 0; i < n; i++)
    length = common_length(names[0], names[i], MIN(length, strlen(names[i]) - (*names[i] != 0)));
  /* Separators are ASCII, so no character is cut in two. */
  while (length > 0 && !strchr(": _-./", names[0][length - 1]))
    length--;
  return length;
}
