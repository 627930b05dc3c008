/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-requests.h"

#include "nw-loss.h"

NwSampleWeight
nw_output_get_sample_weight(const NwParams *output)
{
  const char *choice = nw_params_get_choice(output, "sample_weight");

  return g_str_equal(choice, "sample") ? NW_SAMPLE_WEIGHT_SAMPLE
         : g_str_equal(choice, "step") ? NW_SAMPLE_WEIGHT_STEP
                                       : NW_SAMPLE_WEIGHT_NONE;
}

const char *
nw_output_weight_field(const char *output)
{
  g_autofree char *name = g_strdup_printf("%s/weight", output);

  return g_intern_string(name);
}

static void
drop_last_axis(NwShape *shape)
{
  shape->rank = MAX(shape->rank - 1, 0);
}

gboolean
nw_output_request_target(const NwLayer *output, const NwType *prediction, NwFieldRequest *request)
{
  const NwLossKind *loss = nw_loss_kind_find(nw_params_get_choice(output->params, "loss"));

  if (loss->target == NW_TARGET_NONE)
    return FALSE;
  *request = (NwFieldRequest){.name = output->name,
                              .role = NW_FIELD_TARGET,
                              .type.dtype = NW_REAL,
                              .category_as = NW_CATEGORY_AS_ONE_HOT};
  if (prediction != NULL)
    request->type.shape = prediction->shape;
  if (loss->target == NW_TARGET_INDEX) {
    drop_last_axis(&request->type.shape);
    request->type.dtype = NW_INT32;
    request->category_as = NW_CATEGORY_AS_INDEX;
  }
  return TRUE;
}

gboolean
nw_output_request_weight(const NwLayer *output, const NwType *prediction, NwFieldRequest *request)
{
  NwSampleWeight weight = nw_output_get_sample_weight(output->params);

  if (weight == NW_SAMPLE_WEIGHT_NONE)
    return FALSE;
  *request = (NwFieldRequest){.name = nw_output_weight_field(output->name),
                              .role = NW_FIELD_WEIGHT,
                              .type.dtype = NW_REAL,
                              .category_as = NW_CATEGORY_AS_INDEX,
                              .allowed = {0, G_MAXDOUBLE}};
  if (prediction != NULL && weight == NW_SAMPLE_WEIGHT_STEP) {
    request->type.shape = prediction->shape;
    drop_last_axis(&request->type.shape);
  }
  return TRUE;
}
