/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* While training, y = x/(1 − rate) with probability 1 − rate, else 0; otherwise y = x.
 *
 * Which numbers are dropped is a function of the step's stream and the number's place (nw-vec.h),
 * so threads cannot change it and backward draws it again instead of keeping it. (Srivastava et
 * al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.) */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>

#include "nw-vec.h"

static void
drop(const NwCall *call, const NwReal *x, NwReal *y, gboolean accumulate)
{
  nw_vec_dropout(call->pool, &call->rng,
                 call->training ? nw_params_get_real(call->params, "rate") : 0, x, y,
                 call->n * (gsize)nw_shape_elements(&call->inputs[0].type->shape), accumulate);
}

static void
forward(const NwCall *call)
{
  drop(call, call->inputs[0].real, call->outputs[0].real, FALSE);
}

/* dx = dy/(1 − rate) where x was kept, else 0 */
static void
backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  if (x->gradient != NULL)
    drop(call, call->outputs[0].gradient, x->gradient, x->accumulate);
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  nw_infer_output(infer, infer->inputs[0].shape, NW_REAL);
  infer->mask_from[0] = 0;
  infer->in_place = TRUE;
  infer->flops = nw_shape_elements(&infer->inputs[0].shape);
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  return g_strdup_printf(_("rate %.4g"), nw_params_get_real(params, "rate"));
}

static const NwParamSpec params[] = {
    {"rate", N_("Rate"), N_("Which part of the numbers is set to 0 while training"), NW_PARAM_REAL,
     "0.5", 0, 1},
    {NULL},
};

const NwLayerKind nw_layer_dropout = {
    .id = "dropout",
    .title = N_("Dropout"),
    .summary = N_("While training, sets numbers to 0 at random, so that none is relied on alone"),
    .category = NW_CATEGORY_REGULARISE,
    .drops = (const char *const[]){"rate", NULL},
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"rate=0.5", "7"},
                                         {"rate=0.25", "mask:4,5"},
                                         {"rate=0", "5"},
                                         {"rate=1", "2,3,4"},
                                         {"rate=0.1", "-"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
