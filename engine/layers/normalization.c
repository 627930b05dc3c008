/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = (x − μ)/σ with a mean and a variance that are given, or back: y = x·σ + μ. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* Keras: σ = max(√variance, ε) */
#define SMALLEST_DEVIATION 1e-7

/* What is the same for @inner numbers and repeats after @entries of them. */
typedef struct {
  const double *mean, *variance;
  gsize n, entries, inner;
  gboolean invert;
} Table;

static Table
get_table(const NwParams *params, const NwShape *shape)
{
  Table table = {.entries = 1, .inner = 1, .invert = nw_params_get_bool(params, "invert")};
  gsize n_variance;
  int axis = nw_infer_axis(nw_params_get_int(params, "axis"), shape->rank);
  table.mean = nw_params_get_reals(params, "mean", &table.n);
  table.variance = nw_params_get_reals(params, "variance", &n_variance);
  if (axis >= 0)
    table.entries = (gsize)shape->dim[axis];
  for (int a = axis + 1; axis >= 0 && a < shape->rank; a++)
    table.inner *= (gsize)shape->dim[a];
  return table;
}

/* y = a·x + b for entry @i. */
static void
get_line(const Table *table, gsize i, NwReal *a, NwReal *b)
{
  gsize at = table->n == 1 ? 0 : i;
  double deviation = MAX(sqrt(table->variance[at]), SMALLEST_DEVIATION);
  *a = (NwReal)(table->invert ? deviation : 1 / deviation);
  *b = (NwReal)(table->invert ? table->mean[at] : -table->mean[at] / deviation);
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwShape *in = &infer->inputs[0].shape;
  gint64 wanted = nw_params_get_int(infer->params, "axis");
  gsize n_mean, n_variance;
  nw_params_get_reals(infer->params, "mean", &n_mean);
  nw_params_get_reals(infer->params, "variance", &n_variance);
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  if (n_mean == 0 || n_mean != n_variance)
    return nw_infer_fail(infer, error,
                         _("it has %d means and %d variances; give as many of one as of the other"),
                         (int)n_mean, (int)n_variance);
  int axis = nw_infer_axis(wanted, in->rank);
  if (n_mean > 1 && axis < 0)
    return nw_infer_fail(infer, error,
                         _("axis %" PRId64
                           " does not exist: its input has the axes 1 to %d (0 is the batch, −1 "
                           "the last)"),
                         wanted, in->rank);
  if (n_mean > 1 && (gint64)n_mean != in->dim[axis])
    return nw_infer_fail(infer, error,
                         _("it has %d means, but axis %" PRId64 " of its input has %" PRId64
                           " entries; give one for each, or one for all"),
                         (int)n_mean, wanted, in->dim[axis]);
  nw_infer_output(infer, *in, NW_REAL);
  infer->mask_from[0] = 0;
  infer->in_place = TRUE;
  infer->flops = 2 * nw_shape_elements(in);
  return TRUE;
}

static void
forward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  Table table = get_table(call->params, &x->type->shape);
  gsize n = call->n * (gsize)nw_shape_elements(&x->type->shape);
  for (gsize first = 0, entry = 0; first < n; first += table.inner, entry++) {
    NwReal a, b;
    get_line(&table, entry % table.entries, &a, &b);
    for (gsize i = first; i < first + table.inner; i++)
      y->real[i] = a * x->real[i] + b;
  }
}

static void
backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  Table table = get_table(call->params, &x->type->shape);
  gsize n = call->n * (gsize)nw_shape_elements(&x->type->shape);
  for (gsize first = 0, entry = 0; x->gradient != NULL && first < n;
       first += table.inner, entry++) {
    NwReal a, b;
    get_line(&table, entry % table.entries, &a, &b);
    for (gsize i = first; i < first + table.inner; i++) {
      NwReal d = a * call->outputs[0].gradient[i];
      x->gradient[i] = x->accumulate ? x->gradient[i] + d : d;
    }
  }
}

static char *
describe(const NwParams *params)
{
  gsize n, n_variance;
  const double *mean = nw_params_get_reals(params, "mean", &n);
  const double *variance = nw_params_get_reals(params, "variance", &n_variance);
  const char *back = nw_params_get_bool(params, "invert") ? _("back: ") : "";
  if (n == 1 && n_variance == 1)
    return g_strdup_printf("%s%.4g ± %.4g", back, mean[0], sqrt(variance[0]));
  return g_strdup_printf(_("%s%d means"), back, (int)n);
}

static const NwParamSpec params[] = {
    {"axis", N_("Axis"),
     N_("Its entries have a mean and a variance each: 1 is the first of a sample, −1 the last"),
     NW_PARAM_INT, "-1", -NW_MAX_RANK, NW_MAX_RANK},
    {"mean", N_("Mean"), N_("Is taken away: one number for each entry of the axis, or one for all"),
     NW_PARAM_REALS, "0", -1e30, 1e30},
    {"variance", N_("Variance"),
     N_("Its root divides: one number for each entry of the axis, or one for all"), NW_PARAM_REALS,
     "1", 0, 1e30},
    {"invert", N_("Back"), N_("On: turns what was normalised back into the original scale"),
     NW_PARAM_BOOL, "false"},
    {NULL},
};

const NwLayerKind nw_layer_normalization = {
    .id = "normalization",
    .title = N_("Normalization"),
    .summary = N_("Takes away a mean and divides by a deviation, both given by you (data settings "
                  "can learn them from the training rows instead)"),
    .category = NW_CATEGORY_CORE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"mean=1,2,3 variance=4,9,0.25", "3"},
                                         {"mean=2 variance=4", "mask:4,5"},
                                         {"mean=1,2 variance=4,0 axis=1", "2,3"},
                                         {"mean=1,2,3 variance=4,9,0.25 invert=true", "mask:2,3"},
                                         {"mean=-1 variance=2 invert=true", "-"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
