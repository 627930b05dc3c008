/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Steps in which every feature has the mask value do not count further on, and become 0. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwShape *shape = &infer->inputs[0].shape;
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  if (shape->rank != 2) {
    g_autofree char *text = nw_shape_to_text(shape);
    return nw_infer_fail(infer, error,
                         _("it masks steps, so its input must be steps × features, not %s"), text);
  }
  nw_infer_output(infer, *shape, NW_REAL);
  infer->mask_from[0] = NW_MASK_MADE;
  infer->keeps_inputs = TRUE;
  infer->flops = nw_shape_elements(shape);
  return TRUE;
}

/* Does row @row of x[rows, features] count? */
static gboolean
counts(const NwCall *call, gsize row, gsize features)
{
  const NwReal *x = call->inputs[0].real + row * features;
  NwReal masked = (NwReal)nw_params_get_real(call->params, "mask_value");
  for (gsize i = 0; i < features; i++)
    if (x[i] != masked)
      return TRUE;
  return FALSE;
}

static gsize
get_rows(const NwCall *call, gsize *features)
{
  const NwShape *shape = &call->inputs[0].type->shape;
  *features = (gsize)shape->dim[1];
  return call->n * (gsize)shape->dim[0];
}

static void
forward(const NwCall *call)
{
  gsize features, rows = get_rows(call, &features);
  for (gsize row = 0; row < rows; row++) {
    gboolean keep = counts(call, row, features);
    for (gsize i = row * features; i < (row + 1) * features; i++)
      call->outputs[0].real[i] = keep ? call->inputs[0].real[i] : 0;
  }
}

static void
backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  gsize features, rows = get_rows(call, &features);
  for (gsize row = 0; x->gradient != NULL && row < rows; row++) {
    gboolean keep = counts(call, row, features);
    for (gsize i = row * features; i < (row + 1) * features; i++) {
      NwReal d = keep ? call->outputs[0].gradient[i] : 0;
      x->gradient[i] = x->accumulate ? x->gradient[i] + d : d;
    }
  }
}

static void
make_mask(const NwCall *call)
{
  gsize features, rows = get_rows(call, &features);
  for (gsize row = 0; row < rows; row++)
    call->outputs[0].mask[row] = (guint8)counts(call, row, features);
}

static char *
describe(const NwParams *params)
{
  return g_strdup_printf(_("where all are %.10g"), nw_params_get_real(params, "mask_value"));
}

static const NwParamSpec params[] = {
    {"mask_value", N_("Mask value"),
     N_("A step counts unless all its features have this value; it must not occur in real data"),
     NW_PARAM_REAL, "0", -3e38, 3e38},
    {NULL},
};

const NwLayerKind nw_layer_masking = {
    .id = "masking",
    .title = N_("Masking"),
    .summary = N_("Leaves padded steps of a sequence out of what follows"),
    .category = NW_CATEGORY_CORE,
    .inputs = (const NwPort[]){{"in", N_("Sequence")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"", "4,3"}, {"mask_value=99999999", "mask:4,1"}, {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .make_mask = make_mask,
    .describe = describe,
};
