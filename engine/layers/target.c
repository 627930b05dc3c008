/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = the target of an Output, as a tensor to calculate a loss with; or data of its own that only
 * the loss may see. Classes come as 0 and 1 for each class. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>

static const NwChoice sources[] = {
    {"output", N_("the target of an Output")},
    {"own", N_("data of its own")},
    {NULL},
};

static const NwChoice *
source_choices(void)
{
  return sources;
}

static gboolean
is_own(const NwParams *params)
{
  return g_str_equal(nw_params_get_choice(params, "source"), "own");
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  gsize rank;
  const gint64 *dims = nw_params_get_ints(infer->params, "shape", &rank);

  if (is_own(infer->params) && rank > NW_MAX_RANK)
    return nw_infer_fail(infer, error, _("its shape has %d axes; %d are possible"), (int)rank,
                         NW_MAX_RANK);
  nw_infer_output(infer,
                  is_own(infer->params) ? nw_shape_of(dims, (int)rank) : infer->prediction.shape,
                  NW_REAL);
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  const char *output = nw_params_get_text(params, "output");
  if (is_own(params))
    return g_strdup(_("own data"));
  return *output == '\0' ? g_strdup(_("of the Output")) : g_strdup_printf(_("of %s"), output);
}

static const NwParamSpec params[] = {
    {"source", N_("Gives"), N_("Where the numbers come from"), NW_PARAM_CHOICE, "output",
     .choices = source_choices},
    {"output", N_("Output"),
     N_("The name of the Output whose target it gives; empty while there is only one"),
     NW_PARAM_TEXT, "", .when = "source=output", .names_layer = TRUE},
    {"shape", N_("Shape"), N_("Lengths of the axes of one sample; empty for a single number"),
     NW_PARAM_INTS, "1", 1, G_MAXINT32, .when = "source=own"},
    {NULL},
};

const NwLayerKind nw_layer_target = {
    .id = "target",
    .title = N_("Target"),
    .summary = N_("What an Output should have said, to calculate a loss of your own with"),
    .category = NW_CATEGORY_INPUTS,
    .role = NW_ROLE_TARGET,
    .inputs = (const NwPort[]){{NULL}},
    .outputs = (const NwPort[]){{"out", N_("Target")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"source=own shape=5", ""}, {NULL}},
    .infer = infer,
    .describe = describe,
};
