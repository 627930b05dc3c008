/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = a formula of the wires, as text: mean(square(y - x)) + 0.1*sum(abs(h)) (nw-expression.h). */
#include "nw-formula.h"

#include <glib/gi18n-lib.h>

static char *
formula(const NwParams *params)
{
  return g_strdup(nw_params_get_text(params, "expression"));
}

static char *
describe(const NwParams *params)
{
  const char *text = nw_params_get_text(params, "expression");
  g_autofree char *start = g_utf8_substring(text, 0, MIN(40, g_utf8_strlen(text, -1)));
  if (g_utf8_strlen(text, -1) <= 40)
    return g_strdelimit(g_steal_pointer(&start), "\n", ' ');
  return g_strdelimit(g_strdup_printf("%s…", start), "\n", ' ');
}

static const NwParamSpec params[] = {
    {"expression", N_("Formula"),
     N_("Calculated for each sample: + - * / ^ and comparisons; abs, square, sqrt, exp, log, sin, "
        "cos, tanh, sigmoid, relu, softplus, sign, minimum, maximum, clip, where; sum, mean, max, "
        "min, over all axes or as in sum(x, axis=-1); mask(x) is 1 at steps that count, else 0. Of "
        "a "
        "probability write log(clip(p, 1e-7, 1))"),
     NW_PARAM_TEXT, "mean(square(x - y))", .wide = TRUE},
    {"names", N_("Wires"),
     N_("What the formula calls its wires, from the first port down; names may be left over"),
     NW_PARAM_TEXT, "x, y, z, u, v, w"},
    {NULL},
};

const NwLayerKind nw_layer_expression = {
    .id = "expression",
    .title = N_("Expression"),
    .summary = N_("A formula of its inputs, written as text: for losses and layers of your own"),
    .category = NW_CATEGORY_MATH,
    .inputs = (const NwPort[]){{"in", N_("Inputs"), .variadic = TRUE}, {NULL}},
    .outputs = nw_formula_output,
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"", "5; 5"},
            {"expression=mean(square(y-x))+0.1*sum(abs(h)) names=y,x,h", "3,4; 4; 2,2,2"},
            {"expression=x*y+x/(1+square(y))", "mask:4,5; 4,1"},
            {"expression=sum(x*y,axis=-1,keepdims=true)*max(x,axis=1,keepdims=true)", "4,5; 1,5"},
            {"expression=log(sum(exp(x-max(x)),axis=-1))-min(y)", "7; 2,3,4"},
            {"expression=where(x>y,tanh(x)^2,softplus(-x*y))", "3,5; mask:3,5"},
            {"expression=clip(x,-0.5,0.5)-minimum(x,y)*maximum(y,0.1)", "6; -"},
            {"expression=sigmoid(x)^(y^2)", "5; -"},
            {"expression=x", "4"},
            {"expression=sum(mask(x)*square(x))/maximum(sum(mask(x)),1)", "mask:4,5"},
            {"expression=y*mask(x)+mean(x*mask(y),axis=1)", "mask:4,5; 4,1"},
            {"expression=sin(x)+cos(x)*mean(y,axis=(1,-1))", "3; 2,3,4"},
            {NULL}},
    .infer = nw_formula_infer,
    .prepare = nw_formula_prepare,
    .formula = formula,
    .forward = nw_formula_forward,
    .backward = nw_formula_backward,
    .make_mask = nw_formula_make_mask,
    .describe = describe,
};
