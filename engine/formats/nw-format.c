/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-format.h"

#include "nw-calibrate.h"
#include "nw-evaluate.h"
#include "nw-npz.h"
#include "nw-prediction-file.h"
#include "nw-project-json.h"

#include <glib/gi18n-lib.h>

/* Weights, and what outputs are recalibrated with. */
static void
append_tensors(const NwExport *what, GArray *tensors, GPtrArray *names)
{
  nw_weights_append_tensors(what->weights, FALSE, tensors, names);
  nw_calibrate_append_tensors(what->project, tensors, names);
}

static gboolean
write_safetensors(const NwExport *what, const char *path, GError **error)
{
  g_autofree char *project = nw_project_to_json(what->project);
  const char *preparation = what->dataset ? nw_dataset_get_preparation(what->dataset) : NULL;
  const char *metadata[] = {"format", "netwright", "project", project, NULL, NULL, NULL};
  g_autoptr(GArray) tensors = g_array_new(FALSE, FALSE, sizeof(NwFileTensor));
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

  if (preparation) {
    metadata[4] = "preparation";
    metadata[5] = preparation;
  }
  append_tensors(what, tensors, names);
  return nw_safetensors_write(path, (const NwFileTensor *)tensors->data, tensors->len, metadata,
                              error);
}

static gboolean
write_npz(const NwExport *what, const char *path, GError **error)
{
  g_autoptr(GArray) tensors = g_array_new(FALSE, FALSE, sizeof(NwFileTensor));
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

  append_tensors(what, tensors, names);
  return nw_npz_write(path, (const NwFileTensor *)tensors->data, tensors->len, error);
}

typedef gboolean (*WritePredictions)(NwProject *, const NwPredictions *, NwDataset *,
                                     const guint32 *, gboolean, const char *, GError **);

static gboolean
write_predictions(const NwExport *what, WritePredictions write, const char *path, GError **error)
{
  gsize n;
  const guint32 *rows = nw_dataset_get_split(what->dataset, what->split, &n);
  g_autoptr(NwPredictions) predictions =
      nw_predict(what->project, what->weights, what->dataset, rows, n, what->threads, error);

  return predictions && write(what->project, predictions, what->dataset, rows, TRUE, path, error);
}

static gboolean
write_prediction_csv(const NwExport *what, const char *path, GError **error)
{
  return write_predictions(what, nw_predictions_write_csv, path, error);
}

static gboolean
write_prediction_npz(const NwExport *what, const char *path, GError **error)
{
  return write_predictions(what, nw_predictions_write_npz, path, error);
}

const NwFormat nw_formats[] = {
    {
        .id = "safetensors",
        .title = N_("Weights as safetensors"),
        .suffix = ".safetensors",
        .readers = N_("Netwright, and Python with safetensors.numpy, .torch or .tensorflow"),
        .carries = N_("Every weight under LAYER/WEIGHT in Keras' layout, and the project"),
        .lacks = N_("It does not run by itself: the network is described, not coded"),
        .write = write_safetensors,
    },
    {
        .id = "npz",
        .title = N_("Weights as NPZ"),
        .suffix = ".npz",
        .readers = N_("numpy.load"),
        .carries = N_("Every weight under LAYER/WEIGHT in Keras' layout"),
        .lacks = N_("The network itself"),
        .write = write_npz,
    },
    {
        .id = "csv",
        .title = N_("Predictions as CSV"),
        .suffix = ".csv",
        .readers = N_("Spreadsheets, pandas, R, and netwright score"),
        .carries = N_("Probabilities, classes and targets of a split's rows"),
        .lacks = N_("Weights and network"),
        .needs_data = TRUE,
        .write = write_prediction_csv,
    },
    {
        .id = "predictions-npz",
        .title = N_("Predictions as NPZ"),
        .suffix = ".npz",
        .readers = N_("numpy.load, and netwright score"),
        .carries = N_("Predictions and targets of a split's rows, bit for bit"),
        .lacks = N_("Weights, network and names of classes"),
        .needs_data = TRUE,
        .write = write_prediction_npz,
    },
    {NULL},
};

const NwFormat *
nw_format_find(const char *id)
{
  for (const NwFormat *format = nw_formats; format->id; format++)
    if (g_str_equal(format->id, id))
      return format;
  return NULL;
}
