/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Projects that wait to be trained. Each is trained as it was when it was put there: edits of the
 * learning rate and of loss weights reach only runs that were begun at once. */
#include "nw-session-private.h"

GListModel *
nw_session_get_queue(NwSession *self)
{
  return G_LIST_MODEL(self->queue);
}

/* What is trained before place @i of the queue. (nullable) */
static NwProject *
get_before(NwSession *self, guint i)
{
  g_autoptr(NwQueuedRun) before =
      i > 0 ? g_list_model_get_item(G_LIST_MODEL(self->queue), i - 1) : NULL;

  if (before)
    return nw_queued_run_get_project(before); /* the queue keeps it */
  return self->run ? nw_run_get_project(self->run) : NULL;
}

void
nw_session_queue(NwSession *self)
{
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->queue));
  NwProject *project = nw_document_get_project(self->document);
  g_autoptr(NwQueuedRun) queued = NULL;
  g_autoptr(GError) error = NULL;

  if (!nw_inference_check(nw_document_get_inference(self->document), &error)) {
    nw_session_tell_problem(self, error->message, "design");
    return;
  }
  queued = nw_queued_run_new(project, get_before(self, n));
  g_list_store_append(self->queue, queued);
  nw_session_begin_next(self);
}

void
nw_session_unqueue(NwSession *self, NwQueuedRun *queued)
{
  g_autoptr(NwQueuedRun) next = NULL, renamed = NULL;
  guint i;

  if (!g_list_store_find(self->queue, queued, &i))
    return; /* it has begun meanwhile */
  g_list_store_remove(self->queue, i);
  next = g_list_model_get_item(G_LIST_MODEL(self->queue), i);
  if (!next)
    return;
  /* It follows another one now, from which it differs in other settings. */
  renamed = nw_queued_run_new(nw_queued_run_get_project(next), get_before(self, i));
  g_list_store_splice(self->queue, i, 1, (gpointer *)&renamed, 1);
}

void
nw_session_begin_next(NwSession *self)
{
  g_autoptr(NwQueuedRun) queued = NULL;
  g_autoptr(NwInference) inference = NULL;

  if (nw_session_is_active(self) || nw_session_is_sweeping(self))
    return;
  queued = g_list_model_get_item(G_LIST_MODEL(self->queue), 0);
  if (!queued)
    return;
  g_list_store_remove(self->queue, 0);
  inference = nw_inference_new(nw_project_get_graph(nw_queued_run_get_project(queued)));
  nw_session_begin(self, nw_queued_run_get_project(queued), inference, TRUE);
}
