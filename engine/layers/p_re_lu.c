/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = x, or α·x below 0, with learned α (He et al., "Delving deep into rectifiers", ICCV 2015). */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* The shape of α: that of a sample with 1 on the shared axes. FALSE: no such axis, which is @bad.
 */
static gboolean
get_alpha_shape(const NwParams *params, NwShape *shape, gint64 *bad)
{
  gsize n;
  const gint64 *shared = nw_params_get_ints(params, "shared_axes", &n);
  for (gsize i = 0; i < n; i++) {
    int axis = nw_infer_axis(shared[i], shape->rank);
    *bad = shared[i];
    if (axis < 0)
      return FALSE;
    shape->dim[axis] = 1;
  }
  return TRUE;
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  NwShape alpha = infer->inputs[0].shape;
  gint64 bad;
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  if (!get_alpha_shape(infer->params, &alpha, &bad))
    return nw_infer_fail(infer, error,
                         _("axis %" PRId64
                           " cannot be shared: its input has the axes 1 to "
                           "%d (0 is the batch)"),
                         bad, alpha.rank);
  nw_infer_output(infer, infer->inputs[0].shape, NW_REAL);
  infer->mask_from[0] = 0;
  infer->keeps_inputs = TRUE;
  infer->flops = 2 * nw_shape_elements(&infer->inputs[0].shape);
  return nw_infer_own_weight(infer, "alpha", alpha, error);
}

/* Where α of element @i of a sample stands. */
static gsize
find_alpha(const NwShape *shape, const NwShape *alpha, gsize i)
{
  gsize at = 0, stride = 1;
  for (int axis = shape->rank - 1; axis >= 0; axis--) {
    gsize dim = (gsize)shape->dim[axis];
    if (alpha->dim[axis] > 1)
      at += i % dim * stride;
    stride *= (gsize)alpha->dim[axis];
    i /= dim;
  }
  return at;
}

static void
forward(const NwCall *call)
{
  const NwShape *shape = &call->inputs[0].type->shape;
  NwShape alpha = *shape;
  gsize size = (gsize)nw_shape_elements(shape);
  gint64 bad;
  get_alpha_shape(call->params, &alpha, &bad);
  for (gsize i = 0; i < size; i++) {
    NwReal slope = call->weights[0][find_alpha(shape, &alpha, i)];
    for (gsize at = i; at < call->n * size; at += size) {
      NwReal x = call->inputs[0].real[at];
      call->outputs[0].real[at] = x < 0 ? slope * x : x;
    }
  }
}

/* dx = dy, or α·dy below 0, or 0 at 0, as Keras;  dα = Σ dy·min(x, 0) */
static void
backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  const NwReal *dy = call->outputs[0].gradient;
  const NwShape *shape = &x->type->shape;
  NwShape alpha = *shape;
  gsize size = (gsize)nw_shape_elements(shape);
  gint64 bad;
  get_alpha_shape(call->params, &alpha, &bad);
  for (gsize i = 0; i < size; i++) {
    gsize weight = find_alpha(shape, &alpha, i);
    NwReal slope = call->weights[0][weight], sum = 0;
    for (gsize at = i; at < call->n * size; at += size) {
      NwReal d = x->real[at] > 0 ? dy[at] : x->real[at] < 0 ? slope * dy[at] : 0;
      sum += x->real[at] < 0 ? dy[at] * x->real[at] : 0;
      if (x->gradient != NULL)
        x->gradient[at] = x->accumulate ? x->gradient[at] + d : d;
    }
    if (call->gradients[0] != NULL)
      call->gradients[0][weight] += sum;
  }
}

static char *
describe(const NwParams *params)
{
  g_autofree char *shared = nw_params_to_text(params, "shared_axes");
  return *shared == '\0' ? g_strdup(_("learned slope"))
                         : g_strdup_printf(_("shared along %s"), shared);
}

static const NwParamSpec params[] = {
    {"shared_axes", N_("Shared axes"),
     N_("Axes along which one slope serves all (1 is the first of a sample); empty: one per "
        "number"),
     NW_PARAM_INTS, "", 1, NW_MAX_RANK},
    {"alpha_initializer", N_("Alpha"), N_("What a fresh slope is"), NW_PARAM_TEXT, "zeros",
     .group = N_("Initialisation")},
    NW_PARAMS_WEIGHT_PENALTY("alpha", "Alpha"),
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_p_re_lu = {
    .id = "p_re_lu",
    .title = N_("PReLU"),
    .summary = N_("A ReLU whose slope below 0 is learned"),
    .category = NW_CATEGORY_CORE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"", "5"},
                                         {"shared_axes=1", "mask:4,5"},
                                         {"shared_axes=1,2", "2,3,4"},
                                         {"shared_axes=2", "2,3,4"},
                                         {"", "-"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
