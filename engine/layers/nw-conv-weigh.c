/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The gradient of a convolution by its kernel.
 *
 * Rows of a tile are (p, q, c), its columns f, and the sum runs over samples and positions. Chunks
 * of samples are summed apart, because the batch is what there is most of, and then put together in
 * their order; their number depends on the work alone. Within a chunk, blocks of positions that fit
 * the second cache meet all tiles before the next one comes. */
#include "nw-conv-private.h"

#include <string.h>

#include "nw-vec.h"

#define MAX_CHUNKS      16
#define CHUNK_NUMBERS   (1 << 20) /* of all chunks together, about */
#define BLOCK_NUMBERS   (1 << 16) /* of x and dy in a block, about */
#define BLOCK_POSITIONS 1024      /* so many products are added up in float before the next level */

typedef struct {
  const NwConv *conv;
  const NwConvKernels *kernels;
  NwConvAxis h, w;
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
  return conv->filters - group + nw_conv_divide_up(group, lanes) * lanes;
}

static Weighing
make_weighing(const NwConv *conv)
{
  const NwSlide *h = &conv->window.h, *w = &conv->window.w;
  Weighing job = {.conv = conv, .kernels = nw_conv_kernels()};
  job.h = nw_conv_forward_axis(h);
  job.w = nw_conv_forward_axis(w);
  job.rows = h->size * w->size * (conv->channels / conv->groups);
  job.columns = columns_read(conv, job.kernels);
  job.copies_x = job.h.padded > h->in || job.w.padded > w->in;
  job.copies_dy = job.columns > conv->filters;
  job.x_size = job.copies_x ? NW_CONV_ALIGNED(job.h.padded * job.w.padded * conv->channels) : 0;
  job.dy_size = job.copies_dy ? NW_CONV_ALIGNED(h->out * w->out * job.columns) : 0;
  return job;
}

/* Numbers of what a chunk adds up. */
static gsize
chunk_size(const Weighing *job)
{
  return NW_CONV_ALIGNED((job->rows + 1) * job->conv->filters);
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
    nw_conv_pad(&job->h, &job->w, conv->channels,
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
  nw_conv_simplify(&sum);
  gsize row_a[NW_CONV_MAX_ROWS], row_c[NW_CONV_MAX_ROWS];
  gsize rows = nw_conv_divide_up(m1 - m0, nw_conv_divide_up(m1 - m0, job->kernels->rows));
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
  gsize kernel = job->rows * job->conv->filters, first = task * NW_CONV_PIECE / MAX_CHUNKS;
  gsize n = MIN(NW_CONV_PIECE / MAX_CHUNKS, kernel - first);
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
  job.samples = nw_conv_divide_up(n, chunks);
  job.chunks = nw_conv_divide_up(n, job.samples);
  job.parts = CLAMP(MAX_CHUNKS / job.chunks, 1, nw_conv_divide_up(job.rows, job.kernels->rows));
  job.part_rows = nw_conv_divide_up(nw_conv_divide_up(job.rows, job.parts), job.kernels->rows) *
                  job.kernels->rows;
  job.parts = nw_conv_divide_up(job.rows, job.part_rows);
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
    nw_pool_run(pool, nw_conv_divide_up(job.rows * conv->filters, NW_CONV_PIECE / MAX_CHUNKS),
                gather_cb, &job);
}

NwBufferSpec
nw_conv_weighing_scratch(const NwConv *conv)
{
  Weighing job = make_weighing(conv);
  gsize chunks = most_chunks(&job);

  return (NwBufferSpec){(gint64)(job.x_size + job.dy_size),
                        chunks > 1 ? (gint64)(chunks * chunk_size(&job)) : 0};
}
