# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Convolutions, pooling and what goes with them (layer_case.py)."""
from golden import Golden, keras, tf
from layer_case import case, mask, normal

K = keras.layers


class Groups(K.Layer):
    """A grouped convolution, put together from plain ones: TensorFlow on processors has no gradient
    of it."""

    def __init__(self, conv, groups):
        super().__init__()
        self.conv, self.groups = conv, groups

    def build(self, shape):
        self.conv.build(shape)

    def call(self, x):
        kernels = tf.split(self.conv.kernel, self.groups, axis=-1)
        parts = tf.split(x, self.groups, axis=-1)
        done = [keras.ops.conv(part, kernel, self.conv.strides, self.conv.padding, "channels_last",
                               self.conv.dilation_rate) for part, kernel in zip(parts, kernels)]
        return self.conv.activation(tf.concat(done, -1) + self.conv.bias)


class Transposed(K.Layer):
    """A dilated transposed convolution as the gradient of the convolution that it transposes:
    TensorFlow on processors cannot calculate it otherwise."""

    def __init__(self, conv):
        super().__init__()
        self.conv = conv

    def build(self, shape):
        self.conv.build(shape)

    def call(self, x):
        with tf.GradientTape() as tape:
            y = tf.zeros(self.conv.compute_output_shape(x.shape))
            tape.watch(y)
            small = keras.ops.conv(y, self.conv.kernel, self.conv.strides, self.conv.padding,
                                   "channels_last", self.conv.dilation_rate)
            product = tf.reduce_sum(small * x)
        return self.conv.activation(tape.gradient(product, y) + self.conv.bias)


with Golden("convolutions", __file__) as g:
    steps, picture = normal(2, 7, 3), normal(2, 5, 6, 2)
    case(g, "conv1d/valid", K.Conv1D(4, 3, activation="tanh"), [steps])
    case(g, "conv1d/same", K.Conv1D(2, 4, padding="same"), [steps], [mask(2, 7)])
    case(g, "conv1d/strides", K.Conv1D(2, 3, strides=2, padding="same"), [steps])
    case(g, "conv1d/causal", K.Conv1D(2, 3, padding="causal", dilation_rate=2), [steps])
    case(g, "conv1d/causal-strides", K.Conv1D(2, 2, padding="causal", strides=3), [steps])

    case(g, "conv2d/valid", K.Conv2D(3, 3, activation="relu"), [picture])
    case(g, "conv2d/same", K.Conv2D(3, (2, 3), padding="same", use_bias=False), [picture])
    case(g, "conv2d/strides", K.Conv2D(2, 3, strides=(2, 3), padding="same"), [picture])
    case(g, "conv2d/far-strides", K.Conv2D(2, 2, strides=3), [picture])
    case(g, "conv2d/dilation", K.Conv2D(2, 2, dilation_rate=(2, 3), padding="same"), [picture])
    case(g, "conv2d/groups", Groups(K.Conv2D(6, 2, groups=2, activation="tanh"), 2),
         [normal(2, 3, 4, 4)])

    for name, pool in (("max", K.MaxPooling1D), ("average", K.AveragePooling1D)):
        case(g, f"{name}_pooling1d/valid", pool(2), [steps], [mask(2, 7)])
        case(g, f"{name}_pooling1d/same", pool(3, strides=2, padding="same"), [normal(2, 6, 2)])
        case(g, f"{name}_pooling1d/overlap", pool(3, strides=1, padding="same"), [steps])
    for name, pool in (("max", K.MaxPooling2D), ("average", K.AveragePooling2D)):
        case(g, f"{name}_pooling2d/valid", pool(2), [picture])
        case(g, f"{name}_pooling2d/same", pool((3, 2), strides=(2, 1), padding="same"), [picture])
        case(g, f"{name}_pooling2d/gaps", pool(2, strides=3), [picture])
    case(g, "max_pooling2d/ties", K.MaxPooling2D(2), [normal(2, 4, 4, 2).round()])
    case(g, "global_max_pooling1d/plain", K.GlobalMaxPooling1D(), [steps], [mask(2, 7)])
    case(g, "global_max_pooling2d/keepdims", K.GlobalMaxPooling2D(keepdims=True), [picture])
    gaps = mask(2, 7)
    gaps[:, 2] = True
    case(g, "global_average_pooling1d/masked", K.GlobalAveragePooling1D(), [steps], [gaps])
    case(g, "global_average_pooling1d/keepdims", K.GlobalAveragePooling1D(keepdims=True), [steps])
    case(g, "global_average_pooling2d/plain", K.GlobalAveragePooling2D(), [picture])

    case(g, "depthwise_conv1d/plain", K.DepthwiseConv1D(3, activation="tanh"), [steps])
    case(g, "depthwise_conv1d/many", K.DepthwiseConv1D(2, depth_multiplier=2, padding="same",
                                                       strides=2), [steps])
    case(g, "depthwise_conv2d/plain", K.DepthwiseConv2D(3, padding="same"), [picture])
    case(g, "depthwise_conv2d/many", K.DepthwiseConv2D((2, 3), depth_multiplier=3, strides=2,
                                                       use_bias=False), [picture])
    case(g, "depthwise_conv2d/dilation", K.DepthwiseConv2D(2, dilation_rate=2, activation="relu"),
         [picture])
    case(g, "separable_conv1d/plain", K.SeparableConv1D(4, 3, padding="same", activation="tanh"),
         [steps])
    case(g, "separable_conv2d/plain", K.SeparableConv2D(3, 3), [picture])
    case(g, "separable_conv2d/many", K.SeparableConv2D(4, 2, strides=2, depth_multiplier=2,
                                                       padding="same", use_bias=False), [picture])
    case(g, "conv1d_transpose/same", K.Conv1DTranspose(4, 3, strides=2, padding="same"), [steps])
    case(g, "conv2d_transpose/valid", K.Conv2DTranspose(3, 3, activation="tanh"), [picture])
    case(g, "conv2d_transpose/strides", K.Conv2DTranspose(3, (3, 4), strides=2), [picture])
    case(g, "conv2d_transpose/same", K.Conv2DTranspose(2, 3, strides=(2, 3), padding="same",
                                                       use_bias=False), [picture])
    case(g, "conv2d_transpose/gaps", K.Conv2DTranspose(2, 2, strides=3), [picture])

    small = normal(2, 2, 3, 2)
    case(g, "up_sampling1d/plain", K.UpSampling1D(3), [steps], [mask(2, 7)])
    case(g, "up_sampling2d/nearest", K.UpSampling2D((2, 3)), [small])
    case(g, "up_sampling2d/bilinear", K.UpSampling2D((2, 3), interpolation="bilinear"), [small])
    case(g, "zero_padding1d/plain", K.ZeroPadding1D((1, 2)), [normal(2, 3, 2)], [mask(2, 3)])
    case(g, "zero_padding2d/plain", K.ZeroPadding2D((1, 2)), [small])
    case(g, "zero_padding2d/four", K.ZeroPadding2D(((1, 0), (2, 3))), [small])
    case(g, "cropping1d/plain", K.Cropping1D((1, 2)), [steps])
    case(g, "cropping2d/plain", K.Cropping2D((1, 2)), [picture])
    case(g, "cropping2d/four", K.Cropping2D(((1, 0), (2, 3))), [picture])

    K1, K2 = K.Conv1DTranspose, K.Conv2DTranspose
    case(g, "conv1d_transpose/dilation", Transposed(K1(3, 3, dilation_rate=2, activation="tanh")),
         [steps])
    case(g, "conv1d_transpose/more", K1(2, 2, strides=3, output_padding=2), [steps])
    case(g, "conv1d_transpose/more-same", K1(2, 5, strides=2, output_padding=0, padding="same"),
         [steps])
    case(g, "conv2d_transpose/dilation", Transposed(K2(2, (2, 3), dilation_rate=(3, 2))), [picture])
    case(g, "conv2d_transpose/dilation-same", Transposed(K2(2, 3, dilation_rate=2, padding="same")),
         [picture])
    case(g, "conv2d_transpose/more", K2(2, 3, strides=3, output_padding=(0, 2)), [picture])
    case(g, "conv2d_transpose/more-same", K2(2, (3, 4), strides=(2, 3), output_padding=(0, 1),
                                             padding="same", activation="tanh"), [picture])
