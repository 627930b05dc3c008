/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every entry several times (nw-up-sampling.c). */
#include "nw-up-sampling.h"

static const NwChoice interpolations[] = {
    {"nearest", N_("Nearest: repeats pixels")},
    {"bilinear", N_("Bilinear: mixes the four around")},
    {NULL},
};

static const NwChoice *
interpolation_choices(void)
{
  return interpolations;
}

static const NwParamSpec params[] = {
    {"size", N_("Size"), N_("How often each entry is repeated"), NW_PARAM_INTS, "2", 1, 1 << 12},
    {"interpolation", N_("Interpolation"), N_("What stands between the pixels"), NW_PARAM_CHOICE,
     "nearest", .choices = interpolation_choices},
    {NULL},
};

const NwLayerKind nw_layer_up_sampling2d = {
    .id = "up_sampling2d",
    .title = N_("UpSampling2D"),
    .summary = N_("Enlarges pictures, without weights"),
    .category = NW_CATEGORY_CONVOLUTION,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"size=2", "2,3,2"},
                                         {"size=3,2 interpolation=bilinear", "2,3,2"},
                                         {"size=1,4 interpolation=bilinear", "1,2,1"},
                                         {NULL}},
    .family = &nw_stencil_plane,
    .infer = nw_up_sampling_infer,
    .forward = nw_up_sampling_forward,
    .backward = nw_up_sampling_backward,
    .describe = nw_up_sampling_describe,
};
