# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Metrics with their parameters, averages and labels: Keras' where Keras has them, else
scikit-learn's (sk_…, 17 digits).

Each case is HEAD/NAME with p [rows, cols], y [rows, cols] or index [rows], for some a weight [rows] of
0 and 1 (masked rows) or of any size (weighted metrics); then for each metric a number, or a vector of
one per average or label.
"""
import numpy as np
from sklearn import metrics as S

from golden import Golden, keras

M = keras.metrics
rng = np.random.default_rng(11)


def keras_result(metric, y, p, weight):
    metric.update_state(y, p, sample_weight=weight)
    return np.asarray(metric.result(), dtype=np.float32)


def case(g, name, p, y, weight, keras_metrics, sklearn_metrics):
    g.tensor(name + "/p", p)
    g.tensor(name + ("/index" if y.dtype == np.int32 else "/y"), y)
    keep = np.ones(len(p), bool)
    if weight is not None:
        g.tensor(name + "/weight", weight)
        keep = weight > 0
    for key, metric in keras_metrics.items():
        g.tensor(f"{name}/{key}", keras_result(metric, y, p, weight))
    for key, value in sklearn_metrics(p[keep].astype(np.float64), y[keep].astype(np.float64)):
        g.tensor(f"{name}/sk_{key}", np.asarray(value, np.float64), digits=17)


def scores(kind, y, said, **more):
    """micro, macro, weighted, then each label."""
    each = [kind(y, said, average=a, zero_division=0, **more) for a in ("micro", "macro", "weighted")]
    return np.concatenate([each, kind(y, said, average=None, zero_division=0, **more)])


def of_labels(p, y):
    y = y.astype(int)
    said = (p > 0.5).astype(int)
    yield "hamming_loss", S.hamming_loss(y, said)
    yield "exact_match", S.accuracy_score(y, said)
    yield "log_loss_labels", [
        S.log_loss(y[:, c], np.clip(p[:, c], 1e-12, 1 - 1e-12), labels=[0, 1])
        for c in range(y.shape[1])]
    yield "brier_labels", [S.brier_score_loss(y[:, c], p[:, c]) for c in range(y.shape[1])]
    yield "accuracy_labels", (y == said).mean(axis=0)
    for t in (0.5, 0.3):
        above = (p > np.float32(t)).astype(int)  # as the engine and Keras compare
        yield f"precision_{t}", scores(S.precision_score, y, above)
        yield f"recall_{t}", scores(S.recall_score, y, above)
        for beta in (1, 2, 0.5):
            yield f"fbeta_{beta}_{t}", scores(S.fbeta_score, y, above, beta=beta)
    each = S.multilabel_confusion_matrix(y, said)
    yield "tn", each[:, 0, 0]
    yield "fp", each[:, 0, 1]
    yield "fn", each[:, 1, 0]
    yield "tp", each[:, 1, 1]
    yield "roc_auc", np.concatenate([[S.roc_auc_score(y, p, average=a) for a in ("macro", "weighted")],
                                     S.roc_auc_score(y, p, average=None)])
    yield "average_precision", np.concatenate(
        [[S.average_precision_score(y, p, average=a) for a in ("macro", "weighted")],
         S.average_precision_score(y, p, average=None)])


def of_one_label(p, y):
    y, p = y[:, 0].astype(int), p[:, 0]
    said = (p > 0.5).astype(int)
    yield "hamming_loss", S.hamming_loss(y, said)
    yield "precision", S.precision_score(y, said)
    yield "recall", S.recall_score(y, said)
    yield "fbeta_2", S.fbeta_score(y, said, beta=2)
    yield "roc_auc", S.roc_auc_score(y, p)
    yield "average_precision", S.average_precision_score(y, p)
    yield "confusion", S.confusion_matrix(y, said).ravel()


def of_classes(p, y):
    true = (y if y.ndim == 1 else y.argmax(axis=1)).astype(int)
    k = p.shape[1]
    top = p.argmax(axis=1)
    hot = np.eye(k)[true]
    yield "confusion", S.confusion_matrix(true, top, labels=range(k)).ravel()
    yield "hamming_loss", S.hamming_loss(true, top)
    yield "top_1", S.top_k_accuracy_score(true, p, k=1, labels=range(k))
    yield "top_3", S.top_k_accuracy_score(true, p, k=3, labels=range(k))
    yield "precision_top", scores(S.precision_score, true, top)
    yield "recall_top", scores(S.recall_score, true, top)
    for beta in (1, 2):
        yield f"fbeta_{beta}_top", scores(S.fbeta_score, true, top, beta=beta)
    yield "roc_auc", [S.roc_auc_score(hot, p, average=a) for a in ("macro", "weighted")]
    yield "average_precision", [S.average_precision_score(hot, p, average=a)
                                for a in ("macro", "weighted")]


def of_values(p, y):
    yield "r2", S.r2_score(y, p)
    yield "r2_variance", S.r2_score(y, p, multioutput="variance_weighted")
    yield "r2_columns", S.r2_score(y, p, multioutput="raw_values")
    yield "rmse_columns", S.root_mean_squared_error(y, p, multioutput="raw_values")
    yield "mse_columns", S.mean_squared_error(y, p, multioutput="raw_values")
    yield "mae_columns", S.mean_absolute_error(y, p, multioutput="raw_values")


def areas(cols):
    made = {}
    for curve in ("ROC", "PR"):
        for how in ("interpolation", "minoring", "majoring"):
            made[f"auc_{curve}_{how}"] = M.AUC(curve=curve, summation_method=how)
        made[f"auc_{curve}_50"] = M.AUC(curve=curve, num_thresholds=50)
        if cols > 1:
            made[f"auc_{curve}_macro"] = M.AUC(curve=curve, multi_label=True, num_labels=cols)
    return made


def of_thresholds():
    made = {"binary_accuracy": M.BinaryAccuracy(), "binary_accuracy_0.3": M.BinaryAccuracy(threshold=0.3)}
    for t in (0.5, 0.3):
        made |= {f"precision_{t}": M.Precision(thresholds=t), f"recall_{t}": M.Recall(thresholds=t),
                 f"tp_{t}": M.TruePositives(thresholds=t), f"fp_{t}": M.FalsePositives(thresholds=t),
                 f"tn_{t}": M.TrueNegatives(thresholds=t), f"fn_{t}": M.FalseNegatives(thresholds=t)}
    made["precisions"] = M.Precision(thresholds=[0.2, 0.5, 0.8])
    made["recalls"] = M.Recall(thresholds=[0.2, 0.5, 0.8])
    return made


def nothing(p, y):
    return []


def f_scores():
    made = {}
    for average in ("micro", "macro", "weighted", None):
        made[f"fbeta_{average}"] = M.FBetaScore(average=average, beta=2.0, threshold=0.5)
        made[f"f1_top_{average}"] = M.F1Score(average=average)
    return made


def distribution(scores_of):
    e = np.exp(scores_of)
    return (e / e.sum(axis=-1, keepdims=True)).astype(np.float32)


with Golden("metric_options", __file__) as golden:
    for rows, cols in ((90, 6), (70, 1)):
        truth = rng.uniform(0, 1, (rows, cols))
        y = (rng.uniform(0, 1, (rows, cols)) < truth).astype(np.float32)
        # Coarse, so that there are ties, values on thresholds, and a half; odd columns are rarely so.
        p = np.round(np.clip(truth + rng.normal(0, 0.2, truth.shape), 0, 1) * 20) / 20
        y[:, 1::2] *= rng.uniform(0, 1, y[:, 1::2].shape) < 0.4
        p = p.astype(np.float32)
        weight = (rng.uniform(0, 1, rows) < 0.7).astype(np.float32)
        for suffix, w in (("", None), ("-masked", weight)):
            f = {} if cols == 1 else {k: v for k, v in f_scores().items() if k.startswith("fbeta")}
            case(golden, f"sigmoid/{cols}{suffix}", p, y, w, areas(cols) | of_thresholds() | f,
                 of_labels if cols > 1 else of_one_label)
            case(golden, f"values/{cols}{suffix}", p * 8 - 3, np.round(y * 4 + p * 2), w,
                 {"mae": M.MeanAbsoluteError(), "mse": M.MeanSquaredError(),
                  "rmse": M.RootMeanSquaredError(), "r2": M.R2Score(),
                  "r2_variance": M.R2Score(class_aggregation="variance_weighted_average"),
                  "cosine": M.CosineSimilarity(), "equality": M.Accuracy()}
                 | ({"r2_columns": M.R2Score(class_aggregation=None)} if cols > 1 else {}),
                 of_values)

    rows, cols = 120, 7
    index = rng.integers(0, cols, rows).astype(np.int32)
    p = distribution(rng.normal(0, 1, (rows, cols)) + 1.2 * np.eye(cols)[index])
    weight = (rng.uniform(0, 1, rows) < 0.7).astype(np.float32)
    hot = np.eye(cols, dtype=np.float32)[index]
    for suffix, w in (("", None), ("-masked", weight)):
        case(golden, f"softmax/onehot{suffix}", p, hot, w,
             areas(cols) | of_thresholds() | f_scores()
             | {"categorical_accuracy": M.CategoricalAccuracy(),
                "top_2": M.TopKCategoricalAccuracy(k=2), "cosine": M.CosineSimilarity(),
                "mae": M.MeanAbsoluteError(), "mse": M.MeanSquaredError()}, of_classes)
        case(golden, f"softmax/index{suffix}", p, index, w,
             {"sparse_categorical_accuracy": M.SparseCategoricalAccuracy(),
              "sparse_top_2": M.SparseTopKCategoricalAccuracy(k=2)}, of_classes)

    # Weighted: the cases above with samples that count more or less, by Keras alone.
    rng = np.random.default_rng(12)
    for cols in (6, 1):
        rows = 80
        truth = rng.uniform(0, 1, (rows, cols))
        y = (rng.uniform(0, 1, (rows, cols)) < truth).astype(np.float32)
        p = np.round(np.clip(truth + rng.normal(0, 0.2, truth.shape), 0, 1) * 20) / 20
        p = p.astype(np.float32)
        weight = rng.choice(np.array([0, 0.25, 1, 3.5], np.float32), rows)
        f = {} if cols == 1 else {k: v for k, v in f_scores().items() if k.startswith("fbeta")}
        case(golden, f"sigmoid/{cols}-weighted", p, y, weight, areas(cols) | of_thresholds() | f, nothing)
        case(golden, f"values/{cols}-weighted", p * 8 - 3, np.round(y * 4 + p * 2), weight,
             {"mae": M.MeanAbsoluteError(), "mse": M.MeanSquaredError(),
              "rmse": M.RootMeanSquaredError(), "r2": M.R2Score(),
              "cosine": M.CosineSimilarity(), "equality": M.Accuracy()}, nothing)
    index = rng.integers(0, 7, 80).astype(np.int32)
    p = distribution(rng.normal(0, 1, (80, 7)) + 1.2 * np.eye(7)[index])
    case(golden, "softmax/index-weighted", p, index, weight,
         {"sparse_categorical_accuracy": M.SparseCategoricalAccuracy(),
          "sparse_top_2": M.SparseTopKCategoricalAccuracy(k=2)}, nothing)
