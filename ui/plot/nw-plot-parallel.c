/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-parallel.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define NEAR      8.0 /* px; a pointer so near to a line means it */
#define MIN_AXIS  30.0
#define TICK_ROOM 26.0

typedef struct {
  NwPlotRect area; /* of the axes, without names */
  double label_height;
  double left, step;
} Layout;

static gboolean
is_empty(const NwPlotParallel *data)
{
  return data->n_axes < 2 || data->n_lines == 0;
}

static const char *
empty_sentence(const NwPlotParallel *data)
{
  return data->empty != NULL ? data->empty : _("Nothing to compare yet");
}

static double
value_at(const NwPlotParallel *data, guint line, guint axis)
{
  return data->values[(gsize)line * data->n_axes + axis];
}

/* FALSE: so small that nothing can be told apart. */
static gboolean
layout(const NwPlotParallel *data, double width, double height, const NwPlotTheme *theme,
       Layout *out)
{
  NwPlotRect content = nw_plot_content(width, height, theme, data->title);
  double margin;

  out->label_height = ceil(nw_plot_text_height(theme, theme->small_size)) + 4;
  margin = MIN(58, content.width / (2.0 * data->n_axes));
  out->area = (NwPlotRect){content.x, content.y + 6, content.width,
                           content.height - 12 - out->label_height};
  out->left = content.x + margin;
  out->step = (content.width - 2 * margin) / (data->n_axes - 1);
  return out->area.height >= MIN_AXIS && out->step > 1;
}

static double
axis_x(const Layout *l, guint axis)
{
  return round(l->left + axis * l->step);
}

static NwPlotScale
scale_of(const NwPlotParallel *data, guint axis, const Layout *l)
{
  const NwPlotParallelAxis *a = &data->axes[axis];
  double low = INFINITY, high = -INFINITY;
  NwPlotScale scale;

  for (guint i = 0; i < data->n_lines; i++) {
    double value = value_at(data, i, axis);

    if (!isfinite(value) || (a->log && value <= 0))
      continue;
    low = MIN(low, value);
    high = MAX(high, value);
  }
  if (a->words != NULL) {
    low = 0;
    high = MAX(a->n_words, 2) - 1;
  }
  scale = nw_plot_scale_new(low, high, a->log, NW_PLOT_NUMBER);
  scale.from = l->area.y + l->area.height;
  scale.to = l->area.y;
  return scale;
}

static gboolean
has_place(const NwPlotParallel *data, guint line, guint axis)
{
  double value = value_at(data, line, axis);

  return isfinite(value) && (!data->axes[axis].log || value > 0);
}

gboolean
nw_plot_parallel_is_in(const NwPlotParallel *data, guint i)
{
  for (guint a = 0; a < data->n_axes; a++) {
    double value = value_at(data, i, a);

    if (data->axes[a].is_brushed && !(value >= data->axes[a].low && value <= data->axes[a].high))
      return FALSE;
  }
  return TRUE;
}

/* ── drawing ─────────────────────────────────────────────────────────────────────────────────── */

static void
trace_line(const NwPlotParallel *data, const Layout *l, const NwPlotScale *scales, guint i,
           cairo_t *cr)
{
  gboolean is_down = FALSE;

  for (guint a = 0; a < data->n_axes; a++) {
    if (!has_place(data, i, a)) {
      is_down = FALSE;
      continue;
    }
    if (is_down)
      cairo_line_to(cr, axis_x(l, a), nw_plot_scale_map(&scales[a], value_at(data, i, a)));
    else
      cairo_move_to(cr, axis_x(l, a), nw_plot_scale_map(&scales[a], value_at(data, i, a)));
    is_down = TRUE;
  }
}

/* From 0, the worst, to 1, the best; 0 where nobody knows. */
static double
goodness(const NwPlotParallel *data, const NwPlotScale *judge, guint i)
{
  double share;

  if (data->judge >= data->n_axes || !has_place(data, i, data->judge))
    return 0;
  share = (nw_plot_scale_map(judge, value_at(data, i, data->judge)) - judge->from) /
          (judge->to - judge->from);
  return CLAMP(data->higher_is_better ? share : 1 - share, 0, 1);
}

static NwPlotColor
line_color(const NwPlotParallel *data, const NwPlotScale *judge, guint i, const NwPlotTheme *theme)
{
  if (!nw_plot_parallel_is_in(data, i))
    return nw_plot_color_fade(theme->axis, 0.35);
  return nw_plot_color_fade(nw_plot_color_mix(nw_plot_theme_color(theme, 1),
                                              nw_plot_theme_color(theme, 0),
                                              goodness(data, judge, i)),
                            data->n_lines > 40 ? 0.6 : 0.85);
}

static int
compare_goodness_cb(gconstpointer a, gconstpointer b, gpointer data)
{
  const double *good = data;
  guint one = *(const guint *)a, two = *(const guint *)b;

  if (good[one] != good[two])
    return good[one] < good[two] ? -1 : 1;
  return one < two ? -1 : one > two;
}

/* Indices of the lines, the worst first: what is good lies on top. (transfer full) */
static guint *
dup_order(const NwPlotParallel *data, const NwPlotScale *judge)
{
  guint *order = g_new(guint, data->n_lines);
  g_autofree double *good = g_new(double, data->n_lines);

  for (guint i = 0; i < data->n_lines; i++) {
    order[i] = i;
    good[i] = goodness(data, judge, i);
  }
  g_qsort_with_data(order, (int)data->n_lines, sizeof *order, compare_goodness_cb, good);
  return order;
}

/* With its dots: also what the pointer means. */
static void
draw_chosen(const NwPlotParallel *data, const Layout *l, const NwPlotScale *scales, guint i,
            cairo_t *cr, const NwPlotTheme *theme)
{
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width(cr, theme->line + 1);
  nw_plot_color_set(cr, theme->selection);
  trace_line(data, l, scales, i, cr);
  cairo_stroke(cr);
  for (guint a = 0; a < data->n_axes; a++)
    if (has_place(data, i, a))
      nw_plot_dot(cr, axis_x(l, a), nw_plot_scale_map(&scales[a], value_at(data, i, a)), 3.5);
}

static void
draw_lines(const NwPlotParallel *data, const Layout *l, const NwPlotScale *scales, cairo_t *cr,
           const NwPlotTheme *theme)
{
  const NwPlotScale *judge = &scales[MIN(data->judge, data->n_axes - 1)];
  g_autofree guint *order = dup_order(data, judge);

  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width(cr, 1.2);
  for (guint pass = 0; pass < 2; pass++) /* those that are greyed out lie below */
    for (guint k = 0; k < data->n_lines; k++) {
      guint i = order[k];

      if (nw_plot_parallel_is_in(data, i) != (pass == 1) || (int)i == data->best)
        continue;
      nw_plot_color_set(cr, line_color(data, judge, i, theme));
      trace_line(data, l, scales, i, cr);
      cairo_stroke(cr);
    }
  if (data->best >= 0 && data->best < (int)data->n_lines) {
    cairo_set_line_width(cr, theme->line + 0.5);
    nw_plot_color_set(cr, theme->best);
    trace_line(data, l, scales, (guint)data->best, cr);
    cairo_stroke(cr);
  }
  if (data->chosen > 0 && data->chosen <= data->n_lines)
    draw_chosen(data, l, scales, data->chosen - 1, cr, theme);
}

static void
draw_label(cairo_t *cr, const NwPlotTheme *theme, const Layout *l, double x, double y,
           const char *text)
{
  nw_plot_text(cr, theme, x - 5, y, text,
               &(NwPlotTextStyle){.size = theme->small_size,
                                  .color = theme->dim,
                                  .align_x = 1,
                                  .align_y = 0.5,
                                  .max_width = MAX(MIN(l->step * 0.6, 52), 1),
                                  .halo = TRUE});
}

static void
draw_axis(const NwPlotParallel *data, guint a, const Layout *l, const NwPlotScale *scale,
          cairo_t *cr, const NwPlotTheme *theme)
{
  const NwPlotParallelAxis *axis = &data->axes[a];
  double x = axis_x(l, a), bottom = l->area.y + l->area.height;
  NwPlotTicks ticks;

  nw_plot_crisp_line(cr, x, l->area.y, x, bottom, theme->axis);
  if (axis->is_brushed) {
    double from = nw_plot_scale_map(scale, axis->low), to = nw_plot_scale_map(scale, axis->high);
    double top = CLAMP(MIN(from, to), l->area.y, bottom),
           end = CLAMP(MAX(from, to), l->area.y, bottom);

    nw_plot_color_set(cr, nw_plot_color_fade(theme->selection, 0.3));
    nw_plot_crisp_rectangle(cr, x - 5, top, 10, end - top);
    cairo_fill(cr);
  }
  nw_plot_text(cr, theme, x, bottom + 6, axis->name,
               &(NwPlotTextStyle){.size = theme->small_size,
                                  .bold = a == data->judge,
                                  .align_x = 0.5,
                                  .max_width = MAX(l->step - 8, 1)});
  if (axis->words != NULL) {
    guint stride = (guint)MAX(1, ceil(axis->n_words * l->label_height / l->area.height));

    for (guint i = 0; i < axis->n_words; i += stride)
      draw_label(cr, theme, l, x, nw_plot_scale_map(scale, i), axis->words[i]);
    return;
  }
  nw_plot_scale_find_ticks(scale, TICK_ROOM, &ticks);
  for (guint i = 0; i < ticks.n_major; i++) {
    double y = nw_plot_scale_map(scale, ticks.major[i].value);

    nw_plot_crisp_line(cr, x - 3, y, x, y, theme->axis);
    draw_label(cr, theme, l, x, y, ticks.major[i].label);
  }
}

void
nw_plot_parallel_draw(const NwPlotParallel *data, cairo_t *cr, double width, double height,
                      const NwPlotTheme *theme)
{
  g_autofree NwPlotScale *scales = NULL;
  Layout l;

  if (is_empty(data)) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle, empty_sentence(data));
    return;
  }
  nw_plot_begin(cr, width, height, theme, data->title, data->subtitle);
  if (!layout(data, width, height, theme, &l))
    return;
  scales = g_new(NwPlotScale, data->n_axes);
  for (guint a = 0; a < data->n_axes; a++)
    scales[a] = scale_of(data, a, &l);
  draw_lines(data, &l, scales, cr, theme);
  for (guint a = 0; a < data->n_axes; a++)
    draw_axis(data, a, &l, &scales[a], cr, theme);
}

/* ── pointing ────────────────────────────────────────────────────────────────────────────────── */

int
nw_plot_parallel_hit(const NwPlotParallel *data, double x, double y, double width, double height,
                     const NwPlotTheme *theme)
{
  double best = NEAR;
  int found = -1;
  guint a;
  NwPlotScale left, right;
  Layout l;

  if (is_empty(data) || !layout(data, width, height, theme, &l) || x < axis_x(&l, 0) - NEAR ||
      x > axis_x(&l, data->n_axes - 1) + NEAR)
    return -1;
  a = (guint)CLAMP((x - l.left) / l.step, 0, data->n_axes - 2);
  left = scale_of(data, a, &l);
  right = scale_of(data, a + 1, &l);
  for (guint i = 0; i < data->n_lines; i++) {
    double from, to, t = CLAMP((x - axis_x(&l, a)) / l.step, 0, 1), distance;

    if (!nw_plot_parallel_is_in(data, i) || !has_place(data, i, a) || !has_place(data, i, a + 1))
      continue;
    from = nw_plot_scale_map(&left, value_at(data, i, a));
    to = nw_plot_scale_map(&right, value_at(data, i, a + 1));
    /* Across the line, not straight up: steep lines are as easy to meet. */
    distance = fabs(from + t * (to - from) - y) / hypot(1, (to - from) / l.step);
    if (distance < best || (distance == best && (int)i == data->best)) {
      best = distance;
      found = (int)i;
    }
  }
  return found;
}

/* A value as its axis says it. (transfer full) */
static char *
dup_value(const NwPlotParallel *data, guint line, guint axis)
{
  double value = value_at(data, line, axis);

  if (data->axes[axis].words != NULL && value >= 0 && value < data->axes[axis].n_words)
    return g_strdup(data->axes[axis].words[(guint)value]);
  return nw_plot_format_value(value);
}

char *
nw_plot_parallel_read_out(const NwPlotParallel *data, double x, double y, double width,
                          double height, const NwPlotTheme *theme)
{
  int line = nw_plot_parallel_hit(data, x, y, width, height, theme);
  GString *words;

  if (line < 0)
    return NULL;
  words = g_string_new(data->names[line]);
  for (guint a = 0; a < data->n_axes; a++) {
    g_autofree char *value = dup_value(data, (guint)line, a);

    g_string_append_printf(words, "\n%s %s", data->axes[a].name, value);
  }
  return g_string_free(words, FALSE);
}

void
nw_plot_parallel_highlight(const NwPlotParallel *data, cairo_t *cr, double x, double y,
                           double width, double height, const NwPlotTheme *theme)
{
  int line = nw_plot_parallel_hit(data, x, y, width, height, theme);
  g_autofree NwPlotScale *scales = NULL;
  Layout l;

  if (line < 0 || !layout(data, width, height, theme, &l))
    return;
  scales = g_new(NwPlotScale, data->n_axes);
  for (guint a = 0; a < data->n_axes; a++)
    scales[a] = scale_of(data, a, &l);
  draw_chosen(data, &l, scales, (guint)line, cr, theme);
}

gboolean
nw_plot_parallel_find_axis(const NwPlotParallel *data, double x, double y, double width,
                           double height, const NwPlotTheme *theme, guint *axis, double *value)
{
  NwPlotScale scale;
  Layout l;

  if (is_empty(data) || !layout(data, width, height, theme, &l))
    return FALSE;
  *axis = (guint)CLAMP(round((x - l.left) / l.step), 0, data->n_axes - 1);
  scale = scale_of(data, *axis, &l);
  *value = nw_plot_scale_unmap(&scale, CLAMP(y, l.area.y, l.area.y + l.area.height));
  return TRUE;
}

/* ── words and numbers ───────────────────────────────────────────────────────────────────────── */

char *
nw_plot_parallel_describe(const NwPlotParallel *data)
{
  GString *words;
  guint n_in = 0;

  if (is_empty(data))
    return g_strdup(empty_sentence(data));
  for (guint i = 0; i < data->n_lines; i++)
    n_in += nw_plot_parallel_is_in(data, i);
  words = g_string_new(NULL);
  g_string_append_printf(words,
                         ngettext("%u line over %u axes", "%u lines over %u axes", data->n_lines),
                         data->n_lines, data->n_axes);
  if (n_in < data->n_lines)
    g_string_append_printf(words, _(", %u within the brushed ranges"), n_in);
  if (data->best >= 0 && data->best < (int)data->n_lines) {
    g_string_append_printf(words, _("; the best is %s: "), data->names[data->best]);
    for (guint a = 0; a < data->n_axes; a++) {
      g_autofree char *value = dup_value(data, (guint)data->best, a);

      g_string_append_printf(words, "%s%s %s", a > 0 ? ", " : "", data->axes[a].name, value);
    }
  }
  return g_string_free(words, FALSE);
}

void
nw_plot_parallel_write_csv(const NwPlotParallel *data, GString *out)
{
  g_string_append(out, "name");
  for (guint a = 0; a < data->n_axes; a++) {
    g_string_append_c(out, ',');
    nw_plot_csv_text(out, data->axes[a].name);
  }
  g_string_append_c(out, '\n');
  for (guint i = 0; i < data->n_lines; i++) {
    nw_plot_csv_text(out, data->names[i]);
    for (guint a = 0; a < data->n_axes; a++) {
      double value = value_at(data, i, a);

      g_string_append_c(out, ',');
      if (data->axes[a].words != NULL && value >= 0 && value < data->axes[a].n_words)
        nw_plot_csv_text(out, data->axes[a].words[(guint)value]);
      else
        nw_plot_csv_number(out, value);
    }
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_parallel_kind =
    NW_PLOT_KIND("parallel", nw_plot_parallel, NW_PLOT_READ_OUT(nw_plot_parallel),
                 NW_PLOT_HIGHLIGHT(nw_plot_parallel), NW_PLOT_HIT(nw_plot_parallel));
