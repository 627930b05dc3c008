/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-export.h"
#include "nw-error.h"
#include "nw-file.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_SIDE  20000.0
#define PNG_SCALE 2.0

/* Where cairo's bytes go, and the first thing that went wrong on the way. */
typedef struct {
  NwFileWriter *writer;
  GError *error;
} Sink;

static cairo_status_t
write_cb(void *closure, const unsigned char *bytes, unsigned int length)
{
  Sink *sink = closure;

  if (sink->error == NULL && nw_file_writer_write(sink->writer, bytes, length, &sink->error))
    return CAIRO_STATUS_SUCCESS;
  return CAIRO_STATUS_WRITE_ERROR;
}

static cairo_surface_t *
pdf_new(cairo_write_func_t write, void *closure, double width, double height)
{
  return cairo_pdf_surface_create_for_stream(write, closure, width, height);
}

static cairo_surface_t *
svg_new(cairo_write_func_t write, void *closure, double width, double height)
{
  cairo_surface_t *surface = cairo_svg_surface_create_for_stream(write, closure, width, height);

  cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
  return surface;
}

static cairo_surface_t *
png_new(cairo_write_func_t write, void *closure, double width, double height)
{
  cairo_surface_t *surface = cairo_image_surface_create(
      CAIRO_FORMAT_ARGB32, (int)ceil(width * PNG_SCALE), (int)ceil(height * PNG_SCALE));

  cairo_surface_set_device_scale(surface, PNG_SCALE, PNG_SCALE);
  return surface;
}

typedef struct {
  const char *ending;
  cairo_surface_t *(*create)(cairo_write_func_t write, void *closure, double width, double height);
  cairo_status_t (*write)(cairo_surface_t *surface, cairo_write_func_t write, void *closure);
} Format;

static const Format formats[] = {
    {".svg", svg_new, NULL},
    {".pdf", pdf_new, NULL},
    {".png", png_new, cairo_surface_write_to_png_stream},
};

static const Format *
find_format(const char *path)
{
  const char *ending = strrchr(path, '.');

  for (guint i = 0; ending != NULL && i < G_N_ELEMENTS(formats); i++)
    if (g_ascii_strcasecmp(ending, formats[i].ending) == 0)
      return &formats[i];
  return NULL;
}

static gboolean
is_csv(const char *path)
{
  const char *ending = strrchr(path, '.');

  return ending != NULL && g_ascii_strcasecmp(ending, ".csv") == 0;
}

static void
set_title(cairo_surface_t *surface, const char *title)
{
  if (cairo_surface_get_type(surface) != CAIRO_SURFACE_TYPE_PDF)
    return;
  if (title != NULL)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Netwright");
}

/* Ends the drawing and puts the file in place, or says why not. */
static gboolean
commit(Sink *sink, cairo_status_t status, const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name(path);

  if (sink->error != NULL) {
    g_propagate_error(error, g_steal_pointer(&sink->error));
    return FALSE;
  }
  if (status != CAIRO_STATUS_SUCCESS) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("The plot could not be written to “%s”: %s."),
                name, cairo_status_to_string(status));
    return FALSE;
  }
  return nw_file_writer_commit(sink->writer, error);
}

gboolean
nw_plot_export_drawing(NwPlotDrawFunc draw, gconstpointer data, const char *title, const char *path,
                       double width, double height, const NwPlotTheme *theme, GError **error)
{
  g_autofree char *name = g_filename_display_name(path);
  g_autoptr(NwFileWriter) writer = NULL;
  const Format *format = find_format(path);
  Sink sink = {0};
  cairo_surface_t *surface;
  cairo_t *cr;
  cairo_status_t status;
  gboolean is_done;

  if (format == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("“%s” does not say how to save a plot: end the name in .svg, .pdf or .png."),
                name);
    return FALSE;
  }
  if (!(width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE) ||
      (format->write != NULL && width * height > MAX_SIDE * MAX_SIDE / 8)) {
    g_set_error(error, NW_ERROR, NW_ERROR_LIMIT,
                _("A plot of %g by %g cannot be saved: choose sides between 1 and %g."), width,
                height, format->write != NULL ? MAX_SIDE / 4 : MAX_SIDE);
    return FALSE;
  }
  writer = nw_file_writer_new(path, error);
  if (writer == NULL)
    return FALSE;
  sink.writer = writer;
  surface = format->create(write_cb, &sink, width, height);
  set_title(surface, title);
  cr = cairo_create(surface);
  draw(data, cr, width, height, theme != NULL ? theme : nw_plot_theme_get(FALSE));
  status = cairo_status(cr);
  cairo_destroy(cr);
  if (status == CAIRO_STATUS_SUCCESS && format->write != NULL)
    status = format->write(surface, write_cb, &sink);
  cairo_surface_finish(surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status(surface);
  is_done = commit(&sink, status, path, error);
  cairo_surface_destroy(surface);
  g_clear_error(&sink.error);
  return is_done;
}

gboolean
nw_plot_export_pages(NwPlotPageFunc draw, gpointer data, const char *title, const char *path,
                     double width, double height, GError **error)
{
  g_autoptr(NwFileWriter) writer = nw_file_writer_new(path, error);
  Sink sink = {.writer = writer};
  cairo_surface_t *surface;
  cairo_t *cr;
  cairo_status_t status;
  gboolean is_done, has_more = TRUE;

  if (writer == NULL)
    return FALSE;
  surface = pdf_new(write_cb, &sink, width, height);
  set_title(surface, title);
  cr = cairo_create(surface);
  for (guint page = 0; has_more && cairo_status(cr) == CAIRO_STATUS_SUCCESS; page++) {
    cairo_save(cr);
    has_more = draw(data, cr, page);
    cairo_restore(cr);
    cairo_show_page(cr);
  }
  status = cairo_status(cr);
  cairo_destroy(cr);
  cairo_surface_finish(surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status(surface);
  is_done = commit(&sink, status, path, error);
  cairo_surface_destroy(surface);
  g_clear_error(&sink.error);
  return is_done;
}

/* ── in HTML ─────────────────────────────────────────────────────────────────────────────────── */

static cairo_status_t
append_cb(void *closure, const unsigned char *bytes, unsigned int length)
{
  g_string_append_len(closure, (const char *)bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

char *
nw_plot_to_svg(const NwPlotKind *kind, gconstpointer data, double width, double height,
               const NwPlotTheme *theme, const char *prefix, GError **error)
{
  /* All that cairo writes of ids: where they are given, and the two ways to name them. It draws
   * text as shapes, so that no words of people can look like one. */
  static const char *const places[] = {" id=\"", "href=\"#", "url(#"};
  g_autoptr(GString) text = g_string_new(NULL);
  cairo_surface_t *surface = svg_new(append_cb, text, width, height);
  cairo_t *cr = cairo_create(surface);
  cairo_status_t status;
  const char *element;

  kind->draw(data, cr, width, height, theme);
  status = cairo_status(cr);
  cairo_destroy(cr);
  cairo_surface_finish(surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  element = strstr(text->str, "<svg");
  if (status != CAIRO_STATUS_SUCCESS || element == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("The plot could not be drawn: %s."),
                cairo_status_to_string(status));
    return NULL;
  }
  g_string_erase(text, 0, element - text->str);
  for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
    g_autofree char *with_prefix = g_strconcat(places[i], prefix, NULL);
    g_string_replace(text, places[i], with_prefix, 0);
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
nw_plot_to_csv(const NwPlotKind *kind, gconstpointer data)
{
  GString *out = g_string_new(NULL);

  kind->write_csv(data, out);
  return g_string_free(out, FALSE);
}

gboolean
nw_plot_export(const NwPlotKind *kind, gconstpointer data, const char *path, double width,
               double height, const NwPlotTheme *theme, GError **error)
{
  g_autofree char *words = NULL;

  if (is_csv(path)) {
    g_autofree char *csv = nw_plot_to_csv(kind, data);
    return nw_file_write_atomic(path, csv, strlen(csv), error);
  }
  words = kind->describe(data);
  return nw_plot_export_drawing(kind->draw, data, words, path, width, height, theme, error);
}
