/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The command line: one constant struct per subcommand, in a file of its own. Its table of options
 * drives the parser and --help. */
#pragma once

#include <glib.h>

#include "nw-param.h"

/* What a process answers. */
typedef enum {
  NW_EXIT_DONE = 0,
  NW_EXIT_INPUT = 1,   /* a file or a value is at fault; one sentence on stderr */
  NW_EXIT_USAGE = 2,   /* the command line itself is */
  NW_EXIT_STOPPED = 3, /* by a signal, after saving */
} NwExit;

typedef enum {
  NW_OPTION_FLAG,   /* --json */
  NW_OPTION_INT,    /* --epochs 20 */
  NW_OPTION_CHOICE, /* --split test */
  NW_OPTION_TEXT,   /* --out DIR */
  NW_OPTION_TEXTS,  /* --set key=value, any number of times */
} NwOptionType;

/**
 * NwOption:
 * @key: without the dashes
 * @letter: short form ("o" for -o), 0: none
 * @value: what stands for the value in --help: "DIR"
 * @help: marked with N_()
 * @min: of an integer
 * @choices: (nullable): ended by a NULL id
 * @required: the command makes no sense without it
 */
typedef struct {
  const char *key;
  char letter;
  NwOptionType type;
  const char *value, *help;
  gint64 min, max;
  const NwChoice *choices;
  gboolean required;
} NwOption;

/* What was typed, checked against the command's table. */
typedef struct _NwArgs NwArgs;

/* Asking for an option that the command does not have is a programmer fault. */
gboolean nw_args_get_flag(const NwArgs *args, const char *key);
gboolean nw_args_get_int(const NwArgs *args, const char *key, gint64 *out); /* FALSE: not given */
const char *nw_args_get_text(const NwArgs *args, const char *key);          /* NULL: not given */
/* The index of the given choice; @otherwise when none is given. */
int nw_args_get_choice(const NwArgs *args, const char *key, int otherwise);
const char *const *nw_args_get_texts(const NwArgs *args, const char *key); /* NULL-ended */
const char *nw_args_get_operand(const NwArgs *args, guint i);              /* NULL: fewer */
const char *nw_args_get_file(const NwArgs *args); /* the last operand: what the command reads */

/**
 * NwCommand:
 * @operands: what follows the name, as --help shows it: "FILE"
 * @min_operands, @max_operands: how many
 * @options: ended by a NULL key
 * @details: (nullable): paragraph for --help
 * @run: with @error set, the answer is NW_EXIT_INPUT whatever it returns
 */
typedef struct {
  const char *name, *summary, *operands;
  guint min_operands, max_operands;
  const NwOption *options;
  const char *details;
  NwExit (*run)(const NwArgs *args, GError **error);
} NwCommand;

extern const NwCommand *const nw_commands[]; /* in the order of --help; ended by NULL */

/* Is argv[1] a subcommand or an option? Then nw_cli_main answers; else it is the window's. */
gboolean nw_cli_wants(int argc, char **argv);
NwExit nw_cli_main(int argc, char **argv);

/* Rows that several commands have. */
#define NW_OPTION_JSON                                                                             \
  {                                                                                                \
    "json", 0, NW_OPTION_FLAG, NULL, N_("Write JSON")                                              \
  }
#define NW_OPTION_TASK                                                                             \
  {                                                                                                \
    "task", 0, NW_OPTION_CHOICE, "TASK", N_("What the columns are"), .choices = nw_task_choices    \
  }
#define NW_OPTION_BINS                                                                             \
  {                                                                                                \
    "bins", 0, NW_OPTION_INT, "M",                                                                 \
        N_("Bins of the reliability diagram (10 for the probability of "                           \
           "a label, 15 for the confidence of several classes)"),                                  \
        1, NW_MAX_BINS                                                                             \
  }
#define NW_OPTION_SET                                                                              \
  {                                                                                                \
    "set", 0, NW_OPTION_TEXTS, "KEY=VALUE",                                                        \
        N_("Change a setting: training.epochs=5, optimizer=sgd, LAYER.PARAMETER=…, *.loss=…")      \
  }
#define NW_OPTION_DATA                                                                             \
  {                                                                                                \
    "data", 0, NW_OPTION_TEXTS, "NAME=PATH", N_("Read the data source NAME from another file")     \
  }
#define NW_OPTION_THREADS                                                                          \
  {                                                                                                \
    "threads", 0, NW_OPTION_INT, "N", N_("Processor cores to use (0: all)"), 0, 1024               \
  }
#define NW_OPTION_WEIGHTS                                                                          \
  {                                                                                                \
    "weights", 'w', NW_OPTION_TEXT, "WEIGHTS", N_("Trained weights (.safetensors)"),               \
        .required = TRUE                                                                           \
  }
