/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y[t, F] = x[F] for n steps t. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-vec.h"

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwType *in = &infer->inputs[0];
  if (in->shape.rank != 1) {
    g_autofree char *text = nw_shape_to_text(&in->shape);
    return nw_infer_fail(infer, error,
                         _("it repeats a vector, so its input must have one axis, not %d (%s); a "
                           "Flatten in between makes it one"),
                         in->shape.rank, text);
  }
  nw_infer_output(infer, NW_SHAPE(nw_params_get_int(infer->params, "n"), in->shape.dim[0]),
                  in->dtype);
  return TRUE;
}

static void
forward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  gsize steps = (gsize)y->type->shape.dim[0];
  gsize bytes =
      (gsize)x->type->shape.dim[0] * (x->type->dtype == NW_REAL ? sizeof(NwReal) : sizeof(gint32));
  for (gsize row = 0; row < call->n * steps; row++)
    memcpy((char *)y->real + row * bytes, (char *)x->real + row / steps * bytes, bytes);
}

/* dx[F] = Σ_t dy[t, F] */
static void
backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  gsize steps = (gsize)call->outputs[0].type->shape.dim[0], n = (gsize)x->type->shape.dim[0];
  for (gsize sample = 0; x->gradient != NULL && sample < call->n; sample++) {
    if (!x->accumulate)
      nw_vec()->fill(0, x->gradient + sample * n, n);
    nw_vec()->add_rows(call->outputs[0].gradient + sample * steps * n, steps, n, n,
                       x->gradient + sample * n);
  }
}

static char *
describe(const NwParams *params)
{
  return g_strdup_printf(_("%d steps"), (int)nw_params_get_int(params, "n"));
}

static const NwParamSpec params[] = {
    {"n", N_("Steps"), N_("How many times the vector stands one behind the other"), NW_PARAM_INT,
     "10", 1, 1 << 24},
    {NULL},
};

const NwLayerKind nw_layer_repeat_vector = {
    .id = "repeat_vector",
    .title = N_("RepeatVector"),
    .summary = N_("Makes a sequence whose steps are all the same vector"),
    .category = NW_CATEGORY_SHAPE,
    .inputs = (const NwPort[]){{"in", N_("Vector")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Sequence")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"n=3", "5"}, {"n=1", "mask:4"}, {"n=4", "1"}, {"n=2", "int9:4"}, {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
