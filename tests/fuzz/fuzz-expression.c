/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Formulas: read or refused with the column; what is read is written and read again as the same,
 * and runs on tensors of any shape, or is refused with the column. */
#include "fuzz.h"

#include <string.h>

#include "nw-program.h"

#define SAMPLES 2

/* Each name is a tensor of another shape. */
static const NwShape shapes[] = {{0}, {1, {3}}, {2, {2, 3}}, {2, {2, 1}}, {3, {1, 2, 3}}};

static void
run(const NwProgram *program, const NwShape *inputs, gsize n)
{
  static const gboolean accumulate[NW_EXPRESSION_MAX_NAMES] = {FALSE};
  NwReal x[SAMPLES * 6], *dx[NW_EXPRESSION_MAX_NAMES];
  const NwReal *xs[NW_EXPRESSION_MAX_NAMES];
  gsize kept = SAMPLES * nw_program_get_kept(program);
  gsize size = SAMPLES * (gsize)nw_shape_elements(nw_program_get_shape(program));
  g_autofree NwReal *keep = g_new(NwReal, kept + 1), *scratch = g_new(NwReal, kept + 1);
  g_autofree NwReal *y = g_new(NwReal, size), *dy = g_new0(NwReal, size);
  g_autofree NwReal *gradients = g_new(NwReal, n * SAMPLES * 6 + 1);

  for (gsize i = 0; i < G_N_ELEMENTS(x); i++)
    x[i] = (NwReal)i - 4;
  for (gsize i = 0; i < n; i++) {
    xs[i] = x;
    dx[i] = gradients + i * SAMPLES * 6;
  }
  nw_program_forward(program, NULL, SAMPLES, xs, keep, y);
  nw_program_backward(program, NULL, SAMPLES, xs, keep, y, dy, scratch, dx, accumulate);
  for (gsize i = 0; i < n; i++) /* nothing flows back from a gradient of 0 */
    for (gsize k = 0; k < SAMPLES * (gsize)nw_shape_elements(&inputs[i]); k++)
      g_assert_cmpfloat(dx[i][k], ==, 0);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup((const char *)data, size);
  g_autoptr(GError) error = NULL;
  g_autofree NwExpression *expression = nw_expression_parse(text, &error);
  const char *names[NW_EXPRESSION_MAX_NAMES];
  NwShape inputs[NW_EXPRESSION_MAX_NAMES];

  g_assert_true((expression == NULL) == (error != NULL));
  if (expression == NULL)
    return 0;
  g_autofree char *written = nw_expression_to_text(expression);
  g_autofree NwExpression *again = nw_expression_parse(written, &error);
  if (again != NULL) { /* written with more brackets it may stand too deep, or be too long */
    g_autofree char *twice = nw_expression_to_text(again);
    g_assert_cmpstr(written, ==, twice);
  }
  g_clear_error(&error);
  for (int i = 0; i < expression->n_names; i++) {
    names[i] = expression->names[i];
    inputs[i] = shapes[(gsize)i % G_N_ELEMENTS(shapes)];
  }
  g_autofree NwProgram *program =
      nw_program_new(expression, names, inputs, (gsize)expression->n_names, 1, &error);
  g_assert_true((program == NULL) == (error != NULL));
  if (program != NULL)
    run(program, inputs, (gsize)expression->n_names);
  return 0;
}
