/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-csv-scan.h"

#include <string.h>

void
nw_csv_scan_init(NwCsvScan *scan, const char *text, gsize length, char delimiter)
{
  *scan = (NwCsvScan){.at = text, .end = text + length, .delimiter = delimiter, .line = 1};
  scan->scratch = g_string_new(NULL);
}

void
nw_csv_scan_clear(NwCsvScan *scan)
{
  if (scan->scratch != NULL)
    g_string_free(scan->scratch, TRUE);
}

/* Behind LF, CRLF or CR; `at` stands on one. */
static void
skip_newline(NwCsvScan *scan)
{
  if (*scan->at == '\r' && scan->at + 1 < scan->end && scan->at[1] == '\n')
    scan->at++;
  scan->at++;
  scan->line++;
}

gboolean
nw_csv_scan_next_record(NwCsvScan *scan)
{
  while (scan->at < scan->end && (*scan->at == '\n' || *scan->at == '\r'))
    skip_newline(scan);
  return scan->at < scan->end;
}

/* The part of a cell up to a delimiter or newline; what follows a closing quote is taken as it is.
 */
static const char *
find_end(const NwCsvScan *scan, const char *at)
{
  while (at < scan->end && *at != scan->delimiter && *at != '\n' && *at != '\r')
    at++;
  return at;
}

static void
scan_quoted(NwCsvScan *scan, NwCsvCell *cell)
{
  const char *from = ++scan->at;

  g_string_truncate(scan->scratch, 0);
  for (;;) {
    const char *quote = memchr(scan->at, '"', (gsize)(scan->end - scan->at));
    const char *stop = quote != NULL ? quote : scan->end;

    for (const char *p = scan->at; p < stop; p++)
      scan->line += *p == '\n' || (*p == '\r' && !(p + 1 < scan->end && p[1] == '\n'));
    g_string_append_len(scan->scratch, from, stop - from);
    scan->unclosed = quote == NULL;
    scan->at = quote != NULL ? quote + 1 : scan->end;
    if (scan->at >= scan->end || *scan->at != '"')
      break;
    from = scan->at++; /* a doubled quote: the second one stays */
  }
  from = scan->at;
  scan->at = find_end(scan, from);
  g_string_append_len(scan->scratch, from, scan->at - from);
  cell->text = scan->scratch->str;
  cell->length = scan->scratch->len;
}

static void
scan_plain(NwCsvScan *scan, NwCsvCell *cell)
{
  const char *from = scan->at, *to;

  to = scan->at = find_end(scan, from);
  while (from < to && *from == ' ')
    from++;
  while (to > from && to[-1] == ' ')
    to--;
  cell->text = from;
  cell->length = (gsize)(to - from);
}

void
nw_csv_scan_cell(NwCsvScan *scan, NwCsvCell *cell)
{
  if (scan->at < scan->end && *scan->at == '"')
    scan_quoted(scan, cell);
  else
    scan_plain(scan, cell);
  cell->is_last = scan->at >= scan->end || *scan->at != scan->delimiter;
  if (!cell->is_last)
    scan->at++;
  else if (scan->at < scan->end)
    skip_newline(scan);
}
