/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-requests.h"

#include "nw-plan-private.h"

NwSampleWeight
nw_output_get_sample_weight(const NwParams *output)
{
  const char *choice = nw_params_get_choice(output, "sample_weight");

  return g_str_equal(choice, "sample") ? NW_SAMPLE_WEIGHT_SAMPLE
         : g_str_equal(choice, "step") ? NW_SAMPLE_WEIGHT_STEP
                                       : NW_SAMPLE_WEIGHT_NONE;
}

NwUnknown
nw_output_get_unknown(const NwParams *output)
{
  NwUnknown unknown = {0};

  if (!nw_params_applies(output, "ignored"))
    return unknown;
  unknown.numbers = nw_params_get_reals(output, "ignored", &unknown.n);
  unknown.empty = nw_params_get_bool(output, "ignore_empty");
  return unknown;
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
  request->unknown = nw_output_get_unknown(output->params);
  request->allowed = (NwRange){loss->target_min, loss->target_max, loss->target_whole, NULL};
  if (prediction != NULL)
    request->type.shape = prediction->shape;
  if (loss->target == NW_TARGET_INDEX) {
    drop_last_axis(&request->type.shape);
    request->type.dtype = NW_INT32;
    request->category_as = NW_CATEGORY_AS_INDEX;
    if (prediction != NULL)
      request->allowed =
          (NwRange){0, (double)MAX(nw_shape_last(&prediction->shape), 2) - 1, TRUE, NULL};
  }
  if (loss->target == NW_TARGET_LABELS) {
    request->type = (NwType){NW_SHAPE(nw_params_get_int(output->params, "label_length")), NW_INT32};
    request->category_as = NW_CATEGORY_AS_INDEX;
    request->n_steps = prediction != NULL ? prediction->shape.dim[0] : 1;
    if (prediction != NULL)
      request->allowed = (NwRange){0, (double)nw_shape_last(&prediction->shape) - 1, TRUE, NULL};
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

/* ── of a whole plan ─────────────────────────────────────────────────────────────────────────── */

static gboolean
was_asked(const NwFieldRequest *requests, gsize n, const char *name)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal(requests[i].name, name))
      return TRUE;
  return FALSE;
}

/* Ids that go straight to a layer that looks them up, whatever their shape: those that it has. */
static NwRange
allowed_ids(const NwPlan *plan, const NwPlanInput *input)
{
  NwRange range = {0};
  int group = NW_NONE;

  for (guint i = 0; i < plan->n_nodes; i++)
    if (plan->nodes[i].node->uid == input->node)
      group = nw_plan_value(plan, plan->nodes[i].raw[0])->group;
  for (guint i = 0; i < plan->n_nodes; i++) {
    const NwPlanNode *node = &plan->nodes[i];
    double last = (double)node->infer->n_ids - 1;
    if (node->infer->n_ids == 0 || nw_plan_value(plan, node->inputs[0])->group != group)
      continue;
    if (range.of == NULL || last < range.max)
      range = (NwRange){0, last, TRUE, node->node->layer->name};
  }
  return range;
}

/* What a Masking layer behind the input takes for “no step here”. */
static void
find_mask(const NwPlan *plan, const NwPlanInput *input, NwFieldRequest *request)
{
  for (guint i = 0; i < plan->n_nodes && !request->has_mask; i++) {
    const NwNode *node = plan->nodes[i].node;
    if (!g_str_equal(node->layer->kind->id, "masking") || node->inputs[0].node != input->node)
      continue;
    request->has_mask = TRUE;
    request->mask = nw_params_get_real(node->layer->params, "mask_value");
  }
}

NwFieldRequest *
nw_plan_dup_requests(const NwPlan *plan, gsize *n)
{
  NwFieldRequest *requests = g_new0(NwFieldRequest, plan->inputs->len + 2 * plan->outputs->len + 1);

  *n = 0;
  for (guint i = 0; i < plan->inputs->len; i++) {
    const NwPlanInput *input = nw_plan_get_input(plan, i);
    if (was_asked(requests, *n, input->name)) /* by another Target */
      continue;
    requests[(*n)++] = (NwFieldRequest){.name = input->name,
                                        .role = input->is_target ? NW_FIELD_TARGET : NW_FIELD_INPUT,
                                        .type = input->type,
                                        .allowed = allowed_ids(plan, input)};
    find_mask(plan, input, &requests[*n - 1]);
  }
  for (guint i = 0; i < plan->outputs->len; i++) {
    const NwPlanOutput *output = nw_plan_get_output(plan, i);
    const NwLayer *layer =
        nw_graph_find_node(nw_inference_get_flat_graph(plan->inference), output->node)->layer;
    *n += nw_output_request_target(layer, &output->type, &requests[*n]);
    *n += nw_output_request_weight(layer, &output->type, &requests[*n]);
  }
  return requests;
}
