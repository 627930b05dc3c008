#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Writes resources/datasets/stripes.npz: faint stripes in noise, and how sure one can be of them.

Needs numpy alone; the same seed gives the same arrays.

  picture  float16 (4000, 16, 16, 1)  grey, rounded to eighths
  upright  uint8   (4000,)            0 or 1, drawn with the probability below
  p_true   float32 (4000,)            P(upright | picture)

A picture is noise (independent, normal, sd 1) and one stripe, LENGTH pixels long and STRENGTH bright, at
any place where it fits, lying or upright. With s(x, place) the sum of the pixels of x below a stripe there,

  P(x | upright) ∝ mean over upright places of exp(STRENGTH · s(x, place))

and so for lying ones; Bayes' rule gives P(upright | x). `upright` is drawn from this probability, computed
from the rounded picture, so that p_true is the truth exactly.
"""
import os
import sys

import numpy as np

ROWS, SIDE, LENGTH, STRENGTH, SEED = 4000, 16, 10, 1.4, 20260701
OUT = os.path.join(os.path.dirname(__file__), "..", "..", "resources", "datasets", "stripes.npz")


def evidence(pictures):
    """log mean exp(STRENGTH · s) over lying places."""
    sums = np.cumsum(np.pad(pictures, ((0, 0), (0, 0), (1, 0))), axis=2)
    below = STRENGTH * (sums[:, :, LENGTH:] - sums[:, :, :-LENGTH]).reshape(len(pictures), -1)
    largest = below.max(axis=1, keepdims=True)
    return largest[:, 0] + np.log(np.exp(below - largest).mean(axis=1))


def main():
    random = np.random.default_rng(SEED)
    x = random.standard_normal((ROWS, SIDE, SIDE))
    for picture in x:
        row, column = random.integers(SIDE), random.integers(SIDE - LENGTH + 1)
        picture[row, column:column + LENGTH] += STRENGTH
    turned = random.random(ROWS) < 0.5
    x[turned] = x[turned].transpose(0, 2, 1)
    x = np.round(x * 8) / 8

    p = 1 / (1 + np.exp(evidence(x) - evidence(x.transpose(0, 2, 1))))
    y = (random.random(ROWS) < p).astype(np.uint8)
    np.savez_compressed(OUT, picture=x[..., None].astype(np.float16), upright=y,
                        p_true=p.astype(np.float32))
    inside = np.clip(p, 1e-12, 1 - 1e-12)
    log_loss = -(inside * np.log(inside) + (1 - inside) * np.log(1 - inside)).mean()
    print(f"{os.path.getsize(OUT) / 1e6:.2f} MB, upright {y.mean():.3f}; at best "
          f"{np.maximum(p, 1 - p).mean():.3f} right, log loss {log_loss:.4f}; surer than 0.9 of "
          f"{(np.maximum(p, 1 - p) > 0.9).mean():.3f}")


if __name__ == "__main__":
    sys.exit(main())
