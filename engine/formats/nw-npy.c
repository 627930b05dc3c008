/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-npy.h"
#include "nw-error.h"
#include "nw-file.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_STATIC_ASSERT(G_BYTE_ORDER == G_LITTLE_ENDIAN);

#define MAX_HEADER 65536
#define MAGIC      "\x93NUMPY"

/* numpy's names of the kinds of numbers. */
static const struct {
  const char *name;
  NwTensorDtype dtype;
} dtypes[] = {
    {"f4", NW_TENSOR_F32}, {"f8", NW_TENSOR_F64}, {"f2", NW_TENSOR_F16}, {"i1", NW_TENSOR_I8},
    {"i2", NW_TENSOR_I16}, {"i4", NW_TENSOR_I32}, {"i8", NW_TENSOR_I64}, {"u1", NW_TENSOR_U8},
    {"u2", NW_TENSOR_U16}, {"u4", NW_TENSOR_U32}, {"u8", NW_TENSOR_U64}, {"b1", NW_TENSOR_BOOL},
};

/* Kinds that are refused, by numpy's letter. */
static const struct {
  char letter;
  const char *what;
} refused[] = {
    {'O', N_("it holds Python objects, which cannot be read safely; save numbers or texts")},
    {'c', N_("it holds complex numbers; save real and imaginary parts as two arrays")},
    {'V', N_("it holds structures; save each of their fields as an array of its own")},
    {'M', N_("it holds dates; save them as numbers")},
    {'m', N_("it holds durations; save them as numbers")},
};

typedef struct {
  const char *where;
  const char *at, *end; /* of the header */
  char *descr;
  gboolean fortran, has_order, has_shape;
} Header;

static gboolean
fail(const char *where, const char *what, GError **error)
{
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, "%s: %s", where, what);
  return FALSE;
}

/* The header: a Python dict with three known keys */

static void
skip_space(Header *header)
{
  while (header->at < header->end && g_ascii_isspace(*header->at))
    header->at++;
}

/* Skips white space and one character, if it is @c. */
static gboolean
skip(Header *header, char c)
{
  skip_space(header);
  if (header->at >= header->end || *header->at != c)
    return FALSE;
  header->at++;
  return TRUE;
}

static gboolean
skip_word(Header *header, const char *word)
{
  gsize length = strlen(word);

  skip_space(header);
  if ((gsize)(header->end - header->at) < length || memcmp(header->at, word, length) != 0)
    return FALSE;
  header->at += length;
  return TRUE;
}

/* A quoted text without escapes, or NULL. (transfer full) */
static char *
read_quoted(Header *header)
{
  char quote = skip(header, '\'') ? '\'' : skip(header, '"') ? '"' : '\0';
  const char *from = header->at, *to;

  to = quote != '\0' ? memchr(from, quote, (gsize)(header->end - from)) : NULL;
  if (to == NULL)
    return NULL;
  header->at = to + 1;
  return g_strndup(from, (gsize)(to - from));
}

/* A whole number ≥ 0 that fits; a minus sign or overflow is FALSE. Old files end numbers with L. */
static gboolean
read_axis(Header *header, gint64 *out)
{
  const char *from;
  gint64 value = 0;

  skip_space(header);
  for (from = header->at; header->at < header->end && g_ascii_isdigit(*header->at); header->at++) {
    int digit = *header->at - '0';
    if (value > (G_MAXINT64 - digit) / 10)
      return FALSE;
    value = value * 10 + digit;
  }
  *out = value;
  if (header->at == from)
    return FALSE;
  skip(header, 'L');
  return TRUE;
}

static gboolean
read_shape(Header *header, NwFileTensor *tensor, GError **error)
{
  if (!skip(header, '('))
    return fail(header->where, _("its header cannot be understood"), error);
  for (tensor->rank = 0; !skip(header, ')'); tensor->rank++) {
    if (tensor->rank == NW_TENSOR_MAX_RANK)
      return fail(header->where, _("it has more axes than can be read"), error);
    if (!read_axis(header, &tensor->shape[tensor->rank]))
      return fail(header->where, _("an axis in its header is negative or too long"), error);
    if (!skip(header, ',') && (header->at >= header->end || *header->at != ')'))
      return fail(header->where, _("its header cannot be understood"), error);
  }
  header->has_shape = TRUE;
  return TRUE;
}

static gboolean
read_member(Header *header, NwFileTensor *tensor, GError **error)
{
  g_autofree char *key = read_quoted(header);

  if (key == NULL || !skip(header, ':'))
    return fail(header->where, _("its header cannot be understood"), error);
  if (g_str_equal(key, "shape"))
    return read_shape(header, tensor, error);
  if (g_str_equal(key, "fortran_order")) {
    header->fortran = skip_word(header, "True");
    header->has_order = header->fortran || skip_word(header, "False");
    return header->has_order || fail(header->where, _("its header cannot be understood"), error);
  }
  if (!g_str_equal(key, "descr"))
    return fail(header->where, _("its header cannot be understood"), error);
  if (skip(header, '['))
    return fail(header->where, _(refused[2].what), error);
  g_free(header->descr);
  header->descr = read_quoted(header);
  return header->descr != NULL || fail(header->where, _("its header cannot be understood"), error);
}

static gboolean
read_header(Header *header, NwFileTensor *tensor, GError **error)
{
  gboolean more = skip(header, '{');

  while (more && !skip(header, '}')) {
    if (!read_member(header, tensor, error))
      return FALSE;
    skip(header, ',');
    skip_space(header);
    more = header->at < header->end;
  }
  if (!more || header->descr == NULL || !header->has_order || !header->has_shape)
    return fail(header->where, _("its header cannot be understood"), error);
  return TRUE;
}

/* The kind of number: "<f4" */

static gboolean
read_descr(const Header *header, NwNpy *npy, gsize *item, GError **error)
{
  const char *descr = header->descr;
  g_autofree char *shown = nw_text_for_message(descr), *what = NULL;
  gint64 width;

  npy->swapped = *descr == '>';
  if (*descr != '\0' && strchr("<>|=", *descr) != NULL)
    descr++;
  for (gsize i = 0; i < G_N_ELEMENTS(dtypes); i++)
    if (g_str_equal(descr, dtypes[i].name)) {
      npy->tensor.dtype = dtypes[i].dtype;
      *item = nw_tensor_dtype_size(dtypes[i].dtype);
      return TRUE;
    }
  if ((*descr == 'S' || *descr == 'U') && nw_integer_from_text(descr + 1, &width) && width >= 1 &&
      width <= 1 << 20) {
    npy->is_unicode = *descr == 'U';
    npy->text_width = *item = (gsize)width * (npy->is_unicode ? 4 : 1);
    return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(refused); i++)
    if (*descr == refused[i].letter)
      return fail(header->where, _(refused[i].what), error);
  what = g_strdup_printf(_("its kind of number, “%s”, cannot be read"), shown);
  return fail(header->where, what, error);
}

/* The data */

/* Bytes that the shape needs, or FALSE when it needs more than there are. */
static gboolean
check_size(const char *where, const NwFileTensor *tensor, gsize item, gsize available,
           GError **error)
{
  gsize bytes, needed;

  /* U8 has one byte, so this counts elements. */
  if (nw_tensor_shape_fits(NW_TENSOR_U8, tensor->shape, tensor->rank, available, &bytes) &&
      g_size_checked_mul(&needed, bytes, item) && needed <= available)
    return TRUE;
  return fail(where,
              _("its header promises more numbers than the file has; the file may be cut off"),
              error);
}

static void
swap_items(guint8 *to, const guint8 *from, gsize n, gsize item)
{
  for (gsize i = 0; i < n; i++, to += item, from += item)
    for (gsize b = 0; b < item; b++)
      to[b] = from[item - 1 - b];
}

/* to[i₀, i₁, …] = from[… i₁, i₀]: from's first axis is the fastest. */
static void
reorder(guint8 *to, const guint8 *from, const NwFileTensor *tensor, gsize item)
{
  gsize stride[NW_TENSOR_MAX_RANK], n = nw_file_tensor_elements(tensor), at = 0;
  gint64 index[NW_TENSOR_MAX_RANK] = {0};

  for (int axis = 0; axis < tensor->rank; axis++)
    stride[axis] = axis == 0 ? 1 : stride[axis - 1] * (gsize)tensor->shape[axis - 1];
  for (gsize i = 0; i < n; i++) {
    memcpy(to + i * item, from + at * item, item);
    for (int axis = tensor->rank - 1; axis >= 0; axis--) {
      at += stride[axis];
      if (++index[axis] < tensor->shape[axis])
        break;
      at -= stride[axis] * (gsize)tensor->shape[axis];
      index[axis] = 0;
    }
  }
}

/* Native byte order and C order; copies only where that takes work. */
static gboolean
arrange(const char *where, NwNpy *npy, const guint8 *data, gboolean fortran, gsize item,
        GError **error)
{
  gsize n = nw_file_tensor_elements(&npy->tensor);
  gboolean swap = npy->swapped && npy->text_width == 0 && item > 1;

  if (fortran && npy->tensor.rank > 1) {
    guint8 *copy = g_try_malloc(n * item + 1);
    if (copy == NULL)
      return fail(where, _("it does not fit into memory"), error);
    reorder(copy, data, &npy->tensor, item);
    npy->owned = copy;
    data = copy;
  }
  if (swap) {
    guint8 *copy = g_try_malloc(n * item + 1);
    if (copy == NULL)
      return fail(where, _("it does not fit into memory"), error);
    swap_items(copy, data, n, item);
    g_free(npy->owned);
    npy->owned = copy;
    data = copy;
  }
  npy->tensor.data = npy->texts = data;
  return TRUE;
}

/* Finds the header's text by the file's version; the data begin where it ends. */
static gboolean
find_header(const guint8 *bytes, gsize length, Header *header, GError **error)
{
  gsize prefix = length >= 8 && bytes[6] == 1 ? 10 : 12, size;

  if (length < 6 || memcmp(bytes, MAGIC, 6) != 0)
    return fail(header->where, _("it is no NPY file"), error);
  if (length >= 8 && (bytes[6] < 1 || bytes[6] > 3))
    return fail(header->where, _("it is of a newer version of NPY than can be read"), error);
  if (length < prefix)
    return fail(header->where, _("its header is cut off"), error);
  size = bytes[8] | (gsize)bytes[9] << 8;
  if (prefix == 12)
    size |= (gsize)bytes[10] << 16 | (gsize)bytes[11] << 24;
  if (size > length - prefix)
    return fail(header->where, _("its header is cut off"), error);
  if (size > MAX_HEADER)
    return fail(header->where, _("its header is too long"), error);
  header->at = (const char *)bytes + prefix;
  header->end = header->at + size;
  return TRUE;
}

gboolean
nw_npy_parse(const guint8 *bytes, gsize length, const char *where, NwNpy *npy, GError **error)
{
  Header header = {.where = where};
  const guint8 *data = NULL;
  gsize item;
  gboolean done;

  *npy = (NwNpy){0};
  done = find_header(bytes, length, &header, error);
  if (done)
    data = (const guint8 *)header.end;
  done = done && read_header(&header, &npy->tensor, error) &&
         read_descr(&header, npy, &item, error) &&
         check_size(where, &npy->tensor, item, length - (gsize)(data - bytes), error) &&
         arrange(where, npy, data, header.fortran, item, error);
  g_free(header.descr);
  return done;
}

void
nw_npy_clear(NwNpy *npy)
{
  g_clear_pointer(&npy->owned, g_free);
}

char *
nw_npy_dup_text(const NwNpy *npy, gsize i)
{
  const guint8 *from = npy->texts + i * npy->text_width;
  GString *text;

  if (!npy->is_unicode)
    return g_utf8_make_valid((const char *)from,
                             (gssize)strnlen((const char *)from, npy->text_width));
  text = g_string_new(NULL);
  for (gsize at = 0; at + 4 <= npy->text_width; at += 4) {
    guint32 c;
    memcpy(&c, from + at, 4);
    c = npy->swapped ? GUINT32_SWAP_LE_BE(c) : c;
    if (c == 0)
      break;
    g_string_append_unichar(text, g_unichar_validate(c) ? c : 0xFFFD);
  }
  return g_string_free(text, FALSE);
}

/* Writing */

char *
nw_npy_make_header(const NwFileTensor *tensor, gsize *length)
{
  g_autoptr(GString) dict = g_string_new("{'descr': '");
  GString *header = g_string_new_len(MAGIC "\1", 8);
  const char *name = NULL;
  gsize size = nw_tensor_dtype_size(tensor->dtype);

  for (gsize i = 0; i < G_N_ELEMENTS(dtypes); i++)
    if (dtypes[i].dtype == tensor->dtype)
      name = dtypes[i].name;
  g_assert(name != NULL);
  g_string_append_printf(dict, "%c%s', 'fortran_order': False, 'shape': (", size > 1 ? '<' : '|',
                         name);
  for (int i = 0; i < tensor->rank; i++)
    g_string_append_printf(dict, "%" G_GINT64_FORMAT ",%s", tensor->shape[i],
                           i + 1 < tensor->rank ? " " : "");
  if (tensor->rank > 1)
    g_string_truncate(dict, dict->len - 1);
  g_string_append(dict, "), }");
  while ((10 + dict->len + 1) % 64 != 0)
    g_string_append_c(dict, ' ');
  g_string_append_c(dict, '\n');
  g_string_append_c(header, (char)(dict->len & 255));
  g_string_append_c(header, (char)(dict->len >> 8));
  g_string_append_len(header, dict->str, (gssize)dict->len);
  *length = header->len;
  return g_string_free(header, FALSE);
}

gboolean
nw_npy_write(const char *path, const NwFileTensor *tensor, GError **error)
{
  g_autoptr(NwFileWriter) writer = nw_file_writer_new(path, error);
  gsize length, bytes = nw_file_tensor_elements(tensor) * nw_tensor_dtype_size(tensor->dtype);
  g_autofree char *header = nw_npy_make_header(tensor, &length);

  return writer != NULL && nw_file_writer_write(writer, header, length, error) &&
         nw_file_writer_write(writer, tensor->data, bytes, error) &&
         nw_file_writer_commit(writer, error);
}
