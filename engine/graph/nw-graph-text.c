/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-graph-text.h"

#include <string.h>

#include "nw-block.h"
#include "nw-error.h"

/* The graph as far as it is read, and who is called how. */
typedef struct {
  NwGraph *graph;
  GHashTable *uids; /* name → uid */
} Drawing;

/* Puts the edited graph in the place of the one before. FALSE when the edit was refused. */
static gboolean
take(Drawing *drawing, NwGraph *edited)
{
  if (edited == NULL)
    return FALSE;
  nw_graph_unref(drawing->graph);
  drawing->graph = edited;
  return TRUE;
}

/* 0 with a sentence when nothing above has the name. */
static guint
find(const Drawing *drawing, const char *name, GError **error)
{
  guint uid = name == NULL ? 0 : GPOINTER_TO_UINT(g_hash_table_lookup(drawing->uids, name));
  if (uid == 0)
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, "no node “%s” stands above",
                name == NULL ? "" : name);
  return uid;
}

/* The node that "NAME KIND" or "NAME again NODE" begins; 0 with a sentence. */
static guint
add_node(Drawing *drawing, char **words, GError **error)
{
  guint uid = 0;

  if (strcmp(words[1], "again") == 0) {
    guint node = find(drawing, words[2], error);
    if (node == 0 || !take(drawing, nw_graph_add_call(drawing->graph, node, 0, 0, &uid)))
      return 0;
  } else {
    const NwLayerKind *kind = nw_layer_kind_find(words[1]);
    if (kind == NULL) {
      g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, "no layer kind “%s”", words[1]);
      return 0;
    }
    take(drawing, nw_graph_add(drawing->graph, kind, words[0], 0, 0, &uid));
  }
  g_hash_table_insert(drawing->uids, g_strdup(words[0]), GUINT_TO_POINTER(uid));
  return uid;
}

static gboolean
set_param(Drawing *drawing, guint uid, const char *word, GError **error)
{
  const char *equals = strchr(word, '=');
  g_autofree char *key = equals == NULL ? NULL : g_strndup(word, (gsize)(equals - word));

  if (key == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, "“%s” is not key=value", word);
    return FALSE;
  }
  return take(drawing, nw_graph_set_param(drawing->graph, uid, key, equals + 1, error));
}

/* @source: "dense", "lstm:1", or "-" for a port that stays open. */
static gboolean
add_wire(Drawing *drawing, const char *source, guint uid, guint input, GError **error)
{
  const char *colon = strchr(source, ':');
  g_autofree char *name =
      g_strndup(source, colon == NULL ? strlen(source) : (gsize)(colon - source));
  guint port = colon == NULL ? 0 : (guint)g_ascii_strtoull(colon + 1, NULL, 10), from;

  if (strcmp(source, "-") == 0)
    return TRUE;
  from = find(drawing, name, error);
  return from != 0 &&
         take(drawing, nw_graph_connect(drawing->graph, from, port, uid, input, error));
}

/* "NAME collapse NODE NODE …": a block of nodes above. */
static gboolean
add_block(Drawing *drawing, char **words, GError **error)
{
  g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(guint));
  guint uid = 0;

  for (char **word = words + 2; *word != NULL; word++) {
    guint node = **word == '\0' ? 0 : find(drawing, *word, error);
    if (**word != '\0' && node == 0)
      return FALSE;
    if (node != 0)
      g_array_append_val(uids, node);
  }
  if (!take(drawing, nw_graph_collapse(drawing->graph, (const guint *)uids->data, uids->len,
                                       words[0], &uid, error)))
    return FALSE;
  g_hash_table_insert(drawing->uids, g_strdup(words[0]), GUINT_TO_POINTER(uid));
  return TRUE;
}

static gboolean
add_line(Drawing *drawing, const char *line, GError **error)
{
  g_auto(GStrv) words = g_strsplit(line, " ", -1);
  guint uid, input = 0;
  gboolean sources = FALSE;

  if (words[0] == NULL || words[1] == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, "“%s” is not NAME KIND …", line);
    return FALSE;
  }
  if (strcmp(words[1], "collapse") == 0)
    return add_block(drawing, words, error);
  uid = add_node(drawing, words, error);
  if (uid == 0)
    return FALSE;
  for (char **word = words + (strcmp(words[1], "again") == 0 ? 3 : 2); *word != NULL; word++) {
    if (**word == '\0')
      continue;
    if (strcmp(*word, "<-") == 0) {
      sources = TRUE;
    } else if (!sources) {
      if (!set_param(drawing, uid, *word, error))
        return FALSE;
    } else if (!add_wire(drawing, *word, uid, input++, error)) {
      return FALSE;
    }
  }
  return TRUE;
}

NwGraph *
nw_graph_from_text(const char *text, GError **error)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GHashTable) uids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Drawing drawing = {nw_graph_new(), uids};

  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' && !add_line(&drawing, *line, error)) {
      g_prefix_error(error, "“%s”: ", *line);
      nw_graph_unref(drawing.graph);
      return NULL;
    }
  return drawing.graph;
}
