/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-remedy.h"

#include <glib/gi18n-lib.h>

NwProject *
nw_remedy_begin(const NwExam *exam)
{
  return nw_project_ref(exam->project);
}

/* The project with that graph; both are taken. */
static NwProject *
take_graph(NwProject *project, NwGraph *graph)
{
  NwProject *next = graph == NULL ? NULL : nw_project_with_graph(project, graph);

  g_clear_pointer(&graph, nw_graph_unref);
  nw_project_unref(project);
  return next;
}

static NwProject *
take_data(NwProject *project, NwDataSettings *data)
{
  NwProject *next = nw_project_with_data(project, data);

  nw_data_settings_unref(data);
  nw_project_unref(project);
  return next;
}

NwProject *
nw_remedy_param(NwProject *project, const NwNode *node, const char *key, const char *text)
{
  if (project == NULL)
    return NULL;
  if (node == NULL || nw_params_find_spec(node->layer->params, key) == NULL) {
    nw_project_unref(project);
    return NULL;
  }
  return take_graph(project,
                    nw_graph_set_param(nw_project_get_graph(project), node->uid, key, text, NULL));
}

NwProject *
nw_remedy_training(NwProject *project, const char *key, const char *text)
{
  g_autoptr(NwProject) old = project;
  g_autoptr(NwParams) params =
      old == NULL ? NULL : nw_params_with(nw_project_get_training(old), key, text, NULL);

  return params == NULL ? NULL : nw_project_with_training(old, params);
}

NwProject *
nw_remedy_optimizer(NwProject *project, const char *key, const char *text)
{
  g_autoptr(NwProject) old = project;
  NwParams *now = old == NULL ? NULL : nw_project_get_optimizer_params(old);
  g_autoptr(NwParams) params = now == NULL || nw_params_find_spec(now, key) == NULL
                                   ? NULL
                                   : nw_params_with(now, key, text, NULL);

  return params == NULL ? NULL : nw_project_with_optimizer_params(old, params);
}

/* What is decided about the column; its names are borrowed. */
static NwColumnSetting
get_setting(NwProject *project, const char *source, const char *column)
{
  const NwColumnSetting *known =
      nw_data_settings_find_column(nw_project_get_data(project), source, column);

  return known != NULL ? *known
                       : (NwColumnSetting){.source = (char *)source, .column = (char *)column};
}

NwProject *
nw_remedy_scaling(NwProject *project, const NwFieldSurvey *field, NwScaling scaling)
{
  g_autofree NwColumnSetting *settings = g_new(NwColumnSetting, field->n_columns + 1);

  if (project == NULL)
    return NULL;
  for (gsize c = 0; c < field->n_columns; c++) {
    settings[c] = get_setting(project, field->source, field->names[c]);
    settings[c].scaling = scaling;
  }
  return take_data(project, nw_data_settings_with_columns(nw_project_get_data(project), settings,
                                                          field->n_columns));
}

NwProject *
nw_remedy_kind(NwProject *project, const char *source, const char *column, NwColumnKind kind)
{
  NwColumnSetting setting;

  if (project == NULL)
    return NULL;
  setting = get_setting(project, source, column);
  setting.has_kind = TRUE;
  setting.kind = kind;
  return take_data(project, nw_data_settings_with_column(nw_project_get_data(project), &setting));
}

NwProject *
nw_remedy_leave_out(NwProject *project, const NwFieldSurvey *field, const gboolean *leave)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  for (gsize c = 0; c < field->n_columns; c++)
    if (!leave[c])
      g_ptr_array_add(names, field->names[c]);
  if (project == NULL || names->len == 0) {
    g_clear_pointer(&project, nw_project_unref);
    return NULL;
  }
  g_ptr_array_add(names, NULL);
  return take_data(project,
                   nw_data_settings_with_binding(nw_project_get_data(project), field->field,
                                                 field->source, (const char *const *)names->pdata));
}

NwProject *
nw_remedy_last_step(NwProject *project, const char *field)
{
  return project == NULL ? NULL
                         : take_data(project, nw_data_settings_with_last_step(
                                                  nw_project_get_data(project), field, TRUE));
}

static NwProject *
with_fit(const NwExam *exam, const NwFieldSurvey *field, NwFit fit, double fill)
{
  return take_data(nw_remedy_begin(exam),
                   nw_data_settings_with_fit(exam->data, field->field, fit, fill));
}

void
nw_finding_offer_length(NwExam *exam, NwFinding *finding, const NwFieldSurvey *field,
                        const NwShape *wanted)
{
  NwShape shape = field->shape;
  double fill = field->has_padding ? field->ends_with : 0;

  if (field->n_columns != 1 || shape.rank == 0 || shape.rank != wanted->rank ||
      shape.dim[0] == wanted->dim[0])
    return;
  shape.dim[0] = wanted->dim[0];
  if (!nw_shape_equal(&shape, wanted))
    return;
  if (field->shape.dim[0] > wanted->dim[0]) {
    nw_finding_offer(exam, finding, with_fit(exam, field, NW_FIT_END, fill),
                     _("Cut them at the end"));
    nw_finding_offer(exam, finding, with_fit(exam, field, NW_FIT_START, fill),
                     _("Cut them in front"));
    return;
  }
  nw_finding_offer(exam, finding, with_fit(exam, field, NW_FIT_END, fill),
                   _("Fill them up with %g at the end"), fill);
  nw_finding_offer(exam, finding, with_fit(exam, field, NW_FIT_START, fill),
                   _("Fill them up with %g in front"), fill);
}

static NwProject *
take_split(NwProject *project, const NwSplitSettings *split)
{
  return take_data(project, nw_data_settings_with_split(nw_project_get_data(project), split));
}

NwProject *
nw_remedy_split(NwProject *project, double validation, double test)
{
  NwSplitSettings split;

  if (project == NULL)
    return NULL;
  split = *nw_data_settings_get_split(nw_project_get_data(project));
  split.validation = validation;
  split.test = test;
  return take_split(project, &split);
}

NwProject *
nw_remedy_stratify(NwProject *project, const char *column)
{
  NwSplitSettings split;

  if (project == NULL)
    return NULL;
  split = *nw_data_settings_get_split(nw_project_get_data(project));
  split.stratify = (char *)column;
  split.shuffle = TRUE;
  return take_split(project, &split);
}

NwProject *
nw_remedy_connect(NwProject *project, guint from, const NwNode *to, guint input)
{
  if (project == NULL)
    return NULL;
  return take_graph(project,
                    nw_graph_connect(nw_project_get_graph(project), from, 0, to->uid, input, NULL));
}

NwProject *
nw_remedy_move(NwProject *project, guint uid, double dx, double dy)
{
  return project == NULL
             ? NULL
             : take_graph(project, nw_graph_move(nw_project_get_graph(project), &uid, 1, dx, dy));
}

NwProject *
nw_remedy_disconnect(NwProject *project, const NwNode *node, guint input)
{
  return project == NULL ? NULL
                         : take_graph(project, nw_graph_disconnect(nw_project_get_graph(project),
                                                                   node->uid, input));
}

NwProject *
nw_remedy_remove(NwProject *project, const NwNode *node)
{
  g_autoptr(NwGraph) graph = NULL;
  guint n;

  if (project == NULL)
    return NULL;
  graph = nw_graph_ref(nw_project_get_graph(project));
  n = nw_graph_get_n_nodes(graph);
  for (guint i = 0; node->n_inputs > 0 && node->inputs[0].node != 0 && i < n; i++) {
    const NwNode *reader = nw_graph_get_node(graph, i);
    for (guint k = 0; k < reader->n_inputs; k++)
      if (reader->inputs[k].node == node->uid) {
        NwGraph *wired = nw_graph_connect(graph, node->inputs[0].node, node->inputs[0].port,
                                          reader->uid, k, NULL);
        if (wired == NULL) {
          nw_project_unref(project);
          return NULL;
        }
        nw_graph_unref(graph);
        graph = wired;
        reader = nw_graph_get_node(graph, i);
      }
  }
  return take_graph(project, nw_graph_remove(graph, &node->uid, 1));
}

/* Beside the node, where a wire to it has room. */
NwProject *
nw_remedy_insert(NwProject *project, const NwNode *node, guint input, const char *kind, guint *uid)
{
  const NwLayerKind *found = nw_layer_kind_find(kind);
  NwSource from = node->inputs[input];
  g_autoptr(NwGraph) added = NULL, wired = NULL;

  if (project == NULL || found == NULL || from.node == 0) {
    g_clear_pointer(&project, nw_project_unref);
    return NULL;
  }
  added = nw_graph_add(nw_project_get_graph(project), found, NULL, node->x - 80, node->y + 90, uid);
  wired = nw_graph_connect(added, from.node, from.port, *uid, 0, NULL);
  if (wired == NULL) {
    nw_project_unref(project);
    return NULL;
  }
  return take_graph(project, nw_graph_connect(wired, *uid, 0, node->uid, input, NULL));
}
