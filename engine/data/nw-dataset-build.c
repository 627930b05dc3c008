/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* From settings and files to tensors: read, split, fit on training rows, encode, bind.
 *
 * The rows of a dataset are those of the bound sources (which lie side by side), then the
 * validation rows, then the test rows that come from files of their own. */
#include "nw-bound-rows.h"
#include "nw-dataset-private.h"
#include "nw-error.h"
#include "nw-prepare.h"
#include "nw-range.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  NwDataSettings *settings;
  const NwFieldRequest *requests;
  gsize n_requests;
  gboolean predicting;
  NwBoundSources *sources;
  NwBoundRows rows;
  GPtrArray *preparations; /* NwPreparation */
  GPtrArray *as_they_are;  /* NwPreparation of columns of weights, which new data need not have */
  GHashTable *by_column;   /* set of those: there may be thousands */
} Build;

G_GNUC_PRINTF(2, 3)
static gboolean
fail(GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start(arguments, format);
  what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, what);
  return FALSE;
}

static void
build_clear(Build *build)
{
  g_clear_pointer(&build->sources, nw_bound_sources_free);
  g_hash_table_unref(build->by_column);
  g_ptr_array_unref(build->preparations);
  g_ptr_array_unref(build->as_they_are);
  nw_bound_rows_clear(&build->rows);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Build, build_clear)

/* Reading */

/* Reads what feeds each request, and counts rows. Requests that go without data are left out. */
static gboolean
bind_all(Build *build, GError **error)
{
  for (gsize i = 0; i < build->n_requests; i++) {
    const NwFieldRequest *request = &build->requests[i];
    const NwBinding *binding = nw_data_settings_find_binding(build->settings, request->name);
    const NwBound *bound;

    if (binding == NULL && request->optional)
      continue;
    if (binding == NULL)
      return fail(error,
                  request->role == NW_FIELD_TARGET
                      ? _("“%s” has no target yet; choose its columns on the Data page")
                      : _("nothing feeds “%s” yet; choose its columns on the Data page"),
                  request->name);
    if (build->predicting && request->role != NW_FIELD_INPUT)
      continue;
    bound = nw_bound_sources_read(build->sources, binding, error);
    if (bound == NULL || !nw_bound_rows_add(&build->rows, bound, binding, error))
      return FALSE;
  }
  if (nw_bound_sources_get_n(build->sources) == 0)
    return fail(error, _("no data are bound to the network yet"));
  return TRUE;
}

/* Preparing */

static guint
preparation_hash(gconstpointer data)
{
  const NwPreparation *preparation = data;

  return g_str_hash(preparation->source) * 31 + g_str_hash(preparation->column);
}

/* A column that feeds several fields is prepared once, unless they do not agree on what of it is
 * known. */
static gboolean
preparation_equal(gconstpointer a, gconstpointer b)
{
  const NwPreparation *x = a, *y = b;

  return g_str_equal(x->column, y->column) && g_str_equal(x->source, y->source) &&
         nw_unknown_equal(&x->unknown, &y->unknown);
}

static void
take_preparation(Build *build, NwPreparation *preparation)
{
  g_ptr_array_add(build->preparations, preparation);
  g_hash_table_add(build->by_column, preparation);
}

/* To predict, what the network was trained with counts, whatever the project says by now. */
static const NwPreparation *
find_preparation(const Build *build, const char *source, const char *column,
                 const NwFieldRequest *request)
{
  const NwPreparation key = {
      .source = (char *)source, .column = (char *)column, .unknown = request->unknown};
  const NwPreparation *found = g_hash_table_lookup(build->by_column, &key);

  for (guint i = 0; found == NULL && build->predicting && i < build->preparations->len; i++) {
    const NwPreparation *other = g_ptr_array_index(build->preparations, i);
    if (g_str_equal(other->column, column) && g_str_equal(other->source, source))
      found = other;
  }
  return found;
}

/* What is decided about the column, else what was guessed. A column that feeds something cannot be
 * ignored; where that was only guessed, it is what its cells are. */
static gboolean
find_kind(const Build *build, const NwBound *bound, const NwTableColumn *info,
          const NwFieldRequest *request, NwColumnKind *kind, NwScaling *scaling, GError **error)
{
  const NwColumnSetting *setting =
      nw_data_settings_find_column(build->settings, bound->source->name, info->name);

  *scaling = setting != NULL ? setting->scaling : NW_SCALING_NONE;
  *kind = setting != NULL && setting->has_kind ? setting->kind : info->guess;
  if ((setting == NULL || !setting->has_kind) && nw_unknown_leaves_binary(&request->unknown, info))
    *kind = NW_COLUMN_BINARY;
  if (*kind != NW_COLUMN_IGNORE)
    return TRUE;
  if (setting != NULL && setting->has_kind)
    return fail(error, _("the column “%s” is ignored, yet it feeds “%s”"), info->name,
                request->name);
  *kind = info->is_text ? NW_COLUMN_CATEGORY : NW_COLUMN_NUMBER;
  return TRUE;
}

static const NwPreparation *
prepare_column(Build *build, const NwBound *bound, const char *name, const NwFieldRequest *request,
               GError **error)
{
  const NwPreparation *known = find_preparation(build, bound->source->name, name, request);
  const NwTable *table = bound->parts[NW_SOURCE_ROWS];
  gssize column = nw_table_find(table, name);
  NwColumnKind kind;
  NwScaling scaling;
  NwPreparation *fitted;

  if (known != NULL)
    return known;
  if (build->predicting) {
    fail(error, _("the weights were trained without the column “%s”"), name);
    return NULL;
  }
  if (!find_kind(build, bound, nw_table_get_column(table, (gsize)column), request, &kind, &scaling,
                 error))
    return NULL;
  fitted = nw_preparation_fit(bound->source->name, table, (gsize)column, kind, scaling,
                              build->rows.part, request, error);
  if (fitted != NULL)
    take_preparation(build, fitted);
  return fitted;
}

/* Weights, and labels in their order, are numbers as they stand in the file, whatever the column is
 * to others. */
static gboolean
is_as_it_is(const NwFieldRequest *request)
{
  return request->role == NW_FIELD_WEIGHT || request->n_steps > 0;
}

static const NwPreparation *
prepare_as_it_is(Build *build, const NwBound *bound, const char *name, GError **error)
{
  const NwTable *table = bound->parts[NW_SOURCE_ROWS];
  NwPreparation *fitted =
      nw_preparation_fit(bound->source->name, table, (gsize)nw_table_find(table, name),
                         NW_COLUMN_NUMBER, NW_SCALING_NONE, build->rows.part, NULL, error);

  if (fitted != NULL)
    g_ptr_array_add(build->as_they_are, fitted);
  return fitted;
}

/* Binding */

/* How the columns of one field are encoded, and how many elements they give. */
typedef struct {
  const NwPreparation **columns; /* [n] */
  NwEncodeAs *as;                /* [n] */
  gsize n;
  gsize width;
  gboolean last_step; /* of each column */
  NwFit fit;
  double fill;
  gsize steps; /* that the field has; 0: it has none */
} Layout;

static void
layout_clear(Layout *layout)
{
  g_free(layout->columns);
  g_free(layout->as);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Layout, layout_clear)

static NwEncodeAs
encoding_of(const NwFieldRequest *request, const NwPreparation *column, gboolean is_only)
{
  return nw_choose_encoding(request, column->kind, column->n_values, &column->shape, is_only);
}

/* Are not all steps taken as they come? */
static gboolean
picks_steps(const Layout *layout)
{
  return layout->last_step || (layout->fit != NW_FIT_NONE && layout->steps > 0);
}

/* Elements that a column gives to the field: all steps of a row, one, or as many as are wanted. */
static gsize
get_width(const Layout *layout, gsize column)
{
  const NwPreparation *preparation = layout->columns[column];
  gsize width = nw_preparation_get_width(preparation, layout->as[column]);
  gsize steps = preparation->shape.rank > 0 ? (gsize)preparation->shape.dim[0] : 0;

  if (!picks_steps(layout) || steps == 0)
    return width;
  return width / steps * (layout->last_step ? 1 : layout->steps);
}

/* The shape that the columns have, for the sentence. (transfer full) */
static char *
describe_layout(const Layout *layout)
{
  NwShape shape = {1, {(gint64)layout->width}};

  if (layout->n == 1 && layout->as[0] != NW_ENCODE_ONE_HOT && !layout->last_step)
    shape = layout->columns[0]->shape;
  return nw_shape_to_text(&shape);
}

static gboolean
check_width(const NwFieldRequest *request, const Layout *layout, GError **error)
{
  g_autofree char *wanted = nw_shape_to_text(&request->type.shape);
  g_autofree char *given = describe_layout(layout);
  const NwPreparation *first = layout->columns[0];

  if ((gint64)layout->width == nw_shape_elements(&request->type.shape))
    return TRUE;
  if (request->role == NW_FIELD_WEIGHT)
    return fail(error,
                _("“%s” takes %s but its columns give %s; choose other columns, or change Sample "
                  "weights of the output"),
                request->name, wanted, given);
  if (request->role != NW_FIELD_TARGET)
    return fail(
        error, _("“%s” takes %s but its columns give %s; choose other columns or change its shape"),
        request->name, wanted, given);
  if (layout->n == 1 && first->kind == NW_COLUMN_NUMBER && layout->width == 1)
    return fail(error,
                _("“%s” gives %s but its target “%s” is one number; if it names classes, make the "
                  "column a category"),
                request->name, wanted, first->column);
  return fail(error, _("“%s” gives %s but its target has %s; change the units or the target"),
              request->name, wanted, given);
}

/* A name for each entry of the last axis (or each class of an index), where there are names. */
static char **
make_labels(const NwFieldRequest *request, const Layout *layout)
{
  GPtrArray *labels = g_ptr_array_new_with_free_func(g_free);

  for (gsize i = 0; i < layout->n; i++) {
    const NwPreparation *column = layout->columns[i];
    gboolean by_class = layout->as[i] == NW_ENCODE_ONE_HOT ||
                        (layout->as[i] == NW_ENCODE_INDEX && column->n_values > 0);
    gboolean prefixed = layout->n > 1 && by_class;
    if (!by_class && nw_shape_elements(&column->shape) != 1) {
      g_ptr_array_unref(labels);
      return NULL;
    }
    if (by_class && column->n_values == 0) { /* plain 0/1 */
      g_ptr_array_add(labels, g_strdup("0"));
      g_ptr_array_add(labels, g_strdup("1"));
    }
    for (gsize v = 0; by_class && v < column->n_values; v++)
      g_ptr_array_add(labels, prefixed
                                  ? g_strdup_printf("%s = %s", column->column, column->texts[v])
                                  : g_strdup(column->texts[v]));
    if (!by_class) /* of two categories, the number is that of the second */
      g_ptr_array_add(labels, g_strdup(column->kind == NW_COLUMN_CATEGORY && column->n_values == 2
                                           ? column->texts[1]
                                           : column->column));
  }
  g_ptr_array_add(labels, NULL);
  return (char **)g_ptr_array_free(labels, FALSE);
}

static gboolean
lay_out(Build *build, const NwBound *bound, const NwBinding *binding, const NwFieldRequest *request,
        Layout *layout, GError **error)
{
  layout->n = g_strv_length(binding->columns);
  layout->columns = g_new0(const NwPreparation *, layout->n);
  layout->as = g_new0(NwEncodeAs, layout->n);
  layout->last_step = binding->last_step;
  layout->fit = binding->fit;
  layout->fill = binding->fill;
  layout->steps = request->type.shape.rank > 0 ? (gsize)request->type.shape.dim[0] : 0;
  for (gsize i = 0; i < layout->n; i++) {
    layout->columns[i] = is_as_it_is(request)
                             ? prepare_as_it_is(build, bound, binding->columns[i], error)
                             : prepare_column(build, bound, binding->columns[i], request, error);
    if (layout->columns[i] == NULL)
      return FALSE;
    layout->as[i] = encoding_of(request, layout->columns[i], layout->n == 1);
    layout->width += get_width(layout, i);
  }
  return check_width(request, layout, error);
}

/* The column of @table as @own, which begins as what was fitted: rows may be of another length. */
static gboolean
allow_length(const NwTableColumn *info, NwPreparation *own, GError **error)
{
  NwShape shape = info->shape;

  if (shape.rank == 0 || shape.rank != own->shape.rank || shape.dim[0] == own->shape.dim[0])
    return TRUE;
  if (own->n_scales > 0 && shape.rank == 1)
    return fail(error,
                _("each step of “%s” was scaled by itself, so all its rows must be of one length; "
                  "scale it in another way"),
                own->column);
  shape.dim[0] = own->shape.dim[0];
  if (nw_shape_equal(&shape, &own->shape))
    own->shape.dim[0] = info->shape.dim[0];
  return TRUE;
}

/* @wanted steps of @each numbers out of @have: the first or the last ones; where there are too few,
 * the rest is filled up. */
static void
copy_steps(const Layout *layout, NwEncodeAs as, const float *row, gsize have, gsize wanted,
           gsize each, float *out)
{
  gsize n = MIN(have, wanted);
  gboolean at_end = layout->last_step || layout->fit == NW_FIT_START;
  float *rest = out + (at_end ? 0 : n * each);

  memcpy(out + (at_end ? (wanted - n) * each : 0), row + (at_end ? (have - n) * each : 0),
         n * each * sizeof *out);
  for (gsize i = 0; i < (wanted - n) * each; i++)
    if (as == NW_ENCODE_INDEX)
      ((gint32 *)rest)[i] = (gint32)CLAMP(layout->fill, G_MININT32, G_MAXINT32);
    else
      rest[i] = as == NW_ENCODE_ONE_HOT ? 0 : (float)layout->fill;
}

/* The column's steps that are wanted: encoded whole, then a part of each row is copied. */
static gboolean
fill_some_steps(const Layout *layout, gsize column, const NwTable *table, gsize at,
                const guint8 *part, float *out, GError **error)
{
  NwPreparation own = *layout->columns[column]; /* borrows */
  NwEncodeAs as = layout->as[column];
  const NwTableColumn *info = nw_table_get_column(table, at);
  gsize width = get_width(layout, column), whole, have, each;
  g_autofree float *numbers = NULL;

  if (layout->fit != NW_FIT_NONE && !allow_length(info, &own, error))
    return FALSE;
  whole = nw_preparation_get_width(&own, as);
  have = own.shape.rank > 0 ? MAX((gsize)own.shape.dim[0], 1) : 1;
  each = whole / have;
  numbers = g_try_new0(float, info->rows *whole + 1);
  if (numbers == NULL)
    return fail(error, _("“%s” is too large for this computer's memory"), own.column);
  if (!nw_preparation_encode(&own, table, at, part, as, numbers, whole, error))
    return FALSE;
  for (gsize row = 0; row < info->rows && each > 0; row++)
    copy_steps(layout, as, numbers + row * whole, have, width / each, each,
               out + row * layout->width);
  return TRUE;
}

static gboolean
fill_field(Build *build, const NwBound *bound, const NwBinding *binding,
           const NwFieldRequest *request, const Layout *layout, float *data, GError **error)
{
  gsize first = 0;

  for (int use = 0; use < NW_N_SOURCE_USES; first += build->rows.n[use++]) {
    const NwTable *table = bound->parts[use];
    const guint8 *part = build->predicting ? NULL : build->rows.part + first;
    gsize offset = first * layout->width;

    for (gsize i = 0; table != NULL && i < layout->n; i++) {
      gssize column = nw_bound_find_column(bound, (NwSourceUse)use, binding->columns[i]);
      if (picks_steps(layout)
              ? !fill_some_steps(layout, i, table, (gsize)column, part, data + offset, error)
              : !nw_preparation_encode(layout->columns[i], table, (gsize)column, part,
                                       layout->as[i], data + offset, layout->width, error))
        return FALSE;
      if (!nw_range_check(request, table, (gsize)column, layout->as[i], data + offset,
                          get_width(layout, i), layout->width, error))
        return FALSE;
      offset += get_width(layout, i);
    }
    if (table != NULL && request->n_steps > 0 &&
        !nw_range_check_labels(
            request, table,
            (gsize)nw_bound_find_column(bound, (NwSourceUse)use, binding->columns[0]),
            (const gint32 *)data + first * layout->width, layout->width, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
build_field(Build *build, NwDataset *dataset, const NwFieldRequest *request, GError **error)
{
  const NwBinding *binding = nw_data_settings_find_binding(build->settings, request->name);
  g_auto(Layout) layout = {0};
  const NwBound *bound;
  NwField *field;
  gpointer data;

  if (binding == NULL)
    return TRUE;
  bound = nw_bound_sources_read(build->sources, binding, error);
  if (bound == NULL || !nw_bound_rows_add(&build->rows, bound, binding, error) ||
      !lay_out(build, bound, binding, request, &layout, error))
    return FALSE;
  field = nw_dataset_add_field(dataset, request->name, request->role, &request->type, &data, error);
  if (field == NULL)
    return FALSE;
  if (!is_as_it_is(request))
    field->labels = make_labels(request, &layout);
  if (fill_field(build, bound, binding, request, &layout, data, error))
    return TRUE;
  nw_dataset_drop_last_field(dataset);
  return FALSE;
}

/* The classes of a target that is not there are known from the training. */
static void
name_classes(Build *build, NwDataset *dataset, const NwFieldRequest *request)
{
  const NwBinding *binding = nw_data_settings_find_binding(build->settings, request->name);
  g_auto(Layout) layout = {0};
  char **labels;

  if (binding == NULL || nw_dataset_get_field(dataset, request->name) != NULL)
    return;
  layout.n = g_strv_length(binding->columns);
  layout.columns = g_new0(const NwPreparation *, layout.n);
  layout.as = g_new0(NwEncodeAs, layout.n);
  for (gsize i = 0; i < layout.n; i++) {
    layout.columns[i] = find_preparation(build, binding->source, binding->columns[i], request);
    if (layout.columns[i] == NULL)
      return;
    layout.as[i] = encoding_of(request, layout.columns[i], layout.n == 1);
  }
  labels = make_labels(request, &layout);
  if (labels != NULL)
    nw_dataset_take_labels(dataset, request->name, labels);
}

/* Rows to predict for may have targets, whole or in part, or none: they are taken when they are
 * whole and in a file that is read anyway. */
static void
build_target_if_there(Build *build, NwDataset *dataset, const NwFieldRequest *request)
{
  const NwBinding *binding = nw_data_settings_find_binding(build->settings, request->name);

  if (binding != NULL && nw_bound_sources_find(build->sources, binding->source) != NULL)
    build_field(build, dataset, request, NULL);
}

static gboolean
preparation_from_text(Build *build, const char *text, GError **error)
{
  g_autoptr(GPtrArray) read = nw_preparations_from_text(text, error);

  if (read == NULL)
    return FALSE;
  while (read->len > 0)
    take_preparation(build, g_ptr_array_steal_index(read, 0));
  return TRUE;
}

/* All of it */

static NwDataset *
run(Build *build, GError **error)
{
  const NwSplitSettings *split = nw_data_settings_get_split(build->settings);
  g_autoptr(NwDataset) dataset = NULL;

  if (!bind_all(build, error) ||
      !nw_bound_rows_deal(&build->rows, build->sources, build->predicting ? NULL : split, error))
    return NULL;
  dataset = nw_dataset_new_empty(build->rows.total);
  for (gsize i = 0; i < build->n_requests; i++)
    if (build->predicting && build->requests[i].role == NW_FIELD_WEIGHT)
      continue; /* nothing is weighed where nothing is learnt or judged */
    else if (build->predicting && build->requests[i].role == NW_FIELD_TARGET) {
      build_target_if_there(build, dataset, &build->requests[i]);
      name_classes(build, dataset, &build->requests[i]);
    } else if (!build_field(build, dataset, &build->requests[i], error)) {
      return NULL;
    }
  nw_dataset_set_parts(dataset, build->rows.part);
  nw_dataset_take_preparation(dataset, nw_preparations_to_text(build->preparations),
                              g_strdup(nw_bound_sources_get_hash(build->sources)));
  return g_steal_pointer(&dataset);
}

static gboolean
build_init(Build *build, NwDataSettings *settings, const char *base_dir,
           const char *const *overrides, const NwFieldRequest *requests, gsize n_requests,
           gboolean predicting, GError **error)
{
  *build = (Build){.settings = settings,
                   .requests = requests,
                   .n_requests = n_requests,
                   .predicting = predicting};
  build->preparations = g_ptr_array_new_with_free_func((GDestroyNotify)nw_preparation_free);
  build->as_they_are = g_ptr_array_new_with_free_func((GDestroyNotify)nw_preparation_free);
  build->by_column = g_hash_table_new(preparation_hash, preparation_equal);
  build->sources = nw_bound_sources_new(settings, base_dir, overrides, predicting, error);
  return build->sources != NULL;
}

NwDataset *
nw_dataset_build(NwDataSettings *settings, const char *base_dir, const char *const *overrides,
                 const NwFieldRequest *requests, gsize n_requests, GError **error)
{
  g_auto(Build) build = {0};

  if (!build_init(&build, settings, base_dir, overrides, requests, n_requests, FALSE, error))
    return NULL;
  return run(&build, error);
}

NwDataset *
nw_dataset_build_for_prediction(NwDataSettings *settings, const char *base_dir,
                                const char *const *overrides, const char *preparation,
                                const NwFieldRequest *requests, gsize n_requests, GError **error)
{
  g_auto(Build) build = {0};

  if (!build_init(&build, settings, base_dir, overrides, requests, n_requests, TRUE, error) ||
      !preparation_from_text(&build, preparation, error))
    return NULL;
  return run(&build, error);
}
