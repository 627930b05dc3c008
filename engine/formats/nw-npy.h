/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* NPY: numpy's file of one array (format versions 1 to 3).
 *
 *   \x93NUMPY major minor | header length | Python dict, padded so that data begin at a multiple of
 * 64 | data
 *
 * Read: whole numbers, floats and bool of either byte order, C or Fortran order, and texts of fixed
 * width. Objects, complex numbers and structures are refused. */
#pragma once

#include <gio/gio.h>

#include "nw-file-tensor.h"

/**
 * NwNpy:
 * @tensor: the array in C order and native byte order; of texts only rank and shape are set
 * @text_width: 0 for numbers; else bytes per text
 * @is_unicode: the texts are UCS-4, else bytes
 */
typedef struct {
  NwFileTensor tensor;
  gsize text_width;
  gboolean is_unicode;
  /*< private >*/
  gboolean swapped;
  const guint8 *texts;
  gpointer owned;
} NwNpy;

/**
 * nw_npy_parse:
 * @where: begins the error: “x.npy”
 *
 * The data are not copied where they can be used as they are: @bytes must outlive @npy.
 */
gboolean
nw_npy_parse(const guint8 *bytes, gsize length, const char *where, NwNpy *npy, GError **error);
void nw_npy_clear(NwNpy *npy);
/* Text number @i, in C order, as UTF-8. (transfer full) */
char *nw_npy_dup_text(const NwNpy *npy, gsize i);

/* What stands before the data of an array (F32, F64, I8 … U64, F16, BOOL). (transfer full) */
char *nw_npy_make_header(const NwFileTensor *tensor, gsize *length);
gboolean nw_npy_write(const char *path, const NwFileTensor *tensor, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NwNpy, nw_npy_clear)
