# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Losses of Keras by row, and their gradients, from probabilities and from logits.

Each case has p (probabilities or logits), y or index, scale, and gives losses (by row, unscaled)
and dp, the gradient of sum(scale * losses); with label_smoothing where that is not 0.
"""
from golden import Golden, keras, np, tf

L = keras.losses
rng = np.random.default_rng(1)


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def case(golden, name, loss, p, y, index=False, smoothing=0.0):
    p = tf.constant(p, tf.float32)
    scale = tf.constant(rng.uniform(0.1, 2, p.shape[:-1]), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(p)
        losses = loss(y, p, label_smoothing=smoothing) if smoothing else loss(y, p)
        total = tf.reduce_sum(scale * losses)
    golden.tensor(name + "/p", p)
    golden.tensor(name + ("/index" if index else "/y"), y)
    golden.tensor(name + "/scale", scale)
    golden.tensor(name + "/losses", losses)
    golden.tensor(name + "/dp", tape.gradient(total, p))
    if smoothing:
        golden.tensor(name + "/label_smoothing", np.float32(smoothing))


def bce(from_logits):
    return lambda y, p, **more: L.binary_crossentropy(y, p, from_logits, **more)


def cce(from_logits):
    return lambda y, p, **more: L.categorical_crossentropy(y, p, from_logits, **more)


def scce(from_logits):
    return lambda y, p: L.sparse_categorical_crossentropy(y, p, from_logits)


def one_hot(index, k):
    return np.eye(k, dtype=np.float32)[index]


with Golden("losses", __file__) as g:
    for rows, cols in ((1, 1), (1, 7), (5, 1), (6, 10), (13, 33)):
        size = f"{rows}x{cols}"
        logits = rng.normal(0, 4, (rows, cols)).astype(np.float32)
        sigmoid = (1 / (1 + np.exp(-logits))).astype(np.float32)
        hard = rng.integers(0, 2, (rows, cols)).astype(np.float32)
        soft = rng.uniform(0, 1, (rows, cols)).astype(np.float32)
        index = rng.integers(0, cols, rows).astype(np.int32)
        spread = rng.dirichlet(np.ones(cols), rows).astype(np.float32)
        hot, chances = one_hot(index, cols), softmax(logits)
        unnormalised = rng.uniform(0.01, 1, (rows, cols)).astype(np.float32)

        b, c = "binary_crossentropy", "categorical_crossentropy"
        s = "sparse_" + c
        case(g, f"{b}/probabilities/{size}", bce(False), sigmoid, hard)
        case(g, f"{b}/probabilities-soft/{size}", bce(False), sigmoid, soft)
        case(g, f"{b}/probabilities-smoothing/{size}", bce(False), sigmoid, hard, smoothing=0.1)
        case(g, f"{b}/logits/{size}", bce(True), logits, hard)
        case(g, f"{b}/logits-soft/{size}", bce(True), logits, soft)
        case(g, f"{b}/logits-smoothing/{size}", bce(True), logits, soft, smoothing=0.1)
        if cols > 1:  # Keras warns about one class
            case(g, f"{c}/probabilities/{size}", cce(False), chances, hot)
            case(g, f"{c}/probabilities-soft/{size}", cce(False), unnormalised, spread)
            case(g, f"{c}/probabilities-smoothing/{size}", cce(False), chances, hot, smoothing=0.2)
            case(g, f"{c}/logits/{size}", cce(True), logits, hot)
            case(g, f"{c}/logits-soft/{size}", cce(True), logits, spread)
            case(g, f"{c}/logits-smoothing/{size}", cce(True), logits, hot, smoothing=0.2)
            case(g, f"{s}/probabilities/{size}", scce(False), chances, index, True)
            case(g, f"{s}/probabilities-any/{size}", scce(False), unnormalised, index, True)
            case(g, f"{s}/logits/{size}", scce(True), logits, index, True)
        case(g, f"mean_squared_error/values/{size}", L.mean_squared_error, logits, soft)
        case(g, f"mean_absolute_error/values/{size}", L.mean_absolute_error, logits, soft)

    # Saturated: probabilities at and beyond the clip, logits of 1e4.
    p = [[0, 1e-8, 1e-7, 2e-7, 0.5], [1, 0.99999994, 0.9999999, 0.9999998, 0.25]]
    p = np.array(p, np.float32)
    for y in (0.0, 1.0, 0.3):
        case(g, f"{b}/probabilities/saturated-{y}", bce(False), p, np.full(p.shape, y, np.float32))
    p = np.array([[1, 0, 0], [0, 1, 1e-8], [1 - 1e-6, 1e-6, 0], [2e-7, 3e-7, 0.5]], np.float32)
    case(g, f"{c}/probabilities/saturated", cce(False), p, one_hot([0, 0, 2, 1], 3))
    case(g, f"{s}/probabilities/saturated", scce(False), p, np.array([0, 0, 2, 1], np.int32), True)
    x = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 1e4], [88, -89, 104], [0, 0, 0]], np.float32)
    case(g, f"{b}/logits/large", bce(True), x, one_hot([0, 0, 2, 1], 3))
    case(g, f"{c}/logits/large", cce(True), x, one_hot([0, 0, 2, 1], 3))
    case(g, f"{s}/logits/large", scce(True), x, np.array([0, 0, 2, 1], np.int32), True)
    # Equal to the target: no gradient.
    e = np.array([[1, -2, 3]], np.float32)
    case(g, "mean_absolute_error/values/equal", L.mean_absolute_error, e, e)
