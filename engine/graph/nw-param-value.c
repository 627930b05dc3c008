/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Values of parameters: from text, to text, whether they are the same. */
#include "nw-param-private.h"

#include "nw-error.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static NwValue *
nw_value_new(NwParamType type)
{
  NwValue *value = g_new0(NwValue, 1);

  nw_refs_init(&value->refs);
  value->type = type;
  return value;
}

NwValue *
nw_value_ref(NwValue *value)
{
  nw_refs_inc(&value->refs);
  return value;
}

void
nw_value_unref(NwValue *value)
{
  if (!nw_refs_dec(&value->refs))
    return;

  switch (value->type) {
  case NW_PARAM_CHOICE:
  case NW_PARAM_TEXT:
    g_free(value->text);
    break;
  case NW_PARAM_INTS:
    g_free(value->ints);
    break;
  case NW_PARAM_REALS:
    g_free(value->reals);
    break;
  case NW_PARAM_NAMES:
    g_strfreev(value->names);
    break;
  default:
    break;
  }
  g_free(value);
}

gboolean
nw_value_equal(const NwValue *a, const NwValue *b)
{
  if (a == b)
    return TRUE;
  if (a->type != b->type || a->n != b->n)
    return FALSE;

  switch (a->type) {
  case NW_PARAM_INT:
    return a->integer == b->integer;
  case NW_PARAM_REAL:
    return a->real == b->real;
  case NW_PARAM_BOOL:
    return a->boolean == b->boolean;
  case NW_PARAM_CHOICE:
  case NW_PARAM_TEXT:
    return g_str_equal(a->text, b->text);
  case NW_PARAM_INTS:
    return a->n == 0 || memcmp(a->ints, b->ints, a->n * sizeof *a->ints) == 0;
  case NW_PARAM_REALS:
    for (gsize i = 0; i < a->n; i++)
      if (a->reals[i] != b->reals[i])
        return FALSE;
    return TRUE;
  case NW_PARAM_NAMES:
    return g_strv_equal((const char *const *)a->names, (const char *const *)b->names);
  }
  g_assert_not_reached();
}

/* ── text to value ───────────────────────────────────────────────────────────────────────────── */

static gboolean
in_range(const NwParamSpec *spec, double x)
{
  return (spec->min == 0 && spec->max == 0) || (x >= spec->min && x <= spec->max);
}

/* " from 1 to 10", or nothing when there is no range. */
static char *
describe_range(const NwParamSpec *spec)
{
  g_autofree char *min = nw_number_to_text(spec->min);
  g_autofree char *max = nw_number_to_text(spec->max);

  if (spec->min == 0 && spec->max == 0)
    return g_strdup("");
  if (spec->max >= (double)G_MAXINT64)
    return g_strdup_printf(_(" of at least %s"), min);
  return g_strdup_printf(_(" from %s to %s"), min, max);
}

static const NwChoice *
find_choice(const NwParamSpec *spec, const char *id)
{
  for (const NwChoice *choice = spec->choices(); choice->id; choice++)
    if (g_ascii_strcasecmp(choice->id, id) == 0)
      return choice;
  return NULL;
}

/* What a value must be; a range may follow. */
static const char *const wanted[] = {
    [NW_PARAM_INT] = N_("a whole number"),
    [NW_PARAM_REAL] = N_("a number"),
    [NW_PARAM_BOOL] = N_("true or false"),
    [NW_PARAM_TEXT] = N_("text in UTF-8"),
    [NW_PARAM_INTS] = N_("a comma-separated list of whole numbers"),
    [NW_PARAM_REALS] = N_("a comma-separated list of numbers"),
};

static gboolean
fail(const NwParamSpec *spec, const char *text, GError **error)
{
  g_autofree char *range = describe_range(spec);
  g_autofree char *shown = nw_text_for_message(text);
  g_autofree char *given = *shown ? g_strdup_printf("“%s”", shown) : g_strdup(_("empty"));

  /* Translators: title, what it must be, range (may be empty), what was typed */
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("%s must be %s%s, not %s"), _(spec->title),
              _(wanted[spec->type]), range, given);
  return FALSE;
}

static gboolean
fail_choice(const NwParamSpec *spec, const char *text, GError **error)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new();
  g_autofree char *shown = nw_text_for_message(text);
  g_autofree char *all = NULL;
  const char *nearest;

  for (const NwChoice *choice = spec->choices(); choice->id; choice++)
    g_ptr_array_add(ids, (gpointer)choice->id);
  g_ptr_array_add(ids, NULL);

  nearest = nw_nearest_word(text, (const char *const *)ids->pdata);
  if (nearest) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("%s: “%s” is unknown; did you mean “%s”?"),
                _(spec->title), shown, nearest);
    return FALSE;
  }
  all = g_strjoinv(", ", (char **)ids->pdata);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("%s: “%s” is unknown; choose one of %s"),
              _(spec->title), shown, all);
  return FALSE;
}

/* The items of "28, 28, 1", "(28, 28, 1)" or "[28,]": as Python programs write them, too. */
static char **
split_list(const char *text)
{
  g_autofree char *list = g_strstrip(g_strdup(text));
  gsize length = strlen(list);
  char *inside = list;
  char **items;
  guint n;

  if (length >= 2 && ((list[0] == '(' && list[length - 1] == ')') ||
                      (list[0] == '[' && list[length - 1] == ']'))) {
    list[length - 1] = '\0';
    inside = g_strstrip(list + 1);
  }
  items = g_strsplit(inside, ",", -1);
  n = g_strv_length(items);
  for (guint i = 0; i < n; i++)
    g_strstrip(items[i]);
  /* One comma may end the list. */
  if (n > 1 && *items[n - 1] == '\0')
    g_clear_pointer(&items[n - 1], g_free);
  return items;
}

static gboolean
parse_int(const NwParamSpec *spec, const char *text, NwValue *value, GError **error)
{
  if (!nw_integer_from_text(text, &value->integer) || !in_range(spec, (double)value->integer))
    return fail(spec, text, error);
  return TRUE;
}

static gboolean
parse_real(const NwParamSpec *spec, const char *text, NwValue *value, GError **error)
{
  if (!nw_number_from_text(text, &value->real) || !in_range(spec, value->real))
    return fail(spec, text, error);
  return TRUE;
}

static gboolean
parse_bool(const NwParamSpec *spec, const char *text, NwValue *value, GError **error)
{
  static const struct {
    const char *word;
    gboolean value;
  } words[] = {{"true", TRUE}, {"false", FALSE}, {"yes", TRUE}, {"no", FALSE},
               {"on", TRUE},   {"off", FALSE},   {"1", TRUE},   {"0", FALSE}};
  g_autofree char *word = g_strstrip(g_strdup(text));

  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_ascii_strcasecmp(word, words[i].word) == 0) {
      value->boolean = words[i].value;
      return TRUE;
    }
  return fail(spec, text, error);
}

static gboolean
parse_choice(const NwParamSpec *spec, const char *text, NwValue *value, GError **error)
{
  g_autofree char *id = g_strstrip(g_strdup(text));
  const NwChoice *choice = find_choice(spec, id);

  if (!choice)
    return fail_choice(spec, id, error);
  value->text = g_strdup(choice->id);
  return TRUE;
}

static gboolean
parse_text(const NwParamSpec *spec, const char *text, NwValue *value, GError **error)
{
  if (!g_utf8_validate(text, -1, NULL))
    return fail(spec, text, error);
  value->text = g_strdup(text);
  return TRUE;
}

static gboolean
parse_ints(const NwParamSpec *spec, const char *text, NwValue *value, GError **error)
{
  g_auto(GStrv) items = split_list(text);

  value->n = g_strv_length(items);
  value->ints = g_new(gint64, value->n);
  for (gsize i = 0; i < value->n; i++)
    if (!nw_integer_from_text(items[i], &value->ints[i]) || !in_range(spec, (double)value->ints[i]))
      return fail(spec, text, error);
  return TRUE;
}

static gboolean
parse_reals(const NwParamSpec *spec, const char *text, NwValue *value, GError **error)
{
  g_auto(GStrv) items = split_list(text);

  value->n = g_strv_length(items);
  value->reals = g_new(double, value->n);
  for (gsize i = 0; i < value->n; i++)
    if (!nw_number_from_text(items[i], &value->reals[i]) || !in_range(spec, value->reals[i]))
      return fail(spec, text, error);
  return TRUE;
}

static gboolean
parse_names(const NwParamSpec *spec, const char *text, NwValue *value, GError **error)
{
  g_auto(GStrv) items = split_list(text);
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

  for (gsize i = 0; items[i]; i++) {
    const NwChoice *choice = find_choice(spec, items[i]);

    if (!choice)
      return fail_choice(spec, items[i], error);
    if (!g_hash_table_add(seen, (gpointer)choice->id)) {
      g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("%s names “%s” twice"), _(spec->title),
                  choice->id);
      return FALSE;
    }
    g_strv_builder_add(names, choice->id);
  }
  value->names = g_strv_builder_end(names);
  value->n = g_strv_length(value->names);
  return TRUE;
}

static gboolean (*const parsers[])(const NwParamSpec *, const char *, NwValue *, GError **) = {
    [NW_PARAM_INT] = parse_int,       [NW_PARAM_REAL] = parse_real,   [NW_PARAM_BOOL] = parse_bool,
    [NW_PARAM_CHOICE] = parse_choice, [NW_PARAM_TEXT] = parse_text,   [NW_PARAM_INTS] = parse_ints,
    [NW_PARAM_REALS] = parse_reals,   [NW_PARAM_NAMES] = parse_names,
};

/* (transfer full), NULL with @error set */
NwValue *
nw_value_parse(const NwParamSpec *spec, const char *text, GError **error)
{
  g_autoptr(NwValue) value = nw_value_new(spec->type);

  if (!parsers[spec->type](spec, text, value, error))
    return NULL;
  return g_steal_pointer(&value);
}

/* A default that its own table refuses is a fault of the program. */
NwValue *
nw_value_initial(const NwParamSpec *spec)
{
  g_autoptr(GError) error = NULL;
  NwValue *value = nw_value_parse(spec, spec->initial, &error);

  if (!value)
    g_error("the default of parameter “%s”: %s", spec->key, error->message);
  return value;
}

char *
nw_value_to_text(const NwValue *value)
{
  g_autoptr(GStrvBuilder) builder = NULL;
  g_auto(GStrv) items = NULL;

  switch (value->type) {
  case NW_PARAM_INT:
    return g_strdup_printf("%" G_GINT64_FORMAT, value->integer);
  case NW_PARAM_REAL:
    return nw_number_to_text(value->real);
  case NW_PARAM_BOOL:
    return g_strdup(value->boolean ? "true" : "false");
  case NW_PARAM_CHOICE:
  case NW_PARAM_TEXT:
    return g_strdup(value->text);
  case NW_PARAM_NAMES:
    return g_strjoinv(", ", value->names);
  case NW_PARAM_INTS:
  case NW_PARAM_REALS:
    break;
  }
  builder = g_strv_builder_new();
  for (gsize i = 0; i < value->n; i++) {
    g_autofree char *item = value->type == NW_PARAM_INTS
                                ? g_strdup_printf("%" G_GINT64_FORMAT, value->ints[i])
                                : nw_number_to_text(value->reals[i]);
    g_strv_builder_add(builder, item);
  }
  items = g_strv_builder_end(builder);
  return g_strjoinv(", ", items);
}
