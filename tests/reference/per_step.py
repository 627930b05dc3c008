# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Layers per step: Keras' TimeDistributed (layer_case.py says what is written of each).
tests/engine/test-golden-layers.c says what the cases are.

TimeDistributed hands a layer the mask of its step where the layer takes one; Keras' recurrent layers
cannot do with that, so theirs is put around the call here, where it belongs: on what comes out.
"""
from golden import Golden, keras, np, tf
from layer_case import case, mask, normal, rng

K = keras.layers


def each(layer):
    return K.TimeDistributed(layer)


class Unmasked:
    """TimeDistributed around a layer that asks for a mask of its own: the steps' mask passes by it."""

    def __init__(self, layer):
        self.layer = K.TimeDistributed(layer)

    def __call__(self, x, **call):
        made = getattr(x, "_keras_mask", None)
        y = self.layer(tf.identity(x), **call)
        if made is not None:
            y._keras_mask = made
        return y

    @property
    def trainable_variables(self):
        return self.layer.trainable_variables

    @property
    def non_trainable_variables(self):
        return []


with Golden("per_step", __file__) as g:
    gaps = mask(2, 4)
    gaps[0, 1] = False
    case(g, "dense/per-step", each(K.Dense(3, activation="tanh")), [normal(2, 4, 5)])
    case(g, "dense/per-step-masked", each(K.Dense(3)), [normal(2, 4, 5)], [gaps])
    case(g, "dense/per-step-steps", each(K.Dense(2)), [normal(2, 4, 3, 5)], [gaps])
    case(g, "conv1d/per-step", each(K.Conv1D(3, 2, activation="relu")), [normal(2, 4, 5, 2)])
    case(g, "conv1d/per-step-masked", each(K.Conv1D(3, 3, padding="causal")), [normal(2, 4, 5, 2)],
         [gaps])
    case(g, "conv2d/per-step", each(K.Conv2D(3, (2, 3), strides=(1, 2), padding="same")),
         [normal(2, 3, 4, 5, 2)])
    case(g, "conv2d/per-step-masked", each(K.Conv2D(2, 3)), [normal(2, 4, 4, 5, 1)], [gaps])
    case(g, "depthwise_conv2d/per-step", each(K.DepthwiseConv2D(2)), [normal(2, 3, 3, 4, 2)])
    case(g, "separable_conv2d/per-step", each(K.SeparableConv2D(3, 2)), [normal(2, 3, 3, 4, 2)])
    case(g, "conv2d_transpose/per-step", each(K.Conv2DTranspose(2, 2, strides=2)),
         [normal(2, 3, 2, 3, 2)])
    case(g, "max_pooling2d/per-step", each(K.MaxPooling2D()), [normal(2, 3, 4, 5, 2)])
    case(g, "average_pooling1d/per-step", each(K.AveragePooling1D(2)), [normal(2, 3, 5, 2)], [gaps[:, :3]])
    case(g, "global_average_pooling2d/per-step", each(K.GlobalAveragePooling2D()),
         [normal(2, 3, 4, 5, 2)])
    case(g, "global_max_pooling1d/per-step", each(K.GlobalMaxPooling1D()), [normal(2, 4, 5, 2)], [gaps])
    case(g, "flatten/per-step", each(K.Flatten()), [normal(2, 4, 3, 2)], [gaps])
    case(g, "reshape/per-step", each(K.Reshape((3, -1))), [normal(2, 4, 2, 6)])
    case(g, "permute/per-step", each(K.Permute((2, 1))), [normal(2, 4, 2, 3)])
    case(g, "repeat_vector/per-step", each(K.RepeatVector(3)), [normal(2, 4, 5)])
    case(g, "layer_normalization/per-step", each(K.LayerNormalization()), [normal(2, 4, 3, 5)], [gaps])
    case(g, "p_re_lu/per-step", each(K.PReLU()), [normal(2, 4, 3, 2)])
    case(g, "up_sampling1d/per-step", each(K.UpSampling1D(2)), [normal(2, 4, 3, 2)])
    case(g, "zero_padding2d/per-step", each(K.ZeroPadding2D(1)), [normal(2, 3, 2, 3, 2)])
    case(g, "embedding/per-step", each(K.Embedding(4, 3)),
         [rng.integers(0, 4, (2, 4, 5)).astype(np.int32)])
    for name, layer in {
        "simple_rnn": K.SimpleRNN(3),
        "lstm": K.LSTM(3),
        "gru": K.GRU(3),
    }.items():
        case(g, f"{name}/per-step", Unmasked(layer), [normal(2, 4, 3, 2)])
        case(g, f"{name}/per-step-masked", Unmasked(layer), [normal(2, 4, 3, 2)], [gaps])
    case(g, "lstm/per-step-sequences",
         Unmasked(K.Bidirectional(K.LSTM(2, return_sequences=True))), [normal(2, 4, 3, 2)], [gaps])
