/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-expression.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-error.h"
#include "nw-text.h"

/* How strongly a whole binds: signs have 1 … 5 (nw-primitive.h), of which prefix “-” has 4. */
#define BINDS_LEAST 1
#define BINDS_SIGN  4
#define BINDS_POWER 5
#define BINDS_MOST  6

gboolean
nw_expression_fail(GError **error, int column, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *message = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, _("column %d: %s"), column, message);
  return FALSE;
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  NwExpression *to;
  const char *text, *at;
  int depth;
  GError **error;
} Parser;

/* Each reads one kind of whole and returns its term, or −1 with the error set. */
static int parse_binary(Parser *parser, int binding);
static int parse_sign(Parser *parser);

static int
column_at(const Parser *parser, const char *at)
{
  return (int)g_utf8_pointer_to_offset(parser->text, at) + 1;
}

static void
skip_spaces(Parser *parser)
{
  while (g_ascii_isspace(*parser->at))
    parser->at++;
}

static gboolean
match(Parser *parser, char character)
{
  skip_spaces(parser);
  if (*parser->at != character)
    return FALSE;
  parser->at++;
  return TRUE;
}

/* “expected …, not “x””, at what comes next. */
static int
fail_expected(Parser *parser, const char *expected)
{
  char next[8] = "";
  skip_spaces(parser);
  if (*parser->at == '\0')
    nw_expression_fail(parser->error, column_at(parser, parser->at),
                       _("expected %s, but the formula ends"), expected);
  else {
    g_utf8_strncpy(next, parser->at, 1);
    nw_expression_fail(parser->error, column_at(parser, parser->at), _("expected %s, not “%s”"),
                       expected, next);
  }
  return -1;
}

static gboolean
same_term(const NwTerm *a, const NwTerm *b)
{
  return a->op == b->op && memcmp(a->args, b->args, sizeof a->args) == 0 && a->name == b->name &&
         a->number == b->number && a->n_axes == b->n_axes &&
         memcmp(a->axes, b->axes, sizeof a->axes) == 0 && a->keepdims == b->keepdims;
}

/* What is written twice is calculated once. */
static int
add_term(Parser *parser, NwTerm term, const char *at)
{
  NwExpression *to = parser->to;

  for (int i = 0; i < to->n_terms; i++)
    if (same_term(&to->terms[i], &term))
      return i;
  term.column = column_at(parser, at);
  if (to->n_terms == NW_EXPRESSION_MAX_TERMS) {
    nw_expression_fail(parser->error, term.column,
                       _("the formula has more than %d operations; divide it over two nodes"),
                       NW_EXPRESSION_MAX_TERMS);
    return -1;
  }
  to->terms[to->n_terms] = term;
  return to->n_terms++;
}

/* The operator that stands here and binds as @binding says: the longest, so “<=” is not “<”. */
static const NwPrimitive *
match_operator(Parser *parser, int binding)
{
  const NwPrimitive *found = NULL;

  skip_spaces(parser);
  for (const NwPrimitive *op = nw_primitives(); op->id != NULL; op++)
    if (op->sign != NULL && op->n_args == 2 && g_str_has_prefix(parser->at, op->sign) &&
        (found == NULL || strlen(op->sign) > strlen(found->sign)))
      found = op;
  if (found != NULL && found->binding == 3 && g_str_has_prefix(parser->at, "**"))
    found = nw_primitive_find("pow");
  if (found == NULL || found->binding != binding)
    return NULL;
  parser->at += g_str_has_prefix(parser->at, "**") ? 2 : strlen(found->sign);
  return found;
}

/* number = digits ["." digits] ["e" ["+" | "-"] digits] */
static int
parse_number(Parser *parser)
{
  const char *start = parser->at, *end = start;
  g_autofree char *digits = NULL;
  NwTerm term = {.name = -1};

  end += strspn(end, "0123456789.");
  if (*end == 'e' || *end == 'E') {
    const char *exponent = end + 1 + (end[1] == '+' || end[1] == '-');
    if (g_ascii_isdigit(*exponent))
      end = exponent + strspn(exponent, "0123456789");
  }
  digits = g_strndup(start, (gsize)(end - start));
  if (!nw_number_from_text(digits, &term.number)) {
    nw_expression_fail(parser->error, column_at(parser, start), _("“%s” is no number"), digits);
    return -1;
  }
  parser->at = end;
  return add_term(parser, term, start);
}

static gboolean
starts_name(char c)
{
  return g_ascii_isalpha(c) || c == '_';
}

static const char *
skip_name(const char *at)
{
  while (g_ascii_isalnum(*at) || *at == '_')
    at++;
  return at;
}

gboolean
nw_expression_is_name(const char *text)
{
  return starts_name(*text) && *skip_name(text) == '\0' && strlen(text) <= NW_EXPRESSION_MAX_NAME;
}

static gboolean
check_name(Parser *parser, const char *name, const char *at)
{
  return strlen(name) <= NW_EXPRESSION_MAX_NAME ||
         nw_expression_fail(parser->error, column_at(parser, at),
                            _("a name has at most %d characters"), NW_EXPRESSION_MAX_NAME);
}

/* A wire's name, or that of its mask. */
static int
add_leaf(Parser *parser, const char *name, const char *at)
{
  NwExpression *to = parser->to;
  NwTerm term = {0};

  while (term.name < to->n_names && strcmp(to->names[term.name], name) != 0)
    term.name++;
  if (term.name == NW_EXPRESSION_MAX_NAMES) {
    nw_expression_fail(parser->error, column_at(parser, at),
                       _("the formula has more than %d names"), NW_EXPRESSION_MAX_NAMES);
    return -1;
  }
  if (term.name == to->n_names)
    g_strlcpy(to->names[to->n_names++], name, sizeof to->names[0]);
  return add_term(parser, term, at);
}

/* NAME ")" of a mask; “mask(” is read. */
static int
parse_mask(Parser *parser, const char *at)
{
  skip_spaces(parser);
  const char *start = parser->at;
  g_autofree char *name = g_strndup(start, (gsize)(skip_name(start) - start));
  g_autofree char *whole = g_strdup_printf("mask(%s)", name);

  if (!starts_name(*start))
    return fail_expected(parser, _("the name of a wire"));
  parser->at += strlen(name);
  if (!check_name(parser, name, start))
    return -1;
  return match(parser, ')') ? add_leaf(parser, whole, at) : fail_expected(parser, "“)”");
}

static const NwPrimitive *
find_function(Parser *parser, const char *name, const char *at)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  const char *near;

  for (const NwPrimitive *op = nw_primitives(); op->id != NULL; op++) {
    if (op->sign != NULL)
      continue;
    if (strcmp(op->id, name) == 0)
      return op;
    g_ptr_array_add(names, (gpointer)op->id);
  }
  g_ptr_array_add(names, NULL);
  near = nw_nearest_word(name, (const char *const *)names->pdata);
  g_autofree char *shown = nw_text_for_message(name);
  if (near != NULL)
    nw_expression_fail(parser->error, column_at(parser, at),
                       _("there is no function “%s”; did you mean “%s”?"), shown, near);
  else
    nw_expression_fail(parser->error, column_at(parser, at), _("there is no function “%s”"), shown);
  return NULL;
}

static gboolean
parse_axis(Parser *parser, NwTerm *term)
{
  gboolean minus = match(parser, '-');
  const char *start;
  int axis = 0;

  skip_spaces(parser);
  start = parser->at;
  for (; g_ascii_isdigit(*parser->at); parser->at++)
    axis = MIN(axis * 10 + (*parser->at - '0'), 999);
  if (parser->at == start)
    return fail_expected(parser, _("the number of an axis")) >= 0;
  if (term->n_axes == NW_MAX_RANK)
    return nw_expression_fail(parser->error, column_at(parser, start), _("too many axes"));
  term->axes[term->n_axes++] = minus ? -axis : axis;
  return TRUE;
}

/* option = "axis" "=" (axis | "(" axis {"," axis} ")") | "keepdims" "=" ("true" | "false") */
static gboolean
parse_option(Parser *parser, NwTerm *term)
{
  skip_spaces(parser);
  const char *start = parser->at, *end = skip_name(start);
  g_autofree char *word = g_strndup(start, (gsize)(end - start));

  parser->at = end;
  if (!match(parser, '=') || *parser->at == '=') {
    parser->at = start;
    return fail_expected(parser, _("axis=… or keepdims=…")) >= 0;
  }
  if (strcmp(word, "axis") == 0) {
    if (!match(parser, '('))
      return parse_axis(parser, term);
    do {
      if (!parse_axis(parser, term))
        return FALSE;
    } while (match(parser, ','));
    return match(parser, ')') || fail_expected(parser, _("“,” or “)”")) >= 0;
  }
  if (strcmp(word, "keepdims") == 0) {
    skip_spaces(parser);
    const char *value = parser->at;
    gsize length = (gsize)(skip_name(value) - value);
    if (length == 4 && g_ascii_strncasecmp(value, "true", 4) == 0)
      term->keepdims = TRUE;
    else if (length == 5 && g_ascii_strncasecmp(value, "false", 5) == 0)
      term->keepdims = FALSE;
    else
      return fail_expected(parser, _("true or false")) >= 0;
    parser->at += length;
    return TRUE;
  }
  parser->at = start;
  return fail_expected(parser, _("axis=… or keepdims=…")) >= 0;
}

/* NAME "(" formula {"," formula} {"," option} ")"; NAME and "(" are read. */
static int
parse_call(Parser *parser, const NwPrimitive *op, const char *at)
{
  NwTerm term = {.op = op, .name = -1};
  int n = 0;

  do {
    if (n < op->n_args) {
      if ((term.args[n] = parse_binary(parser, BINDS_LEAST)) < 0)
        return -1;
      n++;
    } else if (op->reduce != NW_REDUCE_NONE) {
      skip_spaces(parser);
      if ((op->reduce == NW_REDUCE_MAX || op->reduce == NW_REDUCE_MIN) &&
          !g_str_has_prefix(parser->at, "axis") && !g_str_has_prefix(parser->at, "keepdims")) {
        nw_expression_fail(parser->error, column_at(parser, parser->at),
                           _("“%s” takes one tensor; of two numbers, “%s” takes the one"), op->id,
                           op->reduce == NW_REDUCE_MAX ? "maximum(a, b)" : "minimum(a, b)");
        return -1;
      }
      if (!parse_option(parser, &term))
        return -1;
    } else {
      skip_spaces(parser);
      nw_expression_fail(parser->error, column_at(parser, parser->at),
                         _("there are too many arguments for “%s”, which takes %d"), op->id,
                         op->n_args);
      return -1;
    }
  } while (match(parser, ','));
  skip_spaces(parser);
  if (n < op->n_args && *parser->at == ')') {
    nw_expression_fail(parser->error, column_at(parser, parser->at),
                       _("“%s” takes %d arguments, not %d"), op->id, op->n_args, n);
    return -1;
  }
  if (n < op->n_args)
    return fail_expected(parser, _("“,” or “)”"));
  if (!match(parser, ')'))
    return fail_expected(parser, op->reduce != NW_REDUCE_NONE ? _("“,” or “)”") : "“)”");
  return add_term(parser, term, at);
}

/* atom = number | name | call | "(" formula ")" */
static int
parse_atom(Parser *parser)
{
  skip_spaces(parser);
  const char *start = parser->at;

  if (g_ascii_isdigit(*start) || (*start == '.' && g_ascii_isdigit(start[1])))
    return parse_number(parser);
  if (starts_name(*start)) {
    g_autofree char *name = g_strndup(start, (gsize)(skip_name(start) - start));
    const NwPrimitive *op;
    parser->at += strlen(name);
    if (!match(parser, '('))
      return check_name(parser, name, start) ? add_leaf(parser, name, start) : -1;
    if (strcmp(name, "mask") == 0)
      return parse_mask(parser, start);
    op = find_function(parser, name, start);
    return op == NULL ? -1 : parse_call(parser, op, start);
  }
  if (match(parser, '(')) {
    int inside = parse_binary(parser, BINDS_LEAST);
    if (inside >= 0 && !match(parser, ')'))
      return fail_expected(parser, _("an operator or “)”"));
    return inside;
  }
  return fail_expected(parser, _("a number, a name or “(”"));
}

/* power = atom ["^" sign] */
static int
parse_power(Parser *parser)
{
  NwTerm term = {.name = -1};
  const char *at;

  if ((term.args[0] = parse_atom(parser)) < 0)
    return -1;
  skip_spaces(parser);
  at = parser->at;
  term.op = match_operator(parser, BINDS_POWER);
  if (term.op == NULL)
    return term.args[0];
  term.args[1] = parse_sign(parser);
  return term.args[1] < 0 ? -1 : add_term(parser, term, at);
}

/* sign = "-" sign | power. All that nests passes here, so here its depth is counted. */
static int
parse_sign(Parser *parser)
{
  int result;

  skip_spaces(parser);
  const char *at = parser->at;
  if (++parser->depth > NW_EXPRESSION_MAX_DEPTH) {
    nw_expression_fail(parser->error, column_at(parser, at),
                       _("more than %d brackets or signs stand inside one another"),
                       NW_EXPRESSION_MAX_DEPTH);
    return -1;
  }
  if (match(parser, '-')) {
    NwTerm term = {.op = nw_primitive_find("neg"), .name = -1};
    term.args[0] = parse_sign(parser);
    result = term.args[0] < 0 ? -1 : add_term(parser, term, at);
  } else {
    result = parse_power(parser);
  }
  parser->depth--;
  return result;
}

/* Of operators that bind alike the first comes first: a − b − c is (a − b) − c. */
static int
parse_binary(Parser *parser, int binding)
{
  if (binding == BINDS_SIGN)
    return parse_sign(parser);
  int left = parse_binary(parser, binding + 1);
  while (left >= 0) {
    NwTerm term = {.name = -1, .args = {left}};
    skip_spaces(parser);
    const char *at = parser->at;
    term.op = match_operator(parser, binding);
    if (term.op == NULL)
      break;
    term.args[1] = parse_binary(parser, binding + 1);
    left = term.args[1] < 0 ? -1 : add_term(parser, term, at);
  }
  return left;
}

NwExpression *
nw_expression_parse(const char *text, GError **error)
{
  g_autofree NwExpression *to = g_new0(NwExpression, 1);
  Parser parser = {.to = to, .text = text, .at = text, .error = error};
  const char *end;
  int result;

  if (!g_utf8_validate(text, -1, &end)) {
    nw_expression_fail(error, column_at(&parser, end), _("what stands here is no text"));
    return NULL;
  }
  if (strlen(text) > NW_EXPRESSION_MAX_TEXT) {
    nw_expression_fail(error, 1, _("the formula has more than %d characters"),
                       NW_EXPRESSION_MAX_TEXT);
    return NULL;
  }
  result = parse_binary(&parser, BINDS_LEAST);
  if (result < 0)
    return NULL;
  skip_spaces(&parser);
  if (*parser.at != '\0') {
    fail_expected(&parser, _("an operator or the end"));
    return NULL;
  }
  /* The result was the last term to be added: whatever was added before it is a part of it. */
  g_assert(result == to->n_terms - 1);
  return g_steal_pointer(&to);
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────────── */

static int
binding_of(const NwTerm *term)
{
  return term->op == NULL || term->op->sign == NULL ? BINDS_MOST : term->op->binding;
}

static void
write_options(const NwTerm *term, GString *to)
{
  for (int i = 0; i < term->n_axes; i++)
    g_string_append_printf(to, "%s%d",
                           i > 0              ? ", "
                           : term->n_axes > 1 ? ", axis=("
                                              : ", axis=",
                           term->axes[i]);
  if (term->n_axes > 1)
    g_string_append_c(to, ')');
  if (term->keepdims)
    g_string_append(to, ", keepdims=true");
}

/* In brackets when it binds less than @binding. */
static void
write_term(const NwExpression *expression, int index, int binding, GString *to)
{
  const NwTerm *term = &expression->terms[index];
  gboolean brackets = binding_of(term) < binding;

  if (brackets)
    g_string_append_c(to, '(');
  if (term->op == NULL && term->name >= 0) {
    g_string_append(to, expression->names[term->name]);
  } else if (term->op == NULL) {
    g_autofree char *number = nw_number_to_text(term->number);
    g_string_append(to, number);
  } else if (term->op->sign == NULL) {
    g_string_append_printf(to, "%s(", term->op->id);
    for (int i = 0; i < term->op->n_args; i++) {
      g_string_append(to, i > 0 ? ", " : "");
      write_term(expression, term->args[i], BINDS_LEAST, to);
    }
    write_options(term, to);
    g_string_append_c(to, ')');
  } else if (term->op->n_args == 1) {
    g_string_append(to, term->op->sign);
    write_term(expression, term->args[0], BINDS_SIGN, to);
  } else {
    gboolean power = term->op->binding == BINDS_POWER;
    const char *space = term->op->binding < 3 ? " " : "";
    write_term(expression, term->args[0], power ? BINDS_MOST : term->op->binding, to);
    g_string_append_printf(to, "%s%s%s", space, term->op->sign, space);
    write_term(expression, term->args[1], power ? BINDS_SIGN : term->op->binding + 1, to);
  }
  if (brackets)
    g_string_append_c(to, ')');
}

char *
nw_expression_to_text(const NwExpression *expression)
{
  GString *text = g_string_new(NULL);
  write_term(expression, expression->n_terms - 1, BINDS_LEAST, text);
  return g_string_free(text, FALSE);
}
