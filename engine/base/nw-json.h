/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* JSON from outside: scanned for depth before json-glib sees it (it recurses), and read through
 * accessors that answer a wrong type with a sentence (json-glib's own complain on the console). */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "nw-param.h"

#define NW_JSON_MAX_DEPTH 64

/**
 * nw_json_parse:
 * @name: for the error: “NAME is not valid JSON (line 3): …”
 * @max_values: text with more values (numbers, texts, lists, …) than this is refused unparsed
 */
JsonNode *
nw_json_parse(const char *text, gsize length, const char *name, gsize max_values, GError **error);

/* Members of an object. A member that is missing or null leaves *out as it is and is no error; one
 * of another type is the error “WHERE: “KEY” must be …”. What they give belongs to the object. */
gboolean nw_json_get_text(JsonObject *object, const char *key, const char *where, const char **out,
                          GError **error);
gboolean nw_json_get_bool(JsonObject *object, const char *key, const char *where, gboolean *out,
                          GError **error);
gboolean nw_json_get_number(JsonObject *object, const char *key, const char *where, double *out,
                            GError **error);
gboolean nw_json_get_integer(JsonObject *object, const char *key, const char *where, gint64 *out,
                             GError **error);
gboolean nw_json_get_object(JsonObject *object, const char *key, const char *where,
                            JsonObject **out, GError **error);
gboolean nw_json_get_array(JsonObject *object, const char *key, const char *where, JsonArray **out,
                           GError **error);
/* The index of the choice whose id the member is. */
gboolean nw_json_get_choice(JsonObject *object, const char *key, const char *where,
                            const NwChoice *choices, int *out, GError **error);
/* A list of texts, as a NULL-ended array. (transfer full) */
gboolean nw_json_get_texts(JsonObject *object, const char *key, const char *where, char ***out,
                           GError **error);

/* @node as an object, or an error: “WHERE must be an object”. (transfer none) */
JsonObject *nw_json_as_object(JsonNode *node, const char *where, GError **error);

/**
 * nw_json_to_text:
 * @pretty: two-space indent, a list of plain values and an item of a list that holds no other objects
 *   on one line, a line feed at the end; else all on one line
 *
 * Members in the order in which they were added; numbers as short as they round-trip; NaN and
 * infinities as null. (transfer full)
 */
char *nw_json_to_text(JsonNode *node, gboolean pretty);
