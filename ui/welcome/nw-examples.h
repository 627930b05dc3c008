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

/* In the order of their names. (transfer full): an array of NwExample. */
GPtrArray *nw_examples_list(void);
