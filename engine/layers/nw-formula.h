/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Kinds that are a formula of their inputs: such a kind gives `formula` and takes the five
 * functions below (layers/clip.c is short). A port's name is what the formula calls its wire; where
 * the last port takes any number of wires, the parameter `names` lists them.
 *
 * A formula works sample by sample. Masks go on while the result has the steps of the input; where
 * several inputs have one, a step counts that counts in all. A reduction counts all steps; mask(x)
 * says which those are that count. */
#pragma once

#include "nw-layer.h"

gboolean nw_formula_infer(NwInfer *infer, GError **error);
gpointer nw_formula_prepare(const NwInfer *infer);
void nw_formula_forward(const NwCall *call);
void nw_formula_backward(const NwCall *call);
void nw_formula_make_mask(const NwCall *call);

/* What the formula calls wire @port, where the parameter `names` says that; else NULL. (transfer
 * full) */
char *nw_formula_dup_wire(const NwLayerKind *kind, const NwParams *params, gsize port);

/* Of a kind with one input and one output. */
extern const NwPort nw_formula_input[], nw_formula_output[];
