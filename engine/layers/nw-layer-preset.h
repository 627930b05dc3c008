/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What people look for when they add a layer: every kind, and kinds with some parameters set, as
 * Keras' wrappers TimeDistributed and Bidirectional are here. A kind's file lists its own
 * (NwLayerKind.presets). */
#pragma once

#include "nw-layer.h"

/* All of them, in the order of the registry, a kind before its presets; ended by a NULL title.
 * Constant, of at least one element. */
const NwLayerPreset *nw_layer_presets(void);

/* The kind as it is, without anything set. */
const NwLayerPreset *nw_layer_preset_of(const NwLayerKind *kind);

/* @params, which are of the preset's kind, with what the preset sets; NULL: the kind's defaults
 * with it. (transfer full) */
NwParams *nw_layer_preset_apply(const NwLayerPreset *preset, NwParams *params);
