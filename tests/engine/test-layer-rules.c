/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What single layers promise: their line of description, where masks pass or end, sentences for
 * what is wrong, and the numbers of a few that can be said by heart. */
#include <string.h>

#include "layer-run.h"
#include "nw-blas.h"
#include "nw-loss.h"

/* ── descriptions ────────────────────────────────────────────────────────────────────────────── */

static void
assert_described(const char *id, const char *params, const char *inputs, const char *expected)
{
  const NwLayerKind *kind = nw_layer_kind_find(id);
  g_autoptr(LayerRun) run = layer_run_example(kind, params, inputs, 1);
  g_autofree char *line = kind->describe(run->params);
  g_assert_cmpstr(line, ==, expected);
}

static void
test_descriptions(void)
{
  assert_described("input", "shape=28,28,1", "", "28 × 28 × 1");
  assert_described("input", "shape=109 dtype=int32", "", "109 · ids");
  assert_described("dense", "units=64 activation=relu", "5", "64 · relu");
  assert_described("dense", "units=64", "5", "64");
  assert_described("conv1d", "", "9,5", "32 · 3");
  assert_described("conv2d", "filters=8 kernel_size=3,5 activation=relu", "9,9,1",
                   "8 · 3 × 5 · relu");
  assert_described("max_pooling1d", "", "9,5", "2");
  assert_described("depthwise_conv2d", "", "9,9,5", "3 × 3");
  assert_described("average_pooling2d", "pool_size=2,3", "9,9,5", "2 × 3");
  assert_described("dropout", "rate=0.25", "5", "rate 0.25");
  assert_described("penalty", "kind=l2 rate=0.01", "5", "L2 0.01");
  assert_described("slice", "slices=...,:1", "5", "[...,:1]");
  assert_described("output", "", "5", nw_loss_kind_find("mean_squared_error")->title);
}

/* Every parameter of a loss is a row of Output that applies to the losses that have it. */
static void
test_output_table(void)
{
  const NwLayerKind *output = nw_layer_kind_find("output");
  g_assert_true(nw_layer_kind_get_params(output) == nw_layer_kind_get_params(output));
  for (const NwLossKind *const *loss = nw_loss_kinds; *loss != NULL; loss++) {
    g_autofree char *text = g_strdup_printf("loss=%s", (*loss)->id);
    g_autoptr(LayerRun) run = layer_run_example(output, text, "4,3", 1); /* some need steps */
    for (const NwParamSpec *spec = (*loss)->params; spec != NULL && spec->key != NULL; spec++)
      g_assert_true(nw_params_applies(run->params, spec->key));
    g_assert_cmpint(nw_params_applies(run->params, "from_logits"), ==,
                    (*loss)->logits != NW_LOGITS_NONE);
  }
}

/* ── masks ───────────────────────────────────────────────────────────────────────────────────── */

static void
assert_mask(const char *id, const char *params, const char *inputs, int expected)
{
  g_autoptr(LayerRun) run = layer_run_example(nw_layer_kind_find(id), params, inputs, 1);
  g_assert_cmpint(run->infer.mask_from[0], ==, expected);
}

static void
test_masks_pass_or_end(void)
{
  assert_mask("dense", "", "mask:4,5", 0);
  assert_mask("activation", "", "mask:4,5", 0);
  assert_mask("dropout", "", "mask:4,5", 0);
  assert_mask("penalty", "", "mask:4,5", 0);
  assert_mask("flatten", "", "mask:4,5", NW_MASK_NONE);
  assert_mask("reshape", "target_shape=5,4", "mask:4,5", NW_MASK_NONE);
  assert_mask("slice", "slices=...,:1", "mask:4,5", 0);
  assert_mask("slice", "slices=1:", "mask:4,5", NW_MASK_NONE);
  assert_mask("slice", "slices=::-1", "mask:4,5", NW_MASK_NONE);
  assert_mask("add", "", "mask:4,5; mask:4,5", NW_MASK_MADE);
  assert_mask("add", "", "mask:4,5; 4,5", NW_MASK_NONE);
  assert_mask("add", "", "mask:4,5; mask:1,5", NW_MASK_MADE);
  assert_mask("add", "", "mask:4,5; mask:5", NW_MASK_NONE);
  assert_mask("maximum", "", "mask:4,5; mask:4,5", NW_MASK_MADE);
  assert_mask("multiply", "", "mask:4,5; 4,5", NW_MASK_NONE);
  assert_mask("dot", "", "mask:4,5; mask:4,5", NW_MASK_NONE);
  assert_mask("multi_head_attention", "", "mask:4,5; mask:3,5", 0);
  assert_mask("permute", "dims=1,2", "mask:4,5", NW_MASK_NONE);
  assert_mask("expand_dims", "axis=3", "mask:4,5", NW_MASK_NONE);
  assert_mask("squeeze", "", "mask:4,1", NW_MASK_NONE);
  assert_mask("repeat_vector", "", "mask:4", NW_MASK_NONE);
  assert_mask("rescaling", "", "mask:4,5", 0);
  assert_mask("normalization", "", "mask:4,5", 0);
  assert_mask("recalibration", "", "mask:4,5", 0);
  assert_mask("recalibration", "lengths=1 numbers=2", "mask:4,5", 0);
  assert_mask("gaussian_noise", "", "mask:4,5", 0);
  assert_mask("spatial_dropout1d", "", "mask:4,5", 0);
  assert_mask("activity_regularization", "", "mask:4,5", 0);
  assert_mask("layer_normalization", "", "mask:4,5", 0);
  assert_mask("batch_normalization", "", "mask:4,5", 0);
  assert_mask("p_re_lu", "", "mask:4,5", 0);
  assert_mask("conv1d", "padding=same", "mask:4,5", NW_MASK_NONE);
  assert_mask("max_pooling1d", "", "mask:4,5", NW_MASK_NONE);
  assert_mask("global_average_pooling1d", "", "mask:4,5", NW_MASK_NONE);
  assert_mask("up_sampling1d", "", "mask:4,5", NW_MASK_NONE);
  assert_mask("embedding", "", "int9:5", NW_MASK_NONE);
  assert_mask("embedding", "mask_zero=true", "int9:5", NW_MASK_MADE);
  assert_mask("masking", "", "4,5", NW_MASK_MADE);
  assert_mask("concatenate", "", "4,5; 4,5", NW_MASK_NONE);
  assert_mask("concatenate", "", "4,5; mask:4,5", NW_MASK_MADE);
}

static void
assert_made_mask(LayerRun *run, const guint8 *expected, gsize n)
{
  layer_run_forward(run, NULL, 1);
  g_assert_cmpmem(run->outputs[0].mask, n, expected, n);
}

static void
test_masks_join(void)
{
  static const guint8 a[] = {0, 1, 0, 1}, b[] = {0, 0, 1, 1}, either[] = {0, 1, 1, 1};
  static const guint8 ones[] = {1, 1, 1, 1}, behind[] = {0, 1, 0, 1, 1, 1, 0, 0, 1, 1};

  g_autoptr(LayerRun) add =
      layer_run_example(nw_layer_kind_find("add"), "", "mask:4,5; mask:4,5", 1);
  memcpy(add->inputs[0].mask, a, 4);
  memcpy(add->inputs[1].mask, b, 4);
  assert_made_mask(add, either, 4);

  const NwLayerKind *concatenate = nw_layer_kind_find("concatenate");
  g_autoptr(LayerRun) features = layer_run_example(concatenate, "axis=-1", "mask:4,5; mask:4,2", 1);
  memcpy(features->inputs[0].mask, a, 4);
  memcpy(features->inputs[1].mask, b, 4);
  assert_made_mask(features, either, 4);

  g_autoptr(LayerRun) half = layer_run_example(concatenate, "axis=-1", "mask:4,5; 4,2", 1);
  assert_made_mask(half, ones, 4);

  g_autoptr(LayerRun) steps =
      layer_run_example(concatenate, "axis=1", "mask:4,5; 2,5; mask:4,5", 1);
  memcpy(steps->inputs[0].mask, a, 4);
  memcpy(steps->inputs[2].mask, b, 4);
  assert_made_mask(steps, behind, 10);
}

/* ── what is wrong, in sentences ─────────────────────────────────────────────────────────────── */

static const struct {
  const char *kind, *params, *inputs, *sentence;
} faults[] = {
    {"input", "shape=1,2,3,4,5,6,7", "", "Input “it”: its shape has 7 axes; 6 are possible"},
    {"input", "shape=200000,200000", "",
     "Input “it”: an output of 200000 × 200000 numbers per sample is too large"},
    {"dense", "", "-",
     "Dense “it”: its input is a single number without an axis; give the Input the shape 1"},
    {"dense", "", "int5:3",
     "Dense “it”: it calculates with numbers, but its input 1 carries ids (int32); connect an "
     "Embedding in between, or set the Input's type to float32"},
    {"dense", "units=3 activation=glu", "5",
     "Dense “it”: GLU splits the last axis in two halves, but it has 3 numbers; make that even"},
    {"dense", "units=16777216", "65536",
     "Dense “it”: a kernel of 65536 × 16777216 numbers is too large"},
    {"dense", "kernel_initializer=constant(1", "5",
     "Dense “it”: The initialiser “constant(1” has no closing bracket: write it like "
     "constant(0.1)"},
    {"embedding", "", "5",
     "Embedding “it”: it looks up ids, but its input carries numbers; set the Input's type to "
     "int32"},
    {"embedding", "mask_zero=true", "int5:2,3",
     "Embedding “it”: it can mask one id per step, so its input must have one axis, not 2"},
    {"embedding", "", "int5:1,1,1,1,1,1",
     "Embedding “it”: its input has 6 axes, so there is no room for one more"},
    {"expression", "expression=x+mask(x)", "-",
     "Expression “it”: column 3: what “mask(x)” asks for has no steps that a mask could leave out"},
    {"expression", "expression=x+mask(q)", "4,5",
     "Expression “it”: column 3: nothing is called “mask(q)” here, only x"},
    {"masking", "", "5",
     "Masking “it”: it masks steps, so its input must be steps × features, not 5"},
    {"p_re_lu", "shared_axes=3", "4,5",
     "PReLU “it”: axis 3 cannot be shared: its input has the axes 1 to 2 (0 is the batch)"},
    {"batch_normalization", "", "-",
     "BatchNorm “it”: its input is a single number without an axis"},
    {"reshape", "target_shape=1,1,1,1,1,1,1", "1",
     "Reshape “it”: its shape has 7 axes; 6 are possible"},
    {"reshape", "target_shape=3,7", "4,5",
     "Reshape “it”: its input has 4 × 5 = 20 numbers, but its shape 3 × 7 asks for 21; set one "
     "axis "
     "to −1 to have it computed"},
    {"reshape", "target_shape=3,-1", "4,5",
     "Reshape “it”: its input has 4 × 5 = 20 numbers, which the other axes (3 × 1 = 3) do not "
     "divide"},
    {"reshape", "target_shape=-1,-1", "4,5", "Reshape “it”: only one axis of its shape may be −1"},
    {"reshape", "target_shape=0,20", "4,5",
     "Reshape “it”: an axis of its shape is 0; each must be at least 1"},
    {"slice", "slices=1:x", "4,5", "Slice “it”: “1:x”, character 3: expected “,” or the end"},
    {"slice", "slices=", "4,5", "Slice “it”: “”, character 1: expected a number, “:” or “...”"},
    {"slice", "slices=1,,2", "4,5",
     "Slice “it”: “1,,2”, character 3: expected a number, “:” or “...”"},
    {"slice", "slices=...,...", "4,5",
     "Slice “it”: “...,...”, character 8: only one “...” is possible"},
    {"slice", "slices=::0", "4,5", "Slice “it”: “::0”, character 4: a step cannot be 0"},
    {"slice", "slices=[1:2", "4,5", "Slice “it”: “[1:2”, character 5: expected “,” or “]”"},
    {"slice", "slices=:,:,:", "4,5",
     "Slice “it”: “:,:,:” names 3 axes, but its input has 2 (4 × 5)"},
    {"slice", "slices=...,7", "4,5",
     "Slice “it”: index 7 lies outside axis 2, which has 5 entries"},
    {"slice", "slices=3:1", "4,5", "Slice “it”: nothing is left of axis 1, which has 4 entries"},
    {"slice", "slices=99999999999999999999:", "4,5",
     "Slice “it”: nothing is left of axis 1, which has 4 entries"},
    {"slice", "slices=:,:,:,:,:,:,:,:", "4,5",
     "Slice “it”: “:,:,:,:,:,:,:,:”, character 16: too many axes"},
    {"conv1d", "", "9", "Conv1D “it”: it wants steps × channels, not 9; add a Reshape to 9, 1"},
    {"conv1d", "", "8,8,3",
     "Conv1D “it”: it wants steps × channels, not 8 × 8 × 3; add a Reshape to 8, −1"},
    {"conv2d", "", "64",
     "Conv2D “it”: it wants height × width × channels, not 64; add a Reshape to 8, 8, 1"},
    {"conv2d", "", "10",
     "Conv2D “it”: it wants height × width × channels, not 10; add a Reshape to 10, 1, 1"},
    {"conv2d", "", "8,8",
     "Conv2D “it”: it wants height × width × channels, not 8 × 8; add a Reshape to 8, 8, 1"},
    {"conv2d", "", "int3:8,8,1",
     "Conv2D “it”: it calculates with numbers, but its input 1 carries ids (int32); connect an "
     "Embedding in between, or set the Input's type to float32"},
    {"conv2d", "kernel_size=5", "4,9,1",
     "Conv2D “it”: its window reaches over 5 × 5, but its input has only 4 × 9; make it smaller, "
     "or "
     "set the padding to same"},
    {"conv1d", "kernel_size=3 dilation_rate=4", "8,1",
     "Conv1D “it”: its window reaches over 9, but its input has only 8; make it smaller, or set "
     "the "
     "padding to same"},
    {"conv2d", "kernel_size=1,2,3", "8,8,1",
     "Conv2D “it”: “Kernel size” has 3 numbers; give one for both axes, or one for height and one "
     "for width"},
    {"conv2d", "strides=", "8,8,1",
     "Conv2D “it”: “Strides” has 0 numbers; give one for both axes, or one for height and one for "
     "width"},
    {"conv2d", "strides=2 dilation_rate=2", "8,8,1",
     "Conv2D “it”: strides and dilation cannot both be above 1; set one of them to 1"},
    {"conv2d", "groups=2", "8,8,3",
     "Conv2D “it”: 2 groups do not divide the 3 channels of its input"},
    {"conv2d", "groups=3", "8,8,3", "Conv2D “it”: 3 groups do not divide its 32 filters"},
    {"max_pooling2d", "pool_size=3", "2,5,1",
     "MaxPooling2D “it”: its window reaches over 3 × 3, but its input has only 2 × 5; make it "
     "smaller, or set the padding to same"},
    {"max_pooling2d", "strides=1,2,3", "8,8,1",
     "MaxPooling2D “it”: “Strides” has 3 numbers; give one for both axes, or one for height and "
     "one "
     "for width"},
    {"global_average_pooling1d", "", "8,8,1",
     "GlobalAveragePooling1D “it”: it wants steps × channels, not 8 × 8 × 1; add a Reshape to 8, "
     "−1"},
    {"max_pooling1d", "strides=1,2", "8,1", "MaxPooling1D “it”: “Strides” has 2 numbers; give one"},
    {"depthwise_conv2d", "depthwise_initializer=ones(", "8,8,3",
     "DepthwiseConv2D “it”: The initialiser “ones(” has no closing bracket: write it like "
     "constant(0.1)"},
    {"separable_conv2d", "", "2,2,3",
     "SeparableConv2D “it”: its window reaches over 3 × 3, but its input has only 2 × 2; make it "
     "smaller, or set the padding to same"},
    {"conv2d_transpose", "strides=1,2,3", "2,2,3",
     "Conv2DTranspose “it”: “Strides” has 3 numbers; give one for both axes, or one for height and "
     "one for width"},
    {"conv2d_transpose", "strides=2 dilation_rate=2", "2,2,3",
     "Conv2DTranspose “it”: strides and dilation cannot both be above 1; set one of them to 1"},
    {"conv2d_transpose", "strides=2 output_padding=1,2", "2,2,3",
     "Conv2DTranspose “it”: its output padding is 2, but must be smaller than its stride, 2"},
    {"conv1d_transpose", "kernel_size=4 strides=2 output_padding=0 padding=same", "2,3",
     "Conv1DTranspose “it”: a pattern that reaches over 4 with padding same wants an output "
     "padding "
     "from 1"},
    {"zero_padding2d", "padding=1,2,3", "2,2,3",
     "ZeroPadding2D “it”: it has 3 widths; give one, two (height, width) or four (top, bottom, "
     "left, "
     "right)"},
    {"zero_padding1d", "padding=1,2,3", "2,3",
     "ZeroPadding1D “it”: it has 3 widths; give one, or one before and one behind"},
    {"cropping2d", "cropping=0,1", "2,2,3",
     "Cropping2D “it”: it takes away 2 of 2 entries of axis 2, so that nothing is left; crop less"},
    {"up_sampling2d", "size=", "2,2,3",
     "UpSampling2D “it”: “Size” has 0 numbers; give one for both axes, or one for height and one "
     "for "
     "width"},
    {"concatenate", "axis=3", "4,5; 4,5",
     "Concatenate “it”: axis 3 does not exist: its inputs have the axes 1 to 2 (0 is the batch, −1 "
     "the last)"},
    {"concatenate", "axis=0", "4,5; 4,5",
     "Concatenate “it”: axis 0 does not exist: its inputs have the axes 1 to 2 (0 is the batch, −1 "
     "the last)"},
    {"concatenate", "", "4,5; 4,2; 3,2",
     "Concatenate “it”: its input 3 is 3 × 2 but input 1 is 4 × 5; all axes except axis 2 must "
     "agree"},
    {"concatenate", "", "4,5; 4",
     "Concatenate “it”: its input 2 is 4 but input 1 is 4 × 5; all axes except axis 2 must agree"},
    {"concatenate", "", "4,5; int3:4,5",
     "Concatenate “it”: its inputs 1 and 2 mix numbers and ids; connect an Embedding behind the "
     "ids"},
    {"add", "", "4,5; 4,3",
     "Add “it”: its input 2 is 4 × 3, which does not go with 4 × 5: axes must be equal, or 1"},
    {"multiply", "", "2,4,5; 2; 3",
     "Multiply “it”: its input 2 is 2, which does not go with 2 × 4 × 5: axes must be equal, or 1"},
    {"maximum", "", "4; int3:4",
     "Maximum “it”: it calculates with numbers, but its input 2 carries ids (int32); connect an "
     "Embedding in between, or set the Input's type to float32"},
    {"subtract", "", "4,5", "Subtract “it”: connect its input “Second”"},
    {"dot", "axes=1,2,3", "4; 4",
     "Dot “it”: its axes must be one number for both inputs or two, not 3"},
    {"dot", "axes=2", "4,5; 5",
     "Dot “it”: its input 2 has no such axis: it has the axes 1 to 1 (0 is the batch, −1 the "
     "last)"},
    {"dot", "axes=0", "4; 4",
     "Dot “it”: its input 1 has no such axis: it has the axes 1 to 1 (0 is the batch, −1 the "
     "last)"},
    {"dot", "", "4,5; 3",
     "Dot “it”: the axes it multiplies along differ: 5 numbers in its first input, 3 in its "
     "second"},
    {"dot", "", "1,1,1,1,2; 1,1,1,1,2", "Dot “it”: its result would have more than 6 axes"},
    {"permute", "dims=2,1", "4", "Permute “it”: it orders 2 axes, but its input has 1"},
    {"permute", "dims=2,2", "4,5",
     "Permute “it”: its order must name each of the axes 1 to 2 once; 2 is too much"},
    {"permute", "dims=1,3", "4,5",
     "Permute “it”: its order must name each of the axes 1 to 2 once; 3 is too much"},
    {"expand_dims", "axis=4", "4,5",
     "ExpandDims “it”: axis 4 cannot be added: its result has the axes 1 to 3 (0 is the batch, −1 "
     "the last)"},
    {"expand_dims", "", "1,1,1,1,1,1",
     "ExpandDims “it”: its input has 6 axes, so there is no room for one more"},
    {"squeeze", "axis=3", "4,1",
     "Squeeze “it”: axis 3 does not exist: its input has the axes 1 to 2 (0 is the batch, −1 the "
     "last)"},
    {"squeeze", "axis=1", "4,1",
     "Squeeze “it”: axis 1 has 4 entries; only an axis of length 1 can go"},
    {"repeat_vector", "", "4,5",
     "RepeatVector “it”: it repeats a vector, so its input must have one axis, not 2 (4 × 5); a "
     "Flatten in between makes it one"},
    {"recalibration", "", "4,1",
     "Recalibration “it”: classes need two numbers or more, and its input has 1; choose Questions "
     "for a single one"},
    {"recalibration", "lengths=2 numbers=1,2", "3",
     "Recalibration “it”: what was fitted (2 numbers in 1 maps) is not what “Temperature” has for "
     "3 numbers; recalibrate on the Trust page, or empty both"},
    {"recalibration", "lengths=1,1 numbers=1,2", "3",
     "Recalibration “it”: what was fitted (2 numbers in 2 maps) is not what “Temperature” has for "
     "3 numbers; recalibrate on the Trust page, or empty both"},
    {"recalibration", "method=isotonic head=sigmoid lengths=3 numbers=0,1,1", "1",
     "Recalibration “it”: what was fitted (3 numbers in 1 maps) is not what “Isotonic” has for 1 "
     "numbers; recalibrate on the Trust page, or empty both"},
    {"recalibration", "lengths=1 numbers=", "3",
     "Recalibration “it”: what was fitted (0 numbers in 1 maps) is not what “Temperature” has for "
     "3 numbers; recalibrate on the Trust page, or empty both"},
    {"normalization", "mean=1,2", "5",
     "Normalization “it”: it has 2 means and 1 variances; give as many of one as of the other"},
    {"normalization", "mean= variance=", "5",
     "Normalization “it”: it has 0 means and 0 variances; give as many of one as of the other"},
    {"normalization", "mean=1,2 variance=1,2", "5",
     "Normalization “it”: it has 2 means, but axis -1 of its input has 5 entries; give one for "
     "each, "
     "or one for all"},
    {"normalization", "mean=1,2 variance=1,2 axis=2", "2",
     "Normalization “it”: axis 2 does not exist: its input has the axes 1 to 1 (0 is the batch, −1 "
     "the last)"},
    {"multi_head_attention", "", "4,5; 5",
     "MultiHeadAttention “it”: its input “Value” must be a sequence, steps × features, not 5"},
    {"multi_head_attention", "", "2,4,5; 4,5",
     "MultiHeadAttention “it”: its input “Query” must be a sequence, steps × features, not 2 × 4 × "
     "5"},
    {"multi_head_attention", "", "4,5; 3,5; 2,5",
     "MultiHeadAttention “it”: key and value must have the same number of steps, not 2 and 3"},
    {"multi_head_attention", "output_shape=1,2,3,4,5", "4,5; 3,5",
     "MultiHeadAttention “it”: its output shape has 5 axes; 4 are possible"},
    {"multi_head_attention", "", "4,5", "MultiHeadAttention “it”: connect its input “Value”"},
    {"layer_normalization", "axis=3", "4,5",
     "LayerNorm “it”: axis 3 cannot be normalised: its input has the axes 1 to 2 (0 is the batch, "
     "−1 the last)"},
    {"layer_normalization", "axis=0", "4,5",
     "LayerNorm “it”: axis 0 cannot be normalised: its input has the axes 1 to 2 (0 is the batch, "
     "−1 the last)"},
    {"layer_normalization", "axis=", "4,5",
     "LayerNorm “it”: it normalises no axis; −1 is the last"},
    {"spatial_dropout1d", "", "5",
     "SpatialDropout1D “it”: it wants steps × channels, not 5; add a Reshape to 5, 1"},
    {"spatial_dropout2d", "", "4,5",
     "SpatialDropout2D “it”: it wants height × width × channels, not 4 × 5; add a Reshape to 4, 5, "
     "1"},
    {"add", "", "4,5; int3:4,5",
     "Add “it”: it calculates with numbers, but its input 2 carries ids (int32); connect an "
     "Embedding in between, or set the Input's type to float32"},
    {"penalty", "", "int3:4",
     "Penalty “it”: it calculates with numbers, but its input 1 carries ids (int32); connect an "
     "Embedding in between, or set the Input's type to float32"},
    {"activation", "activation=glu", "5",
     "Activation “it”: GLU splits the last axis in two halves, but it has 5 numbers; make that "
     "even"},
};

static void
test_faults(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(layer_run_new(nw_layer_kind_find(faults[i].kind), faults[i].params,
                                faults[i].inputs, 1, &error));
    g_assert_cmpstr(error->message, ==, faults[i].sentence);
  }
}

static void
test_unconnected(void)
{
  g_autoptr(GError) error = NULL;
  const NwLayerKind *dense = nw_layer_kind_find("dense");
  g_autoptr(NwParams) params = nw_params_new(nw_layer_kind_get_params(dense));
  NwInfer infer = {.params = params, .name = "hidden 1"};
  g_assert_false(nw_layer_kind_infer(dense, &infer, &error));
  g_assert_cmpstr(error->message, ==, "Dense “hidden 1”: connect an input");
}

/* An id outside the table gives NaN, never memory behind it, and no gradient. */
static void
test_unknown_ids(void)
{
  g_autoptr(LayerRun) run =
      layer_run_example(nw_layer_kind_find("embedding"), "input_dim=4 output_dim=3", "int4:3", 1);
  run->inputs[0].int32[0] = -1;
  run->inputs[0].int32[1] = 2;
  run->inputs[0].int32[2] = 4;
  layer_run_forward(run, NULL, 1);
  layer_run_backward(run, NULL, 1, FALSE);
  for (gsize i = 0; i < 9; i++)
    g_assert_cmpint(isnan(run->y[i]) != 0, ==, i < 3 || i >= 6);
  for (gsize i = 0; i < 12; i++)
    g_assert_cmpint(run->gradients[0][i] != 0, ==, i >= 6 && i < 9);
}

/* ── dropout ─────────────────────────────────────────────────────────────────────────────────── */

/* The mean over the steps that count, as a formula; without a mask, and at a wire without one, all
 * do. */
static void
test_mask_in_formula(void)
{
  static const guint8 mask[] = {0, 1, 1, 0, 0, 0, 0, 0};
  g_autoptr(LayerRun) run =
      layer_run_example(nw_layer_kind_find("expression"),
                        "expression=sum(mask(x)*x,axis=1)/maximum(sum(mask(x)),1)+0*sum(mask(y))",
                        "mask:4,3; 2,1", 2);
  g_autoptr(LayerRun) plain =
      layer_run_example(nw_layer_kind_find("expression"), "expression=mask(x)", "4,3", 2);
  const NwReal *x = run->inputs[0].real;

  memcpy(run->inputs[0].mask, mask, sizeof mask);
  layer_run_forward(run, NULL, 2);
  layer_run_backward(run, NULL, 2, FALSE);
  g_assert_cmpint(run->infer.mask_from[0], ==, NW_MASK_NONE);
  for (int k = 0; k < 3; k++) {
    g_assert_cmpfloat_with_epsilon(run->y[k], (x[3 + k] + x[6 + k]) / 2, 1e-6);
    g_assert_cmpfloat(run->y[3 + k], ==, 0);
    for (int step = 0; step < 4; step++)
      g_assert_cmpfloat_with_epsilon(run->inputs[0].gradient[3 * step + k],
                                     mask[step] != 0 ? run->dy[k] / 2 : 0, 1e-6);
  }
  layer_run_forward(plain, NULL, 2);
  g_assert_cmpint(plain->infer.outputs[0].shape.rank, ==, 2);
  g_assert_cmpuint(layer_run_n_output(plain, 2), ==, 8);
  for (int i = 0; i < 8; i++)
    g_assert_cmpfloat(plain->y[i], ==, 1);
}

static void
test_dropout(void)
{
  const NwLayerKind *kind = nw_layer_kind_find("dropout");
  g_autoptr(LayerRun) run = layer_run_example(kind, "rate=0.25", "100,100", 2);
  gsize n = layer_run_n_gradient(run, 0, 2), dropped = 0;
  layer_run_forward(run, NULL, 2);
  layer_run_backward(run, NULL, 2, FALSE);
  for (gsize i = 0; i < n; i++) {
    gboolean drop = run->y[i] == 0;
    NwReal scale = drop ? 0 : 1 / (NwReal)0.75;
    g_assert_cmpfloat(run->y[i], ==, run->inputs[0].real[i] * scale);
    g_assert_cmpfloat(run->inputs[0].gradient[i], ==, run->dy[i] * scale);
    dropped += drop;
  }
  g_assert_cmpfloat(fabs((double)dropped / (double)n - 0.25), <, 0.01); /* three deviations */

  run->training = FALSE;
  layer_run_forward(run, NULL, 2);
  layer_run_backward(run, NULL, 2, FALSE);
  g_assert_cmpmem(run->y, n * sizeof(NwReal), run->inputs[0].real, n * sizeof(NwReal));
  g_assert_cmpmem(run->inputs[0].gradient, n * sizeof(NwReal), run->dy, n * sizeof(NwReal));
}

/* ── slices, as numpy takes them ─────────────────────────────────────────────────────────────── */

static void
assert_slice(const char *text, const char *shape, const char *expected)
{
  g_autofree char *params = g_strdup_printf("slices=%s", text);
  g_autoptr(LayerRun) run = layer_run_example(nw_layer_kind_find("slice"), params, shape, 1);
  g_autoptr(GString) got = g_string_new(NULL);
  for (gsize i = 0; i < layer_run_n_input(run, 0, 1); i++)
    run->inputs[0].real[i] = (NwReal)i;
  layer_run_forward(run, NULL, 1);
  for (gsize i = 0; i < layer_run_n_output(run, 1); i++)
    g_string_append_printf(got, "%s%g", i > 0 ? " " : "", (double)run->y[i]);
  g_assert_cmpstr(got->str, ==, expected);
}

static void
test_slices(void)
{
  assert_slice("1:", "5", "1 2 3 4");
  assert_slice("-2:", "5", "3 4");
  assert_slice(":-3", "5", "0 1");
  assert_slice("::2", "5", "0 2 4");
  assert_slice("::-1", "5", "4 3 2 1 0");
  assert_slice("3:0:-2", "5", "3 1");
  assert_slice("-9:99", "5", "0 1 2 3 4");
  assert_slice("...,:1", "3,4", "0 4 8");
  assert_slice("1:,::2", "3,4", "4 6 8 10");
  assert_slice(":,-1", "3,4", "3 7 11");
  assert_slice("-1", "3,4", "8 9 10 11");
  assert_slice("1,...,0", "2,2,3", "6 9");
  assert_slice("[0,1:,-1]", "2,2,3", "5");
}

int
main(int argc, char **argv)
{
  nw_blas_init();
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/layers/lines-of-description", test_descriptions);
  g_test_add_func("/layers/output-has-the-parameters-of-its-loss", test_output_table);
  g_test_add_func("/layers/masks-pass-or-end", test_masks_pass_or_end);
  g_test_add_func("/layers/masks-join", test_masks_join);
  g_test_add_func("/layers/formulas-know-which-steps-count", test_mask_in_formula);
  g_test_add_func("/layers/unknown-ids-give-no-number", test_unknown_ids);
  g_test_add_func("/layers/dropout-drops-while-training-only", test_dropout);
  g_test_add_func("/layers/slices-are-those-of-numpy", test_slices);
  g_test_add_func("/layers/faults-are-sentences", test_faults);
  g_test_add_func("/layers/an-open-port-is-a-sentence", test_unconnected);
  return g_test_run();
}
