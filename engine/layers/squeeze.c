/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The same numbers without axes of length 1. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwShape *in = &infer->inputs[0].shape;
  gboolean drop[NW_MAX_RANK] = {FALSE};
  NwShape out = {0};
  gsize n;
  const gint64 *axes = nw_params_get_ints(infer->params, "axis", &n);
  for (gsize i = 0; i < n; i++) {
    int axis = nw_infer_axis(axes[i], in->rank);
    if (axis < 0)
      return nw_infer_fail(infer, error,
                           _("axis %" PRId64
                             " does not exist: its input has the axes 1 to %d (0 is the batch, −1 "
                             "the last)"),
                           axes[i], in->rank);
    if (in->dim[axis] != 1)
      return nw_infer_fail(
          infer, error,
          _("axis %" PRId64 " has %" PRId64 " entries; only an axis of length 1 can go"), axes[i],
          in->dim[axis]);
    drop[axis] = TRUE;
  }
  for (int axis = 0; axis < in->rank; axis++)
    if (!(n == 0 ? in->dim[axis] == 1 : drop[axis]))
      out.dim[out.rank++] = in->dim[axis];
  nw_infer_alias(infer, out);
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  g_autofree char *axes = nw_params_to_text(params, "axis");
  return *axes == '\0' ? g_strdup(_("all of length 1"))
                       : g_strdup_printf(_("without axis %s"), axes);
}

static const NwParamSpec params[] = {
    {"axis", N_("Axes"),
     N_("Which axes of length 1 go: 1 is the first of a sample, −1 the last; empty: all of them"),
     NW_PARAM_INTS, "", -NW_MAX_RANK, NW_MAX_RANK},
    {NULL},
};

const NwLayerKind nw_layer_squeeze = {
    .id = "squeeze",
    .title = N_("Squeeze"),
    .summary = N_("Takes away axes of length 1; a mask ends here"),
    .category = NW_CATEGORY_SHAPE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"axis=", "5,1"},
                                         {"axis=1", "mask:1,5"},
                                         {"axis=1,-1", "1,3,1"},
                                         {"axis=", "1,1"},
                                         {"axis=2", "int9:4,1"},
                                         {NULL}},
    .infer = infer,
    .describe = describe,
};
