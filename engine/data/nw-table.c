/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-table-private.h"
#include "nw-error.h"
#include "nw-file.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

const NwChoice nw_column_kind_choices[NW_N_COLUMN_KINDS + 1] = {
    [NW_COLUMN_NUMBER] = {"number", N_("Number")},
    [NW_COLUMN_CATEGORY] = {"category", N_("Category")},
    [NW_COLUMN_BINARY] = {"binary", N_("0 or 1")},
    [NW_COLUMN_IGNORE] = {"ignore", N_("Ignore")},
};

struct _NwTable {
  atomic_int refs;
  char *path, *hash;
  const NwReaderKind *reader;
  NwDelimiter delimiter;
  NwHeader header;
  gsize first_line; /* 0: no lines */
  guint32 *lines;
  gsize rows;
  GPtrArray *stores;   /* NwTableStore */
  GHashTable *by_name; /* name → index */
  GPtrArray *kept;     /* Kept */
};

typedef struct {
  gpointer memory;
  GDestroyNotify destroy;
} Kept;

static void
store_free(gpointer data)
{
  NwTableStore *store = data;

  for (gsize i = 0; i < store->info.n_values; i++)
    g_free(store->info.values[i].text);
  g_free(store->info.values);
  g_free(store->info.name);
  g_clear_pointer(&store->text, nw_text_codes_free);
  g_free(store);
}

static void
kept_free(gpointer data)
{
  Kept *kept = data;

  kept->destroy(kept->memory);
  g_free(kept);
}

NwTable *
nw_table_new(const char *path, const NwReaderKind *reader)
{
  NwTable *table = g_new0(NwTable, 1);

  table->refs = 1;
  table->path = g_strdup(path);
  table->reader = reader;
  table->stores = g_ptr_array_new_with_free_func(store_free);
  table->by_name = g_hash_table_new(g_str_hash, g_str_equal);
  table->kept = g_ptr_array_new_with_free_func(kept_free);
  return table;
}

NwTable *
nw_table_ref(NwTable *table)
{
  atomic_fetch_add(&table->refs, 1);
  return table;
}

void
nw_table_unref(NwTable *table)
{
  if (atomic_fetch_sub(&table->refs, 1) > 1)
    return;
  g_hash_table_unref(table->by_name);
  g_ptr_array_unref(table->stores);
  g_ptr_array_unref(table->kept);
  g_free(table->lines);
  g_free(table->path);
  g_free(table->hash);
  g_free(table);
}

/* Filling */

void
nw_table_keep(NwTable *table, gpointer memory, GDestroyNotify destroy)
{
  Kept *kept = g_new(Kept, 1);

  *kept = (Kept){memory, destroy};
  g_ptr_array_add(table->kept, kept);
}

static NwTableStore *
add_store(NwTable *table, const char *name)
{
  NwTableStore *store = g_new0(NwTableStore, 1);
  guint place = table->stores->len;

  store->info.name = *name != '\0' ? g_strdup(name) : g_strdup_printf(_("column %u"), place + 1);
  for (guint i = 2; g_hash_table_contains(table->by_name, store->info.name); i++) {
    g_free(store->info.name);
    /* The place makes a second try enough for all but the strangest files. */
    store->info.name = i == 2 ? g_strdup_printf("%s (%u)", name, place + 1)
                              : g_strdup_printf("%s (%u) %u", name, place + 1, i);
  }
  g_hash_table_insert(table->by_name, store->info.name, GUINT_TO_POINTER(place));
  g_ptr_array_add(table->stores, store);
  return store;
}

void
nw_table_add_numbers(NwTable *table, const char *name, const NwFileTensor *numbers)
{
  NwTableStore *store = add_store(table, name);

  g_assert(numbers->rank >= 1 && numbers->rank <= NW_MAX_RANK + 1);
  store->tensor = *numbers;
  store->info.rows = (gsize)numbers->shape[0];
  store->info.shape = nw_shape_of(numbers->shape + 1, numbers->rank - 1);
}

void
nw_table_take_text(NwTable *table, const char *name, NwTextCodes *codes)
{
  NwTableStore *store = add_store(table, name);

  store->text = codes;
  store->info.is_text = TRUE;
  store->info.rows = codes->rows;
}

void
nw_table_set_text_file(NwTable *table, NwDelimiter delimiter, NwHeader header, gsize first_line,
                       guint32 *lines)
{
  table->delimiter = delimiter;
  table->header = header;
  table->first_line = first_line;
  table->lines = lines;
}

void
nw_table_take_hash(NwTable *table, char *hash)
{
  g_free(table->hash);
  table->hash = hash;
}

void
nw_table_finish(NwTable *table)
{
  for (guint i = 0; i < table->stores->len; i++) {
    NwTableStore *store = table->stores->pdata[i];
    nw_table_store_summarize(store);
    table->rows = MAX(table->rows, store->info.rows);
  }
  nw_table_guess_kinds((NwTableStore **)table->stores->pdata, table->stores->len);
}

/* Reading a file */

/* The reader for the file by its first bytes, then by its name, then CSV where it looks like text.
 */
static const NwReaderKind *
choose_reader(const char *path, GError **error)
{
  g_autofree char *shown = g_filename_display_basename(path);
  g_autofree char *lower = g_ascii_strdown(path, -1);
  g_autoptr(GString) kinds = g_string_new(NULL);
  char head[4096] = {0};
  gsize length;
  gssize n;
  int fd = nw_file_open(path, &length, error);

  if (fd < 0)
    return NULL;
  n = read(fd, head, sizeof head);
  close(fd);
  for (gsize i = 0; nw_reader_kinds[i] != NULL; i++) {
    const char *magic = nw_reader_kinds[i]->magic;
    if (magic != NULL && n >= (gssize)strlen(magic) && memcmp(head, magic, strlen(magic)) == 0)
      return nw_reader_kinds[i];
  }
  for (gsize i = 0; nw_reader_kinds[i] != NULL; i++) {
    g_string_append_printf(kinds, "%s%s", i > 0 ? ", " : "", _(nw_reader_kinds[i]->title));
    for (const char *const *suffix = nw_reader_kinds[i]->suffixes; *suffix != NULL; suffix++)
      if (g_str_has_suffix(lower, *suffix))
        return nw_reader_kinds[i];
  }
  if (n >= 0 && memchr(head, '\0', (gsize)n) == NULL)
    return nw_reader_find("csv");
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT,
              _("“%s” is of no kind that can be read here; these can: %s"), shown, kinds->str);
  return NULL;
}

NwTable *
nw_table_read(const char *path, const NwReadOptions *options, GError **error)
{
  NwReadOptions found = options != NULL ? *options : (NwReadOptions){NULL};

  g_return_val_if_fail(path != NULL, NULL);
  if (found.reader == NULL)
    found.reader = choose_reader(path, error);
  return found.reader != NULL ? found.reader->read(path, &found, error) : NULL;
}

/* Looking at it */

static const NwTableStore *
get_store(const NwTable *table, gsize column)
{
  return g_ptr_array_index(table->stores, column);
}

const char *
nw_table_get_path(const NwTable *table)
{
  return table->path;
}

const char *
nw_table_get_hash(const NwTable *table)
{
  return table->hash;
}

const NwReaderKind *
nw_table_get_reader(const NwTable *table)
{
  return table->reader;
}

NwDelimiter
nw_table_get_delimiter(const NwTable *table)
{
  return table->delimiter;
}

NwHeader
nw_table_get_header(const NwTable *table)
{
  return table->header;
}

gboolean
nw_table_get_decimal_comma(const NwTable *table)
{
  return table->delimiter == NW_DELIMITER_SEMICOLON;
}

gsize
nw_table_get_n_rows(const NwTable *table)
{
  return table->rows;
}

gsize
nw_table_get_n_columns(const NwTable *table)
{
  return table->stores->len;
}

const NwTableColumn *
nw_table_get_column(const NwTable *table, gsize column)
{
  return &get_store(table, column)->info;
}

gssize
nw_table_find(const NwTable *table, const char *name)
{
  gpointer place;

  if (!g_hash_table_lookup_extended(table->by_name, name, NULL, &place))
    return -1;
  return (gssize)GPOINTER_TO_UINT(place);
}

gsize
nw_table_get_line(const NwTable *table, gsize row)
{
  if (table->lines != NULL)
    return table->lines[row];
  return table->first_line > 0 ? table->first_line + row : 0;
}

const char *
nw_table_get_text(const NwTable *table, gsize row, gsize column)
{
  const NwTextCodes *text = get_store(table, column)->text;
  guint32 code = row < text->rows ? text->codes[row] : NW_TEXT_MISSING;

  return code == NW_TEXT_MISSING ? NULL : g_ptr_array_index(text->texts, code);
}

void
nw_table_get_numbers(const NwTable *table, gsize column, gsize first, gsize n, double *out)
{
  const NwTableStore *store = get_store(table, column);
  gsize each = (gsize)nw_shape_elements(&store->info.shape);

  g_return_if_fail(store->text == NULL && first + n <= store->info.rows);
  nw_file_tensor_read_double(&store->tensor, first * each, n * each, out);
}

char *
nw_table_dup_cell(const NwTable *table, gsize row, gsize column)
{
  enum { SHOWN = 8 };
  const NwTableStore *store = get_store(table, column);
  gsize each = (gsize)nw_shape_elements(&store->info.shape);
  double numbers[SHOWN];
  GString *cell;

  if (row >= store->info.rows)
    return g_strdup("");
  if (store->text != NULL)
    return g_strdup(nw_table_get_text(table, row, column) ?: "");
  nw_file_tensor_read_double(&store->tensor, row * each, MIN(each, SHOWN), numbers);
  cell = g_string_new(NULL);
  for (gsize i = 0; i < MIN(each, SHOWN); i++) {
    g_autofree char *number = isnan(numbers[i]) ? g_strdup("") : nw_number_to_text(numbers[i]);
    g_string_append_printf(cell, "%s%s", i > 0 ? " " : "", number);
  }
  if (each > SHOWN)
    g_string_append(cell, " …");
  return g_string_free(cell, FALSE);
}
