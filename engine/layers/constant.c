/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The same numbers for every sample. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static NwShape
get_shape(const NwParams *params, gsize n)
{
  gsize rank;
  const gint64 *dims = nw_params_get_ints(params, "shape", &rank);
  if (rank == 0 && n > 1)
    return NW_SHAPE((gint64)n);
  return nw_shape_of(dims, (int)MIN(rank, NW_MAX_RANK));
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  gsize n, rank;
  nw_params_get_reals(infer->params, "value", &n);
  nw_params_get_ints(infer->params, "shape", &rank);
  NwShape shape = get_shape(infer->params, n);

  if (rank > NW_MAX_RANK)
    return nw_infer_fail(infer, error, _("its shape has %d axes; %d are possible"), (int)rank,
                         NW_MAX_RANK);
  if (n == 0)
    return nw_infer_fail(infer, error, _("it has no number; write one, such as 0.5"));
  if (n > 1 && (gint64)n != nw_shape_elements(&shape)) {
    g_autofree char *text = nw_shape_to_text(&shape);
    return nw_infer_fail(infer, error,
                         _("it has %zu numbers, but its shape %s takes %" PRId64
                           "; give one number for all, or correct the shape"),
                         n, text, nw_shape_elements(&shape));
  }
  nw_infer_output(infer, shape, NW_REAL);
  return TRUE;
}

/* y[n, i] = value[i], or the one value */
static void
forward(const NwCall *call)
{
  const NwTensor *y = &call->outputs[0];
  gsize n, elements = (gsize)nw_shape_elements(&y->type->shape);
  const double *value = nw_params_get_reals(call->params, "value", &n);

  for (gsize sample = 0; sample < call->n; sample++)
    for (gsize i = 0; i < elements; i++)
      y->real[sample * elements + i] = (NwReal)value[n == 1 ? 0 : i];
}

static void
backward(const NwCall *call)
{
}

static char *
describe(const NwParams *params)
{
  return nw_params_to_text(params, "value");
}

static const NwParamSpec params[] = {
    {"value", N_("Value"), N_("One number for all, or as many as the shape has"), NW_PARAM_REALS,
     "1", -1e30, 1e30},
    {"shape", N_("Shape"),
     N_("Lengths of the axes of a sample; empty: a single number, or as many as there are values"),
     NW_PARAM_INTS, "", 1, G_MAXINT32},
    {NULL},
};

const NwLayerKind nw_layer_constant = {
    .id = "constant",
    .title = N_("Constant"),
    .summary = N_("The same numbers for every sample, to calculate with"),
    .category = NW_CATEGORY_INPUTS,
    .inputs = (const NwPort[]){{NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"value=0.5", ""},
                                         {"value=1,2,3", ""},
                                         {"value=1,2,3,4 shape=2,2", ""},
                                         {"value=2 shape=2,3", ""},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
