/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Where data enter: gives one field of the dataset to the network. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const NwChoice dtypes[] = {
    {"float32", N_("numbers (float32)")},
    {"int32", N_("ids (int32)")},
    {NULL},
};

static const NwChoice *
dtype_choices(void)
{
  return dtypes;
}

static gboolean
is_int32(const NwParams *params)
{
  return g_str_equal(nw_params_get_choice(params, "dtype"), "int32");
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  gsize rank;
  const gint64 *dims = nw_params_get_ints(infer->params, "shape", &rank);
  if (rank > NW_MAX_RANK)
    return nw_infer_fail(infer, error, _("its shape has %d axes; %d are possible"), (int)rank,
                         NW_MAX_RANK);
  nw_infer_output(infer, nw_shape_of(dims, (int)rank),
                  is_int32(infer->params) ? NW_INT32 : NW_REAL);
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  gsize rank;
  const gint64 *dims = nw_params_get_ints(params, "shape", &rank);
  NwShape shape = nw_shape_of(dims, (int)MIN(rank, NW_MAX_RANK));
  g_autofree char *text = nw_shape_to_text(&shape);
  return is_int32(params) ? g_strdup_printf(_("%s · ids"), text) : g_steal_pointer(&text);
}

static const NwParamSpec params[] = {
    {"shape", N_("Shape"),
     N_("Lengths of the axes of one sample, without the batch: 28, 28, 1; empty for a single "
        "number"),
     NW_PARAM_INTS, "1", 1, G_MAXINT32},
    {"dtype", N_("Values"),
     N_("Numbers to calculate with, or ids (words, categories) for an Embedding"), NW_PARAM_CHOICE,
     "float32", .choices = dtype_choices},
    {NULL},
};

const NwLayerKind nw_layer_input = {
    .id = "input",
    .title = N_("Input"),
    .summary = N_("Where data enter the network: one field of the data, one sample at a time"),
    .category = NW_CATEGORY_INPUTS,
    .role = NW_ROLE_INPUT,
    .inputs = (const NwPort[]){{NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"shape=5", ""},
                                         {"shape=4,5,2", ""},
                                         {"shape= dtype=float32", ""},
                                         {"shape=7 dtype=int32", ""},
                                         {NULL}},
    .infer = infer,
    .describe = describe,
};
