/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The blocks of a flow, for what writes them: pages (nw-plot-flow.c), HTML (nw-plot-flow-html.c).
 */
#pragma once

#include "nw-plot-flow.h"
#include "nw-plot-text.h"

#define NW_FLOW_GAP   16.0 /* between the two plots of a pair */
#define NW_FLOW_BELOW 8.0  /* below plots; part of their block */

typedef struct {
  double shares[NW_PLOT_FLOW_MAX_COLUMNS];
  guint n_columns;
} NwFlowTable;

/* What a block is in a document without pages. */
typedef enum {
  NW_FLOW_TITLE,
  NW_FLOW_SUBTITLE,
  NW_FLOW_HEADING,
  NW_FLOW_TEXT,
  NW_FLOW_SPACE,
  NW_FLOW_PLOTS,
  NW_FLOW_HEAD,
  NW_FLOW_ROW,
  NW_FLOW_ENTRY,
  NW_FLOW_N_ROLES,
} NwFlowRole;

typedef struct _NwFlowBlock NwFlowBlock;
typedef void (*NwFlowDrawFunc)(const NwFlowBlock *block, cairo_t *cr, double width,
                               const NwPlotTheme *theme);

/* One piece that is never broken over pages. */
struct _NwFlowBlock {
  NwFlowRole role;
  double height;
  NwFlowDrawFunc draw;
  gboolean with_next; /* stays on one page with the next */
  guint page;         /* given by `paginate` */
  double y;
  guint head; /* of a row: index + 1 of the block with the head of its table */

  char *texts[NW_PLOT_FLOW_MAX_COLUMNS];
  NwPlotTextStyle style;
  NwFlowTable table;
  gboolean is_part;
  const NwPlotKind *kinds[2];
  gconstpointer data[2];
  gboolean is_pair;
};

typedef struct {
  gpointer data;
  GDestroyNotify destroy;
} NwFlowKept;

struct _NwPlotFlow {
  char *footer;
  const NwPlotTheme *theme;
  GPtrArray *blocks; /* NwFlowBlock */
  GArray *kept;      /* NwFlowKept */
  guint head;        /* of the table that is being filled */
  guint n_pages;
};

/* One file, without anything from elsewhere. In nw-plot-flow-html.c. */
gboolean
nw_plot_flow_write_html(NwPlotFlow *flow, const char *title, const char *path, GError **error);
