/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Small networks as a line of text for each node: for tests and benchmarks. */
#pragma once

#include "nw-graph.h"

/**
 * nw_graph_from_text:
 * @text: one node per line: "NAME KIND key=value … <- SOURCE SOURCE …"; a source is the name of a
 *   node above, with ":1" behind it for its second output, or "-" for a port that stays open;
 *   "NAME again NODE <- SOURCE" is another call of NODE's layer. "NAME
 *   collapse NODE NODE …" puts nodes above into a block. Values hold no blanks.
 *
 * (transfer full), or NULL with a sentence.
 */
NwGraph *nw_graph_from_text(const char *text, GError **error);
