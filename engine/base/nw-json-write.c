/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* json-glib's generator writes doubles in a way of its own; this one keeps every bit. */
#include "nw-json.h"

#include "nw-text.h"

#include <math.h>

typedef struct {
  GString *text;
  gboolean pretty;
} Writer;

static void write_node(Writer *writer, JsonNode *node, guint level, gboolean in_list);

static void
write_string(Writer *writer, const char *string)
{
  g_string_append_c(writer->text, '"');
  for (const char *p = string; *p; p++) {
    guchar c = (guchar)*p;

    if (c == '"' || c == '\\')
      g_string_append_printf(writer->text, "\\%c", c);
    else if (c == '\n')
      g_string_append(writer->text, "\\n");
    else if (c == '\t')
      g_string_append(writer->text, "\\t");
    else if (c < 0x20 || c == 0x7f)
      g_string_append_printf(writer->text, "\\u%04x", c);
    else
      g_string_append_c(writer->text, (char)c);
  }
  g_string_append_c(writer->text, '"');
}

static void
write_value(Writer *writer, JsonNode *node)
{
  GType type = json_node_get_value_type(node);
  g_autofree char *number = NULL;

  if (type == G_TYPE_STRING)
    write_string(writer, json_node_get_string(node));
  else if (type == G_TYPE_BOOLEAN)
    g_string_append(writer->text, json_node_get_boolean(node) ? "true" : "false");
  else if (type == G_TYPE_INT64)
    g_string_append_printf(writer->text, "%" G_GINT64_FORMAT, json_node_get_int(node));
  else if (isfinite(json_node_get_double(node)))
    g_string_append(writer->text, number = nw_number_to_text(json_node_get_double(node)));
  else
    g_string_append(writer->text, "null");
}

static void
new_line(Writer *writer, guint level)
{
  if (writer->pretty)
    g_string_append_printf(writer->text, "\n%*s", (int)(2 * level), "");
}

/* Without objects, and lists no deeper than @depth. */
static gboolean
is_flat(JsonNode *node, guint depth)
{
  JsonArray *array;

  if (JSON_NODE_HOLDS_OBJECT(node))
    return FALSE;
  if (!JSON_NODE_HOLDS_ARRAY(node))
    return TRUE;
  array = json_node_get_array(node);
  for (guint i = 0; i < json_array_get_length(array); i++)
    if (depth == 0 || !is_flat(json_array_get_element(array, i), depth - 1))
      return FALSE;
  return TRUE;
}

static void
write_array(Writer *writer, JsonNode *node, guint level)
{
  JsonArray *array = json_node_get_array(node);
  guint n = json_array_get_length(array);
  gboolean flat = is_flat(node, 2);

  g_string_append_c(writer->text, '[');
  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append(writer->text, flat && writer->pretty ? ", " : ",");
    if (!flat)
      new_line(writer, level + 1);
    write_node(writer, json_array_get_element(array, i), level + 1, TRUE);
  }
  if (!flat)
    new_line(writer, level);
  g_string_append_c(writer->text, ']');
}

static gboolean
has_only_flat_members(JsonObject *object)
{
  JsonObjectIter iter;
  JsonNode *node;

  json_object_iter_init(&iter, object);
  while (json_object_iter_next(&iter, NULL, &node))
    if (!is_flat(node, 2))
      return FALSE;
  return TRUE;
}

static void
write_object(Writer *writer, JsonObject *object, guint level, gboolean in_list)
{
  gboolean row = in_list && has_only_flat_members(object);
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;
  gboolean first = TRUE;

  g_string_append_c(writer->text, '{');
  json_object_iter_init_ordered(&iter, object);
  while (json_object_iter_next_ordered(&iter, &key, &node)) {
    if (!first)
      g_string_append(writer->text, row && writer->pretty ? ", " : ",");
    first = FALSE;
    if (!row)
      new_line(writer, level + 1);
    write_string(writer, key);
    g_string_append(writer->text, writer->pretty ? ": " : ":");
    write_node(writer, node, level + 1, FALSE);
  }
  if (!first && !row)
    new_line(writer, level);
  g_string_append_c(writer->text, '}');
}

static void
write_node(Writer *writer, JsonNode *node, guint level, gboolean in_list)
{
  switch (json_node_get_node_type(node)) {
  case JSON_NODE_OBJECT:
    write_object(writer, json_node_get_object(node), level, in_list);
    break;
  case JSON_NODE_ARRAY:
    write_array(writer, node, level);
    break;
  case JSON_NODE_VALUE:
    write_value(writer, node);
    break;
  case JSON_NODE_NULL:
    g_string_append(writer->text, "null");
    break;
  }
}

char *
nw_json_to_text(JsonNode *node, gboolean pretty)
{
  Writer writer = {g_string_new(NULL), pretty};

  write_node(&writer, node, 0, FALSE);
  if (pretty)
    g_string_append_c(writer.text, '\n');
  return g_string_free(writer.text, FALSE);
}
