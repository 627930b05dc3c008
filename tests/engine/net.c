/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "net.h"

NwGraph *
net(const char *text)
{
  GError *error = NULL;
  NwGraph *graph = nw_graph_from_text(text, &error);

  g_assert_no_error(error);
  return graph;
}
