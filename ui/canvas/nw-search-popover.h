/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A small list to choose from by typing: kinds of layers, or nodes to connect to. */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_SEARCH_POPOVER (nw_search_popover_get_type())
G_DECLARE_FINAL_TYPE(NwSearchPopover, nw_search_popover, NW, SEARCH_POPOVER, GtkPopover)

/**
 * NwSearchItem:
 * @words: (nullable): also found by these
 * @faint: stands below the others
 * @id: what the callback gets
 */
typedef struct {
  char *title, *subtitle, *words;
  GdkRGBA color;
  gboolean faint;
  guint id;
} NwSearchItem;

typedef void (*NwSearchFunc)(guint id, gpointer data);

GtkWidget *nw_search_popover_new(void);
/* @items: [n], copied. @x, @y: in the parent. */
void nw_search_popover_open(NwSearchPopover *self, const NwSearchItem *items, guint n,
                            const char *placeholder, double x, double y, NwSearchFunc chosen,
                            gpointer data);
