# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Layers that join inputs, rearrange or rescale them (layer_case.py)."""
from golden import Golden, keras, np
from layer_case import case, mask, normal

K = keras.layers

with Golden("merges", __file__) as g:
    triple = [normal(2, 4, 3) for _ in range(3)]
    pair, masks = [normal(2, 4, 3), normal(2, 4, 3)], [mask(2, 4), mask(2, 4)]
    ties = np.round(normal(3, 2, 4) * 1.5).astype(np.float32)
    case(g, "add/mask-of-one-step", K.Add(), [normal(2, 4, 3), normal(2, 1, 3)],
         [mask(2, 4), mask(2, 1)])
    case(g, "subtract/masks", K.Subtract(), pair, masks)
    case(g, "subtract/repeated", K.Subtract(), [normal(2, 4, 1), normal(2, 1, 5)])
    case(g, "average/three", K.Average(), triple)
    case(g, "average/masks", K.Average(), pair, masks)
    case(g, "multiply/three", K.Multiply(), triple)
    case(g, "multiply/ranks", K.Multiply(), [normal(2, 2, 3, 4), normal(2, 3, 1), normal(2, 4)])
    case(g, "multiply/masks", K.Multiply(), pair, masks)
    case(g, "multiply/one-mask", K.Multiply(), triple, [None, mask(2, 4), None])
    for kind, layer in (("maximum", K.Maximum), ("minimum", K.Minimum)):
        case(g, f"{kind}/three", layer(), triple)
        case(g, f"{kind}/ties", layer(), list(ties))
        case(g, f"{kind}/masks", layer(), triple, [mask(2, 4) for _ in range(3)])
        case(g, f"{kind}/one-mask", layer(), triple, [None, mask(2, 4), None])
    case(g, "maximum/repeated", K.Maximum(), [normal(2, 4, 1), normal(2, 1, 5)])
    case(g, "minimum/first-mask", K.Minimum(), triple, [mask(2, 4), None, mask(2, 4)])

    case(g, "dot/vectors", K.Dot(1), [normal(3, 5), normal(3, 5)])
    case(g, "dot/cosine", K.Dot(1, normalize=True), [normal(3, 5), normal(3, 5)])
    case(g, "dot/steps", K.Dot(2), [normal(2, 4, 5), normal(2, 3, 5)])
    case(g, "dot/two-axes", K.Dot((1, 2), normalize=True), [normal(2, 4, 5), normal(2, 3, 4)])
    case(g, "dot/vector-by-steps", K.Dot((1, 2)), [normal(2, 4), normal(2, 3, 4)])
    case(g, "dot/boxes", K.Dot((-1, 2)), [normal(2, 3, 2, 4), normal(2, 2, 4, 3)])

    case(g, "permute/steps", K.Permute((2, 1)), [normal(2, 3, 4)])
    case(g, "permute/boxes", K.Permute((3, 1, 2)), [normal(2, 3, 2, 4)])
    case(g, "expand_dims/first", lambda x: keras.ops.expand_dims(x, 1), [normal(2, 3)])
    case(g, "expand_dims/last", lambda x: keras.ops.expand_dims(x, -1), [normal(2, 3, 2)])
    case(g, "squeeze/one", lambda x: keras.ops.squeeze(x, 1), [normal(2, 1, 3)])
    case(g, "repeat_vector/plain", K.RepeatVector(3), [normal(2, 4)])

    case(g, "rescaling/plain", K.Rescaling(0.25, -1.5), [normal(2, 3)], [None])
    norm = K.Normalization
    case(g, "normalization/one", norm(axis=None, mean=1.5, variance=4.0), [normal(2, 4, 3)])
    each = {"mean": np.float32([1, 2, 3]), "variance": np.float32([4, 9, 0])}
    case(g, "normalization/each", norm(**each), [normal(2, 4, 3)], [mask(2, 4)])
    two = {"mean": np.float32([1, 2]), "variance": np.float32([4, 9])}
    case(g, "normalization/axis", norm(axis=1, **two), [normal(2, 2, 3)])
    each["variance"][2] = 0.25
    case(g, "normalization/back", norm(invert=True, **each), [normal(2, 4, 3)])
