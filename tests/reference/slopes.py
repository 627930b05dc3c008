# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Slopes of an answer by what comes in, from TensorFlow's GradientTape, with the network as it
predicts (no dropout, moving averages). Computed in double.

For each MODEL (M):
  M/x              all rows
  M/w/LAYER/WEIGHT
  M/slopes/K       d ln(p/(1 - p)) / d x of class K, or of the only answer (K = 0)
  M/effects/K      slope * number, summed over what each id became (words) or of each number
tests/engine/test-slopes.c draws the same models.
"""
from golden import Golden, keras, np, tf

keras.config.set_floatx("float64")
K = keras.layers
rng = np.random.default_rng(11)


def start(model):
    """Random weights that a float32 holds exactly; variances are positive."""
    values = []
    for weight in model.weights:
        value = rng.normal(0, 0.6, weight.shape).astype(np.float32)
        values.append(np.abs(value) + np.float32(0.2) if "variance" in weight.path else value)
    model.set_weights(values)


def write(g, name, model, x, made):
    """@made: the model from what the slopes are of (x itself, or an Embedding's result) on"""
    g.tensor(f"{name}/x", x)
    for weight in model.weights:
        parts = weight.path.split("/")
        g.tensor(f"{name}/w/{parts[0]}/{parts[-1]}", weight)
    begin = made["embed"](x) if "embed" in made else tf.constant(x, tf.float64)
    for k in range(model.output_shape[-1]):
        with tf.GradientTape() as tape:
            tape.watch(begin)
            p = made["rest"](begin)[:, k]
            odds = tf.math.log(p) - tf.math.log1p(-p)
        slopes = tape.gradient(odds, begin)
        effects = slopes * begin
        if "embed" in made:
            effects = tf.reduce_sum(effects, axis=-1)
        else:
            g.tensor(f"{name}/slopes/{k}", slopes, digits=17)
        g.tensor(f"{name}/effects/{k}", effects, digits=17)


def picture():
    x = keras.Input((6, 6, 1), name="x")
    h = K.Conv2D(3, 3, activation="relu", name="conv")(x)
    h = K.BatchNormalization(name="norm")(h)
    h = K.MaxPooling2D(2, name="pool")(h)
    h = K.Dropout(0.5, name="drop")(h)
    h = K.Dense(4, activation="tanh", name="hidden")(K.Flatten(name="flat")(h))
    model = keras.Model(x, K.Dense(3, activation="softmax", name="scores")(h))
    start(model)
    rows = rng.normal(0, 1, (3, 6, 6, 1)).astype(np.float32)
    return model, rows, {"rest": lambda begin: model(begin, training=False)}


def words():
    x = keras.Input((6,), dtype="int32", name="x")
    embedding = K.Embedding(9, 4, mask_zero=True, name="embedded")
    memory = K.LSTM(3, name="memory")
    score = K.Dense(1, activation="sigmoid", name="score")
    model = keras.Model(x, score(memory(embedding(x))))
    start(model)
    rows = np.array([[1, 2, 3, 4, 5, 6], [7, 7, 8, 0, 0, 0], [3, 1, 3, 2, 8, 0]], np.int32)
    mask = tf.constant(rows != 0)
    return model, rows, {"embed": lambda ids: tf.convert_to_tensor(embedding(ids)),
                         "rest": lambda begin: score(memory(begin, mask=mask))}


with Golden("slopes", __file__) as golden:
    for make in (picture, words):
        model, rows, made = make()
        write(golden, make.__name__, model, rows, made)
