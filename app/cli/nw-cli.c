/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli.h"

#include "nw-cli-project.h"
#include "nw-text.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ── what was typed ──────────────────────────────────────────────────────────────────────────── */

struct _NwArgs {
  const NwCommand *command;
  GPtrArray **values; /* one list of texts per row of the table; NULL: not given */
  GPtrArray *operands;
};

static guint
count_options(const NwCommand *command)
{
  guint n = 0;

  while (command->options[n].key)
    n++;
  return n;
}

static NwArgs *
args_new(const NwCommand *command)
{
  NwArgs *args = g_new0(NwArgs, 1);

  args->command = command;
  args->values = g_new0(GPtrArray *, count_options(command));
  args->operands = g_ptr_array_new();
  return args;
}

static void
args_free(NwArgs *args)
{
  for (guint i = 0; i < count_options(args->command); i++)
    g_clear_pointer(&args->values[i], g_ptr_array_unref);
  g_free(args->values);
  g_ptr_array_unref(args->operands);
  g_free(args);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwArgs, args_free)

static guint
find(const NwArgs *args, const char *key)
{
  for (guint i = 0; args->command->options[i].key; i++)
    if (g_str_equal(args->command->options[i].key, key))
      return i;
  g_error("“%s” has no option --%s", args->command->name, key);
}

/* The given values, NULL-ended; NULL when there are none. */
static const char *const *
get(const NwArgs *args, const char *key)
{
  const GPtrArray *values = args->values[find(args, key)];

  return values ? (const char *const *)values->pdata : NULL;
}

gboolean
nw_args_get_flag(const NwArgs *args, const char *key)
{
  return get(args, key) != NULL;
}

gboolean
nw_args_get_int(const NwArgs *args, const char *key, gint64 *out)
{
  const char *text = nw_args_get_text(args, key);

  return text && nw_integer_from_text(text, out);
}

const char *
nw_args_get_text(const NwArgs *args, const char *key)
{
  const char *const *values = get(args, key);

  return values ? values[0] : NULL;
}

int
nw_args_get_choice(const NwArgs *args, const char *key, int otherwise)
{
  const char *id = nw_args_get_text(args, key);
  const NwChoice *choices = args->command->options[find(args, key)].choices;

  for (int i = 0; id && choices[i].id; i++)
    if (g_str_equal(choices[i].id, id))
      return i;
  return otherwise;
}

const char *const *
nw_args_get_texts(const NwArgs *args, const char *key)
{
  static const char *const none[] = {NULL};
  const char *const *values = get(args, key);

  return values ? values : none;
}

const char *
nw_args_get_operand(const NwArgs *args, guint i)
{
  return i < args->operands->len ? g_ptr_array_index(args->operands, i) : NULL;
}

const char *
nw_args_get_file(const NwArgs *args)
{
  return nw_args_get_operand(args, args->operands->len - 1);
}

/* ── help ────────────────────────────────────────────────────────────────────────────────────── */

static char *
describe_option(const NwOption *option)
{
  g_autofree char *letter =
      option->letter ? g_strdup_printf("-%c, ", option->letter) : g_strdup("");

  if (option->type == NW_OPTION_FLAG)
    return g_strdup_printf("%s--%s", letter, option->key);
  return g_strdup_printf("%s--%s %s", letter, option->key, option->value);
}

static void
print_option(const NwOption *option)
{
  g_autofree char *name = describe_option(option);

  printf("  %-22s  %s", name, _(option->help));
  for (const NwChoice *choice = option->choices; choice && choice->id; choice++)
    printf("%s%s", choice == option->choices ? ": " : ", ", choice->id);
  if (option->required)
    printf(" %s", _("(required)"));
  printf("\n");
}

static void
print_command_help(const NwCommand *command)
{
  printf(_("Usage: netwright %s %s [OPTION]…\n\n%s.\n"), command->name, command->operands,
         _(command->summary));
  if (command->details)
    printf("%s\n", _(command->details));
  printf("\n%s\n", _("Options:"));
  for (const NwOption *option = command->options; option->key; option++)
    print_option(option);
  printf("  %-22s  %s\n", "--help", _("Show this"));
}

static void
print_help(FILE *out)
{
  fprintf(out, "%s\n\n  netwright [FILE.netwright]\n",
          _("Netwright designs, trains, judges and exports neural networks."));
  for (gsize i = 0; nw_commands[i] != NULL; i++)
    fprintf(out, "  netwright %-11s %-24s %s\n", nw_commands[i]->name, nw_commands[i]->operands,
            _(nw_commands[i]->summary));
  fprintf(out, "\n%s\n",
          _("“netwright COMMAND --help” tells more. Answers: 0 done, 1 the input is at "
            "fault, 2 usage, 3 stopped by a signal after saving."));
}

/* ── parsing ─────────────────────────────────────────────────────────────────────────────────── */

static gboolean usage_fault(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* One sentence on stderr, in UTF-8 whatever the locale. Always FALSE. */
static gboolean
usage_fault(const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start(args, format);
  text = g_strdup_vprintf(format, args);
  va_end(args);
  fprintf(stderr, "netwright: %s\n", text);
  return FALSE;
}

static const char *
nearest_option(const NwCommand *command, const char *key)
{
  g_autoptr(GPtrArray) keys = g_ptr_array_new();

  for (const NwOption *option = command->options; option->key; option++)
    g_ptr_array_add(keys, (gpointer)option->key);
  g_ptr_array_add(keys, NULL);
  return nw_nearest_word(key, (const char *const *)keys->pdata);
}

/* The row that @text ("--key", "--key=value", "-k") names, or −1 with a message. */
static int
find_option(const NwCommand *command, const char *text)
{
  const char *end = strchr(text, '=');
  g_autofree char *name = end ? g_strndup(text, (gsize)(end - text)) : g_strdup(text);
  const char *nearest;

  for (int i = 0; command->options[i].key; i++) {
    const NwOption *option = &command->options[i];

    if (g_str_has_prefix(name, "--") ? g_str_equal(name + 2, option->key)
                                     : name[1] == option->letter && name[2] == '\0')
      return i;
  }
  nearest = nearest_option(command, name + strspn(name, "-"));
  if (nearest)
    usage_fault(_("“%s” has no option %s; did you mean --%s?"), command->name, name, nearest);
  else
    usage_fault(_("“%s” has no option %s; “netwright %s --help” lists them"), command->name, name,
                command->name);
  return -1;
}

static gboolean
check_value(const NwOption *option, const char *value)
{
  gint64 number;

  if (option->type == NW_OPTION_INT &&
      !(nw_integer_from_text(value, &number) && number >= option->min && number <= option->max))
    return usage_fault(_("--%s must be a whole number from %" PRId64 " to %" PRId64 ", not “%s”"),
                       option->key, option->min, option->max, value);
  if (option->type == NW_OPTION_CHOICE) {
    g_autoptr(GString) all = g_string_new(NULL);

    for (const NwChoice *choice = option->choices; choice->id; choice++) {
      if (g_str_equal(choice->id, value))
        return TRUE;
      g_string_append_printf(all, "%s%s", all->len ? ", " : "", choice->id);
    }
    return usage_fault(_("--%s must be one of %s, not “%s”"), option->key, all->str, value);
  }
  return TRUE;
}

/* Reads the option at argv[*i] with its value, and moves *i to its last word. */
static gboolean
read_option(NwArgs *args, int argc, char **argv, int *i)
{
  const char *text = argv[*i], *value = strchr(text, '=');
  int index = find_option(args->command, text);
  const NwOption *option = &args->command->options[MAX(index, 0)];

  if (index < 0)
    return FALSE;
  if (option->type == NW_OPTION_FLAG) {
    if (value)
      return usage_fault(_("--%s takes no value"), option->key);
  } else if (value) {
    value++;
  } else if (*i + 1 < argc) {
    value = argv[++*i];
  } else {
    return usage_fault(_("--%s needs a value: %s"), option->key, option->value);
  }

  if (args->values[index] && option->type != NW_OPTION_TEXTS && option->type != NW_OPTION_FLAG)
    return usage_fault(_("--%s is given twice"), option->key);
  if (value && !check_value(option, value))
    return FALSE;
  if (args->values[index])
    g_ptr_array_set_size(args->values[index], (int)args->values[index]->len - 1);
  else
    args->values[index] = g_ptr_array_new();
  g_ptr_array_add(args->values[index], (gpointer)value);
  g_ptr_array_add(args->values[index], NULL);
  return TRUE;
}

static gboolean
check_complete(const NwArgs *args)
{
  const NwCommand *command = args->command;

  if (args->operands->len < command->min_operands)
    return usage_fault(_("“%s” needs %s"), command->name, command->operands);
  if (args->operands->len > command->max_operands)
    return usage_fault(_("“%s” takes %s and nothing more, but there is also “%s”"), command->name,
                       command->operands,
                       (char *)g_ptr_array_index(args->operands, command->max_operands));
  for (guint i = 0; command->options[i].key; i++)
    if (command->options[i].required && !args->values[i])
      return usage_fault(_("“%s” needs --%s %s"), command->name, command->options[i].key,
                         command->options[i].value);
  return TRUE;
}

/* argv[0] is the command's name. */
static NwArgs *
parse(const NwCommand *command, int argc, char **argv)
{
  g_autoptr(NwArgs) args = args_new(command);
  gboolean only_operands = FALSE;

  for (int i = 1; i < argc; i++) {
    if (only_operands || argv[i][0] != '-' || argv[i][1] == '\0')
      g_ptr_array_add(args->operands, argv[i]);
    else if (g_str_equal(argv[i], "--"))
      only_operands = TRUE;
    else if (!read_option(args, argc, argv, &i))
      return NULL;
  }
  return check_complete(args) ? g_steal_pointer(&args) : NULL;
}

/* ── running ─────────────────────────────────────────────────────────────────────────────────── */

static NwExit
run(const NwCommand *command, int argc, char **argv)
{
  g_autoptr(NwArgs) args = NULL;
  g_autoptr(GError) error = NULL;
  NwExit answer;

  for (int i = 1; i < argc && !g_str_equal(argv[i], "--"); i++)
    if (g_str_equal(argv[i], "--help") || g_str_equal(argv[i], "-h")) {
      print_command_help(command);
      return NW_EXIT_DONE;
    }
  args = parse(command, argc, argv);
  if (!args)
    return NW_EXIT_USAGE;

  answer = command->run(args, &error);
  if (!error && (fflush(stdout) != 0 || ferror(stdout)))
    g_set_error_literal(&error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                        _("The answer could not be written to the standard output"));
  if (!error)
    return answer;
  fprintf(stderr, "netwright: %s\n", error->message);
  return error->domain == NW_USAGE ? NW_EXIT_USAGE : NW_EXIT_INPUT;
}

static const NwCommand *
find_command(const char *name)
{
  for (gsize i = 0; nw_commands[i] != NULL; i++)
    if (g_str_equal(nw_commands[i]->name, name))
      return nw_commands[i];
  return NULL;
}

/* A word that is no file is rather a slip of the pen. */
static const char *
nearest_command(const char *word)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  if (*word == '-' || strchr(word, '.') || g_file_test(word, G_FILE_TEST_EXISTS))
    return NULL;
  for (gsize i = 0; nw_commands[i] != NULL; i++)
    g_ptr_array_add(names, (gpointer)nw_commands[i]->name);
  g_ptr_array_add(names, NULL);
  return nw_nearest_word(word, (const char *const *)names->pdata);
}

gboolean
nw_cli_wants(int argc, char **argv)
{
  if (argc < 2)
    return FALSE;
  return find_command(argv[1]) || nearest_command(argv[1]) ||
         (argv[1][0] == '-' && !g_str_has_prefix(argv[1], "--gapplication"));
}

NwExit
nw_cli_main(int argc, char **argv)
{
  const char *word = argc > 1 ? argv[1] : "";
  const NwCommand *command = find_command(word);

  if (command)
    return run(command, argc - 1, argv + 1);
  if (g_str_equal(word, "--version")) {
    printf("netwright %s\n", NW_VERSION);
    return NW_EXIT_DONE;
  }
  if (g_str_equal(word, "--help") || g_str_equal(word, "-h")) {
    print_help(stdout);
    return NW_EXIT_DONE;
  }
  if (nearest_command(word)) {
    usage_fault(_("There is no command “%s”; did you mean “%s”?"), word, nearest_command(word));
    return NW_EXIT_USAGE;
  }
  if (word[0] == '-')
    usage_fault(_("There is no option %s; “netwright --help” lists what there is"), word);
  else
    print_help(stderr);
  return NW_EXIT_USAGE;
}
