# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Metrics of Keras over whole sets of predictions.

Each case is KEY/SIZE with p [rows, cols], y [rows, cols] or index [rows], for some a weight [rows];
then a single number per metric:
  sigmoid:  binary_accuracy  auc (all labels together)  auc_labels (mean of each label's)
            precision  recall
  softmax:  categorical_accuracy  auc  top_k (five)
  values:   mean_absolute_error  mean_squared_error  root_mean_squared_error
"""
from golden import Golden, keras, np

M = keras.metrics
rng = np.random.default_rng(4)


def result(metric, y, p, weight):
    metric.update_state(y, p, sample_weight=weight)
    return np.float32(metric.result())


def case(g, name, p, y, metrics, weight=None):
    g.tensor(name + "/p", p)
    g.tensor(name + ("/index" if y.dtype == np.int32 else "/y"), y)
    if weight is not None:
        g.tensor(name + "/weight", weight)
    for key, metric in metrics.items():
        g.tensor(f"{name}/{key}", result(metric, y, p, weight))


with Golden("metrics", __file__) as golden:
    for rows, cols in ((1, 1), (40, 1), (60, 5)):
        size = f"{rows}x{cols}"
        truth = rng.uniform(0, 1, (rows, cols))
        y = (rng.uniform(0, 1, (rows, cols)) < truth).astype(np.float32)
        # Coarse, so that there are ties and values that are exactly a half.
        p = (np.round(np.clip(truth + rng.normal(0, 0.2, truth.shape), 0, 1) * 20) / 20)
        p = p.astype(np.float32)
        weight = rng.integers(0, 2, rows).astype(np.float32)
        for suffix, w in (("", None), ("-weighted", weight)):
            case(golden, f"sigmoid{suffix}/{size}", p, y,
                 {"binary_accuracy": M.BinaryAccuracy(), "auc": M.AUC(),
                  "precision": M.Precision(), "recall": M.Recall()}
                 | ({"auc_labels": M.AUC(multi_label=True, num_labels=cols)} if w is None else {}),
                 w)
            case(golden, f"values{suffix}/{size}", (p * 10 - 5), y,
                 {"mean_absolute_error": M.MeanAbsoluteError(),
                  "mean_squared_error": M.MeanSquaredError(),
                  "root_mean_squared_error": M.RootMeanSquaredError()}, w)
            if cols == 1:
                continue
            index = rng.integers(0, cols, rows).astype(np.int32)
            scores = rng.normal(0, 1, (rows, cols)) + 1.5 * np.eye(cols)[index]
            q = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
            q = (np.round(q * 8) / 8).astype(np.float32)  # ties: the first largest counts
            hot = np.eye(cols, dtype=np.float32)[index]
            case(golden, f"softmax{suffix}/{size}", q, hot,
                 {"categorical_accuracy": M.CategoricalAccuracy(), "auc": M.AUC()}, w)
            case(golden, f"softmax-index{suffix}/{size}", q, index,
                 {"categorical_accuracy": M.SparseCategoricalAccuracy()}, w)

    index = rng.integers(0, 8, 50).astype(np.int32)
    scores = rng.normal(0, 1, (50, 8)) + np.eye(8)[index]
    q = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    case(golden, "softmax/50x8", q.astype(np.float32), np.eye(8, dtype=np.float32)[index],
         {"categorical_accuracy": M.CategoricalAccuracy(), "top_k": M.TopKCategoricalAccuracy()})
