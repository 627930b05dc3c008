/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-flow-private.h"
#include "nw-error.h"
#include "nw-plot-export.h"
#include "nw-plot-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define PAGE_WIDTH  595.28 /* A4 in points */
#define PAGE_HEIGHT 841.89
#define MARGIN      48.0
#define FOOTER      22.0
#define ROW         15.0
#define ENTRY       13.0
#define GAP         NW_FLOW_GAP

static void
block_free(NwFlowBlock *block)
{
  for (guint i = 0; i < G_N_ELEMENTS(block->texts); i++)
    g_free(block->texts[i]);
  g_free(block);
}

static void
kept_clear(NwFlowKept *kept)
{
  kept->destroy(kept->data);
}

NwPlotFlow *
nw_plot_flow_new(const char *footer)
{
  NwPlotFlow *flow = g_new0(NwPlotFlow, 1);

  flow->footer = g_strdup(footer);
  flow->theme = nw_plot_theme_get(FALSE);
  flow->blocks = g_ptr_array_new_with_free_func((GDestroyNotify)block_free);
  flow->kept = g_array_new(FALSE, FALSE, sizeof(NwFlowKept));
  g_array_set_clear_func(flow->kept, (GDestroyNotify)kept_clear);
  return flow;
}

void
nw_plot_flow_free(NwPlotFlow *flow)
{
  if (flow == NULL)
    return;
  g_ptr_array_unref(flow->blocks);
  g_array_unref(flow->kept);
  g_free(flow->footer);
  g_free(flow);
}

double
nw_plot_flow_get_width(const NwPlotFlow *flow)
{
  return PAGE_WIDTH - 2 * MARGIN;
}

gpointer
nw_plot_flow_keep(NwPlotFlow *flow, gpointer data, GDestroyNotify destroy)
{
  NwFlowKept kept = {data, destroy};

  g_array_append_val(flow->kept, kept);
  return data;
}

static NwFlowBlock *
add_block(NwPlotFlow *flow, NwFlowRole role, double height, NwFlowDrawFunc draw)
{
  NwFlowBlock *block = g_new0(NwFlowBlock, 1);

  block->role = role;
  block->height = height;
  block->draw = draw;
  g_ptr_array_add(flow->blocks, block);
  return block;
}

/* ── text ────────────────────────────────────────────────────────────────────────────────────── */

static void
draw_text(const NwFlowBlock *block, cairo_t *cr, double width, const NwPlotTheme *theme)
{
  nw_plot_text(cr, theme, 0, 0, block->texts[0], &block->style);
}

static void
draw_heading(const NwFlowBlock *block, cairo_t *cr, double width, const NwPlotTheme *theme)
{
  nw_plot_text(cr, theme, 0, GAP, block->texts[0], &block->style);
}

static void
add_text(NwPlotFlow *flow, NwFlowRole role, const char *text, NwPlotTextStyle style, double below)
{
  NwFlowBlock *block;

  style.wrap = TRUE;
  style.max_width = nw_plot_flow_get_width(flow);
  block = add_block(
      flow, role, ceil(nw_plot_text_measure(flow->theme, text, &style).height) + below, draw_text);
  block->texts[0] = g_strdup(text);
  block->style = style;
}

void
nw_plot_flow_add_title(NwPlotFlow *flow, const char *title, const char *subtitle)
{
  add_text(flow, NW_FLOW_TITLE, title, (NwPlotTextStyle){.size = 24, .bold = TRUE}, 2);
  if (subtitle != NULL)
    add_text(flow, NW_FLOW_SUBTITLE, subtitle,
             (NwPlotTextStyle){.size = 10, .color = flow->theme->dim}, 10);
}

void
nw_plot_flow_add_heading(NwPlotFlow *flow, const char *text)
{
  NwPlotTextStyle style = {.size = 14, .bold = TRUE, .max_width = nw_plot_flow_get_width(flow)};
  NwFlowBlock *block = add_block(
      flow, NW_FLOW_HEADING, ceil(nw_plot_text_height(flow->theme, 14)) + GAP + 5, draw_heading);

  block->texts[0] = g_strdup(text);
  block->style = style;
  block->with_next = TRUE;
  flow->head = 0;
}

void
nw_plot_flow_add_text(NwPlotFlow *flow, const char *text)
{
  add_text(flow, NW_FLOW_TEXT, text, (NwPlotTextStyle){.size = 11}, 6);
}

static void
draw_nothing(const NwFlowBlock *block, cairo_t *cr, double width, const NwPlotTheme *theme)
{
}

void
nw_plot_flow_add_space(NwPlotFlow *flow, double height)
{
  add_block(flow, NW_FLOW_SPACE, height, draw_nothing);
}

/* ── plots ───────────────────────────────────────────────────────────────────────────────────── */

static void
draw_plots(const NwFlowBlock *block, cairo_t *cr, double width, const NwPlotTheme *theme)
{
  double each = block->is_pair ? floor((width - GAP) / 2) : width;

  for (guint i = 0; i < 2; i++) {
    if (block->kinds[i] == NULL)
      continue;
    cairo_save(cr);
    cairo_translate(cr, i * (each + GAP), 0);
    block->kinds[i]->draw(block->data[i], cr, each, block->height - NW_FLOW_BELOW, theme);
    cairo_restore(cr);
  }
}

void
nw_plot_flow_add_plot(NwPlotFlow *flow, double height, const NwPlotKind *kind, gconstpointer data)
{
  NwFlowBlock *block = add_block(flow, NW_FLOW_PLOTS, height + NW_FLOW_BELOW, draw_plots);

  block->kinds[0] = kind;
  block->data[0] = data;
}

void
nw_plot_flow_add_pair(NwPlotFlow *flow, double height, const NwPlotKind *left,
                      gconstpointer left_data, const NwPlotKind *right, gconstpointer right_data)
{
  NwFlowBlock *block = add_block(flow, NW_FLOW_PLOTS, height + NW_FLOW_BELOW, draw_plots);

  block->kinds[0] = left;
  block->data[0] = left_data;
  block->kinds[1] = right;
  block->data[1] = right_data;
  block->is_pair = TRUE;
}

/* ── tables ──────────────────────────────────────────────────────────────────────────────────── */

static void
draw_row(const NwFlowBlock *block, cairo_t *cr, double width, const NwPlotTheme *theme)
{
  double x = 0;

  for (guint i = 0; i < block->table.n_columns; i++) {
    double column = width * block->table.shares[i], indent = i == 0 && block->is_part ? 12 : 0;
    NwPlotTextStyle style = block->style;

    style.align_x = i == 0 ? 0 : 1;
    style.align_y = 0.5;
    style.max_width = MAX(column - indent - 4, 1);
    nw_plot_text(cr, theme, i == 0 ? x + indent : x + column, block->height / 2, block->texts[i],
                 &style);
    x += column;
  }
  nw_plot_crisp_line(cr, 0, block->height - 1, width, block->height - 1,
                     block->style.bold ? theme->axis : theme->grid);
}

static NwFlowBlock *
add_row(NwPlotFlow *flow, NwFlowRole role, const NwFlowTable *table, const char *const *cells)
{
  NwFlowBlock *block = add_block(flow, role, ROW, draw_row);

  block->table = *table;
  for (guint i = 0; i < table->n_columns; i++)
    block->texts[i] = g_strdup(cells[i]);
  block->style.size = 10;
  return block;
}

void
nw_plot_flow_begin_table(NwPlotFlow *flow, const double *shares, guint n_columns,
                         const char *const *head)
{
  NwFlowTable table = {.n_columns = n_columns};
  NwFlowBlock *block;

  g_return_if_fail(n_columns <= NW_PLOT_FLOW_MAX_COLUMNS);
  memcpy(table.shares, shares, n_columns * sizeof *shares);
  block = add_row(flow, NW_FLOW_HEAD, &table, head);
  block->style.bold = TRUE;
  block->with_next = TRUE;
  flow->head = flow->blocks->len;
}

void
nw_plot_flow_add_row(NwPlotFlow *flow, const char *const *cells, gboolean is_part)
{
  const NwFlowBlock *head;
  NwFlowBlock *block;

  g_return_if_fail(flow->head > 0);
  head = g_ptr_array_index(flow->blocks, flow->head - 1);
  block = add_row(flow, NW_FLOW_ROW, &head->table, cells);
  block->head = flow->head;
  block->is_part = is_part;
  if (is_part) {
    block->style.size = 9;
    block->style.color = flow->theme->dim;
  }
}

#define ENTRY_LEFT 210.0 /* where values begin */

static void
draw_entry(const NwFlowBlock *block, cairo_t *cr, double width, const NwPlotTheme *theme)
{
  nw_plot_text(cr, theme, 0, 0, block->texts[0],
               &(NwPlotTextStyle){.size = 10, .color = theme->dim, .max_width = ENTRY_LEFT - 8});
  nw_plot_text(cr, theme, ENTRY_LEFT, 0, block->texts[1], &block->style);
}

void
nw_plot_flow_add_entry(NwPlotFlow *flow, const char *name, const char *value)
{
  NwPlotTextStyle style = {
      .size = 10, .wrap = TRUE, .max_width = nw_plot_flow_get_width(flow) - ENTRY_LEFT};
  double height = nw_plot_text_measure(flow->theme, value, &style).height;
  NwFlowBlock *block = add_block(flow, NW_FLOW_ENTRY, MAX(ceil(height), ENTRY), draw_entry);

  block->texts[0] = g_strdup(name);
  block->texts[1] = g_strdup(value);
  block->style = style;
}

/* ── pages ───────────────────────────────────────────────────────────────────────────────────── */

/* What must stand on one page together, beginning with block @i. */
static double
measure_chain(const NwPlotFlow *flow, guint i)
{
  double height = 0;

  for (; i < flow->blocks->len; i++) {
    const NwFlowBlock *block = g_ptr_array_index(flow->blocks, i);

    height += block->height;
    if (!block->with_next)
      break;
  }
  return height;
}

static void
paginate(NwPlotFlow *flow)
{
  double bottom = PAGE_HEIGHT - MARGIN - FOOTER, y = MARGIN;
  guint page = 0;
  gboolean is_chained = FALSE;

  for (guint i = 0; i < flow->blocks->len; i++) {
    NwFlowBlock *block = g_ptr_array_index(flow->blocks, i);

    if (!is_chained && y + measure_chain(flow, i) > bottom && y > MARGIN) {
      page++;
      y = MARGIN;
      if (block->head > 0)
        y += ROW; /* the table's head once more */
    }
    block->page = page;
    block->y = y;
    y += block->height;
    is_chained = block->with_next;
  }
  flow->n_pages = page + 1;
}

static void
draw_block(const NwPlotFlow *flow, const NwFlowBlock *block, cairo_t *cr, double y)
{
  cairo_save(cr);
  cairo_translate(cr, MARGIN, y);
  block->draw(block, cr, nw_plot_flow_get_width(flow), flow->theme);
  cairo_restore(cr);
}

static void
draw_footer(const NwPlotFlow *flow, cairo_t *cr, guint page)
{
  g_autofree char *number = g_strdup_printf(_("%u of %u"), page + 1, flow->n_pages);
  NwPlotTextStyle style = {.size = 9, .color = flow->theme->dim, .align_y = 1};
  double y = PAGE_HEIGHT - MARGIN + 4;

  style.max_width = nw_plot_flow_get_width(flow) - 60;
  nw_plot_text(cr, flow->theme, MARGIN, y, flow->footer, &style);
  style.align_x = 1;
  nw_plot_text(cr, flow->theme, PAGE_WIDTH - MARGIN, y, number, &style);
}

static gboolean
draw_page_cb(gpointer data, cairo_t *cr, guint page)
{
  NwPlotFlow *flow = data;
  gboolean is_first = TRUE;

  for (guint i = 0; i < flow->blocks->len; i++) {
    const NwFlowBlock *block = g_ptr_array_index(flow->blocks, i);

    if (block->page != page)
      continue;
    if (is_first && block->head > 0)
      draw_block(flow, g_ptr_array_index(flow->blocks, block->head - 1), cr, MARGIN);
    is_first = FALSE;
    draw_block(flow, block, cr, block->y);
  }
  draw_footer(flow, cr, page);
  return page + 1 < flow->n_pages;
}

/* ── which ───────────────────────────────────────────────────────────────────────────────────── */

static gboolean
write_pages(NwPlotFlow *flow, const char *title, const char *path, GError **error)
{
  paginate(flow);
  return nw_plot_export_pages(draw_page_cb, flow, title, path, PAGE_WIDTH, PAGE_HEIGHT, error);
}

static const struct {
  const char *ending;
  gboolean (*write)(NwPlotFlow *flow, const char *title, const char *path, GError **error);
} writers[] = {
    {".pdf", write_pages},
    {".html", nw_plot_flow_write_html},
    {".htm", nw_plot_flow_write_html},
};

gboolean
nw_plot_flow_write(NwPlotFlow *flow, const char *title, const char *path, GError **error)
{
  const char *ending = strrchr(path, '.');
  g_autofree char *name = g_filename_display_name(path);

  for (guint i = 0; ending != NULL && i < G_N_ELEMENTS(writers); i++)
    if (g_ascii_strcasecmp(ending, writers[i].ending) == 0)
      return writers[i].write(flow, title, path, error);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("“%s” does not say how to write a report: end the name in .pdf or .html."), name);
  return FALSE;
}
