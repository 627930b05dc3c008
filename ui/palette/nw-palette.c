/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-palette.h"

#include "nw-match.h"
#include "nw-palette-chip.h"

#include <glib/gi18n.h>

/* One category: a header that folds its chips. */
typedef struct {
  GtkWidget *header, *arrow, *flow;
  gboolean open;
} Section;

struct _NwPalette {
  GtkWidget parent_instance;
  GtkWidget *box, *entry, *nothing;
  Section sections[NW_N_CATEGORIES];
};

/* What nearly every network has is open at first. */
#define LAST_OPEN NW_CATEGORY_REGULARISE
#define HALF      13 /* characters of a title that stands beside another */

G_DEFINE_FINAL_TYPE(NwPalette, nw_palette, GTK_TYPE_WIDGET)

enum { ADD, N_SIGNALS };
static guint signals[N_SIGNALS];

static int
rank(NwPalette *palette, const NwLayerPreset *preset)
{
  return nw_match_rank(gtk_editable_get_text(GTK_EDITABLE(palette->entry)), _(preset->title),
                       preset->kind->id, _(preset->summary));
}

static gboolean
filter_cb(GtkFlowBoxChild *chip, gpointer data)
{
  return rank(data, nw_palette_chip_get_preset(NW_PALETTE_CHIP(chip))) >= 0;
}

/* While something is searched, sections are open, and those without a match are gone. */
static void
update(NwPalette *palette)
{
  gboolean searching = *gtk_editable_get_text(GTK_EDITABLE(palette->entry)) != '\0', any = FALSE;

  for (int i = 0; i < NW_N_CATEGORIES; i++) {
    Section *section = &palette->sections[i];
    gboolean matches = FALSE, open = searching || section->open;

    if (!section->flow)
      continue;
    gtk_flow_box_invalidate_filter(GTK_FLOW_BOX(section->flow));
    for (const NwLayerPreset *preset = nw_layer_presets(); preset->title; preset++)
      matches |= (int)preset->kind->category == i && rank(palette, preset) >= 0;
    gtk_widget_set_visible(section->header, matches);
    gtk_widget_set_visible(section->flow, matches && open);
    gtk_image_set_from_icon_name(GTK_IMAGE(section->arrow),
                                 open ? "pan-down-symbolic" : "pan-end-symbolic");
    gtk_accessible_update_state(GTK_ACCESSIBLE(section->header), GTK_ACCESSIBLE_STATE_EXPANDED,
                                open, -1);
    any |= matches;
  }
  gtk_widget_set_visible(palette->nothing, !any);
}

static void
header_clicked_cb(GtkButton *button, NwPalette *palette)
{
  for (int i = 0; i < NW_N_CATEGORIES; i++) {
    if (palette->sections[i].header == GTK_WIDGET(button))
      palette->sections[i].open ^= TRUE;
  }
  update(palette);
}

static void
chip_activated_cb(GtkFlowBox *flow, GtkFlowBoxChild *chip, NwPalette *palette)
{
  g_signal_emit(palette, signals[ADD], 0, nw_palette_chip_get_preset(NW_PALETTE_CHIP(chip)));
}

/* Enter in the search adds the best match. */
static void
search_activate_cb(GtkSearchEntry *entry, NwPalette *palette)
{
  const NwLayerPreset *best = NULL;
  int best_rank = G_MAXINT;

  for (const NwLayerPreset *preset = nw_layer_presets(); preset->title; preset++) {
    int this_rank = rank(palette, preset);
    if (this_rank < 0 || this_rank >= best_rank)
      continue;
    best = preset;
    best_rank = this_rank;
  }
  if (best && *gtk_editable_get_text(GTK_EDITABLE(entry)))
    g_signal_emit(palette, signals[ADD], 0, best);
}

/* ── building ────────────────────────────────────────────────────────────────────────────────── */

/* Two columns, if all titles can be read there. */
static guint
count_columns(NwCategory category)
{
  for (const NwLayerPreset *preset = nw_layer_presets(); preset->title; preset++) {
    if (preset->kind->category == category && g_utf8_strlen(_(preset->title), -1) > HALF)
      return 1;
  }
  return 2;
}

static void
make_section(NwPalette *palette, NwCategory category, GtkWidget *into)
{
  Section *section = &palette->sections[category];
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new(_(nw_category_title(category)));
  guint n_columns = count_columns(category);

  section->open = category <= LAST_OPEN;
  section->header = gtk_button_new();
  section->arrow = gtk_image_new();
  section->flow = gtk_flow_box_new();
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_set_hexpand(label, TRUE);
  gtk_box_append(GTK_BOX(box), label);
  gtk_box_append(GTK_BOX(box), section->arrow);
  gtk_button_set_child(GTK_BUTTON(section->header), box);
  gtk_widget_add_css_class(section->header, "flat");
  gtk_widget_add_css_class(section->header, "nw-section");
  gtk_accessible_update_property(GTK_ACCESSIBLE(section->header), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _(nw_category_title(category)), -1);
  g_signal_connect(section->header, "clicked", G_CALLBACK(header_clicked_cb), palette);

  gtk_flow_box_set_min_children_per_line(GTK_FLOW_BOX(section->flow), n_columns);
  gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(section->flow), n_columns);
  gtk_flow_box_set_homogeneous(GTK_FLOW_BOX(section->flow), TRUE);
  gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(section->flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_activate_on_single_click(GTK_FLOW_BOX(section->flow), FALSE);
  gtk_flow_box_set_row_spacing(GTK_FLOW_BOX(section->flow), 4);
  gtk_flow_box_set_column_spacing(GTK_FLOW_BOX(section->flow), 4);
  gtk_flow_box_set_filter_func(GTK_FLOW_BOX(section->flow), filter_cb, palette, NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(section->flow), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _(nw_category_title(category)), -1);
  g_signal_connect(section->flow, "child-activated", G_CALLBACK(chip_activated_cb), palette);
  for (const NwLayerPreset *preset = nw_layer_presets(); preset->title; preset++) {
    if (preset->kind->category == category)
      gtk_flow_box_append(GTK_FLOW_BOX(section->flow), nw_palette_chip_new(preset));
  }
  gtk_box_append(GTK_BOX(into), section->header);
  gtk_box_append(GTK_BOX(into), section->flow);
}

static void
nw_palette_dispose(GObject *object)
{
  g_clear_pointer(&NW_PALETTE(object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_palette_parent_class)->dispose(object);
}

static void
nw_palette_class_init(NwPaletteClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_palette_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "palette");
  signals[ADD] = g_signal_new("add", NW_TYPE_PALETTE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static gboolean
has_kinds(NwCategory category)
{
  for (guint i = 0; nw_layer_kinds[i]; i++) {
    if (nw_layer_kinds[i]->category == category)
      return TRUE;
  }
  return FALSE;
}

static void
nw_palette_init(NwPalette *palette)
{
  GtkWidget *scroller = gtk_scrolled_window_new(), *list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

  palette->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  palette->entry = gtk_search_entry_new();
  palette->nothing = gtk_label_new(_("No layer by that name"));
  gtk_widget_add_css_class(palette->nothing, "dim-label");
  g_object_set(palette->entry, "placeholder-text", _("Search layers"), NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(palette->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Search layers"), -1);
  g_signal_connect_swapped(palette->entry, "changed", G_CALLBACK(update), palette);
  g_signal_connect(palette->entry, "activate", G_CALLBACK(search_activate_cb), palette);
  for (int i = 0; i < NW_N_CATEGORIES; i++) {
    if (has_kinds(i))
      make_section(palette, i, list);
  }
  gtk_box_append(GTK_BOX(list), palette->nothing);
  gtk_widget_add_css_class(list, "nw-palette-list");
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), list);
  gtk_widget_set_vexpand(scroller, TRUE);
  gtk_box_append(GTK_BOX(palette->box), palette->entry);
  gtk_box_append(GTK_BOX(palette->box), scroller);
  gtk_widget_set_parent(palette->box, GTK_WIDGET(palette));
  update(palette);
}

GtkWidget *
nw_palette_new(void)
{
  return g_object_new(NW_TYPE_PALETTE, NULL);
}

void
nw_palette_focus_search(NwPalette *palette)
{
  gtk_widget_grab_focus(palette->entry);
}
