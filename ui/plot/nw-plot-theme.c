/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-theme.h"

#include <math.h>
#include <stdlib.h>

#define RGB(hex)                                                                                   \
  {                                                                                                \
    (((hex) >> 16) & 255) / 255.0, (((hex) >> 8) & 255) / 255.0, ((hex)&255) / 255.0, 1            \
  }

static const NwPlotTheme light = {
    .background = RGB(0xffffff),
    .paper = RGB(0xffffff),
    .text = RGB(0x2e3436),
    .dim = RGB(0x6c6b70),
    .axis = RGB(0xb4b3b0),
    .grid = RGB(0xeeedec),
    .series = {RGB(0x3584e4), RGB(0xe66100), RGB(0x9141ac), RGB(0x26a269), RGB(0xc01c28),
               RGB(0x865e3c), RGB(0x1f9aa8), RGB(0x77767b)},
    .bar = RGB(0x66a3ec),
    .over = RGB(0xf7cccf),
    .under = RGB(0x7f7fbe),
    .count = RGB(0xbdbcb9),
    .good = RGB(0xbfe6da),
    .bad = RGB(0xf8513f),
    .best = RGB(0x26a269),
    .warning = RGB(0xc01c28),
    .selection = RGB(0x1a5fb4),
    .font = "Cantarell, Noto Sans, Sans",
    .title_size = 13,
    .text_size = 11,
    .small_size = 10,
    .line = 2,
    .thin = 1,
};

static const NwPlotTheme dark = {
    .dark = TRUE,
    .background = RGB(0x303030),
    .paper = RGB(0x303030),
    .text = RGB(0xf2f1f0),
    .dim = RGB(0xb6b5b2),
    .axis = RGB(0x77767b),
    .grid = RGB(0x424242),
    .series = {RGB(0x62a0ea), RGB(0xff9a4d), RGB(0xcf82d8), RGB(0x4fd08c), RGB(0xf66151),
               RGB(0xcdab8f), RGB(0x5fc9d6), RGB(0xa9a8a5)},
    .bar = RGB(0x4a86d0),
    .over = RGB(0x8f4b55),
    .under = RGB(0xa7a3e6),
    .count = RGB(0x7f7e7c),
    .good = RGB(0x35584f),
    .bad = RGB(0xf8604f),
    .best = RGB(0x57e389),
    .warning = RGB(0xff7b63),
    .selection = RGB(0x99c1f1),
    .font = "Cantarell, Noto Sans, Sans",
    .title_size = 13,
    .text_size = 11,
    .small_size = 10,
    .line = 2,
    .thin = 1,
};

const NwPlotTheme *
nw_plot_theme_get(gboolean want_dark)
{
  return want_dark ? &dark : &light;
}

NwPlotColor
nw_plot_theme_color(const NwPlotTheme *theme, guint i)
{
  return theme->series[i % NW_PLOT_N_COLORS];
}

NwPlotColor
nw_plot_color_from_rgb(guint32 rgb)
{
  return (NwPlotColor)RGB(rgb);
}

NwPlotColor
nw_plot_color_parse(const char *text)
{
  char *end = NULL;
  guint64 rgb;

  if (text == NULL || text[0] != '#' || !g_ascii_isxdigit(text[1]))
    return nw_plot_color_from_rgb(0x77767b);
  rgb = g_ascii_strtoull(text + 1, &end, 16);
  return nw_plot_color_from_rgb(end - text == 7 && *end == '\0' ? (guint32)rgb : 0x77767b);
}

NwPlotColor
nw_plot_color_fade(NwPlotColor color, double alpha)
{
  color.alpha *= alpha;
  return color;
}

NwPlotColor
nw_plot_color_mix(NwPlotColor a, NwPlotColor b, double amount)
{
  double t = CLAMP(amount, 0, 1);

  return (NwPlotColor){
      a.red + t * (b.red - a.red),
      a.green + t * (b.green - a.green),
      a.blue + t * (b.blue - a.blue),
      a.alpha + t * (b.alpha - a.alpha),
  };
}

NwPlotColor
nw_plot_color_ink(NwPlotColor color)
{
  /* Lightness as ITU-R BT.709 weighs it, in gamma space: good enough to choose one of two. */
  double lightness = 0.2126 * color.red + 0.7152 * color.green + 0.0722 * color.blue;

  return nw_plot_color_from_rgb(lightness > 0.55 ? 0x241f31 : 0xffffff);
}

void
nw_plot_color_set(cairo_t *cr, NwPlotColor color)
{
  cairo_set_source_rgba(cr, color.red, color.green, color.blue, color.alpha);
}

void
nw_plot_paint_background(cairo_t *cr, double width, double height, const NwPlotTheme *theme)
{
  if (theme->background.alpha <= 0)
    return;
  cairo_rectangle(cr, 0, 0, width, height);
  nw_plot_color_set(cr, theme->background);
  cairo_fill(cr);
}

double
nw_plot_snap(double v)
{
  return floor(v) + 0.5;
}

void
nw_plot_crisp_rectangle(cairo_t *cr, double x, double y, double width, double height)
{
  double left = round(x), top = round(y);
  double right = round(x + width), bottom = round(y + height);

  cairo_rectangle(cr, left, top, MAX(right - left, 1), MAX(bottom - top, 1));
}

void
nw_plot_crisp_line(cairo_t *cr, double x1, double y1, double x2, double y2, NwPlotColor color)
{
  cairo_set_line_width(cr, 1);
  nw_plot_color_set(cr, color);
  cairo_move_to(cr, nw_plot_snap(x1), nw_plot_snap(y1));
  cairo_line_to(cr, nw_plot_snap(x2), nw_plot_snap(y2));
  cairo_stroke(cr);
}

void
nw_plot_rounded_rectangle(cairo_t *cr, NwPlotRect r, double radius)
{
  double k = MIN(radius, MIN(r.width, r.height) / 2);

  cairo_new_sub_path(cr);
  cairo_arc(cr, r.x + r.width - k, r.y + k, k, -G_PI_2, 0);
  cairo_arc(cr, r.x + r.width - k, r.y + r.height - k, k, 0, G_PI_2);
  cairo_arc(cr, r.x + k, r.y + r.height - k, k, G_PI_2, G_PI);
  cairo_arc(cr, r.x + k, r.y + k, k, G_PI, 1.5 * G_PI);
  cairo_close_path(cr);
}

void
nw_plot_dot(cairo_t *cr, double x, double y, double radius)
{
  cairo_new_sub_path(cr);
  cairo_arc(cr, x, y, radius, 0, 2 * G_PI);
  cairo_fill(cr);
}
