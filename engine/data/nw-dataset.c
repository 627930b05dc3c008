/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-dataset-private.h"
#include "nw-cpu.h"
#include "nw-error.h"

#include <glib/gi18n-lib.h>
#include <stdatomic.h>
#include <string.h>

G_STATIC_ASSERT(sizeof(float) == sizeof(gint32));

struct _NwDataset {
  atomic_int refs;
  gsize rows;
  GPtrArray *fields; /* NwField, owning what it points to */
  guint32 *split[NW_N_SPLITS];
  gsize n_split[NW_N_SPLITS];
  char *preparation, *hash; /* (nullable) */
  GHashTable *labels;       /* name → NULL-ended texts, of targets that are not there */
};

static void
field_free(gpointer data)
{
  NwField *field = data;

  g_free(field->name);
  g_free((gpointer)field->real);
  g_strfreev(field->labels);
  g_free(field);
}

NwDataset *
nw_dataset_new_empty(gsize rows)
{
  NwDataset *dataset = g_new0(NwDataset, 1);

  dataset->refs = 1;
  dataset->rows = rows;
  dataset->fields = g_ptr_array_new_with_free_func(field_free);
  dataset->labels =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
  return dataset;
}

NwDataset *
nw_dataset_ref(NwDataset *dataset)
{
  atomic_fetch_add(&dataset->refs, 1);
  return dataset;
}

void
nw_dataset_unref(NwDataset *dataset)
{
  if (atomic_fetch_sub(&dataset->refs, 1) > 1)
    return;
  g_ptr_array_unref(dataset->fields);
  g_hash_table_unref(dataset->labels);
  for (int i = 0; i < NW_N_SPLITS; i++)
    g_free(dataset->split[i]);
  g_free(dataset->preparation);
  g_free(dataset->hash);
  g_free(dataset);
}

NwField *
nw_dataset_add_field(NwDataset *dataset, const char *name, NwFieldRole role, const NwType *type,
                     gpointer *data, GError **error)
{
  gsize each = (gsize)nw_shape_elements(&type->shape), bytes = 0;
  gboolean fits = g_size_checked_mul(&bytes, each, sizeof(float)) &&
                  g_size_checked_mul(&bytes, bytes, dataset->rows) && bytes <= nw_cpu_get_memory();
  gpointer values = fits ? g_try_malloc0(MAX(bytes, 1)) : NULL;
  NwField *field;

  if (values == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_LIMIT,
                _("the data of “%s” do not fit into memory: %zu"
                  " rows of %zu numbers"),
                name, dataset->rows, each);
    return NULL;
  }
  field = g_new0(NwField, 1);
  field->name = g_strdup(name);
  field->role = role;
  field->type = *type;
  field->rows = dataset->rows;
  field->real = values;
  g_ptr_array_add(dataset->fields, field);
  *data = values;
  return field;
}

void
nw_dataset_drop_last_field(NwDataset *dataset)
{
  g_ptr_array_remove_index(dataset->fields, dataset->fields->len - 1);
}

void
nw_dataset_take_labels(NwDataset *dataset, const char *name, char **labels)
{
  g_hash_table_insert(dataset->labels, g_strdup(name), labels);
}

const char *const *
nw_dataset_get_labels(const NwDataset *dataset, const char *name)
{
  const NwField *field = nw_dataset_get_field(dataset, name);

  if (field != NULL)
    return (const char *const *)field->labels;
  return g_hash_table_lookup(dataset->labels, name);
}

void
nw_dataset_set_parts(NwDataset *dataset, const guint8 *part)
{
  gsize *n = dataset->n_split;

  memset(n, 0, sizeof dataset->n_split);
  for (gsize i = 0; i < dataset->rows; i++)
    n[part[i]]++;
  for (int s = 0; s < NW_N_SPLITS; s++) {
    g_free(dataset->split[s]);
    dataset->split[s] = g_new(guint32, n[s] + 1);
    n[s] = 0;
  }
  for (gsize i = 0; i < dataset->rows; i++)
    dataset->split[part[i]][n[part[i]]++] = (guint32)i;
}

void
nw_dataset_take_preparation(NwDataset *dataset, char *preparation, char *hash)
{
  dataset->preparation = preparation;
  dataset->hash = hash;
}

NwDataset *
nw_dataset_new_from_fields(const NwField *fields, gsize n_fields, gsize n_rows,
                           const guint32 *const splits[NW_N_SPLITS],
                           const gsize n_split[NW_N_SPLITS])
{
  NwDataset *dataset = nw_dataset_new_empty(n_rows);

  for (gsize i = 0; i < n_fields; i++) {
    gpointer data;
    gsize each = (gsize)nw_shape_elements(&fields[i].type.shape);
    NwField *field =
        nw_dataset_add_field(dataset, fields[i].name, fields[i].role, &fields[i].type, &data, NULL);
    g_assert(field != NULL && fields[i].rows == n_rows);
    memcpy(data, fields[i].real, n_rows * each * sizeof(float));
    field->labels = g_strdupv(fields[i].labels);
  }
  for (int s = 0; s < NW_N_SPLITS; s++) {
    dataset->n_split[s] = n_split[s];
    dataset->split[s] = g_new(guint32, n_split[s] + 1);
    if (n_split[s] > 0)
      memcpy(dataset->split[s], splits[s], n_split[s] * sizeof(guint32));
  }
  return dataset;
}

gsize
nw_dataset_get_n_rows(const NwDataset *dataset)
{
  return dataset->rows;
}

const NwField *
nw_dataset_get_field(const NwDataset *dataset, const char *name)
{
  for (guint i = 0; i < dataset->fields->len; i++) {
    const NwField *field = dataset->fields->pdata[i];
    if (g_str_equal(field->name, name))
      return field;
  }
  return NULL;
}

const guint32 *
nw_dataset_get_split(const NwDataset *dataset, NwSplit split, gsize *n)
{
  *n = dataset->n_split[split];
  return dataset->split[split];
}

const char *
nw_dataset_get_preparation(const NwDataset *dataset)
{
  return dataset->preparation;
}

const char *
nw_dataset_get_hash(const NwDataset *dataset)
{
  return dataset->hash;
}
