# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Losses of Keras by row, and their gradients, from probabilities and from logits.

Each case has p (probabilities or logits), y or index, scale, and gives losses (by row, unscaled)
and dp, the gradient of sum(scale * losses); and the loss's parameters that are not at their default.
"""
from golden import Golden, keras, np, tf

L = keras.losses
rng = np.random.default_rng(1)


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def case(golden, name, loss, p, y, index=False, **parameters):
    p = tf.constant(p, tf.float32)
    scale = tf.constant(rng.uniform(0.1, 2, p.shape[:-1]), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(p)
        losses = loss(y, p, **parameters)
        total = tf.reduce_sum(scale * losses)
    golden.tensor(name + "/p", p)
    golden.tensor(name + ("/index" if index else "/y"), y)
    golden.tensor(name + "/scale", scale)
    golden.tensor(name + "/losses", losses)
    golden.tensor(name + "/dp", tape.gradient(total, p))
    for key, value in parameters.items():
        golden.tensor(f"{name}/{key}", np.float32(value))


def bce(from_logits):
    return lambda y, p, **more: L.binary_crossentropy(y, p, from_logits, **more)


def cce(from_logits):
    return lambda y, p, **more: L.categorical_crossentropy(y, p, from_logits, **more)


def scce(from_logits):
    return lambda y, p: L.sparse_categorical_crossentropy(y, p, from_logits)


def focal(loss, from_logits):
    return lambda y, p, **more: loss(y, p, from_logits=from_logits, **more)


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
        case(g, f"{b}/probabilities-smoothing/{size}", bce(False), sigmoid, hard, label_smoothing=0.1)
        case(g, f"{b}/logits/{size}", bce(True), logits, hard)
        case(g, f"{b}/logits-soft/{size}", bce(True), logits, soft)
        case(g, f"{b}/logits-smoothing/{size}", bce(True), logits, soft, label_smoothing=0.1)
        if cols > 1:  # Keras warns about one class
            case(g, f"{c}/probabilities/{size}", cce(False), chances, hot)
            case(g, f"{c}/probabilities-soft/{size}", cce(False), unnormalised, spread)
            case(g, f"{c}/probabilities-smoothing/{size}", cce(False), chances, hot, label_smoothing=0.2)
            case(g, f"{c}/logits/{size}", cce(True), logits, hot)
            case(g, f"{c}/logits-soft/{size}", cce(True), logits, spread)
            case(g, f"{c}/logits-smoothing/{size}", cce(True), logits, hot, label_smoothing=0.2)
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

    # The others: odd parameters, ties, and the borders of what is cut off.
    bf, cf = "binary_focal_crossentropy", "categorical_focal_crossentropy"
    for rows, cols in ((1, 3), (4, 1), (5, 6)):
        size = f"{rows}x{cols}"
        logits = rng.normal(0, 2, (rows, cols)).astype(np.float32)
        chances = softmax(logits).astype(np.float32)
        sigmoid = (1 / (1 + np.exp(-logits))).astype(np.float32)
        values = rng.normal(0, 3, (rows, cols)).astype(np.float32)
        amounts = np.round(rng.gamma(1, 3, (rows, cols))).astype(np.float32)
        positive = rng.gamma(2, 2, (rows, cols)).astype(np.float32)
        hard = rng.integers(0, 2, (rows, cols)).astype(np.float32)
        soft = rng.uniform(0, 1, (rows, cols)).astype(np.float32)
        hot = one_hot(rng.integers(0, cols, rows), cols)
        spread = rng.dirichlet(np.ones(cols), rows).astype(np.float32)

        f = focal(getattr(L, bf), False)
        case(g, f"{bf}/probabilities/{size}", f, sigmoid, hard)
        case(g, f"{bf}/probabilities-odd/{size}", f, sigmoid, soft, gamma=0.5, alpha=0.7,
             apply_class_balancing=True, label_smoothing=0.1)
        f = focal(getattr(L, bf), True)
        case(g, f"{bf}/logits/{size}", f, logits, hard)
        case(g, f"{bf}/logits-odd/{size}", f, logits, hard, gamma=3.5, alpha=0.1,
             apply_class_balancing=True, label_smoothing=0.2)
        if cols > 1:
            f = focal(getattr(L, cf), False)
            case(g, f"{cf}/probabilities/{size}", f, chances, hot)
            case(g, f"{cf}/probabilities-odd/{size}", f, soft + np.float32(0.01), spread, gamma=0.5,
                 alpha=0.7, label_smoothing=0.1)
            f = focal(getattr(L, cf), True)
            case(g, f"{cf}/logits/{size}", f, logits, hot)
            case(g, f"{cf}/logits-odd/{size}", f, logits, spread, gamma=3.0, alpha=1.0,
                 label_smoothing=0.2)
            case(g, f"categorical_hinge/values/{size}", L.categorical_hinge, values, hot)
            case(g, f"categorical_hinge/values-signs/{size}", L.categorical_hinge, values, 2 * hot - 1)
            case(g, f"kl_divergence/values/{size}", L.kl_divergence, chances, spread)
            case(g, f"cosine_similarity/values/{size}", L.cosine_similarity, values, soft)
        for name in ("hinge", "squared_hinge"):
            case(g, f"{name}/values/{size}", getattr(L, name), values / 2, hard)
            case(g, f"{name}/values-signs/{size}", getattr(L, name), values / 2, 2 * hard - 1)
        case(g, f"huber/values/{size}", L.huber, values, soft)
        case(g, f"huber/values-odd/{size}", L.huber, values, soft, delta=2.5)
        case(g, f"log_cosh/values/{size}", L.log_cosh, values, soft)
        case(g, f"poisson/values/{size}", L.poisson, positive, amounts)
        percentage, logarithmic = "mean_absolute_percentage_error", "mean_squared_logarithmic_error"
        case(g, f"{percentage}/values/{size}", getattr(L, percentage), values, soft - np.float32(1.5))
        case(g, f"{logarithmic}/values/{size}", getattr(L, logarithmic), positive, amounts)

    e = np.array([[1, -2, 0, 2], [0, 0, 0, 0], [2, 2, 2, 2]], np.float32)
    y = np.array([[1, -2, 0, 2.5], [1, 0, 0, -1], [0, 1, 0, 0]], np.float32)
    for name in ("huber", "log_cosh", "cosine_similarity", "mean_absolute_percentage_error"):
        case(g, f"{name}/values/edges", getattr(L, name), e + np.float32(1e-9) * (e == 0), y)
    case(g, "mean_squared_logarithmic_error/values/edges", L.mean_squared_logarithmic_error, e, abs(y))
    case(g, "poisson/values/edges", L.poisson, abs(e), abs(y))
    case(g, "categorical_hinge/values/ties", L.categorical_hinge, e, one_hot([0, 1, 1], 4))
    case(g, "hinge/values/edges", L.hinge, e / 2, np.sign(y * y))
    case(g, "squared_hinge/values/edges", L.squared_hinge, e / 2, np.sign(y * y))
    p = np.array([[1, 0, 1e-8], [0.3, 0.7, 0], [1e-7, 0.5, 0.5]], np.float32)
    case(g, "kl_divergence/values/edges", L.kl_divergence, p, one_hot([0, 0, 1], 3))
    case(g, f"{cf}/probabilities/saturated", focal(getattr(L, cf), False), p, one_hot([0, 2, 0], 3))
    x = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 1e4], [88, -89, 104], [0, 0, 0]], np.float32)
    case(g, f"{bf}/logits/large", focal(getattr(L, bf), True), x, one_hot([0, 0, 2, 1], 3))
    case(g, f"{cf}/logits/large", focal(getattr(L, cf), True), x, one_hot([0, 0, 2, 1], 3))
