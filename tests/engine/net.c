/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "net.h"

#include <string.h>

static NwGraph *
take(NwGraph *old, NwGraph *new_graph, GError *error)
{
  g_assert_no_error(error);
  nw_graph_unref(old);
  return new_graph;
}

static guint
find(GHashTable *uids, const char *name)
{
  guint uid = GPOINTER_TO_UINT(g_hash_table_lookup(uids, name));
  if (uid == 0)
    g_error("no node “%s”", name);
  return uid;
}

static NwGraph *
add_line(NwGraph *graph, GHashTable *uids, const char *line)
{
  g_auto(GStrv) words = g_strsplit(line, " ", -1);
  gboolean again = strcmp(words[1], "again") == 0;
  const NwLayerKind *kind = nw_layer_kind_find(words[1]);
  GError *error = NULL;
  guint uid, input = 0;
  gboolean sources = FALSE;

  if (again)
    graph = take(graph, nw_graph_add_call(graph, find(uids, words[2]), 0, 0, &uid), NULL);
  else if (kind != NULL)
    graph = take(graph, nw_graph_add(graph, kind, words[0], 0, 0, &uid), NULL);
  else
    g_error("no layer kind “%s”", words[1]);
  g_hash_table_insert(uids, g_strdup(words[0]), GUINT_TO_POINTER(uid));
  for (char **word = words + 2 + again; *word != NULL; word++) {
    if (**word == '\0')
      continue;
    if (strcmp(*word, "<-") == 0) {
      sources = TRUE;
    } else if (sources) {
      NwGraph *wired = nw_graph_connect(graph, find(uids, *word), 0, uid, input++, &error);
      graph = take(graph, wired, error);
    } else {
      char *value = strchr(*word, '=');
      *value++ = '\0';
      NwGraph *set = nw_graph_set_param(graph, uid, *word, value, &error);
      graph = take(graph, set, error);
    }
  }
  return graph;
}

NwGraph *
net(const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GHashTable) uids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  NwGraph *graph = nw_graph_new();

  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0')
      graph = add_line(graph, uids, *line);
  return graph;
}
