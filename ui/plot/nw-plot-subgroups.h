/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Predicted and observed, group by group: a dot for how often it happened, with its interval, and a
 * mark for what was predicted on average. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"
#include "nw-subgroup.h"

G_BEGIN_DECLS

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const char *const *names;     /* [n_groups] */
  const NwSubgroup *groups;
  guint n_groups;
} NwPlotSubgroups;

void nw_plot_subgroups_draw(const NwPlotSubgroups *data, cairo_t *cr, double width, double height,
                            const NwPlotTheme *theme);
char *nw_plot_subgroups_describe(const NwPlotSubgroups *data);
void nw_plot_subgroups_write_csv(const NwPlotSubgroups *data, GString *out);
char *nw_plot_subgroups_read_out(const NwPlotSubgroups *data, double x, double y, double width,
                                 double height, const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_subgroups_kind;

G_END_DECLS
