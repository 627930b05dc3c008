/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Minimises a smooth convex function of many numbers: L-BFGS (Nocedal & Wright, algorithm 7.4). */
#pragma once

#include <glib.h>

/* The value at @x [n]; its gradient into @g [n]. */
typedef double (*NwDescendFunc)(gpointer data, const double *x, double *g);

/* @x: (inout): [n] where to start; then the minimum */
void nw_descend(NwDescendFunc function, gpointer data, gsize n, double *x);
