/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-progress.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>

#define WIDTH 30 /* cells of the bar */

char *
nw_duration_to_text(double seconds)
{
  gint64 s = (gint64)ceil(MAX(seconds, 0));

  if (seconds < 10)
    return g_strdup_printf(_("%.1f s"), MAX(seconds, 0));
  if (s < 60)
    return g_strdup_printf(_("%d s"), (int)s);
  if (s < 3600)
    return g_strdup_printf("%d:%02d", (int)(s / 60), (int)(s % 60));
  return g_strdup_printf("%d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

void
nw_progress_start(NwProgress *progress, gboolean enabled, double fraction)
{
  *progress = (NwProgress){enabled, g_get_monotonic_time(), fraction, FALSE};
}

/* Eighths of a cell, so that the bar moves smoothly. */
static char *
draw_bar(double fraction)
{
  static const char *const parts[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  GString *bar = g_string_new(NULL);
  int eighths = (int)(CLAMP(fraction, 0, 1) * WIDTH * 8);

  for (int i = 0; i < WIDTH; i++)
    g_string_append(bar, eighths >= 8 * (i + 1) ? "█" : eighths > 8 * i ? parts[eighths % 8] : " ");
  return g_string_free(bar, FALSE);
}

void
nw_progress_draw(NwProgress *progress, double fraction, const char *what)
{
  double elapsed = (double)(g_get_monotonic_time() - progress->started) / G_USEC_PER_SEC;
  double done = fraction - progress->first;
  g_autofree char *bar = NULL;
  g_autofree char *left = NULL;

  if (!progress->enabled)
    return;
  bar = draw_bar(fraction);
  left = done > 0 && elapsed > 0.5 ? nw_duration_to_text(elapsed * (1 - fraction) / done)
                                   : g_strdup("…");
  printf("\r\033[K▕%s▏ %3d %%  %s  ", bar, (int)(100 * fraction), what);
  printf(_("%s left"), left);
  fflush(stdout);
  progress->drawn = TRUE;
}

void
nw_progress_clear(NwProgress *progress)
{
  if (progress->drawn)
    fputs("\r\033[K", stdout);
  progress->drawn = FALSE;
}
