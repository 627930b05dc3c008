/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* From values to places on the drawing, and the round numbers in between. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  NW_PLOT_NUMBER,
  NW_PLOT_WHOLE,   /* ticks on whole numbers only: counts, epochs */
  NW_PLOT_PERCENT, /* 0.25 reads 25 % */
} NwPlotFormat;

/* @low sits at @from, @high at @to (from > to for an axis that points up). */
typedef struct {
  double low, high;
  double from, to;
  gboolean log;
  NwPlotFormat format;
} NwPlotScale;

/* A scale that holds [low, high] whatever they are: equal, swapped, not finite, not positive on a
 * log scale, further apart than a double can say. */
NwPlotScale nw_plot_scale_new(double low, double high, gboolean log, NwPlotFormat format);

/* Moves the ends outwards to round numbers; about @parts intervals between them. */
void nw_plot_scale_widen(NwPlotScale *scale, guint parts);

/* Values beyond the ends map beyond the ends, at most a drawing's length away. */
double nw_plot_scale_map(const NwPlotScale *scale, double value);
double nw_plot_scale_unmap(const NwPlotScale *scale, double place);

/* The size of the smallest of 1, 2, 5 · 10ⁿ that is ≥ @step. */
double nw_plot_round_step(double step);

#define NW_PLOT_MAX_TICKS 32

typedef struct {
  double value;
  char label[32];
} NwPlotTick;

typedef struct {
  guint n_major, n_minor;
  NwPlotTick major[NW_PLOT_MAX_TICKS];
  double minor[4 * NW_PLOT_MAX_TICKS]; /* between them, without labels */
} NwPlotTicks;

/* Round ticks inside the scale, labelled alike, at least @room apart. Linear: steps of 1, 2, 5 ·
 * 10ⁿ; log: 1-2-5, else decades, else every few decades; a log scale within a factor of about three
 * has linear steps. */
void nw_plot_scale_find_ticks(const NwPlotScale *scale, double room, NwPlotTicks *ticks);

G_END_DECLS
