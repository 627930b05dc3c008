/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-run.h"

#include "nw-cli-project.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>

/* Set by SIGINT and SIGTERM; looked at by loops. */
static volatile sig_atomic_t stop_wanted;

static void
stop_cb(int number)
{
  stop_wanted = 1;
}

void
nw_cli_catch_signals(void)
{
  struct sigaction action = {.sa_handler = stop_cb, .sa_flags = (int)SA_RESETHAND};

  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

void
nw_cli_want_stop(void)
{
  stop_wanted = 1;
}

gboolean
nw_cli_is_stop_wanted(void)
{
  return stop_wanted != 0;
}

char *
nw_cli_dup_out_folder(const NwArgs *args)
{
  const char *given = nw_args_get_text(args, "out");
  g_autofree char *stem = g_path_get_basename(nw_args_get_file(args));
  char *suffix = g_strrstr(stem, ".netwright");

  if (!given)
    given = nw_args_get_text(args, "resume");
  if (given)
    return g_strdup(given);
  if (suffix && suffix > stem)
    *suffix = '\0';
  for (guint i = 1;; i++) {
    g_autofree char *folder =
        i == 1 ? g_strdup_printf("%s-run", stem) : g_strdup_printf("%s-run-%u", stem, i);

    if (!g_file_test(folder, G_FILE_TEST_EXISTS))
      return g_steal_pointer(&folder);
  }
}

/* The file that --data gives for the source; NULL when it gives none. (transfer full) */
static char *
dup_override(const NwArgs *args, const char *source)
{
  for (const char *const *data = nw_args_get_texts(args, "data"); *data; data++) {
    const char *equals = strchr(*data, '=');

    if ((gsize)(equals - *data) == strlen(source) && g_str_has_prefix(*data, source))
      return g_canonicalize_filename(equals + 1, NULL);
  }
  return NULL;
}

/* Files that layers begin with, by paths that hold from any folder. */
static NwGraph *
with_absolute_weights(NwGraph *drawn, const char *base_dir)
{
  NwGraph *graph = nw_graph_ref(drawn);

  for (guint i = 0; i < nw_graph_get_n_nodes(drawn); i++) {
    const NwNode *node = nw_graph_get_node(drawn, i);
    const char *file = nw_params_find_spec(node->layer->params, "weights") == NULL
                           ? ""
                           : nw_params_get_text(node->layer->params, "weights");
    g_autofree char *path = g_build_filename(base_dir, file, NULL);
    NwGraph *set;

    if (*file == '\0' || g_path_is_absolute(file))
      continue;
    set = nw_graph_set_param(graph, node->uid, "weights", path, NULL);
    nw_graph_unref(graph);
    graph = set;
  }
  return graph;
}

NwProject *
nw_cli_dup_moved_project(const NwArgs *args, NwProject *project)
{
  g_autofree char *base_dir = nw_cli_dup_base_dir(args);
  g_autoptr(NwDataSettings) data = nw_data_settings_ref(nw_project_get_data(project));
  g_autoptr(NwProject) moved = NULL;
  g_autoptr(NwGraph) graph = NULL;

  for (gsize i = 0; i < nw_data_settings_get_n_sources(data); i++) {
    NwDataSource source = *nw_data_settings_get_source(data, i);
    g_autofree char *other = dup_override(args, source.name);
    g_autofree char *own = nw_data_source_dup_path(&source, base_dir);
    NwDataSettings *changed;

    source.path = other ? other : own;
    source.hash = other ? NULL : source.hash;
    changed = nw_data_settings_with_source(data, &source);
    nw_data_settings_unref(data);
    data = changed;
  }
  graph = with_absolute_weights(nw_project_get_graph(project), base_dir);
  moved = nw_project_with_data(project, data);
  return nw_project_with_graph(moved, graph);
}

gboolean
nw_cli_save_project_as(const NwArgs *args, NwProject *project, const char *path, GError **error)
{
  g_autoptr(NwProject) moved = nw_cli_dup_moved_project(args, project);

  return nw_project_save(moved, path, error);
}

gboolean
nw_cli_save_project(const NwArgs *args, NwProject *project, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename(folder, "project.netwright", NULL);

  return nw_cli_save_project_as(args, project, path, error);
}

/* "val_digit_accuracy" of output "digit" → "val_accuracy" */
static char *
dup_short_name(const NwSeries *series)
{
  const char *prefix = series->validation ? "val_" : "";
  const char *name = series->name + strlen(prefix);
  gsize length = strlen(series->output);

  if (g_str_has_prefix(name, series->output) && name[length] == '_')
    name += length + 1;
  return g_strconcat(prefix, name, NULL);
}

static JsonObject *
get_output(JsonObject *outputs, const char *name)
{
  if (!json_object_has_member(outputs, name))
    json_object_set_object_member(outputs, name, json_object_new());
  return json_object_get_object_member(outputs, name);
}

static gboolean
has_validation(const NwHistory *history)
{
  return nw_history_find_epoch_series(history, "val_loss") >= 0;
}

JsonObject *
nw_cli_epoch_to_json(NwHistory *history, const NwEvent *event)
{
  JsonObject *root = json_object_new(), *outputs = json_object_new();

  json_object_set_int_member(root, "epoch", event->epoch);
  for (guint i = 0; i < nw_history_get_n_epoch_series(history); i++) {
    const NwSeries *series = nw_history_get_epoch_series(history, i);
    g_autofree char *name = series->output ? dup_short_name(series) : g_strdup(series->name);
    JsonObject *object = series->output ? get_output(outputs, series->output) : root;
    double value = 0;

    nw_history_read_epochs(history, i, event->epoch - 1, 1, &value);
    json_object_set_double_member(object, name, value);
  }
  for (guint i = 0; i < event->n_reports; i++) {
    JsonObject *object;

    if (!event->reports[i])
      continue;
    object = get_output(outputs, nw_report_get_output(event->reports[i]));
    json_object_set_double_member(object, has_validation(history) ? "val_ece" : "ece",
                                  nw_report_get_summary(event->reports[i])->ece);
  }
  json_object_set_object_member(root, "outputs", outputs);
  json_object_set_double_member(root, "seconds",
                                nw_history_get_epoch_time(history, event->epoch - 1));
  return root;
}

void
nw_cli_add_report(JsonObject *object, NwReport *report)
{
  const NwReportSummary *summary = nw_report_get_summary(report);

  if (summary->head == NW_HEAD_VALUES) {
    json_object_set_double_member(object, "mae", summary->mae);
    json_object_set_double_member(object, "rmse", summary->rmse);
    return;
  }
  json_object_set_double_member(object, "accuracy", summary->accuracy);
  json_object_set_double_member(object, "ece", summary->ece);
  json_object_set_double_member(object, "mce", summary->mce);
  json_object_set_double_member(object, "brier", summary->brier);
  json_object_set_double_member(object, "log_loss", summary->log_loss);
  if (summary->binary) /* the ECE of its one question is all there is, from one unit or from two */
    return;
  if (summary->head == NW_HEAD_SOFTMAX)
    json_object_set_double_member(object, "classwise_ece", summary->classwise_ece);
  else
    json_object_set_double_member(object, "pooled_ece", summary->pooled_ece);
}

/* Metrics that were asked for and do not fit: {"auc": "the targets are …"}. NULL: all fit. */
static JsonObject *
refusals_to_json(const NwEvaluation *evaluation, guint output)
{
  JsonObject *object = NULL;

  for (guint i = 0; i < evaluation->n_refusals; i++) {
    const NwTallyRefusal *refusal = &evaluation->refusals[i];

    if (refusal->output != output)
      continue;
    if (!object)
      object = json_object_new();
    json_object_set_string_member(object, refusal->kind->id, refusal->reason);
  }
  return object;
}

/* What the graph's own metrics say goes over what the report says under the same name: they are
 * what training showed. */
JsonObject *
nw_cli_output_to_json(const NwEvaluation *evaluation, guint output)
{
  JsonObject *object = json_object_new(), *refused = refusals_to_json(evaluation, output);
  gsize length = strlen(evaluation->outputs[output]);

  json_object_set_double_member(object, "loss", evaluation->losses[output]);
  if (evaluation->known[output] + evaluation->unknown[output] > 0) {
    json_object_set_int_member(object, "known", (gint64)evaluation->known[output]);
    json_object_set_int_member(object, "unknown", (gint64)evaluation->unknown[output]);
  }
  if (evaluation->reports[output])
    nw_cli_add_report(object, evaluation->reports[output]);
  for (guint i = 0; i < evaluation->n_metrics; i++) {
    const char *name = evaluation->metric_names[i];

    if (evaluation->metric_outputs[i] != output)
      continue;
    if (g_str_has_prefix(name, evaluation->outputs[output]) && name[length] == '_')
      name += length + 1;
    json_object_set_double_member(object, name, evaluation->metrics[i]);
  }
  if (refused)
    json_object_set_object_member(object, "not_measured", refused);
  return object;
}
