/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The same numbers with one more axis, of length 1. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwShape *in = &infer->inputs[0].shape;
  gint64 wanted = nw_params_get_int(infer->params, "axis");
  NwShape out = {.rank = in->rank + 1};
  if (in->rank == NW_MAX_RANK)
    return nw_infer_fail(infer, error, _("its input has %d axes, so there is no room for one more"),
                         in->rank);
  int axis = nw_infer_axis(wanted, out.rank);
  if (axis < 0)
    return nw_infer_fail(infer, error,
                         _("axis %" PRId64
                           " cannot be added: its result has the axes 1 to %d (0 is the batch, −1 "
                           "the last)"),
                         wanted, out.rank);
  for (int a = 0; a < out.rank; a++)
    out.dim[a] = a == axis ? 1 : in->dim[a - (a > axis)];
  nw_infer_alias(infer, out);
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  return g_strdup_printf(_("axis %d"), (int)nw_params_get_int(params, "axis"));
}

static const NwParamSpec params[] = {
    {"axis", N_("Axis"),
     N_("Where the new axis stands in the result: 1 is the first of a sample, −1 the last"),
     NW_PARAM_INT, "1", -NW_MAX_RANK, NW_MAX_RANK},
    {NULL},
};

const NwLayerKind nw_layer_expand_dims = {
    .id = "expand_dims",
    .title = N_("ExpandDims"),
    .summary = N_("Adds an axis of length 1, as for one step or one channel; a mask ends here"),
    .category = NW_CATEGORY_SHAPE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"axis=1", "5"},
                                         {"axis=-1", "mask:4,5"},
                                         {"axis=2", "2,3"},
                                         {"axis=1", "-"},
                                         {"axis=-2", "int9:4"},
                                         {NULL}},
    .infer = infer,
    .describe = describe,
};
