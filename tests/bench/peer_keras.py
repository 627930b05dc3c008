# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Keras' side, on the backend that KERAS_BACKEND names: `fit` with the data in memory, jit-compiled;
`predict_on_batch` for predictions."""
import sys

import keras
import numpy as np
from keras import layers

import peer
from peer import WORKLOAD, network

BINARY = "binary_crossentropy"
CLASSES = "sparse_categorical_crossentropy"


# Each gives the model, its loss, and the weights of several losses.

@network
def s1():
    return keras.Sequential([
        keras.Input((100,)),
        layers.Dense(2048, "relu"),
        layers.Dense(2048, "relu"),
        layers.Dense(200, "sigmoid"),
    ]), BINARY


@network
def mlp():
    return keras.Sequential([
        keras.Input((16,)),
        layers.Dense(64, "relu"),
        layers.Dense(64, "relu"),
        layers.Dense(3, "softmax"),
    ]), CLASSES


@network
def cnn():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(128, "relu"),
        layers.Dropout(0.5),
        layers.Dense(10, "softmax"),
    ]), CLASSES


@network
def s3():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(20, 5, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(20, "relu"),
        layers.Reshape((1, 20)),
        layers.SimpleRNN(50, "relu"),
        layers.Dense(1, "sigmoid"),
    ]), BINARY


@network
def s4():
    ids = [keras.Input((109,), dtype="int32") for _ in range(3)]
    x = layers.Add()([layers.Embedding(1000, 50)(i) for i in ids])
    x = layers.Bidirectional(layers.LSTM(200, return_sequences=True))(x)
    x = layers.Dense(2, "softmax")(layers.Dropout(0.2)(x))
    return keras.Model(ids, x), CLASSES


@network
def s6():
    events, times = keras.Input((50,), dtype="int32"), keras.Input((50, 1))
    x = layers.LSTM(32)(layers.Concatenate()([layers.Embedding(101, 64)(events), times]))
    main = layers.Dense(1, "sigmoid", name="main")(layers.Dense(64, "relu")(x))
    aux = layers.Dense(1, "sigmoid", name="aux")(x)
    return keras.Model([events, times], [main, aux]), [BINARY, BINARY], [1.0, 0.2]


@network
def rnn():
    return keras.Sequential([
        keras.Input((100, 64)),
        layers.SimpleRNN(128),
        layers.Dense(10, "softmax"),
    ]), CLASSES


@network
def gru():
    return keras.Sequential([
        keras.Input((100, 64)),
        layers.GRU(128),
        layers.Dense(10, "softmax"),
    ]), CLASSES


@network
def conv1d():
    return keras.Sequential([
        keras.Input((1000, 8)),
        layers.Conv1D(32, 5, padding="same", activation="relu"),
        layers.MaxPooling1D(4),
        layers.Conv1D(64, 5, padding="same", activation="relu"),
        layers.GlobalAveragePooling1D(),
        layers.Dense(5, "softmax"),
    ]), CLASSES


def training(model, x, y):
    batch = WORKLOAD["batch"]
    most = len(x[0]) // batch

    def steps(n):
        while n > 0:  # an epoch over what is there, or the beginning of one
            rows = min(n, most) * batch
            model.fit([a[:rows] for a in x], [a[:rows] for a in y], batch_size=batch, verbose=0,
                      epochs=max(n // most, 1), shuffle=False)
            n -= rows // batch * max(n // most, 1)

    return steps


def predicting(model, x):
    batch = WORKLOAD["batch"]
    parts = list(zip(*[np.split(array, len(array) // batch) for array in x]))
    parts = [part[0] if len(part) == 1 else list(part) for part in parts]
    at = 0

    def steps(n):
        nonlocal at
        for _ in range(n):
            model.predict_on_batch(parts[at])
            at = (at + 1) % len(parts)

    return steps


def describe():
    backend = keras.backend.backend()
    library = __import__(backend)
    return f"Keras {keras.__version__} on {backend} {library.__version__}"


def main():
    if not peer.is_known():
        sys.exit(f"peer_keras.py has no network {WORKLOAD['network']}")
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf
        tf.config.threading.set_intra_op_parallelism_threads(peer.THREADS)
        tf.config.threading.set_inter_op_parallelism_threads(peer.THREADS)
    keras.utils.set_random_seed(1)
    model, loss, *weights = peer.NETWORKS[WORKLOAD["network"]]()
    x, y = peer.data()
    model.compile(WORKLOAD["optimizer"] or "sgd", loss, *weights, jit_compile=True)
    peer.serve(describe(), training(model, x, y) if WORKLOAD["optimizer"] else predicting(model, x))


main()
