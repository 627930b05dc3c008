/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Where a prediction leaves: compares its input with a target by a loss of its own.
 *
 * The table of parameters is made from the registries of losses and metrics: one row per parameter
 * of a loss or metric, which applies only while that (or another with the same parameter) is
 * chosen. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-loss.h"
#include "nw-metric.h"

/* "loss=a|b" for classification: the losses that know logits and classes. (transfer full) */
static char *
when_classes(void)
{
  GString *when = g_string_new(NULL);
  for (const NwLossKind *const *loss = nw_loss_kinds; *loss != NULL; loss++)
    if ((*loss)->logits != NW_LOGITS_NONE)
      g_string_append_printf(when, "%s%s", when->len == 0 ? "loss=" : "|", (*loss)->id);
  return g_string_free(when, FALSE);
}

static const NwChoice *
sample_weight_choices(void)
{
  static const NwChoice choices[] = {
      {"none", N_("None")}, {"sample", N_("One per sample")}, {"step", N_("One per step")}, {NULL}};
  return choices;
}

/* Targets that can be unknown: labels in their order have zeros for that. */
static char *
when_known(void)
{
  GString *when = g_string_new(NULL);
  for (const NwLossKind *const *loss = nw_loss_kinds; *loss != NULL; loss++)
    if ((*loss)->target != NW_TARGET_NONE && (*loss)->target != NW_TARGET_LABELS)
      g_string_append_printf(when, "%s%s", when->len == 0 ? "loss=" : "|", (*loss)->id);
  return g_string_free(when, FALSE);
}

static NwParamSpec *
make_params(void)
{
  GArray *table = g_array_new(TRUE, TRUE, sizeof(NwParamSpec));
  char *classes = when_classes(), *known = when_known();
  NwParamSpec first = {"loss",
                       N_("Loss"),
                       N_("What training makes small: how far the prediction is from the target"),
                       NW_PARAM_CHOICE,
                       "mean_squared_error",
                       .choices = nw_loss_choices};
  NwParamSpec rest[] = {
      {"from_logits", N_("From logits"),
       N_("On: the input is raw scores, before any sigmoid or softmax"), NW_PARAM_BOOL, "false",
       .when = classes},
      {"weight", N_("Weight"), N_("How much this loss counts in the total"), NW_PARAM_REAL, "1", 0,
       1e9},
      {"class_weights", N_("Class weights"),
       N_("One number per class: how much its samples count while training; validation and "
          "evaluation "
          "count all the same, as in Keras"),
       NW_PARAM_REALS, "", 0, 1e9, .when = classes},
      {"ignored", N_("Ignored labels"),
       N_("A target that is one of these numbers, such as -1, is not known: it does not count, "
          "neither in "
          "the loss nor in metrics and reports; in a vector of labels just this one"),
       NW_PARAM_REALS, "", .when = known},
      {"ignore_empty", N_("Ignore empty cells"),
       N_("On: a target whose cell is empty (or NaN) is not known and does not count, as an "
          "ignored "
          "label; off: it is an error"),
       NW_PARAM_BOOL, "false", .when = known},
      {"sample_weight", N_("Sample weights"),
       N_("Whether a column of the data says how much each sample, or each step of it, counts in "
          "the "
          "loss; metrics count all alike, but for those that are weighted"),
       NW_PARAM_CHOICE, "none", .choices = sample_weight_choices},
      {"metrics", N_("Metrics"), N_("What is measured beside the loss"), NW_PARAM_NAMES,
       "accuracy, mae", .choices = nw_metric_choices},
      {"weighted_metrics", N_("Weighted metrics"),
       N_("What is measured with every sample, or step, counting by its weight"), NW_PARAM_NAMES,
       "", .choices = nw_metric_weighted_choices, .when = "sample_weight=sample|step"},
  };

  g_array_append_val(table, first);
  for (const NwLossKind *const *loss = nw_loss_kinds; *loss != NULL; loss++)
    nw_param_table_append(table, (*loss)->params, "loss", (*loss)->id);
  g_array_append_vals(table, rest, G_N_ELEMENTS(rest));
  for (const NwMetricKind *const *metric = nw_metric_kinds; *metric != NULL; metric++)
    nw_param_table_append(table, (*metric)->params, "metrics|weighted_metrics", (*metric)->id);
  return (NwParamSpec *)g_array_free(table, FALSE);
}

static const NwParamSpec *
build_params(void)
{
  static NwParamSpec *table = NULL; /* kept until the program ends, as constant tables are */
  if (g_once_init_enter(&table))
    g_once_init_leave(&table, make_params());
  return table;
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwLossKind *loss = nw_loss_kind_find(nw_params_get_choice(infer->params, "loss"));
  gboolean labels = loss->target == NW_TARGET_LABELS;

  if (labels && infer->inputs[0].shape.rank != 2) {
    g_autofree char *shape = nw_shape_to_text(&infer->inputs[0].shape);
    return nw_infer_fail(infer, error,
                         _("its loss compares labels with scores for each step (steps × classes), "
                           "but %s arrives"),
                         shape);
  }
  if (g_str_equal(nw_params_get_choice(infer->params, "sample_weight"), "step") &&
      (labels || infer->inputs[0].shape.rank == 1))
    return nw_infer_fail(infer, error,
                         _("it gives one answer per sample, so there are no steps to weigh; set "
                           "Sample weights to One per sample"));
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  const NwLossKind *loss = nw_loss_kind_find(nw_params_get_choice(params, "loss"));
  double weight = nw_params_get_real(params, "weight");
  if (weight == 1)
    return g_strdup(_(loss->title));
  return g_strdup_printf(_("%s · weight %.4g"), _(loss->title), weight);
}

const NwLayerKind nw_layer_output = {
    .id = "output",
    .title = N_("Output"),
    .summary = N_("Where a prediction leaves the network, with its own loss and metrics"),
    .category = NW_CATEGORY_OUTPUTS,
    .role = NW_ROLE_OUTPUT,
    .inputs = (const NwPort[]){{"in", N_("Prediction")}, {NULL}},
    .outputs = (const NwPort[]){{NULL}},
    .build_params = build_params,
    .examples = (const NwLayerExample[]){{"", "4,3"},
                                         {"", "3"},
                                         {"weight=0.5", "mask:4,3"},
                                         {"sample_weight=step", "4,3"},
                                         {"loss=ctc label_length=2", "5,3"},
                                         {"", "-"},
                                         {NULL}},
    .infer = infer,
    .describe = describe,
};
