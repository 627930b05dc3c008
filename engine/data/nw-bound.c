/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-bound.h"
#include "nw-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _NwBoundSources {
  NwDataSettings *settings;
  const char *base_dir;
  const char *const *overrides;
  gboolean rows_only;
  GPtrArray *bound;    /* NwBound */
  GHashTable *tables;  /* path and options → NwTable: one file may be several sources */
  GHashTable *offered; /* (nullable): name of a source → NwTable */
  GChecksum *hash;
};

static void
bound_free(gpointer data)
{
  NwBound *bound = data;

  for (int i = 0; i < NW_N_SOURCE_USES; i++)
    g_clear_pointer(&bound->parts[i], nw_table_unref);
  g_free(bound);
}

static gboolean
check_overrides(NwDataSettings *settings, const char *const *overrides, GError **error)
{
  gsize n = nw_data_settings_get_n_sources(settings);
  g_autoptr(GString) names = g_string_new(NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf(names, "%s“%s”", i > 0 ? ", " : "",
                           nw_data_settings_get_source(settings, i)->name);
  for (; overrides != NULL && *overrides != NULL; overrides++) {
    const char *equals = strchr(*overrides, '=');
    g_autofree char *name =
        g_strndup(*overrides, equals != NULL ? (gsize)(equals - *overrides) : strlen(*overrides));
    if (equals == NULL) {
      g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                  _("“%s” must be NAME=PATH, where NAME is a source of the project: %s"), name,
                  names->str);
      return FALSE;
    }
    if (nw_data_settings_find_source(settings, name) == NULL) {
      g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                  _("the project has no source called “%s”; it has %s"), name, names->str);
      return FALSE;
    }
  }
  return TRUE;
}

NwBoundSources *
nw_bound_sources_new(NwDataSettings *settings, const char *base_dir, const char *const *overrides,
                     gboolean rows_only, GError **error)
{
  NwBoundSources *sources;

  if (!check_overrides(settings, overrides, error))
    return NULL;
  sources = g_new0(NwBoundSources, 1);
  sources->settings = settings;
  sources->base_dir = base_dir;
  sources->overrides = overrides;
  sources->rows_only = rows_only;
  sources->bound = g_ptr_array_new_with_free_func(bound_free);
  sources->tables =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)nw_table_unref);
  sources->hash = g_checksum_new(G_CHECKSUM_SHA256);
  return sources;
}

void
nw_bound_sources_free(NwBoundSources *sources)
{
  g_ptr_array_unref(sources->bound);
  g_hash_table_unref(sources->tables);
  g_clear_pointer(&sources->offered, g_hash_table_unref);
  g_checksum_free(sources->hash);
  g_free(sources);
}

void
nw_bound_sources_offer(NwBoundSources *sources, const char *name, NwTable *table)
{
  if (sources->offered == NULL)
    sources->offered =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)nw_table_unref);
  g_hash_table_insert(sources->offered, g_strdup(name), nw_table_ref(table));
}

/* Reading */

/* The path that `--data NAME=PATH` gives for the source, or that of the settings. */
static char *
path_of(const NwBoundSources *sources, const NwDataSource *source)
{
  gsize length = strlen(source->name);

  for (gsize i = 0; sources->overrides != NULL && sources->overrides[i] != NULL; i++)
    if (g_str_has_prefix(sources->overrides[i], source->name) &&
        sources->overrides[i][length] == '=')
      return g_strdup(sources->overrides[i] + length + 1);
  return nw_data_source_dup_path(source, sources->base_dir);
}

/* (transfer full) */
static NwTable *
read_source(NwBoundSources *sources, const NwDataSource *source, GError **error)
{
  g_autofree char *path = path_of(sources, source);
  g_autofree char *key =
      g_strdup_printf("%s\n%p %d %d", path, (const void *)source->options.reader,
                      (int)source->options.delimiter, (int)source->options.header);
  NwTable *table = g_hash_table_lookup(sources->tables, key);

  if (table == NULL && sources->offered != NULL) {
    table = g_hash_table_lookup(sources->offered, source->name);
    if (table != NULL)
      return nw_table_ref(table);
  }
  if (table == NULL) {
    table = nw_table_read(path, &source->options, error);
    if (table == NULL)
      return NULL;
    g_hash_table_insert(sources->tables, g_steal_pointer(&key), table);
    g_checksum_update(sources->hash, (const guchar *)nw_table_get_hash(table), -1);
  }
  return nw_table_ref(table);
}

static const NwDataSource *
first_with_rows(NwDataSettings *settings)
{
  for (gsize i = 0; i < nw_data_settings_get_n_sources(settings); i++)
    if (nw_data_settings_get_source(settings, i)->use == NW_SOURCE_ROWS)
      return nw_data_settings_get_source(settings, i);
  return NULL;
}

static gboolean
is_of(const NwBoundSources *sources, const NwDataSource *more, const NwDataSource *source)
{
  if (more->of != NULL)
    return g_str_equal(more->of, source->name);
  return source == first_with_rows(sources->settings);
}

static gboolean
read_parts(NwBoundSources *sources, NwBound *bound, GError **error)
{
  gsize n = nw_data_settings_get_n_sources(sources->settings);

  bound->parts[NW_SOURCE_ROWS] = read_source(sources, bound->source, error);
  if (bound->parts[NW_SOURCE_ROWS] == NULL)
    return FALSE;
  for (gsize i = 0; !sources->rows_only && i < n; i++) {
    const NwDataSource *more = nw_data_settings_get_source(sources->settings, i);
    if (more->use == NW_SOURCE_ROWS || !is_of(sources, more, bound->source) ||
        bound->parts[more->use] != NULL)
      continue;
    bound->parts[more->use] = read_source(sources, more, error);
    if (bound->parts[more->use] == NULL)
      return FALSE;
  }
  return TRUE;
}

const NwBound *
nw_bound_sources_read(NwBoundSources *sources, const NwBinding *binding, GError **error)
{
  const NwDataSource *source = nw_data_settings_find_source(sources->settings, binding->source);
  const NwBound *known = nw_bound_sources_find(sources, binding->source);
  NwBound *bound;

  if (known != NULL)
    return known;
  if (source == NULL || source->use != NW_SOURCE_ROWS) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                source == NULL
                    ? _("“%s” is fed by the source “%s”, which is not there")
                    : _("“%s” is fed by “%s”, which is there for validation or test rows only"),
                binding->field, binding->source);
    return NULL;
  }
  bound = g_new0(NwBound, 1);
  bound->source = source;
  if (!read_parts(sources, bound, error)) {
    bound_free(bound);
    return NULL;
  }
  g_ptr_array_add(sources->bound, bound);
  return bound;
}

/* Looking */

gsize
nw_bound_sources_get_n(const NwBoundSources *sources)
{
  return sources->bound->len;
}

const NwBound *
nw_bound_sources_get(const NwBoundSources *sources, gsize i)
{
  return g_ptr_array_index(sources->bound, i);
}

const NwBound *
nw_bound_sources_find(const NwBoundSources *sources, const char *name)
{
  for (guint i = 0; i < sources->bound->len; i++)
    if (g_str_equal(nw_bound_sources_get(sources, i)->source->name, name))
      return nw_bound_sources_get(sources, i);
  return NULL;
}

const char *
nw_bound_sources_get_hash(const NwBoundSources *sources)
{
  return g_checksum_get_string(sources->hash);
}

gssize
nw_bound_find_column(const NwBound *bound, NwSourceUse use, const char *name)
{
  static const char *const words[NW_N_SOURCE_USES][4] = {
      [NW_SOURCE_VALIDATION] = {"validation", "valid", "val", NULL},
      [NW_SOURCE_TEST] = {"test", NULL},
  };
  const NwTable *table = bound->parts[use];
  const char *train = strstr(name, "train");
  gssize column = -1;

  for (gsize i = 0; train != NULL && column < 0 && words[use][i] != NULL; i++) {
    g_autofree char *other = g_strdup_printf("%.*s%s%s", (int)(train - name), name, words[use][i],
                                             train + strlen("train"));
    column = nw_table_find(table, other);
  }
  return column >= 0 ? column : nw_table_find(table, name);
}
