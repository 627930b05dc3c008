# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Layer normalisation, attention, and noise that is off (layer_case.py)."""
from golden import Golden, keras, np
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

    def attend(name, xs, masks=None, causal=False, training=True, **config):
        layer = K.MultiHeadAttention(**{"num_heads": 2, "key_dim": 3, **config})
        case(g, f"multi_head_attention/{name}", layer, xs, masks, spread=True,
             use_causal_mask=causal, training=training)

    q, v, k = normal(2, 3, 5), normal(2, 4, 4), normal(2, 4, 2)
    q_mask = np.array([[0, 1, 1], [1, 1, 0]], bool)
    v_mask = np.array([[1, 1, 1, 0], [0, 1, 1, 1]], bool)
    k_mask = np.array([[1, 0, 1, 1], [1, 1, 1, 0]], bool)
    attend("plain", [q, v])
    attend("key", [q, v, k], value_dim=2)
    attend("no-bias", [q, v, k], use_bias=False, output_shape=6)
    attend("two-axes", [q, v], num_heads=1, output_shape=(2, 3))
    attend("causal", [q, q + 1], causal=True)
    attend("value-mask", [q, v], [None, v_mask])
    attend("masks", [q, v, k], [q_mask, v_mask, k_mask])
    attend("masked-causal", [q, q + 1], [q_mask, q_mask], causal=True)
    nothing = np.zeros((2, 4), bool)
    attend("nothing-counts", [q, v], [None, nothing])
    attend("nothing-counts-dropout/inference", [q, v], [q_mask, nothing], training=False, dropout=0.5)
    attend("dropout/inference", [q, v], [q_mask, v_mask], training=False, dropout=0.5)
