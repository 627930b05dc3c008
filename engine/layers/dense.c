/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y[…, u] = x[…, F]·W[F, u] + b[u], on the last axis of any sample. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>

#include "nw-blas.h"
#include "nw-vec.h"

enum { KERNEL, BIAS };

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwParams *params = infer->params;
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  NwShape shape = infer->inputs[0].shape;
  if (shape.rank == 0)
    return nw_infer_fail(
        infer, error,
        _("its input is a single number without an axis; give the Input the shape 1"));
  gint64 features = nw_shape_last(&shape), units = nw_params_get_int(params, "units");
  gint64 rows = nw_shape_rows(&shape);
  shape.dim[shape.rank - 1] = units;
  nw_infer_output(infer, shape, NW_REAL);
  infer->mask_from[0] = 0;

  if (!nw_infer_own_weight(infer, "kernel", NW_SHAPE(features, units), error))
    return FALSE;
  infer->weights[KERNEL].by_product = TRUE;
  if (nw_params_get_bool(params, "use_bias") &&
      !nw_infer_own_weight(infer, "bias", NW_SHAPE(units), error))
    return FALSE;
  infer->keeps_inputs = TRUE;
  infer->activates = infer->takes_slopes = TRUE;
  infer->flops = rows * (2 * features + (infer->n_weights > BIAS ? 1 : 0)) * units;
  nw_infer_activity_penalty(infer);
  return nw_infer_activation(infer, nw_params_get_choice(params, "activation"), error);
}

/* rows of the product: batch and leading axes together; F; u */
static void
get_sizes(const NwCall *call, gsize *rows, gsize *features, gsize *units)
{
  const NwShape *in = &call->inputs[0].type->shape, *out = &call->outputs[0].type->shape;
  *rows = call->n * (gsize)nw_shape_rows(in);
  *features = (gsize)nw_shape_last(in);
  *units = (gsize)nw_shape_last(out);
}

/* y = f(y), while it is in the cache */
static void
activate_cb(gpointer data, const NwGemmBlock *block)
{
  const NwCall *call = data;

  nw_activation_forward_block(call->activation, block->c, block->stride, block->rows,
                              block->columns);
}

static void
forward(const NwCall *call)
{
  gboolean use_bias = nw_params_get_bool(call->params, "use_bias");
  NwEpilogue epilogue = {.bias = use_bias ? call->weights[BIAS] : NULL,
                         .func = call->activation != NULL ? activate_cb : NULL,
                         .data = (gpointer)call};
  gsize rows, features, units;
  get_sizes(call, &rows, &features, &units);

  nw_gemm_then(call->pool, NW_NO_TRANS, rows, units, features, call->inputs[0].real, features,
               call->weights[KERNEL], units, FALSE, call->outputs[0].real, units, &epilogue);
}

/* dx = f'(x) · dx, where x is f of something */
static void
slope_cb(gpointer data, const NwGemmBlock *block)
{
  const NwTensor *x = &((const NwCall *)data)->inputs[0];
  gsize first = (gsize)(block->c - x->gradient);

  nw_activation_backward_block(x->slope, x->real + first, block->c, block->stride, block->rows,
                               block->columns);
}

/* db[u] = Σ dy[…, u];  dx[…, F] = dy·Wᵀ;  dW[F, u] = xᵀ·dy */
static void
backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  const NwReal *dy = call->outputs[0].gradient;
  NwEpilogue epilogue = {.func = x->slope != NULL ? slope_cb : NULL, .data = (gpointer)call};
  gsize rows, features, units;
  get_sizes(call, &rows, &features, &units);

  if (nw_params_get_bool(call->params, "use_bias") && call->gradients[BIAS] != NULL)
    nw_vec_add_rows(call->pool, dy, rows, units, call->gradients[BIAS]);
  if (x->gradient != NULL)
    nw_gemm_then(call->pool, NW_TRANS, rows, features, units, dy, units, call->weights[KERNEL],
                 units, x->accumulate, x->gradient, features, &epilogue);
  nw_call_gradient_product(call, KERNEL, x->real, features, dy, units, rows);
}

static char *
describe(const NwParams *params)
{
  const char *activation = nw_params_get_choice(params, "activation");
  gint64 units = nw_params_get_int(params, "units");
  if (g_str_equal(activation, "linear"))
    return g_strdup_printf("%" G_GINT64_FORMAT, units);
  return g_strdup_printf("%" G_GINT64_FORMAT " · %s", units, activation);
}

static const NwParamSpec params[] = {
    {"units", N_("Units"), N_("How many numbers it gives"), NW_PARAM_INT, "64", 1, 1 << 24},
    NW_PARAM_ACTIVATION,
    {"use_bias", N_("Bias"), N_("Adds a number of its own to each unit"), NW_PARAM_BOOL, "true"},
    {"kernel_initializer", N_("Kernel"),
     N_("How fresh kernel weights are drawn, such as he_uniform"), NW_PARAM_TEXT, "glorot_uniform",
     .group = N_("Initialisation")},
    {"bias_initializer", N_("Bias"), N_("What a fresh bias holds, such as zeros or constant(0.1)"),
     NW_PARAM_TEXT, "zeros", .when = "use_bias=true", .group = N_("Initialisation")},
    NW_PARAMS_WEIGHT_PENALTY("kernel", "Kernel"),
    NW_PARAMS_WEIGHT_ORTHOGONAL("kernel", "Kernel"),
    NW_PARAMS_WEIGHT_PENALTY("bias", "Bias"),
    NW_PARAMS_ACTIVITY_PENALTY,
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_dense = {
    .id = "dense",
    .title = N_("Dense"),
    .summary = N_("Every unit weighs all numbers of its input; on sequences, step by step"),
    .category = NW_CATEGORY_CORE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .presets =
        (const NwLayerPreset[]){
            {N_("TimeDistributed Dense"),
             N_("Step by step, which Dense does by itself; any other layer has Per step"),
             "per_step=true"},
            {NULL}},
    .examples =
        (const NwLayerExample[]){{"units=4", "5"},
                                 {"units=3 activation=relu kernel_l2=0.01", "4,5"},
                                 {"units=1 activation=sigmoid", "7"},
                                 {"units=4 activation=softmax", "mask:4,5"},
                                 {"units=6 activation=glu", "3"},
                                 {"units=2 activation=tanh activity_l2=0.1", "2,3,4"},
                                 {"units=3 use_bias=false kernel_initializer=he_normal", "5"},
                                 {"units=3 bias_initializer=constant(0.1) trainable=false", "5"},
                                 {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
