/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-text-kind.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "nw-error.h"
#include "nw-text.h"

/* Larger arguments would not make a network that trains. */
#define LARGEST 1e6

NwChoice *
nw_text_kind_make_choices(const NwTextKinds *kinds)
{
  GArray *made = g_array_new(TRUE, TRUE, sizeof(NwChoice));

  for (gsize i = 0; kinds->nth(i) != NULL; i++)
    g_array_append_vals(made, &(NwChoice){kinds->nth(i)->id, kinds->nth(i)->title}, 1);
  return (NwChoice *)g_array_free(made, FALSE);
}

static int
find(const NwTextKinds *kinds, const char *id)
{
  for (gsize i = 0; kinds->nth(i) != NULL; i++)
    if (strcmp(kinds->nth(i)->id, id) == 0)
      return (int)i;
  return -1;
}

/* “There is no initialiser “he_unifrm”: did you mean he_uniform?” */
static void
set_unknown(const NwTextKinds *kinds, const char *id, GError **error)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new();
  g_autofree char *shown = nw_text_for_message(id), *all = NULL;

  for (gsize i = 0; kinds->nth(i) != NULL; i++)
    g_ptr_array_add(ids, (char *)kinds->nth(i)->id);
  g_ptr_array_add(ids, NULL);
  const char *nearest = nw_nearest_word(id, (const char *const *)ids->pdata);
  if (nearest != NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _(kinds->no_such_near), shown, nearest);
    return;
  }
  all = g_strjoinv(", ", (char **)ids->pdata);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _(kinds->no_such), shown, all);
}

/* FALSE: not a number that is allowed there, nor a word. */
static gboolean
parse_argument(const NwTextKind *kind, gsize i, char *text, double *argument)
{
  gboolean worded = FALSE;

  for (const NwTextWord *word = kind->words; word != NULL && word->word != NULL; word++) {
    worded |= word->argument == i;
    if (word->argument == i && strcmp(word->word, g_strstrip(text)) == 0) {
      *argument = word->value;
      return TRUE;
    }
  }
  return !worded && nw_number_from_text(text, argument) && fabs(*argument) <= LARGEST;
}

/* "a, b" without the brackets → arguments. FALSE: not numbers that are allowed, or too many. */
static gboolean
parse_arguments(const NwTextKind *kind, const char *inside, double *arguments, gsize *n_arguments)
{
  g_auto(GStrv) words = g_strsplit(inside, ",", -1);
  gsize n = g_strv_length(words),
        most = kind->more ? NW_TEXT_KIND_MAX_ARGUMENTS : kind->n_arguments;

  if (n > most)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!parse_argument(kind, i, words[i], &arguments[i]))
      return FALSE;
  *n_arguments = MAX(n, kind->n_arguments);
  return TRUE;
}

/* "id" or "id(a, b)" */
int
nw_text_kind_parse(const NwTextKinds *kinds, const char *text,
                   double arguments[NW_TEXT_KIND_MAX_ARGUMENTS], gsize *n_arguments, GError **error)
{
  g_autofree char *id = g_strstrip(g_strdup(text));
  char *bracket = strchr(id, '(');
  char *inside = bracket != NULL ? bracket + 1 : NULL;
  gsize last = strlen(id) - 1, n;

  if (bracket != NULL && id[last] != ')') {
    g_autofree char *shown = nw_text_for_message(text);
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _(kinds->no_bracket), shown);
    return -1;
  }
  if (bracket != NULL) {
    id[last] = '\0';
    *bracket = '\0';
    g_strchomp(id);
  }

  int found = find(kinds, id);
  if (found < 0) {
    set_unknown(kinds, id, error);
    return -1;
  }
  const NwTextKind *kind = kinds->nth((gsize)found);
  g_assert(kind->n_arguments <= NW_TEXT_KIND_MAX_ARGUMENTS);
  for (gsize i = 0; i < kind->n_arguments; i++)
    arguments[i] = kind->defaults[i];
  n = kind->n_arguments;
  if (inside == NULL || parse_arguments(kind, inside, arguments, &n)) {
    if (n_arguments != NULL)
      *n_arguments = n;
    return found;
  }

  g_autofree char *shown = nw_text_for_message(inside);
  const char *sentence = kind->n_arguments == 0 && !kind->more   ? kinds->no_numbers
                         : kind->n_arguments == 1 && !kind->more ? kinds->one_number
                                                                 : kinds->numbers;
  g_autofree char *message = g_strdup_printf(_(sentence), kind->id, shown);
  if (kind->words != NULL) /* how it is written */
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, "%s: %s", message, _(kind->summary));
  else
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, message);
  return -1;
}
