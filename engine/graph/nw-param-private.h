/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#pragma once

#include "nw-param.h"
#include "nw-refs.h"

/* One value; immutable and shared between the tables that have it. */
typedef struct {
  NwRefs refs;
  NwParamType type;
  gsize n; /* items of a list */
  union {
    gint64 integer;
    double real;
    gboolean boolean;
    char *text; /* also choice */
    gint64 *ints;
    double *reals;
    char **names;
  };
} NwValue;

NwValue *nw_value_ref(NwValue *value);
void nw_value_unref(NwValue *value);
gboolean nw_value_equal(const NwValue *a, const NwValue *b);
/* (transfer full); NULL with one sentence that says what the row takes. */
NwValue *nw_value_parse(const NwParamSpec *spec, const char *text, GError **error);
/* The row's default. (transfer full) */
NwValue *nw_value_initial(const NwParamSpec *spec);
/* As nw_value_parse reads it. (transfer full) */
char *nw_value_to_text(const NwValue *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwValue, nw_value_unref)
