/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a graph wants of the data, also while it is still incomplete. */
#pragma once

#include "nw.h"

typedef struct {
  NwFieldRequest request; /* the name points into the graph */
  gboolean known;         /* FALSE: not connected yet, so nobody knows its shape */
} NwFieldInfo;

/* One per Input, then the target and the sample weights that each Output has, then one per Target
 * that asks for more. (transfer full): an array of NwFieldInfo, valid while @inference lives. */
GArray *nw_fields_list(NwInference *inference);
/* Proposes what of the source feeds the fields, and the shapes of Inputs that nobody has decided
 * about. (transfer full) */
NwProject *
nw_fields_guess(NwProject *project, const GArray *fields, const char *source, const NwTable *table);
