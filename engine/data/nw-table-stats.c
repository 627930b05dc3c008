/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What is worth knowing about a column, and what kind it seems to be. */
#include "nw-table-private.h"
#include "nw-text.h"

#include <math.h>
#include <string.h>

/* Numbers are looked at in pieces of this many. */
#define PIECE 4096

/* Distinct numbers with their counts: open addressing, a quarter full at most. */
#define SLOTS 4096
G_STATIC_ASSERT(SLOTS >= 4 * NW_TABLE_MAX_VALUES);

typedef struct {
  double number[SLOTS];
  gsize count[SLOTS]; /* 0: free */
  gsize used;
  gboolean full;
} Distinct;

static void
distinct_add(Distinct *distinct, double number)
{
  guint64 bits;
  gsize slot;

  number += 0.0; /* −0 is 0 */
  memcpy(&bits, &number, sizeof bits);
  slot = (gsize)((bits * 0x9E3779B97F4A7C15u) >> 52) % SLOTS;
  while (distinct->count[slot] > 0 && distinct->number[slot] != number)
    slot = (slot + 1) % SLOTS;
  if (distinct->count[slot]++ > 0)
    return;
  distinct->number[slot] = number;
  distinct->full = ++distinct->used > NW_TABLE_MAX_VALUES;
}

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

static void
distinct_to_values(const Distinct *distinct, NwTableColumn *info)
{
  struct {
    double number;
    gsize count;
  } sorted[NW_TABLE_MAX_VALUES];
  gsize n = 0;

  info->many_values = distinct->full;
  if (distinct->full)
    return;
  for (gsize i = 0; i < SLOTS; i++)
    if (distinct->count[i] > 0) {
      sorted[n].number = distinct->number[i];
      sorted[n++].count = distinct->count[i];
    }
  qsort(sorted, n, sizeof *sorted, compare_numbers);
  info->values = g_new(NwTableValue, n + 1);
  info->n_values = n;
  for (gsize i = 0; i < n; i++)
    info->values[i] = (NwTableValue){nw_number_to_text(sorted[i].number), sorted[i].count};
}

/* First look: counts, range, mean, distinct values. */
static gsize
look_once(NwTableStore *store, gsize total, Distinct *distinct)
{
  NwTableColumn *info = &store->info;
  double piece[PIECE], sum = 0;
  gsize finite = 0;

  info->whole = TRUE;
  for (gsize first = 0; first < total; first += PIECE) {
    gsize n = MIN(PIECE, total - first);
    nw_file_tensor_read_double(&store->tensor, first, n, piece);
    for (gsize i = 0; i < n; i++) {
      double x = piece[i];
      if (!isfinite(x)) {
        *(isnan(x) ? &info->missing : &info->infinite) += 1;
        continue;
      }
      info->min = finite == 0 ? x : MIN(info->min, x);
      info->max = finite == 0 ? x : MAX(info->max, x);
      finite++;
      sum += x;
      info->whole &= x == floor(x);
      if (!distinct->full)
        distinct_add(distinct, x);
    }
  }
  info->mean = finite > 0 ? sum / (double)finite : 0;
  return finite;
}

/* Second look: what needs the mean and the range. */
static void
look_again(NwTableStore *store, gsize total, gsize finite)
{
  NwTableColumn *info = &store->info;
  /* Halves, because max − min of the largest doubles overflows. */
  double piece[PIECE], squares = 0, span = info->max / 2 - info->min / 2;

  for (gsize first = 0; first < total; first += PIECE) {
    gsize n = MIN(PIECE, total - first);
    nw_file_tensor_read_double(&store->tensor, first, n, piece);
    for (gsize i = 0; i < n; i++) {
      double x = piece[i], part;
      if (!isfinite(x))
        continue;
      squares += (x - info->mean) * (x - info->mean);
      part = span > 0 ? (x / 2 - info->min / 2) / span * NW_TABLE_BINS : 0;
      info->bins[CLAMP((int)part, 0, NW_TABLE_BINS - 1)]++;
    }
  }
  info->sd = finite > 0 ? sqrt(squares / (double)finite) : 0;
}

static int
compare_texts(gconstpointer a, gconstpointer b, gpointer data)
{
  char *const *texts = data;

  return strcmp(texts[*(const guint32 *)a], texts[*(const guint32 *)b]);
}

/* Puts the distinct texts into byte order, and counts. */
static void
summarize_text(NwTableStore *store)
{
  NwTableColumn *info = &store->info;
  NwTextCodes *text = store->text;
  guint32 n = text->texts->len;
  g_autofree guint32 *order = g_new(guint32, n + 1), *place = g_new(guint32, n + 1);
  g_autofree gsize *counts = g_new0(gsize, n + 1);
  GPtrArray *sorted = g_ptr_array_sized_new(n);

  for (guint32 i = 0; i < n; i++)
    order[i] = i;
  g_qsort_with_data(order, (gint)n, sizeof *order, compare_texts, text->texts->pdata);
  for (guint32 i = 0; i < n; i++) {
    place[order[i]] = i;
    g_ptr_array_add(sorted, text->texts->pdata[order[i]]);
  }
  g_ptr_array_unref(text->texts);
  text->texts = sorted;
  g_clear_pointer(&text->index, g_hash_table_unref);
  for (gsize row = 0; row < text->rows; row++) {
    if (text->codes[row] == NW_TEXT_MISSING) {
      info->missing++;
      continue;
    }
    text->codes[row] = place[text->codes[row]];
    counts[text->codes[row]]++;
  }
  info->many_values = n > NW_TABLE_MAX_VALUES;
  if (info->many_values)
    return;
  info->n_values = n;
  info->values = g_new(NwTableValue, n + 1);
  for (guint32 i = 0; i < n; i++)
    info->values[i] = (NwTableValue){g_strdup(sorted->pdata[i]), counts[i]};
}

void
nw_table_store_summarize(NwTableStore *store)
{
  if (store->text != NULL) {
    summarize_text(store);
    return;
  }
  g_autofree Distinct *distinct = g_new0(Distinct, 1);
  gsize total = nw_file_tensor_elements(&store->tensor);
  gsize finite = look_once(store, total, distinct);

  look_again(store, total, finite);
  distinct_to_values(distinct, &store->info);
}

/* Guessing */

static gboolean
has_values(const NwTableColumn *info, const char *first, const char *second)
{
  return info->n_values == 2 && g_ascii_strcasecmp(info->values[0].text, first) == 0 &&
         g_ascii_strcasecmp(info->values[1].text, second) == 0;
}

/* Whole numbers 0 … k−1 or 1 … k, each met twice on average: class numbers, if anything says so. */
static gboolean
could_be_classes(const NwTableColumn *info)
{
  return info->whole && nw_shape_elements(&info->shape) == 1 && info->n_values >= 3 &&
         info->n_values <= 100 && (info->min == 0 || info->min == 1) &&
         info->max - info->min + 1 == (double)info->n_values && info->rows >= 2 * info->n_values;
}

static gboolean
is_called_like_classes(const char *name)
{
  static const char *const names[] = {"class",  "label", "target",  "y",      "category",
                                      "digit",  "group", "species", "type",   "outcome",
                                      "labels", "kind",  "y_train", "y_test", NULL};

  for (const char *const *known = names; *known != NULL; known++)
    if (g_ascii_strcasecmp(name, *known) == 0)
      return TRUE;
  return FALSE;
}

static NwColumnKind
guess_kind(const NwTableColumn *info, gboolean is_last)
{
  if (info->n_values == 0 && !info->many_values)
    return NW_COLUMN_IGNORE;
  if (has_values(info, "0", "1") || has_values(info, "false", "true"))
    return NW_COLUMN_BINARY;
  if (info->is_text) /* names and remarks are different in nearly every row */
    return !info->many_values && info->n_values <= MAX(20, info->rows / 10) ? NW_COLUMN_CATEGORY
                                                                            : NW_COLUMN_IGNORE;
  if (could_be_classes(info) && (is_last || is_called_like_classes(info->name)))
    return NW_COLUMN_CATEGORY;
  return NW_COLUMN_NUMBER;
}

void
nw_table_guess_kinds(NwTableStore **stores, gsize n)
{
  gboolean is_last = TRUE; /* nothing but 0/1 columns come after this one */

  for (gsize i = n; i-- > 0;) {
    NwTableColumn *info = &stores[i]->info;
    info->guess = guess_kind(info, is_last);
    is_last &= info->guess == NW_COLUMN_BINARY;
  }
}
