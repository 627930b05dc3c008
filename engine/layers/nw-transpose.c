/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Forward is the gradient by the input of a convolution that goes from y to x, and backward is that
 * convolution: y[i', j', f] = b[f] + Σ x[i, j, c]·W[p, q, f, c] over i·s + p − before = i',
 * likewise j'. With padding same y has n·s positions, with valid n·s + max(size − s, 0). */
#include "nw-transpose.h"

#include <glib/gi18n-lib.h>

#include "nw-conv.h"
#include "nw-vec.h"

enum { KERNEL, BIAS };

static NwSlide
slide(gboolean same, gsize n, gsize size, gsize stride)
{
  gsize more = size > stride ? size - stride : 0;
  return (NwSlide){n * stride + (same ? 0 : more), n, size, stride, 1, same ? more / 2 : 0};
}

static NwConv
conv_of(const NwParams *params, const NwShape *in)
{
  gsize height, width, channels, size[2], stride[2];
  gboolean same = g_str_equal(nw_params_get_choice(params, "padding"), "same");
  nw_stencil_sizes(in, &height, &width, &channels);
  nw_stencil_pair(params, "kernel_size", &size[0], &size[1]);
  nw_stencil_pair(params, "strides", &stride[0], &stride[1]);
  if (in->rank < 3)
    size[1] = stride[1] = 1;
  return (NwConv){
      .window = {slide(same, height, size[0], stride[0]), slide(same, width, size[1], stride[1])},
      .channels = (gsize)nw_params_get_int(params, "filters"),
      .filters = channels,
      .groups = 1};
}

gboolean
nw_transpose_infer(NwInfer *infer, int axes, GError **error)
{
  const NwParams *params = infer->params;
  const NwShape *in = &infer->inputs[0].shape;
  gboolean use_bias = nw_params_get_bool(params, "use_bias");
  if (!nw_infer_want_grid(infer, axes, error) || !nw_infer_want_pair(infer, "kernel_size", error) ||
      !nw_infer_want_pair(infer, "strides", error))
    return FALSE;
  NwConv conv = conv_of(params, in);
  const NwSlide *h = &conv.window.h, *w = &conv.window.w;
  gint64 height = (gint64)h->size, width = (gint64)w->size;
  gint64 filters = (gint64)conv.channels, channels = (gint64)conv.filters;
  nw_infer_output(infer, nw_stencil_shape(in, h->in, w->in, conv.channels), NW_REAL);
  if (!nw_infer_own_weight(infer, "kernel",
                           axes == 1 ? NW_SHAPE(height, filters, channels)
                                     : NW_SHAPE(height, width, filters, channels),
                           error) ||
      (use_bias && !nw_infer_own_weight(infer, "bias", NW_SHAPE(filters), error)))
    return FALSE;
  NwBufferSpec scratch = nw_conv_scratch(&conv);
  nw_infer_scratch(infer, scratch.per_sample, scratch.fixed);
  infer->keeps_inputs = infer->activates = TRUE;
  infer->flops = (gint64)(h->out * w->out) * 2 * height * width * channels * filters +
                 (use_bias ? (gint64)(h->in * w->in) * filters : 0);
  nw_infer_activity_penalty(infer);
  return nw_infer_activation(infer, nw_params_get_choice(params, "activation"), error);
}

void
nw_transpose_forward(const NwCall *call)
{
  NwConv conv = conv_of(call->params, &call->inputs[0].type->shape);
  gboolean use_bias = nw_params_get_bool(call->params, "use_bias");
  nw_conv_backward_input(&conv, call->pool, call->n, call->inputs[0].real, call->weights[KERNEL],
                         use_bias ? call->weights[BIAS] : NULL, call->activation, NULL,
                         call->outputs[0].real, FALSE, call->scratch[0]);
}

void
nw_transpose_backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  NwConv conv = conv_of(call->params, &x->type->shape);
  gboolean use_bias = nw_params_get_bool(call->params, "use_bias");

  if (x->gradient != NULL)
    nw_conv_forward(&conv, call->pool, call->n, y->gradient, call->weights[KERNEL], NULL, NULL,
                    x->gradient, x->accumulate, call->scratch[0]);
  if (call->gradients[KERNEL] != NULL)
    nw_conv_backward_kernel(&conv, call->pool, call->n, y->gradient, x->real,
                            call->gradients[KERNEL], NULL, call->scratch[0]);
  if (use_bias && call->gradients[BIAS] != NULL)
    nw_vec_add_rows(call->pool, y->gradient, call->n * (gsize)nw_shape_rows(&y->type->shape),
                    conv.channels, call->gradients[BIAS]);
}
