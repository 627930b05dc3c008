/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-examples.h"

#include "nw.h"

#define SUFFIX ".netwright"

void
nw_example_free(NwExample *example)
{
  g_free(example->path);
  g_free(example->title);
  g_free(example->description);
  nw_model_drawing_free(example->drawing);
  g_free(example);
}

/* "two-hundred-outputs.netwright" → "Two hundred outputs" */
static char *
dup_title(const char *name)
{
  char *title = g_strndup(name, strlen(name) - strlen(SUFFIX));

  g_strdelimit(title, "-_", ' ');
  title[0] = g_ascii_toupper(title[0]);
  return title;
}

static NwExample *
load(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autoptr(NwProject) project = nw_project_load(path, NULL);
  NwExample *example;

  if (!project)
    return NULL;
  example = g_new0(NwExample, 1);
  example->path = g_steal_pointer(&path);
  example->title = dup_title(name);
  example->drawing = nw_model_drawing_new(nw_project_get_graph(project));
  example->description = g_strdup(nw_project_get_description(project));
  return example;
}

static int
compare(gconstpointer a, gconstpointer b)
{
  const NwExample *first = *(NwExample *const *)a, *second = *(NwExample *const *)b;

  return g_strcmp0(first->path, second->path);
}

GPtrArray *
nw_examples_list(void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)nw_example_free);
  g_autofree char *folder = nw_place_dup_examples();
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    NwExample *example = g_str_has_suffix(name, SUFFIX) ? load(folder, name) : NULL;

    if (example)
      g_ptr_array_add(list, example);
  }
  g_ptr_array_sort(list, compare);
  return list;
}
