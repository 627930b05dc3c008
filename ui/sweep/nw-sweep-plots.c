/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep-plots.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nw-plot-view.h"

#define CLICK 4.0 /* px; a shorter drag takes the range away */

struct _NwSweepPlots {
  GtkWidget parent;

  NwPlotView *lines, *dots;

  const NwSweepStand *stand; /* (nullable) borrowed */
  GArray *axes;              /* NwPlotParallelAxis, with brushes; names are borrowed */
  GPtrArray *keys;           /* names of the axes, to know them again */
  NwPlotParallel parallel;
  NwPlotScatter scatter;
  int chosen; /* index of a trial */
};

G_DEFINE_FINAL_TYPE(NwSweepPlots, nw_sweep_plots, GTK_TYPE_WIDGET)

enum { SIGNAL_CHOSEN, SIGNAL_BRUSHED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── trials and lines: only those that were judged have one ──────────────────────────────────── */

static gboolean
has_line(NwSweepPlots *self, guint trial)
{
  return isfinite(((const NwSweepTrial *)g_ptr_array_index(self->stand->trials, trial))->judged);
}

/* −1: none */
static int
find_line(NwSweepPlots *self, int trial)
{
  int line = 0;

  if (!self->stand || trial < 0 || trial >= (int)self->stand->trials->len ||
      !has_line(self, (guint)trial))
    return -1;
  for (int i = 0; i < trial; i++)
    line += has_line(self, (guint)i);
  return line;
}

static guint
find_trial(NwSweepPlots *self, guint line)
{
  guint i = 0;

  for (;; i++)
    if (has_line(self, i) && line-- == 0)
      return i;
}

/* ── what is drawn ───────────────────────────────────────────────────────────────────────────── */

static const NwPlotParallelAxis *
find_brush(const GArray *axes, GPtrArray *keys, const char *name)
{
  for (guint i = 0; i < axes->len; i++)
    if (g_str_equal(g_ptr_array_index(keys, i), name))
      return &g_array_index(axes, NwPlotParallelAxis, i);
  return NULL;
}

static void
fill_axes(NwSweepPlots *self)
{
  g_autoptr(GArray) before = self->axes;
  g_autoptr(GPtrArray) keys = self->keys;

  self->axes = g_array_new(FALSE, FALSE, sizeof(NwPlotParallelAxis));
  self->keys = g_ptr_array_new_with_free_func(g_free);
  for (guint a = 0; a < self->parallel.n_axes; a++) {
    NwPlotParallelAxis axis = self->parallel.axes[a];
    const NwPlotParallelAxis *brush = find_brush(before, keys, axis.name);

    if (brush && brush->is_brushed) {
      axis.is_brushed = TRUE;
      axis.low = brush->low;
      axis.high = brush->high;
    }
    g_array_append_val(self->axes, axis);
    g_ptr_array_add(self->keys, g_strdup(axis.name));
  }
  self->parallel.axes = (const NwPlotParallelAxis *)self->axes->data;
}

static void
show_chosen(NwSweepPlots *self)
{
  self->parallel.chosen = self->scatter.chosen = (guint)(find_line(self, self->chosen) + 1);
  nw_plot_view_invalidate(self->lines);
  nw_plot_view_invalidate(self->dots);
}

void
nw_sweep_plots_set_stand(NwSweepPlots *self, const NwSweepStand *stand)
{
  g_return_if_fail(NW_IS_SWEEP_PLOTS(self));

  self->stand = stand;
  self->parallel = stand ? *nw_sweep_drawing_get_parallel(stand->drawing) : (NwPlotParallel){0};
  self->scatter =
      stand ? *nw_sweep_drawing_get_scatter(stand->drawing) : (NwPlotScatter){.best = -1};
  self->parallel.title = _("Settings and results");
  self->scatter.title = _("Result, size and calibration");
  self->parallel.empty = _("Every trial becomes a line over its settings and results.");
  self->scatter.empty = _("Every trial becomes a dot.");
  fill_axes(self);
  show_chosen(self);
}

void
nw_sweep_plots_set_chosen(NwSweepPlots *self, int trial)
{
  g_return_if_fail(NW_IS_SWEEP_PLOTS(self));
  self->chosen = trial;
  show_chosen(self);
}

/* ── ranges ──────────────────────────────────────────────────────────────────────────────────── */

gboolean
nw_sweep_plots_is_brushed(NwSweepPlots *self)
{
  for (guint a = 0; a < self->axes->len; a++)
    if (g_array_index(self->axes, NwPlotParallelAxis, a).is_brushed)
      return TRUE;
  return FALSE;
}

gboolean
nw_sweep_plots_is_in(NwSweepPlots *self, guint trial)
{
  int line = find_line(self, (int)trial);

  return line >= 0 && nw_plot_parallel_is_in(&self->parallel, (guint)line);
}

static void
brushed(NwSweepPlots *self)
{
  nw_plot_view_invalidate(self->lines);
  g_signal_emit(self, signals[SIGNAL_BRUSHED], 0);
}

void
nw_sweep_plots_clear_brushes(NwSweepPlots *self)
{
  g_return_if_fail(NW_IS_SWEEP_PLOTS(self));

  for (guint a = 0; a < self->axes->len; a++)
    g_array_index(self->axes, NwPlotParallelAxis, a).is_brushed = FALSE;
  brushed(self);
}

/* Along the axis where the drag began. */
static void
dragged_cb(NwSweepPlots *self, double x1, double y1, double x2, double y2)
{
  double width = gtk_widget_get_width(GTK_WIDGET(self->lines));
  double height = gtk_widget_get_height(GTK_WIDGET(self->lines)), from, to;
  const NwPlotTheme *theme = nw_plot_view_get_theme(self->lines);
  NwPlotParallelAxis *axis;
  guint a;

  if (!nw_plot_parallel_find_axis(&self->parallel, x1, y1, width, height, theme, &a, &from) ||
      !nw_plot_parallel_find_axis(&self->parallel, x1, y2, width, height, theme, &a, &to))
    return;
  axis = &g_array_index(self->axes, NwPlotParallelAxis, a);
  axis->is_brushed = fabs(y2 - y1) > CLICK;
  axis->low = MIN(from, to);
  axis->high = MAX(from, to);
  brushed(self);
}

static void
activated_cb(NwSweepPlots *self, guint line)
{
  if (self->stand)
    g_signal_emit(self, signals[SIGNAL_CHOSEN], 0, find_trial(self, line));
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_sweep_plots_dispose(GObject *object)
{
  NwSweepPlots *self = NW_SWEEP_PLOTS(object);
  GtkWidget *child;

  if (self->lines) {
    nw_plot_view_set(self->lines, NULL, NULL, NULL);
    nw_plot_view_set(self->dots, NULL, NULL, NULL);
  }
  self->lines = self->dots = NULL;
  while ((child = gtk_widget_get_first_child(GTK_WIDGET(object))))
    gtk_widget_unparent(child);
  g_clear_pointer(&self->axes, g_array_unref);
  g_clear_pointer(&self->keys, g_ptr_array_unref);
  G_OBJECT_CLASS(nw_sweep_plots_parent_class)->dispose(object);
}

static void
nw_sweep_plots_class_init(NwSweepPlotsClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_sweep_plots_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BOX_LAYOUT);
  signals[SIGNAL_CHOSEN] = g_signal_new("chosen", NW_TYPE_SWEEP_PLOTS, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_BRUSHED] = g_signal_new("brushed", NW_TYPE_SWEEP_PLOTS, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
}

static NwPlotView *
add_view(NwSweepPlots *self, int width, gboolean expands)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *view = nw_plot_view_new();

  gtk_widget_add_css_class(box, "nw-card");
  gtk_widget_set_hexpand(box, expands);
  gtk_widget_set_hexpand(view, TRUE);
  gtk_widget_set_vexpand(view, TRUE);
  gtk_widget_set_size_request(view, width, 170);
  gtk_box_append(GTK_BOX(box), view);
  gtk_widget_set_parent(box, GTK_WIDGET(self));
  return NW_PLOT_VIEW(view);
}

static void
nw_sweep_plots_init(NwSweepPlots *self)
{
  gtk_box_layout_set_spacing(GTK_BOX_LAYOUT(gtk_widget_get_layout_manager(GTK_WIDGET(self))), 12);
  self->axes = g_array_new(FALSE, FALSE, sizeof(NwPlotParallelAxis));
  self->keys = g_ptr_array_new_with_free_func(g_free);
  self->chosen = -1;
  self->lines = add_view(self, 320, TRUE);
  self->dots = add_view(self, 290, FALSE);
  nw_sweep_plots_set_stand(self, NULL);
  nw_plot_view_set(self->lines, &nw_plot_parallel_kind, &self->parallel, NULL);
  nw_plot_view_set(self->dots, &nw_plot_scatter_kind, &self->scatter, NULL);
  nw_plot_view_set_file_name(self->lines, _("sweep"));
  nw_plot_view_set_file_name(self->dots, _("sweep, result and size"));
  g_signal_connect_swapped(self->lines, "dragged", G_CALLBACK(dragged_cb), self);
  g_signal_connect_swapped(self->lines, "item-activated", G_CALLBACK(activated_cb), self);
  g_signal_connect_swapped(self->dots, "item-activated", G_CALLBACK(activated_cb), self);
}
