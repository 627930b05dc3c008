# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Keras' CTC loss by sample, and its gradients by the scores (as losses.py).

Each case has p [samples, steps, classes], index [samples, labels] that ends in zeros, scale, and gives
losses (by sample, unscaled) and dp, the gradient of sum(scale * losses).
"""
from golden import Golden, keras, np, tf

rng = np.random.default_rng(12)


def case(g, name, p, index):
    p = tf.constant(p, tf.float32)
    scale = tf.constant(rng.uniform(0.1, 2, p.shape[0]), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(p)
        losses = keras.losses.ctc(tf.constant(index), p)
        total = tf.reduce_sum(scale * losses)
    for part, values in {"p": p, "index": index, "scale": scale, "losses": losses,
                         "dp": tape.gradient(total, p)}.items():
        g.tensor(f"{name}/{part}", values)


def labels(samples, longest, classes, repeats=False):
    """Of every length from none on; with @repeats often the same label twice in a row."""
    index = rng.integers(1, classes, (samples, longest)).astype(np.int32)
    if repeats:
        index[:, 1::2] = index[:, ::2][:, :index[:, 1::2].shape[1]]
    for row in range(samples):
        index[row, min(row, longest):] = 0
    return index


with Golden("ctc", __file__) as g:
    for samples, steps, classes, longest in ((1, 1, 2, 1), (4, 6, 3, 3), (5, 12, 7, 4), (3, 24, 10, 6)):
        size = f"{samples}x{steps}x{classes}x{longest}"
        scores = rng.normal(0, 2, (samples, steps, classes)).astype(np.float32)
        case(g, f"plain/{size}", scores, labels(samples, longest, classes))
        case(g, f"repeats/{size}", scores, labels(samples, longest, classes, True))
    full = np.array([[1, 2, 1, 2, 1, 2]], np.int32)  # as many labels as steps: one way
    case(g, "one-way", rng.normal(0, 1, (1, 6, 3)), full)
    case(g, "steep", rng.normal(0, 60, (3, 8, 4)), np.array([[1, 2, 3], [3, 3, 0], [2, 0, 0]], np.int32))
