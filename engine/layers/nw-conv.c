/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-conv.h"

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

/* Multiplications of a piece of work that one thread does at a time: about 50 µs. */
#define PIECE (1 << 21)

/* Buffers begin at whole cache lines. */
#define ALIGNED(n) (((n) + 15) / 16 * 16)

static gsize
divide_up(gsize a, gsize b)
{
  return (a + b - 1) / b;
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

typedef struct {
  gsize source, target; /* positions without padding */
  gsize before, padded; /* zeros in front; positions with padding */
  gsize step;           /* from t to t + 1, in the padded source */
  gsize extent;         /* padded positions that one t may read */
  gsize n_t, n_phases;
} Axis;

static Axis
forward_axis(const NwSlide *s)
{
  gsize reach = (s->size - 1) * s->dilation + 1, padded = (s->out - 1) * s->stride + reach;
  return (Axis){.source = s->in,
                .target = s->out,
                .before = s->before,
                .padded = MAX(padded, s->before + s->in),
                .step = s->stride,
                .extent = reach,
                .n_t = s->out,
                .n_phases = 1};
}

static Axis
backward_axis(const NwSlide *s)
{
  gsize before = (s->size - 1) * s->dilation / s->stride;
  gsize n_t = (s->in - 1 + s->before) / s->stride + 1;
  return (Axis){.source = s->out,
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
backward_phase(const NwSlide *s, const Axis *axis, gsize phase)
{
  Phase result = {.target_step = s->stride};
  gsize last = s->in - 1 + s->before, second = 0;
  result.first = phase < s->before ? divide_up(s->before - phase, s->stride) : 0;
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
  Axis h, w;
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
phase_of(const Sweep *sweep, const NwSlide *slide, const Axis *axis, gsize phase)
{
  return sweep->back ? backward_phase(slide, axis, phase) : forward_phase(slide);
}

static Sweep
make_sweep(const NwConv *conv, gboolean back)
{
  const NwSlide *h = &conv->window.h, *w = &conv->window.w;
  Sweep sweep = {.conv = conv, .kernels = nw_conv_kernels(), .back = back};
  sweep.h = back ? backward_axis(h) : forward_axis(h);
  sweep.w = back ? backward_axis(w) : forward_axis(w);
  sweep.channels = back ? conv->filters : conv->channels;
  sweep.filters = back ? conv->channels : conv->filters;
  sweep.group_in = sweep.channels / conv->groups;
  sweep.group_out = sweep.filters / conv->groups;
  sweep.panels = divide_up(sweep.group_out, sweep.kernels->panel);
  sweep.panel_size = h->size * w->size * sweep.group_in * sweep.kernels->panel;
  sweep.copies = sweep.h.before > 0 || sweep.w.before > 0 || sweep.h.padded > sweep.h.source ||
                 sweep.w.padded > sweep.w.source;

  gsize work = h->out * w->out * h->size * w->size * sweep.group_in * sweep.filters;
  sweep.bands = CLAMP(work / (2 * PIECE), 1, sweep.h.n_t);
  sweep.band = divide_up(sweep.h.n_t, sweep.bands);
  sweep.bands = divide_up(sweep.h.n_t, sweep.band);
  sweep.samples = MAX(PIECE / MAX(work, 1), 1);
  if (sweep.copies)
    sweep.region = ALIGNED(((sweep.band - 1) * sweep.h.step + sweep.h.extent) * sweep.w.padded *
                           sweep.channels);
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
static void
pad(const Axis *h, const Axis *w, gsize channels, const NwReal *from, gsize first, gsize rows,
    NwReal *to)
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
static void
simplify(NwConvSum *sum)
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
  simplify(&sum);
  source += h->source * line + w->source * sweep->channels;
  target += (h->target + (first - h->first) * h->target_step) * sweep->w.target * sweep->filters;

  gsize all = (end - first) * width, tiles = divide_up(all, sweep->kernels->rows);
  gsize rows = divide_up(all, tiles), t = first - t0, u = 0;
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
    pad(&sweep->h, &sweep->w, sweep->channels, source, t0 * sweep->h.step,
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
  sweep->regions = sweep->packed_bias + ALIGNED(panels * sweep->kernels->panel);
  nw_pool_run(pool, panels, pack_cb, sweep);
  nw_pool_run(pool,
              sweep->bands > 1 ? sweep->n * sweep->bands : divide_up(sweep->n, sweep->samples),
              sweep_cb, sweep);
}

static NwBufferSpec
sweep_scratch(const NwConv *conv, gboolean back)
{
  Sweep sweep = make_sweep(conv, back);
  gsize panels = conv->groups * sweep.panels;
  return (NwBufferSpec){
      (gint64)(sweep.bands * sweep.region),
      (gint64)(panels * sweep.panel_size + ALIGNED(panels * sweep.kernels->panel))};
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

/* ── gradient by the kernel ──────────────────────────────────────────────────────────────────────
 * Rows of a tile are (p, q, c), its columns f, and the sum runs over samples and positions. Chunks
 * of samples are summed apart, because the batch is what there is most of, and then put together in
 * their order; their number depends on the work alone. Within a chunk, blocks of positions that fit
 * the second cache meet all tiles before the next one comes. */

#define MAX_CHUNKS      16
#define CHUNK_NUMBERS   (1 << 20) /* of all chunks together, about */
#define BLOCK_NUMBERS   (1 << 16) /* of x and dy in a block, about */
#define BLOCK_POSITIONS 1024      /* so many products are added up in float before the next level */

typedef struct {
  const NwConv *conv;
  const NwConvKernels *kernels;
  Axis h, w;
  gsize n, samples, chunks;     /* in all; of a chunk, of which there are so many */
  gsize rows, part_rows, parts; /* rows of W in all, of a part, of which there are so many */
  gsize columns;                /* of dy as it is read: more than filters when it is copied */
  gboolean copies_x, copies_dy;
  gsize x_size, dy_size; /* numbers per sample of copies */
  const NwReal *x, *dy;
  NwReal *dw, *db;              /* where it shall go in the end */
  NwReal *sums;                 /* [chunks, rows·F + F], or NULL: straight to dw and db */
  NwReal *x_copies, *dy_copies; /* [n, …] */
} Weighing;

/* Columns of dy that tiles may read: whole vectors. */
static gsize
columns_read(const NwConv *conv, const NwConvKernels *kernels)
{
  gsize lanes = kernels->panel / 2, group = conv->filters / conv->groups;
  return conv->filters - group + divide_up(group, lanes) * lanes;
}

static Weighing
make_weighing(const NwConv *conv)
{
  const NwSlide *h = &conv->window.h, *w = &conv->window.w;
  Weighing job = {.conv = conv, .kernels = nw_conv_kernels()};
  job.h = forward_axis(h);
  job.w = forward_axis(w);
  job.rows = h->size * w->size * (conv->channels / conv->groups);
  job.columns = columns_read(conv, job.kernels);
  job.copies_x = job.h.padded > h->in || job.w.padded > w->in;
  job.copies_dy = job.columns > conv->filters;
  job.x_size = job.copies_x ? ALIGNED(job.h.padded * job.w.padded * conv->channels) : 0;
  job.dy_size = job.copies_dy ? ALIGNED(h->out * w->out * job.columns) : 0;
  return job;
}

/* Numbers of what a chunk adds up. */
static gsize
chunk_size(const Weighing *job)
{
  return ALIGNED((job->rows + 1) * job->conv->filters);
}

static gsize
most_chunks(const Weighing *job)
{
  return CLAMP(CHUNK_NUMBERS / MAX(chunk_size(job), 1), 1, MAX_CHUNKS);
}

static void
copy_sample(const Weighing *job, gsize sample)
{
  const NwConv *conv = job->conv;
  gsize positions = job->h.target * job->w.target;
  if (job->copies_x)
    pad(&job->h, &job->w, conv->channels,
        job->x + sample * job->h.source * job->w.source * conv->channels, 0, job->h.padded,
        job->x_copies + sample * job->x_size);
  for (gsize i = 0; job->copies_dy && i < positions; i++) {
    NwReal *to = job->dy_copies + sample * job->dy_size + i * job->columns;
    memcpy(to, job->dy + (sample * positions + i) * conv->filters, conv->filters * sizeof *to);
    memset(to + conv->filters, 0, (job->columns - conv->filters) * sizeof *to);
  }
}

static void
copy_cb(gpointer data, gsize task)
{
  copy_sample(data, task);
}

/* Adds what @samples samples have in output rows i0 … i1 − 1 to rows m0 … m1 − 1 of @dw. */
static void
weigh_block(const Weighing *job, gsize sample, gsize samples, gsize i0, gsize i1, gsize m0,
            gsize m1, NwReal *dw)
{
  const NwConv *conv = job->conv;
  const NwSlide *h = &conv->window.h, *w = &conv->window.w;
  gsize panel = job->kernels->panel, channels = conv->channels / conv->groups;
  gsize filters = conv->filters / conv->groups;
  gsize line = job->w.padded * conv->channels, x_size = h->in * w->in * conv->channels;
  gsize dy_line = w->out * job->columns, dy_size = h->out * dy_line;
  const NwReal *x = job->x, *dy = job->dy;
  if (job->copies_x) {
    x = job->x_copies;
    x_size = job->x_size;
  }
  if (job->copies_dy) {
    dy = job->dy_copies;
    dy_size = job->dy_size;
  }
  x += sample * x_size + i0 * h->stride * line;
  dy += sample * dy_size + i0 * dy_line;

  NwConvSum sum = {{samples, i1 - i0, w->out},
                   {x_size, h->stride * line, w->stride * conv->channels},
                   {dy_size, dy_line, job->columns}};
  simplify(&sum);
  gsize row_a[NW_CONV_MAX_ROWS], row_c[NW_CONV_MAX_ROWS];
  gsize rows = divide_up(m1 - m0, divide_up(m1 - m0, job->kernels->rows));
  for (gsize first = m0; first < m1; first += rows) {
    rows = MIN(rows, m1 - first);
    for (gsize m = 0; m < rows; m++) {
      gsize tap = (first + m) / channels;
      row_a[m] = tap / w->size * h->dilation * line + tap % w->size * w->dilation * conv->channels +
                 (first + m) % channels;
      row_c[m] = (first + m) * conv->filters;
    }
    for (gsize g = 0; g < conv->groups; g++)
      for (gsize f = 0; f < filters; f += panel)
        job->kernels->tile(&sum, rows, MIN(panel, filters - f), x + g * channels, row_a,
                           dy + g * filters + f, NULL, dw + g * filters + f, row_c, TRUE);
  }
}

static void
weigh_cb(gpointer data, gsize task)
{
  const Weighing *job = data;
  const NwConv *conv = job->conv;
  const NwSlide *h = &conv->window.h, *w = &conv->window.w;
  gsize chunk = task / job->parts, part = task % job->parts, filters = conv->filters;
  gsize m0 = part * job->part_rows, m1 = MIN(m0 + job->part_rows, job->rows);
  gsize sample = chunk * job->samples, end = MIN(sample + job->samples, job->n);
  NwReal *dw = job->dw, *db = part == 0 ? job->db : NULL;

  if (job->sums != NULL) {
    dw = job->sums + chunk * chunk_size(job);
    memset(dw + m0 * filters, 0, (m1 - m0) * filters * sizeof *dw);
    if (db != NULL)
      db = memset(dw + job->rows * filters, 0, filters * sizeof *dw);
  }

  gsize positions = CLAMP(BLOCK_NUMBERS / (conv->channels + filters), 64, BLOCK_POSITIONS);
  gsize rows = CLAMP(positions / w->out, 1, h->out);
  gsize samples = MAX(positions / (h->out * w->out), 1);
  for (; sample < end; sample += samples) {
    samples = MIN(samples, end - sample);
    if (job->parts == 1)
      for (gsize i = 0; i < samples; i++)
        copy_sample(job, sample + i);
    for (gsize i = 0; i < h->out; i += rows) {
      gsize last = MIN(i + rows, h->out);
      if (db != NULL)
        for (gsize s = sample; s < sample + samples; s++)
          nw_vec()->add_rows(job->dy + (s * h->out + i) * w->out * filters, (last - i) * w->out,
                             filters, filters, db);
      weigh_block(job, sample, samples, i, last, m0, m1, dw);
    }
  }
}

/* dw += Σ over chunks, in their order */
static void
gather_cb(gpointer data, gsize task)
{
  const Weighing *job = data;
  gsize kernel = job->rows * job->conv->filters, first = task * PIECE / MAX_CHUNKS;
  gsize n = MIN(PIECE / MAX_CHUNKS, kernel - first);
  for (gsize chunk = 0; chunk < job->chunks; chunk++) {
    const NwReal *sums = job->sums + chunk * chunk_size(job);
    nw_vec()->add(sums + first, job->dw + first, n);
    if (task == 0 && job->db != NULL)
      nw_vec()->add(sums + kernel, job->db, job->conv->filters);
  }
}

void
nw_conv_backward_kernel(const NwConv *conv, NwPool *pool, gsize n, const NwReal *x,
                        const NwReal *dy, NwReal *dw, NwReal *db, NwReal *scratch)
{
  Weighing job = make_weighing(conv);
  gsize chunks = most_chunks(&job);
  job.n = n;
  job.samples = divide_up(n, chunks);
  job.chunks = divide_up(n, job.samples);
  job.parts = CLAMP(MAX_CHUNKS / job.chunks, 1, divide_up(job.rows, job.kernels->rows));
  job.part_rows = divide_up(divide_up(job.rows, job.parts), job.kernels->rows) * job.kernels->rows;
  job.parts = divide_up(job.rows, job.part_rows);
  job.x = x;
  job.dy = dy;
  job.dw = dw;
  job.db = db;
  job.sums = chunks > 1 ? scratch : NULL;
  job.x_copies = scratch + (chunks > 1 ? chunks * chunk_size(&job) : 0);
  job.dy_copies = job.x_copies + n * job.x_size;
  if (job.parts > 1 && (job.copies_x || job.copies_dy))
    nw_pool_run(pool, n, copy_cb, &job);
  nw_pool_run(pool, job.chunks * job.parts, weigh_cb, &job);
  if (job.sums != NULL)
    nw_pool_run(pool, divide_up(job.rows * conv->filters, PIECE / MAX_CHUNKS), gather_cb, &job);
}

/* ── memory ──────────────────────────────────────────────────────────────────────────────────── */

NwBufferSpec
nw_conv_scratch(const NwConv *conv)
{
  Weighing weighing = make_weighing(conv);
  gsize chunks = most_chunks(&weighing);
  NwBufferSpec forward = sweep_scratch(conv, FALSE), back = sweep_scratch(conv, TRUE);
  NwBufferSpec weigh = {(gint64)(weighing.x_size + weighing.dy_size),
                        chunks > 1 ? (gint64)(chunks * chunk_size(&weighing)) : 0};
  return (NwBufferSpec){MAX(MAX(forward.per_sample, back.per_sample), weigh.per_sample),
                        MAX(MAX(forward.fixed, back.fixed), weigh.fixed)};
}
