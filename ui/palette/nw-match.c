/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-match.h"

#include <string.h>

/* “max pool” finds “MaxPooling2D” and “max_pooling2d”. (transfer full) */
static char *
fold(const char *text)
{
  g_autofree char *folded = g_utf8_casefold(text, -1);
  GString *plain = g_string_new(NULL);

  for (const char *c = folded; *c; c++) {
    if (!strchr(" _-", *c))
      g_string_append_c(plain, *c);
  }
  return g_string_free(plain, FALSE);
}

int
nw_match_rank(const char *query, const char *title, const char *words, const char *text)
{
  g_autofree char *wanted = fold(query), *first = fold(title);
  g_autofree char *second = fold(words ? words : ""), *third = fold(text ? text : "");

  if (!*wanted || g_str_equal(first, wanted))
    return 0;
  if (g_str_has_prefix(first, wanted))
    return 1;
  if (strstr(first, wanted))
    return 2;
  if (strstr(second, wanted))
    return 3;
  return strlen(wanted) > 2 && strstr(third, wanted) ? 4 : -1;
}
