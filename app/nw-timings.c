/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-timings.h"

#include <time.h>

typedef struct {
  gint64 wall; /* µs, monotonic, when the frame began */
  gint64 busy; /* µs of this thread until then */
} Begun;

static gint64
thread_time(void)
{
  struct timespec time = {0};

  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64)time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
before_paint_cb(GdkFrameClock *clock, Begun *begun)
{
  begun->wall = g_get_monotonic_time();
  begun->busy = thread_time();
}

static void
after_paint_cb(GdkFrameClock *clock, Begun *begun)
{
  gint64 now = g_get_monotonic_time();

  g_printerr("frame %" G_GINT64_FORMAT " %.2f %.2f\n", now, (double)(now - begun->wall) / 1000,
             (double)(thread_time() - begun->busy) / 1000);
}

static void
realize_cb(GtkWidget *window, gpointer data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock(window);
  Begun *begun = g_new0(Begun, 1); /* both handlers have it, the second frees it */

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
