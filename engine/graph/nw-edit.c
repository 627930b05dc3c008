/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-edit.h"

/* A project and how it came about. */
typedef struct {
  NwProject *project;
  char *label, *merge; /* NULL for the first; merge also when the gesture has no name or is over */
} Step;

struct _NwUndo {
  GPtrArray *steps; /* of Step; steps[0] is the oldest that is remembered */
  guint present;
  NwProject *saved;
};

static Step *
step_new(NwProject *project, const char *label, const char *merge)
{
  Step *step = g_new0(Step, 1);

  step->project = nw_project_ref(project);
  step->label = g_strdup(label);
  step->merge = g_strdup(merge);
  return step;
}

static void
step_free(gpointer data)
{
  Step *step = data;

  nw_project_unref(step->project);
  g_free(step->label);
  g_free(step->merge);
  g_free(step);
}

static Step *
get_step(const NwUndo *undo, guint i)
{
  return g_ptr_array_index(undo->steps, i);
}

NwUndo *
nw_undo_new(NwProject *project)
{
  NwUndo *undo = g_new0(NwUndo, 1);

  undo->steps = g_ptr_array_new_with_free_func(step_free);
  g_ptr_array_add(undo->steps, step_new(project, NULL, NULL));
  undo->saved = nw_project_ref(project);
  return undo;
}

void
nw_undo_free(NwUndo *undo)
{
  g_ptr_array_unref(undo->steps);
  nw_project_unref(undo->saved);
  g_free(undo);
}

NwProject *
nw_undo_get_project(const NwUndo *undo)
{
  return get_step(undo, undo->present)->project;
}

gboolean
nw_undo_push(NwUndo *undo, NwProject *project, const char *label, const char *merge)
{
  Step *present = get_step(undo, undo->present);

  g_return_val_if_fail(label, FALSE);

  if (nw_project_equal(present->project, project))
    return FALSE;

  g_ptr_array_set_size(undo->steps, (int)undo->present + 1);
  if (merge && present->merge && g_str_equal(merge, present->merge)) {
    nw_project_unref(present->project);
    present->project = nw_project_ref(project);
    if (undo->present > 0 && nw_project_equal(get_step(undo, undo->present - 1)->project, project))
      g_ptr_array_set_size(undo->steps, (int)undo->present--); /* the gesture led back */
    return TRUE;
  }
  g_ptr_array_add(undo->steps, step_new(project, label, merge));
  if (undo->steps->len > NW_UNDO_MAX + 1)
    g_ptr_array_remove_index(undo->steps, 0);
  undo->present = undo->steps->len - 1;
  return TRUE;
}

void
nw_undo_end_gesture(NwUndo *undo)
{
  g_clear_pointer(&get_step(undo, undo->present)->merge, g_free);
}

const char *
nw_undo_get_undo_label(const NwUndo *undo)
{
  return undo->present > 0 ? get_step(undo, undo->present)->label : NULL;
}

const char *
nw_undo_get_redo_label(const NwUndo *undo)
{
  return undo->present + 1 < undo->steps->len ? get_step(undo, undo->present + 1)->label : NULL;
}

gboolean
nw_undo_undo(NwUndo *undo)
{
  if (undo->present == 0)
    return FALSE;
  nw_undo_end_gesture(undo);
  undo->present--;
  nw_undo_end_gesture(undo);
  return TRUE;
}

gboolean
nw_undo_redo(NwUndo *undo)
{
  if (undo->present + 1 == undo->steps->len)
    return FALSE;
  undo->present++;
  return TRUE;
}

void
nw_undo_mark_saved(NwUndo *undo)
{
  nw_project_unref(undo->saved);
  undo->saved = nw_project_ref(nw_undo_get_project(undo));
}

gboolean
nw_undo_is_dirty(const NwUndo *undo)
{
  return !nw_project_equal(undo->saved, nw_undo_get_project(undo));
}
