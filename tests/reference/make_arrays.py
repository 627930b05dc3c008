#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Writes tests/engine/data: small files by numpy and safetensors that our readers are tested with.

Needs numpy and the safetensors package. Every array of numbers holds the same formula, so that the
tests know what to expect: element i (in C order) of a 2 × 3 array is i − 2 where the type has signs,
i + 1 otherwise, i odd for bool.
"""
import os
import sys

import numpy as np
from safetensors.numpy import save_file

OUT = os.path.join(os.path.dirname(__file__), "..", "engine", "data")


def array(dtype):
    i = np.arange(6).reshape(2, 3)
    kind = np.dtype(dtype).kind
    return (i % 2 if kind == "b" else i + 1 if kind == "u" else i - 2).astype(dtype)


def write_npy(name, data, version=None):
    with open(os.path.join(OUT, name + ".npy"), "wb") as file:
        np.lib.format.write_array(file, data, version=version, allow_pickle=True)


def main():
    os.makedirs(OUT, exist_ok=True)
    for dtype in ["<f2", "<f4", "<f8", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "|b1",
                  ">f2", ">f4", ">f8", ">i2", ">i4", ">i8", ">u2", ">u4", ">u8"]:
        write_npy({"<": "le-", ">": "be-", "|": "le-"}[dtype[0]] + dtype[1:], array(dtype))
    write_npy("fortran", np.asfortranarray(np.arange(24, dtype="<f4").reshape(4, 3, 2)))
    write_npy("version-2", array("<f4"), (2, 0))
    write_npy("version-3", array("<f4"), (3, 0))
    write_npy("scalar", np.array(3.5))
    write_npy("no-rows", np.zeros((0, 3)))
    write_npy("bytes", np.array([b"setosa", b"virginica", b"setosa", b""]))
    write_npy("unicode", np.array(["Zürich", "Åbo", "Zürich"]))
    write_npy("big-endian-unicode", np.array(["Zürich", "Åbo", "Zürich"]).astype(">U6"))
    write_npy("object", np.array([1, "two", None], dtype=object))
    write_npy("complex", np.array([1 + 2j]))
    write_npy("structured", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]))
    np.savez(os.path.join(OUT, "stored.npz"), x=array("<f4"), y=np.array([0, 1], dtype="<i8"))
    np.savez_compressed(os.path.join(OUT, "deflated.npz"), x=array("<f4"),
                        y=np.array([0, 1], dtype="<i8"), names=np.array(["a", "b"]))
    save_file({"b": array("<f4"), "a": array("<f8"), "dense/kernel": array("<f2"),
               "bytes": array("|u1"), "one": np.array(2.5, dtype="<f4"),
               "none": np.zeros((0, 3), dtype="<f4"), "wide": array("<i8")},
              os.path.join(OUT, "reference.safetensors"), metadata={"format": "np", "note": "ä\n\"b\""})


if __name__ == "__main__":
    sys.exit(main())
