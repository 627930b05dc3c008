# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Layer normalisation, attention, and noise that is off (layer_case.py)."""
from golden import Golden, keras
from layer_case import case, mask, normal

K = keras.layers

with Golden("norms", __file__) as g:
    case(g, "gaussian_noise/inference", K.GaussianNoise(0.5), [normal(2, 4, 3)], [mask(2, 4)])
    case(g, "spatial_dropout1d/inference", K.SpatialDropout1D(0.5), [normal(2, 4, 3)], [mask(2, 4)])
    case(g, "spatial_dropout2d/inference", K.SpatialDropout2D(0.5), [normal(2, 2, 4, 3)])
    case(g, "activity_regularization/plain", K.ActivityRegularization(l1=0.1), [normal(2, 4, 3)],
         [mask(2, 4)])

    norm, boxes = K.LayerNormalization, normal(2, 3, 2, 4)
    case(g, "layer_normalization/rows", norm(), [normal(3, 5)])
    case(g, "layer_normalization/steps", norm(), [normal(3, 4, 5)], [mask(3, 4)])
    case(g, "layer_normalization/first-axis", norm(axis=1, epsilon=0.1), [normal(3, 4, 5)])
    case(g, "layer_normalization/two-axes", norm(axis=[1, 3]), [boxes])
    case(g, "layer_normalization/all-axes", norm(axis=[1, 2, 3]), [boxes])
    case(g, "layer_normalization/no-scale", norm(scale=False), [normal(3, 5)])
    case(g, "layer_normalization/no-center", norm(center=False), [normal(3, 5)])
    case(g, "layer_normalization/rms", norm(rms_scaling=True), [normal(3, 4, 5)])
