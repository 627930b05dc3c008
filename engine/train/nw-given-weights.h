/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Weights that do not begin by chance but as a file has them: embeddings learned elsewhere. */
#pragma once

#include "nw-weights.h"

/**
 * nw_weights_give:
 * @base_dir: (nullable): relative paths start here
 *
 * Fills the weights that their layers find in files (NwWeightSpec.file) with what these hold: an array
 * of NPY or NPZ. A file that cannot be read, or an array of another shape or with gaps, is one
 * sentence that names the layer.
 */
gboolean nw_weights_give(NwWeights *weights, const NwInference *inference, const char *base_dir,
                         GError **error);
