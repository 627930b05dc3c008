/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-weights.h"

#include <glib/gi18n-lib.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "nw-blas.h"
#include "nw-cpu.h"
#include "nw-error.h"
#include "nw-initializer.h"
#include "nw-memory.h"
#include "nw-safetensors.h"

struct _NwWeights {
  atomic_int refs;
  GArray *items;                    /* NwWeight */
  const NwOptimizerKind *optimizer; /* of the slots; NULL: none */
  NwOptimizerCommon common;         /* its settings */
  gboolean watched;
};

static NwReal *
new_reals(gsize n)
{
  return nw_memory_new(n * sizeof(NwReal));
}

static void
weight_clear_cb(gpointer data)
{
  NwWeight *weight = data;
  g_free(weight->name);
  free(weight->value);
  free(weight->gradient);
  for (gsize s = 0; s < NW_MAX_SLOTS; s++)
    free(weight->slots[s]);
  free(weight->average);
  free(weight->accumulated);
  g_free(weight->squares);
  g_free(weight->sizes);
  g_free(weight->moves);
}

static NwWeights *
weights_alloc(void)
{
  NwWeights *self = g_new0(NwWeights, 1);
  atomic_init(&self->refs, 1);
  self->items = g_array_new(FALSE, FALSE, sizeof(NwWeight));
  g_array_set_clear_func(self->items, weight_clear_cb);
  return self;
}

static gboolean
allocation_failed(const NwWeight *weight, GError **error)
{
  g_autofree char *size = g_format_size(weight->n * sizeof(NwReal));
  g_set_error(error, NW_ERROR, NW_ERROR_LIMIT,
              _("There is no memory for the weights of “%s” (%s); make the layer smaller."),
              weight->name, size);
  return FALSE;
}

/* Without this, a system that promises more memory than it has would end the program later. */
static gboolean
fits_memory(gsize numbers, GError **error)
{
  gsize memory = nw_cpu_get_memory();
  g_autofree char *needed = NULL, *available = NULL;

  if (numbers < memory / 10 * 8 / sizeof(NwReal))
    return TRUE;
  needed = g_format_size(numbers * sizeof(NwReal));
  available = g_format_size(memory);
  g_set_error(error, NW_ERROR, NW_ERROR_LIMIT,
              _("The weights need %s of memory and this computer has %s; make the largest layers "
                "smaller."),
              needed, available);
  return FALSE;
}

static gboolean
add_layer(NwWeights *self, const NwLayer *layer, const NwInfer *infer, guint64 seed, GError **error)
{
  gboolean trainable = nw_params_find_spec(layer->params, "trainable") == NULL ||
                       nw_params_get_bool(layer->params, "trainable");

  double rate = nw_params_find_spec(layer->params, "learning_rate_multiplier") == NULL
                    ? 1
                    : nw_params_get_real(layer->params, "learning_rate_multiplier");

  for (gsize w = 0; w < infer->n_weights; w++) {
    const NwWeightSpec *spec = &infer->weights[w];
    NwRng rng = nw_rng(seed, NW_RNG_INITIALIZE, layer->uid, (guint32)w, 0);
    NwWeight weight = {
        .layer = layer->uid,
        .name = g_strdup_printf("%s/%s", layer->name, spec->name),
        .shape = spec->shape,
        .n = (gsize)nw_shape_elements(&spec->shape),
        .trainable = trainable && !spec->state,
        .state = spec->state,
        .rate = rate,
    };
    if (!nw_initializer_check_shape(spec->initializer, &spec->shape, error) ||
        !nw_constraint_init(&weight.constraint, spec->constraint, &spec->shape, error)) {
      g_prefix_error(error, "%s “%s”: ", _(layer->kind->title), layer->name);
      g_free(weight.name);
      return FALSE;
    }
    weight.value = new_reals(weight.n);
    g_array_append_val(self->items, weight);
    if (weight.value == NULL)
      return allocation_failed(&weight, error);
    nw_initializer_fill(spec->initializer, &rng, &spec->shape, weight.value);
    for (gint64 i = spec->first_one; i < spec->first_one + spec->n_ones; i++)
      weight.value[i] = 1;
  }
  return TRUE;
}

NwWeights *
nw_weights_new(const NwInference *inference, guint64 seed, GError **error)
{
  NwGraph *graph = nw_inference_get_flat_graph(inference);
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  g_autoptr(NwWeights) self = weights_alloc();

  if (!fits_memory((gsize)nw_inference_get_n_parameters(inference), error))
    return NULL;
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    const NwNodeInfo *info = nw_inference_get_node(inference, node->uid);
    if (!info->known || !g_hash_table_add(seen, GUINT_TO_POINTER(node->layer->uid)))
      continue;
    if (!add_layer(self, node->layer, &info->infer, seed, error))
      return NULL;
  }
  return g_steal_pointer(&self);
}

NwWeights *
nw_weights_ref(NwWeights *self)
{
  atomic_fetch_add(&self->refs, 1);
  return self;
}

void
nw_weights_unref(NwWeights *self)
{
  if (self == NULL || atomic_fetch_sub(&self->refs, 1) != 1)
    return;
  g_array_unref(self->items);
  g_free(self);
}

NwWeights *
nw_weights_copy(const NwWeights *from)
{
  NwWeights *self = weights_alloc();

  for (guint i = 0; i < from->items->len; i++) {
    const NwWeight *old = nw_weights_get(from, i);
    NwWeight weight = {
        .layer = old->layer,
        .name = g_strdup(old->name),
        .shape = old->shape,
        .n = old->n,
        .constraint = old->constraint,
        .trainable = old->trainable,
        .state = old->state,
        .rate = old->rate,
        .value = new_reals(old->n),
    };
    if (weight.value == NULL)
      g_error("no memory for a copy of the weights");
    memcpy(weight.value, old->value, old->n * sizeof *old->value);
    g_array_append_val(self->items, weight);
  }
  return self;
}

void
nw_weights_assign(NwWeights *self, const NwWeights *from)
{
  g_return_if_fail(self->items->len == from->items->len);
  for (guint i = 0; i < self->items->len; i++) {
    NwWeight *to = nw_weights_get(self, i);
    g_return_if_fail(to->n == nw_weights_get(from, i)->n);
    memcpy(to->value, nw_weights_get(from, i)->value, to->n * sizeof *to->value);
  }
}

void
nw_weights_assign_averages(NwWeights *self, const NwWeights *from)
{
  nw_weights_assign(self, from);
  for (guint i = 0; i < self->items->len; i++) {
    NwWeight *to = nw_weights_get(self, i);
    const NwReal *average = nw_weights_get(from, i)->average;
    if (average != NULL)
      memcpy(to->value, average, to->n * sizeof *average);
  }
}

/* Makes *@at an array of @n times @initial where it is wanted; FALSE: no memory. */
static gboolean
prepare_array(NwReal **at, gsize n, gboolean wanted, NwReal initial)
{
  if (!wanted) {
    g_clear_pointer(at, free);
    return TRUE;
  }
  if (*at == NULL)
    *at = new_reals(n);
  for (gsize k = 0; *at != NULL && k < n; k++)
    (*at)[k] = initial;
  return *at != NULL;
}

gboolean
nw_weight_may_have_product(const NwShape *shape)
{
  return shape->rank == 2 && nw_shape_elements(shape) >= 4 * (gint64)NW_WEIGHT_PART &&
         nw_shape_last(shape) >= 64;
}

/* One for each part of a gradient, or for each row of a block of a product. */
static gsize
most_squares(const NwWeight *weight)
{
  gsize parts = (weight->n + NW_WEIGHT_PART - 1) / NW_WEIGHT_PART, rows = 0;

  if (nw_weight_may_have_product(&weight->shape))
    rows = (gsize)weight->shape.dim[0] *
           (((gsize)weight->shape.dim[1] + NW_GEMM_BLOCK - 1) / NW_GEMM_BLOCK);
  return MAX(parts, rows);
}

static gboolean
prepare_weight(NwWeight *weight, const NwOptimizerKind *kind, const NwParams *params,
               const NwOptimizerCommon *common)
{
  const char *own = strrchr(weight->name, '/');
  g_autofree char *layer = g_strndup(weight->name, (gsize)(own - weight->name));

  weight->decays = common->weight_decay > 0 && nw_optimizer_decays(params, layer, own + 1);
  weight->gradient_scale = 1;
  weight->resting = FALSE;
  g_free(weight->squares);
  weight->squares = g_new0(double, most_squares(weight));
  weight->n_squares = 0;
  for (gsize s = 0; s < NW_MAX_SLOTS; s++) {
    gboolean wanted = nw_optimizer_has_slot(kind, params, s);
    NwReal initial =
        wanted && kind->slot_initial != NULL ? (NwReal)kind->slot_initial(params, s) : 0;
    if (!prepare_array(&weight->slots[s], weight->n, wanted, initial))
      return FALSE;
  }
  if (!prepare_array(&weight->gradient, weight->n, TRUE, 0) ||
      !prepare_array(&weight->accumulated, weight->n, common->accumulate > 1, 0) ||
      !prepare_array(&weight->average, weight->n, common->use_ema, 0))
    return FALSE;
  if (weight->average != NULL)
    memcpy(weight->average, weight->value, weight->n * sizeof *weight->value);
  return TRUE;
}

gboolean
nw_weights_prepare_training(NwWeights *self, const NwOptimizerKind *kind, const NwParams *params,
                            GError **error)
{
  const NwOptimizerCommon *common = &self->common;
  gsize numbers = 0, copies = 3; /* value, best value, gradient */

  self->optimizer = kind;
  self->common = nw_optimizer_common(params);
  for (gsize s = 0; s < NW_MAX_SLOTS; s++)
    copies += nw_optimizer_has_slot(kind, params, s);
  copies += (common->accumulate > 1) + common->use_ema + common->judge_average;
  for (guint i = 0; i < self->items->len; i++) {
    const NwWeight *weight = nw_weights_get(self, i);
    numbers += weight->n * (weight->trainable ? copies : 2);
  }
  if (!fits_memory(numbers, error))
    return FALSE;
  for (guint i = 0; i < self->items->len; i++) {
    NwWeight *weight = nw_weights_get(self, i);
    if (weight->trainable && !prepare_weight(weight, kind, params, common))
      return allocation_failed(weight, error);
  }
  return TRUE;
}

void
nw_weights_set_watched(NwWeights *self, gboolean watched)
{
  self->watched = watched;
  for (guint i = 0; watched && i < self->items->len; i++) {
    NwWeight *weight = nw_weights_get(self, i);
    if (weight->squares == NULL || weight->sizes != NULL)
      continue;
    weight->sizes = g_new0(double, most_squares(weight));
    weight->moves = g_new0(double, most_squares(weight));
  }
}

gboolean
nw_weights_is_watched(const NwWeights *self)
{
  return self->watched;
}

const NwOptimizerCommon *
nw_weights_get_common(const NwWeights *self)
{
  return &self->common;
}

guint
nw_weights_get_n(const NwWeights *self)
{
  return self->items->len;
}

NwWeight *
nw_weights_get(const NwWeights *self, guint i)
{
  return &g_array_index(self->items, NwWeight, i);
}

int
nw_weights_find_layer(const NwWeights *self, guint layer_uid, guint *n)
{
  int first = -1;
  *n = 0;
  for (guint i = 0; i < self->items->len; i++) {
    if (nw_weights_get(self, i)->layer != layer_uid)
      continue;
    if (first < 0)
      first = (int)i;
    (*n)++;
  }
  return first;
}

/* What a checkpoint holds of a weight beside what it is used with. */
typedef struct {
  const char *name;
  NwReal *values; /* NULL: not in use */
} Extra;

#define MAX_EXTRAS (NW_MAX_SLOTS + 2)

static gsize
list_extras(const NwWeights *self, const NwWeight *weight, Extra extras[MAX_EXTRAS])
{
  gsize n = 0;

  for (gsize s = 0; s < NW_MAX_SLOTS; s++)
    if (weight->slots[s] != NULL)
      extras[n++] = (Extra){self->optimizer->slots[s], weight->slots[s]};
  if (weight->accumulated != NULL)
    extras[n++] = (Extra){"gradient_accumulator", weight->accumulated};
  if (weight->average != NULL)
    extras[n++] = (Extra){"unaveraged", weight->value};
  return n;
}

static char *
extra_name(const NwWeight *weight, const Extra *extra)
{
  return g_strdup_printf("optimizer/%s/%s", weight->name, extra->name);
}

/* What the network is used with. */
static NwReal *
values_in_use(const NwWeight *weight)
{
  return weight->average != NULL ? weight->average : weight->value;
}

void
nw_weights_append_tensors(const NwWeights *self, gboolean slots, GArray *tensors, GPtrArray *names)
{
  NwTensorDtype dtype = sizeof(NwReal) == sizeof(float) ? NW_TENSOR_F32 : NW_TENSOR_F64;

  for (guint i = 0; i < self->items->len; i++) {
    const NwWeight *weight = nw_weights_get(self, i);
    Extra extras[MAX_EXTRAS];
    gsize n_extras = slots ? list_extras(self, weight, extras) : 0;
    NwFileTensor tensor = {.name = weight->name,
                           .dtype = dtype,
                           .rank = weight->shape.rank,
                           .data = values_in_use(weight)};
    for (int axis = 0; axis < tensor.rank; axis++)
      tensor.shape[axis] = weight->shape.dim[axis];
    g_array_append_val(tensors, tensor);
    for (gsize e = 0; e < n_extras; e++) {
      g_ptr_array_add(names, extra_name(weight, &extras[e]));
      tensor.name = g_ptr_array_index(names, names->len - 1);
      tensor.data = extras[e].values;
      g_array_append_val(tensors, tensor);
    }
  }
}

gboolean
nw_weights_save(const NwWeights *self, const char *path, gboolean slots,
                const char *const *metadata, GError **error)
{
  g_autoptr(GArray) tensors = g_array_new(FALSE, FALSE, sizeof(NwFileTensor));
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

  nw_weights_append_tensors(self, slots, tensors, names);
  return nw_safetensors_write(path, (const NwFileTensor *)tensors->data, tensors->len, metadata,
                              error);
}

static gboolean
same_shape(const NwFileTensor *tensor, const NwShape *shape)
{
  if (tensor->rank != shape->rank)
    return FALSE;
  for (int axis = 0; axis < shape->rank; axis++)
    if (tensor->shape[axis] != shape->dim[axis])
      return FALSE;
  return TRUE;
}

/* The tensor @name if the file has it with the shape of @weight. */
static const NwFileTensor *
find_tensor(const NwSafetensors *file, const char *path, const char *name, const NwWeight *weight,
            GError **error)
{
  const NwFileTensor *tensor = nw_safetensors_find(file, name);
  g_autofree char *shape = nw_shape_to_text(&weight->shape);

  if (tensor == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("%s has no tensor “%s” (%s); these weights belong to another network."), path,
                name, shape);
    return NULL;
  }
  if (!same_shape(tensor, &weight->shape)) {
    NwShape found = {MIN(tensor->rank, NW_MAX_RANK), {0}};
    for (int axis = 0; axis < found.rank; axis++)
      found.dim[axis] = tensor->shape[axis];
    g_autofree char *text = nw_shape_to_text(&found);
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("%s: “%s” has the shape %s, but the network needs %s; these weights belong to "
                  "another network."),
                path, name, text, shape);
    return NULL;
  }
  return tensor;
}

static void
read_reals(const NwFileTensor *tensor, NwReal *out, gsize n)
{
#ifdef NW_REAL_DOUBLE
  nw_file_tensor_read_double(tensor, 0, n, out);
#else
  nw_file_tensor_read_float(tensor, 0, n, out);
#endif
}

gboolean
nw_weights_load_from(NwWeights *self, const NwSafetensors *file, const char *path, GError **error)
{
  g_autoptr(GPtrArray) tensors = g_ptr_array_new();

  for (guint i = 0; i < self->items->len; i++) {
    const NwWeight *weight = nw_weights_get(self, i);
    const NwFileTensor *tensor = find_tensor(file, path, weight->name, weight, error);
    if (tensor == NULL)
      return FALSE;
    g_ptr_array_add(tensors, (gpointer)tensor);
  }
  for (guint i = 0; i < self->items->len; i++) {
    NwWeight *weight = nw_weights_get(self, i);
    Extra extras[MAX_EXTRAS];
    gsize n_extras = list_extras(self, weight, extras);
    read_reals(g_ptr_array_index(tensors, i), weight->value, weight->n);
    if (weight->average != NULL)
      memcpy(weight->average, weight->value, weight->n * sizeof *weight->value);
    for (gsize e = 0; e < n_extras; e++) {
      g_autofree char *name = extra_name(weight, &extras[e]);
      const NwFileTensor *tensor = nw_safetensors_find(file, name);
      if (tensor != NULL && same_shape(tensor, &weight->shape))
        read_reals(tensor, extras[e].values, weight->n);
    }
  }
  return TRUE;
}

gboolean
nw_weights_load(NwWeights *self, const char *path, GError **error)
{
  g_autoptr(NwSafetensors) file = nw_safetensors_open(path, error);
  return file != NULL && nw_weights_load_from(self, file, path, error);
}
