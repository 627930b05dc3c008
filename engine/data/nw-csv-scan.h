/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Cells and records of CSV text (RFC 4180): quotes, doubled quotes, newlines inside quotes; records
 * end with LF, CRLF or CR; empty lines are skipped. */
#pragma once

#include <glib.h>

typedef struct {
  const char *at, *end;
  char delimiter;
  gsize line;        /* of the file, from 1, at which `at` stands */
  gboolean unclosed; /* the text ended inside quotes */
  GString *scratch;  /* a quoted cell with its quotes undone */
} NwCsvScan;

/* One cell; its text is valid until the next is scanned. Spaces around unquoted text are left out.
 */
typedef struct {
  const char *text;
  gsize length;
  gboolean is_last; /* the record ends behind it */
} NwCsvCell;

void nw_csv_scan_init(NwCsvScan *scan, const char *text, gsize length, char delimiter);
void nw_csv_scan_clear(NwCsvScan *scan);

/* Moves to the next record that is no empty line; FALSE at the end. */
gboolean nw_csv_scan_next_record(NwCsvScan *scan);
/* The next cell of the record. */
void nw_csv_scan_cell(NwCsvScan *scan, NwCsvCell *cell);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NwCsvScan, nw_csv_scan_clear)
