# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""One layer, called: outputs, masks, and gradients of sum(dy * y).

For each CASE (C):
  C/x0 C/x1 …      inputs, the batch first; C/mask0 …: their masks, where they have one
  C/w0 C/w1 …      weights, states behind those that are trained
  C/y  C/dy        output; what its gradient is
  C/dx0 …  C/dw0 … gradients
  C/after2 …       states after the call
  C/mask           of the output, where it has one
"""
from golden import keras, np, tf

rng = np.random.default_rng(4)


def normal(*shape, scale=1):
    return (scale * rng.normal(0, 1, shape)).astype(np.float32)


def case(g, name, layer, xs, masks=None, spread=False, **call):
    """layer(x) for one input, layer([x0, x1]) for several, layer(x0, x1) for several with @spread;
    @call: more arguments of that."""
    for i, x in enumerate(xs):
        g.tensor(f"{name}/x{i}", x)
        if masks and masks[i] is not None:
            g.tensor(f"{name}/mask{i}", masks[i].astype(int))
    xs = [tf.constant(x) for x in xs]
    inputs = xs if spread or len(xs) == 1 else [xs]
    layer(*inputs)  # builds it
    for x, m in zip(xs, masks or []):
        if m is not None:
            x._keras_mask = tf.constant(m)  # where layers look for it
    weights = getattr(layer, "trainable_variables", [])
    states = getattr(layer, "non_trainable_variables", [])
    for i, w in enumerate([*weights, *states]):
        fresh = normal(*w.shape, scale=0.5)
        w.assign(fresh if i < len(weights) else 1 + abs(fresh))  # a state may be a variance
        g.tensor(f"{name}/w{i}", w.numpy())
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x for x in xs if x.dtype == tf.float32])
        y = layer(*inputs, **call)
        dy = normal(*y.shape)
        loss = tf.reduce_sum(dy * y)
    g.tensor(f"{name}/y", y.numpy())
    g.tensor(f"{name}/dy", dy)
    for i, x in enumerate(xs):
        if x.dtype == tf.float32:
            g.tensor(f"{name}/dx{i}", tape.gradient(loss, x).numpy())
    for i, w in enumerate(weights):
        dw = tape.gradient(loss, w.value if hasattr(w, "value") else w)
        dw = tf.convert_to_tensor(dw).numpy()
        g.tensor(f"{name}/dw{i}", dw if abs(dw).max() > 2e-6 else 0 * dw)  # only rounding is left
    for i, w in enumerate(states):
        g.tensor(f"{name}/after{len(weights) + i}", w.numpy())
    made = getattr(y, "_keras_mask", None)
    if made is not None:
        g.tensor(f"{name}/mask", np.asarray(made).astype(int))


def mask(*shape):
    return rng.integers(0, 2, shape).astype(bool)
