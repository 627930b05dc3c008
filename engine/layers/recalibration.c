/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A map that makes probabilities honest, as a layer between the logits and their sigmoid or
 * softmax: fitted once to data that training has not seen (nw-calibrate.h), and frozen. While
 * training it passes on what it gets, so that losses, gradients and validation are those of the
 * network alone. Every method of calibrate/ goes through this one kind; the fitted numbers are its
 * parameters, so that undo and the project file have them. */
#include "nw-layer.h"

#include "nw-logistic.h"
#include "nw-recalibrate.h"
#include "nw-scores.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static const NwChoice *
head_choices(void)
{
  static const NwChoice choices[] = {
      {"softmax", N_("Classes (softmax)")}, {"sigmoid", N_("Questions (sigmoid)")}, {NULL}};
  return choices;
}

static const NwChoice *
form_choices(void)
{
  static const NwChoice choices[] = {
      {"logits", N_("Logits, and gives logits")},
      {"probabilities", N_("Probabilities, and gives such")},
      {"logits_to_probabilities", N_("Logits, and gives probabilities")},
      {NULL}};
  return choices;
}

/* What forward has prepared: the maps and what they point to, in one block. */
typedef struct {
  NwMaps maps;
  gsize given; /* numbers in a row of the input: two for a yes/no question of two units */
  gboolean probabilities;
} Prepared;

static gboolean
has(const NwParams *params, const char *key, const char *id)
{
  return strcmp(nw_params_get_choice(params, key), id) == 0;
}

/* The maps as the parameters have them, but for starts and numbers. */
static NwMaps
describe_maps(const NwParams *params, gsize given)
{
  NwMaps maps = {.kind = nw_recalibrator_kind_find(nw_params_get_choice(params, "method"))};

  if (has(params, "head", "softmax"))
    maps.task = given == 2 ? NW_TASK_BINARY : NW_TASK_MULTICLASS;
  else
    maps.task = given == 1 ? NW_TASK_BINARY : NW_TASK_MULTILABEL;
  maps.cols = maps.task == NW_TASK_BINARY ? 1 : given;
  nw_params_get_ints(params, "lengths", &maps.n_maps);
  return maps;
}

/* @starts: (out): [n_maps + 1] */
static void
add_up(const gint64 *lengths, gsize n, gsize *starts)
{
  starts[0] = 0;
  for (gsize i = 0; i < n; i++)
    starts[i + 1] = starts[i] + (gsize)lengths[i];
}

static gboolean
check_maps(const NwInfer *infer, gsize given, GError **error)
{
  NwMaps maps = describe_maps(infer->params, given);
  gsize n_numbers;
  const gint64 *lengths = nw_params_get_ints(infer->params, "lengths", &maps.n_maps);
  g_autofree gsize *starts = g_new(gsize, maps.n_maps + 1);

  maps.numbers = nw_params_get_reals(infer->params, "numbers", &n_numbers);
  maps.starts = starts;
  add_up(lengths, maps.n_maps, starts);
  if ((maps.n_maps == nw_maps_count(maps.kind, maps.task, maps.cols, FALSE) ||
       maps.n_maps == nw_maps_count(maps.kind, maps.task, maps.cols, TRUE)) &&
      starts[maps.n_maps] == n_numbers && nw_maps_are_whole(&maps))
    return TRUE;
  return nw_infer_fail(infer, error,
                       _("what was fitted (%d numbers in %d maps) is not what “%s” has for %d "
                         "numbers; recalibrate on the Trust page, or empty both"),
                       (int)n_numbers, (int)maps.n_maps, _(maps.kind->title), (int)given);
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwShape *in = &infer->inputs[0].shape;
  gsize given = (gsize)nw_shape_last(in), n_maps;

  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  if (has(infer->params, "head", "softmax") && given < 2)
    return nw_infer_fail(infer, error,
                         _("classes need two numbers or more, and its input has %d; choose "
                           "Questions for a single one"),
                         (int)given);
  nw_params_get_ints(infer->params, "lengths", &n_maps);
  if (n_maps > 0 && !check_maps(infer, given, error))
    return FALSE;
  if (n_maps == 0) {
    nw_infer_alias(infer, *in);
  } else {
    nw_infer_output(infer, *in, NW_REAL);
    infer->in_place = TRUE;
    infer->flops = 20 * nw_shape_elements(in);
    /* z, p and q of one row, in double */
    nw_infer_scratch(infer, 0, (gint64)(3 * given * (sizeof(double) / sizeof(NwReal) + 1)));
  }
  infer->mask_from[0] = 0;
  if (!has(infer->params, "form", "logits_to_probabilities"))
    return TRUE;
  return nw_infer_activation(infer, nw_params_get_choice(infer->params, "head"), error);
}

static gpointer
prepare(const NwInfer *infer)
{
  gsize given = (gsize)nw_shape_last(&infer->inputs[0].shape), n_numbers;
  NwMaps maps = describe_maps(infer->params, given);
  const gint64 *lengths = nw_params_get_ints(infer->params, "lengths", &maps.n_maps);
  const double *fitted = nw_params_get_reals(infer->params, "numbers", &n_numbers);
  Prepared *self =
      g_malloc(sizeof *self + n_numbers * sizeof(double) + (maps.n_maps + 1) * sizeof(gsize));
  double *numbers = (double *)(self + 1);
  gsize *starts = (gsize *)(numbers + n_numbers);

  if (n_numbers > 0)
    memcpy(numbers, fitted, n_numbers * sizeof *numbers);
  add_up(lengths, maps.n_maps, starts);
  maps.numbers = numbers;
  maps.starts = starts;
  *self = (Prepared){maps, given, has(infer->params, "form", "probabilities")};
  return self;
}

static double
clipped_log(double p)
{
  return log(MAX(p, NW_LOG_CLIP));
}

/* One row as an NwForecast has it: logits z and probabilities p of the questions or classes. */
static void
read_row(const Prepared *self, const NwReal *x, double *z, double *p)
{
  gsize cols = self->maps.cols, second = self->given - cols; /* of two units the second is asked */

  for (gsize j = 0; j < cols; j++) {
    double value = (double)x[second + j], other = second > 0 ? (double)x[0] : 1 - value;
    if (self->probabilities) {
      p[j] = CLAMP(value, 0, 1);
      z[j] = clipped_log(value) - (self->maps.task == NW_TASK_MULTICLASS ? 0 : clipped_log(other));
    } else {
      z[j] = second > 0 ? value - other : value;
      p[j] = nw_sigmoid(z[j]);
    }
  }
  if (!self->probabilities && self->maps.task == NW_TASK_MULTICLASS)
    nw_softmax(z, cols, p);
}

static void
write_row(const Prepared *self, const double *q, NwReal *y)
{
  gsize cols = self->maps.cols, second = self->given - cols;

  for (gsize j = 0; j < cols; j++) {
    double odds = clipped_log(q[j]) - clipped_log(1 - q[j]);
    if (self->probabilities)
      y[second + j] = (NwReal)q[j];
    else if (self->maps.task == NW_TASK_MULTICLASS)
      y[j] = (NwReal)clipped_log(q[j]);
    else
      y[second + j] = (NwReal)(second > 0 ? odds / 2 : odds);
  }
  if (second > 0)
    y[0] = self->probabilities ? (NwReal)(1 - q[0]) : -y[1];
}

static void
forward(const NwCall *call)
{
  const Prepared *self = call->prepared;
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  gsize rows = call->n * (gsize)nw_shape_rows(&x->type->shape), given = self->given;
  double *z = (double *)(gpointer)call->scratch[0], *p = z + given, *q = p + given;

  if (call->training || call->bypass) {
    if (y->real != x->real)
      memcpy(y->real, x->real, rows * given * sizeof *y->real);
    return;
  }
  for (gsize row = 0; row < rows; row++) {
    read_row(self, x->real + row * given, z, p);
    nw_maps_apply(&self->maps, z, p, q);
    write_row(self, q, y->real + row * given);
  }
}

/* y = x while training */
static void
backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  gsize n = call->n * (gsize)nw_shape_elements(&x->type->shape);

  for (gsize i = 0; x->gradient != NULL && i < n; i++)
    x->gradient[i] = x->accumulate ? x->gradient[i] + y->gradient[i] : y->gradient[i];
}

static char *
describe(const NwParams *params)
{
  const NwRecalibratorKind *kind =
      nw_recalibrator_kind_find(nw_params_get_choice(params, "method"));
  gsize n_maps;

  nw_params_get_ints(params, "lengths", &n_maps);
  return n_maps > 0 ? g_strdup(_(kind->title)) : g_strdup(_("not fitted yet"));
}

static const NwParamSpec params[] = {
    {"method", N_("Method"), N_("How probabilities are mapped; the Trust page fits and compares"),
     NW_PARAM_CHOICE, "temperature", .choices = nw_recalibrator_choices},
    {"head", N_("Probabilities of"),
     N_("Classes that exclude each other, or questions of their own"), NW_PARAM_CHOICE, "softmax",
     .choices = head_choices},
    {"form", N_("Takes"), N_("What comes in, and what goes out"), NW_PARAM_CHOICE, "logits",
     .choices = form_choices},
    {"lengths", N_("Map sizes"),
     N_("How many of the fitted numbers each map has: one map for all, or one for each class or "
        "question; 0 leaves it as it is, nothing means not fitted yet"),
     NW_PARAM_INTS, "", 0, 1e6, .group = N_("Fitted")},
    {"numbers", N_("Numbers"), N_("What was fitted: the parameters of each map in turn"),
     NW_PARAM_REALS, "", -1e300, 1e300, .group = N_("Fitted"), .wide = TRUE},
    {NULL},
};

const NwLayerKind nw_layer_recalibration = {
    .id = "recalibration",
    .title = N_("Recalibration"),
    .summary = N_("Makes probabilities honest with a map fitted to held-out data; does nothing "
                  "while training"),
    .category = NW_CATEGORY_CORE,
    .inputs = (const NwPort[]){{"in", N_("Logits")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Recalibrated")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"", "3"},
            {"lengths=1 numbers=1.7", "mask:4,3"},
            {"lengths=1 numbers=1.7 form=logits_to_probabilities", "2"},
            {"method=platt head=sigmoid lengths=2,0 numbers=0.6,-0.4", "2"},
            {"method=matrix lengths=12 numbers=1,0.1,0,0,0.8,0,0.2,0,0.9,0.1,-0.2,0.3", "3"},
            {"method=venn_abers head=sigmoid lengths=6 numbers=-1,0.2,0.3,0.5,0.5,0.7", "4,1"},
            {NULL}},
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
