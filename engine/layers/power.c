/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = x^exponent */
#include "nw-formula.h"

#include <glib/gi18n-lib.h>

static char *
formula(const NwParams *params)
{
  g_autofree char *exponent = nw_params_to_text(params, "exponent");
  return g_strdup_printf("x^%s", exponent);
}

static char *
describe(const NwParams *params)
{
  return formula(params);
}

static const NwParamSpec params[] = {
    {"exponent", N_("Exponent"),
     N_("What each number is raised to; of a negative number only whole powers exist"),
     NW_PARAM_REAL, "2", -1e6, 1e6},
    {NULL},
};

const NwLayerKind nw_layer_power = {
    .id = "power",
    .title = N_("Power"),
    .summary = N_("Raises each number to a power"),
    .category = NW_CATEGORY_MATH,
    .inputs = nw_formula_input,
    .outputs = nw_formula_output,
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"", "5"}, {"exponent=3", "mask:4,5"}, {"exponent=-0.5", "positive:2,3"}, {NULL}},
    .infer = nw_formula_infer,
    .prepare = nw_formula_prepare,
    .formula = formula,
    .forward = nw_formula_forward,
    .backward = nw_formula_backward,
    .make_mask = nw_formula_make_mask,
    .describe = describe,
};
