/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Which program this is, and what the bits of trained weights are. */
#pragma once

#include "nw-weights.h"

/* "0.1.0 (3f2a…)": the version, and where it can be read the checksum of the program's file. Two
 * builds differ in it though they may train alike; the same build never does. Read once. */
const char *nw_build_describe(void);

/* SHA-256 over names, shapes and the bits of all values and states, in hexadecimal. (transfer full)
 */
char *nw_weights_checksum(const NwWeights *weights);
