/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = x, at least `minimum` and at most `maximum`. */
#include "nw-formula.h"

#include <glib/gi18n-lib.h>

static char *
formula(const NwParams *params)
{
  g_autofree char *minimum = nw_params_to_text(params, "minimum");
  g_autofree char *maximum = nw_params_to_text(params, "maximum");
  return g_strdup_printf("clip(x, %s, %s)", minimum, maximum);
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  double minimum = nw_params_get_real(infer->params, "minimum");
  double maximum = nw_params_get_real(infer->params, "maximum");
  if (minimum > maximum)
    return nw_infer_fail(infer, error, _("its minimum %g lies above its maximum %g"), minimum,
                         maximum);
  return nw_formula_infer(infer, error);
}

static char *
describe(const NwParams *params)
{
  g_autofree char *minimum = nw_params_to_text(params, "minimum");
  g_autofree char *maximum = nw_params_to_text(params, "maximum");
  return g_strdup_printf(_("%s to %s"), minimum, maximum);
}

static const NwParamSpec params[] = {
    {"minimum", N_("Minimum"), N_("Smaller numbers become this"), NW_PARAM_REAL, "0", -1e30, 1e30},
    {"maximum", N_("Maximum"), N_("Larger numbers become this"), NW_PARAM_REAL, "1", -1e30, 1e30},
    {NULL},
};

const NwLayerKind nw_layer_clip = {
    .id = "clip",
    .title = N_("Clip"),
    .summary = N_("Cuts numbers off at a minimum and a maximum"),
    .category = NW_CATEGORY_MATH,
    .inputs = nw_formula_input,
    .outputs = nw_formula_output,
    .params = params,
    .examples = (const NwLayerExample[]){{"", "5"},
                                         {"minimum=-0.5 maximum=0.5", "mask:4,5"},
                                         {"minimum=-1e3 maximum=0.25", "-"},
                                         {NULL}},
    .infer = infer,
    .prepare = nw_formula_prepare,
    .formula = formula,
    .forward = nw_formula_forward,
    .backward = nw_formula_backward,
    .make_mask = nw_formula_make_mask,
    .describe = describe,
};
