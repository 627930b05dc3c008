/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-conv-layer.h"

#include <inttypes.h>

enum { KERNEL, BIAS };

static NwConv
conv_of(const NwParams *params, const NwShape *in)
{
  return (NwConv){.window = nw_stencil(params, in, "kernel_size"),
                  .channels = (gsize)nw_shape_last(in),
                  .filters = (gsize)nw_params_get_int(params, "filters"),
                  .groups = (gsize)nw_params_get_int(params, "groups")};
}

gboolean
nw_conv_layer_infer(NwInfer *infer, GError **error)
{
  int axes = nw_infer_axes(infer);
  const NwParams *params = infer->params;
  const NwShape *in = &infer->inputs[0].shape;
  NwStencil window;
  if (!nw_infer_stencil(infer, "kernel_size", &window, error))
    return FALSE;
  NwConv conv = conv_of(params, in);
  if (conv.channels % conv.groups != 0)
    return nw_infer_fail(infer, error, _("%zu groups do not divide the %zu channels of its input"),
                         conv.groups, conv.channels);
  if (conv.filters % conv.groups != 0)
    return nw_infer_fail(infer, error, _("%zu groups do not divide its %zu filters"), conv.groups,
                         conv.filters);

  gint64 group = (gint64)(conv.channels / conv.groups), filters = (gint64)conv.filters;
  gint64 height = (gint64)window.h.size, width = (gint64)window.w.size;
  gboolean use_bias = nw_params_get_bool(params, "use_bias");
  nw_infer_output(infer, nw_stencil_shape(in, window.h.out, window.w.out, conv.filters), NW_REAL);
  if (!nw_infer_own_weight(infer, "kernel",
                           axes == 1 ? NW_SHAPE(height, group, filters)
                                     : NW_SHAPE(height, width, group, filters),
                           error) ||
      (use_bias && !nw_infer_own_weight(infer, "bias", NW_SHAPE(filters), error)))
    return FALSE;
  NwBufferSpec scratch = nw_conv_scratch(&conv);
  nw_infer_scratch(infer, scratch.per_sample, scratch.fixed);
  infer->keeps_inputs = TRUE;
  infer->activates = infer->takes_slopes = TRUE;
  infer->flops = (gint64)(window.h.out * window.w.out) * filters *
                 (2 * height * width * group + (use_bias ? 1 : 0));
  nw_infer_activity_penalty(infer);
  return nw_infer_activation(infer, nw_params_get_choice(params, "activation"), error);
}

void
nw_conv_layer_forward(const NwCall *call)
{
  NwConv conv = conv_of(call->params, &call->inputs[0].type->shape);
  gboolean use_bias = nw_params_get_bool(call->params, "use_bias");
  nw_conv_forward(&conv, call->pool, call->n, call->inputs[0].real, call->weights[KERNEL],
                  use_bias ? call->weights[BIAS] : NULL, call->activation, call->outputs[0].real,
                  FALSE, call->scratch[0]);
}

void
nw_conv_layer_backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  const NwReal *dy = call->outputs[0].gradient;
  NwConv conv = conv_of(call->params, &x->type->shape);
  gboolean use_bias = nw_params_get_bool(call->params, "use_bias");

  if (x->gradient != NULL)
    nw_conv_backward_input(&conv, call->pool, call->n, dy, call->weights[KERNEL], NULL, x->slope,
                           x->real, x->gradient, x->accumulate, call->scratch[0]);
  if (call->gradients[KERNEL] != NULL)
    nw_conv_backward_kernel(&conv, call->pool, call->n, x->real, dy, call->gradients[KERNEL],
                            use_bias ? call->gradients[BIAS] : NULL, call->scratch[0]);
}

char *
nw_conv_layer_describe(const NwParams *params)
{
  const char *activation = nw_params_get_choice(params, "activation");
  g_autofree char *size = nw_stencil_text(params, "kernel_size");
  GString *text = g_string_new(NULL);
  if (nw_params_find_spec(params, "filters") != NULL)
    g_string_printf(text, "%" PRId64 " · ", nw_params_get_int(params, "filters"));
  g_string_append(text, size);
  if (!g_str_equal(activation, "linear"))
    g_string_append_printf(text, " · %s", activation);
  return g_string_free(text, FALSE);
}
