/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "golden.h"

#include <stdarg.h>
#include <string.h>

struct _Golden {
  char *file;
  GPtrArray *tensors; /* of GoldenTensor */
  GHashTable *by_name;
};

static void
tensor_free_cb(gpointer data)
{
  GoldenTensor *tensor = data;

  g_free(tensor->name);
  g_free(tensor->values);
  g_free(tensor);
}

/* The next word at *@text, which moves behind it; the end of the text gives NULL. */
static char *
next_word(char **text)
{
  char *word = *text + strspn(*text, " \n");
  char *end = word + strcspn(word, " \n");

  if (*word == '\0')
    return NULL;
  *text = *end == '\0' ? end : end + 1;
  *end = '\0';
  return word;
}

static GoldenTensor *
parse_tensor(char *line, char **text)
{
  GoldenTensor *tensor = g_new0(GoldenTensor, 1);
  char *word;

  next_word(&line);
  tensor->name = g_strdup(next_word(&line));
  tensor->n = 1;
  while ((word = next_word(&line)) != NULL) {
    g_assert_cmpint(tensor->rank, <, GOLDEN_MAX_RANK);
    tensor->dim[tensor->rank] = g_ascii_strtoull(word, NULL, 10);
    tensor->n *= tensor->dim[tensor->rank++];
  }
  tensor->values = g_new(double, tensor->n);
  for (gsize i = 0; i < tensor->n; i++) {
    word = next_word(text);
    g_assert_nonnull(word);
    tensor->values[i] = g_ascii_strtod(word, NULL);
  }
  return tensor;
}

Golden *
golden_open(const char *name)
{
  Golden *golden = g_new0(Golden, 1);
  g_autofree char *contents = NULL;
  g_autoptr(GError) error = NULL;
  char *text;

  golden->file = g_strdup_printf("%s/%s.txt", GOLDEN_FOLDER, name);
  golden->tensors = g_ptr_array_new_with_free_func(tensor_free_cb);
  golden->by_name = g_hash_table_new(g_str_hash, g_str_equal);
  if (!g_file_get_contents(golden->file, &contents, NULL, &error))
    g_error("%s", error->message);
  text = contents;
  while (*text != '\0') {
    char *line = text, *end = line + strcspn(line, "\n");
    text = *end == '\0' ? end : end + 1;
    *end = '\0';
    if (!g_str_has_prefix(line, "tensor "))
      continue;
    GoldenTensor *tensor = parse_tensor(line, &text);
    g_ptr_array_add(golden->tensors, tensor);
    g_hash_table_insert(golden->by_name, tensor->name, tensor);
  }
  return golden;
}

void
golden_free(Golden *golden)
{
  g_hash_table_unref(golden->by_name);
  g_ptr_array_unref(golden->tensors);
  g_free(golden->file);
  g_free(golden);
}

gsize
golden_get_n(const Golden *golden)
{
  return golden->tensors->len;
}

const GoldenTensor *
golden_get_nth(const Golden *golden, gsize i)
{
  return g_ptr_array_index(golden->tensors, i);
}

static const GoldenTensor *find(const Golden *golden, gboolean needed, const char *format,
                                va_list arguments) G_GNUC_PRINTF(3, 0);

static const GoldenTensor *
find(const Golden *golden, gboolean needed, const char *format, va_list arguments)
{
  g_autofree char *name = g_strdup_vprintf(format, arguments);
  const GoldenTensor *tensor = g_hash_table_lookup(golden->by_name, name);

  if (tensor == NULL && needed)
    g_error("%s has no tensor %s", golden->file, name);
  return tensor;
}

gboolean
golden_has(const Golden *golden, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  const GoldenTensor *tensor = find(golden, FALSE, format, arguments);
  va_end(arguments);
  return tensor != NULL;
}

const GoldenTensor *
golden_get(const Golden *golden, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  const GoldenTensor *tensor = find(golden, TRUE, format, arguments);
  va_end(arguments);
  return tensor;
}

double
golden_get_number(const Golden *golden, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  const GoldenTensor *tensor = find(golden, TRUE, format, arguments);
  va_end(arguments);
  g_assert_cmpuint(tensor->n, ==, 1);
  return tensor->values[0];
}

NwReal *
golden_tensor_dup_real(const GoldenTensor *tensor)
{
  NwReal *values = g_new(NwReal, tensor->n);

  for (gsize i = 0; i < tensor->n; i++)
    values[i] = (NwReal)tensor->values[i];
  return values;
}

gint32 *
golden_tensor_dup_int32(const GoldenTensor *tensor)
{
  gint32 *values = g_new(gint32, tensor->n);

  for (gsize i = 0; i < tensor->n; i++)
    values[i] = (gint32)tensor->values[i];
  return values;
}

/* The index where the two differ most, and by how much; a NaN differs infinitely. */
static gsize
worst(const NwReal *a, const double *b, gsize n, double *difference, double *largest)
{
  gsize at = 0;

  *difference = *largest = 0;
  for (gsize i = 0; i < n; i++) {
    double d = a[i] == b[i] ? 0 : fabs(a[i] - b[i]);
    if (isnan(d))
      d = INFINITY;
    if (d > *difference) {
      *difference = d;
      at = i;
    }
    *largest = MAX(*largest, fabs(b[i]));
  }
  return at;
}

double
golden_distance(const NwReal *a, const double *b, gsize n)
{
  double difference, largest;

  worst(a, b, n, &difference, &largest);
  return largest > 0 && difference > 0 ? difference / largest : difference;
}

void
golden_assert_close(const NwReal *got, const GoldenTensor *expected, double tolerance)
{
  double difference, largest;
  gsize at = worst(got, expected->values, expected->n, &difference, &largest);

  if (difference > tolerance * (largest > 0 ? largest : 1))
    g_error("%s[%" G_GSIZE_FORMAT "] is %.9g, not %.9g: off by %.2g of the largest value",
            expected->name, at, (double)got[at], expected->values[at],
            difference / (largest > 0 ? largest : 1));
}
