/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-report-queue.h"

#include <pthread.h>

#define MOST_KEPT 2000

struct _NwReportQueue {
  pthread_mutex_t lock;
  GQueue waiting; /* guarded by lock; NwEvaluated */
  guint stride;   /* guarded by lock */
};

static void
evaluated_free(gpointer data)
{
  NwEvaluated *evaluated = data;

  g_ptr_array_unref(evaluated->reports);
  g_free(evaluated);
}

static NwEvaluated *
evaluated_new(const NwEvent *event)
{
  NwEvaluated *evaluated = g_new0(NwEvaluated, 1);

  evaluated->epoch = event->epoch;
  evaluated->reports = g_ptr_array_new_with_free_func((GDestroyNotify)nw_report_unref);
  for (guint i = 0; i < event->n_reports; i++)
    if (event->reports[i] != NULL)
      g_ptr_array_add(evaluated->reports, nw_report_ref(event->reports[i]));
  return evaluated;
}

NwReportQueue *
nw_report_queue_new(void)
{
  NwReportQueue *self = g_new0(NwReportQueue, 1);

  pthread_mutex_init(&self->lock, NULL);
  g_queue_init(&self->waiting);
  self->stride = 1;
  return self;
}

void
nw_report_queue_free(NwReportQueue *self)
{
  g_queue_clear_full(&self->waiting, evaluated_free);
  pthread_mutex_destroy(&self->lock);
  g_free(self);
}

static gboolean
is_kept(const NwReportQueue *self, const NwEvaluated *evaluated, guint best)
{
  return (evaluated->epoch - 1) % self->stride == 0 || evaluated->epoch == best;
}

/* Those that are neither to be kept nor the newest go. */
static void
thin(NwReportQueue *self, guint best)
{
  for (GList *l = self->waiting.head, *next; l != NULL; l = next) {
    next = l->next;
    if (next == NULL || is_kept(self, l->data, best))
      continue;
    evaluated_free(l->data);
    g_queue_delete_link(&self->waiting, l);
  }
}

void
nw_report_queue_push(NwReportQueue *self, const NwEvent *event, guint best)
{
  NwEvaluated *evaluated = evaluated_new(event), *last;
  guint before;

  pthread_mutex_lock(&self->lock);
  before = self->stride;
  while (event->epoch / self->stride > MOST_KEPT)
    self->stride *= 2;
  last = g_queue_peek_tail(&self->waiting); /* was the newest */
  if (last != NULL && !is_kept(self, last, best))
    evaluated_free(g_queue_pop_tail(&self->waiting));
  g_queue_push_tail(&self->waiting, evaluated);
  if (self->stride != before)
    thin(self, best);
  pthread_mutex_unlock(&self->lock);
}

GPtrArray *
nw_report_queue_take(NwReportQueue *self, guint most, guint *stride)
{
  GPtrArray *list = g_ptr_array_new_with_free_func(evaluated_free);

  pthread_mutex_lock(&self->lock);
  *stride = self->stride;
  while (list->len < most && !g_queue_is_empty(&self->waiting))
    g_ptr_array_add(list, g_queue_pop_head(&self->waiting));
  pthread_mutex_unlock(&self->lock);
  return list;
}

void
nw_report_queue_give_back(NwReportQueue *self, GPtrArray *list)
{
  pthread_mutex_lock(&self->lock);
  while (list->len > 0)
    g_queue_push_head(&self->waiting, g_ptr_array_steal_index(list, list->len - 1));
  pthread_mutex_unlock(&self->lock);
}
