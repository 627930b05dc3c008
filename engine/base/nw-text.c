/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-text.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* With the fewest of @least … @most digits that still read back as @value; as a float when @single. */
static char *
to_text(double value, int least, int most, gboolean single)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan(value))
    return g_strdup("nan");
  if (isinf(value))
    return g_strdup(value > 0 ? "inf" : "-inf");

  for (int digits = least; digits <= most; digits++) {
    g_autofree char *format = g_strdup_printf("%%.%dg", digits);
    double back;

    g_ascii_formatd(text, sizeof text, format, value);
    back = g_ascii_strtod(text, NULL);
    if (single ? (float)back == (float)value : back == value)
      break;
  }
  return g_strdup(text);
}

/* 15 digits always survive text → double → text, 17 always survive double → text → double. */
char *
nw_number_to_text(double value)
{
  return to_text(value, 15, 17, FALSE);
}

/* For a float, 6 and 9 digits. */
char *
nw_single_to_text(float value)
{
  return to_text(value, 6, 9, TRUE);
}

static const char *
skip_space(const char *text)
{
  while (g_ascii_isspace(*text))
    text++;
  return text;
}

gboolean
nw_number_from_text(const char *text, double *out)
{
  const char *start = skip_space(text);
  char *end;
  double value;

  value = g_ascii_strtod(start, &end);
  if (end == start || *skip_space(end) != '\0' || !isfinite(value))
    return FALSE;
  /* strtod also reads "0x1p3". */
  if (strspn(start, "+-.0123456789eE") < (gsize)(end - start))
    return FALSE;

  *out = value;
  return TRUE;
}

gboolean
nw_integer_from_text(const char *text, gint64 *out)
{
  const char *start = skip_space(text);
  char *end;
  gint64 value;

  errno = 0;
  value = g_ascii_strtoll(start, &end, 10);
  if (end == start || *skip_space(end) != '\0' || errno != 0)
    return FALSE;

  *out = value;
  return TRUE;
}

char *
nw_text_for_message(const char *text)
{
  enum { LONGEST = 60 };
  /* A huge text is cut before it is looked at; four bytes make one character at most. */
  g_autofree char *head = g_strndup(text, 4 * LONGEST + 4);
  g_autofree char *valid = g_utf8_make_valid(head, -1);
  GString *out = g_string_new(NULL);
  int n = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);

    if (n++ == LONGEST) {
      g_string_append(out, "…");
      break;
    }
    g_string_append_unichar(out, g_unichar_iscntrl(c) ? ' ' : c);
  }
  return g_string_free(out, FALSE);
}

void
nw_text_append_cell(GString *line, const char *text)
{
  if (line->len > 0)
    g_string_append_c(line, ',');
  if (!text[strcspn(text, ",\"\r\n")]) {
    g_string_append(line, text);
    return;
  }
  g_string_append_c(line, '"');
  for (; *text; text++)
    g_string_append_printf(line, *text == '"' ? "\"%c" : "%c", *text);
  g_string_append_c(line, '"');
}

/* Damerau–Levenshtein with adjacent swaps (optimal string alignment), on bytes, ignoring case. */
static guint
distance(const char *a, gsize n, const char *b, gsize m)
{
  enum { LONGEST = 63 };
  guint rows[3][LONGEST + 1];

  if (n > LONGEST || m > LONGEST)
    return G_MAXUINT;
  for (gsize j = 0; j <= m; j++)
    rows[0][j] = (guint)j;
  for (gsize i = 1; i <= n; i++) {
    guint *row = rows[i % 3];
    const guint *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];

    row[0] = (guint)i;
    for (gsize j = 1; j <= m; j++) {
      gboolean same = g_ascii_tolower(a[i - 1]) == g_ascii_tolower(b[j - 1]);

      row[j] = MIN(MIN(above[j], row[j - 1]) + 1, above[j - 1] + !same);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = MIN(row[j], two_above[j - 2] + 1);
    }
  }
  return rows[n % 3][m];
}

const char *
nw_nearest_word(const char *word, const char *const *words)
{
  gsize length = strlen(word);
  guint best_distance = (guint)MIN(MAX(length / 3, 1), 1000);
  const char *best = NULL;

  for (; *words; words++) {
    guint d = distance(word, length, *words, strlen(*words));

    if (d > best_distance || (best && d == best_distance))
      continue;
    best_distance = d;
    best = *words;
  }
  return best;
}
