/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Reads the reference numbers in tests/reference/golden (format: tests/reference/README.md) and
 * compares whole tensors: max|a − b| ≤ tolerance · max|b|. */
#pragma once

#include "nw-real.h"

/* What a float kernel may differ from Keras by. */
#define GOLDEN_TOLERANCE 1e-5

#define GOLDEN_MAX_RANK 8

typedef struct {
  char *name;
  int rank;
  gsize dim[GOLDEN_MAX_RANK];
  gsize n;
  double *values; /* [n] */
} GoldenTensor;

typedef struct _Golden Golden;

/* @name: "losses" for golden/losses.txt. Ends the test program when the file cannot be read. */
Golden *golden_open(const char *name);
void golden_free(Golden *golden);

/* In the order of the file. */
gsize golden_get_n(const Golden *golden);
const GoldenTensor *golden_get_nth(const Golden *golden, gsize i);

/* Names are printf formats. `get` ends the test when there is no such tensor; `has` asks first. */
gboolean golden_has(const Golden *golden, const char *format, ...) G_GNUC_PRINTF(2, 3);
const GoldenTensor *golden_get(const Golden *golden, const char *format, ...) G_GNUC_PRINTF(2, 3);
double golden_get_number(const Golden *golden, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* (transfer full) */
NwReal *golden_tensor_dup_real(const GoldenTensor *tensor);
gint32 *golden_tensor_dup_int32(const GoldenTensor *tensor);

/* max|a − b| / max|b|; |a| where b is all zeros. NaN in either is infinite. */
double golden_distance(const NwReal *a, const double *b, gsize n);
/* Ends the test with the tensor's name and both worst values when they are further apart. */
void golden_assert_close(const NwReal *got, const GoldenTensor *expected, double tolerance);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Golden, golden_free)
