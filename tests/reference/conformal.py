# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Writes golden/conformal.txt: thresholds and sets of split conformal prediction by MAPIE; by numpy those
of yes/no questions, which it has not, and adaptive sets, which it makes with chance. Needs no Keras."""
import os

import mapie
import numpy as np
from mapie.classification import SplitConformalClassifier
from mapie.regression import SplitConformalRegressor
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

HERE = os.path.dirname(os.path.abspath(__file__))
lines = [f"# Made by conformal.py with MAPIE {mapie.__version__}"]
LEVELS = (0.5, 0.8, 0.9, 0.95)


def tensor(name, values):
    values = np.asarray(values, dtype=np.float64)
    lines.append(" ".join(["tensor", name, *map(str, values.shape)]))
    words = ["%.17g" % v for v in values.reshape(-1)]
    lines.extend(" ".join(words[i : i + 6]) for i in range(0, len(words), 6))


class Given(ClassifierMixin, BaseEstimator):
    """Answers what is asked for: the probabilities themselves."""

    def fit(self, x, y=None):
        self.classes_ = np.arange(x.shape[1])
        self.fitted_ = True
        return self

    def predict_proba(self, x):
        return x

    def predict(self, x):
        return x.argmax(axis=1)


class GivenValue(RegressorMixin, BaseEstimator):
    def fit(self, x, y=None):
        self.fitted_ = True
        return self

    def predict(self, x):
        return x[:, 0]


def draw(rng, n, k, sharpness=2):
    z = rng.normal(size=(n, k))
    p = np.exp(sharpness * z) / np.exp(sharpness * z).sum(axis=1, keepdims=True)
    truth = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    y = (rng.random((n, 1)) > np.cumsum(truth, axis=1)).sum(axis=1).clip(0, k - 1)
    return p, y


def quantile(scores, level):
    """The ⌈(n + 1)·level⌉-th smallest, counted with whole numbers."""
    n, per_cent = len(scores), round(100 * level)
    return np.sort(scores)[-(-(n + 1) * per_cent // 100) - 1]


def mass_up_to(p):
    """For each class the probability of all that are at least as likely."""
    order = np.argsort(-p, axis=1, kind="stable")
    mass = np.empty_like(p)
    p = p / p.sum(axis=1, keepdims=True)
    np.put_along_axis(mass, order, np.cumsum(np.take_along_axis(p, order, axis=1), axis=1), axis=1)
    return mass


rng = np.random.default_rng(8)
for name, n in (("few", 39), ("many", 400)):
    p, y = draw(rng, n, 5)
    q, _ = draw(rng, 60, 5)
    tensor(f"{name}/p", p)
    tensor(f"{name}/y", y)
    tensor(f"{name}/new", q)
    model = Given().fit(p)
    for level in LEVELS:
        split = SplitConformalClassifier(model, confidence_level=level, conformity_score="lac",
                                         prefit=True, random_state=0)
        split.conformalize(p, y)
        tensor(f"{name}/lac/{level}/sets", split.predict_set(q)[1][:, :, 0])
        tensor(f"{name}/lac/{level}/threshold", quantile(1 - p[np.arange(n), y], level))
        threshold = quantile(mass_up_to(p)[np.arange(n), y], level)
        tensor(f"{name}/aps/{level}/threshold", threshold)
        tensor(f"{name}/aps/{level}/sets", mass_up_to(q) <= threshold + 1e-9)

x = rng.normal(size=(99, 1))
y = x[:, 0] + rng.standard_t(4, 99)
new = rng.normal(size=(20, 1))
tensor("values/p", x)
tensor("values/y", y)
tensor("values/new", new)
for level in LEVELS:
    split = SplitConformalRegressor(GivenValue().fit(x), confidence_level=level, prefit=True)
    split.conformalize(x, y)
    tensor(f"values/{level}/intervals", split.predict_interval(new)[1][:, :, 0])

p = rng.random((150, 3))
y = (rng.random((150, 3)) < p**1.5).astype(float)
tensor("labels/p", p)
tensor("labels/y", y)
for level in LEVELS:
    tensor(f"labels/{level}/threshold",
           [quantile(np.where(y[:, j] == 1, 1 - p[:, j], p[:, j]), level) for j in range(3)])

with open(os.path.join(HERE, "golden", "conformal.txt"), "w", encoding="ascii") as file:
    file.write("\n".join(lines) + "\n")
