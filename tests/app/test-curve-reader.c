/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Curves of runs that go on and of stored ones, by the same numbers: each point, each range and
 * each smoothed value is what looking at all numbers would give. */
#include "nw-curve-reader.h"

#include <math.h>

#include "nw-plot-curves.h"
#include "nw-store-private.h"
#include "test-folder.h"

#define N_STEPS   60011 /* no multiple of anything */
#define PER_EPOCH 100
#define BATCH     32
#define SMOOTHING 0.98

enum { LOSS, FIRST, SECOND, SECONDS, MEMORY, N_SERIES };

static const NwSeries step_series[N_SERIES] = {
    [LOSS] = {.name = "loss", .title = "total loss", .weight = 1},
    [FIRST] = {.name = "a", .title = "a", .output = "a", .weight = 0.5, .in_total = TRUE},
    [SECOND] = {.name = "b", .title = "b", .output = "b", .weight = 2, .in_total = TRUE},
    [SECONDS] = {.name = "seconds", .title = "time", .weight = 1, .is_measured = TRUE},
    [MEMORY] = {.name = "memory", .title = "memory", .weight = 1, .is_measured = TRUE},
};
static const char *const outputs[] = {"a", "b", NULL};

/* Noise that falls, with gaps and an infinity; time that never does. */
static double
number(gsize step, guint series)
{
  guint32 dice = (guint32)((step + 1) * 2654435761u) ^ (series * 40503u);
  double noise = (double)((dice * 1664525u + 1013904223u) >> 8) / (1 << 24);

  switch (series) {
  case SECONDS:
    return (double)(step / 3) * 0.001 + (step > 20000 ? 60 : 0) + 0.001;
  case MEMORY:
    return 1024 * 1024 * (300 + (double)(step / 1000)) + dice % 4096;
  default:
    if (step == 4567)
      return INFINITY;
    return step % 991 == 7 ? NAN : exp(-3.0 * step / N_STEPS) * (0.5 + noise) + series;
  }
}

static NwHistory *
history_new(void)
{
  static const NwSeries epoch = {.name = "loss", .title = "total loss", .weight = 1};

  return nw_history_new(step_series, N_SERIES, &epoch, 1, outputs, PER_EPOCH);
}

static void
append_steps(NwHistory *history, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    gsize step = nw_history_get_n_steps(history);
    double values[N_SERIES];

    for (guint s = 0; s < N_SERIES; s++)
      values[s] = number(step, s);
    nw_history_append_step(history, values);
  }
}

static NwProject *
project_new(void)
{
  g_autoptr(NwProject) empty = nw_project_new();

  return nw_project_set(empty, "training.batch_size", G_STRINGIFY(BATCH), NULL);
}

static NwRun *
run_new(NwHistory *history)
{
  static float x[BATCH * PER_EPOCH];
  g_autofree guint32 *rows = g_new0(guint32, BATCH * PER_EPOCH);
  NwField field = {"x", FALSE, {NW_SHAPE(1), NW_REAL}, BATCH * PER_EPOCH, {.real = x}, NULL};
  g_autoptr(NwProject) project = project_new();
  NwRun *run = nw_run_new(1, project);
  NwDataset *dataset;

  for (guint32 r = 0; r < BATCH * PER_EPOCH; r++)
    rows[r] = r;
  dataset = nw_dataset_new_from_fields(&field, 1, BATCH * PER_EPOCH,
                                       (const guint32 *[]){rows, rows, rows},
                                       (gsize[]){BATCH * PER_EPOCH, 0, 0});
  nw_run_begin(run, dataset, history);
  nw_dataset_unref(dataset);
  return run;
}

/* @n steps as the store has them after a run that long. */
static NwRun *
store_run(const char *path, gsize n)
{
  g_autoptr(NwStore) store = nw_store_open(path, NW_STORE_WRITE, NULL);
  g_autoptr(NwHistory) history = history_new();
  g_autoptr(NwProject) project = project_new();
  g_autofree char *json = nw_project_to_json(project), *series = nw_stored_series_to_json(history);
  g_autofree double *rows = g_new(double, (gsize)NW_CHUNK *N_SERIES);
  g_autoptr(NwStoredRun) stored = NULL;
  gint64 id = nw_store_reserve_run(store, NULL);

  g_assert_true(nw_store_begin_run(
      store, id, &(NwRunFacts){.project = json, .series = series, .steps_per_epoch = PER_EPOCH},
      NULL));
  for (gsize from = 0, part; from < n; from += part) {
    part = MIN(NW_CHUNK, n - from);
    for (gsize i = 0; i < part * N_SERIES; i++)
      rows[i] = number(from + i / N_SERIES, i % N_SERIES);
    g_assert_true(nw_store_begin(store, TRUE, NULL));
    g_assert_true(
        nw_store_append_values(store, id, NW_AXIS_STEPS, N_SERIES, from, part, rows, NULL));
    g_assert_true(nw_store_commit(store, NULL));
  }
  g_assert_true(
      nw_store_update_run(store, id, &(NwRunStand){.n_steps = n, .best_epoch = -1}, NULL));
  stored = nw_store_find_run(store, id, NULL);
  return nw_run_new_stored(path, stored);
}

/* ── what a curve should be ──────────────────────────────────────────────────────────────────── */

static double
expected(const NwCurveSource *source, gsize step)
{
  double before = step > 0 ? number(step - 1, SECONDS) : 0, took,
         value = number(step, source->index);

  switch (source->meaning) {
  case NW_CURVE_MEMORY:
    return value / (1024 * 1024);
  case NW_CURVE_SPEED:
    took = value - before;
    return took > 0 ? BATCH / took : NAN;
  case NW_CURVE_SHARE: /* of the second, upon the first */
    value = source->index == FIRST ? 0 + 0.5 * value : 0 + 0.5 * number(step, FIRST) + 2 * value;
    break;
  case NW_CURVE_VALUE:
    break;
  }
  return isfinite(value) ? value : NAN;
}

static void
assert_same(double a, double b)
{
  g_assert_true(a == b || (isnan(a) && isnan(b)));
}

static void
assert_points(const NwPlotPoints *points, const double *y, GRand *rand)
{
  for (gsize i = 0; i < points->n; i += 1 + g_rand_int(rand) % 50)
    assert_same(nw_plot_points_get_y(points, i), y[i]);
  for (guint k = 0; k < 200; k++) {
    gsize from = g_rand_int(rand) % points->n,
          to = from + g_rand_int(rand) % (points->n - from + 1);
    double low = INFINITY, high = -INFINITY, min, max;

    for (gsize i = from; i < to; i++)
      if (isfinite(y[i])) {
        low = MIN(low, y[i]);
        high = MAX(high, y[i]);
      }
    g_assert_cmpint(nw_plot_points_get_range(points, from, to, FALSE, &min, &max), ==, low <= high);
    if (low <= high) {
      g_assert_cmpfloat(min, ==, low);
      g_assert_cmpfloat(max, ==, high);
    }
  }
}

/* Columns of pixels over each axis hold what lies there. */
static void
assert_columns(const NwPlotPoints *points, const double *y)
{
  NwPlotScale x =
      nw_plot_scale_new(nw_plot_points_get_x(points, 0),
                        nw_plot_points_get_x(points, points->n - 1), FALSE, NW_PLOT_NUMBER);
  NwPlotColumn columns[97];
  gsize seen = 0;

  x.to = G_N_ELEMENTS(columns);
  nw_plot_decimate(points, &x, columns, G_N_ELEMENTS(columns));
  for (gsize c = 0; c < G_N_ELEMENTS(columns); c++) {
    double low = INFINITY, high = -INFINITY;

    for (gsize i = seen; i < seen + columns[c].n; i++)
      if (isfinite(y[i])) {
        low = MIN(low, y[i]);
        high = MAX(high, y[i]);
      }
    g_assert_cmpfloat(columns[c].min, ==, low);
    g_assert_cmpfloat(columns[c].max, ==, high);
    seen += columns[c].n;
  }
  g_assert_cmpuint(seen, ==, points->n);
}

static void
assert_curve(NwCurveReader *reader, const NwCurveSource *source, NwCurveAxis axis, gsize n,
             GRand *rand)
{
  g_autofree double *y = g_new(double, n), *smooth = g_new(double, n);
  NwPlotSmoother smoother = {.weight = SMOOTHING};
  NwPlotPoints line;
  NwPlotCurve curve = {0};

  nw_curve_reader_fill(reader, &curve);
  g_assert_cmpuint(curve.points.n, ==, n);
  for (gsize i = 0; i < n; i++)
    y[i] = expected(source, i);
  assert_points(&curve.points, y, rand);
  assert_columns(&curve.points, y);
  nw_plot_smoother_run(&smoother, y, n, smooth);
  line = curve.points;
  line.trace = curve.smooth;
  g_assert_cmpuint(nw_plot_trace_get_n(curve.smooth), ==, n);
  assert_points(&line, smooth, rand);
  assert_columns(&line, smooth);
  for (gsize i = 0; i < n; i += 997)
    g_assert_cmpfloat_with_epsilon(nw_plot_points_get_x(&curve.points, i),
                                   axis == NW_CURVE_BY_TIME    ? number(i, SECONDS)
                                   : axis == NW_CURVE_BY_EPOCH ? (double)(i + 1) / PER_EPOCH
                                                               : (double)(i + 1),
                                   1e-9 * (double)(i + 1));
}

static const NwCurveSource sources[] = {
    {.name = (char *)"loss", .index = LOSS},
    {.name = (char *)"memory", .index = MEMORY, .meaning = NW_CURVE_MEMORY},
    {.name = (char *)"speed", .index = SECONDS, .meaning = NW_CURVE_SPEED},
    {.name = (char *)"a", .index = FIRST, .meaning = NW_CURVE_SHARE},
    {.name = (char *)"b", .index = SECOND, .meaning = NW_CURVE_SHARE}, /* upon the one before */
};

static void
make_readers(NwRun *run, NwCurveAxis axis, NwCurveReader **readers)
{
  for (guint i = 0; i < G_N_ELEMENTS(sources); i++)
    readers[i] = nw_curve_reader_new(run, &sources[i], axis, SMOOTHING,
                                     sources[i].index == SECOND ? readers[i - 1] : NULL);
}

static gboolean
catch_up(NwCurveReader **readers, gint64 until)
{
  gboolean behind = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS(sources); i++) {
    nw_curve_reader_catch_up(readers[i], until);
    behind |= nw_curve_reader_is_behind(readers[i]);
  }
  return behind;
}

static void
assert_all(NwCurveReader **readers, NwCurveAxis axis, gsize n)
{
  GRand *rand = g_rand_new_with_seed(6);

  for (guint i = 0; i < G_N_ELEMENTS(sources); i++)
    assert_curve(readers[i], &sources[i], axis, n, rand);
  g_rand_free(rand);
}

static void
free_readers(NwCurveReader **readers)
{
  for (guint i = G_N_ELEMENTS(sources); i > 0; i--)
    nw_curve_reader_free(readers[i - 1]);
}

/* In as many turns as it takes; there is something to see after the first. */
static void
test_stored(void)
{
  TestFolder *folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "history.db");
  NwRun *run = store_run(path, N_STEPS);

  for (NwCurveAxis axis = NW_CURVE_BY_EPOCH; axis <= NW_CURVE_BY_TIME; axis++) {
    NwCurveReader *readers[G_N_ELEMENTS(sources)];
    NwPlotCurve curve = {0};
    guint turns = 1;

    make_readers(run, axis, readers);
    g_assert_true(catch_up(readers, 1));
    nw_curve_reader_fill(readers[0], &curve);
    g_assert_cmpuint(curve.points.n, ==, N_STEPS);
    g_assert_cmpuint(nw_plot_trace_get_n(curve.smooth), >, 0);
    g_assert_cmpuint(nw_plot_trace_get_n(curve.smooth), <, N_STEPS);
    while (catch_up(readers, 1))
      turns++;
    g_assert_cmpuint(turns, >, 5);
    assert_all(readers, axis, N_STEPS);
    free_readers(readers);
  }
  g_object_unref(run);
  test_folder_free(folder);
}

/* A run that goes on, looked at now and then: never different from one that is looked at in the
 * end. */
static void
test_live(void)
{
  for (NwCurveAxis axis = NW_CURVE_BY_EPOCH; axis <= NW_CURVE_BY_TIME; axis++) {
    g_autoptr(NwHistory) history = history_new();
    NwRun *run = run_new(history);
    NwCurveReader *readers[G_N_ELEMENTS(sources)];
    GRand *rand = g_rand_new_with_seed(3);

    make_readers(run, axis, readers);
    for (guint k = 0; k < 40; k++) {
      append_steps(history, 1 + g_rand_int(rand) % 700);
      g_assert_false(catch_up(readers, 0));
      if (k % 13 == 0)
        assert_all(readers, axis, nw_history_get_n_steps(history));
    }
    assert_all(readers, axis, nw_history_get_n_steps(history));
    free_readers(readers);
    g_object_unref(run);
    g_rand_free(rand);
  }
}

/* Everything about one metric is under its name, whatever output or label it is of. */
static void
test_groups(void)
{
  static const NwSeries epochs[] = {
      {.name = "loss", .title = "total loss", .weight = 1},
      {.name = "a_precision", .title = "a · precision", .output = "a", .is_metric = TRUE},
      {.name = "a_precision[x]", .title = "a · precision of “x”", .output = "a", .is_metric = TRUE},
      {.name = "a_accuracy", .title = "a · accuracy", .output = "a", .is_metric = TRUE},
      {.name = "b_precision[x]", .title = "b · precision of “x”", .output = "b", .is_metric = TRUE},
      {.name = "val_b_auc",
       .title = "b · AUC",
       .output = "b",
       .is_metric = TRUE,
       .validation = TRUE},
      {.name = "b_unheard_of", .title = "b · ?", .output = "b", .is_metric = TRUE},
  };
  static const struct {
    const char *group, *title;
  } expected[] = {
      {"Loss", "all outputs"},
      {"Loss", "a · loss"},
      {"Loss", "b · loss"},
      {"Loss", "what the loss is made of"},
      {"Precision", "a · precision"},
      {"Precision", "a · precision of “x”"},
      {"Precision", "b · precision of “x”"},
      {"Accuracy", "a · accuracy"},
      {"AUC", "b · AUC"},
      {"Other metrics", "b · ?"},
      {"Training", "speed"},
      {"Training", "memory"},
  };
  g_autoptr(NwHistory) history =
      nw_history_new(step_series, N_SERIES, epochs, G_N_ELEMENTS(epochs), outputs, PER_EPOCH);
  g_autoptr(GPtrArray) choices = nw_curves_choices_list(history, FALSE);

  g_assert_cmpuint(choices->len, ==, G_N_ELEMENTS(expected));
  for (guint i = 0; i < choices->len; i++) {
    const NwCurvesChoice *choice = g_ptr_array_index(choices, i);

    g_assert_cmpstr(choice->group, ==, expected[i].group);
    g_assert_cmpstr(choice->title, ==, expected[i].title);
  }
}

#define LONG_STEPS ((gsize)10000000)

/* A day of training, as the store keeps it: drawn as wide as a screen, zoomed and moved. */
static void
test_long(void)
{
  TestFolder *folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "history.db");
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 1200, 400);
  cairo_t *cr = cairo_create(surface);
  const NwPlotTheme *theme = nw_plot_theme_get(FALSE);
  static const double widths[] = {1, 0.7, 0.3, 0.05, 0.002, 1e-4};
  NwRun *run;

  if (!g_test_perf()) {
    g_test_skip("takes a while and half a gigabyte");
    goto done;
  }
  run = store_run(path, LONG_STEPS);
  for (NwCurveAxis axis = NW_CURVE_BY_EPOCH; axis <= NW_CURVE_BY_TIME; axis++) {
    NwCurveReader *readers[3];
    NwPlotCurve curves[3] = {{0}};
    NwPlotCurves plot = {.curves = curves, .n_curves = 3, .y_low = NAN, .y_high = NAN};
    double end;

    g_test_timer_start();
    for (guint i = 0; i < 3; i++) {
      NwCurveSource source = {.name = (char *)"loss", .index = LOSS + i, .color = i};

      readers[i] = nw_curve_reader_new(run, &source, axis, 0.9, NULL);
      nw_curve_reader_catch_up(readers[i], 1);
      nw_curve_reader_fill(readers[i], &curves[i]);
      g_assert_cmpuint(curves[i].points.n, ==, LONG_STEPS);
    }
    nw_plot_curves_draw(&plot, cr, 1200, 400, theme);
    g_test_message("%.3f s until three curves of %zu steps are drawn%s", g_test_timer_elapsed(),
                   LONG_STEPS, axis == NW_CURVE_BY_TIME ? " over time" : "");
    g_test_timer_start();
    for (guint i = 0; i < 3; i++) {
      nw_curve_reader_catch_up(readers[i], 0);
      nw_curve_reader_fill(readers[i], &curves[i]);
    }
    g_test_message("%.3f s until they are smoothed", g_test_timer_elapsed());
    end = nw_plot_points_get_x(&curves[0].points, LONG_STEPS - 1);
    for (gsize w = 0; w < G_N_ELEMENTS(widths); w++)
      for (guint again = 0; again < 2; again++) {
        plot.is_zoomed = TRUE;
        plot.x_low = end * 0.3 * (1 - widths[w]);
        plot.x_high = plot.x_low + end * widths[w];
        g_test_timer_start();
        nw_plot_curves_draw(&plot, cr, 1200, 400, theme);
        g_test_message("%.1f ms to draw %g of them%s", 1000 * g_test_timer_elapsed(), widths[w],
                       again ? " again" : "");
      }
    for (guint i = 0; i < 3; i++)
      nw_curve_reader_free(readers[i]);
  }
  g_object_unref(run);
done:
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  test_folder_free(folder);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/curve-reader/a-stored-run", test_stored);
  g_test_add_func("/curve-reader/a-run-that-goes-on", test_live);
  g_test_add_func("/curve-reader/curves-are-listed-by-metric", test_groups);
  g_test_add_func("/curve-reader/ten-million-steps", test_long);
  return g_test_run();
}
