/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Forward is the gradient by the input of a convolution that goes from y to x, and backward is that
 * convolution: y[i', j', f] = b[f] + Σ x[i, j, c]·W[p, q, f, c] over i·s + p − before = i',
 * likewise j', p counted in steps of the dilation. Of a pattern that reaches over r = (size −
 * 1)·dilation
 * + 1, y has as many positions as in Keras: n·s (same) or (n − 1)·s + max(r, s) (valid), or with an
 * output padding o, (n − 1)·s + o + r mod 2 (same) or (n − 1)·s + o + r (valid). The convolution
 * takes its padding from there: max((n − 1)·s + r − positions, 0), the odd one behind (same). */
#include "nw-transpose.h"

#include <glib/gi18n-lib.h>

#include "nw-conv.h"
#include "nw-vec.h"

enum { KERNEL, BIAS };

/* @more: the output padding, −1 for Keras' own. */
static NwSlide
slide(gboolean same, gsize n, gsize size, gsize stride, gsize dilation, gssize more)
{
  gsize reach = (size - 1) * dilation + 1, all = (n - 1) * stride + reach;
  NwSlide s = {n * stride, n, size, stride, dilation, 0};
  if (!same)
    s.in = more < 0 ? MAX(all, n * stride) : all + (gsize)more;
  else if (more >= 0)
    s.in = (n - 1) * stride + reach % 2 + (gsize)more;
  if (same && all > s.in)
    s.before = (all - s.in) / 2;
  return s;
}

static NwConv
conv_of(const NwParams *params, const NwShape *in)
{
  gsize height, width, channels, size[2], stride[2], dilation[2], padding[2];
  gssize more[2] = {-1, -1};
  gboolean same = g_str_equal(nw_params_get_choice(params, "padding"), "same");
  nw_stencil_sizes(in, &height, &width, &channels);
  nw_stencil_pair(params, "kernel_size", &size[0], &size[1]);
  nw_stencil_pair(params, "strides", &stride[0], &stride[1]);
  nw_stencil_pair(params, "dilation_rate", &dilation[0], &dilation[1]);
  if (nw_stencil_pair(params, "output_padding", &padding[0], &padding[1])) {
    more[0] = (gssize)padding[0];
    more[1] = (gssize)padding[1];
  }
  if (in->rank < 3) {
    size[1] = stride[1] = dilation[1] = 1;
    more[1] = -1;
  }
  return (NwConv){.window = {slide(same, height, size[0], stride[0], dilation[0], more[0]),
                             slide(same, width, size[1], stride[1], dilation[1], more[1])},
                  .channels = (gsize)nw_params_get_int(params, "filters"),
                  .filters = channels,
                  .groups = 1};
}

/* Does a convolution of the output give so many positions as the input has? */
static gboolean
check_output_padding(const NwInfer *infer, const NwSlide *s, GError **error)
{
  gsize reach = (s->size - 1) * s->dilation + 1;
  gboolean same = g_str_equal(nw_params_get_choice(infer->params, "padding"), "same");
  gsize base = (s->out - 1) * s->stride + (same ? reach % 2 : reach);
  gsize n;

  nw_params_get_ints(infer->params, "output_padding", &n);
  if (n == 0)
    return TRUE;
  if (s->in - base >= s->stride)
    return nw_infer_fail(infer, error,
                         _("its output padding is %zu, but must be smaller than its stride, %zu"),
                         s->in - base, s->stride);
  if (same && s->in == (s->out - 1) * s->stride)
    return nw_infer_fail(infer, error,
                         _("a pattern that reaches over %zu with padding same wants an output "
                           "padding from 1"),
                         reach);
  return TRUE;
}

gboolean
nw_transpose_infer(NwInfer *infer, GError **error)
{
  int axes = nw_infer_axes(infer);
  const NwParams *params = infer->params;
  const NwShape *in = &infer->inputs[0].shape;
  gboolean use_bias = nw_params_get_bool(params, "use_bias");
  if (!nw_infer_want_grid(infer, error) || !nw_infer_want_pair(infer, "kernel_size", error) ||
      !nw_infer_want_pair(infer, "strides", error) ||
      !nw_infer_want_pair(infer, "dilation_rate", error) ||
      !nw_infer_want_pair_or_none(infer, "output_padding", error))
    return FALSE;
  NwConv conv = conv_of(params, in);
  const NwSlide *h = &conv.window.h, *w = &conv.window.w;
  if (!nw_infer_check_strides(infer, &conv.window, error) ||
      !check_output_padding(infer, h, error) ||
      (axes == 2 && !check_output_padding(infer, w, error)))
    return FALSE;
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
