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

static NwGraph *
add_line(NwGraph *graph, const char *line)
{
  g_auto(GStrv) words = g_strsplit(line, " ", -1);
  const NwLayerKind *kind = nw_layer_kind_find(words[1]);
  GError *error = NULL;
  guint uid, input = 0;
  gboolean sources = FALSE;

  if (kind == NULL)
    g_error("no layer kind “%s”", words[1]);
  graph = take(graph, nw_graph_add(graph, kind, words[0], 0, 0, &uid), NULL);
  for (char **word = words + 2; *word != NULL; word++) {
    if (**word == '\0')
      continue;
    if (strcmp(*word, "<-") == 0) {
      sources = TRUE;
    } else if (sources) {
      const NwNode *from = nw_graph_find_node_by_name(graph, *word);
      if (from == NULL)
        g_error("no node “%s”", *word);
      NwGraph *wired = nw_graph_connect(graph, from->uid, 0, uid, input++, &error);
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
  NwGraph *graph = nw_graph_new();

  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0')
      graph = add_line(graph, *line);
  return graph;
}
