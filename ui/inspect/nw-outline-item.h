/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A row of the outline; immutable. */
#pragma once

#include <gtk/gtk.h>

#include "nw-infer.h"

#define NW_TYPE_OUTLINE_ITEM (nw_outline_item_get_type())
G_DECLARE_FINAL_TYPE(NwOutlineItem, nw_outline_item, NW, OUTLINE_ITEM, GObject)

struct _NwOutlineItem {
  GObject parent_instance;
  guint uid;
  NwCategory category;
  const char *kind;                     /* title of the kind; constant */
  char *title, *line, *shape, *problem; /* the last two nullable */
};

/* @problem: (nullable) */
NwOutlineItem *nw_outline_item_new(NwGraph *graph, const NwNode *node, NwInference *inference,
                                   const char *problem);
gboolean nw_outline_item_equal(NwOutlineItem *a, NwOutlineItem *b);
