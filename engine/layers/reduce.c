/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = Σ x, Σ x / n, max x or min x over axes of a sample. */
#include "nw-formula.h"

#include <glib/gi18n-lib.h>

#include "nw-primitive.h"

static char *
formula(const NwParams *params)
{
  gsize n;
  const gint64 *axes = nw_params_get_ints(params, "axis", &n);
  GString *text = g_string_new(nw_params_get_choice(params, "function"));

  g_string_append(text, "(x");
  for (gsize i = 0; i < n; i++)
    g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : ", axis=(", axes[i]);
  g_string_append_printf(text, "%s%s)", n > 0 ? ")" : "",
                         nw_params_get_bool(params, "keepdims") ? ", keepdims=true" : "");
  return g_string_free(text, FALSE);
}

static char *
describe(const NwParams *params)
{
  const NwPrimitive *f = nw_primitive_find(nw_params_get_choice(params, "function"));
  g_autofree char *axes = nw_params_to_text(params, "axis");
  return *axes == '\0' ? g_strdup(_(f->title))
                       : g_strdup_printf(_("%s · axis %s"), _(f->title), axes);
}

static const NwParamSpec params[] = {
    {"function", N_("Function"), N_("What becomes of the numbers along the axes"), NW_PARAM_CHOICE,
     "sum", .choices = nw_primitive_reduction_choices},
    {"axis", N_("Axes"),
     N_("Which axes of a sample go: 1 is the first, −1 the last; empty: all of them"),
     NW_PARAM_INTS, "", -NW_MAX_RANK, NW_MAX_RANK},
    {"keepdims", N_("Keep the axes"), N_("On: the axes stay, with a length of 1"), NW_PARAM_BOOL,
     "false"},
    {NULL},
};

const NwLayerKind nw_layer_reduce = {
    .id = "reduce",
    .title = N_("Reduce"),
    .summary = N_("Sum, mean, largest or smallest number along axes of a sample"),
    .category = NW_CATEGORY_MATH,
    .inputs = nw_formula_input,
    .outputs = nw_formula_output,
    .params = params,
    .examples = (const NwLayerExample[]){{"axis=-1", "4,5"},
                                         {"function=mean", "2,3,4"},
                                         {"function=max axis=1 keepdims=true", "mask:4,5"},
                                         {"function=min axis=2", "mask:4,5,2"},
                                         {"function=mean axis=3,1", "4,5,2"},
                                         {"", "-"},
                                         {NULL}},
    .infer = nw_formula_infer,
    .prepare = nw_formula_prepare,
    .formula = formula,
    .forward = nw_formula_forward,
    .backward = nw_formula_backward,
    .make_mask = nw_formula_make_mask,
    .describe = describe,
};
