# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Recurrent layers: outputs, states, and gradients of sum(dy * y) over all outputs.

For each CASE (C), ports counted as in engine/layers:
  C/x0 C/x2 …     inputs, the batch first; C/mask0: the sequence's mask
  C/w0 C/w1 …     weights; behind them the states that are kept from batch to batch
  C/y  C/y1 …     outputs and C/dy C/dy1 …: what their gradients are
  C/dx0 …  C/dw0 …  gradients;  C/after3 …: states after the call;  C/mask: of the output
tests/engine/test-golden-layers.c says what the cases are. Keras has no LSTM that forgets with time:
that one is written out below.
"""
from golden import Golden, keras, np, tf

K = keras.layers
rng = np.random.default_rng(11)


def normal(*shape, scale=1.0):
    return (scale * rng.normal(0, 1, shape)).astype(np.float32)


def gaps(batch, steps):
    """A mask in which every sample has its own: steps are missing in the middle and at both ends."""
    mask = rng.integers(0, 2, (batch, steps)).astype(bool)
    mask[0] = True
    mask[1, 0] = mask[1, -1] = False
    return mask


def record(g, name, run, inputs, mask, weights, states=(), ports=None):
    """@run gives the outputs; @ports: theirs. @inputs: {port: tensor}"""
    for port, x in inputs.items():
        g.tensor(f"{name}/x{port}", x.numpy())
    if mask is not None:
        g.tensor(f"{name}/mask0", mask.astype(int))
    for i, w in enumerate([*weights, *states]):
        g.tensor(f"{name}/w{i}", w.numpy())
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(list(inputs.values()))
        outputs = run()
        dys = [normal(*y.shape) for y in outputs]
        loss = sum(tf.reduce_sum(dy * y) for dy, y in zip(dys, outputs))
    for port, y, dy in zip(ports or range(len(outputs)), outputs, dys):
        g.tensor(f"{name}/y{port or ''}", y.numpy())
        g.tensor(f"{name}/dy{port or ''}", dy)
    for port, x in inputs.items():
        g.tensor(f"{name}/dx{port}", tape.gradient(loss, x).numpy())
    for i, w in enumerate(weights):
        variable = w.value if isinstance(w, keras.Variable) else w
        g.tensor(f"{name}/dw{i}", tape.gradient(loss, variable).numpy())
    for i, w in enumerate(states):
        g.tensor(f"{name}/after{len(weights) + i}", w.numpy())


def case(g, name, layer, masked=False, initial=0, first_state=1, shape=(3, 4, 3), units=2,
         ports=None):
    """@initial: how many initial states are given, from port @first_state on."""
    x = tf.constant(normal(*shape))
    mask = gaps(*shape[:2]) if masked else None
    given = [tf.constant(normal(shape[0], units)) for _ in range(initial)]
    call = {"initial_state": given} if initial else {}

    def run():
        if mask is not None:
            keras.src.backend.set_keras_mask(x, tf.constant(mask))  # as the layer before would
        outputs = layer(x, **call)
        return outputs if isinstance(outputs, (list, tuple)) else [outputs]

    layer(x, **call)
    for w in layer.trainable_variables:
        w.assign(normal(*w.shape, scale=0.5))
    states = []
    if getattr(layer, "stateful", False):
        for part in [getattr(layer, "forward_layer", layer), getattr(layer, "backward_layer", None)]:
            states += [] if part is None else list(part.states)
        for state in states:
            state.assign(normal(*state.shape))
    inputs = {0: x, **{first_state + i: state for i, state in enumerate(given)}}
    record(g, name, run, inputs, mask, layer.trainable_variables, states, ports)
    made = layer.compute_mask(x, mask)
    made = made[0] if isinstance(made, (list, tuple)) else made
    if made is not None:
        g.tensor(f"{name}/mask", np.asarray(made).astype(int))


def forgetting(g, name, decay, mask=None, backwards=False, shape=(3, 4, 3), units=2):
    """LSTM with the forget gate times decay(gap, rate); the gap is that to the step read before."""
    batch, steps, features = shape
    x, gap = tf.constant(normal(*shape)), tf.constant(abs(normal(batch, steps, 1)))
    weights = [normal(features, 4 * units), normal(units, 4 * units), normal(4 * units)]
    if name.endswith("exponential"):
        weights.append(normal(units))
    weights = [tf.Variable(w) for w in weights]

    def run():
        h = c = tf.zeros((batch, units))
        order = range(steps)
        for t in reversed(order) if backwards else order:
            z = x[:, t] @ weights[0] + h @ weights[1] + weights[2]
            i, f, new, o = tf.split(z, 4, axis=1)
            since = gap[:, t] if not backwards else (
                gap[:, t + 1] if t + 1 < steps else tf.zeros((batch, 1)))
            f = tf.sigmoid(f) * decay(since, tf.nn.softplus(weights[3]) if len(weights) > 3 else None)
            c_new = f * c + tf.sigmoid(i) * tf.tanh(new)
            h_new = tf.sigmoid(o) * tf.tanh(c_new)
            keep = mask[:, t : t + 1] if mask is not None else np.ones((batch, 1), bool)
            c, h = tf.where(keep, c_new, c), tf.where(keep, h_new, h)
        return [h]

    record(g, name, run, {0: x, 1: gap}, mask, weights)


with Golden("recurrent", __file__) as g:
    R, S = K.SimpleRNN, {"return_sequences": True}
    case(g, "simple_rnn/plain", R(2))
    case(g, "simple_rnn/masked", R(2, **S), masked=True)
    case(g, "simple_rnn/backwards", R(2, go_backwards=True, **S), masked=True)
    case(g, "simple_rnn/zeros", R(2, zero_output_for_mask=True, **S), masked=True)
    case(g, "simple_rnn/relu", R(2, activation="relu", use_bias=False), masked=True)
    case(g, "simple_rnn/states", R(2, return_state=True), masked=True, initial=1)
    case(g, "simple_rnn/both", K.Bidirectional(R(2, **S)), masked=True)
    case(g, "simple_rnn/sum", K.Bidirectional(R(2), merge_mode="sum"))
    case(g, "simple_rnn/stateful", R(2, stateful=True, **S), masked=True)

    L = K.LSTM
    case(g, "lstm/plain", L(2))
    case(g, "lstm/masked", L(2, **S), masked=True)
    case(g, "lstm/last", L(2), masked=True)
    case(g, "lstm/backwards", L(2, go_backwards=True, **S), masked=True)
    case(g, "lstm/zeros", L(2, zero_output_for_mask=True), masked=True)
    case(g, "lstm/return-state", L(2, return_state=True), masked=True)
    case(g, "lstm/initial-state", L(2, return_state=True, **S), masked=True, initial=2,
         first_state=2)
    case(g, "lstm/silu", L(2, activation="silu", recurrent_activation="hard_sigmoid",
                           use_bias=False), masked=True)
    case(g, "lstm/both", K.Bidirectional(L(2, **S)), masked=True)
    case(g, "lstm/mul", K.Bidirectional(L(2, **S), merge_mode="mul"), masked=True)
    case(g, "lstm/ave", K.Bidirectional(L(2), merge_mode="ave"), masked=True)
    case(g, "lstm/none", K.Bidirectional(L(2, **S), merge_mode=None), masked=True, ports=[0, 5])
    case(g, "lstm/both-states", K.Bidirectional(L(2, return_state=True)), initial=4, first_state=2)
    case(g, "lstm/stateful", L(2, stateful=True), masked=True)
    case(g, "lstm/both-stateful", K.Bidirectional(L(2, stateful=True, **S)))
    case(g, "lstm/wide", L(18), shape=(2, 3, 2), units=18)

    G = K.GRU
    case(g, "gru/plain", G(2))
    case(g, "gru/masked", G(2, **S), masked=True)
    case(g, "gru/before", G(2, reset_after=False, **S), masked=True)
    case(g, "gru/backwards", G(2, go_backwards=True, **S), masked=True)
    case(g, "gru/no-bias", G(2, use_bias=False, recurrent_activation="hard_sigmoid"))
    case(g, "gru/before-no-bias", G(2, use_bias=False, reset_after=False, activation="relu"))
    case(g, "gru/states", G(2, return_state=True, **S), masked=True, initial=1)
    case(g, "gru/both", K.Bidirectional(G(2, **S)), masked=True)
    case(g, "gru/both-before", K.Bidirectional(G(2, reset_after=False)), masked=True)
    case(g, "gru/stateful", G(2, stateful=True), masked=True)

    forgetting(g, "lstm/inverse", lambda gap, rate: 1 / (1 + gap))
    forgetting(g, "lstm/log", lambda gap, rate: 1 / tf.math.log(np.e + gap), gaps(3, 4))
    forgetting(g, "lstm/exponential", lambda gap, rate: tf.exp(-rate * gap), gaps(3, 4))
    forgetting(g, "lstm/backwards-exponential", lambda gap, rate: tf.exp(-rate * gap),
               backwards=True)
