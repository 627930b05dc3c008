/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-stencil.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "nw-stencil-kernels.h"

const int nw_stencil_line = 1, nw_stencil_plane = 2;

/* ── sizes ───────────────────────────────────────────────────────────────────────────────────── */

gboolean
nw_stencil_pair(const NwParams *params, const char *key, gsize *height, gsize *width)
{
  gsize n = 1;
  if (nw_params_find_spec(params, key)->type == NW_PARAM_INT) {
    *height = *width = (gsize)nw_params_get_int(params, key);
    return TRUE;
  }
  const gint64 *list = nw_params_get_ints(params, key, &n);
  if (n == 0 || n > 2)
    return FALSE;
  *height = (gsize)list[0];
  *width = (gsize)list[n - 1];
  return TRUE;
}

void
nw_stencil_sizes(const NwShape *shape, gsize *height, gsize *width, gsize *channels)
{
  *height = (gsize)shape->dim[0];
  *width = shape->rank > 2 ? (gsize)shape->dim[1] : 1;
  *channels = (gsize)nw_shape_last(shape);
}

NwShape
nw_stencil_shape(const NwShape *like, gsize height, gsize width, gsize channels)
{
  return like->rank > 2 ? NW_SHAPE((gint64)height, (gint64)width, (gint64)channels)
                        : NW_SHAPE((gint64)height, (gint64)channels);
}

char *
nw_stencil_text(const NwParams *params, const char *key)
{
  gsize height, width;
  if (!nw_stencil_pair(params, key, &height, &width))
    return nw_params_to_text(params, key);
  return nw_params_find_spec(params, key)->type == NW_PARAM_INT
             ? g_strdup_printf("%zu", height)
             : g_strdup_printf("%zu × %zu", height, width);
}

/* ── positions ───────────────────────────────────────────────────────────────────────────────── */

static NwSlide
slide(const char *padding, gsize in, gsize size, gsize stride, gsize dilation)
{
  gsize reach = (size - 1) * dilation + 1;
  NwSlide s = {in, (in + stride - 1) / stride, size, stride, dilation, 0};
  if (g_str_equal(padding, "valid"))
    s.out = reach <= in ? (in - reach) / stride + 1 : 0;
  else if (g_str_equal(padding, "causal"))
    s.before = reach - 1;
  else if ((s.out - 1) * stride + reach > in)
    s.before = ((s.out - 1) * stride + reach - in) / 2;
  return s;
}

NwStencil
nw_stencil(const NwParams *params, const NwShape *in, const char *size_key)
{
  const char *padding = nw_params_get_choice(params, "padding");
  gsize height, width, channels, size[2] = {1, 1}, stride[2], dilation[2] = {1, 1};
  nw_stencil_sizes(in, &height, &width, &channels);
  nw_stencil_pair(params, size_key, &size[0], &size[1]);
  if (!nw_stencil_pair(params, "strides", &stride[0], &stride[1])) {
    stride[0] = size[0];
    stride[1] = size[1];
  }
  if (nw_params_find_spec(params, "dilation_rate") != NULL)
    nw_stencil_pair(params, "dilation_rate", &dilation[0], &dilation[1]);
  if (in->rank < 3)
    size[1] = stride[1] = dilation[1] = 1;
  return (NwStencil){slide(padding, height, size[0], stride[0], dilation[0]),
                     slide(padding, width, size[1], stride[1], dilation[1])};
}

/* ── what is wrong, in sentences ─────────────────────────────────────────────────────────────── */

/* A shape of @axes axes and channels that has as many numbers: 64 is 8 × 8 × 1. */
static char *
propose_shape(const NwShape *shape, int axes)
{
  gint64 side = (gint64)sqrt((double)nw_shape_elements(shape));
  if (shape->rank == 0)
    return g_strdup(axes == 1 ? "1, 1" : "1, 1, 1");
  if (shape->rank <= axes && shape->rank == 1 && axes == 2)
    return side * side == shape->dim[0] ? g_strdup_printf("%" PRId64 ", %" PRId64 ", 1", side, side)
                                        : g_strdup_printf("%" PRId64 ", 1, 1", shape->dim[0]);
  if (shape->rank <= axes)
    return axes == 1 ? g_strdup_printf("%" PRId64 ", 1", shape->dim[0])
                     : g_strdup_printf("%" PRId64 ", %" PRId64 ", 1", shape->dim[0], shape->dim[1]);
  return axes == 1 ? g_strdup_printf("%" PRId64 ", −1", shape->dim[0])
                   : g_strdup_printf("%" PRId64 ", %" PRId64 ", −1", shape->dim[0], shape->dim[1]);
}

gboolean
nw_infer_want_grid(const NwInfer *infer, GError **error)
{
  int axes = nw_infer_axes(infer);
  const NwShape *shape = &infer->inputs[0].shape;
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  if (shape->rank == axes + 1)
    return TRUE;
  g_autofree char *got = nw_shape_to_text(shape), *proposal = propose_shape(shape, axes);
  return nw_infer_fail(infer, error,
                       axes == 1 ? _("it wants steps × channels, not %s; add a Reshape to %s")
                                 : _("it wants height × width × channels, not %s; add a Reshape to "
                                     "%s"),
                       got, proposal);
}

static gsize
count_numbers(const NwParams *params, const char *key)
{
  gsize n = 1;
  if (nw_params_find_spec(params, key)->type == NW_PARAM_INTS)
    nw_params_get_ints(params, key, &n);
  return n;
}

gboolean
nw_infer_want_pair(const NwInfer *infer, const char *key, GError **error)
{
  const NwParamSpec *spec = nw_params_find_spec(infer->params, key);
  gsize n = count_numbers(infer->params, key), axes = (gsize)infer->inputs[0].shape.rank - 1;
  if (n == 1 || n == axes)
    return TRUE;
  if (axes == 1)
    return nw_infer_fail(infer, error, _("“%s” has %zu numbers; give one"), _(spec->title), n);
  return nw_infer_fail(
      infer, error,
      _("“%s” has %zu numbers; give one for both axes, or one for height and one for width"),
      _(spec->title), n);
}

gboolean
nw_infer_want_pair_or_none(const NwInfer *infer, const char *key, GError **error)
{
  return count_numbers(infer->params, key) == 0 || nw_infer_want_pair(infer, key, error);
}

gboolean
nw_infer_check_strides(const NwInfer *infer, const NwStencil *window, GError **error)
{
  return MAX(window->h.stride, window->w.stride) == 1 ||
         MAX(window->h.dilation, window->w.dilation) == 1 ||
         nw_infer_fail(infer, error,
                       _("strides and dilation cannot both be above 1; set one of them to 1"));
}

static char *
size_text(int axes, gsize height, gsize width)
{
  return axes == 1 ? g_strdup_printf("%zu", height) : g_strdup_printf("%zu × %zu", height, width);
}

gboolean
nw_infer_stencil(const NwInfer *infer, const char *size_key, NwStencil *window, GError **error)
{
  int axes = nw_infer_axes(infer);
  const NwParams *params = infer->params;
  gboolean pools = g_str_equal(size_key, "pool_size"); /* and may leave out the strides */
  if (!nw_infer_want_grid(infer, error) || !nw_infer_want_pair(infer, size_key, error) ||
      !(pools ? nw_infer_want_pair_or_none : nw_infer_want_pair)(infer, "strides", error) ||
      !(nw_params_find_spec(params, "dilation_rate") == NULL ||
        nw_infer_want_pair(infer, "dilation_rate", error)))
    return FALSE;

  *window = nw_stencil(params, &infer->inputs[0].shape, size_key);
  const NwSlide *h = &window->h, *w = &window->w;
  if (!nw_infer_check_strides(infer, window, error))
    return FALSE;
  if (h->out > 0 && w->out > 0)
    return TRUE;
  g_autofree char *there = size_text(axes, h->in, w->in);
  g_autofree char *reach =
      size_text(axes, (h->size - 1) * h->dilation + 1, (w->size - 1) * w->dilation + 1);
  return nw_infer_fail(infer, error,
                       _("its window reaches over %s, but its input has only %s; make it smaller, "
                         "or set the padding to same"),
                       reach, there);
}

/* ── choices ─────────────────────────────────────────────────────────────────────────────────── */

static const NwChoice paddings[] = {
    {"causal", N_("Causal: padding in front, so that no step sees later ones")},
    {"valid", N_("Valid: only where it fits")},
    {"same", N_("Same: padding around, so that the size stays")},
    {NULL},
};

const NwChoice *
nw_stencil_causal_paddings(void)
{
  return paddings;
}

const NwChoice *
nw_stencil_paddings(void)
{
  return paddings + 1;
}

/* ── work ────────────────────────────────────────────────────────────────────────────────────── */

extern const NwStencilKernels nw_stencil_kernels_baseline[], nw_stencil_kernels_avx2[],
    nw_stencil_kernels_avx512[];

static const NwStencilKernels *const tables[NW_N_CPUS] = NW_CPU_TABLE(nw_stencil_kernels);

const NwStencilKernels *
nw_stencil_kernels(void)
{
  return tables[nw_cpu_get()];
}

#define TASK_NUMBERS  65536
#define TASK_CHANNELS 64

typedef struct {
  NwStencilFunc func;
  gconstpointer data;
  gsize n, channels, samples, task_channels, parts; /* samples, channels and parts of a task */
} Run;

static void
run_cb(gpointer data, gsize task)
{
  const Run *run = data;
  NwChannels span = {run->channels, task % run->parts * run->task_channels, 0};
  gsize first = task / run->parts * run->samples;
  span.n = MIN(run->task_channels, run->channels - span.first);
  for (gsize sample = first; sample < MIN(first + run->samples, run->n); sample++)
    run->func(run->data, &span, sample);
}

void
nw_stencil_run(NwPool *pool, gsize n, gsize numbers, gsize channels, NwStencilFunc func,
               gconstpointer data)
{
  Run run = {func, data, n, channels, MAX(TASK_NUMBERS / numbers, 1), channels, 1};
  if (numbers > TASK_NUMBERS)
    run.task_channels = TASK_CHANNELS;
  run.parts = (channels + run.task_channels - 1) / run.task_channels;
  nw_pool_run(pool, (n + run.samples - 1) / run.samples * run.parts, run_cb, &run);
}
