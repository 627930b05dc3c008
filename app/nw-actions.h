/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every command of the window in one table: accelerators, menus' words, the shortcuts window and
 * the command palette all come from it. */
#pragma once

#include <gtk/gtk.h>

/* Names that begin with "canvas." are actions of the Design page's canvas, which binds their keys
 * itself: there Delete deletes nodes, in an entry it deletes letters. */
typedef struct {
  const char *name;    /* detailed action: "win.undo", "win.page::data", "canvas.delete" */
  const char *title;   /* marked with N_() */
  const char *accel;   /* (nullable) "<Control>z" */
  const char *accel_2; /* (nullable) */
  const char *section; /* marked with N_() */
} NwActionInfo;

extern const NwActionInfo nw_actions[];
extern const gsize nw_n_actions;

/* Gives the application all accelerators of the table. */
void nw_actions_install(GtkApplication *application);

/* A window that lists all shortcuts. (transfer full) */
GtkWidget *nw_actions_create_shortcuts_window(void);
