# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Writes golden/NAME.txt: tensors as text that tests/engine/golden.c reads."""
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # the plain kernels: the same sums everywhere
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")


class Golden:
    """with Golden("losses", __file__) as g: g.tensor("mse/p", array)"""

    def __init__(self, name, script):
        self.path = os.path.join(FOLDER, name + ".txt")
        self.lines = [
            f"# Made by {os.path.basename(script)} with Keras {keras.__version__}, "
            f"TensorFlow {tf.__version__}"
        ]
        self.names = set()

    def tensor(self, name, values, digits=9):
        """Adds one tensor; floats in float32 to nine digits, in double to 17, which is exact."""
        assert name not in self.names, name
        assert " " not in name, name
        self.names.add(name)
        values = np.asarray(values)
        self.lines.append(" ".join(["tensor", name, *map(str, values.shape)]))
        flat = values.reshape(-1)
        if np.issubdtype(flat.dtype, np.floating):
            exact = flat.astype(np.float32 if digits == 9 else np.float64)
            words = [f"%.{digits}g" % v for v in exact]
        else:
            words = ["%d" % v for v in flat]
        for i in range(0, len(words), 8):
            self.lines.append(" ".join(words[i : i + 8]))

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            with open(self.path, "w", encoding="ascii") as file:
                file.write("\n".join(self.lines) + "\n")
