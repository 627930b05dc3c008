/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A flow as HTML: one file that needs no other. Every plot is drawn twice, for light and for dark;
 * the page shows one of them. Readers who do not see have the words of each plot, heads of tables,
 * and headings. */
#include "nw-file.h"
#include "nw-plot-export.h"
#include "nw-plot-flow-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define SCALE 1.5 /* plots are so much larger than on paper: screens have the room */

static const char style[] =
    ":root{color-scheme:light dark;--text:#2e3436;--dim:#6c6b70;--paper:#fff;--line:#dddcd9;"
    "--stripe:#f6f5f4;--link:#1a5fb4}"
    "@media(prefers-color-scheme:dark){:root{--text:#f2f1f0;--dim:#b6b5b2;--paper:#303030;"
    "--line:#5a595c;--stripe:#383838;--link:#99c1f1}}"
    "@media print{:root{--text:#2e3436;--dim:#6c6b70;--paper:#fff;--line:#dddcd9;--stripe:#f6f5f4}}"
    "body{margin:0;background:var(--paper);color:var(--text);"
    "font:16px/1.5 Cantarell,\"Noto Sans\",system-ui,sans-serif}"
    "main{max-width:770px;margin:0 auto;padding:32px 20px 64px}"
    "h1{font-size:2.1em;line-height:1.2;margin:0}"
    "h2{font-size:1.3em;line-height:1.3;margin:2em 0 .6em}"
    ".dim,footer{color:var(--dim);margin:.2em 0 1.2em}"
    "a{color:var(--link)}"
    "nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;margin:1em 0}"
    "figure{display:flex;flex-wrap:wrap;gap:16px;margin:1em 0}"
    "figure>div{flex:0 1 auto;max-width:100%}"
    "svg{display:block;max-width:100%;height:auto}"
    "svg.dark{display:none}"
    "@media screen and (prefers-color-scheme:dark){svg.dark{display:block}svg.light{display:none}}"
    ".scroll{overflow-x:auto;margin:.6em 0}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
    "caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"
    "th,td{padding:3px 0 3px 14px;text-align:right;border-bottom:1px solid var(--line);"
    "white-space:nowrap}"
    "th:first-child{padding-left:0;text-align:left;white-space:normal;overflow-wrap:anywhere;"
    "min-width:7em}"
    "tbody th{font-weight:normal}"
    "tr.part{font-size:.9em;color:var(--dim)}"
    "tr.part th:first-child{padding-left:18px}"
    "tbody tr:nth-child(even){background:var(--stripe)}"
    "dl{display:grid;grid-template-columns:minmax(9em,2fr) 3fr;gap:2px 16px;margin:.6em 0}"
    "dt{color:var(--dim)}"
    "dd{margin:0;overflow-wrap:anywhere}"
    "@media(max-width:480px){dl{grid-template-columns:1fr}dd{margin-bottom:.4em}}"
    "@media print{main{max-width:none;padding:0}figure,tr{break-inside:avoid}nav{display:none}}";

typedef struct {
  const NwPlotFlow *flow;
  GString *out;
  guint index;         /* of the block */
  guint n_svg;         /* so far */
  const char *heading; /* of the section at hand */
  GError *error;
} Page;

static void
append_escaped(GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
  g_autofree char *escaped = g_markup_escape_text(valid, -1);

  g_string_append(out, escaped);
}

/* <@tag @more>text</@tag> */
static void
append_element(GString *out, const char *tag, const char *more, const char *text)
{
  g_string_append_printf(out, "<%s%s>", tag, more);
  append_escaped(out, text);
  g_string_append_printf(out, "</%s>\n", tag);
}

/* ── one function for each role ──────────────────────────────────────────────────────────────── */

static void
write_title(Page *page, const NwFlowBlock *block)
{
  append_element(page->out, "h1", "", block->texts[0]);
}

static void
write_subtitle(Page *page, const NwFlowBlock *block)
{
  append_element(page->out, "p", " class=\"dim\"", block->texts[0]);
}

static void
write_heading(Page *page, const NwFlowBlock *block)
{
  g_autofree char *id = g_strdup_printf(" id=\"s%u\"", page->index);

  page->heading = block->texts[0];
  append_element(page->out, "h2", id, block->texts[0]);
}

static void
write_text(Page *page, const NwFlowBlock *block)
{
  append_element(page->out, "p", "", block->texts[0]);
}

static void
write_nothing(Page *page, const NwFlowBlock *block)
{
}

static void
write_svg(Page *page, const NwPlotKind *kind, gconstpointer data, double width, double height,
          gboolean is_dark)
{
  g_autofree char *prefix = g_strdup_printf("p%u-", page->n_svg++);
  g_autofree char *svg = nw_plot_to_svg(kind, data, width, height, nw_plot_theme_get(is_dark),
                                        prefix, page->error == NULL ? &page->error : NULL);
  g_autofree char *words = kind->describe(data);

  if (svg == NULL)
    return;
  g_string_append_printf(page->out, "<svg class=\"%s\" role=\"img\" aria-label=\"",
                         is_dark ? "dark" : "light");
  append_escaped(page->out, words);
  g_string_append_c(page->out, '"');
  g_string_append(page->out, svg + strlen("<svg"));
}

static void
write_plots(Page *page, const NwFlowBlock *block)
{
  double width = nw_plot_flow_get_width(page->flow) * SCALE;
  double each = block->is_pair ? floor((width - NW_FLOW_GAP) / 2) : floor(width);
  double height = round((block->height - NW_FLOW_BELOW) * SCALE);

  g_string_append(page->out, "<figure>");
  for (guint i = 0; i < 2; i++) {
    if (block->kinds[i] == NULL)
      continue;
    g_string_append(page->out, "<div>");
    write_svg(page, block->kinds[i], block->data[i], each, height, FALSE);
    write_svg(page, block->kinds[i], block->data[i], each, height, TRUE);
    g_string_append(page->out, "</div>\n");
  }
  g_string_append(page->out, "</figure>\n");
}

static void
write_head(Page *page, const NwFlowBlock *block)
{
  append_element(page->out, "caption", "", page->heading);
  g_string_append(page->out, "<thead><tr>");
  for (guint i = 0; i < block->table.n_columns; i++)
    append_element(page->out, "th", " scope=\"col\"", block->texts[i]);
  g_string_append(page->out, "</tr></thead>\n<tbody>\n");
}

static void
write_row(Page *page, const NwFlowBlock *block)
{
  g_string_append(page->out, block->is_part ? "<tr class=\"part\">" : "<tr>");
  for (guint i = 0; i < block->table.n_columns; i++)
    if (i == 0)
      append_element(page->out, "th", " scope=\"row\"", block->texts[i]);
    else
      append_element(page->out, "td", "", block->texts[i]);
  g_string_append(page->out, "</tr>\n");
}

static void
write_entry(Page *page, const NwFlowBlock *block)
{
  append_element(page->out, "dt", "", block->texts[0]);
  append_element(page->out, "dd", "", block->texts[1]);
}

/* Blocks of neighbouring roles with one @begin and @end stand in one of them. */
static const struct {
  void (*write)(Page *page, const NwFlowBlock *block);
  const char *begin, *end; /* (nullable) */
} roles[NW_FLOW_N_ROLES] = {
    [NW_FLOW_TITLE] = {write_title},
    [NW_FLOW_SUBTITLE] = {write_subtitle},
    [NW_FLOW_HEADING] = {write_heading},
    [NW_FLOW_TEXT] = {write_text},
    [NW_FLOW_SPACE] = {write_nothing},
    [NW_FLOW_PLOTS] = {write_plots},
    [NW_FLOW_HEAD] = {write_head, "<div class=\"scroll\" tabindex=\"0\"><table>\n", NULL},
    [NW_FLOW_ROW] = {write_row, NULL, "</tbody></table></div>\n"},
    [NW_FLOW_ENTRY] = {write_entry, "<dl>\n", "</dl>\n"},
};

/* ── the page ────────────────────────────────────────────────────────────────────────────────── */

static NwFlowRole
get_role(const NwPlotFlow *flow, guint i)
{
  return i < flow->blocks->len ? ((const NwFlowBlock *)g_ptr_array_index(flow->blocks, i))->role
                               : NW_FLOW_SPACE;
}

/* Does the list or table of block @i go on with the next? */
static gboolean
goes_on(const NwPlotFlow *flow, guint i)
{
  NwFlowRole next = get_role(flow, i + 1);

  return next == get_role(flow, i) || (get_role(flow, i) == NW_FLOW_HEAD && next == NW_FLOW_ROW);
}

static void
write_contents(Page *page)
{
  g_string_append(page->out, "<nav aria-label=\"");
  append_escaped(page->out, _("Contents"));
  g_string_append(page->out, "\"><ul>\n");
  for (guint i = 0; i < page->flow->blocks->len; i++) {
    const NwFlowBlock *block = g_ptr_array_index(page->flow->blocks, i);

    if (block->role != NW_FLOW_HEADING)
      continue;
    g_string_append_printf(page->out, "<li><a href=\"#s%u\">", i);
    append_escaped(page->out, block->texts[0]);
    g_string_append(page->out, "</a></li>\n");
  }
  g_string_append(page->out, "</ul></nav>\n");
}

static void
write_blocks(Page *page)
{
  const NwPlotFlow *flow = page->flow;
  gboolean has_contents = FALSE;

  for (page->index = 0; page->index < flow->blocks->len; page->index++) {
    const NwFlowBlock *block = g_ptr_array_index(flow->blocks, page->index);

    if (!has_contents && block->role != NW_FLOW_TITLE && block->role != NW_FLOW_SUBTITLE) {
      write_contents(page);
      has_contents = TRUE;
    }
    if (roles[block->role].begin != NULL &&
        (page->index == 0 || get_role(flow, page->index - 1) != block->role))
      g_string_append(page->out, roles[block->role].begin);
    roles[block->role].write(page, block);
    if (!goes_on(flow, page->index)) {
      if (block->role == NW_FLOW_HEAD)
        g_string_append(page->out, roles[NW_FLOW_ROW].end);
      else if (roles[block->role].end != NULL)
        g_string_append(page->out, roles[block->role].end);
    }
  }
}

/* "de" of "de_DE.UTF-8"; "en" where nothing is translated. */
static char *
dup_language(void)
{
  const char *name = g_get_language_names()[0];
  gsize n = strspn(name, "abcdefghijklmnopqrstuvwxyz");

  return n == 2 || n == 3 ? g_strndup(name, n) : g_strdup("en");
}

gboolean
nw_plot_flow_write_html(NwPlotFlow *flow, const char *title, const char *path, GError **error)
{
  g_autoptr(GString) out = g_string_new("<!DOCTYPE html>\n");
  g_autofree char *language = dup_language();
  Page page = {.flow = flow, .out = out};

  g_string_append_printf(
      out,
      "<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"generator\" content=\"Netwright\">\n",
      language);
  append_element(out, "title", "", title);
  g_string_append_printf(out, "<style>%s</style>\n</head>\n<body>\n<main>\n", style);
  write_blocks(&page);
  if (flow->footer != NULL)
    append_element(out, "footer", "", flow->footer);
  g_string_append(out, "</main>\n</body>\n</html>\n");
  if (page.error != NULL) {
    g_propagate_error(error, page.error);
    return FALSE;
  }
  return nw_file_write_atomic(path, out->str, out->len, error);
}
