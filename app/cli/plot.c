/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-judged.h"
#include "nw-cli-project.h"

#include "nw-plot.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define WIDTH  640 /* px or pt, unless the command line says otherwise */
#define HEIGHT 480

/* Writes what is drawn to --output, in the wanted size. */
static gboolean
write_plot(const NwArgs *args, const NwPlotKind *kind, gconstpointer data, double width,
           double height, GError **error)
{
  gint64 given;

  if (nw_args_get_int(args, "width", &given))
    width = (double)given;
  if (nw_args_get_int(args, "height", &given))
    height = (double)given;
  return nw_plot_export(kind, data, nw_args_get_text(args, "output"), width, height, NULL, error);
}

/* ── loss ────────────────────────────────────────────────────────────────────────────────────── */

/* A column of history.csv as a curve; FALSE when there is none of that name. */
static gboolean
read_curve(NwTable *table, const char *name, NwPlotCurveStyle style, guint color,
           NwPlotCurve *curve)
{
  gssize column = nw_table_find(table, name);
  gsize n = nw_table_get_n_rows(table);
  double *values;

  if (column < 0 || nw_table_get_column(table, (gsize)column)->is_text)
    return FALSE;
  values = g_new(double, n);
  nw_table_get_numbers(table, (gsize)column, 0, n, values);
  *curve = (NwPlotCurve){
      .name = name,
      .color = color,
      .style = style,
      .points = {.y = values, .n = n, .x0 = 1, .dx = 1},
  };
  return TRUE;
}

static gboolean
plot_loss(const NwArgs *args, const char *source, GError **error)
{
  g_autofree char *path = g_file_test(source, G_FILE_TEST_IS_DIR)
                              ? g_build_filename(source, "history.csv", NULL)
                              : g_strdup(source);
  const char *label = nw_args_get_text(args, "label");
  g_autofree char *name = label ? g_strdup_printf("%s_loss", label) : g_strdup("loss");
  g_autofree char *validation = g_strdup_printf("val_%s", name);
  g_autoptr(NwTable) table = nw_table_read(path, NULL, error);
  NwPlotCurve curves[2];
  NwPlotCurves plot = {
      .title = name, .x_title = _("epoch"), .y_title = _("loss"), .curves = curves};
  gboolean ok;

  if (!table)
    return FALSE;
  plot.n_curves += read_curve(table, name, NW_PLOT_CURVE_LINE, 0, &curves[plot.n_curves]);
  plot.n_curves += read_curve(table, validation, NW_PLOT_CURVE_DOTTED, 1, &curves[plot.n_curves]);
  if (plot.n_curves == 0) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("%s has no column “%s”"), path, name);
    return FALSE;
  }
  ok = write_plot(args, &nw_plot_curves_kind, &plot, WIDTH, HEIGHT, error);
  for (guint i = 0; i < plot.n_curves; i++)
    g_free((gpointer)curves[i].points.y);
  return ok;
}

/* ── reliability and probabilities ───────────────────────────────────────────────────────────── */

static gboolean
plot_reliability(const NwArgs *args, const char *source, GError **error)
{
  g_autoptr(NwCliJudged) judged = nw_cli_judged_read(args, source, TRUE, error);
  NwBin bins[NW_MAX_BINS];
  g_autofree char *subtitle = NULL;
  NwPlotReliability plot;
  gint64 n_bins;

  if (!judged)
    return FALSE;
  n_bins = judged->is_confidence ? NW_CONFIDENCE_BINS : NW_LABEL_BINS;
  nw_args_get_int(args, "bins", &n_bins);
  nw_reliability_equal_width(judged->p, judged->y, judged->n, judged->edges, (guint)n_bins, bins);
  subtitle =
      g_strdup_printf(judged->are_steps ? _("%zu steps · ECE %.4f") : _("%zu samples · ECE %.4f"),
                      judged->n, nw_ece(bins, (guint)n_bins));
  plot = (NwPlotReliability){
      .title = judged->name,
      .subtitle = subtitle,
      .x_title = judged->is_confidence ? _("confidence") : _("predicted probability"),
      .bins = bins,
      .n_bins = (guint)n_bins,
  };
  return write_plot(args, &nw_plot_reliability_kind, &plot, HEIGHT, HEIGHT, error);
}

static gboolean
plot_probabilities(const NwArgs *args, const char *source, GError **error)
{
  g_autoptr(NwCliJudged) judged = nw_cli_judged_read(args, source, FALSE, error);
  guint counts[2][NW_HISTOGRAM_BINS] = {{0}};
  NwPlotProbabilityClass classes[2] = {{_("no"), counts[0]}, {_("yes"), counts[1]}};
  g_autofree char *subtitle = NULL;
  NwPlotProbabilities plot;

  if (!judged)
    return FALSE;
  for (gsize i = 0; i < judged->n; i++)
    counts[judged->y[i] > 0.5]
          [MIN((guint)(judged->p[i] * NW_HISTOGRAM_BINS), NW_HISTOGRAM_BINS - 1)]++;
  subtitle = g_strdup_printf(judged->are_steps ? _("%zu steps") : _("%zu samples"), judged->n);
  plot = (NwPlotProbabilities){
      .title = judged->name,
      .subtitle = subtitle,
      .classes = classes,
      .n_classes = 2,
      .n_bins = NW_HISTOGRAM_BINS,
  };
  return write_plot(args, &nw_plot_probabilities_kind, &plot, WIDTH, HEIGHT, error);
}

/* ── graph ───────────────────────────────────────────────────────────────────────────────────── */

static gboolean
plot_graph(const NwArgs *args, const char *source, GError **error)
{
  g_autoptr(NwProject) project = nw_project_load(source, error);
  g_autofree char *title = g_filename_display_basename(source);
  g_autoptr(NwModelDrawing) drawing = NULL;
  NwPlotGraph plot;
  double width, height;

  if (!project)
    return FALSE;
  drawing = nw_model_drawing_new(nw_project_get_graph(project));
  plot = *nw_model_drawing_get_plot(drawing);
  plot.title = title;
  nw_plot_graph_get_size(&plot, nw_plot_theme_get(FALSE), &width, &height);
  return write_plot(args, &nw_plot_graph_kind, &plot, width, height, error);
}

/* ── sweeps ──────────────────────────────────────────────────────────────────────────────────── */

/* The sweep that --label names, else the only one there is. (transfer full) */
static NwSweepRun *
load_sweep(const NwArgs *args, const char *source, GError **error)
{
  g_autofree char *runs = nw_place_dup_runs(source, NULL);
  g_auto(GStrv) names = nw_sweep_list(runs);
  const char *name = nw_args_get_text(args, "label");
  g_autofree char *all = NULL;

  if (name == NULL && g_strv_length(names) == 1)
    name = names[0];
  if (name != NULL)
    return nw_sweep_run_load(runs, name, error);
  all = g_strjoinv(", ", names);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              *all ? _("%s has several sweeps; choose one of them with --label: %s")
                   : _("%s has no sweeps yet%s"),
              source, all);
  return NULL;
}

static gboolean
plot_sweep(const NwArgs *args, const char *source, GError **error)
{
  g_autoptr(NwSweepRun) run = load_sweep(args, source, error);
  g_autoptr(NwSweepDrawing) drawing = run ? nw_sweep_drawing_new(run) : NULL;
  const NwPlotParallel *plot = drawing ? nw_sweep_drawing_get_parallel(drawing) : NULL;

  return plot && write_plot(args, &nw_plot_parallel_kind, plot, MAX(WIDTH, 150.0 * plot->n_axes),
                            HEIGHT, error);
}

static gboolean
plot_sweep_sizes(const NwArgs *args, const char *source, GError **error)
{
  g_autoptr(NwSweepRun) run = load_sweep(args, source, error);
  g_autoptr(NwSweepDrawing) drawing = run ? nw_sweep_drawing_new(run) : NULL;

  return drawing && write_plot(args, &nw_plot_scatter_kind, nw_sweep_drawing_get_scatter(drawing),
                               WIDTH, HEIGHT, error);
}

/* ── the command ─────────────────────────────────────────────────────────────────────────────── */

static const struct {
  const char *what;
  gboolean (*plot)(const NwArgs *args, const char *source, GError **error);
} plots[] = {
    {"loss", plot_loss},
    {"reliability", plot_reliability},
    {"probabilities", plot_probabilities},
    {"graph", plot_graph},
    {"sweep", plot_sweep},
    {"sweep-sizes", plot_sweep_sizes},
};

static NwExit
run(const NwArgs *args, GError **error)
{
  static const char *const suffixes[] = {".svg", ".png", ".pdf", ".csv"};
  const char *what = nw_args_get_operand(args, 0), *path = nw_args_get_text(args, "output");
  gboolean known = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
    known |= g_str_has_suffix(path, suffixes[i]);
  if (!known) {
    g_set_error(error, NW_USAGE, 0, _("--output %s: the name must end in .svg, .png, .pdf or .csv"),
                path);
    return NW_EXIT_USAGE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(plots); i++)
    if (g_str_equal(plots[i].what, what))
      return plots[i].plot(args, nw_args_get_file(args), error) ? NW_EXIT_DONE : NW_EXIT_INPUT;
  g_set_error(
      error, NW_USAGE, 0,
      _("plot draws loss, reliability, probabilities, graph, sweep or sweep-sizes, not “%s”"),
      what);
  return NW_EXIT_USAGE;
}

static const NwOption options[] = {
    {"output", 'o', NW_OPTION_TEXT, "OUT", N_("Where to write: .svg, .png, .pdf, or .csv"),
     .required = TRUE},
    {"weights", 'w', NW_OPTION_TEXT, "WEIGHTS", N_("Trained weights, when SOURCE is a project")},
    NW_OPTION_SPLIT,
    {"label", 0, NW_OPTION_TEXT, "NAME",
     N_("Which output or class (the worst calibrated one; of a loss: the total), or sweep")},
    NW_OPTION_TASK,
    {"bins", 0, NW_OPTION_INT, "M", N_("Bins of the reliability diagram"), 1, NW_MAX_BINS},
    {"width", 0, NW_OPTION_INT, "PX", N_("Width of the drawing"), 16, 16384},
    {"height", 0, NW_OPTION_INT, "PX", N_("Height of the drawing"), 16, 16384},
    NW_OPTION_DATA,
    NW_OPTION_SET,
    NW_OPTION_THREADS,
    {NULL},
};

const NwCommand nw_command_plot = {
    .name = "plot",
    .summary = N_("Draws curves, diagrams and the network"),
    .operands = "WHAT SOURCE",
    .min_operands = 2,
    .max_operands = 2,
    .options = options,
    .details =
        N_("WHAT: loss (SOURCE: the folder of a run, or its history.csv), reliability and "
           "probabilities\n(predictions as “score” reads them, or a project with --weights), "
           "graph (a project), sweep and sweep-sizes (a project with a sweep, --label: its name)."),
    .run = run,
};
