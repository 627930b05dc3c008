/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What an Output wants of the data: asked by the plan, by the doctor, and by the window while a
 * graph is still incomplete. */
#pragma once

#include "nw-dataset.h"
#include "nw-graph.h"

/* Of the rows of an Output, which have a weight of their own in its loss. */
typedef enum {
  NW_SAMPLE_WEIGHT_NONE,
  NW_SAMPLE_WEIGHT_SAMPLE, /* one number per sample */
  NW_SAMPLE_WEIGHT_STEP,   /* one number per step: the prediction's shape without its last axis */
} NwSampleWeight;

NwSampleWeight nw_output_get_sample_weight(const NwParams *output);

/* What means “not known” in the target of an Output. Its numbers are those of @output. */
NwUnknown nw_output_get_unknown(const NwParams *output);

/* The field of an Output's sample weights: “OUTPUT/weight”. No layer can be called so. The text is
 * kept until the program ends. */
const char *nw_output_weight_field(const char *output);

/* The target of the Output: it looks like the prediction; a class is a number in the place of its
 * last axis. @prediction: (nullable) not known yet. FALSE: its loss goes by the prediction alone.
 */
gboolean
nw_output_request_target(const NwLayer *output, const NwType *prediction, NwFieldRequest *request);
/* Its sample weights. FALSE: it has none. */
gboolean
nw_output_request_weight(const NwLayer *output, const NwType *prediction, NwFieldRequest *request);
