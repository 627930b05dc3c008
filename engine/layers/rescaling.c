/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = scale·x + offset, with numbers that are given. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>

#include "nw-vec.h"

static gboolean
infer(NwInfer *infer, GError **error)
{
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  nw_infer_output(infer, infer->inputs[0].shape, NW_REAL);
  infer->mask_from[0] = 0;
  infer->in_place = TRUE;
  infer->flops = 2 * nw_shape_elements(&infer->inputs[0].shape);
  return TRUE;
}

static void
forward(const NwCall *call)
{
  NwReal scale = (NwReal)nw_params_get_real(call->params, "scale");
  NwReal offset = (NwReal)nw_params_get_real(call->params, "offset");
  gsize n = call->n * (gsize)nw_shape_elements(&call->inputs[0].type->shape);
  for (gsize i = 0; i < n; i++)
    call->outputs[0].real[i] = call->inputs[0].real[i] * scale + offset;
}

static void
backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  NwReal scale = (NwReal)nw_params_get_real(call->params, "scale");
  gsize n = call->n * (gsize)nw_shape_elements(&x->type->shape);
  if (x->gradient != NULL && x->accumulate)
    nw_vec()->axpy(scale, call->outputs[0].gradient, x->gradient, n);
  else if (x->gradient != NULL)
    nw_vec()->scale(scale, call->outputs[0].gradient, x->gradient, n);
}

static char *
describe(const NwParams *params)
{
  double scale = nw_params_get_real(params, "scale"), offset = nw_params_get_real(params, "offset");
  return offset == 0 ? g_strdup_printf("× %.4g", scale)
                     : g_strdup_printf("× %.4g %s %.4g", scale, offset < 0 ? "−" : "+",
                                       offset < 0 ? -offset : offset);
}

static const NwParamSpec params[] = {
    {"scale", N_("Scale"), N_("Multiplies every number: 0.00392157 takes 0…255 to 0…1"),
     NW_PARAM_REAL, "1", -1e30, 1e30},
    {"offset", N_("Offset"), N_("Is added afterwards"), NW_PARAM_REAL, "0", -1e30, 1e30},
    {NULL},
};

const NwLayerKind nw_layer_rescaling = {
    .id = "rescaling",
    .title = N_("Rescaling"),
    .summary = N_("Multiplies all numbers by one and adds another, both given by you"),
    .category = NW_CATEGORY_CORE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"scale=0.5 offset=-1", "5"},
                                         {"scale=-2", "mask:4,5"},
                                         {"offset=3", "-"},
                                         {"scale=0", "2,3"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
