/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-project.h"

#include "nw-error.h"
#include "nw-graph-private.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _NwProject {
  NwRefs refs;
  NwGraph *graph;
  NwDataSettings *data;
  NwParams *training;
  const NwOptimizerKind *optimizer;
  NwParams *optimizer_params;
  char *description;
};

/* Takes new references. */
static NwProject *
project_new(NwGraph *graph, NwDataSettings *data, NwParams *training,
            const NwOptimizerKind *optimizer, NwParams *optimizer_params, const char *description)
{
  NwProject *project = g_new0(NwProject, 1);

  nw_refs_init(&project->refs);
  project->graph = nw_graph_ref(graph);
  project->data = nw_data_settings_ref(data);
  project->training = nw_params_ref(training);
  project->optimizer = optimizer;
  project->optimizer_params = nw_params_ref(optimizer_params);
  project->description = g_strdup(description);
  return project;
}

NwProject *
nw_project_new(void)
{
  const NwOptimizerKind *optimizer = nw_optimizer_kind_find("adam");
  g_autoptr(NwGraph) graph = nw_graph_new();
  g_autoptr(NwDataSettings) data = nw_data_settings_new();
  g_autoptr(NwParams) training = nw_params_new(nw_training_params());
  g_autoptr(NwParams) optimizer_params = nw_params_new(optimizer->params);

  return project_new(graph, data, training, optimizer, optimizer_params, "");
}

NwProject *
nw_project_ref(NwProject *project)
{
  nw_refs_inc(&project->refs);
  return project;
}

void
nw_project_unref(NwProject *project)
{
  if (!nw_refs_dec(&project->refs))
    return;
  nw_graph_unref(project->graph);
  nw_data_settings_unref(project->data);
  nw_params_unref(project->training);
  nw_params_unref(project->optimizer_params);
  g_free(project->description);
  g_free(project);
}

gboolean
nw_project_equal(const NwProject *a, const NwProject *b)
{
  return a == b ||
         (nw_graph_equal(a->graph, b->graph) && nw_data_settings_equal(a->data, b->data) &&
          nw_params_equal(a->training, b->training) && a->optimizer == b->optimizer &&
          nw_params_equal(a->optimizer_params, b->optimizer_params) &&
          g_str_equal(a->description, b->description));
}

NwGraph *
nw_project_get_graph(const NwProject *project)
{
  return project->graph;
}

NwDataSettings *
nw_project_get_data(const NwProject *project)
{
  return project->data;
}

NwParams *
nw_project_get_training(const NwProject *project)
{
  return project->training;
}

const NwOptimizerKind *
nw_project_get_optimizer(const NwProject *project)
{
  return project->optimizer;
}

NwParams *
nw_project_get_optimizer_params(const NwProject *project)
{
  return project->optimizer_params;
}

const char *
nw_project_get_description(const NwProject *project)
{
  return project->description;
}

NwProject *
nw_project_with_graph(NwProject *p, NwGraph *graph)
{
  return project_new(graph, p->data, p->training, p->optimizer, p->optimizer_params,
                     p->description);
}

NwProject *
nw_project_with_data(NwProject *p, NwDataSettings *data)
{
  return project_new(p->graph, data, p->training, p->optimizer, p->optimizer_params,
                     p->description);
}

NwProject *
nw_project_with_training(NwProject *p, NwParams *training)
{
  g_return_val_if_fail(nw_params_get_specs(training) == nw_training_params(), NULL);
  return project_new(p->graph, p->data, training, p->optimizer, p->optimizer_params,
                     p->description);
}

NwProject *
nw_project_with_optimizer(NwProject *p, const NwOptimizerKind *kind)
{
  g_autoptr(NwParams) initial = nw_params_new(kind->params);
  g_autoptr(NwParams) carried = NULL;
  g_autoptr(NwParams) params = NULL;
  g_autofree char *rate = nw_params_to_text(initial, "learning_rate");

  if (kind == p->optimizer)
    return nw_project_ref(p);
  /* A good learning rate of one kind is a bad one of another. */
  carried = nw_params_carry_over(p->optimizer_params, initial);
  params = nw_params_with(carried, "learning_rate", rate, NULL);
  return project_new(p->graph, p->data, p->training, kind, params, p->description);
}

NwProject *
nw_project_with_optimizer_params(NwProject *p, NwParams *params)
{
  g_return_val_if_fail(nw_params_get_specs(params) == p->optimizer->params, NULL);
  return project_new(p->graph, p->data, p->training, p->optimizer, params, p->description);
}

NwProject *
nw_project_with_description(NwProject *p, const char *text)
{
  return project_new(p->graph, p->data, p->training, p->optimizer, p->optimizer_params, text);
}

NwProject *
nw_project_with_node_renamed(NwProject *project, guint node_uid, const char *name, GError **error)
{
  const NwNode *node = nw_graph_find_node(project->graph, node_uid);
  g_autoptr(NwGraph) graph = nw_graph_rename(project->graph, node_uid, name, error);
  g_autoptr(NwDataSettings) data = NULL;

  if (!graph)
    return NULL;
  if (!node || node->layer->kind->role == NW_ROLE_LAYER)
    return nw_project_with_graph(project, graph);
  data = nw_data_settings_with_field_renamed(project->data, node->layer->name,
                                             nw_graph_find_node(graph, node_uid)->layer->name);
  return project_new(graph, data, project->training, project->optimizer, project->optimizer_params,
                     project->description);
}

/* ── set ─────────────────────────────────────────────────────────────────────────────────────── */

static void
add_keys(GPtrArray *keys, const char *prefix, const NwParamSpec *specs)
{
  for (; specs->key; specs++)
    g_ptr_array_add(keys, g_strconcat(prefix, ".", specs->key, NULL));
}

static NwProject *
fail_unknown(const NwProject *project, const char *key, GError **error)
{
  g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *shown = nw_text_for_message(key);
  const char *nearest;

  g_ptr_array_add(keys, g_strdup("optimizer"));
  add_keys(keys, "training", nw_training_params());
  add_keys(keys, "optimizer", project->optimizer->params);
  for (guint i = 0; i < nw_graph_get_n_nodes(project->graph); i++) {
    const NwLayer *layer = nw_graph_get_node(project->graph, i)->layer;

    add_keys(keys, layer->name, nw_params_get_specs(layer->params));
    add_keys(keys, "*", nw_params_get_specs(layer->params));
  }
  g_ptr_array_add(keys, NULL);

  nearest = nw_nearest_word(key, (const char *const *)keys->pdata);
  if (nearest)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("There is no setting “%s”; did you mean “%s”?"),
                shown, nearest);
  else
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("There is no setting “%s”; settings are called training.epochs, "
                  "optimizer.learning_rate, or LAYER.PARAMETER such as dense.units"),
                shown);
  return NULL;
}

/* nw_params_with, the error beginning with the whole key. */
static NwParams *
set_param(NwParams *params, const char *whole_key, const char *key, const char *text,
          GError **error)
{
  NwParams *changed = nw_params_with(params, key, text, error);

  if (!changed)
    g_prefix_error(error, "%s: ", whole_key);
  return changed;
}

static NwProject *
set_optimizer(NwProject *project, const char *text, GError **error)
{
  const NwParamSpec specs[] = {
      {"optimizer", N_("Optimizer"), "", NW_PARAM_CHOICE, nw_optimizer_choices()[0].id,
       .choices = nw_optimizer_choices},
      {NULL},
  };
  g_autoptr(NwParams) params = nw_params_new(specs);
  g_autoptr(NwParams) chosen = nw_params_with(params, "optimizer", text, error);

  if (!chosen)
    return NULL;
  return nw_project_with_optimizer(
      project, nw_optimizer_kind_find(nw_params_get_choice(chosen, "optimizer")));
}

/* Sets @key of the layer called @name, or of all that have it when that is "*". */
static NwProject *
set_layers(NwProject *project, const char *whole_key, const char *name, const char *key,
           const char *text, GError **error)
{
  g_autoptr(NwGraph) graph = nw_graph_ref(project->graph);
  gboolean all = g_str_equal(name, "*"), found = FALSE;

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    g_autoptr(NwParams) params = NULL;
    NwGraph *changed;

    if ((!all && !g_str_equal(node->layer->name, name)) ||
        !nw_params_find_spec(node->layer->params, key))
      continue;
    params = set_param(node->layer->params, whole_key, key, text, error);
    if (!params)
      return NULL;
    found = TRUE;
    changed = nw_graph_set_params(graph, node->uid, params);
    nw_graph_unref(graph);
    graph = changed;
  }
  return found ? nw_project_with_graph(project, graph) : fail_unknown(project, whole_key, error);
}

NwProject *
nw_project_set(NwProject *project, const char *key, const char *text, GError **error)
{
  const char *dot = strrchr(key, '.');
  g_autofree char *owner = dot ? g_strndup(key, (gsize)(dot - key)) : NULL;
  const char *inner;
  g_autoptr(NwParams) params = NULL;

  if (g_str_equal(key, "optimizer"))
    return set_optimizer(project, text, error);
  if (!dot)
    return fail_unknown(project, key, error);

  /* Keys of training settings may have dots of their own: training.schedule.alpha. */
  inner = g_str_has_prefix(key, "training.") ? key + strlen("training.") : NULL;
  if (inner && nw_params_find_spec(project->training, inner)) {
    params = set_param(project->training, key, inner, text, error);
    return params ? nw_project_with_training(project, params) : NULL;
  }
  if (g_str_equal(owner, "optimizer") && nw_params_find_spec(project->optimizer_params, dot + 1)) {
    params = set_param(project->optimizer_params, key, dot + 1, text, error);
    return params ? nw_project_with_optimizer_params(project, params) : NULL;
  }
  return set_layers(project, key, owner, dot + 1, text, error);
}
