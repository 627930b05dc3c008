/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-node-draw.h"

#include <math.h>

#define RADIUS  8
#define PADDING 10
#define ICON    14
#define SWATCH  10

NwDetail
nw_detail_at(double zoom)
{
  return zoom >= 0.45 ? NW_DETAIL_FULL : zoom >= 0.15 ? NW_DETAIL_BOX : NW_DETAIL_OVERVIEW;
}

const GdkRGBA *
nw_category_rgba(NwCategory category)
{
  static GdkRGBA colors[NW_N_CATEGORIES];
  static gsize ready = 0;

  if (g_once_init_enter(&ready)) {
    for (int i = 0; i < NW_N_CATEGORIES; i++)
      gdk_rgba_parse(&colors[i], nw_category_color(i));
    g_once_init_leave(&ready, 1);
  }
  return &colors[category];
}

PangoLayout *
nw_node_layout_text(GtkWidget *widget, NwNodeText role, const char *text, gboolean beside_icon)
{
  static const double scales[] = {
      [NW_TEXT_NAME] = 0.93, [NW_TEXT_LINE] = 0.83, [NW_TEXT_SCORE] = 0.75};
  PangoLayout *layout = gtk_widget_create_pango_layout(widget, text);
  PangoAttrList *attributes = pango_attr_list_new();
  int width = NW_NODE_WIDTH - 2 * PADDING;

  if (role == NW_TEXT_NAME)
    width -= SWATCH + 6 + (beside_icon ? ICON + 4 : 0);
  pango_attr_list_insert(attributes, pango_attr_scale_new(scales[role]));
  if (role == NW_TEXT_NAME)
    pango_attr_list_insert(attributes, pango_attr_weight_new(PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
  pango_layout_set_width(layout, width * PANGO_SCALE);
  pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode(layout, TRUE);
  return layout;
}

static GskRoundedRect
rounded(double x, double y, double width, double height, double radius)
{
  GskRoundedRect rect;

  gsk_rounded_rect_init_from_rect(&rect, &GRAPHENE_RECT_INIT(x, y, width, height), radius);
  return rect;
}

static void
fill(GtkSnapshot *snapshot, const GskRoundedRect *rect, const GdkRGBA *color)
{
  gtk_snapshot_push_rounded_clip(snapshot, rect);
  gtk_snapshot_append_color(snapshot, color, &rect->bounds);
  gtk_snapshot_pop(snapshot);
}

static void
outline(GtkSnapshot *snapshot, const GskRoundedRect *rect, double width, const GdkRGBA *color)
{
  float widths[4] = {width, width, width, width};
  GdkRGBA colors[4] = {*color, *color, *color, *color};

  gtk_snapshot_append_border(snapshot, rect, widths, colors);
}

/* @y is the middle of the text. */
static void
draw_text(GtkSnapshot *snapshot, PangoLayout *layout, double x, double y, const GdkRGBA *color)
{
  int height;

  pango_layout_get_pixel_size(layout, NULL, &height);
  gtk_snapshot_save(snapshot);
  gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(x, floor(y - height / 2.0)));
  gtk_snapshot_append_layout(snapshot, layout, color);
  gtk_snapshot_restore(snapshot);
}

static void
draw_port(GtkSnapshot *snapshot, graphene_point_t at, gboolean faint, gboolean lit,
          const NwCanvasTheme *theme)
{
  double radius = NW_PORT_RADIUS + (lit ? 1.5 : 0);
  GskRoundedRect rect = rounded(at.x - radius, at.y - radius, 2 * radius, 2 * radius, radius);

  fill(snapshot, &rect, lit ? &theme->accent : &theme->card);
  outline(snapshot, &rect, 1.5, lit ? &theme->accent : faint ? &theme->border : &theme->port);
}

/* Optional ports, and the one that a variadic kind has to offer, are fainter while they are free.
 */
static gboolean
port_is_faint(const NwNode *node, NwSide side, guint port)
{
  if (side == NW_SIDE_OUTPUT)
    return FALSE;
  if (port >= node->n_inputs)
    return node->n_inputs > 0;
  return node->inputs[port].node == 0 && nw_node_layout_get_port(node, side, port)->optional;
}

static void
draw_ports(GtkSnapshot *snapshot, const NwNodeFace *face, const NwCanvasTheme *theme)
{
  for (int side = NW_SIDE_INPUT; side <= NW_SIDE_OUTPUT; side++) {
    gboolean lit = side == NW_SIDE_INPUT ? face->fits_inputs : face->fits_outputs;
    guint n = nw_node_layout_n_ports(face->node, side);

    for (guint i = 0; i < n; i++) {
      if (nw_node_layout_shows_port(face->node, side, i))
        draw_port(snapshot, nw_node_layout_port(face->node, side, i),
                  port_is_faint(face->node, side, i), lit, theme);
    }
  }
}

static void
draw_bar(GtkSnapshot *snapshot, double x, double y, double width, double value,
         const NwCanvasTheme *theme)
{
  GskRoundedRect track = rounded(x, y, width, 4, 2);
  GskRoundedRect part = rounded(x, y, MAX(4, width * CLAMP(value, 0, 1)), 4, 2);

  fill(snapshot, &track, &theme->track);
  if (value >= 0)
    fill(snapshot, &part, value >= 0.5 ? &theme->good : value >= 0.2 ? &theme->fair : &theme->bad);
}

static void
draw_health(GtkSnapshot *snapshot, const NwNodeFace *face, double y, const NwCanvasTheme *theme)
{
  double width = face->width - 2 * PADDING;
  gboolean both = face->activation >= 0 && face->gradient >= 0;

  if (!both) {
    draw_bar(snapshot, PADDING, y, width, MAX(face->activation, face->gradient), theme);
    return;
  }
  draw_bar(snapshot, PADDING, y, (width - 4) / 2, face->activation, theme);
  draw_bar(snapshot, PADDING + (width + 4) / 2, y, (width - 4) / 2, face->gradient, theme);
}

static void
draw_curve(GtkSnapshot *snapshot, const NwNodeFace *face, graphene_rect_t box)
{
  const GdkRGBA *color = nw_category_rgba(face->category);
  float low = G_MAXFLOAT, high = -G_MAXFLOAT;
  cairo_t *cr;

  for (guint i = 0; i < face->n_curve; i++) {
    if (!isfinite(face->curve[i]))
      continue;
    low = MIN(low, face->curve[i]);
    high = MAX(high, face->curve[i]);
  }
  if (face->n_curve < 2 || low > high)
    return;
  if (high - low < 1e-12f)
    high = low + 1;
  cr = gtk_snapshot_append_cairo(snapshot,
                                 &GRAPHENE_RECT_INIT(box.origin.x - 2, box.origin.y - 2,
                                                     box.size.width + 4, box.size.height + 4));
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_FAST);
  gdk_cairo_set_source_rgba(cr, color);
  cairo_set_line_width(cr, 1.5);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < face->n_curve; i++) {
    if (isfinite(face->curve[i]))
      cairo_line_to(cr, box.origin.x + box.size.width * i / (face->n_curve - 1),
                    box.origin.y + box.size.height * (high - face->curve[i]) / (high - low));
  }
  cairo_stroke(cr);
  cairo_destroy(cr);
}

static void
draw_box(GtkSnapshot *snapshot, const NwNodeFace *face, const NwCanvasTheme *theme)
{
  GskRoundedRect card = rounded(0, 0, face->width, face->height, RADIUS);
  GskRoundedRect ring = rounded(-5, -5, face->width + 10, face->height + 10, RADIUS + 5);

  fill(snapshot, &card, nw_category_rgba(face->category));
  if (face->selected)
    outline(snapshot, &ring, 6, &theme->accent);
  else if (face->problem)
    outline(snapshot, &ring, 6, &theme->warning);
}

static void
draw_card(GtkSnapshot *snapshot, const NwNodeFace *face, const NwCanvasTheme *theme)
{
  GskRoundedRect card = rounded(0, 0, face->width, face->height, RADIUS);
  const GdkRGBA *edge = face->selected  ? &theme->accent
                        : face->problem ? &theme->warning
                                        : &theme->border;

  gtk_snapshot_append_outset_shadow(snapshot, &card, &theme->shade, 0, 1, 2, 0);
  gtk_snapshot_append_outset_shadow(snapshot, &card, &theme->shade, 0, 1, 1, 0);
  if (face->selected || face->problem)
    gtk_snapshot_append_outset_shadow(
        snapshot, &card, face->selected ? &theme->accent_soft : &theme->warning_soft, 0, 0, 4, 0);
  fill(snapshot, &card, &theme->card);
  outline(snapshot, &card, face->selected || face->problem ? 2 : 1, edge);
  if (face->focused) {
    GskRoundedRect ring = rounded(-6, -6, face->width + 12, face->height + 12, RADIUS + 6);
    outline(snapshot, &ring, 1.5, &theme->accent);
  }
}

void
nw_node_draw(GtkSnapshot *snapshot, const NwNodeFace *face, const NwCanvasTheme *theme,
             NwDetail detail, GtkSymbolicPaintable *warning)
{
  GskRoundedRect swatch = rounded(PADDING, 13, SWATCH, SWATCH, 3);
  gboolean healthy = face->activation >= 0 || face->gradient >= 0;

  if (face->dim)
    gtk_snapshot_push_opacity(snapshot, 0.4);
  if (detail != NW_DETAIL_FULL) {
    draw_box(snapshot, face, theme);
  } else {
    draw_card(snapshot, face, theme);
    fill(snapshot, &swatch, nw_category_rgba(face->category));
    draw_text(snapshot, face->name, PADDING + SWATCH + 6, 18, &theme->text);
    if (face->line)
      draw_text(snapshot, face->line, PADDING, 37, &theme->dim);
    if (face->problem && warning) {
      gtk_snapshot_save(snapshot);
      gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(face->width - PADDING - ICON, 11));
      gtk_symbolic_paintable_snapshot_symbolic(warning, snapshot, ICON, ICON, &theme->warning, 1);
      gtk_snapshot_restore(snapshot);
    }
    if (face->n_curve > 1) {
      draw_curve(snapshot, face,
                 GRAPHENE_RECT_INIT(PADDING, face->height - 52, face->width - 2 * PADDING, 28));
      if (face->score)
        draw_text(snapshot, face->score, PADDING, face->height - 13, &theme->dim);
    } else if (healthy) {
      draw_health(snapshot, face, face->height - 9, theme);
    }
    if (face->node)
      draw_ports(snapshot, face, theme);
  }
  if (face->dim)
    gtk_snapshot_pop(snapshot);
}
