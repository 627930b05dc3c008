/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Draws small networks for the tests in a line of text each. */
#pragma once

#include "nw-graph-text.h"

/* nw_graph_from_text, which ends the test with the sentence when the text is wrong. (transfer full)
 */
NwGraph *net(const char *text);
