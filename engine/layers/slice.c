/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = x[…] in numpy's notation, without the batch: "..., :1", "1:, ::2", "-1". */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* What is taken of each axis of the input: entries start, start + step, …, count of them. */
typedef struct {
  int rank;
  gint64 start[NW_MAX_RANK], step[NW_MAX_RANK], count[NW_MAX_RANK];
  gboolean picked[NW_MAX_RANK]; /* one index: the axis disappears */
} Slice;

/* ── the text ────────────────────────────────────────────────────────────────────────────────── */

/* One item between commas. */
typedef struct {
  gboolean ellipsis, range; /* neither: an index, in `start` */
  gboolean has_start, has_stop;
  gint64 start, stop, step;
} Item;

typedef struct {
  const NwInfer *infer; /* NULL while running: the text was read before, without a fault */
  const char *text, *at;
  Item items[NW_MAX_RANK + 1];
  int n_items;
} Parser;

static void
skip_spaces(Parser *parser)
{
  while (g_ascii_isspace(*parser->at))
    parser->at++;
}

static gboolean
match(Parser *parser, const char *token)
{
  skip_spaces(parser);
  if (!g_str_has_prefix(parser->at, token))
    return FALSE;
  parser->at += strlen(token);
  return TRUE;
}

static gboolean
match_number(Parser *parser, gint64 *number)
{
  char *end;
  skip_spaces(parser);
  const char *digits = parser->at + (*parser->at == '-');
  if (!g_ascii_isdigit(*digits))
    return FALSE;
  *number = g_ascii_strtoll(parser->at, &end, 10); /* far too large: saturates, then is cut */
  *number = CLAMP(*number, -NW_MAX_ELEMENTS, NW_MAX_ELEMENTS);
  parser->at = end;
  return TRUE;
}

static gboolean
parse_fail(const Parser *parser, GError **error, const char *problem)
{
  return nw_infer_fail(parser->infer, error, _("“%s”, character %ld: %s"), parser->text,
                       g_utf8_pointer_to_offset(parser->text, parser->at) + 1, problem);
}

static gboolean
parse_item(Parser *parser, GError **error)
{
  Item item = {.step = 1};
  if (match(parser, "...") || match(parser, "…")) {
    item.ellipsis = TRUE;
    for (int i = 0; i < parser->n_items; i++)
      if (parser->items[i].ellipsis)
        return parse_fail(parser, error, _("only one “...” is possible"));
  } else {
    item.has_start = match_number(parser, &item.start);
    item.range = match(parser, ":");
    if (!item.has_start && !item.range)
      return parse_fail(parser, error, _("expected a number, “:” or “...”"));
    if (item.range) {
      item.has_stop = match_number(parser, &item.stop);
      if (match(parser, ":"))
        match_number(parser, &item.step);
      if (item.step == 0)
        return parse_fail(parser, error, _("a step cannot be 0"));
    }
  }
  if (parser->n_items == G_N_ELEMENTS(parser->items))
    return parse_fail(parser, error, _("too many axes"));
  parser->items[parser->n_items++] = item;
  return TRUE;
}

/* text = ["["] item {"," item} ["]"];  item = "..." | number | [number] ":" [number] [":" [number]]
 */
static gboolean
parse(Parser *parser, GError **error)
{
  gboolean bracket = match(parser, "[");
  do {
    if (!parse_item(parser, error))
      return FALSE;
  } while (match(parser, ","));
  if (bracket && !match(parser, "]"))
    return parse_fail(parser, error, _("expected “,” or “]”"));
  skip_spaces(parser);
  if (*parser->at != '\0')
    return parse_fail(parser, error, _("expected “,” or the end"));
  return TRUE;
}

/* ── its meaning for a shape ─────────────────────────────────────────────────────────────────── */

static gboolean
apply_index(const NwInfer *infer, const Item *item, gint64 length, int axis, Slice *slice,
            GError **error)
{
  gint64 index = item->start < 0 ? item->start + length : item->start;
  if (index < 0 || index >= length)
    return nw_infer_fail(infer, error,
                         _("index %" PRId64
                           " lies outside axis %d, which has %" PRId64 " entries"),
                         item->start, axis + 1, length);
  slice->start[axis] = index;
  slice->step[axis] = slice->count[axis] = 1;
  slice->picked[axis] = TRUE;
  return TRUE;
}

/* As Python: negative bounds count from the end, bounds outside are moved to the border. */
static gboolean
apply_range(const NwInfer *infer, const Item *item, gint64 length, int axis, Slice *slice,
            GError **error)
{
  gboolean backwards = item->step < 0;
  gint64 low = backwards ? -1 : 0, high = backwards ? length - 1 : length;
  gint64 start = item->start < 0 ? item->start + length : item->start;
  gint64 stop = item->stop < 0 ? item->stop + length : item->stop;
  start = item->has_start ? CLAMP(start, low, high) : backwards ? high : low;
  stop = item->has_stop ? CLAMP(stop, low, high) : backwards ? low : high;
  gint64 span = backwards ? start - stop : stop - start, step = ABS(item->step);
  if (span <= 0)
    return nw_infer_fail(infer, error,
                         _("nothing is left of axis %d, which has %" PRId64 " entries"),
                         axis + 1, length);
  slice->start[axis] = start;
  slice->step[axis] = item->step;
  slice->count[axis] = (span + step - 1) / step;
  return TRUE;
}

/* @infer is NULL, and nothing can fail, once infer has accepted text and shape. */
static gboolean
read_slice(const NwInfer *infer, const char *text, const NwShape *shape, Slice *slice,
           GError **error)
{
  static const Item whole = {.range = TRUE, .step = 1};
  Parser parser = {.infer = infer, .text = text, .at = text};
  int named = 0, axis = 0;
  if (!parse(&parser, error))
    return FALSE;
  for (int i = 0; i < parser.n_items; i++)
    named += !parser.items[i].ellipsis;
  if (named > shape->rank) {
    g_autofree char *axes = nw_shape_to_text(shape);
    return nw_infer_fail(infer, error, _("“%s” names %d axes, but its input has %d (%s)"), text,
                         named, shape->rank, axes);
  }

  *slice = (Slice){.rank = shape->rank};
  for (int i = 0; i <= parser.n_items; i++) {
    gboolean end = i == parser.n_items; /* axes behind the last item are whole, as after "..." */
    const Item *item = end || parser.items[i].ellipsis ? &whole : &parser.items[i];
    int last = end ? shape->rank : axis + 1;
    if (!end && parser.items[i].ellipsis)
      last = axis + shape->rank - named;
    for (; axis < last; axis++)
      if (!(item->range ? apply_range : apply_index)(infer, item, shape->dim[axis], axis, slice,
                                                     error))
        return FALSE;
  }
  return TRUE;
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwType *in = &infer->inputs[0];
  NwShape out = {0};
  Slice slice;
  if (!read_slice(infer, nw_params_get_text(infer->params, "slices"), &in->shape, &slice, error))
    return FALSE;
  for (int axis = 0; axis < slice.rank; axis++)
    if (!slice.picked[axis])
      out.dim[out.rank++] = slice.count[axis];
  nw_infer_output(infer, out, in->dtype);
  if (slice.rank > 0 && !slice.picked[0] && slice.step[0] == 1 &&
      slice.count[0] == in->shape.dim[0])
    infer->mask_from[0] = 0;
  return TRUE;
}

/* ── forward and backward ────────────────────────────────────────────────────────────────────── */

/* Where row @row of the result (all axes but the last of the input's, sample by sample) begins in
 * the input; the row's numbers are step[last] apart. */
static gsize
find_row(const Slice *slice, const NwShape *shape, gsize row)
{
  gsize offset = 0, stride = 1;
  for (int axis = slice->rank - 1; axis >= 0; axis--) {
    gint64 index = 0;
    if (axis < slice->rank - 1) {
      index = (gint64)(row % (gsize)slice->count[axis]);
      row /= (gsize)slice->count[axis];
    }
    offset += (gsize)(slice->start[axis] + index * slice->step[axis]) * stride;
    stride *= (gsize)shape->dim[axis];
  }
  return row * stride + offset; /* what is left of row is the sample */
}

/* The slice of a call; rows and numbers per row of the result. */
static void
get_slice(const NwCall *call, Slice *slice, gsize *rows, gsize *cols, gint64 *step)
{
  const NwShape *shape = &call->inputs[0].type->shape;
  gboolean known = read_slice(NULL, nw_params_get_text(call->params, "slices"), shape, slice, NULL);
  g_assert(known);
  *cols = slice->rank == 0 ? 1 : (gsize)slice->count[slice->rank - 1];
  *step = slice->rank == 0 ? 1 : slice->step[slice->rank - 1];
  *rows = call->n * (gsize)nw_shape_elements(&call->outputs[0].type->shape) / *cols;
}

/* y[row, i] = x[row's place + i·step] */
static void
forward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  Slice slice;
  gsize rows, cols;
  gint64 step;
  get_slice(call, &slice, &rows, &cols, &step);

  for (gsize row = 0; row < rows; row++) {
    gsize from = find_row(&slice, &x->type->shape, row), to = row * cols;
    for (gsize i = 0; i < cols; i++, from += (gsize)step) {
      if (x->type->dtype == NW_REAL)
        y->real[to + i] = x->real[from];
      else
        y->int32[to + i] = x->int32[from];
    }
  }
}

/* dx = dy where x was taken, 0 elsewhere */
static void
backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  const NwReal *dy = call->outputs[0].gradient;
  Slice slice;
  gsize rows, cols;
  gint64 step;
  if (x->gradient == NULL)
    return;
  get_slice(call, &slice, &rows, &cols, &step);

  if (!x->accumulate)
    memset(x->gradient, 0,
           call->n * (gsize)nw_shape_elements(&x->type->shape) * sizeof *x->gradient);
  for (gsize row = 0; row < rows; row++) {
    gsize to = find_row(&slice, &x->type->shape, row);
    for (gsize i = 0; i < cols; i++, to += (gsize)step)
      x->gradient[to] += dy[row * cols + i];
  }
}

static char *
describe(const NwParams *params)
{
  return g_strdup_printf("[%s]", nw_params_get_text(params, "slices"));
}

static const NwParamSpec params[] = {
    {"slices", N_("Slices"),
     N_("As in numpy, without the batch: “..., :1” the first of the last axis, “1:, ::2”, “-1” the "
        "last step"),
     NW_PARAM_TEXT, "..., :1"},
    {NULL},
};

const NwLayerKind nw_layer_slice = {
    .id = "slice",
    .title = N_("Slice"),
    .summary = N_("Takes a part of each axis; a mask stays as long as all steps do"),
    .category = NW_CATEGORY_SHAPE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"slices=...,:1", "5"},
                                         {"slices=...,1:", "mask:4,5"},
                                         {"slices=1:,::2", "mask:4,5"},
                                         {"slices=::-1", "6"},
                                         {"slices=:,-1", "4,5"},
                                         {"slices=-1", "mask:4,5"},
                                         {"slices=1,...,-3:-1", "2,3,4,5"},
                                         {"slices=[-2::-2,...]", "5,2"},
                                         {"slices=...", "-"},
                                         {"slices=2", "7"},
                                         {"slices=1:3", "int9:mask:4,5"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
