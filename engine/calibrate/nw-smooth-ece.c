/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The smooth calibration error of Błasiok & Nakkiran (2023), declared in nw-scores.h.
 *
 * Reflecting a Gaussian at 0 and 1 is wrapping it on a circle of length 2 with every residual
 * placed at both p and −p. The residuals are put on CELLS + 1 nodes (each split between its two
 * neighbours, which keeps its mean place); the integral of a cell is then a circular convolution
 * with the Gaussian's exact mass per cell. */
#include "nw-scores.h"

#include <math.h>
#include <string.h>

enum { CELLS = 1024, CIRCLE = 2 * CELLS };

/* Residuals (p − y)/n on the nodes of the circle; node m stands for m/CELLS. */
static void
place_residuals(const double *p, const double *y, gsize n, double nodes[CIRCLE])
{
  memset(nodes, 0, CIRCLE * sizeof *nodes);
  for (gsize i = 0; i < n; i++) {
    double place = CLAMP(p[i], 0, 1) * CELLS, residual = (p[i] - y[i]) / n;
    guint node = MIN((guint)place, CELLS - 1);
    double right = residual * (place - node), left = residual - right;

    nodes[node] += left;
    nodes[node + 1] += right;
    nodes[(CIRCLE - node) % CIRCLE] += left;
    nodes[CIRCLE - node - 1] += right;
  }
}

/* Mass of the wrapped Gaussian on each cell [m, m + 1]/CELLS of the circle. */
static void
cell_masses(double sigma, double mass[CIRCLE])
{
  int turns = (int)ceil(4 * sigma) + 1; /* 8σ on a circle of length 2 */

  memset(mass, 0, CIRCLE * sizeof *mass);
  for (int turn = -turns; turn < turns; turn++) {
    double before = erf(2.0 * turn / (sigma * G_SQRT2));
    for (int m = 0; m < CIRCLE; m++) {
      double after = erf((2.0 * turn + (m + 1.0) / CELLS) / (sigma * G_SQRT2));
      mass[m] += (after - before) / 2;
      before = after;
    }
  }
}

/* ∫|r(t)| dt, taken as the sum of |∫ r| over the cells. */
static double
error_at(const double nodes[CIRCLE], double sigma)
{
  g_autofree double *mass = g_new(double, 2 * CIRCLE);
  double cells[CELLS] = {0}, error = 0;

  cell_masses(sigma, mass);
  memcpy(mass + CIRCLE, mass, CIRCLE * sizeof *mass);
  for (int m = 0; m < CIRCLE; m++)
    for (int cell = 0; cell < CELLS && nodes[m] != 0; cell++)
      cells[cell] += nodes[m] * mass[CIRCLE - m + cell];
  for (int cell = 0; cell < CELLS; cell++)
    error += fabs(cells[cell]);
  return error;
}

/* The error falls as σ grows, so the fixed point is unique: bisection on log σ. */
double
nw_smooth_ece(const double *p, const double *y, gsize n, double *sigma)
{
  g_autofree double *nodes = g_new(double, CIRCLE);
  double low = 1.0 / CELLS, high = 1;

  if (sigma != NULL)
    *sigma = NAN;
  if (n == 0)
    return NAN;
  place_residuals(p, y, n, nodes);
  while (high / low > 1 + 1e-4) {
    double middle = sqrt(low * high);
    if (error_at(nodes, middle) > middle)
      low = middle;
    else
      high = middle;
  }
  if (sigma != NULL)
    *sigma = high;
  return error_at(nodes, high);
}
