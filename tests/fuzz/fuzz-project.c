/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Project files: read or refused in a sentence; what is read survives being written. */
#include "fuzz.h"

#include "nw-project-json.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(NwProject) project =
      nw_project_from_json((const char *)data, (gssize)size, "fuzz.netwright", &error);
  g_autoptr(NwProject) again = NULL;
  g_autoptr(NwGraph) arranged = NULL;
  g_autofree char *text = NULL;

  g_assert_true((project == NULL) == (error != NULL));
  if (!project)
    return 0;
  text = nw_project_to_json(project);
  again = nw_project_from_json(text, -1, "again.netwright", &error);
  g_assert_no_error(error);
  g_assert_true(nw_project_equal(project, again));
  arranged = nw_graph_arrange(nw_project_get_graph(project));
  g_assert_cmpuint(nw_graph_get_n_nodes(arranged), ==,
                   nw_graph_get_n_nodes(nw_project_get_graph(project)));
  return 0;
}
