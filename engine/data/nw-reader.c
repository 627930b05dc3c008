/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-reader.h"

#include <glib/gi18n-lib.h>

const NwChoice nw_delimiter_choices[NW_N_DELIMITERS + 1] = {
    [NW_DELIMITER_AUTO] = {"auto", N_("Find out")},
    [NW_DELIMITER_COMMA] = {"comma", N_("Comma")},
    [NW_DELIMITER_SEMICOLON] = {"semicolon", N_("Semicolon")},
    [NW_DELIMITER_TAB] = {"tab", N_("Tab")},
};

const NwChoice nw_header_choices[NW_N_HEADERS + 1] = {
    [NW_HEADER_AUTO] = {"auto", N_("Find out")},
    [NW_HEADER_YES] = {"yes", N_("First row has names")},
    [NW_HEADER_NO] = {"no", N_("No names")},
};

const NwReaderKind *
nw_reader_find(const char *id)
{
  for (gsize i = 0; nw_reader_kinds[i] != NULL; i++)
    if (g_str_equal(nw_reader_kinds[i]->id, id))
      return nw_reader_kinds[i];
  return NULL;
}

const NwChoice *
nw_reader_choices(void)
{
  static gsize once = 0;
  static NwChoice *choices = NULL;

  if (g_once_init_enter(&once)) {
    gsize n = 0;
    while (nw_reader_kinds[n] != NULL)
      n++;
    choices = g_new0(NwChoice, n + 2);
    choices[0] = (NwChoice){"auto", N_("Find out")};
    for (gsize i = 0; i < n; i++)
      choices[i + 1] = (NwChoice){nw_reader_kinds[i]->id, nw_reader_kinds[i]->title};
    g_once_init_leave(&once, 1);
  }
  return choices;
}
