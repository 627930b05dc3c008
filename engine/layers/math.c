/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = f(x), number by number; the functions are those of one number in nw-primitive.h. */
#include "nw-formula.h"

#include <glib/gi18n-lib.h>

#include "nw-primitive.h"

static char *
formula(const NwParams *params)
{
  const NwPrimitive *f = nw_primitive_find(nw_params_get_choice(params, "function"));
  return f->sign != NULL ? g_strdup_printf("%sx", f->sign) : g_strdup_printf("%s(x)", f->id);
}

static char *
describe(const NwParams *params)
{
  return g_strdup(nw_primitive_find(nw_params_get_choice(params, "function"))->formula);
}

static const NwParamSpec params[] = {
    {"function", N_("Function"), N_("Applied to each number"), NW_PARAM_CHOICE, "square",
     .choices = nw_primitive_function_choices},
    {NULL},
};

const NwLayerKind nw_layer_math = {
    .id = "math",
    .title = N_("Function"),
    .summary = N_("Square, abs, sqrt, exp, log, sin, cos, sign … of each number"),
    .category = NW_CATEGORY_MATH,
    .inputs = nw_formula_input,
    .outputs = nw_formula_output,
    .params = params,
    .examples = (const NwLayerExample[]){{"", "positive:5"},
                                         {"function=abs", "mask:4,5"},
                                         {"function=exp", "2,3,4"},
                                         {"function=log", "positive:-"},
                                         {NULL}},
    .infer = nw_formula_infer,
    .prepare = nw_formula_prepare,
    .formula = formula,
    .forward = nw_formula_forward,
    .backward = nw_formula_backward,
    .make_mask = nw_formula_make_mask,
    .describe = describe,
};
