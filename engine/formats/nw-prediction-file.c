/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-prediction-file.h"

#include "nw-error.h"
#include "nw-file.h"
#include "nw-npz.h"
#include "nw-plan.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* One output as the columns of a file. */
typedef struct {
  const char *name;
  NwHead head;
  gsize steps, cols;     /* values per sample: [steps, cols] */
  const float *values;   /* [rows, steps, cols] */
  const guint8 *mask;    /* (nullable): [rows, steps] */
  const NwField *target; /* NULL: not there, or not wanted */
  /* of several networks: [rows, steps, questions], or [rows, steps, cols] of values; else NULL */
  gsize n_questions;
  const double *entropy, *information, *spread;
  char **classes; /* [cols] NULL-ended; for a single sigmoid the classes of 0 and 1, or NULL */
} Column;

static void
column_clear_cb(gpointer data)
{
  g_strfreev(((Column *)data)->classes);
}

/* The names that the data know, else numbers from 0. */
static char **
dup_classes(NwDataset *dataset, const char *name, gsize n)
{
  const char *const *labels = nw_dataset_get_labels(dataset, name);
  GStrvBuilder *builder;
  char **classes;

  if (labels && g_strv_length((char **)labels) == n)
    return g_strdupv((char **)labels);
  builder = g_strv_builder_new();
  for (gsize i = 0; i < n; i++) {
    g_autofree char *number = g_strdup_printf("%" G_GSIZE_FORMAT, i);

    g_strv_builder_add(builder, number);
  }
  classes = g_strv_builder_end(builder);
  g_strv_builder_unref(builder);
  return classes;
}

static Column
column_of(const NwPlanOutput *output, const NwPredictions *predictions, guint i, NwDataset *dataset,
          gboolean targets)
{
  const NwField *field = nw_dataset_get_field(dataset, output->name);

  return (Column){
      .name = output->name,
      .head = output->head,
      .steps = output->rows_per_sample,
      .cols = output->cols,
      .values = predictions->values[i],
      .mask = predictions->masks[i],
      .target = targets && output->loss->target != NW_TARGET_LABELS ? field : NULL,
      .classes = dup_classes(dataset, output->name, output->cols),
      .n_questions = predictions->n_questions ? predictions->n_questions[i] : 0,
      .entropy = predictions->n_questions ? predictions->entropy[i] : NULL,
      .information = predictions->n_questions ? predictions->information[i] : NULL,
      .spread = predictions->n_questions ? predictions->spread[i] : NULL,
  };
}

/* (transfer full); names point into @plan */
static GArray *
make_columns(const NwPlan *plan, const NwPredictions *predictions, NwDataset *dataset,
             gboolean targets)
{
  GArray *columns = g_array_new(FALSE, TRUE, sizeof(Column));

  g_array_set_clear_func(columns, column_clear_cb);
  for (guint i = 0; i < predictions->n_outputs; i++) {
    Column column = column_of(nw_plan_get_output(plan, i), predictions, i, dataset, targets);

    g_array_append_val(columns, column);
  }
  return columns;
}

static NwPlan *
make_plan(NwProject *project, GError **error)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));

  return nw_inference_check(inference, error) ? nw_plan_new(inference, 1, FALSE, error) : NULL;
}

/* ── CSV ─────────────────────────────────────────────────────────────────────────────────────── */

/* A cell for the number, empty when it is none (numerics: non-finite numbers are empty in CSV). */
static void
append_number(GString *line, float value)
{
  g_autofree char *text = nw_single_to_text(value);

  nw_text_append_cell(line, g_ascii_isalpha(text[strspn(text, "-")]) ? "" : text);
}

/* PREFIX_NAME_STEP_CLASS without the parts that there is only one of. */
static void
append_name(GString *line, const char *prefix, const Column *column, gsize step, const char *class)
{
  g_autoptr(GString) name = g_string_new(prefix);

  g_string_append(name, column->name);
  if (column->steps > 1)
    g_string_append_printf(name, "_%" G_GSIZE_FORMAT, step);
  if (class)
    g_string_append_printf(name, "_%s", class);
  nw_text_append_cell(line, name->str);
}

static const char *
value_class(const Column *column, gsize k)
{
  /* One value needs no number behind its name. */
  return column->cols == 1 && column->head == NW_HEAD_VALUES ? NULL : column->classes[k];
}

static void
append_header(GString *line, const Column *column)
{
  gboolean values = column->head == NW_HEAD_VALUES;

  for (gsize step = 0; step < column->steps; step++)
    for (gsize k = 0; k < column->cols; k++)
      append_name(line, values ? "" : "p_", column, step, value_class(column, k));
  for (gsize step = 0; step < column->steps && !values; step++)
    append_name(line, "class_", column, step, NULL);
  for (gsize step = 0; step < column->steps && column->target; step++)
    for (gsize k = 0; k < column->cols; k++)
      append_name(line, "y_", column, step, value_class(column, k));
}

static gboolean
counts(const Column *column, gsize i, gsize step)
{
  return column->mask == NULL || column->mask[i * column->steps + step];
}

/* How sure several networks are together: one table, of the header and the rows. */
typedef struct {
  const char *prefix;
  const double *numbers; /* (nullable) */
  gsize n;               /* of a step */
} Doubt;

static void
list_doubts(const Column *column, Doubt doubts[3])
{
  doubts[0] = (Doubt){"entropy_", column->entropy, column->n_questions};
  doubts[1] = (Doubt){"information_", column->information, column->n_questions};
  doubts[2] = (Doubt){"spread_", column->spread, column->cols};
}

static void
append_doubt_header(GString *line, const Column *column)
{
  Doubt doubts[3];

  list_doubts(column, doubts);
  for (guint d = 0; d < G_N_ELEMENTS(doubts); d++)
    for (gsize j = 0; doubts[d].numbers != NULL && j < column->steps * doubts[d].n; j++)
      append_name(line, doubts[d].prefix, column, j / doubts[d].n,
                  doubts[d].n > 1 ? column->classes[j % doubts[d].n] : NULL);
}

static void
append_doubts(GString *line, const Column *column, gsize i)
{
  Doubt doubts[3];

  list_doubts(column, doubts);
  for (guint d = 0; d < G_N_ELEMENTS(doubts); d++) {
    gsize n = column->steps * doubts[d].n;
    for (gsize j = 0; doubts[d].numbers != NULL && j < n; j++)
      append_number(line,
                    counts(column, i, j / doubts[d].n) ? (float)doubts[d].numbers[i * n + j] : NAN);
  }
}

static gsize
most_probable(const float *p, gsize n)
{
  gsize best = 0;

  for (gsize k = 1; k < n; k++)
    if (p[k] > p[best])
      best = k;
  return best;
}

/* What the probabilities p[cols] answer. */
static void
append_class(GString *line, const Column *column, const float *p)
{
  g_autoptr(GString) labels = g_string_new(NULL);

  if (column->head == NW_HEAD_SOFTMAX) {
    nw_text_append_cell(line, column->classes[most_probable(p, column->cols)]);
    return;
  }
  if (column->cols == 1) {
    nw_text_append_cell(line, p[0] > 0.5f ? "1" : "0");
    return;
  }
  for (gsize k = 0; k < column->cols; k++)
    if (p[k] > 0.5f)
      g_string_append_printf(labels, "%s%s", labels->len ? ";" : "", column->classes[k]);
  nw_text_append_cell(line, labels->str);
}

static void
append_target(GString *line, const Column *column, gsize i, gsize row)
{
  gsize n = column->steps * column->cols;

  for (gsize j = 0; j < n; j++) {
    gint32 class;
    if (!counts(column, i, j / column->cols)) {
      nw_text_append_cell(line, "");
      continue;
    }
    if (column->target->type.dtype == NW_REAL) {
      append_number(line, column->target->real[row * n + j]);
      continue;
    }
    /* a class for each step becomes 0 and 1, and nothing where it is not known */
    class = column->target->int32[row * column->steps + j / column->cols];
    nw_text_append_cell(line, class == NW_UNKNOWN_CLASS             ? ""
                              : class == (gint32)(j % column->cols) ? "1"
                                                                    : "0");
  }
}

static void
append_row(GString *line, const Column *column, gsize i, gsize row)
{
  gsize n = column->steps * column->cols;
  const float *values = column->values + i * n;

  for (gsize j = 0; j < n; j++)
    append_number(line, counts(column, i, j / column->cols) ? values[j] : NAN);
  for (gsize step = 0; step < column->steps && column->head != NW_HEAD_VALUES; step++)
    if (counts(column, i, step))
      append_class(line, column, values + step * column->cols);
    else
      nw_text_append_cell(line, "");
  if (column->target)
    append_target(line, column, i, row);
}

gboolean
nw_predictions_write_csv(NwProject *project, const NwPredictions *predictions, NwDataset *dataset,
                         const guint32 *rows, gboolean targets, const char *path, GError **error)
{
  g_autoptr(NwPlan) plan = make_plan(project, error);
  g_autoptr(NwFileWriter) writer = plan ? nw_file_writer_new(path, error) : NULL;
  g_autoptr(GArray) columns = NULL;
  g_autoptr(GString) line = g_string_new(NULL);

  if (!writer)
    return FALSE;
  columns = make_columns(plan, predictions, dataset, targets);
  for (gsize i = 0; i <= predictions->rows; i++) { /* the header is line 0 */
    g_string_truncate(line, 0);
    for (guint c = 0; c < columns->len; c++) {
      const Column *column = &g_array_index(columns, Column, c);

      if (i == 0)
        append_header(line, column);
      else
        append_row(line, column, i - 1, rows[i - 1]);
      if (i == 0)
        append_doubt_header(line, column);
      else
        append_doubts(line, column, i - 1);
    }
    g_string_append_c(line, '\n');
    if (!nw_file_writer_write(writer, line->str, line->len, error))
      return FALSE;
  }
  return nw_file_writer_commit(writer, error);
}

/* ── NPZ ─────────────────────────────────────────────────────────────────────────────────────── */

/* A tensor of @rows rows; takes @name. */
static void
add_tensor(GArray *tensors, GPtrArray *owned, char *name, NwTensorDtype dtype, gsize rows,
           const NwShape *shape, const void *data)
{
  NwFileTensor tensor = {name, dtype, shape->rank + 1, {(gint64)rows}, data};

  for (int i = 0; i < shape->rank; i++)
    tensor.shape[i + 1] = shape->dim[i];
  g_ptr_array_add(owned, name);
  g_array_append_val(tensors, tensor);
}

/* The chosen rows of a field, together. (transfer full), of g_free */
static void *
gather(const NwField *field, const guint32 *rows, gsize n)
{
  gsize size = (gsize)nw_shape_elements(&field->type.shape) * 4;
  guint8 *out = g_malloc(MAX(n * size, 1));
  const guint8 *in =
      field->type.dtype == NW_REAL ? (const guint8 *)field->real : (const guint8 *)field->int32;

  for (gsize i = 0; i < n; i++)
    memcpy(out + i * size, in + (gsize)rows[i] * size, size);
  return out;
}

static void
add_doubts(GArray *tensors, GPtrArray *owned, const NwPredictions *predictions, guint i,
           const NwPlanOutput *output, gboolean single)
{
  const char *name = predictions->outputs[i];
  NwShape questions =
      NW_SHAPE((gint64)output->rows_per_sample, (gint64)predictions->n_questions[i]);

  if (predictions->spread[i]) {
    add_tensor(tensors, owned, g_strconcat(name, ".spread", NULL), NW_TENSOR_F64, predictions->rows,
               &predictions->shapes[i], predictions->spread[i]);
    return;
  }
  if (output->rows_per_sample == 1)
    questions = NW_SHAPE((gint64)predictions->n_questions[i]);
  add_tensor(tensors, owned, single ? g_strdup("entropy") : g_strconcat(name, ".entropy", NULL),
             NW_TENSOR_F64, predictions->rows, &questions, predictions->entropy[i]);
  add_tensor(tensors, owned,
             single ? g_strdup("information") : g_strconcat(name, ".information", NULL),
             NW_TENSOR_F64, predictions->rows, &questions, predictions->information[i]);
}

gboolean
nw_predictions_write_npz(NwProject *project, const NwPredictions *predictions, NwDataset *dataset,
                         const guint32 *rows, gboolean targets, const char *path, GError **error)
{
  g_autoptr(NwPlan) plan = make_plan(project, error);
  g_autoptr(GArray) tensors = g_array_new(FALSE, FALSE, sizeof(NwFileTensor));
  g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
  gboolean single;

  if (!plan)
    return FALSE;
  single = predictions->n_outputs == 1 && nw_plan_get_output(plan, 0)->head != NW_HEAD_VALUES;
  for (guint i = 0; i < predictions->n_outputs; i++) {
    const char *name = predictions->outputs[i];
    const NwField *field = targets ? nw_dataset_get_field(dataset, name) : NULL;
    void *values;

    add_tensor(tensors, owned, g_strdup(single ? "probs" : name), NW_TENSOR_F32, predictions->rows,
               &predictions->shapes[i], predictions->values[i]);
    if (predictions->masks[i]) {
      NwShape steps = NW_SHAPE((gint64)nw_plan_get_output(plan, i)->rows_per_sample);

      add_tensor(tensors, owned, single ? g_strdup("mask") : g_strconcat(name, ".mask", NULL),
                 NW_TENSOR_U8, predictions->rows, &steps, predictions->masks[i]);
    }
    if (predictions->n_questions)
      add_doubts(tensors, owned, predictions, i, nw_plan_get_output(plan, i), single);
    if (!field)
      continue;
    values = gather(field, rows, predictions->rows);
    g_ptr_array_add(owned, values);
    add_tensor(tensors, owned, single ? g_strdup("labels") : g_strconcat(name, ".target", NULL),
               field->type.dtype == NW_REAL ? NW_TENSOR_F32 : NW_TENSOR_I32, predictions->rows,
               &field->type.shape, values);
  }
  return nw_npz_write(path, (const NwFileTensor *)tensors->data, tensors->len, error);
}
