/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-data-settings-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdatomic.h>

const NwChoice nw_source_use_choices[NW_N_SOURCE_USES + 1] = {
    [NW_SOURCE_ROWS] = {"rows", N_("Rows to learn from")},
    [NW_SOURCE_VALIDATION] = {"validation", N_("Validation rows")},
    [NW_SOURCE_TEST] = {"test", N_("Test rows")},
};

const NwChoice nw_scaling_choices[NW_N_SCALINGS + 1] = {
    [NW_SCALING_NONE] = {"none", N_("As they are")},
    [NW_SCALING_STANDARDIZE] = {"standardize", N_("Standardised")},
    [NW_SCALING_MINMAX] = {"minmax", N_("From 0 to 1")},
    [NW_SCALING_LOG1P] = {"log1p", N_("Logarithm, ln(1 + x)")},
    [NW_SCALING_GAPS] = {"gaps", N_("Gaps between steps")},
    [NW_SCALING_LOG1P_GAPS] = {"log1p_gaps", N_("Logarithm of gaps")},
};

const NwChoice nw_fit_choices[NW_N_FITS + 1] = {
    [NW_FIT_NONE] = {"none", N_("As long as they are")},
    [NW_FIT_END] = {"end", N_("Cut or filled up at the end")},
    [NW_FIT_START] = {"start", N_("Cut or filled up in front")},
};

struct _NwDataSettings {
  atomic_int refs;
  GPtrArray *sources;  /* NwDataSource */
  GPtrArray *columns;  /* NwColumnSetting */
  GHashTable *by_name; /* NwColumnSetting → its index in columns; there may be thousands */
  GPtrArray *bindings; /* NwBinding */
  NwSplitSettings split;
};

static void
source_free(gpointer data)
{
  NwDataSource *source = data;

  g_free(source->name);
  g_free(source->path);
  g_free(source->hash);
  g_free(source->of);
  g_free(source);
}

static gpointer
source_copy(gconstpointer data, gpointer unused)
{
  NwDataSource *copy = g_memdup2(data, sizeof *copy);

  copy->name = g_strdup(copy->name);
  copy->path = g_strdup(copy->path);
  copy->hash = g_strdup(copy->hash);
  copy->of = g_strdup(copy->of);
  return copy;
}

static void
column_free(gpointer data)
{
  NwColumnSetting *column = data;

  g_free(column->source);
  g_free(column->column);
  g_free(column);
}

static gpointer
column_copy(gconstpointer data, gpointer unused)
{
  NwColumnSetting *copy = g_memdup2(data, sizeof *copy);

  copy->source = g_strdup(copy->source);
  copy->column = g_strdup(copy->column);
  return copy;
}

static void
binding_free(gpointer data)
{
  NwBinding *binding = data;

  g_free(binding->field);
  g_free(binding->source);
  g_strfreev(binding->columns);
  g_free(binding);
}

static gpointer
binding_copy(gconstpointer data, gpointer unused)
{
  NwBinding *copy = g_memdup2(data, sizeof *copy);

  copy->field = g_strdup(copy->field);
  copy->source = g_strdup(copy->source);
  copy->columns = g_strdupv(copy->columns);
  return copy;
}

static guint
column_hash(gconstpointer data)
{
  const NwColumnSetting *column = data;

  return g_str_hash(column->source) * 31 + g_str_hash(column->column);
}

static gboolean
column_same_name(gconstpointer a, gconstpointer b)
{
  const NwColumnSetting *x = a, *y = b;

  return g_str_equal(x->column, y->column) && g_str_equal(x->source, y->source);
}

static void
index_columns(NwDataSettings *settings)
{
  g_hash_table_remove_all(settings->by_name);
  for (guint i = 0; i < settings->columns->len; i++)
    g_hash_table_insert(settings->by_name, settings->columns->pdata[i], GUINT_TO_POINTER(i));
}

NwDataSettings *
nw_data_settings_new(void)
{
  NwDataSettings *settings = g_new0(NwDataSettings, 1);

  settings->refs = 1;
  settings->sources = g_ptr_array_new_with_free_func(source_free);
  settings->columns = g_ptr_array_new_with_free_func(column_free);
  settings->by_name = g_hash_table_new(column_hash, column_same_name);
  settings->bindings = g_ptr_array_new_with_free_func(binding_free);
  settings->split = (NwSplitSettings){.validation = 0.15, .test = 0.15, .seed = 1, .shuffle = TRUE};
  return settings;
}

static GPtrArray *
copy_list(GPtrArray *list, GCopyFunc copy, GDestroyNotify destroy)
{
  GPtrArray *copies = g_ptr_array_copy(list, copy, NULL);

  g_ptr_array_set_free_func(copies, destroy);
  return copies;
}

static NwDataSettings *
settings_copy(const NwDataSettings *from)
{
  NwDataSettings *settings = g_new0(NwDataSettings, 1);

  settings->refs = 1;
  settings->sources = copy_list(from->sources, (GCopyFunc)source_copy, source_free);
  settings->columns = copy_list(from->columns, (GCopyFunc)column_copy, column_free);
  settings->by_name = g_hash_table_new(column_hash, column_same_name);
  index_columns(settings);
  settings->bindings = copy_list(from->bindings, (GCopyFunc)binding_copy, binding_free);
  settings->split = from->split;
  settings->split.stratify = g_strdup(from->split.stratify);
  return settings;
}

NwDataSettings *
nw_data_settings_ref(NwDataSettings *settings)
{
  atomic_fetch_add(&settings->refs, 1);
  return settings;
}

void
nw_data_settings_unref(NwDataSettings *settings)
{
  if (atomic_fetch_sub(&settings->refs, 1) > 1)
    return;
  g_ptr_array_unref(settings->sources);
  g_hash_table_unref(settings->by_name);
  g_ptr_array_unref(settings->columns);
  g_ptr_array_unref(settings->bindings);
  g_free(settings->split.stratify);
  g_free(settings);
}

static gboolean
source_equal(gconstpointer a, gconstpointer b)
{
  const NwDataSource *x = a, *y = b;

  return g_str_equal(x->name, y->name) && g_str_equal(x->path, y->path) &&
         x->options.reader == y->options.reader && x->options.delimiter == y->options.delimiter &&
         x->options.header == y->options.header && g_strcmp0(x->hash, y->hash) == 0 &&
         x->use == y->use && g_strcmp0(x->of, y->of) == 0;
}

static gboolean
column_equal(gconstpointer a, gconstpointer b)
{
  const NwColumnSetting *x = a, *y = b;

  return g_str_equal(x->source, y->source) && g_str_equal(x->column, y->column) &&
         x->has_kind == y->has_kind && (!x->has_kind || x->kind == y->kind) &&
         x->scaling == y->scaling;
}

static gboolean
binding_equal(gconstpointer a, gconstpointer b)
{
  const NwBinding *x = a, *y = b;

  return g_str_equal(x->field, y->field) && g_str_equal(x->source, y->source) &&
         x->last_step == y->last_step && x->fit == y->fit && x->fill == y->fill &&
         g_strv_equal((const char *const *)x->columns, (const char *const *)y->columns);
}

static gboolean
list_equal(GPtrArray *a, GPtrArray *b, GEqualFunc equal)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!equal(a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

gboolean
nw_data_settings_equal(const NwDataSettings *a, const NwDataSettings *b)
{
  return a == b || (list_equal(a->sources, b->sources, source_equal) &&
                    list_equal(a->columns, b->columns, column_equal) &&
                    list_equal(a->bindings, b->bindings, binding_equal) &&
                    a->split.validation == b->split.validation && a->split.test == b->split.test &&
                    a->split.seed == b->split.seed && a->split.shuffle == b->split.shuffle &&
                    g_strcmp0(a->split.stratify, b->split.stratify) == 0);
}

/* Reading */

gsize
nw_data_settings_get_n_sources(const NwDataSettings *settings)
{
  return settings->sources->len;
}

const NwDataSource *
nw_data_settings_get_source(const NwDataSettings *settings, gsize i)
{
  return g_ptr_array_index(settings->sources, i);
}

static int
find_source(const NwDataSettings *settings, const char *name)
{
  for (guint i = 0; i < settings->sources->len; i++)
    if (g_str_equal(nw_data_settings_get_source(settings, i)->name, name))
      return (int)i;
  return -1;
}

const NwDataSource *
nw_data_settings_find_source(const NwDataSettings *settings, const char *name)
{
  int i = find_source(settings, name);

  return i < 0 ? NULL : nw_data_settings_get_source(settings, (gsize)i);
}

gsize
nw_data_settings_get_n_columns(const NwDataSettings *settings)
{
  return settings->columns->len;
}

const NwColumnSetting *
nw_data_settings_get_column(const NwDataSettings *settings, gsize i)
{
  return g_ptr_array_index(settings->columns, i);
}

static int
find_column(const NwDataSettings *settings, const char *source, const char *column)
{
  const NwColumnSetting key = {(char *)source, (char *)column};
  gpointer place;

  if (!g_hash_table_lookup_extended(settings->by_name, &key, NULL, &place))
    return -1;
  return (int)GPOINTER_TO_UINT(place);
}

const NwColumnSetting *
nw_data_settings_find_column(const NwDataSettings *settings, const char *source, const char *column)
{
  int i = find_column(settings, source, column);

  return i < 0 ? NULL : nw_data_settings_get_column(settings, (gsize)i);
}

gsize
nw_data_settings_get_n_bindings(const NwDataSettings *settings)
{
  return settings->bindings->len;
}

const NwBinding *
nw_data_settings_get_binding(const NwDataSettings *settings, gsize i)
{
  return g_ptr_array_index(settings->bindings, i);
}

static int
find_binding(const NwDataSettings *settings, const char *field)
{
  for (guint i = 0; i < settings->bindings->len; i++)
    if (g_str_equal(nw_data_settings_get_binding(settings, i)->field, field))
      return (int)i;
  return -1;
}

const NwBinding *
nw_data_settings_find_binding(const NwDataSettings *settings, const char *field)
{
  int i = find_binding(settings, field);

  return i < 0 ? NULL : nw_data_settings_get_binding(settings, (gsize)i);
}

const NwSplitSettings *
nw_data_settings_get_split(const NwDataSettings *settings)
{
  return &settings->split;
}

char *
nw_data_source_dup_path(const NwDataSource *source, const char *base_dir)
{
  if (base_dir == NULL || g_path_is_absolute(source->path))
    return g_strdup(source->path);
  return g_build_filename(base_dir, source->path, NULL);
}

char *
nw_data_settings_dup_source_name(const NwDataSettings *settings, const char *path)
{
  g_autofree char *base = g_path_get_basename(path);
  g_autofree char *shown = g_filename_display_name(base);
  char *dot = strrchr(shown, '.');
  char *name;

  if (dot != NULL && dot != shown)
    *dot = '\0';
  name = g_strdup(shown);
  for (guint i = 2; find_source(settings, name) >= 0; i++) {
    g_free(name);
    name = g_strdup_printf("%s %u", shown, i);
  }
  return name;
}

/* Filling */

static void
put(GPtrArray *list, int place, gpointer item, GDestroyNotify destroy)
{
  if (place < 0) {
    g_ptr_array_add(list, item);
    return;
  }
  destroy(list->pdata[place]);
  list->pdata[place] = item;
}

void
nw_data_settings_put_source(NwDataSettings *settings, const NwDataSource *source)
{
  put(settings->sources, find_source(settings, source->name), source_copy(source, NULL),
      source_free);
}

void
nw_data_settings_put_column(NwDataSettings *settings, const NwColumnSetting *setting)
{
  int place = find_column(settings, setting->source, setting->column);

  if (setting->has_kind || setting->scaling != NW_SCALING_NONE) {
    NwColumnSetting *copy = column_copy(setting, NULL);
    guint at = place < 0 ? settings->columns->len : (guint)place;
    g_hash_table_replace(settings->by_name, copy, GUINT_TO_POINTER(at));
    put(settings->columns, place, copy, column_free);
  } else if (place >= 0) {
    g_ptr_array_remove_index(settings->columns, (guint)place);
    index_columns(settings);
  }
}

void
nw_data_settings_put_binding(NwDataSettings *settings, const NwBinding *binding)
{
  put(settings->bindings, find_binding(settings, binding->field), binding_copy(binding, NULL),
      binding_free);
}

void
nw_data_settings_put_split(NwDataSettings *settings, const NwSplitSettings *split)
{
  g_free(settings->split.stratify);
  settings->split = *split;
  settings->split.stratify = g_strdup(split->stratify);
  settings->split.validation = isfinite(split->validation) ? CLAMP(split->validation, 0, 0.99) : 0;
  settings->split.test =
      isfinite(split->test) ? CLAMP(split->test, 0, 0.99 - settings->split.validation) : 0;
}

/* Edits */

NwDataSettings *
nw_data_settings_with_source(NwDataSettings *settings, const NwDataSource *source)
{
  NwDataSettings *copy = settings_copy(settings);

  nw_data_settings_put_source(copy, source);
  return copy;
}

NwDataSettings *
nw_data_settings_without_source(NwDataSettings *settings, const char *name)
{
  NwDataSettings *copy = settings_copy(settings);
  int place = find_source(copy, name);

  for (guint i = copy->columns->len; i-- > 0;)
    if (g_str_equal(nw_data_settings_get_column(copy, i)->source, name))
      g_ptr_array_remove_index(copy->columns, i);
  index_columns(copy);
  for (guint i = copy->bindings->len; i-- > 0;)
    if (g_str_equal(nw_data_settings_get_binding(copy, i)->source, name))
      g_ptr_array_remove_index(copy->bindings, i);
  if (place >= 0)
    g_ptr_array_remove_index(copy->sources, (guint)place);
  return copy;
}

static void
replace_name(char **text, const char *name, const char *to)
{
  if (g_strcmp0(*text, name) != 0)
    return;
  g_free(*text);
  *text = g_strdup(to);
}

NwDataSettings *
nw_data_settings_with_source_renamed(NwDataSettings *settings, const char *name, const char *to)
{
  NwDataSettings *copy;

  if (*to == '\0' || find_source(settings, to) >= 0)
    return nw_data_settings_ref(settings);
  copy = settings_copy(settings);
  for (guint i = 0; i < copy->sources->len; i++) {
    NwDataSource *source = copy->sources->pdata[i];
    replace_name(&source->name, name, to);
    replace_name(&source->of, name, to);
  }
  for (guint i = 0; i < copy->columns->len; i++)
    replace_name(&((NwColumnSetting *)copy->columns->pdata[i])->source, name, to);
  index_columns(copy);
  for (guint i = 0; i < copy->bindings->len; i++)
    replace_name(&((NwBinding *)copy->bindings->pdata[i])->source, name, to);
  return copy;
}

NwDataSettings *
nw_data_settings_with_column(NwDataSettings *settings, const NwColumnSetting *setting)
{
  return nw_data_settings_with_columns(settings, setting, 1);
}

NwDataSettings *
nw_data_settings_with_columns(NwDataSettings *settings, const NwColumnSetting *columns, gsize n)
{
  NwDataSettings *copy = settings_copy(settings);

  for (gsize i = 0; i < n; i++)
    nw_data_settings_put_column(copy, &columns[i]);
  return copy;
}

NwDataSettings *
nw_data_settings_with_binding(NwDataSettings *settings, const char *field, const char *source,
                              const char *const *columns)
{
  NwDataSettings *copy = settings_copy(settings);
  NwBinding binding = {(char *)field, (char *)source, (char **)columns};
  int place = find_binding(copy, field);
  const NwBinding *before = place < 0 ? NULL : copy->bindings->pdata[place];

  if (before != NULL) {
    binding.last_step = before->last_step;
    binding.fit = before->fit;
    binding.fill = before->fill;
  }
  if (columns != NULL && columns[0] != NULL)
    nw_data_settings_put_binding(copy, &binding);
  else if (place >= 0)
    g_ptr_array_remove_index(copy->bindings, (guint)place);
  return copy;
}

NwDataSettings *
nw_data_settings_with_last_step(NwDataSettings *settings, const char *field, gboolean last_step)
{
  NwDataSettings *copy = settings_copy(settings);
  int place = find_binding(copy, field);

  if (place >= 0)
    ((NwBinding *)copy->bindings->pdata[place])->last_step = last_step;
  return copy;
}

NwDataSettings *
nw_data_settings_with_fit(NwDataSettings *settings, const char *field, NwFit fit, double fill)
{
  NwDataSettings *copy = settings_copy(settings);
  int place = find_binding(copy, field);
  NwBinding *binding = place < 0 ? NULL : copy->bindings->pdata[place];

  if (binding != NULL) {
    binding->fit = fit;
    binding->fill = fit == NW_FIT_NONE || !isfinite(fill) ? 0 : fill;
  }
  return copy;
}

NwDataSettings *
nw_data_settings_with_field_renamed(NwDataSettings *settings, const char *field, const char *to)
{
  NwDataSettings *copy = settings_copy(settings);
  gsize length = strlen(field);

  for (guint i = 0; i < copy->bindings->len; i++) {
    char **name = &((NwBinding *)copy->bindings->pdata[i])->field;
    if (g_str_has_prefix(*name, field) && (*name)[length] == '/') {
      char *renamed = g_strconcat(to, *name + length, NULL);
      g_free(*name);
      *name = renamed;
    } else {
      replace_name(name, field, to);
    }
  }
  return copy;
}

NwDataSettings *
nw_data_settings_with_split(NwDataSettings *settings, const NwSplitSettings *split)
{
  NwDataSettings *copy = settings_copy(settings);

  nw_data_settings_put_split(copy, split);
  return copy;
}
