# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Single layers (layer_case.py says what is written of each). A case "activation/ID/…" is that
activation; tests/engine/test-golden-layers.c says what the others are.
"""
from golden import Golden, keras, np
from layer_case import case, mask, normal, rng

K, A = keras.layers, keras.activations

ACTIVATIONS = {
    name: getattr(A, name)
    for name in """linear relu sigmoid softmax tanh leaky_relu elu selu celu gelu silu mish
    softplus softsign exponential log_softmax log_sigmoid glu relu6 hard_sigmoid
    hard_silu hard_tanh tanh_shrink soft_shrink hard_shrink squareplus sparse_plus
    sparse_sigmoid""".split()
}
# Not sparsemax: that of Keras 3.15 adds up all partial sums where the definition takes the last, so
# its rows do not sum to 1. Ours is compared with the definition in tests/engine/test-activation.c.
# Keras has no default here; PyTorch and the former ThresholdedReLU layer have this one.
ACTIVATIONS["threshold"] = lambda x: A.threshold(x, 1.0, 0.0)

with Golden("layers", __file__) as g:
    for name, f in ACTIVATIONS.items():
        case(g, f"activation/{name}/near", f, [normal(3, 8)])
        case(g, f"activation/{name}/wide", f, [normal(2, 34, scale=4)])
        if name != "exponential":
            far = np.array([[1e4, -1e4, 1, 50], [-1e4, -90, 1e4, 104]], np.float32)
            case(g, f"activation/{name}/far", f, [far])
        if name not in ("glu", "softmax", "log_softmax", "celu"):
            # celu is smooth, but TensorFlow adds the slopes of both sides at 0.
            kinks = np.array([[-3, -1, -0.5, -0.0], [0, 0.5, 3, 6]], np.float32)
            case(g, f"activation/{name}/kinks", f, [kinks])

    case(g, "dense/plain", K.Dense(4), [normal(3, 5)])
    case(g, "dense/one", K.Dense(1, activation="sigmoid"), [normal(1, 7)])
    case(g, "dense/steps", K.Dense(3, activation="tanh"), [normal(3, 4, 5)], [mask(3, 4)])
    case(g, "dense/boxes", K.Dense(4, activation="softmax"), [normal(2, 2, 3, 4)])
    case(g, "dense/no-bias", K.Dense(3, activation="relu", use_bias=False), [normal(3, 5)])
    case(g, "dense/wide", K.Dense(33, activation="gelu"), [normal(7, 67)])

    case(g, "flatten/boxes", K.Flatten(), [normal(2, 3, 4, 2)])
    case(g, "reshape/open", K.Reshape((-1, 6)), [normal(2, 3, 4)])
    case(g, "slice/first", lambda x: x[..., :1], [normal(2, 3, 4)])
    case(g, "slice/rest", lambda x: x[..., 1:], [normal(2, 5)])
    case(g, "slice/steps", lambda x: x[:, 1:, ::2], [normal(2, 3, 5)])
    case(g, "slice/last", lambda x: x[:, -1], [normal(2, 3, 5)])
    case(g, "slice/backwards", lambda x: x[:, ::-1, -3:-1], [normal(2, 3, 5)])

    pair = [normal(2, 4, 3), normal(2, 4, 2)]
    case(g, "concatenate/features", K.Concatenate(), pair)
    case(g, "concatenate/masks", K.Concatenate(), pair, [mask(2, 4), mask(2, 4)])
    case(g, "concatenate/one-mask", K.Concatenate(), pair, [mask(2, 4), None])
    long = [normal(2, 4, 3), normal(2, 2, 3), normal(2, 1, 3)]
    case(g, "concatenate/steps", K.Concatenate(axis=1), long, [mask(2, 4), None, mask(2, 1)])

    case(g, "add/same", K.Add(), [normal(2, 4, 3) for _ in range(3)])
    case(g, "add/repeated", K.Add(), [normal(2, 4, 1), normal(2, 1, 5)])
    case(g, "add/ranks", K.Add(), [normal(2, 2, 3, 4), normal(2, 3, 1), normal(2, 2, 1, 4)])
    pair = [normal(2, 4, 3), normal(2, 4, 3)]
    case(g, "add/masks", K.Add(), pair, [mask(2, 4), mask(2, 4)])
    case(g, "add/one-mask", K.Add(), pair, [mask(2, 4), None])

    def norm(**config):
        return K.BatchNormalization(momentum=0.9, **config)

    steps, gaps = normal(3, 4, 5), mask(3, 4)
    case(g, "batch_normalization/rows", norm(), [normal(4, 5)], training=True)
    case(g, "batch_normalization/plain", norm(center=False, scale=False), [steps], training=True)
    case(g, "batch_normalization/masked", norm(), [steps], [gaps], training=True, mask=gaps)
    case(g, "batch_normalization/inference", norm(epsilon=0.1), [steps], training=False)

    ids = rng.integers(0, 4, (3, 5)).astype(np.int32)
    case(g, "embedding/plain", K.Embedding(4, 3), [ids])
    case(g, "embedding/masked", K.Embedding(4, 3, mask_zero=True), [ids])

    padded = normal(2, 4, 3)
    padded[0, 2:] = padded[1, 0] = 7
    padded[1, 1, 0] = 7
    case(g, "masking/steps", K.Masking(7.0), [padded])

    case(g, "p_re_lu/own", K.PReLU(), [normal(2, 3, 4)])
    case(g, "p_re_lu/shared", K.PReLU(shared_axes=[1]), [normal(2, 3, 4)])
    case(g, "p_re_lu/kink", K.PReLU(), [np.zeros((1, 2), np.float32)])
