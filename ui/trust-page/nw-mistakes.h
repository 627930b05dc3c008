/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The samples about which a model is most sure and wrong. */
#pragma once

#include "nw-trust-list.h"

typedef struct {
  guint32 row; /* of the split */
  gssize step; /* of the row, which is a sequence, from 0; −1: it is none */
  double said; /* what was predicted: P(yes), or of the class that was said */
  char *text;  /* “said 0.998, truth no” */
} NwMistake;

/* At most @max, the worst first: of a label by |p − y|, of a top class by its confidence. (transfer
 * full): an array of NwMistake */
GPtrArray *nw_mistakes_list(const NwTrustEntry *entry, guint max);
