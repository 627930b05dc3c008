# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""What TensorFlow's profiler counts in forward passes of one sample: floating point operations.

  MODEL/flops; tests/engine/test-costs.c draws the same models.
"""
import sys

from golden import Golden, keras, tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2_as_graph

K = keras.layers


def count(model):
    call = tf.function(lambda *xs: model(list(xs) if len(xs) > 1 else xs[0], training=False))
    specs = [tf.TensorSpec([1, *x.shape[1:]], x.dtype) for x in model.inputs]
    concrete = call.get_concrete_function(*specs)
    _, graph_def = convert_variables_to_constants_v2_as_graph(concrete)
    with tf.Graph().as_default() as graph:
        tf.graph_util.import_graph_def(graph_def, name="")
        options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
        options["output"] = "none"
        return tf.compat.v1.profiler.profile(graph, options=options).total_float_ops


def dense():
    x = keras.Input((100,))
    y = K.Dense(256, "relu")(x)
    y = K.Dense(256, "relu")(y)
    return keras.Model(x, K.Dense(20)(y))


def steps():
    x = keras.Input((30, 40))
    return keras.Model(x, K.Dense(60, use_bias=False)(x))


def images():
    x = keras.Input((28, 28, 1))
    y = K.Conv2D(8, 3, activation="relu")(x)
    y = K.Conv2D(16, 3, strides=2, padding="same")(y)
    return keras.Model(x, K.Dense(10)(K.Flatten()(y)))


def attention():
    x = keras.Input((24, 48))
    return keras.Model(x, K.MultiHeadAttention(4, 16, dropout=0.1)(x, x))


def pairs():
    a, b = keras.Input((20, 64)), keras.Input((30, 64))
    return keras.Model([a, b], K.Dot(2)([a, b]))


with Golden("flops", __file__) as g:
    for build in (dense, steps, images, attention, pairs):
        g.tensor(f"{build.__name__}/flops", float(count(build())))
        print(build.__name__, count(build()), file=sys.stderr)
