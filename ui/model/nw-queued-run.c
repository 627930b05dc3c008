/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-queued-run.h"

#include <glib/gi18n.h>

#define MOST_SETTINGS 4 /* in a title */

struct _NwQueuedRun {
  GObject parent;

  NwProject *project;
  char *title;
};

G_DEFINE_FINAL_TYPE(NwQueuedRun, nw_queued_run, G_TYPE_OBJECT)

static char *
dup_title(NwProject *project, NwProject *before)
{
  NwProject *const both[] = {before, project};
  g_autoptr(GPtrArray) diffs = before ? nw_settings_diff(both, 2) : NULL;
  GString *title = g_string_new(NULL);

  for (guint i = 0; diffs && i < MIN(diffs->len, MOST_SETTINGS); i++) {
    const NwSettingDiff *diff = g_ptr_array_index(diffs, i);

    g_string_append_printf(title, "%s%s %s", i > 0 ? " · " : "", diff->key,
                           diff->values[1] ? diff->values[1] : "–");
  }
  if (diffs && diffs->len > MOST_SETTINGS)
    g_string_append(title, " …");
  if (title->len == 0)
    g_string_append(title, before ? _("the same settings again") : _("the project"));
  return g_string_free(title, FALSE);
}

NwQueuedRun *
nw_queued_run_new(NwProject *project, NwProject *before)
{
  NwQueuedRun *self = g_object_new(NW_TYPE_QUEUED_RUN, NULL);

  self->project = nw_project_ref(project);
  self->title = dup_title(project, before);
  return self;
}

NwProject *
nw_queued_run_get_project(NwQueuedRun *self)
{
  return self->project;
}

const char *
nw_queued_run_get_title(NwQueuedRun *self)
{
  return self->title;
}

static void
nw_queued_run_finalize(GObject *object)
{
  NwQueuedRun *self = NW_QUEUED_RUN(object);

  g_clear_pointer(&self->project, nw_project_unref);
  g_free(self->title);
  G_OBJECT_CLASS(nw_queued_run_parent_class)->finalize(object);
}

static void
nw_queued_run_class_init(NwQueuedRunClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_queued_run_finalize;
}

static void
nw_queued_run_init(NwQueuedRun *self)
{
}
