# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Constraints of Keras on weights of several shapes.

Each case is TEXT/SHAPE, TEXT as the engine writes it without blanks, with w before and held after.
"""
from golden import Golden, keras, np

C = keras.constraints
rng = np.random.default_rng(8)

KINDS = {
    "max_norm": C.MaxNorm(),
    "max_norm(0.7)": C.MaxNorm(0.7),
    "max_norm(1.5,1)": C.MaxNorm(1.5, axis=1),
    "max_norm(2,-1)": C.MaxNorm(2, axis=-1),
    "max_norm(1,0,1)": C.MaxNorm(1, axis=[0, 1]),
    "unit_norm": C.UnitNorm(),
    "unit_norm(1)": C.UnitNorm(axis=1),
    "min_max_norm": C.MinMaxNorm(),
    "min_max_norm(1,2,0.25)": C.MinMaxNorm(1, 2, 0.25),
    "min_max_norm(0.5,1,1,0,1)": C.MinMaxNorm(0.5, 1, axis=[0, 1]),
    "non_neg": C.NonNeg(),
}
FILTER = {"max_norm(1,0,1,2)": C.MaxNorm(1, axis=[0, 1, 2]), "unit_norm(1,2)": C.UnitNorm([1, 2])}

with Golden("constraints", __file__) as g:
    for shape in ((1, 1), (4, 3), (3, 7), (2, 3, 2, 4)):
        for text, constraint in (KINDS | FILTER if len(shape) == 4 else KINDS).items():
            w = rng.normal(0, 1, shape).astype(np.float32)
            w[..., -1] = 0  # a vector of nothing
            name = f"{text}/{'x'.join(map(str, shape))}"
            g.tensor(name + "/w", w)
            g.tensor(name + "/held", constraint(w))
    w = rng.normal(0, 1, 5).astype(np.float32)
    for text in ("max_norm", "unit_norm", "min_max_norm(1,2,0.25)", "non_neg"):
        g.tensor(text + "/5/w", w)
        g.tensor(text + "/5/held", KINDS[text](w))
