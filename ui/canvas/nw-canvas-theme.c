/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-canvas-theme.h"

#include <adwaita.h>

#define N_COLORS (sizeof(NwCanvasTheme) / sizeof(GdkRGBA))

/* In the order of the struct. */
static const struct {
  const char *light, *dark;
} colors[N_COLORS] = {
    {"#ffffff", "#1d1d20"},                             /* canvas */
    {"#d3d2d0", "#3d3d42"},                             /* dot */
    {"#ffffff", "#323236"},                             /* card */
    {"#c6c5c2", "#55555b"},                             /* border */
    {"rgba(0,0,0,0.06)", "rgba(0,0,0,0.25)"},           /* shade */
    {"#2b2b2e", "#f4f4f4"},                             /* text */
    {"#6a6967", "#b4b3b1"},                             /* dim */
    {"#5e5c64", "#c0bfbc"},                             /* port */
    {"#9a9996", "#86858a"},                             /* wire */
    {"#f3f3f2", "#29292d"},                             /* pill */
    {"#d0cfcc", "#4a4a50"},                             /* pill border */
    {"#3584e4", "#4a90e8"},                             /* accent */
    {"rgba(53,132,228,0.22)", "rgba(98,160,234,0.30)"}, /* accent, soft */
    {"#e5a50a", "#f0b429"},                             /* warning */
    {"rgba(229,165,10,0.18)", "rgba(240,180,41,0.20)"}, /* warning, soft */
    {"#33d17a", "#2ec27e"},                             /* good */
    {"#e5a50a", "#f0b429"},                             /* fair */
    {"#e01b24", "#ed333b"},                             /* bad */
    {"#eeeeec", "#444449"},                             /* track */
};

const NwCanvasTheme *
nw_canvas_theme_get(gboolean dark)
{
  static union {
    NwCanvasTheme theme;
    GdkRGBA list[N_COLORS];
  } themes[2];
  static gsize ready = 0;

  if (g_once_init_enter(&ready)) {
    for (gsize i = 0; i < N_COLORS; i++) {
      gdk_rgba_parse(&themes[0].list[i], colors[i].light);
      gdk_rgba_parse(&themes[1].list[i], colors[i].dark);
    }
    g_once_init_leave(&ready, 1);
  }
  return &themes[dark ? 1 : 0].theme;
}

const NwCanvasTheme *
nw_canvas_theme_get_current(void)
{
  return nw_canvas_theme_get(adw_style_manager_get_dark(adw_style_manager_get_default()));
}
