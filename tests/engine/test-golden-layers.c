/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Layers and activations against the numbers of tests/reference: layers.py, merges.py, norms.py,
 * convolutions.py, recurrent.py, per_step.py. */
#include "golden.h"
#include "layer-run.h"

#include <string.h>

#include "nw-blas.h"

#define SEQUENCES " return_sequences=true"
#define BOTH      " bidirectional=true"
#define STATES    " initial_state=true return_state=true"

/* The files that hold cases. */
static const char *const files[] = {"layers",       "merges",    "norms",
                                    "convolutions", "recurrent", "per_step"};

static const struct {
  const char *name, *params;
} cases[] = {
    {"dense/plain", "units=4"},
    {"dense/one", "units=1 activation=sigmoid"},
    {"dense/steps", "units=3 activation=tanh"},
    {"dense/boxes", "units=4 activation=softmax"},
    {"dense/no-bias", "units=3 activation=relu use_bias=false"},
    {"dense/wide", "units=33 activation=gelu"},
    {"flatten/boxes", ""},
    {"reshape/open", "target_shape=-1,6"},
    {"slice/first", "slices=...,:1"},
    {"slice/rest", "slices=...,1:"},
    {"slice/steps", "slices=1:,::2"},
    {"slice/last", "slices=-1"},
    {"slice/backwards", "slices=::-1,-3:-1"},
    {"concatenate/features", "axis=-1"},
    {"concatenate/masks", "axis=-1"},
    {"concatenate/one-mask", "axis=-1"},
    {"concatenate/steps", "axis=1"},
    {"add/same", ""},
    {"add/repeated", ""},
    {"add/ranks", ""},
    {"add/masks", ""},
    {"add/one-mask", ""},
    {"add/mask-of-one-step", ""},
    {"subtract/masks", ""},
    {"subtract/repeated", ""},
    {"average/three", ""},
    {"average/masks", ""},
    {"multiply/three", ""},
    {"multiply/ranks", ""},
    {"multiply/masks", ""},
    {"multiply/one-mask", ""},
    {"maximum/three", ""},
    {"maximum/ties", ""},
    {"maximum/repeated", ""},
    {"maximum/masks", ""},
    {"maximum/one-mask", ""},
    {"minimum/three", ""},
    {"minimum/ties", ""},
    {"minimum/masks", ""},
    {"minimum/one-mask", ""},
    {"minimum/first-mask", ""},
    {"dot/vectors", "axes=1"},
    {"dot/cosine", "axes=1 normalize=true"},
    {"dot/steps", "axes=2"},
    {"dot/two-axes", "axes=1,2 normalize=true"},
    {"dot/vector-by-steps", "axes=1,2"},
    {"dot/boxes", "axes=-1,2"},
    {"permute/steps", "dims=2,1"},
    {"permute/boxes", "dims=3,1,2"},
    {"expand_dims/first", "axis=1"},
    {"expand_dims/last", "axis=-1"},
    {"squeeze/one", "axis=1"},
    {"repeat_vector/plain", "n=3"},
    {"rescaling/plain", "scale=0.25 offset=-1.5"},
    {"normalization/one", "mean=1.5 variance=4"},
    {"normalization/each", "mean=1,2,3 variance=4,9,0"},
    {"normalization/axis", "mean=1,2 variance=4,9 axis=1"},
    {"normalization/back", "mean=1,2,3 variance=4,9,0.25 invert=true"},
    {"gaussian_noise/inference", "stddev=0.5"},
    {"spatial_dropout1d/inference", "rate=0.5"},
    {"spatial_dropout2d/inference", "rate=0.5"},
    {"activity_regularization/plain", "l1=0.1"},
    {"layer_normalization/rows", ""},
    {"layer_normalization/steps", ""},
    {"layer_normalization/first-axis", "axis=1 epsilon=0.1"},
    {"layer_normalization/two-axes", "axis=1,3"},
    {"layer_normalization/all-axes", "axis=1,2,-1"},
    {"layer_normalization/no-scale", "scale=false"},
    {"layer_normalization/no-center", "center=false"},
    {"layer_normalization/rms", "rms_scaling=true"},
    {"multi_head_attention/plain", "num_heads=2 key_dim=3"},
    {"multi_head_attention/key", "num_heads=2 key_dim=3 value_dim=2"},
    {"multi_head_attention/no-bias", "num_heads=2 key_dim=3 use_bias=false output_shape=6"},
    {"multi_head_attention/two-axes", "num_heads=1 key_dim=3 output_shape=2,3"},
    {"multi_head_attention/causal", "num_heads=2 key_dim=3 use_causal_mask=true"},
    {"multi_head_attention/value-mask", "num_heads=2 key_dim=3"},
    {"multi_head_attention/masks", "num_heads=2 key_dim=3"},
    {"multi_head_attention/masked-causal", "num_heads=2 key_dim=3 use_causal_mask=true"},
    {"multi_head_attention/nothing-counts", "num_heads=2 key_dim=3"},
    {"multi_head_attention/nothing-counts-dropout/inference", "num_heads=2 key_dim=3 dropout=0.5"},
    {"multi_head_attention/dropout/inference", "num_heads=2 key_dim=3 dropout=0.5"},
    {"batch_normalization/rows", "momentum=0.9"},
    {"batch_normalization/plain", "momentum=0.9 center=false scale=false"},
    {"batch_normalization/masked", "momentum=0.9"},
    {"batch_normalization/inference", "momentum=0.9 epsilon=0.1"},
    {"conv1d/valid", "filters=4 kernel_size=3 activation=tanh"},
    {"conv1d/same", "filters=2 kernel_size=4 padding=same"},
    {"conv1d/strides", "filters=2 kernel_size=3 strides=2 padding=same"},
    {"conv1d/causal", "filters=2 kernel_size=3 padding=causal dilation_rate=2"},
    {"conv1d/causal-strides", "filters=2 kernel_size=2 padding=causal strides=3"},
    {"conv2d/valid", "filters=3 kernel_size=3 activation=relu"},
    {"conv2d/same", "filters=3 kernel_size=2,3 padding=same use_bias=false"},
    {"conv2d/strides", "filters=2 kernel_size=3 strides=2,3 padding=same"},
    {"conv2d/far-strides", "filters=2 kernel_size=2 strides=3"},
    {"conv2d/dilation", "filters=2 kernel_size=2 dilation_rate=2,3 padding=same"},
    {"conv2d/groups", "filters=6 kernel_size=2 groups=2 activation=tanh"},
    {"max_pooling1d/valid", "pool_size=2"},
    {"max_pooling1d/same", "pool_size=3 strides=2 padding=same"},
    {"max_pooling1d/overlap", "pool_size=3 strides=1 padding=same"},
    {"average_pooling1d/valid", "pool_size=2"},
    {"average_pooling1d/same", "pool_size=3 strides=2 padding=same"},
    {"average_pooling1d/overlap", "pool_size=3 strides=1 padding=same"},
    {"max_pooling2d/valid", "pool_size=2"},
    {"max_pooling2d/same", "pool_size=3,2 strides=2,1 padding=same"},
    {"max_pooling2d/gaps", "pool_size=2 strides=3"},
    {"max_pooling2d/ties", "pool_size=2"},
    {"average_pooling2d/valid", "pool_size=2"},
    {"average_pooling2d/same", "pool_size=3,2 strides=2,1 padding=same"},
    {"average_pooling2d/gaps", "pool_size=2 strides=3"},
    {"global_max_pooling1d/plain", ""},
    {"global_max_pooling2d/keepdims", "keepdims=true"},
    {"global_average_pooling1d/masked", ""},
    {"global_average_pooling1d/keepdims", "keepdims=true"},
    {"global_average_pooling2d/plain", ""},
    {"depthwise_conv1d/plain", "kernel_size=3 activation=tanh"},
    {"depthwise_conv1d/many", "kernel_size=2 depth_multiplier=2 padding=same strides=2"},
    {"depthwise_conv2d/plain", "kernel_size=3 padding=same"},
    {"depthwise_conv2d/many", "kernel_size=2,3 depth_multiplier=3 strides=2 use_bias=false"},
    {"depthwise_conv2d/dilation", "kernel_size=2 dilation_rate=2 activation=relu"},
    {"separable_conv1d/plain", "filters=4 kernel_size=3 padding=same activation=tanh"},
    {"separable_conv2d/plain", "filters=3 kernel_size=3"},
    {"separable_conv2d/many",
     "filters=4 kernel_size=2 strides=2 depth_multiplier=2 padding=same use_bias=false"},
    {"conv1d_transpose/same", "filters=4 kernel_size=3 strides=2 padding=same"},
    {"conv2d_transpose/valid", "filters=3 kernel_size=3 activation=tanh"},
    {"conv2d_transpose/strides", "filters=3 kernel_size=3,4 strides=2"},
    {"conv2d_transpose/same", "filters=2 kernel_size=3 strides=2,3 padding=same use_bias=false"},
    {"conv2d_transpose/gaps", "filters=2 kernel_size=2 strides=3"},
    {"conv1d_transpose/more", "filters=2 kernel_size=2 strides=3 output_padding=2"},
    {"conv1d_transpose/more-same",
     "filters=2 kernel_size=5 strides=2 output_padding=0 padding=same"},
    {"conv1d_transpose/dilation", "filters=3 kernel_size=3 dilation_rate=2 activation=tanh"},
    {"conv2d_transpose/dilation", "filters=2 kernel_size=2,3 dilation_rate=3,2"},
    {"conv2d_transpose/dilation-same", "filters=2 kernel_size=3 dilation_rate=2 padding=same"},
    {"conv2d_transpose/more", "filters=2 kernel_size=3 strides=3 output_padding=0,2"},
    {"conv2d_transpose/more-same",
     "filters=2 kernel_size=3,4 strides=2,3 output_padding=0,1 padding=same activation=tanh"},
    {"up_sampling1d/plain", "size=3"},
    {"up_sampling2d/nearest", "size=2,3"},
    {"up_sampling2d/bilinear", "size=2,3 interpolation=bilinear"},
    {"zero_padding1d/plain", "padding=1,2"},
    {"zero_padding2d/plain", "padding=1,2"},
    {"zero_padding2d/four", "padding=1,0,2,3"},
    {"cropping1d/plain", "cropping=1,2"},
    {"cropping2d/plain", "cropping=1,2"},
    {"cropping2d/four", "cropping=1,0,2,3"},
    {"embedding/plain", "input_dim=4 output_dim=3"},
    {"embedding/masked", "input_dim=4 output_dim=3 mask_zero=true"},
    {"masking/steps", "mask_value=7"},
    {"p_re_lu/own", ""},
    {"p_re_lu/shared", "shared_axes=1"},
    {"p_re_lu/kink", ""},
    {"simple_rnn/plain", "units=2"},
    {"simple_rnn/masked", "units=2" SEQUENCES},
    {"simple_rnn/backwards", "units=2 go_backwards=true" SEQUENCES},
    {"simple_rnn/zeros", "units=2 zero_output_for_mask=true" SEQUENCES},
    {"simple_rnn/relu", "units=2 activation=relu use_bias=false"},
    {"simple_rnn/states", "units=2" STATES},
    {"simple_rnn/both", "units=2" BOTH SEQUENCES},
    {"simple_rnn/sum", "units=2 merge_mode=sum" BOTH},
    {"simple_rnn/stateful", "units=2 stateful=true batch_size=3" SEQUENCES},
    {"lstm/plain", "units=2"},
    {"lstm/masked", "units=2" SEQUENCES},
    {"lstm/last", "units=2"},
    {"lstm/backwards", "units=2 go_backwards=true" SEQUENCES},
    {"lstm/zeros", "units=2 zero_output_for_mask=true"},
    {"lstm/return-state", "units=2 return_state=true"},
    {"lstm/initial-state", "units=2" STATES SEQUENCES},
    {"lstm/silu", "units=2 activation=silu recurrent_activation=hard_sigmoid use_bias=false"},
    {"lstm/both", "units=2" BOTH SEQUENCES},
    {"lstm/mul", "units=2 merge_mode=mul" BOTH SEQUENCES},
    {"lstm/ave", "units=2 merge_mode=ave" BOTH},
    {"lstm/none", "units=2 merge_mode=none" BOTH SEQUENCES},
    {"lstm/both-states", "units=2" BOTH STATES},
    {"lstm/stateful", "units=2 stateful=true batch_size=3"},
    {"lstm/both-stateful", "units=2 stateful=true batch_size=3" BOTH SEQUENCES},
    {"lstm/wide", "units=18"},
    {"gru/plain", "units=2"},
    {"gru/masked", "units=2" SEQUENCES},
    {"gru/before", "units=2 reset_after=false" SEQUENCES},
    {"gru/backwards", "units=2 go_backwards=true" SEQUENCES},
    {"gru/no-bias", "units=2 use_bias=false recurrent_activation=hard_sigmoid"},
    {"gru/before-no-bias", "units=2 use_bias=false reset_after=false activation=relu"},
    {"gru/states", "units=2" STATES SEQUENCES},
    {"gru/both", "units=2" BOTH SEQUENCES},
    {"gru/both-before", "units=2 reset_after=false" BOTH},
    {"gru/stateful", "units=2 stateful=true batch_size=3"},
    {"lstm/inverse", "units=2 decay=inverse"},
    {"lstm/log", "units=2 decay=log"},
    {"lstm/exponential", "units=2 decay=exponential"},
    {"lstm/backwards-exponential", "units=2 decay=exponential go_backwards=true"},
    {"dense/per-step", "units=3 activation=tanh per_step=true"},
    {"dense/per-step-masked", "units=3 per_step=true"},
    {"dense/per-step-steps", "units=2 per_step=true"},
    {"conv1d/per-step", "filters=3 kernel_size=2 activation=relu per_step=true"},
    {"conv1d/per-step-masked", "filters=3 kernel_size=3 padding=causal per_step=true"},
    {"conv2d/per-step", "filters=3 kernel_size=2,3 strides=1,2 padding=same per_step=true"},
    {"conv2d/per-step-masked", "filters=2 kernel_size=3,3 per_step=true"},
    {"depthwise_conv2d/per-step", "kernel_size=2,2 per_step=true"},
    {"separable_conv2d/per-step", "filters=3 kernel_size=2,2 per_step=true"},
    {"conv2d_transpose/per-step", "filters=2 kernel_size=2,2 strides=2,2 per_step=true"},
    {"max_pooling2d/per-step", "per_step=true"},
    {"average_pooling1d/per-step", "pool_size=2 per_step=true"},
    {"global_average_pooling2d/per-step", "per_step=true"},
    {"global_max_pooling1d/per-step", "per_step=true"},
    {"flatten/per-step", "per_step=true"},
    {"reshape/per-step", "target_shape=3,-1 per_step=true"},
    {"permute/per-step", "dims=2,1 per_step=true"},
    {"repeat_vector/per-step", "n=3 per_step=true"},
    {"layer_normalization/per-step", "per_step=true"},
    {"p_re_lu/per-step", "per_step=true"},
    {"up_sampling1d/per-step", "size=2 per_step=true"},
    {"zero_padding2d/per-step", "padding=1 per_step=true"},
    {"embedding/per-step", "input_dim=4 output_dim=3 per_step=true"},
    {"simple_rnn/per-step", "units=3 per_step=true"},
    {"simple_rnn/per-step-masked", "units=3 per_step=true"},
    {"lstm/per-step", "units=3 per_step=true"},
    {"lstm/per-step-masked", "units=3 per_step=true"},
    {"lstm/per-step-sequences", "units=2 per_step=true" SEQUENCES BOTH},
    {"gru/per-step", "units=3 per_step=true"},
    {"gru/per-step-masked", "units=3 per_step=true"},
};

/* The case's inputs as an example writes them: "mask:4,3; none; 4,2". (transfer full) */
static char *
describe_inputs(const Golden *golden, const char *id, const char *name)
{
  GString *text = g_string_new(NULL);
  int n = NW_MAX_PORTS;
  while (n > 0 && !golden_has(golden, "%s/x%d", name, n - 1))
    n--;
  for (int i = 0; i < n; i++) {
    const GoldenTensor *x = NULL;
    g_string_append(text, i > 0 ? "; " : "");
    if (golden_has(golden, "%s/x%d", name, i))
      x = golden_get(golden, "%s/x%d", name, i);
    else
      g_string_append(text, "none");
    g_string_append(text, golden_has(golden, "%s/mask%d", name, i) ? "mask:" : "");
    g_string_append(text, g_str_equal(id, "embedding") ? "int1:" : "");
    for (int axis = 1; x != NULL && axis < x->rank; axis++)
      g_string_append_printf(text, "%s%" G_GSIZE_FORMAT, axis > 1 ? "," : "", x->dim[axis]);
  }
  return g_string_free(text, FALSE);
}

static void
copy_numbers(NwReal *to, const GoldenTensor *from, gsize n)
{
  g_assert_cmpuint(from->n, ==, n);
  for (gsize i = 0; i < n; i++)
    to[i] = (NwReal)from->values[i];
}

static void
copy_inputs(LayerRun *run, const Golden *golden, const char *name)
{
  gsize n = run->capacity;
  for (gsize i = 0; i < run->n_inputs; i++) {
    if (run->types[i].shape.rank < 0)
      continue;
    const GoldenTensor *x = golden_get(golden, "%s/x%d", name, (int)i);
    if (run->types[i].dtype == NW_REAL)
      copy_numbers(run->inputs[i].real, x, layer_run_n_input(run, i, n));
    for (gsize j = 0; run->types[i].dtype == NW_INT32 && j < x->n; j++)
      run->inputs[i].int32[j] = (gint32)x->values[j];
    if (!run->masked[i])
      continue;
    const GoldenTensor *mask = golden_get(golden, "%s/mask%d", name, (int)i);
    for (gsize j = 0; j < mask->n; j++)
      run->inputs[i].mask[j] = mask->values[j] != 0;
  }
  for (gsize i = 0; i < run->infer.n_weights; i++)
    copy_numbers(run->weights[i], golden_get(golden, "%s/w%d", name, (int)i),
                 layer_run_n_weight(run, i));
  layer_run_keep_states(run);
  for (gsize i = 1; i < run->infer.n_outputs; i++) {
    gsize size = n * (gsize)nw_shape_elements(&run->infer.outputs[i].shape);
    if (golden_has(golden, "%s/dy%d", name, (int)i))
      copy_numbers(run->outputs[i].gradient, golden_get(golden, "%s/dy%d", name, (int)i), size);
    else
      g_clear_pointer(&run->outputs[i].gradient, g_free);
  }
  copy_numbers(run->dy, golden_get(golden, "%s/dy", name), layer_run_n_output(run, n));
}

static void
check_mask(const LayerRun *run, const Golden *golden, const char *name)
{
  int from = run->infer.mask_from[0];
  const guint8 *got = run->outputs[0].mask;
  if (from >= 0)
    got = run->inputs[from].mask;
  g_assert_cmpint(got != NULL, ==, golden_has(golden, "%s/mask", name));
  if (got == NULL)
    return;
  const GoldenTensor *mask = golden_get(golden, "%s/mask", name);
  for (gsize i = 0; i < mask->n; i++)
    g_assert_cmpint(got[i], ==, (int)mask->values[i]);
}

static void
check_case(const Golden *golden, const char *id, const char *name, const char *params)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *inputs = describe_inputs(golden, id, name);
  gsize n = golden_get(golden, "%s/x0", name)->dim[0];
  g_autoptr(LayerRun) run = layer_run_new(nw_layer_kind_find(id), params, inputs, n, &error);
  g_assert_no_error(error);
  copy_inputs(run, golden, name);
  run->training = !g_str_has_suffix(name, "/inference");
  layer_run_forward(run, NULL, n);
  layer_run_backward(run, NULL, n, FALSE);
  golden_assert_close(run->y, golden_get(golden, "%s/y", name), GOLDEN_TOLERANCE);
  for (gsize i = 1; i < run->infer.n_outputs; i++)
    if (run->outputs[i].gradient != NULL)
      golden_assert_close(run->outputs[i].real, golden_get(golden, "%s/y%d", name, (int)i),
                          GOLDEN_TOLERANCE);
  for (gsize i = 0; i < run->n_inputs; i++)
    if (run->inputs[i].gradient != NULL)
      golden_assert_close(run->inputs[i].gradient, golden_get(golden, "%s/dx%d", name, (int)i),
                          GOLDEN_TOLERANCE);
  for (gsize i = 0; i < run->infer.n_weights; i++) {
    gboolean state = run->infer.weights[i].state;
    golden_assert_close(state ? run->weights[i] : run->gradients[i],
                        golden_get(golden, "%s/%s%d", name, state ? "after" : "dw", (int)i),
                        GOLDEN_TOLERANCE);
  }
  check_mask(run, golden, name);
}

static void
test_layers(void)
{
  gboolean done[G_N_ELEMENTS(cases)] = {FALSE};
  for (gsize f = 0; f < G_N_ELEMENTS(files); f++) {
    g_autoptr(Golden) golden = golden_open(files[f]);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
      g_auto(GStrv) words = g_strsplit(cases[i].name, "/", 2);
      if (!golden_has(golden, "%s/y", cases[i].name))
        continue;
      check_case(golden, words[0], cases[i].name, cases[i].params);
      done[i] = TRUE;
    }
  }
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    if (!done[i])
      g_error("no file has the case %s", cases[i].name);
}

static void
test_activations(void)
{
  static const char *const ranges[] = {"near", "wide", "far", "kinks"};
  g_autoptr(Golden) golden = golden_open("layers");
  for (const NwActivation *activation = nw_activations(); activation->id != NULL; activation++) {
    g_autofree char *params = g_strdup_printf("activation=%s", activation->id);
    for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++) {
      g_autofree char *name = g_strdup_printf("activation/%s/%s", activation->id, ranges[i]);
      if (golden_has(golden, "%s/x0", name))
        check_case(golden, "activation", name, params);
      else
        g_assert_true(i >= 2 || g_str_equal(activation->id, "sparsemax")); /* see layers.py */
    }
  }
}

/* Nothing in the files may be left unread. */
static void
test_all_are_checked(void)
{
  for (gsize f = 0; f < G_N_ELEMENTS(files); f++) {
    g_autoptr(Golden) golden = golden_open(files[f]);
    for (gsize i = 0; i < golden_get_n(golden); i++) {
      const char *tensor = golden_get_nth(golden, i)->name;
      g_auto(GStrv) words = g_strsplit(tensor, "/", 3);
      g_autofree char *name = g_path_get_dirname(tensor);
      gboolean known = g_str_equal(words[0], "activation") && nw_activation_find(words[1]) != NULL;
      for (gsize j = 0; j < G_N_ELEMENTS(cases); j++)
        known |= g_str_equal(cases[j].name, name);
      if (!known)
        g_error("no test compares %s", name);
    }
  }
}

int
main(int argc, char **argv)
{
  nw_blas_init();
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/golden/layers-agree-with-keras", test_layers);
  g_test_add_func("/golden/activations-agree-with-keras", test_activations);
  g_test_add_func("/golden/every-number-of-the-files-is-compared", test_all_are_checked);
  return g_test_run();
}
