/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-prepare.h"
#include "nw-error.h"
#include "nw-table-private.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Columns are looked at in pieces of about this many elements. */
#define PIECE 16384

/* More categories than this are no categories. */
#define MAX_CATEGORIES 100000

void
nw_preparation_free(NwPreparation *preparation)
{
  g_free(preparation->source);
  g_free(preparation->column);
  g_free(preparation->offset);
  g_free(preparation->factor);
  g_strfreev(preparation->texts);
  g_free(preparation->values);
  nw_unknown_clear(&preparation->unknown);
  g_free(preparation->mask);
  g_clear_pointer(&preparation->by_text, g_hash_table_unref);
  g_free(preparation);
}

char *
nw_table_describe_place(const NwTable *table, gsize row, gsize column)
{
  g_autofree char *file = g_filename_display_basename(nw_table_get_path(table));
  gsize line = nw_table_get_line(table, row);
  const char *name = nw_table_get_column(table, column)->name;

  if (line > 0)
    return g_strdup_printf(_("“%s”, line %zu, column “%s”"), file, line, name);
  return g_strdup_printf(_("“%s”, row %zu of “%s”"), file, row + 1, name);
}

G_GNUC_PRINTF(5, 6)
static gboolean
fail_at(const NwTable *table, gsize row, gsize column, GError **error, const char *format, ...)
{
  g_autofree char *place = nw_table_describe_place(table, row, column), *what = NULL;
  va_list arguments;

  va_start(arguments, format);
  what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, "%s: %s", place, what);
  return FALSE;
}

/* Reading numbers, each checked */

static gboolean
check_number(const NwPreparation *self, const NwTable *table, gsize row, gsize column, double x,
             GError **error)
{
  if (isnan(x) && self->is_target)
    return fail_at(table, row, column, error,
                   _("there is no number (empty or NaN); fill it in, or turn on Ignore empty cells "
                     "of the output"));
  if (isnan(x))
    return fail_at(table, row, column, error,
                   _("there is no number (empty or NaN); fill it in, or leave the column out"));
  if (isinf(x) || isinf((float)x))
    return fail_at(table, row, column, error, _("the number is infinite or too large"));
  return TRUE;
}

/* A column of text that was declared to be numbers. */
static gboolean
parse_numbers(const NwTable *table, gsize column, gsize first, gsize n, double *out, GError **error)
{
  gboolean comma = nw_table_get_decimal_comma(table);

  for (gsize i = 0; i < n; i++) {
    const char *text = nw_table_get_text(table, first + i, column);
    out[i] = NAN;
    if (text != NULL && !nw_text_to_number(text, strlen(text), comma, &out[i])) {
      g_autofree char *shown = nw_text_for_message(text);
      return fail_at(table, first + i, column, error,
                     _("“%s” is not a number; correct it, or make the column a category"), shown);
    }
  }
  return TRUE;
}

/* Rows first … first+n−1: out[n, each]. Every number is finite, or NaN where it is not known. */
static gboolean
read_numbers(const NwPreparation *self, const NwTable *table, gsize column, gsize first, gsize n,
             double *out, GError **error)
{
  const NwTableColumn *info = nw_table_get_column(table, column);
  gsize each = (gsize)nw_shape_elements(&info->shape);

  if (!info->is_text)
    nw_table_get_numbers(table, column, first, n, out);
  else if (!parse_numbers(table, column, first, n, out, error))
    return FALSE;
  for (gsize i = 0; i < n * each; i++)
    if (nw_unknown_has(&self->unknown, out[i]))
      out[i] = NAN;
    else if (!check_number(self, table, first + i / each, column, out[i], error))
      return FALSE;
  return TRUE;
}

static gsize
rows_per_piece(gsize each)
{
  return MAX(1, PIECE / each);
}

/* Scales */

typedef struct {
  double *n, *sum, *squares, *min, *max; /* of each scale */
} Moments;

/* One pass over the training rows: sums of x, or of (x − mean)² when @mean is given; ranges. */
static gboolean
add_up(const NwPreparation *self, const NwTable *table, gsize column, const guint8 *part,
       const double *mean, Moments *moments, GError **error)
{
  const NwTableColumn *info = nw_table_get_column(table, column);
  gsize each = (gsize)nw_shape_elements(&info->shape), step = rows_per_piece(each);
  gsize n_scales = self->n_scales;
  g_autofree double *piece = g_new(double, step *each);

  for (gsize row = 0; row < info->rows; row++) {
    if (part[row] != NW_SPLIT_TRAIN)
      continue;
    gsize n = 1;
    while (n < step && row + n < info->rows && part[row + n] == NW_SPLIT_TRAIN)
      n++;
    if (!read_numbers(self, table, column, row, n, piece, error))
      return FALSE;
    for (gsize i = 0; i < n * each; i++) {
      gsize s = i % n_scales;
      double x = piece[i];
      if (isnan(x))
        continue;
      if (mean != NULL) {
        moments->squares[s] += (x - mean[s]) * (x - mean[s]);
        continue;
      }
      moments->n[s]++;
      moments->sum[s] += x;
      moments->min[s] = MIN(moments->min[s], x);
      moments->max[s] = MAX(moments->max[s], x);
    }
    row += n - 1;
  }
  return TRUE;
}

/* standardize: (x − mean) / sd, minmax: (x − min) / (max − min); a constant only moves to 0. */
static gboolean
fit_scale(NwPreparation *self, const NwTable *table, gsize column, const guint8 *part,
          GError **error)
{
  gsize n = self->n_scales = (gsize)nw_shape_last(&self->shape);
  g_autofree double *numbers = g_new0(double, 5 * n);
  Moments moments = {numbers, numbers + n, numbers + 2 * n, numbers + 3 * n, numbers + 4 * n};

  for (gsize s = 0; s < n; s++) {
    moments.min[s] = INFINITY;
    moments.max[s] = -INFINITY;
  }
  if (!add_up(self, table, column, part, NULL, &moments, error))
    return FALSE;
  self->offset = g_new0(double, n);
  self->factor = g_new0(double, n);
  for (gsize s = 0; s < n; s++)
    self->offset[s] =
        self->scaling == NW_SCALING_MINMAX ? moments.min[s] : moments.sum[s] / MAX(moments.n[s], 1);
  if (self->scaling == NW_SCALING_STANDARDIZE &&
      !add_up(self, table, column, part, self->offset, &moments, error))
    return FALSE;
  for (gsize s = 0; s < n; s++) {
    double width = self->scaling == NW_SCALING_MINMAX
                       ? moments.max[s] - moments.min[s]
                       : sqrt(moments.squares[s] / MAX(moments.n[s], 1));
    self->factor[s] = width > 0 && isfinite(1 / width) ? 1 / width : 1;
    if (!isfinite(self->offset[s]))
      self->offset[s] = 0;
  }
  return TRUE;
}

/* Vocabularies */

void
nw_preparation_index_texts(NwPreparation *self)
{
  self->by_text = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < self->n_values; i++)
    g_hash_table_insert(self->by_text, self->texts[i], GSIZE_TO_POINTER(i + 1));
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

static gboolean
fail_missing(const NwPreparation *self, const NwTable *table, gsize row, gsize column,
             GError **error)
{
  return fail_at(table, row, column, error,
                 self->is_target ? _("the cell is empty; fill it in, or turn on Ignore empty cells "
                                     "of the output")
                                 : _("the cell is empty; fill it in, or leave the column out"));
}

static gboolean
collect_texts(NwPreparation *self, const NwTable *table, gsize column, const guint8 *part,
              GError **error)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  gsize rows = nw_table_get_column(table, column)->rows;
  guint n;

  for (gsize row = 0; row < rows; row++) {
    const char *text = nw_table_get_text(table, row, column);
    if (part[row] != NW_SPLIT_TRAIN)
      continue;
    if (nw_unknown_has_text(&self->unknown, text))
      continue;
    if (text == NULL)
      return fail_missing(self, table, row, column, error);
    g_hash_table_add(seen, (gpointer)text);
  }
  g_autofree const char **keys = (const char **)g_hash_table_get_keys_as_array(seen, &n);
  qsort(keys, n, sizeof *keys, compare_texts);
  self->n_values = n;
  self->texts = g_strdupv((char **)keys);
  nw_preparation_index_texts(self);
  return TRUE;
}

/* GLib's own hashes only the whole part. */
static guint
number_hash(gconstpointer data)
{
  double number = *(const double *)data + 0.0; /* −0 is 0 */
  guint64 bits;

  memcpy(&bits, &number, sizeof bits);
  return (guint)((bits * 0x9E3779B97F4A7C15u) >> 32);
}

static gboolean
collect_numbers(NwPreparation *self, const NwTable *table, gsize column, const guint8 *part,
                GError **error)
{
  const NwTableColumn *info = nw_table_get_column(table, column);
  gsize each = (gsize)nw_shape_elements(&info->shape);
  g_autofree double *row_numbers = g_new(double, each);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(number_hash, g_double_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key;
  gsize n = 0;

  for (gsize row = 0; row < info->rows; row++) {
    if (part[row] != NW_SPLIT_TRAIN)
      continue;
    if (!read_numbers(self, table, column, row, 1, row_numbers, error))
      return FALSE;
    for (gsize i = 0; i < each; i++)
      if (!isnan(row_numbers[i]) && !g_hash_table_contains(seen, &row_numbers[i]))
        g_hash_table_add(seen, g_memdup2(&row_numbers[i], sizeof(double)));
    if (g_hash_table_size(seen) > MAX_CATEGORIES)
      return fail_at(table, row, column, error,
                     _("the column has too many different numbers to be a category"));
  }
  self->n_values = g_hash_table_size(seen);
  self->values = g_new(double, self->n_values + 1);
  self->texts = g_new0(char *, self->n_values + 1);
  g_hash_table_iter_init(&iter, seen);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    self->values[n++] = *(double *)key;
  qsort(self->values, n, sizeof(double), compare_numbers);
  for (gsize i = 0; i < n; i++)
    self->texts[i] = nw_number_to_text(self->values[i]);
  return TRUE;
}

/* A 0/1 column of numbers needs no vocabulary. */
static gboolean
is_plain_binary(const NwTableColumn *info, const NwUnknown *unknown)
{
  return !info->is_text && ((info->whole && info->min >= 0 && info->max <= 1) ||
                            nw_unknown_leaves_binary(unknown, info));
}

static gboolean
check_steps(const NwTableColumn *info, GError **error)
{
  if (info->shape.rank > 0)
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("column “%s” is one number in a row, which has no steps with gaps between them; "
                "scale it in another way"),
              info->name);
  return FALSE;
}

NwPreparation *
nw_preparation_fit(const char *source, const NwTable *table, gsize column, NwColumnKind kind,
                   NwScaling scaling, const guint8 *part, const NwFieldRequest *request,
                   GError **error)
{
  const NwTableColumn *info = nw_table_get_column(table, column);
  g_autoptr(NwPreparation) self = g_new0(NwPreparation, 1);
  gboolean done = TRUE;

  self->source = g_strdup(source);
  self->column = g_strdup(info->name);
  self->kind = kind;
  self->scaling = kind == NW_COLUMN_NUMBER ? scaling : NW_SCALING_NONE;
  self->shape = info->shape;
  if (request != NULL) {
    self->unknown = nw_unknown_copy(&request->unknown);
    self->is_target = request->role == NW_FIELD_TARGET;
  }
  if (request != NULL && request->has_mask && nw_scaling_makes_gaps(self->scaling)) {
    self->n_masks = 1;
    self->mask = g_memdup2(&request->mask, sizeof request->mask);
  }
  if (nw_scaling_makes_gaps(self->scaling))
    done = check_steps(info, error);
  else if (kind == NW_COLUMN_NUMBER)
    done = !nw_scaling_is_fitted(scaling) || fit_scale(self, table, column, part, error);
  else if (kind == NW_COLUMN_CATEGORY || !is_plain_binary(info, &self->unknown))
    done = info->is_text ? collect_texts(self, table, column, part, error)
                         : collect_numbers(self, table, column, part, error);
  if (!done)
    return NULL;
  if (kind == NW_COLUMN_BINARY && self->n_values > 2) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("column “%s” is to be 0 or 1 but has %zu"
                  " different values; make it a category or a number"),
                info->name, self->n_values);
    return NULL;
  }
  return g_steal_pointer(&self);
}

/* Encoding */

NwEncodeAs
nw_choose_encoding(const NwFieldRequest *request, NwColumnKind kind, gsize n_values,
                   const NwShape *shape, gboolean is_only)
{
  gint64 wanted = nw_shape_elements(&request->type.shape);

  if (request->type.dtype == NW_INT32)
    return NW_ENCODE_INDEX;
  if (kind == NW_COLUMN_NUMBER || request->category_as == NW_CATEGORY_AS_INDEX)
    return NW_ENCODE_REAL;
  if (!is_only)
    return kind == NW_COLUMN_CATEGORY ? NW_ENCODE_ONE_HOT : NW_ENCODE_REAL;
  if (kind == NW_COLUMN_CATEGORY)
    return wanted == 1 && n_values == 2 ? NW_ENCODE_REAL : NW_ENCODE_ONE_HOT;
  return wanted == 2 && nw_shape_elements(shape) == 1 ? NW_ENCODE_ONE_HOT : NW_ENCODE_REAL;
}

static gboolean
fail_unknown(const NwTable *table, gsize row, gsize column, const guint8 *part, const char *text,
             GError **error)
{
  g_autofree char *shown = nw_text_for_message(text);

  if (part == NULL)
    return fail_at(table, row, column, error, _("“%s” is not among the data trained with"), shown);
  return fail_at(table, row, column, error,
                 part[row] == NW_SPLIT_TEST
                     ? _("a test row has “%s”, which no training row has; stratify the split by "
                         "this column, or add such rows")
                     : _("a validation row has “%s”, which no training row has; stratify the split "
                         "by this column, or add such rows"),
                 shown);
}

static gboolean
encode_text(const NwPreparation *self, const NwTable *table, gsize column, gsize row,
            const guint8 *part, double *out, GError **error)
{
  const char *text = nw_table_get_text(table, row, column);
  gsize index;

  if (nw_unknown_has_text(&self->unknown, text)) {
    *out = NAN;
    return TRUE;
  }
  if (text == NULL)
    return fail_missing(self, table, row, column, error);
  index = GPOINTER_TO_SIZE(g_hash_table_lookup(self->by_text, text));
  if (index == 0)
    return fail_unknown(table, row, column, part, text, error);
  *out = (double)(index - 1);
  return TRUE;
}

/* Numbers of one row into indices of the vocabulary. */
static gboolean
look_up(const NwPreparation *self, const NwTable *table, gsize column, gsize row, gsize each,
        const guint8 *part, double *numbers, GError **error)
{
  for (gsize i = 0; i < each; i++) {
    const double *found;
    if (isnan(numbers[i]))
      continue;
    found = bsearch(&numbers[i], self->values, self->n_values, sizeof(double), compare_numbers);
    if (found == NULL) {
      g_autofree char *text = nw_number_to_text(numbers[i]);
      return fail_unknown(table, row, column, part, text, error);
    }
    numbers[i] = (double)(found - self->values);
  }
  return TRUE;
}

static gboolean
check_binary(const NwTable *table, gsize column, gsize row, gsize each, const double *numbers,
             GError **error)
{
  for (gsize i = 0; i < each; i++)
    if (numbers[i] != 0 && numbers[i] != 1 && !isnan(numbers[i]))
      return fail_at(table, row, column, error, _("%g is neither 0 nor 1"), numbers[i]);
  return TRUE;
}

double
nw_preparation_scale(const NwPreparation *self, gsize element, double x)
{
  if (nw_scaling_takes_logarithm(self->scaling))
    return log1p(x);
  if (self->factor == NULL)
    return x;
  element %= self->n_scales;
  return (x - self->offset[element]) * self->factor[element];
}

double
nw_preparation_unscale(const NwPreparation *self, gsize element, double scaled)
{
  if (nw_scaling_takes_logarithm(self->scaling))
    return expm1(scaled);
  if (self->factor == NULL)
    return scaled;
  element %= self->n_scales;
  return scaled / self->factor[element] + self->offset[element];
}

static gboolean
take_logarithms(const NwPreparation *self, const NwTable *table, gsize column, gsize row,
                gsize each, double *numbers, GError **error)
{
  for (gsize i = 0; i < each; i++) {
    if (numbers[i] < 0)
      return fail_at(table, row, column, error,
                     _("%g has no logarithm here: numbers from 0 are wanted; scale in another way"),
                     numbers[i]);
    numbers[i] = nw_preparation_scale(self, i, numbers[i]);
  }
  return TRUE;
}

/* Of entry @entry of each step, the gap to the step before. Times go one way, up or down; what goes
 * both ways is no time, or is filled up with a number that nobody said. */
static gboolean
take_gaps(const NwPreparation *self, const NwTable *table, gsize column, gsize row, gsize entry,
          double *numbers, GError **error)
{
  gsize steps = (gsize)self->shape.dim[0];
  gsize each = (gsize)nw_shape_elements(&self->shape) / steps;
  double before = NAN, way = 0;

  for (gsize at = entry; at < steps * each; at += each) {
    double x = numbers[at], gap = isnan(before) ? 0 : x - before;
    if (isnan(x) || (self->mask != NULL && x == *self->mask))
      continue;
    if (gap * way < 0)
      return fail_at(
          table, row, column, error,
          _("step %zu goes from %g to %g, the steps before go the other way: gaps are of "
            "times that count up, or down. What fills up a row has to be the number that "
            "a Masking layer masks"),
          at / each + 1, before, x);
    way = gap != 0 ? gap : way;
    before = x;
    numbers[at] = nw_preparation_scale(self, at, fabs(gap));
  }
  return TRUE;
}

static gboolean
take_all_gaps(const NwPreparation *self, const NwTable *table, gsize column, gsize row, gsize each,
              double *numbers, GError **error)
{
  for (gsize entry = 0; entry < each / (gsize)self->shape.dim[0]; entry++)
    if (!take_gaps(self, table, column, row, entry, numbers, error))
      return FALSE;
  return TRUE;
}

/* One row as numbers: scaled, or indices. */
static gboolean
encode_row(const NwPreparation *self, const NwTable *table, gsize column, gsize row, gsize each,
           const guint8 *part, gboolean scale, double *out, GError **error)
{
  if (self->by_text != NULL)
    return encode_text(self, table, column, row, part, out, error);
  if (!read_numbers(self, table, column, row, 1, out, error))
    return FALSE;
  if (self->values != NULL)
    return look_up(self, table, column, row, each, part, out, error);
  if (self->kind == NW_COLUMN_BINARY)
    return check_binary(table, column, row, each, out, error);
  if (scale && nw_scaling_makes_gaps(self->scaling))
    return take_all_gaps(self, table, column, row, each, out, error);
  if (scale && self->scaling == NW_SCALING_LOG1P)
    return take_logarithms(self, table, column, row, each, out, error);
  for (gsize i = 0; scale && i < each; i++)
    out[i] = nw_preparation_scale(self, i, out[i]);
  return TRUE;
}

static gboolean
put_indices(const NwTable *table, gsize column, gsize row, gsize each, const double *numbers,
            gint32 *out, GError **error)
{
  for (gsize i = 0; i < each; i++) {
    if (isnan(numbers[i])) {
      out[i] = NW_UNKNOWN_CLASS;
      continue;
    }
    if (numbers[i] != floor(numbers[i]) || fabs(numbers[i]) > G_MAXINT32)
      return fail_at(table, row, column, error, _("%g is not a whole number"), numbers[i]);
    out[i] = (gint32)numbers[i];
  }
  return TRUE;
}

/* Entries of a one-hot element. */
static gsize
n_ways(const NwPreparation *self)
{
  return self->kind == NW_COLUMN_BINARY ? 2 : self->n_values;
}

/* NaN for all ways where nobody knows which. */
static void
put_one_hot(double index, gsize n, float *out)
{
  if (!isnan(index))
    out[(gsize)index] = 1;
  for (gsize i = 0; isnan(index) && i < n; i++)
    out[i] = NAN;
}

gsize
nw_preparation_get_width(const NwPreparation *self, NwEncodeAs as)
{
  gsize each = (gsize)nw_shape_elements(&self->shape);

  return as == NW_ENCODE_ONE_HOT ? each * n_ways(self) : each;
}

gboolean
nw_preparation_encode(const NwPreparation *self, const NwTable *table, gsize column,
                      const guint8 *part, NwEncodeAs as, gpointer out, gsize stride, GError **error)
{
  const NwTableColumn *info = nw_table_get_column(table, column);
  gsize each = (gsize)nw_shape_elements(&info->shape);
  g_autofree double *numbers = g_new(double, each);

  if (!nw_shape_equal(&info->shape, &self->shape) ||
      (self->by_text != NULL) != (info->is_text && self->kind != NW_COLUMN_NUMBER)) {
    g_autofree char *place = nw_table_describe_place(table, 0, column);
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("%s: the column holds something else than the one trained with"), place);
    return FALSE;
  }
  for (gsize row = 0; row < info->rows; row++) {
    float *real = (float *)out + row * stride;

    if (!encode_row(self, table, column, row, each, part, as != NW_ENCODE_INDEX, numbers, error))
      return FALSE;
    if (as == NW_ENCODE_INDEX &&
        !put_indices(table, column, row, each, numbers, (gint32 *)out + row * stride, error))
      return FALSE;
    for (gsize i = 0; as == NW_ENCODE_REAL && i < each; i++)
      real[i] = (float)numbers[i];
    for (gsize i = 0; as == NW_ENCODE_ONE_HOT && i < each; i++)
      put_one_hot(numbers[i], n_ways(self), real + i * n_ways(self));
  }
  return TRUE;
}
