# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Weights after the first, second, third and tenth step with given gradients, and the slots at the end.

Each case is named KIND/SETTING; SETTING is what differs from the defaults, as key=value joined by
commas.
"""
from golden import Golden, keras, np, tf

STEPS = 10
SHOWN = (1, 2, 3, 10)

# Our id, Keras' class, the attributes that hold its slots.
KINDS = {
    "sgd": ("SGD", ["momentums"]),
    "adam": ("Adam", ["_momentums", "_velocities", "_velocity_hats"]),
    "adamw": ("AdamW", ["_momentums", "_velocities", "_velocity_hats"]),
    "rmsprop": ("RMSprop", ["_velocities", "_momentums", "_average_gradients"]),
    "adamax": ("Adamax", ["_m", "_u"]),
    "nadam": ("Nadam", ["_momentums", "_velocities"]),
    "adagrad": ("Adagrad", ["_accumulators"]),
    "adadelta": ("Adadelta", ["_accumulated_grads", "_accumulated_delta_vars"]),
    "ftrl": ("Ftrl", ["_accumulators", "_linears"]),
    "lion": ("Lion", ["_momentums"]),
}
SETTINGS = {
    "sgd": ["default", "momentum=0.9", "momentum=0.9,nesterov=true", "learning_rate=0.5,momentum=0.5"],
    "adam": ["default", "amsgrad=true", "learning_rate=0.1,beta_1=0.5,beta_2=0.9,epsilon=0.001"],
    # Its decay is no part of the update: whole steps are compared by steps.py.
    "adamw": ["weight_decay=0", "weight_decay=0,amsgrad=true,learning_rate=0.02"],
    "rmsprop": ["default", "momentum=0.9", "centered=true", "centered=true,momentum=0.8",
                "learning_rate=0.1,rho=0.5,epsilon=0.01"],
    "adamax": ["default", "learning_rate=0.1,beta_1=0.5,beta_2=0.9,epsilon=0.001"],
    "nadam": ["default", "learning_rate=0.1,beta_1=0.5,beta_2=0.9,epsilon=0.001"],
    "adagrad": ["default", "learning_rate=1,initial_accumulator_value=0,epsilon=0.01"],
    "adadelta": ["default", "learning_rate=1,rho=0.9"],
    "ftrl": ["default", "learning_rate_power=-0.7,initial_accumulator_value=0.5",
             "learning_rate=0.1,l1_regularization_strength=0.2", "l2_regularization_strength=0.3",
             "l2_shrinkage_regularization_strength=0.1", "beta=0.5,learning_rate=0.2"],
    "lion": ["default", "learning_rate=0.01,beta_1=0.5,beta_2=0.6"],
}


def parse(setting):
    """"momentum=0.9,nesterov=true" as arguments for Keras."""
    pairs = [pair.split("=") for pair in setting.split(",")] if setting != "default" else []
    return {key: value == "true" if value in ("true", "false") else float(value)
            for key, value in pairs}


rng = np.random.default_rng(2)
w0 = rng.normal(0, 1, 19).astype(np.float32)
# Some gradients large, some tiny, some exactly 0.
gradients = (rng.normal(0, 1, (STEPS, 19)) * 10.0 ** rng.integers(-6, 2, 19)).astype(np.float32)
gradients[:, 3] = 0
gradients[2, 5:9] = 0

with Golden("optimizers", __file__) as g:
    g.tensor("w", w0)
    g.tensor("gradients", gradients)
    for kind, (class_name, slots) in KINDS.items():
        for setting in SETTINGS[kind]:
            optimizer = getattr(keras.optimizers, class_name)(**parse(setting))
            w = keras.Variable(w0, name="w")
            optimizer.build([w])
            for t in range(STEPS):
                optimizer.apply_gradients([(tf.constant(gradients[t]), w)])
                if t + 1 in SHOWN:
                    g.tensor(f"{kind}/{setting}/w{t + 1}", w.numpy())
            for slot in slots:
                variables = getattr(optimizer, slot, None)
                if variables:
                    name = variables[0].name.removeprefix("w_")
                    g.tensor(f"{kind}/{setting}/slot/{name}", variables[0].numpy())
