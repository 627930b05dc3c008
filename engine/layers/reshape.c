/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The same numbers, in the same order, under other axes. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* Fills the axis that is −1. */
static gboolean
complete(const NwInfer *infer, NwShape *shape, GError **error)
{
  gint64 elements = nw_shape_elements(&infer->inputs[0].shape);
  g_autofree char *from = nw_shape_to_text(&infer->inputs[0].shape);
  NwShape known = *shape;
  int open = -1;

  for (int axis = 0; axis < shape->rank; axis++) {
    if (shape->dim[axis] == 0)
      return nw_infer_fail(infer, error, _("an axis of its shape is 0; each must be at least 1"));
    if (shape->dim[axis] > 0)
      continue;
    if (open >= 0)
      return nw_infer_fail(infer, error, _("only one axis of its shape may be −1"));
    open = axis;
    known.dim[axis] = 1;
  }

  gint64 rest = nw_shape_elements(&known);
  g_autofree char *to = nw_shape_to_text(&known);
  if (open >= 0 && elements % rest == 0) {
    shape->dim[open] = elements / rest;
    return TRUE;
  }
  if (open >= 0)
    return nw_infer_fail(infer, error,
                         _("its input has %s = %" PRId64
                           " numbers, which the other axes (%s = %" PRId64
                           ") do not divide"),
                         from, elements, to, rest);
  if (elements != rest)
    return nw_infer_fail(infer, error,
                         _("its input has %s = %" PRId64
                           " numbers, but its shape %s asks for %" PRId64
                           "; set one axis to −1 to have it computed"),
                         from, elements, to, rest);
  return TRUE;
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  gsize rank;
  const gint64 *dims = nw_params_get_ints(infer->params, "target_shape", &rank);
  if (rank > NW_MAX_RANK)
    return nw_infer_fail(infer, error, _("its shape has %d axes; %d are possible"), (int)rank,
                         NW_MAX_RANK);
  NwShape shape = nw_shape_of(dims, (int)rank);
  if (!complete(infer, &shape, error))
    return FALSE;
  nw_infer_alias(infer, shape);
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  g_autofree char *shape = nw_params_to_text(params, "target_shape");
  return g_strdup_printf(_("to %s"), *shape == '\0' ? "1" : shape);
}

static const NwParamSpec params[] = {
    {"target_shape", N_("Shape"),
     N_("New lengths of the axes, without the batch; one may be −1 and is computed"), NW_PARAM_INTS,
     "-1", -1, G_MAXINT32},
    {NULL},
};

const NwLayerKind nw_layer_reshape = {
    .id = "reshape",
    .title = N_("Reshape"),
    .summary = N_("Gives the same numbers other axes; a mask ends here"),
    .category = NW_CATEGORY_SHAPE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"target_shape=2,6", "3,4"},
                                         {"target_shape=-1,2", "mask:3,4"},
                                         {"target_shape=1,2,3,2", "12"},
                                         {"target_shape=-1", "2,3,4"},
                                         {"target_shape=1", "-"},
                                         {"target_shape=", "1"},
                                         {"target_shape=3,-1", "int5:12"},
                                         {NULL}},
    .infer = infer,
    .describe = describe,
};
