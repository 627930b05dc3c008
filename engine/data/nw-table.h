/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A file that has been read: typed columns with what a person wants to know about each.
 *
 * A table is immutable and reference-counted: a thread may read the file and hand the table to the
 * window. A CSV file gives columns of one number or text per row; an array file gives one column
 * per array, whose first axis is the row. */
#pragma once

#include <gio/gio.h>

#include "nw-param.h"
#include "nw-reader.h"
#include "nw-shape.h"

/* What a column is to the network. */
typedef enum {
  NW_COLUMN_NUMBER,
  NW_COLUMN_CATEGORY,
  NW_COLUMN_BINARY, /* 0 or 1; of two other values the one that sorts second is 1 */
  NW_COLUMN_IGNORE,
  NW_N_COLUMN_KINDS,
} NwColumnKind;

/* Ids and titles, indexed by the enum, ended by a NULL id. */
extern const NwChoice nw_column_kind_choices[NW_N_COLUMN_KINDS + 1];

/* Distinct values are counted up to here; a column with more has `many_values`. */
#define NW_TABLE_MAX_VALUES 1000
#define NW_TABLE_BINS       20

/* One distinct value and how often it occurs. */
typedef struct {
  char *text;
  gsize count;
} NwTableValue;

/**
 * NwTableColumn:
 * @name: header, array key, or "column 3" where the file has no names; unique in the table
 * @guess: the kind it seems to be
 * @shape: of one row; rank 0 for a cell of a CSV file
 * @rows: rows of this column (arrays of one file may differ)
 * @is_text: holds text; then min, max, mean, sd and the histogram are unset
 * @whole: all numbers are whole
 * @missing: empty cells, NaN and the markers for "missing" that pandas knows
 * @infinite: infinite numbers
 * @values: [n_values] distinct values: numbers ascending, text in byte order
 * @many_values: there are more than NW_TABLE_MAX_VALUES; @values is then empty
 * @min, @max, @mean, @sd: over all finite elements (sd with 1/n); 0 when there are none
 * @bins: counts of finite elements in NW_TABLE_BINS equal parts of [min, max]
 */
typedef struct {
  char *name;
  NwColumnKind guess;
  NwShape shape;
  gsize rows;
  gboolean is_text;
  gboolean whole;
  gsize missing, infinite;
  NwTableValue *values;
  gsize n_values;
  gboolean many_values;
  double min, max, mean, sd;
  gsize bins[NW_TABLE_BINS];
} NwTableColumn;

/**
 * nw_table_read:
 * @options: (nullable): NULL finds everything out
 *
 * May take seconds for large files; call it in a thread. Errors are one sentence that names the
 * file and, where it is known, the line. (transfer full)
 */
NwTable *nw_table_read(const char *path, const NwReadOptions *options, GError **error);
NwTable *nw_table_ref(NwTable *table);
void nw_table_unref(NwTable *table);

const char *nw_table_get_path(const NwTable *table);
const char *nw_table_get_hash(const NwTable *table); /* SHA-256 of the file, in hexadecimal */
const NwReaderKind *nw_table_get_reader(const NwTable *table);
/* What was found out about a text file: never AUTO there; as asked for other formats. */
NwDelimiter nw_table_get_delimiter(const NwTable *table);
NwHeader nw_table_get_header(const NwTable *table);

gsize nw_table_get_n_rows(const NwTable *table); /* of the longest column */
gsize nw_table_get_n_columns(const NwTable *table);
const NwTableColumn *nw_table_get_column(const NwTable *table, gsize column);
/* The index of the column called @name, or −1. */
gssize nw_table_find(const NwTable *table, const char *name);
/* The line of the file on which @row begins, from 1; 0 for formats without lines. */
gsize nw_table_get_line(const NwTable *table, gsize row);

/* The cell as text for a preview; of an array's row the first few numbers. "" when missing or
 * behind the column's end. (transfer full) */
char *nw_table_dup_cell(const NwTable *table, gsize row, gsize column);

/* The cell's text, of a column that is_text; NULL when missing. (transfer none) */
const char *nw_table_get_text(const NwTable *table, gsize row, gsize column);
/* The numbers of rows @first … @first+@n−1 of a column that is not text, row-major:
 * out[n, shape…]; missing is NaN. */
void nw_table_get_numbers(const NwTable *table, gsize column, gsize first, gsize n, double *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwTable, nw_table_unref)
