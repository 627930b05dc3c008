/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Draws small networks for the tests in a line of text each. */
#pragma once

#include "nw-graph.h"

/**
 * net:
 * One node per line: "NAME KIND key=value … <- SOURCE SOURCE …"; a source is the name of a node
 * above; "NAME again NODE <- SOURCE" is another call of NODE's layer. Values cannot hold blanks. Ends the test with the sentence when the text is wrong.
 * (transfer full)
 */
NwGraph *net(const char *text);
