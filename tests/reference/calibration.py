# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Writes golden/calibration.txt: scores of made-up predictions by scikit-learn, and by formulas
written out with numpy and exact fractions where scikit-learn has none. Needs no Keras."""
import io
import os
import zipfile
from fractions import Fraction

import numpy as np
import sklearn
from scipy.optimize import brentq, minimize
from scipy.special import expit, logit, softmax
from scipy.stats import norm
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression

HERE = os.path.dirname(os.path.abspath(__file__))
PATH = os.path.join(HERE, "golden", "calibration.txt")
lines = [f"# Made by calibration.py with scikit-learn {sklearn.__version__}"]


def tensor(name, values):
    """17 digits: these are compared in double."""
    values = np.asarray(values, dtype=np.float64)
    lines.append(" ".join(["tensor", name, *map(str, values.shape)]))
    words = ["%.17g" % v for v in values.reshape(-1)]
    lines.extend(" ".join(words[i : i + 6]) for i in range(0, len(words), 6))


def npz(name, **arrays):
    """As numpy.savez, but without the time of day, so that a second run changes nothing."""
    with zipfile.ZipFile(os.path.join(HERE, "..", "engine", "data", name), "w") as file:
        for key, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            file.writestr(zipfile.ZipInfo(key + ".npy"), buffer.getvalue())


def bin_of(p, bins):
    """(lo, hi] in exact arithmetic: p is read as the decimal that a person wrote."""
    scaled = Fraction(repr(float(p))) * bins
    return min(max(-(-scaled.numerator // scaled.denominator) - 1, 0), bins - 1)


def binned(p, y, bins):
    """count, mean p, mean y of each bin; NaN where empty."""
    index = np.array([bin_of(v, bins) for v in p])
    count = np.array([(index == b).sum() for b in range(bins)])
    with np.errstate(invalid="ignore"):
        c = np.array([p[index == b].sum() for b in range(bins)]) / count
        a = np.array([y[index == b].sum() for b in range(bins)]) / count
    return index, count, c, a


def wilson(a, n, z):
    middle = (a + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(a * (1 - a) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def smooth_ece(p, y):
    """The fixed point by brute force: every reflected Gaussian on 4001 points, trapezoids."""
    t = np.linspace(0, 1, 4001)

    def error(sigma):
        r = np.zeros_like(t)
        for turn in range(-4, 5):
            for sign in (1, -1):
                where = (t[:, None] - sign * p[None, :] - 2 * turn) / sigma
                r += norm.pdf(where) @ (p - y) / sigma
        return np.trapezoid(np.abs(r), t) / len(p)

    sigma = brentq(lambda s: error(s) - s, 1e-3, 1)
    return sigma


def bin_scores(name, p, y, bins):
    index, count, c, a = binned(p, y, bins)
    full = count > 0
    w, gap = count / len(p), c - a
    tensor(f"{name}/count", count)
    tensor(f"{name}/predicted", c)
    tensor(f"{name}/observed", a)
    low, high = wilson(a[full], count[full], norm.ppf(0.975))
    tensor(f"{name}/observed_low", low)
    tensor(f"{name}/observed_high", high)
    tensor(f"{name}/ece", (w * np.abs(gap))[full].sum())
    tensor(f"{name}/mce", np.abs(gap[full]).max())
    tensor(f"{name}/rmsce", np.sqrt((w * gap**2)[full].sum()))
    tensor(f"{name}/overconfidence", (w * c * np.maximum(gap, 0))[full].sum())
    many = count > 1
    debiased = (w * (gap**2 - a * (1 - a) / np.maximum(count - 1, 1)))[many].sum()
    tensor(f"{name}/debiased_l2", np.sqrt(max(debiased, 0)))
    low, high = wilson(a[full], count[full], norm.ppf(0.9975))
    outside = np.maximum(np.maximum(low - c[full], c[full] - high), 0)
    tensor(f"{name}/ece_floor", (w[full] * outside).sum())
    parts = [
        (w * gap**2)[full].sum(),
        (w * (a - y.mean()) ** 2)[full].sum(),
        y.var(),
        ((p - c[index]) ** 2).mean(),
        2 * ((p - c[index]) * (y - a[index])).mean(),
    ]
    assert abs(parts[0] - parts[1] + parts[2] + parts[3] - parts[4] - ((p - y) ** 2).mean()) < 1e-12
    tensor(f"{name}/brier_parts", parts)


def cost_of(y, yes, miss):
    """A row's cost when a false alarm costs 1."""
    (_, fp), (fn, _) = metrics.confusion_matrix(y, yes, labels=[0, 1])
    return (fp + miss * fn) / len(y)


def binary(name, p, y):
    name = f"binary/{name}"
    tensor(f"{name}/p", p)
    tensor(f"{name}/y", y)
    for bins in (5, 10, 15, 20):
        bin_scores(f"{name}/{bins}", p, y, bins)
    observed, predicted = calibration_curve(y, p, n_bins=10)
    tensor(f"{name}/sklearn_observed", observed)
    tensor(f"{name}/sklearn_predicted", predicted)
    tensor(f"{name}/auc", metrics.roc_auc_score(y, p))
    tensor(f"{name}/average_precision", metrics.average_precision_score(y, p))
    tensor(f"{name}/brier", metrics.brier_score_loss(y, p))
    clipped = np.clip(p, 1e-12, 1 - 1e-12)
    tensor(f"{name}/log_loss", metrics.log_loss(y, clipped))
    order = np.argsort(p, kind="stable")
    last = np.append(p[order][1:] != p[order][:-1], True)
    tensor(f"{name}/ks", np.abs(np.cumsum((p - y)[order])[last]).max() / len(p))
    tensor(f"{name}/smooth_ece", smooth_ece(p, y))
    fitted = IsotonicRegression().fit_transform(p, y)
    tensor(f"{name}/isotonic", fitted)
    score, pav, base = ((q - y) @ (q - y) / len(y) for q in (p, fitted, np.full(len(y), y.mean())))
    tensor(f"{name}/corp", [score - pav, base - pav, base])
    fpr, tpr, thresholds = metrics.roc_curve(y, p, drop_intermediate=False)
    tensor(f"{name}/roc", np.stack([fpr, tpr], axis=1))
    precision, recall, thresholds = metrics.precision_recall_curve(y, p)
    tensor(f"{name}/pr", np.stack([recall, precision], axis=1)[:-1][::-1])
    f1 = [metrics.f1_score(y, p >= t) for t in thresholds]
    tensor(f"{name}/best_f1", max(f1))
    tensor(f"{name}/brier_skill", metrics.d2_brier_score(y, p))
    for miss in (0.2, 1, 5):
        costs = [cost_of(y, p >= t, miss) for t in thresholds if t > 0]
        tensor(f"{name}/least_cost/{miss}", min(costs + [cost_of(y, p > 2, miss)]))
    for t in (0.25, 0.5):
        (tn, fp), (fn, tp) = metrics.confusion_matrix(y, p > t, labels=[0, 1])
        tensor(f"{name}/confusion/{t}", [tp, fp, fn, tn])


def platt(z, y):
    """σ(a·z + b) with Platt's smoothed targets."""
    n1, n0 = y.sum(), (1 - y).sum()
    target = np.where(y == 1, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))

    def loss(v):
        return np.mean(np.logaddexp(0, v[0] * z + v[1]) - target * (v[0] * z + v[1]))

    return minimize(loss, [1, 0], method="BFGS", options={"gtol": 1e-10}).x


def beta(p, y):
    """σ(a·ln p − b·ln(1 − p) + c), as maximum likelihood has it (Kull et al. 2017)."""
    x = np.stack([np.log(p), -np.log1p(-p), np.ones_like(p)], axis=1)

    def loss(v):
        return np.mean(np.logaddexp(0, x @ v) - y * (x @ v))

    return minimize(loss, [1, 1, 0], method="BFGS", options={"gtol": 1e-10}).x


def vector(z, classes):
    """softmax(a∘z + b); b is only known up to a constant, so it is shifted to mean 0."""
    k = z.shape[1]

    def loss(v):
        q = softmax(z * v[:k] + v[k:], axis=1)
        return -np.mean(np.log(q[np.arange(len(z)), classes])) + 1e-12 * v @ v

    v = minimize(loss, np.append(np.ones(k), np.zeros(k)), method="BFGS", options={"gtol": 1e-9}).x
    return np.concatenate([v[:k], v[k:] - v[k:].mean()])


def temperature(z, classes):
    def loss(log_t):
        q = softmax(z / np.exp(log_t), axis=1)
        return -np.mean(np.log(np.clip(q[np.arange(len(z)), classes], 1e-300, None)))

    grid = np.linspace(np.log(0.02), np.log(50), 400)
    at = grid[np.argmin([loss(v) for v in grid])]
    h = 1e-6
    return np.exp(brentq(lambda v: loss(v + h) - loss(v - h), at - 0.1, at + 0.1, xtol=1e-12))


def multiclass(name, z, classes):
    name, k = f"multiclass/{name}", z.shape[1]
    p = softmax(z, axis=1)
    y = np.eye(k)[classes]
    tensor(f"{name}/logits", z)
    tensor(f"{name}/p", p)
    tensor(f"{name}/classes", classes)
    top = p.argmax(axis=1)
    bin_scores(f"{name}/confidence", p.max(axis=1), (top == classes).astype(float), 15)
    tensor(f"{name}/accuracy", metrics.accuracy_score(classes, top))
    tensor(f"{name}/log_loss", metrics.log_loss(classes, p, labels=range(k)))
    tensor(f"{name}/brier", ((p - y) ** 2).sum(axis=1).mean())
    per_class = []
    for j in range(k):
        _, count, c, a = binned(p[:, j], y[:, j], 15)
        per_class.append(np.nansum(count / len(p) * np.abs(c - a)))
    tensor(f"{name}/classwise_ece", np.mean(per_class))
    tensor(f"{name}/temperature", temperature(z, classes))
    tensor(f"{name}/vector", vector(z, classes))


rng = np.random.default_rng(20240611)

p = np.round(rng.beta(0.7, 0.9, 400), 2)
binary("hundredths", p, (rng.random(400) < expit(0.6 * logit(np.clip(p, 0.01, 0.99)))).astype(float))
p = rng.random(300)
binary("smooth", p, (rng.random(300) < p).astype(float))
y = (rng.random(300) < p**2).astype(float)
observed, predicted = calibration_curve(y, p, n_bins=10, strategy="quantile")
tensor("mass/p", p)
tensor("mass/y", y)
tensor("mass/observed", observed)
tensor("mass/predicted", predicted)
p = np.round(rng.beta(0.5, 12, 250), 3)
y = np.zeros(250)
y[[3, 77, 200]] = 1
binary("three-positives", p, y)
p = np.round(rng.random(120) * 1.4 - 0.2, 2).clip(0, 1)
binary("exact-zeros-and-ones", p, (rng.random(120) < p).astype(float))

z = 2.5 * rng.normal(size=(350, 5))
classes = np.array([rng.choice(5, p=softmax(0.6 * row)) for row in z])
multiclass("overconfident", z, classes)
z = 0.4 * rng.normal(size=(350, 3))
classes = np.array([rng.choice(3, p=softmax(3 * row)) for row in z])
multiclass("underconfident", z, classes)

z = rng.normal(size=300) * 3
y = (rng.random(300) < expit(0.5 * z - 1)).astype(float)
tensor("platt/logits", z)
tensor("platt/y", y)
tensor("platt/fit", platt(z, y))

p = rng.beta(0.8, 1.2, 400)
y = (rng.random(400) < p**1.5).astype(float)
tensor("beta/p", p)
tensor("beta/y", y)
tensor("beta/fit", beta(p, y))

# Files. The probabilities are float32 and sit on the edges of bins.
hundredths = np.round(rng.integers(0, 21, (40, 3)) * 0.05, 2)
y = (rng.random((40, 3)) < hundredths).astype(np.uint8)
npz("questions.npz", probs=hundredths.astype(np.float32), labels=y)
for j in range(3):
    _, count, c, a = binned(hundredths[:, j], y[:, j].astype(float), 10)
    tensor(f"questions/{j}/ece", np.nansum(count / 40 * np.abs(c - a)))
z = (2 * rng.normal(size=(6, 5, 3))).astype(np.float32)
classes = rng.integers(0, 3, (6, 5))
mask = np.arange(5)[None, :] < rng.integers(1, 6, 6)[:, None]
npz("steps.npz", logits=z, labels=np.where(mask, classes, -1), mask=mask)
q = softmax(z[mask].astype(np.float64), axis=1)
top = q.argmax(axis=1)
_, count, c, a = binned(q.max(axis=1), (top == classes[mask]).astype(float), 15)
tensor("steps/rows", mask.sum())
tensor("steps/accuracy", (top == classes[mask]).mean())
tensor("steps/ece", np.nansum(count / mask.sum() * np.abs(c - a)))

with open(PATH, "w", encoding="ascii") as file:
    file.write("\n".join(lines) + "\n")
