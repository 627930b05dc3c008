/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = γ·(x − μ)/√(σ² + ε) + β, with μ and σ² over some axes of each sample (Ba, Kiros & Hinton,
 * "Layer normalization", 2016).
 *
 * The axes cut a sample into groups: numbers that are normalised together. Those of one group
 * differ in the normalised axes, and each place in a group has a γ and a β. A run is what lies on
 * the last axis: one group with places in order, or one place of groups in order.
 *
 * rms_scaling, as Keras 3.15: y = γ·x/√(σ² + ε), where σ² is still the variance. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "nw-vec.h"

enum { MEAN, INVERSE }; /* saved: μ and 1/√(σ² + ε), one per group */

typedef struct {
  const NwCall *call;
  const NwShape *shape;
  gboolean normalised[NW_MAX_RANK]; /* by axis */
  gboolean trailing;              /* the normalised axes are the last ones: a group is contiguous */
  gsize groups, places, elements; /* per sample; places = elements of γ */
  gboolean rms;
  int gamma, beta; /* indices of weights; −1: none */
} Job;

/* Marks the axes that are normalised; 0 or the axis that does not exist. */
static gint64
find_axes(const NwParams *params, int rank, gboolean normalised[NW_MAX_RANK])
{
  gsize n;
  const gint64 *axes = nw_params_get_ints(params, "axis", &n);
  for (gsize i = 0; i < n; i++) {
    int axis = nw_infer_axis(axes[i], rank);
    if (axis < 0)
      return axes[i] == 0 ? G_MININT64 : axes[i];
    normalised[axis] = TRUE;
  }
  return 0;
}

static Job
make_job(const NwCall *call)
{
  Job job = {.call = call, .shape = &call->inputs[0].type->shape, .groups = 1, .places = 1};
  job.rms = nw_params_get_bool(call->params, "rms_scaling");
  gboolean scale = job.rms || nw_params_get_bool(call->params, "scale");
  gboolean center = !job.rms && nw_params_get_bool(call->params, "center");
  find_axes(call->params, job.shape->rank, job.normalised);
  job.trailing = TRUE;
  for (int axis = 0; axis < job.shape->rank; axis++) {
    *(job.normalised[axis] ? &job.places : &job.groups) *= (gsize)job.shape->dim[axis];
    job.trailing &= axis == 0 || job.normalised[axis] || !job.normalised[axis - 1];
  }
  job.elements = job.groups * job.places;
  job.gamma = scale ? 0 : -1;
  job.beta = center ? scale : -1;
  return job;
}

/* ── runs ────────────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  const Job *job;
  gint64 index[NW_MAX_RANK];
  gsize at, n;        /* of the run in the sample */
  gsize group, place; /* of its first number */
  gboolean along;     /* one group, places in order; otherwise one place, groups in order */
} Walk;

static Walk
walk_start(const Job *job)
{
  int last = job->shape->rank - 1;
  return (Walk){.job = job, .n = (gsize)job->shape->dim[last], .along = job->normalised[last]};
}

static gboolean
walk_next(Walk *walk)
{
  const Job *job = walk->job;
  gsize group = 1, place = 1, steps[NW_MAX_RANK];
  walk->at += walk->n;
  if (walk->at >= job->elements)
    return FALSE;
  for (int axis = job->shape->rank - 1; axis >= 0; axis--) {
    gsize *stride = job->normalised[axis] ? &place : &group;
    steps[axis] = *stride;
    *stride *= (gsize)job->shape->dim[axis];
  }
  for (int axis = job->shape->rank - 2; axis >= 0; axis--) {
    gsize *to = job->normalised[axis] ? &walk->place : &walk->group;
    *to += steps[axis];
    if (++walk->index[axis] < job->shape->dim[axis])
      break;
    *to -= steps[axis] * (gsize)walk->index[axis];
    walk->index[axis] = 0;
  }
  return TRUE;
}

/* sums[group] += Σ a (· b) over the numbers of each group of a sample */
static void
add_to_groups(const Job *job, const NwReal *a, const NwReal *b, NwReal *sums)
{
  Walk walk = walk_start(job);
  do {
    const NwReal *x = a + walk.at, *z = b == NULL ? NULL : b + walk.at;
    NwReal *sum = sums + walk.group;
    if (walk.along)
      *sum += z == NULL ? nw_vec()->sum(x, walk.n) : nw_vec()->dot(x, z, walk.n);
    else
      for (gsize i = 0; i < walk.n; i++)
        sum[i] += z == NULL ? x[i] : x[i] * z[i];
  } while (walk_next(&walk));
}

/* y = (x − center[group])·factor[group], each where there is one; y may be x */
static void
apply_groups(const Job *job, const NwReal *x, const NwReal *center, const NwReal *factor, NwReal *y)
{
  Walk walk = walk_start(job);
  do {
    gsize step = walk.along ? 0 : 1, at = walk.at, g = walk.group;
    for (gsize i = 0; i < walk.n; i++, g += step)
      y[at + i] = (x[at + i] - (center == NULL ? 0 : center[g])) * (factor == NULL ? 1 : factor[g]);
  } while (walk_next(&walk));
}

/* y = x·γ[place] + β[place], each where there is one; y may be x */
static void
apply_places(const Job *job, const NwReal *x, const NwReal *gamma, const NwReal *beta, NwReal *y)
{
  Walk walk = walk_start(job);
  do {
    gsize step = walk.along ? 1 : 0, at = walk.at, p = walk.place;
    for (gsize i = 0; i < walk.n; i++, p += step)
      y[at + i] = x[at + i] * (gamma == NULL ? 1 : gamma[p]) + (beta == NULL ? 0 : beta[p]);
  } while (walk_next(&walk));
}

static const NwReal *
weight(const Job *job, int index)
{
  return index < 0 ? NULL : job->call->weights[index];
}

/* ── forward ─────────────────────────────────────────────────────────────────────────────────── */

static void
forward_cb(gpointer data, gsize sample)
{
  const Job *job = data;
  const NwCall *call = job->call;
  const NwReal *x = call->inputs[0].real + sample * job->elements;
  NwReal *y = call->outputs[0].real + sample * job->elements;
  NwReal *mean = call->saved[MEAN] + sample * job->groups;
  NwReal *inverse = call->saved[INVERSE] + sample * job->groups;
  NwReal epsilon = (NwReal)nw_params_get_real(call->params, "epsilon");

  nw_vec()->fill(0, mean, job->groups);
  nw_vec()->fill(0, inverse, job->groups);
  add_to_groups(job, x, NULL, mean);
  nw_vec()->scale(1 / (NwReal)job->places, mean, mean, job->groups);
  apply_groups(job, x, mean, NULL, y);
  add_to_groups(job, y, y, inverse);
  for (gsize g = 0; g < job->groups; g++)
    inverse[g] = 1 / NW_R(sqrt)(inverse[g] / (NwReal)job->places + epsilon);
  apply_groups(job, job->rms ? x : y, NULL, inverse, y);
  if (job->gamma >= 0 || job->beta >= 0)
    apply_places(job, y, weight(job, job->gamma), weight(job, job->beta), y);
}

static void
forward(const NwCall *call)
{
  Job job = make_job(call);
  nw_pool_run(call->pool, call->n, forward_cb, &job);
}

/* ── backward ────────────────────────────────────────────────────────────────────────────────── */

/* With g = dy·γ and x̂ = (x − μ)/√(σ² + ε), sums over the group, N numbers in it:
 *   dx = (g − Σg/N − x̂·Σ(g·x̂)/N)/√(σ² + ε)
 * and for rms_scaling, where y = γ·x/√(σ² + ε):
 *   dx = (g − x̂·Σ(g·x)/N/√(σ² + ε))/√(σ² + ε)
 * Leaves dy·x̂ (rms: dy·x/√(σ² + ε)) in scratch for dγ. */
static void
backward_cb(gpointer data, gsize sample)
{
  const Job *job = data;
  const NwCall *call = job->call;
  const NwTensor *input = &call->inputs[0];
  gsize at = sample * job->elements, groups = sample * job->groups;
  const NwReal *x = input->real + at, *dy = call->outputs[0].gradient + at;
  const NwReal *mean = call->saved[MEAN] + groups, *inverse = call->saved[INVERSE] + groups;
  NwReal *hat = call->scratch[0] + at, *g = call->scratch[1] + at;
  NwReal *sum = call->scratch[2] + 2 * groups, *product = sum + job->groups;

  apply_groups(job, x, mean, inverse, hat);
  if (input->gradient != NULL) {
    NwReal *dx = input->gradient + at;
    apply_places(job, dy, weight(job, job->gamma), NULL, g);
    nw_vec()->fill(0, sum, 2 * job->groups);
    if (!job->rms)
      add_to_groups(job, g, NULL, sum);
    add_to_groups(job, g, job->rms ? x : hat, product);
    nw_vec()->scale(1 / (NwReal)job->places, sum, sum, 2 * job->groups);
    for (gsize i = 0; job->rms && i < job->groups; i++)
      product[i] *= inverse[i];
    Walk walk = walk_start(job);
    do {
      gsize step = walk.along ? 0 : 1, k = walk.group;
      for (gsize i = walk.at; i < walk.at + walk.n; i++, k += step) {
        NwReal d = (g[i] - sum[k] - hat[i] * product[k]) * inverse[k];
        dx[i] = input->accumulate ? dx[i] + d : d;
      }
    } while (walk_next(&walk));
  }
  if (job->rms)
    apply_groups(job, x, NULL, inverse, hat);
  nw_vec()->mul(dy, hat, hat, job->elements);
}

/* gradient[place] += Σ over samples and groups of values */
static void
add_to_places(const Job *job, const NwReal *values, NwReal *gradient)
{
  if (job->trailing) {
    nw_vec_add_rows(job->call->pool, values, job->call->n * job->groups, job->places, gradient);
    return;
  }
  for (gsize sample = 0; sample < job->call->n; sample++, values += job->elements) {
    Walk walk = walk_start(job);
    do {
      if (walk.along)
        nw_vec()->add(values + walk.at, gradient + walk.place, walk.n);
      else
        gradient[walk.place] += nw_vec()->sum(values + walk.at, walk.n);
    } while (walk_next(&walk));
  }
}

static void
backward(const NwCall *call)
{
  Job job = make_job(call);
  nw_pool_run(call->pool, call->n, backward_cb, &job);
  if (job.gamma >= 0 && call->gradients[job.gamma] != NULL)
    add_to_places(&job, call->scratch[0], call->gradients[job.gamma]);
  if (job.beta >= 0 && call->gradients[job.beta] != NULL)
    add_to_places(&job, call->outputs[0].gradient, call->gradients[job.beta]);
}

/* ── the kind ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwShape *in = &infer->inputs[0].shape;
  gboolean normalised[NW_MAX_RANK] = {FALSE}, rms, any = FALSE;
  NwShape places = {0};
  gint64 groups = 1;
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  gint64 bad = find_axes(infer->params, in->rank, normalised);
  if (bad != 0)
    return nw_infer_fail(infer, error,
                         _("axis %" PRId64
                           " cannot be normalised: its input has the axes 1 to %d (0 is the batch, "
                           "−1 the last)"),
                         bad == G_MININT64 ? 0 : bad, in->rank);
  for (int axis = 0; axis < in->rank; axis++) {
    any |= normalised[axis];
    if (normalised[axis])
      places.dim[places.rank++] = in->dim[axis];
    else
      groups *= in->dim[axis];
  }
  if (!any)
    return nw_infer_fail(infer, error, _("it normalises no axis; −1 is the last"));
  rms = nw_params_get_bool(infer->params, "rms_scaling");
  nw_infer_output(infer, *in, NW_REAL);
  infer->mask_from[0] = 0;
  if ((rms || nw_params_get_bool(infer->params, "scale")) &&
      !nw_infer_own_weight(infer, "gamma", places, error))
    return FALSE;
  if (!rms && nw_params_get_bool(infer->params, "center") &&
      !nw_infer_own_weight(infer, "beta", places, error))
    return FALSE;
  nw_infer_saved(infer, groups, 0);
  nw_infer_saved(infer, groups, 0);
  nw_infer_scratch(infer, nw_shape_elements(in), 0);
  nw_infer_scratch(infer, nw_shape_elements(in), 0);
  nw_infer_scratch(infer, 2 * groups, 0);
  infer->keeps_inputs = TRUE;
  infer->flops = 8 * nw_shape_elements(in);
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  gsize n;
  const gint64 *axes = nw_params_get_ints(params, "axis", &n);
  g_autofree char *text = nw_params_to_text(params, "axis");
  if (n == 1 && axes[0] == -1)
    return g_strdup(_("last axis"));
  return g_strdup_printf(_("axes %s"), text);
}

static const NwParamSpec params[] = {
    {"axis", N_("Axes"),
     N_("The axes that are normalised together: 1 is the first of a sample, −1 the last"),
     NW_PARAM_INTS, "-1", -NW_MAX_RANK, NW_MAX_RANK},
    {"epsilon", N_("Epsilon"), N_("Added to the variance, so that none is divided by 0"),
     NW_PARAM_REAL, "0.001", 1e-12, 1},
    {"center", N_("Center"), N_("Adds a learned number β"), NW_PARAM_BOOL, "true",
     .when = "rms_scaling=false"},
    {"scale", N_("Scale"), N_("Multiplies with a learned number γ"), NW_PARAM_BOOL, "true",
     .when = "rms_scaling=false"},
    {"rms_scaling", N_("Scale only"),
     N_("Divides by the deviation without taking the mean away, as Keras' rms_scaling does"),
     NW_PARAM_BOOL, "false"},
    {"gamma_initializer", N_("Gamma"), N_("What a fresh γ holds"), NW_PARAM_TEXT, "ones",
     .group = N_("Initialisation")},
    {"beta_initializer", N_("Beta"), N_("What a fresh β holds"), NW_PARAM_TEXT, "zeros",
     .when = "center=true", .group = N_("Initialisation")},
    NW_PARAMS_WEIGHT_PENALTY("gamma", "Gamma"),
    NW_PARAMS_WEIGHT_PENALTY("beta", "Beta"),
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_layer_normalization = {
    .id = "layer_normalization",
    .title = N_("LayerNorm"),
    .summary =
        N_("Centres and scales the numbers of each sample, or of each step, among themselves"),
    .category = NW_CATEGORY_REGULARISE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"", "5"},
                                         {"", "mask:4,5"},
                                         {"axis=1", "4,5"},
                                         {"axis=1,2 scale=false", "4,5"},
                                         {"axis=1,3 epsilon=0.1", "2,3,4"},
                                         {"axis=2 center=false", "2,3,4"},
                                         {"center=false scale=false", "3,4"},
                                         {"rms_scaling=true", "3,5"},
                                         {"rms_scaling=true axis=1", "mask:3,2"},
                                         {"trainable=false", "5"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
