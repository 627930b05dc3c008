/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-timings.h"

static void
before_paint_cb(GdkFrameClock *clock, gint64 *begun)
{
  *begun = g_get_monotonic_time();
}

static void
after_paint_cb(GdkFrameClock *clock, gint64 *begun)
{
  gint64 now = g_get_monotonic_time();

  g_printerr("frame %" G_GINT64_FORMAT " %.2f\n", now, (double)(now - *begun) / 1000);
}

static void
realize_cb(GtkWidget *window, gpointer data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock(window);
  gint64 *begun = g_new0(gint64, 1); /* µs; both handlers have it, the second frees it */

  g_signal_connect(clock, "before-paint", G_CALLBACK(before_paint_cb), begun);
  g_signal_connect_data(clock, "after-paint", G_CALLBACK(after_paint_cb), begun,
                        (GClosureNotify)(void (*)(void))g_free, G_CONNECT_AFTER);
}

void
nw_timings_watch(GtkWidget *window)
{
  if (g_getenv("NETWRIGHT_TIMINGS"))
    g_signal_connect(window, "realize", G_CALLBACK(realize_cb), NULL);
}
