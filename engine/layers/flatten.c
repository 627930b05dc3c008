/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The same numbers under one axis. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>

static gboolean
infer(NwInfer *infer, GError **error)
{
  nw_infer_alias(infer, NW_SHAPE(nw_shape_elements(&infer->inputs[0].shape)));
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  return g_strdup(_("to one axis"));
}

const NwLayerKind nw_layer_flatten = {
    .id = "flatten",
    .title = N_("Flatten"),
    .summary = N_("Puts all numbers of a sample on one axis; a mask ends here"),
    .category = NW_CATEGORY_SHAPE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = (const NwParamSpec[]){{NULL}},
    .examples =
        (const NwLayerExample[]){
            {"", "4,5"}, {"", "mask:2,3,4"}, {"", "7"}, {"", "-"}, {"", "int9:4,5"}, {NULL}},
    .infer = infer,
    .describe = describe,
};
