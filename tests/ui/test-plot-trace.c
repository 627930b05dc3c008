/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Rows of any length: what is drawn of them is what looking at every value would give. */
#include "nw-plot.h"

#include <math.h>
#include <string.h>

static double *
noisy_values(gsize n, guint seed)
{
  double *values = g_new(double, n + 1);
  GRand *rand = g_rand_new_with_seed(seed);

  for (gsize i = 0; i < n; i++) {
    values[i] = exp(-3.0 * i / n) * g_rand_double_range(rand, 0.5, 1.5);
    if (g_rand_int_range(rand, 0, 100) == 0)
      values[i] = NAN;
  }
  g_rand_free(rand);
  return values;
}

static NwPlotTrace *
noisy_trace(gsize n, guint seed)
{
  NwPlotTrace *trace = nw_plot_trace_new();
  g_autofree double *values = noisy_values(n, seed);

  nw_plot_trace_append(trace, values, n);
  return trace;
}

/* Values that lie elsewhere, and how many of them were asked for. */
typedef struct {
  const double *values;
  gsize n_read;
} Elsewhere;

static void
read_cb(gpointer data, gsize from, gsize n, double *out)
{
  Elsewhere *elsewhere = data;

  memcpy(out, elsewhere->values + from, n * sizeof *out);
  elsewhere->n_read += n;
}

static gboolean
brute_range(const double *y, gsize from, gsize to, double *min, double *max)
{
  *min = INFINITY;
  *max = -INFINITY;
  for (gsize i = from; i < to; i++) {
    if (!isfinite(y[i]))
      continue;
    *min = MIN(*min, y[i]);
    *max = MAX(*max, y[i]);
  }
  return *min <= *max;
}

/* As a history tells them: infinities count there. */
static void
extend_trace(NwPlotTrace *trace, const double *y, gsize n)
{
  g_autofree double *low = g_new(double, n / NW_PLOT_BLOCK + 1),
                    *high = g_new(double, n / NW_PLOT_BLOCK + 1);
  gsize before = nw_plot_trace_get_n_blocks(trace);

  for (gsize b = before; b < n / NW_PLOT_BLOCK; b++) {
    low[b - before] = high[b - before] = NAN;
    for (gsize i = b * NW_PLOT_BLOCK; i < (b + 1) * NW_PLOT_BLOCK; i++) {
      if (!(y[i] >= low[b - before]) && !isnan(y[i]))
        low[b - before] = y[i];
      if (!(y[i] <= high[b - before]) && !isnan(y[i]))
        high[b - before] = y[i];
    }
  }
  nw_plot_trace_extend(trace, n, low, high);
}

static void
assert_ranges(const NwPlotTrace *trace, const double *y, gsize n, GRand *rand)
{
  for (guint k = 0; k < 300; k++) {
    gsize from = n > 0 ? g_rand_int(rand) % n : 0;
    gsize to = from + (n > from ? g_rand_int(rand) % (n - from + 1) : 0);
    double min, max, min2, max2, low, high;
    gboolean any = brute_range(y, from, to, &min2, &max2);

    g_assert_cmpint(nw_plot_trace_get_range(trace, from, to, &min, &max), ==, any);
    if (any) {
      g_assert_cmpfloat(min, ==, min2);
      g_assert_cmpfloat(max, ==, max2);
      g_assert_cmpint(nw_plot_trace_get_positive(trace, from, to, &low, &high), ==, max2 > 0);
    }
  }
}

/* Kept here, kept elsewhere and grown value by value, kept elsewhere with ranges that somebody
 * knows: the same row, also while it grows. */
static void
test_pyramid(void)
{
  static const gsize sizes[] = {0, 1, 15, 16, 17, 255, 256, 257, 511, 4097, 70000, 1100000};
  GRand *rand = g_rand_new_with_seed(2);

  for (guint s = 0; s < G_N_ELEMENTS(sizes); s++) {
    g_autofree double *y = noisy_values(sizes[s], s);
    Elsewhere elsewhere = {y, 0};
    g_autoptr(NwPlotTrace) own = nw_plot_trace_new();
    g_autoptr(NwPlotTrace) grown = nw_plot_trace_new_over(read_cb, &elsewhere);
    g_autoptr(NwPlotTrace) told = nw_plot_trace_new_over(read_cb, &elsewhere);

    for (gsize i = 777; i < sizes[s]; i += 5000)
      y[i] = i % 2 ? INFINITY : -INFINITY;
    for (gsize from = 0, part; from < sizes[s]; from += part) {
      part = 1 + g_rand_int(rand) % 3000;
      part = MIN(part, sizes[s] - from);
      nw_plot_trace_append(own, y + from, part);
      nw_plot_trace_append(grown, y + from, part);
      extend_trace(told, y, from + part);
    }
    g_assert_cmpuint(nw_plot_trace_get_n(told), ==, sizes[s]);
    g_assert_cmpuint(nw_plot_trace_get_n_blocks(told), ==, sizes[s] / NW_PLOT_BLOCK);
    assert_ranges(own, y, sizes[s], rand);
    assert_ranges(grown, y, sizes[s], rand);
    assert_ranges(told, y, sizes[s], rand);
  }
  g_rand_free(rand);
}

/* Each column holds exactly the points whose place it is, and their extremes. */
static void
assert_columns(const NwPlotPoints *points, const double *y, const NwPlotScale *x)
{
  gsize n_columns = (gsize)(x->to - x->from), seen;
  g_autofree NwPlotColumn *columns = g_new(NwPlotColumn, n_columns);

  nw_plot_decimate(points, x, columns, n_columns);
  for (seen = 0; seen < points->n && nw_plot_points_get_x(points, seen) < x->low; seen++)
    ;
  for (gsize c = 0; c < n_columns; c++) {
    double min, max;
    gboolean any = brute_range(y, seen, seen + columns[c].n, &min, &max);

    g_assert_cmpint(columns[c].min <= columns[c].max, ==, any);
    if (any) {
      g_assert_cmpfloat(columns[c].min, ==, min);
      g_assert_cmpfloat(columns[c].max, ==, max);
    }
    for (gsize i = seen; i < seen + columns[c].n; i++) {
      double place = nw_plot_scale_map(x, nw_plot_points_get_x(points, i)) - x->from;
      g_assert_cmpfloat(place, >=, c - 1e-6);
      g_assert_cmpfloat(place, <=, c + 1 + 1e-6);
    }
    seen += columns[c].n;
  }
  g_assert_true(seen == points->n || nw_plot_points_get_x(points, seen) > x->high * (1 - 1e-9));
}

static void
test_columns(void)
{
  gsize n = 30011;
  g_autofree double *y = noisy_values(n, 8);
  g_autoptr(NwPlotTrace) trace = nw_plot_trace_new();
  NwPlotPoints points = {.n = n, .x0 = 0.5, .dx = 0.25, .trace = trace};
  NwPlotScale x = nw_plot_scale_new(0.5, 0.5 + 0.25 * (n - 1), FALSE, NW_PLOT_NUMBER);

  nw_plot_trace_append(trace, y, n);
  x.from = 33;
  x.to = 33 + 700;
  assert_columns(&points, y, &x);
}

/* A long row that is kept elsewhere, over steps and over times: the whole of it, and narrower and
 * narrower windows into it. Few of its values are asked for. */
static void
test_columns_of_elsewhere(void)
{
  gsize n = 1500011;
  g_autofree double *y = noisy_values(n, 10), *times = g_new(double, n);
  Elsewhere elsewhere = {y, 0}, clock = {times, 0};
  g_autoptr(NwPlotTrace) trace = nw_plot_trace_new_over(read_cb, &elsewhere);
  g_autoptr(NwPlotTrace) x_trace = nw_plot_trace_new_over(read_cb, &clock);
  NwPlotPoints by_step = {.n = n, .x0 = 1, .dx = 1, .trace = trace};
  NwPlotPoints by_time = {.n = n, .x_trace = x_trace, .trace = trace};

  for (gsize i = 0; i < n; i++) /* with a pause in it, and steps that took no time */
    times[i] = (double)(i / 2) * 1e-3 + (i > n / 3 ? 100 : 0);
  extend_trace(trace, y, n);
  extend_trace(x_trace, times, n);
  for (double width = 1; width > 1e-4; width /= 5) {
    NwPlotScale steps = nw_plot_scale_new(0.3 * n, (0.3 + 0.7 * width) * n, FALSE, NW_PLOT_NUMBER);
    double end = times[n - 1];
    NwPlotScale seconds =
        nw_plot_scale_new(0.2 * end, (0.2 + 0.8 * width) * end, FALSE, NW_PLOT_NUMBER);

    steps.to = seconds.to = 600;
    assert_columns(&by_step, y, &steps);
    assert_columns(&by_time, y, &seconds);
  }
  {
    NwPlotScale all = nw_plot_scale_new(1, n, FALSE, NW_PLOT_NUMBER);
    g_autofree NwPlotColumn *columns = g_new(NwPlotColumn, 600);

    all.to = 600;
    elsewhere.n_read = 0;
    nw_plot_decimate(&by_step, &all, columns, 600);
    g_assert_cmpuint(elsewhere.n_read, <, 600 * NW_PLOT_BLOCK * 2 / 3); /* not every border */
  }
}

static void
test_ends_of_points(void)
{
  gsize n = 5000, first, last;
  g_autofree double *y = g_new(double, n);
  Elsewhere elsewhere = {y, 0};
  static const gsize places[][2] = {{0, 4999}, {1, 1}, {700, 701}, {255, 4096}, {4999, 4999}};

  for (guint p = 0; p < G_N_ELEMENTS(places); p++) {
    g_autoptr(NwPlotTrace) trace = nw_plot_trace_new_over(read_cb, &elsewhere);
    NwPlotPoints points = {.n = n, .dx = 1, .trace = trace};

    for (gsize i = 0; i < n; i++)
      y[i] = NAN;
    extend_trace(trace, y, 0);
    g_assert_false(nw_plot_points_get_ends(&(NwPlotPoints){.trace = trace}, &first, &last));
    y[places[p][0]] = y[places[p][1]] = -2;
    extend_trace(trace, y, n);
    g_assert_true(nw_plot_points_get_ends(&points, &first, &last));
    g_assert_cmpuint(first, ==, places[p][0]);
    g_assert_cmpuint(last, ==, places[p][1]);
  }
}

static void
test_million(void)
{
  gsize n = 1000000, width = 1200;
  g_autoptr(NwPlotTrace) trace = noisy_trace(n, 9);
  NwPlotPoints points = {.n = n, .x0 = 0, .dx = 1, .trace = trace};
  NwPlotScale x = nw_plot_scale_new(0, n - 1, FALSE, NW_PLOT_NUMBER);
  NwPlotScale y = nw_plot_scale_new(0, 1.5, FALSE, NW_PLOT_NUMBER);
  g_autofree NwPlotColumn *columns = g_new(NwPlotColumn, width);
  cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);
  cairo_t *cr = cairo_create(surface);
  cairo_path_t *path;
  gsize drawn, moves = 0;

  x.to = width;
  y.from = 400;
  y.to = 0;
  g_assert_cmpuint(nw_plot_decimate(&points, &x, columns, width), <=, width);
  drawn = nw_plot_columns_path(cr, columns, width, 0, &y, 1);
  g_assert_cmpuint(drawn, >, width / 2);
  g_assert_cmpuint(drawn, <=, width);
  path = cairo_copy_path(cr);
  for (int i = 0; i < path->num_data; i += path->data[i].header.length)
    moves += path->data[i].header.type == CAIRO_PATH_CLOSE_PATH;
  g_assert_cmpuint(moves, ==, drawn);
  cairo_path_destroy(path);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
}

static void
test_smoother(void)
{
  g_autoptr(NwPlotTrace) out = nw_plot_trace_new();
  NwPlotSmoother smoother = {.weight = 0.9};
  const double y[] = {4, 4, NAN, 4, 2};
  double s[5];

  nw_plot_smoother_feed(&smoother, y, 5, out);
  nw_plot_trace_read(out, 0, 5, s);
  g_assert_cmpfloat_with_epsilon(s[0], 4, 1e-12); /* not pulled towards 0 */
  g_assert_cmpfloat_with_epsilon(s[1], 4, 1e-12);
  g_assert_true(isnan(s[2]));
  g_assert_cmpfloat_with_epsilon(s[3], 4, 1e-12);
  g_assert_cmpfloat(s[4], <, 4);
  g_assert_cmpfloat(s[4], >, 3);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/plot/decimate/pyramid-equals-brute-force", test_pyramid);
  g_test_add_func("/plot/decimate/columns-hold-every-point-once", test_columns);
  g_test_add_func("/plot/decimate/columns-of-what-lies-elsewhere", test_columns_of_elsewhere);
  g_test_add_func("/plot/decimate/the-first-and-the-last-number", test_ends_of_points);
  g_test_add_func("/plot/decimate/a-million-points-are-one-rectangle-per-pixel", test_million);
  g_test_add_func("/plot/decimate/smoothing-starts-where-the-curve-does", test_smoother);
  return g_test_run();
}
