/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-text.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#define HALO  3.0 /* px, half of it outside of the letters */
#define MINUS "\u2212"
#define THIN  "\u202f" /* narrow, not broken at the end of a line */

static PangoLayout *
layout_new(const NwPlotTheme *theme, const char *text, const NwPlotTextStyle *style)
{
  PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
  g_autoptr(PangoFontDescription) font = pango_font_description_new();
  PangoLayout *layout;
  double size = style->size > 0 ? style->size : theme->text_size;

  pango_font_description_set_family_static(font, theme->font);
  pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
  if (style->bold)
    pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
  pango_context_set_round_glyph_positions(context, FALSE);
  layout = pango_layout_new(context);
  g_object_unref(context);
  pango_layout_set_font_description(layout, font);
  pango_layout_set_text(layout, text, -1);
  if (style->max_width > 0) {
    pango_layout_set_width(layout, (int)ceil(style->max_width * PANGO_SCALE));
    if (style->wrap) {
      pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_alignment(layout, style->align_x < 0.25   ? PANGO_ALIGN_LEFT
                                         : style->align_x > 0.75 ? PANGO_ALIGN_RIGHT
                                                                 : PANGO_ALIGN_CENTER);
    } else {
      pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    }
  }
  return layout;
}

/* Only … would be left, or less. */
static gboolean
is_left_out(PangoLayout *layout, const NwPlotTheme *theme, const NwPlotTextStyle *style)
{
  double size = style->size > 0 ? style->size : theme->text_size;

  if (style->max_width < 0)
    return TRUE;
  return style->max_width > 0 && !style->wrap && pango_layout_is_ellipsized(layout) &&
         style->max_width < 2.2 * size;
}

/* Around the letters of @layout, which begin at the current point; the point stays. */
static void
draw_halo(cairo_t *cr, PangoLayout *layout, const NwPlotTheme *theme)
{
  double x, y;

  cairo_get_current_point(cr, &x, &y);
  pango_cairo_layout_path(cr, layout);
  cairo_set_line_width(cr, HALO);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  nw_plot_color_set(cr, nw_plot_color_fade(theme->paper, 0.85));
  cairo_stroke(cr);
  cairo_move_to(cr, x, y);
}

NwPlotRect
nw_plot_text(cairo_t *cr, const NwPlotTheme *theme, double x, double y, const char *text,
             const NwPlotTextStyle *style)
{
  g_autoptr(PangoLayout) layout = NULL;
  PangoRectangle logical;
  double width, height, left, top;

  if (text == NULL || *text == '\0')
    return (NwPlotRect){x, y, 0, 0};
  layout = layout_new(theme, text, style);
  if (is_left_out(layout, theme, style))
    return (NwPlotRect){x, y, 0, 0};
  pango_layout_get_extents(layout, NULL, &logical);
  width = logical.width / (double)PANGO_SCALE;
  height = logical.height / (double)PANGO_SCALE;
  left = -style->align_x * width;
  top = -style->align_y * height;

  cairo_save(cr);
  if (style->upwards) {
    cairo_translate(cr, round(x), y);
    cairo_rotate(cr, -G_PI_2);
  } else {
    /* Whole pixels downwards keep the baselines of a row alike. */
    cairo_translate(cr, x, y);
    top = round(y + top) - y;
  }
  cairo_move_to(cr, left - logical.x / (double)PANGO_SCALE, top);
  if (style->halo)
    draw_halo(cr, layout, theme);
  nw_plot_color_set(cr, style->color.alpha > 0 ? style->color : theme->text);
  pango_cairo_show_layout(cr, layout);
  cairo_new_path(cr); /* no current point is left for the next line to begin at */
  cairo_restore(cr);
  return (NwPlotRect){x + left, y + top, width, height};
}

NwPlotRect
nw_plot_text_measure(const NwPlotTheme *theme, const char *text, const NwPlotTextStyle *style)
{
  g_autoptr(PangoLayout) layout = NULL;
  PangoRectangle logical;

  if (text == NULL || *text == '\0')
    return (NwPlotRect){0};
  layout = layout_new(theme, text, style);
  if (is_left_out(layout, theme, style))
    return (NwPlotRect){0};
  pango_layout_get_extents(layout, NULL, &logical);
  return (NwPlotRect){0, 0, logical.width / (double)PANGO_SCALE,
                      logical.height / (double)PANGO_SCALE};
}

double
nw_plot_text_width(const NwPlotTheme *theme, const char *text, double size)
{
  return nw_plot_text_measure(theme, text, &(NwPlotTextStyle){.size = size}).width;
}

double
nw_plot_text_height(const NwPlotTheme *theme, double size)
{
  return nw_plot_text_measure(theme, "0", &(NwPlotTextStyle){.size = size}).height;
}

void
nw_plot_note(cairo_t *cr, double x, double y, double width, double height, const char *words,
             const NwPlotTheme *theme)
{
  NwPlotTextStyle style = {.size = theme->small_size};
  NwPlotRect size = nw_plot_text_measure(theme, words, &style), card;
  double pad = 6, distance = 14;

  card.width = ceil(size.width) + 2 * pad;
  card.height = ceil(size.height) + 2 * pad;
  /* To the right of the pointer, to its left where there is no room. */
  card.x = x + distance + card.width <= width ? x + distance : x - distance - card.width;
  card.x = round(CLAMP(card.x, 0, MAX(width - card.width, 0))) + 0.5;
  card.y = round(CLAMP(y - card.height / 2, 0, MAX(height - card.height - 1, 0))) + 0.5;
  nw_plot_rounded_rectangle(cr, card, 6);
  nw_plot_color_set(cr, nw_plot_color_fade(theme->paper, 0.94));
  cairo_fill_preserve(cr);
  cairo_set_line_width(cr, 1);
  nw_plot_color_set(cr, theme->axis);
  cairo_stroke(cr);
  nw_plot_text(cr, theme, card.x + pad, card.y + pad, words, &style);
}

/* ── numbers ─────────────────────────────────────────────────────────────────────────────────── */

/* Inserts thin spaces between thousands from four digits on, and a true minus. */
static void
append_grouped(GString *out, const char *ascii)
{
  const char *digits = ascii + (*ascii == '-');
  gsize whole = strspn(digits, "0123456789");
  gboolean is_zero = strspn(digits, "0.") == strlen(digits);

  if (*ascii == '-' && !is_zero)
    g_string_append(out, MINUS);
  for (gsize i = 0; i < whole; i++) {
    if (i > 0 && whole >= 4 && (whole - i) % 3 == 0)
      g_string_append(out, THIN);
    g_string_append_c(out, digits[i]);
  }
  g_string_append(out, digits + whole);
}

void
nw_plot_format_fixed(double value, int decimals, char *buffer, gsize size)
{
  char format[16], ascii[400];
  g_autoptr(GString) out = g_string_new(NULL);

  if (!isfinite(value)) {
    g_strlcpy(buffer, "–", size);
    return;
  }
  g_snprintf(format, sizeof format, "%%.%df", CLAMP(decimals, 0, 15));
  g_ascii_formatd(ascii, sizeof ascii, format, value);
  append_grouped(out, ascii);
  g_strlcpy(buffer, out->str, size);
}

void
nw_plot_format_power(double value, int decimals, char *buffer, gsize size)
{
  static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  char format[16], ascii[48], exponent[16];
  g_autoptr(GString) out = g_string_new(NULL);
  char *e;

  if (!isfinite(value)) {
    g_strlcpy(buffer, "–", size);
    return;
  }
  if (value == 0) {
    g_strlcpy(buffer, "0", size);
    return;
  }
  g_snprintf(format, sizeof format, "%%.%de", CLAMP(decimals, 0, 15));
  g_ascii_formatd(ascii, sizeof ascii, format, value);
  e = strchr(ascii, 'e');
  *e = '\0';
  g_snprintf(exponent, sizeof exponent, "%d", (int)g_ascii_strtoll(e + 1, NULL, 10));
  if (strcmp(ascii, "-1") == 0)
    g_string_append(out, MINUS);
  else if (strcmp(ascii, "1") != 0) {
    append_grouped(out, ascii);
    g_string_append(out, "·");
  }
  g_string_append(out, "10");
  for (const char *c = exponent; *c != '\0'; c++)
    g_string_append(out, *c == '-' ? "⁻" : raised[*c - '0']);
  g_strlcpy(buffer, out->str, size);
}

char *
nw_plot_format_value(double value)
{
  char buffer[64];
  double size = fabs(value);

  if (!isfinite(value))
    return g_strdup("–");
  if (size == 0)
    return g_strdup("0");
  if (size < 5e-5 || size >= 1e7)
    nw_plot_format_power(value, 2, buffer, sizeof buffer);
  else
    nw_plot_format_fixed(value,
                         value == floor(value) ? 0 : CLAMP(2 - (int)floor(log10(size)), 0, 6),
                         buffer, sizeof buffer);
  return g_strdup(buffer);
}

char *
nw_plot_format_percent(double share)
{
  char buffer[64];

  if (!isfinite(share))
    return g_strdup("–");
  nw_plot_format_fixed(share * 100, 1, buffer, sizeof buffer);
  return g_strconcat(buffer, THIN "%", NULL);
}

char *
nw_plot_format_count(guint64 count)
{
  char ascii[32];
  g_autoptr(GString) out = g_string_new(NULL);

  g_snprintf(ascii, sizeof ascii, "%" G_GUINT64_FORMAT, count);
  append_grouped(out, ascii);
  return g_strdup(out->str);
}

/* ── CSV ─────────────────────────────────────────────────────────────────────────────────────── */

void
nw_plot_csv_text(GString *out, const char *text)
{
  if (text == NULL)
    return;
  if (strpbrk(text, ",\"\r\n") == NULL) {
    g_string_append(out, text);
    return;
  }
  g_string_append_c(out, '"');
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '"')
      g_string_append_c(out, '"');
    g_string_append_c(out, *c);
  }
  g_string_append_c(out, '"');
}

void
nw_plot_csv_number(GString *out, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite(value))
    return;
  /* 15 digits where they are enough (0.1), 17 where they are not. */
  g_ascii_formatd(buffer, sizeof buffer, "%.15g", value);
  if (g_ascii_strtod(buffer, NULL) != value)
    g_ascii_dtostr(buffer, sizeof buffer, value);
  g_string_append(out, buffer);
}
