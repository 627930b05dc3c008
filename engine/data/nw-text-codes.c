/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Cells of text files: texts stored once each, numbers, and what means "missing". */
#include "nw-table-private.h"

#include <math.h>
#include <string.h>

NwTextCodes *
nw_text_codes_new(void)
{
  NwTextCodes *codes = g_new0(NwTextCodes, 1);

  codes->texts = g_ptr_array_new();
  codes->index = g_hash_table_new(g_str_hash, g_str_equal);
  codes->chunk = g_string_chunk_new(4096);
  return codes;
}

void
nw_text_codes_free(NwTextCodes *codes)
{
  g_ptr_array_unref(codes->texts);
  g_clear_pointer(&codes->index, g_hash_table_unref);
  g_string_chunk_free(codes->chunk);
  g_free(codes->codes);
  g_free(codes);
}

static guint32
code_of(NwTextCodes *codes, const char *text)
{
  gpointer code;
  char *stored;

  if (nw_text_is_missing(text, strlen(text)))
    return NW_TEXT_MISSING;
  if (g_hash_table_lookup_extended(codes->index, text, NULL, &code))
    return GPOINTER_TO_UINT(code);
  stored = g_string_chunk_insert(codes->chunk, text);
  g_hash_table_insert(codes->index, stored, GUINT_TO_POINTER(codes->texts->len));
  g_ptr_array_add(codes->texts, stored);
  return codes->texts->len - 1;
}

void
nw_text_codes_append(NwTextCodes *codes, const char *text)
{
  if (codes->rows == codes->capacity) {
    codes->capacity = MAX(64, 2 * codes->capacity);
    codes->codes = g_renew(guint32, codes->codes, codes->capacity);
  }
  codes->codes[codes->rows++] = code_of(codes, text);
}

gboolean
nw_text_is_missing(const char *text, gsize length)
{
  static const char *const markers[] = {"?",      "NA",      "N/A",     "n/a",      "#NA",
                                        "nan",    "NaN",     "-nan",    "-NaN",     "NULL",
                                        "null",   "None",    "<NA>",    "#N/A",     "#N/A N/A",
                                        "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", NULL};

  if (length == 0)
    return TRUE;
  if (length > 8)
    return FALSE;
  for (const char *const *marker = markers; *marker != NULL; marker++)
    if (strlen(*marker) == length && memcmp(*marker, text, length) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_infinity(const char *text, gsize length, double *out)
{
  gsize sign = length > 0 && (*text == '-' || *text == '+');

  if (!(length - sign == 3 && g_ascii_strncasecmp(text + sign, "inf", 3) == 0) &&
      !(length - sign == 8 && g_ascii_strncasecmp(text + sign, "infinity", 8) == 0))
    return FALSE;
  *out = *text == '-' ? -INFINITY : INFINITY;
  return TRUE;
}

/* The digits of a number as they come. */
typedef struct {
  guint64 mantissa; /* of the first 19 digits */
  gint64 digits, exponent;
} Decimal;

static const char *
read_digits(const char *at, const char *end, Decimal *decimal, int shift)
{
  for (; at < end && g_ascii_isdigit(*at); at++) {
    if (decimal->digits < 19) {
      decimal->mantissa = decimal->mantissa * 10 + (guint64)(*at - '0');
      decimal->exponent += shift;
    } else {
      decimal->exponent += shift + 1;
    }
    decimal->digits += decimal->mantissa > 0;
  }
  return at;
}

static const char *
read_exponent(const char *at, const char *end, gint64 *exponent)
{
  gboolean minus = at < end && *at == '-';
  const char *first;
  int value = 0;

  at += at < end && (*at == '-' || *at == '+');
  first = at;
  for (; at < end && g_ascii_isdigit(*at); at++)
    value = MIN(value * 10 + (*at - '0'), 100000);
  *exponent += minus ? -value : value;
  return at > first ? at : NULL;
}

/* Correctly rounded, by the C library, on a copy in C notation. */
static double
slow_number(const char *text, gsize length)
{
  g_autofree char *copy = g_strndup(text, length);
  char *comma = strchr(copy, ',');

  if (comma != NULL)
    *comma = '.';
  return g_ascii_strtod(copy, NULL);
}

gboolean
nw_text_to_number(const char *text, gsize length, gboolean decimal_comma, double *out)
{
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char *at = text, *end = text + length, *first;
  Decimal decimal = {0};
  gsize n;

  at += at < end && (*at == '-' || *at == '+');
  first = at;
  at = read_digits(at, end, &decimal, 0);
  n = (gsize)(at - first);
  if (at < end && (*at == '.' || (decimal_comma && *at == ','))) {
    first = ++at;
    at = read_digits(at, end, &decimal, -1);
    n += (gsize)(at - first);
  }
  if (n == 0)
    return is_infinity(text, length, out);
  if (at < end && (*at == 'e' || *at == 'E'))
    at = read_exponent(at + 1, end, &decimal.exponent);
  if (at != end)
    return FALSE;

  /* A mantissa and a power of ten that are both exact give a correctly rounded result (Clinger,
   * "How to read floating point numbers accurately", PLDI 1990). */
  if (decimal.mantissa <= (guint64)1 << 53 && ABS(decimal.exponent) <= 22) {
    double value = (double)decimal.mantissa;
    value =
        decimal.exponent < 0 ? value / powers[-decimal.exponent] : value * powers[decimal.exponent];
    *out = *text == '-' ? -value : value;
  } else {
    *out = slow_number(text, length);
  }
  return TRUE;
}
