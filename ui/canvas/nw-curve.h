/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The shape of a wire: a cubic that leaves its source to the right and enters its target from the
 * left. Plain geometry, no drawing. */
#pragma once

#include <glib.h>
#include <graphene.h>

typedef struct {
  graphene_point_t p[4];
} NwCurve;

NwCurve nw_curve_between(graphene_point_t from, graphene_point_t to);
graphene_point_t nw_curve_at(const NwCurve *curve, double t);
graphene_rect_t nw_curve_bounds(const NwCurve *curve); /* of the control points */
double nw_curve_length(const NwCurve *curve);
double nw_curve_distance(const NwCurve *curve, graphene_point_t point);
/* Does the stroke from @a to @b cross the wire? */
gboolean nw_curve_crosses(const NwCurve *curve, graphene_point_t a, graphene_point_t b);
