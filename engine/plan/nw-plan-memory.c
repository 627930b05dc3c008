/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plan-private.h"

#include <glib/gi18n-lib.h>

#include "nw-cpu.h"
#include "nw-error.h"

#define ALIGNMENT 64

typedef struct {
  int buffer;
  gsize bytes;
  int life; /* operations */
} Item;

static int
larger_first_cb(gconstpointer a, gconstpointer b)
{
  const Item *one = a, *two = b;
  if (one->bytes != two->bytes)
    return one->bytes < two->bytes ? 1 : -1;
  return one->buffer - two->buffer;
}

static int
longer_first_cb(gconstpointer a, gconstpointer b)
{
  const Item *one = a, *two = b;
  if (one->life != two->life)
    return one->life < two->life ? 1 : -1;
  return larger_first_cb(a, b);
}

static int
more_first_cb(gconstpointer a, gconstpointer b)
{
  const Item *one = a, *two = b;
  double x = (double)one->bytes * one->life, y = (double)two->bytes * two->life;
  if (x != y)
    return x < y ? 1 : -1;
  return larger_first_cb(a, b);
}

/* The orders in which buffers are placed; no one is the best for every network. */
static const GCompareFunc orders[] = {larger_first_cb, more_first_cb, longer_first_cb};

static gboolean
live_together(const NwPlanBuffer *a, const NwPlanBuffer *b)
{
  return a->first <= b->last && b->first <= a->last;
}

/* The lowest gap among the placed buffers that live at the same time; @placed is kept sorted by
 * offset. (Greedy by size: Pisarchyk & Lee, "Efficient memory management for deep neural net
 * inference", 2020.) */
static gsize
lowest_gap(const NwPlan *plan, const GArray *placed, const Item *item)
{
  const NwPlanBuffer *buffer = nw_plan_buffer(plan, item->buffer);
  gsize end = 0;

  for (guint i = 0; i < placed->len; i++) {
    const Item *other = &g_array_index(placed, Item, i);
    const NwPlanBuffer *there = nw_plan_buffer(plan, other->buffer);
    if (!live_together(buffer, there))
      continue;
    if (there->offset >= end + item->bytes)
      break;
    end = MAX(end, there->offset + other->bytes);
  }
  return end;
}

/* The most that lives at once: what begins at each operation, less what ended before it, added up.
 */
static gsize
count_live(const NwPlan *plan, const GArray *items)
{
  g_autofree gssize *change = g_new0(gssize, plan->ops->len + 2);
  gssize live = 0, most = 0;

  for (guint i = 0; i < items->len; i++) {
    const Item *item = &g_array_index(items, Item, i);
    const NwPlanBuffer *buffer = nw_plan_buffer(plan, item->buffer);
    change[MIN((guint)buffer->first, plan->ops->len)] += (gssize)item->bytes;
    change[MIN((guint)buffer->last, plan->ops->len) + 1] -= (gssize)item->bytes;
  }
  for (guint time = 0; time <= plan->ops->len; time++) {
    live += change[time];
    most = MAX(most, live);
  }
  return (gsize)most;
}

static gboolean
too_large(const NwPlan *plan, GError **error)
{
  gsize memory = nw_cpu_get_memory();
  g_autofree char *needed = NULL, *available = NULL;

  if (plan->arena_bytes < memory / 10 * 8)
    return FALSE;
  needed = g_format_size(plan->arena_bytes);
  available = g_format_size(memory);
  g_set_error(error, NW_ERROR, NW_ERROR_LIMIT,
              _("A batch of %zu samples needs %s and this computer has %s; use a "
                "smaller batch or smaller layers."),
              plan->capacity, needed, available);
  return TRUE;
}

/* Gives every buffer its offset, in the order of @items; returns the size of the arena. */
static gsize
place_all(NwPlan *plan, const GArray *items)
{
  g_autoptr(GArray) placed = g_array_new(FALSE, FALSE, sizeof(Item));
  gsize bytes = 0;

  for (guint i = 0; i < items->len; i++) {
    const Item *item = &g_array_index(items, Item, i);
    NwPlanBuffer *buffer = nw_plan_buffer(plan, item->buffer);
    guint place = 0;

    buffer->offset = lowest_gap(plan, placed, item);
    bytes = MAX(bytes, buffer->offset + item->bytes);
    while (place < placed->len &&
           nw_plan_buffer(plan, g_array_index(placed, Item, place).buffer)->offset <=
               buffer->offset)
      place++;
    g_array_insert_val(placed, place, *item);
  }
  return bytes;
}

gboolean
nw_plan_place_buffers(NwPlan *plan, GError **error)
{
  g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(Item));
  gsize best = 0;

  for (guint i = 0; i < plan->buffers->len; i++) {
    const NwPlanBuffer *buffer = nw_plan_buffer(plan, (int)i);
    gsize bytes = buffer->per_sample * plan->capacity + buffer->fixed;
    int end = MIN(buffer->last, (int)plan->ops->len);
    Item item = {(int)i, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, end - buffer->first};
    if (buffer->first > buffer->last)
      continue;
    plan->unshared_bytes += item.bytes;
    g_array_append_val(items, item);
  }
  plan->live_bytes = count_live(plan, items);
  plan->arena_bytes = G_MAXSIZE;
  for (gsize o = 0; o < G_N_ELEMENTS(orders) && plan->arena_bytes > plan->live_bytes; o++) {
    g_array_sort(items, orders[o]);
    gsize bytes = place_all(plan, items);
    best = bytes < plan->arena_bytes ? o : best;
    plan->arena_bytes = MIN(plan->arena_bytes, bytes);
  }
  g_array_sort(items, orders[best]);
  place_all(plan, items);
  return !too_large(plan, error);
}
