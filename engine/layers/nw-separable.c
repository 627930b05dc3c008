/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* h[i, j, c·M + m] = Σ_{p,q} x[…, c]·W_d[p, q, c, m];  y[i, j, f] = b[f] + Σ_k h[i, j, k]·W_p[k, f]
 */
#include "nw-separable.h"

#include "nw-conv.h"
#include "nw-depthwise.h"

enum { DEPTHWISE, POINTWISE, BIAS };
enum { MIDDLE };                      /* saved: h */
enum { CONV, SUMS, MIDDLE_GRADIENT }; /* scratch */

static NwDepthwise
depthwise_of(const NwParams *params, const NwShape *in)
{
  return (NwDepthwise){nw_stencil(params, in, "kernel_size"), (gsize)nw_shape_last(in),
                       (gsize)nw_params_get_int(params, "depth_multiplier")};
}

static NwConv
pointwise_of(const NwParams *params, const NwDepthwise *depthwise)
{
  gsize height = depthwise->window.h.out, width = depthwise->window.w.out;
  return (NwConv){.window = {{height, height, 1, 1, 1, 0}, {width, width, 1, 1, 1, 0}},
                  .channels = depthwise->channels * depthwise->multiplier,
                  .filters = (gsize)nw_params_get_int(params, "filters"),
                  .groups = 1};
}

gboolean
nw_separable_infer(NwInfer *infer, GError **error)
{
  int axes = nw_infer_axes(infer);
  const NwParams *params = infer->params;
  const NwShape *in = &infer->inputs[0].shape;
  gboolean use_bias = nw_params_get_bool(params, "use_bias");
  NwStencil window;
  if (!nw_infer_stencil(infer, "kernel_size", &window, error))
    return FALSE;
  NwDepthwise depthwise = depthwise_of(params, in);
  NwConv pointwise = pointwise_of(params, &depthwise);
  gint64 height = (gint64)window.h.size, width = (gint64)window.w.size;
  gint64 channels = (gint64)depthwise.channels, multiplier = (gint64)depthwise.multiplier;
  gint64 middle = (gint64)pointwise.channels, filters = (gint64)pointwise.filters;
  gint64 positions = (gint64)(window.h.out * window.w.out);
  nw_infer_output(infer, nw_stencil_shape(in, window.h.out, window.w.out, pointwise.filters),
                  NW_REAL);
  if (!nw_infer_weight_as(infer, "depthwise_kernel", "depthwise",
                          axes == 1 ? NW_SHAPE(height, channels, multiplier)
                                    : NW_SHAPE(height, width, channels, multiplier),
                          error) ||
      !nw_infer_weight_as(
          infer, "pointwise_kernel", "pointwise",
          axes == 1 ? NW_SHAPE(1, middle, filters) : NW_SHAPE(1, 1, middle, filters), error) ||
      (use_bias && !nw_infer_own_weight(infer, "bias", NW_SHAPE(filters), error)))
    return FALSE;
  NwBufferSpec conv = nw_conv_scratch(&pointwise);
  nw_infer_saved(infer, positions * middle, 0);
  nw_infer_scratch(infer, conv.per_sample, conv.fixed);
  nw_infer_scratch(infer, 0, nw_depthwise_scratch(&depthwise));
  nw_infer_scratch(infer, positions * middle, 0);
  infer->keeps_inputs = infer->activates = TRUE;
  infer->flops =
      positions * (2 * height * width * middle + (2 * middle + (use_bias ? 1 : 0)) * filters);
  nw_infer_activity_penalty(infer);
  return nw_infer_activation(infer, nw_params_get_choice(params, "activation"), error);
}

void
nw_separable_forward(const NwCall *call)
{
  NwDepthwise depthwise = depthwise_of(call->params, &call->inputs[0].type->shape);
  NwConv pointwise = pointwise_of(call->params, &depthwise);
  gboolean use_bias = nw_params_get_bool(call->params, "use_bias");
  nw_depthwise_forward(&depthwise, call->pool, call->n, call->inputs[0].real,
                       call->weights[DEPTHWISE], NULL, call->saved[MIDDLE]);
  nw_conv_forward(&pointwise, call->pool, call->n, call->saved[MIDDLE], call->weights[POINTWISE],
                  use_bias ? call->weights[BIAS] : NULL, call->activation, call->outputs[0].real,
                  FALSE, call->scratch[CONV]);
}

void
nw_separable_backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  const NwReal *dy = call->outputs[0].gradient;
  NwReal *dh = call->scratch[MIDDLE_GRADIENT];
  NwDepthwise depthwise = depthwise_of(call->params, &x->type->shape);
  NwConv pointwise = pointwise_of(call->params, &depthwise);
  gboolean use_bias = nw_params_get_bool(call->params, "use_bias");

  nw_conv_backward_input(&pointwise, call->pool, call->n, dy, call->weights[POINTWISE], NULL, NULL,
                         NULL, dh, FALSE, call->scratch[CONV]);
  if (call->gradients[POINTWISE] != NULL)
    nw_conv_backward_kernel(&pointwise, call->pool, call->n, call->saved[MIDDLE], dy,
                            call->gradients[POINTWISE], use_bias ? call->gradients[BIAS] : NULL,
                            call->scratch[CONV]);
  if (call->gradients[DEPTHWISE] != NULL)
    nw_depthwise_backward_kernel(&depthwise, call->pool, call->n, x->real, dh,
                                 call->gradients[DEPTHWISE], call->scratch[SUMS]);
  if (x->gradient != NULL)
    nw_depthwise_backward_input(&depthwise, call->pool, call->n, dh, call->weights[DEPTHWISE],
                                x->gradient, x->accumulate);
}
