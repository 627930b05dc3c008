#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Writes resources/datasets/digits.csv and iris.csv from the copies in the scikit-learn package.

Needs scikit-learn. Digits get three labels derived from the digit (see resources/datasets/README.md).
"""
import csv
import os
import sys

from sklearn.datasets import load_digits, load_iris

OUT = os.path.join(os.path.dirname(__file__), "..", "..", "resources", "datasets")
CLOSED_LOOP = {0, 6, 8, 9}  # a 4 is written open as often as closed, so it does not count


def write(name, header, rows):
    with open(os.path.join(OUT, name), "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    digits = load_digits()
    pixels = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
    write("digits.csv", pixels + ["digit", "even", "at_least_five", "has_loop"],
          ([int(p) for p in image] + [d, int(d % 2 == 0), int(d >= 5), int(d in CLOSED_LOOP)]
           for image, d in zip(digits.data, digits.target)))
    iris = load_iris()
    write("iris.csv", ["sepal_length", "sepal_width", "petal_length", "petal_width", "species"],
          ([*row, iris.target_names[kind]] for row, kind in zip(iris.data.tolist(), iris.target)))


if __name__ == "__main__":
    sys.exit(main())
