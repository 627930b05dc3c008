/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Reads CSV. Every column is read as numbers in one pass over the text; the columns in which some
 * cell is no number are then read as text in a second pass. */
#include "nw-csv-scan.h"
#include "nw-error.h"
#include "nw-file.h"
#include "nw-table-private.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_FILE    ((gsize)4 << 30)
#define MAX_COLUMNS 100000
/* The first rows decide what separates cells and whether there are names. */
#define SNIFFED_ROWS 100

extern const NwReaderKind nw_reader_csv;

typedef struct {
  char *name; /* (nullable) from the header */
  double *numbers;
  gboolean is_text;
  NwTextCodes *text;
} Column;

typedef struct {
  char *shown; /* the file's name in messages */
  const char *text;
  gsize length;
  NwDelimiter delimiter;
  NwHeader header;
  Column *columns;
  gsize n_columns;
  gsize rows, capacity;
  gsize first_line;
  guint32 *lines; /* NULL while every row is one line */
  gsize lines_capacity;
} Csv;

static const char delimiter_chars[NW_N_DELIMITERS] = {
    [NW_DELIMITER_AUTO] = ',',
    [NW_DELIMITER_COMMA] = ',',
    [NW_DELIMITER_SEMICOLON] = ';',
    [NW_DELIMITER_TAB] = '\t',
};

G_GNUC_PRINTF(4, 5)
static gboolean
fail(const Csv *csv, gsize line, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start(arguments, format);
  what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  if (line > 0)
    g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("“%s”, line %zu: %s"),
                csv->shown, line, what);
  else
    g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("“%s” %s"), csv->shown, what);
  return FALSE;
}

static gboolean
cell_to_number(const Csv *csv, const NwCsvCell *cell, double *out)
{
  if (nw_text_to_number(cell->text, cell->length, csv->delimiter == NW_DELIMITER_SEMICOLON, out))
    return TRUE;
  *out = NAN;
  return nw_text_is_missing(cell->text, cell->length);
}

/* Text */

/* Windows-1252 differs from Latin-1 in these 32 characters; 0 is unused there. */
static const guint16 windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static char *
from_windows_1252(const char *text, gsize *length)
{
  GString *out = g_string_sized_new(*length + *length / 8);

  for (gsize i = 0; i < *length; i++) {
    guchar c = (guchar)text[i];
    gunichar as = c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c;
    if (c < 0x80)
      g_string_append_c(out, text[i]);
    else
      g_string_append_unichar(out, as != 0 ? as : 0xFFFD);
  }
  *length = out->len;
  return g_string_free(out, FALSE);
}

/* The text as UTF-8 without its byte order mark. Takes @content; *owner is what is to be freed. */
static gboolean
decode(Csv *csv, char *content, gsize length, char **owner, GError **error)
{
  *owner = content;
  if (length >= 2 && (memcmp(content, "\xff\xfe", 2) == 0 || memcmp(content, "\xfe\xff", 2) == 0))
    return fail(csv, 0, error, _("is UTF-16 text; save it as UTF-8"));
  if (memchr(content, '\0', length) != NULL)
    return fail(csv, 0, error, _("is no text file: it has bytes that are 0"));
  if (!g_utf8_validate_len(content, length, NULL)) {
    *owner = from_windows_1252(content, &length);
    g_free(content);
  }
  csv->text = *owner;
  csv->length = length;
  if (length >= 3 && memcmp(csv->text, "\xef\xbb\xbf", 3) == 0) {
    csv->text += 3;
    csv->length -= 3;
  }
  return TRUE;
}

/* Finding out */

/* The number of cells when all sniffed records have equally many, else 0; *at_most: of the widest.
 */
static gsize
count_cells(const Csv *csv, NwDelimiter delimiter, gsize *at_most)
{
  g_auto(NwCsvScan) scan = {0};
  gsize agreed = 0;
  gboolean agree = TRUE;

  *at_most = 0;
  nw_csv_scan_init(&scan, csv->text, csv->length, delimiter_chars[delimiter]);
  for (int row = 0; row < SNIFFED_ROWS && nw_csv_scan_next_record(&scan); row++) {
    NwCsvCell cell;
    gsize n = 0;
    do {
      nw_csv_scan_cell(&scan, &cell);
      n++;
    } while (!cell.is_last);
    agree &= row == 0 || n == agreed;
    agreed = n;
    *at_most = MAX(*at_most, n);
  }
  return agree ? agreed : 0;
}

/* A tab or semicolon that splits all records alike is no accident; a comma may be in numbers. */
static NwDelimiter
find_delimiter(const Csv *csv)
{
  static const NwDelimiter tried[] = {NW_DELIMITER_TAB, NW_DELIMITER_SEMICOLON, NW_DELIMITER_COMMA};
  NwDelimiter best = NW_DELIMITER_COMMA;
  gsize widest = 1;

  for (gsize i = 0; i < G_N_ELEMENTS(tried); i++) {
    gsize at_most;
    if (count_cells(csv, tried[i], &at_most) > 1)
      return tried[i];
    if (at_most > widest) {
      widest = at_most;
      best = tried[i];
    }
  }
  return best;
}

/* What the sniffed rows say about one column. */
typedef struct {
  char *first;
  gboolean first_is_text, text_below, number_below, repeated;
} Sniff;

static void
sniff_free(gpointer data)
{
  g_free(((Sniff *)data)->first);
  g_free(data);
}

static void
sniff_cell(const Csv *csv, GPtrArray *sniffs, gsize column, gboolean is_first,
           const NwCsvCell *cell)
{
  double number;
  gboolean is_number = cell_to_number(csv, cell, &number);
  gboolean is_missing = is_number && isnan(number);
  Sniff *sniff;

  if (is_first) {
    sniff = g_new0(Sniff, 1);
    sniff->first = g_strndup(cell->text, cell->length);
    sniff->first_is_text = !is_number;
    g_ptr_array_add(sniffs, sniff);
  } else if (column < sniffs->len) {
    sniff = sniffs->pdata[column];
    sniff->text_below |= !is_number;
    sniff->number_below |= is_number && !is_missing;
    sniff->repeated |=
        strlen(sniff->first) == cell->length && memcmp(sniff->first, cell->text, cell->length) == 0;
  }
}

/* The first row has names when some column is text there and numbers below; or, in a file of texts
 * alone, when no first cell is a number, empty, or met again below. */
static gboolean
find_header(const Csv *csv)
{
  g_autoptr(GPtrArray) sniffs = g_ptr_array_new_with_free_func(sniff_free);
  g_auto(NwCsvScan) scan = {0};
  gboolean all_names = TRUE, below = FALSE;

  nw_csv_scan_init(&scan, csv->text, csv->length, delimiter_chars[csv->delimiter]);
  for (int row = 0; row < SNIFFED_ROWS && nw_csv_scan_next_record(&scan); row++) {
    NwCsvCell cell;
    gsize column = 0;
    do {
      nw_csv_scan_cell(&scan, &cell);
      sniff_cell(csv, sniffs, column++, row == 0, &cell);
    } while (!cell.is_last && column < MAX_COLUMNS);
    below |= row > 0;
  }
  for (guint i = 0; i < sniffs->len; i++) {
    const Sniff *sniff = sniffs->pdata[i];
    if (sniff->first_is_text && sniff->number_below && !sniff->text_below)
      return TRUE;
    all_names &= sniff->first_is_text && !sniff->repeated;
  }
  return all_names && (below || sniffs->len > 1);
}

/* Rows */

/* Makes room for one more row in every column that is numbers so far. */
static gboolean
grow(Csv *csv, GError **error)
{
  /* A row has at least one byte per cell: a file of a few wide rows gets no thousand of them. */
  gsize most = csv->length / csv->n_columns + 1;
  gsize capacity = CLAMP(csv->capacity * 2, MIN(most, 1024), MAX(most, csv->rows + 1));

  for (gsize i = 0; i < csv->n_columns; i++) {
    double *more;
    if (csv->columns[i].is_text)
      continue;
    more = g_try_realloc_n(csv->columns[i].numbers, capacity, sizeof(double));
    if (more == NULL)
      return fail(csv, 0, error, _("does not fit into memory"));
    csv->columns[i].numbers = more;
  }
  csv->capacity = capacity;
  return TRUE;
}

/* Remembers on which line the row begins, once that cannot be counted any more. */
static void
note_line(Csv *csv, gsize line)
{
  if (csv->rows == 0)
    csv->first_line = line;
  if (csv->lines == NULL && line == csv->first_line + csv->rows)
    return;
  if (csv->lines_capacity <= csv->rows) {
    gsize filled = csv->lines == NULL ? csv->rows : 0;
    csv->lines_capacity = MAX(1024, 2 * csv->rows);
    csv->lines = g_renew(guint32, csv->lines, csv->lines_capacity);
    for (gsize i = 0; i < filled; i++)
      csv->lines[i] = (guint32)(csv->first_line + i);
  }
  csv->lines[csv->rows] = (guint32)MIN(line, G_MAXUINT32);
}

/* What a pass does with each cell of the rows. */
typedef void (*TakeCell)(Csv *csv, Column *column, gsize row, const NwCsvCell *cell);

static void
take_number(Csv *csv, Column *column, gsize row, const NwCsvCell *cell)
{
  if (column->is_text || cell_to_number(csv, cell, &column->numbers[row]))
    return;
  column->is_text = TRUE;
  g_clear_pointer(&column->numbers, g_free);
}

static void
take_text(Csv *csv, Column *column, gsize row, const NwCsvCell *cell)
{
  char small[64], *copy;

  if (!column->is_text)
    return;
  copy = cell->length < sizeof small ? small : g_malloc(cell->length + 1);
  memcpy(copy, cell->text, cell->length);
  copy[cell->length] = '\0';
  nw_text_codes_append(column->text, copy);
  if (copy != small)
    g_free(copy);
}

static gboolean
read_record(Csv *csv, NwCsvScan *scan, TakeCell take, GError **error)
{
  gsize line = scan->line, column = 0;
  NwCsvCell cell;

  do {
    nw_csv_scan_cell(scan, &cell);
    if (column < csv->n_columns)
      take(csv, &csv->columns[column], csv->rows, &cell);
    column++;
  } while (!cell.is_last);
  if (scan->unclosed)
    return fail(csv, line, error, _("a quoted cell does not end"));
  if (column != csv->n_columns)
    return fail(csv, line, error, _("the row has %zu of %zu cells"),
                column, csv->n_columns);
  return TRUE;
}

/* The first record gives the number of columns and perhaps their names. */
static gboolean
read_first(Csv *csv, NwCsvScan *scan, GError **error)
{
  g_autoptr(GArray) columns = g_array_new(FALSE, TRUE, sizeof(Column));
  NwCsvScan start = *scan;
  NwCsvCell cell;

  do {
    Column column = {0};
    nw_csv_scan_cell(scan, &cell);
    if (csv->header == NW_HEADER_YES)
      column.name = g_strndup(cell.text, cell.length);
    g_array_append_val(columns, column);
  } while (!cell.is_last && columns->len <= MAX_COLUMNS);
  csv->n_columns = columns->len;
  csv->columns = (Column *)g_array_free(g_steal_pointer(&columns), FALSE);
  if (csv->n_columns > MAX_COLUMNS)
    return fail(csv, start.line, error, _("more than %d columns"), MAX_COLUMNS);
  if (scan->unclosed)
    return fail(csv, start.line, error, _("a quoted cell does not end"));
  if (csv->header != NW_HEADER_YES)
    *scan = start;
  return TRUE;
}

static gboolean
read_pass(Csv *csv, TakeCell take, GError **error)
{
  g_auto(NwCsvScan) scan = {0};

  nw_csv_scan_init(&scan, csv->text, csv->length, delimiter_chars[csv->delimiter]);
  if (!nw_csv_scan_next_record(&scan))
    return fail(csv, 0, error, _("is empty"));
  if (csv->columns == NULL) {
    if (!read_first(csv, &scan, error))
      return FALSE;
  } else if (csv->header == NW_HEADER_YES) {
    NwCsvCell cell;
    do
      nw_csv_scan_cell(&scan, &cell);
    while (!cell.is_last);
  }
  for (csv->rows = 0; nw_csv_scan_next_record(&scan); csv->rows++) {
    if (take == take_number) {
      if (csv->rows >= csv->capacity && !grow(csv, error))
        return FALSE;
      note_line(csv, scan.line);
    }
    if (!read_record(csv, &scan, take, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_rows(Csv *csv, GError **error)
{
  gboolean any_text = FALSE;

  if (csv->delimiter == NW_DELIMITER_AUTO)
    csv->delimiter = find_delimiter(csv);
  if (csv->header == NW_HEADER_AUTO)
    csv->header = find_header(csv) ? NW_HEADER_YES : NW_HEADER_NO;
  if (!read_pass(csv, take_number, error))
    return FALSE;
  for (gsize i = 0; i < csv->n_columns; i++)
    if (csv->columns[i].is_text) {
      csv->columns[i].text = nw_text_codes_new();
      any_text = TRUE;
    }
  return !any_text || read_pass(csv, take_text, error);
}

static void
fill_table(Csv *csv, NwTable *table)
{
  for (gsize i = 0; i < csv->n_columns; i++) {
    Column *column = &csv->columns[i];
    const char *name = column->name != NULL ? column->name : "";

    if (column->is_text) {
      nw_table_take_text(table, name, g_steal_pointer(&column->text));
      continue;
    }
    nw_table_add_numbers(table, name,
                         &(NwFileTensor){.dtype = NW_TENSOR_F64,
                                         .rank = 1,
                                         .shape = {(gint64)csv->rows},
                                         .data = column->numbers});
    nw_table_keep(table, g_steal_pointer(&column->numbers), g_free);
  }
  nw_table_set_text_file(table, csv->delimiter, csv->header, csv->first_line,
                         g_steal_pointer(&csv->lines));
}

static void
csv_clear(Csv *csv)
{
  for (gsize i = 0; i < csv->n_columns; i++) {
    g_free(csv->columns[i].name);
    g_free(csv->columns[i].numbers);
    g_clear_pointer(&csv->columns[i].text, nw_text_codes_free);
  }
  g_free(csv->columns);
  g_free(csv->lines);
  g_free(csv->shown);
}

static NwTable *
read_csv(const char *path, const NwReadOptions *options, GError **error)
{
  Csv csv = {.delimiter = options->delimiter, .header = options->header};
  g_autoptr(NwTable) table = nw_table_new(path, &nw_reader_csv);
  g_autofree char *owner = NULL;
  gsize length;
  char *content = nw_file_read(path, MAX_FILE, &length, error);
  gboolean done;

  if (content == NULL)
    return NULL;
  csv.shown = g_filename_display_basename(path);
  nw_table_take_hash(
      table, g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)content, length));
  done = decode(&csv, content, length, &owner, error) && read_rows(&csv, error);
  if (done)
    fill_table(&csv, table);
  csv_clear(&csv);
  if (!done)
    return NULL;
  nw_table_finish(table);
  return g_steal_pointer(&table);
}

static const char *const suffixes[] = {".csv", ".tsv", ".txt", ".data", NULL};

const NwReaderKind nw_reader_csv = {
    .id = "csv",
    .title = N_("CSV (text)"),
    .suffixes = suffixes,
    .takes_text_options = TRUE,
    .read = read_csv,
};
