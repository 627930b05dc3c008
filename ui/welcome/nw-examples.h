/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The example projects that come with the program. */
#pragma once

#include "nw-model-drawing.h"

typedef struct {
  char *path;
  char *title;       /* "Two hundred outputs" */
  char *description; /* the project's own; "" when it has none */
  NwModelDrawing *drawing;
} NwExample;

void nw_example_free(NwExample *example);

/* Those of `$NETWRIGHT_DATA/examples`, else of the installed data folder, else of the source tree,
 * in the order of their names. (transfer full): an array of NwExample. */
GPtrArray *nw_examples_list(void);

/* Is @folder the one of the examples? They are to be tried, not written to. */
gboolean nw_examples_is_folder(const char *folder);
