/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* An initialiser kind: fills a fresh weight (facts A.5). Chosen by text: "glorot_uniform",
 * "constant(0.1)", "random_uniform(-0.05, 0.05)". */
#pragma once

#include "nw-param.h"
#include "nw-real.h"
#include "nw-rng.h"
#include "nw-shape.h"
#include "nw-text-kind.h"

typedef struct {
  NwTextKind text;
  gboolean matrix; /* makes weights of two axes only */
  void (*fill)(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w);
} NwInitializerKind;

extern const NwInitializerKind *const nw_initializer_kinds[];
const NwChoice *nw_initializer_choices(void);

/* “He_uniform(2” → one sentence. */
gboolean nw_initializer_check(const char *text, GError **error);
/* The same, and whether it can fill a weight of that shape. */
gboolean nw_initializer_check_shape(const char *text, const NwShape *shape, GError **error);
/* @text was checked. */
void nw_initializer_fill(const char *text, const NwRng *rng, const NwShape *shape, NwReal *w);

/* Fan in and fan out as Keras computes them. */
void nw_initializer_fans(const NwShape *shape, double *fan_in, double *fan_out);
