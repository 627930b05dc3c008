/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The table of training settings; the registry of schedules adds rows of its own. */
#include "nw-project.h"
#include "nw-schedule.h"

#include <glib/gi18n-lib.h>

#define RATE     N_("Learning rate")
#define STOPPING N_("Early stopping")
#define SAVING   N_("Checkpoints")
#define MACHINE  N_("Machine")

static const NwChoice stop_rules[] = {
    {"weighted", N_("“Best by” as one number")},
    {"all", N_("all of “Best by” have")},
    {"any", N_("any of “Best by” has")},
    {NULL},
};

static const NwChoice *
stop_rule_choices(void)
{
  return stop_rules;
}

static const NwChoice units[] = {{"epochs", N_("Epochs")}, {"batches", N_("Batches")}, {NULL}};

static const NwChoice *
unit_choices(void)
{
  return units;
}

static const NwParamSpec first[] = {
    {"epochs", N_("Epochs"), N_("How often training goes through all training rows"), NW_PARAM_INT,
     "20", 1, 1000000},
    {"batch_size", N_("Batch size"), N_("Rows between two changes of the weights"), NW_PARAM_INT,
     "32", 1, 1 << 20},
    {"seed", N_("Seed"),
     N_("The same seed gives the same weights, bit for bit; another one another run"), NW_PARAM_INT,
     "1", 0, 9007199254740992.0},
    {"shuffle", N_("Shuffle"), N_("Takes the training rows in another order in every epoch"),
     NW_PARAM_BOOL, "true"},
    {"monitor", N_("Best by"),
     N_("What makes an epoch the best one: val_loss, val_OUTPUT_accuracy, val_*_loss …; several, "
        "with "
        "factors, are added up: val_a_loss, 0.5*val_b_auc"),
     NW_PARAM_TEXT, "val_loss"},
    {"restore_best", N_("Keep the best"),
     N_("After training, use the weights of the best epoch rather than those of the last"),
     NW_PARAM_BOOL, "true"},
    {"schedule", N_("Schedule"), N_("How the learning rate changes during training"),
     NW_PARAM_CHOICE, "constant", .choices = nw_schedule_choices, .group = RATE},
};

static const NwParamSpec rest[] = {
    {"early_stopping", N_("Stop early"), N_("Stops when the best epoch is long ago"), NW_PARAM_BOOL,
     "false", .group = STOPPING},
    {"patience", N_("Patience"), N_("Epochs without improvement before training stops"),
     NW_PARAM_INT, "5", 0, 1000000, .when = "early_stopping=true", .group = STOPPING,
     .unit = N_("epochs")},
    {"min_delta", N_("Smallest improvement"), N_("A smaller one does not count"), NW_PARAM_REAL,
     "0", 0, 1e9, .when = "early_stopping=true", .group = STOPPING},
    {"baseline", N_("Baseline"),
     N_("What must be beaten, too, before patience starts anew: a number for each of “Best by”; "
        "empty: "
        "nothing"),
     NW_PARAM_REALS, "", .when = "early_stopping=true", .group = STOPPING},
    {"start_from_epoch", N_("Not before"), N_("Epochs at the beginning that are not judged"),
     NW_PARAM_INT, "0", 0, 1000000, .when = "early_stopping=true", .group = STOPPING,
     .unit = N_("epochs")},
    {"stop_when", N_("Stops when"), N_("What must have stopped improving"), NW_PARAM_CHOICE,
     "weighted", .choices = stop_rule_choices, .when = "early_stopping=true", .group = STOPPING},
    {"freeze_finished", N_("Freeze what is done"),
     N_("An output all of whose numbers have stopped improving trains no more: its loss has no "
        "gradient, and layers that lead to no other output keep their weights"),
     NW_PARAM_BOOL, "false", .when = "stop_when=all", .group = STOPPING},
    {"checkpoint_every", N_("Every"),
     N_("How often a checkpoint is kept beside the best and the last; 0: never"), NW_PARAM_INT, "0",
     0, 1e9, .group = SAVING},
    {"checkpoint_unit", N_("Counted in"), N_("What is counted"), NW_PARAM_CHOICE, "epochs",
     .choices = unit_choices, .group = SAVING},
    {"checkpoint_keep", N_("Keep"), N_("How many of them; the oldest go; 0: all"), NW_PARAM_INT,
     "5", 0, 1000000, .group = SAVING},
    {"threads", N_("Threads"), N_("Processor cores to use; 0 takes all. The result is the same"),
     NW_PARAM_INT, "0", 0, 1024, .group = MACHINE},
};

static NwParamSpec *
make_table(void)
{
  GArray *table = g_array_new(TRUE, TRUE, sizeof(NwParamSpec));

  g_array_append_vals(table, first, G_N_ELEMENTS(first));
  for (gsize i = 0; nw_schedule_kinds[i]; i++)
    nw_param_table_append(table, nw_schedule_kinds[i]->params, "schedule",
                          nw_schedule_kinds[i]->id);
  for (guint i = G_N_ELEMENTS(first); i < table->len; i++)
    g_array_index(table, NwParamSpec, i).group = RATE;
  g_array_append_vals(table, rest, G_N_ELEMENTS(rest));
  return (NwParamSpec *)g_array_free(table, FALSE);
}

const NwParamSpec *
nw_training_params(void)
{
  static NwParamSpec *table = NULL; /* kept until the program ends, as constant tables are */

  if (g_once_init_enter(&table))
    g_once_init_leave(&table, make_table());
  return table;
}
