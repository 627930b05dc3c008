/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-curve.h"

#include <math.h>

#define SEGMENTS 24

NwCurve
nw_curve_between(graphene_point_t from, graphene_point_t to)
{
  double dx = to.x - from.x, dy = fabs(to.y - from.y);
  /* A wire that runs backwards swings out; a short one stays calm. */
  double reach = dx >= 0 ? MAX(dx / 2, MIN(dy / 3, 32)) : MIN(-dx / 2 + MIN(dy / 3, 32), 180);

  return (NwCurve){{from, GRAPHENE_POINT_INIT(from.x + reach, from.y),
                    GRAPHENE_POINT_INIT(to.x - reach, to.y), to}};
}

graphene_point_t
nw_curve_at(const NwCurve *curve, double t)
{
  double s = 1 - t;
  double w[4] = {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
  graphene_point_t point = {0, 0};

  for (int i = 0; i < 4; i++) {
    point.x += w[i] * curve->p[i].x;
    point.y += w[i] * curve->p[i].y;
  }
  return point;
}

graphene_rect_t
nw_curve_bounds(const NwCurve *curve)
{
  float x0 = curve->p[0].x, x1 = x0, y0 = curve->p[0].y, y1 = y0;

  for (int i = 1; i < 4; i++) {
    x0 = MIN(x0, curve->p[i].x);
    x1 = MAX(x1, curve->p[i].x);
    y0 = MIN(y0, curve->p[i].y);
    y1 = MAX(y1, curve->p[i].y);
  }
  return GRAPHENE_RECT_INIT(x0, y0, x1 - x0, y1 - y0);
}

double
nw_curve_length(const NwCurve *curve)
{
  graphene_point_t last = curve->p[0];
  double length = 0;

  for (int i = 1; i <= SEGMENTS; i++) {
    graphene_point_t next = nw_curve_at(curve, (double)i / SEGMENTS);
    length += hypot(next.x - last.x, next.y - last.y);
    last = next;
  }
  return length;
}

static double
segment_distance(graphene_point_t a, graphene_point_t b, graphene_point_t p)
{
  double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  double t = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0;

  t = CLAMP(t, 0, 1);
  return hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

double
nw_curve_distance(const NwCurve *curve, graphene_point_t point)
{
  graphene_point_t last = curve->p[0];
  double best = INFINITY;

  for (int i = 1; i <= SEGMENTS; i++) {
    graphene_point_t next = nw_curve_at(curve, (double)i / SEGMENTS);
    best = MIN(best, segment_distance(last, next, point));
    last = next;
  }
  return best;
}

/* Twice the signed area of the triangle abc. */
static double
turn(graphene_point_t a, graphene_point_t b, graphene_point_t c)
{
  return ((double)b.x - a.x) * ((double)c.y - a.y) - ((double)b.y - a.y) * ((double)c.x - a.x);
}

gboolean
nw_curve_crosses(const NwCurve *curve, graphene_point_t a, graphene_point_t b)
{
  graphene_point_t last = curve->p[0];

  for (int i = 1; i <= SEGMENTS; i++) {
    graphene_point_t next = nw_curve_at(curve, (double)i / SEGMENTS);
    if ((turn(a, b, last) > 0) != (turn(a, b, next) > 0) &&
        (turn(last, next, a) > 0) != (turn(last, next, b) > 0))
      return TRUE;
    last = next;
  }
  return FALSE;
}
