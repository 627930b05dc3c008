/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-palette-chip.h"

#include "nw-canvas.h"
#include "nw-node-draw.h"
#include "nw-swatch.h"

#include <glib/gi18n.h>

struct _NwPaletteChip {
  GtkFlowBoxChild parent_instance;
  const NwLayerPreset *preset;
};

G_DEFINE_FINAL_TYPE(NwPaletteChip, nw_palette_chip, GTK_TYPE_FLOW_BOX_CHILD)

static GdkContentProvider *
drag_prepare_cb(GtkDragSource *source, double x, double y, NwPaletteChip *chip)
{
  g_auto(GValue) value = G_VALUE_INIT;

  g_value_init(&value, NW_TYPE_LAYER_PRESET_POINTER);
  g_value_set_pointer(&value, (gpointer)chip->preset);
  return gdk_content_provider_new_for_value(&value);
}

/* The drag shows the card as it will stand on the canvas, held in its middle. */
static void
drag_begin_cb(GtkDragSource *source, GdkDrag *drag, NwPaletteChip *chip)
{
  const NwLayerKind *kind = chip->preset->kind;
  GtkWidget *widget = GTK_WIDGET(chip);
  g_autoptr(NwParams) params = nw_layer_preset_apply(chip->preset, NULL);
  g_autofree char *line = nw_layer_kind_describe(kind, params);
  g_autoptr(PangoLayout) name =
      nw_node_layout_text(widget, NW_TEXT_NAME, _(chip->preset->title), FALSE);
  g_autoptr(PangoLayout) below = nw_node_layout_text(widget, NW_TEXT_LINE, line, FALSE);
  NwNodeFace face = {.name = name,
                     .line = below,
                     .category = kind->category,
                     .width = NW_NODE_WIDTH,
                     .height = NW_NODE_HEIGHT,
                     .selected = TRUE,
                     .activation = -1,
                     .gradient = -1};
  GtkSnapshot *snapshot = gtk_snapshot_new();
  g_autoptr(GdkPaintable) picture = NULL;

  gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(NW_NODE_MARGIN, NW_NODE_MARGIN));
  nw_node_draw(snapshot, &face, nw_canvas_theme_get_current(), NW_DETAIL_FULL, NULL);
  picture = gtk_snapshot_free_to_paintable(
      snapshot,
      &GRAPHENE_SIZE_INIT(NW_NODE_WIDTH + 2 * NW_NODE_MARGIN, NW_NODE_HEIGHT + 2 * NW_NODE_MARGIN));
  gtk_drag_source_set_icon(source, picture, NW_NODE_MARGIN + NW_NODE_WIDTH / 2,
                           NW_NODE_MARGIN + NW_NODE_HEIGHT / 2);
}

static void
add_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *flow = gtk_widget_get_ancestor(widget, GTK_TYPE_FLOW_BOX);

  if (flow)
    g_signal_emit_by_name(flow, "child-activated", widget);
}

static void
nw_palette_chip_class_init(NwPaletteChipClass *class)
{
  gtk_widget_class_install_action(GTK_WIDGET_CLASS(class), "chip.add", NULL, add_cb);
}

static void
nw_palette_chip_init(NwPaletteChip *chip)
{
  GtkDragSource *drag = gtk_drag_source_new();

  gtk_widget_add_css_class(GTK_WIDGET(chip), "nw-chip");
  g_signal_connect(drag, "prepare", G_CALLBACK(drag_prepare_cb), chip);
  g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin_cb), chip);
  gtk_widget_add_controller(GTK_WIDGET(chip), GTK_EVENT_CONTROLLER(drag));
}

GtkWidget *
nw_palette_chip_new(const NwLayerPreset *preset)
{
  NwPaletteChip *chip = g_object_new(NW_TYPE_PALETTE_CHIP, NULL);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 5);
  GtkWidget *label = gtk_label_new(_(preset->title));

  chip->preset = preset;
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_box_append(GTK_BOX(box), nw_swatch_new(nw_category_rgba(preset->kind->category)));
  gtk_box_append(GTK_BOX(box), label);
  gtk_flow_box_child_set_child(GTK_FLOW_BOX_CHILD(chip), box);
  gtk_widget_set_tooltip_text(GTK_WIDGET(chip), _(preset->summary));
  gtk_accessible_update_property(GTK_ACCESSIBLE(chip), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _(preset->title), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                 _(preset->summary), -1);
  return GTK_WIDGET(chip);
}

const NwLayerPreset *
nw_palette_chip_get_preset(NwPaletteChip *chip)
{
  return chip->preset;
}
