/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-conv-private.h"

#include <string.h>

#include "nw-conv-kernels.h"
#include "nw-vec.h"

extern const NwConvKernels nw_conv_kernels_baseline[], nw_conv_kernels_avx2[],
    nw_conv_kernels_avx512[];

static const NwConvKernels *const tables[NW_N_CPUS] = NW_CPU_TABLE(nw_conv_kernels);

const NwConvKernels *
nw_conv_kernels(void)
{
  return tables[nw_cpu_get()];
}

/* ── sweeps ──────────────────────────────────────────────────────────────────────────────────────
 * Forward and the gradient by the input are one procedure. Along an axis, target positions that use
 * the same taps form a phase: forward has one; backward has as many as the stride, because input
 * position i' = phase + stride·t − before was read through the taps p·dilation ≡ phase only. In a
 * phase, neighbouring targets read sources a fixed step apart. */

typedef struct {
  gsize first, end;          /* t = first … end − 1 */
  gsize target, target_step; /* where t = first writes; how far t + 1 lies behind it */
  gsize tap, n_taps;         /* the first tap, in order of rising sources */
  gssize tap_step;
  gsize source, source_step; /* padded position of the first tap for t = 0; to the next tap */
} Phase;

NwConvAxis
nw_conv_forward_axis(const NwSlide *s)
{
  gsize reach = (s->size - 1) * s->dilation + 1, padded = (s->out - 1) * s->stride + reach;
  return (NwConvAxis){.source = s->in,
                      .target = s->out,
                      .before = s->before,
                      .padded = MAX(padded, s->before + s->in),
                      .step = s->stride,
                      .extent = reach,
                      .n_t = s->out,
                      .n_phases = 1};
}

static NwConvAxis
backward_axis(const NwSlide *s)
{
  gsize before = (s->size - 1) * s->dilation / s->stride;
  gsize n_t = (s->in - 1 + s->before) / s->stride + 1;
  return (NwConvAxis){.source = s->out,
                      .target = s->in,
                      .before = before,
                      .padded = before + MAX(s->out, n_t),
                      .step = 1,
                      .extent = before + 1,
                      .n_t = n_t,
                      .n_phases = s->stride};
}

static Phase
forward_phase(const NwSlide *s)
{
  return (Phase){.end = s->out,
                 .target_step = 1,
                 .n_taps = s->size,
                 .tap_step = 1,
                 .source_step = s->dilation};
}

static Phase
backward_phase(const NwSlide *s, const NwConvAxis *axis, gsize phase)
{
  Phase result = {.target_step = s->stride};
  gsize last = s->in - 1 + s->before, second = 0;
  result.first = phase < s->before ? nw_conv_divide_up(s->before - phase, s->stride) : 0;
  result.end = last >= phase ? (last - phase) / s->stride + 1 : 0;
  result.target = phase + s->stride * result.first - s->before;
  for (gsize p = 0; p < s->size; p++) {
    if (p * s->dilation % s->stride != phase)
      continue;
    second = result.tap; /* the one before the last, in the end */
    result.tap = p;
    result.n_taps++;
  }
  /* Tap p of t reads t − (p·dilation − phase)/stride: the last tap reads first. */
  result.tap_step = (gssize)second - (gssize)result.tap;
  if (result.n_taps > 0)
    result.source = axis->before - (result.tap * s->dilation - phase) / s->stride;
  result.source_step = (result.tap - second) * s->dilation / s->stride;
  return result;
}

typedef struct {
  const NwConv *conv;
  const NwConvKernels *kernels;
  gboolean back; /* from y to x */
  NwConvAxis h, w;
  gsize channels, group_in; /* of the source; of a group of it */
  gsize filters, group_out; /* of the target */
  gsize panels;             /* per group */
  gsize panel_size;         /* numbers of a packed panel */
  gsize bands, band;        /* pieces of a sample; values of t along the height in each */
  gboolean copies;          /* the source needs padding */
  gsize region;             /* numbers of a padded piece */

  /* of a run */
  gsize n, samples; /* in all; in a task, with bands = 1 */
  const NwReal *source, *weights, *bias;
  NwReal *target, *packed, *packed_bias, *regions;
  gboolean add;
  const NwActivation *activation; /* (nullable): target becomes f(target), or */
  const NwReal *activated;        /* (nullable): f'·target, where this is f of something */
} Sweep;

static Phase
phase_of(const Sweep *sweep, const NwSlide *slide, const NwConvAxis *axis, gsize phase)
{
  return sweep->back ? backward_phase(slide, axis, phase) : forward_phase(slide);
}

static Sweep
make_sweep(const NwConv *conv, gboolean back)
{
  const NwSlide *h = &conv->window.h, *w = &conv->window.w;
  Sweep sweep = {.conv = conv, .kernels = nw_conv_kernels(), .back = back};
  sweep.h = back ? backward_axis(h) : nw_conv_forward_axis(h);
  sweep.w = back ? backward_axis(w) : nw_conv_forward_axis(w);
  sweep.channels = back ? conv->filters : conv->channels;
  sweep.filters = back ? conv->channels : conv->filters;
  sweep.group_in = sweep.channels / conv->groups;
  sweep.group_out = sweep.filters / conv->groups;
  sweep.panels = nw_conv_divide_up(sweep.group_out, sweep.kernels->panel);
  sweep.panel_size = h->size * w->size * sweep.group_in * sweep.kernels->panel;
  sweep.copies = sweep.h.before > 0 || sweep.w.before > 0 || sweep.h.padded > sweep.h.source ||
                 sweep.w.padded > sweep.w.source;

  gsize work = h->out * w->out * h->size * w->size * sweep.group_in * sweep.filters;
  sweep.bands = CLAMP(work / (2 * NW_CONV_PIECE), 1, sweep.h.n_t);
  sweep.band = nw_conv_divide_up(sweep.h.n_t, sweep.bands);
  sweep.bands = nw_conv_divide_up(sweep.h.n_t, sweep.band);
  sweep.samples = MAX(NW_CONV_PIECE / MAX(work, 1), 1);
  if (sweep.copies)
    sweep.region = NW_CONV_ALIGNED(((sweep.band - 1) * sweep.h.step + sweep.h.extent) *
                                   sweep.w.padded * sweep.channels);
  return sweep;
}

/* ── packing ─────────────────────────────────────────────────────────────────────────────────── */

/* Kernel weights in the order in which tiles read them: group, panel, phase, tap, number of the
 * source, column of the panel. */
static void
pack_cb(gpointer data, gsize task)
{
  const Sweep *sweep = data;
  const NwConv *conv = sweep->conv;
  gsize group = task / sweep->panels, first = task % sweep->panels * sweep->kernels->panel;
  gsize cols = MIN(sweep->kernels->panel, sweep->group_out - first);
  gsize row = conv->channels / conv->groups; /* rows of W per tap */
  NwReal *to = sweep->packed + task * sweep->panel_size;
  /* steps in W[p, q, c, f] to the next number of the source, and of the target */
  gsize in_step = sweep->back ? 1 : conv->filters, out_step = sweep->back ? conv->filters : 1;
  gsize from_group = group * (conv->filters / conv->groups);

  for (gsize a = 0; a < sweep->h.n_phases; a++) {
    Phase h = phase_of(sweep, &conv->window.h, &sweep->h, a);
    for (gsize b = 0; b < sweep->w.n_phases; b++) {
      Phase w = phase_of(sweep, &conv->window.w, &sweep->w, b);
      for (gsize i = 0; i < h.n_taps * w.n_taps; i++) {
        gsize p = h.tap + (gsize)((gssize)(i / w.n_taps) * h.tap_step);
        gsize q = w.tap + (gsize)((gssize)(i % w.n_taps) * w.tap_step);
        const NwReal *from = sweep->weights + (p * conv->window.w.size + q) * row * conv->filters +
                             from_group + first * out_step;
        for (gsize k = 0; k < sweep->group_in; k++, to += sweep->kernels->panel) {
          for (gsize v = 0; v < cols; v++)
            to[v] = from[k * in_step + v * out_step];
          memset(to + cols, 0, (sweep->kernels->panel - cols) * sizeof *to);
        }
      }
    }
  }
  if (sweep->bias != NULL) {
    NwReal *bias = sweep->packed_bias + task * sweep->kernels->panel;
    memset(bias, 0, sweep->kernels->panel * sizeof *bias);
    memcpy(bias, sweep->bias + group * sweep->group_out + first, cols * sizeof *bias);
  }
}

/* ── padding ─────────────────────────────────────────────────────────────────────────────────── */

/* Copies rows first … first + rows − 1 of the padded picture; [rows, w.padded, channels]. */
void
nw_conv_pad(const NwConvAxis *h, const NwConvAxis *w, gsize channels, const NwReal *from,
            gsize first, gsize rows, NwReal *to)
{
  gsize left = w->before * channels, line = w->source * channels, all = w->padded * channels;
  for (gsize r = first; r < first + rows; r++, to += all) {
    if (r < h->before || r >= h->before + h->source) {
      memset(to, 0, all * sizeof *to);
      continue;
    }
    memset(to, 0, left * sizeof *to);
    memcpy(to + left, from + (r - h->before) * line, line * sizeof *to);
    memset(to + left + line, 0, (all - left - line) * sizeof *to);
  }
}

/* ── tiles ───────────────────────────────────────────────────────────────────────────────────── */

/* Loops that follow each other in memory become one; a loop of one turn gives way to the next. */
void
nw_conv_simplify(NwConvSum *sum)
{
  for (int i = 0; i < 2; i++) {
    if (sum->n.k == 1) {
      sum->n.k = sum->n.q;
      sum->a.k = sum->a.q;
      sum->b.k = sum->b.q;
      sum->n.q = 1;
    } else if (sum->n.q > 1 && sum->a.q == sum->n.k * sum->a.k && sum->b.q == sum->n.k * sum->b.k) {
      sum->n.k *= sum->n.q;
      sum->n.q = 1;
    }
    if (sum->n.q == 1) {
      sum->n.q = sum->n.p;
      sum->a.q = sum->a.p;
      sum->b.q = sum->b.p;
      sum->n.p = 1;
    }
  }
}

/* Targets t0 … t1 − 1 of one phase and panel; @source is the padded row that t0 begins at. */
static void
run_phase(const Sweep *sweep, const Phase *h, const Phase *w, gsize t0, gsize t1,
          const NwReal *source, const NwReal *packed, const NwReal *start, gsize cols,
          NwReal *target)
{
  gsize line = sweep->w.padded * sweep->channels, panel = sweep->kernels->panel;
  gsize width = w->end - w->first;
  gsize first = MAX(t0, h->first), end = MIN(t1, h->end);
  if (first >= end || w->first >= w->end)
    return;
  NwConvSum sum = {{h->n_taps, w->n_taps, sweep->group_in},
                   {h->source_step * line, w->source_step * sweep->channels, 1},
                   {w->n_taps * sweep->group_in * panel, sweep->group_in * panel, panel}};
  nw_conv_simplify(&sum);
  source += h->source * line + w->source * sweep->channels;
  target += (h->target + (first - h->first) * h->target_step) * sweep->w.target * sweep->filters;

  gsize all = (end - first) * width, tiles = nw_conv_divide_up(all, sweep->kernels->rows);
  gsize rows = nw_conv_divide_up(all, tiles), t = first - t0, u = 0;
  gsize row_a[NW_CONV_MAX_ROWS], row_c[NW_CONV_MAX_ROWS];
  for (gsize done = 0; done < all; done += rows) {
    rows = MIN(rows, all - done);
    for (gsize m = 0; m < rows; m++) {
      row_a[m] = t * sweep->h.step * line + (w->first + u) * sweep->w.step * sweep->channels;
      row_c[m] =
          ((t - (first - t0)) * h->target_step * sweep->w.target + w->target + u * w->target_step) *
          sweep->filters;
      if (++u == width) {
        u = 0;
        t++;
      }
    }
    sweep->kernels->tile(&sum, rows, cols, source, row_a, packed, start, target, row_c, sweep->add);
  }
}

/* All phases together write rows that follow each other. */
static void
activate(const Sweep *sweep, gsize sample, gsize t0, gsize t1)
{
  gsize stride = sweep->back ? sweep->conv->window.h.stride : 1;
  gsize before = sweep->back ? sweep->conv->window.h.before : 0;
  gsize first = stride * t0 > before ? stride * t0 - before : 0;
  gsize end = stride * t1 > before ? MIN(stride * t1 - before, sweep->h.target) : 0;
  gsize line = sweep->w.target * sweep->filters, rows = end > first ? end - first : 0;
  gsize at = (sample * sweep->h.target + first) * line;

  if (sweep->activated == NULL)
    nw_activation_forward_block(sweep->activation, sweep->target + at, line, rows, line);
  else
    nw_activation_backward_block(sweep->activation, sweep->activated + at, sweep->target + at, line,
                                 rows, line);
}

static void
run_band(const Sweep *sweep, gsize sample, gsize band)
{
  const NwConv *conv = sweep->conv;
  gsize t0 = band * sweep->band, t1 = MIN(t0 + sweep->band, sweep->h.n_t);
  gsize panel = sweep->kernels->panel, line = sweep->w.padded * sweep->channels;
  const NwReal *source =
      sweep->source + sample * sweep->h.source * sweep->w.source * sweep->channels;
  NwReal *target = sweep->target + sample * sweep->h.target * sweep->w.target * sweep->filters;

  if (sweep->copies) {
    NwReal *region = sweep->regions + (sample * sweep->bands + band) * sweep->region;
    nw_conv_pad(&sweep->h, &sweep->w, sweep->channels, source, t0 * sweep->h.step,
                (t1 - t0 - 1) * sweep->h.step + sweep->h.extent, region);
    source = region;
  } else {
    source += t0 * sweep->h.step * line;
  }
  for (gsize task = 0; task < conv->groups * sweep->panels; task++) {
    gsize group = task / sweep->panels, first = task % sweep->panels * panel;
    gsize cols = MIN(panel, sweep->group_out - first);
    const NwReal *packed = sweep->packed + task * sweep->panel_size;
    const NwReal *start = sweep->bias != NULL ? sweep->packed_bias + task * panel : NULL;
    for (gsize a = 0; a < sweep->h.n_phases; a++) {
      Phase h = phase_of(sweep, &conv->window.h, &sweep->h, a);
      for (gsize b = 0; b < sweep->w.n_phases; b++) {
        Phase w = phase_of(sweep, &conv->window.w, &sweep->w, b);
        run_phase(sweep, &h, &w, t0, t1, source + group * sweep->group_in, packed, start, cols,
                  target + group * sweep->group_out + first);
        packed += h.n_taps * w.n_taps * sweep->group_in * panel;
      }
    }
  }
  if (sweep->activation != NULL)
    activate(sweep, sample, t0, t1);
}

static void
sweep_cb(gpointer data, gsize task)
{
  const Sweep *sweep = data;
  gsize first = task * sweep->samples, end = MIN(first + sweep->samples, sweep->n);
  if (sweep->bands > 1)
    run_band(sweep, task / sweep->bands, task % sweep->bands);
  else
    for (gsize sample = first; sample < end; sample++)
      run_band(sweep, sample, 0);
}

static void
run_sweep(Sweep *sweep, NwPool *pool, NwReal *scratch)
{
  gsize panels = sweep->conv->groups * sweep->panels;
  sweep->packed = scratch;
  sweep->packed_bias = sweep->packed + panels * sweep->panel_size;
  sweep->regions = sweep->packed_bias + NW_CONV_ALIGNED(panels * sweep->kernels->panel);
  nw_pool_run(pool, panels, pack_cb, sweep);
  nw_pool_run(pool,
              sweep->bands > 1 ? sweep->n * sweep->bands
                               : nw_conv_divide_up(sweep->n, sweep->samples),
              sweep_cb, sweep);
}

static NwBufferSpec
sweep_scratch(const NwConv *conv, gboolean back)
{
  Sweep sweep = make_sweep(conv, back);
  gsize panels = conv->groups * sweep.panels;
  return (NwBufferSpec){
      (gint64)(sweep.bands * sweep.region),
      (gint64)(panels * sweep.panel_size + NW_CONV_ALIGNED(panels * sweep.kernels->panel))};
}

void
nw_conv_forward(const NwConv *conv, NwPool *pool, gsize n, const NwReal *x, const NwReal *w,
                const NwReal *bias, const NwActivation *activation, NwReal *y, gboolean add,
                NwReal *scratch)
{
  Sweep sweep = make_sweep(conv, FALSE);
  sweep.n = n;
  sweep.source = x;
  sweep.weights = w;
  sweep.bias = bias;
  sweep.target = y;
  sweep.add = add;
  sweep.activation = activation;
  run_sweep(&sweep, pool, scratch);
}

void
nw_conv_backward_input(const NwConv *conv, NwPool *pool, gsize n, const NwReal *dy, const NwReal *w,
                       const NwReal *bias, const NwActivation *activation, const NwReal *x,
                       NwReal *dx, gboolean add, NwReal *scratch)
{
  Sweep sweep = make_sweep(conv, TRUE);
  sweep.n = n;
  sweep.source = dy;
  sweep.weights = w;
  sweep.bias = bias;
  sweep.target = dx;
  sweep.add = add;
  sweep.activation = activation;
  sweep.activated = x;
  run_sweep(&sweep, pool, scratch);
}

/* ── memory ──────────────────────────────────────────────────────────────────────────────────── */

NwBufferSpec
nw_conv_scratch(const NwConv *conv)
{
  NwBufferSpec forward = sweep_scratch(conv, FALSE), back = sweep_scratch(conv, TRUE);
  NwBufferSpec weigh = nw_conv_weighing_scratch(conv);
  return (NwBufferSpec){MAX(MAX(forward.per_sample, back.per_sample), weigh.per_sample),
                        MAX(MAX(forward.fixed, back.fixed), weigh.fixed)};
}
