# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Whole models: predictions, losses, gradients, and weights after three steps of each optimiser.

For each MODEL (M), with three batches that are ranges of rows (one of them smaller):
  M/batches [3, 2]                   first row, one past the last row
  M/x/INPUT  M/y/OUTPUT              all rows; class indices are whole numbers; no y: no target; nan:
                                     not known
  M/class_weight/OUTPUT [rows]       what class weights make of each row, where an output has them
  M/weight/OUTPUT [rows] or [rows, steps]  sample weights, where an output has them
  M/w/LAYER/WEIGHT                   before training
  M/predict/OUTPUT                   of the first batch, as are:
  M/loss/OUTPUT  M/penalty  M/total  total = sum of loss weight * loss, plus penalty
  M/metric/OUTPUT/METRIC             steps that a mask hides left out
  M/weighted/OUTPUT/METRIC           compiled as weighted_metrics, measured by evaluate()
  M/g/LAYER/WEIGHT                   gradients of the total
  M/OPTIMISER/totals [3]             total before each step
  M/OPTIMISER/w/LAYER/WEIGHT         after three steps
tests/engine/test-models.c draws the same models.
"""
import copy

from golden import Golden, keras, np, tf

K, O, L, M = keras.layers, keras.optimizers, keras.losses, keras.metrics
R, C = keras.regularizers, keras.constraints
rng = np.random.default_rng(3)

OPTIMIZERS = {
    "sgd": lambda: O.SGD(0.1),
    "sgd-momentum": lambda: O.SGD(0.05, momentum=0.9),
    "sgd-nesterov": lambda: O.SGD(0.05, momentum=0.9, nesterov=True),
    "adam": lambda: O.Adam(0.01),
    "adagrad": lambda: O.Adagrad(0.05),
    "adadelta": lambda: O.Adadelta(1.0),
}


def normal(*shape):
    return rng.normal(0, 1, shape).astype(np.float32)


def one_hot(index, k):
    return np.eye(k, dtype=np.float32)[index]


def name_of(weight):
    """“both/forward_lstm/lstm_cell/kernel” is “both/forward_kernel”."""
    parts = weight.path.split("/")
    way = [p.split("_")[0] for p in parts[1:-1] if p.startswith(("forward_", "backward_"))]
    return "/".join([parts[0], "_".join(way + parts[-1:])])


class Output:
    """What one output of a model compares with, and how much it counts. Without y its loss goes by
    the prediction alone."""

    def __init__(self, y, loss, weight=1.0, class_weights=None, sample_weight=None, metrics=None,
                 weighted=None):
        self.y, self.loss, self.weight = y, loss, weight
        self.given_weight, self.metrics = sample_weight, metrics or {}
        self.weighted = weighted or {}
        self.class_weight = None
        if class_weights is not None:
            index = y if loss.name.startswith("sparse") else y.argmax(axis=-1)
            self.class_weight = np.array(class_weights, np.float32)[index]
        self.sample_weight = self.class_weight if sample_weight is None else sample_weight
        if class_weights is not None and sample_weight is not None:  # as Keras' fit does
            self.sample_weight = self.class_weight * sample_weight


class Known:
    """A loss or metric of the numbers that are known: each by itself, the others with weight 0."""

    def __init__(self, kind):
        self.kind = kind

    @staticmethod
    def apart(y, p):
        y = np.asarray(y).reshape(-1, 1)
        return np.nan_to_num(y), tf.reshape(p, (-1, 1)), (~np.isnan(y[:, 0])).astype(np.float32)

    def __call__(self, y, p, sample_weight=None):
        y, p, known = self.apart(y, p)
        return self.kind(y, p, sample_weight=known)

    def update_state(self, y, p, sample_weight=None):
        self.kind.update_state(*self.apart(y, p))

    def result(self):
        return self.kind.result()


def weighted_metrics(model, x, outputs, n):
    """{output: {metric: number}} as Keras' evaluate() has them."""
    names = [layer.name for layer in model._operations if layer.name.endswith("_scores")]
    assert len(names) == len(outputs)
    model.compile(loss=[o.loss for o in outputs.values()],
                  weighted_metrics=[[make(name=m) for m, make in o.weighted.items()]
                                    for o in outputs.values()])
    got = model.evaluate(list(x.values()), [o.y for o in outputs.values()], batch_size=n, verbose=0,
                         sample_weight=[o.given_weight for o in outputs.values()],
                         return_dict=True)
    return {o: {m: got[f"{o}_scores_{m}"] for m in outputs[o].weighted} for o in outputs}


def check_total(model, outputs, predictions, n, total):
    """What Keras itself makes of the same losses and weights."""
    model.compile(loss=[o.loss for o in outputs], loss_weights=[o.weight for o in outputs])
    weights = None
    if any(o.sample_weight is not None for o in outputs):
        weights = [np.ones(n) if o.sample_weight is None else o.sample_weight[:n] for o in outputs]
    ours = model.compute_loss(None, [o.y[:n] for o in outputs], predictions, weights)
    assert abs(ours - total) <= 1e-6 * abs(total), (model.name, float(ours), float(total))


def write(g, name, model, x, outputs, batches, spread=0.5):
    """@outputs: {name of an output layer: Output}, in the order of the model's outputs"""
    start = [normal(*w.shape) * np.float32(spread) for w in model.weights]
    order = list(outputs)

    def run(rows):
        first, last = rows
        with tf.GradientTape() as tape:
            given = [x[i][first:last] for i in x]
            predictions = model(given if len(given) > 1 else given[0], training=True)
            predictions = predictions if isinstance(predictions, list) else [predictions]
            losses = {}
            for o, p in zip(order, predictions):
                weight = outputs[o].sample_weight
                weight = None if weight is None else weight[first:last]
                y = None if outputs[o].y is None else outputs[o].y[first:last]
                losses[o] = outputs[o].loss(y, p, sample_weight=weight)
            penalty = tf.add_n(model.losses) if model.losses else tf.constant(0.0)
            total = penalty
            for o in order:
                total += outputs[o].weight * losses[o]
        # TensorFlow hands over the gradient of an Embedding as one piece per occurrence of an id, and
        # Keras squares the pieces one by one. On its other backends it squares the sum, as we do.
        gradients = [tf.convert_to_tensor(g)
                     for g in tape.gradient(total, model.trainable_weights)]
        return predictions, losses, penalty, total, gradients

    g.tensor(f"{name}/batches", np.array(batches, np.int32))
    for i in x:
        g.tensor(f"{name}/x/{i}", x[i])
    for o in order:
        if outputs[o].y is not None:
            g.tensor(f"{name}/y/{o}", outputs[o].y)
        if outputs[o].class_weight is not None:
            g.tensor(f"{name}/class_weight/{o}", outputs[o].class_weight)
        if outputs[o].given_weight is not None:
            g.tensor(f"{name}/weight/{o}", outputs[o].given_weight)
    for weight, value in zip(model.weights, start):
        g.tensor(f"{name}/w/{name_of(weight)}", value)

    model.set_weights(start)
    predictions, losses, penalty, total, gradients = run(batches[0])
    if all(isinstance(outputs[o].loss, L.Loss) for o in order):
        check_total(model, [outputs[o] for o in order], predictions, batches[0][1], total)
    for o, p in zip(order, predictions):
        g.tensor(f"{name}/predict/{o}", p)
        g.tensor(f"{name}/loss/{o}", losses[o])
    g.tensor(f"{name}/penalty", penalty)
    g.tensor(f"{name}/total", total)
    for o, p in zip(order, predictions):
        for metric_name, metric in outputs[o].metrics.items():
            mask = keras.src.backend.get_keras_mask(p)
            metric.update_state(outputs[o].y[:p.shape[0]], p,
                                None if mask is None else tf.cast(mask, tf.float32))
            g.tensor(f"{name}/metric/{o}/{metric_name}", metric.result())
    if any(outputs[o].weighted for o in order):
        n = batches[0][1]
        cut = {o: copy.copy(outputs[o]) for o in order}
        for o in cut.values():
            o.y, o.given_weight = o.y[:n], o.given_weight[:n]
        for o, numbers in weighted_metrics(model, {i: x[i][:n] for i in x}, cut, n).items():
            for m, number in numbers.items():
                g.tensor(f"{name}/weighted/{o}/{m}", np.float32(number))
    for weight, gradient in zip(model.trainable_weights, gradients):
        g.tensor(f"{name}/g/{name_of(weight)}", gradient)

    for optimizer_name, make in OPTIMIZERS.items():
        model.set_weights(start)
        optimizer = make()
        totals = []
        for rows in batches:
            *_, total, gradients = run(rows)
            totals.append(float(total))
            optimizer.apply_gradients(zip(gradients, model.trainable_weights))
        g.tensor(f"{name}/{optimizer_name}/totals", np.array(totals, np.float32))
        for weight in model.weights:
            g.tensor(f"{name}/{optimizer_name}/w/{name_of(weight)}", weight.numpy())


def two_heads(g):
    """Softmax with categorical and sigmoid with binary cross-entropy, weights 1 and 0.2, penalties,
    class weights."""
    x = keras.Input((6,), name="x")
    h = K.Dense(7, "relu", name="one", kernel_regularizer=R.L2(0.01),
                activity_regularizer=R.L1(0.02))(x)
    h = K.Dense(5, "tanh", name="two", kernel_regularizer=R.L1(0.003),
                bias_regularizer=R.L2(0.1), activity_regularizer=R.L2(0.05))(h)
    digit = K.Dense(4, "softmax", name="digit_scores")(h)
    traits = K.Dense(3, "sigmoid", name="traits_scores")(h)
    write(g, "two-heads", keras.Model(x, [digit, traits]), {"x": normal(7, 6)}, {
        "digit": Output(one_hot(rng.integers(0, 4, 7), 4), L.CategoricalCrossentropy(),
                        class_weights=[1, 2, 0.5, 3]),
        "traits": Output(rng.integers(0, 2, (7, 3)).astype(np.float32), L.BinaryCrossentropy(),
                         weight=0.2),
    }, [(0, 5), (5, 7), (0, 5)])


def regression(g):
    """Squared and absolute error; batches of one."""
    x = keras.Input((3,), name="x")
    h = K.Dense(4, "elu", name="hidden")(x)
    write(g, "regression", keras.Model(x, [K.Dense(2, name="squared_values")(h),
                                           K.Dense(1, name="absolute_values")(h)]),
          {"x": normal(4, 3)}, {
              "squared": Output(normal(4, 2), L.MeanSquaredError()),
              "absolute": Output(normal(4, 1), L.MeanAbsoluteError(), weight=0.5),
          }, [(0, 1), (1, 4), (3, 4)])


def sequence(g):
    """Dense works step by step; the loss is the mean over batch, steps and labels."""
    x = keras.Input((4, 3), name="x")
    h = K.Dense(5, "silu", name="step")(x)
    write(g, "sequence", keras.Model(x, [K.Dense(2, "sigmoid", name="labels_scores")(h),
                                         K.Dense(3, "softmax", name="word_scores")(h)]),
          {"x": normal(5, 4, 3)}, {
              "labels": Output(rng.uniform(0, 1, (5, 4, 2)).astype(np.float32),
                               L.BinaryCrossentropy()),
              "word": Output(rng.integers(0, 3, (5, 4)).astype(np.int32),
                             L.SparseCategoricalCrossentropy(), weight=2.0),
          }, [(0, 3), (3, 5), (1, 4)])


def siamese(g):
    """One layer called twice, two inputs."""
    a, b = keras.Input((5,), name="a"), keras.Input((5,), name="b")
    shared = K.Dense(4, "tanh", name="shared", kernel_regularizer=R.L2(0.02))
    h = K.Concatenate(name="joined")([shared(a), shared(b)])
    write(g, "siamese", keras.Model([a, b], K.Dense(1, "sigmoid", name="same_score")(h)),
          {"a": normal(6, 5), "b": normal(6, 5)}, {
              "same": Output(rng.integers(0, 2, (6, 1)).astype(np.float32),
                             L.BinaryCrossentropy()),
          }, [(0, 4), (4, 6), (2, 6)])


def sliced(g):
    """Slices of one sigmoid layer, each with a loss of its own: from probabilities."""
    x = keras.Input((3,), name="x")
    p = K.Dense(4, "sigmoid", name="scores")(x)
    write(g, "sliced", keras.Model(x, [p[:, 0:1], p[:, 1:4]]), {"x": normal(5, 3)}, {
        "first": Output(rng.integers(0, 2, (5, 1)).astype(np.float32), L.BinaryCrossentropy()),
        "rest": Output(rng.uniform(0, 1, (5, 3)).astype(np.float32), L.BinaryCrossentropy(),
                       weight=0.7),
    }, [(0, 3), (3, 5), (0, 3)])


def saturated(g):
    """Scores of some hundred: TensorFlow goes by the logits, so no loss stops at 16.1."""
    x = keras.Input((4,), name="x")
    write(g, "saturated", keras.Model(x, [K.Dense(3, "softmax", name="class_scores")(x),
                                          K.Dense(2, "sigmoid", name="flags_scores")(x)]),
          {"x": normal(6, 4)}, {
              "class": Output(rng.integers(0, 3, 6).astype(np.int32),
                              L.SparseCategoricalCrossentropy()),
              "flags": Output(rng.integers(0, 2, (6, 2)).astype(np.float32),
                              L.BinaryCrossentropy()),
          }, [(0, 4), (4, 6), (0, 4)], spread=60)


def middle(g):
    """Layers in the middle as outputs without a target."""
    def each(function):
        return lambda y, p, sample_weight: tf.reduce_mean(function(p))

    x = keras.Input((4,), name="x")
    one = K.Dense(5, "relu", name="one")(x)
    two = K.Dense(4, "tanh", name="two")(one)
    write(g, "middle", keras.Model(x, [K.Dense(3, "softmax", name="class_scores")(two), one, two,
                                       two, one]), {"x": normal(6, 4)}, {
        "class": Output(rng.integers(0, 3, 6).astype(np.int32),
                        L.SparseCategoricalCrossentropy()),
        "squares": Output(None, each(lambda p: tf.reduce_sum(p * p, axis=-1)), weight=0.1),
        "distances": Output(None, each(lambda p: tf.reduce_sum(abs(p), axis=-1)), weight=0.05),
        "mean": Output(None, each(lambda p: tf.reduce_mean(p, axis=-1)), weight=0.3),
        "sum": Output(None, each(lambda p: tf.reduce_sum(p, axis=-1)), weight=0.02),
    }, [(0, 4), (4, 6), (0, 4)])


def held(g):
    """Weights held to constraints after every step, and drawn to right angles."""
    x = keras.Input((6,), name="x")
    h = K.Dense(5, "tanh", name="one", kernel_constraint=C.MaxNorm(1.2),
                kernel_regularizer=R.OrthogonalRegularizer(0.3), bias_constraint=C.NonNeg())(x)
    h = K.Dense(4, "tanh", name="two", kernel_constraint=C.MinMaxNorm(0.5, 1.0, 0.3, axis=1),
                kernel_regularizer=R.OrthogonalRegularizer(0.2, "columns"),
                bias_constraint=C.UnitNorm())(h)
    y = K.Dense(3, name="values_scores", kernel_constraint=C.UnitNorm(),
                kernel_regularizer=R.L1L2(0.01, 0.02))(h)
    write(g, "held", keras.Model(x, y), {"x": normal(7, 6)},
          {"values": Output(normal(7, 3), L.MeanSquaredError())}, [(0, 5), (5, 7), (0, 5)])


def weighted(g):
    """One weight per sample, with class weights, and 0 among them."""
    x = keras.Input((5,), name="x")
    h = K.Dense(6, "tanh", name="hidden")(x)
    some = np.array([0.5, 0, 3, 1, 2.25, 0.1, 1], np.float32)
    write(g, "weighted", keras.Model(x, [K.Dense(3, "softmax", name="class_scores")(h),
                                         K.Dense(2, name="values_scores")(h)]),
          {"x": normal(7, 5)}, {
              "class": Output(rng.integers(0, 3, 7).astype(np.int32),
                              L.SparseCategoricalCrossentropy(), class_weights=[1, 0.25, 4],
                              sample_weight=some,
                              weighted={"accuracy": M.SparseCategoricalAccuracy}),
              "values": Output(normal(7, 2), L.Huber(), weight=0.3, sample_weight=some[::-1],
                               weighted={"mae": M.MeanAbsoluteError, "mse": M.MeanSquaredError,
                                         "cosine_similarity": M.CosineSimilarity}),
          }, [(0, 5), (5, 7), (1, 5)])


def tagger(g):
    """A label for every word: an Embedding masks padding, through both directions of an LSTM into the
    losses; one weight per step, per sample, and class weights."""
    x = keras.Input((6,), name="words", dtype="int32")
    h = K.Embedding(9, 4, mask_zero=True, name="embedded")(x)
    h = K.Bidirectional(K.LSTM(3, return_sequences=True), name="both")(h)
    words = rng.integers(1, 9, (7, 6)).astype(np.int32)
    for row, length in enumerate([6, 4, 1, 6, 2, 5, 3]):
        words[row, length:] = 0
    steps = rng.uniform(0, 2, (7, 6)).astype(np.float32)
    steps[3] = 0
    write(g, "tagger", keras.Model(x, [K.Dense(3, "softmax", name="tag_scores")(h),
                                       K.Dense(3, "softmax", name="part_scores")(h),
                                       K.Dense(2, "sigmoid", name="marks_scores")(h)]),
          {"words": words}, {
              "tag": Output(one_hot(rng.integers(0, 3, (7, 6)), 3), L.CategoricalCrossentropy(),
                            sample_weight=steps,
                            metrics={"accuracy": keras.metrics.CategoricalAccuracy()}),
              "part": Output(rng.integers(0, 3, (7, 6)).astype(np.int32),
                             L.SparseCategoricalCrossentropy(), weight=0.5,
                             class_weights=[1, 3, 0.5], sample_weight=steps[::-1],
                             metrics={"accuracy": keras.metrics.SparseCategoricalAccuracy()}),
              "marks": Output(rng.integers(0, 2, (7, 6, 2)).astype(np.float32),
                              L.BinaryCrossentropy(), weight=2.0,
                              sample_weight=np.array([[1], [0], [2], [0.5], [3], [1], [0.7]],
                                                     np.float32),  # [7] does not go with a mask
                              metrics={"mae": keras.metrics.MeanAbsoluteError()}),
          }, [(0, 5), (5, 7), (2, 6)])


def partly_known(g):
    """Classes that are not known, under a mask, with weights: Keras' ignore_class. In the reference −1
    is what our data have for them."""
    x = keras.Input((5, 3), name="x")
    h = K.Masking(9.0, name="masked")(x)
    steps = normal(6, 5, 3)
    for row, length in enumerate([5, 3, 5, 4, 5, 2]):
        steps[row, length:] = 9
    words = rng.integers(-1, 3, (6, 5)).astype(np.int32)
    h = K.Dense(4, "tanh", name="hidden")(h)
    write(g, "partly-known", keras.Model(x, K.Dense(3, "softmax", name="word_scores")(h)),
          {"x": steps}, {
              "word": Output(words, L.SparseCategoricalCrossentropy(ignore_class=-1),
                             sample_weight=rng.uniform(0, 2, (6, 5)).astype(np.float32)),
          }, [(0, 4), (4, 6), (1, 5)])


def partly_labelled(g):
    """Numbers and labels of which each may be unknown by itself: Keras' losses of single numbers, those
    that are not known with weight 0, divided by the weights."""
    def some(y):
        y[rng.uniform(0, 1, y.shape) < 0.4] = np.nan
        y[0], y[1, :1] = 1, np.nan
        return y

    def known(loss, **options):
        return Known(loss(reduction="mean_with_sample_weight", **options))

    x = keras.Input((5,), name="x")
    h = K.Dense(6, "tanh", name="hidden")(x)
    write(g, "partly-labelled", keras.Model(x, [K.Dense(4, "sigmoid", name="traits_scores")(h),
                                                K.Dense(1, "sigmoid", name="one_scores")(h),
                                                K.Dense(2, name="values_scores")(h)]),
          {"x": normal(9, 5)}, {
              "traits": Output(some(rng.integers(0, 2, (9, 4)).astype(np.float32)),
                               known(L.BinaryCrossentropy),
                               metrics={"accuracy": Known(M.BinaryAccuracy()),
                                        "precision": Known(M.Precision()),
                                        "auc": Known(M.AUC()),
                                        "mae": Known(M.MeanAbsoluteError())}),
              "one": Output(some(rng.integers(0, 2, (9, 1)).astype(np.float32)),
                            known(L.BinaryCrossentropy), weight=0.5),
              "values": Output(some(normal(9, 2)), known(L.Huber), weight=2.0,
                               metrics={"mse": Known(M.MeanSquaredError())}),
          }, [(0, 5), (5, 9), (2, 6)])


with Golden("models", __file__) as golden:
    for model in (two_heads, regression, sequence, siamese, sliced, saturated, middle, held,
                  weighted, tagger, partly_known, partly_labelled):
        model(golden)
