#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Writes resources/datasets/two-hundred.npz: 200 independent labels whose true probabilities are known.

Needs numpy alone; the same seed gives the same arrays.

  x       float16 (6000, 100)  independent standard normal numbers, rounded to sixteenths
  y       uint8   (6000, 200)  0 or 1, drawn independently with the probabilities below
  p_true  float16 (6000, 200)  P(y = 1 | x)

Label j looks at five of the inputs (w, normal with sd 0.6) and, a little, at the product of two more
(c, sd 0.25), so that a linear model comes close and a network can come closer:

  logit p_j = b_j + Σ_k w_jk x_k + c_j x_a x_b

b_j spreads the labels evenly, on the logit scale, from about 2 % to 60 % positive. p is rounded to
float16 *before* y is drawn: p_true is the truth exactly, and calibration can be judged against it.
"""
import os
import sys

import numpy as np

ROWS, INPUTS, LABELS, SEED = 6000, 100, 200, 20260101
OUT = os.path.join(os.path.dirname(__file__), "..", "..", "resources", "datasets", "two-hundred.npz")


def main():
    random = np.random.default_rng(SEED)
    x = np.round(random.standard_normal((ROWS, INPUTS)) * 16) / 16

    logits = np.empty((ROWS, LABELS))
    intercepts = random.permutation(np.linspace(-5.0, 0.5, LABELS))
    for j in range(LABELS):
        used = random.choice(INPUTS, size=7, replace=False)
        weights = random.normal(0, 0.6, size=5)
        product = random.normal(0, 0.25) * x[:, used[5]] * x[:, used[6]]
        logits[:, j] = intercepts[j] + x[:, used[:5]] @ weights + product
    p = (1 / (1 + np.exp(-logits))).astype(np.float16)
    y = (random.random((ROWS, LABELS)) < p.astype(np.float64)).astype(np.uint8)

    np.savez_compressed(OUT, x=x.astype(np.float16), y=y, p_true=p)
    shares = y.mean(axis=0)
    print(f"{os.path.getsize(OUT) / 1e6:.2f} MB, labels positive in {shares.min():.3f} to "
          f"{shares.max():.3f} of the rows, median {np.median(shares):.3f}")


if __name__ == "__main__":
    sys.exit(main())
