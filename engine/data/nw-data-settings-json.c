/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The form that data settings have in a project file. */
#include "nw-data-settings-private.h"
#include "nw-error.h"
#include "nw-json.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>

/* Writing */

static void
add_text(JsonBuilder *builder, const char *key, const char *text)
{
  json_builder_set_member_name(builder, key);
  json_builder_add_string_value(builder, text);
}

static void
add_texts(JsonBuilder *builder, const char *key, char **texts)
{
  json_builder_set_member_name(builder, key);
  json_builder_begin_array(builder);
  for (; *texts != NULL; texts++)
    json_builder_add_string_value(builder, *texts);
  json_builder_end_array(builder);
}

static void
write_source(JsonBuilder *builder, const NwDataSource *source)
{
  const NwReadOptions *options = &source->options;

  json_builder_begin_object(builder);
  add_text(builder, "name", source->name);
  add_text(builder, "path", source->path);
  if (options->reader != NULL)
    add_text(builder, "format", options->reader->id);
  if (options->delimiter != NW_DELIMITER_AUTO)
    add_text(builder, "delimiter", nw_delimiter_choices[options->delimiter].id);
  if (options->header != NW_HEADER_AUTO)
    add_text(builder, "header", nw_header_choices[options->header].id);
  if (source->use != NW_SOURCE_ROWS)
    add_text(builder, "use", nw_source_use_choices[source->use].id);
  if (source->of != NULL)
    add_text(builder, "of", source->of);
  if (source->hash != NULL)
    add_text(builder, "sha256", source->hash);
  json_builder_end_object(builder);
}

static gboolean
same_decision(const NwColumnSetting *a, const NwColumnSetting *b)
{
  return g_str_equal(a->source, b->source) && a->has_kind == b->has_kind &&
         (!a->has_kind || a->kind == b->kind) && a->scaling == b->scaling;
}

/* Neighbours about which the same was decided share one object: 64 pixels are one line. */
static void
write_columns(JsonBuilder *builder, const NwDataSettings *settings)
{
  gsize n = nw_data_settings_get_n_columns(settings);

  for (gsize i = 0; i < n;) {
    const NwColumnSetting *first = nw_data_settings_get_column(settings, i);
    json_builder_begin_object(builder);
    add_text(builder, "source", first->source);
    if (first->has_kind)
      add_text(builder, "kind", nw_column_kind_choices[first->kind].id);
    if (first->scaling != NW_SCALING_NONE)
      add_text(builder, "scaling", nw_scaling_choices[first->scaling].id);
    json_builder_set_member_name(builder, "columns");
    json_builder_begin_array(builder);
    for (; i < n && same_decision(first, nw_data_settings_get_column(settings, i)); i++)
      json_builder_add_string_value(builder, nw_data_settings_get_column(settings, i)->column);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
  }
}

static void
write_split(JsonBuilder *builder, const NwSplitSettings *split)
{
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "validation");
  json_builder_add_double_value(builder, split->validation);
  json_builder_set_member_name(builder, "test");
  json_builder_add_double_value(builder, split->test);
  json_builder_set_member_name(builder, "seed");
  json_builder_add_int_value(builder, (gint64)split->seed);
  json_builder_set_member_name(builder, "shuffle");
  json_builder_add_boolean_value(builder, split->shuffle);
  if (split->stratify != NULL)
    add_text(builder, "stratify", split->stratify);
  json_builder_end_object(builder);
}

JsonNode *
nw_data_settings_to_json(const NwDataSettings *settings)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();

  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "sources");
  json_builder_begin_array(builder);
  for (gsize i = 0; i < nw_data_settings_get_n_sources(settings); i++)
    write_source(builder, nw_data_settings_get_source(settings, i));
  json_builder_end_array(builder);

  json_builder_set_member_name(builder, "columns");
  json_builder_begin_array(builder);
  write_columns(builder, settings);
  json_builder_end_array(builder);

  json_builder_set_member_name(builder, "bindings");
  json_builder_begin_array(builder);
  for (gsize i = 0; i < nw_data_settings_get_n_bindings(settings); i++) {
    const NwBinding *binding = nw_data_settings_get_binding(settings, i);
    json_builder_begin_object(builder);
    add_text(builder, "field", binding->field);
    add_text(builder, "source", binding->source);
    if (binding->last_step) {
      json_builder_set_member_name(builder, "last_step");
      json_builder_add_boolean_value(builder, TRUE);
    }
    if (binding->fit != NW_FIT_NONE)
      add_text(builder, "fit", nw_fit_choices[binding->fit].id);
    if (binding->fill != 0) {
      json_builder_set_member_name(builder, "fill");
      json_builder_add_double_value(builder, binding->fill);
    }
    add_texts(builder, "columns", binding->columns);
    json_builder_end_object(builder);
  }
  json_builder_end_array(builder);

  json_builder_set_member_name(builder, "split");
  write_split(builder, nw_data_settings_get_split(settings));
  json_builder_end_object(builder);
  return json_builder_get_root(builder);
}

/* Reading */

static gboolean
fail(const char *where, const char *what, GError **error)
{
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, "%s: %s", where, what);
  return FALSE;
}

/* More sources or bindings than this are no project. */
#define MAX_ITEMS 4096

/* Reads one object of a list into settings that nobody else has seen yet. */
typedef gboolean (*ReadItem)(NwDataSettings *settings, JsonObject *object, const char *where,
                             GError **error);

static gboolean
read_source(NwDataSettings *settings, JsonObject *object, const char *where, GError **error)
{
  const char *name = NULL, *path = NULL, *of = NULL, *hash = NULL;
  int format = 0, delimiter = NW_DELIMITER_AUTO, header = NW_HEADER_AUTO, use = NW_SOURCE_ROWS;
  NwDataSource source;

  if (!nw_json_get_text(object, "name", where, &name, error) ||
      !nw_json_get_text(object, "path", where, &path, error) ||
      !nw_json_get_choice(object, "format", where, nw_reader_choices(), &format, error) ||
      !nw_json_get_choice(object, "delimiter", where, nw_delimiter_choices, &delimiter, error) ||
      !nw_json_get_choice(object, "header", where, nw_header_choices, &header, error) ||
      !nw_json_get_choice(object, "use", where, nw_source_use_choices, &use, error) ||
      !nw_json_get_text(object, "of", where, &of, error) ||
      !nw_json_get_text(object, "sha256", where, &hash, error))
    return FALSE;
  if (name == NULL || *name == '\0' || path == NULL || *path == '\0')
    return fail(where, _("“name” and “path” are needed"), error);
  if (nw_data_settings_find_source(settings, name) != NULL)
    return fail(where, _("another source has the same name"), error);
  source = (NwDataSource){
      .name = (char *)name,
      .path = (char *)path,
      .options = {format > 0 ? nw_reader_kinds[format - 1] : NULL, (NwDelimiter)delimiter,
                  (NwHeader)header},
      .hash = (char *)hash,
      .use = (NwSourceUse)use,
      .of = (char *)of,
  };
  nw_data_settings_put_source(settings, &source);
  return TRUE;
}

static gboolean
read_column(NwDataSettings *settings, JsonObject *object, const char *where, GError **error)
{
  const char *source = NULL;
  g_auto(GStrv) columns = NULL;
  int kind = -1, scaling = NW_SCALING_NONE;

  if (!nw_json_get_text(object, "source", where, &source, error) ||
      !nw_json_get_choice(object, "kind", where, nw_column_kind_choices, &kind, error) ||
      !nw_json_get_choice(object, "scaling", where, nw_scaling_choices, &scaling, error) ||
      !nw_json_get_texts(object, "columns", where, &columns, error))
    return FALSE;
  if (source == NULL || columns == NULL)
    return fail(where, _("“source” and “columns” are needed"), error);
  if (kind < 0 && scaling == NW_SCALING_NONE)
    return fail(where, _("“kind” or “scaling” is needed"), error);
  for (char **column = columns; *column != NULL; column++) {
    NwColumnSetting setting = {(char *)source, *column, kind >= 0, (NwColumnKind)MAX(kind, 0),
                               (NwScaling)scaling};
    nw_data_settings_put_column(settings, &setting);
  }
  return TRUE;
}

static gboolean
read_binding(NwDataSettings *settings, JsonObject *object, const char *where, GError **error)
{
  const char *field = NULL, *source = NULL;
  g_auto(GStrv) columns = NULL;
  gboolean last_step = FALSE;
  int fit = NW_FIT_NONE;
  double fill = 0;

  if (!nw_json_get_text(object, "field", where, &field, error) ||
      !nw_json_get_text(object, "source", where, &source, error) ||
      !nw_json_get_bool(object, "last_step", where, &last_step, error) ||
      !nw_json_get_choice(object, "fit", where, nw_fit_choices, &fit, error) ||
      !nw_json_get_number(object, "fill", where, &fill, error) ||
      !nw_json_get_texts(object, "columns", where, &columns, error))
    return FALSE;
  if (field == NULL || source == NULL || columns == NULL || columns[0] == NULL)
    return fail(where, _("“field”, “source” and “columns” are needed"), error);
  if (nw_data_settings_find_binding(settings, field) != NULL)
    return fail(where, _("another binding feeds the same field"), error);
  nw_data_settings_put_binding(
      settings, &(NwBinding){(char *)field, (char *)source, columns, last_step, (NwFit)fit, fill});
  return TRUE;
}

static gboolean
read_list(NwDataSettings *settings, JsonObject *object, const char *key, const char *one,
          ReadItem read, GError **error)
{
  JsonArray *array = NULL;

  if (!nw_json_get_array(object, key, _("data"), &array, error))
    return FALSE;
  if (array != NULL && json_array_get_length(array) > MAX_ITEMS)
    return fail(_("data"), _("a list is too long to be true"), error);
  for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
    g_autofree char *where = g_strdup_printf(_("data, %s %u"), one, i + 1);
    JsonObject *item = nw_json_as_object(json_array_get_element(array, i), where, error);
    if (item == NULL || !read(settings, item, where, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_split(NwDataSettings *settings, JsonObject *object, GError **error)
{
  const char *where = _("data, split");
  NwSplitSettings split = *nw_data_settings_get_split(settings);
  JsonObject *item = NULL;
  gint64 seed = (gint64)split.seed;
  const char *stratify = NULL;

  if (!nw_json_get_object(object, "split", _("data"), &item, error))
    return FALSE;
  if (item == NULL)
    return TRUE;
  if (!nw_json_get_number(item, "validation", where, &split.validation, error) ||
      !nw_json_get_number(item, "test", where, &split.test, error) ||
      !nw_json_get_integer(item, "seed", where, &seed, error) ||
      !nw_json_get_bool(item, "shuffle", where, &split.shuffle, error) ||
      !nw_json_get_text(item, "stratify", where, &stratify, error))
    return FALSE;
  if (!(split.validation >= 0 && split.test >= 0 && split.validation + split.test <= 0.99))
    return fail(where,
                _("“validation” and “test” must be fractions from 0 that leave rows to train with"),
                error);
  split.seed = (guint64)seed;
  split.stratify = (char *)stratify;
  nw_data_settings_put_split(settings, &split);
  return TRUE;
}

NwDataSettings *
nw_data_settings_from_json(JsonNode *node, GError **error)
{
  g_autoptr(NwDataSettings) settings = nw_data_settings_new();
  JsonObject *object = nw_json_as_object(node, _("data"), error);

  if (object == NULL || !read_list(settings, object, "sources", _("source"), read_source, error) ||
      !read_list(settings, object, "columns", _("columns"), read_column, error) ||
      !read_list(settings, object, "bindings", _("binding"), read_binding, error) ||
      !read_split(settings, object, error))
    return NULL;
  return g_steal_pointer(&settings);
}
