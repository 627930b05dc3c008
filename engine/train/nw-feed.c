/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-feed.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-error.h"

typedef struct {
  const NwField *field;
  gsize elements; /* per row */
  gpointer to;    /* the runner's batch */
} Binding;

struct _NwFeed {
  NwDataset *dataset;
  GArray *bindings; /* Binding */
  guint n_inputs, n_outputs;
  int *targets; /* [n_outputs] index of the binding, or −1 */
};

static gboolean
bind(NwFeed *self, const char *name, const NwType *type, gpointer to, GError **error)
{
  const NwField *field = nw_dataset_get_field(self->dataset, name);
  g_autofree char *wanted = nw_shape_to_text(&type->shape);

  if (field == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("“%s” has no data: bind it to columns on the Data page."), name);
    return FALSE;
  }
  if (!nw_shape_equal(&field->type.shape, &type->shape) || field->type.dtype != type->dtype) {
    g_autofree char *given = nw_shape_to_text(&field->type.shape);
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("“%s” takes %s %s, but its data has %s %s; bind other columns or change the "
                  "network."),
                name, wanted, type->dtype == NW_INT32 ? _("integers") : _("numbers"), given,
                field->type.dtype == NW_INT32 ? _("integers") : _("numbers"));
    return FALSE;
  }
  Binding binding = {field, (gsize)nw_shape_elements(&type->shape), to};
  g_array_append_val(self->bindings, binding);
  return TRUE;
}

NwFeed *
nw_feed_new(NwExec *exec, NwDataset *dataset, gboolean targets, GError **error)
{
  g_autoptr(NwFeed) self = g_new0(NwFeed, 1);
  const NwPlan *plan = nw_exec_get_plan(exec);

  self->dataset = nw_dataset_ref(dataset);
  self->bindings = g_array_new(FALSE, FALSE, sizeof(Binding));
  self->n_inputs = nw_plan_get_n_inputs(plan);
  self->n_outputs = nw_plan_get_n_outputs(plan);
  self->targets = g_new(int, self->n_outputs + 1);
  for (guint i = 0; i < self->n_inputs; i++) {
    const NwPlanInput *input = nw_plan_get_input(plan, i);
    if (input->is_target && !targets)
      continue;
    if (!bind(self, input->name, &input->type, nw_exec_get_input(exec, i), error))
      return NULL;
  }
  for (guint i = 0; i < self->n_outputs; i++) {
    const NwPlanOutput *output = nw_plan_get_output(plan, i);
    self->targets[i] = output->has_target && targets ? (int)self->bindings->len : -1;
    if (!targets)
      continue;
    if (output->has_target &&
        !bind(self, output->name, &output->target, nw_exec_get_target(exec, i), error))
      return NULL;
    if (output->weight_field != NULL && !bind(self, output->weight_field, &output->sample_weight,
                                              nw_exec_get_sample_weight(exec, i), error))
      return NULL;
  }
  return g_steal_pointer(&self);
}

void
nw_feed_free(NwFeed *self)
{
  if (self == NULL)
    return;
  nw_dataset_unref(self->dataset);
  g_array_unref(self->bindings);
  g_free(self->targets);
  g_free(self);
}

static void
copy_rows(const Binding *binding, const guint32 *rows, gsize n)
{
  gsize elements = binding->elements;

  if (binding->field->type.dtype == NW_INT32) {
    for (gsize i = 0; i < n; i++)
      memcpy((gint32 *)binding->to + i * elements, binding->field->int32 + rows[i] * elements,
             elements * sizeof(gint32));
    return;
  }
  for (gsize i = 0; i < n; i++) {
    const float *from = binding->field->real + rows[i] * elements;
    NwReal *to = (NwReal *)binding->to + i * elements;
    for (gsize k = 0; k < elements; k++)
      to[k] = (NwReal)from[k];
  }
}

void
nw_feed_rows(NwFeed *self, const guint32 *rows, gsize n)
{
  for (guint i = 0; i < self->bindings->len; i++)
    copy_rows(&g_array_index(self->bindings, Binding, i), rows, n);
}

const NwField *
nw_feed_get_target(const NwFeed *self, guint output)
{
  int index = self->targets[output];
  return index < 0 ? NULL : g_array_index(self->bindings, Binding, index).field;
}

char **
nw_feed_get_labels(const NwFeed *self, guint output, gsize cols)
{
  const NwField *field = nw_feed_get_target(self, output);

  if (field == NULL || field->labels == NULL || g_strv_length(field->labels) != cols)
    return NULL;
  return field->labels;
}
