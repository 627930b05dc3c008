/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-data-guess.h"

#include <math.h>
#include <string.h>

typedef struct {
  NwDataSettings *settings; /* owned; replaced by every decision */
  const char *source;
  const NwTable *table;
  gboolean *used;   /* [columns] feeds something already */
  gsize n;          /* columns */
  gsize n_features; /* columns before the first one that is a target */
} Guess;

static const NwTableColumn *
get(const Guess *guess, gsize column)
{
  return nw_table_get_column(guess->table, column);
}

static NwColumnKind
kind_of(const Guess *guess, gsize column)
{
  const NwTableColumn *info = get(guess, column);
  const NwColumnSetting *setting =
      nw_data_settings_find_column(guess->settings, guess->source, info->name);

  return setting != NULL && setting->has_kind ? setting->kind : info->guess;
}

/* Elements that the column gives to a field. */
static gint64
width_of(const Guess *guess, gsize column, NwDtype dtype)
{
  const NwTableColumn *info = get(guess, column);
  gint64 each = nw_shape_elements(&info->shape);

  if (dtype == NW_REAL && kind_of(guess, column) == NW_COLUMN_CATEGORY && !info->many_values)
    return each * (gint64)info->n_values;
  return each;
}

static void
bind(Guess *guess, const char *field, const gboolean *chosen)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  NwDataSettings *next;

  for (gsize i = 0; i < guess->n; i++)
    if (chosen[i]) {
      g_ptr_array_add(names, get(guess, i)->name);
      guess->used[i] = TRUE;
    }
  g_ptr_array_add(names, NULL);
  next = nw_data_settings_with_binding(guess->settings, field, guess->source,
                                       (const char *const *)names->pdata);
  nw_data_settings_unref(guess->settings);
  guess->settings = next;
}

static gint64
total_width(const Guess *guess, const gboolean *chosen, NwDtype dtype)
{
  gint64 width = 0;

  for (gsize i = 0; i < guess->n; i++)
    width += chosen[i] ? width_of(guess, i, dtype) : 0;
  return width;
}

static gboolean
is_free(const Guess *guess, gsize column)
{
  return !guess->used[column] && kind_of(guess, column) != NW_COLUMN_IGNORE;
}

/* "digit" is called like "digit"; so are "label:happy" and "pixel_0_0" like "label" and "pixel". */
static gboolean
is_called(const char *column, const char *field)
{
  gsize length = strlen(field);

  if (g_ascii_strncasecmp(column, field, length) != 0)
    return FALSE;
  return column[length] == '\0' || strchr("_:. ", column[length]) != NULL;
}

/* Columns called like the field, if they give what it wants. */
static gboolean
bind_by_name(Guess *guess, const NwFieldRequest *request)
{
  g_autofree gboolean *chosen = g_new0(gboolean, guess->n);
  gssize same = nw_table_find(guess->table, request->name);
  gboolean any = FALSE;

  for (gsize i = 0; i < guess->n; i++) {
    chosen[i] = is_free(guess, i) &&
                (same >= 0 ? (gsize)same == i : is_called(get(guess, i)->name, request->name));
    any |= chosen[i];
  }
  if (!any ||
      (same < 0 && !request->any_shape &&
       total_width(guess, chosen, request->type.dtype) != nw_shape_elements(&request->type.shape)))
    return FALSE;
  bind(guess, request->name, chosen);
  return TRUE;
}

/* The column of weights is called like its output (“digit/weight”, “digit_weight”), or says what it
 * is. */
static void
bind_weights(Guess *guess, const NwFieldRequest *request)
{
  g_autofree char *joined = g_strdelimit(g_strdup(request->name), "/", '_');
  const char *const names[] = {request->name,    joined,   "sample_weight",
                               "sample_weights", "weight", "weights"};

  for (gsize k = 0; k < G_N_ELEMENTS(names); k++)
    for (gsize i = 0; i < guess->n; i++) {
      g_autofree gboolean *chosen = NULL;
      if (guess->used[i] || g_ascii_strcasecmp(get(guess, i)->name, names[k]) != 0 ||
          nw_shape_elements(&get(guess, i)->shape) != nw_shape_elements(&request->type.shape))
        continue;
      chosen = g_new0(gboolean, guess->n);
      chosen[i] = TRUE;
      bind(guess, request->name, chosen);
      return;
    }
}

/* How well one column answers a target; 0: not at all. Later columns win ties. */
static int
rate_target(const Guess *guess, gsize column, const NwFieldRequest *request)
{
  const NwTableColumn *info = get(guess, column);
  NwColumnKind kind = kind_of(guess, column);
  gint64 wanted = nw_shape_elements(&request->type.shape);
  gint64 width = width_of(guess, column, request->type.dtype);
  int score = is_called(info->name, "y") || is_called(info->name, "label") ||
                      is_called(info->name, "target") || is_called(info->name, "class")
                  ? 1
                  : 0;

  if (request->type.dtype == NW_INT32 && wanted == width)
    return score + (kind == NW_COLUMN_CATEGORY ? 6 : kind == NW_COLUMN_BINARY ? 4 : 2);
  if (kind == NW_COLUMN_CATEGORY && wanted == 1 && info->n_values == 2)
    return score + 6;
  if (width != wanted)
    return 0;
  return score + (kind == NW_COLUMN_CATEGORY ? 6 : kind == NW_COLUMN_BINARY ? 4 : 2);
}

/* The columns at the end that are 0/1, when there are exactly as many as outputs. */
static gboolean
bind_last_binaries(Guess *guess, const NwFieldRequest *request)
{
  g_autofree gboolean *chosen = g_new0(gboolean, guess->n);
  gint64 left = nw_shape_elements(&request->type.shape);

  for (gsize i = guess->n; i-- > 0 && left > 0;) {
    if (!is_free(guess, i) || get(guess, i)->shape.rank > 0)
      continue;
    if (kind_of(guess, i) != NW_COLUMN_BINARY)
      return FALSE;
    chosen[i] = TRUE;
    left--;
  }
  if (left > 0)
    return FALSE;
  bind(guess, request->name, chosen);
  return TRUE;
}

static void
bind_target(Guess *guess, const NwFieldRequest *request)
{
  g_autofree gboolean *chosen = g_new0(gboolean, guess->n);
  gsize best = guess->n;
  int best_score = 0;

  for (gsize i = 0; i < guess->n; i++) {
    int score = is_free(guess, i) ? rate_target(guess, i, request) : 0;
    if (score > 0 && score >= best_score) {
      best = i;
      best_score = score;
    }
  }
  if (request->type.dtype == NW_REAL && nw_shape_elements(&request->type.shape) > 1 &&
      best_score < 4 && bind_last_binaries(guess, request))
    return;
  /* Nothing fits the units: the last category is what a person would choose, and units can follow.
   */
  for (gsize i = guess->n; best == guess->n && i-- > 0;)
    if (is_free(guess, i) && kind_of(guess, i) == NW_COLUMN_CATEGORY)
      best = i;
  if (best == guess->n)
    return;
  chosen[best] = TRUE;
  bind(guess, request->name, chosen);
}

/* Free columns before @end; numbers alone or all kinds. */
static gboolean *
choose_features(const Guess *guess, gsize end, gboolean numbers)
{
  gboolean *chosen = g_new0(gboolean, guess->n);

  for (gsize i = 0; i < end; i++)
    chosen[i] = is_free(guess, i) && (!numbers || kind_of(guess, i) == NW_COLUMN_NUMBER);
  return chosen;
}

/* The first free columns, as many as the input takes; NULL when they do not come out even. */
static gboolean *
choose_first(const Guess *guess, gint64 wanted, NwDtype dtype)
{
  g_autofree gboolean *chosen = g_new0(gboolean, guess->n);

  for (gsize i = 0; i < guess->n && wanted > 0; i++) {
    chosen[i] = is_free(guess, i);
    wanted -= chosen[i] ? width_of(guess, i, dtype) : 0;
  }
  return wanted == 0 ? g_steal_pointer(&chosen) : NULL;
}

/* One array that has what the input wants, the first one called like a feature. */
static gboolean
bind_array(Guess *guess, const NwFieldRequest *request)
{
  g_autofree gboolean *chosen = g_new0(gboolean, guess->n);
  gsize best = guess->n;

  for (gsize i = guess->n; i-- > 0;)
    if (is_free(guess, i) && get(guess, i)->shape.rank > 0 &&
        width_of(guess, i, request->type.dtype) == nw_shape_elements(&request->type.shape) &&
        (best == guess->n || !is_called(get(guess, best)->name, "x")))
      best = i;
  if (best == guess->n)
    return FALSE;
  chosen[best] = TRUE;
  bind(guess, request->name, chosen);
  return TRUE;
}

/* The free features: the only array among them, else all that are numbers or few categories. */
static gboolean
bind_features(Guess *guess, const NwFieldRequest *request)
{
  g_autofree gboolean *chosen = choose_features(guess, guess->n_features, FALSE);
  gsize arrays = 0, array = 0;

  for (gsize i = 0; i < guess->n_features; i++)
    if (chosen[i] && get(guess, i)->shape.rank > 0) {
      arrays++;
      array = i;
    }
  for (gsize i = 0; i < guess->n; i++)
    chosen[i] = arrays == 1 ? i == array : chosen[i] && get(guess, i)->shape.rank == 0;
  if (total_width(guess, chosen, request->type.dtype) == 0)
    return FALSE;
  bind(guess, request->name, chosen);
  return TRUE;
}

/* Columns behind the first target are other answers more often than features, so those before it
 * are tried first. When nothing fits the shape, all of them: the shape can follow. */
static void
bind_input(Guess *guess, const NwFieldRequest *request, gboolean is_last)
{
  const struct {
    gsize end;
    gboolean numbers;
  } tries[] = {
      {guess->n_features, FALSE}, {guess->n_features, TRUE}, {guess->n, FALSE}, {guess->n, TRUE}};
  gint64 wanted = nw_shape_elements(&request->type.shape);

  if (request->any_shape && is_last && bind_features(guess, request))
    return;
  if (bind_array(guess, request))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
    g_autofree gboolean *chosen = choose_features(guess, tries[i].end, tries[i].numbers);
    if (total_width(guess, chosen, request->type.dtype) == wanted) {
      bind(guess, request->name, chosen);
      return;
    }
  }
  g_autofree gboolean *first = choose_first(guess, wanted, request->type.dtype);
  if (first != NULL) {
    bind(guess, request->name, first);
    return;
  }
  g_autofree gboolean *all = choose_features(guess, guess->n_features, FALSE);
  if (is_last && total_width(guess, all, request->type.dtype) > 0)
    bind(guess, request->name, all);
}

/* Pixels and other counts go to 0 … 1, numbers that are small already stay, the rest is
 * standardised. Columns about which something was decided are left alone. */
static void
scale_input(Guess *guess, const char *field)
{
  const NwBinding *binding = nw_data_settings_find_binding(guess->settings, field);
  g_autoptr(GArray) decided = g_array_new(FALSE, TRUE, sizeof(NwColumnSetting));
  gboolean small = TRUE, counts = TRUE;
  gint64 width = 0;
  NwDataSettings *next;

  for (char **name = binding->columns; *name != NULL; name++) {
    const NwTableColumn *info = get(guess, (gsize)nw_table_find(guess->table, *name));
    small &= (info->min >= -1 && info->max <= 1) || (fabs(info->mean) < 0.5 && info->sd < 2);
    counts &= info->whole && info->min >= 0 && info->max <= 255;
    width += nw_shape_elements(&info->shape);
  }
  counts &= width >= 16;
  for (char **name = binding->columns; *name != NULL && !small; name++) {
    gsize column = (gsize)nw_table_find(guess->table, *name);
    NwColumnSetting setting = {(char *)guess->source, *name, FALSE, NW_COLUMN_NUMBER,
                               counts ? NW_SCALING_MINMAX : NW_SCALING_STANDARDIZE};
    if (kind_of(guess, column) == NW_COLUMN_NUMBER &&
        nw_data_settings_find_column(guess->settings, guess->source, *name) == NULL)
      g_array_append_val(decided, setting);
  }
  next = nw_data_settings_with_columns(guess->settings, (NwColumnSetting *)decided->data,
                                       decided->len);
  nw_data_settings_unref(guess->settings);
  guess->settings = next;
}

/* The first target that is one column of few values stratifies the split. */
static void
stratify_by(Guess *guess, const char *field)
{
  NwSplitSettings split = *nw_data_settings_get_split(guess->settings);
  const NwBinding *binding = nw_data_settings_find_binding(guess->settings, field);
  NwDataSettings *next;
  gsize column;

  if (binding == NULL || binding->columns[1] != NULL || split.stratify != NULL)
    return;
  column = (gsize)nw_table_find(guess->table, binding->columns[0]);
  if (kind_of(guess, column) == NW_COLUMN_NUMBER || get(guess, column)->many_values ||
      nw_shape_elements(&get(guess, column)->shape) != 1)
    return;
  split.stratify = binding->columns[0];
  next = nw_data_settings_with_split(guess->settings, &split);
  nw_data_settings_unref(guess->settings);
  guess->settings = next;
}

static gboolean
is_bound(const Guess *guess, const NwFieldRequest *request)
{
  return nw_data_settings_find_binding(guess->settings, request->name) != NULL;
}

/* What is bound already is used, and says where features end. */
static void
note_bound(Guess *guess, const NwFieldRequest *requests, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    const NwBinding *binding = nw_data_settings_find_binding(guess->settings, requests[i].name);
    if (binding == NULL || !g_str_equal(binding->source, guess->source))
      continue;
    for (char **name = binding->columns; *name != NULL; name++) {
      gssize column = nw_table_find(guess->table, *name);
      if (column < 0)
        continue;
      guess->used[column] = TRUE;
      if (requests[i].role == NW_FIELD_TARGET)
        guess->n_features = MIN(guess->n_features, (gsize)column);
    }
  }
}

NwDataSettings *
nw_data_settings_guess(NwDataSettings *settings, const char *source, const NwTable *table,
                       const NwFieldRequest *requests, gsize n_requests)
{
  Guess guess = {nw_data_settings_ref(settings), source, table};
  g_autofree gboolean *was_bound = g_new0(gboolean, n_requests + 1);
  gsize inputs_left = 0;

  guess.n = guess.n_features = nw_table_get_n_columns(table);
  guess.used = g_new0(gboolean, guess.n + 1);
  note_bound(&guess, requests, n_requests);
  for (gsize i = 0; i < n_requests; i++)
    was_bound[i] = is_bound(&guess, &requests[i]) ||
                   (requests[i].role != NW_FIELD_WEIGHT && bind_by_name(&guess, &requests[i]));
  for (gsize i = 0; i < n_requests; i++)
    if (requests[i].role == NW_FIELD_WEIGHT && !was_bound[i])
      bind_weights(&guess, &requests[i]);
  for (gsize i = 0; i < n_requests; i++)
    if (requests[i].role == NW_FIELD_TARGET && !was_bound[i])
      bind_target(&guess, &requests[i]);
  note_bound(&guess, requests, n_requests);
  if (guess.n_features == 0) /* the target comes first */
    guess.n_features = guess.n;
  for (gsize i = 0; i < n_requests; i++)
    inputs_left += requests[i].role == NW_FIELD_INPUT && !was_bound[i];
  for (gsize i = 0; i < n_requests; i++) {
    const char *field = requests[i].name;
    if (requests[i].role == NW_FIELD_INPUT && !was_bound[i])
      bind_input(&guess, &requests[i], --inputs_left == 0);
    if (requests[i].role == NW_FIELD_INPUT && requests[i].type.dtype == NW_REAL &&
        nw_data_settings_find_binding(settings, field) == NULL && is_bound(&guess, &requests[i]))
      scale_input(&guess, field);
    if (requests[i].role == NW_FIELD_TARGET)
      stratify_by(&guess, field);
  }
  g_free(guess.used);
  return guess.settings;
}

gboolean
nw_data_settings_get_shape(NwDataSettings *settings, const char *source, const NwTable *table,
                           const NwFieldRequest *request, NwShape *shape)
{
  const NwBinding *binding = nw_data_settings_find_binding(settings, request->name);
  Guess guess = {settings, source, table};
  gint64 width = 0;

  if (binding == NULL || !g_str_equal(binding->source, source))
    return FALSE;
  for (char **name = binding->columns; *name != NULL; name++) {
    gssize column = nw_table_find(table, *name);
    if (column < 0)
      return FALSE;
    *shape = get(&guess, (gsize)column)->shape;
    width += width_of(&guess, (gsize)column, request->type.dtype);
  }
  if (binding->columns[1] != NULL || width != nw_shape_elements(shape) || shape->rank == 0)
    *shape = NW_SHAPE(width);
  return width > 0;
}
