# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""What happens around an optimiser's own update: decay, clipping, accumulation, averages.

Two weights, “dense/kernel” [3, 4] and “dense/bias” [4], get ten given gradients. Each case is named
KIND/SETTING in our words; shown are both weights after some steps, and the averages at the end.

  gradient/WEIGHT [10, …]    KIND/SETTING/WEIGHT/1 …    KIND/SETTING/average/WEIGHT
  norm [10]                  of both gradients together
"""
from golden import Golden, keras, np, tf

STEPS = 10
SHOWN = (1, 2, 3, 4, 10)
CASES = [
    ("sgd", "weight_decay=0.1"),
    ("sgd", "weight_decay=0.1,exclude_from_weight_decay=bias,momentum=0.9"),
    ("adamw", "learning_rate=0.05"),
    ("adamw", "weight_decay=0.3,exclude_from_weight_decay=kernel,amsgrad=true"),
    ("lion", "weight_decay=0.2,learning_rate=0.02"),
    ("sgd", "clipping=clipvalue,clip=0.5"),
    ("sgd", "clipping=clipnorm,clip=0.7"),
    ("adam", "clipping=clipnorm,clip=0.1"),
    ("sgd", "clipping=global_clipnorm,clip=0.9"),
    ("rmsprop", "clipping=global_clipnorm,clip=0.01,weight_decay=0.1"),
    ("adam", "gradient_accumulation_steps=3,learning_rate=0.1"),
    ("nadam", "gradient_accumulation_steps=2,learning_rate=0.1"),
    ("sgd", "gradient_accumulation_steps=2,clipping=clipnorm,clip=0.5,weight_decay=0.1"),
    ("sgd", "use_ema=true,ema_momentum=0.8,learning_rate=0.5"),
    ("adam", "use_ema=true,learning_rate=0.1"),
    ("sgd", "use_ema=true,ema_momentum=0.5,ema_overwrite_frequency=3,learning_rate=0.5"),
    ("sgd", "use_ema=true,ema_momentum=0.6,ema_overwrite_frequency=4,gradient_accumulation_steps=3"),
]
CLASSES = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "lion": "Lion", "rmsprop": "RMSprop",
           "nadam": "Nadam"}


def make(kind, setting):
    words = dict(pair.split("=") for pair in setting.split(","))
    exclude = words.pop("exclude_from_weight_decay", None)
    arguments = {}
    if "clipping" in words:
        arguments[words.pop("clipping")] = float(words.pop("clip"))
    for key, value in words.items():
        whole = key.endswith(("_steps", "_frequency"))
        arguments[key] = True if value == "true" else int(value) if whole else float(value)
    optimizer = getattr(keras.optimizers, CLASSES[kind])(**arguments)
    if exclude:
        optimizer.exclude_from_weight_decay(var_names=[exclude])
    return optimizer


rng = np.random.default_rng(7)
start = {"kernel": rng.normal(0, 1, (3, 4)).astype(np.float32),
         "bias": rng.normal(0, 1, 4).astype(np.float32)}
# Norms on both sides of the limits.
sizes = 10.0 ** np.linspace(-2, 1, STEPS)
gradients = {name: np.stack([rng.normal(0, size, value.shape) for size in rng.permutation(sizes)])
             .astype(np.float32) for name, value in start.items()}
gradients["bias"][4] = 0

with Golden("steps", __file__) as g:
    for name, value in start.items():
        g.tensor(f"start/{name}", value)
        g.tensor(f"gradient/{name}", gradients[name])
    g.tensor("norm", np.array([tf.linalg.global_norm([gradients[n][t] for n in start]).numpy()
                               for t in range(STEPS)], np.float32))
    for kind, setting in CASES:
        optimizer = make(kind, setting)
        weights = [keras.Variable(value, name=name) for name, value in start.items()]
        optimizer.build(weights)
        for t in range(STEPS):
            optimizer.apply([tf.constant(gradients[name][t]) for name in start])
            if t + 1 in SHOWN:
                for weight in weights:
                    g.tensor(f"{kind}/{setting}/{weight.name}/{t + 1}", weight.numpy())
        if optimizer.use_ema:
            for weight, average in zip(weights, optimizer._model_variables_moving_average):
                g.tensor(f"{kind}/{setting}/average/{weight.name}", average.numpy())
