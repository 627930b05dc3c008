/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-safetensors.h"
#include "nw-error.h"
#include "nw-file.h"
#include "nw-json.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* Data are copied as they lie in memory. */
G_STATIC_ASSERT(G_BYTE_ORDER == G_LITTLE_ENDIAN);

/* The reference allows 100 MB; a tenth of a million tensors fits here. */
#define MAX_HEADER ((gsize)16 << 20)
#define MAX_VALUES ((gsize)1 << 20)

static const NwChoice dtypes[NW_N_TENSOR_DTYPES + 1] = {
    [NW_TENSOR_F32] = {"F32", NULL},   [NW_TENSOR_F64] = {"F64", NULL},
    [NW_TENSOR_F16] = {"F16", NULL},   [NW_TENSOR_BF16] = {"BF16", NULL},
    [NW_TENSOR_I8] = {"I8", NULL},     [NW_TENSOR_I16] = {"I16", NULL},
    [NW_TENSOR_I32] = {"I32", NULL},   [NW_TENSOR_I64] = {"I64", NULL},
    [NW_TENSOR_U8] = {"U8", NULL},     [NW_TENSOR_U16] = {"U16", NULL},
    [NW_TENSOR_U32] = {"U32", NULL},   [NW_TENSOR_U64] = {"U64", NULL},
    [NW_TENSOR_BOOL] = {"BOOL", NULL},
};

/* Writing */

static int
compare_for_writing(gconstpointer a, gconstpointer b)
{
  const NwFileTensor *x = *(const NwFileTensor *const *)a, *y = *(const NwFileTensor *const *)b;
  gsize sx = nw_tensor_dtype_size(x->dtype), sy = nw_tensor_dtype_size(y->dtype);

  return sx != sy ? (sx > sy ? -1 : 1) : strcmp(x->name, y->name);
}

static gsize
tensor_bytes(const NwFileTensor *tensor)
{
  return nw_file_tensor_elements(tensor) * nw_tensor_dtype_size(tensor->dtype);
}

/* The JSON header, padded. */
static char *
make_header(const NwFileTensor *const *order, gsize n, const char *const *metadata, gsize *length)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  g_autoptr(JsonGenerator) generator = json_generator_new();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *json = NULL;
  char *padded;
  gsize offset = 0;

  json_builder_begin_object(builder);
  if (metadata != NULL && metadata[0] != NULL) {
    json_builder_set_member_name(builder, "__metadata__");
    json_builder_begin_object(builder);
    for (gsize i = 0; metadata[i] != NULL; i += 2) {
      json_builder_set_member_name(builder, metadata[i]);
      json_builder_add_string_value(builder, metadata[i + 1]);
    }
    json_builder_end_object(builder);
  }
  for (gsize i = 0; i < n; i++) {
    json_builder_set_member_name(builder, order[i]->name);
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "dtype");
    json_builder_add_string_value(builder, dtypes[order[i]->dtype].id);
    json_builder_set_member_name(builder, "shape");
    json_builder_begin_array(builder);
    for (int axis = 0; axis < order[i]->rank; axis++)
      json_builder_add_int_value(builder, order[i]->shape[axis]);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "data_offsets");
    json_builder_begin_array(builder);
    json_builder_add_int_value(builder, (gint64)offset);
    offset += tensor_bytes(order[i]);
    json_builder_add_int_value(builder, (gint64)offset);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
  }
  json_builder_end_object(builder);
  root = json_builder_get_root(builder);
  json_generator_set_root(generator, root);
  json = json_generator_to_data(generator, length);

  padded = g_strnfill((*length + 7) / 8 * 8, ' ');
  memcpy(padded, json, *length);
  *length = (*length + 7) / 8 * 8;
  return padded;
}

gboolean
nw_safetensors_write(const char *path, const NwFileTensor *tensors, gsize n,
                     const char *const *metadata, GError **error)
{
  g_autoptr(NwFileWriter) writer = nw_file_writer_new(path, error);
  g_autofree const NwFileTensor **order = g_new(const NwFileTensor *, n + 1);
  g_autofree char *header = NULL;
  gsize length;
  guint64 prefix;

  if (writer == NULL)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    order[i] = &tensors[i];
  qsort(order, n, sizeof *order, compare_for_writing);
  header = make_header(order, n, metadata, &length);
  prefix = GUINT64_TO_LE(length);
  if (!nw_file_writer_write(writer, &prefix, sizeof prefix, error) ||
      !nw_file_writer_write(writer, header, length, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!nw_file_writer_write(writer, order[i]->data, tensor_bytes(order[i]), error))
      return FALSE;
  return nw_file_writer_commit(writer, error);
}

/* Reading */

/* Where a tensor's data begin and end, relative to the data's start. */
typedef struct {
  NwFileTensor tensor;
  gsize begin, end;
} Entry;

struct _NwSafetensors {
  GMappedFile *mapped;
  JsonNode *header;      /* owns the names */
  JsonObject *metadata;  /* (nullable) part of header */
  NwFileTensor *tensors; /* [n] in the order of the data */
  gsize n;
  GHashTable *by_name; /* name → NwFileTensor, both borrowed */
};

G_GNUC_PRINTF(3, 4)
static gboolean
fail(const char *path, GError **error, const char *format, ...)
{
  g_autofree char *name = g_filename_display_basename(path), *what = NULL;
  va_list arguments;

  va_start(arguments, format);
  what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("“%s” is not a sound safetensors file: %s"), name,
              what);
  return FALSE;
}

/* A list of at most @max whole numbers ≥ 0; their count or −1. */
static int
read_sizes(JsonArray *array, gint64 *out, int max)
{
  int n = array != NULL ? (int)MIN(json_array_get_length(array), G_MAXINT) : -1;

  if (n > max)
    return -1;
  for (int i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element(array, (guint)i);
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64)
      return -1;
    out[i] = json_node_get_int(node);
    if (out[i] < 0)
      return -1;
  }
  return n;
}

static gboolean
read_entry(const char *path, const char *name, JsonNode *node, gsize data_length, Entry *entry,
           GError **error)
{
  g_autofree char *shown = nw_text_for_message(name);
  g_autofree char *where = g_strdup_printf(_("tensor “%s”"), shown);
  JsonObject *object = nw_json_as_object(node, where, error);
  JsonArray *shape = NULL, *offsets = NULL;
  gint64 place[2];
  int dtype = -1;
  gsize bytes;

  if (object == NULL || !nw_json_get_choice(object, "dtype", where, dtypes, &dtype, error) ||
      !nw_json_get_array(object, "shape", where, &shape, error) ||
      !nw_json_get_array(object, "data_offsets", where, &offsets, error)) {
    g_autofree char *file = g_filename_display_basename(path);
    g_prefix_error(error, "“%s”: ", file);
    return FALSE;
  }
  entry->tensor = (NwFileTensor){.name = name, .dtype = (NwTensorDtype)dtype};
  entry->tensor.rank = read_sizes(shape, entry->tensor.shape, NW_TENSOR_MAX_RANK);
  if (dtype < 0 || entry->tensor.rank < 0 || read_sizes(offsets, place, 2) != 2)
    return fail(path, error, _("%s lacks its type, shape or place"), where);
  entry->begin = (gsize)place[0];
  entry->end = (gsize)place[1];
  if (entry->begin > entry->end || entry->end > data_length)
    return fail(path, error, _("%s lies outside the file, which may be cut off"), where);
  if (!nw_tensor_shape_fits(entry->tensor.dtype, entry->tensor.shape, entry->tensor.rank,
                            data_length, &bytes) ||
      bytes != entry->end - entry->begin)
    return fail(path, error, _("the shape of %s does not match its size"), where);
  return TRUE;
}

static int
compare_places(gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return x->end < y->end ? -1 : x->end > y->end;
}

static gboolean
read_entries(NwSafetensors *file, const char *path, const guint8 *data, gsize data_length,
             GError **error)
{
  JsonObject *object = json_node_get_object(file->header);
  g_autofree Entry *entries = g_new0(Entry, json_object_get_size(object) + 1);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  gsize at = 0;

  if (!nw_json_get_object(object, "__metadata__", path, &file->metadata, error))
    return FALSE;
  json_object_iter_init(&iter, object);
  while (json_object_iter_next(&iter, &name, &node))
    if (!g_str_equal(name, "__metadata__") &&
        !read_entry(path, name, node, data_length, &entries[file->n++], error))
      return FALSE;
  qsort(entries, file->n, sizeof *entries, compare_places);

  file->tensors = g_new(NwFileTensor, file->n + 1);
  file->by_name = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < file->n; i++) {
    if (entries[i].begin != at)
      return fail(path, error, _("tensors overlap or leave holes"));
    at = entries[i].end;
    file->tensors[i] = entries[i].tensor;
    file->tensors[i].data = data + entries[i].begin;
    g_hash_table_insert(file->by_name, (gpointer)file->tensors[i].name, &file->tensors[i]);
  }
  if (at != data_length)
    return fail(path, error, _("there are more data than tensors"));
  return TRUE;
}

static gboolean
read_header(NwSafetensors *file, const char *path, GError **error)
{
  const guint8 *bytes = (const guint8 *)g_mapped_file_get_contents(file->mapped);
  g_autofree char *name = g_filename_display_basename(path);
  gsize length = g_mapped_file_get_length(file->mapped);
  guint64 header;

  if (length < 8)
    return fail(path, error, _("it is too short"));
  memcpy(&header, bytes, sizeof header);
  header = GUINT64_FROM_LE(header);
  if (header > length - 8 || header > MAX_HEADER)
    return fail(path, error, _("its header is said to have %" PRIu64 " bytes"), header);
  file->header = nw_json_parse((const char *)bytes + 8, (gsize)header, name, MAX_VALUES, error);
  if (file->header == NULL || nw_json_as_object(file->header, name, error) == NULL)
    return FALSE;
  return read_entries(file, path, bytes + 8 + header, length - 8 - (gsize)header, error);
}

NwSafetensors *
nw_safetensors_open(const char *path, GError **error)
{
  g_autoptr(NwSafetensors) file = g_new0(NwSafetensors, 1);
  gsize length;
  int fd = nw_file_open(path, &length, error);

  if (fd < 0)
    return NULL;
  file->mapped = g_mapped_file_new_from_fd(fd, FALSE, error);
  close(fd);
  if (file->mapped == NULL || !read_header(file, path, error))
    return NULL;
  return g_steal_pointer(&file);
}

void
nw_safetensors_free(NwSafetensors *file)
{
  if (file == NULL)
    return;
  g_clear_pointer(&file->by_name, g_hash_table_unref);
  g_clear_pointer(&file->header, json_node_unref);
  g_clear_pointer(&file->mapped, g_mapped_file_unref);
  g_free(file->tensors);
  g_free(file);
}

gsize
nw_safetensors_get_n(const NwSafetensors *file)
{
  return file->n;
}

const NwFileTensor *
nw_safetensors_get(const NwSafetensors *file, gsize i)
{
  return &file->tensors[i];
}

const NwFileTensor *
nw_safetensors_find(const NwSafetensors *file, const char *name)
{
  return g_hash_table_lookup(file->by_name, name);
}

const char *
nw_safetensors_get_metadata(const NwSafetensors *file, const char *key)
{
  const char *text = NULL;

  if (file->metadata != NULL)
    nw_json_get_text(file->metadata, key, "", &text, NULL);
  return text;
}
