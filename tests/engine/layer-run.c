/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "layer-run.h"

#include <string.h>

/* Numbers that float holds exactly, so that both builds calculate with the same. */
static NwReal *
draw(gsize n, guint64 stream, double scale)
{
  NwRng rng = nw_rng(17, NW_RNG_TEST, stream, 0, 0);
  NwReal *x = g_new(NwReal, MAX(n, 1));
  for (gsize i = 0; i < n; i++)
    x[i] = (float)(scale * nw_rng_normal(&rng, i));
  return x;
}

static NwReal *
make_nan(gsize n)
{
  NwReal *x = g_new(NwReal, MAX(n, 1));
  for (gsize i = 0; i < n; i++)
    x[i] = NAN;
  return x;
}

static gsize
elements(const NwType *type)
{
  return (gsize)nw_shape_elements(&type->shape);
}

static NwParams *
parse_params(const NwLayerKind *kind, const char *text, GError **error)
{
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  NwParams *params = nw_params_new(nw_layer_kind_get_params(kind));
  for (char **word = words; *word != NULL; word++) {
    if (**word == '\0')
      continue;
    char *value = strchr(*word, '=');
    g_assert_nonnull(value);
    *value++ = '\0';
    NwParams *next = nw_params_with(params, *word, value, error);
    nw_params_unref(params);
    if (next == NULL)
      return NULL;
    params = next;
  }
  return params;
}

static NwType
parse_shape(const char *text)
{
  g_auto(GStrv) dims = g_strsplit(text, ",", -1);
  NwType type = {.dtype = NW_REAL};
  if (g_str_equal(text, "none"))
    type.shape.rank = -1;
  for (char **dim = dims; *dim != NULL && type.shape.rank >= 0 && !g_str_equal(text, "-"); dim++)
    type.shape.dim[type.shape.rank++] = g_ascii_strtoll(*dim, NULL, 10);
  return type;
}

static void
add_input(LayerRun *run, gsize i, char *text)
{
  gint64 ids = 0;
  gboolean positive = FALSE;
  NwTensor *x = &run->inputs[i];
  for (char *colon; (colon = strchr(text, ':')) != NULL; text = colon + 1) {
    if (g_str_has_prefix(text, "mask:"))
      run->masked[i] = TRUE;
    else if (g_str_has_prefix(text, "positive:"))
      positive = TRUE;
    else if (g_str_has_prefix(text, "int"))
      ids = g_ascii_strtoll(text + 3, NULL, 10);
    else
      g_error("“%s” is no input of an example", text);
  }
  run->types[i] = parse_shape(g_strstrip(text));
  x->type = &run->types[i];
  if (run->types[i].shape.rank < 0)
    return;
  gsize n = run->capacity * elements(x->type);
  NwRng rng = nw_rng(17, NW_RNG_TEST, 50 + i, 0, 0);
  if (ids > 0) {
    run->types[i].dtype = NW_INT32;
    x->int32 = g_new(gint32, n);
    for (gsize j = 0; j < n; j++)
      x->int32[j] = (gint32)nw_rng_below(&rng, j, (guint64)ids);
  } else {
    x->real = draw(n, 100 + i, 1);
    for (gsize j = 0; positive && j < n; j++)
      x->real[j] = (float)(0.25 + fabs((double)x->real[j]));
    x->gradient = make_nan(n);
  }
  if (run->masked[i]) {
    gsize steps = run->capacity * (gsize)run->types[i].shape.dim[0];
    x->mask = g_new(guint8, steps);
    for (gsize j = 0; j < steps; j++)
      x->mask[j] = (guint8)nw_rng_below(&rng, 100000 + j, 2);
  }
}

static void
parse_inputs(LayerRun *run, const char *text)
{
  g_auto(GStrv) items = g_strsplit(text, ";", -1);
  run->n_inputs = g_strv_length(items);
  run->types = g_new0(NwType, run->n_inputs);
  run->masked = g_new0(gboolean, run->n_inputs);
  run->inputs = g_new0(NwTensor, run->n_inputs);
  for (gsize i = 0; i < run->n_inputs; i++)
    add_input(run, i, g_strstrip(items[i]));
}

static void
make_output(LayerRun *run, gsize i)
{
  const NwInfer *infer = &run->infer;
  NwTensor *y = &run->outputs[i];
  run->before[i] = infer->outputs[i];
  if (i == 0 && infer->activation != NULL && infer->activation->halves)
    run->before[i].shape.dim[infer->outputs[i].shape.rank - 1] *= 2;
  gsize n = run->capacity * elements(&run->before[i]);
  y->type = &run->before[i];
  if (y->type->dtype == NW_INT32) {
    y->int32 = g_new0(gint32, n);
    return;
  }
  y->real = make_nan(n);
  y->gradient = draw(n, 200 + i, 1);
  if (infer->mask_from[i] == NW_MASK_MADE)
    y->mask = g_new0(guint8, run->capacity * (gsize)y->type->shape.dim[0]);
}

static void
make_buffers(LayerRun *run)
{
  const NwInfer *infer = &run->infer;
  for (gsize i = 0; i < infer->n_outputs; i++)
    make_output(run, i);
  if (infer->n_outputs > 0 && infer->outputs[0].dtype == NW_REAL) {
    run->y = make_nan(layer_run_n_output(run, run->capacity));
    run->dy = draw(layer_run_n_output(run, run->capacity), 300, 1);
  }
  for (gsize i = 0; i < infer->n_weights; i++) {
    run->weights[i] = draw(layer_run_n_weight(run, i), 400 + i, 0.5);
    run->gradients[i] = g_new0(NwReal, layer_run_n_weight(run, i));
    for (gsize j = 0; infer->weights[i].state && j < layer_run_n_weight(run, i); j++)
      run->weights[i][j] = 1 + NW_R(fabs)(run->weights[i][j]); /* it may be a variance */
    run->states[i] = g_memdup2(run->weights[i], layer_run_n_weight(run, i) * sizeof(NwReal));
  }
  for (gsize i = 0; i < infer->n_saved; i++)
    run->saved[i] =
        make_nan(run->capacity * (gsize)infer->saved[i].per_sample + (gsize)infer->saved[i].fixed);
  for (gsize i = 0; i < infer->n_scratch; i++)
    run->scratch[i] = make_nan(run->capacity * (gsize)infer->scratch[i].per_sample +
                               (gsize)infer->scratch[i].fixed);
}

LayerRun *
layer_run_new(const NwLayerKind *kind, const char *params, const char *inputs, gsize capacity,
              GError **error)
{
  g_autoptr(LayerRun) run = g_new0(LayerRun, 1);
  run->capacity = capacity;
  run->training = TRUE;
  run->params = parse_params(kind, params, error);
  if (run->params == NULL)
    return NULL;
  parse_inputs(run, inputs);
  run->infer.params = run->params;
  run->infer.name = "it";
  run->infer.n_inputs = run->n_inputs;
  run->infer.inputs = run->types;
  run->infer.masks = run->masked;
  if (!nw_layer_kind_infer(kind, &run->infer, error))
    return NULL;
  make_buffers(run);
  if (kind->prepare != NULL)
    run->prepared = kind->prepare(&run->infer);
  return g_steal_pointer(&run);
}

LayerRun *
layer_run_example(const NwLayerKind *kind, const char *params, const char *inputs, gsize capacity)
{
  g_autoptr(GError) error = NULL;
  LayerRun *run = layer_run_new(kind, params, inputs, capacity, &error);
  if (run == NULL)
    g_error("%s “%s” on “%s”: %s", kind->id, params, inputs, error->message);
  run->example = params;
  return run;
}

void
layer_run_free(LayerRun *run)
{
  if (run == NULL)
    return;
  for (gsize i = 0; i < run->n_inputs; i++) {
    g_free(run->inputs[i].real);
    g_free(run->inputs[i].gradient);
    g_free(run->inputs[i].mask);
  }
  for (gsize i = 0; i < run->infer.n_outputs; i++) {
    g_free(run->outputs[i].real);
    g_free(run->outputs[i].gradient);
    g_free(run->outputs[i].mask);
  }
  for (gsize i = 0; i < NW_MAX_WEIGHTS; i++) {
    g_free(run->weights[i]);
    g_free(run->gradients[i]);
    g_free(run->states[i]);
  }
  for (gsize i = 0; i < NW_MAX_BUFFERS; i++) {
    g_free(run->saved[i]);
    g_free(run->scratch[i]);
  }
  g_free(run->prepared);
  g_free(run->y);
  g_free(run->dy);
  g_free(run->types);
  g_free(run->masked);
  g_free(run->inputs);
  g_clear_pointer(&run->params, nw_params_unref);
  g_free(run);
}

gsize
layer_run_n_weight(const LayerRun *run, gsize weight)
{
  return (gsize)nw_shape_elements(&run->infer.weights[weight].shape);
}

gsize
layer_run_n_input(const LayerRun *run, gsize input, gsize n)
{
  return n * elements(&run->types[input]);
}

gsize
layer_run_n_gradient(const LayerRun *run, gsize input, gsize n)
{
  return run->types[input].shape.rank < 0 || run->inputs[input].gradient == NULL
             ? 0
             : layer_run_n_input(run, input, n);
}

gsize
layer_run_n_output(const LayerRun *run, gsize n)
{
  return n * elements(&run->infer.outputs[0]);
}

static NwTensor *
hide_steps(LayerRun *run, const NwTensor *tensors, gsize n, gsize first)
{
  for (gsize i = first; i < first + n; i++) {
    NwType *type = &run->step_types[i];
    *type = *tensors[i - first].type;
    run->step_tensors[i] = tensors[i - first];
    run->step_tensors[i].type = type;
    run->step_tensors[i].mask = NULL;
    if (type->shape.rank < 0)
      continue;
    type->shape.rank--;
    memmove(type->shape.dim, type->shape.dim + 1,
            (gsize)type->shape.rank * sizeof *type->shape.dim);
  }
  return run->step_tensors + first;
}

static NwCall
make_call(LayerRun *run, NwPool *pool, gsize n)
{
  NwCall call = {.kind = run->infer.kind,
                 .params = run->params,
                 .n = n,
                 .training = run->training,
                 .pool = pool,
                 .rng = nw_rng(17, NW_RNG_DROPOUT, 1, 2, 3),
                 .n_inputs = run->n_inputs,
                 .inputs = run->inputs,
                 .n_outputs = run->infer.n_outputs,
                 .outputs = run->outputs,
                 .weights = run->weights,
                 .gradients = run->gradients,
                 .saved = run->saved,
                 .prepared = run->prepared,
                 .scratch = run->scratch};

  if (run->infer.steps > 0) {
    g_assert_cmpuint(run->n_inputs, <=, NW_MAX_PORTS);
    call.n *= (gsize)run->infer.steps;
    call.inputs = hide_steps(run, run->inputs, run->n_inputs, 0);
    call.outputs = hide_steps(run, run->outputs, run->infer.n_outputs, NW_MAX_PORTS);
  }
  return call;
}

void
layer_run_keep_states(LayerRun *run)
{
  for (gsize i = 0; i < run->infer.n_weights; i++)
    memcpy(run->states[i], run->weights[i], layer_run_n_weight(run, i) * sizeof(NwReal));
}

static void
restore_states(LayerRun *run)
{
  for (gsize i = 0; i < run->infer.n_weights; i++)
    if (run->infer.weights[i].state)
      memcpy(run->weights[i], run->states[i], layer_run_n_weight(run, i) * sizeof(NwReal));
}

void
layer_run_forward(LayerRun *run, NwPool *pool, gsize n)
{
  const NwLayerKind *kind = run->infer.kind;
  const NwActivation *activation = run->infer.activation;
  NwTensor *z = &run->outputs[0];
  NwCall call = make_call(run, pool, n);
  gsize size = n * elements(z->type);

  restore_states(run);
  if (run->infer.n_outputs == 0) /* a Loss term */
    return;
  if (!run->infer.alias)
    kind->forward(&call);
  else if (z->type->dtype == NW_REAL)
    memcpy(z->real, run->inputs[0].real, size * sizeof *z->real);
  else
    memcpy(z->int32, run->inputs[0].int32, size * sizeof *z->int32);
  if (z->mask != NULL)
    kind->make_mask(&call);
  if (run->y == NULL)
    return;
  if (activation != NULL)
    nw_activation_forward(activation, pool, z->real, run->y,
                          n * (gsize)nw_shape_rows(&z->type->shape),
                          (gsize)nw_shape_last(&z->type->shape));
  else
    memcpy(run->y, z->real, size * sizeof *run->y);
}

/* What the plan does for an alias: the gradient passes through. */
static void
pass_gradient(const NwTensor *x, const NwTensor *z, gsize size)
{
  for (gsize i = 0; x->gradient != NULL && i < size; i++)
    x->gradient[i] = (x->accumulate ? x->gradient[i] : 0) + z->gradient[i];
}

void
layer_run_backward(LayerRun *run, NwPool *pool, gsize n, gboolean accumulate)
{
  const NwActivation *activation = run->infer.activation;
  NwTensor *z = &run->outputs[0];
  NwCall call;
  gsize size = n * elements(z->type);

  for (gsize i = 0; i < run->n_inputs; i++)
    run->inputs[i].accumulate = accumulate;
  call = make_call(run, pool, n);
  if (activation != NULL)
    nw_activation_backward(activation, pool, activation->needs_x ? z->real : NULL,
                           activation->needs_y ? run->y : NULL, run->dy, z->gradient,
                           n * (gsize)nw_shape_rows(&z->type->shape),
                           (gsize)nw_shape_last(&z->type->shape), FALSE);
  else
    memcpy(z->gradient, run->dy, size * sizeof *run->dy);
  if (run->infer.alias)
    pass_gradient(&run->inputs[0], z, size);
  else
    run->infer.kind->backward(&call);
}

void
layer_run_fill_gradients(LayerRun *run, NwReal value)
{
  for (gsize i = 0; i < run->n_inputs; i++)
    for (gsize j = 0;
         run->inputs[i].gradient != NULL && j < layer_run_n_input(run, i, run->capacity); j++)
      run->inputs[i].gradient[j] = value;
  for (gsize i = 0; i < run->infer.n_weights; i++)
    for (gsize j = 0; run->gradients[i] != NULL && j < layer_run_n_weight(run, i); j++)
      run->gradients[i][j] = value;
}
