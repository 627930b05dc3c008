/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The form that preparations have beside the weights. */
#include "nw-error.h"
#include "nw-prepare.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static void
add_numbers(JsonBuilder *builder, const char *key, const double *numbers, gsize n)
{
  if (numbers == NULL)
    return;
  json_builder_set_member_name(builder, key);
  json_builder_begin_array(builder);
  for (gsize i = 0; i < n; i++)
    json_builder_add_double_value(builder, numbers[i]);
  json_builder_end_array(builder);
}

void
nw_preparation_to_json(const NwPreparation *self, JsonBuilder *builder)
{
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "source");
  json_builder_add_string_value(builder, self->source);
  json_builder_set_member_name(builder, "column");
  json_builder_add_string_value(builder, self->column);
  json_builder_set_member_name(builder, "kind");
  json_builder_add_string_value(builder, nw_column_kind_choices[self->kind].id);
  json_builder_set_member_name(builder, "scaling");
  json_builder_add_string_value(builder, nw_scaling_choices[self->scaling].id);
  json_builder_set_member_name(builder, "shape");
  json_builder_begin_array(builder);
  for (int i = 0; i < self->shape.rank; i++)
    json_builder_add_int_value(builder, self->shape.dim[i]);
  json_builder_end_array(builder);
  add_numbers(builder, "offset", self->offset, self->n_scales);
  add_numbers(builder, "factor", self->factor, self->n_scales);
  add_numbers(builder, "values", self->values, self->n_values);
  add_numbers(builder, "mask", self->mask, self->n_masks);
  if (self->unknown.n > 0)
    add_numbers(builder, "ignored", self->unknown.numbers, self->unknown.n);
  if (self->unknown.empty) {
    json_builder_set_member_name(builder, "ignore_empty");
    json_builder_add_boolean_value(builder, TRUE);
  }
  if (self->by_text != NULL) {
    json_builder_set_member_name(builder, "texts");
    json_builder_begin_array(builder);
    for (gsize i = 0; i < self->n_values; i++)
      json_builder_add_string_value(builder, self->texts[i]);
    json_builder_end_array(builder);
  }
  json_builder_end_object(builder);
}

/* A list of finite numbers; *out stays NULL when there is none. */
static gboolean
get_numbers(JsonObject *object, const char *key, const char *where, double **out, gsize *n,
            GError **error)
{
  JsonArray *array = NULL;

  if (!nw_json_get_array(object, key, where, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;
  *n = json_array_get_length(array);
  *out = g_new0(double, *n + 1);
  for (gsize i = 0; i < *n; i++) {
    JsonNode *node = json_array_get_element(array, (guint)i);
    GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;
    if (type == G_TYPE_DOUBLE || type == G_TYPE_INT64)
      (*out)[i] = json_node_get_double(node);
    if ((type != G_TYPE_DOUBLE && type != G_TYPE_INT64) || !isfinite((*out)[i])) {
      g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("%s: “%s” must be a list of numbers"), where,
                  key);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
get_shape(JsonObject *object, const char *where, NwShape *shape, GError **error)
{
  g_autofree double *dims = NULL;
  gsize rank = 0;

  if (!get_numbers(object, "shape", where, &dims, &rank, error))
    return FALSE;
  shape->rank = (int)MIN(rank, NW_MAX_RANK);
  for (int i = 0; i < shape->rank; i++)
    shape->dim[i] = (gint64)CLAMP(dims[i], 1, (double)NW_MAX_ELEMENTS);
  return TRUE;
}

/* Everything agrees with everything, so that encoding cannot go astray. */
static gboolean
is_consistent(const NwPreparation *self, gsize n_factor)
{
  if (self->kind == NW_COLUMN_IGNORE || nw_shape_elements(&self->shape) > NW_MAX_ELEMENTS)
    return FALSE;
  if (nw_scaling_makes_gaps(self->scaling) && self->shape.rank == 0)
    return FALSE;
  if (self->mask != NULL && self->n_masks != 1)
    return FALSE;
  if (nw_scaling_is_fitted(self->scaling) &&
      (self->offset == NULL || self->factor == NULL || n_factor != self->n_scales ||
       self->n_scales != (gsize)nw_shape_last(&self->shape)))
    return FALSE;
  if ((self->offset != NULL) != (self->factor != NULL) || n_factor != self->n_scales)
    return FALSE;
  if (self->kind == NW_COLUMN_NUMBER)
    return self->values == NULL && self->texts == NULL;
  if (self->values != NULL && self->texts != NULL)
    return FALSE;
  for (gsize i = 1; self->values != NULL && i < self->n_values; i++)
    if (!(self->values[i - 1] < self->values[i]))
      return FALSE;
  return self->kind == NW_COLUMN_BINARY ? self->n_values <= 2
                                        : self->values != NULL || self->texts != NULL;
}

NwPreparation *
nw_preparation_from_json(JsonNode *node, GError **error)
{
  const char *where = _("preparation");
  g_autoptr(NwPreparation) self = g_new0(NwPreparation, 1);
  JsonObject *object = nw_json_as_object(node, where, error);
  const char *source = NULL, *column = NULL;
  int kind = NW_COLUMN_NUMBER, scaling = NW_SCALING_NONE;
  gsize n_factor = 0;

  if (object == NULL || !nw_json_get_text(object, "source", where, &source, error) ||
      !nw_json_get_text(object, "column", where, &column, error) ||
      !nw_json_get_choice(object, "kind", where, nw_column_kind_choices, &kind, error) ||
      !nw_json_get_choice(object, "scaling", where, nw_scaling_choices, &scaling, error) ||
      !get_shape(object, where, &self->shape, error) ||
      !get_numbers(object, "offset", where, &self->offset, &self->n_scales, error) ||
      !get_numbers(object, "factor", where, &self->factor, &n_factor, error) ||
      !get_numbers(object, "values", where, &self->values, &self->n_values, error) ||
      !get_numbers(object, "mask", where, &self->mask, &self->n_masks, error) ||
      !get_numbers(object, "ignored", where, (double **)&self->unknown.numbers, &self->unknown.n,
                   error) ||
      !nw_json_get_bool(object, "ignore_empty", where, &self->unknown.empty, error) ||
      !nw_json_get_texts(object, "texts", where, &self->texts, error))
    return NULL;
  self->source = g_strdup(source);
  self->column = g_strdup(column);
  self->kind = (NwColumnKind)kind;
  self->scaling = (NwScaling)scaling;
  if (source == NULL || column == NULL || !is_consistent(self, n_factor)) {
    g_set_error(error, NW_ERROR, NW_ERROR_FORMAT,
                _("the preparation of data that is kept with the weights is damaged"));
    return NULL;
  }
  if (self->texts != NULL) {
    self->n_values = g_strv_length(self->texts);
    nw_preparation_index_texts(self);
  } else if (self->values != NULL) {
    self->texts = g_new0(char *, self->n_values + 1);
    for (gsize i = 0; i < self->n_values; i++)
      self->texts[i] = nw_number_to_text(self->values[i]);
  }
  return g_steal_pointer(&self);
}

#define PREPARATION_VERSION 1

char *
nw_preparations_to_text(const GPtrArray *preparations)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  g_autoptr(JsonNode) root = NULL;

  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "version");
  json_builder_add_int_value(builder, PREPARATION_VERSION);
  json_builder_set_member_name(builder, "columns");
  json_builder_begin_array(builder);
  for (guint i = 0; i < preparations->len; i++)
    nw_preparation_to_json(preparations->pdata[i], builder);
  json_builder_end_array(builder);
  json_builder_end_object(builder);
  root = json_builder_get_root(builder);
  return json_to_string(root, FALSE);
}

GPtrArray *
nw_preparations_from_text(const char *text, GError **error)
{
  const char *where = _("preparation");
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(JsonNode) root = nw_json_parse(text, strlen(text), where, (gsize)4 << 20, error);
  JsonObject *object = root != NULL ? nw_json_as_object(root, where, error) : NULL;
  JsonArray *columns = NULL;
  gint64 version = 0;

  if (object == NULL || !nw_json_get_integer(object, "version", where, &version, error) ||
      !nw_json_get_array(object, "columns", where, &columns, error))
    return NULL;
  if (version != PREPARATION_VERSION) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("the weights come from another version of this program"));
    return NULL;
  }
  list = g_ptr_array_new_with_free_func((GDestroyNotify)nw_preparation_free);
  for (guint i = 0; columns != NULL && i < json_array_get_length(columns); i++) {
    NwPreparation *preparation =
        nw_preparation_from_json(json_array_get_element(columns, i), error);
    if (preparation == NULL)
      return NULL;
    g_ptr_array_add(list, preparation);
  }
  return g_steal_pointer(&list);
}
