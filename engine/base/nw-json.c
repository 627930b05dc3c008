/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-json.h"
#include "nw-error.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Depth and number of values, by brackets and commas outside strings, and what is wrong already
 * (NULL: nothing). What is no JSON outside strings is refused here: json-glib would take comments,
 * and a quote in one would fool this count. */
static const char *
measure(const char *text, gsize length, gsize *depth, gsize *values, guint *line)
{
  gsize level = 0;
  gboolean quoted = FALSE;

  *depth = 0;
  *values = 1;
  *line = 1;
  for (gsize i = 0; i < length; i++) {
    char c = text[i];
    *line += c == '\n';
    if (quoted) {
      if (c == '\\')
        i++;
      else if (c == '"')
        quoted = FALSE;
    } else if (c == '"') {
      quoted = TRUE;
    } else if (c == '[' || c == '{') {
      level++;
      *depth = MAX(*depth, level);
      ++*values;
    } else if (c == ']' || c == '}') {
      level -= level > 0;
    } else if (c == ',') {
      ++*values;
    } else if (c == '\0' || strchr(" \t\r\n:+-.0123456789Eaeflnrstu", c) == NULL) {
      return _("a character that cannot stand there");
    }
  }
  return *depth <= NW_JSON_MAX_DEPTH && (quoted || level > 0) ? _("the text ends too early") : NULL;
}

static JsonNode *
fail_to_parse(const char *name, guint line, const char *what, GError **error)
{
  g_autofree char *shown = nw_text_for_message(what);

  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("%s is not valid JSON (line %u): %s"), name, line,
              shown);
  return NULL;
}

JsonNode *
nw_json_parse(const char *text, gsize length, const char *name, gsize max_values, GError **error)
{
  g_autoptr(JsonParser) parser = NULL;
  g_autoptr(GError) fault = NULL;
  gsize depth, values;
  guint line;
  const char *what = measure(text, length, &depth, &values, &line);

  if (what != NULL)
    return fail_to_parse(name, line, what, error);
  if (memchr(text, '\0', length) != NULL || !g_utf8_validate_len(text, length, NULL))
    return fail_to_parse(name, line, _("it is no UTF-8 text"), error);
  if (depth > NW_JSON_MAX_DEPTH || values > max_values) {
    g_set_error(error, NW_ERROR, NW_ERROR_LIMIT,
                _("%s: the JSON is nested too deeply or too large to be what it should be"), name);
    return NULL;
  }
  parser = json_parser_new_immutable();
  if (!json_parser_load_from_data(parser, text, (gssize)length, &fault)) {
    /* "<data>:LINE:COLUMN: Parse error: WHAT" */
    const char *place = strchr(fault->message, ':');
    if (place != NULL)
      line = (guint)g_ascii_strtoull(place + 1, NULL, 10);
    what = strstr(fault->message, "error: ");
    return fail_to_parse(name, line, what != NULL ? what + 7 : fault->message, error);
  }
  if (json_parser_get_root(parser) == NULL)
    return fail_to_parse(name, 1, _("it is empty"), error);
  return json_parser_steal_root(parser);
}

static gboolean
fail(const char *where, const char *key, const char *must, GError **error)
{
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("%s: “%s” must be %s"), where, key, must);
  return FALSE;
}

/* The member, or NULL when it is missing or null. */
static JsonNode *
member(JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member(object, key);

  return node == NULL || JSON_NODE_HOLDS_NULL(node) ? NULL : node;
}

static gboolean
holds(JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type;
}

gboolean
nw_json_get_text(JsonObject *object, const char *key, const char *where, const char **out,
                 GError **error)
{
  JsonNode *node = member(object, key);

  if (node == NULL)
    return TRUE;
  if (!holds(node, G_TYPE_STRING))
    return fail(where, key, _("text"), error);
  *out = json_node_get_string(node);
  return TRUE;
}

gboolean
nw_json_get_bool(JsonObject *object, const char *key, const char *where, gboolean *out,
                 GError **error)
{
  JsonNode *node = member(object, key);

  if (node == NULL)
    return TRUE;
  if (!holds(node, G_TYPE_BOOLEAN))
    return fail(where, key, _("true or false"), error);
  *out = json_node_get_boolean(node);
  return TRUE;
}

gboolean
nw_json_get_number(JsonObject *object, const char *key, const char *where, double *out,
                   GError **error)
{
  JsonNode *node = member(object, key);

  if (node == NULL)
    return TRUE;
  if (!holds(node, G_TYPE_DOUBLE) && !holds(node, G_TYPE_INT64))
    return fail(where, key, _("a number"), error);
  *out = json_node_get_double(node);
  return TRUE;
}

gboolean
nw_json_get_integer(JsonObject *object, const char *key, const char *where, gint64 *out,
                    GError **error)
{
  JsonNode *node = member(object, key);

  if (node == NULL)
    return TRUE;
  if (!holds(node, G_TYPE_INT64))
    return fail(where, key, _("a whole number"), error);
  *out = json_node_get_int(node);
  return TRUE;
}

gboolean
nw_json_get_object(JsonObject *object, const char *key, const char *where, JsonObject **out,
                   GError **error)
{
  JsonNode *node = member(object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT(node))
    return fail(where, key, _("an object"), error);
  *out = json_node_get_object(node);
  return TRUE;
}

gboolean
nw_json_get_array(JsonObject *object, const char *key, const char *where, JsonArray **out,
                  GError **error)
{
  JsonNode *node = member(object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY(node))
    return fail(where, key, _("a list"), error);
  *out = json_node_get_array(node);
  return TRUE;
}

gboolean
nw_json_get_choice(JsonObject *object, const char *key, const char *where, const NwChoice *choices,
                   int *out, GError **error)
{
  const char *text = NULL;
  g_autoptr(GString) ids = g_string_new(NULL);

  if (!nw_json_get_text(object, key, where, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  for (int i = 0; choices[i].id != NULL; i++) {
    if (g_str_equal(choices[i].id, text)) {
      *out = i;
      return TRUE;
    }
    g_string_append_printf(ids, "%s%s", i > 0 ? ", " : "", choices[i].id);
  }
  g_autofree char *shown = nw_text_for_message(text);
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("%s: “%s” is “%s”, it must be one of %s"), where,
              key, shown, ids->str);
  return FALSE;
}

gboolean
nw_json_get_texts(JsonObject *object, const char *key, const char *where, char ***out,
                  GError **error)
{
  g_autoptr(GPtrArray) texts = NULL;
  JsonArray *array = NULL;

  if (!nw_json_get_array(object, key, where, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;
  texts = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < json_array_get_length(array); i++) {
    JsonNode *node = json_array_get_element(array, i);
    if (!holds(node, G_TYPE_STRING))
      return fail(where, key, _("a list of texts"), error);
    g_ptr_array_add(texts, g_strdup(json_node_get_string(node)));
  }
  g_ptr_array_add(texts, NULL);
  *out = (char **)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
  return TRUE;
}

JsonObject *
nw_json_as_object(JsonNode *node, const char *where, GError **error)
{
  if (node != NULL && JSON_NODE_HOLDS_OBJECT(node))
    return json_node_get_object(node);
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("%s must be an object"), where);
  return NULL;
}
