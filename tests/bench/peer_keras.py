# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Keras' side: `fit`, with the data in memory."""
import keras
import numpy as np
import tensorflow as tf

from peer import serve


def prepare(widths, head, pool, optimizer, batch, threads):
    if tf.config.threading.get_intra_op_parallelism_threads() != threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(n, "relu") for n in widths[1:-1]]
    last = keras.layers.Dense(widths[-1], head)
    model = keras.Sequential([keras.Input((widths[0],)), *layers, last])
    rows = pool * batch
    x = np.random.standard_normal((rows, widths[0])).astype(np.float32)
    if head == "sigmoid":
        loss = "binary_crossentropy"
        y = np.random.randint(0, 2, (rows, widths[-1])).astype(np.float32)
    else:
        loss = "sparse_categorical_crossentropy"
        y = np.random.randint(0, widths[-1], rows)
    model.compile(optimizer, loss)

    def steps(n):
        model.fit(x, y, batch_size=batch, epochs=n // pool, verbose=0, shuffle=False)

    return steps


serve(f"Keras {keras.__version__} on TensorFlow {tf.__version__}", prepare)
