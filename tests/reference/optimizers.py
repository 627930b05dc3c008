# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Weights and slots after each of five steps with given gradients.

Each case is named KIND/SETTING; SETTING is what differs from the defaults, as key=value joined by
commas.
"""
from golden import Golden, keras, np, tf

O = keras.optimizers
STEPS = 5
cases = {
    "sgd/default": (O.SGD(), []),
    "sgd/momentum=0.9": (O.SGD(momentum=0.9), ["momentums"]),
    "sgd/momentum=0.9,nesterov=true": (O.SGD(momentum=0.9, nesterov=True), ["momentums"]),
    "sgd/learning_rate=0.5,momentum=0.5": (O.SGD(0.5, 0.5), ["momentums"]),
    "adam/default": (O.Adam(), ["_momentums", "_velocities"]),
    "adam/amsgrad=true": (O.Adam(amsgrad=True), ["_momentums", "_velocities", "_velocity_hats"]),
    "adam/learning_rate=0.1,beta_1=0.5,beta_2=0.9,epsilon=0.001": (
        O.Adam(0.1, 0.5, 0.9, 1e-3), ["_momentums", "_velocities"]),
    "adagrad/default": (O.Adagrad(), ["_accumulators"]),
    "adagrad/learning_rate=1,initial_accumulator_value=0,epsilon=0.01": (
        O.Adagrad(1.0, 0.0, 0.01), ["_accumulators"]),
    "adadelta/default": (O.Adadelta(), ["_accumulated_grads", "_accumulated_delta_vars"]),
    "adadelta/learning_rate=1,rho=0.9": (
        O.Adadelta(1.0, 0.9), ["_accumulated_grads", "_accumulated_delta_vars"]),
}

rng = np.random.default_rng(2)
w0 = rng.normal(0, 1, 19).astype(np.float32)
# Some gradients large, some tiny, some exactly 0.
gradients = (rng.normal(0, 1, (STEPS, 19)) * 10.0 ** rng.integers(-6, 2, 19)).astype(np.float32)
gradients[:, 3] = 0
gradients[2, 5:9] = 0

with Golden("optimizers", __file__) as g:
    g.tensor("w", w0)
    g.tensor("gradients", gradients)
    for name, (optimizer, slots) in cases.items():
        w = keras.Variable(w0, name="w")
        optimizer.build([w])
        for t in range(STEPS):
            optimizer.apply_gradients([(tf.constant(gradients[t]), w)])
            g.tensor(f"{name}/w{t + 1}", w.numpy())
        for slot in slots:
            variable = getattr(optimizer, slot)[0]
            g.tensor(f"{name}/slot/{variable.name.removeprefix('w_')}", variable.numpy())
