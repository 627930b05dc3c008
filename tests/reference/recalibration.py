# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Writes golden/recalibration.txt: what netcal, scikit-learn and scipy make of predictions by each
method, fitted to one half and applied to the other. Needs no Keras."""
import os

import netcal
import numpy as np
import sklearn
from netcal.binning import HistogramBinning
from netcal.scaling import BetaCalibration, LogisticCalibration, TemperatureScaling
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

HERE = os.path.dirname(os.path.abspath(__file__))
PATH = os.path.join(HERE, "golden", "recalibration.txt")
lines = [f"# Made by recalibration.py with netcal {netcal.__version__}, scikit-learn {sklearn.__version__}"]


def tensor(name, values):
    values = np.asarray(values, dtype=np.float64)
    lines.append(" ".join(["tensor", name, *map(str, values.shape)]))
    words = ["%.14g" % v for v in values.reshape(-1)]
    lines.extend(" ".join(words[i : i + 6]) for i in range(0, len(words), 6))


def isotonic(p, y, new):
    return IsotonicRegression(out_of_bounds="clip").fit(p, y).predict(new)


def venn_abers(p, y, new):
    """By the definition: two regressions for every new row."""

    def answer(v, label):
        q = IsotonicRegression().fit(np.append(p, v), np.append(y, label))
        return q.predict([v])[0]

    return np.array([(one := answer(v, 1)) / (1 - answer(v, 0) + one) for v in new])


def platt(p, y, new):
    z = np.log(p) - np.log1p(-p)
    model = _SigmoidCalibration().fit(z, y)
    return model.predict(np.log(new) - np.log1p(-new))


def by_netcal(method, p, y, new):
    method.fit(p, y.astype(int))
    return np.asarray(method.transform(new)).reshape(new.shape)


def each(method, p, classes, new):
    """One class against the others, then divided by the sum."""
    q = np.stack([method(p[:, j], (classes == j).astype(float), new[:, j]) for j in range(p.shape[1])], 1)
    return q / q.sum(axis=1, keepdims=True)


def affine(x, classes, new, penalty):
    """softmax(W·x + b) with off-diagonal and intercept regularisation (Kull et al. 2019)."""
    n, k = x.shape
    y, off = np.eye(k)[classes], 1 - np.eye(k)

    def loss(v):
        w, b = v[: k * k].reshape(k, k), v[k * k :]
        ln = log_softmax(x @ w.T + b, axis=1)
        d = (np.exp(ln) - y) / n
        value = -(y * ln).sum() / n + penalty * ((off * w**2).sum() / (k * (k - 1)) + b @ b / k)
        slope_w = d.T @ x + 2 * penalty * off * w / (k * (k - 1))
        slope_b = d.sum(axis=0) + 2 * penalty * b / k
        return value, np.append(slope_w.reshape(-1), slope_b)

    start = np.append(np.eye(k).reshape(-1), np.zeros(k))
    v = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-10}).x
    return v, softmax(new @ v[: k * k].reshape(k, k).T + v[k * k :], axis=1)


rng = np.random.default_rng(20261124)

z = np.round(3 * rng.normal(size=500), 4)
y = (rng.random(500) < expit(0.5 * z - 0.7)).astype(float)
p = expit(z)
known, new = slice(0, 300), slice(300, 500)
tensor("question/logits", z)
tensor("question/y", y)
arguments = p[known], y[known], p[new]
tensor("question/isotonic", isotonic(*arguments))
tensor("question/venn_abers", venn_abers(*arguments))
tensor("question/platt", platt(*arguments))
tensor("question/histogram", by_netcal(HistogramBinning(10), *arguments))
tensor("question/temperature", by_netcal(TemperatureScaling(), *arguments))
tensor("question/vector", by_netcal(LogisticCalibration(), *arguments))
tensor("question/beta", by_netcal(BetaCalibration(), *arguments))

# Few values, so that many predictions are equal and new ones are among the known.
p = np.round(rng.beta(0.8, 0.8, 150), 1).clip(0.05, 0.95)
y = (rng.random(150) < p**2).astype(float)
q = np.round(rng.random(60), 2)
tensor("ties/p", p)
tensor("ties/y", y)
tensor("ties/new", q)
tensor("ties/venn_abers", venn_abers(p, y, q))

k = 4
z = 2.5 * rng.normal(size=(900, k))
z[:, 1] += 0.6 * z[:, 0]
z = np.round(z, 4)
slope = np.array([0.4, 0.6, 0.5, 0.7])
classes = np.array([rng.choice(k, p=softmax(slope * row + [0, 0, 0.5, -0.5])) for row in z])
p = softmax(z, axis=1)
known, new = slice(0, 600), slice(600, 900)
tensor("classes/logits", z)
tensor("classes/labels", classes)
arguments = p[known], classes[known], p[new]
for name, method in {"isotonic": isotonic, "venn_abers": venn_abers, "platt": platt}.items():
    tensor(f"classes/{name}", each(method, *arguments))
tensor("classes/histogram", by_netcal(HistogramBinning(10), *arguments))
tensor("classes/temperature", by_netcal(TemperatureScaling(), *arguments))
for name, x in {"matrix": z, "dirichlet": log_softmax(z, axis=1)}.items():
    v, q = affine(x[known], classes[known], x[new], 0.01)
    tensor(f"classes/{name}", q)
    tensor(f"classes/{name}/fit", v)

with open(PATH, "w", encoding="ascii") as file:
    file.write("\n".join(lines) + "\n")
