/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-calibrate.h"

#include "nw-error.h"
#include "nw-evaluator.h"
#include "nw-file-tensor.h"
#include "nw-plan.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define COLUMN 206.0 /* a node and the gap behind it */

static const NwLayerKind *
recalibration(void)
{
  return nw_layer_kind_find("recalibration");
}

/* ── outputs ─────────────────────────────────────────────────────────────────────────────────── */

static int
find_output(const NwPlan *plan, const char *name)
{
  for (guint i = 0; i < nw_plan_get_n_outputs(plan); i++)
    if (g_str_equal(nw_plan_get_output(plan, i)->name, name))
      return (int)i;
  return -1;
}

static gboolean
can_recalibrate(const NwPlanOutput *output)
{
  return output->head != NW_HEAD_VALUES && output->has_target;
}

char **
nw_calibrate_list_outputs(NwProject *project)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwPlan) plan = nw_plan_new(inference, 1, FALSE, NULL);
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  for (guint i = 0; plan != NULL && i < nw_plan_get_n_outputs(plan); i++)
    if (can_recalibrate(nw_plan_get_output(plan, i)))
      g_strv_builder_add(names, nw_plan_get_output(plan, i)->name);
  return g_strv_builder_end(names);
}

/* The output's plan, or a sentence that says why it cannot be recalibrated. */
static const NwPlanOutput *
check_output(NwProject *project, const NwPlan *plan, const char *name, GError **error)
{
  int at = find_output(plan, name);
  g_auto(GStrv) names = NULL;
  g_autofree char *list = NULL;

  if (at >= 0 && can_recalibrate(nw_plan_get_output(plan, (guint)at)))
    return nw_plan_get_output(plan, (guint)at);
  names = nw_calibrate_list_outputs(project);
  list = g_strjoinv(", ", names);
  if (at >= 0)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("Output “%s” gives no probabilities that a target could be compared with: there "
                  "is nothing to recalibrate"),
                name);
  else
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("there is no output “%s”; those with probabilities are: %s"), name,
                names[0] != NULL ? list : _("none"));
  return NULL;
}

/* ── where the layer goes ────────────────────────────────────────────────────────────────────── */

typedef struct {
  const NwNode *output, *source; /* the Output, and what feeds it */
  const char *form;              /* of the layer's parameter */
  gboolean is_there;             /* the source is a Recalibration */
  gboolean activation;           /* the source's activation moves into it */
} Place;

static guint
count_readers(const NwGraph *graph, guint uid)
{
  guint n = 0;

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    for (guint input = 0; input < node->n_inputs; input++)
      n += node->inputs[input].node == uid;
  }
  return n;
}

/* Does the source end in the sigmoid or softmax that makes the probabilities, for this output
 * alone? */
static gboolean
owns_activation(const NwInference *inference, const NwGraph *graph, const Place *place, NwHead head)
{
  const NwNodeInfo *info = nw_inference_get_node(inference, place->source->uid);
  const char *wanted = head == NW_HEAD_SIGMOID ? "sigmoid" : "softmax";

  return place->source->layer->block == NULL && info != NULL && info->known &&
         info->infer.activation != NULL && strcmp(info->infer.activation->id, wanted) == 0 &&
         nw_params_find_spec(place->source->layer->params, "activation") != NULL &&
         place->output->inputs[0].port == 0 && count_readers(graph, place->source->uid) == 1 &&
         nw_graph_get_n_calls(graph, place->source->layer->uid) == 1;
}

static Place
find_place(const NwInference *inference, const NwPlanOutput *output)
{
  const NwGraph *graph = nw_inference_get_graph(inference);
  Place place = {.output = nw_graph_find_node_by_name(graph, output->name)};
  const NwParams *params = place.output->layer->params;

  place.source = nw_graph_find_node(graph, place.output->inputs[0].node);
  place.is_there = place.source->layer->kind == recalibration();
  place.activation = !place.is_there && owns_activation(inference, graph, &place, output->head);
  if (place.is_there)
    place.form = nw_params_get_choice(place.source->layer->params, "form");
  else if (nw_params_applies(params, "from_logits") && nw_params_get_bool(params, "from_logits"))
    place.form = "logits";
  else
    place.form = place.activation ? "logits_to_probabilities" : "probabilities";
  return place;
}

/* ── fitting and judging ─────────────────────────────────────────────────────────────────────── */

static NwForecast *
predict(NwEvaluator *evaluator, NwDataset *dataset, guint output, NwSplit split,
        gboolean from_probabilities, GError **error)
{
  gsize n;
  const guint32 *rows = nw_dataset_get_split(dataset, split, &n);

  nw_evaluator_run(evaluator, rows, n, NULL, NULL);
  return nw_evaluator_dup_forecast(evaluator, output, from_probabilities, error);
}

static gboolean
check_split(NwDataset *dataset, NwSplit fit, gsize *n_fit, gsize *n_test, GError **error)
{
  nw_dataset_get_split(dataset, fit, n_fit);
  nw_dataset_get_split(dataset, NW_SPLIT_TEST, n_test);
  if (fit == NW_SPLIT_TRAIN)
    g_set_error_literal(
        error, NW_ERROR, NW_ERROR_INPUT,
        _("Recalibration cannot be fitted to training rows: there the network is surer and better "
          "than on new ones, so that the map would leave it too sure. Use the validation split."));
  else if (*n_fit == 0)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("The %s split has no rows to fit a recalibration to; give it a part of the data "
                  "on the Data page."),
                fit == NW_SPLIT_TEST ? _("test") : _("validation"));
  return fit != NW_SPLIT_TRAIN && *n_fit > 0;
}

NwContest *
nw_calibrate(NwProject *project, NwWeights *weights, NwDataset *dataset, const char *output,
             NwSplit fit, const NwRecalibratorKind *only, int threads, GError **error)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwPool) pool = nw_pool_new(threads);
  g_autoptr(NwEvaluator) evaluator = NULL;
  g_autoptr(NwForecast) known = NULL, judge = NULL;
  const NwPlanOutput *plan;
  gboolean from_probabilities;
  gsize n_fit, n_test;
  guint at;

  if (!nw_inference_check(inference, error) || !check_split(dataset, fit, &n_fit, &n_test, error))
    return NULL;
  evaluator = nw_evaluator_new(inference, weights, dataset, TRUE, MAX(n_fit, n_test), pool, error);
  plan = evaluator != NULL ? check_output(project, nw_evaluator_get_plan(evaluator), output, error)
                           : NULL;
  if (plan == NULL)
    return NULL;
  nw_evaluator_bypass_recalibration(evaluator);
  at = (guint)find_output(nw_evaluator_get_plan(evaluator), output);
  from_probabilities = g_str_equal(find_place(inference, plan).form, "probabilities");
  known = predict(evaluator, dataset, at, fit, from_probabilities, error);
  if (known != NULL && n_test > 0 && fit != NW_SPLIT_TEST) {
    judge = predict(evaluator, dataset, at, NW_SPLIT_TEST, from_probabilities, error);
    if (judge == NULL)
      return NULL;
  }
  return known != NULL ? nw_contest_new(known, judge, plan->rows_per_sample, only) : NULL;
}

/* ── the layer ───────────────────────────────────────────────────────────────────────────────── */

/* "1, 0.5" */
static char *
join_numbers(const double *numbers, gsize n)
{
  GString *text = g_string_new(NULL);

  for (gsize i = 0; i < n; i++) {
    g_autofree char *number = nw_number_to_text(numbers[i]);
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", number);
  }
  return g_string_free(text, FALSE);
}

static char *
join_lengths(const NwMaps *maps)
{
  GString *text = g_string_new(NULL);

  for (gsize i = 0; i < maps->n_maps; i++)
    g_string_append_printf(text, "%s%zu", i > 0 ? ", " : "", maps->starts[i + 1] - maps->starts[i]);
  return g_string_free(text, FALSE);
}

/* Takes @graph; NULL stays NULL. */
static NwGraph *
set_param(NwGraph *graph, guint uid, const char *key, const char *text, GError **error)
{
  NwGraph *set = graph != NULL ? nw_graph_set_param(graph, uid, key, text, error) : NULL;

  g_clear_pointer(&graph, nw_graph_unref);
  return set;
}

/* Everything from the Output on makes room for one more column. */
static NwGraph *
make_room(NwGraph *graph, const Place *place)
{
  g_autofree guint *uids = g_new(guint, nw_graph_get_n_nodes(graph));
  gsize n = 0;

  if (place->output->x - place->source->x >= 2 * COLUMN)
    return nw_graph_ref(graph);
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++)
    if (nw_graph_get_node(graph, i)->x >= place->output->x)
      uids[n++] = nw_graph_get_node(graph, i)->uid;
  return nw_graph_move(graph, uids, n, COLUMN, 0);
}

/* Puts a new layer before the Output. */
static NwGraph *
insert(NwGraph *graph, const Place *place, guint *uid, GError **error)
{
  NwSource from = place->output->inputs[0];
  g_autofree char *base = g_strdup_printf("%s_recalibration", place->output->layer->name);
  g_autoptr(NwGraph) moved = make_room(graph, place), added = NULL, wired = NULL;
  gboolean taken = nw_graph_find_node_by_name(graph, base) != NULL;

  added = nw_graph_add(moved, recalibration(), taken ? NULL : base, place->source->x + COLUMN,
                       place->output->y, uid);
  wired = nw_graph_connect(added, from.node, from.port, *uid, 0, error);
  return wired != NULL ? nw_graph_connect(wired, *uid, 0, place->output->uid, 0, error) : NULL;
}

/* What the layer is to be; @method NULL: as it is. */
typedef struct {
  const char *method, *lengths, *numbers;
} Fitted;

static NwProject *
apply(NwProject *project, const char *output, const Fitted *fitted, GError **error)
{
  NwGraph *before = nw_project_get_graph(project);
  g_autoptr(NwInference) inference = nw_inference_new(before);
  g_autoptr(NwPlan) plan =
      nw_inference_check(inference, error) ? nw_plan_new(inference, 1, FALSE, error) : NULL;
  const NwPlanOutput *found = plan != NULL ? check_output(project, plan, output, error) : NULL;
  g_autoptr(NwGraph) graph = NULL;
  Place place;
  guint uid;

  if (found == NULL)
    return NULL;
  place = find_place(inference, found);
  if (fitted->method == NULL && !place.is_there)
    return nw_project_ref(project);
  uid = place.source->uid;
  graph = place.is_there ? nw_graph_ref(before) : insert(before, &place, &uid, error);
  if (place.activation)
    graph = set_param(graph, place.source->uid, "activation", "linear", error);
  graph =
      set_param(graph, uid, "head", found->head == NW_HEAD_SIGMOID ? "sigmoid" : "softmax", error);
  graph = set_param(graph, uid, "form", place.form, error);
  if (fitted->method != NULL)
    graph = set_param(graph, uid, "method", fitted->method, error);
  graph = set_param(graph, uid, "lengths", fitted->lengths, error);
  graph = set_param(graph, uid, "numbers", fitted->numbers, error);
  return graph != NULL ? nw_project_with_graph(project, graph) : NULL;
}

NwProject *
nw_calibrate_apply(NwProject *project, const char *output, const NwMaps *maps, GError **error)
{
  g_autofree char *lengths = NULL, *numbers = NULL;

  if (maps == NULL)
    return apply(project, output, &(Fitted){NULL, "", ""}, error);
  lengths = join_lengths(maps);
  numbers = join_numbers(maps->numbers, nw_maps_count_numbers(maps));
  return apply(project, output, &(Fitted){maps->kind->id, lengths, numbers}, error);
}

/* The Recalibration right before @output. (nullable) */
static const NwLayer *
find_layer(NwProject *project, const char *output)
{
  const NwGraph *graph = nw_project_get_graph(project);
  const NwNode *node = nw_graph_find_node_by_name(graph, output);
  const NwNode *source =
      node != NULL && node->n_inputs > 0 ? nw_graph_find_node(graph, node->inputs[0].node) : NULL;

  return source != NULL && source->layer->kind == recalibration() ? source->layer : NULL;
}

const NwRecalibratorKind *
nw_calibrate_get_method(NwProject *project, const char *output, gboolean *per_output)
{
  const NwLayer *layer = find_layer(project, output);
  gsize n_maps = 0;

  if (layer != NULL)
    nw_params_get_ints(layer->params, "lengths", &n_maps);
  *per_output = n_maps > 1;
  return n_maps > 0 ? nw_recalibrator_kind_find(nw_params_get_choice(layer->params, "method"))
                    : NULL;
}

static gboolean
has_layer(NwProject *project)
{
  const NwGraph *graph = nw_project_get_graph(project);

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++)
    if (nw_graph_get_node(graph, i)->layer->kind == recalibration())
      return TRUE;
  return FALSE;
}

NwProject *
nw_calibrate_transfer(NwProject *to, NwProject *from)
{
  NwProject *result = nw_project_ref(to);
  g_auto(GStrv) names = NULL;

  if (!has_layer(to) && !has_layer(from))
    return result;
  names = nw_calibrate_list_outputs(to);
  for (char **name = names; *name != NULL; name++) {
    const NwLayer *layer = find_layer(from, *name);
    g_autofree char *lengths = layer ? nw_params_to_text(layer->params, "lengths") : g_strdup("");
    g_autofree char *numbers = layer ? nw_params_to_text(layer->params, "numbers") : g_strdup("");
    const char *method = layer != NULL ? nw_params_get_choice(layer->params, "method") : NULL;
    NwProject *next = layer != NULL || find_layer(to, *name) != NULL
                          ? apply(result, *name, &(Fitted){method, lengths, numbers}, NULL)
                          : NULL;
    if (next == NULL)
      continue;
    nw_project_unref(result);
    result = next;
  }
  return result;
}

/* Without the node: who reads it reads what it read. */
static NwGraph *
remove_node(NwGraph *graph, const NwNode *gone)
{
  NwSource source = gone->inputs[0];
  g_autoptr(NwGraph) rest = nw_graph_remove(graph, &gone->uid, 1);

  for (guint i = 0; source.node != 0 && i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *reader = nw_graph_get_node(graph, i);
    for (guint input = 0; input < reader->n_inputs; input++) {
      NwGraph *wired =
          reader->inputs[input].node == gone->uid
              ? nw_graph_connect(rest, source.node, source.port, reader->uid, input, NULL)
              : NULL;
      if (wired == NULL)
        continue;
      nw_graph_unref(rest);
      rest = wired;
    }
  }
  if (source.node != 0 &&
      g_str_equal(nw_params_get_choice(gone->layer->params, "form"), "logits_to_probabilities")) {
    NwGraph *set = nw_graph_set_param(rest, source.node, "activation",
                                      nw_params_get_choice(gone->layer->params, "head"), NULL);
    if (set != NULL)
      return set;
  }
  return g_steal_pointer(&rest);
}

NwGraph *
nw_calibrate_strip(NwGraph *graph)
{
  NwGraph *result = nw_graph_ref(graph);

  for (guint i = 0; i < nw_graph_get_n_nodes(result);) {
    const NwNode *node = nw_graph_get_node(result, i);
    NwGraph *rest;
    if (node->layer->kind != recalibration()) {
      i++;
      continue;
    }
    rest = remove_node(result, node);
    nw_graph_unref(result);
    result = rest;
  }
  return result;
}

/* ── files of weights ────────────────────────────────────────────────────────────────────────── */

static void
append_tensor(GArray *tensors, GPtrArray *owned, const NwLayer *layer, const char *what,
              NwTensorDtype dtype, const void *data, gsize n)
{
  NwFileTensor tensor = {.name = g_strdup_printf("%s/%s", layer->name, what),
                         .dtype = dtype,
                         .rank = 1,
                         .shape = {(gint64)n},
                         .data = data};

  g_ptr_array_add(owned, (gpointer)tensor.name);
  g_array_append_val(tensors, tensor);
}

void
nw_calibrate_append_tensors(NwProject *project, GArray *tensors, GPtrArray *owned)
{
  const NwGraph *graph = nw_project_get_graph(project);

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwLayer *layer = nw_graph_get_node(graph, i)->layer;
    const double *numbers;
    const gint64 *lengths;
    gsize n_numbers, n_lengths;

    if (layer->kind != recalibration())
      continue;
    numbers = nw_params_get_reals(layer->params, "numbers", &n_numbers);
    lengths = nw_params_get_ints(layer->params, "lengths", &n_lengths);
    if (n_lengths == 0)
      continue;
    append_tensor(tensors, owned, layer, "numbers", NW_TENSOR_F64, numbers, n_numbers);
    append_tensor(tensors, owned, layer, "lengths", NW_TENSOR_I64, lengths, n_lengths);
  }
}
