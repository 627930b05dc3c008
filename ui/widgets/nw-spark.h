/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A curve the size of a word, in a table cell. */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_SPARK (nw_spark_get_type())
G_DECLARE_FINAL_TYPE(NwSpark, nw_spark, NW, SPARK, GtkWidget)

GtkWidget *nw_spark_new(void);
/* Copies @values [@n]. @color: index into the series' colours; @name: what it is, for the
 * description */
void nw_spark_set(NwSpark *spark, const double *values, gsize n, guint color, const char *name);
