/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Plots without a display. */
#include "nw-plot.h"
#include "nw-error.h"
#include "plot-examples.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* ── scales ──────────────────────────────────────────────────────────────────────────────────── */

static NwPlotTicks
ticks_of(double low, double high, gboolean log, NwPlotFormat format, double length, double room)
{
  NwPlotScale scale = nw_plot_scale_new(low, high, log, format);
  NwPlotTicks ticks;

  scale.from = 0;
  scale.to = length;
  nw_plot_scale_find_ticks(&scale, room, &ticks);
  return ticks;
}

static void
assert_labels(const NwPlotTicks *ticks, const char *expected)
{
  g_autoptr(GString) labels = g_string_new(NULL);

  for (guint i = 0; i < ticks->n_major; i++)
    g_string_append_printf(labels, "%s%s", i > 0 ? " | " : "", ticks->major[i].label);
  g_assert_cmpstr(labels->str, ==, expected);
}

static void
test_linear_ticks(void)
{
  static const struct {
    double low, high;
    NwPlotFormat format;
    const char *labels;
  } cases[] = {
      {0, 1, NW_PLOT_NUMBER, "0 | 0.2 | 0.4 | 0.6 | 0.8 | 1.0"},
      {0, 1, NW_PLOT_PERCENT,
       "0\u202f% | 20\u202f% | 40\u202f% | 60\u202f% | 80\u202f% | 100\u202f%"},
      {-0.43, 0.46, NW_PLOT_NUMBER, "−0.4 | −0.2 | 0 | 0.2 | 0.4"},
      {0, 5, NW_PLOT_WHOLE, "0 | 1 | 2 | 3 | 4 | 5"},
      {0, 2, NW_PLOT_WHOLE, "0 | 1 | 2"},
      {0, 12000, NW_PLOT_NUMBER, "0 | 5\u202f000 | 10\u202f000"},
      {0, 4e7, NW_PLOT_NUMBER, "0 | 10⁷ | 2·10⁷ | 3·10⁷ | 4·10⁷"},
      {0, 5e-5, NW_PLOT_NUMBER, "0 | 10⁻⁵ | 2·10⁻⁵ | 3·10⁻⁵ | 4·10⁻⁵ | 5·10⁻⁵"},
      {0.12345, 0.12349, NW_PLOT_NUMBER, "0.12345 | 0.12346 | 0.12347 | 0.12348 | 0.12349"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    NwPlotTicks ticks = ticks_of(cases[i].low, cases[i].high, FALSE, cases[i].format, 300, 55);
    assert_labels(&ticks, cases[i].labels);
  }
}

static void
test_log_ticks(void)
{
  static const struct {
    double low, high, length;
    const char *labels;
  } cases[] = {
      {0.05, 1, 300, "0.05 | 0.1 | 0.2 | 0.5 | 1"},
      {0.001, 1000, 300, "0.001 | 0.01 | 0.1 | 1 | 10 | 100 | 1\u202f000"},
      {1e-12, 1, 300, "10⁻¹² | 10⁻¹⁰ | 10⁻⁸ | 10⁻⁶ | 0.0001 | 0.01 | 1"},
      {0.11, 0.19, 300, "0.12 | 0.14 | 0.16 | 0.18"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    NwPlotTicks ticks =
        ticks_of(cases[i].low, cases[i].high, TRUE, NW_PLOT_NUMBER, cases[i].length, 45);
    assert_labels(&ticks, cases[i].labels);
  }
}

static void
test_ticks_are_apart(void)
{
  GRand *rand = g_rand_new_with_seed(11);

  for (guint i = 0; i < 4000; i++) {
    gboolean log = i % 2;
    double low = pow(10, g_rand_double_range(rand, -8, 8));
    double high = low * (1 + pow(10, g_rand_double_range(rand, -6, 6)));
    double length = g_rand_double_range(rand, 30, 1500), room = 40;
    NwPlotScale scale = nw_plot_scale_new(log ? low : low - high / 3, high, log, i % 3);
    NwPlotTicks ticks;

    scale.to = length;
    nw_plot_scale_find_ticks(&scale, room, &ticks);
    for (guint k = 0; k < ticks.n_major; k++) {
      double at = nw_plot_scale_map(&scale, ticks.major[k].value);

      g_assert_cmpfloat(at, >=, -0.01);
      g_assert_cmpfloat(at, <=, length + 0.01);
      g_assert_true(g_utf8_validate(ticks.major[k].label, -1, NULL));
      if (k > 0)
        g_assert_cmpfloat(at - nw_plot_scale_map(&scale, ticks.major[k - 1].value), >=,
                          room * 0.99);
      if (k > 0)
        g_assert_cmpstr(ticks.major[k].label, !=, ticks.major[k - 1].label);
    }
  }
  g_rand_free(rand);
}

static void
test_scale_inverse(void)
{
  for (guint log = 0; log < 2; log++) {
    NwPlotScale scale = nw_plot_scale_new(0.02, 7, log, NW_PLOT_NUMBER);

    scale.from = 300;
    scale.to = 10;
    for (double v = 0.02; v < 7; v += 0.1)
      g_assert_cmpfloat_with_epsilon(nw_plot_scale_unmap(&scale, nw_plot_scale_map(&scale, v)), v,
                                     1e-9);
  }
}

static void
test_numbers(void)
{
  static const struct {
    double value;
    const char *text;
  } cases[] = {{0, "0"},         {0.07124, "0.0712"},    {0.981, "0.981"},     {6, "6"},
               {12.345, "12.3"}, {41200, "41\u202f200"}, {-3.5, "−3.50"},      {2e-7, "2.00·10⁻⁷"},
               {NAN, "–"},       {INFINITY, "–"},        {1e300, "1.00·10³⁰⁰"}};

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = nw_plot_format_value(cases[i].value);
    g_assert_cmpstr(text, ==, cases[i].text);
  }
}

/* ── drawing ─────────────────────────────────────────────────────────────────────────────────── */

static cairo_surface_t *
draw(const NwPlotKind *kind, gconstpointer data, int width, int height, const NwPlotTheme *theme)
{
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create(surface);

  kind->draw(data, cr, width, height, theme);
  g_assert_cmpint(cairo_status(cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  g_assert_cmpint(cairo_surface_status(surface), ==, CAIRO_STATUS_SUCCESS);
  return surface;
}

static guint32
pixel(cairo_surface_t *surface, int x, int y)
{
  const guint8 *data = cairo_image_surface_get_data(surface);

  return ((const guint32 *)(data + y * cairo_image_surface_get_stride(surface)))[x] & 0xffffff;
}

static guint
count_colors(cairo_surface_t *surface)
{
  g_autoptr(GHashTable) colors = g_hash_table_new(NULL, NULL);

  for (int y = 0; y < cairo_image_surface_get_height(surface); y++)
    for (int x = 0; x < cairo_image_surface_get_width(surface); x++)
      g_hash_table_add(colors, GUINT_TO_POINTER(pixel(surface, x, y)));
  return g_hash_table_size(colors);
}

static const struct {
  int width, height;
} sizes[] = {{1, 1}, {8, 8}, {24, 200}, {120, 90}, {300, 40}, {420, 300}, {1400, 900}};

static void
draw_all(const PlotExample *example)
{
  for (; example->name != NULL; example++)
    for (guint s = 0; s < G_N_ELEMENTS(sizes); s++)
      for (guint dark = 0; dark < 2; dark++) {
        const NwPlotTheme *theme = nw_plot_theme_get(dark);
        int width = sizes[s].width, height = sizes[s].height;
        cairo_surface_t *surface = draw(example->kind, example->data, width, height, theme);
        cairo_t *cr = cairo_create(surface);

        /* Read-outs and marks all over it. */
        for (double y = -3; y < height + 6; y += MAX(height / 4.0, 3))
          for (double x = -3; x < width + 6; x += MAX(width / 4.0, 3)) {
            if (example->kind->read_out != NULL)
              g_free(example->kind->read_out(example->data, x, y, width, height, theme));
            if (example->kind->highlight != NULL)
              example->kind->highlight(example->data, cr, x, y, width, height, theme);
            if (example->kind->hit != NULL)
              example->kind->hit(example->data, x, y, width, height, theme);
          }
        g_assert_cmpint(cairo_status(cr), ==, CAIRO_STATUS_SUCCESS);
        cairo_destroy(cr);
        cairo_surface_destroy(surface);
      }
}

static void
test_examples_draw(void)
{
  draw_all(plot_examples_get());
}

static void
test_hostile_draw(void)
{
  draw_all(plot_examples_get_hostile());
}

static void
test_never_blank(void)
{
  for (const PlotExample *e = plot_examples_get(); e->name != NULL; e++)
    for (guint dark = 0; dark < 2; dark++) {
      cairo_surface_t *surface = draw(e->kind, e->data, 420, 300, nw_plot_theme_get(dark));
      g_assert_cmpuint(count_colors(surface), >, 2);
      cairo_surface_destroy(surface);
    }
}

static void
test_described(void)
{
  const PlotExample *lists[] = {plot_examples_get(), plot_examples_get_hostile()};

  for (guint l = 0; l < 2; l++)
    for (const PlotExample *e = lists[l]; e->name != NULL; e++) {
      g_autofree char *words = e->kind->describe(e->data), *csv = NULL;

      g_assert_cmpuint(strlen(words), >, 4);
      g_assert_true(g_utf8_validate(words, -1, NULL));
      g_assert_null(strstr(words, "nan"));
      g_assert_null(strstr(words, "inf"));
      if (g_str_has_prefix(e->name, "curves-million"))
        continue;
      csv = nw_plot_to_csv(e->kind, e->data);
      g_assert_nonnull(strchr(csv, '\n'));
      g_assert_null(strstr(csv, "nan"));
    }
}

static void
test_ends_of_curves(void)
{
  const double x[] = {1, 2, 3}, y[] = {0.81, 0.2, 0.07};
  const NwPlotCurve curve = {.name = "validation loss", .points = {.x = x, .y = y, .n = 3}};
  const NwPlotCurves data = {
      .curves = &curve, .n_curves = 1, .x_title = "epoch", .has_mark = TRUE, .mark = 3};
  g_autofree char *words = nw_plot_curves_describe(&data);

  g_assert_cmpstr(words, ==, "validation loss fell from 0.810 to 0.0700, best at epoch 3");
}

/* Who cannot see the list beside the curves hears what they are of. */
static void
test_about_of_curves(void)
{
  const double y[] = {0.5, 0.9};
  const NwPlotCurve curve = {.name = "train", .points = {.y = y, .n = 2, .dx = 1}};
  const NwPlotCurves data = {.curves = &curve, .n_curves = 1, .about = "digit · accuracy"};
  const NwPlotCurves none = {.about = "digit · accuracy", .empty = "Nothing yet"};
  g_autofree char *words = nw_plot_curves_describe(&data);
  g_autofree char *nothing = nw_plot_curves_describe(&none);

  g_assert_cmpstr(words, ==, "digit · accuracy: train rose from 0.500 to 0.900");
  g_assert_cmpstr(nothing, ==, "Nothing yet");
}

/* The wheel zooms about the pointer, moves, and stops where there are no more points. */
static void
test_scroll_of_curves(void)
{
  const NwPlotTheme *theme = nw_plot_theme_get(FALSE);
  double y[1001], low, high, low2, high2;
  NwPlotCurve curve = {.name = "a", .points = {.y = y, .n = 1001, .x0 = 0, .dx = 1}};
  NwPlotCurves data = {.curves = &curve, .n_curves = 1, .y_low = NAN, .y_high = NAN};

  for (guint i = 0; i < 1001; i++)
    y[i] = i;
  for (guint log = 0; log < 2; log++) {
    data.log_x = log;
    curve.points.x0 = log;
    data.is_zoomed = FALSE;
    g_assert_false(nw_plot_curves_scroll(&data, 200, 1, 50, 400, 300, theme, &low, &high));
    g_assert_true(nw_plot_curves_scroll(&data, 200, 0.5, 0, 400, 300, theme, &low, &high));
    g_assert_cmpfloat(low, >, log);
    g_assert_cmpfloat(high, <, 1000);
    data.is_zoomed = TRUE;
    data.x_low = low;
    data.x_high = high;
    g_assert_true(nw_plot_curves_scroll(&data, 200, 1, 30, 400, 300, theme, &low2, &high2));
    g_assert_cmpfloat(low2, >, low);
    g_assert_cmpfloat_with_epsilon(log ? high2 / low2 : high2 - low2, log ? high / low : high - low,
                                   1e-6);
    g_assert_true(nw_plot_curves_scroll(&data, 200, 1, 1e6, 400, 300, theme, &low2, &high2));
    g_assert_cmpfloat_with_epsilon(high2, 1000 + log, 1e-6);
    g_assert_true(nw_plot_curves_scroll(&data, 200, 1, -1e6, 400, 300, theme, &low2, &high2));
    g_assert_cmpfloat_with_epsilon(low2, log, 1e-6);
    g_assert_true(nw_plot_curves_scroll(&data, 200, 1e-12, 0, 400, 300, theme, &low2, &high2));
    g_assert_cmpfloat(high2, >, low2);
    g_assert_false(nw_plot_curves_scroll(&data, 200, 100, 0, 400, 300, theme, &low2, &high2));
  }
}

/* With bins whose frequency equals their mean prediction the tops of the bars lie on the diagonal
 * and no gap is drawn. */
static void
test_calibrated_bars(void)
{
  const NwPlotTheme *theme = nw_plot_theme_get(FALSE);
  NwPlotRect plot = {0, 0, 200, 200};
  NwBin bins[10];
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 200, 200);
  cairo_t *cr = cairo_create(surface);
  guint32 bar = 0;

  for (guint i = 0; i < 10; i++)
    bins[i] = (NwBin){i / 10.0, (i + 1) / 10.0, 100, (i + 0.5) / 10, (i + 0.5) / 10, NAN, NAN};
  nw_plot_reliability_draw_bars(cr, bins, 10, &plot, FALSE, theme);
  cairo_surface_flush(surface);
  for (guint i = 0; i < 10; i++) {
    int x = 20 * i + 3, top = 0; /* left of where the diagonal crosses the top */

    while (top < 199 && pixel(surface, x, top) == 0)
      top++;
    while (top < 199 && pixel(surface, x, top) != pixel(surface, x, 199))
      top++;
    g_assert_cmpint(ABS(top - (200 - (20 * (int)i + 10))), <=, 1);
    bar = pixel(surface, x, 198);
  }
  g_assert_cmphex(bar, ==, 0x66a3ec);
  for (int y = 0; y < 200; y++)
    for (int x = 0; x < 200; x++) {
      g_assert_cmphex(pixel(surface, x, y), !=, 0xf7cccf);
      g_assert_cmphex(pixel(surface, x, y), !=, 0x7f7fbe);
    }
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
}

static void
test_gap_colors(void)
{
  const NwPlotTheme *theme = nw_plot_theme_get(FALSE);
  NwPlotRect plot = {0, 0, 200, 200};
  const NwBin bins[] = {{0, 0.5, 10, 0.25, 0.45, NAN, NAN}, {0.5, 1, 10, 0.75, 0.35, NAN, NAN}};
  const NwBin none[] = {{0, 0.5, 0, NAN, NAN, NAN, NAN}, {0.5, 1, 0, NAN, NAN, NAN, NAN}};
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 200, 200);
  cairo_t *cr = cairo_create(surface);

  nw_plot_reliability_draw_bars(cr, none, 2, &plot, TRUE, theme);
  cairo_surface_flush(surface);
  g_assert_cmphex(pixel(surface, 50, 195), ==, 0); /* an empty bin is nothing */
  nw_plot_reliability_draw_bars(cr, bins, 2, &plot, FALSE, theme);
  cairo_surface_flush(surface);
  g_assert_cmphex(pixel(surface, 20, 170), ==, 0x66a3ec);
  g_assert_cmphex(pixel(surface, 20, 130), ==, 0x7f7fbe); /* happened more than predicted */
  g_assert_cmphex(pixel(surface, 190, 170), ==, 0x66a3ec);
  g_assert_cmphex(pixel(surface, 190, 100), ==, 0xf7cccf); /* predicted more than happened */
  g_assert_cmphex(pixel(surface, 20, 100), ==, 0);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
}

static void
test_hits(void)
{
  const NwPlotTheme *theme = nw_plot_theme_get(FALSE);
  NwPlotTile tiles[200];
  NwPlotHeatmap map = {.tiles = tiles, .n_tiles = 200};
  gboolean found[200] = {FALSE};
  guint n_found = 0;

  for (guint i = 0; i < 200; i++)
    tiles[i] = (NwPlotTile){"a", NULL, i / 200.0, FALSE};
  for (double y = 0.5; y < 300; y++)
    for (double x = 0.5; x < 420; x++) {
      int i = nw_plot_heatmap_hit(&map, x, y, 420, 300, theme);
      g_assert_cmpint(i, <, 200);
      if (i >= 0 && !found[i]) {
        found[i] = TRUE;
        g_assert_cmpint(i, ==, n_found == 0 ? 0 : i);
        n_found++;
      }
    }
  g_assert_cmpuint(n_found, ==, 200);
}

static void
test_drag_and_find(void)
{
  const NwPlotTheme *theme = nw_plot_theme_get(FALSE);
  const double y[] = {5, 4, 3, 2, 1};
  const NwPlotCurve curve = {.name = "a", .points = {.y = y, .n = 5, .dx = 1}};
  const NwPlotCurves data = {.curves = &curve, .n_curves = 1};
  double x_low, x_high, y_low, y_high;
  gssize index;

  g_assert_true(nw_plot_curves_drag(&data, 150, 100, 250, 180, 400, 300, theme, &x_low, &x_high,
                                    &y_low, &y_high));
  g_assert_cmpfloat(x_low, <, x_high);
  g_assert_cmpfloat(y_low, <, y_high);
  g_assert_cmpfloat(x_low, >, 0);
  g_assert_cmpfloat(x_high, <, 4);
  g_assert_false(nw_plot_curves_drag(&data, 150, 100, 152, 101, 400, 300, theme, &x_low, &x_high,
                                     &y_low, &y_high));
  g_assert_true(nw_plot_curves_find(&data, 386, 150, 400, 300, theme, &index));
  g_assert_cmpint(index, ==, 4);
  g_assert_false(nw_plot_curves_find(&data, 2, 2, 400, 300, theme, &index));
  g_assert_cmpint(nw_plot_curves_hit_legend(&data, 20, 12, 400, 300, theme), ==, 0);
  g_assert_cmpint(nw_plot_curves_hit_legend(&data, 300, 200, 400, 300, theme), ==, -1);
}

/* ── files ───────────────────────────────────────────────────────────────────────────────────── */

static char *
read_file(const char *path, gsize *length)
{
  g_autoptr(GError) error = NULL;
  char *content = NULL;

  g_file_get_contents(path, &content, length, &error);
  g_assert_no_error(error);
  return content;
}

static const PlotExample *
find_example(const char *name)
{
  for (const PlotExample *e = plot_examples_get(); e->name != NULL; e++)
    if (g_str_equal(e->name, name))
      return e;
  g_assert_not_reached();
}

static void
test_export(void)
{
  static const struct {
    const char *ending, *magic;
  } formats[] = {
      {"svg", "<?xml"}, {"pdf", "%PDF-"}, {"png", "\x89PNG\r\n"}, {"csv", "curve,epoch"}};
  g_autofree char *folder = g_dir_make_tmp("nw-plot-XXXXXX", NULL);
  g_autofree char *tool = g_find_program_in_path("pdftotext");
  const PlotExample *e = find_example("curves");

  for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
    g_autofree char *path = g_strdup_printf("%s/plot.%s", folder, formats[i].ending);
    g_autofree char *content = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;

    nw_plot_export(e->kind, e->data, path, 420, 300, NULL, &error);
    g_assert_no_error(error);
    content = read_file(path, &length);
    g_assert_cmpuint(length, >, 500);
    g_assert_cmpmem(content, strlen(formats[i].magic), formats[i].magic, strlen(formats[i].magic));
    if (tool != NULL && g_str_equal(formats[i].ending, "pdf")) {
      char *argv[] = {tool, path, (char *)"-", NULL};
      g_autofree char *text = NULL;

      g_spawn_sync(NULL, argv, NULL, 0, NULL, NULL, &text, NULL, NULL, &error);
      g_assert_no_error(error);
      g_assert_nonnull(strstr(text, "Loss"));
      g_assert_nonnull(strstr(text, "validation"));
    }
    g_unlink(path);
  }
  g_assert_cmpint(g_rmdir(folder), ==, 0); /* no temporary file is left */
}

static void
test_export_faults(void)
{
  g_autofree char *folder = g_dir_make_tmp("nw-plot-XXXXXX", NULL);
  const PlotExample *e = find_example("bars");
  const char *const names[] = {"plot.gif", "plot", "no/such/folder/plot.png", "plot.png"};

  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL);
    g_autoptr(GError) error = NULL;
    double width = i == 3 ? 1e9 : 300;

    g_assert_false(nw_plot_export(e->kind, e->data, path, width, 200, NULL, &error));
    g_assert_nonnull(error);
    g_assert_true(error->domain == NW_ERROR);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
  }
  g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void
test_csv_quotes(void)
{
  g_autoptr(GString) out = g_string_new(NULL);

  nw_plot_csv_text(out, "a \"b\", c");
  g_string_append_c(out, ',');
  nw_plot_csv_number(out, 0.1);
  g_string_append_c(out, ',');
  nw_plot_csv_number(out, 1.0 / 3);
  g_string_append_c(out, ',');
  nw_plot_csv_number(out, INFINITY);
  g_assert_cmpstr(out->str, ==, "\"a \"\"b\"\", c\",0.1,0.33333333333333331,");
}

/* ── parallel coordinates ────────────────────────────────────────────────────────────────────── */

static const NwPlotParallelAxis three_axes[] = {{.name = "units"}, {.name = "rate", .log = TRUE},
                                                {.name = "loss"}};
static const char *const three_names[] = {"trial 1", "trial 2", "trial 3"};
static const double three_values[] = {1, 0.001, 3, 2, 0.01, 1, 3, 0.1, NAN};

static void
test_parallel(void)
{
  const NwPlotTheme *theme = nw_plot_theme_get(FALSE);
  NwPlotParallelAxis axes[] = {three_axes[0], three_axes[1], three_axes[2]};
  NwPlotParallel plot = {.title = "t",
                         .axes = axes,
                         .n_axes = 3,
                         .names = three_names,
                         .values = three_values,
                         .n_lines = 3,
                         .judge = 2,
                         .best = 1};
  guint axis, found[3] = {0};
  double value;
  g_autofree char *words = NULL, *brushed = NULL, *csv = NULL;

  for (double y = 0; y < 300; y++)
    for (double x = 0; x < 600; x += 3) {
      int line = nw_plot_parallel_hit(&plot, x, y, 600, 300, theme);

      g_assert_cmpint(line, <, 3);
      if (line >= 0)
        found[line]++;
    }
  g_assert_true(found[0] > 0 && found[1] > 0 && found[2] > 0);
  /* The ends of an axis are what it spans; the nearest axis is found. */
  g_assert_true(nw_plot_parallel_find_axis(&plot, 0, 0, 600, 300, theme, &axis, &value));
  g_assert_cmpuint(axis, ==, 0);
  g_assert_cmpfloat(value, ==, 3);
  g_assert_true(nw_plot_parallel_find_axis(&plot, 300, 300, 600, 300, theme, &axis, &value));
  g_assert_cmpuint(axis, ==, 1);
  g_assert_cmpfloat_with_epsilon(value, 0.001, 1e-12);

  words = nw_plot_parallel_describe(&plot);
  g_assert_cmpstr(words, ==,
                  "3 lines over 3 axes; the best is trial 2: units 2, rate 0.0100, loss 1");
  axes[0].is_brushed = TRUE;
  axes[0].low = 1.5;
  axes[0].high = 2.5;
  g_assert_true(nw_plot_parallel_is_in(&plot, 1));
  g_assert_false(nw_plot_parallel_is_in(&plot, 0) || nw_plot_parallel_is_in(&plot, 2));
  brushed = nw_plot_parallel_describe(&plot);
  g_assert_nonnull(strstr(brushed, ", 1 within the brushed ranges; "));
  for (double y = 0; y < 300; y++)
    g_assert_cmpint(nw_plot_parallel_hit(&plot, 200, y, 600, 300, theme), !=, 0);
  csv = nw_plot_to_csv(&nw_plot_parallel_kind, &plot);
  g_assert_cmpstr(csv, ==,
                  "name,units,rate,loss\ntrial 1,1,0.001,3\ntrial 2,2,0.01,1\ntrial 3,3,0.1,\n");
}

static void
test_scatter(void)
{
  const NwPlotTheme *theme = nw_plot_theme_get(FALSE);
  const NwPlotScatterItem items[] = {{"trial 1", 10, 0.5, 0.1}, {"trial 2", 1000, 0.25, NAN},
                                     {"trial 3", 100, NAN, 0.2}};
  const NwPlotScatter plot = {.x_title = "size",
                              .y_title = "loss",
                              .z_title = "ECE",
                              .x_log = TRUE,
                              .z_percent = TRUE,
                              .items = items,
                              .n_items = 3,
                              .best = 1};
  g_autofree char *words = nw_plot_scatter_describe(&plot);
  gboolean found[3] = {FALSE};

  g_assert_cmpstr(words, ==,
                  "loss over size of 2 items; the best is trial 2 with 0.250 and 1\u202f000");
  for (double y = 0; y < 300; y += 2)
    for (double x = 0; x < 400; x += 2) {
      int i = nw_plot_scatter_hit(&plot, x, y, 400, 300, theme);
      g_autofree char *note = nw_plot_scatter_read_out(&plot, x, y, 400, 300, theme);

      g_assert_cmpint(i < 0, ==, note == NULL);
      if (i < 0)
        continue;
      found[i] = TRUE;
      g_assert_true(g_str_has_prefix(note, items[i].name));
    }
  g_assert_true(found[0] && found[1] && !found[2]);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/plot/scale/linear-ticks-are-round", test_linear_ticks);
  g_test_add_func("/plot/scale/log-ticks-are-round", test_log_ticks);
  g_test_add_func("/plot/scale/ticks-lie-inside-and-apart", test_ticks_are_apart);
  g_test_add_func("/plot/scale/unmap-undoes-map", test_scale_inverse);
  g_test_add_func("/plot/text/numbers-are-for-people", test_numbers);
  g_test_add_func("/plot/text/csv-quotes-and-round-trips", test_csv_quotes);
  g_test_add_func("/plot/draw/every-kind-at-every-size-in-light-and-dark", test_examples_draw);
  g_test_add_func("/plot/draw/survives-nothing-one-nan-and-huge", test_hostile_draw);
  g_test_add_func("/plot/draw/is-never-blank", test_never_blank);
  g_test_add_func("/plot/words/every-kind-describes-itself", test_described);
  g_test_add_func("/plot/words/curves-say-where-they-began-and-ended", test_ends_of_curves);
  g_test_add_func("/plot/curves/say-what-they-are-of", test_about_of_curves);
  g_test_add_func("/plot/curves/the-wheel-stops-at-their-ends", test_scroll_of_curves);
  g_test_add_func("/plot/reliability/calibrated-bars-end-on-the-diagonal", test_calibrated_bars);
  g_test_add_func("/plot/reliability/gaps-show-their-direction", test_gap_colors);
  g_test_add_func("/plot/heatmap/every-tile-can-be-hit", test_hits);
  g_test_add_func("/plot/curves/drag-zooms-and-pointer-finds", test_drag_and_find);
  g_test_add_func("/plot/parallel/lines-are-met-and-brushed", test_parallel);
  g_test_add_func("/plot/scatter/dots-are-met", test_scatter);
  g_test_add_func("/plot/export/files-are-what-they-claim", test_export);
  g_test_add_func("/plot/export/faults-are-sentences-and-leave-nothing", test_export_faults);
  return g_test_run();
}
