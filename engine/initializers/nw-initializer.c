/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer.h"

#include "nw-error.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ARGUMENTS 2

/* Larger arguments would not make a network that trains. */
#define LARGEST 1e6

static const NwInitializerKind *
find(const char *id)
{
  for (gsize i = 0; nw_initializer_kinds[i] != NULL; i++)
    if (strcmp(nw_initializer_kinds[i]->id, id) == 0)
      return nw_initializer_kinds[i];
  return NULL;
}

const NwChoice *
nw_initializer_choices(void)
{
  static NwChoice *choices = NULL;

  if (g_once_init_enter(&choices)) {
    g_autoptr(GArray) made = g_array_new(TRUE, TRUE, sizeof(NwChoice));
    for (gsize i = 0; nw_initializer_kinds[i] != NULL; i++)
      g_array_append_vals(
          made, &(NwChoice){nw_initializer_kinds[i]->id, nw_initializer_kinds[i]->title}, 1);
    g_once_init_leave(&choices, (NwChoice *)g_array_free(g_steal_pointer(&made), FALSE));
  }
  return choices;
}

/* “There is no initialiser “he_unifrm”: did you mean he_uniform?” */
static void
set_unknown(const char *id, GError **error)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new();
  g_autofree char *shown = nw_text_for_message(id), *all = NULL;

  for (gsize i = 0; nw_initializer_kinds[i] != NULL; i++)
    g_ptr_array_add(ids, (char *)nw_initializer_kinds[i]->id);
  g_ptr_array_add(ids, NULL);
  const char *nearest = nw_nearest_word(id, (const char *const *)ids->pdata);
  if (nearest != NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("There is no initialiser “%s”: did you mean %s?"), shown, nearest);
    return;
  }
  all = g_strjoinv(", ", (char **)ids->pdata);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("There is no initialiser “%s”: choose one of %s"),
              shown, all);
}

/* "a, b" without the brackets → arguments. FALSE: not numbers that are allowed, or too many. */
static gboolean
parse_arguments(const NwInitializerKind *kind, const char *inside, double *arguments)
{
  g_auto(GStrv) words = g_strsplit(inside, ",", -1);
  gsize n = g_strv_length(words);

  if (n > kind->n_arguments)
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    if (!nw_number_from_text(words[i], &arguments[i]) || fabs(arguments[i]) > LARGEST)
      return FALSE;
  }
  return TRUE;
}

/* "id" or "id(a, b)"; arguments left out keep their defaults. */
static const NwInitializerKind *
parse(const char *text, double arguments[MAX_ARGUMENTS], GError **error)
{
  g_autofree char *id = g_strstrip(g_strdup(text));
  char *bracket = strchr(id, '(');
  char *inside = bracket != NULL ? bracket + 1 : NULL;
  gsize last = strlen(id) - 1;

  if (bracket != NULL && id[last] != ')') {
    g_autofree char *shown = nw_text_for_message(text);
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("The initialiser “%s” has no closing bracket: write it like constant(0.1)"),
                shown);
    return NULL;
  }
  if (bracket != NULL) {
    id[last] = '\0';
    *bracket = '\0';
    g_strchomp(id);
  }

  const NwInitializerKind *kind = find(id);
  if (kind == NULL) {
    set_unknown(id, error);
    return NULL;
  }

  g_assert(kind->n_arguments <= MAX_ARGUMENTS);
  for (gsize i = 0; i < kind->n_arguments; i++)
    arguments[i] = kind->defaults[i];
  if (inside == NULL || parse_arguments(kind, inside, arguments))
    return kind;

  g_autofree char *shown = nw_text_for_message(inside);
  const char *sentence =
      kind->n_arguments == 0
          ? _("The initialiser %s takes no numbers, not “%s”")
          : g_dngettext(GETTEXT_PACKAGE,
                        "The initialiser %s takes one number from −1000000 to 1000000, not “%s”",
                        "The initialiser %s takes numbers from −1000000 to 1000000, not “%s”",
                        kind->n_arguments);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, sentence, kind->id, shown);
  return NULL;
}

gboolean
nw_initializer_check(const char *text, GError **error)
{
  double arguments[MAX_ARGUMENTS];

  g_return_val_if_fail(text != NULL, FALSE);

  return parse(text, arguments, error) != NULL;
}

void
nw_initializer_fill(const char *text, const NwRng *rng, const NwShape *shape, NwReal *w)
{
  double arguments[MAX_ARGUMENTS];
  const NwInitializerKind *kind = parse(text, arguments, NULL);

  g_return_if_fail(kind != NULL);
  kind->fill(rng, shape, arguments, w);
}

void
nw_initializer_fans(const NwShape *shape, double *fan_in, double *fan_out)
{
  double receptive = 1;

  for (int i = 0; i < shape->rank - 2; i++)
    receptive *= (double)shape->dim[i];
  *fan_out = shape->rank > 0 ? receptive * (double)shape->dim[shape->rank - 1] : 1;
  *fan_in = shape->rank > 1 ? receptive * (double)shape->dim[shape->rank - 2] : *fan_out;
}
