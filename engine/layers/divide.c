/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = a/b, where axes of length 1 are repeated. */
#include "nw-formula.h"

#include <glib/gi18n-lib.h>

static char *
formula(const NwParams *params)
{
  return g_strdup("a/b");
}

static char *
describe(const NwParams *params)
{
  return g_strdup("a/b");
}

const NwLayerKind nw_layer_divide = {
    .id = "divide",
    .title = N_("Divide"),
    .summary = N_("Divides number by number; axes of length 1 are repeated"),
    .category = NW_CATEGORY_MATH,
    .inputs = (const NwPort[]){{"a", N_("Dividend")}, {"b", N_("Divisor")}, {NULL}},
    .outputs = nw_formula_output,
    .params = (const NwParamSpec[]){{NULL}},
    .examples = (const NwLayerExample[]){{"", "5; positive:5"},
                                         {"", "mask:4,5; positive:-"},
                                         {"", "3; positive:mask:4,3"},
                                         {NULL}},
    .infer = nw_formula_infer,
    .prepare = nw_formula_prepare,
    .formula = formula,
    .forward = nw_formula_forward,
    .backward = nw_formula_backward,
    .make_mask = nw_formula_make_mask,
    .describe = describe,
};
