/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A formula as text, and as a list of operations.
 *
 *   mean(square(y - x)) + 0.1*sum(abs(h))
 *
 *   formula  = numbers, names, + - * / ^, < <= > >= == !=, functions and brackets
 *   function = NAME(formula, …), one of the table in nw-primitive.h; a reduction also takes
 *              axis=1, axis=(1, -1) and keepdims=true
 *   mask(x)  = 1 where a step of x counts, 0 where its mask leaves it out; x is a name. It has the
 * axes of x, of length 1 behind the first. To whom runs the formula it is a name of its own.
 *
 * Precedence is Python's (^ is its **): −a^b is −(a^b), a^b^c is a^(b^c), comparisons come last. */
#pragma once

#include <gio/gio.h>

#include "nw-primitive.h"
#include "nw-shape.h"

/* Against hostile text. */
#define NW_EXPRESSION_MAX_TEXT  4096 /* bytes */
#define NW_EXPRESSION_MAX_TERMS 256
#define NW_EXPRESSION_MAX_DEPTH 64
#define NW_EXPRESSION_MAX_NAMES 16
#define NW_EXPRESSION_MAX_NAME  31 /* bytes */

/* One operation, or a leaf. Its arguments come before it in the list; equal parts are one term. */
typedef struct {
  const NwPrimitive *op; /* NULL: a leaf */
  int args[NW_PRIMITIVE_MAX_ARGS];
  int name;      /* of a leaf: index into the names; −1: it is a number */
  double number; /* ≥ 0 */
  int n_axes;    /* of a reduction; 0: all */
  int axes[NW_MAX_RANK];
  gboolean keepdims;
  int column; /* where it stands in the text, from 1 */
} NwTerm;

typedef struct {
  int n_terms; /* the last is the result */
  NwTerm terms[NW_EXPRESSION_MAX_TERMS];
  int n_names; /* in the order of their first appearance */
  char names[NW_EXPRESSION_MAX_NAMES][NW_EXPRESSION_MAX_NAME + sizeof "mask()"];
} NwExpression;

/* (transfer full): g_free; or NULL with “column 17: …”. */
NwExpression *nw_expression_parse(const char *text, GError **error);

/* The formula with as few brackets as possible; reading it gives the same terms. (transfer full) */
char *nw_expression_to_text(const NwExpression *expression);

/* Is it a name as formulas have them: letters, digits and _, not beginning with a digit? */
gboolean nw_expression_is_name(const char *text);

/* Sets NW_ERROR_GRAPH “column @column: …”; returns FALSE. */
gboolean
nw_expression_fail(GError **error, int column, const char *format, ...) G_GNUC_PRINTF(3, 4);
