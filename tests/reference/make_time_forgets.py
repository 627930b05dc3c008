#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Writes resources/datasets/time-forgets.npz: sequences of events whose effect fades with time.

Needs numpy alone; the same seed gives the same arrays.

  events   uint8    (4000, 50)     types 1 to 100; 0 is padding, before the first event
  minutes  float32  (4000, 50, 1)  from each event to the last one: a countdown that ends in 0
  gap      float32  (4000, 50, 1)  days since the event before; 0 for the first
  y        uint8    (4000,)        0 or 1, drawn with the probability below
  p_true   float32  (4000,)        P(y = 1 | events, times)

Padding of minutes and gap is 99999999. Of the 100 types of events, 15 raise the risk (+), 15 lower it
(−), the others mean nothing. What an event does is halved with every day that passes:

  logit p = Σ_i w[type_i] · 2^(−days_i) + b,  days_i = minutes_i / 1440

A gap is a few minutes (within a visit) or days (between visits), so that the same five last events may
all count, or but one of them. The order of events says little without the time between them.
"""
import os
import sys

import numpy as np

ROWS, STEPS, TYPES, SEED = 4000, 50, 100, 20260601
PADDING, DAY = 99999999.0, 1440
OUT = os.path.join(os.path.dirname(__file__), "..", "..", "resources", "datasets", "time-forgets.npz")


def main():
    random = np.random.default_rng(SEED)
    effect = np.zeros(TYPES + 1)
    chosen = 1 + random.permutation(TYPES)
    effect[chosen[:15]] = random.uniform(2, 4, 15)
    effect[chosen[15:30]] = -random.uniform(2, 4, 15)

    events = np.zeros((ROWS, STEPS), np.uint8)
    minutes = np.full((ROWS, STEPS, 1), PADDING, np.float32)
    gap = np.full((ROWS, STEPS, 1), PADDING, np.float32)
    p = np.empty(ROWS)
    for row in range(ROWS):
        n = random.integers(10, STEPS + 1)
        kinds = random.integers(1, TYPES + 1, n)
        soon = random.random(n) < 0.7
        between = np.where(soon, random.exponential(30, n), random.exponential(2 * DAY, n))
        between = np.round(between)  # minutes since the event before
        between[0] = 0
        left = between.sum() - np.cumsum(between)
        events[row, -n:] = kinds
        minutes[row, -n:, 0] = left
        gap[row, -n:, 0] = np.round(between / DAY, 3)
        p[row] = 1 / (1 + np.exp(-(effect[kinds] * 2.0 ** (-left / DAY)).sum()))
    y = (random.random(ROWS) < p).astype(np.uint8)

    np.savez_compressed(OUT, events=events, minutes=minutes, gap=gap, y=y, p_true=p.astype(np.float32))
    best = np.maximum(p, 1 - p).mean()
    log_loss = -(p * np.log(p) + (1 - p) * np.log(1 - p)).mean()
    print(f"{os.path.getsize(OUT) / 1e6:.2f} MB, positive {y.mean():.3f}; at best {best:.3f} right, "
          f"log loss {log_loss:.4f}")


if __name__ == "__main__":
    sys.exit(main())
