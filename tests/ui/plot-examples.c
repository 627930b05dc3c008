/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "plot-examples.h"

#include "nw-scores.h"

#include <math.h>

#define MAX_EXAMPLES 64
#define N_STEPS      3000
#define N_DENSE      1000000
#define N_EPOCHS     7
#define N_OUTPUTS    200

static PlotExample examples[MAX_EXAMPLES], hostile[MAX_EXAMPLES];
static guint n_examples, n_hostile;

static void
add(const char *name, const NwPlotKind *kind, gconstpointer data)
{
  g_assert_cmpuint(n_examples, <, MAX_EXAMPLES - 1);
  examples[n_examples++] = (PlotExample){name, kind, data};
}

static void
add_hostile(const char *name, const NwPlotKind *kind, gconstpointer data)
{
  g_assert_cmpuint(n_hostile, <, MAX_EXAMPLES - 1);
  hostile[n_hostile++] = (PlotExample){name, kind, data};
}

/* A struct of plain values that outlives the function that fills it in. */
#define KEEP(type, ...) g_memdup2(&(type)__VA_ARGS__, sizeof(type))

/* ── curves ──────────────────────────────────────────────────────────────────────────────────── */

static NwPlotCurve
step_curve(const char *name, guint color, gsize n, double epochs, double start, double end,
           double noise, double smoothing, GRand *rand)
{
  NwPlotTrace *raw = nw_plot_trace_new(), *smooth = nw_plot_trace_new();
  NwPlotSmoother smoother = {.weight = smoothing};

  for (gsize i = 0; i < n; i++) {
    double t = (double)i / n, y = end + (start - end) * exp(-6 * t);
    y *= exp(noise * g_rand_double_range(rand, -1, 1) *
             (g_rand_int_range(rand, 0, 50) == 0 ? 3 : 1));
    nw_plot_trace_append(raw, &y, 1);
    nw_plot_smoother_feed(&smoother, &y, 1, smooth);
  }
  return (NwPlotCurve){
      .name = name,
      .color = color,
      .points = {.n = n,
                 .x0 = epochs / n,
                 .dx = epochs / n,
                 .trace = raw},
      .smooth = smooth,
  };
}

static void
add_curves(void)
{
  static double x[N_EPOCHS], y[N_EPOCHS];
  GRand *rand = g_rand_new_with_seed(1);
  NwPlotCurve *curves = g_new0(NwPlotCurve, 3), *dense = g_new0(NwPlotCurve, 2);
  NwPlotCurve *metrics = g_new0(NwPlotCurve, 14);
  NwPlotCurves *data, *linear, *zoomed;
  static double accuracy[N_EPOCHS];
  static const char *const names[] = {"digit",
                                      "even",
                                      "at least five",
                                      "has a closed loop",
                                      "an output with a really long name",
                                      "six",
                                      "seven",
                                      "eight",
                                      "nine",
                                      "ten",
                                      "eleven",
                                      "twelve",
                                      "thirteen",
                                      "fourteen"};

  for (guint i = 0; i < N_EPOCHS; i++) {
    x[i] = i + 1;
    y[i] = 0.075 + 0.21 * exp(-0.7 * i);
    accuracy[i] = 0.98 - 0.3 * exp(-0.9 * i);
  }
  curves[0] = step_curve("train", 0, N_STEPS, 6.7, 0.66, 0.062, 0.09, 0.95, rand);
  curves[1] = (NwPlotCurve){.name = "validation",
                            .color = 1,
                            .style = NW_PLOT_CURVE_DOTTED,
                            .points = {.x = x, .y = y, .n = 6}};
  curves[2] = step_curve("early", 2, N_STEPS, 6.7, 0.45, 0.085, 0.02, 0.9, rand);
  nw_plot_trace_free((NwPlotTrace *)curves[2].points.trace);
  curves[2].points.trace = curves[2].smooth;
  curves[2].smooth = NULL;
  curves[2].style = NW_PLOT_CURVE_DASHED;
  data = KEEP(NwPlotCurves, {.title = "Loss",
                             .subtitle = "per batch, smoothed; validation after each epoch",
                             .x_title = "epoch",
                             .x_format = NW_PLOT_WHOLE,
                             .y_title = "loss (log)",
                             .curves = curves,
                             .n_curves = 3,
                             .log = TRUE,
                             .has_mark = TRUE,
                             .mark = 6,
                             .mark_label = "best"});
  add("curves-log", &nw_plot_curves_kind, data);
  linear = g_memdup2(data, sizeof *data);
  linear->log = FALSE;
  linear->y_title = "loss";
  add("curves", &nw_plot_curves_kind, linear);
  zoomed = g_memdup2(data, sizeof *data);
  zoomed->is_zoomed = TRUE;
  zoomed->x_low = 2.2;
  zoomed->x_high = 2.9;
  zoomed->y_low = 0.11;
  zoomed->y_high = 0.19;
  add("curves-zoom", &nw_plot_curves_kind, zoomed);

  dense[0] = step_curve("train", 0, N_DENSE, 100, 2.3, 0.05, 0.4, 0.9995, rand);
  dense[1] = step_curve("digit · kernel L2", 2, N_DENSE, 100, 0.3, 0.01, 0.001, 0.9, rand);
  nw_plot_trace_free((NwPlotTrace *)dense[1].smooth);
  dense[1].smooth = NULL;
  add("curves-million", &nw_plot_curves_kind,
      KEEP(NwPlotCurves, {.title = "Loss of a million batches",
                          .x_title = "epoch",
                          .y_title = "loss (log)",
                          .curves = dense,
                          .n_curves = 2,
                          .log = TRUE}));
  for (guint i = 0; i < 14; i++)
    metrics[i] = (NwPlotCurve){.name = names[i],
                               .color = i,
                               .style = NW_PLOT_CURVE_DOTTED,
                               .hidden = i == 1,
                               .points = {.x = x, .y = accuracy, .n = i == 0 ? N_EPOCHS : 3}};
  add("curves-many", &nw_plot_curves_kind,
      KEEP(NwPlotCurves, {.title = "Accuracy",
                          .x_title = "epoch",
                          .x_format = NW_PLOT_WHOLE,
                          .y_format = NW_PLOT_PERCENT,
                          .curves = metrics,
                          .n_curves = 14}));
  add("curves-empty", &nw_plot_curves_kind,
      KEEP(NwPlotCurves, {.title = "Loss", .curves = NULL, .n_curves = 0}));
  g_rand_free(rand);
}

/* ── probabilities and calibration ───────────────────────────────────────────────────────────── */

static void
fill_bins(NwBin *bins, guint n, double samples, double bend, guint seed)
{
  GRand *rand = g_rand_new_with_seed(seed);

  for (guint i = 0; i < n; i++) {
    double p = (i + 0.5) / n + g_rand_double_range(rand, -0.2, 0.2) / n;
    double share = 0.02 + pow(fabs(p - 0.5) * 2, 3);
    double truth = p < 0.5 ? p * (1 + bend * (1 - p)) : p - bend * 0.9 * p * (1 - p) * 1.5;

    bins[i] = (NwBin){.low = (double)i / n, .high = (i + 1.0) / n};
    bins[i].count = (gsize)(samples * share / n);
    bins[i].predicted = p;
    bins[i].observed = CLAMP(truth, 0, 1);
    nw_wilson(bins[i].observed * bins[i].count, bins[i].count, NW_Z_95, &bins[i].observed_low,
              &bins[i].observed_high);
  }
  g_rand_free(rand);
}

static void
add_reliability(void)
{
  static NwBin bins[15], few[10];
  static double after_x[41], after_y[41];
  static guint no[20], yes[20], three[3][20];
  NwPlotReliability *data, *small;
  static NwPlotProbabilityClass classes[2] = {{"no", no}, {"yes", yes}};
  static NwPlotProbabilityClass irises[3] = {
      {"setosa", three[0]}, {"versicolor", three[1]}, {"virginica", three[2]}};
  NwPlotProbabilities *probabilities, *shares;

  fill_bins(bins, 15, 6000, 0.45, 3);
  fill_bins(few, 10, 60, 0.3, 4);
  few[4].count = few[5].count = 0;
  for (guint i = 0; i <= 40; i++) {
    after_x[i] = i / 40.0;
    after_y[i] = 1 / (1 + exp(-log((after_x[i] + 1e-3) / (1 - after_x[i] + 1e-3)) / 1.4));
  }
  data = KEEP(NwPlotReliability, {.title = "Reliability · output_cat 137 “fracture”",
                                  .subtitle = "6 000 test samples, 412 positive",
                                  .bins = bins,
                                  .n_bins = 15,
                                  .after_x = after_x,
                                  .after_y = after_y,
                                  .n_after = 41});
  add("reliability", &nw_plot_reliability_kind, data);
  small = KEEP(NwPlotReliability,
               {.title = "Reliability · risk", .subtitle = "epoch 6", .bins = few, .n_bins = 10});
  add("reliability-few", &nw_plot_reliability_kind, small);
  add("reliability-empty", &nw_plot_reliability_kind,
      KEEP(NwPlotReliability, {.title = "Reliability · risk"}));

  for (guint i = 0; i < 20; i++) {
    no[i] = (guint)(1400 * exp(-0.45 * i)) + (i == 19 ? 6 : 0);
    yes[i] = (guint)(330 * exp(-0.4 * (19 - i))) + 3;
    three[0][i] = i > 16 ? 15 : 0;
    three[1][i] = i * (20 - i) / 8;
    three[2][i] = (guint)(40 * exp(-0.3 * i));
  }
  probabilities = KEEP(NwPlotProbabilities, {.title = "Predicted probability · risk",
                                             .classes = classes,
                                             .n_classes = 2,
                                             .n_bins = 20,
                                             .has_threshold = TRUE,
                                             .threshold = 0.37});
  add("probabilities", &nw_plot_probabilities_kind, probabilities);
  shares = g_memdup2(probabilities, sizeof *probabilities);
  shares->shares = TRUE;
  add("probabilities-shares", &nw_plot_probabilities_kind, shares);
  add("probabilities-three", &nw_plot_probabilities_kind,
      KEEP(NwPlotProbabilities, {.title = "Probability of the named class",
                                 .classes = irises,
                                 .n_classes = 3,
                                 .n_bins = 20}));
}

static void
add_outputs(void)
{
  static NwPlotTile tiles[N_OUTPUTS];
  static NwPlotMultiple items[N_OUTPUTS];
  static NwBin bins[N_OUTPUTS][10];
  GRand *rand = g_rand_new_with_seed(5);

  for (guint i = 0; i < N_OUTPUTS; i++) {
    double ece = 0.142 * pow(1 - i / 200.0, 1.6) + 0.002;
    g_autofree char *percent = nw_plot_format_percent(ece);

    tiles[i].name = g_strdup_printf("%d", g_rand_int_range(rand, 0, 200));
    tiles[i].value = i % 37 == 36 ? NAN : ece;
    tiles[i].is_muted = i % 23 == 20;
    fill_bins(bins[i], 10, 3000, 0.6 * (1 - i / 200.0), i);
    items[i] = (NwPlotMultiple){.name = i == 2 ? "a label with a long name" : tiles[i].name,
                                .value = g_strdup_printf("ECE %s", percent),
                                .bins = bins[i],
                                .n_bins = 10,
                                .is_muted = tiles[i].is_muted};
  }
  add("heatmap", &nw_plot_heatmap_kind,
      KEEP(NwPlotHeatmap, {.title = "200 outputs",
                           .subtitle = "mean ECE 3.1 % · worst 14.2 %",
                           .measure = "ECE",
                           .tiles = tiles,
                           .n_tiles = N_OUTPUTS,
                           .has_selection = TRUE}));
  add("heatmap-three", &nw_plot_heatmap_kind,
      KEEP(NwPlotHeatmap, {.measure = "ECE", .tiles = tiles, .n_tiles = 3}));
  add("multiples", &nw_plot_multiples_kind,
      KEEP(NwPlotMultiples,
           {.title = "Worst calibrated", .items = items, .n_items = 12, .has_selection = TRUE}));
  add("multiples-200", &nw_plot_multiples_kind,
      KEEP(NwPlotMultiples, {.title = "All outputs", .items = items, .n_items = N_OUTPUTS}));
  g_rand_free(rand);
}

static void
add_tradeoffs(void)
{
  static NwCurvePoint roc[60], pr[60], better[60];
  static NwPlotTradeoffCurve rocs[2], prs[1], judged[2];
  double p[300], y[300];

  for (guint i = 0; i < 60; i++) {
    double t = i / 59.0;

    roc[i] = (NwCurvePoint){t * t, pow(t, 0.45), 1 - t};
    better[i] = (NwCurvePoint){pow(t, 3), pow(t, 0.3), 1 - t};
    pr[i] = (NwCurvePoint){t, 0.96 - 0.78 * pow(t, 3) + 0.02 * sin(31 * t) * (1 - t), 1 - t};
  }
  rocs[0] = (NwPlotTradeoffCurve){.name = "run 14", .points = roc, .n_points = 60, .area = 0.871};
  rocs[1] = (NwPlotTradeoffCurve){.name = "run 13", .points = better, .n_points = 60, .area = 0.94};
  prs[0] = (NwPlotTradeoffCurve){.points = pr, .n_points = 60, .area = 0.78};
  add("roc", &nw_plot_roc_kind,
      KEEP(NwPlotTradeoff, {.title = "ROC · fracture",
                            .curves = rocs,
                            .n_curves = 1,
                            .base = NAN,
                            .has_threshold = TRUE,
                            .threshold = 0.5}));
  add("roc-two", &nw_plot_roc_kind,
      KEEP(NwPlotTradeoff,
           {.title = "ROC · fracture", .curves = rocs, .n_curves = 2, .base = NAN}));
  add("pr", &nw_plot_pr_kind,
      KEEP(NwPlotTradeoff, {.title = "Precision and recall · fracture",
                            .curves = prs,
                            .n_curves = 1,
                            .base = 0.07,
                            .has_threshold = TRUE,
                            .threshold = 0.37}));
  for (guint i = 0; i < 300; i++) {
    p[i] = i / 300.0;
    y[i] = i * 7919 % 300 < i * p[i];
  }
  g_autoptr(NwRank) rank = nw_rank_new(p, y, 300);
  judged[0].points = nw_roc_curve(rank, 0, &judged[0].n_points);
  judged[0].band = nw_roc_band(rank, 1);
  judged[0].area = nw_auc(rank);
  judged[1].points = nw_pr_curve(rank, 0, &judged[1].n_points);
  judged[1].band = nw_pr_band(rank, 1);
  judged[1].area = nw_average_precision(rank);
  add("roc-band", &nw_plot_roc_kind,
      KEEP(NwPlotTradeoff, {.title = "ROC · fracture",
                            .curves = &judged[0],
                            .n_curves = 1,
                            .base = NAN,
                            .has_threshold = TRUE,
                            .threshold = 0.5}));
  add("pr-band", &nw_plot_pr_kind,
      KEEP(NwPlotTradeoff, {.title = "Precision and recall · fracture",
                            .curves = &judged[1],
                            .n_curves = 1,
                            .base = (double)rank->positives / 300,
                            .has_threshold = TRUE,
                            .threshold = 0.5}));
  add("roc-empty", &nw_plot_roc_kind, KEEP(NwPlotTradeoff, {.title = "ROC · fracture"}));
}

/* ── counts ──────────────────────────────────────────────────────────────────────────────────── */

static void
add_counts(void)
{
  static const char *const yes_no[] = {"yes", "no"};
  static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  static const char *const irises[] = {"Iris setosa", "Iris versicolor", "Iris virginica"};
  static const guint64 two[] = {301, 111, 136, 5452};
  static guint64 ten[100], three[] = {50, 0, 0, 0, 47, 3, 0, 5, 45};
  static const NwPlotEffect effects[] = {{"petal_length = 4.5", -0.61},
                                         {"petal_width = 1.7", 0.48},
                                         {"sepal_length = 4.9", 0.06},
                                         {"sepal_width = 2.5", 0}};
  static const char *const group_names[] = {"lily", "rose", "tulip of the other kind"};
  static const NwSubgroup groups[] = {{0, 0, 40, 0.31, 0.35, 0.22, 0.50},
                                      {1, 1, 250, 0.64, 0.81, 0.76, 0.85},
                                      {2, 2, 3, 0.9, 0.67, 0.21, 0.94}};
  static const NwPlotBar bars[] = {{"setosa", 50}, {"versicolor", 47}, {"virginica", 53}};
  static NwPlotBar many[40];
  static guint64 weights[41];
  GRand *rand = g_rand_new_with_seed(7);

  for (guint i = 0; i < 10; i++)
    for (guint j = 0; j < 10; j++) {
      int mistakes = g_rand_int_range(rand, -6, 5);
      ten[10 * i + j] = i == j ? 170 + g_rand_int_range(rand, 0, 12) : MAX(mistakes, 0);
    }
  for (guint i = 0; i < 40; i++)
    many[i] = (NwPlotBar){g_strdup_printf("category %u", i + 1), 1000 / (i + 1)};
  for (guint i = 0; i < 41; i++)
    weights[i] =
        (guint64)(1800 * exp(-pow((i - 19.3) / 7.0, 2) / 2) * g_rand_double_range(rand, 0.9, 1.1));
  add("confusion-two", &nw_plot_confusion_kind,
      KEEP(NwPlotConfusion, {.title = "Confusion at threshold 0.37",
                             .classes = yes_no,
                             .counts = two,
                             .n_classes = 2}));
  add("confusion-three", &nw_plot_confusion_kind,
      KEEP(NwPlotConfusion, {.classes = irises, .counts = three, .n_classes = 3}));
  add("confusion-ten", &nw_plot_confusion_kind,
      KEEP(NwPlotConfusion, {.title = "Confusion · digit",
                             .subtitle = "test, 1 797 samples",
                             .classes = digits,
                             .counts = ten,
                             .n_classes = 10}));
  add("bars", &nw_plot_bars_kind,
      KEEP(NwPlotBars, {.title = "Classes of species", .bars = bars, .n_bars = 3}));
  add("effects", &nw_plot_effects_kind,
      KEEP(NwPlotEffects, {.title = "What mattered for “species · virginica”",
                           .effects = effects,
                           .n_effects = 4,
                           .shares = TRUE}));
  add("subgroups", &nw_plot_subgroups_kind,
      KEEP(NwPlotSubgroups,
           {.title = "“wild” by species", .names = group_names, .groups = groups, .n_groups = 3}));
  add("bars-many", &nw_plot_bars_kind,
      KEEP(NwPlotBars, {.title = "Classes", .bars = many, .n_bars = 40, .color = 3}));
  add("histogram", &nw_plot_histogram_kind,
      KEEP(NwPlotHistogram, {.title = "Weights of dense_1 · kernel",
                             .subtitle = "mean 0.002, std 0.11",
                             .low = -0.42,
                             .high = 0.46,
                             .counts = weights,
                             .n_bins = 41,
                             .color = 1}));
  g_rand_free(rand);
}

/* Ten labels, the better the further down; the last was never true. */
static void
add_map(void)
{
  static guint counts[10][2][20];
  static NwPlotMapRow rows[10];
  static const char *const names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "a long name"};

  for (guint l = 0; l < 10; l++) {
    rows[l] = (NwPlotMapRow){names[l], {counts[l][0], counts[l][1]}};
    for (guint b = 0; b < 20; b++) {
      counts[l][0][b] = (guint)(200 * exp(-(1.0 + l) * b / 10));
      counts[l][1][b] = l == 9 ? 0 : (guint)(40 * exp(-(1.0 + l) * (19 - b) / 10));
    }
  }
  add("map", &nw_plot_map_kind,
      KEEP(NwPlotMap, {.title = "Predicted probability · digit",
                       .rows = rows,
                       .n_rows = G_N_ELEMENTS(rows),
                       .n_bins = 20}));
}

/* What a loss is made of: each curve holds those before it. */
static void
add_stack(void)
{
  static double sums[3][300];
  static NwPlotCurve curves[3];
  static const char *const names[] = {"digit", "traits", "dense · kernel penalty"};

  for (guint i = 0; i < 300; i++)
    for (guint k = 0; k < 3; k++)
      sums[k][i] = (k > 0 ? sums[k - 1][i] : 0) + (1 + k) * 0.2 * exp(-(double)i / (60 + 80 * k));
  for (guint k = 0; k < 3; k++)
    curves[k] = (NwPlotCurve){
        .name = names[k], .color = k, .points = {.y = sums[k], .n = 300, .x0 = 0.1, .dx = 0.1}};
  add("curves-stacked", &nw_plot_curves_kind,
      KEEP(NwPlotCurves, {.title = "What the loss is made of",
                          .x_title = "epoch",
                          .y_title = "loss",
                          .curves = curves,
                          .n_curves = 3,
                          .stacked = TRUE}));
  add("curves-log-x", &nw_plot_curves_kind,
      KEEP(NwPlotCurves, {.title = "Loss by batch",
                          .x_title = "batch",
                          .y_title = "loss",
                          .curves = curves,
                          .n_curves = 2,
                          .log_x = TRUE}));
}

static void
add_strips(void)
{
  static const char *const names[] = {"embedding", "lstm_1", "dense_1", "dense_2"};
  static double values[4 * 200];
  static double spark[80], epochs[40], shares[4 * 40];
  GRand *rand = g_rand_new_with_seed(9);

  for (guint l = 0; l < 4; l++)
    for (guint s = 0; s < 200; s++)
      values[200 * l + s] = (l + 1) * 0.02 * (1 + 5 * exp(-(double)s / 20)) *
                            exp(0.3 * g_rand_double_range(rand, -1, 1));
  values[200 + 190] = INFINITY;
  for (guint i = 0; i < 80; i++)
    spark[i] = 0.06 + 0.6 * exp(-0.06 * i) + 0.03 * g_rand_double(rand);
  add("strips", &nw_plot_strips_kind,
      KEEP(NwPlotStrips, {.title = "Gradients by layer",
                          .subtitle = "norm per batch, last 200 batches",
                          .names = names,
                          .n_strips = 4,
                          .values = values,
                          .n_steps = 200,
                          .first_step = 2801}));
  for (guint i = 0; i < G_N_ELEMENTS(epochs); i++) {
    epochs[i] = 0.5 * (i + 1);
    for (guint l = 0; l < 4; l++)
      shares[l * G_N_ELEMENTS(epochs) + i] = l * i / (3.0 * G_N_ELEMENTS(epochs));
  }
  add("strips-shares", &nw_plot_strips_kind,
      KEEP(NwPlotStrips, {.title = "Dead units by layer",
                          .names = names,
                          .n_strips = 4,
                          .values = shares,
                          .n_steps = G_N_ELEMENTS(epochs),
                          .epochs = epochs,
                          .shares = TRUE}));
  add("sparkline", &nw_plot_sparkline_kind,
      KEEP(NwPlotSparkline, {.name = "risk", .values = spark, .n = 80, .has_dot = TRUE}));
  g_rand_free(rand);
}

static void
add_graph(void)
{
  static NwPlotBox boxes[] = {
      {0, 120, 120, 56, "events", "50 · ids 1–100"},
      {150, 120, 120, 56, "embedding", "101 → 64 · mask 0"},
      {0, 330, 120, 56, "minutes", "50 × 1 · float"},
      {320, 190, 120, 56, "concat", "axis −1"},
      {470, 190, 120, 56, "lstm_1", "32 · both ways"},
      {650, 60, 120, 56, "aux", "1 · sigmoid"},
      {650, 210, 120, 56, "dense_1", "64 · relu"},
      {800, 210, 120, 56, "dense_2", "1 · sigmoid"},
      {800, 60, 120, 56, "early", "BCE · weight 0.2"},
      {950, 210, 140, 56, "risk of a very long name", "BCE · weight 1.0"},
  };
  static const NwPlotWire wires[] = {
      {0, 0, 1, 1, 0, 1, "50"},      {1, 0, 1, 3, 0, 2, "50 × 64"},   {2, 0, 1, 3, 1, 2, "50 × 1"},
      {3, 0, 1, 4, 0, 2, "50 × 65"}, {2, 0, 1, 4, 1, 2, "Δt 50 × 1"}, {4, 0, 1, 5, 0, 1, "64"},
      {4, 0, 1, 6, 0, 1, "64"},      {6, 0, 1, 7, 0, 1, "64"},        {5, 0, 1, 8, 0, 1, "1"},
      {7, 0, 1, 9, 0, 1, "1"},
  };
  static const guint colors[] = {3, 0, 3, 5, 1, 0, 0, 0, 4, 4};

  for (guint i = 0; i < G_N_ELEMENTS(boxes); i++)
    boxes[i].color = nw_plot_theme_color(nw_plot_theme_get(FALSE), colors[i]);
  add("graph", &nw_plot_graph_kind,
      KEEP(NwPlotGraph, {.title = "Model",
                         .subtitle = "61 345 parameters",
                         .boxes = boxes,
                         .n_boxes = G_N_ELEMENTS(boxes),
                         .wires = wires,
                         .n_wires = G_N_ELEMENTS(wires)}));
}

/* ── sweeps ──────────────────────────────────────────────────────────────────────────────────── */

static void
add_sweeps(void)
{
  enum { N = 60, AXES = 6 };
  static const char *const optimizers[] = {"adam", "sgd", "rmsprop"};
  static NwPlotParallelAxis axes[AXES] = {
      {.name = "optimizer", .words = optimizers, .n_words = 3},
      {.name = "dense.units"},
      {.name = "optimizer.learning_rate", .log = TRUE},
      {.name = "trained numbers", .log = TRUE},
      {.name = "mean ECE"},
      {.name = "val_loss", .log = TRUE},
  };
  static NwPlotParallelAxis brushed[AXES];
  static double values[N * AXES];
  static char *names[N];
  static NwPlotScatterItem items[N];
  GRand *rand = g_rand_new_with_seed(5);
  int best = 0;

  for (guint i = 0; i < N; i++) {
    double *v = values + i * AXES;

    v[0] = g_rand_int_range(rand, 0, 3);
    v[1] = g_rand_int_range(rand, 8, 128);
    v[2] = pow(10, g_rand_double_range(rand, -4, 0));
    v[3] = v[1] * 75;
    v[5] = 0.1 + 0.08 * pow(log10(v[2]) + 2.2, 2) + 3 / v[1] + g_rand_double_range(rand, 0, 0.1);
    v[4] = i == 7 ? NAN : 0.02 + 0.05 * v[5] + g_rand_double_range(rand, 0, 0.03);
    names[i] = g_strdup_printf("trial %u", i + 1);
    items[i] = (NwPlotScatterItem){names[i], v[3], v[5], v[4]};
    if (v[5] < values[best * AXES + 5])
      best = (int)i;
  }
  g_rand_free(rand);
  for (guint a = 0; a < AXES; a++)
    brushed[a] = axes[a];
  brushed[1] = (NwPlotParallelAxis){"dense.units", FALSE, NULL, 0, TRUE, 30, 80};
  add("parallel", &nw_plot_parallel_kind,
      KEEP(NwPlotParallel, {.title = "Sweep “rates”",
                            .axes = axes,
                            .n_axes = AXES,
                            .names = (const char *const *)names,
                            .values = values,
                            .n_lines = N,
                            .judge = AXES - 1,
                            .best = best}));
  add("parallel-brushed", &nw_plot_parallel_kind,
      KEEP(NwPlotParallel, {.title = "Sweep “rates”",
                            .axes = brushed,
                            .n_axes = AXES,
                            .names = (const char *const *)names,
                            .values = values,
                            .n_lines = N,
                            .judge = AXES - 1,
                            .best = best,
                            .chosen = 2}));
  add("scatter", &nw_plot_scatter_kind,
      KEEP(NwPlotScatter, {.title = "Result, size and calibration",
                           .x_title = "trained numbers",
                           .y_title = "val_loss",
                           .z_title = "mean ECE",
                           .x_log = TRUE,
                           .y_log = TRUE,
                           .z_percent = TRUE,
                           .items = items,
                           .n_items = N,
                           .best = best,
                           .chosen = 2}));
}

const PlotExample *
plot_examples_get(void)
{
  if (n_examples > 0)
    return examples;
  add_curves();
  add_reliability();
  add_outputs();
  add_tradeoffs();
  add_sweeps();
  add_counts();
  add_map();
  add_stack();
  add_strips();
  add_graph();
  return examples;
}

/* ── what a plot must survive ────────────────────────────────────────────────────────────────── */

static void
add_hostile_curve(const char *name, const double *x, const double *y, gsize n, gboolean log)
{
  NwPlotCurve *curve = KEEP(
      NwPlotCurve,
      {.name = name, .style = NW_PLOT_CURVE_DOTTED, .points = {.x = x, .y = y, .n = n, .dx = 1}});

  add_hostile(name, &nw_plot_curves_kind,
              KEEP(NwPlotCurves, {.title = name, .curves = curve, .n_curves = 1, .log = log}));
}

static void
add_hostile_curves(void)
{
  static const double nan_only[] = {NAN, NAN}, mixed[] = {1, NAN, 3, INFINITY, 2, -INFINITY};
  static const double huge[] = {-1.7e308, 1.7e308, 0}, tiny[] = {1e-320, 2e-320};
  static const double one[] = {3}, same[] = {5, 5, 5}, negative[] = {-3, -2, -1};

  add_hostile_curve("one", NULL, one, 1, FALSE);
  add_hostile_curve("one-log", NULL, one, 1, TRUE);
  add_hostile_curve("same", NULL, same, 3, FALSE);
  add_hostile_curve("no-number", NULL, nan_only, 2, FALSE);
  add_hostile_curve("mixed", NULL, mixed, 6, FALSE);
  add_hostile_curve("mixed-log", NULL, mixed, 6, TRUE);
  add_hostile_curve("huge", NULL, huge, 3, FALSE);
  add_hostile_curve("huge-log", NULL, huge, 3, TRUE);
  add_hostile_curve("tiny-log", NULL, tiny, 2, TRUE);
  add_hostile_curve("negative-log", NULL, negative, 3, TRUE);
  add_hostile_curve("huge-x", huge, same, 3, FALSE);
  add_hostile("curves", &nw_plot_curves_kind, KEEP(NwPlotCurves, {0}));
}

static void
add_hostile_sweeps(void)
{
  static const char *const words[] = {"", "a name that is far too long to fit anywhere at all"};
  static const NwPlotParallelAxis axes[] = {
      {.name = "", .words = words, .n_words = 2},
      {.name = "a name that is far too long to fit anywhere at all", .log = TRUE},
      {.name = "c", .is_brushed = TRUE, .low = NAN, .high = -1e308},
      {.name = "d", .is_brushed = TRUE, .low = -INFINITY, .high = INFINITY}};
  static const double values[] = {NAN, 0, INFINITY, -1e308, 7, -1, 1e308, NAN, -3, 1e-300, 0, 0};
  static const char *const names[] = {"", "b", "c"};
  static const NwPlotScatterItem items[] = {
      {"", NAN, 1, 1}, {"b", -1e308, 1e308, INFINITY}, {"c", 1e308, -1e308, NAN}, {"d", 0, 0, -1}};

  add_hostile("parallel", &nw_plot_parallel_kind, KEEP(NwPlotParallel, {0}));
  add_hostile("parallel-odd", &nw_plot_parallel_kind,
              KEEP(NwPlotParallel, {.axes = axes,
                                    .n_axes = 4,
                                    .names = names,
                                    .values = values,
                                    .n_lines = 3,
                                    .judge = 9,
                                    .best = 5,
                                    .chosen = 9}));
  add_hostile("scatter", &nw_plot_scatter_kind, KEEP(NwPlotScatter, {0}));
  add_hostile("scatter-odd", &nw_plot_scatter_kind,
              KEEP(NwPlotScatter, {.x_title = "",
                                   .y_title = "y",
                                   .z_title = "z",
                                   .y_log = TRUE,
                                   .items = items,
                                   .n_items = 4,
                                   .best = 9,
                                   .chosen = 1}));
}

static void
add_hostile_rest(void)
{
  static const NwBin bins[] = {{0, 0.5, 0, NAN, NAN, NAN, NAN},
                               {0.5, 1, 3, NAN, INFINITY, NAN, NAN},
                               {0.9, 0.9, G_MAXSIZE, 0.9, 0.9, -3, 7}};
  static const guint counts[] = {0, G_MAXUINT, 1};
  static const NwPlotProbabilityClass classes[] = {{"", counts}, {"a", counts}};
  static const NwPlotTile tiles[] = {{"a", NULL, NAN}, {"b", NULL, INFINITY}, {"c", NULL, -1}};
  static const NwPlotMultiple items[] = {{"a", NULL, bins, 3}, {"b", "", NULL, 0}};
  static const NwCurvePoint points[] = {{NAN, 0, 1}, {0, 0, INFINITY}, {1, 1, NAN}};
  static const NwPlotTradeoffCurve curves[] = {{NULL, points, 3, NAN}, {"b", NULL, 0, 1}};
  static const char *const names[] = {"", "a name that is far too long to fit anywhere at all"};
  static const guint64 matrix[] = {G_MAXUINT32, 0, 0, 1};
  static const NwPlotBar bars[] = {{"", 0}, {"b", G_MAXUINT32}};
  static const char *const group_names[] = {"", "b"};
  static const NwSubgroup groups[] = {{0, 0, 0, NAN, NAN, NAN, NAN}, {1, 1, 1, 1e9, -1, -5, 7}};
  static const NwPlotEffect effects[] = {{"", NAN}, {"a", -1e300}, {"b", INFINITY}};
  static const guint64 numbers[] = {0, G_MAXUINT32, 3};
  static const double strips[] = {NAN, 0, 1e300, 1e-300, -1, INFINITY};
  static const NwPlotBox boxes[] = {{0, 0, 0, 0, ""}, {1e9, 1e9, 1, 1, "far"}};
  static const NwPlotWire wires[] = {{0, 0, 1, 1, 0, 1, ""}, {7, 0, 1, 0, 0, 1, "dangling"}};
  static const double spark[] = {NAN, 1e308, -1e308, NAN};

  add_hostile("reliability", &nw_plot_reliability_kind, KEEP(NwPlotReliability, {0}));
  add_hostile("reliability-odd", &nw_plot_reliability_kind,
              KEEP(NwPlotReliability, {.bins = bins, .n_bins = 3}));
  add_hostile("probabilities", &nw_plot_probabilities_kind, KEEP(NwPlotProbabilities, {0}));
  add_hostile("probabilities-odd", &nw_plot_probabilities_kind,
              KEEP(NwPlotProbabilities, {.classes = classes, .n_classes = 2, .n_bins = 3}));
  add_hostile("heatmap", &nw_plot_heatmap_kind, KEEP(NwPlotHeatmap, {0}));
  add_hostile(
      "heatmap-odd", &nw_plot_heatmap_kind,
      KEEP(NwPlotHeatmap, {.tiles = tiles, .n_tiles = 3, .has_selection = TRUE, .selected = 9}));
  add_hostile("multiples", &nw_plot_multiples_kind, KEEP(NwPlotMultiples, {0}));
  add_hostile("multiples-odd", &nw_plot_multiples_kind,
              KEEP(NwPlotMultiples, {.items = items, .n_items = 2}));
  add_hostile("roc", &nw_plot_roc_kind, KEEP(NwPlotTradeoff, {0}));
  add_hostile("roc-odd", &nw_plot_roc_kind,
              KEEP(NwPlotTradeoff,
                   {.curves = curves, .n_curves = 2, .has_threshold = TRUE, .threshold = NAN}));
  add_hostile("pr-odd", &nw_plot_pr_kind,
              KEEP(NwPlotTradeoff, {.curves = curves, .n_curves = 2, .base = INFINITY}));
  add_hostile("confusion", &nw_plot_confusion_kind, KEEP(NwPlotConfusion, {0}));
  add_hostile("confusion-odd", &nw_plot_confusion_kind,
              KEEP(NwPlotConfusion, {.classes = names, .counts = matrix, .n_classes = 2}));
  add_hostile("bars", &nw_plot_bars_kind, KEEP(NwPlotBars, {0}));
  add_hostile("effects", &nw_plot_effects_kind, KEEP(NwPlotEffects, {0}));
  add_hostile("effects-odd", &nw_plot_effects_kind,
              KEEP(NwPlotEffects, {.effects = effects, .n_effects = 3}));
  add_hostile("subgroups", &nw_plot_subgroups_kind, KEEP(NwPlotSubgroups, {0}));
  add_hostile("subgroups-odd", &nw_plot_subgroups_kind,
              KEEP(NwPlotSubgroups, {.names = group_names, .groups = groups, .n_groups = 2}));
  add_hostile("bars-odd", &nw_plot_bars_kind, KEEP(NwPlotBars, {.bars = bars, .n_bars = 2}));
  add_hostile("histogram", &nw_plot_histogram_kind, KEEP(NwPlotHistogram, {0}));
  add_hostile(
      "histogram-odd", &nw_plot_histogram_kind,
      KEEP(NwPlotHistogram, {.low = -1.7e308, .high = 1.7e308, .counts = numbers, .n_bins = 3}));
  add_hostile("histogram-one", &nw_plot_histogram_kind,
              KEEP(NwPlotHistogram, {.low = 2, .high = 2, .counts = numbers, .n_bins = 3}));
  add_hostile("map", &nw_plot_map_kind, KEEP(NwPlotMap, {0}));
  add_hostile("strips", &nw_plot_strips_kind, KEEP(NwPlotStrips, {0}));
  add_hostile("strips-odd", &nw_plot_strips_kind,
              KEEP(NwPlotStrips, {.names = names, .n_strips = 2, .values = strips, .n_steps = 3}));
  add_hostile("sparkline", &nw_plot_sparkline_kind, KEEP(NwPlotSparkline, {0}));
  add_hostile("sparkline-odd", &nw_plot_sparkline_kind,
              KEEP(NwPlotSparkline, {.values = spark, .n = 4, .has_dot = TRUE}));
  add_hostile("graph", &nw_plot_graph_kind, KEEP(NwPlotGraph, {0}));
  add_hostile("graph-odd", &nw_plot_graph_kind,
              KEEP(NwPlotGraph, {.boxes = boxes, .n_boxes = 2, .wires = wires, .n_wires = 2}));
}

const PlotExample *
plot_examples_get_hostile(void)
{
  if (n_hostile > 0)
    return hostile;
  add_hostile_curves();
  add_hostile_sweeps();
  add_hostile_rest();
  return hostile;
}
