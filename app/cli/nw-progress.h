/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A progress bar with the time that is left, on a terminal; nothing elsewhere. */
#pragma once

#include <glib.h>

typedef struct {
  gboolean enabled; /* stdout is a terminal */
  gint64 started;   /* µs, monotonic */
  double first;     /* the fraction at the start (a resumed run does not begin at 0) */
  gboolean drawn;
} NwProgress;

void nw_progress_start(NwProgress *progress, gboolean enabled, double fraction);
/* Draws over the last one. @fraction: 0 … 1; @what: "epoch 3/20". */
void nw_progress_draw(NwProgress *progress, double fraction, const char *what);
/* Takes the bar away, so that something else can be printed on its line. */
void nw_progress_clear(NwProgress *progress);

/* "1:02:03", "2:03", "12 s", "3.4 s". (transfer full) */
char *nw_duration_to_text(double seconds);
